"""The register, the household sheet, and what is planted among its people."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from sample.county import HOUSEHOLD_PROJECT, County, working_day
from sample.people import People, Person

VILLAGES = "阳光 团结 向阳 红旗 幸福".split()


def register(county: County, people: People, chance: random.Random, count: int) -> list[list[Person]]:
    """`count` households on the register, one to five people each, all since 2018."""
    households = []
    for number in range(1, count + 1):
        township = county.townships[number % len(county.townships)]
        village = f"{VILLAGES[number % 5]}村"
        size = 1 if 12 < number <= 18 else 4 if 18 < number <= 30 else chance.randrange(1, 6)  # 13 to 30 serve HP04
        members = [people.person(f"H{number:05d}", township, village, distinct=number <= 170) for _ in range(size)]
        households.append(members)
        for place, person in enumerate(members):
            enrol(county, person, "户主" if place == 0 else "家庭成员", "脱贫户" if number % 7 else "脱贫不稳定户")
    return households


def enrol(county: County, person: Person, relation: str = "户主", kind: str = "脱贫户", **more: Any) -> Person:
    """One row of the register for a person."""
    row = {
        "id_number": person.id_number,
        "name": person.name,
        "household_id": person.household_id,
        "relation": relation,
        "township": person.township,
        "village": person.village,
        "kind": kind,
        "entered_on": date(2018, 1, 1),
        "card_no": person.card_no,
    }
    county.add("beneficiaries", **(row | more))
    return person


INDUSTRY, TRAVEL, FARMLAND, ELDERLY = "到户产业发展补助", "外出务工交通补贴", "耕地地力保护补贴", "高龄津贴"


class HouseholdSheet:
    """The household sheet under construction: lines get a number; vouchers are made from them at the end."""

    def __init__(self, county: County) -> None:
        self.county, self.count = county, 0

    def line(self, person: Person, subsidy: str, amount: str, month: str, **more: Any) -> str:
        self.count += 1
        line_id = f"FF{self.count:05d}"
        day = more.pop("paid_on", working_day(date(int(month[:4]), int(month[5:]), 18)))
        project = self.county.farmland_project if subsidy in (FARMLAND, ELDERLY) else HOUSEHOLD_PROJECT
        row = {
            "line_id": line_id,
            "project_id": project,
            "subsidy": subsidy,
            "period": month,
            "basis_kind": "到户" if subsidy == INDUSTRY else "到人",
            "id_number": person.id_number,
            "name": person.name,
            "household_id": person.household_id,
            "card_no": person.card_no,
            "township": person.township,
            "village": person.village,
            "amount": Decimal(amount) if amount[-1].isdigit() else amount,
            "paid_on": day,
        }
        self.county.add("household_payments", **(row | more))
        return line_id


def household_payments(county: County, sheet: HouseholdSheet, households: list[list[Person]], chance: random.Random) -> None:
    """Ordinary lines: 产业 once a year to heads, 交通 in two months to two members, 地力 to every fourth household."""
    for subsidy, per, basis, amount in ((INDUSTRY, "年", "到户", "3000.00"), (TRAVEL, "月", "到人", county.travel)):
        county.add(
            "standards",
            subsidy=subsidy,
            kinds="脱贫户、脱贫不稳定户",
            from_date=date(2022, 1, 1),
            basis_kind=basis,
            amount=Decimal(amount),
            per=per,
        )
    for members in households[30:]:
        sheet.line(members[0], INDUSTRY, chance.choice(["1500.00", "2000.00", "3000.00"]), f"2022-{chance.randrange(4, 11):02d}")
        for person in members[1:3]:
            for month in sorted(chance.sample(range(3, 12), county.travel_months)):
                sheet.line(person, TRAVEL, county.travel, f"2022-{month:02d}")
    for members in households[::4]:
        sheet.line(members[0], FARMLAND, f"{chance.randrange(200, 1600)}.{chance.randrange(100):02d}", "2022-06")


def _stranger(county: County, people: People, **more: Any) -> Person:
    home, number = people.home("W")
    return people.person(home, county.townships[number % 7], "向阳村", **more)


def newcomer(county: County, people: People, **more: Any) -> Person:
    """A person of a household of their own on the register."""
    home, number = people.home("N")
    return enrol(county, people.person(home, county.townships[number % 7], "幸福村"), **more)


def plant_not_on_register(county: County, sheet: HouseholdSheet, people: People, households: list[list[Person]]) -> None:
    """HP01. Households 1 to 12 serve the near-misses and the undetermined; strangers are on no register."""
    for number in range(1, county.count("HP01", 5)):  # and one of the dead
        person = _stranger(county, people)
        sheet.line(person, INDUSTRY if number % 2 else TRAVEL, "2600.00" if number % 2 else county.travel, "2022-08")
        county.plant("HP01", person.id_number, "finding", "household_payments", "id_number")
    heads = [members[0] for members in households[:12]]
    old = next(head for head in heads[7:] if head.id_number[6:8] == "19")
    for person, written, why in (
        (heads[0], "'" + heads[0].id_number, "号码前多一个撇号，规范化后在册"),
        (heads[1], " " + heads[1].id_number[:6] + "\u3000" + heads[1].id_number[6:], "号码中有空格，规范化后在册"),
        (heads[2], "".join(chr(ord(c) + 0xFEE0) for c in heads[2].id_number), "号码为全角，规范化后在册"),
        (old, old.id_number[:6] + old.id_number[8:17], "15 位旧号码，规范化后在册"),
    ):
        sheet.line(person, TRAVEL, county.travel, "2022-09", id_number=written)
        county.near("HP01", person.id_number, why)
        county.near("HP07", person.id_number, why)
    open_only = _stranger(county, people, born=date(1938, 5, 1))
    sheet.line(open_only, ELDERLY, "100.00", "2022-09")
    county.near("HP01", open_only.id_number, "普惠补助，不限名册")
    returned = _stranger(county, people)
    sheet.line(returned, TRAVEL, county.travel, "2022-05")
    sheet.line(returned, TRAVEL, "-" + county.travel, "2022-05", paid_on=date(2022, 6, 20))
    county.near("HP01", returned.id_number, "已全额退回")
    dead = _stranger(county, people, born=date(1948, 3, 2))
    sheet.line(dead, INDUSTRY, "1500.00", "2022-04")
    county.add(
        "registers",
        register="死亡",
        id_number=dead.id_number,
        name=dead.name,
        since=date(2021, 12, 11),
        list_date=date(2022, 12, 20),
        source="县民政局",
    )
    for check in ("HP01", "HP03"):  # the register shows who left it, so the dead would still stand on it
        county.plant(check, dead.id_number, "finding", "household_payments", "id_number")
    swapped = _swap(heads[4].id_number)
    wrong_digit = heads[5].id_number[:16] + str((int(heads[5].id_number[16]) + 3) % 10) + heads[5].id_number[17]
    same_home = _stranger(county, people).id_number
    strangers = [_stranger(county, people) for _ in range(county.count("HP07", 3) - 2)]
    invalid = [(person, person.id_number[:17] + ("0" if person.id_number[17] != "0" else "1")) for person in strangers]
    for person, written in ((heads[4], swapped), (heads[5], wrong_digit), (heads[6], same_home), *invalid):
        sheet.line(person, TRAVEL, county.travel, "2022-10", id_number=written)
        county.plant("HP01", written, "undetermined", "household_payments", "id_number")
        if written != same_home:
            county.plant("HP07", written, "finding", "household_payments", "id_number")
    empty = _stranger(county, people)
    line = sheet.line(empty, TRAVEL, county.travel, "2022-10", id_number=None)
    for check in ("HP01", "HP07"):
        county.plant(check, f"line:{line}", "undetermined", "household_payments", "line_id", line)
    typed = next(m[0] for m in reversed(households[12:30]) if m[0].id_number.isdigit())
    cell, lost = county.number_cell(typed.id_number)
    sheet.line(typed, TRAVEL, county.travel, "2022-10", id_number=cell)
    for check in ("HP01", "HP03", "HP04", "HP06", "HP07", "HP11"):
        county.plant(check, lost, "undetermined", "household_payments", "id_number")


def _swap(number: str) -> str:
    place = next(i for i in range(15, 0, -1) if number[i] != number[i + 1] and number[i + 1] != "X")
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def plant_paid_twice(county: County, sheet: HouseholdSheet, people: People, households: list[list[Person]]) -> None:
    """HP04. Single-member households show plain duplicates; the cycle of 产业 is the year, of 交通 the month."""
    single = [members[0] for members in households[12:30] if len(members) == 1]
    family = [members for members in households[12:30] if len(members) >= 3]
    for _ in range(2):
        sheet.line(single[0], TRAVEL, county.travel, "2022-07")
    for month in ("2022-05", "2022-09"):  # the same year
        sheet.line(single[1], INDUSTRY, "2000.00", month)
    for number in range(len(family[0]) + 1):  # one more than the family has members
        sheet.line(family[0][0], TRAVEL, county.travel, "2022-07", paid_on=working_day(date(2022, 7, 18 + number % 2)))
    for person, above in (
        (single[0], single[0].id_number),
        (single[1], single[1].household_id),
        (family[0][0], family[0][0].id_number),
    ):
        county.plant("HP04", person.id_number, "finding", "household_payments", "id_number")
        county.plant(
            "HP11", above, "finding", "household_payments", "id_number", person.id_number
        )  # together more than the standard
    for month in ("2022-06", "2022-07"):
        sheet.line(family[1][0], TRAVEL, county.travel, month)
    county.near("HP04", family[1][0].id_number, "同额但月份不同")
    for _ in range(county.count("HP04", 3) - 3):
        person = newcomer(county, people)
        for _ in range(2):
            sheet.line(person, TRAVEL, county.travel, "2022-06")
        for check in ("HP04", "HP11"):
            county.plant(check, person.id_number, "finding", "household_payments", "id_number")
    for amount in (county.travel, county.travel, "-" + county.travel):
        sheet.line(family[1][1], TRAVEL, amount, "2022-08", paid_on=working_day(date(2022, 8, 18 if amount[0] != "-" else 29)))
    county.near("HP04", family[1][1].id_number, "重复的一笔已退回")
    sheet.line(family[1][2], TRAVEL, county.travel, "2022-08")
    sheet.line(family[1][2], ELDERLY, county.travel, "2022-08")
    county.near("HP04", family[1][2].id_number, "同月同额但补助项目不同")
    for amount in (county.travel, "150.00"):
        sheet.line(family[2][0], TRAVEL, amount, "2022-07")
    county.plant("HP04", family[2][0].id_number, "undetermined", "household_payments", "id_number")  # instalments
    county.plant("HP11", family[2][0].id_number, "finding", "household_payments", "id_number")
    for _ in range(2):
        sheet.line(family[3][0], TRAVEL, county.travel, "2022-07")
    county.plant("HP04", family[3][0].id_number, "undetermined", "household_payments", "id_number")  # one card
    county.plant("HP11", family[3][0].id_number, "finding", "household_payments", "id_number")
    for amount in (county.travel, county.travel, "退回"):
        sheet.line(single[2], TRAVEL, amount, "2022-07")
    county.plant("HP04", single[2].id_number, "undetermined", "household_payments", "id_number")  # an unreadable third line
    county.plant("HP11", single[2].id_number, "undetermined", "household_payments", "id_number")


def vouchers(county: County) -> None:
    """One voucher per project, day and sign for the household lines; the rest of the two large projects in one last voucher each."""
    groups: dict[tuple[str, date, bool], list[dict[str, Any]]] = defaultdict(list)
    for row in county.tables["household_payments"]:
        if "payment_id" in row or row["project_id"] is None:
            continue
        readable = isinstance(row["amount"], Decimal)
        groups[row["project_id"], row["paid_on"], readable and row["amount"] < 0].append(row)
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for (project, day, _), rows in sorted(groups.items(), key=lambda item: item[0]):
        total = sum((r["amount"] for r in rows if isinstance(r["amount"], Decimal)), Decimal(0))
        allocation = project.replace("XM", "FP")
        payment = county.pay(day, total, allocation, project, "农村信用社一卡通代发户", "到户补助资金")
        paid[project] += total
        for row in rows:
            row["payment_id"] = payment
    for project in (HOUSEHOLD_PROJECT, county.farmland_project):
        done, allocation = paid[project], project.replace("XM", "FP")
        (amount,) = (a["amount"] for a in county.tables["allocations"] if a["allocation_id"] == allocation)
        county.pay(date(2022, 10, 28), amount - done, allocation, project, "农村信用社一卡通代发户", "到户补助资金（汇总）")
