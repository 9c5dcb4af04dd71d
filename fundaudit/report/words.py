"""Numbers and dates as people read them in a Chinese report: rounded here, and nowhere before."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal


def rounded(number: Decimal, places: str) -> Decimal:
    return number.quantize(Decimal(places), rounding=ROUND_HALF_UP)


def wan(amount: Decimal) -> str:
    """Yuan → 万元 with two decimals."""
    return f"{rounded(amount / 10_000, '0.01'):,}"


def yuan(amount: Decimal) -> str:
    return f"{rounded(amount, '0.01'):,}"


def money(amount: Decimal) -> str:
    """An amount in a sentence with its unit: 元 below ten thousand, else 万元."""
    return f"{yuan(amount)} 元" if abs(amount) < 10_000 else f"{wan(amount)} 万元"


def percent(part: Decimal, whole: Decimal) -> str:
    """Two decimals of a percentage, four, cut off, where two would round it to a whole one, as limits are (94.9999%, not 95.00%);
    a dash where there is nothing to divide by."""
    if not whole:
        return "—"
    exact = part * 100 / whole
    shown = rounded(exact, "0.01")
    return f"{shown if shown % 1 or shown == exact else exact.quantize(Decimal('0.0001'), rounding=ROUND_DOWN)}%"


def day_cn(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def ordinal(number: int) -> str:
    """1 → 一, 23 → 二十三."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones or not tens else "")
