"""The rows below one header: what is no data set aside, every other cell typed, problems noted."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ConfigDict

from fundaudit.contract import END, Column, Table
from fundaudit.intake.canonical import ARROW_TYPES, NAMES, TEXTS
from fundaudit.intake.columns import BY_MONTH, ColumnOf, Note, read_column, worth_looking
from fundaudit.intake.given import given
from fundaudit.intake.headers import Header, fold
from fundaudit.intake.readers import Cells, IntakeError, Sheet
from fundaudit.intake.readers.sheet import Places, Texts, whole
from fundaudit.intake.row_kinds import TOTAL, chosen, sort_out
from fundaudit.intake.totals import PrintedTotal, printed_totals
from fundaudit.intake.values import UNITS, UNWORKED
from fundaudit.parameters import Settings, Source

_UNIT_COLUMNS = ("金额单位", "货币单位", "计价单位")
ASSUMED_UNIT = "没有写明金额单位，按 元 读取"
# Columns, beside the required ones, whose unreadable cell would otherwise decide a verdict by being empty.
STANDS_ON = ("paid_on", "allocated_on", "signed_on", "submitted_on", "pending", "exited_on")


class Problem(NamedTuple):
    """Why a row is not accepted: the column, the text found, the reason with what was expected.

    `unread`: the cell's text could not be read; `alike`: another row says all the same; `between`: it lies in another row too.
    """

    column: str
    found: str
    reason: str
    kind: Literal["value", "unread", "alike", "between"] = "value"

    @property
    def own(self) -> bool:
        """Whether it lies in this row alone, whatever the others say."""
        return self.kind in ("value", "unread")


class UnreadMoney(NamedTuple):
    """A money cell that could not be read: it is missing from every sum."""

    row: int
    column: str
    found: str


@dataclass
class Reading:
    """One sheet read as one table: `columns` in step with `numbers`, the rows of the file; problems by position.

    `cells()` gives the rows as they stand in the file, a column under each of `headers`.
    """

    __pydantic_config__ = ConfigDict(arbitrary_types_allowed=True)  # kept between runs, its columns apart

    table: str
    file: str
    sheet: str
    numbers: Places
    columns: dict[str, Texts]  # the contract's columns, then raw, suspect and extra
    headers: list[str]
    cells: Callable[[], pa.Table]
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    ragged: frozenset[int] = frozenset()  # rows whose cells may have shifted
    read: int = 0  # rows below the header that hold data or totals
    totals: int = 0
    printed: list[PrintedTotal] = field(default_factory=list)
    unread_money: list[UnreadMoney] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)  # header as it stands → column
    sha256: str = ""  # of the file, of what a query held
    saved_on: date | None = None  # the day that a workbook itself names

    @property
    def place(self) -> str:
        return f"{self.file}［{self.sheet}］" if self.sheet else self.file

    def as_read(self, positions: list[int]) -> list[str]:
        """Rows as they were read, as JSON."""
        rows = self.cells().take(pa.array(positions, pa.int64())).to_pydict().values() if positions else ()
        return [
            json.dumps({h: text for h, text in zip(self.headers, row, strict=True) if text and text.strip()}, ensure_ascii=False)
            for row in zip(*rows, strict=True)
        ]


def read_rows(sheet: Sheet, table: Table, header: Header, source: Source | None, settings: Settings) -> Reading:
    """Every row below the header as typed values; what cannot be read is a problem, never a guess."""
    cells = sheet.below(header.first, len(header.texts))
    headers = [*header.texts, *[""] * (len(cells.texts) - len(header.texts))]
    sorted_rows = sort_out(cells, sheet, table, header)
    data = cells if sorted_rows.data.all() else chosen(cells, sorted_rows.data)
    filed = _as_filed(data)
    named = [text or f"第{j + 1}列" for j, text in enumerate([*headers, *[""] * (filed.num_columns - len(headers))])]
    reading = Reading(table.name, sheet.file, sheet.name, data.numbers, {}, named, lambda: filed)
    reading.notes = [Note("", text, 0) for text in _looked(sheet, header)] + sorted_rows.notes
    header, data = _with_given(reading, sheet, table, header, source, data, settings)
    reading.totals, reading.read = len(sorted_rows.totals), len(data.numbers) + len(sorted_rows.totals)
    _tell_ragged(reading, data, header, table)
    _tell_foreign(reading, data, header, table, sorted_rows.foreign)
    units = {j: _unit(reading, table.column(name), header, j, source, sorted_rows.units) for j, name in header.columns.items()}
    reading.mapping = {header.texts[j] or name: name for j, name in header.columns.items()}
    kept, suspects = _read_columns(reading, sheet, table, header, data, units, settings)
    _require(reading, table)
    _forget_shifted(reading, table)
    extra = _unknown(reading, header, headers, data)
    n = len(data.numbers)
    reading.columns |= {"raw": _maps(n, kept), "suspect": _lists(n, suspects), "extra": _maps(n, extra)}
    filed_columns = {j: name for j, name in header.columns.items() if j < len(cells.texts)}
    money = {name: (j, units[j]) for j, name in filed_columns.items() if table.column(name).kind == "money"}
    reading.printed = printed_totals(cells, sorted_rows.data, sorted_rows.totals, money, reading.columns, TOTAL)
    return reading


def _with_given(
    reading: Reading, sheet: Sheet, table: Table, header: Header, source: Source | None, data: Cells, settings: Settings
) -> tuple[Header, Cells]:
    """The columns that the parameters or a name give, as if they stood at the right of the sheet; where the sheet has such a
    column, in its empty cells. IntakeError where what is given is no value of the column."""
    places = {name: j for j, name in header.columns.items()}
    columns, texts = dict(header.columns), list(data.texts)
    for own in given(sheet, table, source, set(places)):
        column, n = table.column(own.column), len(data.numbers)
        tried = read_column(ColumnOf(column, pa.array([own.text]), np.array([0]), unit="元"), settings)
        if tried.unread:
            raise IntakeError(f"{sheet.place}：{own.origin}给 {column.header} 的内容“{own.text}”无法读取：{tried.unread[0][2]}")
        constant = pa.array([own.text] * n, pa.string())
        rows = n
        if own.column in places:
            empty = pc.equal(pc.utf8_trim_whitespace(whole(texts[places[own.column]])), "")
            rows = pc.sum(empty).as_py() or 0
            texts[places[own.column]] = pc.if_else(empty, constant, whole(texts[places[own.column]]))
        else:
            columns[len(texts)] = own.column
            texts.append(constant)
        if rows:
            reading.notes.append(Note(own.column, f"取自{own.origin}：{own.text}", rows, kind="told"))
    wider = [*header.texts, *[""] * (len(texts) - len(header.texts))]
    return dataclasses.replace(header, columns=columns, texts=wider), dataclasses.replace(data, texts=texts)


def _looked(sheet: Sheet, header: Header) -> list[str]:
    tall = sum(last > first >= header.first for first, _, last, _ in sheet.merged)
    merged = [f"有 {tall} 处纵向合并的单元格，文字列的内容归合并区域的每一行，其他列下方各行按空处理"] if tall else []
    return (["隐藏的工作表，已一并读取"] if sheet.hidden else []) + merged + sheet.hidden_parts()


def _merged_down(sheet: Sheet, header: Header, table: Table, data: Cells) -> dict[int, Texts]:
    """Columns of text whose cells are merged downwards, with the merged cell's content in each of its rows."""
    filled: dict[int, Texts] = {}
    for first, left, last, right in sheet.merged:
        for j in range(left, right + 1):
            if last > first >= header.first and j in header.columns and table.column(header.columns[j]).kind == "text":
                texts = whole(filled.get(j, data.texts[j]))
                inside = (data.numbers >= first + 1) & (data.numbers <= last + 1)
                if inside.any() and data.numbers[inside][0] == first + 1:
                    content = texts[int(np.flatnonzero(inside)[0])]
                    filled[j] = pc.if_else(pa.array(inside), content, texts)
    return filled


