"""The catalogue: finds the check files, the kit's own and a bureau's folders, and refuses what is not one harmless SELECT.

A check file is front matter (YAML in a `/*--- … ---*/` comment) and one SELECT over the ledger's views.
Its rows are read by `judge.py`: `subject` and `flag` are required, the other columns that it reads stand in `CONTROLS`; an English
column that it does not know is refused. Every other column is evidence and bears the Chinese header under which people read it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from fundaudit.basis import Basis, Money, bases
from fundaudit.contract import LINK_KEYS, TABLES
from fundaudit.exact_yaml import ParameterError, decoded, load_yaml, nearest, shown
from fundaudit.intake import REJECT_SCHEMA
from fundaudit.ledger.connection import open_ledger
from fundaudit.parameters import FAMILIES, Parameters, Settings

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
# Why a subject could not be judged: what a check lacks (`identity`, `aim` of a subsidy and `untraced` payments apart), a refused row, a
# broken column, a file that was not read or a list of which no entry can be used.
Kind = Literal["missing", "identity", "aim", "untraced", "refused", "broken", "waiting"]
# `cycle` is subsidy|cycle, `person_subsidy` id_number|subsidy, `village` township|village, `submission` kind|period|section, `notice` kind|subject.
SUBJECT_KINDS = (
    *LINK_KEYS, "group", "unit", "year", "subsidy", "cycle", "person_subsidy", "village", "contractor", "submission", "notice",
)  # fmt: skip
SHARED_PARAMETERS = ("as_of", "register_from")
TABLE_FUNCTIONS = {"unnest", "range", "generate_series", "refused_rows"}
FORBIDDEN_FUNCTIONS = re.compile(
    r"duckdb_.*|pragma_.*|read_.*|query|query_table|getenv|current_.*|version|which_secret|.*_scan|glob"
)
CLOCK_WORDS = {"current_time", "current_timestamp", "localtime", "localtimestamp", "user", "current_user", "session_user"}
OWN_CHECKS = Path(str(files("fundaudit").joinpath("checks")))
_FRONT_KINDS = {
    "missing": "缺少",
    "extra_forbidden": "不认识",
    "list_type": "应为列表",
    "dict_type": "应为“键: 值”",
    "string_type": "应为文字",
}
_FRONT_MATTER = re.compile(r"\s*/\*---\n(.*?)\n---\*/\s*(.*)", re.DOTALL)


class CheckError(ParameterError):
    """A check file that is refused; the message names the file and the reason in Chinese."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Threshold(_Part):
    """What a bureau may set: a number with unit, range and step, a switch, or a list of words.

    `fixed_by` is the basis that fixes the default, `fixed_for` the subjects for which it does (none: all). `needed`: words without which
    the check says nothing; it is not run until somebody names them.
    """

    default: bool | Decimal | int | list[str]
    says: str
    unit: str = ""
    min: Decimal | int | None = None
    max: Decimal | int | None = None
    step: Decimal | int | None = None
    fixed_by: str | None = None
    fixed_for: list[str] = []
    needed: bool = False

    @model_validator(mode="after")
    def _numbers_have_a_range(self) -> Threshold:
        if self.is_number and None in (self.min, self.max, self.step):
            raise ValueError("a number needs unit, min, max and step")
        return self

    @property
    def is_number(self) -> bool:
        return not isinstance(self.default, bool | list)

    def text(self, value: Any) -> str:
        """A value as people read it: ratios as percentages, words in a row."""
        if isinstance(self.default, list):
            return "、".join(value) or "（无）"
        if isinstance(self.default, bool):
            return "是" if value else "否"
        number = Decimal(str(value))
        return f"{(number * 100).normalize():f}%" if self.unit == "比例" else f"{number:,} {self.unit}"


