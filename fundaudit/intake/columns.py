"""A column of cells becomes typed values. Plain cells are read all at once, every other by `values`, each text once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.contract import Column
from fundaudit.dates import Unreadable, read_date, read_day_or_month, read_month, refuse_marks
from fundaudit.intake import values
from fundaudit.intake.canonical import ARROW_TYPES
from fundaudit.intake.identity import holds_several, normalise_id, normalise_identity
from fundaudit.intake.readers.sheet import Flags, Look, Places, Texts, replaced, whole
from fundaudit.parameters import Settings

_SCIENTIFIC = r"^\s*[0-9](\.[0-9]+)?[eE]\+?[0-9]+\s*$"
_A_DOUBLE = r"^\s*[1-9][0-9]*\.0+\s*$"  # 2022001.0: a program held the number as a floating-point one
_ODD_TEXT = r"^[\s\pZ]|[\s\pZ]$|\pC"
_NO_NAME = r"^[0-9.,]+$"
_PLAIN_IDENTITY = r"^[0-9]{17}[0-9X]$"
# Digits before and after the point that come out exact to the cent in decimal(18, 2).
_PLAIN_MONEY = {
    "元": (r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$", 0),
    "万元": (r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$", 4),
}
# What a number format may show that the cell does not hold.
SHOWN = {"money": "units", "ratio": "percents", "decimal": "percents", "date": "months", "month": "months"}
BY_MONTH = "只写到月份，按整个月理解，两端结论不同的不作判定"
SERIAL_DAYS = (29221, 73415)  # 1980 to 2100 in the 1900 system: a smaller number in a date column is no serial
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True)
class Note:
    """Something intake did or left out without rejecting a row; `rows` says how often. `kept` stays in restricted/.

    `told`: a name or the parameters told the column's values; `assumed_unit`: nobody said the unit of money.
    """

    column: str
    message: str
    rows: int
    kept: str = ""
    kind: Literal["", "told", "assumed_unit"] = ""


@dataclass
class ColumnRead:
    """A column's values; cells that cannot be read with what was expected; texts that are kept beside the value."""

    values: Texts
    unread: list[tuple[int, str, str]] = field(default_factory=list)  # row, text, why
    raw: list[tuple[int, str]] = field(default_factory=list)  # row, text
    suspect: Flags | None = None
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class ColumnOf:
    """A column of a sheet: its cells as text, the rows of the file, where they were numbers, the unit in force, the workbook's
    date system, what its cells show. `last`: of dates known to the month, the month's last day."""

    column: Column
    texts: Texts
    numbers: Places
    held: Flags | None = None
    unit: str = ""
    date1904: bool | None = None
    look: Look | None = None
    last: bool = False


def worth_looking(column: Column, held: Flags | None, shows: frozenset[str]) -> bool:
    """Whether what a spreadsheet's cells show may be another value than what they hold."""
    if column.kind == "id":
        return held is not None and bool(held.any())
    return SHOWN.get(column.kind) in shows and (held is not None or column.kind in ("date", "month"))


def read_column(own: ColumnOf, settings: Settings) -> ColumnRead:
    """Every cell as a value of the column's kind, or unread; nothing is guessed."""
    column, notes = own.column, list[Note]()
    texts = own.texts
    kept: dict[int, str] = {}
    if column.kind in ("date", "month"):
        if own.held is not None:
            texts, kept, notes = _serials_as_dates(own)
        if own.look and own.look.months:
            texts = _months_shown(own, texts, own.look.months)
    suspect = None
    if own.look and column.kind in ("money", "ratio", "decimal"):
        texts = _put(own, texts, own.look.shown)
    if column.kind == "id":
        suspect = _held_as_numbers(own, texts)
        texts = _put(own, texts, own.look.written if own.look else {})
    if column.kind == "text" and not column.required:
        texts, more = _ditto_filled(column, texts)
        notes += more
    distinct, places = _distinct(texts)
    read = _reader(column, own.unit, distinct, settings, own.last)
    done, plain = _plain(column, own.unit, distinct)
    if done is distinct:  # every text is its own value
        result = ColumnRead(texts, notes=notes, suspect=suspect)
        if column.kind == "id":
            _suspect(result, column)
        return result
    done, plain = whole(done), whole(plain)
    rest = np.flatnonzero(~np.asarray(plain))
    found, unread, changed = [], dict[int, tuple[str, str]](), dict[int, tuple[str, str]]()
    for i, text in zip(rest.tolist(), distinct.take(pa.array(rest)).to_pylist(), strict=True):
        try:
            value, said = _empty(text) if values.is_empty(text, column.kind == "text") else _certain(text, column, read)
        except Unreadable as error:
            value, said = None, ""
            unread[i] = (text, str(error))
        found.append(None if value == "" else value)
        if said:
            changed[i] = (text, said)
    result = ColumnRead(replaced(done, pc.invert(plain), found), notes=notes, suspect=suspect)
    if places is not None:
        result.values = result.values.take(pa.array(places))
    result.unread = [(k, *unread[i]) for k, i in _rows_of(unread, places)]
    altered = [(k, *changed[i]) for k, i in _rows_of(changed, places)]
    result.raw = sorted([*kept.items(), *((k, text) for k, text, _ in altered)])
    result.notes += [Note(column.name, message, count) for message, count in Counter(m for *_, m in altered).items()]
    if column.kind == "id":
        _suspect(result, column)
    if column.kind == "ratio":
        unsigned = len(texts) - pc.sum(pc.match_substring_regex(texts, r"[%％]|^\s*$")).as_py() if len(texts) else 0
        way = "百分数" if _is_percentages(own.unit, distinct) else "0 至 1 的比例"
        result.notes += [Note(column.name, f"没有百分号，按{way}读取", unsigned)] if unsigned else []
    return result