def _as_filed(cells: Cells) -> pa.Table:
    """The cells as they stand, with those beyond the last column."""
    beyond: list[list[str | None]] = [[None] * len(cells.numbers) for _ in range(max(map(len, cells.beyond.values()), default=0))]
    for k, texts in cells.beyond.items():
        for j, text in enumerate(texts):
            beyond[j][k] = text
    columns = [*cells.texts, *(pa.array(own, pa.string()) for own in beyond)]
    return pa.table(columns, names=[str(j) for j in range(len(columns))])


def _problem(reading: Reading, k: int, problem: Problem) -> None:
    reading.problems.setdefault(k, []).append(problem)


def _tell_ragged(reading: Reading, cells: Cells, header: Header, table: Table) -> None:
    width = len(cells.texts)
    for k, found in sorted({**cells.short, **{k: width + len(more) for k, more in cells.beyond.items()}}.items()):
        why = f"列数与表头不符，应为 {width} 列；内容中有分隔符（如 1,500.00 中的逗号）的单元格应加引号"
        _problem(reading, k, Problem("", f"{found} 列", why))
        for j, name in header.columns.items():
            text = cells.texts[j][k].as_py().strip()
            if table.column(name).kind == "money" and text:  # whatever stands there may be another column's
                reading.unread_money.append(UnreadMoney(int(cells.numbers[k]), name, "（列已错位）"))
    reading.ragged = frozenset({*cells.short, *cells.beyond})


