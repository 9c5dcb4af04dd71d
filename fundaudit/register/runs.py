"""Runs in the register: the numbers and states of their findings, and the two transactions between which a run's folder comes into place.

A case is a county's finding on one subject by one check; it keeps its number from run to run. Numbers are running numbers, never
made from identity numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fundaudit.findings import Outcome
from fundaudit.register.history import append, head
from fundaudit.register.schema import cases, events, evidence, outcomes, read_register, runs, sightings
from fundaudit.register.states import NEW, seen_again

AUTHOR = "fundaudit"  # of what a run itself changes
SHOWN = ("severity", "name", "township", "unit", "detail", "amount", "occurred_on")  # of a finding, as last found
CHUNK = 500

Key = tuple[str, str]  # check, subject
Number = tuple[str, str]  # case_no, state


@dataclass(frozen=True)
class Run:
    """A run as the register knows it."""

    run_id: int
    county: str
    as_of: date
    state: str
    manifest_sha256: str


def known_numbers(
    outputs: Path, county: str, found: Mapping[Key, Iterable[str]], as_of: date, new: str = "{:06d}"
) -> dict[Key, Number]:
    """Each finding's case number and the state that it will have once this run stands: those that the register beside `outputs`
    has, else the next number of its check, in the order of `found`, written as `new` says. `found`: the rows behind each finding.
    The register is only read."""
    engine = read_register(outputs)
    if engine is None:
        return _numbers([], county, found, new)
    try:
        with engine.connect() as connection:
            known = _cases_of(connection, county)
            rows = _rows_behind(connection, [row["case_no"] for row in known if row["state"] != NEW])
    finally:
        engine.dispose()
    for row in known:
        fresh = set(found.get((row["check_code"], row["subject"]), ())) - rows.get(row["case_no"], set())
        moved = seen_again(row["state"], _expiry(row), as_of, bool(fresh))
        row["state"] = moved[0] if moved else row["state"]
    return _numbers(known, county, found, new)


def _cases_of(connection: sa.Connection, county: str) -> list[dict[str, Any]]:
    state = sa.func.coalesce(events.c.to_state, NEW).label("state")
    query = sa.select(cases, state, events.c.deadline).outerjoin(events, events.c.event_no == cases.c.last_event)
    rows: list[Any] = [dict(row) for row in connection.execute(query.where(cases.c.county == county)).mappings()]
    return rows


def _rows_behind(connection: sa.Connection, wanted: list[str]) -> dict[str, set[str]]:
    rows: dict[str, set[str]] = {}
    for start in range(0, len(wanted), CHUNK):
        query = sa.select(evidence.c.case_no, evidence.c.row_key).where(evidence.c.case_no.in_(wanted[start : start + CHUNK]))
        for case_no, key in connection.execute(query):
            rows.setdefault(case_no, set()).add(key)
    return rows


def _expiry(row: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(row["deadline"]) if row["deadline"] else None


def _numbers(known: Iterable[Mapping[str, Any]], county: str, keys: Iterable[Key], new: str) -> dict[Key, Number]:
    numbers: dict[Key, Number] = {}
    last: dict[str, int] = {}
    for row in known:
        numbers[row["check_code"], row["subject"]] = (row["case_no"], row["state"])
        last[row["check_code"]] = max(last.get(row["check_code"], 0), int(row["case_no"].rsplit("-", 1)[1]))
    given: dict[Key, Number] = {}
    for key in keys:
        if key not in numbers:
            last[key[0]] = last.get(key[0], 0) + 1
            numbers[key] = (f"{county}-{key[0]}-{new.format(last[key[0]])}", NEW)
        given[key] = numbers[key]
    return given


def history_head(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        return head(connection)


def prepare_run(
    engine: sa.Engine, county: str, as_of: date, manifest_sha256: str, created_at: str,
    findings: Iterable[Mapping[str, Any]], rows_behind: Mapping[Key, Iterable[str]], came_to: Iterable[Outcome] = (),
) -> int:  # fmt: skip
    """In one transaction: the run as `prepared`, what its checks came to, its new cases, what it found of the old ones, and the rows
    behind each."""
    with engine.begin() as connection:
        before = _last_complete(connection, county)
        values = {
            "county": county,
            "as_of": as_of,
            "state": "prepared",
            "manifest_sha256": manifest_sha256,
            "created_at": created_at,
        }
        (run_id,) = connection.execute(runs.insert().values(**values, history_head=head(connection))).inserted_primary_key or (0,)
        told = ("status", "population", "flagged", "undetermined", "amount")
        if rows := [{"run_id": run_id, "check_code": o.check} | {name: getattr(o, name) for name in told} for o in came_to]:
            connection.execute(outcomes.insert(), rows)
        known = set(connection.execute(sa.select(cases.c.case_no).where(cases.c.county == county)).scalars())
        own = [_case(finding, county, int(run_id)) for finding in findings]
        if new := [case | {"first_run": run_id} for case in own if case["case_no"] not in known]:
            connection.execute(cases.insert(), new)
        if old := [{f"of_{name}": value for name, value in case.items()} for case in own if case["case_no"] in known]:
            seen: dict[str, Any] = {name: sa.bindparam(f"of_{name}") for name in ("title", "last_run", *SHOWN)}
            connection.execute(cases.update().where(cases.c.case_no == sa.bindparam("of_case_no")).values(seen), old)
        _sight(connection, [case["case_no"] for case in own], before, int(run_id))
        _keep_rows(connection, own, rows_behind, int(run_id))
        return int(run_id)


def _case(finding: Mapping[str, Any], county: str, run_id: int) -> dict[str, Any]:
    return {
        "case_no": finding["case_no"], "county": county, "check_code": finding["check"], "subject": finding["subject"],
        "title": finding.get("title"), "last_run": run_id, **{name: finding.get(name) for name in SHOWN},
    }  # fmt: skip


def _sight(connection: sa.Connection, found: list[str], before: int | None, run_id: int) -> None:
    """The time over which a case was found goes on where the county's last run found it too, else another begins."""
    going_on = set(connection.execute(sa.select(sightings.c.case_no).where(sightings.c.last_run == before)).scalars()) & set(
        found
    )
    if going_on:
        query = sightings.update().where(sightings.c.last_run == before, sightings.c.case_no == sa.bindparam("of_case"))
        connection.execute(query.values(last_run=run_id), [{"of_case": no} for no in going_on])
    if begun := [{"case_no": no, "first_run": run_id, "last_run": run_id} for no in found if no not in going_on]:
        connection.execute(sightings.insert(), begun)


