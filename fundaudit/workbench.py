"""What inspectors use in JupyterLab: a filter over a county's findings and three charts. Unmasked: it stays in the office."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from fundaudit import figures, report
from fundaudit.county import County
from fundaudit.judge import SEVERITIES
from fundaudit.parameters import FAMILIES

HEADERS = {
    "case_no": "疑点编号", "check": "检查", "family": "类别", "severity": "程度", "subject": "对象", "name": "名称",
    "township": "乡镇", "unit": "单位", "amount": "金额（元）", "occurred_on": "日期", "detail": "情况", "state": "状态",
}  # fmt: skip
ALL = "（全部）"


def select_findings(county: County, family: str = ALL, severity: str = ALL, township: str = ALL) -> pd.DataFrame:
    """The findings of a family, severity and township, the largest first, under Chinese headers."""
    frame = county.findings
    for column, wanted in (("family", family), ("severity", severity), ("township", township)):
        if wanted != ALL:
            frame = frame[frame[column] == wanted]
    return frame.sort_values("amount", ascending=False)[list(HEADERS)].rename(columns=HEADERS)


def findings_filter(county: County) -> Any:
    """Three drop-downs, the findings they leave, and the rows behind the one chosen."""
    import ipywidgets as widgets
    from IPython.display import display

    towns = sorted(set(county.findings["township"].dropna()))
    choices = {
        "类别": [ALL, *(f for f in FAMILIES.values() if f in set(county.findings["family"]))],
        "程度": [ALL, *SEVERITIES],
        "乡镇": [ALL, *towns],
    }
    boxes = [widgets.Dropdown(options=options, description=label) for label, options in choices.items()]
    case = widgets.Dropdown(description="疑点编号")
    shown, behind = widgets.Output(), widgets.Output()

    def refresh(_: Any = None) -> None:
        frame = select_findings(county, *(box.value for box in boxes))
        case.options = list(frame["疑点编号"])
        shown.clear_output(wait=True)
        with shown:
            display(frame.head(200))  # type: ignore[no-untyped-call]

    def open_case(_: Any = None) -> None:
        behind.clear_output(wait=True)
        with behind:
            if case.value:
                display(county.rows_behind(case.value))  # type: ignore[no-untyped-call]

    for box in boxes:
        box.observe(refresh, "value")
    case.observe(open_case, "value")
    refresh()
    open_case()
    return widgets.VBox([widgets.HBox(boxes), shown, case, behind])


def spending(county: County) -> report.Html:
    """Cumulative spending of the year's money against pace."""
    return report.Html(report.spending_of_year(county)[1])


def findings_by_family(county: County) -> report.Html:
    """Findings per family, by severity."""
    title, chart = report.findings_of_families(county.finding_rows)
    return report.Html(chart or title)


def findings_by_township(county: County) -> report.Html:
    """Findings per township, by severity, the most first; those without a township are left out."""
    rows = [f for f in county.finding_rows if f["township"]]
    order = [town for town, _ in Counter(f["township"] for f in rows).most_common(12)]
    if not order:
        return report.Html("没有带乡镇的疑点")
    counts = {s: [sum(f["township"] == t and f["severity"] == s for f in rows) for t in order] for s in SEVERITIES}
    return report.Html(figures.findings_chart(f"带乡镇的疑点 {len(rows)} 个，最多的是{order[0]}", order, counts))
