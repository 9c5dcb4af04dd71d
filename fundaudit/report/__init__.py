"""The report's sections: each function turns a county's run into one masked piece of HTML for the notebook to show.

Overviews are in 万元, evidence in 元; numbers are rounded here and nowhere before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
from markupsafe import Markup

from fundaudit import __version__, figures
from fundaudit.basis import bases
from fundaudit.catalogue import Check, Threshold
from fundaudit.contract import CONTRACT_VERSION, TABLES
from fundaudit.county import County
from fundaudit.intake.rows import ASSUMED_UNIT
from fundaudit.judge import SEVERITIES
from fundaudit.ledger.connection import pace
from fundaudit.parameters import FAMILIES
from fundaudit.report.pieces import SHOWN_ROWS, STATUS, draft_style, mask_subject, mask_subject_name, render
from fundaudit.report.pieces import Html as Html
from fundaudit.report.reconciliation import sources as sources
from fundaudit.report.undetermined import open_matters as open_matters
from fundaudit.report.words import ordinal, percent, rounded, wan, yuan

SUBJECT_HEADERS = {
    "id_number": "证件号码",
    "account_no": "账号",
    "project_id": "项目编号",
    "indicator_id": "指标编号",
    "allocation_id": "分配编号",
    "payment_id": "支付凭证号",
    "contract_id": "合同编号",
    "household_id": "户编号",
    "card_no": "卡号",
    "item_id": "事项编号",
    "unit": "单位",
    "year": "年度",
}
ZERO = Decimal(0)


def _tag(word: str) -> Markup:
    return Markup('<span class="tag {}">{}</span>').format({"高": "high", "中": "mid", "低": "low"}[word], word)


def _pace_percent(county: County) -> Decimal:
    numerator, denominator = pace(county.as_of, county.settings)
    return numerator * 100 / denominator


def _by_severity(findings: Sequence[dict[str, Any]]) -> str:
    counts = Counter(f["severity"] for f in findings)
    return "、".join(f"{s} {counts[s]}" for s in SEVERITIES if counts[s]) or "无"


def _main_year(county: County) -> int:
    """The audit year where money of it came, else the latest budget year before."""
    years = [r["y"] for r in county.rows("SELECT DISTINCT budget_year AS y FROM indicators")]
    return (
        county.as_of.year
        if county.as_of.year in years or not years
        else max([y for y in years if y <= county.as_of.year] or years)
    )


def _sums(county: County, year: int | None = None) -> dict[str, Decimal]:
    """Amount, allocated and paid of a budget year, or of all."""
    (row,) = county.rows(
        "SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(allocated), 0) AS allocated, coalesce(sum(paid), 0) AS paid"
        " FROM indicator_money WHERE budget_year = $year OR $year IS NULL",
        {"year": year},
    )
    return {name: Decimal(value) for name, value in row.items()}


def reading(county: County) -> Html:
    """What was read of each file and what each check came to, for the reader of the notebook; no part of the report."""
    files: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for f in county.about["files"]:
        files[f["file"], f["table"]].append(f)
    read = [
        [file, TABLES[table].title, *(f"{sum(f[n] for f in own):,}" for n in ("read", "accepted", "rejected"))]
        for (file, table), own in files.items()
    ]
    judged = [
        [o["check"], o["title"], STATUS[o["status"]], *(str(o[n] or "") for n in ("population", "flagged", "undetermined"))]
        for o in county.outcome_rows
    ]
    own = render("reading.html.j2", county, name=county.name, code=county.code, as_of=county.as_of, read=read, judged=judged)
    return Html(draft_style() + own.text) if county.draft else own


def cover(county: County) -> Html:
    """Title, conclusion first, what was examined, contents."""
    findings, year = county.finding_rows, _main_year(county)
    main = _sums(county, year)
    flagged = [o for o in county.outcome_rows if o["status"] == "finding"]
    now = _pace_percent(county)
    files = county.about["files"]
    return render(
        "cover.html.j2",
        county,
        name=county.name,
        as_of=county.as_of,
        year=year,
        number=f"{county.code}-{county.as_of:%Y%m%d}",
        findings=len(findings),
        by_severity=_by_severity(findings),
        at_issue=county.money_at_issue,
        undetermined=sum(o["undetermined"] for o in county.outcome_rows),
        undetermined_subjects=len(set(county.undetermined["subject"])),
        gap=max((o["amount"] for o in flagged if o["check"].startswith("LP")), default=ZERO),
        rejected=len(county.rejects),
        unread=list(dict.fromkeys(place for place, _, _ in county.about["unread"])),
        unrun=sum(o["status"] in ("not_run", "error") for o in county.outcome_rows),
        progress="" if (missing := _not_handed_in(county)) else percent(main["paid"], main["amount"]),
        missing=missing,
        assumed=len({n["table"] for n in county.about["notes"] if ASSUMED_UNIT in n["message"]}),
        pace=f"{rounded(now, '0.01')}%",
        behind=bool(main["amount"]) and main["paid"] * 100 < main["amount"] * min(now, Decimal(95)),
        files=len({f["file"] for f in files}),
        tables=len({f["table"] for f in files}),
        rows=sum(f["read"] - f["totals"] for f in files),
        checks=len(county.outcome_rows),
        rules=_rules(county, flagged),
        reasons="、".join(f"{kind} {n} 项次" for kind, n in _kinds_of_doubt(county).most_common()),
        undetermined_families="、".join(
            f"{family} {n}"
            for family in dict.fromkeys(FAMILIES.values())
            if (n := sum(o["undetermined"] for o in county.outcome_rows if o["family"] == family))
        ),
        behind_count=sum(f["check"].startswith("LP") for f in findings),
        by_family="、".join(f"{family} {n.total()} 个" for family, n in _counts(findings).items()),
        sections=[
            (o["check"], f"（{ordinal(i)}）{o['title']}", _in_brief(county, o)) for i, o in enumerate(_worst_first(flagged), 1)
        ],
    )


def _rules(county: County, flagged: Sequence[dict[str, Any]]) -> str:
    """The documents that bind in this county on which most matters rest, for the first page."""
    checks = county.catalogue.checks
    documents = Counter(
        f"{b.title}（{b.number}）" if b.number else b.title
        for o in flagged
        for b in {b.title: b for b in checks[o["check"]].bound_by(county.code, county.as_of)}.values()
    )
    named = [title for title, _ in sorted(documents.items(), key=lambda item: (-item[1], item[0]))]
    return "、".join(named[:5]) + (f"等 {len(named)} 件" if len(named) > 5 else "")


DOUBTS = (
    ("没有读取", "有像是要用的表没有读取"),
    ("是否只发给", "不知道补助是否只发给帮扶对象"),
    ("拒收", "涉及被拒收的行"),
    ("追溯", "有支付不能追溯到指标"),
    ("证件号码", "号码或姓名存疑"),
    ("姓名", "号码或姓名存疑"),
)


def _kinds_of_doubt(county: County) -> Counter[str]:
    """Why subjects could not be judged, in four words for the first page; section four has every reason."""
    reasons = county.undetermined["reason"]
    return Counter(next((kind for word, kind in DOUBTS if word in reason), "缺少日期、标识等资料") for reason in reasons)


def _not_handed_in(county: County) -> list[str]:
    """The tables without which nobody can say how far the money is spent."""
    held = {f["table"] for f in county.about["files"] if f["accepted"]}
    return [TABLES[name].title for name in ("indicators", "allocations", "payments") if name not in held]


def _in_brief(county: County, outcome: dict[str, Any]) -> str:
    """How many and how much of one matter; which groups, where it is about groups of funds."""
    check = county.catalogue.checks[outcome["check"]]
    groups = [f["name"] for f in county.finding_rows if f["check"] == check.code] if check.subject == "group" else []
    named = f"（{'、'.join(groups)}）" if groups else ""
    return f"{outcome['flagged']} 个，{check.amount_label} {wan(outcome['amount'])} 万元{named}"


def _worst_first(outcomes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    order = list(FAMILIES)
    return sorted(outcomes, key=lambda o: (SEVERITIES.index(o["severity"]), order.index(o["check"][:2]), o["check"]))


def _money_row(label: Any, sums: dict[str, Any]) -> list[str]:
    amount, allocated, paid = sums["amount"], sums["allocated"], sums["paid"]
    return [label, wan(amount), wan(allocated), wan(amount - allocated), wan(paid), wan(allocated - paid), percent(paid, amount)]


def overview(county: County) -> Html:
    """Received, composition, allocated, paid, 结余未分配, 结余未支付, pace; by budget year; the year's spending chart."""
    year = _main_year(county)
    group = "SELECT {0} AS label, sum(amount) AS amount, sum(allocated) AS allocated, sum(paid) AS paid FROM indicator_money"
    years = county.rows(group.format("budget_year") + " GROUP BY ALL ORDER BY label")
    kinds = county.rows(
        group.format("coalesce(fund_type, '（未填）')") + " WHERE budget_year = $year GROUP BY ALL ORDER BY amount DESC, label",
        {"year": year},
    )
    pools = county.rows(
        "SELECT CASE integrated WHEN true THEN '统筹整合' WHEN false THEN '未统筹整合' ELSE '（未填）' END AS label, sum(amount) AS amount,"
        " sum(allocated) AS allocated, sum(paid) AS paid, len(list_distinct(flatten(list(projects)))) AS projects"
        " FROM indicator_money WHERE budget_year = $year GROUP BY ALL ORDER BY amount DESC, label",
        {"year": year},
    )
    main, everything = _sums(county, year), _sums(county)
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
        missing=_not_handed_in(county),
        as_of=county.as_of,
        year=year,
        main=main,
        pace=f"{rounded(_pace_percent(county), '0.01')}%",
        years=[_money_row(f"{r['label']}年{'（提前下达）' if r['label'] > county.as_of.year else ''}", r) for r in years],
        years_total=_money_row("合计", everything),
        kinds=[_without(_money_row(r["label"], r), 3) for r in kinds],
        kinds_total=_without(_money_row("合计", main), 3),
        pools=[_pool_row(r["label"], r, r["projects"]) for r in pools],
        pools_total=_pool_row("合计", main, projects),
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
    year = _main_year(county)
    available = _sums(county, year)["amount"]
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
    goal = "已达" if spent[-1] >= 95 else "未达"
    title = f"{year}年度资金支付进度 {last}%，同期序时进度 {now}%，{goal}全年目标 95%"
    return title, figures.spending_chart(title, months, spent, paces, Decimal(95))


