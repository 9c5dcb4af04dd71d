"""Section three: each check with its findings, its rule and what could be innocent; and how the checks judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import duckdb

from fundaudit import __version__
from fundaudit.basis import NEVER_BIND, bases
from fundaudit.catalogue import Check, Threshold
from fundaudit.contract import CONTRACT_VERSION
from fundaudit.county import County
from fundaudit.findings import Outcome
from fundaudit.report.pieces import (
    SHOWN_ROWS,
    SUBJECT_HEADERS,
    Html,
    mask_subject,
    mask_subject_name,
    render,
    tag,
    worst_first,
)
from fundaudit.report.words import ordinal, yuan


def threshold_text(county: County, check: Check, name: str, threshold: Threshold) -> str:
    """What a threshold is set to, and whether a rule fixes it in this county."""
    value = county.about.thresholds[check.code][name]
    shown, default = threshold.text(value), threshold.text(threshold.default)
    rule = bases()[threshold.fixed_by] if threshold.fixed_by else None
    fixed = rule is not None and rule.force not in NEVER_BIND and rule.in_territory(county.code) and rule.holds_on(county.as_of)
    some = f"，仅对{'、'.join(name.split(':')[-1] for name in threshold.fixed_for)}，其余为参考值" if threshold.fixed_for else ""
    source = f"由{rule.citation}确定{some}" if rule and fixed and shown == default else "参考值"
    changed = "" if shown == default else f"，本局设定，默认 {default}"
    return f"{threshold.says}：{shown}（{source}{changed}）"


def _basis_texts(check: Check, findings: Sequence[dict[str, Any]], as_of: date) -> list[str]:
    """Each basis with whom it binds, those that bind the most first; what binds nobody is 参照."""
    bound = Counter(id_ for f in findings for id_ in f["basis"])
    texts = []
    for basis in sorted(check.bases(), key=lambda b: -bound[b.id]):
        some = f"，适用于其中 {bound[basis.id]} 个" if 0 < bound[basis.id] < len(findings) else ""
        dates = f"（{basis.dates}{some}）" if basis.dates or some else ""
        after = basis.after if basis.until and as_of > basis.until else ""
        texts.append(
            f"{'' if bound[basis.id] else '参照：'}{basis.citation}{dates}{'：' if basis.says else ''}{basis.says}{after}"
        )
    loose = sum(not f["basis"] for f in findings)
    if loose:
        whom = "所列疑点" if loose == len(findings) else f"其中 {loose} 个疑点"
        texts.append(f"以上依据对{whom}的地点、日期或资金均不直接适用，仅作线索，程度按低列示。")
    return texts


def findings(county: County) -> Html:
    """Per check with findings: what was found, basis, innocent explanations, the worst first."""
    sections = []
    flagged = worst_first([o for o in county.about.outcomes if o.status == "finding"])
    for place, outcome in enumerate(flagged, 1):
        check = county.catalogue.checks[outcome.check]
        own = [f for f in county.finding_rows if f["check"] == check.code]
        columns, rows, total = _finding_table(check, own, outcome)
        sections.append(
            {
                **asdict(outcome),
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
                "basis": _basis_texts(check, own, county.as_of),
                "columns": columns,
                "rows": rows,
                "total": total,
            }
        )
    return render("findings.html.j2", county, sections=sections)


def _finding_table(check: Check, own: Sequence[dict[str, Any]], outcome: Outcome) -> tuple[list[Any], list[Any], list[str]]:
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
        row = [f["case_no"], tag(f["severity"])]
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
    unknown = sum(f["amount"] is None for f in own)
    total = [
        f"合计（不含 {unknown} 个）" if unknown else "合计",
        *([""] * (money - 1)),
        yuan(outcome.amount),
        *([""] * (len(columns) - money - 1)),
    ]
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
