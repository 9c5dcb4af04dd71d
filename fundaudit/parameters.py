"""County parameters: `parameters/*.yaml` becomes frozen models, or is refused by file, key and nearest name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fundaudit.contract import TABLES

FAMILIES = {
    "IB": "资金闲置",
    "HP": "到人到户",
    "LP": "进度滞后",
    "TP": "支付合规",
    "AL": "分配下达",
    "PM": "项目管理",
    "PD": "绩效与公开",
    "DQ": "台账质量",
}

Value = bool | int | Decimal | date | str | list[Any]


class ParameterError(Exception):
    """Parameters that cannot be used; `str()` is one Chinese line per problem."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Model):
    """Where a table is read from when it is not found by its name: file and sheet, or database and query.

    User and password of a database stand in the environment: `<credentials>_USER` and `<credentials>_PASSWORD`.
    """

    file: str | None = None
    sheet: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    unit: Literal["元", "万元", "亿元"] | None = None
    url: str | None = None
    query: str | None = None
    credentials: str | None = None


class Limits(_Model):
    """What a check may use (seconds, memory), and the shares of flagged people above which the data is to blame."""

    seconds: int = Field(default=60, ge=1, le=3600)
    memory: str = Field(default="4GB", pattern=r"^\d+(MB|GB)$")
    guard_share: Decimal = Field(default=Decimal("0.5"), gt=0, le=1)
    guard_file_share: Decimal = Field(default=Decimal("0.9"), gt=0, le=1)


class Settings(_Model):
    """What several checks share."""

    pace: Literal["day", "month", "nodes"] = "day"
    nodes: dict[date, Decimal] = Field(default_factory=dict)
    open_subsidies: list[str] = [
        "耕地地力保护",
        "农机购置",
        "高龄",
        "残疾人",
        "养老",
        "低保",
        "特困",
        "优抚",
        "退耕还林",
        "草原",
    ]
    register_from: date | None = None
    platform_covers: list[str] = ["直达", "参照直达"]
    paying_agents: list[str] = []
    basis_codes: dict[str, Literal["到人", "到户"]] = Field(default_factory=dict)
    limits: Limits = Limits()


class Parameters(_Model):
    """One county's parameters, defaults merged in. `data` is an absolute folder once read."""

    county: str = Field(pattern=r"^\d{6}$")
    name: str = Field(min_length=1)
    data: Path
    as_of: date | None = None
    report: Literal["weekly", "monthly", "quarterly", "annual", "special"] = "annual"
    families: list[Literal["IB", "HP", "LP", "TP", "AL", "PM", "PD", "DQ"]] = []
    thresholds: dict[str, dict[str, Value]] = Field(default_factory=dict)
    sources: dict[str, Source] = Field(default_factory=dict)
    checks: list[Path] = []
    settings: Settings = Settings()


class ExactLoader(yaml.SafeLoader):
    """Safe YAML with exact decimals and without duplicate keys."""


def _mapping(loader: ExactLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise ParameterError(f"第 {key_node.start_mark.line + 1} 行：键 {key} 重复出现，请只保留一个")
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


def _decimal(loader: ExactLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)).replace("_", ""))


ExactLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
ExactLoader.add_constructor("tag:yaml.org,2002:float", _decimal)


