"""What random rows seldom make, added to each ledger with its own keys (Q…): money that is all allocated or cut again, a fund that is
paid to the cent, works on their limits, persons who died, hold an office or share a household, files without keys."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from books import LIMIT, STEPS, Record, read

Tables = dict[str, list[Record]]
SUPPORT = ("衔接资金", "衔接 资金")
ACCOUNTS = {"unit": "6228480199990011234", "special": "6228480199990021234"}
# Thirty payments near Benford's shares; with a 9 for one, two or three of the 1s below, on and above the limit that DQ04 is given.
DIGITS = "111111111222223333444555667789"


def edges(rng: random.Random, as_of: dt.date, tables: Tables, number: Callable[[random.Random, int], str]) -> Tables:
    """The tables with the rows that belong to no other."""
    for add in (indicators, one_fund, works, finished, handed_out, private_persons, first_digits, notices, management_fee):
        add(rng, as_of, tables)
    people(rng, as_of, tables, number)
    if rng.random() < 0.3:  # a file of payments without any key of its allocation
        for p in tables["payments"]:
            p |= {"allocation_id": None, "doc_no": None}
    if rng.random() < 0.25:  # a ledger of money from above alone
        for i in tables["indicators"]:
            i |= {"level": "市" if i["level"] == "县" else i["level"], "matches": None}
    return tables


def day(as_of: dt.date, back: int) -> str:
    return (as_of - dt.timedelta(days=back)).isoformat()


def add_money(tables: Tables, key: str, amount: float, received: str, **more: Any) -> None:
    own = {"indicator_id": f"QZ{key}", "fund_name": f"专项{key}", "fund_type": "其他资金", "direct_tag": "非直达", "level": "省", "amount": amount,
           "budget_year": int(received[:4]), "received_on": received, "reported_on": received, "doc_no": f"财农〔2022〕9{key}号", "attachment": "a.pdf"}  # fmt: skip
    tables["indicators"].append(own | more)


def add_project(tables: Tables, key: str, **more: Any) -> None:
    own = {"project_id": f"QX{key}", "name": f"专项{key}", "unit": "丁局", "department": "主管丙", "category": "其他", "status": "在建",
           "stored_on": "2021-01-01", "approved_on": "2021-01-01"}  # fmt: skip
    tables["projects"].append(own | more)


def add_part(
    tables: Tables, key: str, indicator: str, amount: float, allocated: str | None, project: str | None = None, **more: Any
) -> None:
    own = {"allocation_id": f"QF{key}", "indicator_id": f"QZ{indicator}", "project_id": project and f"QX{project}", "unit": "丁局", "amount": amount,
           "pending": "否", "allocated_on": allocated, "plan_approved_on": "2021-01-05", "disbursed_on": "2021-01-10", "minutes_no": "1号"}  # fmt: skip
    tables["allocations"].append(own | more)


def add_payment(tables: Tables, key: str, allocation: str, amount: float, paid: str, **more: Any) -> None:
    own = {"payment_id": f"QP{key}", "allocation_id": f"QF{allocation}", "amount": amount, "paid_on": paid, "payee_name": "戊公司", "payee_kind": "最终收款人",
           "purpose": "工程款", "method": "转账", "entered_on": paid}  # fmt: skip
    tables["payments"].append(own | more)


def indicators(rng: random.Random, as_of: dt.date, tables: Tables) -> None:
    """All allocated around the thirtieth day; cut by all of the rest or less; of two years ago; matched by the county in part or late;
    in equal parts."""
    add_money(tables, "1", 500, day(as_of, 150), budget_year=as_of.year - 2)
    add_part(tables, "1", "1", 500, day(as_of, 150 - rng.choice((29, 30, 31, 31, 60))), disbursed_on="2021-01-11")
    for key in ("2", "2b"):
        add_money(tables, key, 500, day(as_of, 100), fund_name="追减项目")
    add_money(tables, "3", -rng.choice((900, 1000, 1000)), day(as_of, 90), fund_name="追减项目")
    for key in ("4", "4b"):
        add_money(tables, key, 20000, day(as_of, 800), budget_year=as_of.year - 2)
    if rng.random() < 0.4:
        received = rng.choice((90, 91, 92, 160))
        add_money(tables, "5", 600, day(as_of, received), matching_due=300)
        own = {"level": "县", "matches": "QZ5", "budget_year": as_of.year}
        add_money(tables, "6", rng.choice((299.99, 300, 300)), day(as_of, max(received - rng.choice((89, 90, 91)), 0)), **own)
        add_money(tables, "7", 600, day(as_of, rng.choice((90, 91, 150, 150))), matching_due=100)
    central = {"level": "中央", "fund_type": "衔接资金", "direct_tag": "直达", "to_household": "否"}
    add_money(tables, "h", 1000, f"{as_of.year}-02-01", **central)
    for key, category, amount in zip("ABC", ("产业发展", None, "基础设施"), industry(rng), strict=True):
        add_project(tables, key, category=category)
        add_part(tables, f"h{key}", "h", amount, day(as_of, 15), key)
    for key in "ef":
        add_money(tables, key, 100, day(as_of, 140), to_household="否")
        more = rng.choice((0, 0, 0, 0, 0.01))
        for n in range(rng.choice((4, 5, 5, 5, 6))):
            add_part(
                tables,
                f"{key}{n}",
                key,
                20 + (0 if n else more),
                day(as_of, 130),
                unit=f"{n}局",
                to_household="否",
                disbursed_on="2021-01-10" if n else "2021-01-12",
            )


def industry(rng: random.Random) -> tuple[float, float, float]:
    """Parts of 1,000 yuan for industry, for what has no category, for works: around the shares of 2022 and 2023."""
    own, without = rng.choice((300, 549.99, 550, 600, 599.99, 800)), rng.choice((1, 100, 190, 190))
    return own, without, round(1000 - own - without, 2)


def one_fund(rng: random.Random, as_of: dt.date, tables: Tables) -> None:
    """A fund of its own, paid to what its pace or the year's end asks for, to 100 yuan less, a cent more or less."""
    add_money(tables, "8", 12000, f"{as_of.year}-01-03", fund_type="丁资金", direct_tag="其他直达")
    start = day(as_of, 300)
    month = f"{as_of - dt.timedelta(days=60):%Y.%m}"
    add_project(
        tables,
        "8",
        joint_accepted_on=month,
        planned_start=start,
        actual_start=day(as_of, 300 - rng.choice((0, 30, 31))),
        planned_finish=day(as_of, rng.choice((30, 31, 45))),
    )
    add_part(tables, "8", "8", 12000, f"{as_of.year}-01-04", "8")
    months = as_of.month if (as_of + dt.timedelta(days=1)).day == 1 else as_of.month - 1
    required = min(months * 1000, 11400)
    paid = max(required + rng.choice((0, 0, 0, -0.01, -100, -100.01, 500)), 1)
    add_payment(tables, "8", "8", paid, day(as_of, 20), project_id="QX8")


