"""What inspectors use in JupyterLab: tables that search, sort and page, a finding's lines, a check judged anew, three charts.

Unmasked: it stays in the office. At most 500 rows of a table are sent to the browser; how many there are is said.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from fundaudit import figures, report
from fundaudit.contract import TABLES
from fundaudit.county import County
from fundaudit.report.overviews import findings_of_families, spending_of_year
from fundaudit.report.pieces import STATUS
from fundaudit.report.together import by_township
from fundaudit.workbench.tables import table

HEADERS = {
    "case_no": "疑点编号", "check": "检查", "family": "类别", "severity": "程度", "subject": "对象", "name": "名称",
    "township": "乡镇", "village": "行政村", "unit": "责任单位", "voucher": "支付凭证", "amount": "金额（元）", "occurred_on": "日期", "detail": "情况", "state": "状态",
}  # fmt: skip
OUTCOME_HEADERS = {
    "check": "检查", "title": "检查事项", "family": "类别", "severity": "程度", "status": "结果", "population": "判定对象",
    "flagged": "疑点", "undetermined": "未能判定", "amount": "金额（元）", "reason": "说明",
}  # fmt: skip


def ledger_table(county: County, name: str) -> Any:
    """A canonical table as intake left it, under its Chinese headers."""
    own = TABLES[name]
    headers = {column.name: column.header for column in own.columns} | {"source_file": "来源文件", "source_row": "来源行"}
    return table(county.table(name)[list(headers)].rename(columns=headers), own.title)


def outcomes(county: County) -> Any:
    """What each check came to."""
    frame = county.outcomes[list(OUTCOME_HEADERS)].assign(status=county.outcomes["status"].map(STATUS))
    return table(frame.rename(columns=OUTCOME_HEADERS), "每项检查的结果")


def judged_again(county: County, check: str, **thresholds: Any) -> Any:
    """One check with other thresholds: how many findings come, go and stay, and which come and go."""
    import ipywidgets as widgets

    split = county.judged_again(check, **thresholds)
    counts = "，".join(f"{name} {len(frame)} 个、{frame['amount'].sum() or 0:,.2f} 元" for name, frame in split.items())
    columns = {name: header for name, header in HEADERS.items() if name not in ("case_no", "state")}
    parts = [
        table(frame[list(columns)].rename(columns=columns), name)
        for name, frame in split.items()
        if name != "保留" and len(frame)
    ]
    title = county.catalogue.checks[check].title
    return widgets.VBox([widgets.HTML(f"<b>{check} {title}</b>　与本次运行相比：{counts}"), *parts])


def bars(numbers: pd.Series, title: str, unit: str) -> report.Html:
    """A series as bars, in its order: its index are the names; at most forty."""
    own = numbers.dropna().head(40)
    return report.Html(figures.bars_chart(title, [str(name) for name in own.index], [float(value) for value in own], unit))


def spending(county: County) -> report.Html:
    """Cumulative spending of the year's money against pace."""
    return report.Html(spending_of_year(county)[1])


def findings_by_family(county: County) -> report.Html:
    """Findings per family, by severity."""
    title, chart = findings_of_families(county.finding_rows)
    return report.Html(chart or title)


def findings_by_township(county: County) -> report.Html:
    """Findings per township, by severity, the most first; those without a township are left out."""
    title, chart = by_township(county)
    return report.Html(chart or title)