def _certain(text: str, column: Column, read: Callable[[str], tuple[Any, str]]) -> tuple[Any, str]:
    if text == values.UNWORKED:
        raise Unreadable("是公式，文件里没有保存计算结果，请用电子表格打开、重新计算并保存后报送")
    if values.clean_text(text) in values.DITTO:
        raise Unreadable("写的是“同上”记号，不能确定是哪一行的内容，请逐行填写")
    return read(text)


def _ditto_filled(column: Column, texts: Texts) -> tuple[Texts, list[Note]]:
    """Ditto marks of a text column taken from the row above."""
    ditto = np.asarray(pc.is_in(pc.utf8_trim_whitespace(texts), value_set=pa.array(sorted(values.DITTO))))
    if not ditto.any():
        return texts, []
    filled = pc.fill_null_forward(pc.if_else(pa.array(ditto), pa.scalar(None, pa.string()), whole(texts)))
    return pc.fill_null(filled, values.UNWORKED), [Note(column.name, "“同上”记号，取上一行的内容", int(ditto.sum()))]


def _months_shown(own: ColumnOf, texts: Texts, months: dict[int, str]) -> Texts:
    """Days that a format shows as a month or a year alone, where they are its first: that is all that was entered."""
    texts = whole(texts)
    for kind, first, kept in (("month", r"^[0-9]{4}-[0-9]{2}-01$", 7), ("year", r"^[0-9]{4}-01-01$", 4)):
        rows = [row for row, shown in months.items() if shown == kind]
        flags = pc.and_(pa.array(np.isin(own.numbers, rows)), pc.match_substring_regex(texts, first))
        texts = whole(pc.if_else(flags, pc.utf8_slice_codeunits(texts, 0, kept), texts))
    return texts


def _empty(text: str) -> tuple[None, str]:
    return None, "错误值或空值标记，按空处理" if values.clean_text(text) in values.MARKS else ""


def _distinct(texts: Texts) -> tuple[Texts, Places | None]:
    """Each text once, and which of them a row holds; the column as it is where its texts hardly repeat."""
    sample = texts.slice(0, 10_000)
    if len(sample.unique()) > len(sample) / 2:
        return texts, None
    encoded = whole(texts).dictionary_encode()
    return encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _rows_of(chosen: dict[int, Any], places: Places | None) -> list[tuple[int, int]]:
    """(row, index of its text) of every row that holds one of the chosen texts."""
    if places is None:
        return [(i, i) for i in chosen]
    rows = np.flatnonzero(np.isin(places, list(chosen))) if chosen else np.array([], np.int64)
    return [(int(k), int(places[k])) for k in rows]


