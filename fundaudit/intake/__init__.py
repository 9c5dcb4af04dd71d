"""Intake: the only reader of county files. Files become typed canonical tables; what is not accepted is kept.

    intake = read_county(parameters)
    intake.tables["payments"]   # pyarrow.Table: contract columns and provenance
    intake.rejects              # every rejected row with its reason and what of it is readable

Rows read = accepted + rejected + totals, per file, checked at run time.
"""

from __future__ import annotations

import calendar
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fundaudit.contract import CONTRACT_VERSION, SAMPLE_KEYS, TABLES, Column, Table
from fundaudit.intake.headers import find_header, table_named
from fundaudit.intake.readers import EXTENSIONS, IntakeError, Sheet, read_sheets, sha256
from fundaudit.intake.rows import Note, PrintedTotal, Problem, Rows, read_rows
from fundaudit.parameters import Parameters, Source

__all__ = ["FileRead", "Intake", "IntakeError", "arrow_schema", "read_county"]

ARROW_TYPES = {
    "text": pa.string(),
    "id": pa.string(),
    "month": pa.string(),
    "money": pa.decimal128(18, 2),
    "date": pa.date32(),
    "bool": pa.bool_(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 6),
    "ratio": pa.decimal128(18, 8),
}
TEXTS = pa.map_(pa.string(), pa.string())
REJECT_SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("found", pa.string()),
        ("reason", pa.string()),
        ("row_as_read", pa.string()),
        ("readable", TEXTS),
    ]
)


@dataclass(frozen=True)
class FileRead:
    """What became of one sheet of one file, in rows; `sha256` is the whole file's."""

    file: str
    sheet: str
    table: str
    sha256: str
    read: int
    accepted: int
    repaired: int
    rejected: int
    totals: int


@dataclass
class Intake:
    """A county's canonical tables, and everything that was said of its files."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    rejects: pa.Table = field(default_factory=lambda: REJECT_SCHEMA.empty_table())
    files: list[FileRead] = field(default_factory=list)
    printed: list[tuple[str, str, str, PrintedTotal]] = field(default_factory=list)  # table, file, sheet, total
    notes: list[tuple[str, str, str, Note]] = field(default_factory=list)  # table, file, sheet, note
    unused: list[str] = field(default_factory=list)


def arrow_schema(table: Table) -> pa.Schema:
    """A canonical table's schema: its contract columns, then provenance."""
    fields = [pa.field(c.name, ARROW_TYPES[c.kind]) for c in table.columns]
    fields += [
        pa.field("source_file", pa.string()),
        pa.field("source_sheet", pa.string()),
        pa.field("source_row", pa.int64()),
        pa.field("raw", TEXTS),
        pa.field("suspect", pa.list_(pa.string())),
        pa.field("extra", TEXTS),
    ]
    return pa.schema(fields, metadata={"contract_version": str(CONTRACT_VERSION), "table": table.name})


def read_county(parameters: Parameters) -> Intake:
    """Read every table of a county's folder. IntakeError where a file or a required column stops the county."""
    intake = Intake()
    found: dict[str, list[tuple[Sheet, Source | None]]] = defaultdict(list)
    for name, sheet, source in _sheets(parameters, intake):
        found[name].append((sheet, source))
    rejects: list[dict[str, Any]] = []
    for name, table in TABLES.items():
        parts = []
        for sheet, source in found.get(name, []):
            header = find_header(sheet, table, source)
            parts.append(read_rows(sheet, table, header, source, parameters.settings))
        if parts:
            rejects += _take_table(intake, table, parts)
    _date_household_lines(intake)
    intake.rejects = pa.Table.from_pylist(rejects, schema=REJECT_SCHEMA)
    return intake


