"""What a check's SQL may do and must yield: one harmless SELECT over the ledger, and the columns that the judge reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import duckdb

from fundaudit.contract import TABLES
from fundaudit.exact_yaml import nearest
from fundaudit.intake import REJECT_SCHEMA
from fundaudit.ledger.connection import open_ledger
from fundaudit.parameters import Settings

CONTROLS = {  # the columns that the judge reads, with their types; every other column is evidence under its Chinese header
    **dict.fromkeys(("subject", "name", "township", "unit"), "VARCHAR"),
    "flag": "BOOLEAN",
    "doubt": "VARCHAR",
    "left_out": "VARCHAR",
    "amount": "DECIMAL(18, 2)",
    "margin": "DECIMAL(38, 4)",
    "firm": "BOOLEAN",
    "occurred_on": "DATE",
    **dict.fromkeys(("detail", "severity", "doubt_kind", "paid_key", "source_file", "subject_kind"), "VARCHAR"),
    **dict.fromkeys(("beside", "refused"), "BOOLEAN"),
    "line": "BIGINT",
    "person": "INTEGER",
}
SHARED_PARAMETERS = ("as_of", "register_from")
TABLE_FUNCTIONS = {"unnest", "range", "generate_series", "refused_rows"}
FORBIDDEN_FUNCTIONS = re.compile(
    r"duckdb_.*|pragma_.*|read_.*|query|query_table|getenv|current_.*|version|which_secret|.*_scan|glob"
)
CLOCK_WORDS = {"current_time", "current_timestamp", "localtime", "localtimestamp", "user", "current_user", "session_user"}


@cache
def _bare_ledger() -> tuple[duckdb.DuckDBPyConnection, frozenset[str], frozenset[str]]:
    """An empty ledger to parse and bind against: its connection, its relations, the functions that are not pure."""
    context = open_ledger({}, REJECT_SCHEMA.empty_table(), date(2000, 12, 31), Settings(), threads=1)
    con = context.__enter__().con.cursor()
    _keep.append(context)
    relations = con.execute("SELECT table_name FROM information_schema.tables").fetchall()
    impure = con.execute("SELECT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'").fetchall()
    return con, frozenset(r for (r,) in relations), frozenset(f for (f,) in impure)


_keep: list[Any] = []  # the bare ledger stays open for the life of the process


def sql_problems(sql: str, defaults: Mapping[str, Any], first_line: int = 1) -> Iterator[str]:
    """What is wrong with a check's SQL, in Chinese: it is one statement, a SELECT, over the ledger's relations only, without clock,
    chance, files or writes; its parameters are the thresholds (`defaults`: name → default) and the shared ones; it yields `subject`
    and `flag`, and English columns that the judge knows, of their types. `first_line`: where it begins in its file."""
    con, relations, impure = _bare_ledger()
    try:
        statements = con.extract_statements(sql)
    except duckdb.Error as error:
        yield f"不是可读的 SQL：{_in_chinese(error, sql, first_line)}"
        return
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        yield "应恰好是一条 SELECT 语句"
        return
    (text,) = con.execute("SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", [sql]).fetchall()[0]
    tree = json.loads(text)
    if tree.get("error"):
        yield f"应恰好是一条 SELECT 语句（{tree.get('error_message', '')}）"
        return
    ctes = {entry["key"].lower() for node in _nodes(tree) for entry in (node.get("cte_map") or {}).get("map", ())}
    known = {r.lower() for r in relations} | ctes
    for node in _nodes(tree):
        yield from _harm(node, known, impure)
    used = set(statements[0].named_parameters)
    unknown = sorted(used - set(defaults) - set(SHARED_PARAMETERS))
    yield from (f"SQL 使用了没有声明的阈值 ${name}；{nearest(name, [*defaults, *SHARED_PARAMETERS])}" for name in unknown)
    yield from (f"声明了阈值 {name}，SQL 却没有使用" for name in sorted(set(defaults) - used))
    yield from _unbound(sql, {name: value for name, value in defaults.items() if name in used}, used, con, first_line)


_ENGINE = (  # what the engine says of a slip, and how it is told
    (r'syntax error at or near "(.+?)"', "在 {0} 附近写法不对"),
    (r'Referenced (?:column|table) "(.+?)" not found', "没有列或表 {0}"),
    (r'Column "(.+?)" does not exist on right side of join', "JOIN … USING 的列 {0} 在右边的表里没有"),
    (r'does not have a column named "(.+?)"', "表里没有列 {0}"),
    (r"Cannot compare values of type (\S+) and type (\S+)", "文字和数不能直接比较（{0} 和 {1}），数不要加引号"),
    (r"Function with name (\S+) does not exist", "没有函数 {0}"),
    (r"No function matches the given name and argument types '(.+?)'", "函数的参数不对：{0}"),
    (r'column "(.+?)" must appear in the GROUP BY', "列 {0} 要写在 GROUP BY 里，或放进 min、max、sum 等函数"),
)
_FULL_WIDTH = str.maketrans("，；（）：＝＞＜’‘“”", ",;():=><''\"\"")


def _in_chinese(error: duckdb.Error, sql: str, first_line: int) -> str:
    """What the engine says of a slip, in Chinese, with the line of the file."""
    text = str(error)
    code = re.sub(r"--[^\n]*|'(?:[^']|'')*'", lambda m: " " * len(m.group()), sql)
    for number, line in enumerate(code.splitlines(), first_line):
        if found := next((c for c in line if ord(c) in _FULL_WIDTH), None):
            return f"第 {number} 行有全角标点 {found}，应为半角 {found.translate(_FULL_WIDTH)}"
    place = re.search(r"LINE (\d+):", text)
    where = f"第 {first_line + int(place.group(1)) - 1} 行：" if place else ""
    for pattern, told in _ENGINE:
        if match := re.search(pattern, text):
            names = re.findall(r'"(\w+)"', text.partition("Candidate bindings:")[2])
            if not names and "列" in told:
                names = sorted({name for table in TABLES.values() for name in table.names})
            close = nearest(match.group(1), names) if names else ""
            hint = f"；{close}" if close.startswith("最接近") else ""
            return f"{where}{told.format(*match.groups())}{hint}"
    return f"{where}引擎的提示是 {text.splitlines()[0]}"


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


_STATEMENT_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}


def _harm(node: Mapping[str, Any], known: set[str], impure: frozenset[str]) -> Iterator[str]:
    kind = str(node.get("type", ""))
    if kind.endswith("_NODE") and kind not in _STATEMENT_NODES:
        yield f"不允许 {kind.removesuffix('_NODE')}：检查只能读取"
    if kind in ("SHOW_REF", "PIVOT", "COPY_DATABASE"):
        yield f"不允许 {kind}"
    if kind == "BASE_TABLE":
        name = str(node.get("table_name", ""))
        if name.lower() not in known or node.get("catalog_name") or node.get("schema_name") not in ("", "main"):
            yield f"读取了台账以外的 {name}；{nearest(name, known)}"
    if node.get("sample"):
        yield "不允许抽样：同样的数据必须得到同样的结果"
    function = str(node.get("function_name", "")).lower()
    names = node.get("column_names") or []
    if kind == "COLUMN_REF" and len(names) == 1 and (names[0].lower() in impure or names[0].lower() in CLOCK_WORDS):
        function = names[0].lower()  # SQL's functions without brackets
    if kind == "TABLE_FUNCTION":
        function = str((node.get("function") or {}).get("function_name", "")).lower()
        if function not in TABLE_FUNCTIONS:
            yield f"不允许表函数 {function}；可用的有：{'、'.join(sorted(TABLE_FUNCTIONS))}"
    elif function and (function in impure or FORBIDDEN_FUNCTIONS.fullmatch(function)):
        yield f"不允许函数 {function}：结果取决于时钟、随机数或引擎"


def _unbound(sql: str, values: dict[str, Any], used: set[str], con: duckdb.DuckDBPyConnection, first_line: int) -> Iterator[str]:
    """Why the SELECT does not bind against the ledger's views, or what is wrong with its columns."""
    shared = {"as_of": date(2000, 12, 31), "register_from": None}
    try:
        bound = values | {name: shared[name] for name in used & set(shared)}
        description = con.execute(f"SELECT * FROM ({sql.rstrip(';')}) LIMIT 0", bound).description  # noqa: S608
    except duckdb.InterruptException:  # pragma: no cover - LIMIT 0 does not run
        raise
    except duckdb.Error as error:
        yield f"SQL 不能在台账上执行：{_in_chinese(error, sql, first_line)}"
        return
    yield from _column_problems({d[0]: str(d[1]) for d in description or ()})


_TYPE_NAMES = {"VARCHAR": "文字", "BOOLEAN": "true 或 false", "DATE": "日期"}


def _column_problems(columns: Mapping[str, str]) -> Iterator[str]:
    """A SELECT's columns: `subject` and `flag` are there, English ones are known to the judge and of their type."""
    if missing := [c for c in ("subject", "flag") if c not in columns]:
        yield f"SELECT 缺少列 {'、'.join(missing)}"
    for name, kind in columns.items():
        if not name.isascii():
            continue
        if name not in CONTROLS:
            yield f"SELECT 的列 {name} 不认识；给人看的列请用中文列名，给程序的列{nearest(name, CONTROLS)}"
        else:
            wanted = CONTROLS[name].split("(")[0]
            number = wanted in ("DECIMAL", "INTEGER", "BIGINT")
            fits = (
                kind.upper().startswith(("DECIMAL", "INT", "BIGINT", "HUGEINT", "SMALLINT", "TINYINT"))
                if number
                else kind.upper() == wanted
            )
            if not fits and kind.upper() not in ("NULL", '"NULL"', "STRING", "TEXT"):
                yield f"SELECT 的列 {name} 的类型是 {kind}，应为{_TYPE_NAMES.get(wanted, '数')}"
