"""One cell at a time: exact values, or a refusal; never a guess."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundaudit.dates import Unreadable, read_date, read_month
from fundaudit.intake import values

MONEY = {
    "1234.56": "1234.56",
    "1,234.56": "1234.56",
    "１２３４．５６": "1234.56",
    "10 851.8万元": "108518000",
    "1508.001713万元": "15080017.13",
    "3万": "30000",
    "2.5亿元": "250000000",
    "¥100": "100",
    "100元": "100",
    "-5": "-5",
    "−5": "-5",
    "(1,000.50)": "-1000.50",
    "+7": "7",
    " 8 ": "8",
}


@pytest.mark.parametrize("text", MONEY)
def test_money(text: str) -> None:
    assert values.read_money(text) == Decimal(MONEY[text])


@pytest.mark.parametrize(
    "text", ["34.568.64", "1,23,456", "12,34", "10(其中,灾情因素6万元)", "叁仟元", "1e5", "--5", "1.2.3", "1 2", "."]
)
def test_money_that_is_not_certain_is_not_read(text: str) -> None:
    with pytest.raises(Unreadable):
        values.read_money(text)


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2), st.sampled_from(["元", "万元", "亿元"]), st.booleans())
def test_any_amount_in_any_unit_reads_back_exactly(amount: Decimal, unit: str, grouped: bool) -> None:
    scaled = amount / values.UNITS[unit]
    text = f"{scaled:,f}" if grouped else f"{scaled:f}"
    assert values.read_money(text, unit) == amount
    assert values.read_money(text + unit) == amount


def test_cents_are_rounded_half_up() -> None:
    assert values.to_cents(Decimal("0.005")) == Decimal("0.01")
    assert values.to_cents(Decimal("-0.005")) == Decimal("-0.01")
    assert values.to_cents(Decimal("2.674999")) == Decimal("2.67")


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 12, 31)))
def test_any_date_in_any_unambiguous_form_reads_back(day: dt.date) -> None:
    y, m, d = day.year, day.month, day.day
    for text in (
        f"{y}-{m:02}-{d:02}",
        f"{y}.{m}.{d}",
        f"{y}/{m}/{d}",
        f"{y}年{m}月{d}日",
        f"{y}{m:02}{d:02}",
        f"{y}-{m}-{d} 00:00:00",
    ):
        assert read_date(text) == day


@pytest.mark.parametrize("text", ["2022-02-30", "2020211", "2022.10", "44926", "2022-13-01", "01/02/2022", "明年", "1899-12-31"])
def test_dates_that_are_not_certain_are_not_read(text: str) -> None:
    with pytest.raises(Unreadable):
        read_date(text)


def test_months() -> None:
    for text in ("2022-11", "2022/11", "2022年11月", "202211", "2022.11", "2022-11-30"):
        assert read_month(text) == "2022-11"
    with pytest.raises(Unreadable):
        read_month("2022.1")  # 2022.10 with its zero lost?


def test_booleans_integers_and_ratios() -> None:
    assert [values.read_bool(t) for t in ("是", "1", "true", "Y", "否", "0", "FALSE", "n")] == [True] * 4 + [False] * 4
    assert values.read_integer("2022年") == 2022
    assert values.read_ratio("85.5%", percent=False) == Decimal("0.855")
    assert values.read_ratio("85.5", percent=True) == Decimal("0.855")
    assert values.read_ratio("0.855", percent=False) == Decimal("0.855")
    for bad in ("或", "2"):
        with pytest.raises(Unreadable):
            values.read_bool(bad)
    with pytest.raises(Unreadable):
        values.read_ratio("101%", percent=False)
