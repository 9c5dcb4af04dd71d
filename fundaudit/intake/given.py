"""Columns that a file does not hold: constants of the parameters, and what the sheet's or the file's name says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from fundaudit.contract import Column, Table
from fundaudit.dates import months_named, years_named
from fundaudit.intake.readers import IntakeError, Sheet
from fundaudit.parameters import Source

_PLACE = {
    "township": re.compile(r"[一-龥]{1,10}?(?:街道办事处|街道|乡|镇)"),
    "village": re.compile(r"[一-龥]{1,10}?(?:村|社区|嘎查)"),
}


class Given(NamedTuple):
    """One column's text for every row of a sheet, and where it was taken from."""

    column: str
    text: str
    origin: str


def given(sheet: Sheet, table: Table, source: Source | None, mapped: set[str]) -> list[Given]:
    """What the parameters give, and the month that only a name or a title tells. IntakeError where a name does not say it."""
    found = list(_from_parameters(sheet, table, source)) if source else []
    if table.name == "household_payments" and not {"period", "paid_on", *(g.column for g in found)} & mapped | _dated(found):
        found += _month_of(sheet)
    return found


def _dated(found: list[Given]) -> set[str]:
    return {g.column for g in found} & {"period", "paid_on"}


def _from_parameters(sheet: Sheet, table: Table, source: Source) -> Iterator[Given]:
    for column, text in source.values.items():
        yield Given(column, text, "参数 values")
    for asked, name, origin in ((source.from_sheet, sheet.name, "工作表名称"), (source.from_file, _stem(sheet.file), "文件名")):
        if column := asked or "":
            text = _said_by(name, table.column(column))
            if not text:
                kind = {"month": "月份", "date": "月份", "integer": "年度"}.get(table.column(column).kind, "内容")
                raise IntakeError(
                    f"{sheet.place}：参数 sources 要求从{origin}取 {table.column(column).header}，名称“{name}”里没有{kind}"
                )
            yield Given(column, text, origin)


def _stem(file: str) -> str:
    return file.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _said_by(name: str, column: Column) -> str:
    """What a name says of a column: a month, a year, a place, or itself."""
    if column.kind in ("month", "date"):
        return next(iter(months_named(name)), "")
    if column.kind == "integer":
        return next(iter(years_named(name)), "")
    place = _PLACE[column.name].search(re.sub(r"^.*?[县市旗](?=.{2})", "", name)) if column.name in _PLACE else None
    return place.group(0) if place else name.strip()


def _month_of(sheet: Sheet) -> Iterator[Given]:
    """The one month that the sheet's name, else the file's, else a title tells, for a list that has neither month nor day."""
    titles = " ".join(text for row in sheet.top[:3] for text in row[:1] if not _OTHER_DAYS.search(text))
    for name, origin in ((sheet.name, "工作表名称"), (_stem(sheet.file), "文件名"), (titles, "标题")):
        name = "" if origin != "标题" and _OTHER_DAYS.search(name) else _A_DAY.sub("", name)
        if len(months := months_named(name)) == 1:
            yield Given("period", months[0], origin)
            return


# A whole day is the day of a paper, and these words speak of papers: neither is the month that is paid for.
_A_DAY = re.compile(r"(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?")
_OTHER_DAYS = re.compile(r"填表|制表|填报|上报|报送|打印|导出|下载|公示|公告|文件|通知|根据|依据|截至|截止|统计时间|更新")
_PERIOD = re.compile(
    r"(?:19|20)\d\d|\d{1,2}月|第?[一二三四1-4]季度|[上下]半年|第[一二三四五六七八九十\d]+[批期次轮]|[一二三四五六七八九十]+月"
)


def periods_named(name: str) -> frozenset[str]:
    """The periods (years, months, quarters, batches) that a name tells, to see whether two names mean two of them."""
    return frozenset([*_PERIOD.findall(name), *months_named(name)])