class Check(_Part):
    """One check: its front matter and its SELECT."""

    code: str = Field(pattern=r"^[A-Z]{2}\d{2}$")
    title: str
    severity: Literal["高", "中", "低"]
    version: int = Field(ge=1)
    scope: Literal["county", "region"] = "county"
    subject: str
    also: list[str] = []  # other kinds of subjects, told apart by the column `subject_kind`
    amount_label: str
    needs: dict[str, list[str]]
    uses: list[str] = []
    lists: list[str] = []  # 名单类别 that must be among the registers
    when: str | None = Field(None, pattern=r"^\d\d-\d\d(\.\.\d\d-\d\d)?$")  # a day of the year, or from one to another
    relief: dict[str, Literal["more", "less", "any"]] | None = (
        None  # table → which of its rejected rows could take a finding away
    )
    sums: list[str] = []  # tables whose rejected rows could change the amount of a finding
    guard: bool = False
    adds: bool = False  # whether its amounts are payments and belong to the money at issue
    outcome_amount: Literal["sum", "total"] = "sum"
    thresholds: dict[str, Threshold] = {}
    basis: list[str] = Field(min_length=1)
    reference: list[str] = []
    what: str
    why: str
    innocent: list[str] = Field(min_length=1)
    exclusions: str
    advice: str
    to_judge: str
    sql: str
    file: str

    @property
    def counts_money(self) -> bool:
        """A check of papers or screening has no amount; its findings' is None without being unknown."""
        return self.amount_label != "—"

    @property
    def family(self) -> str:
        return FAMILIES[self.code[:2]]

    def bases(self) -> list[Basis]:
        return [bases()[id_] for id_ in (*self.basis, *self.reference)]

    def bound_by(self, subject: str, county: str, day: date, money: Money) -> list[Basis]:
        """The bases that bind a subject in that county on that day; none means 仅作线索. A basis that fixes a threshold for some
        subjects says nothing of the others."""
        others = {t.fixed_by for t in self.thresholds.values() if t.fixed_for and subject not in t.fixed_for}
        return [bases()[id_] for id_ in self.basis if id_ not in others and bases()[id_].binds(county, day, money)]

    def typed(self, name: str, value: Any) -> Any:
        """A threshold's value that was kept or typed as text, or as a float, of the kind of its default."""
        default = self.thresholds[name].default if name in self.thresholds else value
        if isinstance(default, Decimal) and not isinstance(value, bool):
            return Decimal(str(value))
        return int(value) if type(default) is int and isinstance(value, str) and value.isdigit() else value

    def defaults(self) -> dict[str, Any]:
        return {name: threshold.default for name, threshold in self.thresholds.items()}


@dataclass(frozen=True)
class Catalogue:
    """Checks by code, in the order of their codes within families."""

    checks: dict[str, Check]

    def __iter__(self) -> Iterator[Check]:
        return iter(self.checks.values())

    def thresholds(self, parameters: Parameters) -> dict[str, dict[str, Any]]:
        """Every check's thresholds with the county's own in place. ParameterError names unknown or impossible ones."""
        problems = list(self._threshold_problems(parameters))
        if problems:
            raise ParameterError("\n".join(problems))
        return {check.code: {**check.defaults(), **parameters.thresholds.get(check.code, {})} for check in self}

    def _threshold_problems(self, parameters: Parameters) -> Iterator[str]:
        file = parameters.file
        for code, values in parameters.thresholds.items():
            if code not in self.checks:
                yield f"{file}：thresholds 中没有检查 {shown(code)}；{nearest(code, self.checks)}"
                continue
            declared = self.checks[code].thresholds
            for name, value in values.items():
                if name not in declared:
                    yield f"{file}：检查 {code} 没有阈值 {shown(name)}；{nearest(name, declared)}"
                    continue
                yield from _threshold_problem(f"{file}：键 thresholds.{code}.{name}", declared[name], value)


def _threshold_problem(key: str, threshold: Threshold, value: Any) -> Iterator[str]:
    if not threshold.is_number:
        words = isinstance(threshold.default, list)
        fits = isinstance(value, list) and all(isinstance(v, str) for v in value) if words else isinstance(value, bool)
        if not fits:
            yield f"{key} 的值 {shown(value)} 类型不对，应为{'文字的列表' if words else 'true 或 false'}"
        return
    assert threshold.min is not None and threshold.max is not None
    whole = isinstance(threshold.default, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else int | Decimal):
        yield f"{key} 的值 {shown(value)} 类型不对，应为{'整数' if whole else '数'}（{threshold.unit}）"
    elif not threshold.min <= value <= threshold.max:
        yield f"{key} 的值 {shown(value)} 超出范围，应在 {threshold.min} 到 {threshold.max} {threshold.unit}之间"


