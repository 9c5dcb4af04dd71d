"""Random county files with edges: limits met and missed by a day or a cent, refunds, near numbers, cells held as numbers, unreadable
amounts, empty cells, months for days, leap days, several indicators of one project. One workbook a county, a sheet a table."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

from books import filled
from edges import edges
from openpyxl import Workbook

from fundaudit.contract import TABLES

DAYS = [
    dt.date(2022, 12, 31),
    dt.date(2022, 12, 31),
    dt.date(2024, 2, 29),
    dt.date(2022, 6, 30),
    dt.date(2022, 9, 15),
    dt.date(2023, 3, 1),
    dt.date(2023, 4, 1),
]
TARGETED, OPEN = ("产业补助",), ("高龄",)
SUBSIDIES = ["产业补助", "产业补助", "产业 补助", "高龄津贴", "慰问金", "产业补助（2022）", "产业补助(2022)", "丧葬补助"]
SURNAMES, GIVEN = "张陈刘马", "国华明秀英"
UNREADABLE = "约三千"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

Record = dict[str, Any]


def write(seed: int, folder: Path) -> dt.date:
    """Writes `county.xlsx` into the folder; the audit date."""
    rng = random.Random(seed)
    as_of = rng.choice(DAYS)
    tables = edges(rng, as_of, filled(rng, as_of, money(rng, as_of) | people(rng, as_of)), number)
    for name, rows in tables.items() if spoilt(seed) else ():
        spoil(rng, name, rows)
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        if rows:
            write_sheet(book, name, rows)
    book.save(folder / "county.xlsx")
    return as_of


def spoilt(seed: int) -> bool:
    """Whether a ledger has rows that are refused."""
    return seed % 2 == 1


def write_sheet(book: Workbook, name: str, rows: list[Record]) -> None:
    table = TABLES[name]
    columns = [c for c in table.columns if any(c.name in row for row in rows)]
    sheet = book.create_sheet(table.title)
    sheet.append([c.header for c in columns])
    for row in rows:
        sheet.append([row.get(c.name) for c in columns])


def spoil(rng: random.Random, name: str, rows: list[Record]) -> None:
    """Now and then an amount that nobody can read, which refuses its row."""
    for row in rows:
        if name in ("payments", "allocations", "indicators", "household_payments") and rng.random() < 0.02:
            row["amount"] = UNREADABLE


def some(rng: random.Random, value: Any, share: float = 0.85) -> Any:
    return value if rng.random() < share else None


def near(rng: random.Random, day: dt.date, *limits: int) -> dt.date:
    """A day that meets a limit, misses it by one, or lies anywhere in three years."""
    if limits and rng.random() < 0.6:
        return day - dt.timedelta(days=rng.choice(limits) + rng.choice((-1, 0, 1)))
    return day - dt.timedelta(days=rng.randint(-40, 900))


def as_cell(rng: random.Random, day: dt.date | None, by_month: bool = False) -> Any:
    if day is None:
        return None
    return f"{day.year}.{day.month:02d}" if by_month and rng.random() < 0.2 else day.isoformat()


def money(rng: random.Random, as_of: dt.date) -> dict[str, list[Record]]:
    indicators = [indicator(rng, as_of, n) for n in range(rng.randint(2, 6))]
    projects = [project(rng, as_of, n) for n in range(rng.randint(2, 5))]
    allocations = [a for i in indicators for a in split(rng, as_of, i, projects)]
    for n, a in enumerate(allocations):
        a["allocation_id"] = f"F{n:03d}"
    contracts = [contract(rng, n, projects) for n in range(rng.randint(0, 4))]
    payments = [p for n in range(rng.randint(4, 14)) for p in payment(rng, as_of, n, indicators, allocations, projects)]
    accounts, balances = account_tables(rng, as_of)
    return {
        "indicators": indicators, "allocations": allocations, "projects": projects, "contracts": contracts,
        "payments": payments, "accounts": accounts, "balances": balances,
    }  # fmt: skip


def indicator(rng: random.Random, as_of: dt.date, n: int) -> Record:
    received = near(rng, as_of, 30)
    negative = rng.random() < 0.2
    return {
        "indicator_id": f"Z{n:03d}",
        "doc_no": f"财农〔2022〕{rng.randint(1, 4)}号" if rng.random() < 0.8 else None,
        "fund_name": rng.choice(["衔接补助", "衔接 补助", "以工代赈"]),
        "fund_type": rng.choice(["衔接资金", "衔接 资金", "涉农整合", None]),
        "direct_tag": rng.choice(["直达", "参照直达", "非直达", "直达", None]),
        "budget_year": as_of.year - rng.choice((0, 0, 0, 1, 1, 2, -1)),
        "amount": (-1 if negative else 1) * rng.choice((1000, 1000, 5000, 20000, 120000)),
        "received_on": as_cell(rng, received),
        "integrated": rng.choice(["是", "否", None]),
    }


def split(rng: random.Random, as_of: dt.date, i: Record, projects: list[Record]) -> list[Record]:
    """The indicator's allocations: up to its amount but for 100 yuan and a cent more or less."""
    rest, parts = i["amount"] - rng.choice((0, 0, 100, 100.01, 99.99, 300)), rng.randint(0, 3)
    amounts = [round(rest / parts, 2) for _ in range(parts)]
    if amounts:
        amounts[-1] = round(rest - sum(amounts[:-1]), 2)
    rows = []
    for amount in amounts:
        day = near(rng, as_of, 30, 60, 90)
        rows.append(
            {
                "indicator_id": i["indicator_id"],
                "project_id": some(rng, rng.choice(projects)["project_id"]),
                "unit": rng.choice(["甲局", "乙局"]),
                "amount": amount,
                "pending": rng.choice(["是", "否", None, None, None]),
                "allocated_on": as_cell(rng, some(rng, day)),
            }
        )
    return rows


