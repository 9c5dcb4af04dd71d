"""Files become sheets of cells: CSV, Excel, Parquet. Nothing is interpreted here."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from fundaudit.contract import CONTRACT_VERSION


class IntakeError(Exception):
    """A file that cannot be used; `str()` says in Chinese which, where, what was found and what to do."""


@dataclass(frozen=True)
class Sheet:
    """One sheet as it is: `rows[i]` is row `i + 1` of the file (`numbers[i]` where rows are not consecutive)."""

    file: str
    name: str
    rows: list[list[Any]]
    numbers: list[int]
    path: Path

    @property
    def place(self) -> str:
        return f"{self.file}［{self.name}］" if self.name else self.file


EXTENSIONS = (".xlsx", ".xls", ".csv", ".parquet")


def sha256(path: Path) -> str:
    """The hex SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a file (one for CSV and Parquet). IntakeError where it cannot be opened or decoded."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return [_read_csv(path)]
    if suffix == ".parquet":
        return [_read_parquet(path)]
    return list(_read_excel(path))


def _decode(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise IntakeError(f"{path.name}：既不是 UTF-8 也不是 GB18030 编码的文本，请另存为“CSV UTF-8”后重新报送")


def _read_csv(path: Path) -> Sheet:
    text = _decode(path)
    if "\x00" in text:
        raise IntakeError(f"{path.name}：含有空字符，不是文本表格，请重新导出")
    rows, numbers, line = [], [], 1
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            rows.append(row)
            numbers.append(line)
            line = reader.line_num + 1
    except csv.Error:
        raise IntakeError(f"{path.name}：从第 {line} 行起引号不成对或单元格过长，之后的内容无法确定，请改正后重新报送") from None
    return Sheet(path.name, "", rows, numbers, path)


def _read_excel(path: Path) -> Iterator[Sheet]:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield Sheet(path.name, name, rows, list(range(1, len(rows) + 1)), path)
    except (CalamineError, OSError, ValueError) as error:
        raise IntakeError(
            f"{path.name}：无法作为 Excel 工作簿打开（{type(error).__name__}），文件可能不完整或有密码，请重新另存后报送"
        ) from None


def _read_parquet(path: Path) -> Sheet:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        columns = [column.to_pylist() for column in table.columns]
    except (pa.ArrowException, OSError, OverflowError, ValueError) as error:
        raise IntakeError(f"{path.name}：无法作为 Parquet 文件打开（{type(error).__name__}），请重新导出") from None
    version = (table.schema.metadata or {}).get(b"contract_version")
    if version is not None and version.decode("utf-8", "replace") != str(CONTRACT_VERSION):
        found = version.decode("utf-8", "replace")
        raise IntakeError(f"{path.name}：数据契约版本 {found} 不认识，本版本使用 {CONTRACT_VERSION}，请用相应版本重新导出")
    rows: list[list[Any]] = [list(table.column_names), *(list(row) for row in zip(*columns, strict=True))]
    return Sheet(path.name, "", rows, list(range(len(rows))), path)


def cell_text(value: Any) -> str:
    """A cell as text, numbers without exponent and exactly as the spreadsheet holds them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | int | timedelta | time):
        return str(value)
    return str(value)


def is_number(value: Any) -> bool:
    """Whether a spreadsheet (or Parquet) held the cell as a number."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def padded_numbers(sheet: Sheet, columns: list[int]) -> dict[tuple[int, int], str]:
    """(row index, column index) → digits with the leading zeros that the cell's format shows (`000000`).

    Excel's reader gives values without their format, so columns of ids that hold numbers are read again.
    """
    if sheet.path.suffix.lower() != ".xlsx":
        return {}
    from openpyxl import load_workbook

    padded = {}
    workbook = load_workbook(sheet.path, read_only=True)
    try:
        for i, row in enumerate(workbook[sheet.name].iter_rows()):
            for j in columns:
                cell = row[j] if j < len(row) else None
                if cell is not None and isinstance(cell.value, int) and set(cell.number_format or "-") == {"0"}:
                    padded[i, j] = str(cell.value).zfill(len(cell.number_format))
    finally:
        workbook.close()
    return padded