def load_catalogue(folders: Iterable[Path] = (), verified: bool = False) -> Catalogue:
    """The kit's checks and those of a bureau's own folders. CheckError on the first that is refused.

    The kit's own are verified by its tests, a bureau's here; `verified`: the run that they come from has done so already.
    """
    own = sorted(OWN_CHECKS.glob("*/*.sql"))
    more = [path for folder in folders for path in sorted(folder.rglob("*.sql"))]
    if more and not verified:
        _verify_apart(more)
    checks: dict[str, Check] = {}
    for path in [*own, *more]:
        check = read_check(path, verified=True)
        if check.code in checks:
            raise CheckError(f"{path}：检查代码 {check.code} 已被 {checks[check.code].file} 使用，请换一个代码")
        checks[check.code] = check
    order = list(FAMILIES)
    return Catalogue(dict(sorted(checks.items(), key=lambda item: (order.index(item[0][:2]), item[0]))))


def catalogues_of(counties: Iterable[Parameters]) -> dict[str, Catalogue]:
    """County code → its catalogue. ParameterError names every check, threshold and value that cannot be used."""
    found, problems = {}, []
    for parameters in counties:
        found[parameters.county] = load_catalogue(parameters.checks)
        try:
            found[parameters.county].thresholds(parameters)
        except ParameterError as error:
            problems.append(str(error))
    if problems:
        raise ParameterError("\n".join(problems))
    return found


LOAD_SECONDS, LOAD_BYTES = 20, 8 << 30  # that a check may take to be looked at
_APART = "import sys; from pathlib import Path; from fundaudit.catalogue import verify_here; verify_here(map(Path, sys.argv[1:]))"


