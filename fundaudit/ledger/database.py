"""Small steps with the database that the parts of the ledger share."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa


def put(
    con: duckdb.DuckDBPyConnection, name: str, table: pa.Table, select: str = "*", where: str = "true", params: Any = None
) -> None:
    """A table of the database from an Arrow table."""
    empty = (name, str(table.schema), select == "*") if not table.num_rows else None
    if empty in _MADE:  # most tables of a small county: said in words it takes a fraction of the time
        con.execute(_MADE[empty])
        return
    con.register("incoming", table)
    con.execute(f"CREATE TABLE {name} AS SELECT {select} FROM incoming WHERE {where}", params or {})  # noqa: S608 names of ours
    con.unregister("incoming")
    if empty:
        ((_MADE[empty],),) = con.execute("SELECT sql FROM duckdb_tables() WHERE table_name = $name", {"name": name}).fetchall()


_MADE: dict[tuple[str, str, bool], str] = {}  # how a table without rows is made: name, columns, whether they stay as they are


def put_keys(con: duckdb.DuckDBPyConnection, name: str, query: str, column: str, key: Callable[[str], str]) -> None:
    """A helper table of distinct texts with what they are compared by."""
    texts = [t for (t,) in con.execute(query).fetchall() if t]
    put(con, name, pa.table({column: pa.array(texts, pa.string()), "key": pa.array(map(key, texts), pa.string())}))


def script(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Runs one of the SQL files beside this module; read once a process."""
    if name not in _READ:
        _READ[name] = con.extract_statements(files("fundaudit.ledger").joinpath(name).read_text(encoding="utf-8"))
    for statement in _READ[name]:
        con.execute(statement)


_READ: dict[str, list[duckdb.Statement]] = {}
