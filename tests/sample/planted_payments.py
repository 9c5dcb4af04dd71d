"""Planted among payments, plans and their notices: TP03, TP05 to TP13, LP07, LP08, DQ01 and DQ04, on projects of early money of 2023."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sample.county import County, add_allocation
from sample.in_order import REVIEWERS, STEPS
from sample.planted_money import indicator_row

D = Decimal
INDICATOR = "ZB2023032"
SPRING, DAY = date(2022, 3, 1), date(2022, 10, 20)
Row = dict[str, Any]


class Pays:
    """Payments of small projects whose allocations they use up; no two of one amount unless by intent."""

    def __init__(self, county: County) -> None:
        self.county, self.number, self.cents, self.allocated = county, 700, D("0.00"), D(0)
        self.firm = f"{county.name}惠民建筑安装有限公司"

    def amount(self, text: str) -> Decimal:
        """The amount with cents that no other has."""
        self.cents += D("0.01")
        return D(text) + self.cents

    def project(self, amount: Decimal, more: Row | None = None, **fields: Any) -> tuple[str, str]:
        self.number += 1
        key, own = f"XM2023{self.number}", f"FP2023{self.number}"
        self.county.add(
            "projects", project_id=key, name=f"2023年提前实施零星工程{self.number - 700}号项目", township=self.county.townships[0],
            **({"unit": self.county.units[self.number % 7], "category": "公共服务", "status": "在建", "planned_start": SPRING, "actual_start": SPRING,
                "planned_finish": date(2023, 6, 30), "physical_progress": D(1), "to_household": False} | fields),
        )  # fmt: skip
        details: Row = {"day": SPRING} | (more or {})
        add_allocation(self.county, own, INDICATOR, key, amount, details.pop("day"), **details)
        self.allocated += amount
        return key, own

    def pay(self, amount: Decimal, day: date = DAY, more: Row | None = None, **fields: Any) -> str:
        """One payment on a project of its own."""
        key, own = self.project(amount, more)
        payee, purpose = fields.pop("payee_name", self.firm), fields.pop("purpose", "工程款")
        return self.county.pay(day, amount, own, key, payee, purpose, **fields)

    def say(
        self, check: str, subject: str, verdict: str, why: str, table: str = "payments", column: str = "payment_id", *values: str
    ) -> None:
        if verdict:
            self.county.plant(check, subject, verdict, table, column, *values)
        else:
            self.county.near(check, subject, why)

    def finish(self) -> None:
        indicator_row(self.county, INDICATOR, str(self.allocated), date(2022, 2, 10), 2023, "2023年提前实施零星工程资金")


def plant_payments(county: County) -> None:
    pays = Pays(county)
    for plant in (
        _payees,
        _limits,
        _plans,
        _cash,
        _purposes,
        _steps,
        _entered,
        _twice,
        _payers,
        _persons,
        _months,
        _rush,
        _digits,
    ):
        plant(pays)
    pays.finish()


def _each(p: Pays, check: str, cases: list[tuple[Row, str, str]], amount: str = "800") -> None:
    """Payments that differ in what is said of them."""
    for fields, verdict, why in p.county.cases(check, cases):
        p.say(
            check,
            p.pay(p.amount(fields.pop("of", amount)) if "exactly" not in fields else D(fields.pop("exactly")), **dict(fields)),
            verdict,
            why,
        )


def _payees(p: Pays) -> None:
    office = f"{p.county.name}{p.county.townships[0]}人民政府"
    _each(p, "TP03", [
        ({"payee_name": office}, "finding", ""), ({"payee_name": f"{p.county.townships[1]}财政所"}, "finding", ""), ({"payee_name": f"{p.county.name}水利局项目资金户"}, "finding", ""),
        ({"payee_name": "镇政府食堂承包商"}, "", "不以人民政府结尾"), ({"payee_name": "人民政府建设工程有限公司"}, "", "是公司"), ({"payee_name": "财政局大楼物业有限公司"}, "", "是公司"),
        ({"payee_name": None}, "undetermined", ""),
    ])  # fmt: skip


def _limits(p: Pays) -> None:
    cases = [
        ("0.01", "finding", ""),
        ("50.00", "finding", ""),
        ("100.00", "finding", ""),
        ("0.00", "", "正好用完"),
        ("-0.01", "", "差一分"),
        ("-300.00", "", "没有用完"),
    ]
    for over, verdict, why in p.county.cases("TP05", cases):
        key, own = p.project(D("600.00"), physical_progress=min(D(1), (D("600.00") + D(over)) / 600).quantize(D("0.01")))
        p.county.pay(DAY, D("600.00") + D(over), own, key, f"{p.firm}第{p.number}分公司", "工程款")
        p.say("TP05", own, verdict, why, "payments", "allocation_id", own)
    if p.county.count("TP05", 3):
        key, own = p.project(D("600.00"), physical_progress=D("0.79"))
        p.county.add(
            "contracts",
            contract_id=f"HT{key[2:]}",
            project_id=key,
            kind="采购",
            contractor="惠民建筑安装有限公司",
            amount=D("700.00"),
            signed_on=SPRING,
        )
        p.county.pay(DAY, D("500.00"), own, key, f"{p.firm}第{p.number}分公司", "货款", contract_id=f"HT{key[2:]}")
        p.county.pay(DAY, D("50.00"), own, key, f"{p.firm}第{p.number}分公司", "货款")
        p.say("TP05", f"HT{key[2:]}", "", "加上没有写合同的支付也不超")
        key, own = p.project(D("900.00"))
        p.county.add(
            "contracts",
            contract_id=f"HT{key[2:]}",
            project_id=key,
            kind="采购",
            contractor="惠民建筑安装有限公司",
            amount=D("700.00"),
            signed_on=SPRING,
        )
        p.county.pay(DAY, D("650.00"), own, key, f"{p.firm}第{p.number}分公司", "货款", contract_id=f"HT{key[2:]}")
        p.county.pay(DAY, D("90.00"), own, key, f"{p.firm}第{p.number}分公司", "货款")
        p.say("TP05", f"HT{key[2:]}", "undetermined", "", "payments", "project_id", key)


def _plans(p: Pays) -> None:
    _each(p, "TP06", [
        ({"more": {"plan_approved_on": DAY + timedelta(days=1), "disbursed_on": date(2022, 10, 22)}}, "finding", ""), ({"more": {"plan_approved_on": date(2022, 11, 30), "disbursed_on": date(2022, 12, 1)}}, "finding", ""),
        ({"more": {"plan_approved_on": date(2022, 3, 3), "disbursed_on": date(2022, 3, 2)}}, "finding", ""), ({"more": {"plan_approved_on": DAY, "disbursed_on": date(2022, 10, 24)}}, "", "批准当天支付"),
        ({"more": {"plan_approved_on": date(2022, 3, 2), "disbursed_on": date(2022, 3, 2)}}, "", "批准当天下达"), ({}, "", "先批后付"), ({"more": {"plan_approved_on": None, "disbursed_on": SPRING}}, "undetermined", ""),
    ])  # fmt: skip


def _cash(p: Pays) -> None:
    _each(p, "TP07", [
        ({"method": "现金", "exactly": "1000.00"}, "finding", ""), ({"method": "现金支票", "of": "1500"}, "finding", ""), ({"method": "现金", "of": "1200"}, "finding", ""),
        ({"method": "现金", "exactly": "999.99"}, "", "差一分不到限额"), ({"method": "公务卡", "of": "1300"}, "", "公务卡"), ({"method": "转账", "of": "1400"}, "", "转账"), ({"method": None, "of": "1700"}, "undetermined", ""),
    ])  # fmt: skip


def _purposes(p: Pays) -> None:
    _each(p, "TP08", [
        ({"purpose": "局机关办公经费"}, "finding", ""), ({"purpose": "现场会议费"}, "finding", ""), ({"purpose": "支付职工福利"}, "finding", ""), ({"purpose": "福利院床位采购"}, "", "福利院是例外"),
        ({"purpose": "高龄津贴代发手续费"}, "", "高龄津贴是例外"), ({"purpose": "技能培训教材"}, "", "技能培训是例外"), ({"purpose": None}, "undetermined", ""),
    ])  # fmt: skip


def _steps(p: Pays) -> None:
    if "approvals" in p.county.without:
        return
    kinds = ["missing", "back", "same", "again", "sameday", "full", "undated"]
    says = {"again": "退回后重新同意", "sameday": "各环节同日", "full": "六道齐全"}
    cases = [
        (
            kind,
            "finding" if kind in ("missing", "back", "same") else "undetermined" if kind == "undated" else "",
            says.get(kind, ""),
        )
        for kind in kinds
    ]
    for kind, verdict, why in p.county.cases("TP09", cases):
        key = p.pay(p.amount("820"))
        p.county.bare["approvals"].add(key)
        for number, (step, reviewer) in enumerate(zip(STEPS, REVIEWERS, strict=True), 1):
            row: Row = {
                "payment_id": key,
                "step": step,
                "step_no": number,
                "reviewer": reviewer,
                "round": 1,
                "decided_on": DAY if kind == "sameday" else DAY - timedelta(days=2),
                "decision": "同意",
            }
            if number == 4 and kind == "missing":
                continue
            if number == 5:
                row |= {
                    "back": {"decision": "退回"},
                    "same": {"reviewer": REVIEWERS[3]},
                    "again": {"decision": "退回"},
                    "undated": {"decided_on": None},
                }.get(kind, {})
            p.county.add("approvals", **row)
            if number == 5 and kind == "again":
                p.county.add("approvals", **(row | {"round": 2, "decision": "同意"}))
        p.say("TP09", key, verdict, why)


def _entered(p: Pays) -> None:
    _each(p, "TP10", [
        ({"entered_on": date(2022, 11, 1)}, "finding", ""), ({"entered_on": date(2022, 12, 30)}, "finding", ""), ({"entered_on": date(2022, 11, 15)}, "finding", ""),
        ({"entered_on": date(2022, 10, 31)}, "", "当月最后一天录入"), ({"entered_on": DAY}, "", "当天录入"), ({"entered_on": date(2022, 10, 25)}, "", "当月录入"), ({"entered_on": None}, "undetermined", ""),
    ])  # fmt: skip


def _twice(p: Pays) -> None:
    cases = [
        (7, "finding", ""),
        (0, "finding", ""),
        (3, "finding", ""),
        (8, "", "相隔 8 天"),
        (30, "", "相隔一个月"),
        ("payee", "", "收款人不同"),
        ("empty", "undetermined", ""),
    ]
    for apart, verdict, why in p.county.cases("TP11", cases):
        amount = p.amount("430")
        key, own = p.project(2 * amount)
        first = f"{p.firm}第{p.number}分公司"
        p.county.pay(date(2022, 10, 1), amount, own, key, first, "进度款")
        second = p.county.pay(
            date(2022, 10, 1) + timedelta(days=apart if isinstance(apart, int) else 2), amount, own, key, first if isinstance(apart, int) else f"{first}二队" if apart == "payee" else None, "进度款"
        )  # fmt: skip
        p.say("TP11", second, verdict, why)
        if apart == "empty":
            p.county.plant("TP03", second, "undetermined", "payments", "payment_id")


def _payers(p: Pays) -> None:
    code = p.county.code
    names = [(f"{code}00020000001", "农业农村局基本户", "预算单位实有资金账户", {}), (f"{code}00020000002", "农业专项资金专户", "财政专户", {}), (f"{code}00020000003", "林业局零余额户", "零余额账户", {"closed_on": date(2022, 9, 1)}),
             (f"{code}00020000004", "水利局零余额户", "零余额账户", {})]  # fmt: skip
    if not p.county.count("TP12", 3):
        return
    for number, name, kind, more in names:
        p.county.add(
            "accounts",
            account_no=number,
            account_name=f"{p.county.name}{name}",
            kind=kind,
            unit=f"{p.county.name}{name[:3]}单位",
            approved_no=f"批〔2018〕{number[-1]}号",
            **more,
        )
    cases: list[tuple[Row, str, str]] = [
        ({"payer_account": names[0][0]}, "finding", ""), ({"payer_account": names[1][0]}, "finding", ""), ({"payer_account": names[0][0]}, "finding", ""),
        ({"payer_account": names[3][0]}, "", "零余额账户"), ({"payer_account": names[3][0]}, "", "零余额账户"), ({"payer_account": f"{code}99990000009"}, "undetermined", ""),
    ]  # fmt: skip
    _each(p, "TP12", cases)
    p.county.near("TP12", names[3][0], "有批准文号的零余额账户")
    p.pay(p.amount("840"), payer_account=names[2][0])
    p.county.plant("TP12", names[2][0], "finding", "accounts", "account_no")


def _persons(p: Pays) -> None:
    _each(p, "TP13", [
        ({"payee_name": "石大柱", "exactly": "10000.00"}, "finding", ""), ({"payee_name": "阿依古丽·买买提"}, "finding", ""), ({"payee_name": "欧阳建军"}, "finding", ""),
        ({"payee_name": "石小柱", "exactly": "9999.99"}, "", "差一分不到限额"), ({"payee_name": "石大柱", "purpose": "清运劳务费"}, "", "劳务费"), ({"payee_name": "王记建材店"}, "", "商店"),
        ({"payee_name": "石**"}, "undetermined", ""),
    ], amount="10010")  # fmt: skip


def _months(p: Pays) -> None:
    """LP07, by units that have plans of their own."""
    if "month_plans" in p.county.without:
        return
    cases = [
        ("100.01", "finding", ""),
        ("150.00", "finding", ""),
        ("900.00", "finding", ""),
        ("100.00", "", "正好完成"),
        ("60.00", "", "超额完成"),
        ("late", "", "当月没有完成，累计已完成"),
        ("unread", "undetermined", ""),
    ]
    for turn, (planned, verdict, why) in enumerate(p.county.cases("LP07", cases)):
        unit = f"{p.county.name}第{turn + 1}服务站"
        p.county.bare["month_plans"].add(unit)
        key, own = p.project(D("200.00"), unit=unit)
        for month, amount in ((5, "100.00"), (6, "100.00")):
            p.county.pay(date(2022, month, 12), D(amount), own, key, f"{unit}供应商{month}号有限公司", "货款")
        plans = {"late": {5: "50.00", 6: "110.00"}, "unread": {5: "一百元"}}.get(planned, {5: planned})
        for month, amount in plans.items():
            p.county.add(
                "month_plans",
                month=f"2022-{month:02d}",
                unit=unit,
                amount=D(amount) if amount[0].isdigit() else amount,
                issued_on=date(2022, month, 3),
            )
        p.say("LP07", unit, verdict, why, "month_plans", "unit", unit)


def _rush(p: Pays) -> None:
    cases = [
        ("0.00", "100000.00", "finding", ""), ("40000.00", "100000.00", "finding", ""), ("99999.99", "100000.00", "finding", ""), ("100000.00", "100000.00", "", "正好一半"), ("0.00", "99999.99", "", "差一分不到限额"),
        ("150000.00", "100000.00", "", "占四成"), ("0.00", "unread", "undetermined", ""),
    ]  # fmt: skip
    for early, late, verdict, why in p.county.cases("LP08", cases):
        own_late = D("110000.00") if late == "unread" else D(late)
        key, own = p.project(D(early) + own_late + (D("10.00") if late == "unread" else 0))
        payee = f"{p.firm}第{p.number}分公司"
        if D(early):
            p.county.pay(date(2022, 6, 15), D(early), own, key, payee, "工程款")
        p.county.pay(date(2022, 11, 20), own_late, own, key, payee, "工程款")
        if late == "unread":
            p.county.pay(date(2022, 4, 20), "拾万元整多", own, key, payee, "工程款")
        p.say("LP08", key, verdict, why, "payments", "project_id", key)


def _digits(p: Pays) -> None:
    """DQ04, where the county's parameters ask for 60 payments of a unit: first digits as Benford has them, or all the same."""
    if not p.county.count("DQ04", 0):
        return
    benford = [1] * 18 + [2] * 11 + [3] * 7 + [4] * 6 + [5] * 5 + [6] * 4 + [7] * 3 + [8] * 3 + [9] * 3
    kinds = [
        *[([5] * 60, "finding", "")] * p.county.count("DQ04", 0),
        *[(benford, "", "与自然分布相近")] * 2,
        ([1] * 59, "", "不足 60 笔"),
        ([7] * 60, "undetermined", ""),
    ]
    for turn, (digits, verdict, why) in enumerate(kinds):
        unit = f"{p.county.name}第{turn + 1}物资站"
        p.county.bare["month_plans"].add(unit)
        amounts = [D(d) + D(k) / 100 for k, d in enumerate(digits)]
        key, own = p.project(sum(amounts, D(0)) + (D("5.00") if verdict == "undetermined" else 0), unit=unit)
        for k, amount in enumerate(amounts):
            p.county.pay(date(2022, 4, 1) + timedelta(days=4 * k), amount, own, key, f"{unit}供应商{k}号有限公司", "零星材料")
        if verdict == "undetermined":
            p.county.pay(date(2022, 9, 20), "五元", own, key, f"{unit}供应商有限公司", "零星材料")
        p.say("DQ04", unit, verdict, why, "projects", "project_id", key)
