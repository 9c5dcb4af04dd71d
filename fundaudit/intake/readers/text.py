"""CSV: UTF-8 (with or without BOM), UTF-16 with BOM, GBK and GB18030; comma, tab, semicolon.

A file without quotes and without blank or ragged lines goes through Arrow; every other is read record by record, strictly, so that
an unpaired quote or a shifted row is found and named.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from fundaudit.intake.readers.sheet import TOP_ROWS, Cells, IntakeError, Sheet, by_column

CHUNK = 1 << 22
HEAD = 1 << 16
BLOCK = 1 << 24
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_text(path: Path) -> Sheet:
    """The one sheet of a text file. IntakeError where it cannot be decoded or its quotes do not pair."""
    with path.open("rb") as stream:
        content = mmap(stream.fileno(), 0, access=ACCESS_READ) if path.stat().st_size else b""
    start = len(codecs.BOM_UTF8) if content[:3] == codecs.BOM_UTF8 else 0
    if content and _is_even(content, start):
        top = _records(path, _head(content, start))
        return Sheet(path.name, "", top.rows, partial(_below, path, content, start, top), path)
    return _sheet(path, _records(path, _transcoded(path)))


class _Read(NamedTuple):
    """Records with the line on which each begins."""

    delimiter: str
    rows: list[list[str]]
    numbers: list[int]


def _sheet(path: Path, read: _Read) -> Sheet:
    def below(first: int, width: int) -> Cells:
        return by_column(read.rows[first:], read.numbers[first:], width)

    return Sheet(path.name, "", read.rows[:TOP_ROWS], below, path)


def _below(path: Path, content: mmap | bytes, start: int, top: _Read, first: int, width: int) -> Cells:
    """Through Arrow; where it finds a ragged row or a byte that is no UTF-8, record by record."""
    for _ in range(first):
        start = content.find(b"\n", start) + 1 or len(content)
    end = len(content)
    while end > start and content[end - 1] in b"\r\n":
        end -= 1
    if end == start:
        return by_column([], [], width)
    names = [str(j) for j in range(width)]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(pa.py_buffer(content).slice(start, end - start)),
            read_options=pacsv.ReadOptions(column_names=names, block_size=BLOCK),
            parse_options=pacsv.ParseOptions(delimiter=top.delimiter, quote_char=False, ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        read = _records(path, _transcoded(path))
        if read.rows[: len(top.rows)] != top.rows:
            raise _undecodable(path) from None
        return _sheet(path, read).below(first, width)
    return Cells(np.arange(first + 1, first + 1 + table.num_rows, dtype=np.int64), list(table.columns))


def _is_even(content: mmap | bytes, start: int) -> bool:
    """UTF-8 in its head, no quote and no NUL: lines are records. (Blank and ragged lines Arrow refuses itself.)"""
    head = content[start : start + HEAD]
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or not head.strip() or head.count(b"\r") != head.count(b"\r\n"):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return content.find(b'"') < 0 and content.find(b"\x00") < 0


def _head(content: mmap | bytes, start: int) -> str:
    """The first lines as text."""
    end = start
    for _ in range(TOP_ROWS):
        end = content.find(b"\n", end) + 1
        if not end:
            end = len(content)
            break
    return content[start:end].decode("utf-8", "replace")


def _transcoded(path: Path) -> str:
    content = path.read_bytes()
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return _decoded(path, content[len(bom) :], (encoding,))
    return _decoded(path, content, ("utf-8", "gb18030"))


def _decoded(path: Path, content: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return "".join(_chunks(content, encoding))
        except UnicodeDecodeError:
            continue
    raise _undecodable(path)


def _chunks(content: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), CHUNK):
        yield decoder.decode(content[start : start + CHUNK])
    yield decoder.decode(b"", final=True)


def _undecodable(path: Path) -> IntakeError:
    return IntakeError(f"{path.name}：既不是 UTF-8 也不是 GB18030 编码的文本，请另存为“CSV UTF-8”后重新报送")


def _delimiter(text: str) -> str:
    """The one that most often stands in one of the first lines; a comma where none does."""
    lines = list(islice(io.StringIO(text), TOP_ROWS))
    return max(",\t;", key=lambda d: max((line.count(d) for line in lines), default=0))


def _records(path: Path, text: str) -> _Read:
    """Every record, strictly; blank lines are records without cells."""
    if "\x00" in text:
        raise IntakeError(f"{path.name}：含有空字符，不是文本表格，请重新导出")
    delimiter = _delimiter(text)
    rows, numbers, line = [], [], 1
    reader = csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append(row)
            numbers.append(line)
            line = reader.line_num + 1
    except csv.Error:
        raise IntakeError(f"{path.name}：从第 {line} 行起引号不成对或单元格过长，之后的内容无法确定，请改正后重新报送") from None
    return _Read(delimiter, rows, numbers)
