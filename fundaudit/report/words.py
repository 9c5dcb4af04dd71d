"""Numbers and dates as people read them in a Chinese report: rounded here, and nowhere before."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal


def rounded(number: Decimal, places: str) -> Decimal:
    return number.quantize(Decimal(places), rounding=ROUND_HALF_UP)


def wan(amount: Decimal) -> str:
    """Yuan → 万元 with two decimals."""
    return f"{rounded(amount / 10_000, '0.01'):,}"


def yuan(amount: Decimal) -> str:
    return f"{rounded(amount, '0.01'):,}"


def percent(part: Decimal, whole: Decimal) -> str:
    """Two decimals of a percentage; a dash where there is nothing to divide by."""
    return f"{rounded(part * 100 / whole, '0.01')}%" if whole else "—"


def day_cn(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def ordinal(number: int) -> str:
    """1 → 一, 23 → 二十三."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones or not tens else "")
