"""Section one: the county's money and its progress, and every check in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from fundaudit.county import County
from fundaudit.findings import SEVERITIES
from fundaudit.ledger.connection import pace
from fundaudit.report.money import YEAR_TARGET, not_handed_in, pace_percent, sums_of_all
from fundaudit.report.pieces import (
    STATUS,
    Html,
    counts_of,
    render,
)
from fundaudit.report.together import by_township, several, sums_by
from fundaudit.report.words import percent, rounded, wan

ZERO = Decimal(0)
POOL = "CASE integrated WHEN true THEN '统筹整合' WHEN false THEN '未统筹整合' ELSE '（未填）' END"


def overview(county: County) -> Html:
    """Received, composition, allocated, paid, 结余未分配, 结余未支付, pace; by budget year; the year's spending chart."""
    year, main = county.about.year.year, asdict(county.about.year)
    group = "SELECT {0} AS label, sum(amount) AS amount, sum(allocated) AS allocated, sum(paid) AS paid FROM indicator_money"
    years = county.rows(group.format("budget_year") + " GROUP BY ALL ORDER BY label")
    kinds = county.rows(
        group.format("coalesce(fund_type, '（未填）')") + " WHERE budget_year = $year GROUP BY ALL ORDER BY amount DESC, label",
        {"year": year},
    )
    pools = county.rows(
        f"SELECT {POOL} AS label, sum(amount) AS amount,"  # noqa: S608 a constant of ours
        " sum(allocated) AS allocated, sum(paid) AS paid, len(list_distinct(flatten(list(projects)))) AS projects"
        " FROM indicator_money WHERE budget_year = $year GROUP BY ALL ORDER BY amount DESC, label",
        {"year": year},
    )
    mixed = county.rows(
        f"SELECT {POOL} AS pool, coalesce(fund_type, '（未填）') AS label, sum(amount) AS amount, sum(allocated) AS allocated,"  # noqa: S608
        " sum(paid) AS paid FROM indicator_money WHERE budget_year = $year GROUP BY ALL ORDER BY pool, amount DESC, label",
        {"year": year},
    )
    everything = sums_of_all(county)
    (untraced,) = county.rows(
        "SELECT count(*) AS n, sum(amount) AS amount FROM traced_payments WHERE traced_indicator_id IS NULL"
    )
    (undated,) = county.rows(
        "SELECT coalesce(sum(amount), 0) AS amount FROM allocation_money WHERE NOT is_pending AND allocated_on IS NULL"
    )
    projects = sum(r["projects"] for r in pools)
    title, chart = spending_of_year(county)
    return render(
        "overview.html.j2",
        county,
        missing=not_handed_in(county),
        as_of=county.as_of,
        year=year,
        main=main,
        pace=f"{rounded(pace_percent(county), '0.01')}%",
        years=[_money_row(f"{r['label']}年{'（提前下达）' if r['label'] > county.as_of.year else ''}", r) for r in years],
        years_total=_money_row("合计", everything),
        kinds=[_without(_money_row(r["label"], r), 3) for r in kinds],
        kinds_total=_without(_money_row("合计", main), 3),
        pools=[_pool_row(r["label"], r, r["projects"]) for r in pools],
        pools_known=any(r["label"] != "（未填）" for r in pools),
        pools_total=_pool_row("合计", main, projects),
        mixed=[[r["pool"], *_without(_money_row(r["label"], r), 3)] for r in mixed],
        mixed_total=["合计", *_without(_money_row("", main), 3)],
        untraced=untraced if untraced["n"] else None,
        undated=undated["amount"],
        chart_title=title,
        chart=chart,
    )


def _without(row: list[str], place: int) -> list[str]:
    return row[:place] + row[place + 1 :]


def _pool_row(label: str, sums: dict[str, Any], projects: int) -> list[str]:
    row = _money_row(label, sums)
    return [row[0], row[1], str(projects), row[4], row[5], row[6]]


def spending_of_year(county: County) -> tuple[str, str]:
    """Title and chart of a budget year's cumulative spending by month end of the audit year, against pace."""
    year, available = county.about.year.year, county.about.year.amount
    rows = county.rows("SELECT month, this_year, paid FROM monthly_payments WHERE budget_year = $year", {"year": year})
    months = list(range(1, county.as_of.month + 1))
    spent, paces = [], []
    for month in months:
        end = (
            county.as_of
            if month == county.as_of.month
            else date.fromordinal(date(county.as_of.year, month + 1, 1).toordinal() - 1)
        )
        paid = sum((r["paid"] for r in rows if not r["this_year"] or r["month"] <= month), ZERO)
        spent.append(paid * 100 / available if available else ZERO)
        numerator, denominator = pace(end, county.settings)
        paces.append(numerator * 100 / denominator)
    last, now = rounded(spent[-1], "0.01"), rounded(paces[-1], "0.01")
    goal = "已达" if spent[-1] >= YEAR_TARGET else "未达"
    title = f"{year}年度资金支付进度 {last}%，同期序时进度 {now}%，{goal}全年目标 {YEAR_TARGET:g}%"
    from fundaudit import figures

    return title, figures.spending_chart(title, tuple(months), tuple(spent), tuple(paces), YEAR_TARGET)


def summary(county: County, place: int = 2) -> Html:
    """Findings by family and severity, money at issue, every check's result."""
    findings, checks = county.finding_rows, county.catalogue.checks
    counts = counts_of(findings)
    families = list(counts)
    title, chart = findings_of_families(findings)
    by_family = [[f, *(str(counts[f][s] or "") for s in SEVERITIES), str(counts[f].total())] for f in families]
    totals = Counter(f["severity"] for f in findings)
    outcomes = [
        [
            o.check,
            o.title,
            STATUS[o.status],
            o.severity if o.status == "finding" else "",
            f"{o.population:,}" if o.population else "",
            f"{o.flagged:,}" if o.flagged else "",
            f"{o.undetermined:,}" if o.undetermined else "",
            wan(o.amount) if o.flagged and checks[o.check].counts_money else "",
            checks[o.check].amount_label if o.flagged else "",
        ]
        for o in county.counted
    ]
    return render(
        "summary.html.j2",
        county,
        place=place,
        findings=len(findings),
        families=families,
        at_issue=county.money_at_issue,
        by_family=by_family,
        by_family_total=["合计", *(str(totals[s] or "") for s in SEVERITIES), str(len(findings))],
        chart=chart,
        chart_title=title,
        outcomes=outcomes,
        towns=sums_by(county, "township"),
        units=sums_by(county, "unit"),
        several=several(county),
        town_title=(of_towns := by_township(county))[0],
        town_chart=of_towns[1],
    )


def _money_row(label: Any, sums: dict[str, Any]) -> list[str]:
    amount, allocated, paid = sums["amount"], sums["allocated"], sums["paid"]
    return [label, wan(amount), wan(allocated), wan(amount - allocated), wan(paid), wan(allocated - paid), percent(paid, amount)]


def findings_of_families(rows: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Title and chart of findings by family and severity; no chart where there are none."""
    counts = counts_of(rows)
    title = f"{len(rows)} 个疑点：" + "，".join(f"{f} {n.total()} 个" for f, n in counts.items())
    parts = tuple((s, tuple(n[s] for n in counts.values())) for s in SEVERITIES)
    from fundaudit import figures

    return title, figures.findings_chart(title, tuple(counts), parts) if counts else ""