def _sheets(parameters: Parameters, intake: Intake) -> Iterable[tuple[str, Sheet, Source | None]]:
    """(table, sheet, source) for every sheet that holds a table, in the order of file and sheet names."""
    pointed = {table: source for table, source in parameters.sources.items() if source.file}
    taken: set[tuple[str, str]] = set()
    opened: dict[Path, list[Sheet]] = {}

    def sheets_of(path: Path) -> list[Sheet]:
        if path not in opened:
            opened[path] = read_sheets(path)
        return opened[path]

    for table, source in pointed.items():
        path = parameters.data / str(source.file)
        if not path.is_file():
            raise IntakeError(f"{path.name}：参数 sources.{table} 指向的文件不存在，请核对文件名或补交文件")
        chosen = [s for s in sheets_of(path) if not source.sheet or s.name == source.sheet]
        if not chosen:
            names = "、".join(s.name for s in sheets_of(path))
            raise IntakeError(f"{path.name}：没有名为 {source.sheet} 的工作表；有：{names}")
        sheet = next((s for s in chosen if table_named(s.name) == table), chosen[0])
        taken.add((sheet.file, sheet.name))
        yield table, sheet, source
    for path in sorted(parameters.data.iterdir()):
        if path.name.startswith((".", "~$")) or path.name in SAMPLE_KEYS or not path.is_file() or (path.name, "") in taken:
            continue
        named = table_named(path.stem)
        if path.suffix.lower() not in EXTENSIONS or (path.suffix.lower() in (".csv", ".parquet") and not named):
            intake.unused.append(path.name)
            continue
        sheets = [s for s in sheets_of(path) if any(any(str(v or "").strip() for v in row) for row in s.rows)]
        used = False
        for sheet in sheets:
            if (sheet.file, sheet.name) in taken:
                used = True
                continue
            table_name = table_named(sheet.name) or (named if len(sheets) == 1 or sheet is sheets[0] else None)
            if table_name and table_name not in pointed:
                used = True
                yield table_name, sheet, parameters.sources.get(table_name)
            else:
                intake.unused.append(sheet.place)
        if not used and not sheets:
            intake.unused.append(path.name)


def _take_table(intake: Intake, table: Table, parts: list[Rows]) -> list[dict[str, Any]]:
    """Keys made and checked over all sheets of a table, then accepted rows and rejects told apart."""
    _make_keys(table, parts)
    _check_keys(table, parts)
    pieces, rejects = [], []
    for part in parts:
        sheet = part.sheet
        good = [k for k in range(len(part.numbers)) if k not in part.problems]
        columns: dict[str, list[Any]] = {name: [cells[k] for k in good] for name, cells in part.columns.items()}
        columns |= {
            "source_file": [sheet.file] * len(good),
            "source_sheet": [sheet.name] * len(good),
            "source_row": [part.numbers[k] for k in good],
            "raw": [part.raw[k] for k in good],
            "suspect": [part.suspect[k] for k in good],
            "extra": [part.extra[k] for k in good],
        }
        pieces.append(pa.table(columns, schema=arrow_schema(table)))
        rejects += [_reject(table, part, k) for k in sorted(part.problems)]
        _account_for(intake, table, part, len(good))
    intake.tables[table.name] = pa.concat_tables(pieces)
    return rejects


def _account_for(intake: Intake, table: Table, part: Rows, accepted: int) -> None:
    rejected = len(part.problems)
    if part.read != accepted + rejected + part.totals:
        raise IntakeError(f"{part.sheet.place}：读入 {part.read} 行，与接收、拒收、合计行数之和不符，请联系维护人员")
    repaired = sum(1 for k in range(len(part.numbers)) if part.raw[k] and k not in part.problems)
    sheet = part.sheet
    intake.files.append(
        FileRead(sheet.file, sheet.name, table.name, sha256(sheet.path), part.read, accepted, repaired, rejected, part.totals)
    )
    intake.printed += [(table.name, sheet.file, sheet.name, total) for total in part.printed]
    intake.notes += [(table.name, sheet.file, sheet.name, note) for note in part.notes]


def _reject(table: Table, part: Rows, k: int) -> dict[str, Any]:
    problems = part.problems[k]
    bad = {p.column for p in problems if p.unread}
    if k in part.ragged:  # its cells may have shifted: a number in the amount's place says nothing
        bad |= {c.name for c in table.columns if c.kind != "id"}
    readable = {n: _canonical(v[k]) for n, v in part.columns.items() if v[k] is not None and n not in bad}
    headers = [table.column(p.column).header if p.column else "整行" for p in problems]
    return {
        "table": table.name,
        "file": part.sheet.file,
        "sheet": part.sheet.name,
        "row": part.numbers[k],
        "column": "、".join(dict.fromkeys(headers)),
        "found": "；".join(p.found for p in problems if p.found),
        "reason": "；".join(p.reason for p in problems),
        "row_as_read": json.dumps(part.as_read(k), ensure_ascii=False),
        "readable": readable,
    }


