"""The locked ledger: refunds, pace, exact shares, nothing written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from fundaudit.intake import REJECT_SCHEMA
from fundaudit.ledger.connection import open_ledger, pace
from fundaudit.ledger.refunds import net_lines
from fundaudit.parameters import Settings

D = Decimal


@pytest.fixture(scope="module")
def empty():
    with open_ledger({}, REJECT_SCHEMA.empty_table(), dt.date(2022, 12, 31), Settings(), 1) as ledger:
        yield ledger


def one(ledger, sql: str):
    (row,) = ledger.query(f"SELECT {sql} AS x").to_pylist()
    return row["x"]


def line(line_id: str, amount: str, day: int, period: str | None = "2022-03"):
    return (line_id, "P", "S", period, dt.date(2022, 3, day), D(amount))


def test_a_refund_takes_the_latest_equal_line_of_its_period_first() -> None:
    lines = [line("1", "100", 1, "2022-02"), line("2", "100", 2, "2022-03"), line("3", "-100", 3, "2022-02")]
    assert net_lines(lines) == {"1": 0, "2": D(100), "3": 0}
    lines = [line("1", "100", 1), line("2", "100", 2), line("3", "-100", 3, None)]
    assert net_lines(lines) == {"1": D(100), "2": 0, "3": 0}


def test_a_refund_that_equals_no_line_reduces_the_latest_until_used_up() -> None:
    lines = [line("1", "100", 1), line("2", "60", 2), line("3", "-90", 3)]
    assert net_lines(lines) == {"1": D(70), "2": 0, "3": 0}


def test_a_refund_does_not_reach_later_lines_or_other_subsidies() -> None:
    other = ("9", "P", "other", "2022-03", dt.date(2022, 3, 1), D(100))
    lines = [line("1", "-100", 1), line("2", "100", 2), other]
    assert net_lines(lines) == {"1": 0, "2": D(100), "9": D(100)}


def test_refunds_are_taken_in_order_of_their_day() -> None:
    lines = [line("1", "100", 1), line("2", "-100", 9), line("3", "-40", 5)]
    assert net_lines(lines)["1"] == 0  # 40 first leaves 60; then 100 equals nothing and takes what is left


def test_pace() -> None:
    day, month = Settings(pace="day"), Settings()
    assert pace(dt.date(2022, 12, 31), day) == (D(365), 365)
    assert pace(dt.date(2024, 2, 29), day) == (D(60), 366)
    assert pace(dt.date(2022, 6, 29), month) == (D(5), 12)
    assert pace(dt.date(2022, 6, 30), month) == (D(6), 12)
    nodes = Settings(pace="nodes", nodes={dt.date(2022, 6, 30): D("0.5"), dt.date(2022, 9, 30): D("0.8")})
    assert pace(dt.date(2022, 6, 29), nodes) == (D(0), 1)
    assert pace(dt.date(2022, 10, 1), nodes) == (D("0.8"), 1)
    assert pace(dt.date(2023, 1, 15), nodes) == (D(0), 1), "another year's nodes say nothing"


@pytest.mark.parametrize(
    ("amount", "part", "whole", "share"),
    [
        ("100.00", "1", "3", "33.33"),
        ("200.00", "1", "3", "66.67"),
        ("0.03", "1", "2", "0.02"),
        ("332977700.00", "0.95", "1", "316328815.00"),
    ],
)
def test_shares_are_exact_and_rounded_half_up(empty, amount: str, part: str, whole: str, share: str) -> None:
    assert one(empty, f"share_of(CAST({amount} AS DECIMAL(18, 2)), CAST({part} AS DECIMAL(18, 6)), {whole})") == D(share)


def test_money_and_percentages_for_people(empty) -> None:
    assert one(empty, "yuan(CAST(-1234567.05 AS DECIMAL(18, 2)))") == "-1,234,567.05"
    assert one(empty, "percent(CAST(121954.16 AS DECIMAL(18, 2)), CAST(128293.24 AS DECIMAL(18, 2)))") == "95.06%"
    assert one(empty, "percent(1, 0)") == "—"
    assert one(empty, "percent(CAST(949999 AS DECIMAL(18, 2)), 1000000)") == "94.9999%", "near a limit enough digits"
    assert one(empty, "percent(CAST(949999999 AS DECIMAL(18, 2)), 1000000000)") == "94.9999%", "cut off, never up to the limit"
    assert one(empty, "percent(95, 100)") == "95.00%"


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [
        ("123456", "123456", False),
        ("123456", "123457", True),
        ("123456", "123465", True),
        ("123456", "123564", False),
        ("123456", "12345", True),
        ("123456", "1234567", True),
        ("123456", "1234", False),
    ],
)
def test_near_numbers(empty, a: str, b: str, near: bool) -> None:
    """One digit replaced, missing or added, or one swapped neighbouring pair; equal numbers never get here."""
    assert one(empty, f"numbers_near('{a}', '{b}')") is near


@pytest.mark.parametrize(
    "sql",
    [
        "WITH x AS (DELETE FROM payments RETURNING *) SELECT * FROM x",
        "COPY audit TO '/tmp/leak.csv'",
        "SELECT * FROM read_text('/etc/hostname')",
        "SET threads = 8",
        "INSTALL httpfs",
    ],
)
def test_nothing_is_written_or_read_outside(empty, sql: str) -> None:
    with pytest.raises(duckdb.Error):
        empty.query(sql)
    assert one(empty, "(SELECT count(*) FROM audit)") == 1


@pytest.mark.parametrize(
    ("a", "b", "agree"),
    [("张三", "张三", True), ("张?三", "张小?", True), ("张?", "张三三", False), ("?三", "张三", True), ("李?", "张三", False)],
)
def test_masked_names(empty, a: str, b: str, agree: bool) -> None:
    assert one(empty, f"names_agree('{a}', '{b}')") is agree


def test_working_days(empty) -> None:
    """2022-09-28 to 10-10: 09-29, 09-30, 10-08, 10-09 and 10-10 are worked (the holiday is 10-01 to 10-07)."""
    assert one(empty, "days_between(DATE '2022-09-28', DATE '2022-10-10', true)") == 5
    assert one(empty, "days_between(DATE '2022-09-28', DATE '2022-10-10', false)") == 12
    assert one(empty, "days_between(DATE '2003-12-31', DATE '2022-10-10', true)") is None
