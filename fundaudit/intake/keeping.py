"""A file read, and kept between runs: a folder per file, content and reading rules, removed when nothing asks for it any more."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from fundaudit.contract import CONTRACT_VERSION
from fundaudit.intake.assign import Unread
from fundaudit.intake.readers.sheet import whole
from fundaudit.intake.rows import Reading
from fundaudit.parameters import Parameters

INDEX = "index.json"


@dataclass
class FileRead:
    """One file (or query) with its tables. `unused` names the sheets that hold none, `unread` those that look like one."""

    name: str
    sha256: str = ""
    readings: list[Reading] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    was_kept: bool = False


def folder_of(kept: Path, path: Path, sha256: str, parameters: Parameters) -> Path:
    """Where a file's reading is kept, by what decides it: its name and content, its place in the parameters, the contract and
    our rules."""
    about = {
        "contract": CONTRACT_VERSION,
        "rules": _rules(),
        "name": str(path),
        "sha256": sha256,
        "county": parameters.name,
        "sources": {table: [s.model_dump() for s in sources] for table, sources in sorted(parameters.sources.items())},
        "skip": parameters.skip,
        "basis_codes": dict(sorted(parameters.settings.basis_codes.items())),
        "limits": parameters.settings.limits.model_dump(mode="json"),
    }
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    return kept / hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


@cache
def _rules() -> str:
    """A hash of the code that reads and the contract that it reads by: readings of other rules are not used."""
    package = Path(__file__).parent
    sources = sorted([*package.rglob("*.py"), package.parent / "contract.py", package.parent / "dates.py"])
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


@cache
def _index() -> TypeAdapter[FileRead]:
    return TypeAdapter(FileRead)


def write(folder: Path, file: FileRead) -> None:
    """A file whole or not at all: the index comes last."""
    work = folder.with_name(folder.name + ".new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for place, reading in enumerate(file.readings):
        rows = pa.table({**reading.columns, "source_row": pa.array(reading.numbers)})
        pq.write_table(rows, work / f"{place}.parquet", compression="zstd")
        pq.write_table(reading.cells(), work / f"{place}.cells.parquet", compression="zstd")
    columns = {"readings": {"__all__": {"numbers", "columns", "cells"}}}
    (work / INDEX).write_bytes(_index().dump_json(file, exclude=columns))
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)


def read(folder: Path) -> FileRead | None:
    """What was kept; None where nothing usable is."""
    try:
        about = json.loads((folder / INDEX).read_bytes())
        for place, own in enumerate(about["readings"]):
            own |= _rows(folder, place)
        return _index().validate_python({**about, "was_kept": True})
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None


def _rows(folder: Path, place: int) -> dict[str, Any]:
    rows = pq.ParquetFile(folder / f"{place}.parquet").read()
    columns = {name: whole(rows[name]) for name in rows.column_names}
    numbers = columns.pop("source_row").to_numpy(zero_copy_only=False).astype(np.int64)
    return {"numbers": numbers, "columns": columns, "cells": lambda: pq.ParquetFile(folder / f"{place}.cells.parquet").read()}


def forget_others(kept: Path, used: set[Path]) -> None:
    """Removes what no file of this county asks for any more."""
    if kept.is_dir():
        for folder in kept.iterdir():
            if folder not in used:
                shutil.rmtree(folder, ignore_errors=True)
