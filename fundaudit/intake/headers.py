"""Where a table's header stands, which header is which column, and in what unit money is written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from fundaudit.contract import TABLES, Table
from fundaudit.intake.readers import Sheet
from fundaudit.masking import mask_text
from fundaudit.parameters import Source

_FOREIGN = re.compile(r"[十百千万亿]*(?:[美欧港日澳英]元|美金|英镑)")
# 十万元 and the like are found whole, so that they are not read as 万元; 元坝区 is a place.
_UNITS = re.compile(r"(?<![\d.])([十百千万亿]{0,2}[万亿]元|[十百千]{1,2}元|元(?![一-龥])|[十百千]?[万亿](?![一-龥元]))")
_UNIT_AT_END = re.compile(r"[/,;:_\-、]?(?:单位:?)?([十百千]{0,2}[万亿]?元)$")
_BRACKETS = re.compile(r"[(\[【{]([^()\[\]【】{}]*)[)\]】}]")
_BRACKETED = re.compile(r"[(\[【{].{1,6}[)\]】}]")
# What may stand in brackets behind a header without changing what the column is.
_ASIDE = re.compile(
    r"(单位:?.*|亩|头|只|羽|株|棵|人|户|个|吨|公斤|千克|斤|平方米|立方米|米|公里|套|台|次|天|岁|必填项?|选填|非必填|可不填|文本|文本格式|公历"
    r"|(yyyy|年).*[日d]|\d+位|全称|汉字|小写|含税|例:?.*|如:?.*|是/否|y/n|\d{4}年度?|元/.*)"
)
# 元/亩: what one of them is paid, no amount.
_RATE = re.compile(
    r"[元角分](/|每|·)(亩|头|只|羽|峰|匹|株|棵|吨|公斤|千克|斤|平方|平米|立方|米|m2|m3|m²|m³|㎡|公里|套|台|箱|袋|公顷|天|日|月|季|年|学期|次"
    r"|[人户](/|每|·)[月季年天日次])"
)
_RATE_OF_ONE = re.compile(r"[元角分](/|每|·)[人户]")  # a rate where the sheet has a sum or a count beside it
_SUM_BESIDE = re.compile(r"合计|总计|总额|总金额|实发|应发|发放金额|^数量|人数|户数|月数")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u206f\u00ad\u180e\ufe00-\ufe0f\ufeff]+")
_STARS = "*＊※"
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


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """A header as it is compared: no white space, nothing invisible, no stars around it (to be filled in), half width, lower
    case."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip(_STARS).lower()


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
    alone = [unit for cell in cells for unit in _unit_alone(cell) if unit != "%"]
    said = [unit for m in _SAID.finditer(row) for unit in units_in(m.group(1))]
    segments = [row[m.end() : m.end() + 24] for m in re.finditer("单位", row)]
    segments += [inner for cell in cells for inner in _BRACKETS.findall(cell)]
    return list(dict.fromkeys([*alone, *said, *(unit for segment in segments for unit in units_in(segment))]))


# 金额以万元为单位, 均为万元, 数额：万元
_SAID = re.compile(r"(?:以|均为|均以|数额:?|金额:)([十百千]?[万亿]?元)(?=为单位|计|$|[,.;:，。；、)）])")


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
    """Folded header → column: the contract's names, headers and aliases; the parameters' own before them."""
    names: dict[str, str] = {}
    for column in table.columns:
        for alias in (column.name, column.header, *column.aliases):
            names.setdefault(bare(fold(alias)), column.name)
    if source:
        names.update({bare(fold(header)): column for header, column in source.headers.items()})
    return names


_BEFORE = re.compile(
    r"^(?:(?:附件|附表|附)[0-9一二三四五六七八九十]*|表?[0-9一二三四五六七八九十]+(?=[:、._\-—–)])|(?:19|20)\d\d年?度?|\d{1,2}月份?|\d+"
    r"|[一-龥]{1,8}?(?:自治县|县|区|市|旗|乡|镇|街道)|关于)?[:、._\-—–()年度]*"
)
_BEHIND = re.compile(
    r"(?:[(\[【][^()\[\]【】]*[)\]】]|[-—–_~.:、][^-—–_~.:、表]*|汇总表|汇总|表|终稿|定稿|最终版?|终版|最新版?|修订|修改|上报|报送|副本|复件|备份|copy|v?\d+|(?:19|20)\d\d年度?)$"
)


