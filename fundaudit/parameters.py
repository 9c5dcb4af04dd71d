"""County parameters: `parameters/*.yaml` becomes frozen models, or is refused by file, key and nearest name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from fundaudit.contract import TABLES, Table
from fundaudit.dates import Unreadable, read_date
from fundaudit.exact_yaml import ParameterError, decoded, load_yaml, nearest, shown

FAMILIES = {
    "IB": "资金闲置",
    "HP": "到人到户",
    "LP": "进度滞后",
    "TP": "支付合规",
    "AL": "分配下达",
    "PM": "项目管理",
    "PD": "绩效与公开",
    "DQ": "台账质量",
    "XX": "本局检查",  # a bureau's own
}
SUFFIXES = (".yaml", ".yml")
SKIP = "skip"  # beside the tables in `sources`: files and sheets that are read as no table

Value = bool | int | Decimal | date | str | list[Any]


def _day(value: Any) -> Any:
    """A day in every form in which the tables accept one."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return read_date(str(value))
        except Unreadable as error:
            raise ValueError(str(error)) from None
    return value


Day = Annotated[date, BeforeValidator(_day)]
ReportKind = Literal["daily", "weekly", "monthly", "quarterly", "annual", "special"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Model):
    """Where rows of a table are read from, beside what is found by its name: file and sheets, or database and query.

    `values` gives a column one value, `from_sheet` and `from_file` take it from the sheet's or the file's name, `skip` names
    sheets that are not read. User and password of a database stand in the environment: `<credentials>_USER` and
    `<credentials>_PASSWORD`.
    """

    file: str | None = None
    sheet: str | list[str] | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    unit: Literal["元", "万元", "亿元"] | None = None
    values: dict[str, str] = Field(default_factory=dict)
    from_sheet: str | None = None
    from_file: str | None = None
    skip: list[str] = []
    url: str | None = None
    query: str | None = None
    credentials: str | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The columns that the parameters give, whatever the file holds."""
        return tuple(dict.fromkeys([*self.values, *filter(None, (self.from_sheet, self.from_file))]))


class Limits(_Model):
    """What a check may use (seconds, memory), the shares of flagged people above which the data is to blame, and the size
    above which a file is not opened."""

    seconds: int = Field(default=60, ge=1, le=3600)
    county_minutes: int = Field(default=60, ge=1, le=1440)
    memory: str = Field(default="4GB", pattern=r"^[1-9][0-9]{0,5}(MB|GB)$")
    guard_share: Decimal = Field(default=Decimal("0.5"), gt=0, le=1)
    guard_file_share: Decimal = Field(default=Decimal("0.9"), gt=0, le=1)
    file_mb: int = Field(default=1000, ge=1, le=100_000)
    unpacked_mb: int = Field(default=2000, ge=1, le=100_000)
    cells: int = Field(default=30_000_000, ge=1000, le=10_000_000_000)
    columns: int = Field(default=1000, ge=10, le=16_384)


class Bureau(_Model):
    """What the report's head and foot need to know of the bureau."""

    name: str = ""
    number: str = ""
    addressee: str = ""
    copies: str | list[str] = ""
    team: str | list[str] = ""
    reviewer: str = ""
    signer: str = ""
    contact: str = ""
    issued_on: Day | None = None


class Escalation(_Model):
    """From how many months behind pace on, or overdue with rectification, which step is proposed: 提醒, 通报, 约谈, 移送."""

    remind: int = Field(default=1, ge=1, le=24)
    report: int = Field(default=2, ge=1, le=24)
    talk: int = Field(default=3, ge=1, le=24)
    refer: int = Field(default=6, ge=1, le=36)

    @model_validator(mode="after")
    def _one_after_the_other(self) -> Escalation:
        if not self.remind <= self.report <= self.talk <= self.refer:
            raise PydanticCustomError("unordered", "提醒、通报、约谈、移送的月数，后一步不少于前一步")
        return self


