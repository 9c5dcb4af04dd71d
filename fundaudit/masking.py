"""What personal data looks like in a shared document: how a column of it is masked, and how free text is, cell by cell.

Identity number: first 6 and last 2 kept. Name: first character. Card or account: last 4. Phone: first 3 and last 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from fundaudit.contract import TABLES, Personal

_DIGITS = re.compile(r"[0-9Xx]{8,}")
_HAN = re.compile(r"[\u3400-\u9fff·•・‧]{2,}|[\U00020000-\U0003ffff]+")
_BRACKETED = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
# How the name of an organisation ends, brackets set aside.
_ORGANISATION = re.compile(
    r"(公司|集团|中心|政府|银行|信用社|合作社|联社|委员会|委|办公室|办事处|办|学校|学院|小学|中学|幼儿园|医院|卫生院|卫生室|站|所|局|厅|处|科|股"
    r"|部|队|组|会|社|厂|店|行|院|库|场|园|村|镇|乡|街道|社区|专户|账户|单位|企业|基地|农场|牧场|超市|门市|经营部|工程队|事务所|基金|户)$"
)
_ALSO_OF_NAMES = re.compile(r"[社会行部组园场院库户站店厂科处村]$")  # these end names of people too
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白"
    "崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)


def mask_identity(text: str) -> str:
    """653129********0012 style: first 6 and last 2 kept; short ones are hidden whole."""
    return text if text.startswith(("line:", "row:")) else _hide(text, 6, 2)


def mask_card(text: str) -> str:
    """Last 4 kept."""
    return _hide(text, 0, 4)


def mask_phone(text: str) -> str:
    """First 3 and last 2 kept."""
    return _hide(text, 3, 2)


def mask_name(text: str) -> str:
    """First character kept, at least one hidden."""
    return text[:1] + "*" * max(1, min(len(text) - 1, 3)) if text else text


def is_organisation(name: str) -> bool:
    """Whether a payee's or a unit's name is no person's, by its ending; 王村 and 张园园 may be people."""
    bare = _BRACKETED.sub("", name).strip()
    if len(bare) < 3 or not _ORGANISATION.search(bare):
        return False
    return len(bare) > 3 or bare[0] not in _SURNAMES or not _ALSO_OF_NAMES.search(bare)


def mask_payee(text: str) -> str:
    """An organisation's name stays; what may be a person's name is masked."""
    return text if is_organisation(text) else mask_name(text)


def _hide(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def mask_number(digits: str) -> str:
    """A long number by what it looks like: a phone, a card, else as an identity number would be."""
    if len(digits) == 11 and re.fullmatch(r"1[3-9]\d{9}", digits):
        return mask_phone(digits)
    return mask_card(digits) if len(digits) in (16, 17, 19) else mask_identity(digits)


def mask_text(text: str) -> str:
    """Text of which nothing more is known: every long number in it, also across spaces and hyphens, is masked."""
    return _replaced(text, _numbers_in(text, Secrets()), _masked)


def personal_headers() -> dict[str, Personal]:
    """Chinese header → kind of personal data; evidence columns prefixed 名册 or 名单 are masked like their own."""
    headers: dict[str, Personal] = {}
    for table in TABLES.values():
        for column in table.columns:
            if column.personal:
                headers[column.header] = column.personal
                headers["名册" + column.header] = headers["名单" + column.header] = column.personal
    return headers


def mask_cell(header: str, value: str) -> str:
    """A cell under its Chinese header, masked where the contract calls the column personal."""
    kind = personal_headers().get(header, "")
    if kind == "id_number":
        return mask_identity(value)
    if kind == "card":
        return mask_card(value)
    if kind == "name":
        return mask_payee(value) if header in ("收款方名称", "收款账户名称") else mask_name(value)
    return value


@dataclass(frozen=True)
class Secrets:
    """A run's own personal values: numbers (identity, card, account) and names; names that are also common text; the run's own
    document, voucher, project and allocation numbers, which may look like them."""

    numbers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    common: str = ""
    exempt: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = field(default=())

    @classmethod
    def of(cls, numbers: Iterable[str], names: Iterable[str], common: Iterable[str] = (), exempt: Iterable[str] = ()) -> Secrets:
        bare = {SEPARATORS.sub("", n).upper() for n in numbers}
        kept = frozenset(n for n in bare if len(n) >= 8 and _DIGITS.fullmatch(n))
        whole = frozenset(n for n in names if len(n) >= 2 and _HAN.fullmatch(n) and not is_organisation(n))
        own = frozenset(e.upper() for e in exempt) - kept
        return cls(kept, whole, "\n".join(sorted(set(common))), own, tuple(sorted({len(n) for n in kept})))


Kind = Literal["身份证号", "银行账号", "手机号", "号码", "姓名"]


class Hit(NamedTuple):
    """A place in a text that is, or looks like, personal data, and what stands there without its separators."""

    start: int
    end: int
    kind: Kind
    value: str


_BETWEEN = r"[\s\-\u2010-\u2015_·\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u3000]"
SEPARATORS = re.compile(_BETWEEN)
_RUN = re.compile(
    rf"(?<![0-9A-Za-z.,])[0-9](?:{_BETWEEN}{{0,3}}[0-9]){{7,}}(?:{_BETWEEN}{{0,3}}[Xx](?![A-Za-z]))?(?![0-9A-Za-z])"
)
_DIGIT = re.compile(r"\d")
_FOLDED = str.maketrans("０１２３４５６７８９", "0123456789")
_MONEY_BEHIND = re.compile(r"[.,]\d")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[-.]\d{1,2}[-.]\d{1,2}(?!\d)")
_IDENTITY = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9X]")
_OLD_IDENTITY = re.compile(r"[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")


