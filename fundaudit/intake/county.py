"""A county's files, read together: what was accepted, rejected and read of each, and that nothing was lost."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fundaudit.contract import TABLES, Column, Table
from fundaudit.intake import keeping
from fundaudit.intake.assign import Unread, assign
from fundaudit.intake.canonical import REJECT_SCHEMA, TEXTS, arrow_schema
from fundaudit.intake.columns import Note
from fundaudit.intake.copies import without_copies
from fundaudit.intake.files import Handed, handed_in
from fundaudit.intake.keeping import FileRead, folder_of
from fundaudit.intake.keys import settle_keys
from fundaudit.intake.links import link
from fundaudit.intake.readers import IntakeError
from fundaudit.intake.readers.ooxml import saved_on
from fundaudit.intake.rows import Reading, plain, read_rows, sum_of
from fundaudit.intake.totals import PrintedTotal
from fundaudit.parameters import Parameters

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class SheetRead:
    """What became of one sheet of one file, in rows; `sha256` is the whole file's (of a query, its result's), `saved_on` the day
    that a workbook itself names."""

    file: str
    sheet: str
    table: str
    sha256: str
    read: int
    accepted: int
    repaired: int
    rejected: int
    totals: int
    saved_on: date | None = None


@dataclass(frozen=True)
class MoneyRead:
    """What became of one money column of one sheet, in yuan: `read` = `accepted` + `rejected` + `totals`.

    `unreadable` counts the cells whose amount is in none of them; the first ones are named in `cells`.
    """

    file: str
    sheet: str
    table: str
    column: str
    read: Decimal
    accepted: Decimal
    rejected: Decimal
    totals: Decimal
    unreadable: int = 0
    cells: str = ""


@dataclass
class Intake:
    """A county's canonical tables, and everything that was said of its files."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    rejects: pa.Table = field(default_factory=lambda: REJECT_SCHEMA.empty_table())
    files: list[SheetRead] = field(default_factory=list)
    money: list[MoneyRead] = field(default_factory=list)
    printed: list[tuple[str, str, str, PrintedTotal]] = field(default_factory=list)  # table, file, sheet, total
    notes: list[tuple[str, str, str, Note]] = field(default_factory=list)  # table, file, sheet, note
    unused: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)  # what looks like a table and was not read
    copies: list[tuple[str, str]] = field(default_factory=list)  # a copy, and what it is a copy of: used once
    read_anew: list[str] = field(default_factory=list)  # files that were opened; the others were kept from before


def read_county(
    parameters: Parameters,
    kept: Path | None = None,
    problems: list[str] | None = None,
    files: Iterable[Handed] | None = None,
) -> Intake:
    """Read every table of a county. IntakeError names every file or required column that stops it; with a list `problems`
    they are put there, and the other files are read.

    With a folder `kept`, what was read of a file is kept there and taken from there while the file, its place in the
    parameters and the contract stay the same. `files`: what is handed in, where somebody has opened it already.
    """
    found: list[str] = []
    own = _read_files(handed_in(parameters, found) if files is None else files, parameters, kept, found)
    if problems is not None:
        problems += found
    elif found:
        raise IntakeError("；\n".join(found))
    own, copies, doubtful = without_copies(own, parameters)
    intake = Intake(
        unused=[place for file in own for place in file.unused],
        unread=[unread for file in own for unread in file.unread] + doubtful,
        copies=copies,
        read_anew=[file.name for file in own if file.sha256 and not file.was_kept],
    )
    rejects: list[dict[str, Any]] = []
    for name, table in TABLES.items():
        if parts := [reading for file in own for reading in file.readings if reading.table == name]:
            link(table, parts, intake.tables)
            settle_keys(table, parts)
            taken = [_take(intake, table, part) for part in parts]
            intake.tables[name] = pa.concat_tables([accepted for accepted, _ in taken]).combine_chunks()
            rejects += [row for _, rows in taken for row in rows]
    _date_household_lines(intake)
    intake.rejects = pa.Table.from_pylist(rejects, schema=REJECT_SCHEMA)
    return intake


