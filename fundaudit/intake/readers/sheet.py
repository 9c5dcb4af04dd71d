"""What every reader gives: a sheet with its first rows, and its cells below the header by column."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.exact_yaml import shown

TOP_ROWS = 30  # where a header may stand
_PLAIN_NUMBER = r"^-?[0-9]{1,15}$|^-?[0-9]{1,8}\.[0-9]{1,7}$"  # at most 15 digits, which a double holds

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Texts = Any  # a pa.Array or pa.ChunkedArray: a big file's columns stay in the pieces in which they were read


class IntakeError(Exception):
    """A file that cannot be used; `str()` says in Chinese which, where, what was found and what to do."""


def name_of(path: Path) -> str:
    """A file's name for people: one in another encoding decoded, nothing in it that a terminal would obey."""
    raw = os.fsencode(path.name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return shown(raw.decode(encoding), 200)
        except UnicodeDecodeError:
            continue
    return shown(raw.decode("utf-8", "replace"), 200)


@dataclass(frozen=True)
class Cells:
    """The cells of a sheet below its header: `texts[column][row]` is '' where empty, `numbers[row]` the file's row.

    `held` says where a spreadsheet held a number, `beyond` what stands to the right of the last column, `short` how many
    cells a row has that has too few: such rows may have shifted.
    """

    numbers: Places
    texts: list[Texts]
    held: dict[int, Flags] = field(default_factory=dict)
    beyond: dict[int, list[str]] = field(default_factory=dict)
    short: dict[int, int] = field(default_factory=dict)

    def row(self, k: int) -> list[str]:
        return [*(texts[k].as_py() for texts in self.texts), *self.beyond.get(k, ())]


class Look(NamedTuple):
    """What a spreadsheet writes and shows in a column, by row of the file: the digits of whole numbers with the leading zeros
    that their format shows; amounts and percentages that a format makes another number; dates shown as a month alone."""

    written: dict[int, str]
    shown: dict[int, str]
    months: dict[int, str]


@dataclass(frozen=True)
class Sheet:
    """One sheet as it is. `top` are its first rows, merged cells repeated; `below(first, width)` the cells from that
    row on, as many columns as the header has.

    `hidden_parts` names hidden rows and columns, `look(columns)` what cells show; both are looked up only where the sheet is
    used. `date1904` is the workbook's date system, None where none is known.
    """

    file: str
    name: str
    top: list[list[str]]
    below: Callable[[int, int], Cells]
    path: Path | None = None
    hidden: bool = False
    date1904: bool | None = None
    hidden_parts: Callable[[], list[str]] = list
    look: Callable[[frozenset[int]], dict[int, Look]] = field(default=lambda columns: {})
    shows: frozenset[str] = frozenset()  # whether formats show "units", "percents" or "months" that the cells do not hold
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row and column, last row and column, from 0
    merges_known: bool = False  # else a merged header cell shows as text followed by empty cells

    @property
    def place(self) -> str:
        return f"{self.file}［{self.name}］" if self.name else self.file


def _digits(number: Decimal) -> int:
    return len(number.as_tuple().digits)


def cell_text(value: Any) -> str:
    """A cell as text: numbers without exponent, as the spreadsheet shows them at most (15 digits)."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        exact = Decimal(repr(value))
        return format(exact if _digits(exact) <= 15 else Decimal(format(value, ".15g")), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | int | timedelta | time):
        return str(value)
    return str(value)


_memo = lru_cache(maxsize=65_536, typed=True)(cell_text)


def _text(value: Any) -> str:
    return value if type(value) is str else _memo(value) if value.__hash__ else cell_text(value)


def whole(values: Texts) -> pa.Array:
    """A column in one piece."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)


def float_texts(numbers: pa.Array) -> pa.Array:
    """Doubles as `cell_text` writes them; what is not plain goes through it one by one."""
    texts = numbers.cast(pa.string())
    odd = pc.invert(pc.fill_null(pc.match_substring_regex(texts, _PLAIN_NUMBER), True))
    return replaced(texts, odd, map(cell_text, numbers.filter(odd).to_pylist()))


def replaced(texts: pa.Array, where: pa.Array, values: Iterable[Any]) -> pa.Array:
    """`texts` with the values of `where`, in their order."""
    new = pa.array(list(values), texts.type)
    return pc.replace_with_mask(texts, where, new) if len(new) else texts


def text_column(values: list[Any]) -> tuple[pa.Array, Flags | None]:
    """One column's cells as text, and where they were numbers (None where nowhere)."""
    kinds = set(map(type, values))
    if kinds <= {str}:
        return pa.array(values, pa.string()), None
    if not kinds & {float, int, Decimal}:
        return pa.array(map(_text, values), pa.string()), None
    held = np.fromiter((type(v) in (float, int, Decimal) for v in values), bool, len(values))
    texts = pa.array([None if type(v) is float else _text(v) for v in values], pa.string())
    floats = pa.array([v if type(v) is float else None for v in values], pa.float64())
    return pc.coalesce(texts, float_texts(floats)), held


def by_column(rows: list[Any], numbers: Iterable[int], width: int) -> Cells:
    """Rows of Python cells as columns; a row shorter or longer than `width` may have shifted."""
    beyond, short = {}, {}
    if any(len(row) != width for row in rows):
        for k, row in enumerate(rows):
            if len(row) > width and any(cell_text(v).strip() for v in row[width:]):
                beyond[k] = [cell_text(v) for v in row[width:]]
            elif row and len(row) < width:  # a blank line is no shifted row
                short[k] = len(row)
        rows = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    columns = [[row[j] for row in rows] for j in range(width)]
    texts, held = [], {}
    for j, column in enumerate(columns):
        text, numeric = text_column(column)
        texts.append(text)
        if numeric is not None:
            held[j] = numeric
    return Cells(np.fromiter(numbers, np.int64, len(rows)), texts, held, beyond, short)
