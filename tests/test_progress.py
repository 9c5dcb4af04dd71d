"""How far the money is spent, who is behind for how long, what is planned; every figure worked by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from pydantic import ValidationError

from fundaudit.parameters import Escalation, Settings
from fundaudit.report import periodic
from fundaudit.report.progress import (
    by_plan,
    by_section,
    entry_and_links,
    largest_projects,
    month_ends,
    proposed,
    units_behind,
    units_behind_plan,
)

# 农业局 has 1,000 for the year, all of it since January: 500 paid by the end of June, 940 by December; 水利局 has 300 and paid all in May.
# 100 of 农业局 is not broken down (待分配) and counts for nobody.
FILES = {
    "indicators": """指标编号,指标文号,资金名称,预算年度,业务股室,指标金额,收到日期
        Z1,财农1号,衔接资金,2022,农业股,1400.00,2022-01-05
        Z2,财农2号,水利资金,2022,农财股,300.00,2022-01-05""",
    "allocations": """分配编号,指标编号,项目编号,预算单位,分配金额,下达日期,待分配标识
        F1,Z1,X1,农业局,1000.00,2022-01-10,否
        F2,Z1,,农业局,100.00,2022-01-10,是
        F3,Z2,X2,水利局,300.00,2022-01-10,否""",
    "projects": """项目编号,项目名称,实施单位,业务股室,形象进度
        X1,产业园,农业局,农业股,90%
        X2,渠道,水利局,农财股,100%""",
    "payments": """支付凭证号,分配编号,项目编号,支付金额,支付日期
        P1,F1,X1,500.00,2022-06-20
        P2,F1,X1,440.00,2022-12-30
        P3,F3,X2,300.00,2022-05-20""",
    "month_plans": """月份,实施单位,项目编号,计划支出
        2022-06,农业局,X1,600.00
        2022-12,农业局,X1,400.00""",
}


@pytest.fixture
def county(county_folder, draft):
    return draft(county_folder(**FILES))


def test_the_last_days_of_whole_months() -> None:
    assert month_ends(dt.date(2022, 3, 30)) == [dt.date(2022, 1, 31), dt.date(2022, 2, 28)]
    assert month_ends(dt.date(2022, 12, 31))[-1] == dt.date(2022, 12, 31)
    assert month_ends(dt.date(2022, 1, 30)) == []


def test_units_are_behind_for_as_many_months_on_end(county) -> None:
    """农业局, of 1,000: at the end of June 50 % of 50 % asked; July 50 of 58.3, … November 50 of 91.7; December 94 % of the 95 % that is
    asked at most: six months on end, July to December. 水利局: all is paid."""
    agriculture, water = units_behind(county)
    assert (agriculture.unit, agriculture.available, agriculture.paid) == ("农业局", Decimal("1000.00"), Decimal("940.00"))
    assert (agriculture.months, agriculture.step) == (6, "移送")
    assert (water.unit, water.months, water.step) == ("水利局", 0, "")


@pytest.mark.parametrize(
    ("months", "step"), [(0, ""), (1, "提醒"), (2, "通报"), (3, "约谈"), (5, "约谈"), (6, "移送"), (30, "移送")]
)
def test_the_furthest_step_that_the_months_reach(months: int, step: str) -> None:
    assert proposed(months, Settings()) == step


def test_who_has_paid_is_not_behind_for_want_of_a_link(county_folder, draft) -> None:
    """交通局 has 1,000 + 1,000 of one project and indicator: a payment of 2,000 that names the project alone is its, whichever it is of.
    丙局 has 600 and paid nothing that leads to it, but 700 of the year lead to nobody: it may have paid all. 丁局 has 5,000 and is behind
    with them too: from the end of February on, 16.7 % are asked and 700 are 14 %; at the end of January 8.3 %. An allocation without a day
    may not have been given yet: 戊局 has no money of the year."""
    files = FILES | {
        "allocations": """分配编号,指标编号,项目编号,预算单位,分配金额,下达日期,待分配标识
            F1,Z1,X1,交通局,1000.00,2022-01-10,否
            F2,Z1,X1,交通局,1000.00,2022-01-10,否
            F3,Z2,X2,丙局,600.00,2022-01-10,否
            F4,Z2,X3,丁局,5000.00,2022-01-10,否
            F5,Z2,X4,戊局,800.00,,否""",
        "payments": """支付凭证号,项目编号,支付金额,支付日期
            P1,X1,2000.00,2022-03-20
            P2,,700.00,2022-01-15""",
    }
    found = {b.unit: (b.available, b.paid, b.months) for b in units_behind(draft(county_folder(**files)))}
    assert found == {"交通局": (2000, 2000, 0), "丙局": (600, 0, 0), "丁局": (5000, 0, 11)}


def test_steps_come_one_after_the_other() -> None:
    with pytest.raises(ValidationError, match="后一步不少于前一步"):
        Escalation(remind=3, report=2)


def test_sections_the_slowest_first_with_what_was_paid_lately(county) -> None:
    """农业股: 940 of 1,400 paid, 440 of it on 30 December, within the last week and not on the day; 农财股: 300 of 300, in May."""
    first, second = by_section(county)
    assert [first[k] for k in ("label", "amount", "allocated", "paid", "today", "week")] == ["农业股", 1400, 1000, 940, 0, 440]
    assert [second[k] for k in ("label", "amount", "allocated", "paid", "today", "week")] == ["农财股", 300, 300, 300, 0, 0]


def test_plan_against_paid(county) -> None:
    """December: 400 planned, 440 paid; the year: 1,000 planned, 940 paid."""
    (row,) = by_plan(county)
    assert [row[k] for k in ("label", "month_plan", "month_paid", "year_plan", "year_paid")] == ["农业局", 400, 440, 1000, 940]


def test_units_behind_their_plan(county) -> None:
    """Planned 600 by June and 1,000 by December; paid 500 by June, 940 by December: below at every month end from June on, seven in all.
    (Months without a plan of their own carry the sum on.)"""
    (behind,) = units_behind_plan(county)
    assert (behind.unit, behind.available, behind.paid, behind.months, behind.step) == ("农业局", 1000, 940, 7, "移送")


def test_the_largest_projects(county) -> None:
    assert [(r["name"], r["allocated"], r["paid"]) for r in largest_projects(county)] == [
        ("产业园", 1000, 940),
        ("渠道", 300, 300),
    ]


def test_entry_and_links(county) -> None:
    """Two indicators allocated, none with a scan; two of three allocations name a project; three of three payments are linked."""
    rates = {says: (there, every) for says, there, every in entry_and_links(county)}
    assert rates["指标已分配或已标识待分配的"] == (2, 2)
    assert rates["指标已上传文件扫描件的"] == (0, 2)
    assert rates["分配已细化到项目的"] == (2, 3)
    assert rates["支付已关联到指标的"] == (3, 3)


def test_every_section_says_what_it_lacks(county_folder, draft) -> None:
    """A county of two tables without a single indicator: no section fails, each says what is not there."""
    bare = draft(county_folder(projects="项目编号,项目名称\nX1,渠道"))
    shown = "".join(
        section.text
        for section in (
            periodic.head(bare, "monthly"), periodic.sections(bare, 1), periodic.projects(bare, 2), periodic.units(bare, 3),
            periodic.plan(bare, 4), periodic.largest(bare, 5), periodic.links(bare, 6), periodic.standing(bare, 7), periodic.end(bare),
        )
    )  # fmt: skip
    for said in (
        "没有报送指标台账",
        "没有指标台账，不能按股室列示",
        "没有分配到项目的资金",
        "没有可以按预算单位计算",
        "没有报送月支出计划",
    ):
        assert said in shown