def _read_files(files: Iterable[Handed], parameters: Parameters, kept: Path | None, problems: list[str]) -> list[FileRead]:
    """Every file as its tables, as kept or anew; `problems` takes what is wrong with those that cannot be used."""
    found, used = list[FileRead](), set[Path]()
    for handed in files:
        try:
            folder = None  # of a query nobody knows whether its answer has changed
            if kept and handed.path and handed.may_hold_a_table:
                folder = folder_of(kept, handed.path, handed.sha256, parameters)
            file = keeping.read(folder) if folder else None
            if file is None:
                file = _read_file(handed, parameters)
                if folder:
                    keeping.write(folder, file)
            found.append(file)
            used |= {folder} if folder else set()
        except IntakeError as error:
            problems.append(str(error))
    if kept and not problems:
        keeping.forget_others(kept, used)
    return found


def _read_file(handed: Handed, parameters: Parameters) -> FileRead:
    """The tables of a file, and what of it is used for none. IntakeError lists every sheet that cannot be used."""
    assigned, unused, unread = assign(handed, parameters)
    if not handed.may_hold_a_table:
        return FileRead(handed.name, "", [], unused, unread)
    readings, problems = [], []
    for own in assigned:
        try:
            if own.refusal:
                raise IntakeError(own.refusal)
            reading = read_rows(own.sheet, own.table, own.header, own.source, parameters.settings)
            reading.sha256, reading.saved_on = handed.sha256, saved_on(handed.path) if handed.path else None
            readings.append(reading)
        except IntakeError as error:
            problems.append(str(error))
    if problems:
        raise IntakeError("；\n".join(problems))
    return FileRead(handed.sheets[0].file if handed.query else handed.name, handed.sha256, readings, unused, unread)


def _take(intake: Intake, table: Table, part: Reading) -> tuple[pa.Table, list[dict[str, Any]]]:
    """A sheet's accepted rows and its rejects, both accounted for."""
    n = len(part.numbers)
    provenance = {
        "source_file": pa.repeat(pa.scalar(part.file), n),
        "source_sheet": pa.repeat(pa.scalar(part.sheet), n),
        "source_row": pa.array(part.numbers),
    }
    rows = pa.table([{**part.columns, **provenance}[name] for name in arrow_schema(table).names], arrow_schema(table))
    good = np.ones(n, bool)
    good[list(part.problems)] = False
    accepted = rows if good.all() else rows.filter(pa.array(good))
    bad = sorted(part.problems)
    rejects = _rejects(table, part, bad, rows.take(pa.array(bad, pa.int64())).select(table.names).to_pylist())
    if part.read != accepted.num_rows + len(rejects) + part.totals:
        raise IntakeError(f"{part.place}：读入 {part.read} 行，与采用、未采用、合计行数之和不符，请联系维护人员")
    repaired = int((np.diff(accepted["raw"].combine_chunks().offsets.to_numpy()) > 0).sum()) if accepted.num_rows else 0
    counts = (part.read, accepted.num_rows, repaired, len(rejects), part.totals)
    intake.files.append(SheetRead(part.file, part.sheet, table.name, part.sha256, *counts, part.saved_on))
    for column in table.columns:
        if column.kind == "money" and column.name in part.mapping.values():
            intake.money.append(_money(part, column, accepted, rejects))
    intake.printed += [(table.name, part.file, part.sheet, total) for total in part.printed]
    intake.notes += [(table.name, part.file, part.sheet, note) for note in part.notes]
    return accepted, rejects


