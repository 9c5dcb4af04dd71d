"""Thresholds live: a check judged anew as its sliders move, before and after, which findings come and go; what is kept stands in the county's
parameter file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ipywidgets as widgets
from markupsafe import escape

from fundaudit.catalogue import Check, Threshold
from fundaudit.exact_yaml import ParameterError
from fundaudit.findings import Judgement
from fundaudit.kept_thresholds import keep_thresholds
from fundaudit.report.pieces import render
from fundaudit.report.words import yuan
from fundaudit.workbench.deciding import said
from fundaudit.workbench.desk import SENT_ROWS, Desk


class ThresholdsTab:
    """`box` is what is shown."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        outcomes = {o.check: o for o in desk.county.about.outcomes}
        own = [c for c in desk.county.catalogue if any(t.is_number for t in c.thresholds.values())]
        options = [(f"{c.code} {c.title}（{outcomes[c.code].flagged:,}）", c.code) for c in own if outcomes[c.code].population]
        self.check = widgets.Dropdown(options=options, description="检查", layout={"width": "32rem"})
        self.sliders: dict[str, Any] = {}
        self.limits, self.result, self.message = widgets.VBox(), widgets.HTML(), widgets.HTML()
        self.back = widgets.Button(description="回到本次运行的值", layout={"width": "11rem"})
        self.keep = widgets.Button(description="保留到县的参数", button_style="primary", layout={"width": "11rem"})
        self.check.observe(self._open, "value")
        self.back.on_click(self._open)
        self.keep.on_click(self._keep)
        note = "只在这里试算，不改已登记的结果；“保留”写入该县的参数文件，下次运行生效。"
        self.box = widgets.VBox(
            [
                self.check,
                self.limits,
                widgets.HBox([self.back, self.keep]),
                self.message,
                self.result,
                widgets.HTML(f"<p>{note}</p>"),
            ]
        )
        self._open()

    @property
    def chosen(self) -> Check | None:
        return self.desk.county.catalogue.checks.get(self.check.value)

    def _open(self, change: Any = None) -> None:
        """The sliders of a check, where the run had them."""
        check = self.chosen
        self.message.value = self.result.value = ""
        if check is None:
            self.result.value = said("这个县没有可以调整阈值的检查")
            return
        values = self.desk.county.about.thresholds[check.code]
        self.sliders = {
            name: slider(limit, check.typed(name, values[name])) for name, limit in check.thresholds.items() if limit.is_number
        }
        self.began = {
            name: own.value for name, own in self.sliders.items()
        }  # a slider that is not moved stands for the run's own value
        rows = []
        for name, own in self.sliders.items():
            limit, text = check.thresholds[name], widgets.HTML(layout={"width": "8rem"})
            own.observe(
                lambda change, text=text, limit=limit: setattr(
                    text, "value", f"<b>{limit.text(exact(limit, change['new']))}</b>"
                ),
                "value",
            )
            text.value = f"<b>{limit.text(exact(limit, own.value))}</b>"
            own.observe(self._judge, "value")
            rows.append(widgets.HBox([widgets.HTML(f"{escape(limit.says)}", layout={"width": "26rem"}), own, text]))
        self.limits.children = rows
        self._show(None)

    def values(self) -> dict[str, Any]:
        """The thresholds as the sliders stand, exact."""
        check = self.chosen
        if check is None:
            return {}
        run = {name: check.typed(name, value) for name, value in self.desk.county.about.thresholds[check.code].items()}
        return {
            name: run[name] if own.value == self.began[name] else exact(check.thresholds[name], own.value)
            for name, own in self.sliders.items()
        }

    def _judge(self, change: Any = None) -> None:
        if check := self.chosen:
            self.message.value = ""
            self._show(self.desk.county.judged_with(check.code, self.values()))

    def redraw(self) -> None:
        """What may be shown has changed."""
        if self.chosen:
            self._show(self.judgement)

    def _show(self, judgement: Judgement | None) -> None:
        self.judgement, check = judgement, self.chosen
        assert check is not None
        before = next(o for o in self.desk.county.about.outcomes if o.check == check.code)
        after = judgement.outcomes[0] if judgement else before
        split = self.desk.county.against_run(check.code, judgement) if judgement else {"新增": [], "消除": [], "保留": []}
        counts = [
            ["疑点", f"{before.flagged:,}", f"{after.flagged:,}", _more(after.flagged - before.flagged)],
            ["未能判定", f"{before.undetermined:,}", f"{after.undetermined:,}", _more(after.undetermined - before.undetermined)],
            ["判定对象", f"{before.population:,}", f"{after.population:,}", _more(after.population - before.population)],
        ]
        if check.counts_money:
            change = after.amount - before.amount
            counts.insert(
                1,
                [
                    f"{check.amount_label}（元）",
                    yuan(before.amount),
                    yuan(after.amount),
                    f"{'+' if change > 0 else ''}{yuan(change)}" if change else "",
                ],
            )
        self.result.value = '<div class="fundaudit">{}</div>'.format(
            render(
                "thresholds.html.j2",
                self.desk.county,
                masked=False,
                counts=counts,
                reason=after.reason if after.status in ("error", "not_run") else "",
                tables=[(name, *self._listed(split[name])) for name in ("新增", "消除")],
                tried=judgement is not None,
            ).text
        )

    def _listed(self, findings: list[dict[str, Any]]) -> tuple[list[list[str]], int]:
        """The largest that come or go, as they may be seen; and how many there are."""
        largest = sorted(findings, key=lambda f: (f["amount"] is None, -(f["amount"] or Decimal(0)), f["subject"]))[:SENT_ROWS]
        rows = []
        for own in self.desk.shown_rows(largest):
            rows.append(
                [
                    " ".join(dict.fromkeys(filter(None, (own["name"], own["subject"])))),
                    own["township"] or "",
                    "" if own["amount"] is None else yuan(own["amount"]),
                    own["detail"],
                ]
            )
        return rows, len(findings)

    def _keep(self, button: Any) -> None:
        check = self.chosen
        if check is None:
            return
        run = self.desk.county.about.thresholds[check.code]
        changed = {name: value for name, value in self.values().items() if value != check.typed(name, run[name])}
        if not changed:
            self.message.value = said("没有改动，参数文件没有写")
            return
        folder = self.desk.outputs.resolve().parent / "parameters"
        try:
            path = keep_thresholds(folder, self.desk.county.code, check.code, changed)
        except (ParameterError, OSError) as error:
            self.message.value = said(str(error))
            return
        told = "，".join(f"{check.thresholds[name].says} {check.thresholds[name].text(value)}" for name, value in changed.items())
        self.message.value = said(f"已写入 {path.parent.name}/{path.name}：{told}。下次运行生效", good=True)


def slider(limit: Threshold, value: Decimal | int) -> Any:
    """A slider over the range that the check declares, a step at a time."""
    assert limit.min is not None and limit.max is not None and limit.step is not None
    kind, number = (widgets.IntSlider, int) if isinstance(limit.default, int) else (widgets.FloatSlider, float)
    return kind(
        value=number(value), min=number(limit.min), max=number(limit.max), step=number(limit.step), readout=True, readout_format="d" if number is int else ".4f" if limit.unit == "比例" else ".2f", continuous_update=False,
        layout={"width": "24rem"},
    )  # fmt: skip


def exact(limit: Threshold, value: float) -> Decimal | int:
    """A slider's number as the threshold's kind: the browser holds binary fractions."""
    if isinstance(limit.default, int):
        return int(value)
    places = max(-Decimal(str(own)).as_tuple().exponent for own in (limit.step, limit.min, limit.default))  # type: ignore[operator]
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places))


def _more(number: int) -> str:
    return f"{number:+,}" if number else ""
