"""Samples of a run for the field: drawn from its findings, projects or household lines, written as a workbook to fill in, and judged when
it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from fundaudit.register.states import SETTLED
from fundaudit.report.words import yuan
from fundaudit.report.workbooks import Book
from fundaudit.sampling import (
    Estimate,
    Item,
    Sample,
    SamplingError,
    draw_by_money,
    draw_random,
    evaluate,
    size_by_money,
    size_by_rate,
)
from fundaudit.workbench.desk import EMPTY, Desk

POPULATIONS = {"findings": "疑点", "projects": "项目", "lines": "到户发放明细"}
METHODS = {"random": "随机（每个对象机会相等）", "money": "按金额（每一元机会相等）"}
HEADERS = ("编号", "乡镇", "名称", "内容", "账面金额（元）", "核实金额（元）", "核实情况")
NOTES = {
    "findings": "账面金额是疑点金额；“核实金额”填核实后属实的金额：全部属实的照抄，不属实的填 0。存盘后在工作台“抽样”中评价",
    "projects": "账面金额是分配金额；“核实金额”填核实后应有的金额，没有错的照抄。存盘后在工作台“抽样”中评价",
    "lines": "账面金额是发放金额；“核实金额”填核实后应发的金额，没有错的照抄。存盘后在工作台“抽样”中评价",
}
FILLED = "核实金额（元）"


@dataclass(frozen=True)
class Plan:
    """What is drawn, and how sure one wants to be. `tolerable` and `expected`: shares of the items, or of the yuan (by money)."""

    population: str = "findings"
    method: str = "random"
    confidence: Decimal = Decimal("0.95")
    tolerable: Decimal = Decimal("0.05")
    expected: Decimal = Decimal(0)
    seed: str = "1"
    by_township: bool = True


def items(desk: Desk, plan: Plan) -> list[Item]:
    """What may be drawn; findings that people have settled, projects without money and lines that take money back are left out."""
    if plan.population == "findings":
        settled = ", ".join(f"'{state}'" for state in SETTLED)
        sql = f"SELECT case_no AS key, township, coalesce(amount, 0) AS amount FROM cases WHERE state NOT IN ({settled})"  # noqa: S608 words of ours
        rows: Sequence[tuple[Any, ...]] = desk.con.execute(sql).fetchall()
    elif plan.population == "lines":
        sql = "SELECT line_id, township, amount FROM household_payments WHERE amount > 0"
        rows = desk.con.execute(sql).fetchall() if desk.has("household_payments") else []
    else:
        found = desk.money.query("SELECT project_id, township, allocated FROM project_money WHERE allocated > 0").to_pylist()
        rows = [tuple(row.values()) for row in found]
    return [Item(key, (township or EMPTY) if plan.by_township else "全县", Decimal(amount)) for key, township, amount in rows]


def size(plan: Plan, every: Sequence[Item]) -> int:
    """How many the plan needs of a population."""
    if plan.method == "random":
        return size_by_rate(len(every), plan.confidence, plan.tolerable, plan.expected)
    book = sum((item.amount for item in every if item.amount > 0), Decimal(0))
    return size_by_money(book, plan.confidence, plan.tolerable * book, plan.expected * book)


def draw(desk: Desk, plan: Plan) -> Sample:
    """The sample of a plan. SamplingError where it cannot be drawn."""
    every = items(desk, plan)
    if not every:
        raise SamplingError(f"没有可以抽取的{POPULATIONS[plan.population]}")
    taken = draw_random if plan.method == "random" else draw_by_money
    return taken(every, size(plan, every), plan.confidence, plan.seed)


def described(desk: Desk, plan: Plan, sample: Sample) -> list[tuple[str, str, str, str, Decimal]]:
    """Each drawn item as it may be seen: its number, township, name, what it is about, yuan."""
    keys = [item.key for item in sample.drawn]
    titles = desk.county.catalogue.checks
    if plan.population == "findings":
        found = {key: desk.shown(desk.finding(key)) for key in keys}
        texts = {key: (f["name"] or f["subject"], f"{titles[f['check']].title}：{f['detail']}") for key, f in found.items()}
    elif plan.population == "lines":
        rows = desk.rows("SELECT * FROM household_payments WHERE line_id IN (SELECT unnest($keys))", {"keys": keys})
        texts = {
            row["line_id"]: (
                "　".join(filter(None, (desk.cell("姓名", row["name"]), desk.cell("证件号码", row["id_number"])))),
                "，".join(str(v) for v in (row["subsidy"], row["period"], row["paid_on"], row["village"]) if v),
            )
            for row in rows
        }
    else:
        rows = desk.money.query("SELECT project_id, name, unit, village FROM project_money").to_pylist()
        texts = {row["project_id"]: (row["name"] or "", "，".join(filter(None, (row["unit"], row["village"])))) for row in rows}
    desk.look_up([{"name": name, "about": about} for name, about in texts.values()])
    shown = {key: (desk.text(name), desk.text(about)) for key, (name, about) in texts.items()}
    return [(item.key, item.stratum, *shown.get(item.key, ("", "")), item.amount) for item in sample.drawn]


def settings(plan: Plan, sample: Sample) -> list[tuple[str, str]]:
    """By what a sample was drawn: with it anybody draws the same again."""
    told = [
        ("抽取对象", POPULATIONS[plan.population]), ("抽样方法", METHODS[plan.method]), ("置信度", str(plan.confidence)),
        ("可容忍错误（占比）", str(plan.tolerable)), ("预计错误（占比）", str(plan.expected)), ("种子", plan.seed),
        ("按乡镇分层", "是" if plan.by_township else "否"), ("总体个数", str(sample.population)), ("总体金额（元）", yuan(sample.book)),
        ("样本个数", str(len(sample.drawn))),
    ]  # fmt: skip
    if sample.interval is not None:
        told += [("抽样间隔（元）", yuan(sample.interval)), ("大于间隔必抽", str(len(sample.certain)))]
    return told


def write(desk: Desk, plan: Plan, sample: Sample) -> Path:
    """The sample as a workbook to fill in, in the owner's own folder; nothing that was filled in is written over."""
    folder = desk.outputs / ".lab" / "抽样"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    way, whole = METHODS[plan.method].partition("（")[0], "" if desk.masked else "-完整"
    stem = f"{desk.county.code}-{desk.county.as_of}-{POPULATIONS[plan.population]}-{way}-{_safe(plan.seed)}{whole}"
    path, n = folder / f"{stem}.xlsx", 2
    while path.exists():
        path, n = folder / f"{stem}-{n}.xlsx", n + 1
    book = Book(desk.county, path, "实地抽样")
    book.sheet("样本", HEADERS, [[*row, "", ""] for row in described(desk, plan, sample)], NOTES[plan.population])
    book.sheet("抽样说明", ("项目", "内容"), settings(plan, sample))
    book.close()
    path.chmod(0o600)
    return path


