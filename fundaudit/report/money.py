"""The county's money as the report shows it: its sums, how far the year is gone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from fundaudit.catalogue import Check
from fundaudit.contract import TABLES
from fundaudit.county import County
from fundaudit.findings import Outcome
from fundaudit.ledger.connection import pace
from fundaudit.report.words import money

YEAR_TARGET = Decimal(95)  # per cent of the year's money


def sums_of_all(county: County) -> dict[str, Decimal]:
    """Amount, allocated and paid of all budget years."""
    (row,) = county.rows(
        "SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(allocated), 0) AS allocated, coalesce(sum(paid), 0) AS paid FROM indicator_money"
    )
    return {name: Decimal(value) for name, value in row.items()}


def pace_percent(county: County) -> Decimal:
    numerator, denominator = pace(county.as_of, county.settings)
    return numerator * 100 / denominator


def not_handed_in(county: County) -> list[str]:
    """The tables without which nobody can say how far the money is spent."""
    held = {f.table for f in county.about.files if f.accepted}
    return [TABLES[name].title for name in ("indicators", "allocations", "payments") if name not in held]


def amount_text(check: Check, outcome: Outcome, findings: Iterable[dict[str, Any]]) -> str:
    """What a check's findings come to, nothing where it has no amounts, and how many of them are in no total because a row that was not used could change them."""
    if not check.counts_money:
        return ""
    amounts = [f["amount"] for f in findings]
    unknown = sum(amount is None for amount in amounts)
    if unknown == len(amounts) and amounts:
        return "金额不能确定"
    return money(outcome.amount) + (f"（不含 {unknown:,} 个金额不能确定的）" if unknown else "")