def works(rng: random.Random, as_of: dt.date, tables: Tables) -> None:
    """Works whose start, tender, acceptance, last payment and month's plan lie on their limits, a second payment without its contract."""
    tender, start = as_of - dt.timedelta(days=300), as_of - dt.timedelta(days=200)
    month = (as_of.replace(day=1) - dt.timedelta(days=1)).replace(day=3)
    joint = day(as_of, rng.choice((59, 60, 61, 61, 90)))
    add_project(
        tables, "1", unit="丙局", category="基础设施", planned_amount=rng.choice((LIMIT, LIMIT, LIMIT - 0.01)), tender_on=tender.isoformat(),
        drawing_review_on=rng.choice((day(tender, -1), day(tender, 0), day(tender, 1), None)), planned_start=start.isoformat(),
        actual_start=day(start, -rng.choice((29, 30, 31, 31))), planned_finish=day(as_of, rng.choice((29, 30, 31, 31))),
        joint_accepted_on=rng.choice((joint, f"{month:%Y.%m}", f"{month:%Y.%m}")), physical_progress=rng.choice((0.96, 1)), stored_on=None,
    )  # fmt: skip
    permit = {"project_id": "QX1", "kind": "地勘", "required": "是"}
    tables["permits"].append(permit | {"issued_on": rng.choice((day(start, -28), day(start, -29), day(start, -32), None))})

    def add_contract(key: str, **own: Any) -> None:
        tables["contracts"].append({"contract_id": f"QH{key}", "kind": "施工", "retention_ratio": "3%"} | own)

    signed = day(as_of, 150)
    add_contract("1", project_id="QX1", contractor="己公司", amount=1000, signed_on=signed)
    part = rng.choice((LIMIT / 2, LIMIT / 2, LIMIT / 2 - 0.01))
    for n in range(2):
        own = rng.choice((signed, signed, None)) if n else signed
        add_contract(f"2{n}", project_id="QX8", contractor="庚公司", amount=part, signed_on=own, retention_ratio=None)
    if rng.random() < 0.5:
        add_contract("3", project_id="QX8", contractor="己公司", amount=9000, signed_on=signed)
    add_money(tables, "9", 9000, day(as_of, 200), budget_year=as_of.year - 2)
    add_part(tables, "9", "9", 2000, day(as_of, 190), "1")
    paid = rng.choice((969.99, 970, 970.01, 985, 985, 985, 985))
    add_payment(tables, "91", "9", paid, month.isoformat(), project_id="QX1", contract_id="QH1")
    if rng.random() < 0.6:
        add_payment(tables, "92", "9", 40, day(as_of, 1), project_id="QX1")
    plan = {"month": f"{month:%Y-%m}", "unit": "丙局", "project_id": "QX1", "issued_on": month.replace(day=4).isoformat()}
    tables["month_plans"].append(plan | {"amount": rng.choice((paid, paid, paid, paid + 0.01))})
    if (as_of.month, as_of.day) == (12, 31):
        for project in ("QX1", "QX8"):
            tables["performance"].append(
                {"project_id": project, "year": as_of.year, "metric": "里程", "target": 10, "direction": "≥", "actual": rng.choice((8, 7.99, 7.99, 7))}
            )  # fmt: skip


