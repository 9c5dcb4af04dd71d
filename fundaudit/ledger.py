"""The ledger: canonical tables in a locked DuckDB connection, cut at the audit date, with the shared views.

Checks see nothing but this connection: no files, no settings, no rows after the audit date.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from chinese_calendar import holidays, workdays

from fundaudit.contract import END, LINK_KEYS, TABLES, Table
from fundaudit.intake import REJECT_SCHEMA, Unread, arrow_schema
from fundaudit.intake.headers import fold
from fundaudit.intake.identity import invalid_reasons, name_key
from fundaudit.intake.links import doc_key
from fundaudit.parameters import Settings

if TYPE_CHECKING:
    import pandas as pd


class LedgerError(Exception):
    """Canonical tables that cannot be used; says in Chinese which and why."""


@dataclass
class Ledger:
    """A locked connection and what was put into it. `rows` and `rejected` count per table."""

    con: duckdb.DuckDBPyConnection
    as_of: date
    settings: Settings
    rows: dict[str, int]  # accepted rows before the cut
    rejected: dict[str, int]
    unread: dict[str, list[str]] = field(default_factory=dict)  # table → what looks like it and was not read

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, seconds: float | None = None) -> pa.Table:
        """Run one statement in a read-only transaction that is rolled back; interrupted after `seconds`."""
        cursor = self.con.cursor()
        timer = threading.Timer(seconds, cursor.interrupt) if seconds else None
        cursor.execute("BEGIN TRANSACTION READ ONLY")
        try:
            if timer:
                timer.start()
            return cursor.sql(sql, params=dict(parameters or {})).to_arrow_table()
        finally:
            if timer:
                timer.cancel()
            cursor.execute("ROLLBACK")
            cursor.close()

    def close(self) -> None:
        self.con.close()


def to_frame(table: pa.Table) -> pd.DataFrame:
    """The one way from Arrow to pandas: decimals stay exact, dates stay dates."""
    import pandas as pd

    return table.to_pandas(types_mapper=pd.ArrowDtype)


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
    with tempfile.TemporaryDirectory(prefix="fundaudit-") as temporary:
        con = duckdb.connect(":memory:")
        try:
            con.execute(f"SET threads = {int(threads or os.environ.get('FUNDAUDIT_THREADS', 0) or os.cpu_count() or 1)}")
            con.execute(f"SET memory_limit = '{settings.limits.memory}'")
            con.execute(f"SET temp_directory = '{temporary}'")
            con.execute("SET python_enable_replacements = false")
            for name, table in TABLES.items():
                _load(con, table, tables.get(name), as_of)
            _load_audit(con, as_of, settings)
            _put(con, "working_days", _working_days())
            _load_rejects(con, rejects, as_of)
            _load_documents(con)
            con.execute(_sql("ledger.sql"))
            if people:
                _load_people(con)
                con.execute(_sql("people.sql"))
            con.execute("SET enable_external_access = false")
            con.execute("SET lock_configuration = true")
            counts: dict[str, int] = defaultdict(int)
            for name in rejects["table"].to_pylist():
                counts[name] += 1
            rows = {name: table.num_rows for name, table in tables.items()}
            waiting: dict[str, list[str]] = defaultdict(list)
            for own in unread:
                waiting[own.table].append(own.place)
            yield Ledger(con, as_of, settings, rows, dict(counts), dict(waiting))
        finally:
            con.close()


def _sql(name: str) -> str:
    return files("fundaudit").joinpath(name).read_text(encoding="utf-8")


def _put(
    con: duckdb.DuckDBPyConnection, name: str, table: pa.Table, select: str = "*", where: str = "true", params: Any = None
) -> None:
    con.register("incoming", table)
    con.execute(f"CREATE TABLE {name} AS SELECT {select} FROM incoming WHERE {where}", params or {})  # noqa: S608 names of ours
    con.unregister("incoming")


def _load(con: duckdb.DuckDBPyConnection, table: Table, rows: pa.Table | None, as_of: date) -> None:
    """One table without the rows after the audit date; completions after it count as empty."""
    rows = arrow_schema(table).empty_table() if rows is None else rows
    replaced = [f"if({c} > $as_of, NULL, {c}) AS {c}" for c in table.completions]
    for name in set(table.completions) & set(table.by_month):  # known to the month: no later than the audit date
        replaced.append(f"if({name} > $as_of, NULL, least({name}{END}, $as_of)) AS {name}{END}")
    select = f"* REPLACE ({', '.join(replaced)})" if replaced else "*"
    where = f"({table.event} IS NULL OR {table.event} <= $as_of)" if table.event else "true"
    _put(con, table.name, rows, select, where, {"as_of": as_of} if replaced or table.event else None)


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


def _load_audit(con: duckdb.DuckDBPyConnection, as_of: date, settings: Settings) -> None:
    numerator, denominator = pace(as_of, settings)
    con.execute(
        "CREATE TABLE audit AS SELECT $as_of AS as_of, $start AS year_start, CAST($num AS DECIMAL(18, 6)) AS pace_num,"
        " CAST($den AS INTEGER) AS pace_den, CAST($open AS VARCHAR[]) AS open_subsidies,"
        " CAST($targeted AS VARCHAR[]) AS targeted_subsidies, CAST($covers AS VARCHAR[]) AS platform_covers",
        {
            "as_of": as_of,
            "start": date(as_of.year, 1, 1),
            "num": numerator,
            "den": denominator,
            "open": [wording_key(word) for word in settings.open_subsidies],
            "targeted": [wording_key(word) for word in settings.targeted_subsidies],
            "covers": settings.platform_covers,
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


def _load_rejects(con: duckdb.DuckDBPyConnection, rejects: pa.Table, as_of: date) -> None:
    """`rejected` (what of each row is readable) and `rejected_keys`. A row alike another one takes nothing away."""
    rows, keys = [], []
    for i, row in enumerate(rejects.cast(REJECT_SCHEMA).to_pylist()):
        readable, table = dict(row["readable"]), TABLES[row["table"]]
        event = _date(readable.get(table.event, ""))
        if row["reason"].startswith("重复行") or (event and event > as_of):
            continue
        amount = readable.get("balance" if table.name == "balances" else "amount")
        rows.append(
            {
                "rejected_id": i,
                "table_name": table.name,
                "event_date": event,
                "amount": None if amount is None else Decimal(amount),
                "own_groups": _own_groups(table, readable),
                "name_key": name_key(readable["name"]) if table.name == "beneficiaries" and "name" in readable else None,
                "household_id": readable.get("household_id"),
                "subsidy": readable.get("subsidy"),
            }
        )
        keys += [
            {"rejected_id": i, "table_name": table.name, "kind": kind, "key": readable[kind]}
            for kind in LINK_KEYS
            if kind in readable
        ]
    text = pa.string()
    _put(
        con,
        "rejected",
        pa.Table.from_pylist(
            rows,
            pa.schema(
                [
                    ("rejected_id", pa.int64()),
                    ("table_name", text),
                    ("event_date", pa.date32()),
                    ("amount", pa.decimal128(18, 2)),
                    ("own_groups", pa.list_(text)),
                    ("name_key", text),
                    ("household_id", text),
                    ("subsidy", text),
                ]
            ),
        ),
    )
    _put(
        con,
        "rejected_keys",
        pa.Table.from_pylist(
            keys,
            pa.schema(
                [
                    ("rejected_id", pa.int64()),
                    ("table_name", text),
                    ("kind", text),
                    ("key", text),
                ]
            ),
        ),
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _own_groups(table: Table, readable: Mapping[str, str]) -> list[str]:
    """The fund groups that a rejected indicator names itself."""
    if table.name != "indicators":
        return []
    groups = [f"{tag}:{readable[tag]}" for tag in ("fund_type", "direct_tag") if tag in readable]
    if readable.get("direct_tag") in ("直达", "参照直达"):
        groups.append("direct_tag:直达+参照直达")
    if "integrated" in readable:
        groups.append("integrated:" + ("是" if readable["integrated"] == "true" else "否"))
    return groups


def wording_key(text: str) -> str:
    """A text as checks compare it: NFKC in lower case without white space and invisible characters, brackets of one width."""
    return fold(text)


def _load_keys(con: duckdb.DuckDBPyConnection, name: str, query: str, column: str, key: Callable[[str], str]) -> None:
    """A helper table of distinct texts with what they are compared by."""
    texts = [t for (t,) in con.execute(query).fetchall() if t]
    _put(con, name, pa.table({column: pa.array(texts, pa.string()), "key": pa.array(map(key, texts), pa.string())}))


def _load_documents(con: duckdb.DuckDBPyConnection) -> None:
    """`documents`: how a document number is compared."""
    _load_keys(con, "documents", "SELECT doc_no FROM indicators UNION SELECT doc_no FROM payments", "doc_no", doc_key)


def _load_people(con: duckdb.DuckDBPyConnection) -> None:
    """`names` (how a name is compared), `wordings` (how a subsidy is), `identities` (why a number is invalid), `net_lines`."""
    _load_keys(con, "wordings", "SELECT subsidy FROM household_payments UNION SELECT subsidy FROM standards", "text", wording_key)
    people = "SELECT {0} FROM household_payments UNION SELECT {0} FROM beneficiaries UNION SELECT {0} FROM registers"
    _load_keys(con, "names", people.format("name"), "name", name_key)
    numbers = con.sql(f"SELECT * FROM ({people.format('id_number')}) WHERE id_number IS NOT NULL").to_arrow_table()  # noqa: S608
    reasons = invalid_reasons(numbers["id_number"].combine_chunks())
    _put(con, "identities", numbers.append_column("invalid", reasons))
    _load_net_lines(con)


def _load_net_lines(con: duckdb.DuckDBPyConnection) -> None:
    """`net_lines`: what is left of each household line; only people with refunds of a subsidy need thought."""
    refunded = con.execute(
        "WITH lines AS (SELECT line_id, coalesce(id_number, 'line:' || line_id) AS person, subsidy, period, paid_on, amount"
        " FROM household_payments) FROM lines WHERE (person, subsidy) IN (SELECT (person, subsidy) FROM lines WHERE amount < 0)"
    ).fetchall()
    net = net_lines(refunded)
    schema = pa.schema([("line_id", pa.string()), ("net", pa.decimal128(18, 2))])
    _put(con, "refunded_lines", pa.table({"line_id": list(net), "net": list(net.values())}, schema=schema))
    con.execute(
        "CREATE TABLE net_lines AS SELECT line_id, CAST(coalesce(r.net, greatest(h.amount, 0)) AS DECIMAL(18, 2)) AS net"
        " FROM household_payments h LEFT JOIN refunded_lines r USING (line_id)"
    )


Line = tuple[str, str, str, str | None, date | None, Decimal]  # line_id, person, subsidy, period, paid_on, amount


def net_lines(lines: list[Line]) -> dict[str, Decimal]:
    """line_id → what is left of a line after refunds (0 for refunds themselves).

    Refunds are taken in order of paid_on, then line_id. Each cancels the latest line paid on or before its day
    of the same person, subsidy and amount (the same period first, where it names one); else it reduces the
    lines of that person and subsidy on or before its day, latest first, until it is used up.
    """
    left = {line[0]: max(line[5], Decimal(0)) for line in lines}
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line[1], line[2]].append(line)
    for group in groups.values():
        refunds = sorted((x for x in group if x[5] < 0), key=lambda x: (x[4] or date.max, x[0]))
        for refund in refunds:
            _take_back(refund, group, left)
    return left


def _take_back(refund: Line, group: list[Line], left: dict[str, Decimal]) -> None:
    owed, day = -refund[5], refund[4] or date.max
    before = [x for x in group if left[x[0]] > 0 and (x[4] or date.min) <= day]
    before.sort(key=lambda x: (x[4] or date.min, x[0]), reverse=True)
    equal = [x for x in before if left[x[0]] == owed]
    same_period = [x for x in equal if refund[3] and x[3] == refund[3]]
    if equal:
        left[(same_period or equal)[0][0]] = Decimal(0)
        return
    for line in before:
        taken = min(owed, left[line[0]])
        left[line[0]] -= taken
        owed -= taken
        if not owed:
            return