@lru_cache(maxsize=65_536)  # a report says most of its texts many times, and the net looks at all of them again
def personal_in(text: str, secrets: Secrets) -> tuple[Hit, ...]:
    """Every place in a text that is, or looks like, personal data, none overlapping another."""
    hits = [*_numbers_in(text, secrets), *_names_in(text, secrets)]
    found: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if not found or hit.start >= found[-1].end:
            found.append(hit)
    return tuple(found)


def _numbers_in(text: str, secrets: Secrets) -> list[Hit]:
    if not _DIGIT.search(text):
        return []
    folded = text.translate(_FOLDED)
    without_dates = _DATE.sub(lambda m: "|" * len(m.group()), folded)
    return [hit for run in _RUN.finditer(without_dates) for hit in _in_run(run, folded, secrets)]


def _in_run(run: re.Match[str], text: str, secrets: Secrets) -> Iterator[Hit]:
    """What a run of digits, separators set aside, holds: the run's own numbers anywhere in it, else what it looks like."""
    places = [i for i in range(run.start(), run.end()) if text[i] in "0123456789Xx"]
    digits = "".join(text[i] for i in places).upper()
    joined = len(places) == run.end() - run.start()
    if digits in secrets.exempt or text[run.start() : run.end()].upper() in secrets.exempt:
        return
    known = [
        Hit(places[i], places[i + n - 1] + 1, "号码", digits[i : i + n])
        for n in sorted(secrets.lengths, reverse=True)
        for i in range(len(digits) - n + 1)
        if digits[i : i + n] in secrets.numbers
    ]
    if known:
        yield from known
    elif kind := _looks_like(digits, joined, bool(_MONEY_BEHIND.match(text, run.end()))):
        yield Hit(run.start(), run.end(), kind, digits)


def _looks_like(digits: str, joined: bool, money: bool) -> Kind | None:
    """A number of nobody that the run knows. Across separators its length must fit exactly."""
    if money:
        return None
    if _IDENTITY.fullmatch(digits) and _real_birth(digits[6:14]):
        return "身份证号"
    if _OLD_IDENTITY.fullmatch(digits) and joined and _real_birth("19" + digits[6:12]):
        return "身份证号"
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return "手机号"
    if 16 <= len(digits) <= 19 and digits.isdigit():
        return "银行账号"
    return "号码" if joined and len(digits) > 19 else None


def _real_birth(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


# Beside a payment's word a name of two characters is a name: 付李丽劳务费, 收款人：李丽.
_BEFORE = re.compile(r"(付|给|予|向|由|为|人|户主|户|主|姓名|同志|经办|负责)$")
_BEHIND = re.compile(
    r"(的|等|户|家|同志|本人|劳务|工资|补助|补贴|补偿|慰问|医药|丧葬|抚恤|救助|借款|报销|工程|材料|运费|租金|款|费|代领|领取|垫付|收)"
)


def _names_in(text: str, secrets: Secrets) -> list[Hit]:
    """Names as words of their own; within longer words those of three characters and more that are no common text, and those
    of two beside a payment's word."""
    if not secrets.names:
        return []
    found = []
    for run in _HAN.finditer(text):
        word, start = run.group(), run.start()
        if word in secrets.names:
            found.append(Hit(start, run.end(), "姓名", word))
            continue
        for length in _name_lengths(secrets.names):
            for i in range(len(word) - length + 1):
                name = word[i : i + length]
                if name in secrets.names and _stands_alone(word, i, length, secrets):
                    found.append(Hit(start + i, start + i + length, "姓名", name))
    return found


@cache
def _name_lengths(names: frozenset[str]) -> tuple[int, ...]:
    return tuple(sorted({len(name) for name in names}, reverse=True))


def _stands_alone(word: str, i: int, length: int, secrets: Secrets) -> bool:
    if length > 2:
        return word[i : i + length] not in secrets.common
    before, behind = word[:i], word[i + length :]
    if before and not _BEFORE.search(before):
        return False
    return bool(before) or bool(_BEHIND.match(behind))


def _replaced(text: str, hits: Iterable[Hit], new: Callable[[Hit], str]) -> str:
    parts, last = [], 0
    for hit in hits:
        parts += [text[last : hit.start], new(hit)]
        last = hit.end
    return "".join([*parts, text[last:]])


def _masked(hit: Hit) -> str:
    return mask_name(hit.value) if hit.kind == "姓名" else mask_number(hit.value)


def mask_known(text: str, secrets: Secrets) -> str:
    """Free text without the run's own names and numbers, and without what looks like a number of somebody."""
    return _replaced(text, personal_in(text, secrets), _masked)


HIDDEN = "［已隐去］"


def hide_missed(text: str, secrets: Secrets) -> tuple[str, list[Hit]]:
    """The net over a finished document: what is personal all the same is hidden, and said."""
    if not text or text.isspace():  # between tags
        return text, []
    hits = personal_in(text, secrets)
    return _replaced(text, hits, lambda hit: HIDDEN), list(hits)