def _tell_foreign(reading: Reading, cells: Cells, header: Header, table: Table, foreign: dict[int, int]) -> None:
    """Rows under a second header that names other columns or units: read under the first they would say what they do not."""
    rows = np.flatnonzero(np.isin(cells.numbers, list(foreign))).tolist() if foreign else []
    for k in rows:
        number = int(cells.numbers[k])
        why = f"在第 {foreign[number]} 行的另一个表头之下，列的次序或单位与前面的表头不同；请分成两张表，或改成同样的表头"
        _problem(reading, k, Problem("", "", why))
        for j, name in header.columns.items():
            if table.column(name).kind == "money" and j < len(cells.texts) and cells.texts[j][k].as_py().strip():
                reading.unread_money.append(UnreadMoney(number, name, "（在另一个表头之下）"))
    reading.ragged |= frozenset(rows)


def _unit(reading: Reading, column: Column, header: Header, j: int, source: Source | None, below: list[str]) -> str:
    """The unit of a money column (for ratios: % or nothing); `?` and why, where it is unknown or contradicted."""
    own, asked = header.units.get(j, ""), source.unit if source and source.unit else ""
    rows = len(reading.numbers)
    if column.kind != "money":
        return own if own == "%" else ""
    said = {"表头": own, "单位行": header.unit_line, "参数 sources": asked}
    found = own or header.unit_line or asked
    unclear, contradicted = "", bool(own) and any(other and other != own for other in said.values())
    if not own and below:
        said["表中或表下"] = "、".join(below)
        found = found or said["表中或表下"]
        contradicted = any(unit != found for unit in below)
    if not found and any(fold(text) in _UNIT_COLUMNS for text in header.unknown.values()):
        unclear = "金额单位逐行写在一列中，不能逐行换算，请换算成同一单位并在表头写明"
    if own == "%":
        unclear = "表头单位 % 不是金额单位"
    elif contradicted and not unclear:
        unclear = "金额单位互相矛盾：" + "，".join(f"{where}写 {unit}" for where, unit in said.items() if unit)
    elif found and found not in UNITS:
        unclear = f"不认识的金额单位 {found}，可用的有 {'、'.join(UNITS)}"
    if unclear:
        reading.notes.append(Note(column.name, unclear, rows))
        return "?" + unclear
    if not found:
        reading.notes.append(Note(column.name, ASSUMED_UNIT, rows, kind="assumed_unit"))
    return found or "元"


