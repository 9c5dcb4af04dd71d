"""Where a table's header stands, which header is which column, and in what unit money is written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from fundaudit.contract import TABLES, Table
from fundaudit.intake.readers import IntakeError, Sheet, cell_text
from fundaudit.parameters import Source

SEARCHED_ROWS = 30
_UNIT = re.compile(r"[(\[【{](?:单位:?)?(?:人民币)?(亿元|万元|元|%)[)\]】}]")
_UNIT_LINE = re.compile(r"单位:?(?:人民币)?(亿元|万元|元)(?![一-龥])")


@dataclass(frozen=True)
class Header:
    """A found header: `columns` maps a sheet column's index to a contract column, `unknown` to its own text."""

    row: int
    columns: dict[int, str]
    unknown: dict[int, str]
    texts: list[str]
    units: dict[int, str] = field(default_factory=dict)  # money columns that name their unit
    unit_line: str = ""


def fold(text: str) -> str:
    """A header as it is compared: no white space, half width, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def _bare(folded: str) -> str:
    return _UNIT.sub("", folded)


def _column_of(text: str, names: dict[str, str]) -> str | None:
    """The column that a header names: as it stands, without its unit, or without any bracket at its end."""
    folded = fold(text)
    for form in (folded, _bare(folded), re.sub(r"\([^()]*\)$", "", folded)):
        if form in names:
            return names[form]
    return None


def _names(table: Table, source: Source | None) -> dict[str, str]:
    names: dict[str, str] = {}
    for column in table.columns:
        for alias in (column.name, column.header, *column.aliases):
            names.setdefault(_bare(fold(alias)), column.name)
    if source:
        names.update({_bare(fold(header)): column for header, column in source.headers.items()})
    return names


def table_named(title: str) -> str | None:
    """The table that a file or sheet name stands for: its English name or its Chinese title, a suffix allowed."""
    folded = fold(title)
    best = None
    for table in TABLES.values():
        for name in (table.name, fold(table.title)):
            rest = folded.removeprefix(name)
            if folded == name or (folded.startswith(name) and rest[0] in "(（_-0123456789[【"):
                best = table.name if best is None or len(name) > len(best) else best
    return best


def find_header(sheet: Sheet, table: Table, source: Source | None) -> Header:
    """The row that maps most columns. IntakeError where a required column is not among them."""
    names = _names(table, source)
    best, best_columns = -1, dict[int, str]()
    for i, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        columns = {j: column for j, v in enumerate(row) if (column := _column_of(cell_text(v), names))}
        if len(columns) > len(best_columns):
            best, best_columns = i, columns
    texts = [cell_text(v).strip() for v in sheet.rows[best]] if best >= 0 else []
    _refuse(sheet, table, best_columns, texts, sheet.rows[:SEARCHED_ROWS])
    units = {}
    for j in best_columns:
        if match := _UNIT.search(fold(texts[j])):
            units[j] = match.group(1)
    unknown = {j: text for j, text in enumerate(texts) if j not in best_columns and text}
    return Header(best, best_columns, unknown, texts, units, _unit_line(sheet, best))


def _refuse(sheet: Sheet, table: Table, columns: dict[int, str], texts: list[str], top: list[list[object]]) -> None:
    missing = [name for name in table.required if name not in columns.values()]
    if missing:
        headers = "、".join(f"{table.column(m).header}（{m}）" for m in missing)
        shown = texts or [cell_text(v).strip() for row in top[:3] for v in row]
        found = "、".join(t for t in shown if t)[:300] or "（空）"
        raise IntakeError(
            f"{sheet.place}：{table.title}缺少必需的列 {headers}；读到的表头：{found}。"
            "请补上该列，或在参数的 sources 中用 headers 指明对应的表头"
        )
    for name in set(columns.values()):
        twice = [texts[j] for j, column in columns.items() if column == name]
        if len(twice) > 1:
            raise IntakeError(
                f"{sheet.place}：表头 {'、'.join(twice)} 都对应 {table.column(name).header}，无法确定用哪一列，请只保留一列或改名"
            )


def _unit_line(sheet: Sheet, header_row: int) -> str:
    for row in sheet.rows[:header_row]:
        for value in row:
            if match := _UNIT_LINE.search(fold(cell_text(value))):
                return match.group(1)
    return ""
