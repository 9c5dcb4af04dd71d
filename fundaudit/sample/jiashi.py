"""伽师县 653129, budget year 2022: every published figure to the cent, and planted problems beside them.

Published money carries the tags of the statement; planted money has no pool tag or another budget year and stays
below 79 万元 together, so no published figure moves. What is planted is noted while it is planted.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from fundaudit.sample.county import (
    CENT,
    CODE,
    FARMLAND_PROJECT,
    HOUSEHOLD_PROJECT,
    TOWNSHIPS,
    UNITS,
    WORKS,
    County,
    add_allocation,
    wan,
    working_day,
)
from fundaudit.sample.jiashi_money import accounts, plant_fund_groups, plant_lagging, plant_unallocated
from fundaudit.sample.jiashi_people import household_payments, register
from fundaudit.sample.people import People


def build() -> County:
    """The whole county: what is published, then what is planted beside it."""
    county = County()
    chance = random.Random(653129)  # noqa: S311 made-up data
    people = People(CODE, 653129)
    households = register(county, people, chance)
    _published(county, chance)
    plant_unallocated(county)
    plant_lagging(county)
    plant_fund_groups(county)
    household_payments(county, people, households, chance)
    accounts(county)
    county.tables["payments"].sort(key=lambda row: (row["paid_on"], row["payment_id"]))
    return county


# indicator, fund type, level, tag, integrated, received, 万元, projects (None: split evenly; "amount:paid")
PUBLISHED: list[tuple[str, str, str, str, bool, date, str, list[str] | int]] = [
    ("ZB2022001", "衔接资金", "中央", "直达", True, date(2022, 1, 7), "38000.00", 13),
    ("ZB2022002", "衔接资金", "自治区", "直达", True, date(2022, 1, 20), "24371.80", ["8000.00:7667.04", *["*"] * 8]),
    ("ZB2022003", "涉农整合", "中央", "非直达", True, date(2022, 2, 15), "2361.17", 2),
    (
        "ZB2022004",
        "地方政府债券",
        "自治区",
        "非直达",
        True,
        date(2022, 3, 4),
        "30000",
        ["3000.00:2300.00", "2500.00:1900.00", "*", "*", "*"],
    ),
    ("ZB2022005", "地区资金", "地区", "非直达", True, date(2022, 3, 18), "62.50", 1),
    ("ZB2022006", "县级资金", "县", "非直达", True, date(2022, 2, 25), "200", 1),
    (
        "ZB2022011",
        "涉农整合",
        "中央",
        "非直达",
        False,
        date(2022, 3, 10),
        "11306.12",
        ["2400.00:1200.00", "2200.00:1200.00", "2000.00:1100.00", "1800.00:1100.00", "1500.00:1000.00", "1406.12:1000.00"],
    ),
    ("ZB2022012", "涉农整合", "中央", "非直达", False, date(2022, 2, 18), "6000.00", 5),
    ("ZB2022013", "涉农整合", "自治区", "非直达", False, date(2022, 3, 25), "5500.00", 5),
    ("ZB2022014", "涉农整合", "中央", "非直达", False, date(2022, 4, 12), "5491.65", 5),
    ("ZB2022015", "涉农整合", "自治区", "非直达", False, date(2022, 5, 6), "5000.00", 5),
]


def _published(county: County, chance: random.Random) -> None:
    number = 0
    for indicator, fund_type, level, tag, integrated, received, amount, plan in PUBLISHED:
        county.add(
            "indicators",
            indicator_id=indicator,
            doc_no=f"喀地财农〔2022〕{int(indicator[-3:])}号",
            fund_name=f"2022年{level}{'统筹整合' if integrated else ''}{fund_type}（{indicator[-2:]}）",
            fund_type=fund_type,
            level=level,
            direct_tag=tag,
            budget_year=2022,
            section="农业农村股",
            amount=wan(amount),
            received_on=received,
            reported_on=received + timedelta(days=2),
            integrated=integrated,
            attachment=f"{indicator}.pdf",
        )
        for project_amount, paid in _split(wan(amount), plan, chance):
            number += 1
            project, allocation = f"XM2022{number:03d}", f"FP2022{number:03d}"
            allocated = received + timedelta(days=12 + number % 9)
            _project(county, project, number, project_amount, allocated, paid == project_amount)
            add_allocation(county, allocation, indicator, project, project_amount, allocated)
            if paid < project_amount * Decimal("0.95"):
                county.plant("LP01", project, "finding", "allocations", "allocation_id", allocation)
            if project not in (HOUSEHOLD_PROJECT, FARMLAND_PROJECT):
                _pay_out(county, chance, allocation, project, paid, allocated)


def _split(total: Decimal, plan: list[str] | int, chance: random.Random) -> list[tuple[Decimal, Decimal]]:
    """(amount, paid) per project, adding up to the cent. `*` takes an even share of the rest, fully paid."""
    plan = ["*"] * plan if isinstance(plan, int) else plan
    fixed = [(wan(a), wan(p)) for a, p in (item.split(":") for item in plan if item != "*")]
    rest, free = total - sum(a for a, _ in fixed), sum(1 for item in plan if item == "*")
    shares = []
    for i in range(free):
        share = rest if i == free - 1 else (rest / (free - i) * Decimal(chance.randrange(80, 121)) / 100).quantize(CENT)
        rest -= share
        shares.append((share, share))
    return fixed + shares


def _project(county: County, project: str, number: int, amount: Decimal, allocated: date, done: bool) -> None:
    township = TOWNSHIPS[number % len(TOWNSHIPS)]
    subsidy = {HOUSEHOLD_PROJECT: "2022年到户产业发展补助项目", FARMLAND_PROJECT: "2022年耕地地力保护补贴项目"}.get(project)
    start = allocated + timedelta(days=20)
    county.add(
        "projects",
        project_id=project,
        name=subsidy or f"2022年{township}{WORKS[number % len(WORKS)]}项目",
        category="到户补助" if subsidy else ("产业发展" if number % 3 else "基础设施"),
        township=township,
        unit=UNITS[number % len(UNITS)],
        to_household=bool(subsidy),
        stored_on=date(2021, 11, 15),
        approved_on=date(2021, 12, 20),
        planned_amount=amount,
        planned_start=start,
        planned_finish=date(2022, 11, 30),
        actual_start=start + timedelta(days=5),
        actual_finish=date(2022, 11, 20) if done and not subsidy else None,
        status="完工" if done and not subsidy else "在建",
    )


def _pay_out(county: County, chance: random.Random, allocation: str, project: str, total: Decimal, allocated: date) -> None:
    """A project's money in several vouchers between its allocation and mid December."""
    count = chance.randrange(4, 9)
    span = (date(2022, 12, 10) - allocated).days - 30
    days = sorted(working_day(allocated + timedelta(days=30 + chance.randrange(span))) for _ in range(count))
    rest = total
    for i, day in enumerate(days):
        part = rest if i == count - 1 else (total / count * Decimal(chance.randrange(70, 131)) / 100).quantize(CENT)
        part = min(part, rest)
        rest -= part
        if part:
            county.pay(
                day,
                part,
                allocation,
                project,
                f"新疆{'昆仑 天山 绿洲 丰禾 胡杨'.split()[(i + count) % 5]}建设工程有限公司",
                "工程进度款",
            )
