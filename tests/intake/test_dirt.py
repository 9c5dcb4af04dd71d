"""The dirt corpus: every file gives just the rows, rejects, totals and log entries that were worked out by hand."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fundaudit.contract import TABLES
from fundaudit.intake import Intake, read_county
from fundaudit.parameters import Parameters

DIRT = Path(__file__).parent.parent / "dirt"
CASES = sorted(p.parent for p in DIRT.glob("*/expected.json"))


def read(folder: Path) -> tuple[Intake, dict[str, Any]]:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return read_county(Parameters(county="110101", name="测试县", data=folder)), expected


def as_text(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)


def as_shown(intake: Intake, expected: dict[str, Any]) -> dict[str, Any]:
    """What was read, in the form of `expected.json`: of each accepted row the columns that are expected of it."""
    accepted = {}
    for name, table in intake.tables.items():
        rows = [{"row": r["source_row"], **r} for r in table.to_pylist()]
        wanted = expected["accepted"].get(name, [])
        accepted[name] = [
            {key: as_text(row[key]) for key in wanted[k]} if k < len(wanted) else row["source_row"] for k, row in enumerate(rows)
        ]
    rejects = [
        {**wanted, "row": r["row"], "column": r["column"], "found": r["found"]}
        | ({} if wanted.get("reason", "") in r["reason"] else {"reason": r["reason"]})
        for r, wanted in zip(intake.rejects.to_pylist(), [*expected["rejects"], *[{}] * intake.rejects.num_rows], strict=False)
    ]
    totals = [
        {"row": t.row, "label": t.label, "column": t.column, "printed": as_text(t.printed), "recomputed": as_text(t.recomputed)}
        for *_, t in intake.printed
    ]
    suspect = [
        [name, row["source_row"], column]
        for name, table in intake.tables.items()
        for row in table.to_pylist()
        for column in row["suspect"]
    ]
    return {"accepted": accepted, "rejects": rejects, "totals": totals, "suspect": suspect}


@pytest.mark.parametrize("folder", CASES, ids=lambda p: p.name)
def test_it_is_read_as_a_person_would_read_it(folder: Path) -> None:
    intake, expected = read(folder)
    assert as_shown(intake, expected) == {part: expected[part] for part in ("accepted", "rejects", "totals", "suspect")}


@pytest.mark.parametrize("folder", CASES, ids=lambda p: p.name)
def test_it_says_what_it_did(folder: Path) -> None:
    intake, expected = read(folder)
    said = [(note.column, note.message, note.rows) for *_, note in intake.notes]
    for entry in expected["log"]:
        assert any((c, n) == (entry["column"], entry["rows"]) and entry["message"] in m for c, m, n in said), (entry, said)
    repaired = [(entry["column"], entry["rows"]) for entry in expected["log"] if "规范化" in entry["message"]]
    assert sorted((c, n) for c, m, n in said if "规范化" in m) == sorted(repaired)


@pytest.mark.parametrize("folder", CASES, ids=lambda p: p.name)
def test_nothing_is_lost(folder: Path) -> None:
    intake, _ = read(folder)
    assert intake.files and intake.unused == ["expected.json"]
    for file in intake.files:
        assert file.read == file.accepted + file.rejected + file.totals
    for money in intake.money:
        assert money.read == money.accepted + money.rejected + money.totals
    for reject in intake.rejects.to_pylist():
        assert reject["file"] and reject["row"] and reject["reason"] and json.loads(reject["row_as_read"])


def naive(path: Path) -> pd.DataFrame:
    """What somebody gets who opens the file with pandas and trusts the header."""
    return pd.read_csv(path) if path.suffix == ".csv" else pd.read_excel(path, engine="calamine")


def canonical(value: Any) -> Any:
    """Equal values alike, whatever their type: 1.50 and 1.5, a timestamp and its day."""
    if value is None or (isinstance(value, float) and value != value) or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    try:
        return Decimal(str(value)).normalize() if not isinstance(value, str) else value
    except InvalidOperation:
        return str(value)


def as_read(frames: list[pd.DataFrame], table: str, wanted: list[str]) -> list[list[Any]]:
    columns = {c.header: c.name for c in TABLES[table].columns} | {c.name: c.name for c in TABLES[table].columns}
    rows = []
    for frame in frames:
        named = frame.rename(columns=columns)
        if not set(wanted) <= set(named.columns):
            return [["the header is not there"]]
        rows += [[canonical(v) for v in row] for row in named[wanted].itertuples(index=False)]
    return rows


@pytest.mark.parametrize("folder", CASES, ids=lambda p: p.name)
def test_a_naive_read_gives_another_answer(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    ((table, rows),) = expected["accepted"].items()
    wanted = [name for name in (rows[0] if rows else {"amount": None}) if name != "row"]
    kinds = {c.name: c.kind for c in TABLES[table].columns}
    right = [
        [
            Decimal(row[name]).normalize()
            if kinds[name] in ("money", "ratio", "decimal", "integer") and row[name] is not None
            else row[name]
            for name in wanted
        ]
        for row in rows
    ]
    try:
        frames = [naive(path) for path in sorted(folder.iterdir()) if path.suffix != ".json"]
    except (UnicodeDecodeError, pd.errors.ParserError, ValueError, ImportError):
        return  # it does not open at all
    assert as_read(frames, table, wanted) != right


def test_the_corpus_holds_every_kind_of_dirt_twice() -> None:
    with (DIRT / "index.csv").open(encoding="utf-8", newline="") as stream:
        index = list(csv.DictReader(stream))
    places = defaultdict(set)
    for entry in index:
        path = DIRT / entry["file"]
        assert path.is_file()
        table = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))["accepted"]
        places[entry["item"]] |= {(name, entry["file"]) for name in table}
    assert len({entry["file"] for entry in index}) >= 60
    once = {item for item, where in places.items() if len({t for t, _ in where}) < 2}
    assert once == set(), "in different tables"
    assert len(places) >= 40
