"""A run beside the county's latest complete run of an earlier audit date: what is new, stays, came back, is cleared, out of sight or open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from fundaudit.register.opening import read_register
from fundaudit.register.runs import AUTHOR, Key, Number, timeline_of
from fundaudit.register.schema import cases, events, runs, sightings, standards
from fundaudit.register.states import NEW, SETTLED

CHANGED = {"version": "检查的版本", "thresholds": "阈值", "basis": "依据"}


class StillOpen(BaseModel):
    """A case of the earlier run of which this one cannot say whether it is gone, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_no: str
    check: str
    reason: str


class Compared(BaseModel):
    """Counts of cases against the run of `before`. 新增, 持续 and 再次列出 add up to what this run counts; 屡查屡犯 are those of them
    that had been closed and have new evidence; `settled` are closed or found normal and so not counted again. Of what
    the earlier run found, `cleared` was judged and not found (消除), `vanished` is no longer in the population (未再出现), and
    `still_open` cannot be judged now or was judged by another standard."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    before: date
    new: int
    persisting: int
    again: int
    repeated: int
    settled: dict[str, int]
    cleared: int
    vanished: int
    still_open: tuple[StillOpen, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """What the county's latest complete run of an earlier date found: (check, subject) → case number; the state of every case of the
    county; and by what that run judged."""

    as_of: date
    found: Mapping[Key, str]
    states: Mapping[Key, str]
    standard: Mapping[str, Any]

    def by_check(self) -> dict[str, list[str]]:
        """Check → the subjects that it found."""
        own: dict[str, list[str]] = {}
        for check, subject in self.found:
            own.setdefault(check, []).append(subject)
        return own


def earlier_run(outputs: Path, county: str, as_of: date) -> Earlier | None:
    """None where there is no earlier run to compare with. The register is only read."""
    engine = read_register(outputs)
    if engine is None:
        return None
    try:
        with engine.connect() as connection:
            timeline = timeline_of(connection, county)
            day = max((d for d in timeline if d < as_of), default=None)
            if day is None:
                return None
            states = _states(connection, county, as_of)
            said = sa.select(standards.c.said).join(runs, runs.c.standard == standards.c.standard)
            own = connection.execute(said.where(runs.c.run_id == timeline[day])).scalar()
            return Earlier(day, _found(connection, county, day), states, json.loads(own or "{}"))
    finally:
        engine.dispose()


def _found(connection: sa.Connection, county: str, day: date) -> dict[Key, str]:
    """What the run of a day found: the cases whose times reach over it."""
    first, last = runs.alias(), runs.alias()
    query = (
        sa.select(cases.c.check_code, cases.c.subject, cases.c.case_no)
        .join(sightings, sightings.c.case_no == cases.c.case_no)
        .join(first, first.c.run_id == sightings.c.first_run)
        .join(last, last.c.run_id == sightings.c.last_run)
        .where(cases.c.county == county, first.c.as_of <= day, last.c.as_of >= day)
    )
    return {(row.check_code, row.subject): row.case_no for row in connection.execute(query)}


def _states(connection: sa.Connection, county: str, as_of: date) -> dict[Key, str]:
    """The cases that runs of earlier dates found, with their state before this date's runs: what a run of the date itself changed is
    set back, so that running it again says the same."""
    first = runs.alias()
    query = (
        sa.select(cases.c.check_code, cases.c.subject, events.c.to_state, events.c.from_state, events.c.author, events.c.at)
        .outerjoin(events, events.c.event_no == cases.c.last_event)
        .join(first, first.c.run_id == cases.c.first_run)
        .where(cases.c.county == county, first.c.as_of < as_of)
    )
    made = sa.select(runs.c.created_at).where(runs.c.county == county, runs.c.as_of == as_of)
    own = set(connection.execute(made).scalars())
    return {
        (row.check_code, row.subject): (row.from_state if row.author == AUTHOR and row.at in own else row.to_state) or NEW
        for row in connection.execute(query)
    }


def compared(
    earlier: Earlier, numbers: Mapping[Key, Number], judged: Mapping[str, Mapping[str, bool | None]], reasons: Mapping[Key, str],
    stopped: Mapping[str, str], standard: Mapping[str, Any],
) -> Compared:  # fmt: skip
    """`numbers`: what this run found. `judged`: check → subject → verdict, of the earlier run's subjects that are still in the
    population. `reasons`: why a subject could not be judged. `stopped`: why a check came to nothing."""
    shown = [state for _, state in numbers.values()]
    counted = {key for key, (_, state) in numbers.items() if state not in SETTLED}
    missing = sorted(key for key in earlier.found.keys() - numbers.keys() if earlier.states.get(key) not in SETTLED)
    open_ = {key: reason for key in missing if (reason := _why_open(key, reasons, stopped, earlier.standard, standard))}
    gone = [judged.get(check, {}).get(subject) for check, subject in missing if (check, subject) not in open_]
    return Compared(
        before=earlier.as_of,
        new=len(counted - earlier.states.keys()),
        persisting=len(earlier.found.keys() & counted),
        again=len((counted & earlier.states.keys()) - earlier.found.keys()),
        repeated=sum(state == NEW and earlier.states.get(key) == "销号" for key, (_, state) in numbers.items()),
        settled={state: shown.count(state) for state in SETTLED if state in shown},
        cleared=gone.count(False),
        vanished=gone.count(None),
        still_open=tuple(StillOpen(case_no=earlier.found[key], check=key[0], reason=why) for key, why in open_.items()),
    )


def _why_open(
    key: Key, reasons: Mapping[Key, str], stopped: Mapping[str, str], before: Mapping[str, Any], now: Mapping[str, Any]
) -> str:
    check = key[0]
    if check in stopped:
        return stopped[check]
    return reasons.get(key, "") or "；".join(changes(before, now, check))


def changes(before: Mapping[str, Any], now: Mapping[str, Any], check: str) -> list[str]:
    """What of a check's standard is another than it was: version, thresholds, bases; nothing where the earlier is not known."""
    if check not in before or check not in now:
        return []
    own = [f"{word}与上次不同" for name, word in CHANGED.items() if before[check].get(name) != now[check].get(name)]
    return own + (["公用的设置与上次不同"] if before.get("settings") != now.get("settings") else [])
