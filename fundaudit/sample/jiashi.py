"""伽师县 653129, budget year 2022: every published figure to the cent, and planted problems beside them.

Published money carries the tags of the statement; planted money has no pool tag or another budget year and stays
below 79 万元 together, so no published figure moves. What is planted is noted while it is planted.
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from chinese_calendar import is_workday

from fundaudit.sample.people import People, Person

COUNTY, NAME, AS_OF = "653129", "伽师县", date(2022, 12, 31)
TOWNSHIPS = "巴仁镇 西克尔库勒镇 夏普吐勒镇 卧里托格拉克镇 克孜勒博依镇 和夏阿瓦提镇 铁日木乡 英买里乡 江巴孜乡 米夏乡 克孜勒苏乡 古勒鲁克乡 玉代克力克乡".split()
UNITS = "伽师县农业农村局 伽师县乡村振兴局 伽师县水利局 伽师县交通运输局 伽师县林业和草原局 伽师县住房和城乡建设局 伽师县人力资源和社会保障局".split()
WORKS = "新梅产业园建设 高标准农田改造 灌溉渠系配套 村组道路硬化 农村饮水安全巩固提升 庭院经济发展 畜禽良种繁育 蔬菜大棚建设 冷藏保鲜库建设 人居环境整治 林果提质增效 防渗渠改建 乡村车间建设 农村公益性岗位".split()
WAN = Decimal(10_000)
CENT = Decimal("0.01")


@dataclass
class Planted:
    """One planted verdict, and the rows whose removal removes its cause: (table, column, values)."""

    check: str
    subject: str
    verdict: str  # finding, undetermined
    cause: tuple[str, str, tuple[str, ...]]


@dataclass
class County:
    """Tables as rows by contract column, and what was planted in them."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    planted: list[Planted] = field(default_factory=list)
    near_misses: list[tuple[str, str, str]] = field(default_factory=list)  # check, subject, why it is none
    vouchers: int = 0

    def add(self, table: str, **row: Any) -> None:
        self.tables[table].append(row)

    def plant(self, check: str, subject: str, verdict: str, table: str, column: str, *values: str) -> None:
        self.planted.append(Planted(check, subject, verdict, (table, column, values or (subject,))))

    def near(self, check: str, subject: str, why: str) -> None:
        self.near_misses.append((check, subject, why))

    def pay(self, paid_on: date, amount: Any, allocation: str | None, project: str | None, payee: str, purpose: str) -> str:
        self.vouchers += 1
        payment_id = f"ZF{paid_on:%Y}{self.vouchers:06d}"
        self.add(
            "payments", payment_id=payment_id, allocation_id=allocation, project_id=project, paid_on=paid_on,
            entered_on=paid_on, amount=amount, payer_name="伽师县财政局国库支付中心", payer_account="65312900010000001",
            payee_name=payee, payee_kind="最终收款人", method="转账", purpose=purpose,
        )  # fmt: skip
        return payment_id


def wan(text: str) -> Decimal:
    """万元 as published → yuan."""
    return (Decimal(text) * WAN).quantize(CENT)


def build() -> County:
    """The whole county."""
    county = County()
    chance = random.Random(653129)  # noqa: S311 made-up data
    people = People(COUNTY, 653129)
    households = _register(county, people, chance)
    _published(county, chance)
    _plant_unallocated(county)
    _plant_lagging(county)
    _plant_fund_groups(county)
    _household_payments(county, people, households, chance)
    _accounts(county)
    county.tables["payments"].sort(key=lambda row: (row["paid_on"], row["payment_id"]))
    return county


# --- the published ledger -------------------------------------------------------------------------------------------

