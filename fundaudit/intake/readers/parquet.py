"""Parquet: one sheet, whose header are the column names; row 1 is the first row of data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fundaudit.contract import CONTRACT_VERSION
from fundaudit.intake.readers.sheet import Cells, Flags, IntakeError, Sheet, float_texts, name_of, text_column, whole


def read_parquet(path: Path) -> Sheet:
    """The one sheet of a Parquet file. IntakeError where it cannot be opened or another contract version wrote it."""
    try:
        table = pq.ParquetFile(path).read()
        columns = [_texts(column) for column in table.columns]
    except (pa.ArrowException, OSError, OverflowError, ValueError) as error:
        raise IntakeError(f"{name_of(path)}：无法作为 Parquet 文件打开（{type(error).__name__}），请重新导出") from None
    version = (table.schema.metadata or {}).get(b"contract_version")
    if version is not None and version.decode("utf-8", "replace") != str(CONTRACT_VERSION):
        found = version.decode("utf-8", "replace")
        raise IntakeError(f"{name_of(path)}：数据契约版本 {found} 不认识，本版本使用 {CONTRACT_VERSION}，请用相应版本重新导出")
    texts = [text for text, _ in columns]
    held = {j: numeric for j, (_, numeric) in enumerate(columns) if numeric is not None}
    cells = Cells(np.arange(1, table.num_rows + 1, dtype=np.int64), texts, held)
    return Sheet(name_of(path), "", [list(table.column_names)], lambda first, width: cells, path)


def _texts(column: pa.ChunkedArray) -> tuple[pa.Array, Flags | None]:
    """A column as text, and where it held numbers."""
    cells = whole(column)
    kind = cells.type
    if pa.types.is_dictionary(kind):
        cells, kind = cells.dictionary_decode(), kind.value_type
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    held = np.asarray(cells.is_valid()) if numeric else None
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_date32(kind) or pa.types.is_integer(kind):
        texts = cells.cast(pa.string())
    elif pa.types.is_float64(kind):
        texts = float_texts(cells)
    elif pa.types.is_floating(kind):
        texts = pa.array([_single(v) for v in cells.to_pylist()], pa.string())
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        texts = pa.array(_decoded(cells.to_pylist()), pa.string())
    elif pa.types.is_timestamp(kind) and kind.tz:  # an instant: the day that it is in China
        here = pc.local_timestamp(cells.cast(pa.timestamp("us", tz="Asia/Shanghai")))
        texts, _ = text_column(here.to_pylist())
    elif pa.types.is_boolean(kind):
        texts = pc.if_else(cells, "是", "否")
    else:
        texts, _ = text_column(cells.to_pylist())
    return pc.fill_null(texts, ""), held


def _single(value: float | None) -> str | None:
    """A number of single precision with the seven digits that it has; one that needs more is marked, so that it is not read."""
    if value is None:
        return None
    text = np.format_float_positional(np.float32(value), trim="-")
    return text if abs(value) < 100_000 or (value == int(value) and abs(value) < 2**24) else f"{text}（单精度浮点数，末位已丢失）"


def _decoded(cells: list[bytes | None]) -> list[str | None]:
    """Bytes as UTF-8, else all of the column as GB18030; IntakeError's ValueError where it is neither."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return [None if cell is None else cell.decode(encoding) for cell in cells]
        except UnicodeDecodeError:
            continue
    raise ValueError("neither UTF-8 nor GB18030")
