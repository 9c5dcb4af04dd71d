"""Which column an unknown header may be: one of the same kind, whose values fit and whose noun agrees. Never applied by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pyarrow.compute as pc
from rapidfuzz import fuzz

from fundaudit.contract import Column
from fundaudit.intake.columns import ColumnOf, read_column
from fundaudit.intake.headers import Header, bare, fold
from fundaudit.intake.readers import Cells, Sheet
from fundaudit.intake.readers.sheet import whole
from fundaudit.parameters import Settings

LOOKED_AT = 200  # rows whose values are tried
FIT = 0.8  # share of the filled cells that must be values of the column's kind
# What kind of thing a header names, by its end; the rest of it says which one.
_NOUNS = re.compile(
    r"(日期|时间|时期|日子|年月日|月份|日|金额|资金|款项|总额|数额|额|总投资|投资|价款|价|款|证件号码|身份证号码|身份证号|号码|编号|编码|代码|账号|帐号|卡号|账户|帐户|文号|凭证号|凭证|号"
    r"|姓名|名称|名字|全称|名|人员|人|单位|部门|类别|类型|性质|种类|标识|状态|比例|率|进度|数量|面积|数|说明|备注|情况)$"
)
# Words that say the same of a noun. Two headers whose words stand in different rows are never taken for each other.
_SAME = tuple(
    frozenset(row.split())
    for row in (
        "支付 付款 拨付 清算 付出 支出",
        "发放 兑付 打卡 领取 实发 发给",
        "死亡 去世 亡故 身故 病故",
        "起始 开始 起 自",
        "截止 终止 结束 止 至",
        "纳入 识别 认定 建档 进入",
        "退出 清退 移出 注销",
        "开工 动工",
        "完工 竣工 完成",
        "下达 分配 切块",
        "收到 到位 到账 接收",
        "审批 批准 批复",
        "签订 签署",
        "余额 结余",
        "收款 收款人 收款方 收款单位 领款",
        "付款人 付款方 付款单位",
        "乡镇 镇 乡 所在乡镇",
        "村 行政村 村委会 所在村",
        "补贴 补助 补贴项目 补助项目",
        "户 户主 家庭",
        "项目 工程",
        "合同",
        "指标 资金",
        "计划 拟",
        "实际",
    )
)


@dataclass(frozen=True)
class Suggestions:
    """`sure` maps a header to the one column that it can be; `open` to several, none of which is recommended."""

    sure: dict[str, Column] = field(default_factory=dict)
    open: dict[str, list[Column]] = field(default_factory=dict)


def suggestions(sheet: Sheet, header: Header, absent: list[Column]) -> Suggestions:
    """What the unknown headers of a sheet may be among the columns that it lacks."""
    if not absent or not header.unknown:
        return Suggestions()
    cells = sheet.below(header.first, len(header.texts))
    likely = {
        text: [c for c in absent if _agrees(text, c) and _fits(cells, j, c, sheet)]
        for j, text in header.unknown.items()
        if fold(text)
    }
    asked: dict[str, list[str]] = {}
    for text, columns in likely.items():
        for column in columns:
            asked.setdefault(column.name, []).append(text)
    sure, several = dict[str, Column](), dict[str, list[Column]]()
    for text, columns in likely.items():
        if len(columns) == 1 and len(asked[columns[0].name]) == 1:
            sure[text] = columns[0]
        elif columns:
            several[text] = columns
    return Suggestions(sure, several)


def _agrees(text: str, column: Column) -> bool:
    """Whether a header names the same thing as one of the column's names: the same words before the noun, or more of them."""
    own = _words(bare(fold(text)))
    return any(_same(own, _words(bare(fold(name)))) for name in (column.header, *column.aliases))


def _words(folded: str) -> tuple[str, str]:
    """(what a header says of its noun, the noun)."""
    folded = re.sub(r"[(（].*?[)）]", "", folded)
    match = _NOUNS.search(folded)
    return (folded[: match.start()], match.group(0)) if match else (folded, "")


def _noun_kind(noun: str) -> str:
    """Days, money, numbers, or names: a day is no payer, whatever else the header says."""
    kinds = {"日时期月": "day", "额款资价投": "money", "号码账帐编证凭文卡": "number"}
    return next((kind for letters, kind in kinds.items() if any(c in letters for c in noun)), "name")


def _same(own: tuple[str, str], other: tuple[str, str]) -> bool:
    said, wanted = own[0], other[0]
    if own[1] and other[1] and _noun_kind(own[1]) != _noun_kind(other[1]):
        return False
    if not wanted:  # 金额, 姓名, 账号: the noun is all that the column says
        return own[1] == other[1] and len(said) <= 4 and not any(said in row for row in _SAME[5:14])
    if said == wanted or any(said in row and wanted in row for row in _SAME):
        return True
    if any(said in row for row in _SAME) or len(said) < 2 or len(wanted) < 2:
        return False
    return bool(fuzz.ratio(said + own[1], wanted + other[1]) >= 75)


def _fits(cells: Cells, j: int, column: Column, sheet: Sheet) -> bool:
    """Whether a column's first values can be read as this column's kind, and look like it."""
    if j >= len(cells.texts):
        return False
    texts = whole(cells.texts[j].slice(0, LOOKED_AT))
    filled = texts.filter(pc.not_equal(pc.utf8_trim_whitespace(texts), ""))
    if not len(filled):
        return False
    if column.kind in ("text", "id"):
        return _looks_like_text(filled, column)
    held = cells.held[j][:LOOKED_AT] if j in cells.held else None
    read = read_column(ColumnOf(column, texts, cells.numbers[:LOOKED_AT], held, "元", sheet.date1904), Settings())
    good = len(texts) - read.values.null_count
    return good >= FIT * (good + len(read.unread)) and not (column.kind == "money" and _are_dates(filled))


_FORMS = {
    "id_number": r"^\s*'?[0-9]{6}[0-9*]{8,11}[0-9Xx]?\s*$",
    "card": r"^\s*'?[0-9 ]{6,30}\s*$",
    "name": r"^\s*[\p{Han}·•?？*]{2,30}\s*$",
}


def _looks_like_text(filled: object, column: Column) -> bool:
    if form := _FORMS.get(column.personal):
        return bool(pc.mean(pc.match_substring_regex(filled, form).cast("int8")).as_py() >= FIT)
    amounts = pc.match_substring_regex(filled, r"^\s*-?[0-9,]+\.[0-9]{1,6}\s*$")
    return not _are_dates(filled) and pc.mean(amounts.cast("int8")).as_py() < 1 - FIT


def _are_dates(filled: object) -> bool:
    dates = pc.match_substring_regex(filled, r"^\s*(19|20)[0-9]{2}([-/.年][0-9]{1,2}|[0-9]{4})([-/.月][0-9]{1,2}日?)?\s*$")
    return bool(pc.mean(dates.cast("int8")).as_py() >= FIT)
