"""How large a file may be: looked at before any parser sees it. Every limit is a setting of the parameters."""

from __future__ import annotations

import zipfile
from pathlib import Path

from fundaudit.intake.readers.ooxml import BROKEN, open_book, reach
from fundaudit.intake.readers.sheet import IntakeError, name_of
from fundaudit.parameters import Limits

MB = 1_000_000


def refuse_oversize(path: Path, limits: Limits) -> None:
    """IntakeError where a file, what it unpacks to, or the area of one of its sheets is above the limits."""
    size = path.stat().st_size
    if size > limits.file_mb * MB:
        raise _too_large(path, f"文件有 {size / MB:,.0f} MB", f"{limits.file_mb:,} MB", "file_mb")
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except BROKEN:
        return  # the reader says what is wrong with it
    if unpacked > limits.unpacked_mb * MB:
        raise _too_large(path, f"解压后有 {unpacked / MB:,.0f} MB", f"{limits.unpacked_mb:,} MB", "unpacked_mb")
    book = open_book(path)
    for sheet in book.parts if book else ():
        rows, columns = reach(book.xml(sheet)) if book else (0, 0)
        if columns > limits.columns:
            raise _too_large(path, f"工作表 {sheet} 用到第 {columns:,} 列", f"{limits.columns:,} 列", "columns")
        if rows * columns > limits.cells:
            raise _too_large(path, f"工作表 {sheet} 占 {rows:,} 行 {columns:,} 列", f"{limits.cells:,} 格", "cells")


def _too_large(path: Path, found: str, limit: str, setting: str) -> IntakeError:
    return IntakeError(
        f"{name_of(path)}：{found}，超过 {limit}，没有打开。请删去空白的行列或拆分后重新报送；确有这么大的，调高参数 settings.limits.{setting}"
    )
