"""Planted projects and payments: IB03, IB04, IB06, LP04, LP05, LP06, TP01, TP02, TP04. All on early money of 2023."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sample.county import CENT, WORKS, County, add_allocation
from sample.planted_money import indicator_row

INDICATOR = "ZB2023021"
GRACE = date(2022, 12, 10)  # allocated so lately that LP01 does not count it
SPRING = date(2022, 3, 1)
D = Decimal


class Works:
    """Small projects one after the other; the indicator gets what they are allocated."""

    def __init__(self, county: County) -> None:
        self.county, self.number, self.allocated = county, 100, D(0)

    def project(
        self, amount: str | None, allocated: date | None, paid: Sequence[tuple[date, str]] = (), **more: Any
    ) -> tuple[str, str]:
        """(project, allocation). Building follows paying unless `physical_progress` says otherwise."""
        self.number += 1
        project, allocation = f"XM2023{self.number:03d}", f"FP2023{self.number:03d}"
        spent = sum((D(value) for _, value in paid), D(0))
        progress = (spent / D(amount)).quantize(CENT) if amount and spent else None
        fields = {
            "status": "在建",
            "planned_start": SPRING,
            "actual_start": date(2022, 3, 11),
            "planned_finish": date(2022, 12, 20),
            "physical_progress": progress,
        } | more
        place = self.county.townships[self.number % len(self.county.townships)]
        self.county.add(
            "projects",
            project_id=project,
            name=f"2023年提前实施{place}{WORKS[self.number % len(WORKS)]}项目",
            category="公共服务",
            township=place,
            unit=self.county.units[self.number % len(self.county.units)],
            to_household=False,
            **fields,
        )
        if amount:
            add_allocation(self.county, allocation, INDICATOR, project, D(amount), allocated)
            self.allocated += D(amount)
        for day, value in paid:
            self.county.pay(day, D(value), allocation, project, f"{self.county.name}惠民建筑安装有限公司", "工程进度款")
        return project, allocation

    def contract(self, project: str, amount: str) -> None:
        self.county.add(
            "contracts", contract_id=f"HT{project[2:]}", project_id=project, kind="施工", contractor="惠民建筑安装有限公司",
            amount=D(amount), signed_on=SPRING,
        )  # fmt: skip

    def finish(self) -> None:
        indicator_row(self.county, INDICATOR, str(self.allocated), date(2022, 2, 10), 2023, "2023年提前实施项目资金")
        self.county.plant("AL03", INDICATOR, "finding", "indicators", "indicator_id")  # its last allocations are of December


def plant_works(county: County) -> None:
    works = Works(county)
    _pending(county)
    _nothing_paid(works)
    _surplus(works)
    _not_started(works)
    _not_finished(works)
    _building_and_paying(works)
    _payees(works)
    works.finish()


def _pending(county: County) -> None:
    """IB03: pending for more than 60 days. The records stand beside allocations that are complete without them."""
    cases = [
        (True, date(2022, 9, 1), "finding", ""),
        (True, date(2022, 10, 31), "finding", ""),  # 61 days
        (None, date(2022, 5, 5), "finding", ""),  # no flag and no project
        (True, date(2022, 11, 1), "", "下达正好 60 天"),
        (True, date(2022, 12, 10), "", "下达不久"),
        (True, None, "undetermined", ""),
    ]
    for number, (pending, day, verdict, why) in enumerate(county.cases("IB03", cases), start=61):
        allocation = f"FP2023{number:03d}"
        add_allocation(county, allocation, INDICATOR, None, D("5000.00"), day, pending=pending)
        if verdict:
            county.plant("IB03", allocation, verdict, "allocations", "allocation_id")
        else:
            county.near("IB03", allocation, why)
    if county.count("IB03", 3):
        county.near("IB03", "FP2022001", "标识为否")


def _nothing_paid(works: Works) -> None:
    """IB04: more than 90 days without a payment; the projects were cancelled, so LP01 does not judge them."""
    off: dict[str, Any] = {"status": "取消"}
    taken_back = [(date(2022, 5, 9), "1200.00"), (date(2022, 6, 9), "-1200.00")]
    cases: list[tuple[date, list[tuple[date, str]], str, str]] = [
        (SPRING, [], "finding", ""),
        (date(2022, 10, 1), [], "finding", ""),  # 91 days
        (SPRING, taken_back, "finding", ""),
    ]
    for allocated, paid, _, _ in works.county.cases("IB04", cases):
        works.project("3000.00", allocated, paid, **off)
    _, day90 = works.project("3000.00", date(2022, 10, 2), **off)
    _, cent = works.project("3000.00", SPRING, [(date(2022, 5, 9), "30.01")], physical_progress=D("0.01"), **off)
    _, recent = works.project("3000.00", GRACE, **off)
    for allocation, why in ((day90, "下达正好 90 天"), (cent, "付了百分之一多一分"), (recent, "下达不久")):
        works.county.near("IB04", allocation, why)
    # Two allocations of one indicator: the payment belongs to the indicator, and nobody knows to which of the two.
    project, _ = works.project("3000.00", SPRING, physical_progress=D(0), **off)
    add_allocation(works.county, f"FP2023{works.number + 500}", INDICATOR, project, D("2000.00"), SPRING)
    works.allocated += D("2000.00")
    works.county.pay(date(2022, 6, 6), D("50.00"), None, project, f"{works.county.name}惠民建筑安装有限公司", "前期费用")


def _surplus(works: Works) -> None:
    """IB06: more than 10,000.00 yuan above the price, more than 90 days after the finish."""
    county, june = works.county, date(2022, 6, 30)
    cases = [
        ("40000.00", "25000.00", june, "finding", ""),
        ("30000.01", "20000.00", date(2022, 9, 30), "finding", ""),  # 10,000.01 after 92 days
        ("30000.00", "20000.00", june, "", "净结余正好一万元"),
        ("40000.00", "25000.00", date(2022, 10, 2), "", "完工正好 90 天"),
    ]
    if not county.count("IB06", 3):
        return
    for amount, price, day, verdict, why in county.cases("IB06", cases):
        more = {
            "status": "完工",
            "settled_amount": D(price),
            "actual_finish": day,
            "planned_finish": day,
            "physical_progress": D(1),
        }
        project, _ = works.project(amount, SPRING, [(day, price)], **more)
        works.contract(project, price)
        if verdict:
            county.plant("IB06", project, verdict, "projects", "project_id")
        else:
            county.near("IB06", project, why)
    done = {"status": "完工", "actual_finish": june, "planned_finish": june, "physical_progress": D(1)}
    project, _ = works.project("30000.00", SPRING, [(june, "18000.00")], **done)  # no settled price: the contract's
    works.contract(project, "18000.00")
    county.plant("IB06", project, "finding", "projects", "project_id")
    county.near("LP01", project, "提前下达的以后年度资金不计入")
    project, _ = works.project("30000.00", SPRING, [(june, "17000.00")], **done, settled_amount=D("17000.00"))
    works.contract(project, "17000.00")
    add_allocation(county, "FP2023071", INDICATOR, project, D("-12000.00"), date(2022, 9, 1))
    works.allocated -= D("12000.00")
    county.near("IB06", project, "结余已收回")
    project, _ = works.project("20000.00", SPRING, [(june, "20000.00")], **done)
    county.plant("IB06", project, "undetermined", "projects", "project_id")


def _not_started(works: Works) -> None:
    """LP04: more than 30 days after the planned start."""
    county, later = works.county, {"planned_finish": date(2023, 6, 30)}
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"planned_start": date(2022, 6, 1), "actual_start": None, "status": "未开工"}, "finding", ""),
        ({"planned_start": date(2022, 11, 30), "actual_start": None, "status": "未开工"}, "finding", ""),  # 31 days
        ({"planned_start": date(2022, 5, 1), "actual_start": date(2022, 6, 15)}, "finding", ""),
        ({"planned_start": date(2022, 12, 1), "actual_start": None, "status": "未开工"}, "", "计划开工正好 30 天"),
        ({"planned_start": date(2022, 5, 1), "actual_start": date(2022, 5, 31)}, "", "晚开工正好 30 天"),
        ({"planned_start": date(2022, 6, 1), "actual_start": None, "status": "取消"}, "", "已取消"),
        ({"planned_start": None, "actual_start": None, "status": "未开工"}, "undetermined", ""),
        ({"planned_start": date(2022, 6, 1), "actual_start": None, "status": "在建"}, "undetermined", ""),
    ]
    for fields, verdict, why in county.cases("LP04", cases):
        project, _ = works.project("2000.00", GRACE, **(later | fields))
        if verdict:
            county.plant("LP04", project, verdict, "projects", "project_id")
        else:
            county.near("LP04", project, why)


def _not_finished(works: Works) -> None:
    """LP05: more than 30 days after the planned finish."""
    county, done = works.county, {"status": "完工", "settled_amount": D("2000.00")}
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"planned_finish": date(2022, 9, 30)}, "finding", ""),
        ({"planned_finish": date(2022, 11, 30)}, "finding", ""),  # 31 days
        ({"planned_finish": date(2022, 9, 30), "actual_finish": date(2022, 11, 5), **done}, "finding", ""),
        ({"planned_finish": date(2022, 12, 1)}, "", "计划完工正好 30 天"),
        ({"planned_finish": date(2022, 9, 30), "actual_finish": date(2022, 10, 30), **done}, "", "晚完工正好 30 天"),
        ({"planned_finish": date(2022, 9, 30), "status": "取消"}, "", "已取消"),
        ({"planned_finish": None}, "undetermined", ""),
        ({"planned_finish": date(2022, 9, 30), **done}, "undetermined", ""),
    ]
    for fields, verdict, why in county.cases("LP05", cases):
        project, _ = works.project("2000.00", GRACE, **fields)
        if verdict:
            county.plant("LP05", project, verdict, "projects", "project_id")
        else:
            county.near("LP05", project, why)


def _building_and_paying(works: Works) -> None:
    """LP06: physical progress and payments more than 0.20 of the contract apart."""
    county, day = works.county, date(2022, 8, 30)
    cases: list[tuple[str, list[tuple[date, str]], str | None, str | None, str, str]] = [
        ("8000.00", [(day, "8000.00")], "20000.00", "0.90", "finding", ""),
        ("15000.00", [(day, "15000.00")], "20000.00", "0.30", "finding", ""),
        ("10000.00", [(day, "9600.00")], None, "0.70", "finding", ""),
        ("8000.00", [(day, "8000.00")], "20000.00", "0.60", "", "正好相差 20 个百分点"),
        ("6000.00", [(day, "6000.00")], "20000.00", "0.00", "", "预付款正好 30%"),
        ("8000.00", [(day, "9000.00"), (date(2022, 9, 30), "-1000.00")], "20000.00", "0.60", "", "退回后正好相差 20 个百分点"),
        ("5000.00", [(day, "5000.00")], "20000.00", None, "undetermined", ""),
    ]
    for amount, paid, price, progress, verdict, why in county.cases("LP06", cases):
        project, _ = works.project(amount, SPRING, paid, physical_progress=D(progress) if progress else None)
        if price:
            works.contract(project, price)
        if verdict:
            county.plant("LP06", project, verdict, "projects", "project_id")
        else:
            county.near("LP06", project, why)


def _payees(works: Works) -> None:
    """TP01, TP02 and TP04, on one project that is fully paid. Account 3 is a special account, account 1 a unit's own."""
    county, day = works.county, date(2022, 10, 18)
    own, special = "预算单位实有资金账户", "财政专户"
    cases: list[tuple[str, dict[str, Any], dict[str, str]]] = [
        ("1001.00", {"payee_kind": special}, {"TP01": "finding"}),
        ("1002.00", {"payee_kind": None, "payee_account": county.account(3)}, {"TP01": "finding"}),
        ("1003.00", {"payee_account": county.account(3)}, {"TP01": "finding"}),
        ("1004.00", {"payee_kind": own}, {"TP02": "finding"}),
        ("1005.00", {"payee_kind": None, "payee_account": county.account(1)}, {"TP02": "finding"}),
        ("1006.00", {"payee_account": county.account(1)}, {"TP02": "finding"}),
        ("1007.00", {"payee_kind": None, "payee_account": "999000111222"}, {"TP01": "undetermined", "TP02": "undetermined"}),
        ("1008.00", {"payee_kind": "零余额账户"}, {"TP01": "零余额账户", "TP02": "零余额账户"}),
        ("-500.00", {"payee_kind": special}, {"TP01": "退款"}),
        ("-500.00", {"payee_kind": own}, {"TP02": "退款"}),
        ("1009.00", {}, {"TP01": "最终收款人", "TP02": "最终收款人", "TP04": "两个编号都在台账中"}),
    ]
    left = {check: county.count(check, 3) for check in ("TP01", "TP02")}
    planted = []
    for case in cases:
        found = [check for check, verdict in case[2].items() if verdict == "finding"]
        if all(left[check] > 0 for check in found):
            planted.append(case)
        left |= {check: left[check] - 1 for check in found}
    rest = D("10000.00") - sum(D(amount) for amount, _, _ in planted)
    project, allocation = works.project("10100.00", SPRING, [(day, str(rest))], physical_progress=D(1))
    for amount, fields, verdicts in planted:
        payment = county.pay(day, D(amount), allocation, project, f"{county.name}惠民建筑安装有限公司", "工程款", **fields)
        for check, verdict in verdicts.items():
            if verdict in ("finding", "undetermined"):
                county.plant(check, payment, verdict, "payments", "payment_id")
            else:
                county.near(check, payment, verdict)
    payee = f"{county.name}惠民建筑安装有限公司"
    county.pay(day, D("101.00"), "FP2023010", project, payee, "分配记录没有采用")
    if any(a["allocation_id"] == "FP2023010" and not isinstance(a["amount"], Decimal) for a in county.tables["allocations"]):
        county.plant("TP05", "FP2023010", "undetermined", "payments", "allocation_id")
    unlinked = [("FP9999999", project, "分配编号有误"), (None, "XM9999999", "项目编号有误")]
    for wrong, other, purpose in unlinked[: county.count("TP04", 3) - 1]:  # and one without any number, among the fund groups
        county.pay(day, D("102.00") if wrong else D("103.00"), wrong, other, payee, purpose)
    last_year = county.pay(date(2021, 12, 15), D("50.00"), None, None, payee, "上年未关联")
    county.near("TP04", last_year, "上年的支付")
    refund = county.pay(day, D("-10.00"), allocation, None, payee, "退款")
    county.near("TP04", refund, "退款")
