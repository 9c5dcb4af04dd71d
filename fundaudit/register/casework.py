"""What people do with cases: list them, look at one, decide it, and take back decisions that were filled in outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fundaudit.intake.readers import sha256
from fundaudit.register.history import alone, append
from fundaudit.register.schema import RegisterError, cases, events, evidence, runs, sightings
from fundaudit.register.states import NEW, NEXT, OPEN, refusal

STATE = sa.func.coalesce(events.c.to_state, NEW).label("state")


@dataclass(frozen=True)
class Filter:
    """Which cases: empty fields take all. `overdue`: open ones whose deadline is before that day."""

    counties: Sequence[str] = ()
    check: str = ""
    state: str = ""
    township: str = ""
    unit: str = ""
    least: Decimal | None = None  # yuan
    overdue: date | None = None
    due_by: date | None = None


@dataclass(frozen=True)
class Decision:
    """What somebody decides about a case; dates as ISO texts, `recovered` in yuan. `seen` is the state that he saw."""

    case_no: str
    to_state: str
    author: str
    reason: str
    deadline: date | None = None
    recovered: Decimal | None = None
    receiver: str = ""
    attachment: Path | None = None
    seen: str = ""


def listed(engine: sa.Engine, which: Filter) -> list[dict[str, Any]]:
    """The cases that a filter takes, overdue ones first, then by deadline, severity and number."""
    query = (
        sa.select(cases, STATE, events.c.deadline, runs.c.as_of.label("last_seen"))
        .outerjoin(events, events.c.event_no == cases.c.last_event)
        .join(runs, runs.c.run_id == cases.c.last_run)
    )
    wanted = [
        cases.c.county.in_(which.counties) if which.counties else None,
        cases.c.check_code == which.check if which.check else None,
        STATE.element == which.state if which.state else None,
        cases.c.township == which.township if which.township else None,
        cases.c.unit == which.unit if which.unit else None,
        cases.c.amount >= which.least if which.least is not None else None,
        sa.and_(events.c.deadline < which.overdue.isoformat(), STATE.element.in_(OPEN)) if which.overdue else None,
        sa.and_(events.c.deadline <= which.due_by.isoformat(), STATE.element.in_(OPEN)) if which.due_by else None,
    ]
    query = query.where(*(own for own in wanted if own is not None))
    severity = sa.case({"高": 0, "中": 1}, value=cases.c.severity, else_=2)
    with engine.connect() as connection:
        found = connection.execute(query.order_by(events.c.deadline.is_(None), events.c.deadline, severity, cases.c.case_no))
        rows: list[Any] = [dict(row) for row in found.mappings()]
        return rows


def shown(engine: sa.Engine, case_no: str) -> dict[str, Any]:
    """A case with its times, the rows behind it and its history. RegisterError where there is none of the number."""
    with engine.connect() as connection:
        query = sa.select(cases, STATE, events.c.deadline).outerjoin(events, events.c.event_no == cases.c.last_event)
        case = connection.execute(query.where(cases.c.case_no == case_no)).mappings().first()
        if case is None:
            raise RegisterError(f"登记库中没有疑点编号 {case_no}")
        first, last = runs.alias(), runs.alias()
        times = (
            sa.select(first.c.as_of.label("since"), last.c.as_of.label("until"))
            .select_from(sightings)
            .join(first, first.c.run_id == sightings.c.first_run)
            .join(last, last.c.run_id == sightings.c.last_run)
            .where(sightings.c.case_no == case_no)
            .order_by(sightings.c.first_run)
        )
        return {
            **case,
            "next": NEXT[case["state"]],
            "times": [tuple(row) for row in connection.execute(times)],
            "rows": connection.execute(sa.select(sa.func.count()).where(evidence.c.case_no == case_no)).scalar(),
            "history": list(
                connection.execute(sa.select(events).where(events.c.case_no == case_no).order_by(events.c.event_no)).mappings()
            ),
        }


def decided(engine: sa.Engine, county: str) -> list[tuple[str, str, str | None]]:
    """The cases of a county about which something was done: number, state and deadline."""
    query = sa.select(cases.c.case_no, events.c.to_state, events.c.deadline).join(events, events.c.event_no == cases.c.last_event)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.where(cases.c.county == county))]


def whole_cases(engine: sa.Engine, county: str) -> dict[str, dict[str, Any]]:
    """Every case of a county with its state, deadline and history, by its number."""
    query = sa.select(cases, STATE, events.c.deadline).outerjoin(events, events.c.event_no == cases.c.last_event)
    own = (
        sa.select(events)
        .join(cases, cases.c.case_no == events.c.case_no)
        .where(cases.c.county == county)
        .order_by(events.c.event_no)
    )
    with engine.connect() as connection:
        found = {
            row["case_no"]: {**row, "history": []} for row in connection.execute(query.where(cases.c.county == county)).mappings()
        }
        for event in connection.execute(own).mappings():
            found[event["case_no"]]["history"].append(dict(event))
    return found


def known_runs(engine: sa.Engine, counties: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The complete runs by county, audit date and the order in which they were made. `superseded`: a later run of the date stands
    for it; `stale`: a run of an earlier date was made after it, so what it says of 与上次相比 is out of date."""
    query = sa.select(runs).where(runs.c.state == "complete").order_by(runs.c.county, runs.c.as_of, runs.c.run_id)
    with engine.connect() as connection:
        found = [
            dict(row) for row in connection.execute(query.where(runs.c.county.in_(counties)) if counties else query).mappings()
        ]
    for _, of_county in groupby(found, itemgetter("county")):
        before = 0  # the last run made of an earlier date
        for _, of_date in groupby(of_county, itemgetter("as_of")):
            own = list(of_date)
            for row in own:
                row |= {"superseded": row is not own[-1], "stale": before > row["run_id"]}
            before = max(before, own[-1]["run_id"])
    return found


