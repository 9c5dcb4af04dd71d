"""Planted idle balances, lagging projects and fund groups, with their near-misses."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sample.county import CENT, WORKS, County, add_allocation


def indicator_row(county: County, indicator: str, amount: str, received: date, year: int, name: str, **tags: Any) -> None:
    county.add(
        "indicators",
        indicator_id=indicator,
        doc_no=f"{county.office_code}〔{received:%Y}〕{int(indicator[-2:]) + 60}号",
        fund_name=name,
        level="地区",
        budget_year=year,
        section="农业农村股",
        amount=Decimal(amount) if _readable(amount) else amount,
        received_on=received,
        **({"attachment": f"{indicator}.pdf"} | tags),
    )


def plant_unallocated(county: County) -> None:
    """IB02, as money of budget year 2023 that came early; limit: more than 30 days after receipt."""
    early = {"fund_type": "提前下达资金"}
    cases = [
        ("20000.00", date(2022, 11, 8), ["8000.00"], "finding", ""),
        ("15000.00", date(2022, 11, 30), [], "finding", ""),  # 31 days: a day over
        ("9000.00", date(2022, 11, 15), ["8899.99"], "finding", ""),  # a cent more than 100 left
        ("12000.00", date(2022, 12, 1), [], "", "收到正好 30 天"),
        ("10000.00", date(2022, 11, 10), ["9900.00"], "", "只剩 100 元"),
        ("10000.00", date(2022, 11, 12), ["10000.00", "-3000.00", "3000.00"], "", "收回后重新分配完毕"),
        ("6000.00", date(2022, 11, 14), ["2000.00", "undated:4000.00"], "undetermined", ""),
        ("7000.00", date(2022, 11, 16), ["3000.00", "unreadable:肆仟元"], "undetermined", ""),
    ]
    number = 0
    for turn, (amount, received, allocations, verdict, why) in enumerate(county.cases("IB02", cases), start=1):
        indicator = f"ZB2023{turn:03d}"
        indicator_row(county, indicator, amount, received, 2023, f"2023年提前下达衔接资金（{indicator[-2:]}）", **early)
        for item in allocations:
            number += 1
            kind, _, value = item.rpartition(":")
            day = None if kind == "undated" else date(2022, 12, 5) + timedelta(days=number % 9)
            add_allocation(county, f"FP2023{number:03d}", indicator, None, value if kind == "unreadable" else Decimal(value), day)
        if verdict:
            county.plant("IB02", indicator, verdict, "indicators", "indicator_id")
            if any(item.startswith("undated") for item in allocations):
                county.plant("AL03", indicator, verdict, "indicators", "indicator_id")
        else:
            county.near("IB02", indicator, why)


def accounts(county: County) -> None:
    """IB01: lowest balance of the last 90 days at least 100,000.00 yuan; snapshots at month ends."""
    ends = [date(2022, m, monthrange(2022, m)[1]) for m in range(6, 13)]
    own = "预算单位实有资金账户"

    def town(number: int) -> str:
        return f"{county.name}{county.townships[number]}人民政府"

    cases: list[tuple[str, str, dict[date, str], dict[str, Any], str, str]] = [
        (town(0), own, dict.fromkeys(ends, "100000.00"), {}, "finding", ""),
        (f"{county.name}水利局项目资金户", own, {d: f"{120000 + 500 * i}.00" for i, d in enumerate(reversed(ends))}, {}, "finding", ""),
        (f"{county.name}农村综合改革专户", "财政专户", dict.fromkeys(ends, "135000.50"), {}, "finding", ""),
        (town(1), own, dict.fromkeys(ends, "99999.99"), {}, "", "比限额少一分"),
        (town(2), own, {**dict.fromkeys(ends, "260000.00"), ends[5]: "42000.00"}, {}, "", "期间曾支用到限额以下"),
        (town(3), own, {**dict.fromkeys(ends, "50000.00"), **dict.fromkeys(ends[4:], "180000.00")}, {}, "", "退回资金后余额才升高，期初低于限额"),
        (f"{county.name}财政局零余额账户", "零余额账户", dict.fromkeys(ends, "300000.00"), {}, "", "零余额账户不在考察之列"),
        (f"{county.name}扶贫资金户（已撤销）", own, dict.fromkeys(ends, "210000.00"), {"closed_on": date(2022, 12, 20)}, "", "已销户"),
        (town(4), own, dict.fromkeys([*ends[:5], date(2022, 11, 29)], "150000.00"), {}, "undetermined", ""),  # 32 days
        (town(5), own, dict.fromkeys(ends[4:], "150000.00"), {}, "undetermined", ""),  # from 10-31
        (town(6), own, dict.fromkeys((date(2022, 9, 29), ends[6]), "150000.00"), {}, "undetermined", ""),  # 93 days
    ]  # fmt: skip
    busy = [case[0] for case in cases if case[4] == "finding" and case not in county.cases("IB01", cases)]
    for number, (name, kind, balances, more, verdict, why) in enumerate(cases, start=1):
        account = county.account(number)
        county.add(
            "accounts",
            account_no=account,
            account_name=name,
            kind=kind,
            unit=name.split("（")[0],
            approved_no=f"{county.name[0]}财户〔2018〕{number}号",
            **more,
        )
        for day, balance in balances.items():
            county.add("balances", account_no=account, as_of=day, balance=Decimal("1200.00" if name in busy else balance))
        if name not in busy and verdict:
            county.plant("IB01", account, verdict, "balances", "account_no")
        elif name not in busy:
            county.near("IB01", account, why)


def small_project(
    county: County, number: int, indicator: str, amount: str, allocated: date | None, paid: list[tuple[date, str]], **more: Any
) -> str:
    """A project of last year's money with its one allocation; its building follows its paying."""
    project, allocation = f"XM2021{number:03d}", f"FP2021{number:03d}"
    spent = sum((Decimal(value) for _, value in paid if _readable(value)), Decimal(0))
    fields = {
        "status": "在建",
        "planned_start": date(2021, 11, 10),
        "actual_start": date(2021, 11, 20),
        "planned_finish": date(2022, 12, 31),
        "physical_progress": (spent / Decimal(amount)).quantize(CENT) if spent else None,
    }
    county.add(
        "projects",
        project_id=project,
        name=f"2021年{county.townships[number % len(county.townships)]}{WORKS[number % len(WORKS)]}扫尾项目",
        category="公共服务",
        township=county.townships[number % len(county.townships)],
        unit=county.units[number % len(county.units)],
        to_household=False,
        **(fields | more),
    )
    add_allocation(county, allocation, indicator, project, Decimal(amount), allocated)
    for day, value in paid:
        amount_cell = Decimal(value) if _readable(value) else value
        county.pay(day, amount_cell, allocation, project, f"{county.name}丰禾农业服务有限公司", "项目尾款")
    return project


