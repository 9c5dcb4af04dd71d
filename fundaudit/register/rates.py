"""How often each check's findings held: of the cases on which somebody came to a conclusion, and what was recovered."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from fundaudit.findings import ZERO
from fundaudit.register.opening import read_register
from fundaudit.register.schema import cases, events

FEW = 10  # conclusions below which a rate says little


class HitRate(BaseModel):
    """Of a check's cases: how many were found true (认定属实), how many normal (认定正常), by the last conclusion on each; yuan recovered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    held: int = 0
    not_held: int = 0
    recovered: Decimal = ZERO

    @property
    def decided(self) -> int:
        return self.held + self.not_held

    @property
    def few(self) -> bool:
        return self.decided < FEW


def hit_rates(outputs: Path) -> dict[str, HitRate]:
    """Check → its rate over all counties of the register beside `outputs`; those without a conclusion are left out."""
    engine = read_register(outputs)
    if engine is None:
        return {}
    try:
        with engine.connect() as connection:
            return rates_of(connection)
    finally:
        engine.dispose()


def rates_of(connection: sa.Connection) -> dict[str, HitRate]:
    query = sa.select(cases.c.check_code, events.c.case_no, events.c.to_state, events.c.recovered)
    last: dict[tuple[str, str], bool] = {}
    recovered: dict[str, Decimal] = {}
    for check, case_no, state, amount in connection.execute(query.join(cases).order_by(events.c.event_no)):
        if state in ("认定属实", "认定正常"):
            last[check, case_no] = state == "认定属实"
        recovered[check] = recovered.get(check, ZERO) + Decimal(amount or 0)
    return {
        check: HitRate(
            held=sum(held for (c, _), held in last.items() if c == check),
            not_held=sum(not held for (c, _), held in last.items() if c == check),
            recovered=recovered[check],
        )
        for check in sorted({c for c, _ in last})
    }