def table_named(title: str, county: str = "") -> str | None:
    """The table that a file or sheet name stands for: its English name or its Chinese title.

    The usual beginnings (附件1：, a year, a month, the county's name) and endings (表, 汇总, 终稿, 副本, a number, a bracket) are set
    aside.
    """
    folded, own = fold(title), fold(county)
    forms = {folded}
    while True:
        shorter = {cut for form in forms for cut in (_BEFORE.sub("", form), form.removeprefix(own) if own else form)}
        shorter |= {cut for form in forms | shorter if (cut := _BEHIND.sub("", form))}
        if shorter <= forms:
            break
        forms |= shorter
    best = ""
    for table in TABLES.values():
        for name in (table.name, fold(table.title)):
            if name in forms and len(name) > len(best):
                best, found = name, table.name
    return found if best else None


def find_header(sheet: Sheet, table: Table, source: Source | None) -> Header:
    """The row, or two rows, that map most columns. What is missing or named twice stands in the result."""
    names = header_names(table, source)
    best = _Found(0, 1, [], {})
    asked = {fold(header) for header in source.headers} if source else set[str]()
    whole = len(sheet.top)  # the first row that is a header by itself: a later one, however wide, heads other rows
    for levels in (1, 2, 3):  # more rows only where they name more than fewer do
        for row in range(len(sheet.top) - levels + 1):
            texts, columns = _mapped(sheet, row, levels, names, table, asked)
            if levels == 1 and row < whole and not _missing(table, {*columns.values(), *(source.given if source else ())}):
                whole = row
            if row <= whole and _named_once(columns) > _named_once(best.columns):
                best = _Found(row, levels, texts, columns)
    best = _deepened(sheet, best)
    best = best._replace(columns=_preferred(best, source))
    first = best.row + best.levels if best.columns else 0
    above = [""] * len(best.texts)
    if best.levels > 1:
        upper = _headings(sheet, best.row, best.levels)
        above = ["".join(level[j] for level in upper[:-1] if j < len(level)) for j in range(len(best.texts))]
    units = {j: unit for j in best.columns if (unit := unit_of(best.texts[j]) or unit_of(above[j]))}
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
        _missing(table, set(named) | set(source.given if source else ())),
        {column: texts for column, texts in named.items() if len(texts) > 1},
    )


def _named_once(columns: dict[int, str]) -> int:
    """How many columns a header names, less half of those that it names again."""
    return 3 * len(set(columns.values())) - len(columns)


def _missing(table: Table, found: set[str]) -> tuple[str, ...]:
    """The required columns that are not there; one that is found through the document number needs that alone."""
    return tuple(c.name for c in table.columns if c.required and c.name not in found and not (c.linked and "doc_no" in found))


def _mapped(
    sheet: Sheet, row: int, levels: int, names: dict[str, str], table: Table, asked: set[str]
) -> tuple[list[str], dict[int, str]]:
    """The header's texts and the columns that they name."""
    candidates = [[text] for text in sheet.top[row]] if levels == 1 else _stacked(sheet, row, levels)
    texts, columns = [], {}
    beside = any(_SUM_BESIDE.search(fold(form)) for forms in candidates for form in forms[:1])
    for j, forms in enumerate(candidates):
        found = next((form for form in forms if column_of(form, names)), None)
        name = column_of(found, names) if found else None
        folded = fold(str(found))
        rate = _RATE.search(folded) or (beside and _RATE_OF_ONE.search(folded))
        if name and table.column(name).kind == "money" and table.name != "standards" and rate and folded not in asked:
            name = None
        texts.append((found or forms[0]).strip())
        if name:
            columns[j] = name
    return texts, columns


def _preferred(found: _Found, source: Source | None) -> dict[int, str]:
    """Of several headers for one column, the one that the parameters name; 户主姓名 is no name beside 姓名."""
    asked = {fold(header) for header in source.headers} if source else set()
    columns = dict(found.columns)
    for name in set(columns.values()):
        places = [j for j, column in columns.items() if column == name]
        by_rank = {j: 2 if fold(found.texts[j]) in asked else 0 if fold(found.texts[j]).startswith("户主") else 1 for j in places}
        best = max(by_rank.values())
        if sum(rank == best for rank in by_rank.values()) == 1:
            columns = {j: c for j, c in columns.items() if c != name or by_rank[j] == best}
    named_after = [fold(found.texts[j]) for j, c in columns.items() if c == "name"]
    if named_after and not any(text.startswith("户主") for text in named_after):  # the head's number is nobody else's
        columns = {
            j: c
            for j, c in columns.items()
            if c != "id_number" or not fold(found.texts[j]).startswith("户主") or fold(found.texts[j]) in asked
        }
    return columns


