"""How the counties stand beside each other, from the register alone: sums and cases of each, checks over all, the last runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from fundaudit.register.schema import cases, events, outcomes, runs
from fundaudit.register.states import NEW, OPEN

ZERO = Decimal(0)
SHOWN_RUNS = 6  # of a trend


@dataclass
class CountyStanding:
    """A county's run: findings that count, subjects that could not be judged, yuan at issue, received in the main year and paid; and of
    all its cases how many are in which state, and how many had been closed and came back."""

    county: str
    name: str
    as_of: date
    findings: int
    undetermined: int
    at_issue: Decimal
    funds: Decimal
    paid: Decimal
    states: dict[str, int] = field(default_factory=dict)
    repeated: int = 0

    @property
    def open_cases(self) -> int:
        return sum(n for state, n in self.states.items() if state in OPEN and state != NEW)


@dataclass
class Standing:
    """`checks`: code → (counties with findings, findings, yuan), the most findings first; `trend`: audit date → (counties, findings, yuan
    at issue, funds, paid), the oldest first."""

    counties: list[CountyStanding]
    checks: dict[str, tuple[int, int, Decimal]]
    trend: dict[date, tuple[int, int, Decimal, Decimal, Decimal]]


def standing(connection: sa.Connection, as_of: date, counties: Collection[str] = ()) -> Standing:
    """The runs that stand for an audit date, of the counties named or of all; a region's own run is none of them."""
    latest = _latest(counties).subquery()
    own = sa.select(runs).join(latest, latest.c.run_id == runs.c.run_id)
    rows = list(connection.execute(own.where(runs.c.as_of == as_of).order_by(runs.c.county)).mappings())
    found = [
        CountyStanding(
            r["county"], r["name"] or r["county"], r["as_of"], r["findings"] or 0, r["undetermined"] or 0,
            r["at_issue"] or ZERO, r["funds"] or ZERO, r["paid"] or ZERO,
        )
        for r in rows
    ]  # fmt: skip
    _with_cases(connection, {c.county: c for c in found}, all_of_them=not counties)
    return Standing(found, _checks(connection, [r["run_id"] for r in rows]), _trend(connection, latest, as_of))


def _latest(counties: Collection[str]) -> sa.Select[Any]:
    """The run that stands for each county and date."""
    query = sa.select(sa.func.max(runs.c.run_id).label("run_id")).where(runs.c.state == "complete", runs.c.county != "region")
    if counties:
        query = query.where(runs.c.county.in_(counties))
    return query.group_by(runs.c.county, runs.c.as_of)


def _with_cases(connection: sa.Connection, of: dict[str, CountyStanding], all_of_them: bool) -> None:
    """The cases with a history by state; those that nobody has touched, who are most, are what is left of the count."""
    decided = sa.select(cases.c.county, events.c.to_state, sa.func.count()).join(events, events.c.event_no == cases.c.last_event)
    back = sa.select(cases.c.county, sa.func.count(sa.distinct(events.c.case_no))).join(
        cases, cases.c.case_no == events.c.case_no
    )
    back = back.where(events.c.from_state == "销号", events.c.to_state == NEW)
    every = sa.select(cases.c.county, sa.func.count())
    if not all_of_them:
        decided, back, every = (query.where(cases.c.county.in_(of)) for query in (decided, back, every))
    for county, state, n in connection.execute(decided.group_by(cases.c.county, events.c.to_state)):
        if county in of:
            of[county].states[state] = n
    for county, n in connection.execute(every.group_by(cases.c.county)):
        if county in of:
            touched = sum(of[county].states.values())
            of[county].states[NEW] = of[county].states.get(NEW, 0) + n - touched
    for county, n in connection.execute(back.group_by(cases.c.county)):
        if county in of:
            of[county].repeated = n


CHUNK = 500


def _checks(connection: sa.Connection, run_ids: list[int]) -> dict[str, tuple[int, int, Decimal]]:
    sums: dict[str, tuple[int, int, Decimal]] = {}
    for start in range(0, len(run_ids), CHUNK):
        query = sa.select(outcomes.c.check_code, sa.func.count(), sa.func.sum(outcomes.c.flagged), sa.func.sum(outcomes.c.amount))
        query = query.where(outcomes.c.run_id.in_(run_ids[start : start + CHUNK]), outcomes.c.flagged > 0).group_by(
            outcomes.c.check_code
        )
        for code, n, flagged, amount in connection.execute(query):
            before = sums.get(code, (0, 0, ZERO))
            sums[code] = (before[0] + n, before[1] + flagged, before[2] + (amount or ZERO))
    return dict(sorted(sums.items(), key=lambda item: (-item[1][1], item[0])))


def _trend(connection: sa.Connection, latest: sa.Subquery, as_of: date) -> dict[date, tuple[int, int, Decimal, Decimal, Decimal]]:
    sums = [sa.func.sum(sa.func.coalesce(runs.c[name], 0)) for name in ("findings", "at_issue", "funds", "paid")]
    query = sa.select(runs.c.as_of, sa.func.count(), *sums).join(latest, latest.c.run_id == runs.c.run_id)
    query = query.where(runs.c.as_of <= as_of).group_by(runs.c.as_of).order_by(runs.c.as_of.desc()).limit(SHOWN_RUNS)
    rows = list(connection.execute(query))
    return {day: (n, found or 0, Decimal(a or 0), Decimal(f or 0), Decimal(p or 0)) for day, n, found, a, f, p in reversed(rows)}