def _plain(column: Column, unit: str, texts: Texts) -> tuple[Texts, Texts]:
    """Values of the cells that need no thought, and which those are; `values` reads them alike (a test holds it to that)."""
    kind = ARROW_TYPES[column.kind]
    if column.kind == "money" and unit in _PLAIN_MONEY:
        form, shift = _PLAIN_MONEY[unit]
        plain = pc.match_substring_regex(texts, form)
        exact = _where(plain, texts).cast(pa.decimal128(18, 2 + shift))
        if shift:
            exact = pc.multiply(exact, pa.scalar(Decimal(10**shift), pa.decimal128(5, 0)))
        return exact.cast(kind), plain
    if column.kind == "text" and column.name != "basis_kind":
        empty = pc.is_in(texts, value_set=pa.array(sorted(values.DASHES | values.DITTO | {values.UNWORKED})))
        odd = pc.match_substring_regex(
            texts, f"{_ODD_TEXT}|{_NO_NAME}" if column.name == "name" and column.personal else _ODD_TEXT
        )
        plain = pc.invert(pc.or_(odd, empty))
        return _where(plain, texts), plain
    if column.personal == "id_number":
        plain = pc.match_substring_regex(texts, _PLAIN_IDENTITY)
        return _where(plain, texts), plain
    if column.kind == "id":
        empty = pc.is_in(texts, value_set=pa.array(sorted(values.EMPTY)))
        plain = pc.and_not(pc.ascii_is_alnum(texts), empty)
        return _where(plain, texts), plain
    return pa.nulls(len(texts), kind), pa.array(np.zeros(len(texts), bool))


def _where(plain: Texts, texts: Texts) -> Texts:
    return texts if pc.all(plain).as_py() else pc.if_else(plain, texts, None)


def _reader(column: Column, unit: str, texts: Texts, settings: Settings, last: bool) -> Callable[[str], tuple[Any, str]]:
    """text → (value, what was done to it worth a log entry); raises Unreadable."""
    if column.kind == "money":
        return (lambda text: _unclear(unit[1:])) if unit.startswith("?") else lambda text: _money(text, unit)
    if column.kind == "id":
        normalise = normalise_identity if column.personal == "id_number" else normalise_id
        return lambda text: _normalised(text, normalise)
    if column.kind == "ratio":
        percent = _is_percentages(unit, texts)
        return lambda text: (values.read_ratio(text, percent), "")
    if column.kind == "date" and column.by_month:
        return lambda text: _day_or_month(text, last)
    if column.name == "name" and column.personal:
        return lambda text: (_name(text), "")
    if column.name == "basis_kind":
        return lambda text: (_basis_kind(settings.basis_codes.get(values.clean_text(text), values.clean_text(text))), "")
    plainly: dict[str, Callable[[str], Any]] = {
        "text": values.clean_text,
        "date": read_date,
        "month": read_month,
        "bool": values.read_bool,
        "integer": values.read_integer,
        "decimal": values.read_decimal,
    }
    read = values.read_year if column.name in ("budget_year", "year") else plainly[column.kind]
    return lambda text: (read(text), "")


def _money(text: str, unit: str) -> tuple[Decimal, str]:
    amount = values.read_money(text, unit)
    cents = values.to_cents(amount)
    if values.has_note(text):
        return cents, "单元格中的金额带有括号说明，取其前的金额，说明原样留存"
    if cents != amount:
        return cents, "不足一分的金额四舍五入到分"
    own = values.own_unit(text)
    return cents, f"单元格写有自己的单位，按{own}读取" if own and own != unit else ""


def _day_or_month(text: str, last: bool) -> tuple[date, str]:
    ends = read_day_or_month(text)
    return ends[last], "" if ends[0] == ends[1] else BY_MONTH


def _normalised(text: str, normalise: Callable[[str], str]) -> tuple[str, str]:
    refuse_marks(text)
    if holds_several(text):
        raise Unreadable("单元格里有几个号码，应一人一行")
    number = normalise(text)
    if re.search(_SCIENTIFIC, text):
        return number, "编号写成科学计数法，丢失的末位只能补 0，列为存疑"
    if re.search(_A_DOUBLE, text):
        return number, "编号曾被程序当作小数（末尾带 .0），去掉 .0，列为存疑"
    if "*" in number:
        return number, "编号已被遮掩（含 *），不能用于比对"
    return number, "编号规范化（空格、撇号、全角、大小写、15 位转 18 位）" if number != text else ""


def _name(text: str) -> str:
    if re.fullmatch(_NO_NAME, values.clean_text(text)):
        raise Unreadable("应为姓名，不是数字")
    return values.clean_text(text)


def _basis_kind(text: str) -> str:
    if text not in ("到人", "到户"):
        raise Unreadable("应为 到人 或 到户；代码的含义须在参数 settings.basis_codes 中写明")
    return text