def finished(rng: random.Random, as_of: dt.date, tables: Tables) -> None:
    """Finished around the ninetieth day with a surplus around its limit or without a price, half of it paid at the year's end; money
    without its day; industry of two years ago with or without its benefits."""
    finish = day(as_of, rng.choice((89, 90, 91, 91, 200)))
    add_project(
        tables,
        "2",
        status="完工",
        planned_finish=finish,
        actual_finish=finish,
        settled_amount=rng.choice((None, 500, 500, 499.99, 100)),
        stored_on=day(as_of, 100),
    )
    add_part(tables, "2", "9", 1500, day(as_of, 180), "2", plan_approved_on=day(as_of, 100), disbursed_on=None)
    for n, amount in enumerate(rng.choice(((500, 500), (500, 500.01), (300, 399.99), (300, 400)))):
        add_payment(tables, f"2{n}", "2", amount, day(as_of, (150, 20)[n]), project_id="QX2")
    undated = rng.choice((None, None, None, None, day(as_of, 29), day(as_of, 30)))
    add_project(tables, "3", stored_on=rng.choice(("2021-01-01", None)), approved_on=f"{as_of - dt.timedelta(days=29):%Y.%m}")
    add_part(tables, "3", "9", 1500, undated, "3")
    add_part(tables, "3b", "9", 100, day(as_of, 29), "3")
    if rng.random() < 0.5:
        add_project(
            tables,
            "9",
            category="产业发展",
            status="完工",
            actual_finish=day(as_of, 760),
            approved_on=None,
            stored_on=day(as_of, 20),
        )
        add_part(tables, "9b", "9", 50, day(as_of, 700), "9")


def handed_out(rng: random.Random, as_of: dt.date, tables: Tables) -> None:
    """A project for households that pays each the same, with what is left of it, its last day and its benefits around their limits."""
    amounts = rng.choice(((100, 100), (100, 100), (100, 101)))
    add_project(tables, "4", category="产业发展", to_household="是", stored_on=day(as_of, 100))
    add_part(tables, "4", "9", 1000 + sum(amounts) + rng.choice((0, 0.01, 0.01, 0.01)), day(as_of, 185), "4")
    last = rng.choice((30, 31, 31, 31))
    for n, amount in enumerate(amounts):
        own = {
            "subsidy": "种苗补助",
            "name": ("秦一", "许二")[n],
            "id_number": None,
            "amount": amount,
            "paid_on": day(as_of, last + n),
        }
        own |= {"project_id": "QX4", "payment_id": "QPh0", "township": "一乡", "village": "东村", "card_no": ("QC3", None)[n]}
        tables["household_payments"].append(own)
    add_payment(tables, "h0", "4", sum(amounts), day(as_of, last + 1), project_id="QX4", payee_name="农商行")
    for year in (as_of.year - 2, as_of.year - 1):
        tables["benefits"].append({"project_id": "QX4", "year": year, "due": 100, "paid": rng.choice((100, 99.99))})


