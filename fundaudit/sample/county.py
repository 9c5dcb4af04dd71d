"""A sample county under construction: rows by contract column, and the key of what is planted in them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from chinese_calendar import is_workday

CODE, NAME, AS_OF = "653129", "伽师县", date(2022, 12, 31)
TOWNSHIPS = "巴仁镇 西克尔库勒镇 夏普吐勒镇 卧里托格拉克镇 克孜勒博依镇 和夏阿瓦提镇 铁日木乡 英买里乡 江巴孜乡 米夏乡 克孜勒苏乡 古勒鲁克乡 玉代克力克乡".split()
UNITS = "伽师县农业农村局 伽师县乡村振兴局 伽师县水利局 伽师县交通运输局 伽师县林业和草原局 伽师县住房和城乡建设局 伽师县人力资源和社会保障局".split()
WORKS = "新梅产业园建设 高标准农田改造 灌溉渠系配套 村组道路硬化 农村饮水安全巩固提升 庭院经济发展 畜禽良种繁育 蔬菜大棚建设 冷藏保鲜库建设 人居环境整治 林果提质增效 防渗渠改建 乡村车间建设 农村公益性岗位".split()
WAN = Decimal(10_000)
CENT = Decimal("0.01")


HOUSEHOLD_PROJECT, FARMLAND_PROJECT = "XM2022001", "XM2022038"


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
            "payments",
            payment_id=payment_id,
            allocation_id=allocation,
            project_id=project,
            paid_on=paid_on,
            entered_on=paid_on,
            amount=amount,
            payer_name="伽师县财政局国库支付中心",
            payer_account="65312900010000001",
            payee_name=payee,
            payee_kind="最终收款人",
            method="转账",
            purpose=purpose,
        )
        return payment_id


def wan(text: str) -> Decimal:
    """万元 as published → yuan."""
    return (Decimal(text) * WAN).quantize(CENT)


def working_day(day: date) -> date:
    """The day itself or the next working day of the official calendar: treasuries pay on working days."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def add_allocation(
    county: County, allocation: str, indicator: str, project: str | None, amount: Any, allocated: date | None, **more: Any
) -> None:
    county.add(
        "allocations",
        allocation_id=allocation,
        indicator_id=indicator,
        project_id=project,
        unit=UNITS[int(allocation[-2:]) % len(UNITS)],
        amount=amount,
        pending=more.pop("pending", False),
        plan_approved_on=allocated and allocated - timedelta(days=4),
        minutes_no=f"会议纪要〔2022〕{int(allocation[-2:])}号",
        allocated_on=allocated,
        disbursed_on=allocated and allocated + timedelta(days=1),
        **more,
    )
