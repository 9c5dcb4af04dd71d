"""Files as bureaus hand them in: a workbook (title row, unit line, 合计 row), GBK CSV, Parquet."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from fundaudit.contract import TABLES

WAN = Decimal(10_000)
Row = dict[str, Any]


def write_workbook(path: Path, county: str, tables: dict[str, list[Row]], in_yuan: set[str]) -> None:
    """One sheet per table under its Chinese title. Money in 万元 except in the tables of `in_yuan`.

    A cell may hold text where money is expected: it is written as it is, as people do.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": dt.datetime(2023, 1, 3)})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14, "align": "center"}),
        "header": book.add_format({"bold": True, "border": 1, "bg_color": "#DDE6F0", "text_wrap": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "text": book.add_format({"num_format": "@"}),
    }
    for name, rows in tables.items():
        _write_sheet(book.add_worksheet(TABLES[name].title), county, name, rows, "元" if name in in_yuan else "万元", formats)
    book.close()


def _write_sheet(sheet: Any, county: str, name: str, rows: list[Row], unit: str, formats: dict[str, Any]) -> None:
    table = TABLES[name]
    columns = [c for c in table.columns if any(row.get(c.name) is not None for row in rows)]
    money = [c.name for c in columns if c.kind == "money"]
    sheet.merge_range(0, 0, 0, max(len(columns) - 1, 1), f"{county}{table.title}", formats["title"])
    if money:
        sheet.write_string(1, len(columns) - 1, f"单位：{unit}")
    for j, column in enumerate(columns):
        sheet.write_string(2, j, column.header, formats["header"])
    for i, row in enumerate(rows, start=3):
        for j, column in enumerate(columns):
            _write_cell(sheet, i, j, row.get(column.name), column.kind, unit, formats)
    sheet.set_column(0, len(columns) - 1, 16)
    sheet.freeze_panes(3, 0)
    if money:
        end = 3 + len(rows)
        sheet.write_string(end, 0, "合计")
        for j, column in enumerate(columns):
            if column.kind == "money":
                amounts = [row[column.name] for row in rows if isinstance(row.get(column.name), Decimal)]
                _write_cell(sheet, end, j, sum(amounts, Decimal(0)), "money", unit, formats)


def _write_cell(sheet: Any, i: int, j: int, value: Any, kind: str, unit: str, formats: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(i, j, "是" if value else "否")
    elif isinstance(value, dt.date):
        sheet.write_datetime(i, j, dt.datetime(value.year, value.month, value.day), formats["date"])
    elif isinstance(value, Decimal):
        amount = value / WAN if kind == "money" and unit == "万元" else value
        sheet.write_number(i, j, float(amount))
    elif isinstance(value, int | float):
        sheet.write_number(i, j, value)
    else:
        sheet.write_string(i, j, value, formats["text"] if kind == "id" else None)


def write_csvs(folder: Path, tables: dict[str, list[Row]]) -> None:
    """One GB18030 CSV per table under its Chinese title, Chinese headers with units, money in 元, dates as 2022/3/5."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        table = TABLES[name]
        columns = [c for c in table.columns if any(row.get(c.name) is not None for row in rows)]
        headers = [c.header + ("（元）" if c.kind == "money" else "") for c in columns]
        with (folder / f"{table.title}.csv").open("w", encoding="gb18030", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(headers)
            writer.writerows([_csv_text(row.get(c.name)) for c in columns] for row in rows)


def _csv_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return f"{value.year}/{value.month}/{value.day}"
    return format(value, ",f") if isinstance(value, Decimal) else str(value)


def write_parquets(folder: Path, tables: dict[str, list[Row]]) -> None:
    """One Parquet file per table under its English name; a money column that holds text is a text column."""
    for name, rows in tables.items():
        arrays = {}
        for column in TABLES[name].columns:
            values = [row.get(column.name) for row in rows]
            if all(v is None for v in values):
                continue
            texts = any(isinstance(v, str) for v in values)
            arrays[column.name] = pa.array([_csv_text(v) if v is not None else None for v in values] if texts else values)
        pq.write_table(pa.table(arrays), folder / f"{name}.parquet", compression="zstd")
