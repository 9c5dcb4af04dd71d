"""The rows below one header: blank and total rows set aside, every other cell typed, problems noted per row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from fundaudit.contract import Column, Table
from fundaudit.intake import values
from fundaudit.intake.headers import Header
from fundaudit.intake.identity import normalise_id, normalise_identity
from fundaudit.intake.readers import Sheet, cell_text, is_number, padded_numbers
from fundaudit.intake.values import Unreadable
from fundaudit.parameters import Settings, Source

_TOTAL = re.compile(r".{0,12}(合计|小计|总计|共计)[:：]?")
# Columns, beside the required ones, whose unreadable cell would otherwise decide a verdict by being empty.
STANDS_ON = ("paid_on", "allocated_on", "signed_on", "submitted_on", "pending", "exited_on")
_LABEL = re.compile(r"(合计|小计|总计|共计)[:：]?")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")


@dataclass(frozen=True)
class Problem:
    """Why a row is not accepted: the column, the text found, the reason with what was expected."""

    column: str
    found: str
    reason: str
    unread: bool = False  # the cell's text could not be read


@dataclass(frozen=True)
class Note:
    """Something intake did or left out without rejecting a row; `rows` says how often."""

    column: str
    message: str
    rows: int


@dataclass(frozen=True)
class PrintedTotal:
    """A 合计 or 小计 row: what it printed per money column (yuan) and what the rows above it add up to."""

    row: int
    label: str
    column: str
    printed: Decimal | None
    recomputed: Decimal


@dataclass
class Rows:
    """The data rows of one sheet; lists run in step, `problems` by position."""

    sheet: Sheet
    numbers: list[int] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    raw: list[dict[str, str]] = field(default_factory=list)
    suspect: list[list[str]] = field(default_factory=list)
    extra: list[dict[str, str]] = field(default_factory=list)
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    read: int = 0  # rows below the header that hold anything
    totals: int = 0
    ragged: set[int] = field(default_factory=set)  # rows whose cells may have shifted
    printed: list[PrintedTotal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def as_read(self, k: int) -> dict[str, str]:
        """A row as it was read, by its own headers."""
        return {header: text for header, text in zip(self.headers, self.texts[k], strict=False) if text.strip()}


def read_rows(sheet: Sheet, table: Table, header: Header, source: Source | None, settings: Settings) -> Rows:
    """Every row below the header as typed values; what cannot be read is a problem, never a guess."""
    rows = Rows(sheet)
    below = {i: [cell_text(v) for v in sheet.rows[i]] for i in range(header.row + 1, len(sheet.rows))}
    data, total_rows, blank = _sort_out(below, table, header)
    rows.read = len(below) - blank
    rows.numbers = [sheet.numbers[i] for i in data]
    rows.raw = [{} for _ in data]
    rows.suspect = [[] for _ in data]
    texts = [below[i] for i in data]
    width = len(header.texts)
    for k, row in enumerate(texts):
        if any(t.strip() for t in row[width:]) or (len(row) < width and sheet.path.suffix.lower() == ".csv"):
            rows.ragged.add(k)
            _problem(rows, k, Problem("", f"{len(row)} 列", f"列数与表头不符，应为 {width} 列"))
        row += [""] * (width - len(row))
    rows.texts, rows.headers = texts, [text or f"第{j + 1}列" for j, text in enumerate(header.texts)]
    unknown = _named_apart(header, texts)
    rows.extra = [{text: row[j].strip() for j, text in unknown.items() if row[j].strip()} for row in texts]
    for name in table.names:
        rows.columns[name] = [None] * len(data)
    for j, name in header.columns.items():
        column = table.column(name)
        cells = [row[j] for row in texts]
        _read_column(rows, column, cells, _unit(rows, column, j, header, source), settings)
        if column.kind == "id":
            _mark_numbers(rows, column, j, data)
    _require(rows, table)
    rows.totals = len(total_rows)
    _check_totals(rows, table, header, source, data, total_rows)
    if blank:
        rows.notes.append(Note("", "空行，已跳过", blank))
    rows.notes += [Note(text, "不认识的列，原样留存，未参与检查", len(data)) for text in unknown.values()]
    return rows


def _named_apart(header: Header, texts: list[list[str]]) -> dict[int, str]:
    """Unknown columns by a name of their own: columns without a header that hold something, and headers used twice."""
    named: dict[int, str] = {}
    for j, text in enumerate(header.texts):
        if j in header.columns or not (text or any(row[j].strip() for row in texts)):
            continue
        named[j] = text if text and text not in named.values() else f"{text}（第 {j + 1} 列）"
    return named


def _problem(rows: Rows, k: int, problem: Problem) -> None:
    rows.problems.setdefault(k, []).append(problem)


def _sort_out(below: dict[int, list[str]], table: Table, header: Header) -> tuple[list[int], list[int], int]:
    """Row indexes below the header: data, totals; and the number of blank rows."""
    must = [j for j, name in header.columns.items() if name in table.required and table.column(name).kind != "money"]
    named = [j for j in must if table.column(header.columns[j]).kind in ("id", "text")]
    data, totals, blank = [], [], 0
    for i, texts in below.items():
        if not any(texts) or not any(t.strip() for t in texts):
            blank += 1
        elif any("计" in t for t in texts) and _is_total([re.sub(r"\s+", "", t) for t in texts], must, named):
            totals.append(i)
        else:
            data.append(i)
    return data, totals, blank


def _is_total(texts: list[str], must: list[int], named: list[int]) -> bool:
    """A label where a key or name belongs, or a label anywhere in a row without the required cells."""
    held = {j: texts[j] for j in must if j < len(texts) and texts[j]}
    if any(_LABEL.fullmatch(held.get(j, "")) for j in named):
        return True
    return any(_TOTAL.fullmatch(t) for t in texts if t) and all(_TOTAL.fullmatch(t) for t in held.values())


def _unit(rows: Rows, column: Column, j: int, header: Header, source: Source | None) -> str:
    """The unit of a money column (for ratios: % or nothing); `?` where header and unit line contradict."""
    own = header.units.get(j, "")
    if column.kind != "money":
        return own
    if own == "%":
        rows.notes.append(Note(column.name, "表头单位 % 不是金额单位", len(rows.numbers)))
        return "?"
    asked = source.unit if source and source.unit else ""
    if own and any(other and other != own for other in (header.unit_line, asked)):
        rows.notes.append(Note(column.name, f"表头单位 {own} 与单位行或参数 {header.unit_line or asked} 矛盾", len(rows.numbers)))
        return "?"
    found = own or header.unit_line or asked
    if not found:
        rows.notes.append(Note(column.name, "没有写明金额单位，按 元 读取", len(rows.numbers)))
    return found or "元"


def _reader(column: Column, unit: str, cells: list[str], settings: Settings) -> Callable[[str], Any]:
    """text → value for a column; raises Unreadable."""
    if column.kind == "money":
        if unit == "?":
            return _contradiction
        return lambda text: values.read_money(text, unit)
    if column.kind == "ratio":
        percent = unit == "%" or _writes_percentages(cells)
        return lambda text: values.read_ratio(text, percent)
    if column.kind == "id":
        return normalise_identity if column.personal == "id_number" else normalise_id
    if column.name == "basis_kind":
        return lambda text: _basis_kind(settings.basis_codes.get(values.clean_text(text), values.clean_text(text)))
    readers: dict[str, Callable[[str], Any]] = {
        "text": values.clean_text,
        "date": values.read_date,
        "month": values.read_month,
        "bool": values.read_bool,
        "integer": values.read_integer,
        "decimal": values.read_decimal,
    }
    return readers[column.kind]


def _basis_kind(text: str) -> str:
    if text not in ("到人", "到户"):
        raise Unreadable("应为 到人 或 到户；代码的含义须在参数 settings.basis_codes 中写明")
    return text


def _contradiction(text: str) -> Any:
    raise Unreadable("表头的金额单位与单位行或参数矛盾，请改成一致后重新报送")


def _writes_percentages(cells: list[str]) -> bool:
    for text in set(cells):
        try:
            if "%" not in text and "％" not in text and values.read_decimal(text) > 1:
                return True
        except Unreadable:
            continue
    return False


def _must_read(column: Column) -> bool:
    """Whether an unreadable cell rejects its row; elsewhere it is left empty, its text kept beside it, and logged."""
    return column.required or column.key or column.kind == "money" or column.name in STANDS_ON


def _read_column(rows: Rows, column: Column, cells: list[str], unit: str, settings: Settings) -> None:
    read = _reader(column, unit, cells, settings)
    textual = column.kind == "text"
    known: dict[str, Any] = {}
    changed: Counter[str] = Counter()
    out = rows.columns[column.name]
    for k, text in enumerate(cells):
        if text not in known:
            known[text] = _read_cell(read, text, textual)
        value = known[text]
        if isinstance(value, Unreadable):
            if _must_read(column):
                _problem(rows, k, Problem(column.name, text.strip(), f"{column.header}无法读取：{value}", unread=True))
            else:
                changed[f"无法读取，留空（{value}）"] += 1
                rows.raw[k][column.name] = text
            continue
        if column.kind == "money" and value is not None:
            cents = values.to_cents(value)
            if cents != value:
                changed["不足一分的金额四舍五入到分"] += 1
                rows.raw[k][column.name] = text
            value = cents
        elif column.kind == "id" and value is not None and value != text:
            changed["编号规范化（空格、撇号、全角、大小写、15 位转 18 位）"] += 1
            rows.raw[k][column.name] = text
        out[k] = value
    rows.notes += [Note(column.name, message, count) for message, count in changed.items()]


def _read_cell(read: Callable[[str], Any], text: str, textual: bool) -> Any:
    if values.is_empty(text, textual):
        return None
    try:
        value = read(text)
    except Unreadable as error:
        return error
    return None if value == "" else value


def _mark_numbers(rows: Rows, column: Column, j: int, data: list[int]) -> None:
    """Ids that a spreadsheet held as numbers are suspect: digits or leading zeros may be lost."""
    numeric = [k for k, i in enumerate(data) if j < len(rows.sheet.rows[i]) and is_number(rows.sheet.rows[i][j])]
    scientific = [k for k, row in enumerate(rows.texts) if _SCIENTIFIC.fullmatch(row[j].strip())]
    padded = padded_numbers(rows.sheet, [j]) if numeric else {}
    for k in sorted({*numeric, *scientific}):
        rows.suspect[k].append(column.name)
        if (data[k], j) in padded:
            read = normalise_identity if column.personal == "id_number" else normalise_id
            rows.columns[column.name][k] = read(padded[data[k], j])
    if numeric or scientific:
        rows.notes.append(Note(column.name, "编号以数字格式存放，可能丢失末位或前导零，列为存疑", len({*numeric, *scientific})))


def _require(rows: Rows, table: Table) -> None:
    for name in table.required:
        column = table.column(name)
        for k, value in enumerate(rows.columns[name]):
            if value is None and not any(p.column == name for p in rows.problems.get(k, ())):
                _problem(rows, k, Problem(name, "", f"{column.header}为空，应填写"))


def _cents(text: str, unit: str) -> Decimal:
    return values.to_cents(values.read_money(text, unit))


def _check_totals(
    rows: Rows, table: Table, header: Header, source: Source | None, data: list[int], total_rows: list[int]
) -> None:
    """Printed totals beside the sum of the rows above: 小计 since the total before, others from the top."""
    money = [(j, name) for j, name in header.columns.items() if table.column(name).kind == "money"]
    before = header.row
    for i in total_rows:
        texts = [cell_text(v) for v in rows.sheet.rows[i]]
        label = next(t for t in (re.sub(r"\s+", "", t) for t in texts) if _TOTAL.fullmatch(t))
        start = before if "小计" in label else header.row
        before = i
        for j, name in money:
            text = texts[j] if j < len(texts) else ""
            unit = header.units.get(j) or header.unit_line or (source.unit if source and source.unit else None) or "元"
            printed = _read_cell(partial(_cents, unit=unit), text, False)
            if printed is None:
                continue
            amounts = [v for k, v in zip(data, rows.columns[name], strict=True) if start < k < i and v is not None]
            readable = None if isinstance(printed, Unreadable) else printed
            rows.printed.append(PrintedTotal(rows.sheet.numbers[i], label, name, readable, sum(amounts, Decimal(0))))