class Settings(_Model):
    """What several checks share."""

    pace: Literal["day", "month", "nodes"] = "month"
    nodes: dict[Day, Decimal] = Field(default_factory=dict)
    open_subsidies: list[str] = (
        "耕地地力保护 农机 种粮 稻谷 玉米 大豆 生产者 高龄 残疾人 养老 低保 特困 优抚 退役 义务兵 退耕还林 草原 公益林 生态效益 移民 独生子女"
        " 计划生育 奖扶 特扶 孤儿 事实无人抚养 临时救助 救灾 冬春救助 渔业 生猪 能繁 秸秆 轮作 休耕 抗旱 老党员 村干部 殡葬 助学 社保补贴 就业困难"
    ).split()
    targeted_subsidies: list[str] = []
    register_from: Day | None = None
    reverse_days: Annotated[int, Field(ge=0, le=366)] = 10
    support_funds: list[str] = ["财政专项扶贫资金", "衔接资金", "常态化帮扶资金"]
    platform_covers: list[str] = ["直达", "参照直达"]
    paying_agents: list[str] = []
    basis_codes: dict[str, Literal["到人", "到户"]] = Field(default_factory=dict)
    materiality: Annotated[Decimal, Field(ge=0, le=1_000_000)] = Decimal(100)  # yuan below which a report folds findings
    escalation: Escalation = Escalation()
    limits: Limits = Limits()


class Parameters(_Model):
    """One county's parameters, defaults merged in. `data` is an absolute folder once read."""

    county: str = Field(pattern=r"^[0-9]{6}$")
    name: str = Field(min_length=1, max_length=60)
    data: Path
    as_of: Day | None = None
    report: ReportKind | Literal[""] = ""  # which periodic report a run makes besides; `special` judges the chosen families alone
    families: list[Literal["IB", "HP", "LP", "TP", "AL", "PM", "PD", "DQ", "XX"]] = []
    thresholds: dict[str, dict[str, Value]] = Field(default_factory=dict)
    sources: dict[str, Annotated[list[Source], BeforeValidator(lambda v: v if isinstance(v, list) else [v])]] = Field(
        default_factory=dict
    )
    skip: list[str] = []
    checks: list[Path] = []
    bureau: Bureau = Bureau()
    settings: Settings = Settings()
    _file: str = PrivateAttr("")

    @property
    def file(self) -> str:
        """The file that the parameters were read from, for messages."""
        return self._file or f"parameters/{self.county}.yaml"


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = load_yaml(decoded(path))
    except ParameterError as error:
        text = str(error)
        raise ParameterError(text if text.startswith(str(path)) else f"{path}：{text}") from None
    if content is None:  # only comments
        return {}
    if not isinstance(content, dict):
        raise ParameterError(f"{path}：应为“键: 值”的形式")
    code = content.get("county")
    if isinstance(code, int) and not isinstance(code, bool):
        if shown(code) != path.stem:
            raise ParameterError(f'{path}：键 county 的代码请加引号，例如 county: "{path.stem}"')
        content["county"] = str(code)
    return content


_EXPECTED = {
    "string_type": "文本",
    "list_type": "列表",
    "dict_type": "“键: 值”的形式",
    "model_type": "“键: 值”的形式",
    "model_attributes_type": "“键: 值”的形式",
    "path_type": "文件夹路径",
    "date_type": "日期，如 2022-12-31",
    "date_parsing": "日期，如 2022-12-31",
    "date_from_datetime_parsing": "日期，如 2022-12-31",
    "date_from_datetime_inexact": "日期，如 2022-12-31",
    "value_error": "日期，如 2022-12-31",
    "int_type": "整数",
    "int_parsing": "整数",
    "int_parsing_size": "整数",
    "int_from_float": "整数",
    "decimal_type": "数",
    "decimal_parsing": "数",
    "finite_number": "数",
    "bool_type": "true 或 false",
    "bool_parsing": "true 或 false",
    "string_too_short": "不为空的文本",
    "string_too_long": "不超过 60 个字的文本",
}
_UNION_PARTS = ("bool", "int", "date", "str", "list[any]", "list[str]", "function-before[_day(), date]", "decimal")


def _fields_at(location: tuple[Any, ...]) -> list[str]:
    model: Any = Parameters
    for part in location[:-1]:
        if model is Parameters and part == "sources":
            model = Source
        elif part in ("settings", "limits", "escalation", "bureau"):
            model = {"settings": Settings, "limits": Limits, "escalation": Escalation, "bureau": Bureau}[part]
    return [name for name in model.model_fields if (model, name) != (Parameters, SKIP)]


