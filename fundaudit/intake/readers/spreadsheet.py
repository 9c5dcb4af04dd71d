"""xlsx and xls through calamine, text for everything; what calamine drops (hidden rows, number formats) read beside it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, WorksheetNotFound

from fundaudit.intake.readers.sheet import TOP_ROWS, Cells, IntakeError, Sheet, by_column, cell_text

_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\b(?=[^>]*\bhidden="(?:1|true)")')
_FORMAT_UNIT = re.compile(r"[元万亿]")
_FORMAT_SCALE = re.compile(r"[0#?],+(?![0#?,])|[!\\]\.")  # 150800 shown as 150.8 or, by a literal point, as 15.08
PERCENTS = ("9", "10")  # of the formats that every workbook has
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
        path.name,
        sheet.name,
        top,
        partial(_below, path, sheet),
        path,
        hidden,
        facts.get("date1904"),
        looks,
        facts.get("shows", frozenset()),
        tuple(first for (first, _), (last, _) in merged or () if last > first),
        merged is not None,
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
            styles = archive.read("xl/styles.xml") if "xl/styles.xml" in archive.namelist() else b"<none/>"
            shows = _shows(ElementTree.fromstring(styles))  # noqa: S314
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
    return {"date1904": system in ("1", "true"), "sheets": sheets, "shows": shows}


def _shows(styles: ElementTree.Element) -> frozenset[str]:
    """Whether a workbook's number formats show a unit, a scale or a percentage."""
    codes = {e.get("numFmtId"): str(e.get("formatCode")) for e in styles.iter() if e.tag.endswith("}numFmt")}
    used = {e.get("numFmtId") for part in styles if part.tag.endswith("}cellXfs") for e in part}
    custom = [codes[number] for number in used if number in codes]
    units = any(_FORMAT_UNIT.search(code) or _FORMAT_SCALE.search(code) for code in custom)
    percents = bool(used & set(PERCENTS)) or any("%" in code for code in custom)
    return frozenset(name for name, shown in (("units", units), ("percents", percents)) if shown)


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


def _cells(sheet: Sheet, column: int) -> Iterator[tuple[int, Any]]:
    """(row of the file, cell) of a column of an xlsx, with its format; calamine gives doubles and no formats."""
    if sheet.path is None or sheet.path.suffix.lower() not in (".xlsx", ".xlsm"):
        return
    from openpyxl import load_workbook

    try:
        workbook = load_workbook(sheet.path, read_only=True)
        own = workbook[sheet.name]
        own.reset_dimensions()  # what a file says of its own size may be wrong
        for i, row in enumerate(own.iter_rows(min_col=column + 1, max_col=column + 1), start=1):
            if row and row[0].value is not None:
                yield i, row[0]
        workbook.close()
    except Exception:  # calamine could read the workbook, openpyxl raises anything at all: the cells stay as they were read
        return


def written_numbers(sheet: Sheet, column: int) -> dict[int, str]:
    """Row of the file → the digits of a whole number as the file writes them, with the leading zeros that its format shows."""
    written = {}
    for i, cell in _cells(sheet, column):
        if type(cell.value) is int:
            zeros = len(cell.number_format) if set(cell.number_format) == {"0"} else 0
            written[i] = str(cell.value).zfill(zeros)
    return written


def shown_numbers(sheet: Sheet, column: int) -> dict[int, str]:
    """Row of the file → the text that a number's format shows, where that is another amount: `12.5万元`, `45%`.

    A scale (`150.8` for 150800) is only marked, so that the cell is not read as what it does not show.
    """
    shown = {}
    for i, cell in _cells(sheet, column):
        form = str(cell.number_format)
        if type(cell.value) not in (int, float):
            continue
        text = cell_text(float(cell.value))
        if _FORMAT_SCALE.search(form):
            shown[i] = f"{text}（单元格格式缩小显示）"
        elif "%" in form:
            shown[i] = f"{format((Decimal(text) * 100).normalize(), 'f')}%"
        elif unit := re.search(r"(百万|千)元|[万亿]元?|元", form):
            shown[i] = text + unit.group(0)
    return shown