def _canonical(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _make_keys(table: Table, parts: list[Rows]) -> None:
    """Keys that a file may leave out: payment lines by their order, household lines by their place, round 1."""
    if table.name == "payments":
        _number_payment_lines(parts)
    elif table.name == "approvals":
        for part in parts:
            part.columns["round"] = [1 if r is None else r for r in part.columns["round"]]
    elif table.name == "household_payments":
        _number_household_lines(parts)


def _number_payment_lines(parts: list[Rows]) -> None:
    """line_no from the order in the file where it has none, past the numbers that the file gives itself.

    Counted per file: the same voucher in a second file is the same line again, and is told as a duplicate.
    """
    given: dict[tuple[str, str], set[int]] = defaultdict(set)
    for part in parts:
        for payment_id, line_no in zip(part.columns["payment_id"], part.columns["line_no"], strict=True):
            if line_no is not None:
                given[part.sheet.file, payment_id].add(line_no)
    for part in parts:
        for k, payment_id in enumerate(part.columns["payment_id"]):
            if part.columns["line_no"][k] is None:
                used = given[part.sheet.file, payment_id]
                part.columns["line_no"][k] = next(n for n in range(1, len(used) + 2) if n not in used)
                used.add(part.columns["line_no"][k])


def _number_household_lines(parts: list[Rows]) -> None:
    """line_id from file, sheet and row where absent, and for every row whose number restarts elsewhere."""
    seen: dict[str, list[tuple[Rows, int]]] = defaultdict(list)
    for part in parts:
        for k, line_id in enumerate(part.columns["line_id"]):
            if line_id is None:
                part.columns["line_id"][k] = _place(part, k)
            else:
                seen[line_id].append((part, k))
    for rows in seen.values():
        if len({_alike(part, k) for part, k in rows}) > 1:
            for part, k in rows:
                part.columns["line_id"][k] = _place(part, k)


def _place(part: Rows, k: int) -> str:
    return f"{part.sheet.place}第{part.numbers[k]}行"


def _alike(part: Rows, k: int) -> tuple[Any, ...]:
    return (*(cells[k] for cells in part.columns.values()), tuple(sorted(part.extra[k].items())))


def _check_keys(table: Table, parts: list[Rows]) -> None:
    """A key that occurs twice: alike rows are one row, differing ones are all rejected."""
    if not table.key:
        return
    seen: dict[tuple[Any, ...], list[tuple[Rows, int]]] = defaultdict(list)
    for part in parts:
        for k, key in enumerate(zip(*(part.columns[name] for name in table.key), strict=True)):
            required = (v for n, v in zip(table.key, key, strict=True) if table.column(n).required)
            if all(v is not None for v in required):
                seen[key].append((part, k))
    named = "、".join(table.column(n).header for n in table.key)
    for key, rows in seen.items():
        if len(rows) == 1:
            continue
        shown = "、".join(str(v) for v in key if v is not None)
        first = _place(*rows[0])
        alike = len({_alike(part, k) for part, k in rows}) == 1
        for part, k in rows[1:] if alike else rows:
            reason = f"重复行：与{first}各列相同，只计一次" if alike else f"主键冲突：{named}重复而内容不同，无法确定以哪一行为准"
            part.problems.setdefault(k, []).append(Problem(table.key[0], "" if alike else shown, reason))


def _date_household_lines(intake: Intake) -> None:
    """A household line without a date takes its payment's, else the end of its period."""
    lines = intake.tables.get("household_payments")
    if lines is None:
        return
    paid: dict[str, date] = {}
    if (payments := intake.tables.get("payments")) is not None:
        for payment_id, day in zip(payments["payment_id"].to_pylist(), payments["paid_on"].to_pylist(), strict=True):
            paid[payment_id] = min(day, paid.get(payment_id, day))
    days, from_payment, from_period = [], 0, 0
    for day, payment_id, period in zip(*(lines[name].to_pylist() for name in ("paid_on", "payment_id", "period")), strict=True):
        if day is None and payment_id in paid:
            day, from_payment = paid[payment_id], from_payment + 1
        elif day is None and period is not None:
            year, month = int(period[:4]), int(period[5:])
            day, from_period = date(year, month, calendar.monthrange(year, month)[1]), from_period + 1
        days.append(day)
    index = lines.column_names.index("paid_on")
    dated = lines.set_column(index, "paid_on", pa.array(days, pa.date32()))
    intake.tables["household_payments"] = dated.cast(arrow_schema(TABLES["household_payments"]))
    for count, source in ((from_payment, "所属支付凭证的支付日期"), (from_period, "发放月份的末日")):
        if count:
            note = Note("paid_on", f"没有发放日期，取{source}", count)
            intake.notes.append(("household_payments", "", "", note))


def write_tables(intake: Intake, folder: Path) -> None:
    """`tables/<table>.parquet` and `rejects.parquet` under `folder`, with explicit schemas."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, table in intake.tables.items():
        pq.write_table(table, folder / "tables" / f"{name}.parquet", compression="zstd")
    pq.write_table(intake.rejects, folder / "rejects.parquet", compression="zstd")


def header_of(table: str, column: str) -> str:
    """The Chinese header of a contract column; the text itself for a column the contract does not know; （整表） for none."""
    found: Column | None = next((c for c in TABLES[table].columns if c.name == column), None)
    return found.header if found else column or "（整表）"
