"""A run beside the county's latest complete run of an earlier audit date: what is new, stays, came back, is no longer found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from fundaudit.register.runs import Key, Number
from fundaudit.register.schema import cases, events, read_register, runs, sightings
from fundaudit.register.states import NEW


class Compared(BaseModel):
    """Counts of cases against the run of `before`. 新增, 持续 and 再现 add up to what this run found; 屡查屡犯 are those of them that had
    been closed and have new evidence, `settled` those that are closed or found normal and still listed. Of what the earlier run found,
    `open` cannot be judged now and `gone` is not found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    before: date
    new: int
    persisting: int
    again: int
    repeated: int
    settled: dict[str, int]
    gone: int
    open: int


def compared(
    outputs: Path, county: str, as_of: date, numbers: Mapping[Key, Number], undetermined: Collection[Key]
) -> Compared | None:
    """None where there is no earlier run to compare with. The register is only read."""
    engine = read_register(outputs)
    if engine is None:
        return None
    try:
        with engine.connect() as connection:
            latest = sa.select(runs.c.run_id, runs.c.as_of).where(
                runs.c.county == county, runs.c.state == "complete", runs.c.as_of < as_of
            )
            run = connection.execute(latest.order_by(runs.c.as_of.desc(), runs.c.run_id.desc()).limit(1)).first()
            if run is None:
                return None
            found = sa.select(cases.c.check_code, cases.c.subject).join(sightings, sightings.c.case_no == cases.c.case_no)
            found = found.where(cases.c.county == county, sightings.c.first_run <= run.run_id, sightings.c.last_run >= run.run_id)
            before = {(row.check_code, row.subject) for row in connection.execute(found)}
            states = {(row.check_code, row.subject): row.state for row in connection.execute(_known(county))}
    finally:
        engine.dispose()
    missing = before - numbers.keys()
    shown = [state for _, state in numbers.values()]
    return Compared(
        before=run.as_of,
        new=len(numbers.keys() - states.keys()),
        persisting=len(before & numbers.keys()),
        again=len((numbers.keys() & states.keys()) - before),
        repeated=sum(state == NEW and states.get(key) == "销号" for key, (_, state) in numbers.items()),
        settled={state: shown.count(state) for state in ("认定正常", "销号") if state in shown},
        gone=len(missing - set(undetermined)),
        open=len(missing & set(undetermined)),
    )


def _known(county: str) -> sa.Select[tuple[str, str, str]]:
    """The county's cases with their state before this run."""
    state = sa.func.coalesce(events.c.to_state, NEW).label("state")
    query = sa.select(cases.c.check_code, cases.c.subject, state).outerjoin(events, events.c.event_no == cases.c.last_event)
    return query.where(cases.c.county == county)