def _safe(text: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in text)[:20]


def _amount(value: Any) -> Decimal:
    amount = Decimal(str(value).replace(",", "").replace("，", "")).quantize(Decimal("0.01"))
    if not amount.is_finite() or amount < 0:
        raise ValueError(value)
    return amount


def filled(desk: Desk) -> list[Path]:
    """The workbooks that were written for this run, the newest first."""
    found = (desk.outputs / ".lab" / "抽样").glob(f"{desk.county.code}-{desk.county.as_of}-*.xlsx")
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def judged(desk: Desk, path: Path) -> tuple[Plan, Sample, Estimate]:
    """What a filled workbook says of the whole. SamplingError names the row that cannot be read, or says that the data is another one now."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, data_only=True)
        told = {str(row[0]): str(row[1]) for row in book["抽样说明"].iter_rows(min_row=2, values_only=True)}
        rows = list(book["样本"].iter_rows(min_row=3, values_only=True))
        plan = Plan(
            population={name: key for key, name in POPULATIONS.items()}[told["抽取对象"]],
            method={name: key for key, name in METHODS.items()}[told["抽样方法"]],
            confidence=Decimal(told["置信度"]),
            tolerable=Decimal(told["可容忍错误（占比）"]),
            expected=Decimal(told["预计错误（占比）"]),
            seed=told["种子"].removeprefix("'"),  # before what a spreadsheet would take for a formula
            by_township=told["按乡镇分层"] == "是",
        )
    except Exception as error:  # people save workbooks with whatever program
        raise SamplingError(f"{path.name}：不能读取（{type(error).__name__}），请用工作台写出的工作簿填写") from None
    found: dict[str, Decimal] = {}
    for number, row in enumerate(rows, 3):
        key, value = str(row[0] or "").removeprefix("'"), row[HEADERS.index(FILLED)]
        if key and value not in (None, ""):
            try:
                found[key] = _amount(value)
            except (InvalidOperation, ValueError):
                raise SamplingError(
                    f"{path.name}：“样本”第 {number} 行的核实金额 {value} 不能用，应是不小于零的数，如 1234.50"
                ) from None
    sample = draw(desk, plan)
    if {item.key for item in sample.drawn} != {str(row[0]).removeprefix("'") for row in rows if row[0]}:
        raise SamplingError(f"{path.name}：样本与现在的数据抽出的不同（重新运行过，或有疑点已办结），不能用来推断；请重新抽取")
    return plan, sample, evaluate(sample, found)