def _keep_rows(
    connection: sa.Connection, own: list[dict[str, Any]], rows_behind: Mapping[Key, Iterable[str]], run_id: int
) -> None:
    kept = _rows_behind(connection, [case["case_no"] for case in own])
    new = [
        {"case_no": case["case_no"], "row_key": key, "first_run": run_id}
        for case in own
        for key in sorted(set(rows_behind.get((case["check_code"], case["subject"]), ())) - kept.get(case["case_no"], set()))
    ]
    if new:
        connection.execute(evidence.insert(), new)


def _last_complete(connection: sa.Connection, county: str) -> int | None:
    return connection.execute(
        sa.select(sa.func.max(runs.c.run_id)).where(runs.c.county == county, runs.c.state == "complete")
    ).scalar()


def complete_run(engine: sa.Engine, run_id: int) -> None:
    """The run's folder stands in place: decided cases that it found again with new evidence, or out of time, are open again."""
    with engine.begin() as connection:
        run = connection.execute(sa.select(runs).where(runs.c.run_id == run_id)).mappings().one()
        fresh = set(connection.execute(sa.select(evidence.c.case_no).where(evidence.c.first_run == run_id)).scalars())
        for case in [c for c in _cases_of(connection, run["county"]) if c["last_run"] == run_id and c["state"] != NEW]:
            if moved := seen_again(case["state"], _expiry(case), run["as_of"], case["case_no"] in fresh):
                event = {"case_no": case["case_no"], "at": run["created_at"], "author": AUTHOR, "from_state": case["state"]}
                append(connection, event | {"to_state": moved[0], "reason": moved[1]})
        connection.execute(runs.update().where(runs.c.run_id == run_id).values(state="complete"))


def undo_run(engine: sa.Engine, run_id: int) -> None:
    """The run never came into place: it goes, and the cases that it would have opened."""
    with engine.begin() as connection:
        county = connection.execute(sa.select(runs.c.county).where(runs.c.run_id == run_id)).scalar() or ""
        before = _last_complete(connection, county)
        for table in (evidence, sightings, cases):
            connection.execute(table.delete().where(table.c.first_run == run_id))
        for table in (sightings, cases):
            earlier = sa.func.coalesce(before, table.c.first_run)
            connection.execute(table.update().where(table.c.last_run == run_id).values(last_run=earlier))
        for table in (outcomes, runs):
            connection.execute(table.delete().where(table.c.run_id == run_id))


def prepared_runs(engine: sa.Engine) -> list[Run]:
    """Runs that were cut off between their two transactions."""
    with engine.connect() as connection:
        rows = list(connection.execute(sa.select(runs).where(runs.c.state == "prepared").order_by(runs.c.run_id)).mappings())
    return [Run(r["run_id"], r["county"], r["as_of"], r["state"], r["manifest_sha256"]) for r in rows]


def last_manifest(engine: sa.Engine, county: str) -> str | None:
    """The manifest hash of the county's last complete run."""
    with engine.connect() as connection:
        query = sa.select(runs.c.manifest_sha256).where(runs.c.county == county, runs.c.state == "complete")
        return connection.execute(query.order_by(runs.c.run_id.desc()).limit(1)).scalar()
