"""The findings: filters, the table of what they take, and the story of the one that is chosen, which can be decided at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import ipywidgets as widgets
import pandas as pd

from fundaudit.report.words import yuan
from fundaudit.workbench.deciding import Deciding
from fundaudit.workbench.desk import SENT_ROWS, SORTS, Desk, Selection, Wanted
from fundaudit.workbench.story import story
from fundaudit.workbench.tables import choose_from, table

ALL = "（全部）"
FILTERS = {"family": "类别", "severity": "程度", "check": "检查", "township": "乡镇", "unit": "责任单位", "state": "状态"}
HEADERS = ("疑点编号", "程度", "疑点", "对象", "乡镇、村", "责任单位", "金额（元）", "日期", "状态")
PAGES = {"id_number": "个人", "person_subsidy": "个人", "contractor": "收款方、承包单位", "payment_id": "支付凭证"}
LAYOUT = {
    "topStart": None,
    "topEnd": None,
    "bottomStart": "info",
    "bottomEnd": "paging",
}  # searching and sorting are the engine's
LEFT = [{"className": "dt-left dt-nowrap", "targets": [0, 7]}]


class FindingsTab:
    """`box` is what is shown; `chosen` the number of the case whose story stands below the table."""

    def __init__(self, desk: Desk, author: Any, open_page: Callable[[str, str], None], counted: Callable[[], None]) -> None:
        self.desk, self.chosen, self.counted = desk, "", counted
        self.open_page = open_page
        self.filters = {name: self._filter(name, label) for name, label in FILTERS.items()}
        self.least = widgets.Text(description="金额不少于", placeholder="元", layout={"width": "14rem"})
        self.text = widgets.Text(
            description="查找", placeholder="编号、姓名、单位、凭证、情况", layout={"width": "22rem"}, continuous_update=False
        )
        self.sort = widgets.Dropdown(options=list(SORTS), description="排序", layout={"width": "14rem"})
        self.clear = widgets.Button(description="清除筛选", layout={"width": "7rem"})
        self.count, self.story = widgets.HTML(), widgets.HTML()
        self.vouchers = widgets.Dropdown(options=[], description="看凭证", layout={"width": "26rem"})
        self.deciding = Deciding(desk, author, self._decided)
        self.rows = self._table(Selection((), 0, Decimal(0)))
        for own in (*self.filters.values(), self.least, self.text, self.sort):
            own.observe(self._refresh, "value")
        self.clear.on_click(self._clear)
        self.rows.observe(self._choose, "selected_rows")
        self.page = widgets.Button(layout={"width": "16rem"})
        self.vouchers.observe(self._open_voucher, "value")
        self.page.on_click(lambda button: open_page(*self._page()))
        on = widgets.HBox([self.page, self.vouchers])
        self.below = widgets.VBox([self.story, on, self.deciding.box], layout={"display": "none"})
        line = widgets.HBox(
            [*self.filters.values(), self.least, self.text, self.sort, self.clear], layout={"flex_flow": "row wrap"}
        )
        self.box = widgets.VBox([line, self.count, self.rows, self.below])
        self._refresh()

    def _filter(self, name: str, label: str) -> Any:
        return widgets.Dropdown(options=[(ALL, ""), *self.desk.choices(name)], description=label, layout={"width": "18rem"})

    def wanted(self) -> Wanted:
        """What the filters say. An amount that is none takes all."""
        try:
            least = Decimal(self.least.value.replace(",", "").replace("，", "")) if self.least.value.strip() else None
        except InvalidOperation:
            least = None
        return Wanted(**{name: own.value for name, own in self.filters.items()}, least=least, text=self.text.value.strip())

    def _table(self, selection: Selection) -> Any:
        return table(self._frame(selection), "", select="single", ordering=False, pageLength=10, layout=LAYOUT)

    def _frame(self, selection: Selection) -> pd.DataFrame:
        titles = self.desk.county.catalogue.checks
        rows = []
        for own in self.desk.shown_rows(selection.rows, detail=False):
            named = own["name"] if own["name"] or own["subject_kind"] == "group" else own["subject"]
            place = " ".join(filter(None, (own["township"], own["village"])))
            amount = "" if own["amount"] is None else yuan(own["amount"])
            title = titles[own["check"]].title
            rows.append(
                [
                    own["case_no"],
                    own["severity"],
                    title,
                    named,
                    place,
                    own["unit"] or "",
                    amount,
                    str(own["occurred_on"] or ""),
                    own["state"],
                ]
            )
        return pd.DataFrame(rows, columns=list(HEADERS), dtype="object")

    def _refresh(self, change: Any = None) -> None:
        selection = self.desk.select(self.wanted(), self.sort.value)
        frame = self._frame(selection)
        self.keys = list(frame["疑点编号"])  # of the rows as they were sent, whatever order the browser shows them in
        chosen = [self.keys.index(self.chosen)] if self.chosen in self.keys else []
        self.rows.update(frame, selected_rows=chosen, layout=LAYOUT, columnDefs=LEFT)
        self.below.layout.display = None if chosen else "none"
        more = f"，列出前 {SENT_ROWS} 个，请再筛选" if selection.count > SENT_ROWS else ""
        odd = "；“金额不少于”不是数，没有用来筛选" if self.least.value.strip() and self.wanted().least is None else ""
        self.count.value = f"<b>{selection.count:,}</b> 个疑点，金额合计 {yuan(selection.amount)} 元（同一笔资金在几个疑点里的重复计算）{more}{odd}。点选一行，下面显示它的来龙去脉和办理。"

    def _clear(self, button: Any) -> None:
        for own in (*self.filters.values(), self.least, self.text):
            own.unobserve(self._refresh, "value")
            own.value = ""
            own.observe(self._refresh, "value")
        self._refresh()

    def _choose(self, change: Any) -> None:
        if change["new"]:
            self.open(self.keys[change["new"][0]])

    def open(self, case_no: str) -> None:
        """Shows the story of a case."""
        self.chosen = case_no
        self.story.value = f'<div class="fundaudit">{story(self.desk, case_no).text}</div>'
        vouchers = sorted({row["支付凭证号"] for row in self.desk.behind(case_no) if row.get("支付凭证号")})
        choose_from(self.vouchers, [("（选一张凭证，看它付给了谁）", ""), *((v, v) for v in vouchers)])
        self.vouchers.layout.display = None if vouchers else "none"
        kind, _ = self._page()
        self.page.description = f"看{kind}的全部收支" if kind else ""
        self.page.layout.display = None if kind else "none"
        self.deciding.open(case_no)
        self.below.layout.display = None

    def _page(self) -> tuple[str, str]:
        """The page on which all that belongs to the finding's subject stands; empty where there is none."""
        own = self.desk.finding(self.chosen)
        subject = own["subject"].partition("|")[0]
        known = not subject.startswith(("line:", "row:"))
        return (PAGES.get(own["subject_kind"], "") if known else "", subject)

    def _open_voucher(self, change: Any) -> None:
        if change["new"]:
            self.open_page("支付凭证", change["new"])
            self.vouchers.value = ""  # so that it can be chosen again

    def _decided(self) -> None:
        """A case was decided, here or meanwhile by somebody else: its state is another everywhere."""
        self.desk.refresh()
        chosen, state = self.chosen, self.filters["state"]
        state.unobserve(self._refresh, "value")
        choose_from(state, [(ALL, ""), *self.desk.choices("state")], state.value)
        state.observe(self._refresh, "value")
        self._refresh()
        self.open(chosen)
        self.counted()

    def redraw(self) -> None:
        """What may be shown has changed."""
        self._refresh()
        if self.chosen:
            self.open(self.chosen)
