"""Money's keys of which digits may be lost: a spreadsheet held them as numbers, or stars stand for some (CHECKS.md, Suspect keys)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.contract import LINK_KEYS, TABLES
from fundaudit.intake.rows import plain

MONEY = ("indicators", "allocations", "projects", "contracts", "payments", "accounts", "balances")
KEPT = 15  # digits that a spreadsheet keeps of a number


@dataclass(frozen=True)
class Suspect:
    """A row's key that may have lost digits, and the known keys that it could be: its own where it is one."""

    table: str
    column: str
    row: dict[str, Any]
    written: str
    others: tuple[str, ...]

    @property
    def kind(self) -> str:
        return kind_of(self.column)

    def said(self, other: str | None) -> dict[str, str]:
        """What the row says, as text, with another key in place of the suspect one."""
        row = self.row | {self.column: other}
        return {c.name: plain(row[c.name]) for c in TABLES[self.table].columns if row[c.name] is not None}


def kind_of(column: str) -> str:
    return "account_no" if column in ("payee_account", "payer_account") else column


def suspects(tables: Mapping[str, pa.Table]) -> Iterator[Suspect]:
    """Long numbers held as numbers, and masked ones; a short one only where zeros before it tell it from a known key."""
    known = _known(tables)
    for name in MONEY:
        rows = tables[name]
        flagged = pc.greater(pc.list_value_length(rows["suspect"]), 0)
        masked = [pc.match_substring(rows[c], "*") for c in _links(name)]
        for own in masked:
            flagged = pc.or_(pc.fill_null(flagged, False), pc.fill_null(own, False))
        for row in rows.filter(flagged).to_pylist():
            for column in _links(name):
                text = row[column]
                if text and (column in (row["suspect"] or ()) or "*" in text):
                    others = tuple(sorted(other for other in known[kind_of(column)].near(text)))
                    if lost(text) or others:
                        yield Suspect(name, column, row, text, others)


def lost(text: str) -> bool:
    """Whether a suspect key has surely lost digits: a short number has none to lose but zeros before it."""
    return len(text) > KEPT or "*" in text


def _links(name: str) -> list[str]:
    return [c.name for c in TABLES[name].columns if c.kind == "id" and kind_of(c.name) in LINK_KEYS]


class _Keys:
    """The known keys of one kind: in order, to be found by what they begin with, and without the zeros before them."""

    def __init__(self, keys: set[str]) -> None:
        self.sorted = sorted(keys)
        self.bare: dict[str, set[str]] = defaultdict(set)
        for key in keys:
            self.bare[key.lstrip("0")].add(key)

    def near(self, text: str) -> set[str]:
        """The other keys that a suspect one could be: those that agree with it in the digits that are left."""
        if not lost(text):
            return self.bare[text.lstrip("0")] - {text}
        masked = "*" in text
        left = len(text.rstrip("0"))
        begins = text.split("*")[0] if masked else text[: KEPT if left < 6 else min(left, KEPT)]
        found = set()
        for key in self.sorted[bisect_left(self.sorted, begins) :]:
            if not key.startswith(begins):
                break
            if len(key) == len(text) and (not masked or all(a in ("*", b) for a, b in zip(text, key, strict=True))):
                found.add(key)
        return found - {text}


def _known(tables: Mapping[str, pa.Table]) -> dict[str, _Keys]:
    keys: dict[str, set[str]] = defaultdict(set)
    for name in MONEY:
        for column in _links(name):
            keys[kind_of(column)] |= {key for key in tables[name][column].unique().to_pylist() if key}
    return {kind: _Keys(own) for kind, own in keys.items()}
