"""xlsx and xls through calamine, text for everything; openpyxl where calamine cannot open a workbook that is not broken.

What both drop is read beside them: of an xlsx from its XML (`ooxml`), of an xls through xlrd.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, WorksheetNotFound

from fundaudit.intake.readers import compound, ooxml
from fundaudit.intake.readers.sheet import TOP_ROWS, Cells, IntakeError, Look, Sheet, by_column, cell_text, name_of
from fundaudit.intake.values import UNWORKED

_FORMAT_UNIT = re.compile(r"[十百千]*[万亿]元?|[十百千]+元?(?![克米瓦升])|元")
_FOREIGN_SIGN = re.compile(r"\[\$(?!-|[¥￥]|CNY|RMB|人民币)[^\]]+\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[[<>=]")
# 150800 shown as 150.8, or, by a literal point, as 15.08.
_FORMAT_SCALE = re.compile(r"[0#?],+(?![0#?,])|[!\\]\.|\"[^\"]*\.[^\"]*\"")
_IN_WORDS = re.compile(r"\[DBNum\d\]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.|!.|\[[^\]]*\]')
_YEAR_AND_MONTH = re.compile(r"y.*m|m.*y", re.IGNORECASE)
_ZEROS = re.compile(r"0+")


def read_workbook(path: Path) -> list[Sheet]:
    """Every worksheet, hidden ones too. IntakeError where the workbook cannot be opened."""
    book = ooxml.open_book(path)
    content = path.read_bytes()
    if content.startswith(b"\xd0\xcf\x11\xe0") and not compound.chains_end(content):
        raise _unopened(path, ValueError("sectors in a circle"))
    try:
        with _panics_unsaid():
            workbook = CalamineWorkbook.from_filelike(BytesIO(content))  # by what it is, not by how it is named
            return [
                _sheet(path, workbook.get_sheet_by_name(meta.name), meta.visible != SheetVisibleEnum.Visible, book)
                for meta in workbook.sheets_metadata
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
    except BaseException as error:
        if _is_unreadable(error) and book and (sheets := _otherwise(path, book)):
            return sheets
        raise _unopened(path, error) from None


@contextmanager
def _panics_unsaid() -> Iterator[None]:
    """calamine writes a panic to the process's own stderr before it raises: a terminal, or a notebook's page, would show it."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none
        yield
        return
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _is_unreadable(error: BaseException) -> bool:
    """Whether it is what a broken workbook raises, calamine's panic (no Exception) among it."""
    expected = isinstance(error, CalamineError | WorksheetNotFound | OSError | ValueError | OverflowError | MemoryError)
    return expected or type(error).__name__ == "PanicException"


def _unopened(path: Path, error: BaseException) -> BaseException:
    if not _is_unreadable(error):
        return error
    if path.is_file() and not path.stat().st_size:
        return IntakeError(f"{name_of(path)}：文件是空的（0 字节），请重新报送，或先移出该文件")
    return IntakeError(
        f"{name_of(path)}：无法作为 Excel 工作簿打开，文件可能不完整、有密码或不是 Excel 文件，请重新另存后报送，或先移出该文件"
    )


def _sheet(path: Path, sheet: CalamineSheet, hidden: bool, book: ooxml.Book | None) -> Sheet:
    top = [[cell_text(v) for v in row] for row in sheet.to_python(skip_empty_area=False, nrows=TOP_ROWS)]
    merged = sheet.merged_cell_ranges
    below = partial(_below, path, sheet, book)
    return _with_merged(path, sheet.name, top, below, hidden, book, merged)


def _with_merged(
    path: Path, name: str, top: list[list[str]], below: Any, hidden: bool, book: ooxml.Book | None, merged: Any
) -> Sheet:
    for (row, first), (_, last) in merged or ():
        if row < len(top):  # a heading over several columns stands over each of them
            top[row][first : last + 1] = [top[row][first]] * (min(last, len(top[row]) - 1) - first + 1)
    return Sheet(
        name_of(path),
        name,
        top,
        below,
        path,
        hidden,
        book.date1904 if book else _xls_date1904(path),
        partial(_hidden, book, name),
        partial(_looks, path, name, book),
        _shows(book, path),
        tuple((r0, c0, r1, c1) for (r0, c0), (r1, c1) in merged or ()),
        merged is not None,
    )


def _hidden(book: ooxml.Book | None, name: str) -> list[str]:
    return ooxml.hidden(book.xml(name)) if book else []


def _below(path: Path, sheet: CalamineSheet, book: ooxml.Book | None, first: int, width: int) -> Cells:
    try:
        with _panics_unsaid():
            rows = sheet.to_python(skip_empty_area=False)
    except BaseException as error:
        raise (_unopened(path, error) if _is_unreadable(error) else error) from None
    return _by_column(rows, book, sheet.name, first, width)


def _by_column(rows: list[Any], book: ooxml.Book | None, name: str, first: int, width: int) -> Cells:
    if book and ooxml.has_formulas(book.xml(name)):
        for cell in book.cells(name):
            if cell.unworked and cell.row <= len(rows) and cell.column < len(rows[cell.row - 1]):
                rows[cell.row - 1][cell.column] = UNWORKED
    return by_column(rows[first:], range(first + 1, len(rows) + 1), max(width, len(rows[0]) if rows else 0))


