"""What free texts name of a county's people, looked up in its tables: a county of a million lines has more names than memory should hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fundaudit.contract import TABLES, Table
from fundaudit.county import A_PLACE, OWN_NUMBERS, PLACES, personal_in_rejects
from fundaudit.masking import SEPARATORS, Secrets, mask_known

if TYPE_CHECKING:
    from fundaudit.workbench.desk import Desk

_HAN = re.compile(r"[\u3400-\u9fff·•・‧]{2,}|[\U00020000-\U0003ffff]+")
_DIGITS = re.compile(r"[0-9X]{8,}")
LONGEST_NAME = 20


@dataclass
class Hiding:
    """`known`, a table of the desk's: each personal value with its kind. What was looked up stays."""

    desk: Desk
    seen: set[str] = field(default_factory=set)
    found: dict[str, set[str]] = field(default_factory=lambda: {"number": set(), "name": set(), "own": set()})
    secrets: Secrets = field(default_factory=Secrets)

    def __post_init__(self) -> None:
        con = self.desk.con
        con.execute("CREATE TABLE known (kind VARCHAR, value VARCHAR)")
        for name in filter(self.desk.has, TABLES):
            for column, kind in _kinds(TABLES[name]):
                value = f"upper(regexp_replace({column}, '[\\s-]', '', 'g'))" if kind == "number" else column
                con.execute(  # rows after the audit date too
                    f"INSERT INTO known SELECT DISTINCT '{kind}', {value} FROM read_parquet($file) WHERE {column} IS NOT NULL",  # noqa: S608
                    {"file": str(self.desk.folder / "restricted" / "tables" / f"{name}.parquet")},
                )
        numbers, names = personal_in_rejects(self.desk.county.parts["rejects"])
        rows = [("number", SEPARATORS.sub("", n).upper()) for n in numbers] + [("name", n) for n in names]
        if rows:
            con.executemany("INSERT INTO known VALUES (?, ?)", rows)
        lengths = "SELECT DISTINCT len(value) FROM known WHERE kind = 'number' AND len(value) >= 8"
        self.lengths = [n for (n,) in con.execute(lengths).fetchall()]
        places = con.execute("SELECT DISTINCT value FROM known WHERE kind = 'place'").fetchall()
        self.common = {place for (place,) in places if A_PLACE.fullmatch(place)}

    def look_up(self, texts: Iterable[str]) -> None:
        """Which names and numbers of the county stand in these texts; all of them in one question."""
        new = set(texts) - self.seen
        if not new:
            return
        self.seen |= new
        candidates = {own for text in new for own in (*_names_in(text), *self._numbers_in(text))}
        query = "SELECT DISTINCT kind, value FROM known WHERE kind <> 'place' AND value IN (SELECT unnest($candidates))"
        rows = self.desk.con.execute(query, {"candidates": list(candidates)}).fetchall() if candidates else []
        if fresh := [(kind, value) for kind, value in rows if value not in self.found[kind]]:
            for kind, value in fresh:
                self.found[kind].add(value)
            self.secrets = Secrets.of(self.found["number"], self.found["name"], self.common, self.found["own"])

    def text(self, text: str) -> str:
        self.look_up([text])
        return mask_known(text, self.secrets)

    def _numbers_in(self, text: str) -> Iterable[str]:
        bare = SEPARATORS.sub("", text).upper()
        for run in _DIGITS.findall(bare):
            yield run
            yield from (run[i : i + n] for n in self.lengths for i in range(len(run) - n + 1))
        yield from text.split()  # the county's own numbers of papers, as they are written


def _kinds(table: Table) -> Iterator[tuple[str, str]]:
    """The columns of a table that are of somebody, number papers or name places, with which they do."""
    for column in table.columns:
        if column.personal:
            yield column.name, "name" if column.personal == "name" else "number"
        elif column.name in OWN_NUMBERS or column.name in PLACES:
            yield column.name, "own" if column.name in OWN_NUMBERS else "place"


def _names_in(text: str) -> Iterable[str]:
    for run in _HAN.findall(text):
        for n in range(2, min(len(run), LONGEST_NAME) + 1):
            yield from (run[i : i + n] for i in range(len(run) - n + 1))