def _must_read(column: Column) -> bool:
    """Whether an unreadable cell rejects its row; elsewhere it is left empty, its text kept beside it, and logged."""
    return column.required or column.key or column.kind == "money" or column.name in STANDS_ON


Entries = list[tuple[Places, str, Texts]]  # rows, the name that they share, their texts


def _read_columns(
    reading: Reading, sheet: Sheet, table: Table, header: Header, data: Cells, units: dict[int, str], settings: Settings
) -> tuple[Entries, list[tuple[Places, str]]]:
    """Fills `columns`; returns the texts that are kept beside them, and suspect cells."""
    n, kept, suspects = len(data.numbers), Entries(), list[tuple[Places, str]]()
    for column in table.columns:
        reading.columns[column.name] = pa.nulls(n, ARROW_TYPES[column.kind])
    for name in table.by_month:
        reading.columns[name + END] = pa.nulls(n, pa.date32())
    looked = {j for j, name in header.columns.items() if worth_looking(table.column(name), data.held.get(j), sheet.shows)}
    looks = sheet.look(frozenset(looked)) if looked else {}
    merged = _merged_down(sheet, header, table, data)
    own = [
        ColumnOf(
            table.column(name),
            merged.get(j, data.texts[j]),
            data.numbers,
            data.held.get(j),
            units[j],
            sheet.date1904,
            looks.get(j),
        )
        for j, name in header.columns.items()
    ]
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        reads = list(pool.map(lambda column: read_column(column, settings), own))
    for column_of, read in zip(own, reads, strict=True):
        if column_of.column.by_month:
            by_month = any(note.message == BY_MONTH for note in read.notes)
            ends = read_column(dataclasses.replace(column_of, last=True), settings) if by_month else read
            reading.columns[column_of.column.name + END] = ends.values
    for name, read in zip(header.columns.values(), reads, strict=True):
        column = table.column(name)
        reading.columns[name] = read.values
        _split_thousands(reading, sheet, table, header, data, column)
        texts = list(read.raw)
        if read.suspect is not None:
            suspects.append((np.flatnonzero(read.suspect), name))
        reading.notes += read.notes
        reasons: dict[str, int] = {}
        for k, text, why in read.unread:
            if k in reading.ragged:
                continue  # the row is rejected whole: what stands in this cell may be another column's
            if column.kind == "money":
                reading.unread_money.append(UnreadMoney(int(data.numbers[k]), name, text.strip()))
            if _must_read(column) or text == UNWORKED:
                found = "" if text == UNWORKED else text.strip()
                _problem(reading, k, Problem(name, found, f"{column.header}无法读取：{why}", kind="unread"))
            else:
                reasons[why] = reasons.get(why, 0) + 1
                texts.append((k, text))
        kept.append((np.array([k for k, _ in texts], np.int64), name, pa.array([text for _, text in texts], pa.string())))
        reading.notes += [Note(name, f"无法读取，留空（{why}）", count) for why, count in reasons.items()]
    return kept, suspects


def _split_thousands(reading: Reading, sheet: Sheet, table: Table, header: Header, data: Cells, column: Column) -> None:
    """Rejects amounts that an unquoted comma seems to have cut in two: `1,234.50` as 1 and 234.50."""
    j = next(place for place, name in header.columns.items() if name == column.name)
    beside = table.column(header.columns[j + 1]).kind if j + 1 in header.columns else "text"
    if (
        column.kind != "money"
        or beside not in ("text", "id")
        or j + 1 >= len(data.texts)
        or sheet.path is None
        or sheet.path.suffix.lower() != ".csv"
    ):
        return
    cut = pc.and_(
        pc.match_substring_regex(whole(data.texts[j]), r"^\s*-?[0-9]{1,3}\s*$"),
        pc.match_substring_regex(whole(data.texts[j + 1]), r"^[0-9]{3}\.[0-9]{1,2}\s*$"),
    )
    places = [k for k in np.flatnonzero(np.asarray(cut)).tolist() if k not in reading.ragged]
    for k in places:
        found = f"{data.texts[j][k]},{data.texts[j + 1][k]}"
        reading.unread_money.append(UnreadMoney(int(data.numbers[k]), column.name, found))
        why = "像是没有加引号的千分位金额，被逗号分成了两格，请加引号后重新报送"
        _problem(reading, k, Problem(column.name, found, f"{column.header}无法读取：{why}", kind="unread"))
    if places:
        own = whole(reading.columns[column.name])
        reading.columns[column.name] = pc.if_else(cut, pa.scalar(None, own.type), own)


