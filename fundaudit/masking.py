"""What personal data looks like in a shared document, and the scan for what was missed.

Identity number: first 6 and last 2 kept. Name: first character. Card or account: last 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from fundaudit.contract import TABLES, Personal

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{5})((?:18|19|20)\d{9})([0-9Xx])(?![0-9A-Za-z])")
_IDENTITY_15 = re.compile(r"(?<![0-9A-Za-z.,])[1-9]\d{14}(?![0-9A-Za-z]|[.,]\d)")
_CARD = re.compile(r"(?<![0-9A-Za-z.,])\d{16,19}(?![0-9A-Za-z]|[.,]\d)")
_PHONE = re.compile(r"(?<![0-9A-Za-z.,])1[3-9]\d{9}(?![0-9A-Za-z]|[.,]\d)")
_LONG_NUMBER = re.compile(r"\d{11,}[Xx]?")
_DIGITS = re.compile(r"[0-9Xx]{8,}")
_HAN = re.compile(r"[\u3400-\u9fff·•・‧]{2,}|[\U00020000-\U0003ffff]+")
_ORGANISATION = re.compile(
    r"局|公司|中心|政府|银行|合作社|委员会|办公室|学校|医院|社|厂|店|站|所|院|部|队|会|村|镇|乡|财政|有限|集团|农场|单位|专户"
)


def mask_identity(text: str) -> str:
    """653129********0012 style: first 6 and last 2 kept; short ones are hidden whole."""
    return text if text.startswith("line:") else _hide(text, 6, 2)


def mask_card(text: str) -> str:
    """Last 4 kept."""
    return _hide(text, 0, 4)


def mask_name(text: str) -> str:
    """First character kept, at least one hidden."""
    return text[:1] + "*" * max(1, min(len(text) - 1, 3)) if text else text


def mask_payee(text: str) -> str:
    """An organisation's name stays; what may be a person's name is masked."""
    return text if len(text) > 4 and _ORGANISATION.search(text) else mask_name(text)


def _hide(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def mask_text(text: str) -> str:
    """Free text: every long number is masked as an identity number would be."""
    return _LONG_NUMBER.sub(lambda m: mask_identity(m.group()), text)


def personal_headers() -> dict[str, Personal]:
    """Chinese header → kind of personal data; evidence columns prefixed 名册 are masked like their own."""
    headers: dict[str, Personal] = {}
    for table in TABLES.values():
        for column in table.columns:
            if column.personal:
                headers[column.header] = column.personal
                headers["名册" + column.header] = column.personal
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
    """A run's own personal values: numbers (identity, card, account), full names, and names that are also common text."""

    numbers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    common: str = ""
    lengths: tuple[int, ...] = field(default=())

    @classmethod
    def of(cls, numbers: Iterable[str], names: Iterable[str], common: Iterable[str] = ()) -> Secrets:
        kept = frozenset(n.upper() for n in numbers if len(n) >= 8 and _DIGITS.fullmatch(n))
        whole = frozenset(n for n in names if len(n) >= 2 and _HAN.fullmatch(n) and not _ORGANISATION.search(n[2:]))
        return cls(kept, whole, "\n".join(sorted(set(common))), tuple(sorted({len(n) for n in kept})))


def scan(text: str, secrets: Secrets) -> list[str]:
    """What in a shareable text looks like, or is, personal data. Each hit is described without repeating it whole."""
    hits = [f"疑似身份证号 {mask_identity(m.group())}" for m in _IDENTITY.finditer(text) if _real_birth(m.group(2)[:8])]
    hits += [
        f"疑似15位身份证号 {mask_identity(m.group())}" for m in _IDENTITY_15.finditer(text) if _real_birth("19" + m.group()[6:12])
    ]
    hits += [f"疑似银行账号 {mask_card(m.group())}" for m in _CARD.finditer(text)]
    hits += [f"疑似手机号 {mask_identity(m.group())}" for m in _PHONE.finditer(text)]
    hits += [f"数据中的号码 {mask_card(n)}" for n in sorted(_numbers_in(text, secrets))]
    hits += [f"数据中的姓名 {mask_name(n)}" for n in sorted(_names_in(text, secrets))]
    return hits


def mask_known(text: str, secrets: Secrets) -> str:
    """Free text without the run's own names and long numbers: what stands in a cell may be another column's."""
    for name in sorted(_names_in(text, secrets), key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    return mask_text(text)


def _real_birth(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _numbers_in(text: str, secrets: Secrets) -> set[str]:
    found = set()
    for match in _DIGITS.finditer(text):
        run = match.group().upper()
        for length in secrets.lengths:
            found |= {run[i : i + length] for i in range(len(run) - length + 1)} & secrets.numbers
    return found


def _names_in(text: str, secrets: Secrets) -> set[str]:
    """Whole words that are names; within longer words only names of three characters and more that are no common text."""
    found: set[str] = set()
    inner = {n for n in secrets.names if len(n) >= 3 and n not in secrets.common}
    lengths = {len(n) for n in inner}
    for run in {m.group() for m in _HAN.finditer(text)}:
        if run in secrets.names and run not in secrets.common:
            found.add(run)
        for length in lengths:
            found |= {run[i : i + length] for i in range(len(run) - length + 1)} & inner
    return found
