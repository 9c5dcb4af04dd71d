"""Planted among people and subsidies: HP06, HP09 to HP14, HP16 to HP22, IB07, DQ03, DQ05 and PM16, on subsidies of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sample.county import County, add_allocation
from sample.people import People, Person
from sample.planted_money import indicator_row
from sample.planted_people import FARMLAND, VILLAGES, HouseholdSheet, enrol, newcomer

D = Decimal
LINES = "household_payments"
INDICATOR = "ZB2023033"
GIVEN = date(2022, 12, 10)
Row = dict[str, Any]
LISTED, RESIDENT, MONTHLY, REBUILD, MOVE, CHILD = (
    "产业发展直补",
    "本地居民取暖补贴",
    "护林员岗位补贴",
    "危房改造补助",
    "易地搬迁补助",
    "学前教育资助",
)


class Subsidies:
    """Lines of small projects of their own; people on the register, one household each."""

    def __init__(self, county: County, sheet: HouseholdSheet, people: People) -> None:
        self.county, self.sheet, self.people, self.number, self.allocated = county, sheet, people, 900, D(0)
        self.own = self.project()

    def project(self, amount: str | None = None, **more: Any) -> str:
        self.number += 1
        key = f"XM2023{self.number}"
        self.county.add(
            "projects", project_id=key, name=f"2023年提前实施到户补助{self.number - 900}号项目", township=self.county.townships[0], unit=self.county.units[self.number % 7],
            **({"physical_progress": D(0), "category": "到户补助", "status": "在建", "planned_start": date(2022, 11, 1), "actual_start": date(2022, 11, 2), "planned_finish": date(2023, 6, 30), "to_household": True} | more),
        )  # fmt: skip
        if amount:
            self.allocated += self.allocate(INDICATOR, key, D(amount), GIVEN)
        return key

    def allocate(self, indicator: str, project: str, amount: Decimal, day: date) -> Decimal:
        """The amount. Its plan was approved before the first line was paid."""
        early = {"plan_approved_on": date(2015, 12, 1), "disbursed_on": date(2015, 12, 2)}
        add_allocation(self.county, project.replace("XM", "FP"), indicator, project, amount, day, **early)
        return amount

    def newcomer(self, **more: Any) -> Person:
        return newcomer(self.county, self.people, **more)

    def line(self, person: Person, subsidy: str, amount: str, month: str = "2022-06", **more: Any) -> str:
        return self.sheet.line(person, subsidy, amount, month, **({"project_id": self.own, "basis_kind": "到人"} | more))

    def standard(self, subsidy: str, amount: str, per: str, basis: str = "到人", **more: Any) -> None:
        self.county.add(
            "standards", subsidy=subsidy, amount=D(amount), per=per, basis_kind=basis, **({"from_date": date(2010, 1, 1)} | more)
        )

    def entry(self, kind: str, person: Person, **more: Any) -> None:
        row = {
            "register": kind,
            "id_number": person.id_number,
            "name": person.name,
            "list_date": date(2022, 12, 20),
            "source": f"{self.county.name}相关部门",
        }
        self.county.add("registers", **(row | more))

    def say(
        self, check: str, subject: str, verdict: str, why: str, table: str = LINES, column: str = "id_number", *values: str
    ) -> None:
        if verdict:
            self.county.plant(check, subject, verdict, table, column, *values)
        else:
            self.county.near(check, subject, why)

    def finish(self) -> None:
        """The common project gets what its lines were paid."""
        paid = sum(
            (r["amount"] for r in self.county.tables[LINES] if r["project_id"] == self.own and isinstance(r["amount"], Decimal)),
            D(0),
        )
        indicator_row(self.county, "ZB2023034", str(paid), date(2021, 1, 20), 2023, "2023年到户补助资金")
        self.allocate("ZB2023034", self.own, paid, date(2021, 2, 1))
        indicator_row(self.county, INDICATOR, str(self.allocated), date(2022, 12, 5), 2023, "2023年提前实施到户补助资金")


def plant_subsidies(county: County, sheet: HouseholdSheet, people: People) -> None:
    s = Subsidies(county, sheet, people)
    kinds = {"kinds": "脱贫户、脱贫不稳定户"}
    s.standard(LISTED, "500.00", "年", **kinds)
    s.standard(RESIDENT, "300.00", "次")
    s.standard(MONTHLY, "400.00", "月", fixed=True)
    s.standard(REBUILD, "20000.00", "次", "到户")
    s.standard(MOVE, "20000.00", "次", "到户")
    s.standard(CHILD, "200.00", "季", kinds="边缘易致贫户", universal=True)
    for plant in (
        _lists,
        _cards,
        _several,
        _above,
        _holders,
        _late,
        _below,
        _officials,
        _areas,
        _exclusive,
        _residents,
        _due,
        _places,
        _register,
        _left,
        _handed,
        _flags,
        _unnumbered,
    ):
        plant(s)
    s.finish()


def _lists(s: Subsidies) -> None:
    cases: list[tuple[Row, str, str]] = [
        ({"register": "财政供养", "since": date(2015, 1, 1)}, "finding", ""), ({"register": "企业法人", "since": date(2018, 1, 1), "detail": "某建材有限公司"}, "finding", ""),
        ({"register": "财政供养", "since": date(2015, 1, 1)}, "finding", ""), ({"register": "财政供养", "since": date(2022, 8, 1)}, "", "发放以后才列入"), ({"register": "企业法人", "since": date(2018, 1, 1), "detail": "某养殖专业合作社"}, "", "合作社"),
        ({"register": "财政供养", "since": date(2010, 1, 1), "until": date(2021, 12, 31)}, "", "发放以前已经退出"), ({"register": "财政供养", "list_date": None}, "undetermined", ""),
    ]  # fmt: skip
    for entry, verdict, why in s.county.cases("HP06", cases):
        person = s.newcomer()
        s.line(person, LISTED, "450.00")
        s.entry(entry["register"], person, **entry)
        s.say("HP06", person.id_number, verdict, why)


def _cards(s: Subsidies) -> None:
    cases = [
        ("two", "finding", ""),
        ("three", "finding", ""),
        ("two", "finding", ""),
        ("family", "", "同户两人"),
        ("home", "", "敬老院代管"),
        ("alone", "", "一户一卡"),
        ("unknown", "undetermined", ""),
    ]
    for kind, verdict, why in s.county.cases("HP09", cases):
        first = s.newcomer()
        others = {"two": 1, "three": 2, "home": 1, "unknown": 1}.get(kind, 0)
        members = [s.newcomer() for _ in range(others)]
        if kind == "family":
            members.append(enrol(s.county, s.people.person(first.household_id, first.township, first.village), "配偶"))
        if kind == "unknown":
            members = [s.newcomer(household_id=None)]
        name = f"{first.township}敬老院" if kind == "home" else first.name
        s.line(first, LISTED, "300.00", card_holder=name)
        for person in members:
            blank = {"household_id": None} if kind == "unknown" else {}
            s.line(person, LISTED, "300.00", card_no=first.card_no, card_holder=name, **blank)
            if kind in ("two", "three", "home"):
                s.county.plant("HP16", person.id_number, "finding", LINES, "id_number")
            if kind == "unknown":
                s.county.plant("HP16", person.id_number, "undetermined", LINES, "id_number")
        if kind == "home":
            s.county.plant("HP16", first.id_number, "finding", LINES, "id_number")
        s.say("HP09", first.card_no, verdict, why, LINES, "card_no")


def _several(s: Subsidies) -> None:
    cases = [
        ("month", "finding", ""),
        ("back", "finding", ""),
        ("month", "finding", ""),
        ("changed", "", "换过一次卡"),
        ("lastyear", "", "上年用另一张卡"),
        ("one", "", "一张卡"),
        ("masked", "undetermined", ""),
    ]
    for kind, verdict, why in s.county.cases("HP10", cases):
        person = s.newcomer()
        other = person.card_no[:-4] + "0000"
        days = {"month": [("2022-06", None), ("2022-06", other)], "back": [("2022-03", None), ("2022-05", other), ("2022-07", None)], "changed": [("2022-03", None), ("2022-05", other)],
                "lastyear": [("2021-05", other), ("2022-05", None)], "one": [("2022-03", None), ("2022-05", None)], "masked": [("2022-03", None), ("2022-05", other[:6] + "****" + other[-4:])]}[kind]  # fmt: skip
        for turn, (month, card) in enumerate(days):
            s.line(
                person,
                MONTHLY if month[:4] == "2022" and kind != "month" else RESIDENT,
                "400.00" if kind != "month" and month[:4] == "2022" else f"{100 + turn}.00",
                month,
                card_no=card or person.card_no,
            )
        if kind in ("month", "lastyear"):
            s.entry("户籍", person)
        if kind == "month":
            s.county.plant("HP04", person.id_number, "undetermined", LINES, "id_number")  # two amounts
        if kind == "masked":
            s.county.plant("HP09", other[:6] + "****" + other[-4:], "undetermined", LINES, "id_number", person.id_number)
        s.say("HP10", person.id_number, verdict, why)


def _above(s: Subsidies) -> None:
    cases = [
        (["500.01"], "finding", ""),
        (["300.00", "250.00"], "finding", ""),
        (["700.00"], "finding", ""),
        (["500.00"], "", "正好等于标准"),
        (["300.00", "200.00"], "", "分两次，正好"),
        (["100.00"], "", "低于标准"),
    ]
    for amounts, verdict, why in s.county.cases("HP11", cases):
        person = s.newcomer()
        for turn, amount in enumerate(amounts):
            s.line(person, LISTED, amount, f"2022-0{5 + turn}")
        if len(amounts) > 1:
            s.county.plant("HP04", person.id_number, "undetermined", LINES, "id_number")  # instalments
        s.say("HP11", person.id_number, verdict, why)
    if s.county.count("HP11", 3):
        person = s.newcomer()
        s.line(person, FARMLAND, "120.00", quantity=None, project_id=s.county.farmland_project)
        s.say("HP11", person.id_number, "undetermined", "")


def _holders(s: Subsidies) -> None:
    cases = [
        ("stranger", "finding", ""),
        ("stranger", "finding", ""),
        ("stranger", "finding", ""),
        ("self", "", "本人的卡"),
        ("family", "", "同户的人"),
        ("masked", "", "户名遮盖后相符"),
        ("empty", "undetermined", ""),
    ]
    for kind, verdict, why in s.county.cases("HP16", cases):
        person = s.newcomer()
        holder: str | None = {
            "stranger": "外村代办人",
            "self": person.name,
            "empty": None,
            "masked": person.name[0] + "*" * (len(person.name.replace("·", "")) - 1),
        }.get(kind)
        if kind == "family":
            spouse = enrol(s.county, s.people.person(person.household_id, person.township, person.village), "配偶")
            holder = spouse.name
        s.line(person, LISTED, "260.00", card_holder=holder)
        s.say("HP16", person.id_number, verdict, why)


def _late(s: Subsidies) -> None:
    cases = [
        (date(2022, 9, 1), "finding", ""),
        (date(2022, 8, 15), "finding", ""),
        (date(2022, 12, 1), "finding", ""),
        (date(2022, 8, 14), "", "末日后正好 45 天"),
        (date(2022, 7, 20), "", "当月后发放"),
        (date(2022, 6, 18), "", "当月发放"),
        (None, "undetermined", ""),
    ]
    for turn, (day, verdict, why) in enumerate(s.county.cases("HP17", cases), 1):
        subsidy = f"乡村公益岗位补贴{turn}类"
        amount = f"{600 + turn}.00"
        s.standard(subsidy, amount, "月")
        person = s.newcomer()
        s.line(person, subsidy, amount, "2022-06", paid_on=day or date(2022, 6, 18), period="2022-06" if day else None)
        s.say("HP17", f"{subsidy}|2022-06", verdict, why, LINES, "subsidy", subsidy)


def _below(s: Subsidies) -> None:
    cases = [
        ("399.00", "finding", ""),
        ("200.00", "finding", ""),
        ("350.00", "finding", ""),
        ("400.00", "", "足额"),
        ("399.01", "", "少不到 1 元"),
        ("refund", "undetermined", ""),
        ("new", "", "周期结束不到 60 天"),
    ]
    for amount, verdict, why in s.county.cases("HP18", cases):
        person = s.newcomer()
        if amount == "refund":
            s.line(person, MONTHLY, "400.00", "2022-06")
            s.line(person, MONTHLY, "-100.00", "2022-06", paid_on=date(2022, 7, 20))
        else:
            s.line(person, MONTHLY, "390.00" if amount == "new" else amount, "2022-11" if amount == "new" else "2022-06")
        s.say("HP18", person.id_number, verdict, why)


def _officials(s: Subsidies) -> None:
    cases: list[tuple[Row, Row, str, str]] = [
        ({"exited_on": date(2021, 12, 31)}, {"since": date(2018, 1, 1)}, "finding", ""), ({"exited_on": date(2022, 3, 1)}, {"since": date(2018, 1, 1)}, "finding", ""), ({"entered_on": date(2022, 9, 1)}, {"since": date(2018, 1, 1)}, "finding", ""),
        ({}, {"since": date(2018, 1, 1)}, "", "在册"), ({}, {"since": date(2015, 1, 1), "until": date(2022, 12, 1)}, "", "在册"), ({}, {"since": date(2022, 1, 1)}, "", "在册"), ({"exited_on": date(2021, 12, 31)}, {"list_date": None}, "undetermined", ""),
    ]  # fmt: skip
    for standing, entry, verdict, why in s.county.cases("HP19", cases):
        person = s.newcomer(**standing)
        s.line(person, LISTED, "310.00")
        s.entry("村干部", person, **entry)
        if standing == {"exited_on": date(2021, 12, 31)}:  # the others were in force for a part of the year
            s.county.plant("HP02", person.id_number, "finding", LINES, "id_number")
        s.say("HP19", person.id_number, verdict, why)


def _areas(s: Subsidies) -> None:
    cases = [
        ("10", "12.01", "finding", ""),
        ("5", "7", "finding", ""),
        ("8", "30", "finding", ""),
        ("10", "12", "", "正好增长 20%"),
        ("5", "6.99", "", "不到 2 亩"),
        ("20", "18", "", "减少"),
        ("5", None, "undetermined", ""),
    ]
    for before, now, verdict, why in s.county.cases("HP20", cases):
        person = s.newcomer()
        for year, area in ((2021, before), (2022, now)):
            quantity = None if area is None else D(area)
            s.line(
                person,
                FARMLAND,
                str((D(area or "5") * 100).quantize(D("0.01"))),
                f"{year}-06",
                quantity=quantity,
                project_id=s.own,
            )
        if now is None:
            s.county.plant("HP11", person.id_number, "undetermined", LINES, "id_number")
        s.say("HP20", f"{person.id_number}|{FARMLAND}", verdict, why, LINES, "id_number", person.id_number)


def _exclusive(s: Subsidies) -> None:
    cases = [
        (2022, "finding", ""),
        (2019, "finding", ""),
        (2018, "finding", ""),
        (2016, "", "相隔六年"),
        ("one", "", "只有一项"),
        ("refund", "", "一项已退回"),
        ("homeless", "undetermined", ""),
    ]
    for year, verdict, why in s.county.cases("HP21", cases):
        person = s.newcomer(**({"household_id": None} if year == "homeless" else {}))
        blank = {"household_id": None} if year == "homeless" else {}
        s.line(person, MOVE, "9000.00", "2022-06", basis_kind="到户", **blank)
        if isinstance(year, int) or year == "refund":
            s.line(person, REBUILD, "5000.00", f"{year if isinstance(year, int) else 2022}-05", basis_kind="到户")
        if year == "refund":
            s.line(person, REBUILD, "-5000.00", "2022-05", basis_kind="到户", paid_on=date(2022, 7, 6))
        if year == "homeless":
            for check in ("HP05", "HP11"):
                s.county.plant(check, person.id_number, "undetermined", LINES, "id_number")
            s.county.plant("HP21", person.id_number, verdict, LINES, "id_number")
        else:
            s.say("HP21", person.household_id, verdict, why, LINES, "household_id", person.household_id)


def _residents(s: Subsidies) -> None:
    cases = [
        ("no", "finding", ""),
        ("no", "finding", ""),
        ("no", "finding", ""),
        ("yes", "", "在户籍名单上"),
        ("yes", "", "在户籍名单上"),
        ("yes", "", "在户籍名单上"),
        ("near", "undetermined", ""),
    ]
    for kind, verdict, why in s.county.cases("HP22", cases):
        person = s.newcomer()
        s.line(person, RESIDENT, "260.00")
        if kind == "yes":
            s.entry("户籍", person)
        if kind == "near":
            s.entry(
                "户籍",
                replace(
                    person, id_number=person.id_number[:-2] + str((int(person.id_number[-2]) + 1) % 10) + person.id_number[-1]
                ),
            )
        s.say("HP22", person.id_number, verdict, why)


def _due(s: Subsidies) -> None:
    """HP14: the last quarter that ended more than 60 days ago is the third; most of those entitled got it, so that the guard stays still."""
    cases = [
        ("none", "finding", ""),
        ("none", "finding", ""),
        ("second", "finding", ""),
        ("got", "", "已领取"),
        ("new", "", "季度中纳入"),
        ("left", "", "季度中退出"),
        ("proxy", "undetermined", ""),
    ]
    for kind, verdict, why in s.county.cases("HP14", cases):
        times: Row = {"new": {"entered_on": date(2022, 7, 2)}, "left": {"exited_on": date(2022, 9, 29)}}.get(kind, {})
        person = s.newcomer(kind="边缘易致贫户", **times)
        if kind in ("got", "second"):
            s.line(person, CHILD, "200.00", "2022-08" if kind == "got" else "2022-05")
        if kind == "proxy":
            other = enrol(s.county, s.people.person(person.household_id, person.township, person.village), "子女", "边缘易致贫户")
            s.line(other, CHILD, "200.00", "2022-09")
        if kind == "none":
            s.line(person, MONTHLY, "400.00", "2022-04")
        s.say("HP14", person.id_number, verdict, why, "beneficiaries", "id_number")


def _places(s: Subsidies) -> None:
    town = s.county.townships[1]
    cases = [
        ("新设", town, "finding", ""),
        ("移民安置", town, "finding", ""),
        ("外来", town, "finding", ""),
        (VILLAGES[0] + "村委会", town.rstrip("镇乡"), "", "少写了镇、村字样"),
        (None, town, "", "只写了乡镇"),
        (VILLAGES[1], None, "", "只写了村"),
        (None, None, "undetermined", ""),
    ]
    for village, township, verdict, why in s.county.cases("DQ03", cases):
        person = s.newcomer()
        s.line(person, LISTED, "120.00", township=township, village=village)
        s.say("DQ03", f"{township or ''}|{village or ''}", verdict, why, LINES, "id_number", person.id_number)


def _register(s: Subsidies) -> None:
    cases = [
        ("invalid", "finding", ""),
        ("two", "finding", ""),
        ("dead", "finding", ""),
        ("sixty", "", "去世正好 60 天"),
        ("moved", "", "先退后进"),
        ("gone", "", "去世后已退出"),
        ("nodate", "undetermined", ""),
    ]
    for kind, verdict, why in s.county.cases("DQ05", cases):
        person = s.newcomer(
            **({"exited_on": date(2022, 5, 1)} if kind == "gone" else {"exited_on": date(2021, 6, 1)} if kind == "moved" else {})
        )
        if kind == "invalid":
            person = replace(person, id_number=person.id_number[:17] + ("0" if person.id_number[17] != "0" else "1"))
            s.county.tables["beneficiaries"][-1]["id_number"] = person.id_number
        if kind in ("two", "moved"):
            enrol(s.county, replace(person, household_id=f"{person.household_id}B"), entered_on=date(2021, 7, 1))
        if kind in ("dead", "sixty", "gone", "nodate"):
            s.entry(
                "死亡", person, since={"dead": date(2022, 10, 31), "sixty": date(2022, 11, 1), "gone": date(2022, 4, 1)}.get(kind)
            )
        s.say("DQ05", person.id_number, verdict, why, "beneficiaries", "id_number")


def _left(s: Subsidies) -> None:
    cases = [
        ("12000.00", date(2022, 5, 18), "finding", ""),
        ("15000.00", date(2022, 7, 3), "finding", ""),
        ("10001.00", date(2022, 3, 18), "finding", ""),
        ("10000.00", date(2022, 5, 18), "", "正好剩一万元"),
        ("12000.00", date(2022, 7, 4), "", "最后一笔正好 180 天前"),
        ("0.00", date(2022, 5, 18), "", "全部发放"),
        ("unnamed", date(2022, 5, 18), "undetermined", ""),
    ]
    for turn, (rest, day, verdict, why) in enumerate(s.county.cases("IB07", cases), 1):
        subsidy = f"到户小额补助{turn}类"
        s.standard(subsidy, "300.00", "次")
        key = s.project(str(D("300.00") + (D("12000.00") if rest == "unnamed" else D(rest))))
        person = s.newcomer()
        s.line(person, subsidy, "300.00", f"2022-{day.month:02d}", paid_on=day, project_id=key)
        if rest == "unnamed":
            line = s.line(s.newcomer(), subsidy, "300.00", "2022-05", paid_on=day, project_id=None)
            s.county.plant("HP12", "（没有项目编号）", "undetermined", LINES, "line_id", line)
        s.say("IB07", subsidy, verdict, why, "allocations", "project_id", key)


def _handed(s: Subsidies) -> None:
    cases = [
        (["150.00", "150.00"], {}, "finding", ""),
        (["90.00"] * 3, {}, "finding", ""),
        (["210.00"] * 2, {}, "finding", ""),
        (["150.00", "160.00"], {}, "", "金额不等"),
        (["170.00"] * 2, {"quantity": D(2)}, "", "按数量"),
        (["180.00"], {}, "", "只有一笔"),
        (["130.00", "130.00", "壹佰"], {}, "undetermined", ""),
    ]
    for turn, (amounts, more, verdict, why) in enumerate(s.county.cases("PM16", cases), 1):
        subsidy = f"庭院经济发展补助{turn}类"
        s.standard(subsidy, "300.00", "次")
        key = s.project("500.00", category="产业发展", actual_finish=None)
        s.county.bare["performance"].add(key)
        s.county.add("performance", project_id=key, year=2022, metric="群众满意", target_text="较好", set_on=date(2022, 3, 1))
        s.county.plant("PD01", key, "finding", "allocations", "project_id", key)
        for amount in amounts:
            person = s.newcomer()
            s.line(person, subsidy, amount, "2022-11", paid_on=date(2022, 11, 18), project_id=key, **more)
            if amount == "壹佰":
                for check, subject in (("HP09", person.card_no), ("HP10", person.id_number), ("HP11", person.id_number)):
                    s.county.plant(check, subject, "undetermined", LINES, "id_number", person.id_number)
        s.say("PM16", key, verdict, why, LINES, "project_id", key)


def _flags(s: Subsidies) -> None:
    """HP13: the household flag and the sheet."""
    cases = [
        (True, False, "finding", ""),
        (False, True, "finding", ""),
        (True, False, "finding", ""),
        (False, False, "", "都没有"),
        (True, True, "", "都有"),
        (True, True, "", "都有"),
        (None, True, "undetermined", ""),
    ]
    for flag, sheeted, verdict, why in s.county.cases("HP13", cases):
        key = s.project("260.00", to_household=flag, category="公共服务", physical_progress=D(1))
        if sheeted:
            s.line(s.newcomer(), RESIDENT, "260.00", "2022-12", paid_on=date(2022, 12, 20), project_id=key)
            s.entry("户籍", Person(s.county.tables[LINES][-1]["id_number"], s.county.tables[LINES][-1]["name"], "", "", "", ""))
        else:
            s.county.pay(date(2022, 12, 20), D("260.00"), f"FP{key[2:]}", key, "农村信用社一卡通代发户", "补助资金")
        s.say("HP13", key, verdict, why, "projects", "project_id", key)


def _unnumbered(s: Subsidies) -> None:
    """HP12: what stands on the sheet and what was paid."""
    cases = [
        ("0.01", "finding", ""),
        ("-30.00", "finding", ""),
        ("gone", "finding", ""),
        ("0.00", "", "相等"),
        ("0.00", "", "相等"),
        ("0.00", "", "相等"),
        ("unnamed", "undetermined", ""),
    ]
    for turn, (apart, verdict, why) in enumerate(s.county.cases("HP12", cases), 1):
        key = s.project("300.00")
        person = s.newcomer()
        voucher = f"ZF20229{turn:05d}" if apart == "gone" else None if apart == "unnamed" else s.county.pay(
            date(2022, 12, 20), D("270.00") + (D(apart) if apart not in ("gone", "unnamed") else 0), f"FP{key[2:]}", key, "农村信用社一卡通代发户", "补助资金")  # fmt: skip
        s.line(person, LISTED, "270.00", "2022-12", paid_on=date(2022, 12, 20), project_id=key, payment_id=voucher)
        if apart == "unnamed":
            s.county.plant("HP12", key, "undetermined", LINES, "project_id", key)
        else:
            s.say("HP12", voucher, verdict, why, LINES, "id_number", person.id_number)