def _readable(value: str) -> bool:
    return value.replace("-", "").replace(".", "").isdigit()


def plant_lagging(county: County) -> None:
    """LP01 on money without fund type: required is 0.95 of what is available on 31 December."""
    indicator_row(county, "ZB2021001", "45000.00", date(2021, 9, 6), 2021, "2021年衔接资金结转（未分类）")
    indicator_row(county, "ZB2021002", "6000.00", date(2021, 9, 6), 2021, "2021年衔接资金结转（第二批）")
    old = date(2021, 10, 8)
    paid = date(2022, 9, 15)
    late = small_project(county, 1, "ZB2021001", "5000.00", date(2022, 12, 1), [])  # 30 days ago: counts
    county.plant("LP01", late, "finding", "allocations", "allocation_id", "FP2021001")
    grace = small_project(county, 2, "ZB2021001", "5000.00", date(2022, 12, 2), [])
    county.near("LP01", grace, "下达 29 天，宽限期内暂不计入")
    undated = small_project(county, 3, "ZB2021002", "6000.00", None, [])
    for check in ("LP01", "PD03"):
        county.plant(check, undated, "undetermined", "allocations", "allocation_id", "FP2021003")
    for check in ("IB02", "AL03"):
        county.plant(check, "ZB2021002", "undetermined", "indicators", "indicator_id")
    county.plant("AL03", "ZB2021001", "finding", "indicators", "indicator_id")  # the last allocations are late by intent
    broken = small_project(county, 4, "ZB2021001", "8000.00", old, [(paid, "2000.00"), (date(2022, 11, 3), "伍仟陆佰元")])
    county.plant("LP01", broken, "undetermined", "allocations", "allocation_id", "FP2021004")
    settled = small_project(
        county, 5, "ZB2021001", "10000.00", old, [(paid, "7000.00")], status="完工", settled_amount=Decimal("7000.00")
    )
    county.near("LP01", settled, "已完工，支付正好等于结算价")
    spent_before = small_project(county, 6, "ZB2021001", "10000.00", old, [(date(2021, 12, 10), "6000.00"), (paid, "3800.00")])
    county.near("LP01", spent_before, "扣除上年支付后，本年支出正好 95%")
    refunded = small_project(county, 7, "ZB2021001", "7000.00", old, [(paid, "6900.00"), (date(2022, 10, 20), "-350.01")])
    county.plant(
        "LP01", refunded, "finding", "allocations", "allocation_id", "FP2021007"
    )  # 6549.99 of 6650.00 after the refund: a cent more than 100 short


