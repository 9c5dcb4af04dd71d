"""Legal bases by id, with the territory they bind and the dates in force (`basis.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Basis:
    """One rule: what it says in our own words, where (county code prefixes; empty = everywhere) and when."""

    id: str
    title: str
    says: str
    number: str = ""
    article: str = ""
    territory: tuple[str, ...] = ()
    since: date = date.min
    until: date = date.max

    def in_force(self, day: date) -> bool:
        return self.since <= day <= self.until

    def binds(self, county: str, day: date) -> bool:
        """Whether the rule binds in that county on that day; elsewhere it may only be cited as 参照."""
        return self.in_force(day) and (not self.territory or county.startswith(self.territory))

    @property
    def citation(self) -> str:
        """Title（number）article, as a paper would cite it."""
        number = f"（{self.number}）" if self.number else ""
        return f"{self.title}{number}{self.article}"


@cache
def bases() -> dict[str, Basis]:
    """All bases by id."""
    text = files("fundaudit").joinpath("basis.toml").read_text(encoding="utf-8")
    found = {}
    for id_, fields in tomllib.loads(text).items():
        fields["territory"] = tuple(fields.get("territory", ()))
        found[id_] = Basis(id=id_, **fields)
    return found