def _deepened(sheet: Sheet, found: _Found) -> _Found:
    """Rows below that are still the header, because merged cells of the header reach into them."""
    last = max(
        (r1 for r0, _, r1, _ in sheet.merged if found.columns and found.row <= r0 < found.row + found.levels <= r1), default=0
    )
    levels = max(found.levels, last - found.row + 1)
    return found._replace(levels=levels) if levels <= 4 else found


def _headings(sheet: Sheet, row: int, levels: int) -> list[list[str]]:
    """The rows of a header, each heading over all of its columns."""
    rows = [list(own) for own in sheet.top[row : row + levels]]
    width = max(map(len, rows))
    rows = [own + [""] * (width - len(own)) for own in rows]
    for upper, lower in pairwise(rows):
        for j in range(1, width):
            if not upper[j].strip() and lower[j].strip() and not sheet.merges_known:
                upper[j] = upper[j - 1]  # a merged heading that was flattened
    return rows


def _stacked(sheet: Sheet, row: int, levels: int) -> list[list[str]]:
    """Per column, what the headings over several columns and its own header can be read as, the fullest first."""
    rows = _headings(sheet, row, levels)
    forms = []
    for own in zip(*rows, strict=True):
        parts = [text.strip() for k, text in enumerate(own) if text.strip() and (not k or text.strip() != own[k - 1].strip())]
        if len(parts) < 2:
            forms.append(parts or [""])
        else:
            alone = ["".join(parts[:-1])] if fold(bare(fold(parts[-1]))) in _SUMS or _unit_alone(fold(parts[-1])) else []
            forms.append(["".join(parts), parts[-1], *alone])
    return forms


def unit_of(text: str) -> str:
    """The unit that a header names; empty where it names none."""
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


def refusal(sheet: Sheet, table: Table, header: Header) -> str:
    """Why a sheet cannot be read: a required column is missing or two headers name one column. It shows headers and no data."""
    if header.missing:
        headers = "、".join(f"{table.column(m).header}（{m}）" for m in header.missing)
        return (
            f"{sheet.place}：{table.title}缺少必需的列 {headers}；{_headers_found(header)}。"
            "请补上该列，或在参数的 sources 中用 headers 指明对应的表头；整张表只有一个值的，用 values 写明"
        )
    for name, texts in header.twice.items():
        shown, named = "、".join(mask_text(text) for text in texts), table.column(name).header
        halves = "" if len(set(texts)) > 1 else "（两半并排的表？）"
        how = "请改成上下相接的一张表" if halves else f"请在参数的 sources 中用 headers 写明用哪一个（{texts[0]}: {named}）"
        return f"{sheet.place}：表头 {shown} 都对应 {named}{halves}，无法确定用哪一列{'，' if halves else '。'}{how}"
    return ""


def _headers_found(header: Header) -> str:
    """The header's texts for a message; a row of data that was taken for one is not shown."""
    texts = [text for text in header.texts if text]
    if len(header.columns) < 2 and not looks_like_header(texts):
        return "前几行里没有找到表头"
    return f"读到的表头：{'、'.join(mask_text(t) for t in texts)[:300]}"


def looks_like_header(texts: list[str]) -> bool:
    """Whether a row's texts can be headers: several, all different, no amounts, dates or long numbers among them."""
    filled = [fold(text) for text in texts if text.strip()]
    return len(filled) > 1 and len(set(filled)) == len(filled) and not any(_VALUE.search(text) for text in filled)


_VALUE = re.compile(r"\d{5,}|^[-+¥]?\d[\d,.]*%?$|^\d{4}[-/.年]\d")


def _unit_line(sheet: Sheet, header: _Found) -> str:
    """The unit that stands above the header, or beside it under no column; several, where they differ: no known unit."""
    beside = [text for j, text in enumerate(header.texts) if j not in header.columns and "单位" in text]
    named = [unit for row in sheet.top[: header.row] for unit in units_named(row)] + units_named(beside)
    names = (sheet.name, re.sub(r"\.\w+$", "", sheet.file.rsplit("/", 1)[-1]))
    named += [unit for name in names for inner in _BRACKETS.findall(fold(name)) for unit in _unit_alone(inner) if unit != "%"]
    return "、".join(dict.fromkeys(named))