def decide(engine: sa.Engine, decisions: Iterable[Decision], at: str) -> int:
    """All of the decisions or none, each checked against the state that the case has now; how many. RegisterError says which cannot
    be, and what may."""
    decisions = list(decisions)
    try:
        with engine.begin() as connection:
            alone(connection)
            refused = [problem for own in decisions if (problem := _decide(connection, own, at))]
            if refused:
                raise RegisterError("\n".join(refused))
    except sa.exc.OperationalError:
        raise RegisterError("登记库正被别人写入，请稍后再试；这次没有登记") from None
    return len(decisions)


def _decide(connection: sa.Connection, own: Decision, at: str) -> str:
    query = sa.select(STATE).select_from(cases).outerjoin(events, events.c.event_no == cases.c.last_event)
    before = connection.execute(query.where(cases.c.case_no == own.case_no)).scalar()
    if before is None:
        return f"{own.case_no}：登记库中没有这个编号"
    if own.seen and own.seen != before:
        return f"{own.case_no}：看到的是“{own.seen}”，现在已是“{before}”，有人改过，请重新查看"
    if not own.author.strip() or not own.reason.strip():
        return f"{own.case_no}：要写明经办人（--author）和理由（--reason）"
    if own.recovered is not None and own.recovered < 0:
        return f"{own.case_no}：追回金额 {own.recovered} 小于零"
    said = {"deadline": own.deadline, "receiver": own.receiver}
    if problem := refusal(before, own.to_state, said):
        return f"{own.case_no}：{problem}"
    if own.attachment and not own.attachment.is_file():
        return f"{own.case_no}：附件 {own.attachment} 不存在"
    append(
        connection,
        {
            "case_no": own.case_no, "at": at, "author": own.author.strip(), "from_state": before, "to_state": own.to_state,
            "reason": own.reason.strip(), "deadline": own.deadline and own.deadline.isoformat(),
            "recovered": None if own.recovered is None else str(own.recovered), "receiver": own.receiver or None,
            "attachment": own.attachment and own.attachment.name, "attachment_sha256": own.attachment and sha256(own.attachment),
        },
    )  # fmt: skip
    return ""


def due(engine: sa.Engine, today: date, days: int, counties: Sequence[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """Unit → its open cases whose deadline has passed or comes within so many days, the most urgent first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for case in listed(engine, Filter(counties=counties, due_by=today + timedelta(days=days))):
        found.setdefault(case["unit"] or "（没有责任单位）", []).append(case)
    return found
