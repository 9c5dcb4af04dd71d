"""The inspectors' workbench: a county's run chosen from lists, its figures, and beside each other its findings, thresholds, samples and money.

workbench.open_workbench()       # in a notebook, or as a page without code: fundaudit lab --app
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import sqlalchemy as sa
from markupsafe import Markup, escape

from fundaudit.register.opening import REGISTER, elsewhere, open_register
from fundaudit.register.schema import RegisterError, runs
from fundaudit.report.money import not_handed_in, pace_percent
from fundaudit.report.pieces import draft_style
from fundaudit.report.words import percent, rounded, wan
from fundaudit.workbench.deciding import Whole, said
from fundaudit.workbench.desk import Desk, open_desk, outputs_folder, runs_of
from fundaudit.workbench.findings_tab import FindingsTab
from fundaudit.workbench.sampling_tab import SamplingTab
from fundaudit.workbench.thresholds_tab import ThresholdsTab
from fundaudit.workbench.trail_tab import FlowTab, TrailTab

STYLE = """<style>
.fundaudit .figures { grid-template-columns: repeat(5, 1fr); } .fundaudit .story { max-width: 62rem; } .fundaudit mark { background: #fde68a; padding: 0 .05em; }
.fundaudit h4 { margin-top: 1rem; } .widget-dropdown, .widget-text { margin: 2px 6px 2px 0; }
.dt-container tbody tr { cursor: pointer; }
</style>"""


class Workbench:
    """`box` is what is shown; `desk` the run that is open."""

    def __init__(self, outputs: str = "", county: str = "", as_of: str = "") -> None:
        self.place = outputs_folder(outputs)
        self.runs = runs_of(self.place)
        self.desk: Desk | None = None
        names = names_of(self.place)
        self.county = widgets.Dropdown(
            options=[(names.get(code, code), code) for code in self.runs], description="县", layout={"width": "20rem"}
        )
        self.day = widgets.Dropdown(options=[], description="检查日", layout={"width": "15rem"})
        self.author = widgets.Text(
            description="检查人",
            value=os.environ.get("FUNDAUDIT_AUTHOR", ""),
            placeholder="姓名，登记和查看时记下",
            layout={"width": "18rem"},
        )
        self.head, self.body, self.message = widgets.HTML(), widgets.VBox(), widgets.HTML()
        self.whole = widgets.HBox()
        top = widgets.HBox([self.county, self.day, self.author], layout={"flex_flow": "row wrap"})
        self.box = widgets.VBox([widgets.HTML(draft_style() + STYLE), top, self.whole, self.message, self.head, self.body])
        if not self.runs:
            self.message.value = said(f"{self.place} 下还没有结果，请先运行 fundaudit run")
            return
        if county and str(county) in self.runs:
            self.county.value = str(county)
        self.choosing = False  # a date stands for a county that is not chosen yet
        self.county.observe(lambda change: self._days(), "value")
        self.day.observe(self.open, "value")
        self._days(wanted=str(as_of))

    def _days(self, wanted: str = "") -> None:
        self.choosing = True
        days = [str(day) for day in self.runs[self.county.value]]
        self.day.options = days
        self.day.value = wanted if wanted in days else days[0]
        self.choosing = False
        self.open()

    def open(self, change: Any = None) -> None:
        """The run that is chosen."""
        if self.choosing:
            return
        try:
            self.desk = open_desk(self.county.value, self.day.value, self.place)
        except Exception as error:  # a run's folder may be damaged in any way: the lists stay
            self.message.value, self.body.children, self.head.value = (
                said(f"打不开这次运行（{type(error).__name__}：{error}）"),
                (),
                "",
            )
            return
        self.message.value = said(f"疑点的状态不是最新的：{self.desk.problem}") if self.desk.problem else ""
        desk, author = self.desk, self.author
        switch = Whole(desk, author, self._redraw)
        self.whole.children = (switch.box,)
        self.trail, self.flow = TrailTab(desk), FlowTab(desk)
        self.findings = FindingsTab(desk, author, self._open_page, lambda: setattr(self.head, "value", cards(desk)))
        self.sampling = SamplingTab(desk)
        self.thresholds = ThresholdsTab(desk)
        self.switch = switch
        self.tabs = widgets.Tab(
            [self.findings.box, self.thresholds.box, self.sampling.box, self.flow.box, self.trail.box],
            titles=["疑点", "试阈值", "抽样", "资金去向", "人员、单位、凭证"],
        )
        self.tabs.observe(lambda change: self.flow.open() if change["new"] == 3 else None, "selected_index")
        self.head.value = cards(desk)
        self.body.children = (self.tabs,)

    def _open_page(self, kind: str, key: str) -> None:
        self.trail.open(kind, key)
        self.tabs.selected_index = 4

    def _redraw(self) -> None:
        for own in (self.findings, self.thresholds, self.sampling, self.flow):
            own.redraw()
        self.trail.shown_otherwise()


def names_of(outputs: Path) -> dict[str, str]:
    """County → its name and code, as the register's runs have it; a register of an older version is carried forward before. None where it
    cannot be used: the desk says why."""
    try:
        if elsewhere() is None and not (outputs / REGISTER).exists():
            return {}
        engine = open_register(outputs)
    except (RegisterError, OSError):
        return {}
    try:
        with engine.connect() as connection:
            found = connection.execute(sa.select(runs.c.county, runs.c.name).order_by(runs.c.run_id)).all()
        return {code: f"{name}（{code}）" for code, name in found if name}
    finally:
        engine.dispose()


def cards(desk: Desk) -> str:
    """The five figures: findings with their severities, money at issue, what could not be judged, rows not used, progress against pace."""
    county, main = desk.county, desk.county.about.year
    counts = desk.counted()
    missing, now = not_handed_in(county), pace_percent(county)
    shown = [
        ("疑点", f"{sum(counts.values()):,} 个", "　".join(f"{severity} {n:,}" for severity, n in counts.items())),
        ("涉及资金（每笔计一次）", f"{wan(desk.money_at_issue)} 万元", "支付和发放；余额、缺口不加入"),
        ("未能判定", f"{sum(o.undetermined for o in county.about.outcomes):,} 项次", f"{sum(o.status in ('not_run', 'error') for o in county.about.outcomes)} 项检查未执行"),
        ("没有采用的行", f"{desk.rejected:,} 行", "见报告第五部分"),
        (f"{main.year}年度支付进度", "资料不全" if missing else percent(main.paid, main.amount), f"序时进度 {rounded(now, '0.01')}%"),
    ]  # fmt: skip
    cells = Markup("").join(
        Markup(
            '<div><div class="figure-label">{}</div><div class="figure-value">{}</div><div class="figure-more">{}</div></div>'
        ).format(*own)
        for own in shown
    )
    return f'<div class="fundaudit"><div class="figures">{cells}</div><p class="note">{escape(county.name)}，检查截止日 {county.as_of}。疑点在核实以前不构成认定。</p></div>'


def open_workbench(county: str | int = "", as_of: str = "", outputs: str = "") -> Any:
    """The workbench as a widget to show; the county and date that are opened first, where they are named."""
    return Workbench(str(outputs), str(county), str(as_of)).box
