"""Money's keys of which digits may be lost: a spreadsheet held them as numbers, or stars stand for some (CHECKS.md, Suspect keys)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.contract import TABLES
from fundaudit.intake.rows import plain

KEYS = (
    "indicator_id",
    "allocation_id",
    "project_id",
    "contract_id",
    "payment_id",
    "account_no",
)  # people's numbers have views of their own
OTHER_NAMES = {"payee_account": "account_no", "payer_account": "account_no", "matches": "indicator_id"}
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
    return OTHER_NAMES.get(column, column)


def suspects(tables: Mapping[str, pa.Table]) -> Iterator[Suspect]:
    """Long numbers held as numbers, and masked ones; a short one only where zeros before it tell it from a known key."""
    known = _known(tables)
    for name, rows in tables.items():
        for row in rows.take(_flagged(rows, _links(name))).to_pylist():
            for column in _links(name):
                text = row[column]
                if text and (column in (row["suspect"] or ()) or "*" in text):
                    others = tuple(sorted(other for other in known[kind_of(column)].near(text)))
                    if lost(text) or others:
                        yield Suspect(name, column, row, text, others)


def _flagged(rows: pa.Table, columns: list[str]) -> pa.Array:
    """Which rows have one of the keys held as a number, or with stars."""
    held = rows["suspect"].combine_chunks()
    places = [pc.list_parent_indices(held).filter(pc.is_in(pc.list_flatten(held), pa.array(columns, pa.string())))]
    places += [pc.indices_nonzero(pc.fill_null(pc.match_substring(rows[column], "*"), False)) for column in columns]
    return pc.unique(pa.concat_arrays([own.cast(pa.int64()) for own in places])).sort()


def lost(text: str) -> bool:
    """Whether a suspect key has surely lost digits: a short number has none to lose but zeros before it."""
    return len(text) > KEPT or "*" in text


def _links(name: str) -> list[str]:
    return [c.name for c in TABLES[name].columns if c.kind == "id" and kind_of(c.name) in KEYS]


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
    for name, rows in tables.items():
        for column in _links(name):
            keys[kind_of(column)] |= {key for key in rows[column].unique().to_pylist() if key}
    return {kind: _Keys(own) for kind, own in keys.items()}