def _verify_apart(paths: list[Path]) -> None:
    """Looks at a bureau's check files in a process of its own: DuckDB folds constant expressions while it binds, and nothing can
    interrupt that. CheckError for the first file that is refused or does not end."""
    command = [sys.executable, "-c", _APART, *map(str, paths)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8") as child:
        try:
            said, _ = child.communicate(timeout=LOAD_SECONDS + len(paths))
        except subprocess.TimeoutExpired:
            child.kill()
            said, _ = child.communicate()
            child.returncode = -1
    begun = [line for line in said.splitlines() if line.startswith("?")]
    if refused := [line[1:] for line in said.splitlines() if line.startswith("!")]:
        raise CheckError(refused[0])
    if child.returncode:
        path = begun[-1][1:] if begun else paths[0]
        raise CheckError(
            f"{path}：核对这条 SQL 时 {LOAD_SECONDS} 秒内没有结束或内存不足，没有采用；请去掉其中计算量极大的常量表达式"
        )


def verify_here(paths: Iterable[Path]) -> None:
    """What the process apart does: names each file before it looks at it, and the first that is refused."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (LOAD_BYTES, LOAD_BYTES))
    for path in paths:
        print(f"?{path}", flush=True)
        try:
            read_check(path)
        except CheckError as error:
            print(f"!{error}", flush=True)
            return


def read_check(path: Path, verified: bool = False) -> Check:
    """One check file, refused with its reason unless it is complete and one harmless SELECT."""
    try:
        return _check(path, decoded(path).replace("\r\n", "\n"), verified)
    except CheckError:
        raise
    except ParameterError as error:
        text = str(error)
        raise CheckError(text if text.startswith(str(path)) else f"{path}：{text}") from None


@lru_cache(maxsize=1024)
def _check(path: Path, text: str, verified: bool) -> Check:
    match = _FRONT_MATTER.fullmatch(text)
    if not match:
        raise CheckError(f"{path}：开头应为 /*--- 与 ---*/ 之间的说明，其后是一条 SELECT")
    front, sql = match.groups()
    try:
        content = load_yaml(front)
    except ParameterError as error:
        raise CheckError(f"{path}：说明部分{error}") from None
    if not isinstance(content, dict):
        raise CheckError(f"{path}：说明部分应为“键: 值”的形式")
    try:
        check = Check.model_validate({str(k): v for k, v in content.items()} | {"sql": sql.strip(), "file": path.name})
    except ValidationError as error:
        keys = "；".join(
            f"{'.'.join(shown(part) for part in e['loc']) or '阈值'}（{_FRONT_KINDS.get(e['type'], '写法不对')}）"
            for e in error.errors()
        )
        raise CheckError(f"{path}：说明部分的这些项缺少或不对：{keys}") from None
    for problem in _front_problems(check, path):
        raise CheckError(f"{path}：{problem}")
    if not verified:
        _refuse_harm(path, check)
    return check


def _front_problems(check: Check, path: Path) -> Iterator[str]:
    if not path.name.startswith(f"{check.code}_"):
        yield f"文件名应以 {check.code}_ 开头"
    if check.code[:2] not in FAMILIES:
        yield f"检查代码 {check.code} 的族不存在；可用的有：{'、'.join(FAMILIES)}"
    for kind in (check.subject, *check.also):
        if kind not in SUBJECT_KINDS:
            yield f"subject 的值 {kind} 不认识；{nearest(kind, SUBJECT_KINDS)}"
    for table, columns in {**check.needs, **{t: [] for t in check.uses}}.items():
        if table not in TABLES:
            yield f"没有名为 {table} 的表；{nearest(table, TABLES)}"
        else:
            unknown = [c for c in columns if c not in TABLES[table].names]
            yield from (f"表 {table} 没有列 {c}；{nearest(c, TABLES[table].names)}" for c in unknown)
    for key, own in (("relief", check.relief or {}), ("sums", check.sums)):
        yield from (f"{key} 的表 {t} 不在 needs 和 uses 中" for t in own if t not in (*check.needs, *check.uses))
    fixed = [t.fixed_by for t in check.thresholds.values() if t.fixed_by]
    yield from (
        f"依据 {b} 不在 basis.toml 中；{nearest(b, bases())}"
        for b in (*check.basis, *check.reference, *fixed)
        if b not in bases()
    )


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


def _refuse_harm(path: Path, check: Check) -> None:
    """One statement, a SELECT, over the ledger's relations only, without clock, chance, files or writes."""
    con, relations, impure = _bare_ledger()
    try:
        statements = con.extract_statements(check.sql)
    except duckdb.Error as error:
        raise CheckError(f"{path}：不是可读的 SQL（{str(error).splitlines()[0]}）") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise CheckError(f"{path}：应恰好是一条 SELECT 语句")
    (text,) = con.execute("SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", [check.sql]).fetchall()[0]
    tree = json.loads(text)
    if tree.get("error"):
        raise CheckError(f"{path}：应恰好是一条 SELECT 语句（{tree.get('error_message', '')}）")
    ctes = {entry["key"].lower() for node in _nodes(tree) for entry in (node.get("cte_map") or {}).get("map", ())}
    known = {r.lower() for r in relations} | ctes
    for node in _nodes(tree):
        for problem in _harm(node, known, impure):
            raise CheckError(f"{path}：{problem}")
    used = set(statements[0].named_parameters)
    declared = set(check.thresholds)
    for name in sorted(used - declared - set(SHARED_PARAMETERS)):
        raise CheckError(f"{path}：SQL 使用了没有声明的阈值 ${name}")
    for name in sorted(declared - used):
        raise CheckError(f"{path}：声明了阈值 {name}，SQL 却没有使用")
    _bind(path, check, con)


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


def _bind(path: Path, check: Check, con: duckdb.DuckDBPyConnection) -> None:
    """The SELECT binds against the ledger's views and yields `subject` and `flag`."""
    values: dict[str, Any] = {**check.defaults(), "as_of": date(2000, 12, 31), "register_from": None}
    used = con.extract_statements(check.sql)[0].named_parameters
    try:
        description = con.execute(f"SELECT * FROM ({check.sql.rstrip(';')}) LIMIT 0", {k: values[k] for k in used}).description  # noqa: S608
    except duckdb.InterruptException:  # pragma: no cover - LIMIT 0 does not run
        raise
    except duckdb.Error as error:
        raise CheckError(f"{path}：SQL 不能在台账上执行（{str(error).splitlines()[0]}）") from None
    columns = {d[0]: str(d[1]) for d in description or ()}
    for problem in _column_problems(columns):
        raise CheckError(f"{path}：{problem}")


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
