"""Field samples: how large, drawn, written to fill in; and what the results say of the whole."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from fundaudit.report.pieces import render
from fundaudit.report.words import rounded, yuan
from fundaudit.sampling import ENOUGH, Estimate, Sample, SamplingError
from fundaudit.workbench import field_samples
from fundaudit.workbench.deciding import said
from fundaudit.workbench.desk import Desk
from fundaudit.workbench.field_samples import METHODS, POPULATIONS, Plan
from fundaudit.workbench.tables import choose_from

SHARES = {f"{n}%": Decimal(n) / 100 for n in (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)}
SOURCES = {
    "random": "样本量和错误率上下限按超几何分布精确计算（属性抽样）；金额按分层扩张估计，错误少于 20 个时只给出保守的上限。",
    "money": "货币单元抽样：样本量按伽马分布，金额上限按 Stringer 法；大于抽样间隔的全部抽取。",
}


class SamplingTab:
    """`box` is what is shown."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.plan = desk, Plan()
        self.sample: Sample | None = None
        wide = {"width": "24rem"}
        self.population = widgets.Dropdown(
            options=[(name, key) for key, name in POPULATIONS.items()], description="抽取对象", layout=wide
        )
        self.method = widgets.Dropdown(options=[(name, key) for key, name in METHODS.items()], description="方法", layout=wide)
        self.confidence = widgets.Dropdown(options=["90%", "95%", "99%"], value="95%", description="置信度", layout=wide)
        self.tolerable = widgets.Dropdown(options=list(SHARES), value="5%", description="可容忍错误", layout=wide)
        self.expected = widgets.Dropdown(options=["0%", *SHARES], value="0%", description="预计错误", layout=wide)
        self.seed = widgets.Text(value=f"{desk.county.as_of:%Y%m%d}", description="种子", layout=wide)
        self.towns = widgets.Checkbox(value=True, description="按乡镇分层", indent=True)
        self.draw = widgets.Button(description="抽取", button_style="primary")
        self.save = widgets.Button(description="写出工作簿", disabled=True)
        self.message, self.result = widgets.HTML(), widgets.HTML()
        self.file = widgets.Dropdown(options=[], description="已填工作簿", layout={"width": "40rem"})
        self.judge = widgets.Button(description="评价结果")
        self.estimate = widgets.HTML()
        self.draw.on_click(self._draw)
        self.save.on_click(self._save)
        self.judge.on_click(self._judge)
        left = widgets.VBox([self.population, self.method, self.towns, self.seed])
        right = widgets.VBox([self.confidence, self.tolerable, self.expected])
        self.box = widgets.VBox(
            [
                widgets.HBox([left, right]), widgets.HBox([self.draw, self.save]), self.message, self.result,
                widgets.HTML("<h4>评价核实结果</h4>"), widgets.HBox([self.file, self.judge]), self.estimate,
            ]
        )  # fmt: skip
        self._files()

    def _plan(self) -> Plan:
        share = SHARES | {"0%": Decimal(0)}
        return Plan(
            self.population.value, self.method.value, Decimal(self.confidence.value.rstrip("%")) / 100, SHARES[self.tolerable.value],
            share[self.expected.value], self.seed.value.strip() or "1", self.towns.value,
        )  # fmt: skip

    def _draw(self, button: Any) -> None:
        self.message.value = self.result.value = ""
        self.save.disabled = True
        try:
            self.plan = self._plan()
            self.sample = field_samples.draw(self.desk, self.plan)
        except SamplingError as error:
            self.sample = None
            self.message.value = said(str(error))
            return
        self.save.disabled = False
        self.redraw()

    def redraw(self) -> None:
        """The sample as it may be seen now."""
        if self.sample is None:
            return
        rows = [[*row[:4], yuan(row[4])] for row in field_samples.described(self.desk, self.plan, self.sample)]
        settings = field_samples.settings(self.plan, self.sample)
        html = render(
            "sample.html.j2", self.desk.county, masked=False, rows=rows, settings=settings, source=SOURCES[self.plan.method]
        )
        self.result.value = f'<div class="fundaudit">{html.text}</div>'

    def _save(self, button: Any) -> None:
        assert self.sample is not None
        try:
            path = field_samples.write(self.desk, self.plan, self.sample)
        except OSError as error:
            self.message.value = said(f"没有写出（{type(error).__name__}）")
            return
        hidden = (
            "姓名和号码已遮盖；要写全的，先显示完整的姓名和号码再写出" if self.desk.masked else "含完整的姓名和号码，不要外传"
        )
        self.message.value = said(f"已写出 {path.relative_to(self.desk.outputs.parent)}，{hidden}", good=True)
        self._files()

    def _files(self) -> None:
        choose_from(self.file, [(path.name, path) for path in field_samples.filled(self.desk)])
        self.judge.disabled = not self.file.options

    def _judge(self, button: Any) -> None:
        path: Path = self.file.value
        try:
            plan, sample, estimate = field_samples.judged(self.desk, path)
        except SamplingError as error:
            self.estimate.value = said(str(error))
            return
        shown = told(plan, sample, estimate)
        html = render(
            "estimate.html.j2",
            self.desk.county,
            masked=False,
            rows=shown,
            name=path.name,
            verdict=verdict(plan, sample, estimate),
        )
        self.estimate.value = f'<div class="fundaudit">{html.text}</div>'


def _share(number: Decimal) -> str:
    return f"{rounded(number * 100, '0.01')}%"


def told(plan: Plan, sample: Sample, estimate: Estimate) -> list[tuple[str, str]]:
    """An estimate in words."""
    sure = f"{(sample.confidence * 100).normalize():f}%"
    rows = [
        ("核实", f"{estimate.checked:,} 个，总体 {sample.population:,} 个、{yuan(sample.book)} 元"),
        ("有错的", f"{estimate.errors:,} 个，占样本 {_share(estimate.rate)}"),
    ]
    if estimate.rate_low is not None and estimate.rate_high is not None:
        rows.append(("总体错误率", f"{_share(estimate.rate_low)} 以上、{_share(estimate.rate_high)} 以下（置信度各 {sure}）"))
    rows.append(("总体多付金额的估计", f"{yuan(estimate.yuan)} 元"))
    low = f"不少于 {yuan(estimate.low_yuan)} 元；" if estimate.low_yuan is not None else ""
    few = (
        "；多付的不足 20 个，上限只是可能的最多个数乘以最大的一笔，要估计金额请按金额抽样"
        if plan.method == "random" and estimate.errors < ENOUGH
        else ""
    )
    rows.append(("上下限", f"{low}不超过 {yuan(estimate.high_yuan)} 元（置信度 {sure}）{few}"))
    if estimate.short:
        rows.append(("样本中少付的", f"{yuan(estimate.short)} 元，不抵减多付"))
    return rows


def verdict(plan: Plan, sample: Sample, estimate: Estimate) -> str:
    """Whether the sample shows less error than what was called tolerable."""
    high = estimate.rate_high if plan.method == "random" else estimate.high_yuan / sample.book
    assert high is not None
    below = high < plan.tolerable or (plan.method == "random" and high <= plan.tolerable)
    what = "错误率" if plan.method == "random" else "错误金额占比"
    return f"{what}的上限 {_share(high)}，{'没有超过' if below else '超过'}可容忍的 {_share(plan.tolerable)}：" + (
        "样本支持总体可以接受。" if below else "样本不足以说明总体可以接受，需要扩大核实或全部核实。"
    )
