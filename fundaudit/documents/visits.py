"""抽查、实地调研: projects and households drawn for a visit, stratified by township, with the seed by which anybody can draw them again.

Weighted draws are those of Efraimidis and Spirakis (Information Processing Letters 97, 2006, algorithm A-Res): of weights w each subject
gets the key u^(1/w), u uniform in (0, 1], and the largest keys are taken; equal weights give a simple random sample.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from fundaudit.county import County
from fundaudit.documents.papers import Paper, Sheet
from fundaudit.register.states import OPEN
from fundaudit.register.workbook import FILLED
from fundaudit.report.words import yuan
from fundaudit.sampling import shares

By = Literal["random", "money", "risk"]
RISK = {"高": 5, "中": 3, "低": 1}  # what a finding adds to a subject's weight of 1; no rule fixes it
WAYS = {"random": "等概率随机", "money": "按金额加权", "risk": "按疑点轻重加权"}
BLANKS = ("到场日期", "实地情况", "与台账是否一致", "被访人签字", "检查人")


@dataclass(frozen=True)
class Drawn:
    """A project or a household: yuan allocated or paid, and its open cases."""

    key: str
    name: str
    township: str
    village: str
    amount: Decimal
    cases: tuple[str, ...]
    weight: Decimal


def draw(subjects: Sequence[Drawn], number: int, seed: int) -> list[Drawn]:
    """So many of the subjects, by township and weight; the same of the same seed, whatever the order in which they come."""
    chance = random.Random(seed)  # noqa: S311 a sample that can be drawn again, no secret
    strata: dict[str, list[Drawn]] = defaultdict(list)
    for subject in sorted(subjects, key=lambda s: (s.township, s.key)):
        strata[subject.township].append(subject)
    wanted = shares({town: len(own) for town, own in strata.items()}, number)
    found = []
    for town, own in strata.items():
        keys = {s.key: (1 - chance.random()) ** (1 / float(s.weight)) if s.weight > 0 else 0.0 for s in own}
        found += sorted(own, key=lambda s: (-keys[s.key], s.key))[: wanted[town]]
    return sorted(found, key=lambda s: (s.township, s.village, s.key))


def subjects(county: County, registered: Mapping[str, Mapping[str, Any]], by: By) -> tuple[list[Drawn], list[Drawn]]:
    """Every project with money and every household (a person where no household is known) that was paid, with its weight."""
    of: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for finding in county.finding_rows:
        state = registered.get(finding["case_no"], {}).get("state", finding["state"])
        if state in OPEN:
            of[finding["subject"]].append(finding)
    projects = county.rows(
        "SELECT project_id AS key, name, coalesce(township, '（未填乡镇）') AS township, coalesce(village, '') AS village, allocated AS amount,"
        " [project_id] AS known_by FROM project_money WHERE allocated > 0"
    )
    households = county.ledger.query(
        "SELECT coalesce(household_id, home, id_number, 'line:' || line_id) AS key, min(name) AS name, coalesce(min(township), '（未填乡镇）') AS township,"
        " coalesce(min(village), '') AS village, sum(net) AS amount,"
        " list_distinct(list(id_number) || list(coalesce(household_id, home))) AS known_by FROM lines WHERE net > 0 GROUP BY 1"
    ).to_pylist()
    return [_drawn(row, of, by) for row in projects], [_drawn(row, of, by) for row in households]


def _drawn(row: Mapping[str, Any], of: Mapping[str, list[Mapping[str, Any]]], by: By) -> Drawn:
    own = [finding for key in row["known_by"] if key for finding in of.get(key, ())]
    weight = Decimal(1)
    if by == "money":
        weight = Decimal(row["amount"])
    elif by == "risk":
        weight += sum(RISK[finding["severity"]] for finding in own)
    cases = tuple(sorted({finding["case_no"] for finding in own}))
    return Drawn(row["key"], row["name"] or "", row["township"], row["village"], Decimal(row["amount"]), cases, weight)


def visits(
    county: County, registered: Mapping[str, Mapping[str, Any]], projects: int, households: int, by: By, seed: int
) -> list[Paper]:
    """抽查名单, whole, with blanks to fill in on the spot; its sheet 疑点 goes back through `fundaudit cases decide --from`."""
    every = subjects(county, registered, by)
    drawn = [draw(own, number, seed) for own, number in zip(every, (projects, households), strict=True)]
    states = {f["case_no"]: registered.get(f["case_no"], {}).get("state", f["state"]) for f in county.finding_rows}
    titles = {f["case_no"]: county.catalogue.checks[f["check"]].title for f in county.finding_rows}
    named = [(kind, s) for kind, own in zip(("项目", "户"), drawn, strict=True) for s in own]
    cases = [
        [number, titles[number], s.name, states[number], *("" for _ in FILLED)] for _, s in named for number in s.cases
    ]  # fmt: skip
    headers = ("类别", "编号", "名称", "乡镇", "行政村", "金额（元）", "疑点编号", *BLANKS)
    rows = [
        [kind, s.key, s.name, s.township, s.village, yuan(s.amount), "\n".join(s.cases), *("" for _ in BLANKS)]
        for kind, s in named
    ]
    shows = {
        "projects": drawn[0], "households": drawn[1], "way": WAYS[by], "seed": seed,
        "of": [len(own) for own in every], "blanks": BLANKS,
    }  # fmt: skip
    sheets = [Sheet("疑点", ("疑点编号", "检查事项", "对象", "状态", *FILLED.values()), cases), Sheet("抽查名单", headers, rows)]
    return [Paper("抽查名单", "实地抽查名单", "visits.html.j2", shows, False, sheets)]
