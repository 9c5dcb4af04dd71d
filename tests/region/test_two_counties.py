"""HP15: one subsidy of one cycle in two counties; cases worked by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fundaudit.region.two_counties import Found, judge_two_counties, two_counties

AS_OF = dt.date(2022, 12, 31)
ONE, TWO, THREE = "110101198001010010", "110101198001010029", "110101198001010037"  # the last is the check digit
HEADER = "发放序号,补助项目,发放月份,按户或按人补助,证件号码,姓名,金额,发放日期"
YEARLY = "补助项目,适用对象类别,生效日期,按户或按人补助,标准金额,周期\n年补助,,2020-01-01,到人,600,年\n"
NAMES = {"653129": "伽师县", "640422": "西吉县", "610204": "耀州区"}


@pytest.fixture
def judged_together(judged, tmp_path: Path) -> Callable[..., Found]:
    """HP15 over counties, each given by its household lines; every one is read and its lines netted as a run does it."""

    def run(*counties: str, standards: Sequence[str] = ()) -> Found:
        from fundaudit.intake import read_county
        from fundaudit.ledger.connection import open_ledger
        from fundaudit.parameters import Parameters

        folders = {}
        for code, lines, text in zip(NAMES, counties, [*standards, "", "", ""], strict=False):
            place = tmp_path / code
            (place / "data").mkdir(parents=True)
            rows = "\n".join([HEADER, *(line.strip() for line in lines.strip().splitlines())])
            (place / "data" / "household_payments.csv").write_text(rows + "\n", encoding="utf-8")
            if text:
                (place / "data" / "standards.csv").write_text(text, encoding="utf-8")
            own = Parameters(county=code, name=NAMES[code], data=place / "data", as_of=AS_OF)
            intake = read_county(own)
            with open_ledger(intake.tables, intake.rejects, AS_OF, own.settings, 1) as ledger:
                paid = ledger.query("FROM paid_cycles ORDER BY line_id")
            (place / "restricted").mkdir()
            pq.write_table(paid, place / "restricted" / "paid_cycles.parquet")
            folders[code] = place
        return judge_two_counties(folders, NAMES, AS_OF)

    return run


def amounts(found: Found) -> dict[str, Decimal | None]:
    return {f.subject: f.amount for f in found.findings}


def test_all_but_the_largest_county_is_too_much(judged_together) -> None:
    """甲: 600 and 500 of August in two counties: 500 too much; 700 in a third: 600 + 500 = 1,100. 乙: other months. 丙: other subsidies."""
    found = judged_together(
        f"1,产业补助,2022-08,到人,{ONE},甲某,600,2022-08-10\n2,产业补助,2022-08,到人,{TWO},乙某,600,2022-08-10\n3,产业补助,2022-08,到人,{THREE},丙某,600,2022-08-10",
        f"1,产业补助,2022-08,到人,{ONE},甲某,500,2022-08-12\n2,产业补助,2022-09,到人,{TWO},乙某,600,2022-09-10\n3,教育补助,2022-08,到人,{THREE},丙某,600,2022-08-10",
        f"1,产业补助,2022-08,到人,{ONE},甲某,700,2022-08-15",
    )
    assert amounts(found) == {ONE: Decimal("1100.00")}
    (finding,) = found.findings
    assert finding.occurred_on == dt.date(2022, 8, 10)
    assert set((finding.township or "").split("、")) == {"伽师县", "西吉县", "耀州区"}
    for said in ("产业补助，2022-08", "伽师县 600.00 元", "西吉县 500.00 元", "耀州区 700.00 元"):
        assert said in finding.detail
    assert (found.outcome.population, found.outcome.flagged, found.outcome.undetermined) == (3, 1, 0)


def test_several_cycles_add_up_and_instalments_of_a_county_are_one(judged_together) -> None:
    """July: 100 here, 80 + 10 there: 90 too much. August: 100 here, 30 there: 30. Together 120."""
    found = judged_together(
        f"1,产业补助,2022-07,到人,{ONE},甲某,100,2022-07-10\n2,产业补助,2022-08,到人,{ONE},甲某,100,2022-08-10",
        f"1,产业补助,2022-07,到人,{ONE},甲某,80,2022-07-11\n2,产业补助,2022-07,到人,{ONE},甲某,10,2022-07-12\n3,产业补助,2022-08,到人,{ONE},甲某,30,2022-08-11",
    )
    assert amounts(found) == {ONE: Decimal("120.00")}


def test_what_was_paid_back_does_not_count(judged_together) -> None:
    found = judged_together(
        f"1,产业补助,2022-08,到人,{ONE},甲某,600,2022-08-10",
        f"1,产业补助,2022-08,到人,{ONE},甲某,600,2022-08-12\n2,产业补助,2022-08,到人,{ONE},甲某,-600,2022-09-01\n3,产业补助,2022-08,到人,{TWO},乙某,5,2022-08-12",
    )
    assert (amounts(found), found.outcome.status) == ({}, "clean")


def test_wordings_that_mean_the_same_are_one_subsidy(judged_together) -> None:
    found = judged_together(
        f"1,产业补助(2022),2022-08,到人,{ONE},甲某,600,2022-08-10", f"1,产业补助（2022）,2022-08,到人,{ONE},甲某,600,2022-08-12"
    )
    assert amounts(found) == {ONE: Decimal("600.00")}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"1,产业补助,2022-08,到人,{ONE},丁某,600,2022-08-12", "各县姓名不同"),
        (f"1,年补助,2022-08,到人,{ONE},甲某,600,2022-08-12", "长短不同而有重叠"),
        (f"1,产业补助,,到人,{ONE},甲某,600,", "周期不明"),
    ],
)
def test_what_is_not_certain_is_undetermined(judged_together, line: str, reason: str) -> None:
    first = f"1,产业补助,2022-08,到人,{ONE},甲某,600,2022-08-10\n2,年补助,2022-08,到人,{ONE},甲某,600,2022-08-10"
    found = judged_together(first, line, standards=[YEARLY, ""])
    assert amounts(found) == {}
    assert reason in found.undetermined[ONE][1]
    assert found.outcome.status == "undetermined"


def test_names_are_compared_as_elsewhere(judged_together) -> None:
    """Blanks do not count, and a masked character stands for any."""
    found = judged_together(
        f"1,产业补助,2022-08,到人,{ONE},甲 小某,600,2022-08-10", f"1,产业补助,2022-08,到人,{ONE},甲*某,600,2022-08-12"
    )
    assert amounts(found) == {ONE: Decimal("600.00")}


def test_a_county_without_lines_is_none_to_compare_with(judged_together) -> None:
    found = judged_together(
        f"1,产业补助,2022-08,到人,{ONE},甲某,600,2022-08-10", f"1,产业补助,2023-08,到人,{ONE},甲某,600,2023-08-12"
    )
    assert (found.outcome.status, "不足两个县" in found.outcome.reason) == ("not_run", True)


def test_a_number_that_cannot_be_is_undetermined(judged_together) -> None:
    wrong = ONE[:-1] + "1"
    found = judged_together(*(f"1,产业补助,2022-08,到人,{wrong},甲某,600,2022-08-10" for _ in range(2)))
    assert (amounts(found), "号码存疑" in found.undetermined[wrong][1]) == ({}, True)


def test_one_county_alone_is_not_compared(judged_together) -> None:
    found = judged_together(f"1,产业补助,2022-08,到人,{ONE},甲某,600,2022-08-10")
    assert (found.outcome.status, "不足两个县" in found.outcome.reason) == ("not_run", True)


def test_the_check_is_told_with_the_others() -> None:
    assert (two_counties().scope, two_counties().code) == ("region", "HP15")
