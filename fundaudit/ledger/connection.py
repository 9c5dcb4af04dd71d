"""The ledger: canonical tables in a locked DuckDB connection, cut at the audit date, with the shared views.

Checks see nothing but this connection: no files, no settings, no rows after the audit date.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from chinese_calendar import holidays, workdays

from fundaudit.contract import END, TABLES, Table
from fundaudit.intake import Unread, arrow_schema
from fundaudit.intake.links import doc_key
from fundaudit.ledger.database import put, put_keys, script
from fundaudit.ledger.people import load_people
from fundaudit.ledger.refunds import load_taken_back
from fundaudit.ledger.rejects import load_rejects
from fundaudit.ledger.suspects import suspects
from fundaudit.ledger.wording import Wording, wording_key, wording_of
from fundaudit.parameters import Settings

if TYPE_CHECKING:
    import pandas as pd


class LedgerError(Exception):
    """Canonical tables that cannot be used; says in Chinese which and why."""


@dataclass(frozen=True)
class YearMoney:
    """The money of the main budget year, in yuan: the audit year where money of it came, else the latest before it."""

    year: int
    amount: Decimal
    allocated: Decimal
    paid: Decimal


@dataclass
class Ledger:
    """A locked connection and what was put into it. `rows`, `rejected` and `suspect` count per table."""

    con: duckdb.DuckDBPyConnection
    as_of: date
    settings: Settings
    rows: dict[str, int]  # accepted rows before the cut
    rejected: dict[str, int]
    suspect: dict[str, int]  # keys of money that may have lost digits
    unread: dict[str, list[str]] = field(default_factory=dict)  # table → what looks like it and was not read
    side_by_side: int = 1  # checks that may be judged at a time
    _filled: dict[str, dict[str, int]] = field(default_factory=dict)

    @contextmanager
    def reading(
        self, seconds: float | None = None, beside: Mapping[str, pa.Table] = MappingProxyType({})
    ) -> Iterator[Callable[..., pa.Table]]:
        """A read-only transaction, rolled back with its temporary tables; interrupted after `seconds`. Yields `read(sql, parameters)`.
        `beside`: tables that stand in it beside the ledger's own."""
        cursor = self.con.cursor()
        for name, table in beside.items():
            cursor.register(name, table)
        timer = threading.Timer(seconds, cursor.interrupt) if seconds else None
        cursor.execute("BEGIN TRANSACTION READ ONLY")

        def read(sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
            if sql.lstrip().startswith(("CREATE", "UPDATE")):  # gives no rows: a relation would bind it twice
                cursor.execute(sql, dict(parameters or {}))
                return pa.table({})
            return cursor.sql(sql, params=dict(parameters or {})).to_arrow_table()

        try:
            if timer:
                timer.start()
            yield read
        finally:
            if timer:
                timer.cancel()
            cursor.execute("ROLLBACK")
            cursor.close()

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, seconds: float | None = None) -> pa.Table:
        """One statement in a transaction of its own."""
        with self.reading(seconds) as read:
            return read(sql, parameters)

    def filled(self, name: str) -> dict[str, int]:
        """How many rows of a table there are (`*`), cut at the audit date, and in how many each column is filled."""
        if name not in self._filled:
            counts = ", ".join(f"count({column}) AS {column}" for column in TABLES[name].names)
            (self._filled[name],) = self.query(f'SELECT count(*) AS "*", {counts} FROM {name}').to_pylist()  # noqa: S608
        return self._filled[name]

    def close(self) -> None:
        self.con.close()


def to_frame(table: pa.Table) -> pd.DataFrame:
    """The one way from Arrow to pandas: decimals stay exact, dates stay dates."""
    import pandas as pd

    return table.to_pandas(types_mapper=pd.ArrowDtype)


