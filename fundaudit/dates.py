"""Days and months as people write them. A form that is not certain is `Unreadable`: nothing is guessed."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(\d{4})-(\d{1,2})-(\d{1,2})",
        r"(\d{4})/(\d{1,2})/(\d{1,2})",
        r"(\d{4})\.(\d{1,2})\.(\d{1,2})",
        r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]",
        r"(\d{4})(\d{2})(\d{2})(?:\.0+)?",  # a program that held the number as a double wrote .0 behind it
    )
)
_MONTHS = tuple(
    re.compile(form, re.ASCII)
    for form in (r"(\d{4})[-/](\d{1,2})", r"(\d{4})\.(\d{2}|[2-9])", r"(\d{4})年(\d{1,2})月份?", r"(\d{4})(\d{2})(?:\.0+)?")
)
_CLOCK = re.compile(
    r"[ T](?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(:[0-5]\d(\.\d+)?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?$", re.ASCII
)
_WEEKDAY = re.compile(r" ?\(?(星期|周)[一二三四五六日天]\)?$")
_AROUND_MARKS = re.compile(r" ?([-/.年月日号]) ?")
_MONTH_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*(?:年|[-./_])?\s*(1[0-2]|0?[1-9])\s*月|(?<!\d)(20\d{2})[-._]?(1[0-2]|0[1-9])(?!\d)"
)
_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


class Unreadable(ValueError):
    """A text that cannot be read with certainty; the message says what was expected."""


def half_width(text: str) -> str:
    """Half width, one space for any run of spaces, nothing that cannot be seen."""
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("﹣", "-")
    seen = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", seen).strip()


def refuse_marks(text: str) -> None:
    """Unreadable where ① or ² stands in the text: folded to half width it would be a digit of the number before it."""
    if not text.isascii() and any(unicodedata.category(c) == "No" for c in text):
        raise Unreadable("含有上标或带圈的数字，无法确定是数字还是注释号")


def _real(year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("日期不存在") from None
    if not 1900 <= found.year <= 2100:
        raise Unreadable("年份应在 1900 到 2100 之间")
    return found


def _bare(text: str) -> str:
    refuse_marks(text)
    return _AROUND_MARKS.sub(r"\1", _WEEKDAY.sub("", _CLOCK.sub("", half_width(text)))).strip()


def read_date(text: str) -> date:
    """A calendar day in one of the unambiguous forms; a time of day and a weekday are dropped."""
    folded = _bare(text)
    for form in _DAYS:
        if match := form.fullmatch(folded):
            return _real(match[1], match[2], match[3]) + _days_to_china(text)
    serial = "；像是电子表格的日期序号，请改为日期格式后重新导出" if re.fullmatch(r"[2-7]\d{4}(\.\d+)?", folded) else ""
    raise Unreadable(f"应为日期，如 2022-12-31{serial}")


def _days_to_china(text: str) -> timedelta:
    """How many days later (or earlier) an instant of another time zone lies here: Beijing's midnight is 16:00 UTC of the day before."""
    clock = _CLOCK.search(half_width(text))
    if not clock or not clock["zone"]:
        return timedelta(0)
    sign = 0 if clock["zone"] == "Z" else -1 if clock["zone"][0] == "-" else 1
    hours, minutes = (0, 0) if not sign else (int(clock["zone"][1:3]), int(clock["zone"][-2:]))
    here = timedelta(hours=int(clock["hour"]) + 8 - sign * hours, minutes=int(clock["minute"]) - sign * minutes)
    return timedelta(days=here // timedelta(days=1))


def read_month(text: str) -> str:
    """`2022-11`; a full date gives its month."""
    folded = _bare(text)
    for form in _MONTHS:
        if match := form.fullmatch(folded):
            return _real(match[1], match[2], "1").strftime("%Y-%m")
    try:
        return read_date(text).strftime("%Y-%m")
    except Unreadable:
        raise Unreadable("应为月份，如 2022-11") from None


def month_ends(month: str) -> tuple[date, date]:
    """First and last day of `2022-11`."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def read_day_or_month(text: str) -> tuple[date, date]:
    """The first and the last day that a date may be: a day twice, or both ends of a month."""
    try:
        day = read_date(text)
    except Unreadable as error:
        try:
            return month_ends(read_month(text))
        except Unreadable:
            raise error from None
    return day, day


def months_named(name: str) -> list[str]:
    """The months that a file's, a sheet's or a title's text names, in their order, each once: `2022年3月` is 2022-03."""
    found = [(m[1] or m[3], m[2] or m[4]) for m in _MONTH_IN_NAME.finditer(half_width(name))]
    return list(dict.fromkeys(f"{year}-{int(month):02d}" for year, month in found))


def years_named(name: str) -> list[str]:
    """The years that a text names, each once."""
    return list(dict.fromkeys(_YEAR_IN_NAME.findall(half_width(name))))


def now() -> datetime:
    """The clock, for the command line and notebooks alone: nothing else knows what day it is."""
    return datetime.now(ZoneInfo("Asia/Shanghai"))