def _money(part: Reading, column: Column, accepted: pa.Table, rejects: list[dict[str, Any]]) -> MoneyRead:
    """A money column's sums, from what was read, accepted and rejected: counted apart, they must agree."""
    totals = sum((t.printed for t in part.printed if t.column == column.name and t.printed is not None), ZERO)
    rejected = sum((Decimal(r["readable"][column.name]) for r in rejects if column.name in r["readable"]), ZERO)
    own = MoneyRead(
        part.file,
        part.sheet,
        part.table,
        column.name,
        sum_of(part.columns[column.name]) + totals,
        sum_of(accepted[column.name]),
        rejected,
        totals,
        len(unread := [u for u in part.unread_money if u.column == column.name]),
        "；".join(f"第 {u.row} 行 {u.found}" for u in unread[:20]),
    )
    if own.read != own.accepted + own.rejected + own.totals:
        raise IntakeError(f"{part.place}：{column.header}读到的金额与采用、未采用、合计之和不符，请联系维护人员")
    return own


def _rejects(table: Table, part: Reading, bad: list[int], values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for k, value, text in zip(bad, values, part.as_read(bad), strict=True):
        problems = part.problems[k]
        unread = {p.column for p in problems if p.kind == "unread"}
        headers = [table.column(p.column).header if p.column else "整行" for p in problems]
        rows.append(
            {
                "table": table.name,
                "file": part.file,
                "sheet": part.sheet,
                "row": int(part.numbers[k]),
                "column": "、".join(dict.fromkeys(headers)),
                "found": "；".join(p.found for p in problems if p.found),
                "reason": "；".join(p.reason for p in problems),
                "alike": any(p.kind == "alike" for p in problems),
                "row_as_read": text,
                "readable": {n: plain(v) for n, v in value.items() if v is not None and n not in unread},
            }
        )
    return rows


def _date_household_lines(intake: Intake) -> None:
    """A household line without a date takes its payment's, else the end of its period."""
    lines = intake.tables.get("household_payments")
    if lines is None or not lines["paid_on"].null_count:
        return
    paid: dict[str, date] = {}
    if (payments := intake.tables.get("payments")) is not None:
        for payment_id, day in zip(payments["payment_id"].to_pylist(), payments["paid_on"].to_pylist(), strict=True):
            paid[payment_id] = min(day, paid.get(payment_id, day))
    days, from_payment, from_period = [], 0, list[int]()
    for k, (day, payment_id, period) in enumerate(
        zip(*(lines[n].to_pylist() for n in ("paid_on", "payment_id", "period")), strict=True)
    ):
        if day is None and payment_id in paid:
            day, from_payment = paid[payment_id], from_payment + 1
        elif day is None and period is not None:
            year, month = int(period[:4]), int(period[5:])
            day = date(year, month, calendar.monthrange(year, month)[1])
            from_period.append(k)
        days.append(day)
    index = lines.column_names.index("paid_on")
    dated = lines.set_column(index, "paid_on", pa.array(days, pa.date32()))
    if from_period:  # their cell was empty: no check may take the end of the period for the day of payment
        raw = lines["raw"].to_pylist()
        for k in from_period:
            raw[k] = [*(raw[k] or ()), ("paid_on", "")]
        dated = dated.set_column(dated.column_names.index("raw"), "raw", pa.array(raw, TEXTS))
    intake.tables["household_payments"] = dated.cast(arrow_schema(TABLES["household_payments"]))
    for count, source in ((from_payment, "所属支付凭证的支付日期"), (len(from_period), "发放月份的末日")):
        if count:
            note = Note("paid_on", f"没有发放日期，取{source}", count)
            intake.notes.append(("household_payments", "", "", note))


def write_tables(intake: Intake, folder: Path) -> None:
    """`tables/<table>.parquet` and `rejects.parquet` under `folder`, with explicit schemas."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, table in intake.tables.items():
        pq.write_table(table, folder / "tables" / f"{name}.parquet", compression="zstd")
    pq.write_table(intake.rejects, folder / "rejects.parquet", compression="zstd")
