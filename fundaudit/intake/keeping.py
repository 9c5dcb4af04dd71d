"""Readings kept between runs: a folder per file, content and reading rules, removed when nothing asks for it any more."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fundaudit.intake.columns import Note
from fundaudit.intake.readers.sheet import whole
from fundaudit.intake.rows import Problem, Reading, Unread
from fundaudit.intake.totals import PrintedTotal

INDEX = "index.json"


def write(folder: Path, readings: list[Reading], unused: list[str], unread: list[list[str]]) -> None:
    """The readings whole or not at all: the index comes last."""
    work = folder.with_name(folder.name + ".new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for place, reading in enumerate(readings):
        rows = pa.table({**reading.columns, **reading.filed, "source_row": pa.array(reading.numbers)})
        pq.write_table(rows, work / f"{place}.parquet", compression="zstd")
    about = {"unused": unused, "unread": unread, "readings": [_about(reading) for reading in readings]}
    (work / INDEX).write_text(json.dumps(about, ensure_ascii=False, default=str), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)


def _about(reading: Reading) -> dict[str, Any]:
    bad = sorted(reading.problems)
    return {
        "table": reading.table,
        "file": reading.file,
        "sheet": reading.sheet,
        "read": reading.read,
        "totals": reading.totals,
        "ragged": sorted(reading.ragged),
        # Problems of the file itself: what keys of other files add is found again at each run.
        "problems": {k: own for k in bad if (own := [p for p in reading.problems[k] if p.own])},
        "texts": dict(zip(bad, reading.as_read(bad), strict=True)),
        "printed": [dataclasses.asdict(total) for total in reading.printed],
        "unread_money": reading.unread_money,
        "notes": [dataclasses.asdict(note) for note in reading.notes],
        "mapping": reading.mapping,
    }


def read(folder: Path) -> tuple[list[Reading], list[str], list[list[str]]] | None:
    """What was kept; None where nothing usable is."""
    try:
        about = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        readings = [_reading(folder / f"{place}.parquet", own) for place, own in enumerate(about["readings"])]
        return readings, about["unused"], about["unread"]
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None


def _reading(path: Path, about: dict[str, Any]) -> Reading:
    rows = pq.ParquetFile(path).read().combine_chunks()
    columns = {name: whole(rows[name]) for name in rows.column_names}
    numbers = columns.pop("source_row").to_numpy(zero_copy_only=False).astype(np.int64)
    texts = {int(k): text for k, text in about["texts"].items()}

    def as_read(positions: Sequence[int]) -> list[str | None]:
        return [texts.get(k) for k in positions]

    return Reading(
        about["table"],
        about["file"],
        about["sheet"],
        numbers,
        columns,
        as_read,
        {int(k): [Problem(*p) for p in problems] for k, problems in about["problems"].items()},
        frozenset(about["ragged"]),
        about["read"],
        about["totals"],
        [
            PrintedTotal(**{**t, "printed": _money(t["printed"]), "recomputed": Decimal(t["recomputed"])})
            for t in about["printed"]
        ],
        [Unread(*u) for u in about["unread_money"]],
        [Note(**note) for note in about["notes"]],
        about["mapping"],
    )


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def forget_others(kept: Path, used: set[Path]) -> None:
    """Removes what no file of this county asks for any more."""
    if kept.is_dir():
        for folder in kept.iterdir():
            if folder not in used:
                shutil.rmtree(folder, ignore_errors=True)
