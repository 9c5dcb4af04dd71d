"""Files become sheets of cells: text tables, spreadsheets, Parquet, databases. Nothing is interpreted here."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

from fundaudit.intake.readers.parquet import read_parquet
from fundaudit.intake.readers.sheet import Cells, IntakeError, Look, Sheet, name_of
from fundaudit.intake.readers.sizes import refuse_oversize
from fundaudit.intake.readers.spreadsheet import read_workbook
from fundaudit.intake.readers.text import read_text
from fundaudit.parameters import Limits

__all__ = ["EXTENSIONS", "Cells", "IntakeError", "Look", "Sheet", "name_of", "read_sheets", "sha256"]

EXTENSIONS = (".xlsx", ".xlsm", ".xls", ".csv", ".parquet")
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")


def sha256(path: Path) -> str:
    """The hex SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_sheets(path: Path, name: str = "", limits: Limits | None = None) -> list[Sheet]:
    """All sheets of a file (one for CSV and Parquet), by what it is, not by how it is named.

    IntakeError where it is too large, cannot be opened or decoded, or is something else under a workbook's name.
    """
    limits = limits or Limits()
    try:
        refuse_oversize(path, limits)
        with path.open("rb") as stream:
            head = stream.read(4096)
        sheets = _sheets(path, head)
    except (OSError, MemoryError) as error:
        raise IntakeError(f"{name_of(path)}：无法读取（{type(error).__name__}），请检查文件和权限，或重新报送") from None
    for sheet in sheets:
        if (width := max(map(len, sheet.top), default=0)) > limits.columns:
            raise IntakeError(
                f"{sheet.place}：有 {width:,} 列，超过 {limits.columns:,} 列，没有读取；"
                "可能是分隔符或引号有误。确有这么多列的，调高参数 settings.limits.columns"
            )
    return [dataclasses.replace(sheet, file=name or name_of(path)) for sheet in sheets]


def _sheets(path: Path, head: bytes) -> list[Sheet]:
    suffix = path.suffix.lower()
    if suffix == ".parquet" or head.startswith(b"PAR1"):
        return [read_parquet(path)]
    if head.startswith(_WORKBOOK) or (suffix == ".xls" and head.startswith(_BIFF)):
        return read_workbook(path)
    if suffix != ".csv" and head.strip():
        _refuse_disguised(path, head)
        if b"\x00" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return [read_text(path)]  # an export named .xls that is a text table
    return [read_text(path)] if suffix == ".csv" else read_workbook(path)


def _refuse_disguised(path: Path, head: bytes) -> None:
    text = head.decode("latin-1").lower()
    if "<workbook" in text or "urn:schemas-microsoft-com:office:spreadsheet" in text:
        what = "Excel 2003 的 XML 表格"
    elif "<html" in text or "<table" in text or "<!doctype" in text:
        what = "网页（HTML）"
    elif text.startswith("mime-version"):
        what = "单个文件网页（MHTML）"
    else:
        return
    raise IntakeError(f"{name_of(path)}：名称是工作簿，内容是{what}。请用电子表格程序打开，另存为 .xlsx 后重新报送")