def nearest(name: str, names: Iterable[str]) -> str:
    """The hint that ends an error on an unknown name."""
    names = list(names)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"最接近的是 {close[0]}" if close else "可用的有：" + "、".join(names[:20])


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=ExactLoader)  # noqa: S506 a safe loader of our own
    except ParameterError as error:
        raise ParameterError(f"{path}：{error}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ArithmeticError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f"第 {line + 1} 行" if line is not None else "文件"
        raise ParameterError(f"{path}：{where}不是可读的 UTF-8 YAML，请检查缩进、冒号和编码") from None
    if content is None:  # only comments
        return {}
    if not isinstance(content, dict):
        raise ParameterError(f"{path}：应为“键: 值”的形式")
    code = content.get("county")
    if isinstance(code, int) and not isinstance(code, bool):
        if str(code) != path.stem:
            raise ParameterError(f'{path}：键 county 的代码请加引号，例如 county: "{path.stem}"')
        content["county"] = str(code)
    return content


_EXPECTED = {
    "string_type": "文本",
    "list_type": "列表",
    "dict_type": "“键: 值”的形式",
    "model_type": "“键: 值”的形式",
    "path_type": "文件夹路径",
    "date_type": "日期，如 2022-12-31",
    "date_parsing": "日期，如 2022-12-31",
    "date_from_datetime_parsing": "日期，如 2022-12-31",
    "date_from_datetime_inexact": "日期，如 2022-12-31",
    "int_type": "整数",
    "int_parsing": "整数",
    "int_from_float": "整数",
    "decimal_type": "数",
    "decimal_parsing": "数",
    "bool_type": "true 或 false",
    "bool_parsing": "true 或 false",
    "string_too_short": "不为空的文本",
}


def _fields_at(location: tuple[Any, ...]) -> list[str]:
    model: Any = Parameters
    for part in location[:-1]:
        if model is Parameters and part == "settings":
            model = Settings
        elif model is Parameters and part == "sources":
            model = Source
        elif model is Settings and part == "limits":
            model = Limits
    return list(model.model_fields)


def _in_chinese(path: Path, error: Any) -> str:
    location = tuple(part for part in error["loc"] if part not in ("bool", "int", "date", "str", "list[any]"))
    key = ".".join(str(part) for part in location)
    kind, found = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return f"{path}：不认识的键 {key}；{nearest(str(location[-1]), _fields_at(location))}"
    if kind == "missing":
        return f"{path}：缺少键 {key}"
    if kind == "literal_error":
        allowed = error["ctx"]["expected"].replace(" or ", "、").replace(", ", "、").replace("'", "")
        return f"{path}：键 {key} 的值 {found} 不可用；可用的有：{allowed}"
    if kind == "string_pattern_mismatch" and key == "county":
        return f"{path}：键 county 的值 {found} 不对，应为六位行政区划代码"
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = error["ctx"].get("ge", error["ctx"].get("le"))
        word = "不小于" if kind == "greater_than_equal" else "不大于"
        return f"{path}：键 {key} 的值 {found} 超出范围，应{word} {limit}"
    return f"{path}：键 {key} 的值 {found!s} 类型不对，应为{_EXPECTED.get(kind, '合适的值')}"


def _in_contract_names(content: dict[str, Any]) -> None:
    """Chinese titles and headers in `sources` become the contract's names."""
    titles = {table.title: name for name, table in TABLES.items()}
    sources = content.get("sources")
    if not isinstance(sources, dict):
        return
    content["sources"] = sources = {titles.get(name, name): source for name, source in sources.items()}
    for name, source in sources.items():
        if name in TABLES and isinstance(source, dict) and isinstance(source.get("headers"), dict):
            columns = {c.header: c.name for c in TABLES[name].columns}
            source["headers"] = {header: columns.get(column, column) for header, column in source["headers"].items()}


def _check_sources(path: Path, content: dict[str, Any]) -> list[str]:
    _in_contract_names(content)
    problems = []
    for table, source in (content.get("sources") or {}).items():
        if table not in TABLES:
            problems.append(
                f"{path}：sources 中没有名为 {table} 的表；{nearest(str(table), [*TABLES, *(t.title for t in TABLES.values())])}"
            )
            continue
        problems += [f"{path}：sources.{table}{problem}" for problem in _database_problems(source or {})]
        for header, column in ((source or {}).get("headers") or {}).items():
            if column not in TABLES[table].names:
                hint = nearest(str(column), [n for c in TABLES[table].columns for n in (c.name, c.header)])
                problems.append(f"{path}：sources.{table}.headers.{header} 指向不存在的列 {column}；{hint}")
    return problems


def _database_problems(source: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a source from a database; a credential in the parameters above all."""
    url, query = source.get("url"), source.get("query")
    if url is None:
        yield from (f" 写了 {key}，却没有写 url" for key in ("query", "credentials") if source.get(key) is not None)
        return
    address = str(url)
    netloc = address.partition("://")[2].split("/")[0].split("?")[0]
    if "@" in netloc or re.search(r"[?&](user|password|passwd|pwd|sslpassword|passfile)=", address, re.IGNORECASE):
        prefix = source.get("credentials") or "FUNDAUDIT_DB"
        yield f".url 含有用户名或口令；请删去，改放在环境变量 {prefix}_USER 和 {prefix}_PASSWORD 中"
    if source.get("file") is not None:
        yield " 同时写了 file 和 url，请只留一个"
    if not isinstance(query, str) or not re.match(r"\s*(select|with)\b", query, re.IGNORECASE):
        yield ".query 应为一条 SELECT 语句"


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both and key != "nodes" else value
    return merged


def _validate(path: Path, content: dict[str, Any]) -> Parameters:
    try:
        return Parameters.model_validate(content)
    except ValidationError as error:
        lines = dict.fromkeys(_in_chinese(path, e) for e in error.errors())
        raise ParameterError("\n".join(lines)) from None


def county_files(folder: Path) -> dict[str, Path]:
    """County code → parameter file, in the order of the codes. ParameterError where the folder is missing."""
    if not folder.is_dir():
        raise ParameterError(f"找不到参数文件夹 {folder}；请先运行 fundaudit sample，或用 --parameters 指明")
    return {p.stem: p for p in sorted(folder.glob("*.yaml")) if re.fullmatch(r"\d{6}", p.stem)}


def read_parameters(folder: Path, codes: Iterable[str] = ()) -> list[Parameters]:
    """The parameters of the named counties (all, where none is named), in the order of their codes.

    Raises ParameterError, with one line per problem over all files, before anything is used.
    """
    files = county_files(folder)
    unknown = [code for code in codes if code not in files]
    if unknown:
        raise ParameterError("\n".join(f"{folder}：没有县 {code} 的参数文件；{nearest(code, files)}" for code in unknown))
    if not files:
        raise ParameterError(f"{folder}：没有任何县的参数文件（如 653129.yaml）；请先运行 fundaudit sample")
    problems: list[str] = []
    counties: list[Parameters] = []
    defaults_path = folder / "defaults.yaml"
    try:
        defaults = _read_yaml(defaults_path) if defaults_path.is_file() else {}
        problems += _check_sources(defaults_path, defaults)
        _validate(defaults_path, {"county": "000000", "name": "-", "data": "-", **defaults})
    except ParameterError as error:
        raise ParameterError(str(error)) from None
    for code in sorted(set(codes)) or files:
        try:
            counties.append(_read_county(files[code], defaults, folder))
        except ParameterError as error:
            problems.append(str(error))
    if problems:
        raise ParameterError("\n".join(problems))
    return counties


def _read_county(path: Path, defaults: dict[str, Any], folder: Path) -> Parameters:
    content = _read_yaml(path)
    problems = _check_sources(path, content)
    if problems:
        raise ParameterError("\n".join(problems))
    read = _validate(path, _merge(defaults, content))
    if read.county != path.stem:
        raise ParameterError(f"{path}：键 county 的值 {read.county} 与文件名 {path.stem} 不一致")
    if read.settings.pace == "nodes" and not read.settings.nodes:
        raise ParameterError(f"{path}：settings.pace 为 nodes 时须在 settings.nodes 中列出日期与进度")
    base = folder.resolve().parent
    data = base / read.data
    if not data.is_dir():
        raise ParameterError(f"{path}：键 data 指向的文件夹 {data} 不存在；示例数据可用 fundaudit sample 生成")
    checks = [base / check for check in read.checks]
    for check in checks:
        if not check.is_dir():
            raise ParameterError(f"{path}：键 checks 指向的文件夹 {check} 不存在")
    return read.model_copy(update={"data": data, "checks": checks})
