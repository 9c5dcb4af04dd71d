"""CSV: UTF-8 (with or without BOM), UTF-16 with BOM, GBK and GB18030; comma, tab, semicolon.

A file whose quotes pair within lines, without blank or ragged lines, goes through Arrow; every other is read record by
record, strictly, so that an unpaired quote or a shifted row is found and named. A test holds both ways to the same cells.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from fundaudit.intake.readers.sheet import TOP_ROWS, Cells, IntakeError, Sheet, by_column, name_of

CHUNK = 1 << 22
HEAD = 1 << 16
BLOCK = 1 << 24
PIECE = 1 << 16
QUOTE, LINE_END, RETURN = b'"\n\r'
_SEP_LINE = re.compile(r"\ufeff?sep=([,;\t|])\s*\n", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"\n]*"')
Content = mmap | bytes


class _Read(NamedTuple):
    """Records with the line on which each begins."""

    delimiter: str
    rows: list[list[str]]
    numbers: list[int]


def read_text(path: Path) -> Sheet:
    """The one sheet of a text file. IntakeError where it cannot be decoded or its quotes do not pair."""
    with path.open("rb") as stream:
        content: Content = mmap(stream.fileno(), 0, access=ACCESS_READ) if path.stat().st_size else b""
    start = len(codecs.BOM_UTF8) if content[:3] == codecs.BOM_UTF8 else 0
    if not _begins_as_utf8(content, start):
        content, start = _decoded(path).encode(), 0
    head = _head(content, start)
    if head.strip() and _is_even(content, start, _delimiter(head)):
        top = _records(path, head)
        return Sheet(name_of(path), "", top.rows, partial(_below, path, content, start, top), path)
    return _sheet(path, _records(path, _decoded(path)))


def _sheet(path: Path, read: _Read) -> Sheet:
    def below(first: int, width: int) -> Cells:
        return by_column(read.rows[first:], read.numbers[first:], width)

    return Sheet(name_of(path), "", read.rows[:TOP_ROWS], below, path)


def _below(path: Path, content: Content, start: int, top: _Read, first: int, width: int) -> Cells:
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
            parse_options=pacsv.ParseOptions(delimiter=top.delimiter, ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        read = _records(path, _decoded(path))
        if read.rows[: len(top.rows)] != top.rows:
            raise _undecodable(path) from None
        return _sheet(path, read).below(first, width)
    return Cells(np.arange(first + 1, first + 1 + table.num_rows, dtype=np.int64), list(table.columns))


def _begins_as_utf8(content: Content, start: int) -> bool:
    head = content[start : start + HEAD]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _is_even(content: Content, start: int, delimiter: str) -> bool:
    """Lines are records: no NUL, no lone carriage return in the head, and quotes that open and close a field of one line.

    (Blank and ragged lines Arrow refuses itself.)
    """
    head = content[start : start + HEAD]
    if head.count(b"\r") != head.count(b"\r\n") or content.find(b"\x00", start) >= 0:
        return False
    if content.find(b'"', start) < 0:
        return True
    whole = np.frombuffer(content, np.uint8)
    while start < len(content):  # piece by piece: small arrays stay in the processor's cache
        end = content.rfind(b"\n", start, start + PIECE) + 1 or len(content)
        if not _quotes_pair(whole[start:end], ord(delimiter)):
            return False
        start = end
    return True


def _quotes_pair(content: npt.NDArray[np.uint8], delimiter: int) -> bool:
    """Each first quote begins a field, each second one ends it or is doubled, and no line ends between them."""
    quotes = np.flatnonzero(content == QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening > 0, content[opening - 1], LINE_END)
    after = np.where(closing + 1 < len(content), content[np.minimum(closing + 1, len(content) - 1)], LINE_END)
    doubled = np.concatenate([[False], opening[1:] == closing[:-1] + 1])
    around = np.zeros(256, bool)
    around[[delimiter, LINE_END, RETURN]] = True
    begins = doubled | around[before]
    ends = around[after] | (after == QUOTE)
    inside = np.searchsorted(quotes, np.flatnonzero((content == LINE_END) | (content == RETURN))) % 2
    return bool(begins.all() and ends.all() and not inside.any())


def _head(content: Content, start: int) -> str:
    """The first lines as text."""
    end = start
    for _ in range(TOP_ROWS):
        end = content.find(b"\n", end) + 1
        if not end:
            end = len(content)
            break
    return content[start:end].decode("utf-8", "replace")


def _decoded(path: Path) -> str:
    """The whole text, strictly: by its BOM, else as UTF-8, else as GB18030."""
    content = path.read_bytes()
    for bom, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(bom):
            return _decoded_as(path, content[len(bom) :], (encoding,))
    return _decoded_as(path, content, ("utf-8",) if _is_broken_utf8(content) else ("utf-8", "gb18030"))


def _is_broken_utf8(content: bytes) -> bool:
    """Whether nearly every character beyond ASCII is whole UTF-8: GB18030 would read such a file as other characters."""
    text = content.decode("utf-8", "replace")
    return sum(c >= "\u3000" and c != "\ufffd" for c in text) > 3 * text.count("\ufffd")


def _decoded_as(path: Path, content: bytes, encodings: tuple[str, ...]) -> str:
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
    return IntakeError(
        f"{name_of(path)}：既不是完整的 UTF-8 也不是 GB18030 编码的文本（可能被截断或混用编码），请另存为“CSV UTF-8”后重新报送"
    )


def _delimiter(text: str) -> str:
    """What a `sep=` line names; else what divides most of the first lines alike, outside quotes; a comma where nothing does.

    A tab behind every cell of the data, or a semicolon in a title, divides no header.
    """
    if named := _SEP_LINE.match(text):
        return named.group(1)
    lines = [_QUOTED.sub("", line) for line in islice(io.StringIO(text), TOP_ROWS)]

    def alike(delimiter: str) -> tuple[int, int]:
        counts = Counter(n for line in lines if (n := line.count(delimiter)))
        most, times = counts.most_common(1)[0] if counts else (0, 0)
        return times, most

    return max(",\t;", key=alike)


def _records(path: Path, text: str) -> _Read:
    """Every record, strictly; blank lines are records without cells."""
    if "\x00" in text:
        raise IntakeError(f"{name_of(path)}：含有空字符，不是文本表格，请重新导出")
    delimiter = _delimiter(text)
    rows, numbers, line = [], [], 1
    reader = csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append(row)
            numbers.append(line)
            line = reader.line_num + 1
    except csv.Error:
        raise IntakeError(
            f"{name_of(path)}：从第 {line} 行起引号不成对或单元格过长，之后的内容无法确定，请改正后重新报送"
        ) from None
    return _Read(delimiter, rows, numbers)
