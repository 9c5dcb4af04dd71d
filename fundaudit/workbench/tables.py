"""A frame as a table that people search, sort and page in JupyterLab (itables' ITable; docs/decisions.md says why)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from fundaudit.workbench.desk import SENT_ROWS

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
    shown = texts(frame)
    days = [j for j, name in enumerate(shown.columns) if "date" in str(shown[name].dtype)]
    looks: dict[str, Any] = {
        "style": "table-layout:auto;width:100%;margin:0;caption-side:top",
        "classes": "display compact",
        "columnDefs": [{"className": "dt-nowrap", "targets": days}],
    }
    return ITable(shown, caption=said, maxBytes=0, showIndex=False, autoWidth=False, language=WORDS, **looks, **more)


def texts(frame: pd.DataFrame) -> pd.DataFrame:
    """The first 500 rows as they are shown: money with two decimals, nothing where nothing is known."""
    shown = frame.head(SENT_ROWS).reset_index(drop=True)
    for name in shown.columns:
        decimal = "decimal" in str(shown[name].dtype) or any(isinstance(v, Decimal) for v in shown[name])
        shown[name] = ["" if v is None or v is pd.NA else f"{v:,.2f}" if decimal else v for v in shown[name]]
    return shown


def choose_from(widget: Any, options: Sequence[Any], wanted: Any = None) -> None:
    """New options of a choice; the wanted one chosen, else the first (a choice that was empty would choose none)."""
    widget.options = options
    values = [own[1] if isinstance(own, tuple) else own for own in options]
    if values:
        widget.value = wanted if wanted in values else values[0]
