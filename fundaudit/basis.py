"""Legal bases by id: what each is, where, when and for which money it binds (`basis.toml`; CHECKS.md, Legal force)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

Force = Literal["法律", "行政法规", "部门规章", "规范性文件", "本地方案", "情况说明", "经验材料"]
LAWS = ("法律", "行政法规")
NEVER_BIND = ("情况说明", "经验材料")
Money = Collection[frozenset[str]]  # of each indicator behind a finding its fund type and direct tag; empty where nobody knows


@dataclass(frozen=True)
class Basis:
    """One rule: what it says in our own words, where (county code prefixes; empty = everywhere), when and of which money."""

    id: str
    force: Force
    title: str
    read: Literal["全文", "摘要", "仅题名"]
    says: str = ""
    number: str = ""
    article: str = ""
    territory: tuple[str, ...] = ()
    applies_to: frozenset[str] = frozenset()
    issued: date | None = None
    in_force: date | None = None
    until: date | None = None
    after: str = ""  # what is known of the time after it

    def holds_on(self, day: date) -> bool:
        """Whether it was in force. A document whose day was not found held at the latest from the year after its number's."""
        begins = self.in_force or self.issued
        if begins is None and (year := re.search(r"〔(\d{4})〕", self.number)):
            begins = date(int(year[1]) + 1, 1, 1)
        return begins is not None and begins <= day and (self.until is None or day <= self.until)

    def in_territory(self, county: str) -> bool:
        return not self.territory or county.startswith(self.territory)

    def binds(self, county: str, day: date, money: Money) -> bool:
        """Whether the rule binds money in that county on that day; else it may only be cited as 参照."""
        speaks = not self.applies_to or (bool(money) and all(own & self.applies_to for own in money))
        return self.force not in NEVER_BIND and self.in_territory(county) and self.holds_on(day) and speaks

    @property
    def citation(self) -> str:
        """Title（number）article, as a paper would cite it."""
        number = f"（{self.number}）" if self.number else ""
        return f"{self.title}{number}{self.article}"

    @property
    def dates(self) -> str:
        """自…起施行 for laws and regulations, …印发 for documents, nothing for what never binds; and what was not read."""
        said = []
        if self.force in LAWS and self.in_force:
            said.append(f"自 {self.in_force} 起施行")
        elif self.force not in (*LAWS, *NEVER_BIND):
            said.append(f"{self.issued} 印发" if self.issued else "文件未载日期")
        said += [self.force] if self.force in NEVER_BIND else []
        said += [f"至 {self.until}"] if self.until else []
        said += ["仅题名"] if self.read == "仅题名" else []
        return "，".join(said)


@cache
def bases() -> dict[str, Basis]:
    """All bases by id."""
    text = files("fundaudit").joinpath("basis.toml").read_text(encoding="utf-8")
    found = {}
    for id_, fields in tomllib.loads(text).items():
        fields["territory"] = tuple(fields.get("territory", ()))
        fields["applies_to"] = frozenset(fields.get("applies_to", ()))
        found[id_] = Basis(id=id_, **fields)
    return found