def private_persons(rng: random.Random, as_of: dt.date, tables: Tables) -> None:
    """Payments of a project that two indicators fund: to a person around the limit, to nobody named, to a unit's own account thrice within
    days, to a township; through accounts that money should and should not pass."""
    add_project(tables, "5", physical_progress=rng.choice((0.7, 0.8)), status="未开工")
    if rng.random() < 0.5:
        tables["permits"].append({"project_id": "QX5", "kind": "环评", "required": "是", "issued_on": None})
    for account, kind in (ACCOUNTS["unit"], "零余额账户"), (ACCOUNTS["special"], "财政专户"):
        tables["accounts"].append({"account_no": account, "account_name": f"丁局{kind}", "kind": kind, "approved_no": "批1号"})
    for n, plan in (("a", "2021-01-05"), ("b", day(as_of, 27))):
        add_money(tables, n, 3000, day(as_of, 170), budget_year=as_of.year - 2)
        add_part(tables, n, n, 3000, day(as_of, 160), "5", plan_approved_on=plan)
    own = {"project_id": "QX5", "payer_account": ACCOUNTS["unit"]}
    around = (999.99, 1000, 1000, 1000, 1000.01)
    add_payment(tables, "a0", "a", rng.choice(around), day(as_of, 40), payee_name="赵五", method="现金", **own)
    own_account = {"payee_name": "赵五", "payee_kind": "财政专户", "purpose": "会议费"}
    add_payment(tables, "a1", "a", rng.choice(around), day(as_of, 49), **own_account, **own)
    for n in range(4):
        add_payment(tables, f"b{n}", "a", 1001, day(as_of, 3 * n), payee_name=None, method=None, purpose=None, **own)
    unit = {
        "payee_name": "辛公司",
        "payee_kind": "预算单位实有资金账户",
        "project_id": "QX5",
        "payer_account": ACCOUNTS["special"],
    }
    later = rng.choice((6, 7, 7, 7, 8))
    for n, back in enumerate((30, 30 - later, 23 - later, 16 - later)):
        add_payment(
            tables, f"c{n}", "b", 55.5, day(as_of, back), entered_on=None, **unit | ({"payee_kind": "财政专户"} if n == 3 else {})
        )
    add_payment(tables, "a2", "a", 2000, day(as_of, 60), payee_name="钱六", entered_on=day(as_of, 20), **own)
    add_payment(tables, "d0", "b", 77, day(as_of, 28), payee_name="某镇人民政府", **own)
    add_payment(tables, "d1", "b", 1000, day(as_of, 29), payee_name="某镇财政所", method="现金", **own)
    for p in tables["payments"]:
        dated = p["payment_id"] in ("QPa0", "QPa1", "QPd0", "QP8", "QP91")
        if dated or p["payment_id"] in ("QPc0", "QPc1"):
            for step, reviewer in zip(STEPS, "甲乙", strict=True):
                approval = {"payment_id": p["payment_id"], "step": step, "reviewer": reviewer, "round": 1, "decision": "同意"}
                tables["approvals"].append(approval | {"decided_on": p["paid_on"] if dated else None})


def first_digits(rng: random.Random, as_of: dt.date, tables: Tables) -> None:
    """A unit whose payments of last year begin with digits below, on or above the limit of DQ04."""
    add_project(tables, "6", unit="壬局", status="取消")
    nines = rng.choice((1, 2, 2, 3))
    for n, digit in enumerate("9" * nines + DIGITS[nines:]):
        own = {"payment_id": f"QD{n:02d}", "project_id": "QX6", "amount": int(digit) / 100, "payee_name": "戊公司"}
        tables["payments"].append(own | {"paid_on": f"{as_of.year - 1}-03-01"})


