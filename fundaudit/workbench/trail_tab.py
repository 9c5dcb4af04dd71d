"""Follow the money: an indicator drawn down to households and payees; and all that a person, a payee or a voucher stands behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from fundaudit.report.pieces import Html
from fundaudit.workbench import flow, trail
from fundaudit.workbench.deciding import said
from fundaudit.workbench.desk import Desk
from fundaudit.workbench.tables import choose_from

LOOKED_FOR: dict[str, tuple[str, Callable[[Desk, str], list[tuple[str, str]]], Callable[[Desk, str], trail.Page]]] = {
    "个人": ("姓名，或证件号码的开头、末尾，按回车", trail.people_named, trail.person),
    "收款方、承包单位": ("名称中的字，按回车", trail.payees_named, trail.payee),
    "支付凭证": ("凭证号中的字，按回车", trail.vouchers_named, trail.voucher),
}


def _framed(html: Html) -> str:
    return f'<div class="fundaudit">{html.text}</div>'


class FlowTab:
    """`box` is what is shown; drawn when it is first looked at."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.indicator = widgets.Dropdown(options=[], description="指标", layout={"width": "40rem"})
        self.picture = widgets.HTML()
        self.indicator.observe(self.redraw, "value")
        self.box = widgets.VBox([self.indicator, self.picture])

    def open(self) -> None:
        if not self.indicator.options:
            choose_from(self.indicator, flow.indicators(self.desk))
            if not self.indicator.options:
                self.picture.value = said("台账中没有指标")

    def redraw(self, change: Any = None) -> None:
        if self.indicator.value:
            self.picture.value = _framed(flow.flow(self.desk, self.indicator.value).html(self.desk))


class TrailTab:
    """`box` is what is shown."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.kind = widgets.ToggleButtons(options=list(LOOKED_FOR))
        self.text = widgets.Text(description="查找", continuous_update=False, layout={"width": "26rem"})
        self.found = widgets.Dropdown(options=[], description="找到", layout={"width": "40rem"})
        self.page = widgets.HTML()
        self.kind.observe(self._look, "value")
        self.text.observe(self._look, "value")
        self.found.observe(self.redraw, "value")
        self.box = widgets.VBox([self.kind, self.text, self.found, self.page])
        self._look()

    def _look(self, change: Any = None) -> None:
        hint, look, _ = LOOKED_FOR[self.kind.value]
        self.text.placeholder = hint
        options = look(self.desk, self.text.value)
        self.page.value = ""
        choose_from(self.found, options)
        self.found.description = "前 50 个" if len(options) == 50 else "找到"
        self.found.layout.display = None if options else "none"
        if self.text.value.strip() and not options:
            self.page.value = said(
                "没有找到；姓名要写全，号码写全或只写开头六位、末尾两位" if self.kind.value == "个人" else "没有找到"
            )

    def open(self, kind: str, key: str) -> None:
        """Shows the page of one, without looking for it: a number that is hidden does not stand in the box either."""
        self.kind.value, self.text.value = kind, ""
        named = [own for own in LOOKED_FOR[kind][1](self.desk, key) if own[1] == key]
        header = {"个人": "证件号码", "支付凭证": "支付凭证号"}.get(kind, "收款方名称")
        choose_from(self.found, named or [(self.desk.cell(header, key), key)])
        self.found.layout.display = None
        self.redraw()

    def shown_otherwise(self) -> None:
        """What may be shown has changed: the words of the choice too, and what was typed does not stay where it is to be hidden."""
        if kept := self.found.value:
            self.open(self.kind.value, kept)
        else:
            self.text.value = ""
            self._look()

    def redraw(self, change: Any = None) -> None:
        if self.found.value:
            self.page.value = _framed(LOOKED_FOR[self.kind.value][2](self.desk, self.found.value).html(self.desk))
