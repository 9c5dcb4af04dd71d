"""The ledger of a county's own year: from a plan of indicators to projects, allocations and payments."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from sample.county import CENT, HOUSEHOLD_PROJECT, WORKS, County, add_allocation, wan, working_day

# indicator, fund type, level, direct tag, integrated, received, 万元, projects: how many, or "amount:paid" and "*" each
Plan = list[tuple[str, str, str, str | None, bool | None, date, str, list[str] | int]]


def published(county: County, plan: Plan, chance: random.Random) -> None:
    """Indicators, projects, allocations and payments of the plan; LP01 is planted where a project lags."""
    number = 0
    for indicator, fund_type, level, tag, integrated, received, amount, shares in plan:
        county.add(
            "indicators",
            indicator_id=indicator,
            doc_no=f"{county.office_code}〔2022〕{int(indicator[-3:])}号",
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
        for project_amount, paid in _split(wan(amount), shares, chance):
            number += 1
            project, allocation = f"XM2022{number:03d}", f"FP2022{number:03d}"
            allocated = received + timedelta(days=12 + number % 9)
            _project(county, project, number, project_amount, allocated, paid)
            add_allocation(county, allocation, indicator, project, project_amount, allocated)
            if paid < project_amount * Decimal("0.95"):
                county.plant("LP01", project, "finding", "allocations", "allocation_id", allocation)
            if project not in (HOUSEHOLD_PROJECT, county.farmland_project):
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


def _project(county: County, project: str, number: int, amount: Decimal, allocated: date, paid: Decimal) -> None:
    township = county.townships[number % len(county.townships)]
    subsidy = {HOUSEHOLD_PROJECT: "2022年到户产业发展补助项目", county.farmland_project: "2022年耕地地力保护补贴项目"}.get(
        project
    )
    start, done = allocated + timedelta(days=20), paid == amount and not subsidy
    county.add(
        "projects",
        project_id=project,
        name=subsidy or f"2022年{township}{WORKS[number % len(WORKS)]}项目",
        category="到户补助" if subsidy else ("产业发展" if number % 3 else "基础设施"),
        township=township,
        unit=county.units[number % len(county.units)],
        to_household=bool(subsidy),
        stored_on=date(2021, 11, 15),
        approved_on=date(2021, 12, 20),
        planned_amount=amount,
        planned_start=start,
        planned_finish=date(2022, 12, 20),
        actual_start=start + timedelta(days=5),
        actual_finish=date(2022, 12, 12) if done else None,
        settled_amount=amount if done else None,
        physical_progress=None if subsidy else (paid / amount).quantize(CENT),
        status="完工" if done else "在建",
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
                f"{'昆仑 天山 绿洲 丰禾 胡杨'.split()[(i + count) % 5]}建设工程有限公司",
                "工程进度款",
            )
