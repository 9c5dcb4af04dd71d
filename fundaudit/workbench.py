"""What inspectors use in JupyterLab: tables that search, sort and page, a finding's lines, a check judged anew, three charts.

Unmasked: it stays in the office. At most 500 rows of a table are sent to the browser; how many there are is said.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from fundaudit import report
from fundaudit.contract import TABLES
from fundaudit.county import County
from fundaudit.findings import SEVERITIES
from fundaudit.parameters import FAMILIES
from fundaudit.report.overviews import findings_of_families, spending_of_year
from fundaudit.report.pieces import STATUS
from fundaudit.report.together import by_township

HEADERS = {
    "case_no": "疑点编号", "check": "检查", "family": "类别", "severity": "程度", "subject": "对象", "name": "名称",
    "township": "乡镇", "village": "行政村", "unit": "责任单位", "voucher": "支付凭证", "amount": "金额（元）", "occurred_on": "日期", "detail": "情况", "state": "状态",
}  # fmt: skip
OUTCOME_HEADERS = {
    "check": "检查", "title": "检查事项", "family": "类别", "severity": "程度", "status": "结果", "population": "判定对象",
    "flagged": "疑点", "undetermined": "未能判定", "amount": "金额（元）", "reason": "说明",
}  # fmt: skip
ALL = "（全部）"
SENT_ROWS = 500
WORDS: dict[str, Any] = {  # DataTables' own words
    "search": "查找：", "lengthMenu": "每页 _MENU_ 行", "info": "第 _START_ 至 _END_ 行，共 _TOTAL_ 行", "infoEmpty": "没有行",
    "infoFiltered": "（从 _MAX_ 行中查找）", "zeroRecords": "没有符合的行", "emptyTable": "没有行",
    "select": {"rows": {"_": "选中 %d 行", "0": "", "1": "选中 1 行"}},
    "paginate": {"first": "首页", "previous": "上一页", "next": "下一页", "last": "末页"},
}  # fmt: skip


def table(frame: pd.DataFrame, caption: str, **more: Any) -> Any:
    """A frame as a table that searches, sorts and pages; its first 500 rows, and how many there are."""
    from itables.widget import ITable

    said = caption if len(frame) <= SENT_ROWS else f"{caption}（共 {len(frame):,} 行，列出前 {SENT_ROWS} 行）"
    shown = frame.head(SENT_ROWS).reset_index(drop=True)
    days = [j for j, name in enumerate(shown.columns) if "date" in str(shown[name].dtype)]
    for name in shown.columns:
        decimal = "decimal" in str(shown[name].dtype) or shown[name].map(lambda v: isinstance(v, Decimal)).any()
        shown[name] = ["" if v is None or v is pd.NA else f"{v:,.2f}" if decimal else v for v in shown[name]]
    looks: dict[str, Any] = {
        "style": "table-layout:auto;width:100%;margin:0;caption-side:top",
        "classes": "display compact",
        "columnDefs": [{"className": "dt-nowrap", "targets": days}],
    }
    return ITable(shown, caption=said, maxBytes=0, showIndex=False, autoWidth=False, language=WORDS, **looks, **more)


def ledger_table(county: County, name: str) -> Any:
    """A canonical table as intake left it, under its Chinese headers."""
    own = TABLES[name]
    headers = {column.name: column.header for column in own.columns} | {"source_file": "来源文件", "source_row": "来源行"}
    return table(county.table(name)[list(headers)].rename(columns=headers), own.title)


def outcomes(county: County) -> Any:
    """What each check came to."""
    frame = county.outcomes[list(OUTCOME_HEADERS)].assign(status=county.outcomes["status"].map(STATUS))
    return table(frame.rename(columns=OUTCOME_HEADERS), "每项检查的结果")


def select_findings(county: County, family: str = ALL, severity: str = ALL, township: str = ALL) -> pd.DataFrame:
    """The findings of a family, severity and township, the largest first, under Chinese headers."""
    frame = county.findings
    for column, wanted in (("family", family), ("severity", severity), ("township", township)):
        if wanted != ALL:
            frame = frame[frame[column] == wanted]
    named = frame["subject"].where(frame["subject_kind"] != "group", frame["name"])  # a group's key is nobody's word
    return frame.assign(subject=named).sort_values("amount", ascending=False)[list(HEADERS)].rename(columns=HEADERS)


def findings(county: County) -> Any:
    """Three drop-downs, the findings that they leave, and at once the rows behind the one that is chosen."""
    import ipywidgets as widgets
    from IPython.display import display

    towns = sorted(set(county.findings["township"].dropna()))
    choices = {
        "类别": [ALL, *(f for f in FAMILIES.values() if f in set(county.findings["family"]))],
        "程度": [ALL, *SEVERITIES],
        "乡镇": [ALL, *towns],
    }
    boxes = [widgets.Dropdown(options=options, description=label) for label, options in choices.items()]
    rows, behind = table(select_findings(county), "疑点", select="single", selected_rows=[0]), widgets.Output()

    def refresh(_: Any = None) -> None:
        frame = select_findings(county, *(box.value for box in boxes)).reset_index(drop=True)
        rows.update(table(frame, "疑点").df, selected_rows=[0] if len(frame) else [])
        open_case()

    def open_case(_: Any = None) -> None:
        behind.clear_output(wait=True)
        with behind:
            if rows.selected_rows:  # by the case's number, whatever the table shows first
                case = rows.df["疑点编号"].iloc[rows.selected_rows[0]]
                display(table(county.rows_behind(case), f"{case} 背后的每一笔"))

    for box in boxes:
        box.observe(refresh, "value")
    rows.observe(open_case, "selected_rows")
    open_case()
    return widgets.VBox([widgets.HBox(boxes), rows, behind])


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