def notices(rng: random.Random, as_of: dt.date, tables: Tables) -> None:
    """Notices of money that name no indicator and no allocation; boards around the tenth day or taken down before they were put up;
    reports of which nobody knows when they were sent."""
    for n in rng.sample(range(1, 7), 3):
        tables["submissions"].append({"kind": "县级月报", "period": f"{as_of.year}-{n:02d}", "submitted_on": None})
    shown = day(as_of, 30)
    for key in ("e0", "e1", "e2", "f0", "f1", "f2"):
        own = {"item_id": f"QG{key}", "kind": "分配结果", "subject_id": f"QF{key}"}
        tables["disclosures"].append(own | {"arisen_on": day(as_of, 130), "disclosed_on": day(as_of, 129)})
    for n, down in enumerate((21, 20, 19, 31)):
        if rng.random() < 0.5:
            own = {"item_id": f"QG{n}", "kind": "政策制度", "arisen_on": shown, "disclosed_on": shown}
            tables["disclosures"].append(own | {"channel": "村公示栏", "taken_down_on": day(as_of, down)})
    if rng.random() < 0.3:
        tables["disclosures"] = [d for d in tables["disclosures"] if d["kind"] not in ("资金到账", "分配结果")]
        for kind in ("资金到账", "分配结果"):
            tables["disclosures"].append({"item_id": f"QG{kind}", "kind": kind, "arisen_on": shown, "disclosed_on": shown})


def management_fee(rng: random.Random, as_of: dt.date, tables: Tables) -> None:
    """A fee of just a hundredth of the support funds, a cent more, or decided by a part without a day."""
    whole = sum(
        i["amount"] for i in tables["indicators"]
        if i["budget_year"] == as_of.year and i["fund_type"] in SUPPORT and isinstance(i["amount"], (int, float)) and read(i["received_on"]) <= as_of
    )  # fmt: skip
    source = next(
        (
            i
            for i in tables["indicators"]
            if i["budget_year"] == as_of.year and i["fund_type"] in SUPPORT and read(i["received_on"]) <= as_of
        ),
        None,
    )
    if whole <= 0 or source is None or rng.random() < 0.3:
        return
    for p in tables["projects"]:
        p["category"] = "其他" if p["category"] == "项目管理费" else p["category"]
    add_project(tables, "7", category="项目管理费")
    undated = rng.choice((0, 1))
    for n, (amount, allocated) in enumerate(
        ((whole / 100 + rng.choice((0, 0, 0.01)) - undated / 2, day(as_of, 35)), (undated, None))
    ):
        if amount > 0:
            add_part(tables, f"7{n}", "9", round(amount, 2), allocated, "7", indicator_id=source["indicator_id"])


WHO = {
    "unlisted": "周无", "official": "吴官", "clerk": "沈员", "dead": "郑去", "long": "韩久", "gone": "王远", "wrong": "杨号", "false": "许误", "other": "冯甲", "left": "朱出",
    "one": "褚一", "two": "卫双", "late": "蒋故",
}  # fmt: skip