def _require(reading: Reading, table: Table) -> None:
    linked = {c.name for c in table.columns if c.linked} - set(reading.mapping.values())
    for name in (n for n in table.required if n not in linked):  # those are found when all files are read
        header = table.column(name).header
        for k in np.flatnonzero(np.asarray(reading.columns[name].is_null())).tolist():
            if k not in reading.ragged and not any(p.column == name for p in reading.problems.get(k, ())):
                _problem(reading, k, Problem(name, "", f"{header}为空，应填写"))


def _forget_shifted(reading: Reading, table: Table) -> None:
    """Where cells may have shifted, or stand under another header, a number in the amount's place says nothing."""
    if not reading.ragged:
        return
    shifted = np.zeros(len(reading.numbers), bool)
    shifted[list(reading.ragged)] = True
    for column in table.columns:
        if column.kind != "id":
            own = reading.columns[column.name]
            reading.columns[column.name] = pc.if_else(pa.array(shifted), pa.scalar(None, own.type), own)
    for name in table.by_month:
        own = reading.columns[name + END]
        reading.columns[name + END] = pc.if_else(pa.array(shifted), pa.scalar(None, own.type), own)


def _unknown(reading: Reading, header: Header, headers: list[str], data: Cells) -> Entries:
    """Columns that the contract does not know, by a name of their own, and those without a header that hold something."""
    entries, taken = Entries(), set[str]()
    for j, text in enumerate(headers):
        if j in header.columns or j in header.serial:
            continue
        own = pc.utf8_trim_whitespace(whole(data.texts[j]))
        filled = pc.not_equal(own, "")
        if not text and not pc.any(filled).as_py():
            continue
        name = text if text and text not in taken else f"{text}（第 {j + 1} 列）"
        taken.add(name)
        reading.notes.append(Note(name, "不认识的列，原样留存，未参与检查", len(data.numbers)))
        entries.append((np.flatnonzero(np.asarray(filled)), name, own.filter(filled)))
    return entries


def _offsets(n: int, rows: list[Places]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """List offsets for n rows, the order that brings entries under their rows, and which of the groups each entry is of."""
    where = np.concatenate([np.zeros(0, np.int64), *rows])
    group = np.repeat(np.arange(len(rows)), [len(own) for own in rows])
    counts = np.bincount(where, minlength=n) if n else np.zeros(0, np.int64)
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
    return offsets, pa.array(np.argsort(where, kind="stable")), pa.array(group.astype(np.int64))


def _maps(n: int, entries: Entries) -> pa.Array:
    offsets, order, group = _offsets(n, [rows for rows, _, _ in entries])
    names = pa.array([name for _, name, _ in entries], pa.string()).take(group)
    texts = pa.concat_arrays([pa.array([], pa.string()), *(texts for _, _, texts in entries)])
    return pa.MapArray.from_arrays(offsets, names.take(order), texts.take(order)).cast(TEXTS)


def _lists(n: int, entries: list[tuple[Places, str]]) -> pa.Array:
    offsets, order, group = _offsets(n, [rows for rows, _ in entries])
    names = pa.array([name for _, name in entries], pa.string()).take(group)
    return pa.ListArray.from_arrays(offsets, names.take(order)).cast(NAMES)


def sum_of(values: Texts) -> Decimal:
    """Σ of a money column, exact."""
    return Decimal(pc.sum(values).as_py() or 0)


def plain(value: Any) -> str:
    """A value as rejects keep it, without exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