def _unclear(why: str) -> Any:
    raise Unreadable(f"金额单位不明，{why}；请改成一致后重新报送")


def _is_percentages(unit: str, texts: Texts) -> bool:
    """Whether numbers without a percent sign are percentages: the header says so, or one of them is above 1."""
    return unit == "%" or _writes_percentages(texts.to_pylist())


def _writes_percentages(texts: list[str]) -> bool:
    for text in texts:
        try:
            if "%" not in text and "％" not in text and values.read_decimal(text) > 1:
                return True
        except Unreadable:
            continue
    return False


def _serials_as_dates(own: ColumnOf) -> tuple[Texts, dict[int, str], list[Note]]:
    """Days that a spreadsheet held as a number (44926) in the workbook's own date system; the number is kept."""
    assert own.held is not None
    texts, kept, days = whole(own.texts), dict[int, str](), dict[str, str]()
    if own.date1904 is None:
        return texts, kept, []
    epoch = _EPOCH_1904 if own.date1904 else _EPOCH_1900
    offset = 1462 if own.date1904 else 0
    for text in texts.filter(pa.array(own.held)).unique().to_pylist():
        serial = text.split(".")[0]
        if serial.isdigit() and SERIAL_DAYS[0] <= int(serial) + offset <= SERIAL_DAYS[1] and len(serial) == 5:
            days[text] = (epoch + timedelta(days=int(serial))).isoformat()
    if not days:
        return texts, kept, []
    where = np.flatnonzero(own.held & np.asarray(pc.is_in(texts, value_set=pa.array(list(days)))))
    for k in where.tolist():
        kept[k] = texts[k].as_py()
    flags = np.zeros(len(texts), bool)
    flags[where] = True
    message = f"以数字存放的日期，按 {'1904' if own.date1904 else '1900'} 日期系统换算"
    return (
        replaced(texts, pa.array(flags), [days[kept[k]] for k in sorted(kept)]),
        kept,
        [Note(own.column.name, message, len(kept))],
    )


def _held_as_numbers(own: ColumnOf, texts: Texts) -> Flags:
    """Ids that a spreadsheet held as numbers, or that stand in scientific notation: digits or zeros may be lost."""
    written = np.asarray(pc.match_substring_regex(texts, f"{_SCIENTIFIC}|{_A_DOUBLE}"))
    return written if own.held is None else written | (own.held & np.asarray(pc.not_equal(texts, "")))


def _put(own: ColumnOf, texts: Texts, by_row: dict[int, str]) -> Texts:
    """The texts of some rows of the file in their places."""
    if not by_row:
        return texts
    flags = np.isin(own.numbers, list(by_row))
    if own.held is not None:
        flags &= own.held  # a date that the reader has made a text stays one
    return replaced(whole(texts), pa.array(flags), [by_row[int(n)] for n in own.numbers[flags]])


def _suspect(result: ColumnRead, column: Column) -> None:
    """Logs suspect ids; where the long numbers of a column all end in zeros from the 16th digit on, all of them are."""
    assert result.suspect is not None
    if count := int(result.suspect.sum()):
        result.notes.append(Note(column.name, "编号以数字格式存放，可能丢失末位或前导零，列为存疑", count))
    if column.personal in ("id_number", "card") and _cut_short(result.values.slice(0, 1000), column) is not None:
        cut = _cut_short(result.values, column)
        if cut is not None:
            result.suspect |= cut
            message = "整列编号第 16 位起全为 0，可能曾以数字格式存放而丢失末位，列为存疑"
            result.notes.append(Note(column.name, message, int(cut.sum())))
    if column.personal == "id_number":
        wrong = pc.sum(pc.not_equal(pc.utf8_length(result.values), 18)).as_py()
        if wrong:
            result.notes.append(Note(column.name, "证件号码不是 18 位，请核对", wrong))


def _cut_short(ids: Texts, column: Column) -> Flags | None:
    """Which ids are long, where all long ones end in zeros from the 16th digit on and there are enough of them."""
    long = np.asarray(pc.fill_null(pc.match_substring_regex(ids, r"^[0-9]{16,}[0-9X]?$"), False))
    cut = np.asarray(pc.fill_null(pc.match_substring_regex(ids, r"^[0-9]{15}0+$"), False))
    enough = len(ids.filter(pa.array(cut)).unique()) >= (3 if column.personal == "id_number" else 10)
    return long if enough and (cut == long).all() else None