def _in_chinese(path: Path, error: Any) -> str:
    location = tuple(part for part in error["loc"] if part not in _UNION_PARTS)
    key = ".".join(shown(part) for part in location if not isinstance(part, int))
    if location[:1] == ("sources",) and len(location) > 2 and location[2]:
        key = f"sources.{location[1]}[{location[2] + 1}]" + "".join(f".{shown(part)}" for part in location[3:])
    kind, found = error["type"], shown(error.get("input"))
    if kind == "extra_forbidden":
        return f"{path}：不认识的键 {key}；{nearest(shown(location[-1]), _fields_at(location))}"
    if kind == "unordered":
        return f"{path}：键 {key} 不能用：{error['msg']}"
    if kind == "missing":
        return f"{path}：缺少键 {key}"
    if kind == "literal_error":
        allowed = error["ctx"]["expected"].replace(" or ", "、").replace(", ", "、").replace("'", "")
        return f"{path}：键 {key} 的值 {found} 不可用；可用的有：{allowed}"
    if kind == "string_pattern_mismatch":
        expected = "六位行政区划代码" if key == "county" else "内存大小，如 4GB"
        return f"{path}：键 {key} 的值 {found} 不对，应为{expected}"
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        words = {"greater_than_equal": "不小于", "less_than_equal": "不大于", "greater_than": "大于", "less_than": "小于"}
        limit = next(iter(error["ctx"].values()))
        return f"{path}：键 {key} 的值 {found} 超出范围，应{words[kind]} {limit}"
    return f"{path}：键 {key} 的值 {found} 类型不对，应为{_EXPECTED.get(kind, '合适的值')}"


# --- sources ---


def _with_sources(path: Path, content: dict[str, Any]) -> list[str]:
    """Puts `sources` into one shape: the contract's names for tables and columns, a list of entries per table, the files that
    are read as no table apart. Returns what is wrong with them."""
    sources = content.get("sources")
    if sources is None:
        content.pop("sources", None)
        return []
    if not isinstance(sources, dict):
        return [f"{path}：键 sources 的值 {shown(sources)} 类型不对，应为“表名: 文件”的形式"]
    problems, tables = list[str](), dict[str, Any]()
    titles = {table.title: name for name, table in TABLES.items()}
    for name, entries in sources.items():
        table = titles.get(name, name)
        if name == SKIP:
            content[SKIP] = entries if isinstance(entries, list) else [entries]
            bad = [entry for entry in content[SKIP] if not isinstance(entry, str)]
            problems += [f"{path}：键 sources.{SKIP} 的值 {shown(entry)} 类型不对，应为文件名的列表" for entry in bad]
        elif table not in TABLES:
            hint = nearest(shown(name), [*TABLES, *titles, SKIP])
            problems.append(f"{path}：sources 中没有名为 {shown(name)} 的表；{hint}")
        elif table in tables:
            problems.append(f"{path}：sources 中 {shown(name)} 写了两次（中文名和英文名是同一张表），请并成一个列表")
        else:
            tables[table] = [_entry(entry, TABLES[table]) for entry in (entries if isinstance(entries, list) else [entries])]
            many = len(tables[table]) > 1
            for place, entry in enumerate(tables[table], 1):
                key = f"sources.{shown(name)}" + (f"[{place}]" if many else "")
                problems += [f"{path}：{key}{problem}" for problem in _entry_problems(entry, TABLES[table])]
    content["sources"] = tables
    return problems


def _entry(entry: Any, table: Table) -> Any:
    """One entry with the contract's column names, single values as they are meant."""
    if not isinstance(entry, dict):
        return entry
    columns = {c.header: c.name for c in table.columns}
    own = dict(entry)
    if isinstance(own.get("headers"), dict):
        own["headers"] = {h: columns.get(c, c) if isinstance(c, str) else c for h, c in own["headers"].items()}
    if isinstance(own.get("values"), dict):
        own["values"] = {columns.get(c, c): _text_of(v) for c, v in own["values"].items()}
    for key in ("from_sheet", "from_file"):
        if isinstance(own.get(key), str):
            own[key] = columns.get(own[key], own[key])
    if isinstance(own.get("skip"), str):
        own["skip"] = [own["skip"]]
    return own


