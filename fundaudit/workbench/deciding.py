"""Deciding a case beside its story: the states that may follow, what must be said, and what somebody else decided meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import ipywidgets as widgets
from markupsafe import escape

from fundaudit.dates import now
from fundaudit.register.casework import Decision, decide
from fundaudit.register.schema import RegisterError
from fundaudit.register.states import NEEDED, NEXT
from fundaudit.register.viewings import record_viewing
from fundaudit.workbench.desk import Desk

DEADLINES = {"认定正常": "有效期到"}
FIELDS = {"deadline": "期限", "recovered": "追回（元）", "receiver": "接收部门"}


def said(text: str, good: bool = False) -> str:
    """A line about what was done, or why not."""
    colour = "#1d5b8f" if good else "#b42318"
    return f'<p role="status" style="color:{colour};font-weight:600">{escape(text)}</p>'


class Deciding:
    """`box` is what is shown. `author` is where it is written who decides; `decided` is called after the register has changed."""

    def __init__(self, desk: Desk, author: Any, decided: Callable[[], None]) -> None:
        self.desk, self.author, self.decided, self.case_no, self.seen = desk, author, decided, "", ""
        self.done: tuple[Any, ...] | None = None  # what stood in the form after the last decision
        wide = {"width": "40rem"}
        self.heading, self.message = widgets.HTML(), widgets.HTML()
        self.to = widgets.ToggleButtons(options=[], description="改为")
        here = widgets.Text(description="检查人", placeholder="姓名")
        widgets.link((author, "value"), (here, "value"))  # the same as at the top of the page
        self.reason = widgets.Textarea(description="理由", placeholder="核实了什么，依据什么", layout=wide)
        self.deadline = widgets.DatePicker(description="期限")
        self.recovered = widgets.Text(description="追回（元）", placeholder="没有追回的不填")
        self.receiver = widgets.Text(description="接收部门", layout=wide)
        self.button = widgets.Button(description="登记", button_style="primary")
        self.to.observe(self._asked, "value")
        self.button.on_click(self._register)
        self.form = widgets.VBox([self.to, here, self.reason, self.deadline, self.recovered, self.receiver, self.button])
        self.box = widgets.VBox([self.heading, self.form, self.message])

    def open(self, case_no: str) -> None:
        """The form for a case as it is now; what was typed about another one is gone."""
        kept = self.to.value if case_no == self.case_no else None
        if case_no != self.case_no:
            self.reason.value = self.recovered.value = self.receiver.value = self.message.value = ""
            self.deadline.value = None
        self.case_no, self.seen = case_no, self.desk.finding(case_no)["state"]
        self.heading.value = f"<h4>办理　{escape(case_no)}　现在是“{self.seen}”</h4>"
        self.to.options = NEXT[self.seen]
        alone = self.to.options[0] if len(self.to.options) == 1 else None  # of several, nobody chooses by not choosing
        self.to.value = kept if kept in self.to.options else alone
        self._asked()

    def _asked(self, change: Any = None) -> None:
        """What a state needs to be said, and nothing else."""
        to = self.to.value or ""
        needed = NEEDED.get(to, ())
        self.deadline.description = DEADLINES.get(to, "期限")
        self.deadline.layout.display = None if "deadline" in needed else "none"
        self.receiver.layout.display = None if "receiver" in needed else "none"
        self.recovered.layout.display = None if to in ("已整改", "销号", "整改中") else "none"

    def _register(self, button: Any) -> None:
        try:
            recovered = Decimal(self.recovered.value.replace(",", "").replace("，", "")) if self.recovered.value.strip() else None
        except InvalidOperation:
            self.message.value = said("“追回”不是金额，应写成 1234.50（元）；没有登记")
            return
        if self.done == self._typed():  # clicked twice
            return
        written = {"检查人": self.author.value, "理由": self.reason.value}
        if lacking := [name for name, text in written.items() if not text.strip()]:
            self.message.value = said(f"请先填写{'和'.join(lacking)}；没有登记")
            return
        if self.to.value is None:
            self.message.value = said("请先选择改为哪种状态；没有登记")
            return
        asked = NEEDED.get(self.to.value, ())
        if "deadline" in asked and self.deadline.value and self.deadline.value < now().date():
            self.message.value = said(f"{self.deadline.description} {self.deadline.value} 已经过去；没有登记")
            return
        own = Decision(
            self.case_no, self.to.value, self.author.value, self.reason.value,
            self.deadline.value if "deadline" in asked else None, recovered, self.receiver.value if "receiver" in asked else "", seen=self.seen,
        )  # fmt: skip
        told = f"已登记：{self.seen} → {own.to_state}"
        try:
            with self.desk.register() as engine:
                decide(engine, [own], now().isoformat(timespec="seconds"))
            self.reason.value = self.recovered.value = self.receiver.value = ""
            self.deadline.value = None
            message, done = said(told, good=True), True
        except RegisterError as error:
            message = said(_in_the_form(str(error)) + "；没有登记")
            done = False
        self.decided()  # shows what the case is now, whoever made it so
        self.message.value = message
        self.done = self._typed() if done else None

    def _typed(self) -> tuple[Any, ...]:
        """What stands in the form."""
        return self.case_no, self.to.value, self.reason.value, self.deadline.value, self.recovered.value, self.receiver.value


def _in_the_form(text: str) -> str:
    """The register's words without the names of options of the command."""
    for option in ("（--deadline；认定正常的为有效期）", "（--receiver）", "（--author）", "（--reason）"):
        text = text.replace(option, "")
    return text


class Whole:
    """The switch that shows names and numbers whole: who and why are written down before anything is shown."""

    def __init__(self, desk: Desk, author: Any, changed: Callable[[], None]) -> None:
        self.desk, self.author, self.changed = desk, author, changed
        self.switch = widgets.Checkbox(description="显示完整的姓名和号码", indent=False, layout={"width": "14rem"})
        self.reason = widgets.Text(
            placeholder="查看理由，将连同检查人和时间记入登记库", layout={"width": "26rem", "display": "none"}
        )
        self.button = widgets.Button(description="确认查看", layout={"display": "none"})
        self.message = widgets.HTML()
        self.switch.observe(self._switched, "value")
        self.button.on_click(self._confirm)
        self.box = widgets.HBox([self.switch, self.reason, self.button, self.message])

    def _switched(self, change: Any) -> None:
        asking = self.switch.value and self.desk.masked
        self.reason.layout.display = self.button.layout.display = None if asking else "none"
        self.message.value = ""
        if not self.switch.value and not self.desk.masked:
            self.desk.masked = True
            self.changed()

    def _confirm(self, button: Any) -> None:
        try:
            if not self.author.value.strip():
                raise RegisterError("请先填写检查人")
            with self.desk.register() as engine:
                record_viewing(
                    engine,
                    self.desk.county.code,
                    self.desk.county.as_of,
                    self.author.value,
                    self.reason.value,
                    now().isoformat(timespec="seconds"),
                )
        except RegisterError as error:
            self.message.value = said(str(error))
            return
        self.desk.masked = False
        self.reason.value = ""
        self.reason.layout.display = self.button.layout.display = "none"
        self.message.value = said("已记入登记库；以下内容不要外传", good=True)
        self.changed()