# Texts in which checks look for words; one spelling of each stands in the tables already.
FOLDED = """
SELECT payee_name FROM payments UNION SELECT purpose FROM payments UNION SELECT step FROM approvals UNION SELECT contractor FROM contracts
UNION SELECT readable['payee_name'] FROM rejected UNION SELECT readable['purpose'] FROM rejected
"""
# Rows of a county up to which a check is quicker on one thread than on several that wait for each other: several checks at a time.
# Of a larger one two at a time, each on all cores: one is planned while the other runs, and more would hold too much.
SMALL = 100_000
PEOPLE_TABLES = ("beneficiaries", "registers")  # which only the views of people read


@contextmanager
def open_ledger(
    tables: Mapping[str, pa.Table],
    rejects: pa.Table,
    as_of: date,
    settings: Settings,
    threads: int | None = None,
    people: bool = True,
    unread: Iterable[Unread] = (),
) -> Iterator[Ledger]:
    """A ledger over canonical tables, cut at `as_of` and locked; closed on leaving. Without `people`: its money alone.

    `unread` are files and sheets that look like a table and were not read: the checks that need it wait for them.
    """
    pa.default_memory_pool().release_unused()  # what reading the files took, before the database grows
    with tempfile.TemporaryDirectory(prefix="fundaudit-") as temporary:
        con = duckdb.connect(":memory:")
        try:
            small = sum(table.num_rows for table in tables.values()) < SMALL
            cores = int(threads or os.environ.get("FUNDAUDIT_THREADS", 0) or os.cpu_count() or 1)
            con.execute(f"SET threads = {1 if small else cores}")
            con.execute(f"SET memory_limit = '{settings.limits.memory}'")
            con.execute(f"SET temp_directory = '{temporary}'")
            con.execute("SET python_enable_replacements = false")
            current = {name: _until(name, tables.get(name), as_of) for name in TABLES}
            wording = wording_of(current)
            _load_tables(con, {name: wording.unified(name, own) for name, own in current.items()}, as_of, people)
            _load_audit(con, as_of, settings, wording)
            put(con, "working_days", _working_days())
            put_keys(con, "documents", "SELECT doc_no FROM indicators UNION SELECT doc_no FROM payments", "doc_no", doc_key)
            found = list(suspects(current))
            script(con, "texts.sql")
            load_rejects(con, rejects, found, as_of, wording)
            load_taken_back(con, settings.reverse_days)
            if people:
                load_people(con, arrow_schema(TABLES["household_payments"]).names, settings)
            script(con, "money.sql")
            if people:
                put_keys(con, "folded", FOLDED, "text", wording_key)
                script(con, "standards.sql")
                script(con, "formalities.sql")
                script(con, "rejects.sql")
                if rejects.num_rows or found:
                    script(con, "touching.sql")
                script(con, "facts.sql")
                con.unregister("incoming_lines")
            con.execute("SET enable_external_access = false")
            con.execute("SET lock_configuration = true")
            counts = Counter(rejects["table"].to_pylist())
            waiting: dict[str, list[str]] = defaultdict(list)
            for own in unread:
                waiting[own.table].append(own.place)
            rows = {name: table.num_rows for name, table in tables.items()}
            suspect = dict(Counter(own.table for own in found))
            del tables, current, wording  # the database has them: what was read of the files is not held beside it
            pa.default_memory_pool().release_unused()
            yield Ledger(con, as_of, settings, rows, dict(counts), suspect, dict(waiting), cores if small else 2)
        finally:
            con.close()


def _until(name: str, rows: pa.Table | None, as_of: date) -> pa.Table:
    """A table without its rows after the audit date; empty where it was not handed in. Cut here: a condition in the database would
    make it take the household lines for few, and hold all of them beside the table that they are made into."""
    table = TABLES[name]
    if rows is None:
        return arrow_schema(table).empty_table()
    late = pc.fill_null(pc.greater(rows[table.event], pa.scalar(as_of)), False) if table.event else None
    return rows.filter(pc.invert(late)) if late is not None and pc.any(late).as_py() else rows