# indicator, fund type, level, tag, integrated, received, 万元, projects (None: split evenly; "amount:paid")
PUBLISHED: list[tuple[str, str, str, str, bool, date, str, list[str] | int]] = [
    ("ZB2022001", "衔接资金", "中央", "直达", True, date(2022, 1, 7), "38000.00", 13),
    ("ZB2022002", "衔接资金", "自治区", "直达", True, date(2022, 1, 20), "24371.80", ["8000.00:7667.04", *["*"] * 8]),
    ("ZB2022003", "涉农整合", "中央", "非直达", True, date(2022, 2, 15), "2361.17", 2),
    ("ZB2022004", "地方政府债券", "自治区", "非直达", True, date(2022, 3, 4), "30000",
     ["3000.00:2300.00", "2500.00:1900.00", "*", "*", "*"]),
    ("ZB2022005", "地区资金", "地区", "非直达", True, date(2022, 3, 18), "62.50", 1),
    ("ZB2022006", "县级资金", "县", "非直达", True, date(2022, 2, 25), "200", 1),
    ("ZB2022011", "涉农整合", "中央", "非直达", False, date(2022, 3, 10), "11306.12",
     ["2400.00:1200.00", "2200.00:1200.00", "2000.00:1100.00", "1800.00:1100.00", "1500.00:1000.00", "1406.12:1000.00"]),
    ("ZB2022012", "涉农整合", "中央", "非直达", False, date(2022, 2, 18), "6000.00", 5),
    ("ZB2022013", "涉农整合", "自治区", "非直达", False, date(2022, 3, 25), "5500.00", 5),
    ("ZB2022014", "涉农整合", "中央", "非直达", False, date(2022, 4, 12), "5491.65", 5),
    ("ZB2022015", "涉农整合", "自治区", "非直达", False, date(2022, 5, 6), "5000.00", 5),
]  # fmt: skip
HOUSEHOLD_PROJECT, FARMLAND_PROJECT = "XM2022001", "XM2022038"


def _published(county: County, chance: random.Random) -> None:
    number = 0
    for indicator, fund_type, level, tag, integrated, received, amount, plan in PUBLISHED:
        county.add(
            "indicators", indicator_id=indicator, doc_no=f"喀地财农〔2022〕{int(indicator[-3:])}号",
            fund_name=f"2022年{level}{'统筹整合' if integrated else ''}{fund_type}（{indicator[-2:]}）", fund_type=fund_type, level=level,
            direct_tag=tag, budget_year=2022, section="农业农村股", amount=wan(amount), received_on=received,
            reported_on=received + timedelta(days=2), integrated=integrated, attachment=f"{indicator}.pdf",
        )  # fmt: skip
        for project_amount, paid in _split(wan(amount), plan, chance):
            number += 1
            project, allocation = f"XM2022{number:03d}", f"FP2022{number:03d}"
            allocated = received + timedelta(days=12 + number % 9)
            _project(county, project, number, project_amount, allocated, paid == project_amount)
            _allocation(county, allocation, indicator, project, project_amount, allocated)
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
        "projects", project_id=project, name=subsidy or f"2022年{township}{WORKS[number % len(WORKS)]}项目",
        category="到户补助" if subsidy else ("产业发展" if number % 3 else "基础设施"), township=township,
        unit=UNITS[number % len(UNITS)], to_household=bool(subsidy), stored_on=date(2021, 11, 15), approved_on=date(2021, 12, 20),
        planned_amount=amount, planned_start=start, planned_finish=date(2022, 11, 30), actual_start=start + timedelta(days=5),
        actual_finish=date(2022, 11, 20) if done and not subsidy else None, status="完工" if done and not subsidy else "在建",
    )  # fmt: skip


def _allocation(county: County, allocation: str, indicator: str, project: str | None, amount: Any, allocated: date | None, **more: Any) -> None:
    county.add(
        "allocations", allocation_id=allocation, indicator_id=indicator, project_id=project, unit=UNITS[int(allocation[-2:]) % len(UNITS)],
        amount=amount, pending=more.pop("pending", False), plan_approved_on=allocated and allocated - timedelta(days=4),
        minutes_no=f"会议纪要〔2022〕{int(allocation[-2:])}号", allocated_on=allocated, disbursed_on=allocated and allocated + timedelta(days=1), **more,
    )  # fmt: skip


