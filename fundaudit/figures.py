"""Charts as SVG with Chinese labels drawn from the kit's own font, the same bytes on every machine.

Imported where one is drawn: matplotlib takes long to import, and the parent of a run draws none.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as MplPath
from matplotlib.ticker import MaxNLocator

INK, MUTED, GRID = "#1f2a37", "#6b7280", "#d5dae1"
BEHIND, AHEAD = "#b42318", "#1d5b8f"
SEVERITY_COLOURS = {"高": "#b42318", "中": "#c98a1b", "低": "#7a8699"}
_FONT = str(files("fundaudit").joinpath("fonts/NotoSansSC-Regular.ttf"))


@contextmanager
def _style() -> Iterator[None]:
    """The kit's font and fixed ids, for one figure; a character the font lacks is an error, not an empty box."""
    font_manager.fontManager.addfont(_FONT)
    family = font_manager.FontProperties(fname=_FONT).get_name()
    settings: Any = {
        "font.family": family,
        "svg.fonttype": "path",
        "svg.hashsalt": "fundaudit",
        "axes.unicode_minus": False,
        "axes.edgecolor": GRID,
        "axes.labelcolor": MUTED,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "text.color": INK,
        "font.size": 10,
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*[Gg]lyph.*missing.*")
        yield


@cache
def _drawn() -> frozenset[int]:
    return frozenset(font_manager.get_font(_FONT).get_charmap())


def drawable(text: str) -> str:
    """A text of a county's with every character that the font lacks as a star: rare ones must not cost the county its report."""
    return "".join(c if ord(c) in _drawn() else "*" for c in text).replace("$", r"\$")


def _svg(figure: Figure) -> str:
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    text = stream.getvalue()
    return text[text.index("<svg") :]


def _plain(axes: Any) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


@lru_cache(maxsize=8)  # the audit's report and the periodic one show the same
def spending_chart(
    title: str, months: tuple[int, ...], spent: tuple[Decimal, ...], pace: tuple[Decimal, ...], target: Decimal
) -> str:
    """Cumulative spending (% of what was received) per month against pace, with the year's target."""
    with _style():
        figure = Figure(figsize=(8.6, 3.2))
        axes = figure.add_subplot()
        _plain(axes)
        axes.set_title(title, loc="left", fontsize=11.5, pad=12)
        axes.plot(months, [float(p) for p in pace], color=MUTED, linestyle=(0, (4, 3)), linewidth=1.4, label="序时进度")
        axes.plot(months, [float(s) for s in spent], color=AHEAD, linewidth=2.2, marker="o", markersize=4, label="累计支出进度")
        axes.axhline(float(target), color=BEHIND, linewidth=0.9, linestyle=":", label=f"全年目标 {target:g}%")
        below = [float(s) < float(p) for s, p in zip(spent, pace, strict=True)]
        for x, y, under in zip(months, spent, below, strict=True):
            low = under and y > 12  # near the axis a label below would stand on the month
            axes.annotate(
                f"{y:.1f}", (x, float(y)), (0, -13 if low else 6), textcoords="offset points", ha="center", fontsize=8, color=INK
            )
        axes.set_xticks(list(months), [f"{m}月" for m in months])
        axes.set_ylim(0, max(108.0, *(float(s) * 1.08 for s in spent)))
        axes.set_ylabel("占到位资金的比例（%）")
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.legend(frameon=False, loc="lower right", fontsize=9)
        return _svg(figure)


def counties_chart(title: str, names: Sequence[str], progress: Sequence[Decimal], findings: Sequence[int]) -> str:
    """Each county's progress (per cent) as a bar, its findings written at the end; reads in grey."""
    with _style():
        figure = Figure(figsize=(8.6, 0.9 + 0.3 * len(names)))
        axes = figure.add_subplot()
        _plain(axes)
        axes.set_title(drawable(title), loc="left", fontsize=11.5, pad=12)
        places = range(len(names))
        axes.barh(places, [float(p) for p in progress], height=0.6, color=AHEAD)
        for place, (share, number) in enumerate(zip(progress, findings, strict=True)):
            axes.text(float(share) + 1, place, f"{share:.1f}%　{number:,} 个", va="center", fontsize=8.5, color=INK)
        axes.set_yticks(list(places), [drawable(name) for name in names])
        axes.invert_yaxis()
        axes.set_xlim(0, max(125.0, *(float(p) * 1.25 for p in progress)))
        axes.set_xlabel("支付进度（%）")
        return _svg(figure)


def bars_chart(title: str, names: Sequence[str], values: Sequence[float], unit: str) -> str:
    """A number of each name as horizontal bars, in their order, the number written at the end."""
    with _style():
        figure = Figure(figsize=(8.6, 0.9 + 0.32 * len(names)))
        axes = figure.add_subplot()
        _plain(axes)
        axes.set_title(drawable(title), loc="left", fontsize=11.5, pad=12)
        places = range(len(names))
        axes.barh(places, values, height=0.6, color=AHEAD)
        for place, value in enumerate(values):
            axes.annotate(
                f"{value:,.10g}", (max(value, 0), place), (4, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK
            )
        axes.set_yticks(list(places), [drawable(name) for name in names])
        axes.invert_yaxis()
        axes.set_xlim(min(0, *values) if values else 0, max(values, default=1) * 1.15 or 1)
        axes.set_xlabel(unit)
        return _svg(figure)


Drawn = tuple[str, float, str, str]  # a box: its name, its height, its money in words, what it lost


def flow_chart(steps: Sequence[str], boxes: Sequence[Sequence[Drawn]], links: Sequence[tuple[int, int, int, float]]) -> str:
    """Money on its way from left to right: per step a column of boxes as high as their money, between them bands as wide as what goes on.
    `links`: step, place of the box, place of the box of the next step, how much."""
    with _style():
        gap = 0.035
        most = max(max(len(own) for own in boxes), 1)
        scale = (1 - gap * (most - 1)) / max((sum(height for _, height, _, _ in own) for own in boxes), default=1)
        figure = Figure(figsize=(11.5, 1.4 + 0.62 * most))
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_xlim(-0.02, len(steps))
        tops = [_stacked([max(height, 0) * scale for _, height, _, _ in own], gap) for own in boxes]
        lowest = max(
            top + max(height * scale, _ROOM)
            for at, own in zip(tops, boxes, strict=True)
            for top, (_, height, _, _) in zip(at, own, strict=True)
        )
        axes.set_ylim(max(1.0, lowest) + 0.02, -0.08)
        used: dict[tuple[str, int, int], float] = {}
        for step, start, end, amount in sorted(links):
            y0 = used.setdefault(("out", step, start), tops[step][start])
            y1 = used.setdefault(("in", step + 1, end), tops[step + 1][end])
            high = max(amount, 0) * scale
            _band(axes, step + _BOX, y0, step + 1, y1, high)
            used["out", step, start] += high
            used["in", step + 1, end] += high
        for step, own in enumerate(boxes):
            axes.text(step, -0.05, steps[step], fontsize=11, color=MUTED)
            for top, (name, height, money, lost) in zip(tops[step], own, strict=True):
                high = max(height * scale, 0.004)
                axes.add_patch(Rectangle((step, top), _BOX, high, color=AHEAD))
                label = drawable(name if len(name) <= 16 else name[:15] + "…")
                axes.text(step + _BOX + 0.02, top + high / 2, f"{label}\n{money}", fontsize=8, va="center")
                if lost:
                    axes.text(step + _BOX + 0.02, top + high / 2 + 0.062, lost, fontsize=7.5, va="center", color=BEHIND)
        return _svg(figure)


_BOX = 0.06  # how wide a box is, a step being 1
_ROOM = 0.1  # how high its words are, all the money being 1


def _stacked(heights: Sequence[float], gap: float) -> list[float]:
    """The upper edge of each box, at least so far from the next that its words have room."""
    tops, at = [], 0.0
    for height in heights:
        tops.append(at)
        at += max(height, _ROOM) + gap
    return tops


def _band(axes: Any, x0: float, y0: float, x1: float, y1: float, high: float) -> None:
    middle = (x0 + x1) / 2
    corners = [
        (x0, y0),
        (middle, y0),
        (middle, y1),
        (x1, y1),
        (x1, y1 + high),
        (middle, y1 + high),
        (middle, y0 + high),
        (x0, y0 + high),
    ]
    codes = [MplPath.MOVETO, *[MplPath.CURVE4] * 3, MplPath.LINETO, *[MplPath.CURVE4] * 3]
    axes.add_patch(PathPatch(MplPath(corners, codes), facecolor=AHEAD, alpha=0.18, edgecolor="none"))


@lru_cache(maxsize=8)
def findings_chart(title: str, families: tuple[str, ...], counts: tuple[tuple[str, tuple[int, ...]], ...]) -> str:
    """Findings per family as horizontal bars, stacked by severity (each with a number a family), the number written in each part."""
    with _style():
        figure = Figure(figsize=(8.6, 0.9 + 0.42 * len(families)))
        axes = figure.add_subplot()
        _plain(axes)
        axes.set_title(title, loc="left", fontsize=11.5, pad=12)
        left = [0] * len(families)
        for severity, numbers in counts:
            if any(numbers):
                axes.barh(families, numbers, left=left, height=0.58, color=SEVERITY_COLOURS[severity], label=severity)
            for row, number in enumerate(numbers):
                if number:
                    axes.text(
                        left[row] + number / 2, row, f"{severity} {number}", ha="center", va="center", color="white", fontsize=9
                    )
                left[row] += number
        axes.invert_yaxis()
        axes.set_xlabel("疑点（个）")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlim(0, max(left) * 1.04 or 1)
        return _svg(figure)
