"""What is planted among people against the register and the death list: HP02, HP03, HP05, HP08."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import cycle, islice

from sample.county import County
from sample.people import People, Person
from sample.planted_people import INDUSTRY, TRAVEL, HouseholdSheet, enrol, newcomer

LINES = "household_payments"


def plant_register_time(county: County, sheet: HouseholdSheet, people: People) -> None:
    """HP02: in force from the day entered to the day left, both included."""
    cases: list[tuple[dict[str, date], dict[str, date], str]] = [
        ({"entered_on": date(2022, 6, 1)}, {}, "2022-04"),
        ({"exited_on": date(2022, 3, 31)}, {}, "2022-08"),
        ({"exited_on": date(2020, 12, 31)}, {"entered_on": date(2022, 10, 1)}, "2022-05"),  # between two times
    ]
    for time, second_time, month in islice(cycle(cases), county.count("HP02", 3)):
        person = newcomer(county, people, **time)
        if second_time:
            enrol(county, person, **second_time)
        sheet.line(person, TRAVEL, county.travel, month)
        county.plant("HP02", person.id_number, "finding", LINES, "id_number")
    first = newcomer(county, people, entered_on=date(2022, 5, 18))
    sheet.line(first, TRAVEL, county.travel, "2022-05", period=None, paid_on=date(2022, 5, 18))
    for month in ("2022-05", "2022-07"):
        county.plant("HP17", f"{TRAVEL}|{month}", "undetermined", LINES, "paid_on")
    last = newcomer(county, people, exited_on=date(2022, 7, 18))
    sheet.line(last, TRAVEL, county.travel, "2022-07", period=None, paid_on=date(2022, 7, 18))
    period = newcomer(county, people, exited_on=date(2022, 4, 10))
    sheet.line(period, TRAVEL, county.travel, "2022-04", paid_on=date(2022, 6, 20))
    for person, why in ((first, "发放日正是纳入日"), (last, "发放日正是退出日"), (period, "补发在册月份")):
        county.near("HP02", person.id_number, why)
    undated = newcomer(county, people, entered_on=None)
    sheet.line(undated, TRAVEL, county.travel, "2022-05")
    county.plant("HP02", undated.id_number, "undetermined", LINES, "id_number")


def plant_deceased(county: County, sheet: HouseholdSheet, people: People) -> None:
    """HP03: paid more than 30 days after death, for a month after the month of death."""

    def death(person: Person, day: date | None, name: str | None = None) -> None:
        county.add(
            "registers", register="死亡", id_number=person.id_number, name=name or person.name, since=day,
            list_date=date(2022, 12, 20), source=f"{county.name}民政局",
        )  # fmt: skip

    for _ in range(county.count("HP03", 4) - 1):  # and one who is on no register
        person = newcomer(county, people)
        death(person, date(2022, 3, 5))
        sheet.line(person, TRAVEL, county.travel, "2022-08")
        county.plant("HP03", person.id_number, "finding", LINES, "id_number")
        county.plant("DQ05", person.id_number, "finding", "beneficiaries", "id_number")
    within = newcomer(county, people)
    death(within, date(2022, 7, 19))
    sheet.line(within, TRAVEL, county.travel, "2022-08", paid_on=date(2022, 8, 18))
    month = newcomer(county, people)
    death(month, date(2022, 8, 2))
    sheet.line(month, TRAVEL, county.travel, "2022-08", paid_on=date(2022, 9, 20))
    funeral = newcomer(county, people)
    death(funeral, date(2022, 3, 5))
    sheet.line(funeral, "丧葬补助", "1000.00", "2022-06")
    for person, why in ((within, "去世后正好 30 天"), (month, "发放月份正是去世当月"), (funeral, "丧葬补助不参加")):
        county.near("HP03", person.id_number, why)
        county.plant("DQ05", person.id_number, "finding", "beneficiaries", "id_number")  # none of them was taken off the register
    namesake, unknown = (newcomer(county, people) for _ in range(2))
    death(namesake, date(2022, 3, 5), people.name())
    death(unknown, None)
    for person in (namesake, unknown):
        sheet.line(person, TRAVEL, county.travel, "2022-08")
        county.plant("HP03", person.id_number, "undetermined", LINES, "id_number")
        county.plant("DQ05", person.id_number, "undetermined", "beneficiaries", "id_number")


def plant_two_members(county: County, sheet: HouseholdSheet, people: People) -> None:
    """HP05: 产业 is paid per household and year."""

    if not county.count("HP05", 3):
        return

    def couple() -> tuple[Person, Person]:
        first = newcomer(county, people)
        second = people.person(first.household_id, first.township, first.village)
        return first, enrol(county, second, "配偶")

    for _ in range(county.count("HP05", 3)):
        first, second = couple()
        sheet.line(first, INDUSTRY, "2000.00", "2022-05")
        sheet.line(second, INDUSTRY, "1800.00", "2022-09")
        for check in ("HP05", "HP11"):  # and together more than the standard
            county.plant(check, first.household_id, "finding", LINES, "household_id")
    first, second = couple()
    sheet.line(first, INDUSTRY, "2000.00", "2022-05")
    sheet.line(second, INDUSTRY, "1800.00", "2022-06")
    sheet.line(second, INDUSTRY, "-1800.00", "2022-06", paid_on=date(2022, 7, 20))
    county.near("HP05", first.household_id, "其中一人已全额退回")
    first, second = couple()
    sheet.line(first, INDUSTRY, "2000.00", "2022-05")
    sheet.line(second, "改厕补助", "1800.00", "2022-05", basis_kind="到户")
    county.near("HP05", first.household_id, "两人领取的不是同一项补助")
    first, second = couple()
    sheet.line(first, INDUSTRY, "2000.00", "2021-05")
    sheet.line(second, INDUSTRY, "1800.00", "2022-05")
    county.near("HP05", first.household_id, "两人在不同年度领取")
    homeless = newcomer(county, people, household_id=None)
    sheet.line(homeless, INDUSTRY, "2000.00", "2022-05", household_id=None)
    for check in ("HP05", "HP11"):
        county.plant(check, homeless.id_number, "undetermined", LINES, "id_number")


def _called(county: County, people: People, name: str) -> Person:
    """A newcomer whom the register knows by this name."""
    home, number = people.home("N")
    person = replace(people.person(home, county.townships[number % 7], "幸福村"), name=name)
    return enrol(county, person)


def plant_names(county: County, sheet: HouseholdSheet, people: People) -> None:
    """HP08: the number is on the register under another name."""
    for _ in range(county.count("HP08", 3)):
        person = newcomer(county, people)
        sheet.line(person, TRAVEL, county.travel, "2022-09", name=people.name())
        county.plant("HP08", person.id_number, "finding", LINES, "id_number")
    dotted = _called(county, people, "买买提·艾力")
    sheet.line(dotted, TRAVEL, county.travel, "2022-09", name="买买提 • 艾力")
    county.near("HP08", dotted.id_number, "间隔号写法不同")
    traditional = _called(county, people, "刘国庆云")
    sheet.line(traditional, TRAVEL, county.travel, "2022-09", name="劉國慶雲")
    county.near("HP08", traditional.id_number, "繁体与简体")
    returned = newcomer(county, people)
    sheet.line(returned, TRAVEL, county.travel, "2022-05", name=people.name())
    sheet.line(returned, TRAVEL, "-" + county.travel, "2022-05", paid_on=date(2022, 6, 20))
    county.near("HP08", returned.id_number, "姓名不符的一笔已退回")
    masked = newcomer(county, people)
    sheet.line(masked, TRAVEL, county.travel, "2022-09", name=masked.name[0] + "*" * (len(masked.name) - 1))
    almost = _called(county, people, "阿曼古丽·热合曼")
    sheet.line(almost, TRAVEL, county.travel, "2022-09", name="阿曼古力·热合曼")
    for person in (masked, almost):
        county.plant("HP08", person.id_number, "undetermined", LINES, "id_number")