def project(rng: random.Random, as_of: dt.date, n: int) -> Record:
    dates = {}
    for column, limits in (
        ("planned_start", (30,)),
        ("actual_start", (0,)),
        ("planned_finish", (30,)),
        ("actual_finish", (90, 180)),
    ):
        dates[column] = as_cell(rng, some(rng, near(rng, as_of, *limits), 0.7), by_month=True)
    return {
        "project_id": f"X{n:03d}",
        "name": f"第{n}项目",
        "to_household": rng.choice(["是", "否", None]),
        "settled_amount": some(rng, rng.choice((100, 1000, 4000, 9000, 10000)), 0.5),
        "physical_progress": rng.choice([None, 0, 0.1, 0.2, 0.3, 0.5, 0.8, 1]),
        "status": rng.choice([None, "在建", "完工", "取消", "未开工", "在建", "完 工"]),
    } | dates


def contract(rng: random.Random, n: int, projects: list[Record]) -> Record:
    return {
        "contract_id": f"H{n:03d}",
        "project_id": rng.choice(projects)["project_id"],
        "kind": rng.choice(["施工", "监理", "采购", None]),
        "contractor": "建筑公司",
        "amount": rng.choice((0, 900, 5000, 10000)),
    }


def payment(
    rng: random.Random, as_of: dt.date, n: int, indicators: list[Record], allocations: list[Record], projects: list[Record]
) -> list[Record]:
    """One voucher of one or two lines, now and then taken back on the same voucher or to the same payee."""
    own = rng.choice(allocations) if allocations and rng.random() < 0.6 else None
    amount = rng.choice((10, 11, 100, 400, 1000, 3000, 4000.01))
    day = near(rng, as_of, 0, 5, 20, 60)
    row = {
        "payment_id": f"P{n:03d}",
        "allocation_id": own["allocation_id"] if own and rng.random() < 0.8 else rng.choice([None, None, "F999"]),
        "project_id": rng.choice([own and own["project_id"], rng.choice(projects)["project_id"], None, "X999"]),
        "doc_no": rng.choice([None, rng.choice(indicators)["doc_no"], "财农(2022)9号"]),
        "paid_on": as_cell(rng, day),
        "amount": amount,
        "payee_name": rng.choice(["甲公司", "乙公司", None]),
        "payee_account": rng.choice([account(rng, 1), account(rng, 2), account(rng, 9), None]),
        "payee_kind": rng.choice(["最终收款人", "财政专户", "预算单位实有资金账户", None, None, None]),
    }
    rows = [row]
    if rng.random() < 0.3:
        back = day + dt.timedelta(days=rng.choice((0, 3, 10, 11, 40)))
        again = rng.choice([row["payment_id"], f"R{n:03d}"])
        rows.append(
            row
            | {"payment_id": again, "paid_on": as_cell(rng, back), "amount": -rng.choice((amount, amount, round(amount / 2, 2)))}
        )
    return rows


