"""What is left of what was paid after refunds: a person's household lines, and payments that were taken back."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from fundaudit.ledger.database import put

Line = tuple[str, str, str, str | None, date | None, Decimal]  # line_id, person, subsidy, period, paid_on, amount


def net_lines(lines: list[Line]) -> dict[str, Decimal]:
    """line_id → what is left of a line after refunds (0 for refunds themselves).

    Refunds are taken in order of paid_on, then line_id. Each cancels the latest line paid on or before its day
    of the same person, subsidy and amount (the same period first, where it names one); else it reduces the
    lines of that person and subsidy on or before its day, latest first, until it is used up.
    """
    left = {line[0]: max(line[5], Decimal(0)) for line in lines}
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line[1], line[2]].append(line)
    for group in groups.values():
        refunds = sorted((x for x in group if x[5] < 0), key=lambda x: (x[4] or date.max, x[0]))
        for refund in refunds:
            _take_back(refund, group, left)
    return left


def _take_back(refund: Line, group: list[Line], left: dict[str, Decimal]) -> None:
    owed, day = -refund[5], refund[4] or date.max
    before = [x for x in group if left[x[0]] > 0 and (x[4] or date.min) <= day]
    before.sort(key=lambda x: (x[4] or date.min, x[0]), reverse=True)
    equal = [x for x in before if left[x[0]] == owed]
    same_period = [x for x in equal if refund[3] and x[3] == refund[3]]
    if equal:
        left[(same_period or equal)[0][0]] = Decimal(0)
        return
    for line in before:
        taken = min(owed, left[line[0]])
        left[line[0]] -= taken
        owed -= taken
        if not owed:
            return


# Lines of a voucher, or to a payee (account, else name) of a project, of which at least one is negative.
_WITH_REFUNDS = """
WITH own AS (
    SELECT p.payment_id, p.line_no, coalesce(p.project_id, a.project_id) AS project_id, coalesce(p.payee_account, p.payee_name) AS payee,
           p.paid_on, p.amount
    FROM payments p LEFT JOIN allocations a USING (allocation_id)
), refunds AS (FROM own WHERE amount < 0)
FROM own WHERE payment_id IN (SELECT payment_id FROM refunds)
UNION SELECT o.* FROM own o SEMI JOIN refunds r ON r.payee = o.payee AND r.project_id IS NOT DISTINCT FROM o.project_id AND abs(r.amount) = abs(o.amount)
"""
_TAKEN_BACK = pa.schema(
    [("payment_id", pa.string()), ("line_no", pa.int64()), ("left_over", pa.decimal128(18, 2)), ("returned_on", pa.date32())]
)


def load_taken_back(con: duckdb.DuckDBPyConnection, days: int) -> None:
    """`taken_back`: payments and refunds that belong together. `left_over` is 0 where a payment was taken back within `days` days and
    its month, else the amount (what is left of a voucher taken back in part); `returned_on` says when the others came back."""
    found = con.sql(_WITH_REFUNDS).to_arrow_table().to_pylist()
    put(con, "taken_back", pa.Table.from_pylist(take_back(found, days), _TAKEN_BACK))


def take_back(payments: list[dict[str, Any]], days: int) -> list[dict[str, Any]]:
    """Each negative line cancels the latest positive ones on or before its day of the same voucher, until it is used up; else the latest
    of the same payee, project and amount (CHECKS.md, Payments taken back)."""
    vouchers, payees = defaultdict(list), defaultdict(list)
    payments = [p | {"open": max(p["amount"], Decimal(0)), "left_over": p["amount"], "returned_on": None} for p in payments]
    for payment in payments:
        if payment["amount"] > 0:
            vouchers[payment["payment_id"]].append(payment)
            payees[payment["payee"], payment["project_id"], payment["amount"]].append(payment)
    for back in sorted((p for p in payments if p["amount"] < 0), key=_in_order):
        voucher = _before(vouchers[back["payment_id"]], back)
        same = _before(payees[back["payee"], back["project_id"], -back["amount"]], back) if back["payee"] else []
        same = [p for p in same if p["open"] == p["amount"]]
        if not (voucher or same):
            continue
        owed = -back["amount"]  # of a voucher line by line, the latest first
        for payment in sorted(voucher or same, key=_in_order, reverse=True)[: None if voucher else 1]:
            taken = min(payment["open"], owed)
            payment["open"] -= taken
            owed -= taken
            first, last = payment["paid_on"], back["paid_on"]
            if (last - first).days <= days and (first.year, first.month) == (last.year, last.month):
                payment["left_over"] -= taken
                back["left_over"] += taken
            elif taken:
                payment["returned_on"] = last
    return payments


def _in_order(payment: dict[str, Any]) -> tuple[date, str, int]:
    return payment["paid_on"], payment["payment_id"], payment["line_no"]


def _before(payments: list[dict[str, Any]], back: dict[str, Any]) -> list[dict[str, Any]]:
    return [p for p in payments if p["open"] > 0 and p["paid_on"] <= back["paid_on"]]
