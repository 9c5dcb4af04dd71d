"""A sample county under construction: rows by contract column, and the key of what is planted in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import Any, TypeVar

from chinese_calendar import is_workday

AS_OF = date(2022, 12, 31)
WORKS = (
    "产业园建设 高标准农田改造 灌溉渠系配套 村组道路硬化 农村饮水安全巩固提升 庭院经济发展 畜禽良种繁育 蔬菜大棚建设"
    " 冷藏保鲜库建设 人居环境整治 林果提质增效 防渗渠改建 乡村车间建设 农村公益性岗位"
).split()
WAN = Decimal(10_000)
CENT = Decimal("0.01")
HOUSEHOLD_PROJECT = "XM2022001"
Case = TypeVar("Case", bound=tuple[Any, ...])


@dataclass
class Planted:
    """One planted verdict, and the rows whose removal removes its cause: (table, column, values)."""

    check: str
    subject: str
    verdict: str  # finding, undetermined
    cause: tuple[str, str, tuple[str, ...]]


@dataclass
class County:
    """Who the county is; its tables as rows by contract column; what was planted in them."""

    code: str
    name: str
    townships: list[str]
    offices: list[str]
    office_code: str  # of its document numbers
    farmland_project: str  # the project that pays the open subsidies
    small_tag: str  # the direct tag that only planted money carries
    handed_in: str  # xlsx, csv or parquet
    travel_months: int = 2  # how often a member is paid 交通补贴
    travel: str = "200.00"  # and how much
    findings: Mapping[str, int] = field(
        default_factory=dict
    )  # how many a check is planted, where not every case once; 0: none of it
    without: frozenset[str] = frozenset()  # tables that it does not hand in
    bare: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))  # table → what has no row of it by intent
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    planted: list[Planted] = field(default_factory=list)
    near_misses: list[tuple[str, str, str]] = field(default_factory=list)  # check, subject, why it is none
    vouchers: int = 0

    def add(self, table: str, **row: Any) -> None:
        self.tables[table].append(row)

    def count(self, check: str, usual: int) -> int:
        """How many findings of a check are planted here."""
        return self.findings.get(check, usual)

    def cases(self, check: str, cases: Sequence[Case]) -> list[Case]:
        """What of a check this county has, of cases that end in (verdict, why not): its number of findings, in turn, and the rest."""
        sure = [case for case in cases if case[-2] == "finding"]
        count = self.count(check, len(sure))
        return [*islice(cycle(sure), count), *(case for case in cases if case[-2] != "finding")] if count else []

    def plant(self, check: str, subject: str, verdict: str, table: str, column: str, *values: str) -> None:
        self.planted.append(Planted(check, subject, verdict, (table, column, values or (subject,))))

    def near(self, check: str, subject: str, why: str) -> None:
        self.near_misses.append((check, subject, why))

    @property
    def units(self) -> list[str]:
        return [self.name + office for office in self.offices]

    def number_cell(self, number: str) -> tuple[Any, str]:
        """An identity number that was typed into a number cell, as the file holds it, and what is left of it."""
        if self.handed_in == "xlsx":
            kept = float(int(number))
            return kept, format(Decimal(format(kept, ".15g")), "f")  # a spreadsheet keeps 15 digits
        text = f"{Decimal(number):.5E}"
        return text, str(int(Decimal(text)))

    def account(self, number: int) -> str:
        return f"30{self.code}0400{number:05d}"

    def pay(
        self, paid_on: date, amount: Any, allocation: str | None, project: str | None, payee: str, purpose: str, **more: Any
    ) -> str:
        self.vouchers += 1
        payment_id = f"ZF{paid_on:%Y}{self.vouchers:06d}"
        self.add(
            "payments",
            payment_id=payment_id,
            allocation_id=allocation,
            project_id=project,
            paid_on=paid_on,
            amount=amount,
            payer_name=f"{self.name}财政局国库支付中心",
            payee_name=payee,
            purpose=purpose,
            **{"payee_kind": "最终收款人", "method": "转账", "entered_on": paid_on, **more},
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
        unit=county.units[int(allocation[-2:]) % len(county.units)],
        amount=amount,
        allocated_on=allocated,
        **{
            "pending": False,
            "plan_approved_on": allocated and allocated - timedelta(days=4),
            "minutes_no": f"会议纪要〔2022〕{int(allocation[-2:])}号",
            "disbursed_on": allocated and allocated + timedelta(days=1),
            **more,
        },
    )
