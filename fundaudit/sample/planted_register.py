"""What is planted among people against the register and the death list: HP02, HP03, HP05, HP08."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from fundaudit.sample.county import County
from fundaudit.sample.people import People, Person
from fundaudit.sample.planted_people import INDUSTRY, TRAVEL, HouseholdSheet, enrol

LINES = "household_payments"


def _newcomer(county: County, people: People, number: int, **more: Any) -> Person:
    """A person of a household of their own on the register."""
    person = people.person(f"N{number:04d}", county.townships[number % 7], "幸福村")
    return enrol(county, person, **more)


def plant_register_time(county: County, sheet: HouseholdSheet, people: People) -> None:
    """HP02: in force from the day entered to the day left, both included."""
    late = _newcomer(county, people, 1, entered_on=date(2022, 6, 1))
    sheet.line(late, TRAVEL, "200.00", "2022-04")
    gone = _newcomer(county, people, 2, exited_on=date(2022, 3, 31))
    sheet.line(gone, TRAVEL, "200.00", "2022-08")
    between = _newcomer(county, people, 3, exited_on=date(2020, 12, 31))
    enrol(county, between, entered_on=date(2022, 10, 1))
    sheet.line(between, TRAVEL, "200.00", "2022-05")
    for person in (late, gone, between):
        county.plant("HP02", person.id_number, "finding", LINES, "id_number")
    first = _newcomer(county, people, 4, entered_on=date(2022, 5, 18))
    sheet.line(first, TRAVEL, "200.00", "2022-05", period=None, paid_on=date(2022, 5, 18))
    last = _newcomer(county, people, 5, exited_on=date(2022, 7, 18))
    sheet.line(last, TRAVEL, "200.00", "2022-07", period=None, paid_on=date(2022, 7, 18))
    period = _newcomer(county, people, 6, exited_on=date(2022, 4, 10))
    sheet.line(period, TRAVEL, "200.00", "2022-04", paid_on=date(2022, 6, 20))
    for person, why in ((first, "发放日正是纳入日"), (last, "发放日正是退出日"), (period, "补发在册月份")):
        county.near("HP02", person.id_number, why)
    undated = _newcomer(county, people, 7, entered_on=None)
    sheet.line(undated, TRAVEL, "200.00", "2022-05")
    county.plant("HP02", undated.id_number, "undetermined", LINES, "id_number")


def plant_deceased(county: County, sheet: HouseholdSheet, people: People) -> None:
    """HP03: paid more than 30 days after death, for a month after the month of death."""

    def death(person: Person, day: date | None, name: str | None = None) -> None:
        county.add(
            "registers", register="死亡", id_number=person.id_number, name=name or person.name, since=day,
            list_date=date(2022, 12, 20), source=f"{county.name}民政局",
        )  # fmt: skip

    for number in (8, 9, 10):
        person = _newcomer(county, people, number)
        death(person, date(2022, 3, 5))
        sheet.line(person, TRAVEL, "200.00", "2022-08")
        county.plant("HP03", person.id_number, "finding", LINES, "id_number")
    within = _newcomer(county, people, 11)
    death(within, date(2022, 7, 19))
    sheet.line(within, TRAVEL, "200.00", "2022-08", paid_on=date(2022, 8, 18))
    month = _newcomer(county, people, 12)
    death(month, date(2022, 8, 2))
    sheet.line(month, TRAVEL, "200.00", "2022-08", paid_on=date(2022, 9, 20))
    funeral = _newcomer(county, people, 13)
    death(funeral, date(2022, 3, 5))
    sheet.line(funeral, "丧葬补助", "1000.00", "2022-06")
    for person, why in ((within, "去世后正好 30 天"), (month, "发放月份正是去世当月"), (funeral, "丧葬补助不参加")):
        county.near("HP03", person.id_number, why)
    namesake, unknown = (_newcomer(county, people, n) for n in (14, 15))
    death(namesake, date(2022, 3, 5), people.name())
    death(unknown, None)
    for person in (namesake, unknown):
        sheet.line(person, TRAVEL, "200.00", "2022-08")
        county.plant("HP03", person.id_number, "undetermined", LINES, "id_number")


def plant_two_members(county: County, sheet: HouseholdSheet, people: People) -> None:
    """HP05: 产业 is paid per household and year."""

    def couple(number: int) -> tuple[Person, Person]:
        first = _newcomer(county, people, number)
        second = people.person(first.household_id, first.township, first.village)
        return first, enrol(county, second, "配偶")

    for number in (16, 17, 18):
        first, second = couple(number)
        sheet.line(first, INDUSTRY, "2000.00", "2022-05")
        sheet.line(second, INDUSTRY, "1800.00", "2022-09")
        county.plant("HP05", first.household_id, "finding", LINES, "household_id")
    first, second = couple(19)
    sheet.line(first, INDUSTRY, "2000.00", "2022-05")
    sheet.line(second, INDUSTRY, "1800.00", "2022-06")
    sheet.line(second, INDUSTRY, "-1800.00", "2022-06", paid_on=date(2022, 7, 20))
    county.near("HP05", first.household_id, "其中一人已全额退回")
    first, second = couple(20)
    sheet.line(first, INDUSTRY, "2000.00", "2022-05")
    sheet.line(second, "改厕补助", "1800.00", "2022-05", basis_kind="到户")
    county.near("HP05", first.household_id, "两人领取的不是同一项补助")
    first, second = couple(21)
    sheet.line(first, INDUSTRY, "2000.00", "2021-05")
    sheet.line(second, INDUSTRY, "1800.00", "2022-05")
    county.near("HP05", first.household_id, "两人在不同年度领取")
    homeless = _newcomer(county, people, 22, household_id=None)
    sheet.line(homeless, INDUSTRY, "2000.00", "2022-05", household_id=None)
    county.plant("HP05", homeless.id_number, "undetermined", LINES, "id_number")


def plant_names(county: County, sheet: HouseholdSheet, people: People) -> None:
    """HP08: the number is on the register under another name."""
    for number in (23, 24, 25):
        person = _newcomer(county, people, number)
        sheet.line(person, TRAVEL, "200.00", "2022-09", name=people.name())
        county.plant("HP08", person.id_number, "finding", LINES, "id_number")
    dotted = people.person("N0026", county.townships[5], "幸福村")
    enrol(county, replace(dotted, name="买买提·艾力"))
    sheet.line(dotted, TRAVEL, "200.00", "2022-09", name="买买提 • 艾力")
    county.near("HP08", dotted.id_number, "间隔号写法不同")
    traditional = people.person("N0027", county.townships[6], "幸福村")
    enrol(county, replace(traditional, name="刘国庆云"))
    sheet.line(traditional, TRAVEL, "200.00", "2022-09", name="劉國慶雲")
    county.near("HP08", traditional.id_number, "繁体与简体")
    returned = _newcomer(county, people, 28)
    sheet.line(returned, TRAVEL, "200.00", "2022-05", name=people.name())
    sheet.line(returned, TRAVEL, "-200.00", "2022-05", paid_on=date(2022, 6, 20))
    county.near("HP08", returned.id_number, "姓名不符的一笔已退回")
    masked = _newcomer(county, people, 29)
    sheet.line(masked, TRAVEL, "200.00", "2022-09", name=masked.name[0] + "*" * (len(masked.name) - 1))
    almost = people.person("N0030", county.townships[1], "幸福村")
    enrol(county, replace(almost, name="阿曼古丽·热合曼"))
    sheet.line(almost, TRAVEL, "200.00", "2022-09", name="阿曼古力·热合曼")
    for person in (masked, almost):
        county.plant("HP08", person.id_number, "undetermined", LINES, "id_number")