def working_day(day: date) -> date:
    """The day itself or the next working day of the official calendar: treasuries pay on working days."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


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
            county.pay(day, part, allocation, project, f"新疆{'昆仑 天山 绿洲 丰禾 胡杨'.split()[(i + count) % 5]}建设工程有限公司", "工程进度款")


# --- planted: idle balances -----------------------------------------------------------------------------------------


def _indicator(county: County, indicator: str, amount: str, received: date, year: int, name: str, **tags: Any) -> None:
    county.add(
        "indicators", indicator_id=indicator, doc_no=f"喀地财农〔{received:%Y}〕{int(indicator[-2:]) + 60}号", fund_name=name, level="地区",
        budget_year=year, section="农业农村股", amount=Decimal(amount), received_on=received, attachment=f"{indicator}.pdf", **tags,
    )  # fmt: skip


def _plant_unallocated(county: County) -> None:
    """IB02, as money of budget year 2023 that came early; limit: more than 30 days after receipt.

    Their fund type has nothing paid, so LP02 flags that group too, and the projects named here stay without money
    in the population of LP01 only where an allocation is older than its 30 days of grace.
    """
    early = {"fund_type": "提前下达资金"}
    cases = [
        ("ZB2023001", "20000.00", date(2022, 11, 8), ["8000.00"], "finding", ""),
        ("ZB2023002", "15000.00", date(2022, 11, 30), [], "finding", ""),  # 31 days: a day over
        ("ZB2023003", "9000.00", date(2022, 11, 15), ["8999.99"], "finding", ""),  # a cent left
        ("ZB2023004", "12000.00", date(2022, 12, 1), [], "", "收到正好 30 天"),
        ("ZB2023005", "10000.00", date(2022, 11, 10), ["10000.00"], "", "分配到分文不剩"),
        ("ZB2023006", "10000.00", date(2022, 11, 12), ["10000.00", "-3000.00", "3000.00"], "", "收回后重新分配完毕"),
        ("ZB2023007", "6000.00", date(2022, 11, 14), ["2000.00", "undated:4000.00"], "undetermined", ""),
        ("ZB2023008", "7000.00", date(2022, 11, 16), ["3000.00", "unreadable:肆仟元"], "undetermined", ""),
    ]
    number = 0
    for indicator, amount, received, allocations, verdict, why in cases:
        _indicator(county, indicator, amount, received, 2023, f"2023年提前下达衔接资金（{indicator[-2:]}）", **early)
        for item in allocations:
            number += 1
            kind, _, value = item.rpartition(":")
            day = None if kind == "undated" else date(2022, 12, 5) + timedelta(days=number % 9)
            _allocation(county, f"FP2023{number:03d}", indicator, None, value if kind == "unreadable" else Decimal(value), day)
        if verdict:
            county.plant("IB02", indicator, verdict, "indicators", "indicator_id")
        else:
            county.near("IB02", indicator, why)
    county.plant("LP02", "fund_type:提前下达资金", "finding", "indicators", "fund_type", "提前下达资金")


def _accounts(county: County) -> None:
    """IB01: lowest balance of the last 90 days at least 100,000.00 yuan; snapshots at month ends."""
    ends = [date(2022, m, monthrange(2022, m)[1]) for m in range(6, 13)]
    own = "预算单位实有资金账户"
    cases: list[tuple[str, str, dict[date, str], str, str, dict[str, Any]]] = [
        ("伽师县巴仁镇人民政府", own, dict.fromkeys(ends, "100000.00"), "finding", "", {}),
        ("伽师县水利局项目资金户", own, {d: f"{120000 + 500 * i}.00" for i, d in enumerate(reversed(ends))}, "finding", "", {}),
        ("伽师县农村综合改革专户", "财政专户", dict.fromkeys(ends, "135000.50"), "finding", "", {}),
        ("伽师县米夏乡人民政府", own, dict.fromkeys(ends, "99999.99"), "", "比限额少一分", {}),
        ("伽师县英买里乡人民政府", own, {**dict.fromkeys(ends, "260000.00"), ends[5]: "42000.00"}, "", "期间曾支用到限额以下", {}),
        ("伽师县铁日木乡人民政府", own, {**dict.fromkeys(ends, "50000.00"), ends[4]: "180000.00", ends[5]: "180000.00", ends[6]: "180000.00"},
         "", "退回资金后余额才升高，期初低于限额", {}),
        ("伽师县财政局零余额账户", "零余额账户", dict.fromkeys(ends, "300000.00"), "", "零余额账户不在考察之列", {}),
        ("伽师县扶贫资金户（已撤销）", own, dict.fromkeys(ends, "210000.00"), "", "已销户", {"closed_on": date(2022, 12, 20)}),
        ("伽师县江巴孜乡人民政府", own, {d: "150000.00" for d in [*ends[:5], date(2022, 11, 29)]}, "undetermined", "", {}),  # 32 days
        ("伽师县克孜勒苏乡人民政府", own, {d: "150000.00" for d in ends[4:]}, "undetermined", "", {}),  # from 10-31
        ("伽师县古勒鲁克乡人民政府", own, {d: "150000.00" for d in (date(2022, 9, 29), ends[6])}, "undetermined", "", {}),  # 93 days
    ]  # fmt: skip
    for number, (name, kind, balances, verdict, why, more) in enumerate(cases, start=1):
        account = f"30{COUNTY}0400{number:05d}"
        county.add("accounts", account_no=account, account_name=name, kind=kind, unit=name.split("（")[0], approved_no=f"伽财户〔2018〕{number}号", **more)
        for day, balance in balances.items():
            county.add("balances", account_no=account, as_of=day, balance=Decimal(balance))
        if verdict:
            county.plant("IB01", account, verdict, "balances", "account_no")
        else:
            county.near("IB01", account, why)


# --- planted: lagging projects and fund groups ----------------------------------------------------------------------


def _small_project(county: County, number: int, indicator: str, amount: str, allocated: date | None, paid: list[tuple[date, str]], **more: Any) -> str:
    project, allocation = f"XM2021{number:03d}", f"FP2021{number:03d}"
    county.add("projects", project_id=project, name=f"2021年{TOWNSHIPS[number % 13]}{WORKS[number % 14]}扫尾项目", category="基础设施",
               township=TOWNSHIPS[number % 13], unit=UNITS[number % 7], to_household=False, status=more.pop("status", "在建"), **more)  # fmt: skip
    _allocation(county, allocation, indicator, project, Decimal(amount), allocated)
    for day, value in paid:
        readable = value.replace("-", "").replace(".", "").isdigit()
        county.pay(day, Decimal(value) if readable else value, allocation, project, "伽师县丰禾农业服务有限公司", "项目尾款")
    return project


def _plant_lagging(county: County) -> None:
    """LP01 on money without fund type: required is 0.95 of what is available on 31 December."""
    _indicator(county, "ZB2021001", "45000.00", date(2021, 9, 6), 2021, "2021年衔接资金结转（未分类）")
    _indicator(county, "ZB2021002", "6000.00", date(2021, 9, 6), 2021, "2021年衔接资金结转（第二批）")
    old = date(2021, 10, 8)
    paid = date(2022, 9, 15)
    late = _small_project(county, 1, "ZB2021001", "5000.00", date(2022, 12, 1), [])  # 30 days ago: counts
    county.plant("LP01", late, "finding", "allocations", "allocation_id", "FP2021001")
    grace = _small_project(county, 2, "ZB2021001", "5000.00", date(2022, 12, 2), [])
    county.near("LP01", grace, "下达 29 天，宽限期内暂不计入")
    undated = _small_project(county, 3, "ZB2021002", "6000.00", None, [])
    county.plant("LP01", undated, "undetermined", "allocations", "allocation_id", "FP2021003")
    county.plant("IB02", "ZB2021002", "undetermined", "indicators", "indicator_id")
    broken = _small_project(county, 4, "ZB2021001", "8000.00", old, [(paid, "2000.00"), (date(2022, 11, 3), "伍仟陆佰元")])
    county.plant("LP01", broken, "undetermined", "allocations", "allocation_id", "FP2021004")
    settled = _small_project(county, 5, "ZB2021001", "10000.00", old, [(paid, "7000.00")], status="完工", settled_amount=Decimal("7000.00"))
    county.near("LP01", settled, "已完工，支付正好等于结算价")
    spent_before = _small_project(county, 6, "ZB2021001", "10000.00", old, [(date(2021, 12, 10), "6000.00"), (paid, "3800.00")])
    county.near("LP01", spent_before, "扣除上年支付后，本年支出正好 95%")
    refunded = _small_project(county, 7, "ZB2021001", "7000.00", old, [(paid, "6900.00"), (date(2022, 10, 20), "-250.01")])
    county.plant("LP01", refunded, "finding", "allocations", "allocation_id", "FP2021007")  # 6649.99 of 6650.00 after the refund


def _plant_fund_groups(county: County) -> None:
    """LP02 and LP03: required is 0.95 of what is available; 2,000.00 yuan are paid without any link."""
    old, paid = date(2021, 11, 5), date(2022, 8, 22)
    cases = [
        ("ZB2021011", "东西部协作资金", "20000.00", [(paid, "19000.00")], "", "支付正好 95%"),
        ("ZB2021012", "社会帮扶资金", "10000.00", [(paid, "9500.01")], "", "比限额多一分"),
        ("ZB2021013", "定点帮扶资金", "10000.00", [(paid, "9800.00"), (date(2022, 9, 26), "-300.00")], "", "退回后支付正好 95%"),
        ("ZB2021014", "直达资金", "30000.00", [(paid, "27000.00")], "undetermined", ""),
    ]
    for number, (indicator, fund_type, amount, payments, verdict, why) in enumerate(cases, start=11):
        tags = {"direct_tag": "参照直达"} if verdict else {}
        _indicator(county, indicator, amount, date(2021, 10, 12), 2021, f"2021年{fund_type}", fund_type=fund_type, **tags)
        project = _small_project(county, number, indicator, amount, old, payments)
        if verdict:
            for check, group in (("LP02", f"fund_type:{fund_type}"), ("LP02", "direct_tag:参照直达"), ("LP03", "direct_tag:参照直达")):
                county.plant(check, group, verdict, "indicators", "indicator_id", indicator)
            county.plant("LP01", project, "finding", "allocations", "allocation_id", f"FP2021{number:03d}")
        else:
            county.near("LP02", f"fund_type:{fund_type}", why)
            county.near("LP01", project, why)
    county.pay(date(2022, 7, 18), Decimal("2000.00"), None, None, "伽师县天山印务有限公司", "资料印刷费")
    for check, group in (("LP02", "integrated:否"), ("LP02", "fund_type:涉农整合"), ("LP02", "direct_tag:非直达"), ("LP03", "direct_tag:非直达")):
        county.plant(check, group, "finding", "indicators", "indicator_id", "ZB2022011", "ZB2022004")
    county.near("LP02", "integrated:是", "98.28%")
    county.near("LP03", "total", "95.06%，比目标高 0.06 个百分点")


# --- people and household payments ----------------------------------------------------------------------------------


def _register(county: County, people: People, chance: random.Random) -> list[list[Person]]:
    """170 households on the register, one to five people each; nobody has left it."""
    households = []
    for number in range(1, 171):
        township = TOWNSHIPS[number % len(TOWNSHIPS)]
        village = f"{'阿热买里 库木巴格 英巴格 恰瓦格 托万克'.split()[number % 5]}村"
        members = [people.person(f"H{number:05d}", township, village) for _ in range(chance.randrange(1, 6))]
        households.append(members)
        for place, person in enumerate(members):
            county.add(
                "beneficiaries", id_number=person.id_number, name=person.name, household_id=person.household_id,
                relation="户主" if place == 0 else "家庭成员", township=township, village=village,
                kind="脱贫户" if number % 7 else "脱贫不稳定户", entered_on=date(2018, 1, 1), card_no=person.card_no,
            )  # fmt: skip
    return households


INDUSTRY, TRAVEL, FARMLAND, ELDERLY = "到户产业发展补助", "外出务工交通补贴", "耕地地力保护补贴", "高龄津贴"


class _Sheet:
    """The household sheet under construction: lines get a number; vouchers are made from them at the end."""

    def __init__(self, county: County) -> None:
        self.county, self.count = county, 0

    def line(self, person: Person, subsidy: str, amount: str, period: str, **more: Any) -> str:
        self.count += 1
        line_id = f"FF{self.count:05d}"
        year, month = int(period[:4]), int(period[5:])
        day = more.pop("paid_on", working_day(date(year, month, 18)))
        project = FARMLAND_PROJECT if subsidy in (FARMLAND, ELDERLY) else HOUSEHOLD_PROJECT
        row = {
            "line_id": line_id, "project_id": project, "subsidy": subsidy, "period": period,
            "basis_kind": "到户" if subsidy == INDUSTRY else "到人", "id_number": person.id_number, "name": person.name,
            "household_id": person.household_id, "card_no": person.card_no, "township": person.township,
            "village": person.village, "amount": Decimal(amount) if amount[-1].isdigit() else amount, "paid_on": day,
        }  # fmt: skip
        self.county.add("household_payments", **(row | more))
        return line_id


def _household_payments(county: County, people: People, households: list[list[Person]], chance: random.Random) -> None:
    sheet = _Sheet(county)
    for subsidy, per, basis, amount in ((INDUSTRY, "年", "到户", "3000.00"), (TRAVEL, "月", "到人", "200.00")):
        county.add("standards", subsidy=subsidy, kinds="脱贫户、脱贫不稳定户", from_date=date(2022, 1, 1), basis_kind=basis, amount=Decimal(amount), per=per)
    for members in households[30:]:
        sheet.line(members[0], INDUSTRY, chance.choice(["1500.00", "2000.00", "3000.00"]), f"2022-{chance.randrange(4, 11):02d}")
        for person in members[1:3]:
            for month in sorted(chance.sample(range(3, 12), 2)):
                sheet.line(person, TRAVEL, "200.00", f"2022-{month:02d}")
    for members in households[::4]:
        sheet.line(members[0], FARMLAND, f"{chance.randrange(200, 1600)}.{chance.randrange(100):02d}", "2022-06")
    _plant_not_on_register(county, sheet, people, households)
    _plant_paid_twice(county, sheet, households)
    _vouchers(county)


def _stranger(people: People, number: int, **more: Any) -> Person:
    return people.person(f"W{number:04d}", TOWNSHIPS[number % 13], "恰瓦格村", **more)


def _plant_not_on_register(county: County, sheet: _Sheet, people: People, households: list[list[Person]]) -> None:
    """HP01. Households 1 to 12 serve the near-misses and the undetermined; strangers are on no register."""
    for number in range(1, 5):
        person = _stranger(people, number)
        sheet.line(person, INDUSTRY if number % 2 else TRAVEL, "2600.00" if number % 2 else "200.00", "2022-08")
        county.plant("HP01", person.id_number, "finding", "household_payments", "id_number")
    heads = [members[0] for members in households[:12]]
    old = next(head for head in heads[7:] if head.id_number[6:8] == "19")
    for person, written, why in (
        (heads[0], "'" + heads[0].id_number, "号码前多一个撇号，规范化后在册"),
        (heads[1], " " + heads[1].id_number[:6] + "\u3000" + heads[1].id_number[6:], "号码中有空格，规范化后在册"),
        (heads[2], "".join(chr(ord(c) + 0xFEE0) for c in heads[2].id_number), "号码为全角，规范化后在册"),
        (old, old.id_number[:6] + old.id_number[8:17], "15 位旧号码，规范化后在册"),
    ):
        sheet.line(person, TRAVEL, "200.00", "2022-09", id_number=written)
        county.near("HP01", person.id_number, why)
    open_only = _stranger(people, 5, born=date(1938, 5, 1))
    sheet.line(open_only, ELDERLY, "100.00", "2022-09")
    county.near("HP01", open_only.id_number, "普惠补助，不限名册")
    returned = _stranger(people, 6)
    sheet.line(returned, TRAVEL, "200.00", "2022-05")
    sheet.line(returned, TRAVEL, "-200.00", "2022-05", paid_on=date(2022, 6, 20))
    county.near("HP01", returned.id_number, "已全额退回")
    dead = _stranger(people, 7, born=date(1948, 3, 2))
    sheet.line(dead, INDUSTRY, "1500.00", "2022-04")
    county.add("registers", register="死亡", id_number=dead.id_number, name=dead.name, since=date(2022, 2, 11), list_date=date(2022, 12, 20), source="县民政局")
    county.plant("HP01", dead.id_number, "undetermined", "household_payments", "id_number")
    swapped = _swap(heads[4].id_number)
    wrong_digit = heads[5].id_number[:16] + str((int(heads[5].id_number[16]) + 3) % 10) + heads[5].id_number[17]
    same_home = _stranger(people, 8).id_number
    invalid = _stranger(people, 9)
    bad = invalid.id_number[:17] + ("0" if invalid.id_number[17] != "0" else "1")
    for person, number in ((heads[4], swapped), (heads[5], wrong_digit), (heads[6], same_home), (invalid, bad)):
        sheet.line(person, TRAVEL, "200.00", "2022-10", id_number=number)
        county.plant("HP01", number, "undetermined", "household_payments", "id_number")
    empty = _stranger(people, 10)
    line = sheet.line(empty, TRAVEL, "200.00", "2022-10", id_number=None)
    county.plant("HP01", f"line:{line}", "undetermined", "household_payments", "line_id", line)
    typed = next(m[0] for m in reversed(households[12:30]) if m[0].id_number.isdigit())
    sheet.line(typed, TRAVEL, "200.00", "2022-10", id_number=float(int(typed.id_number)))
    lost = str(int(float(int(typed.id_number))))  # what a spreadsheet keeps of 18 digits
    for check in ("HP01", "HP04"):
        county.plant(check, lost, "undetermined", "household_payments", "id_number")


def _swap(number: str) -> str:
    place = next(i for i in range(15, 0, -1) if number[i] != number[i + 1] and number[i + 1] != "X")
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _plant_paid_twice(county: County, sheet: _Sheet, households: list[list[Person]]) -> None:
    """HP04. Single-member households show plain duplicates; the cycle of 产业 is the year, of 交通 the month."""
    single = [members[0] for members in households[12:30] if len(members) == 1]
    family = [members for members in households[12:30] if len(members) >= 3]
    for _ in range(2):
        sheet.line(single[0], TRAVEL, "200.00", "2022-07")
    for month in ("2022-05", "2022-09"):  # the same year
        sheet.line(single[1], INDUSTRY, "2000.00", month)
    for line in range(len(family[0]) + 1):  # one more than the family has members
        sheet.line(family[0][0], TRAVEL, "200.00", "2022-07", paid_on=working_day(date(2022, 7, 18 + line % 2)))
    for person in (single[0], single[1], family[0][0]):
        county.plant("HP04", person.id_number, "finding", "household_payments", "id_number")
    for month in ("2022-06", "2022-07"):
        sheet.line(family[1][0], TRAVEL, "200.00", month)
    county.near("HP04", family[1][0].id_number, "同额但月份不同")
    for amount in ("200.00", "200.00", "-200.00"):
        sheet.line(family[1][1], TRAVEL, amount, "2022-08", paid_on=working_day(date(2022, 8, 18 if amount[0] != "-" else 29)))
    county.near("HP04", family[1][1].id_number, "重复的一笔已退回")
    sheet.line(family[1][2], TRAVEL, "200.00", "2022-08")
    sheet.line(family[1][2], ELDERLY, "200.00", "2022-08")
    county.near("HP04", family[1][2].id_number, "同月同额但补助项目不同")
    for amount in ("200.00", "150.00"):
        sheet.line(family[2][0], TRAVEL, amount, "2022-07")
    county.plant("HP04", family[2][0].id_number, "undetermined", "household_payments", "id_number")  # instalments
    for _ in range(2):
        sheet.line(family[3][0], TRAVEL, "200.00", "2022-07")
    county.plant("HP04", family[3][0].id_number, "undetermined", "household_payments", "id_number")  # one card
    for amount in ("200.00", "200.00", "退回"):
        sheet.line(single[2], TRAVEL, amount, "2022-07")
    county.plant("HP04", single[2].id_number, "undetermined", "household_payments", "id_number")  # an unreadable third line


def _vouchers(county: County) -> None:
    """One voucher per project, day and sign for the household lines; the rest of the project in one last voucher."""
    groups: dict[tuple[str, date, bool], list[dict[str, Any]]] = defaultdict(list)
    for row in county.tables["household_payments"]:
        readable = isinstance(row["amount"], Decimal)
        groups[row["project_id"], row["paid_on"], readable and row["amount"] < 0].append(row)
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for (project, day, _), rows in sorted(groups.items(), key=lambda item: item[0]):
        total = sum((r["amount"] for r in rows if isinstance(r["amount"], Decimal)), Decimal(0))
        allocation = project.replace("XM", "FP")
        payment = county.pay(day, total, allocation, project, "新疆农村信用社一卡通代发户", "到户补助资金")
        paid[project] += total
        for row in rows:
            row["payment_id"] = payment
    for project, done in paid.items():
        allocation = project.replace("XM", "FP")
        (amount,) = (a["amount"] for a in county.tables["allocations"] if a["allocation_id"] == allocation)
        county.pay(date(2022, 12, 8), amount - done, allocation, project, "新疆农村信用社一卡通代发户", "到户补助资金（汇总）")
