"""Writes the dirt corpus: small files as spreadsheet programs and exporting systems write them, and what must be read.

    python tests/dirt/build.py          # needs LibreOffice for the files that it writes; the corpus is checked in

What must be read was worked out by hand and stands beside each file's cells in `corpus_*.py`; no reader is asked.
Row numbers are the file's own, the first row is 1. Amounts in yuan.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HERE = Path(__file__).parent


@dataclass
class Sheet:
    """Rows of cells; a cell may be (value, number format)."""

    rows: list[list[Any]]
    merge: list[str] = field(default_factory=list)
    hidden: bool = False
    hide_rows: list[int] = field(default_factory=list)


@dataclass
class File:
    """`how`: xlsx (openpyxl), lo (openpyxl, saved again by LibreOffice), xls (by LibreOffice), or a CSV's encoding."""

    how: str
    sheets: dict[str, Sheet] | list[list[str]]
    epoch1904: bool = False
    delimiter: str = ","


@dataclass
class Case:
    """A county folder: its files, what must come out of it, and which cell holds which kind of dirt."""

    name: str
    files: dict[str, File]
    items: list[tuple[str, str, str]]  # item, file, cell
    accepted: dict[str, list[dict[str, Any]]]
    rejects: list[dict[str, Any]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    suspect: list[list[Any]] = field(default_factory=list)  # table, row, column
    note: str = ""  # the calculation, where there is one


def rows(names: str, *lines: list[Any]) -> list[dict[str, Any]]:
    """`rows("row payment_id amount", [2, "P1", "3.00"])`."""
    return [dict(zip(names.split(), line, strict=True)) for line in lines]


def _write(path: Path, file: File) -> None:
    if isinstance(file.sheets, list):
        with path.open("w", encoding=file.how, newline="") as stream:
            csv.writer(stream, delimiter=file.delimiter).writerows(file.sheets)
        return
    book = openpyxl.Workbook()
    book.remove(book.active)
    if file.epoch1904:
        book.epoch = CALENDAR_MAC_1904
    for name, sheet in file.sheets.items():
        own = book.create_sheet(name)
        for i, row in enumerate(sheet.rows, 1):
            for j, cell in enumerate(row, 1):
                value, form = cell if isinstance(cell, tuple) else (cell, None)
                if value is not None and value != "":
                    own.cell(i, j, value)
                    if form:
                        own.cell(i, j).number_format = form
        for area in sheet.merge:
            own.merge_cells(area)
        for number in sheet.hide_rows:
            own.row_dimensions[number].hidden = True
        own.sheet_state = "hidden" if sheet.hidden else "visible"
    if file.how == "xlsx":
        book.save(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        book.save(draft)
        target = "xls" if file.how == "xls" else "xlsx"
        out = Path(folder) / "out"
        subprocess.run(
            ["soffice", "--headless", "--convert-to", target, "--outdir", str(out), str(draft)], check=True, capture_output=True
        )
        shutil.copyfile(out / f"draft.{target}", path)


def build() -> None:
    """The whole corpus and its index."""
    from corpus_money import CASES as MONEY
    from corpus_people import CASES as PEOPLE
    from corpus_tables import CASES as TABLES

    index = []
    for case in [*MONEY, *PEOPLE, *TABLES]:
        folder = HERE / case.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, file in case.files.items():
            _write(folder / name, file)
        expected = {
            "note": case.note,
            "accepted": case.accepted,
            "rejects": case.rejects,
            "totals": case.totals,
            "log": case.log,
            "suspect": case.suspect,
        }
        text = json.dumps(expected, ensure_ascii=False, indent=1)
        (folder / "expected.json").write_text(text + "\n", encoding="utf-8")
        index += [(item, f"{case.name}/{file}", cell) for item, file, cell in case.items]
    with (HERE / "index.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([("item", "file", "cell"), *sorted(index)])


if __name__ == "__main__":
    build()