def summary(county: County) -> Html:
    """Findings by family and severity, money at issue, every check's result."""
    findings, checks = county.finding_rows, county.catalogue.checks
    counts = _counts(findings)
    families = list(counts)
    title, chart = findings_of_families(findings)
    by_family = [[f, *(str(counts[f][s] or "") for s in SEVERITIES), str(counts[f].total())] for f in families]
    totals = Counter(f["severity"] for f in findings)
    outcomes = [
        [
            o["check"],
            o["title"],
            STATUS[o["status"]],
            _tag(o["severity"]) if o["status"] == "finding" else "",
            f"{o['population']:,}" if o["population"] else "",
            str(o["flagged"] or ""),
            str(o["undetermined"] or ""),
            wan(o["amount"]) if o["flagged"] else "",
            checks[o["check"]].amount_label if o["flagged"] else "",
        ]
        for o in county.outcome_rows
    ]
    return render(
        "summary.html.j2",
        county,
        findings=len(findings),
        families=families,
        at_issue=county.money_at_issue,
        by_family=by_family,
        by_family_total=["合计", *(str(totals[s] or "") for s in SEVERITIES), str(len(findings))],
        chart=chart,
        chart_title=title,
        outcomes=outcomes,
    )


def _counts(findings: Sequence[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Family → severity → findings, in the order of the families, those with findings only."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        counts[finding["family"]][finding["severity"]] += 1
    return {f: counts[f] for f in FAMILIES.values() if f in counts}


def findings_of_families(rows: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Title and chart of findings by family and severity; no chart where there are none."""
    counts = _counts(rows)
    title = f"{len(rows)} 个疑点：" + "，".join(f"{f} {n.total()} 个" for f, n in counts.items())
    parts = {s: [n[s] for n in counts.values()] for s in SEVERITIES}
    return title, figures.findings_chart(title, list(counts), parts) if counts else ""


def threshold_text(county: County, check: Check, name: str, threshold: Threshold) -> str:
    """What a threshold is set to, and whether a rule fixes it in this county."""
    value = county.about["thresholds"][check.code][name]
    shown, default = threshold.text(value), threshold.text(threshold.default)
    rule = bases()[threshold.fixed_by] if threshold.fixed_by else None
    fixed = rule is not None and rule.binds(county.code, county.as_of) and shown == default
    source = f"由{rule.citation}确定" if rule and fixed else "参考值"
    changed = "" if shown == default else f"，本局设定，默认 {default}"
    return f"{threshold.says}：{shown}（{source}{changed}）"


def _basis_texts(county: County, check: Check, findings: Sequence[dict[str, Any]]) -> list[str]:
    days = [f["occurred_on"] or county.as_of for f in findings] or [county.as_of]
    texts = []
    bound = {b.id for day in days for b in check.bound_by(county.code, day)}
    for basis in sorted(check.bases(), key=lambda b: b.id not in bound):
        binding = basis.id in bound
        until = "" if basis.until == date.max else f"，至 {basis.until}"
        texts.append(f"{'' if binding else '参照：'}{basis.citation}（{basis.since} 起施行{until}）：{basis.says}")
    if not any(check.bound_by(county.code, day) for day in days):
        texts.append("以上依据在本地均不直接适用，所列疑点仅作线索，程度按低列示。")
    return texts


def findings(county: County) -> Html:
    """Per check with findings: what was found, basis, innocent explanations, the worst first."""
    sections = []
    flagged = _worst_first([o for o in county.outcome_rows if o["status"] == "finding"])
    for place, outcome in enumerate(flagged, 1):
        check = county.catalogue.checks[outcome["check"]]
        own = [f for f in county.finding_rows if f["check"] == check.code]
        columns, rows, total = _finding_table(check, own, outcome)
        sections.append(
            {
                **outcome,
                "code": check.code,
                "ordinal": ordinal(place),
                "what": check.what,
                "why": check.why,
                "innocent": check.innocent,
                "exclusions": check.exclusions,
                "advice": check.advice,
                "overlapping": check.outcome_amount == "total",
                "amount_label": check.amount_label,
                "thresholds": [threshold_text(county, check, n, t) for n, t in check.thresholds.items()],
                "basis": _basis_texts(county, check, own),
                "columns": columns,
                "rows": rows,
                "total": total,
            }
        )
    return render("findings.html.j2", county, sections=sections)


def _finding_table(
    check: Check, own: Sequence[dict[str, Any]], outcome: dict[str, Any]
) -> tuple[list[Any], list[Any], list[str]]:
    """Columns, the first rows and the total of a check's findings; groups have no key that people would know."""
    kind = check.subject
    place = next((label for column, label in (("township", "乡镇"), ("unit", "单位")) if any(f[column] for f in own)), None)
    if kind in ("account_no", "household_id"):
        place = None
    column = "township" if place == "乡镇" else "unit"
    columns = [("疑点编号", "id"), ("程度", "short")]
    columns += [] if kind == "group" else [(SUBJECT_HEADERS[kind], "id")]
    named = {"group": "资金组", "id_number": "姓名", "payment_id": "收款人"}.get(kind, "名称")
    columns += [] if kind == "household_id" else [(named, "short" if kind in ("group", "id_number") else "text")]
    columns += [("项目" if kind == "payment_id" else place, "text")] if place else []
    dated = len({f["occurred_on"] for f in own}) > 1
    columns += [(check.amount_label, "number"), *([("日期", "date")] if dated else []), ("情况", "text")]
    rows = []
    for f in own[:SHOWN_ROWS]:
        row = [f["case_no"], _tag(f["severity"])]
        row += [] if kind == "group" else [mask_subject(kind, f["subject"])]
        row += [] if kind == "household_id" else [mask_subject_name(kind, f["name"], f["subject"])]
        row += [f[column] or ""] if place else []
        rows.append(
            [
                *row,
                "不能确定" if f["amount"] is None else yuan(f["amount"]),
                *([str(f["occurred_on"] or "")] if dated else []),
                f["detail"],
            ]
        )
    if check.outcome_amount == "total":
        return columns, rows, []
    money = next(i for i, (header, _) in enumerate(columns) if header == check.amount_label)
    total = ["合计", *([""] * (money - 1)), yuan(outcome["amount"]), *([""] * (len(columns) - money - 1))]
    return columns, rows, total


def method(county: County) -> Html:
    """Each check's text and SQL, folded."""
    checks = [
        {**c.model_dump(), "thresholds": [threshold_text(county, c, n, t) for n, t in c.thresholds.items()]}
        for c in county.catalogue
    ]
    return render(
        "method.html.j2", county, checks=checks, version=__version__, contract=CONTRACT_VERSION, duckdb=duckdb.__version__
    )
