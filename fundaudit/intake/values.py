"""One cell's text becomes a value, or `Unreadable`: nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from fundaudit.dates import Unreadable, half_width, refuse_marks

UNITS = {
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
}
CENT = Decimal("0.01")
MONEY_LIMIT = Decimal(10) ** 16 - 1  # a yuan less: what is rounded must fit too
DASHES = {"", "-", "--", "—", "——", "/"}
MARKS = {
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "\\N",
    "(null)",
    "NULL",
}  # of spreadsheets and exports
DASHES |= MARKS
EMPTY = DASHES | {"无", "null", "None", "nan", "NaN"}

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?|[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]{1,3}( [0-9]{3})+(\.[0-9]+)?")
_AS_TEXT = re.compile(r'="(.*)"')  # how a CSV keeps a spreadsheet from reading a number
_TRUE = {"是", "1", "TRUE", "T", "Y", "YES", *"√✓✔☑"}
_FALSE = {"否", "0", "FALSE", "F", "N", "NO", *"×✗✘☒"}
_BOXES = {*"□☐"}  # drawn to be ticked, and left empty
DITTO = {"〃", "″", "同上", '"'}  # as above
UNWORKED = "（公式没有结果）"  # what a reader puts where a formula's result is not kept


def clean_text(text: str) -> str:
    """White space at both ends and invisible characters removed, line breaks made spaces; the rest as written.

    Private-use characters and those newer than Python's tables stay: rare characters of names are among them.
    """
    text = unwrapped(text)
    if text.isprintable():
        return text.strip()
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) != "Cf").strip()


def unwrapped(text: str) -> str:
    """`="0012"` as `0012`."""
    match = _AS_TEXT.fullmatch(text.strip())
    return match.group(1) if match else text


def is_empty(text: str, textual: bool = False) -> bool:
    """Whether a cell stands for nothing. In a text column 无 may be meant."""
    return clean_text(text) in (DASHES if textual else EMPTY)


def _fold(text: str) -> str:
    """Half width, one space for any run of spaces. A line break inside a number or a date is no single value."""
    text = unwrapped(text)
    inner = text.strip()
    if any(unicodedata.category(c) == "Cc" for c in inner):
        raise Unreadable("单元格内有换行或制表符，无法确定是一个值还是几个")
    refuse_marks(inner)
    if re.search(r"[0-9０-９][\s\u00a0\u3000]{2,}[0-9０-９]", inner):
        raise Unreadable("数字之间有多个空格，无法确定是一个数还是两个")
    return half_width(clean_text(text))


def _number(text: str) -> Decimal:
    sign = 1
    if re.fullmatch(r"\(.*\)", text):  # the accountants' negative
        sign, text = -1, text[1:-1].strip()
    elif text[:1] in "+-" and text:
        sign, text = (-sign if text[0] == "-" else sign), text[1:].strip()
    if not _NUMBER.fullmatch(text):
        raise Unreadable("应为数字，如 1234.56 或 1,234.56")
    return sign * Decimal(text.replace(",", "").replace(" ", ""))


_CURRENCY = re.compile(r"^([-+]?) ?(?:¥|人民币|CNY|RMB) ?([-+]?)")
_OF_WHICH = re.compile(r"(.*?) ?[(\[【][:：]?(?:其中|含|包括)(.*)[)\]】] ?(亿元|百万元|万元|千元|元)?")
_OWN_UNIT = re.compile(r" ?(亿元|百万元|万元|千元|元|亿|万)$")
_AMOUNT_IN_NOTE = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?) ?(亿元|百万元|万元|千元|元|亿|万)?")


def has_note(text: str) -> bool:
    """Whether an amount's cell holds a note in brackets: `10(其中,灾情因素6万元)`."""
    return any(bracket in text for bracket in "([【（［") and bool(_OF_WHICH.fullmatch(_fold(text)))


def _without_note(folded: str, unit: str) -> str:
    """The amount before a note that names a part of it (其中, 含, 包括); the note must not contradict it."""
    match = _OF_WHICH.fullmatch(folded)
    if not match:
        return folded
    amount, unit_behind = match.group(1), match.group(3) or ""
    whole = read_money(amount + unit_behind, unit)
    own = _OWN_UNIT.search(amount + unit_behind)
    for number, its_unit in _AMOUNT_IN_NOTE.findall(match.group(2)):
        named = its_unit if its_unit.endswith("元") or not its_unit else its_unit + "元"
        if named and not own and named != unit:
            raise Unreadable("括号内说明的金额单位与该列不同，无法确定括号前金额的单位")
        if abs(read_money(number, named or unit)) > abs(whole):
            raise Unreadable("括号内说明的金额大于括号前的金额，请核对")
    return amount + unit_behind


def own_unit(text: str) -> str:
    """The unit that an amount's cell names itself; empty where it names none."""
    own = _OWN_UNIT.search(_fold(text))
    return "" if own is None else own.group(1) if own.group(1).endswith("元") else own.group(1) + "元"


def read_money(text: str, unit: str = "元") -> Decimal:
    """Yuan, unrounded. The cell's own unit comes before `unit`; a note that names a part of the amount is left aside."""
    folded = re.sub(r"^\((?:¥|人民币) ?", "(", _without_note(_fold(text), unit))
    folded = _CURRENCY.sub(r"\1\2", folded)
    folded = re.sub(r"(?<=[0-9 ][元圆])[整正]$", "", folded).replace("圆", "元")
    if own := _OWN_UNIT.search(folded):
        unit, folded = own_unit(folded), folded[: own.start()]
    amount = _number(folded) * UNITS[unit]
    if abs(amount) >= MONEY_LIMIT:
        raise Unreadable("金额过大，请核对单位")
    return amount


def to_cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def read_decimal(text: str) -> Decimal:
    """A plain number, at most six decimals."""
    number = _number(_fold(text))
    if abs(number) >= Decimal(10) ** 12 or number != round(number, 6):
        raise Unreadable("应为不超过 6 位小数的数字")
    return number


def read_ratio(text: str, percent: bool) -> Decimal:
    """0 to 1. With a percent sign it is a percentage; without, `percent` says how the column writes it."""
    folded = _fold(text)
    signed = folded.endswith("%")
    number = _number(folded.rstrip("% "))
    if percent and not signed and number == 1:
        raise Unreadable("一列百分数中的 1 可能是 1%，也可能是 100%，请写明百分号")
    ratio = number / 100 if signed or percent else number
    if not 0 <= ratio <= 1:
        raise Unreadable("应在 0 到 100% 之间")
    return round(ratio, 8)


def read_year(text: str) -> int:
    """A year of four digits; `2022年` is 2022."""
    year = read_integer(text)
    if not 1990 <= year <= 2100:
        raise Unreadable("应为四位年度，如 2022")
    return year


def read_integer(text: str) -> int:
    """A whole number; `2022年` is 2022."""
    match = re.fullmatch(r"([+-]?\d+)(\.0+)?(年度?|期)?", _fold(text))
    if not match or len(match.group(1)) > 18:
        raise Unreadable("应为整数")
    return int(match.group(1))


def read_bool(text: str) -> bool | None:
    """是/否, 1/0, true/false, Y/N, ticks and crosses; None for a box that nobody ticked."""
    folded = _fold(text).upper().removesuffix(".0")
    if folded in _TRUE:
        return True
    if folded in _FALSE:
        return False
    if folded in _BOXES:
        return None
    raise Unreadable("应为 是 或 否")
