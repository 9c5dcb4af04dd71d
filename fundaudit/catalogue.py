"""The catalogue: finds the check files, the kit's own and a bureau's folders, and refuses what is not one harmless SELECT.

A check file is front matter (YAML in a `/*--- … ---*/` comment) and one SELECT over the ledger's views.
Its rows are read by `judge.py`: `subject` and `flag` are required, the other columns that it reads stand in `CONTROLS`; an English
column that it does not know is refused. Every other column is evidence and bears the Chinese header under which people read it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from fundaudit.basis import Basis, Money, bases
from fundaudit.check_sql import sql_problems
from fundaudit.contract import LINK_KEYS, TABLES
from fundaudit.exact_yaml import ParameterError, decoded, line_of, load_yaml, nearest, shown
from fundaudit.parameters import FAMILIES, Parameters

# Why a subject could not be judged: what a check lacks (`identity`, `aim` of a subsidy and `untraced` payments apart), a refused row, a
# broken column, a file that was not read or a list of which no entry can be used.
Kind = Literal["missing", "identity", "aim", "untraced", "refused", "broken", "waiting"]
# `cycle` is subsidy|cycle, `person_subsidy` id_number|subsidy, `village` township|village, `submission` kind|period|section, `notice` kind|subject.
SUBJECT_KINDS = (
    *LINK_KEYS, "group", "unit", "year", "subsidy", "cycle", "person_subsidy", "village", "contractor", "submission", "notice",
)  # fmt: skip
OWN_CHECKS = Path(str(files("fundaudit").joinpath("checks")))
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
    neighbours: list[str] = []  # checks that look at what this one leaves out
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
    """The kit's checks and those of a bureau's own folders (or single files). CheckError on the first that is refused.

    The kit's own are verified by its tests, a bureau's here; `verified`: the run that they come from has done so already.
    """
    own = sorted(OWN_CHECKS.glob("*/*.sql"))
    more = [path for place in folders for path in ([place] if place.is_file() else sorted(place.rglob("*.sql")))]
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
    above = text.count("\n", 0, match.start(1))
    try:
        content = load_yaml("\n" * above + front)
    except ParameterError as error:
        raise CheckError(f"{path}：{error}") from None
    if not isinstance(content, dict):
        raise CheckError(f"{path}：说明部分应为“键: 值”的形式")
    try:
        check = Check.model_validate({str(k): v for k, v in content.items()} | {"sql": sql.strip(), "file": path.name})
    except ValidationError as error:
        told = [
            f"第 {above + line_of(front, e['loc'])} 行的 {'.'.join(shown(part) for part in e['loc']) or '阈值'}（{_wrong(e)}）"
            if e["type"] != "missing"
            else f"{'.'.join(shown(part) for part in e['loc'])}（缺少，请在说明部分补上这一项）"
            for e in error.errors()
        ]
        raise CheckError(f"{path}：说明部分的这些项缺少或不对：{'；'.join(told)}") from None
    for keys, problem in _front_problems(check, path):
        raise CheckError(f"{path}：{f'第 {above + line_of(front, keys)} 行：' if keys else ''}{problem}")
    for problem in () if verified else sql_problems(check.sql, check.defaults(), 1 + text.count("\n", 0, match.start(2))):
        raise CheckError(f"{path}：{problem}")
    return check


def _wrong(error: ErrorDetails) -> str:
    """What is wrong with one item of the front matter, in Chinese."""
    kind, about = error["type"], error.get("ctx", {})
    if kind == "literal_error":
        choices = re.findall("'(.*?)'", str(about["expected"]))
        return f"应为 {'、'.join(choices)}，写的是 {shown(error['input'])}"
    if kind == "string_pattern_mismatch":
        wanted = "两个大写字母加两位数字" if error["loc"] == ("code",) else "日期如 12-31，或 12-01..12-31"
        return f"应为{wanted}，写的是 {shown(error['input'])}"
    known = {
        "extra_forbidden": f"不认识；{nearest(str(error['loc'][-1]), (Check if len(error['loc']) == 1 else Threshold).model_fields)}",
        "list_type": "应为列表",
        "dict_type": "应为“键: 值”",
        "model_type": "应为“键: 值”",
        "string_type": "应为文字",
        "too_short": "不能为空",
        "value_error": "数的阈值要写 unit、min、max、step",
        "greater_than_equal": "太小",
    }
    return known.get(kind, f"写法不对，写的是 {shown(error['input'])}")


def _front_problems(check: Check, path: Path) -> Iterator[tuple[tuple[Any, ...], str]]:
    """What is wrong with complete front matter: under which keys, and what."""
    if not path.name.startswith(f"{check.code}_"):
        yield ("code",), f"code 是 {check.code}，文件名应以 {check.code}_ 开头"
    if check.code[:2] not in FAMILIES:
        yield ("code",), f"检查代码 {check.code} 的族不存在；可用的有：{'、'.join(FAMILIES)}"
    for kind in (check.subject, *check.also):
        if kind not in SUBJECT_KINDS:
            yield ("subject",), f"subject 的值 {kind} 不认识；{nearest(kind, SUBJECT_KINDS)}"
    for key, tables in (("needs", check.needs), ("uses", {t: [] for t in check.uses})):
        for table, columns in tables.items():
            if table not in TABLES:
                yield (key, table), f"没有名为 {table} 的表；{nearest(table, TABLES)}"
                continue
            unknown = [c for c in columns if c not in TABLES[table].names]
            yield from (((key, table), f"表 {table} 没有列 {c}；{nearest(c, TABLES[table].names)}") for c in unknown)
    for key, own in (("relief", check.relief or {}), ("sums", check.sums)):
        yield from (((key, t), f"{key} 的表 {t} 不在 needs 和 uses 中") for t in own if t not in (*check.needs, *check.uses))
    cited: list[tuple[tuple[str, ...], str]] = [
        *((("basis",), b) for b in check.basis),
        *((("reference",), b) for b in check.reference),
        *((("thresholds", name, "fixed_by"), t.fixed_by) for name, t in check.thresholds.items() if t.fixed_by),
    ]
    yield from ((keys, f"依据 {b} 不在 basis.toml 中；{nearest(b, bases())}") for keys, b in cited if b not in bases())
