"""A sample county from its plan; and the verdicts that follow from all that was planted together."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from sample.county import AS_OF, County
from sample.in_order import keep_in_order
from sample.people import People
from sample.planted_money import accounts, plant_carry_over, plant_fund_groups, plant_lagging, plant_unallocated
from sample.planted_papers import plant_papers
from sample.planted_payments import plant_payments
from sample.planted_people import (
    VILLAGES,
    HouseholdSheet,
    household_payments,
    plant_not_on_register,
    plant_paid_twice,
    register,
    vouchers,
)
from sample.planted_register import plant_deceased, plant_names, plant_register_time, plant_two_members
from sample.planted_subsidies import plant_subsidies
from sample.planted_works import plant_works
from sample.published import Plan, published

OFFICES = "农业农村局 乡村振兴局 水利局 交通运输局 林业和草原局 住房和城乡建设局 人力资源和社会保障局".split()
RESPONSIBLE = "段志远 康卫民 史明哲 顾庆华 钱晓峰 汤建平 龚春林".split()
Row = dict[str, Any]


def build_county(county: County, plan: Plan, households: int) -> County:
    """The county's own ledger, then every planted problem, then the verdicts that depend on more than one of them."""
    chance = random.Random(int(county.code))
    people = People(county.code, int(county.code))
    homes = register(county, people, chance, households)
    published(county, plan, chance)
    plant_unallocated(county)
    plant_lagging(county)
    plant_fund_groups(county)
    plant_carry_over(county)
    plant_works(county)
    sheet = HouseholdSheet(county)
    household_payments(county, sheet, homes, chance)
    plant_not_on_register(county, sheet, people, homes)
    plant_paid_twice(county, sheet, people, homes)
    plant_register_time(county, sheet, people)
    plant_deceased(county, sheet, people)
    plant_two_members(county, sheet, people)
    plant_names(county, sheet, people)
    plant_subsidies(county, sheet, people)
    vouchers(county)
    plant_payments(county)
    plant_papers(county)
    accounts(county)
    keep_in_order(county)
    _answerable(county)
    county.tables["payments"].sort(key=lambda row: (row["paid_on"], row["payment_id"]))
    _note_fund_groups(county)
    _note_nothing_paid(county)
    _note_carry_over(county)
    _note_unlinked(county)
    _note_papers(county)
    _note_rush(county)
    return county


def _answerable(county: County) -> None:
    """Where each project is and who answers for it."""
    for number, project in enumerate(county.tables["projects"]):
        project["village"] = f"{VILLAGES[number % len(VILLAGES)]}村"
        project.setdefault("department", project.get("unit") or county.units[0])
        project["responsible"] = RESPONSIBLE[number % len(RESPONSIBLE)]


def _readable(county: County, table: str) -> list[Row]:
    return [row for row in county.tables[table] if isinstance(row["amount"], Decimal)]


def _traced(county: County) -> tuple[dict[str, list[Row]], list[Row]]:
    """Readable payments by the indicator that they lead to, and those that lead to none."""
    traced: dict[str, list[Row]] = defaultdict(list)
    untraced = []
    for row in _readable(county, "payments"):
        indicator = _indicator_of(county, row)
        if indicator:
            traced[indicator].append(row)
        else:
            untraced.append(row)
    return traced, untraced


def _funding(county: County, project: str | None) -> list[Row]:
    """The readable allocations that fund a project, without what is pending."""
    own = [a for a in _readable(county, "allocations") if project and a["project_id"] == project]
    return [a for a in own if not (a["project_id"] is None if a["pending"] is None else a["pending"])]


def _indicator_of(county: County, payment: Row) -> str | None:
    """Its allocation's indicator; without an allocation the only one that funds its project."""
    if payment["allocation_id"] is not None:
        found = {a["indicator_id"] for a in _readable(county, "allocations") if a["allocation_id"] == payment["allocation_id"]}
    else:
        found = {a["indicator_id"] for a in _funding(county, payment["project_id"])}
    return next(iter(found)) if len(found) == 1 else None


def _sum(rows: list[Row], year: int | None = None, before: bool = False) -> Decimal:
    days = [r for r in rows if year is None or (r["paid_on"].year < year if before else r["paid_on"].year == year)]
    return sum((r["amount"] for r in days), Decimal(0))