def _text_of(value: Any) -> Any:
    """A constant as the text that a cell would hold."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) if isinstance(value, Decimal | date) or (isinstance(value, int) and abs(value) < 10**18) else value


def _entry_problems(entry: Any, table: Table) -> Iterator[str]:
    """What is wrong with one entry of `sources` that its model cannot see."""
    if not isinstance(entry, dict):
        yield f" 的值 {shown(entry)} 类型不对，应为“file: 文件名”的形式"
        return
    columns: list[tuple[str, Any]] = []
    for key in ("headers", "values"):
        if isinstance(entry.get(key), dict):
            columns += [(f".{key}.{shown(h)}", c if key == "headers" else h) for h, c in entry[key].items()]
    columns += [(f".{key}", entry[key]) for key in ("from_sheet", "from_file") if entry.get(key) is not None]
    for place, column in columns:
        if column not in table.names:
            yield f"{place} 指向不存在的列 {shown(column)}；{nearest(shown(column), [n for c in table.columns for n in (c.name, c.header)])}"
    given = [c for k, c in columns if not k.startswith(".headers")]
    yield from (
        f" 的列 {shown(c)} 由 values、from_sheet、from_file 中的两处给出，请只留一处" for c in set(given) if given.count(c) > 1
    )
    if entry.get("file") is None and entry.get("url") is None and set(entry) - {"headers", "unit"}:
        yield " 没有写 file（文件名），也没有写 url（数据库）"
    yield from _database_problems(entry)


def _database_problems(source: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a source from a database; a credential in the parameters above all."""
    url, query = source.get("url"), source.get("query")
    if url is None:
        yield from (f" 写了 {key}，却没有写 url" for key in ("query", "credentials") if source.get(key) is not None)
        return
    address = str(url)
    netloc = address.partition("://")[2].split("/")[0].split("?")[0]
    if "@" in netloc or re.search(r"[?&](user|password|passwd|pwd|sslpassword|passfile)=", address, re.IGNORECASE):
        prefix = source.get("credentials") or "FUNDAUDIT_DB"
        yield f".url 含有用户名或口令；请删去，改放在环境变量 {shown(prefix)}_USER 和 {shown(prefix)}_PASSWORD 中"
    if source.get("file") is not None:
        yield " 同时写了 file 和 url，请只留一个"
    if not isinstance(query, str) or not re.match(r"\s*(select|with)\b", query, re.IGNORECASE):
        yield ".query 应为一条 SELECT 语句"
    elif ";" in query.strip().rstrip(";"):
        yield ".query 只能是一条 SELECT 语句，不能用分号连接几条"


# --- files ---


def find_folder(named: Path | None, notebook: bool = False) -> Path:
    """The folder of the parameters: the named one, else the nearest from here upwards, else the workplace's that `fundaudit
    lab` serves (FUNDAUDIT_HOME); for a notebook that runs far from all of them, the checkout's own."""
    if named is not None:
        return named
    here = Path.cwd()
    places = [here, *here.parents, *map(Path, filter(None, [os.environ.get("FUNDAUDIT_HOME")]))]
    places += [Path(__file__).parent.parent] if notebook else []
    return next((place / "parameters" for place in places if (place / "parameters").is_dir()), Path("parameters"))


def with_changes(
    parameters: Parameters, as_of: date | None, thresholds: Mapping[str, Mapping[str, Any]], report: str = ""
) -> Parameters:
    """The parameters with another audit date, other thresholds (check code → name → value; floats as they are written), another report."""
    merged = {code: dict(values) for code, values in parameters.thresholds.items()}
    for code, values in thresholds.items():
        own = {name: Decimal(str(v)) if isinstance(v, float) else v for name, v in values.items()}
        merged[code] = merged.get(code, {}) | own
    changed = parameters.model_copy(
        update={"as_of": as_of or parameters.as_of, "thresholds": merged, "report": report or parameters.report}
    )
    changed._file = parameters._file
    return changed


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both and key != "nodes" else value
    return merged


def _validate(path: Path, content: dict[str, Any]) -> Parameters:
    if unknown := [name for name in content if not isinstance(name, str)]:
        raise ParameterError(f"{path}：不认识的键 {shown(unknown[0])}；{nearest(shown(unknown[0]), _fields_at(('',)))}")
    try:
        read = Parameters.model_validate(content)
    except ValidationError as error:
        lines = dict.fromkeys(_in_chinese(path, e) for e in error.errors())
        raise ParameterError("\n".join(lines)) from None
    read._file = str(path)
    return read


