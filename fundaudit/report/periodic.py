"""The periodic reports' own sections: 日 and 周 of payments, the 通报 by section and unit, plan against paid, the largest projects, entry and
links, and how the cases stand. Overviews in 万元; `place` is the section's number in its report."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from fundaudit.county import County
from fundaudit.register.states import NEXT
from fundaudit.report.first_page import compared_text
from fundaudit.report.money import not_handed_in, pace_percent
from fundaudit.report.overviews import findings_of_families
from fundaudit.report.pieces import Html, render
from fundaudit.report.progress import (
    by_plan,
    by_section,
    entry_and_links,
    largest_projects,
    month_ends,
    units_behind,
    units_behind_plan,
)
from fundaudit.report.words import percent, rounded, wan

TITLES = {
    "daily": "财政专项资金每日支付进度表",
    "weekly": "财政专项资金支付进度周报",
    "monthly": "财政专项资金执行情况通报",
    "quarterly": "财政专项资金季度监督检查报告",
    "annual": "财政专项资金年度监督检查报告",
    "special": "财政专项资金专项检查报告",
}
KINDS = {"daily": "日报", "weekly": "周报", "monthly": "月报", "quarterly": "季报", "annual": "年报", "special": "专报"}
SHOWN_PROJECTS = 200  # of the daily table


def head(county: County, kind: str) -> Html:
    """The paper's head with the year's sums in a sentence."""
    return render(
        "periodic_head.html.j2",
        county,
        title=f"{county.name}{TITLES[kind]}",
        bureau=county.about.bureau,
        as_of=county.as_of,
        number=f"{county.code}-{county.as_of:%Y%m%d}-{KINDS[kind]}",
        main=county.about.year,
        missing=not_handed_in(county),
        pace=f"{rounded(pace_percent(county), '0.01')}%",
        compared=compared_text(county),
    )


def sections(county: County, place: int, last: str = "week") -> Html:
    """The money by section, with what was paid lately: on the `today` of the audit date, or in its last `week`."""
    rows = by_section(county)
    total = {name: sum((row[name] for row in rows), Decimal(0)) for name in ("amount", "allocated", "paid", last)}
    return render(
        "periodic_sections.html.j2",
        county,
        place=place,
        rows=[_section_row(row["label"], row, last) for row in rows],
        total=_section_row("合计", total, last),
        lately="当日支付" if last == "today" else "近七日支付",
        year=county.about.year.year,
    )


def _section_row(label: str, sums: dict[str, Any], last: str) -> list[str]:
    amount, allocated, paid = sums["amount"], sums["allocated"], sums["paid"]
    return [label, wan(amount), wan(allocated), wan(amount - allocated), wan(paid), wan(sums[last]), percent(paid, amount)]


def projects(county: County, place: int) -> Html:
    """Every project with money by its progress, the slowest first, for the sections to go through one by one."""
    rows = county.rows(
        "SELECT coalesce(section, '（未填股室）') AS section, project_id, name, unit, allocated, paid FROM project_money WHERE allocated > 0"
        " ORDER BY paid / allocated, allocated DESC, project_id"
    )
    shown = [
        [
            r["section"],
            [r["name"], r["project_id"]],
            r["unit"] or "",
            wan(r["allocated"]),
            wan(r["paid"]),
            percent(r["paid"], r["allocated"]),
        ]
        for r in rows[:SHOWN_PROJECTS]
    ]
    return render("periodic_projects.html.j2", county, place=place, rows=shown, count=len(rows))


def units(county: County, place: int) -> Html:
    """Units ranked by progress, with the months behind pace and the step that is proposed."""
    found = units_behind(county)
    ranked = sorted(found, key=lambda b: (b.paid / b.available, b.unit), reverse=True)
    rows = [
        [
            str(place),
            b.unit,
            wan(b.available),
            wan(b.paid),
            percent(b.paid, b.available),
            str(b.months) if b.months else "",
            b.step,
        ]
        for place, b in enumerate(ranked, 1)
    ]
    ends = month_ends(county.as_of)
    return render(
        "periodic_units.html.j2", county, place=place, rows=rows, steps=[b for b in found if b.step], limits=county.settings.escalation,
        last=ends[-1] if ends else None,
    )  # fmt: skip


def plan(county: County, place: int) -> Html:
    """Plan against paid, of the last whole month and of the year up to its end."""
    rows = [
        [
            r["label"], wan(r["month_plan"]), wan(r["month_paid"]), percent(r["month_paid"], r["month_plan"]),
            wan(r["year_plan"]), wan(r["year_paid"]), percent(r["year_paid"], r["year_plan"]),
        ]
        for r in by_plan(county)
    ]  # fmt: skip
    ends = month_ends(county.as_of)
    behind = [[b.unit, str(b.months), b.step] for b in units_behind_plan(county) if b.step]
    return render("periodic_plan.html.j2", county, place=place, rows=rows, month=ends[-1].month if ends else None, behind=behind)


def largest(county: County, place: int) -> Html:
    """The ten projects with the most money."""
    rows = [
        [
            [r["name"], r["project_id"]], r["unit"] or "", wan(r["allocated"]), wan(r["paid"]), percent(r["paid"], r["allocated"]),
            "" if r["physical_progress"] is None else percent(r["physical_progress"], Decimal(1)), r["status"] or "",
        ]
        for r in largest_projects(county)
    ]  # fmt: skip
    return render("periodic_largest.html.j2", county, place=place, rows=rows)


def links(county: County, place: int) -> Html:
    """How far indicators, allocations, payments and lists are entered and linked."""
    rows = [
        [says, f"{there:,}", f"{every:,}", percent(Decimal(there), Decimal(every))]
        for says, there, every in entry_and_links(county)
    ]
    return render("periodic_links.html.j2", county, place=place, rows=rows)


def standing(county: County, place: int, drawn: bool = True) -> Html:
    """The findings by family and severity (`drawn`), the cases by state, and how often each check's findings held."""
    states = Counter(f["state"] for f in county.every_finding)
    title, chart = findings_of_families(county.finding_rows) if drawn else ("", "")
    rows = [[state, f"{states[state]:,}"] for state in NEXT if states[state]]
    rates = [
        [
            f"{code} {county.catalogue.checks[code].title}",
            str(rate.decided),
            str(rate.held),
            str(rate.not_held),
            "数量少，只供参考" if rate.few else "",
        ]
        for code, rate in county.about.hit_rates.items()
        if code in county.catalogue.checks
    ]
    return render(
        "periodic_standing.html.j2",
        county,
        place=place,
        title=title,
        chart=chart,
        states=rows,
        total=len(county.every_finding),
        rates=rates,
    )


def end(county: County) -> Html:
    """The signature block, and what the report is not."""
    return render("periodic_end.html.j2", county, bureau=county.about.bureau)