def _behind(paid: Decimal, available: Decimal, least: int = 0) -> bool:
    """On 31 December 95 % is required, and more than `least` yuan short of it."""
    return available > 0 and (max(paid, Decimal(0)) + least) * 100 < available * 95


def _note_fund_groups(county: County) -> None:
    """LP02 and LP03: groups by tag and in total, with what untraced payments could change."""
    traced, untraced = _traced(county)
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in county.tables["indicators"]:
        if row["budget_year"] > AS_OF.year:
            continue
        tag, pool = row.get("direct_tag"), row.get("integrated")
        names = [f"fund_type:{row['fund_type']}"] if row.get("fund_type") else []
        names += [f"direct_tag:{tag}"] if tag else []
        names += ["direct_tag:直达+参照直达"] if tag in ("直达", "参照直达") else []
        names += [] if pool is None else ["integrated:" + ("是" if pool else "否")]
        for name in [*names, "total"]:
            groups[name].append(row)
    turn = ["total", "direct_tag", "fund_type", "integrated"]
    first: dict[tuple[str, ...], str] = {}  # groups of the same indicators: the first stands for them in LP02
    for name in sorted(groups, key=lambda n: (n.endswith("+参照直达"), turn.index(n.split(":")[0]), n)):
        first.setdefault(tuple(r["indicator_id"] for r in groups[name]), name)
    for name, rows in groups.items():
        slow = [r["indicator_id"] for r in rows if _behind(_sum(traced[r["indicator_id"]]), r["amount"])]
        if name in first.values() and not name.endswith("+参照直达"):
            _note_group(county, "LP02", name, _group_verdict(rows, traced, untraced, name == "total", 100), slow)
        if name == "total" or name.startswith("direct_tag"):
            _note_group(county, "LP03", name, _group_verdict(rows, traced, untraced, name == "total", 0), slow)


def _note_group(county: County, check: str, name: str, verdict: str, slow: list[str]) -> None:
    if verdict:
        county.plant(check, name, verdict, "indicators", "indicator_id", *slow)


def _group_verdict(rows: list[Row], traced: dict[str, list[Row]], untraced: list[Row], total: bool, least: int) -> str:
    paid = sum((_sum(traced[r["indicator_id"]], 2022) for r in rows), Decimal(0))
    available = sum((r["amount"] - _sum(traced[r["indicator_id"]], 2022, before=True) for r in rows), Decimal(0))
    more, before = _sum(untraced, 2022), _sum(untraced, 2022, before=True)
    if total:
        return "finding" if _behind(paid + more, available - before, least) else ""
    verdicts = {_behind(paid + a, available - b, least) for a in (0, more) for b in (0, before)}
    return "undetermined" if len(verdicts) > 1 else "finding" if True in verdicts else ""


def _note_nothing_paid(county: County) -> None:
    """IB04: allocations more than 90 days old, or undated, of which at most 1 % was paid."""
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in _readable(county, "payments"):
        paid[row["allocation_id"]] += row["amount"]
    without = [r for r in _readable(county, "payments") if r["allocation_id"] is None]
    unlinked = {r["project_id"] for r in without if len(_funding(county, r["project_id"])) != 1}
    for row in _readable(county, "allocations"):
        allocation, day = row["allocation_id"], row["allocated_on"]
        pending = row["project_id"] is None if row["pending"] is None else row["pending"]
        if pending or row["amount"] <= 0 or paid[allocation] > row["amount"] / 100 or (day and (AS_OF - day).days <= 90):
            continue
        doubt = day is None or (row["project_id"] and row["project_id"] in unlinked)
        county.plant("IB04", allocation, "undetermined" if doubt else "finding", "allocations", "allocation_id")


