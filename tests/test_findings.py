"""What a finding's rows are known by from run to run."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from fundaudit.findings import rows_behind

DAY = dt.date(2022, 9, 30)


def test_a_payment_is_known_by_its_number_and_a_fact_by_its_day() -> None:
    table = pa.table(
        {
            "subject": ["A", "A", "B"],
            "flag": [True, False, True],
            "paid_key": ["payment:P1:1", "payment:P2:1", None],
            "occurred_on": [DAY, DAY, dt.date(2022, 3, 1)],
        }
    )
    assert rows_behind({"TP01": table}, DAY) == {("TP01", "A"): ["payment:P1:1"], ("TP01", "B"): ["2022-03-01"]}


def test_what_is_so_on_the_audit_date_is_the_same_fact_all_year() -> None:
    """A project behind pace in September and in October: no new evidence; in the next year it is."""
    days = [(dt.date(2022, 9, 30), "2022"), (dt.date(2022, 10, 31), "2022"), (dt.date(2023, 1, 31), "2023")]
    for day, known in days:
        table = pa.table({"subject": ["X1"], "flag": [True], "occurred_on": [day]})
        assert rows_behind({"LP01": table}, day) == {("LP01", "X1"): [known]}


def test_a_household_line_is_known_by_what_it_says() -> None:
    """Its row's number changes where a row is inserted above it or the file is renamed; two that say the same are two."""
    said = {
        "证件号码": ["1", "1", "1"],
        "姓名": ["甲"] * 3,
        "补助项目": ["补助"] * 3,
        "发放月份": ["2022-08", "2022-08", "2022-09"],
        "发放日期": [DAY] * 3,
        "金额": [100, 100, 100],
    }
    before = pa.table(
        {
            "subject": ["1"] * 3,
            "flag": [True] * 3,
            "paid_key": ["household:a.xlsx［表］第2行", "household:a.xlsx［表］第3行", "household:a.xlsx［表］第4行"],
            **said,
        }
    )
    after = before.set_column(2, "paid_key", pa.array([f"household:b.xlsx［表］第{n}行" for n in (9, 10, 11)]))
    first = rows_behind({"HP01": before}, DAY)[("HP01", "1")]
    assert first == rows_behind({"HP01": after}, DAY)[("HP01", "1")]
    assert len(set(first)) == 3
