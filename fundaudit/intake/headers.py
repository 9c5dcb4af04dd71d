"""Where a table's header stands, which header is which column, and in what unit money is written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from fundaudit.contract import TABLES, Table
from fundaudit.intake.readers import IntakeError, Sheet
from fundaudit.parameters import Source

_FOREIGN = re.compile(r"[十百千万亿]*(?:[美欧港日澳英]元|美金|英镑)")
# 十万元 and the like are found whole, so that they are not read as 万元; 元坝区 is a place.
_UNITS = re.compile(r"(?<![\d.])([十百千]{0,2}[万亿]元|[十百千]{1,2}元|元(?![一-龥])|[十百千]?[万亿](?![一-龥元]))")
_UNIT_AT_END = re.compile(r"[/,;:_\-、]?(?:单位:?)?([十百千]{0,2}[万亿]?元)$")
_BRACKETS = re.compile(r"[(\[【{]([^()\[\]【】{}]*)[)\]】}]")
_BRACKETED = re.compile(r"[(\[【{].{1,6}[)\]】}]")
# What may stand in brackets behind a header without changing what the column is.
_ASIDE = re.compile(
    r"(单位:?.*|亩|头|只|羽|株|棵|人|户|个|吨|公斤|千克|斤|平方米|立方米|米|公里|套|台|次|天|岁|必填项?|选填|非必填|可不填|文本|文本格式|公历"
    r"|(yyyy|年).*[日d]|\d+位|全称|汉字|大写|小写|含税|例:?.*|如:?.*|是/否|y/n|\d{4}年度?|元/.*)"
)
_COLUMN_NUMBER = re.compile(r"\(?(\d{1,2})\)?(=[\d+\-*/()]+)?")
_SERIAL = frozenset("序号 行号 顺序号 序 no no.".split())
_SUMS = frozenset("小计 合计 总计 共计 计".split())


@dataclass(frozen=True)
class Header:
    """A found header: `columns` maps a sheet column's index to a contract column, `unknown` to its own text.

    `first` is the first row below it (two-level headers, unit rows and column numbers are part of it). `missing` are the
    required columns that are not there, `twice` the columns that several headers name.
    """

    first: int
    columns: dict[int, str]
    unknown: dict[int, str]
    texts: list[str]
    units: dict[int, str] = field(default_factory=dict)  # money and ratio columns that name their unit
    unit_line: str = ""
    serial: frozenset[int] = frozenset()
    missing: tuple[str, ...] = ()
    twice: dict[str, list[str]] = field(default_factory=dict)


class _Found(NamedTuple):
    row: int
    levels: int
    texts: list[str]
    columns: dict[int, str]


def fold(text: str) -> str:
    """A header as it is compared: no white space, half width, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def bare(folded: str) -> str:
    """A folded header without its unit."""
    return _BRACKETS.sub(lambda m: "" if "%" in m.group(1) or units_in(m.group(1)) else m.group(0), folded)


def units_in(text: str) -> list[str]:
    """The money units that a folded text names, in their order; a foreign one stands for itself, unknown."""
    if foreign := _FOREIGN.search(text):
        return [foreign.group(0)]
    return list(dict.fromkeys(u if u.endswith("元") else u + "元" for u in _UNITS.findall(text.replace("人民币", ""))))


def units_named(texts: list[str]) -> list[str]:
    """The units that a row of no table names: behind 单位, or in brackets."""
    cells = [fold(text) for k, text in enumerate(texts) if text.strip() and (not k or text != texts[k - 1])]
    row = "".join(cells)
    segments = [row[m.end() : m.end() + 24] for m in re.finditer("单位", row)]
    segments += [inner for cell in cells for inner in _BRACKETS.findall(cell)]
    return list(dict.fromkeys(unit for segment in segments for unit in units_in(segment)))


def column_of(text: str, names: dict[str, str]) -> str | None:
    """The column that a header names: as it stands, without its unit, or without any bracket at its end."""
    folded = fold(text)
    for form in (folded, bare(folded), _without_aside(folded), _UNIT_AT_END.sub("", folded)):
        for own in (form, form.removesuffix("时间") + "日期" if form.endswith("时间") else form):
            if own in names:
                return names[own]
    return None