def plant_fund_groups(county: County) -> None:
    """Money for LP02 and LP03: required is 0.95 of what is available; 2,000.00 yuan are paid without any link."""
    old, paid = date(2021, 11, 5), date(2022, 8, 22)
    cases = [
        ("ZB2021011", "东西部协作资金", "20000.00", [(paid, "19000.00")], {}, "", "支付正好 95%"),
        ("ZB2021012", "社会帮扶资金", "10000.00", [(paid, "9500.01")], {}, "", "比限额多一分"),
        (
            "ZB2021013",
            "定点帮扶资金",
            "10000.00",
            [(paid, "9800.00"), (date(2022, 9, 26), "-300.00")],
            {},
            "",
            "退回后支付正好 95%",
        ),
        ("ZB2021014", "应急救灾资金", "30000.00", [(paid, "27000.00")], {"direct_tag": county.small_tag}, "finding", ""),
        ("ZB2021015", "科技帮扶资金", "20000.00", [(paid, "16000.00")], {}, "finding", ""),
    ]
    for indicator, fund_type, amount, payments, tags, verdict, why in sorted(county.cases("LP02", cases)):
        number = int(indicator[-2:])
        indicator_row(county, indicator, amount, date(2021, 10, 12), 2021, f"2021年{fund_type}", fund_type=fund_type, **tags)
        project = small_project(county, number, indicator, amount, old, payments)
        if not verdict:
            county.near("LP02", f"fund_type:{fund_type}", why)
            county.near("LP01", project, why)
        else:
            county.plant("LP01", project, "finding", "allocations", "allocation_id", f"FP2021{number:03d}")
    county.pay(date(2022, 7, 18), Decimal("2000.00"), None, None, f"{county.name}文汇印务有限公司", "资料印刷费")


def plant_carry_over(county: County) -> None:
    """Money for IB05: budget years up to 2021, unspent on 31 December 2022."""
    if not county.count("IB05", 1):
        return
    indicator_row(county, "ZB2020001", "8000.00", date(2020, 9, 10), 2020, "2020年扶贫资金结转")
    cancelled = {"status": "取消", "change_doc_no": "变更〔2021〕3号"}
    small_project(county, 21, "ZB2020001", "8000.00", date(2020, 10, 9), [(date(2021, 5, 10), "4000.00")], **cancelled)
    for number, why, paid in (
        (22, "期满前付完", [(date(2022, 12, 28), "5000.00")]),
        (23, "多付后退回，正好付完", [(date(2022, 5, 10), "5200.00"), (date(2022, 6, 10), "-200.00")]),
    ):
        indicator_row(county, f"ZB20210{number}", "5000.00", date(2021, 9, 10), 2021, f"2021年衔接资金结转（第{number}批）")
        small_project(county, number, f"ZB20210{number}", "5000.00", date(2021, 10, 9), paid)
        county.near("IB05", f"ZB20210{number}", why)
    county.near("IB05", "ZB2022001", "预算年度 2022，尚未期满")


def platform_export(county: County) -> None:
    """The monitoring platform's export of this year's direct funds: three vouchers differ from the ledger, one cannot be read."""
    direct = {i["indicator_id"] for i in county.tables["indicators"] if i.get("direct_tag") in ("直达", "参照直达")}
    own = {a["allocation_id"] for a in county.tables["allocations"] if a["indicator_id"] in direct}
    sums: dict[str, dict[str, Any]] = {}
    for row in county.tables["payments"]:
        if row["allocation_id"] in own and row["paid_on"].year == 2022 and isinstance(row["amount"], Decimal):
            seen = sums.setdefault(row["payment_id"], {**{k: row.get(k) for k in PLATFORM_COLUMNS}, "amount": Decimal(0)})
            seen["amount"] += row["amount"]
    rows = list(sums.values())
    rows[3]["amount"] += CENT
    old = rows[5]
    rows[5:6] = [{**old, "payment_id": "ZF2022009901"}]
    for row in (rows[3], old, rows[5]):
        county.plant("DQ01", row["payment_id"], "finding", "platform_payments", "payment_id")
    rows[7]["amount"] = "见附表"
    county.plant("DQ01", rows[7]["payment_id"], "undetermined", "platform_payments", "payment_id")
    for row in rows[:3]:
        county.near("DQ01", row["payment_id"], "两边相等")
    county.tables["platform_payments"] = rows


PLATFORM_COLUMNS = ("payment_id", "project_id", "paid_on", "payee_name")
