"""What the oracle reads: accepted rows as plain dictionaries, cut at the audit date, and what of rejected rows is readable.

The oracle follows CHECKS.md (the catalogue's logic) in plain Python and imports nothing of fundaudit but its contract.
A verdict is `Verdict(flag, amount, occurred_on)`; flag None = 未能判定.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from fundaudit.contract import TABLES

Row = dict[str, Any]
CENT = Decimal("0.01")
ZERO = Decimal(0)


class Verdict(NamedTuple):
    """One subject: flagged, not flagged or (None) undetermined; the amount in yuan and the day of the earliest flagged row."""

    flag: bool | None
    amount: Decimal | None = None
    occurred_on: dt.date | None = None


Verdicts = dict[str, Verdict]


@dataclass
class Book:
    """A county's accepted rows at the audit date. `rejected`: table → readable cells (text) of each row that was refused."""

    as_of: dt.date
    tables: dict[str, list[Row]]
    rejected: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    targeted_words: tuple[str, ...] = ()
    open_words: tuple[str, ...] = ()
    reverse_days: int = 10
    spellings: dict[str, list[str]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> list[Row]:
        if name in TABLES:
            return self.tables.get(name, [])
        raise AttributeError(name)

    def spelling(self, key: str) -> str:
        """How a text is shown: the commonest way in which any column that checks compare writes it."""
        if not self.spellings:
            for name, rows in self.tables.items():
                for column in TABLES[name].wordings:
                    for text in (row[column] for row in rows if row[column]):
                        self.spellings.setdefault(wording(text) or "", []).append(text)
        return commonest(self.spellings[key])

    @property
    def year_start(self) -> dt.date:
        return dt.date(self.as_of.year, 1, 1)


def book_of(accepted: dict[str, list[Row]], rejects: Iterable[Row], as_of: dt.date, **settings: Any) -> Book:
    """The accepted rows with all later ones removed; later completions count as empty; planned dates and validity stay."""
    tables = {}
    for name, rows in accepted.items():
        table, own = TABLES[name], []
        for row in rows:
            event = row.get(table.event) if table.event else None
            if event is not None and event > as_of:
                continue
            kept = dict(row)
            for column, completion in table.come_with:
                if kept[completion] is not None and kept[completion] > as_of:
                    kept[column] = None
            for column in table.completions:
                if kept[column] is not None and kept[column] > as_of:
                    kept[column] = kept[column + "_end"] = None
                elif kept.get(column + "_end"):
                    kept[column + "_end"] = min(kept[column + "_end"], as_of)
            own.append(kept)
        tables[name] = own
    rejected: dict[str, list[dict[str, str]]] = {}
    for row in rejects:
        if row["alike"]:
            continue
        readable = dict(row["readable"]) | {"place": f"{row['file']}#{row['row']}"}
        event = readable.get(TABLES[row["table"]].event, "")
        if not event or dt.date.fromisoformat(event) <= as_of:
            rejected.setdefault(row["table"], []).append(readable)
    return Book(as_of, tables, rejected, **settings)


def wording(text: str | None) -> str | None:
    """A text as every check compares it: NFKC in lower case without white space; brackets of one width come of NFKC."""
    if text is None:
        return None
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if not c.isspace() and unicodedata.category(c) != "Cf")


def commonest(texts: Iterable[str]) -> str:
    """The contract's own spelling, else the commonest; the first in order where several are as common."""
    texts = list(texts)
    for table in TABLES.values():
        for value in (v for column in table.columns for v in column.values):
            if wording(value) == wording(texts[0]):
                return value
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return min(counts, key=lambda text: (-counts[text], text))


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def both_ends(row: Row, column: str) -> list[dt.date | None]:
    """A date, or the first and last day of one that is known to the month only."""
    first, last = row[column], row.get(column + "_end")
    return [first] if last is None or last == first else [first, last]


def one_answer(answers: Iterable[bool | None]) -> bool | None:
    """What all readings say; None where they differ or one of them cannot tell."""
    found = set(answers)
    return found.pop() if len(found) == 1 else None
