"""Resident identity numbers (GB 11643) and names: how they are normalised and compared."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from opencc import OpenCC

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
_INVISIBLE = re.compile(  # white space, control characters, and the format characters that nobody sees
    r"[\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]+"
)
_QUOTED = re.compile(r'^=?"([^"]*)"$')  # ="0012" keeps a spreadsheet from reading a number; quotes after a space stay in a CSV
_SHORTENED = re.compile(r"[0-9](\.[0-9]+[eE]\+?|[eE]\+)[0-9]{1,2}")  # what a spreadsheet shows of a long number; 1E5 may be an id
_A_DOUBLE = re.compile(r"[1-9][0-9]*\.0+")  # 2022001.0: a program held the number as a floating-point one
_LATE_X = re.compile(r"(?<=^[0-9]{17})[ХхΧχ×✕╳]$")  # letters and signs that look like the last X
_SEVERAL = re.compile(r"[\n\r、,，;；/]+")
_APOSTROPHES = "'’‘`＇"
_MASKS = re.compile(r"[?？*＊]")
_DOTS = re.compile(r"[·•・‧⋅∙．.˙]")


def normalise_id(text: str) -> str:
    """Any id: NFKC, without leading apostrophes, white space and control characters; leading zeros kept, lost digits as zeros."""
    if text.isascii() and text.isalnum():
        return text
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).lstrip(_APOSTROPHES))
    folded = _QUOTED.sub(r"\1", _INVISIBLE.sub("", folded).lstrip(_APOSTROPHES))
    if _SHORTENED.fullmatch(folded):
        return str(int(Decimal(folded)))
    return folded.split(".")[0] if _A_DOUBLE.fullmatch(folded) else folded


def check_digit(first17: str) -> str:
    """The 18th character that GB 11643 gives to 17 digits."""
    return CHECK_DIGITS[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def _birth(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def normalise_identity(text: str) -> str:
    """An identity number as it is compared: normalised, upper case, 15 digits made 18 (19 and the check digit).

    What does not look like 15 digits with a real birth date stays as it was read.
    """
    number = _LATE_X.sub("X", normalise_id(text)).upper()
    if re.fullmatch(r"[0-9]{6}-[0-9]{8}-[0-9]{3}[0-9X]", number):  # written in its three parts
        number = number.replace("-", "")
    if re.fullmatch(r"[0-9](\.[0-9]+)?E\+?[0-9]{1,2}", number):  # what a spreadsheet shows; the lost digits become zeros
        number = str(int(Decimal(number)))
    if len(number) == 15 and number.isascii() and number.isdigit() and _birth("19" + number[6:12]):
        first17 = number[:6] + "19" + number[6:]
        return first17 + check_digit(first17)
    return number


def holds_several(text: str) -> bool:
    """Whether a cell holds the numbers of several people, one below or beside the other."""
    parts = [normalise_id(part) for part in _SEVERAL.split(text) if part.strip()]
    return sum(bool(re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9Xx]", part)) for part in parts) > 1


def invalid_reason(number: str) -> str:
    """Why a normalised identity number is not valid, in Chinese; empty where it is valid.

    Whether the birth date is after a payment is for the checks: it depends on the payment.
    """
    if len(number) != 18:
        return f"{len(number)} 位，应为 18 位"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "含有不应出现的字符"
    if not _birth(number[6:14]):
        return "出生日期不存在"
    if check_digit(number[:17]) != number[17]:
        return "校验码不符"
    return ""


_PLAIN = r"^[0-9]{17}[0-9X]$"
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def invalid_reasons(numbers: pa.Array) -> pa.Array:
    """`invalid_reason` of every number: those of 17 digits and a check digit all at once, the others one by one."""
    plain = np.asarray(pc.match_substring_regex(numbers, _PLAIN))
    texts = "".join(numbers.filter(pa.array(plain)).to_pylist()).encode()
    digits = np.frombuffer(texts, np.uint8).reshape(-1, 18).astype(np.int64) - ord("0")
    year, month, day = (digits[:, a:b] @ 10 ** np.arange(b - a)[::-1] for a, b in ((6, 10), (10, 12), (12, 14)))
    leap = (month == 2) & (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    born = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= _DAYS[np.clip(month, 0, 12)] + leap)
    right = np.frombuffer(CHECK_DIGITS.encode(), np.uint8)[(digits[:, :17] @ np.array(WEIGHTS)) % 11] - ord("0") == digits[:, 17]
    reasons = np.empty(len(numbers), object)
    reasons[plain] = np.where(born, np.where(right, "", "校验码不符"), "出生日期不存在")
    reasons[~plain] = [invalid_reason(number) for number in numbers.filter(pa.array(~plain)).to_pylist()]
    return pa.array(reasons, pa.string())


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@cache
def _simplified(character: str) -> str:
    return str(_simplifier().convert(character))


def name_key(name: str) -> str:
    """A name as it is compared: without spaces and middle dots, traditional forms unified, masks as `?`."""
    folded = _DOTS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", name)))
    folded = _MASKS.sub("?", folded)
    if folded.isascii():
        return folded.upper()
    # Character by character: a phrase table would read the same character differently in two names.
    return "".join(c if c.isascii() else _simplified(c) for c in folded).upper()
