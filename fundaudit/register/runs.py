"""Runs in the register: the numbers and states of their findings, and the two transactions between which a run's folder comes into place.

A case is a county's finding on one subject by one check; it keeps its number from run to run. Numbers are running numbers, never
made from identity numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fundaudit.findings import Outcome
from fundaudit.register.history import alone, append, head
from fundaudit.register.opening import read_register
from fundaudit.register.schema import cases, events, evidence, outcomes, pending, runs, sightings, standards
from fundaudit.register.states import NEW, seen_again

AUTHOR = "fundaudit"  # of what a run itself changes
SHOWN = (  # of a finding, as last found
    "title",
    "severity",
    "subject_kind",
    "name",
    "township",
    "village",
    "unit",
    "department",
    "responsible",
    "voucher",
    "detail",
    "source",
    "amount",
    "occurred_on",
)
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
            newest = as_of >= max(timeline_of(connection, county), default=as_of)  # an older date opens nothing
            rows = _rows_behind(connection, [row["case_no"] for row in known if row["state"] != NEW])
    finally:
        engine.dispose()
    for row in known if newest else ():
        fresh = set(found.get((row["check_code"], row["subject"]), ())) - rows.get(row["case_no"], set())
        moved = seen_again(row["state"], _expiry(row), as_of, bool(fresh))
        row["state"] = moved[0] if moved else row["state"]
    return _numbers(known, county, found, new)


def last_words(outputs: Path, numbers: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Case number → the reason of its last event and the day until which it holds (empty where it has none)."""
    engine, wanted = read_register(outputs), sorted(numbers)
    if engine is None:
        return {}
    said: dict[str, tuple[str, str]] = {}
    try:
        with engine.connect() as connection:
            for start in range(0, len(wanted), CHUNK):
                query = sa.select(cases.c.case_no, events.c.reason, events.c.deadline).join(
                    events, events.c.event_no == cases.c.last_event
                )
                for row in connection.execute(query.where(cases.c.case_no.in_(wanted[start : start + CHUNK]))):
                    said[row.case_no] = (row.reason, row.deadline or "")
    finally:
        engine.dispose()
    return said


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


@dataclass(frozen=True)
class NewRun:
    """What a run wants written: its findings and the rows behind each, what its checks came to, by what it judged (as JSON), and its
    sums in yuan (`at_issue`, `funds` received in the main year, `paid`); `findings` there are those that count."""

    county: str
    as_of: date
    manifest_sha256: str
    created_at: str
    findings: Sequence[Mapping[str, Any]]
    rows_behind: Mapping[Key, Iterable[str]]
    outcomes: Sequence[Outcome] = ()
    standard: str = "{}"
    name: str = ""
    sums: Mapping[str, Decimal | int | None] = field(default_factory=dict)


def prepare_run(engine: sa.Engine, new: NewRun) -> int:
    """In one transaction: the run as `prepared`, what its checks came to, and what it found, which waits until its folder stands."""
    with engine.begin() as connection:
        alone(connection)
        digest = hashlib.sha256(new.standard.encode()).hexdigest()
        if not connection.execute(sa.select(standards.c.standard).where(standards.c.standard == digest)).first():
            connection.execute(standards.insert().values(standard=digest, said=new.standard))
        values = {name: getattr(new, name) for name in ("county", "name", "as_of", "manifest_sha256", "created_at")}
        values |= {"findings": len(new.findings), "undetermined": sum(o.undetermined for o in new.outcomes), **new.sums}
        values |= {"state": "prepared", "history_head": head(connection), "standard": digest}
        values["silent"] = " ".join(o.check for o in new.outcomes if o.status in ("not_run", "error") and not o.empty)
        (run_id,) = connection.execute(runs.insert().values(values)).inserted_primary_key or (0,)
        told = ("status", "population", "flagged", "undetermined", "amount")
        if rows := [{"run_id": run_id, "check_code": o.check} | {name: getattr(o, name) for name in told} for o in new.outcomes]:
            connection.execute(outcomes.insert(), rows)
        found = [
            {
                "run_id": run_id,
                "place": place,
                "finding": json.dumps(_case(finding, new.county), ensure_ascii=False, default=str),
                "row_keys": json.dumps(
                    sorted(set(new.rows_behind.get((finding["check"], finding["subject"]), ()))), ensure_ascii=False
                ),
            }
            for place, finding in enumerate(new.findings)
        ]
        if found:
            connection.execute(pending.insert(), found)
        return int(run_id)


def _case(finding: Mapping[str, Any], county: str) -> dict[str, Any]:
    own = {name: finding.get(name) for name in SHOWN} | {"basis": "、".join(finding.get("basis") or ())}
    return {"case_no": finding["case_no"], "county": county, "check_code": finding["check"], "subject": finding["subject"]} | own