def _load_tables(con: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], as_of: date, people: bool) -> None:
    """Every table as it stood at the audit date. Household lines stay where they are until they are made into `lines`, each with
    its number `line`: held once."""
    for name, rows in tables.items():
        if name == "household_payments" and people:
            con.register("incoming_lines", rows.append_column("line", pa.array(np.arange(rows.num_rows, dtype=np.int32))))
        else:
            put(con, name, rows, _completed(TABLES[name], as_of))


def _completed(table: Table, as_of: date) -> str:
    """The columns; completions after the audit date count as empty, and what was written there is not unreadable."""
    day = f"DATE '{as_of}'"
    replaced = [f"if({c} > {day}, NULL, {c}) AS {c}" for c in table.completions]
    replaced += [f"if({completion} > {day}, NULL, {c}) AS {c}" for c, completion in table.come_with]
    late = ", ".join(f"if({c} > {day}, '{c}', '')" for c in table.completions)
    replaced += [f"map_from_entries(list_filter(map_entries(raw), lambda e: e.key NOT IN ({late}))) AS raw"] if late else []
    for name in set(table.completions) & set(table.by_month):  # known to the month: no later than the audit date
        replaced.append(f"if({name} <= {day}, least({name}{END}, {day}), NULL) AS {name}{END}")
    return f"* REPLACE ({', '.join(replaced)})" if replaced else "*"


def pace(as_of: date, settings: Settings) -> tuple[Decimal, int]:
    """序时进度 on a day as numerator and denominator: day of year, complete months, or the last node reached."""
    if settings.pace == "nodes":
        reached = [share for day, share in sorted(settings.nodes.items()) if day <= as_of and day.year == as_of.year]
        return (reached[-1] if reached else Decimal(0)), 1
    if settings.pace == "month":
        last_day = as_of.month != (date.fromordinal(as_of.toordinal() + 1)).month
        return Decimal(as_of.month if last_day else as_of.month - 1), 12
    start = date(as_of.year, 1, 1)
    return Decimal((as_of - start).days + 1), (date(as_of.year + 1, 1, 1) - start).days


def _load_audit(con: duckdb.DuckDBPyConnection, as_of: date, settings: Settings, wording: Wording) -> None:
    """`audit`, one row of what the shared views need to know, and the pace as constants."""
    numerator, denominator = pace(as_of, settings)
    con.execute(f"CREATE MACRO pace_num() AS CAST({numerator} AS DECIMAL(18, 6)); CREATE MACRO pace_den() AS {denominator}")
    con.execute(
        "CREATE TABLE audit AS SELECT $as_of AS as_of, $start AS year_start, CAST($platform_covers AS VARCHAR[]) AS platform_covers,"
        " CAST($support_funds AS VARCHAR[]) AS support_funds, CAST($paying_agents AS VARCHAR[]) AS paying_agents",
        {"as_of": as_of, "start": date(as_of.year, 1, 1)}
        | {
            name: [wording.of(word) for word in getattr(settings, name)]
            for name in ("platform_covers", "support_funds", "paying_agents")
        },
    )


@cache
def _working_days() -> pa.Table:
    """Each day of the official calendar's years with the number of working days up to it.

    From the calendar's own days: its `is_workday` looks for the first and last year at each call.
    """
    first, last = date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counts = accumulate(int(day in workdays or (day.weekday() < 5 and day not in holidays)) for day in days)
    return pa.table({"day": pa.array(days, pa.date32()), "nth": pa.array(counts, pa.int32())})


def year_money(ledger: Ledger) -> YearMoney:
    """The sums of the main budget year."""
    sums = (
        "SELECT budget_year AS year, sum(amount) AS amount, sum(allocated) AS allocated, sum(paid) AS paid FROM indicator_money"
    )
    of = {row.pop("year"): row for row in ledger.query(f"{sums} WHERE budget_year IS NOT NULL GROUP BY ALL").to_pylist()}
    own = ledger.as_of.year
    year = own if own in of or not of else max([y for y in of if y <= own] or of)
    return YearMoney(year, *(Decimal(of.get(year, {}).get(name) or 0) for name in ("amount", "allocated", "paid")))
