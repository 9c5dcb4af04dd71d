"""Intake beside the yardsticks, in one run: a workbook beside bare calamine, a CSV beside DuckDB's own reader.

    python benchmarks/intake.py [--quick]

Both sides of a pair take turns; the medians are compared. Each side starts from the file and ends with what it is for:
a pandas frame and canonical tables, or a Parquet file each.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import xlsxwriter
from python_calamine import CalamineWorkbook

from fundaudit.intake import Intake, read_county, write_tables
from fundaudit.parameters import Parameters

HEADERS = [
    "支付凭证号",
    "项目编号",
    "支付日期",
    "支付金额",
    "收款方名称",
    "收款方账号",
    "收款账户性质",
    "结算方式",
    "用途",
    "分配编号",
]


def row(i: int) -> list[object]:
    """A made-up payment."""
    day = dt.date(2022, 1 + i % 12, 1 + i % 28)
    ids = [f"ZF{i:08d}", f"XM{i % 500:04d}"]
    return [
        *ids,
        day,
        round(i * 1.37, 2),
        f"某某公司{i % 3000}",
        f"62{i:017d}",
        "最终收款人",
        "转账",
        "工程进度款",
        f"FP{i % 900}",
    ]


def workbook(folder: Path, rows: int) -> Path:
    path = folder / "支付明细.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("支付明细")
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADERS)
    for i in range(1, rows + 1):
        own = row(i)
        sheet.write_row(i, 0, own[:2])
        sheet.write_datetime(i, 2, dt.datetime.combine(own[2], dt.time()), date)
        sheet.write_row(i, 3, own[3:])
    book.close()
    return path


def text_table(folder: Path, rows: int) -> Path:
    path = folder / "支付明细.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADERS)
        writer.writerows(row(i) for i in range(1, rows + 1))
    return path


def intake(folder: Path, kept: Path | None = None) -> Intake:
    return read_county(Parameters(county="110101", name="测试县", data=folder), kept)


def bare_calamine(path: Path) -> None:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    pd.DataFrame(rows[1:], columns=rows[0])


def duckdbs_own(path: Path, target: Path) -> None:
    con = duckdb.connect()
    con.execute(f"COPY (FROM read_csv('{path}')) TO '{target}'")
    con.close()


def into_parquet(folder: Path, out: Path, kept: Path | None = None) -> None:
    write_tables(intake(folder, kept), out)


def medians(rounds: int, *sides: Callable[[], object]) -> list[float]:
    """The sides in turn, `rounds` times; the median seconds of each."""
    seconds: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, own in zip(sides, seconds, strict=True):
            start = time.perf_counter()
            side()
            own.append(time.perf_counter() - start)
    return [statistics.median(own) for own in seconds]


def say(what: str, yardstick: str, theirs: float, ours: float, limit: float | None) -> None:
    asked = "" if limit is None else f", at most {limit} asked for"
    print(f"{what}: {yardstick} {theirs:.2f} s, intake {ours:.2f} s, {ours / theirs:.2f} times{asked}")


def main() -> None:
    """Prints one line per pair."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, three rounds")
    quick = parser.parse_args().quick
    share, rounds = (10, 3) if quick else (1, 7)
    print(f"{os.cpu_count()} cores, median of {rounds} rounds, both sides in turn")
    with tempfile.TemporaryDirectory() as place:
        books, texts, out = Path(place) / "xlsx", Path(place) / "csv", Path(place) / "out"
        for folder in (books, texts, out):
            folder.mkdir()
        book, text = workbook(books, 200_000 // share), text_table(texts, 1_000_000 // share)
        theirs, ours = medians(rounds, lambda: bare_calamine(book), lambda: intake(books))
        say(f"xlsx, {200_000 // share:,} rows", "bare calamine into pandas", theirs, ours, 1.5)
        target = out / "theirs.parquet"
        theirs, ours = medians(rounds, lambda: duckdbs_own(text, target), lambda: into_parquet(texts, out))
        say(f"CSV, {1_000_000 // share:,} rows", "DuckDB's read_csv into Parquet", theirs, ours, 3)
        kept = out / "kept"
        into_parquet(texts, out, kept)
        theirs, ours = medians(rounds, lambda: duckdbs_own(text, target), lambda: into_parquet(texts, out, kept))
        say("the same CSV again, unchanged", "DuckDB's read_csv into Parquet", theirs, ours, None)


if __name__ == "__main__":
    main()