def account(rng: random.Random, n: int) -> Any:
    """Nineteen digits; now and then a number, which loses the last ones, or masked."""
    own = f"622848012345{n:03d}1234"
    return rng.choice([float(own), own[:4] + "*" * 11 + own[15:], own[:15] + "9999"]) if rng.random() < 0.12 else own


def account_tables(rng: random.Random, as_of: dt.date) -> tuple[list[Record], list[Record]]:
    kinds = ["财政专户", "预算单位实有资金账户", "零余额账户", "国库单一账户", "国库 单一账户"]
    accounts = [
        {
            "account_no": account(rng, n),
            "account_name": f"账户{n}",
            "kind": rng.choice(kinds),
            "closed_on": as_cell(rng, some(rng, near(rng, as_of, 0), 0.15)),
        }
        for n in range(rng.randint(0, 4))
    ]
    balances = []
    for n in range(rng.randint(0, 6)):
        latest = near(rng, as_of, 0, 31) if rng.random() < 0.4 else as_of - dt.timedelta(days=rng.choice((0, 1, 30, 31)))
        days = {latest, latest - dt.timedelta(days=90)} if rng.random() < 0.7 else {latest}
        days |= {latest - dt.timedelta(days=rng.choice((89, 91, 92, 93, 30, 60, 183, 182))) for _ in range(rng.randint(0, 3))}
        own = account(rng, n)
        balances += [
            {
                "account_no": own,
                "as_of": as_cell(rng, day),
                "balance": rng.choice((99999.99, 100000, 100000, 250000, 300000, 300000)),
            }
            for day in sorted(days)
        ]
    return accounts, balances


# ---- people


def number(rng: random.Random, n: int) -> str:
    first = f"1101011960{rng.choice(('0229', '0101', '1231'))}{n:03d}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def other_number(rng: random.Random, own: str) -> str:
    """The number as another sheet may hold it: as it is, a digit wrong, missing or added, two swapped, masked or cut."""
    place = rng.randint(5, 16)
    return rng.choice(
        [
            *(own,) * 12,
            own[:place] + str((int(own[place]) + 1) % 10) + own[place + 1 :],
            own[:place] + own[place + 1 :],
            own[:place] + "7" + own[place:],
            own[: place - 1] + own[place] + own[place - 1] + own[place + 1 :],
            own[:6] + "********" + own[14:],
            own.lower(),
        ]
    )  # fmt: skip


def number_cell(rng: random.Random, own: str) -> Any:
    """Now and then the cell holds a number, which loses the last digits."""
    return float(own) if own.isdecimal() and rng.random() < 0.06 else own


def other_name(rng: random.Random, own: str) -> str:
    place = rng.randrange(len(own))
    return rng.choice(
        [
            own, own, own, own, own,
            own[:place] + rng.choice("?*？") + own[place + 1 :],
            own[:place] + "明" + own[place + 1 :],
            own[:1] + " " + own[1:],
            own.translate(str.maketrans("张陈刘马国华", "張陳劉馬國華")),
            own + "英", own + "英",
        ]
    )  # fmt: skip


def people(rng: random.Random, as_of: dt.date) -> dict[str, list[Record]]:
    persons = []
    for n in range(rng.randint(4, 9)):
        name = rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2, 3))))
        persons.append(
            {
                "id_number": number(rng, n),
                "name": name,
                "household_id": f"H{rng.randint(1, 4)}",
                "village": rng.choice(["东村", "西村"]),
            }
        )
    return {
        "beneficiaries": [row for p in persons if rng.random() < 0.65 for row in on_register(rng, as_of, p)],
        "registers": [on_list(rng, as_of, p) for p in persons if rng.random() < 0.75],
        "standards": standards(rng, as_of),
        "household_payments": [line for p in persons for line in paid(rng, as_of, p)],
    }


