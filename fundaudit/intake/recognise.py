"""Which table a sheet is, judged by what distinguishes tables: its columns, and the words of its names and titles.

Nothing is read on the strength of this: `fundaudit init` proposes it, `validate` says it, and what looks like a table and was
not read makes the checks that need that table undetermined.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from fundaudit.contract import TABLES, Table
from fundaudit.intake.headers import Header, bare, column_of, find_header, fold, header_names, looks_like_header, table_named
from fundaudit.intake.readers import Sheet

# Words of names and titles that speak for a table.
WORDS = {
    "indicators": r"指标(?!分配|值)|到位资金|资金到位|资金下达",
    "allocations": r"分配|切块|安排表|安排情况",
    "projects": r"项目(库|清单|计划|台账|一览|汇总|情况)",
    "contracts": r"合同",
    "payments": r"支付(?!标准)|拨付|付款|用款明细",
    "platform_payments": r"监控|平台",
    "approvals": r"审核记录|审批记录|审核",
    "household_payments": r"发放|补贴|补助(?!标准)|一卡通|兑付|打卡|领款|花名册",
    "beneficiaries": r"帮扶|脱贫|监测户|监测对象|建档立卡|防返贫|易致贫|低收入人口",
    "registers": r"死亡|去世|殡葬|火化|财政供养|在编|公职|村干部|村两委|法人|工商登记|车辆|机动车|房产|不动产|退休|养老金|户籍",
    "accounts": r"账户(?!余额)",
    "balances": r"余额",
    "disclosures": r"公告|公示台账|公开台账|公开情况",
    "performance": r"绩效",
    "month_plans": r"支出计划|月计划|用款计划",
    "submissions": r"报送记录|报送情况|报送台账",
    "standards": r"(补助|补贴|发放|政策)标准",
    "quantities": r"工程量|五本账",
    "alerts": r"预警",
    "permits": r"手续",
    "assets": r"资产",
    "benefits": r"收益分配|分红",
}
# Which list an outside register is: words of its names and titles, and of its headers.
LISTS = (
    ("死亡", r"死亡|去世|殡葬|火化", r"死亡|去世|火化"),
    ("村干部", r"村干部|村两委|村支部", r""),
    ("财政供养", r"财政供养|在编|公职|编制", r"人员类别|编制|工作单位|职务|职级|参加工作"),
    ("企业法人", r"企业法人|法定代表人|工商登记|市场主体", r"企业名称|统一社会信用代码|注册资本|法定代表"),
    ("车辆", r"车辆|机动车|行驶证", r"车牌|车型|号牌"),
    ("房产", r"房产|不动产|商品房", r"坐落|产权|不动产"),
    ("退休金", r"退休|养老金", r"退休|养老金"),
    ("户籍", r"户籍|户口", r"户籍地址|户口"),
)
# Columns and words without which a list of people is no register of those who are supported.
_SUPPORT_COLUMNS = {"entered_on", "exited_on", "kind"}
_NO_SUPPORT = re.compile(rf"{WORDS['registers']}|发放|兑付|打卡|补贴|工资")
_SUBSIDY = re.compile(
    r"[一-龥（）()]{2,24}?(?:补贴|补助|奖补|补偿|低保金?|津贴|奖励|救助金?|慰问金?|保障金|供养金|养老金|扶助金|助学金|助学)(?=资金|金|发放|花名册|兑付|明细|名单|公示|汇总|统计|分户|打卡|表|$|[（(\s_-])"
)
_BEFORE_SUBSIDY = re.compile(
    r"^(?:附件[0-9一二三四五六七八九十]*[:：]?|.*(?:县|市|区|旗|乡|镇|街道|(?<!农)村|社区)(?=[^乡镇村民]{3})|(?:19|20)\d\d年?度?|\d{1,2}月份?|第?[一二三四1-4]季度|第[一二三四五六七八九十\d]+批|[\s_、.:：-]|关于)+"
)
_GENERIC = re.compile(
    r"(到人到户|惠民|惠农|财政|各项|各类|一卡通|资金|涉农|局|本级|扶贫)*(补贴|补助)(金|资金)?"
)  # no subsidy's own name


@dataclass(frozen=True)
class Likeness:
    """How far a sheet is like a table. `given` is what its names and titles tell of columns that it lacks, `missing` the
    required columns that nothing tells, `signs` what speaks for the table."""

    table: Table
    score: float
    header: Header
    given: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return not self.missing and not self.header.twice and bool(self.signs)


@cache
def _names(table: str) -> dict[str, str]:
    return header_names(TABLES[table], None)


@cache
def _shared_by() -> Counter[str]:
    """Folded header → how many tables have a column of that name: 姓名 says little, 死亡日期 nearly everything."""
    return Counter(name for table in TABLES for name in _names(table))


def words_of(sheet: Sheet, header: Header) -> str:
    """The sheet's and the file's name, and what stands above the header."""
    above = [text for row in sheet.top[: max(header.first - 1, 0)] for text in dict.fromkeys(row) if text.strip()]
    stem = re.sub(r"\.[A-Za-z]+$", "", sheet.file)
    return re.sub(r"[ \t\u3000]+", "", "\n".join([stem, sheet.name, *above]))


def likenesses(sheet: Sheet) -> list[Likeness]:
    """The tables that a sheet may be, the most like first; none for a sheet without a header that any table knows."""
    found = [like for table in TABLES.values() if (like := _likeness(sheet, table))]
    return sorted(found, key=lambda like: -like.score)


def _likeness(sheet: Sheet, table: Table) -> Likeness | None:
    header = find_header(sheet, table, None)
    if len(header.columns) < 2:
        return None
    words = words_of(sheet, header)
    weight = sum(1 / _shared_by()[key] for j in header.columns if (key := _key(header.texts[j], table)))
    given = _given(table, header, words, sheet.top)
    missing = tuple(name for name in header.missing if name not in given)
    signs = _signs(table, header, words, given, sheet.top)
    named = 3.0 if table_named(sheet.name) == table.name or table_named(re.sub(r"\.\w+$", "", sheet.file)) == table.name else 0.0
    score = weight + named + 0.75 * sum(sign.startswith("“") for sign in signs) + 0.3 * len(given) - 1.5 * len(missing)
    return Likeness(table, round(score, 3), header, given, missing, signs)


def _key(text: str, table: Table) -> str:
    names = _names(table.name)
    folded = fold(text)
    return next((form for form in (folded, bare(folded)) if form in names), "") or (folded if column_of(text, names) else "")


def _signs(table: Table, header: Header, words: str, given: dict[str, str], top: list[list[str]]) -> tuple[str, ...]:
    """What speaks for the table: words in quotes, columns that other tables do not have. Nothing speaks for a register of
    those who are supported but its own columns or words; a list of the dead, of staff or of payments is none."""
    said = tuple(f"“{w}”" for w in dict.fromkeys(m.group(0) for m in re.finditer(WORDS[table.name], words)))
    own = tuple(
        header.texts[j]
        for j, name in header.columns.items()
        if _shared_by()[_key(header.texts[j], table)] == 1 and name != "name"
    )
    mapped = set(header.columns.values())
    if table.name == "beneficiaries":
        said = () if _NO_SUPPORT.search(words) or "金额" in "".join(header.texts) else said
        own = (
            tuple(header.texts[j] for j, name in header.columns.items() if name in _SUPPORT_COLUMNS)
            if not list_named(words, header, top)
            else ()
        )
    elif table.name == "registers":
        own = own if "register" in mapped | set(given) else ()
        said = said if "register" in mapped | set(given) else ()
    elif table.name == "household_payments":
        own = own if "amount" in mapped else ()
        said = said if "amount" in mapped else ()
    return (*said, *own)


# Words that turn a list round: those who are not on a payroll, who were visited, who are asked whether they live.
_TURNED_ROUND = re.compile(
    r"非(?=财政|在编|公职|村干部|退休|供养)|未(?=参加|领取|享受|列入)|不在|健在|在世|生存|认证|核查|走访|入户|慰问|排查|自查"
)
_DEATH = re.compile(r"死亡|去世|火化")


def _mostly_empty(header: Header, top: list[list[str]]) -> bool:
    """Whether the column of the days of death is empty for most: then it is a list of people, of whom some have died."""
    places = [j for j, text in enumerate(header.texts) if _DEATH.search(text)]
    rows = [row for row in top[header.first :] if any(text.strip() for text in row)]
    return any(sum(j < len(row) and bool(row[j].strip()) for row in rows) * 2 < len(rows) for j in places)


def list_named(words: str, header: Header, top: list[list[str]]) -> str:
    """Which outside list names, titles and headers speak of; empty where none or several, or where a word turns it round."""
    if _TURNED_ROUND.search(words + " ".join(header.texts)) or _mostly_empty(header, top):
        return ""
    by_words = [name for name, pattern, _ in LISTS if re.search(pattern, words)]
    if len(by_words) == 1:
        return by_words[0]
    texts = " ".join(header.texts)
    by_headers = [name for name, _, pattern in LISTS if pattern and re.search(pattern, texts)]
    both = [name for name in by_headers if name in by_words] if by_words else by_headers
    return both[0] if len(both) == 1 else ""


def _given(table: Table, header: Header, words: str, top: list[list[str]]) -> dict[str, str]:
    mapped = set(header.columns.values())
    if table.name == "registers" and "register" not in mapped and (name := list_named(words, header, top)):
        return {"register": name}
    if table.name == "household_payments" and "subsidy" not in mapped and (name := subsidy_named(words)):
        return {"subsidy": name}
    return {}


def subsidy_named(words: str) -> str:
    """The subsidy that a title or a name tells: 某县2022年耕地地力保护补贴发放花名册 is about 耕地地力保护补贴. Titles before names."""
    lines = [line for line in words.splitlines() if line]
    for line in [*lines[2:], *lines[1:2], *lines[:1]]:
        shorter = _BEFORE_SUBSIDY.sub("", line)
        if match := _SUBSIDY.search(shorter):
            name = _BEFORE_SUBSIDY.sub("", match.group(0))
            return "" if len(name) < 4 or _GENERIC.fullmatch(name) else name
    return ""


def certain(likely: list[Likeness]) -> Likeness | None:
    """The table that a sheet is beyond doubt: it fits, and no other comes near."""
    fitting = [like for like in likely if like.fits]
    if not fitting:
        return None
    best = fitting[0]
    rivals = [like for like in likely if like.table is not best.table and (like.fits or _bare_list(like))]
    return best if all(best.score - like.score >= 0.6 for like in rivals) else None


def _bare_list(like: Likeness) -> bool:
    """Names and numbers that may be a register of the supported or an outside list, with nothing that says which."""
    return _is_list(like) and "id_number" in like.header.columns.values() and not like.signs


def _is_list(like: Likeness) -> bool:
    """A list of people: names and numbers alone never make one of the two."""
    return like.table.name in ("beneficiaries", "registers")


def looks_like(likely: list[Likeness]) -> list[Likeness]:
    """The tables that a sheet which was not read may be, for people and for the checks that need them."""
    if one := certain(likely):
        return [one]
    fitting = [like for like in likely if like.fits]
    if fitting:
        return [like for like in fitting if fitting[0].score - like.score < 0.6]
    complete = [like for like in likely if not like.missing and not like.header.twice and not _is_list(like)]
    if complete:  # every required column is there, and nothing says which of these tables it is
        return [like for like in complete if complete[0].score - like.score < 0.6]
    lacking = [like for like in likely if like.signs and len(like.missing) <= len(like.table.required) / 2]
    if lacking:
        return lacking[:1]
    lists = [like for like in likely if _bare_list(like) and set(like.missing) <= {"register"}]
    return lists if lists and looks_like_header(lists[0].header.texts) else []