def county_files(folder: Path) -> dict[str, Path]:
    """County code → parameter file, in the order of the codes. ParameterError where the folder is missing."""
    if not folder.is_dir():
        raise ParameterError(f"找不到参数文件夹 {folder}；请先运行 fundaudit init 县代码，或用 --parameters 指明")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SUFFIXES and re.fullmatch(r"[0-9]{6}", path.stem):
            if path.stem in found:
                raise ParameterError(f"{path}：与 {found[path.stem].name} 是同一个县的参数，请只留一个")
            found[path.stem] = path
    return found


def _defaults(folder: Path) -> tuple[Path, dict[str, Any]]:
    found = [path for suffix in SUFFIXES if (path := folder / f"defaults{suffix}").exists()]
    if len(found) > 1:
        raise ParameterError(f"{found[1]}：与 {found[0].name} 都是各县共用的参数，请只留一个")
    path = found[0] if found else folder / "defaults.yaml"
    content = _read_yaml(path) if found else {}
    if problems := _with_sources(path, content):
        raise ParameterError("\n".join(problems))
    _validate(path, {"county": "000000", "name": "-", "data": "-", **content})
    return path, content


def read_parameters(folder: Path, codes: Iterable[str] = ()) -> list[Parameters]:
    """The parameters of the named counties (all, where none is named), in the order of their codes.

    Raises ParameterError, with one line per problem over all files, before anything is used.
    """
    files = county_files(folder)
    unknown = [code for code in codes if code not in files]
    if unknown:
        hints = (f"{folder}：没有县 {shown(code)} 的参数文件；{nearest(shown(code), files)}" for code in unknown)
        raise ParameterError(
            "\n".join(hints)
            if files
            else f"{folder}：没有县 {shown(unknown[0])} 的参数文件；请先运行 fundaudit init {shown(unknown[0])}"
        )
    if not files:
        raise ParameterError(f"{folder}：没有任何县的参数文件（如 653129.yaml）；请先运行 fundaudit init 县代码")
    problems: list[str] = []
    counties: list[Parameters] = []
    _, defaults = _defaults(folder)
    for code in sorted(set(codes)) or files:
        try:
            counties.append(_read_county(files[code], defaults, folder))
        except ParameterError as error:
            problems.append(str(error))
    if problems:
        raise ParameterError("\n".join(problems))
    return counties


def read_bureau(folder: Path) -> Bureau:
    """What the head and foot of papers over all counties need, from the defaults."""
    path, defaults = _defaults(folder)
    try:
        return Bureau.model_validate(defaults.get("bureau") or {})
    except ValidationError as error:
        raise ParameterError("\n".join(_in_chinese(path, {**e, "loc": ("bureau", *e["loc"])}) for e in error.errors())) from None


def _read_county(path: Path, defaults: dict[str, Any], folder: Path) -> Parameters:
    content = _read_yaml(path)
    if problems := _with_sources(path, content):
        raise ParameterError("\n".join(problems))
    read = _validate(path, _merge(defaults, content))
    if read.county != path.stem:
        raise ParameterError(f"{path}：键 county 的值 {read.county} 与文件名 {path.stem} 不一致")
    if read.settings.pace == "nodes" and not read.settings.nodes:
        raise ParameterError(f"{path}：settings.pace 为 nodes 时须在 settings.nodes 中列出日期与进度")
    if impossible := [share for share in read.settings.nodes.values() if not 0 <= share <= 1]:
        raise ParameterError(f"{path}：settings.nodes 的进度 {shown(impossible[0])} 超出范围，应在 0 到 1 之间")
    base = folder.resolve().parent
    data = base / read.data
    _need_folder(path, "data", data, "；请核对文件夹名，或用 fundaudit init 重新生成；示例数据用 fundaudit sample 生成")
    checks = [base / check for check in read.checks]
    for check in checks:
        _need_folder(path, "checks", check, "")
    found = read.model_copy(update={"data": data, "checks": checks})
    found._file = str(path)
    return found


def _need_folder(path: Path, key: str, folder: Path, hint: str) -> None:
    try:
        there = folder.is_dir()
        is_file = folder.is_file()
    except (OSError, ValueError):
        there = is_file = False
    if not there:
        raise ParameterError(
            f"{path}：键 {key} 指向的文件夹 {shown(folder, 300)} {'是文件，不是文件夹' if is_file else '不存在'}{hint}"
        )