def _otherwise(path: Path, book: ooxml.Book) -> list[Sheet]:
    """The sheets through openpyxl; none where it cannot open the workbook either."""
    import warnings

    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(BytesIO(path.read_bytes()), data_only=True)
        sheets = []
        for own in workbook.worksheets:
            rows = [["" if v is None else v for v in row] for row in own.iter_rows(values_only=True)]
            merged = [((r.min_row - 1, r.min_col - 1), (r.max_row - 1, r.max_col - 1)) for r in own.merged_cells.ranges]
            top = [[cell_text(v) for v in row] for row in rows[:TOP_ROWS]]
            below = partial(_by_column, rows, book, own.title)
            sheets.append(_with_merged(path, own.title, top, below, own.sheet_state != "visible", book, merged))
        return sheets
    except Exception:  # openpyxl raises anything at all; the caller says that the workbook cannot be opened
        return []


# --- what a number's format shows ---


def _xls(path: Path) -> Any:
    """An xls workbook with its formats; None for anything else."""
    import io

    import xlrd

    try:
        return xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO())
    except Exception:  # xlrd raises anything at all on what is no xls, or an odd one
        return None


def _xls_date1904(path: Path) -> bool | None:
    book = _xls(path) if path.suffix.lower() == ".xls" else None
    return None if book is None else bool(book.datemode)


def _xls_forms(book: Any) -> list[str]:
    return [str(book.format_map[xf.format_key].format_str) if xf.format_key in book.format_map else "" for xf in book.xf_list]


def _shows(book: ooxml.Book | None, path: Path) -> frozenset[str]:
    """Whether a workbook's number formats show what cells do not hold: units or scales, percentages, months alone."""
    if book:
        forms: Iterable[str] = book.forms
    else:
        xls = _xls(path)
        forms = _xls_forms(xls) if xls else ()
    return frozenset({"years": "months"}.get(kind, kind) for form in set(forms) for kind in _shown_by(form))


def _shown_by(form: str) -> Iterator[str]:
    bare = _QUOTED.sub("", form)
    if _FORMAT_SCALE.search(form) or _FOREIGN_SIGN.search(form) or (_FORMAT_UNIT.search(form) and not _IN_WORDS.search(form)):
        yield "units"
    if "%" in form:
        yield "percents"
    if re.search("y", bare, re.IGNORECASE) and not re.search(r"[mdhs]", bare, re.IGNORECASE):
        yield "years"
    if _YEAR_AND_MONTH.search(bare) and not re.search(r"[dhs]", bare, re.IGNORECASE):
        yield "months"


def _numbers(path: Path, name: str, book: ooxml.Book | None) -> Iterator[tuple[int, int, str, str]]:
    """(row of the file, column, number as the file writes it, its format) of every number of a sheet."""
    if book:
        for cell in book.cells(name):
            if cell.kind == "n" and cell.text:
                yield cell.row, cell.column, cell.text, cell.form
    elif (xls := _xls(path)) is not None and name in xls.sheet_names():
        forms, own = _xls_forms(xls), xls.sheet_by_name(name)
        for i in range(own.nrows):
            for j, cell in enumerate(own.row(i)):
                if cell.ctype in (2, 3):  # a number, a date
                    form = forms[cell.xf_index] if cell.xf_index is not None else ""
                    yield i + 1, j, cell_text(float(cell.value)), form


def _looks(path: Path, name: str, book: ooxml.Book | None, columns: frozenset[int]) -> dict[int, Look]:
    """What the file writes and shows in some columns, by column."""
    looks = {j: Look({}, {}, {}) for j in columns}
    for row, j, number, form in _numbers(path, name, book):
        if j not in columns:
            continue
        if number.removeprefix("-").isdigit():
            looks[j].written[row] = number.zfill(len(form) if _ZEROS.fullmatch(form) else 0)
        if text := _shown(number, form):
            looks[j].shown[row] = text
        if kind := {"months": "month", "years": "year"}.get(next((k for k in _shown_by(form) if k in ("months", "years")), "")):
            looks[j].months[row] = kind
    return looks


def _shown(number: str, form: str) -> str:
    """The text that a number's format shows, where that is another amount: `12.5万元`, `45%`; empty elsewhere.

    A scale (`150.8` for 150800) is only marked, so that the cell is not read as what it does not show.
    """
    try:
        text = cell_text(float(number))
    except ValueError:
        return ""
    form = _section(form, Decimal(text))
    if _FORMAT_SCALE.search(form):
        return f"{text}（单元格格式缩小显示）"
    if _FOREIGN_SIGN.search(form):
        return f"{text}（单元格格式显示为外币）"
    if "%" in _QUOTED.sub("", form):
        return f"{format((Decimal(text) * 100).normalize(), 'f')}%"
    if "%" in form:  # written behind the number, which stays as it is
        return f"{text}%"
    unit = None if _IN_WORDS.search(form) else _FORMAT_UNIT.search(form)
    return text + unit.group(0) if unit else ""


def _section(form: str, number: Decimal) -> str:
    """The part of a format that a number is shown by: positive; negative; zero. One with conditions stays whole."""
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', form)
    if len(sections) < 2 or _CONDITION.search(form):
        return form
    place = 1 if number < 0 else 2 if number == 0 and len(sections) > 2 else 0
    return sections[place]