def on_register(rng: random.Random, as_of: dt.date, p: Record) -> list[Record]:
    entered = [dt.date(rng.choice((2013, 2016, as_of.year - 1, as_of.year)), rng.randint(1, 12), rng.choice((1, 15, 28)))]
    if rng.random() < 0.15:
        entered.append(entered[0] + dt.timedelta(days=500))
    rows = []
    own = number_cell(rng, other_number(rng, p["id_number"]))
    for day in entered:
        left = some(rng, day + dt.timedelta(days=rng.randint(30, 900)), 0.35)
        rows.append(
            {
                "id_number": own,
                "name": other_name(rng, p["name"]),
                "household_id": some(rng, p["household_id"]),
                "township": "一乡",
                "village": some(rng, p["village"], 0.8),
                "entered_on": as_cell(rng, some(rng, day, 0.9) if len(entered) == 1 else day, by_month=True),
                "exited_on": as_cell(rng, left, by_month=True),
            }
        )
    return rows


def on_list(rng: random.Random, as_of: dt.date, p: Record) -> Record:
    return {
        "register": rng.choice(["死亡", "死亡", "死亡", "财政供养"]),
        "id_number": number_cell(rng, other_number(rng, p["id_number"])),
        "name": some(rng, other_name(rng, p["name"]), 0.9),
        "since": as_cell(
            rng,
            some(rng, as_of - dt.timedelta(days=rng.choice((10, 29, 30, 31, 60, 179, 180, 181, 400, 400, 700, 700))), 0.9),
            by_month=True,
        ),
    }


def standards(rng: random.Random, as_of: dt.date) -> list[Record]:
    rows = {}
    for _ in range(rng.randint(0, 4)):
        subsidy, kinds, begins = (
            rng.choice(SUBSIDIES),
            rng.choice([None, "脱贫户"]),
            rng.choice((2020, as_of.year - 1, as_of.year)),
        )
        rows[subsidy, kinds, begins] = {
            "subsidy": subsidy,
            "kinds": kinds,
            "from_date": f"{begins}-0{rng.choice((1, 5))}-01",
            "basis_kind": rng.choice(["到人", "到户"]),
            "amount": 100,
            "per": rng.choice(["月", "季", "年", "次"]),
        }
    return list(rows.values())


def paid(rng: random.Random, as_of: dt.date, p: Record) -> list[Record]:
    """A person's lines: some equal, some given back in whole or part, now and then without a number."""
    own = number_cell(rng, other_number(rng, p["id_number"])) if rng.random() < 0.95 else None
    subsidy, basis = rng.choice(SUBSIDIES), rng.choice(["到人", "到户", None])
    rows = []
    for _ in range(rng.randint(1, 4)):
        day = near(rng, as_of, 5, 35, 60, 200, 370)
        month = some(rng, day - dt.timedelta(days=rng.choice((0, 0, 31, 90, 200))), 0.8)
        row = {
            "subsidy": subsidy if rng.random() < 0.8 else rng.choice(SUBSIDIES),
            "period": month and f"{month.year}-{month.month:02d}",
            "basis_kind": basis,
            "id_number": own,
            "name": p["name"] if rng.random() < 0.9 else other_name(rng, p["name"]),
            "household_id": some(rng, p["household_id"], 0.8),
            "township": "一乡",
            "village": some(rng, p["village"], 0.7),
            "amount": rng.choice((100, 100, 100, 150.5)),
            "paid_on": as_cell(rng, day),
        }
        rows += [row] * (2 if rng.random() < 0.1 else 1)
        if rng.random() < 0.2:
            back = row | {
                "amount": -rng.choice((row["amount"], 40)),
                "paid_on": as_cell(rng, day + dt.timedelta(days=rng.choice((-1, 0, 20)))),
            }
            rows.append(back | ({"id_number": None} if rng.random() < 0.3 else {}))
    return rows