def _without_aside(folded: str) -> str:
    """Without a bracket at its end that says how to fill in the column; any other bracket may make it another column."""
    match = re.search(r"[(\[【{]([^()\[\]【】{}]*)[)\]】}]$", folded)
    return folded[: match.start()] if match and _ASIDE.fullmatch(match.group(1)) else folded


def header_names(table: Table, source: Source | None) -> dict[str, str]:
    """Folded header → column: the contract's names, headers and aliases, and the parameters' own."""
    names: dict[str, str] = {}
    for column in table.columns:
        for alias in (column.name, column.header, *column.aliases):
            names.setdefault(bare(fold(alias)), column.name)
    if source:
        names.update({bare(fold(header)): column for header, column in source.headers.items()})
    return names


_LEADING = re.compile(r"^(附[件表]?|表)?[0-9一二三四五六七八九十]*[.、_\-()（）年度]*")


def table_named(title: str, county: str = "") -> str | None:
    """The table that a file or sheet name stands for: its English name or its Chinese title.

    A number, year or the county's name before it and a suffix behind it are allowed.
    """
    folded = fold(title)
    own = fold(county)
    forms = {folded, folded.removeprefix(own)}
    forms |= {_LEADING.sub("", form) for form in tuple(forms)}
    forms |= {form.removeprefix(own) for form in tuple(forms)} if own else set()
    best = None
    for table in TABLES.values():
        for name in (table.name, fold(table.title)):
            if any(_begins(form, name) for form in forms):
                best = table.name if best is None or len(name) > len(best) else best
    return best


def _begins(form: str, name: str) -> bool:
    rest = form.removeprefix(name)
    return form == name or (form.startswith(name) and rest[0] in "(（_-0123456789[【")


def find_header(sheet: Sheet, table: Table, source: Source | None) -> Header:
    """The row, or two rows, that map most columns. What is missing or named twice stands in the result."""
    names = header_names(table, source)
    best = _Found(0, 1, [], {})
    for levels in (1, 2):  # two rows only where they name more than any single one
        for row in range(len(sheet.top) - levels + 1):
            texts, columns = _mapped(sheet, row, levels, names)
            if _named_once(columns) > _named_once(best.columns):
                best = _Found(row, levels, texts, columns)
    first = best.row + best.levels if best.columns else 0
    above = _headings(sheet, best.row) if best.levels == 2 else [""] * len(best.texts)
    units = {j: unit for j in best.columns if (unit := _unit_of(best.texts[j]) or _unit_of(above[j]))}
    while first < len(sheet.top) and (extra := _belongs_to_header(sheet.top[first], best)) is not None:
        units |= {j: unit for j, unit in extra.items() if j in best.columns}
        first += 1
    named: dict[str, list[str]] = {}
    for j, column in best.columns.items():
        named.setdefault(column, []).append(best.texts[j])
    serial = frozenset(j for j, text in enumerate(best.texts) if j not in best.columns and fold(text) in _SERIAL)
    return Header(
        first,
        best.columns,
        {j: text for j, text in enumerate(best.texts) if j not in best.columns and j not in serial and text},
        best.texts,
        units,
        _unit_line(sheet, best),
        serial,
        tuple(name for name in table.required if name not in named),
        {column: texts for column, texts in named.items() if len(texts) > 1},
    )


def _named_once(columns: dict[int, str]) -> int:
    """How many columns a header names, less those that it names again."""
    return 2 * len(set(columns.values())) - len(columns)


def _mapped(sheet: Sheet, row: int, levels: int, names: dict[str, str]) -> tuple[list[str], dict[int, str]]:
    """The header's texts and the columns that they name."""
    candidates = [[text] for text in sheet.top[row]] if levels == 1 else _two_level(sheet, row)
    texts, columns = [], {}
    for j, forms in enumerate(candidates):
        found = next((form for form in forms if column_of(form, names)), None)
        texts.append((found or forms[0]).strip())
        if found:
            columns[j] = str(column_of(found, names))
    return texts, columns


