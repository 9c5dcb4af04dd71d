"""What the rows below a header are: data, totals, and what is neither: blank, filler, unit, header and remark rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.contract import Column, Table
from fundaudit.intake.columns import Note
from fundaudit.intake.headers import Header, column_of, fold, header_names, unit_of, units_named
from fundaudit.intake.readers import Cells, Sheet
from fundaudit.intake.readers.sheet import Flags

_CAPITALS = r"[零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正]*"
_TAIL = rf"(金额|数)?([(（][^()（）]*[)）])?[:：]?(\d+[人户笔元])*{_CAPITALS}"
_LABEL = re.compile(
    rf"((本页|本表|本月|全[县区乡镇村])?(合计|小计|总计|共计|总额|汇总)|累计|计|总数|平均[值数]?|人均|共?\d+[人户笔]|.{{1,12}}(乡|镇|村|街道|社区|组|队)计){_TAIL}"
    r"|过次页|承前页|承上页|接上页|转下页|接下页|(sub)?total",
    re.IGNORECASE,
)
TOTAL = re.compile(
    rf".{{0,12}}(合计|小计|总计|共计){_TAIL}|.{{0,30}}(汇总|计数|求和)|{_LABEL.pattern}|grand ?total", re.IGNORECASE
)
_GROUP_SUM = re.compile(r".{1,30}(汇总|小计|合计)")  # 甲公司 汇总: what a spreadsheet's own function writes
_COUNTED = re.compile(r"[共计]*\d+[人户笔]")
_PLACES = ("township", "village", "unit")
_FILLERS = frozenset("- — —— ― – / \\ ... ...... ~ * ※ 〃 ″ 以下空白 此页空白 (以下空白)".split())
_REMARK = re.compile(
    r"[(（*※]?(注|备注|附注|说明|填表说明|填报说明|填表人|制表人?|填报人|填报单位|制表单位|编制单位|复核人?|审核人?|审批人?|经办人"
    r"|单位负责人|负责人|单位领导|主管领导|分管领导|联系人|联系电话|电话|打印(时间|日期|人)|导出(时间|日期|人)|制表(时间|日期)|填报(时间|日期)"
    r"|数据来源|来源|公示(时间|日期|期|期限|单位|地点)|(监督)?(举报|投诉|监督|咨询)(电话|邮箱)|监督单位)[)）]?[\d一二三四五六]*[:：].*"
    r"|.*[(（](盖章|公章|签字|签章|签名)[)）].*|.{0,20}(盖章|签字|签章)[:：]?.{0,12}|以上.{0,20}(属实|无误|真实|公示).*|特此(公示|公告|说明).*"
    r"|第\d+页.{0,3}(共\d+页)?|共\d+页.*|(19|20)\d\d年\d{1,2}月\d{1,2}日",
    re.DOTALL,
)
_HEADING = re.compile(
    r"[(（]?[一二三四五六七八九十]+[)）]?[、.．].{1,30}|[一-龥]{1,12}(乡|镇|街道|村|社区|嘎查)(委会|民委员会)?|第?[一二三四五六七八九十\d]+(村民)?(小组|组|社)"
)
_SERIAL_NUMBER = re.compile(r"[\d一二三四五六七八九十()（）.、]+")
_WORTH_A_LOOK = r"^[\s\pZ\pC—―–\-/\\…～~*※〃.]*$|[合小总共累]?\s*计|总\s*数|平\s*均|人\s*均|页\s*$|总\s*额|汇\s*总|(?i:total)|[人户笔]\s*$|以下空白|[:：]|章|签|属实|第.+页"


class SortedRows(NamedTuple):
    """What the rows below a header are."""

    data: Flags
    totals: list[int]
    notes: list[Note]
    units: list[str]  # named below the header
    foreign: dict[int, int] = {}  # rows of the file under a second header unlike the first → that header's row


def sort_out(cells: Cells, sheet: Sheet, table: Table, header: Header) -> SortedRows:
    """Data, totals, and what is neither: blank, filler, repeated header, title, heading and remark rows, counted and named."""
    data = np.ones(len(cells.numbers), bool)
    totals, aside = [], dict[str, list[int]]()
    kept, units = list[str](), list[str]()
    titles = {_bare(text) for row in sheet.top[: max(header.first - 1, 0)] for text in row if text.strip()}
    seconds = list[tuple[int, bool]]()  # headers below the first, and whether they say the same
    for k in np.flatnonzero(_worth_a_look(cells, table, header)).tolist():
        texts = cells.row(k)
        what = _what(texts, table, header, titles)
        if what == "header":
            seconds.append((k, _same_header(texts, table, header)))
        if what == "data":
            continue
        data[k] = False
        if what == "total":
            totals.append(k)
        else:
            aside.setdefault(what, []).append(k)
            units += units_named(texts) if what in ("remark", "unit") else []
            kept += [f"第 {cells.numbers[k]} 行：" + " ".join(t.strip() for t in texts if t.strip())] if what == "remark" else []
    notes = [Note("", _aside(what, [int(cells.numbers[k]) for k in rows]), len(rows)) for what, rows in aside.items()]
    notes = [Note(n.column, n.message, n.rows, "；".join(kept)) if "说明" in n.message else n for n in notes]
    return SortedRows(data, totals, notes, list(dict.fromkeys(units)), _foreign(cells, data, seconds))


def _foreign(cells: Cells, data: Flags, seconds: list[tuple[int, bool]]) -> dict[int, int]:
    """The data rows between a header that says something else and the next one like the first."""
    found: dict[int, int] = {}
    ends = [k for k, _ in seconds[1:]] + [len(data)]
    for (k, same), end in zip(seconds, ends, strict=False):
        if not same:
            found |= {int(cells.numbers[i]): int(cells.numbers[k]) for i in range(k + 1, end) if data[i]}
    return found


def _same_header(row: list[str], table: Table, header: Header) -> bool:
    """Whether a repeated header names the same columns at the same places, in the same units."""
    names = header_names(table, None)
    for j, name in header.columns.items():
        text = row[j] if j < len(row) else ""
        if not text.strip():
            continue
        own = column_of(text, names)
        if own is None and name in table.required and fold(text) not in fold(header.texts[j]):
            return False  # another thing stands where a required column stood
        if (own and own != name) or (own and unit_of(text) and header.units.get(j) and unit_of(text) != header.units[j]):
            return False
    return True


def _bare(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u206f\u00ad\ufeff]+")


def _aside(what: str, rows: list[int]) -> str:
    named = f"（第 {'、'.join(map(str, rows[:10]))}{' 等' if len(rows) > 10 else ' '}行）"
    return {
        "blank": "空行，已跳过",
        "filler": f"只有序号或占位符号的行，未作为数据{named}",
        "header": f"重复的表头，未作为数据{named}",
        "unit": f"表中或表下的单位行{named}",
        "remark": f"表外的说明或签署，未作为数据{named}",
        "title": f"重复的标题，未作为数据{named}",
        "heading": f"只有名称的分组行，未作为数据{named}",
    }[what]


def _must(table: Table, header: Header) -> list[int]:
    """The columns without which a row is no row: required, without money."""
    return [j for j, name in header.columns.items() if name in table.required and table.column(name).kind != "money"]


def _worth_a_look(cells: Cells, table: Table, header: Header) -> Flags:
    """Rows that may be no data: a required cell is empty, a filler or a label, or repeats its header."""
    looked = np.zeros(len(cells.numbers), bool)
    for j in [*_must(table, header), *header.serial, *(j for j, name in header.columns.items() if table.column(name).made)]:
        worth = pc.match_substring_regex(cells.texts[j], _WORTH_A_LOOK)
        empty = pc.match_substring_regex(cells.texts[j], r"^\s*$") if j not in _must(table, header) else None
        looked |= np.asarray(worth if empty is None else pc.and_not(worth, empty))
        if j in header.columns:
            own = table.column(header.columns[j])
            names = pa.array(
                [header.texts[j], own.name, *(n for c in table.columns for n in (c.header, *c.aliases))], pa.string()
            )
            looked |= np.asarray(pc.is_in(pc.utf8_trim(cells.texts[j], " \t\ufeff\u200b"), value_set=names))
    return looked


def _what(row: list[str], table: Table, header: Header, titles: set[str]) -> str:
    texts = [_bare(t) for t in row]
    held = [t for j, t in enumerate(texts) if t and not (j in header.serial and _SERIAL_NUMBER.fullmatch(t))]
    if not any(texts):
        return "blank"
    if all(t in _FILLERS for t in held):
        return "filler"
    if _repeats_header(texts, table, header):
        return "header"
    if titles and set(held) <= titles:
        return "title"
    if _is_total(texts, table, header):
        return "total"
    first = next(t for t in texts if t)
    lacking = any(not texts[j] for j in _must(table, header)) or len(held) == 1
    if any(texts[j] for j, name in header.columns.items() if table.column(name).kind == "money" and texts[j] != first):
        return "data"  # a row that holds an amount is no remark
    if lacking and len(held) <= 4 and "单位" in "".join(texts) and units_named(row):
        return "unit"
    if lacking and len(held) <= 4 and _REMARK.fullmatch(first):
        return "remark"
    return "heading" if len(set(held)) == 1 and _HEADING.fullmatch(held[0]) and len(header.columns) > 2 else "data"


def _repeats_header(texts: list[str], table: Table, header: Header) -> bool:
    """Every required cell is a name of its own column; or, where there is none, the amounts are headers (小计, 其中)."""
    must = {j: texts[j] for j in _must(table, header)}
    names = {j: {fold(n) for n in (header.texts[j], c.name, c.header, *c.aliases)} for j, c in _columns(must, table, header)}
    known = header_names(table, None)
    filled = [text for text in texts if text]
    if len(filled) > 2 and sum(column_of(text, known) is not None for text in filled) > len(filled) / 2:
        return True  # the same columns, perhaps in another order
    if any(must.values()):
        return all(fold(text) in names[j] for j, text in must.items() if text) and sum(map(bool, must.values())) >= 2
    return any(_LABEL.fullmatch(texts[j]) for j, c in _columns(header.columns, table, header) if c.kind == "money")


def _columns(places: Iterable[int], table: Table, header: Header) -> list[tuple[int, Column]]:
    return [(j, table.column(header.columns[j])) for j in places]


def _is_total(texts: list[str], table: Table, header: Header) -> bool:
    """A label where a key, a name or the serial number belongs; or elsewhere in a row that lacks one of them."""
    own = [(c, texts[j]) for j, c in _columns(header.columns, table, header)]
    named = [(c, text) for c, text in own if c.required and c.kind in ("id", "text") and c.name not in ("item", "metric")]
    first = [text for c, text in own if c.made] + [texts[j] for j in header.serial] + texts[:1]
    if any(_LABEL.fullmatch(text) for _, text in named) or (named and any(_LABEL.fullmatch(t) for t in first)):
        return True
    if any(TOTAL.fullmatch(text) for _, text in named) and not any(
        c.key and text and not TOTAL.fullmatch(text) for c, text in named
    ):
        return True
    lacking = any(not text or _COUNTED.fullmatch(text) for _, text in named)
    if named and not any(text for _, text in named) and any(_GROUP_SUM.fullmatch(t) for t in texts if t):
        return True
    placed = any(TOTAL.fullmatch(text) for c, text in own if c.name in _PLACES) or any(TOTAL.fullmatch(t) for t in first)
    return lacking and (placed or any(_LABEL.fullmatch(t) for t in texts if t))


def chosen(cells: Cells, flags: Flags) -> Cells:
    where = pa.array(flags)
    old = {int(k): new for new, k in enumerate(np.flatnonzero(flags))}
    return Cells(
        cells.numbers[flags],
        [texts.filter(where) for texts in cells.texts],
        {j: held[flags] for j, held in cells.held.items()},
        {old[k]: more for k, more in cells.beyond.items() if k in old},
        {old[k]: width for k, width in cells.short.items() if k in old},
    )
