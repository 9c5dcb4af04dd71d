"""Printed totals (小计, 合计, 总计) beside the sum of the rows that they stand for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

import numpy as np
import pyarrow as pa

from fundaudit.dates import Unreadable
from fundaudit.intake import values
from fundaudit.intake.readers import Cells
from fundaudit.intake.readers.sheet import Flags, Places

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class PrintedTotal:
    """A total row's cell: what it printed (yuan; None where it cannot be read) and what its rows add up to.

    `first` and `last` are the rows of the file that `recomputed` adds up; `missing` of their cells could not be read.
    """

    row: int
    label: str
    column: str
    printed: Decimal | None
    recomputed: Decimal
    first: int
    last: int
    missing: int = 0


def printed_totals(
    cells: Cells,
    data: Flags,
    totals: list[int],
    money: dict[str, tuple[int, str]],
    columns: dict[str, pa.Array],
    label: re.Pattern[str],
) -> list[PrintedTotal]:
    """Every money cell of every total row. `money`: column → (place, unit); `columns`: the values of the data rows."""
    if not totals:
        return []
    at = np.flatnonzero(data)  # the data rows among all rows
    found = []
    for name, (j, unit) in money.items():
        sums = _Sums(at, columns[name], cells.texts[j])
        for place, k in enumerate(totals):
            text = cells.texts[j][k].as_py()
            if values.is_empty(text):
                continue
            printed = _printed(text, unit)
            start, end = _scope(sums, place, k, totals, printed, _label(cells.row(k), label))
            first, last = sums.rows(start, end, cells.numbers)
            found.append(
                PrintedTotal(
                    int(cells.numbers[k]),
                    _label(cells.row(k), label),
                    name,
                    printed,
                    sums.between(start, end),
                    first,
                    last,
                    sums.missing(start, end),
                )
            )
    return sorted(found, key=lambda t: (t.row, t.column))


def _printed(text: str, unit: str) -> Decimal | None:
    try:
        return None if unit.startswith("?") else values.to_cents(values.read_money(text, unit))
    except Unreadable:
        return None


def _label(row: list[str], label: re.Pattern[str]) -> str:
    texts = [re.sub(r"\s+", "", unicodedata.normalize("NFKC", t)) for t in row]
    return next((t for t in texts if label.fullmatch(t)), next(t for t in texts if t))


class _Sums:
    """Running sums of a money column over the data rows."""

    def __init__(self, at: Places, amounts: pa.Array, texts: pa.Array):
        self.at = at
        readable = amounts.to_pylist()
        unread = [a is None and not values.is_empty(texts[int(k)].as_py()) for a, k in zip(readable, at, strict=True)]
        self.sums = [ZERO, *accumulate(a or ZERO for a in readable)]
        self.unread = [0, *accumulate(map(int, unread))]

    def _ends(self, start: int, end: int) -> tuple[int, int]:
        low, high = np.searchsorted(self.at, [start, end])
        return int(low), int(high)

    def between(self, start: int, end: int) -> Decimal:
        """Σ of the data rows from place `start` up to place `end`."""
        low, high = self._ends(start, end)
        return self.sums[high] - self.sums[low]

    def count(self, start: int, end: int) -> int:
        low, high = self._ends(start, end)
        return high - low

    def missing(self, start: int, end: int) -> int:
        low, high = self._ends(start, end)
        return self.unread[high] - self.unread[low]

    def rows(self, start: int, end: int, numbers: Places) -> tuple[int, int]:
        low, high = self._ends(start, end)
        return (int(numbers[self.at[low]]), int(numbers[self.at[high - 1]])) if high > low else (0, 0)


def _scope(sums: _Sums, place: int, k: int, totals: list[int], printed: Decimal | None, label: str) -> tuple[int, int]:
    """The rows that a total stands for.

    小计 stands for the rows since the total before it, any other for those from the top; some tables print totals above
    their rows. Where the printed number fits one of these readings, that one is meant; else the usual one, which then
    shows the difference.
    """
    end = int(sums.at[-1]) + 1 if len(sums.at) else 0
    before = totals[place - 1] + 1 if place else 0
    after = totals[place + 1] if place + 1 < len(totals) else end
    above = [(before, k), (0, k)] if "小计" in label else [(0, k), (before, k)]
    below = [(k + 1, after), (k + 1, end)] if "小计" in label else [(k + 1, end), (k + 1, after)]
    readings = [scope for scope in [*above, *below, (0, end)] if sums.count(*scope)] or above
    return next((scope for scope in readings if sums.between(*scope) == printed), readings[0])
