"""xlsx and xls through calamine, text for everything; what calamine drops (hidden rows, number formats) read beside it."""

from __future__ import annotations

import re
import zipfile
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, WorksheetNotFound

from fundaudit.intake.readers.sheet import TOP_ROWS, Cells, IntakeError, Sheet, by_column, cell_text

_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\b(?=[^>]*\bhidden="(?:1|true)")')
_BROKEN = (zipfile.BadZipFile, OSError, KeyError, ValueError, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError)


def read_workbook(path: Path) -> list[Sheet]:
    """Every worksheet, hidden ones too. IntakeError where the workbook cannot be opened."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        facts = _xlsx_facts(path)
        return [
            _sheet(path, workbook.get_sheet_by_name(meta.name), meta.visible != SheetVisibleEnum.Visible, facts)
            for meta in workbook.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    except BaseException as error:
        raise _unopened(path, error) from None


def _unopened(path: Path, error: BaseException) -> BaseException:
    """Our own error for what a broken workbook raises, calamine's panic (no Exception) among it; else the error itself."""
    expected = isinstance(error, CalamineError | WorksheetNotFound | OSError | ValueError | OverflowError | MemoryError)
    if not expected and type(error).__name__ != "PanicException":
        return error
    if path.is_file() and not path.stat().st_size:
        return IntakeError(f"{path.name}：文件是空的（0 字节），请重新报送，或先移出该文件")
    return IntakeError(
        f"{path.name}：无法作为 Excel 工作簿打开，文件可能不完整、有密码或不是 Excel 文件，请重新另存后报送，或先移出该文件"
    )


def _sheet(path: Path, sheet: CalamineSheet, hidden: bool, facts: dict[str, Any]) -> Sheet:
    top = [[cell_text(v) for v in row] for row in sheet.to_python(skip_empty_area=False, nrows=TOP_ROWS)]
    merged = sheet.merged_cell_ranges
    for (row, first), (_, last) in merged or ():
        if row < len(top):  # a heading over several columns stands over each of them
            top[row][first : last + 1] = [top[row][first]] * (min(last, len(top[row]) - 1) - first + 1)
    part = facts.get("sheets", {}).get(sheet.name)
    looks = partial(_looks, path, part) if part else list
    return Sheet(
        path.name, sheet.name, top, partial(_below, path, sheet), path, hidden, facts.get("date1904"), looks, merged is not None
    )


def _below(path: Path, sheet: CalamineSheet, first: int, width: int) -> Cells:
    try:
        rows = sheet.to_python(skip_empty_area=False)
    except BaseException as error:
        raise _unopened(path, error) from None
    return by_column(rows[first:], range(first + 1, len(rows) + 1), max(width, len(rows[0]) if rows else 0))


def _xlsx_facts(path: Path) -> dict[str, Any]:
    """An xlsx workbook's date system and the part of the archive that holds each sheet; nothing for other formats."""
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 expat of today expands no bombs
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except _BROKEN:
        return {}
    targets = {r.get("Id"): str(r.get("Target")) for r in relations}
    system = next((e.get("date1904") for e in book.iter() if e.tag.endswith("}workbookPr")), None)
    sheets = {}
    for element in book.iter():
        if element.tag.endswith("}sheet"):
            link = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
            target = targets.get(link, "")
            sheets[element.get("name")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return {"date1904": system in ("1", "true"), "sheets": sheets}


def _looks(path: Path, part: str) -> list[str]:
    """What of a sheet is hidden, in Chinese."""
    try:
        with zipfile.ZipFile(path) as archive:
            xml = archive.read(part)
    except _BROKEN:
        return []
    if b"hidden=" not in xml:
        return []
    rows = [int(m.group(1)) for m in _HIDDEN_ROW.finditer(xml)]
    head = xml[: max(xml.find(b"<sheetData"), 0)]
    columns = len(_HIDDEN_COLUMN.findall(head))
    said = []
    if rows:
        said.append(
            f"有隐藏行 {len(rows)} 行（第 {'、'.join(map(str, rows[:10]))}{' 等' if len(rows) > 10 else ' '}行），已一并读取"
        )
    if columns:
        said.append("有隐藏列，已一并读取")
    return said


def written_numbers(sheet: Sheet, column: int) -> dict[int, str]:
    """Row of the file → the digits of a whole number as the file writes them, with the leading zeros that its format shows.

    calamine gives doubles, which hold 15 digits, and no formats (`000000`): a column of ids that holds numbers is read again.
    """
    if sheet.path is None or sheet.path.suffix.lower() not in (".xlsx", ".xlsm"):
        return {}
    from openpyxl import load_workbook

    written: dict[int, str] = {}
    try:
        workbook = load_workbook(sheet.path, read_only=True)
        for i, row in enumerate(workbook[sheet.name].iter_rows(min_col=column + 1, max_col=column + 1), start=1):
            cell: Any = row[0] if row else None
            if cell is not None and type(cell.value) is int:
                zeros = len(cell.number_format) if set(cell.number_format) == {"0"} else 0
                written[i] = str(cell.value).zfill(zeros)
        workbook.close()
    except Exception:  # calamine could read the workbook, openpyxl raises anything at all: the numbers stay as they were read
        return {}
    return written
