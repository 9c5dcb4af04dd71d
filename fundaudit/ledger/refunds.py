"""What is left of a person's payments after refunds."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

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
