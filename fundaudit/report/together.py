"""Seen together: who and what has several findings, and the findings with their money by township and by responsible unit.

Money is that of the distinct payments and lines behind findings, each once; balances and shortfalls are not added in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from fundaudit.county import County
from fundaudit.findings import SEVERITIES
from fundaudit.masking import mask_known, mask_payee
from fundaudit.report.pieces import SHOWN_ROWS, mask_subject, mask_subject_name
from fundaudit.report.shares import shown_cases
from fundaudit.report.words import yuan

ZERO = Decimal(0)
Finding = dict[str, Any]
UNKNOWN = "（未载明）"
OF_PROJECTS = ("project_id", "allocation_id", "payment_id", "contract_id")  # findings of people belong to people


def sums_by(county: County, column: str) -> tuple[list[list[str]], list[str]]:
    """Findings by severity and their money by what `column` of a finding says; rows and total."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in county.finding_rows:
        counts[finding[column] or UNKNOWN][finding["severity"]] += 1
    money = _money_by(county, column)
    order = sorted(counts, key=lambda name: (name == UNKNOWN, -counts[name].total(), name))
    rows = [_sums(name, counts[name], money.get(name, ZERO)) for name in order]
    every = sum(counts.values(), Counter[str]())
    return rows, _sums("合计", every, sum(money.values(), ZERO))


def _sums(name: str, counts: Counter[str], money: Decimal) -> list[str]:
    return [
        name,
        *(f"{counts[s]:,}" if counts[s] else "" for s in SEVERITIES),
        f"{counts.total():,}",
        yuan(money) if money else "",
    ]


def _money_by(county: County, column: str) -> dict[str, Decimal]:
    """What the distinct payments and lines behind findings come to, by a column of the findings; each once, in yuan."""
    named = {(f["check"], f["subject"]): f[column] or UNKNOWN for f in county.finding_rows}
    of: dict[str, tuple[str, Decimal]] = {}
    for code, table in county.evidence.items():
        if county.catalogue.checks[code].adds and {"paid_key", "amount"} <= set(table.column_names):
            columns = ("subject", "flag", "paid_key", "amount")
            for subject, flag, key, amount in zip(*(table[c].to_pylist() for c in columns), strict=True):
                if flag and key and amount is not None and amount > of.get(key, ("", ZERO))[1]:
                    of[key] = (named[code, subject], amount)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for name, amount in of.values():
        sums[name] += amount
    return sums


def several(county: County) -> list[dict[str, Any]]:
    """People, households, projects, contractors with findings of several checks: a table each that has rows."""
    projects, contractors, linked = _projects(county), _contractors(county), shown_cases(county)
    names = {key: name for own in projects_of(county).values() for key, name in own.items()}
    tables = (
        ("同时涉及多项疑点的人员", "姓名和证件号码", _by_subject(county, "id_number"), _person),
        ("同时涉及多项疑点的家庭", "户编号", _by_subject(county, "household_id"), lambda key, own: key),
        ("同时涉及多项疑点的项目", "项目", projects, lambda key, own: (names[key], key)),
        ("几个项目有疑点的承包单位", "承包单位", contractors, lambda key, own: mask_payee(key)),
    )
    return [
        {
            "title": title,
            "header": header,
            "rows": [
                [shown(key, own), f"{len(own):,}", _titles(county, own), _links(own, linked)] for key, own in kept[:SHOWN_ROWS]
            ],
            "more": max(0, len(kept) - SHOWN_ROWS),
        }
        for title, header, found, shown in tables
        if (kept := _several(found))
    ]


def _several(found: Mapping[str, list[Finding]]) -> list[tuple[str, list[Finding]]]:
    kept = [(key, own) for key, own in found.items() if len({(f["check"], f["subject"]) for f in own}) > 1]
    return sorted(kept, key=lambda item: (-len(item[1]), item[0]))


def _by_subject(county: County, kind: str) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in county.finding_rows:
        if finding["subject_kind"] == kind:
            found[finding["subject"]].append(finding)
    return found


def projects_of(county: County) -> dict[tuple[str, str], dict[str, str]]:
    """Findings on projects, their allocations and their payments, by check and subject: the projects with their names."""
    of: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for code, table in county.evidence.items():
        if county.catalogue.checks[code].subject in OF_PROJECTS:
            columns = ("subject", "flag", "项目编号", "项目名称")
            for subject, flag, project, name in zip(*(table[c].to_pylist() for c in columns), strict=True):
                if flag and project:
                    of[code, subject][project] = name or "（不在项目库中）"
    return of


def _projects(county: County) -> dict[str, list[Finding]]:
    """Project → the findings on it, on its allocations and on its payments."""
    of, found = projects_of(county), defaultdict[str, list[Finding]](list)
    for finding in county.finding_rows:
        for project in of.get((finding["check"], finding["subject"]), ()):
            found[project].append(finding)
    return found


def _contractors(county: County) -> dict[str, list[Finding]]:
    """Contractor → the findings on the projects that it builds, where they are more than one project."""
    projects = _projects(county)
    built: dict[str, set[str]] = defaultdict(set)
    for row in county.rows("SELECT DISTINCT contractor, project_id FROM contracts WHERE contractor IS NOT NULL"):
        if row["project_id"] in projects:
            built[row["contractor"]].add(row["project_id"])
    return {name: [f for p in sorted(own) for f in projects[p]] for name, own in built.items() if len(own) > 1}


def _person(subject: str, own: list[Finding]) -> tuple[str, ...]:
    return (mask_subject_name("id_number", own[0]["name"], subject), mask_subject("id_number", subject))


def _titles(county: County, own: Iterable[Finding]) -> tuple[str, ...]:
    counts = Counter(county.catalogue.checks[f["check"]].title for f in own)
    return tuple(f"{title}{f'（{n:,} 个）' if n > 1 else ''}" for title, n in counts.items())


def _links(own: list[Finding], linked: set[str]) -> Markup:
    """The cases' numbers, which lead to their rows where the page shows them."""
    link = Markup('<a href="#{0}">{0}</a>')
    numbers = [link.format(f["case_no"]) if f["case_no"] in linked else f["case_no"] for f in own[:6]]
    return Markup("<br>").join(numbers) + (f" 等 {len(own):,} 个" if len(own) > 6 else "")


def by_township(county: County) -> tuple[str, str]:
    """Title and chart of the findings of townships by severity, the twelve with the most; no chart where none names one. A chart
    is no text that a net could mend: what it says is masked here."""
    rows = [f for f in county.finding_rows if f["township"] and "、" not in f["township"]]
    towns = [town for town, _ in Counter(f["township"] for f in rows).most_common(12)]
    if not towns:
        return "没有带乡镇的疑点", ""
    counts = tuple((s, tuple(sum(f["township"] == t and f["severity"] == s for f in rows) for t in towns)) for s in SEVERITIES)
    from fundaudit import figures

    names = tuple(figures.drawable(mask_known(town, county.secrets)) for town in towns)
    title = f"写明乡镇的疑点 {len(rows):,} 个，最多的是{names[0]}"
    return title, figures.findings_chart(title, names, counts)