def _note_carry_over(county: County) -> None:
    """IB05: budget years up to 2021 with more than 100 yuan left, beyond what untraced and unreadable payments could be."""
    traced, untraced = _traced(county)
    more = sum((r["amount"] for r in untraced if r["amount"] > 0), Decimal(0))
    less = sum((r["amount"] for r in untraced if r["amount"] < 0), Decimal(0))
    indicator_of = {a["allocation_id"]: a["indicator_id"] for a in county.tables["allocations"]}
    broken = {indicator_of.get(r["allocation_id"]) for r in county.tables["payments"] if not isinstance(r["amount"], Decimal)}
    for row in _readable(county, "indicators"):
        indicator = row["indicator_id"]
        left = row["amount"] - _sum(traced[indicator])
        if row["budget_year"] > 2021 or left - less <= 100:
            continue
        sure = left - more > 100 and indicator not in broken
        county.plant("IB05", indicator, "finding" if sure else "undetermined", "indicators", "indicator_id")


def _note_unlinked(county: County) -> None:
    """TP04: payments of the year without a project of the library or an indicator; a rejected allocation leaves it open."""
    known = {a["allocation_id"] for a in _readable(county, "allocations")}
    rejected = {a["allocation_id"] for a in county.tables["allocations"]} - known
    projects = {p["project_id"] for p in county.tables["projects"]}
    project_of = {a["allocation_id"]: a["project_id"] for a in _readable(county, "allocations")}
    for row in _readable(county, "payments"):
        project = row["project_id"] or project_of.get(row["allocation_id"])
        linked = project in projects and _indicator_of(county, row) is not None
        if row["paid_on"] < date(2022, 1, 1) or row["amount"] <= 0 or linked:
            continue
        verdict = "undetermined" if row["allocation_id"] in rejected else "finding"
        county.plant("TP04", row["payment_id"], verdict, "payments", "payment_id")


def _note_papers(county: County) -> None:
    """What is left open by a day, a price or an amount that is not there or cannot be read."""
    contracted = {c["project_id"] for c in county.tables["contracts"]}
    for row in county.tables["allocations"]:
        key, project, broken = row["allocation_id"], row["project_id"], not isinstance(row["amount"], Decimal)
        if broken or (row["pending"] is False and row["plan_approved_on"] is None):
            county.plant("AL02", key, "undetermined", "allocations", "allocation_id")
        if project is None if broken else project and row["allocated_on"] is None:
            county.plant("AL07", key, "undetermined", "allocations", "allocation_id")
        if project and not broken and row["allocated_on"] is None:
            county.plant("PM08", project, "undetermined", "allocations", "project_id", project)
    for row in county.tables["projects"]:
        key = row["project_id"]
        if isinstance(row.get("settled_amount"), Decimal) and key not in contracted:
            county.plant("PM02", key, "undetermined", "projects", "project_id")
        if row.get("status") == "完工" and row.get("actual_finish") is None:
            county.plant("PM13", key, "undetermined", "projects", "project_id")
            if not row.get("to_household") and row.get("joint_accepted_on") is None:
                county.plant("PM05", key, "undetermined", "projects", "project_id")
    for row in county.tables["payments"]:
        key, broken = row["payment_id"], not isinstance(row["amount"], Decimal)
        if row["paid_on"].year != 2022 or (not broken and row["amount"] <= 0):
            continue
        if broken and "approvals" not in county.without:
            county.plant("TP09", key, "undetermined", "payments", "payment_id")
        if not broken and _allocation_of(county, row) is None:
            county.plant("TP06", key, "undetermined", "payments", "payment_id")


def _allocation_of(county: County, payment: Row) -> str | None:
    """Its own, where the table has it; without one the only one that funds its project."""
    own = [a for a in _readable(county, "allocations") if a["allocation_id"] == payment["allocation_id"]]
    found = own if payment["allocation_id"] is not None else _funding(county, payment["project_id"])
    return found[0]["allocation_id"] if len(found) == 1 else None


def _note_rush(county: County) -> None:
    """LP08: more than half of a project's payments of the year in November and December, and at least 100,000.00 yuan."""
    known = {(p.check, p.subject) for p in county.planted}
    paid: dict[str, list[Row]] = defaultdict(list)
    for row in _readable(county, "payments"):
        if row["paid_on"].year == 2022 and row["project_id"]:
            paid[row["project_id"]].append(row)
    for project, rows in paid.items():
        late = _sum([r for r in rows if r["paid_on"].month >= 11])
        if late >= 100_000 and late * 2 > _sum(rows) and ("LP08", project) not in known:
            county.plant("LP08", project, "finding", "payments", "project_id")