def people(rng: random.Random, as_of: dt.date, tables: Tables, number: Callable[[random.Random, int], str]) -> None:
    """Persons with rows of their own: not on the register and on a list, dead around the limits, one number with two names, a household
    with a subsidy twice and with two that exclude each other, one standard met and missed, a register entry of the dead."""
    who = dict(zip(WHO, (number(rng, 80 + n) for n in range(len(WHO))), strict=True))
    for key in ("wrong", "false"):
        who[key] = who[key][:-1] + ("1" if who[key][-1] != "1" else "2")

    def paid(key: str, subsidy: str, back: int, **more: Any) -> None:
        own = {"subsidy": subsidy, "id_number": who[key], "name": WHO[key], "household_id": f"QH{key}", "township": "一乡", "village": "东村", "amount": 120,
               "paid_on": day(as_of, back), "basis_kind": "到人"}  # fmt: skip
        tables["household_payments"].append(own | more)

    def listed(key: str, register: str, back: int | None, **more: Any) -> None:
        since = None if back is None else day(as_of, back)
        own = {"register": register, "id_number": who[key], "name": WHO[key], "since": since, "list_date": day(as_of, 10)}
        own |= {"list_date": rng.choice((None, day(as_of, 10)))} if register == "财政供养" else {}
        tables["registers"].append(own | more)

    def registered(key: str, relation: str = "户主", **more: Any) -> None:
        own = {"id_number": who[key], "name": WHO[key], "household_id": f"QH{key}", "township": "一乡", "village": "东村", "entered_on": "2016-01-01",
               "relation": relation, "kind": "脱贫户"}  # fmt: skip
        tables["beneficiaries"].append(own | more)

    paid("unlisted", "产业补助", 52, card_no="QC1")
    for key, since in (("official", rng.choice((51, 52, 700))), ("clerk", None), ("unlisted", None)):
        paid(key, "产业补助", 51 + (key == "unlisted"), card_no="QC1")
        listed(key, "财政供养", since)
    paid("official", "产业补助", 52, card_no="QC2", period=f"{as_of - dt.timedelta(days=51):%Y-%m}", amount=130)
    listed("clerk", "村干部", rng.choice((700, None, None, None, None)))
    listed("clerk", "死亡", 400, id_number=who["clerk"][:8] + "5" + who["clerk"][9:])
    for key, since in (("dead", rng.choice((29, 30, 31, 31, 60))), ("long", 60)):
        paid(key, "高龄津贴", 45, period=f"{as_of - dt.timedelta(days=45):%Y-%m}")
        listed(key, "死亡", 45 + since)
    paid("gone", "高龄津贴", 215)
    listed("gone", "死亡", 215 + rng.choice((179, 180, 181, 181, 190)))
    for card in ("62****1", "QC9"):
        paid("wrong", "高龄津贴", 57, card_no=card)
    paid("false", "高龄津贴", 61)
    for key in ("wrong", "false"):
        paid(key, "产业补助", 61)
        listed(key, "财政供养", None)
    paid("other", "产业补助", 58, card_holder="冯甲")
    registered("other", name=rng.choice(("冯乙", "冯乙", "冯甲")))
    listed("other", "村干部", 700)
    listed("other", "财政供养", None)
    paid("other", "慰问金", 59)
    listed("other", "户籍", None)
    paid("left", "产业补助", 60)
    registered("left", name="朱?", exited_on=day(as_of, 60 + rng.choice((179, 180, 181))))
    registered("long", name="韩六")
    registered("late")
    listed("late", "死亡", rng.choice((59, 60, 61, 61, 90, None)))
    household(rng, as_of, paid, registered, listed)
    own = {
        "subsidy": "草种补贴",
        "kinds": "脱贫不稳定户",
        "from_date": "2015-01-01",
        "basis_kind": "到人",
        "amount": 100,
        "per": "年",
    }
    tables["standards"].append(own | {"fixed": "是", "universal": "是"})
    if rng.random() < 0.5:
        paid("unlisted", "高龄津贴", 56, township=None, village=None)


def household(rng: random.Random, as_of: dt.date, paid: Callable, registered: Callable, listed: Callable) -> None:
    """Two of one household: a household's subsidy to one or both, another five years before, last year's subsidy of a person."""
    home = {"household_id": "QHboth"}
    registered("one", kind="脱贫不稳定户", **home)
    registered("two", "配偶", kind="脱贫不稳定户", **home)
    same = home | {"basis_kind": "到户", "period": f"{as_of - dt.timedelta(days=53):%Y-%m}", "card_holder": "褚一"}
    paid("one", "产业补助", 53, **same)
    if rng.random() < 0.7:
        paid("two", "产业补助", 54, **same)
    first = as_of - dt.timedelta(days=53)
    five = first.replace(year=first.year - 5, day=min(first.day, 28) if first.month == 2 else first.day)
    paid("one", "慰问金", (as_of - five).days + rng.choice((-1, 0, 1, 1)), **home)
    listed("one", "户籍", None)
    last = (as_of - dt.date(as_of.year - 1, 12, 31)).days
    yearly = home | {"period": f"{as_of.year - 1}-06", "card_holder": "卫双"}
    after = rng.choice([days for days in (20, 90, 91, 91) if days <= last])
    paid("one", "草种补贴", last - after, amount=rng.choice((100, 99.01, 99, 100.01)), **yearly)
    if rng.random() < 0.55:
        paid("two", "草种补贴", last - after, amount=rng.choice((100, 60, 150)), **yearly)