def complete_run(engine: sa.Engine, run_id: int) -> None:
    """The run's folder stands in place: its cases are written, with the rows behind them and the times over which they were found;
    decided cases that it found with new evidence, or out of time, are open again. It takes the place of an earlier run of its date;
    what is shown of a case is what the run of the latest date found."""
    with engine.begin() as connection:
        alone(connection)
        run = connection.execute(sa.select(runs).where(runs.c.run_id == run_id)).mappings().one()
        found = [_read_pending(row) for row in connection.execute(sa.select(pending).where(pending.c.run_id == run_id))]
        connection.execute(pending.delete().where(pending.c.run_id == run_id))
        timeline = timeline_of(connection, run["county"])
        known = {case["case_no"]: case for case in _cases_of(connection, run["county"])}
        own = {"first_run": run_id, "last_run": run_id}
        if new := [case | own for case, _ in found if case["case_no"] not in known]:
            connection.execute(cases.insert(), new)
        newest = run["as_of"] >= max(timeline, default=run["as_of"])
        again = [known[case["case_no"]] for case, _ in found if case["case_no"] in known]
        if newest:
            _show(connection, [case for case, _ in found if case["case_no"] in known])
        fresh = _keep_rows(connection, {case["case_no"]: rows for case, rows in found}, run_id)
        silent = set((run["silent"] or "").split())
        _sight(
            connection,
            {case["case_no"] for case, _ in found},
            timeline | {run["as_of"]: run_id},
            run["county"],
            run["as_of"],
            silent,
        )
        for case in again if newest else ():
            if moved := seen_again(case["state"], _expiry(case), run["as_of"], case["case_no"] in fresh):
                event = {"case_no": case["case_no"], "at": run["created_at"], "author": AUTHOR, "from_state": case["state"]}
                append(connection, event | {"to_state": moved[0], "reason": moved[1]})
        connection.execute(runs.update().where(runs.c.run_id == run_id).values(state="complete"))


def _read_pending(row: Any) -> tuple[dict[str, Any], list[str]]:
    case = json.loads(row.finding)
    case["amount"] = None if case["amount"] is None else Decimal(case["amount"])
    case["occurred_on"] = None if case["occurred_on"] is None else date.fromisoformat(case["occurred_on"])
    return case, json.loads(row.row_keys)


def timeline_of(connection: sa.Connection, county: str) -> dict[date, int]:
    """Audit date → the complete run that stands for it, the last one made; in the order of the dates."""
    last = sa.select(runs.c.as_of, sa.func.max(runs.c.run_id)).where(runs.c.county == county, runs.c.state == "complete")
    return {row[0]: row[1] for row in connection.execute(last.group_by(runs.c.as_of).order_by(runs.c.as_of))}


def _show(connection: sa.Connection, found: list[dict[str, Any]]) -> None:
    if found:
        shown: dict[str, Any] = {name: sa.bindparam(f"of_{name}") for name in (*SHOWN, "basis")}
        query = cases.update().where(cases.c.case_no == sa.bindparam("of_case_no")).values(shown)
        connection.execute(query, [{f"of_{name}": value for name, value in case.items()} for case in found])


def _sight(
    connection: sa.Connection, found: set[str], timeline: Mapping[date, int], county: str, day: date, silent: Collection[str]
) -> None:
    """The times over which the county's cases were found, written anew for those of which this run changes them; cases of `silent` checks
    go on as they stood."""
    days = sorted(timeline)
    made = connection.execute(sa.select(runs.c.run_id, runs.c.as_of).where(runs.c.county == county))
    of_run = {row.run_id: row.as_of for row in made}
    query = sa.select(sightings).join(cases, cases.c.case_no == sightings.c.case_no).where(cases.c.county == county)
    before: dict[str, list[tuple[int, int]]] = {}
    for row in connection.execute(query):
        before.setdefault(row.case_no, []).append((row.first_run, row.last_run))
    changed: dict[str, list[tuple[int, int]]] = {}
    for case_no in found | before.keys():
        spans = [(of_run[first], of_run[last]) for first, last in before.get(case_no, ())]
        seen: list[date] = []
        for last, d in zip([None, *days], days, strict=False):
            going_on = case_no.split("-")[1] in silent and last in seen
            if (case_no in found or going_on) if d == day else any(a <= d <= b for a, b in spans):
                seen.append(d)
        after = [(timeline[a], timeline[b]) for a, b in _unbroken(seen, days)]
        if after != before.get(case_no):
            changed[case_no] = after
    if not changed:
        return
    connection.execute(
        sightings.delete().where(sightings.c.case_no == sa.bindparam("of_case")), [{"of_case": no} for no in changed]
    )
    if rows := [{"case_no": no, "first_run": a, "last_run": b} for no, spans in changed.items() for a, b in spans]:
        connection.execute(sightings.insert(), rows)
    if ends := [{"of_case": no, "first_run": spans[0][0], "last_run": spans[-1][1]} for no, spans in changed.items() if spans]:
        connection.execute(cases.update().where(cases.c.case_no == sa.bindparam("of_case")), ends)


def _unbroken(seen: Sequence[date], days: Sequence[date]) -> list[tuple[date, date]]:
    """The spans of `days` over which every day was seen."""
    places = {day: place for place, day in enumerate(days)}
    spans: list[list[date]] = []
    for day in seen:
        if spans and places[day] == places[spans[-1][1]] + 1:
            spans[-1][1] = day
        else:
            spans.append([day, day])
    return [(a, b) for a, b in spans]


def _keep_rows(connection: sa.Connection, rows_behind: Mapping[str, Iterable[str]], run_id: int) -> set[str]:
    """The rows behind cases that were not known yet; the cases that have such."""
    kept = _rows_behind(connection, list(rows_behind))
    new = [
        {"case_no": case_no, "row_key": key, "first_run": run_id}
        for case_no, keys in rows_behind.items()
        for key in sorted(set(keys) - kept.get(case_no, set()))
    ]
    if new:
        connection.execute(evidence.insert(), new)
    return {case_no for case_no, keys in rows_behind.items() if set(keys) - kept.get(case_no, set())}


def undo_run(engine: sa.Engine, run_id: int) -> None:
    """The run never came into place: it goes, with what it found."""
    with engine.begin() as connection:
        for table in (pending, outcomes, runs):
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
