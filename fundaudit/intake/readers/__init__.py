"""Files become sheets of cells: text tables, spreadsheets, Parquet, databases. Nothing is interpreted here."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fundaudit.intake.readers.parquet import read_parquet
from fundaudit.intake.readers.sheet import Cells, IntakeError, Sheet
from fundaudit.intake.readers.spreadsheet import read_workbook, shown_numbers, written_numbers
from fundaudit.intake.readers.text import read_text

__all__ = ["EXTENSIONS", "Cells", "IntakeError", "Sheet", "read_sheets", "sha256", "shown_numbers", "written_numbers"]

EXTENSIONS = (".xlsx", ".xlsm", ".xls", ".csv", ".parquet")


def sha256(path: Path) -> str:
    """The hex SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a file (one for CSV and Parquet). IntakeError where it cannot be opened or decoded."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return [read_text(path)]
    if suffix == ".parquet":
        return [read_parquet(path)]
    return read_workbook(path)