def _headings(sheet: Sheet, row: int) -> list[str]:
    """The upper row of two, each heading over all of its columns."""
    upper, lower = list(sheet.top[row]), sheet.top[row + 1]
    upper += [""] * (len(lower) - len(upper))
    for j in range(1, min(len(upper), len(lower))):
        if not upper[j].strip() and lower[j].strip() and not sheet.merges_known:
            upper[j] = upper[j - 1]  # a merged heading that was flattened
    return upper


def _two_level(sheet: Sheet, row: int) -> list[list[str]]:
    """Per column, what a heading over several columns and its own header can be read as, the fullest first."""
    upper, lower = _headings(sheet, row), list(sheet.top[row + 1])
    lower += [""] * (len(upper) - len(lower))
    forms = []
    for above, below in zip(upper, lower, strict=True):
        if not below.strip() or above.strip() == below.strip():
            forms.append([above])
        elif not above.strip():
            forms.append([below])
        else:
            alone = [above] if fold(bare(fold(below))) in _SUMS or _unit_alone(fold(below)) else []
            forms.append([above.strip() + below.strip(), below, *alone])
    return forms


def _unit_of(text: str) -> str:
    folded = fold(text)
    for inner in _BRACKETS.findall(folded):
        if "%" in inner:
            return "%"
        if units := units_in(inner):
            return "、".join(units)
    found = _UNIT_AT_END.search(folded)
    return found.group(1) if found else ""


def _unit_alone(folded: str) -> list[str]:
    """The unit of a cell that holds nothing else."""
    inner = re.sub(r"^(金额|计量)?单位:?", "", folded.strip("()[]【】{}"))
    return (
        ["%"]
        if inner == "%"
        else units
        if (units := units_in(inner)) and inner.replace("人民币", "") in (units[0], units[0][:-1])
        else []
    )


def _belongs_to_header(row: list[str], header: _Found) -> dict[int, str] | None:
    """The units of a row below the header that holds nothing but units or column numbers; None for any other row."""
    cells = {j: fold(text) for j, text in enumerate(row) if text.strip()}
    if not cells:
        return None
    units = {j: "、".join(own) for j, text in cells.items() if (own := _unit_alone(text))}
    if units and all(j in units or _BRACKETED.fullmatch(text) or text in "-—/" for j, text in cells.items()):
        return units
    numbers = [int(m.group(1)) for text in cells.values() if (m := _COLUMN_NUMBER.fullmatch(text))]
    words = [text for text in cells.values() if not _COLUMN_NUMBER.fullmatch(text)]
    counted = len(cells) >= 3 and numbers == list(range(1, len(numbers) + 1))
    if (
        counted
        and all(re.fullmatch(r"栏次|[甲乙丙丁戊己庚辛壬癸]|[a-z]|-|—", w) for w in words)
        and len(cells) >= len(header.columns)
    ):
        return {}
    return None


def refuse(sheet: Sheet, table: Table, header: Header) -> None:
    """IntakeError where a required column is missing or two headers name one column."""
    if header.missing:
        headers = "、".join(f"{table.column(m).header}（{m}）" for m in header.missing)
        shown = header.texts or [text.strip() for row in sheet.top[:3] for text in row]
        found = "、".join(t for t in shown if t)[:300] or "（空）"
        raise IntakeError(
            f"{sheet.place}：{table.title}缺少必需的列 {headers}；读到的表头：{found}。"
            "请补上该列，或在参数的 sources 中用 headers 指明对应的表头"
        )
    for name, texts in header.twice.items():
        raise IntakeError(
            f"{sheet.place}：表头 {'、'.join(texts)} 都对应 {table.column(name).header}，无法确定用哪一列，请只保留一列或改名"
        )


def _unit_line(sheet: Sheet, header: _Found) -> str:
    """The unit that stands above the header, or beside it under no column; several, where they differ: no known unit."""
    beside = [text for j, text in enumerate(header.texts) if j not in header.columns and "单位" in text]
    named = [unit for row in sheet.top[: header.row] for unit in units_named(row)] + units_named(beside)
    return "、".join(dict.fromkeys(named))
