"""What rows that intake refused do to the verdicts, in plain Python, from CHECKS.md, Rejected rows.

The random ledgers refuse rows for an amount that nobody can read, so no readable amount relieves anybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from money import Money, fund_groups
from people import People
from reading import Book, Row, Verdict, Verdicts, wording

from fundaudit.contract import TABLES

POPULATION = {  # which table makes a check's population, and which column names its subject
    **dict.fromkeys(("TP01", "TP02", "TP04"), ("payments", "payment_id")),
    **dict.fromkeys(("IB02", "IB05"), ("indicators", "indicator_id")),
    **dict.fromkeys(("IB03", "IB04"), ("allocations", "allocation_id")),
    **dict.fromkeys(("HP01", "HP02", "HP03", "HP04", "HP07", "HP08"), ("household_payments", "id_number")),
    "HP05": ("household_payments", "household_id"),
}
AMOUNTS_FROM = {  # the tables that a finding's amount is made from
    "IB02": ("allocations",), "IB05": ("payments",), "IB06": ("allocations", "contracts"),
    "LP01": ("payments", "allocations"), "LP02": ("payments", "indicators"), "LP03": ("payments", "indicators"),
    "LP04": ("allocations",), "LP05": ("allocations", "payments"), "LP06": ("payments", "allocations", "contracts"),
    **dict.fromkeys(("TP01", "TP02", "TP04"), ("payments",)),
    **dict.fromkeys(("HP01", "HP02", "HP03", "HP04", "HP05", "HP07", "HP08"), ("household_payments",)),
}  # fmt: skip
DECIDES = {  # the tables whose refused rows could take a finding away
    "IB02": ("indicators", "allocations"), "IB04": ("payments",), "IB05": ("payments",), "IB06": ("allocations",),
    "LP01": ("payments", "allocations"), "LP02": ("payments", "indicators"), "LP03": ("payments", "indicators"),
    "LP06": ("payments", "allocations"), "TP01": ("payments",), "TP02": ("payments",),
    "TP04": ("payments", "allocations", "indicators"),
    **dict.fromkeys(("HP01", "HP02", "HP04", "HP05"), ("household_payments", "standards")),
    **dict.fromkeys(("HP03", "HP07", "HP08"), ("household_payments",)),
}  # fmt: skip


def with_rejected(code: str, check: Callable[[Book], Verdicts | None], book: Book) -> Verdicts:
    """The check's verdicts once refused rows have softened them, left amounts unknown, and warned."""
    verdicts = dict(check(book) or {})
    if not any(book.rejected.values()):
        return verdicts
    soft, unknown = touched(code, book, DECIDES), touched(code, book, AMOUNTS_FROM)
    for subject, verdict in verdicts.items():
        if verdict.flag and subject in soft:
            verdicts[subject] = Verdict(None)
        elif verdict.flag and subject in unknown:
            verdicts[subject] = verdict._replace(amount=None)
    others = warned(code, check, book) | (new_groups(code, book) if code in ("LP02", "LP03") else set())
    return verdicts | {s: Verdict(None) for s in others if s not in verdicts}


def new_groups(code: str, book: Book) -> set[str]:
    """The groups that only refused indicators name: LP03 judges the tags, of which 直达 and 参照直达 count together too."""
    known = {wording(s) for s, _ in fund_groups(Money(book))}
    columns = ("direct_tag",) if code == "LP03" else ("fund_type", "direct_tag")
    found: set[str] = set()
    for readable in book.rejected.get("indicators", ()):
        if int(readable["budget_year"]) <= book.as_of.year:
            found |= {f"{c}:{readable[c]}" for c in columns if c in readable}
            if code == "LP02" and "integrated" in readable:
                found.add("integrated:" + ("是" if readable["integrated"] == "true" else "否"))
            due = [i for i in book.indicators if (i["budget_year"] or 0) <= book.as_of.year]  # what comes early is in no group
            direct = {wording(i["direct_tag"]) for i in due} & {"直达", "参照直达"}
            if code == "LP03" and not direct and wording(readable.get("direct_tag")) in ("直达", "参照直达"):
                found.add("direct_tag:直达+参照直达")
    return {s for s in found if wording(s) not in known}


def warned(code: str, check: Callable[[Book], Verdicts | None], book: Book) -> set[str]:
    """Subjects of refused rows of the population's table: what they would be, had the rows been read with some amount."""
    table, key = POPULATION.get(code, ("", ""))
    rows = [typed(table, readable, n) for n, readable in enumerate(book.rejected.get(table, ()))]
    held = {r["id_number"] for r in book.tables.get(table, ()) if "id_number" in (r.get("suspect") or ())}
    rows = [r | {"suspect": ["id_number"]} if r.get("id_number") in held - {None} else r for r in rows]  # held alike in both rows
    subjects: set[str] = set()
    for amount in (Decimal("0.01"), Decimal(1000), Decimal(10**9)):
        tried = replace(
            book, tables=book.tables | {table: [*book.tables.get(table, []), *(r | {"amount": amount} for r in rows)]}
        )
        judged = check(tried) or {}
        for row in rows:
            if code == "HP05" and row["basis_kind"] == "到人":  # readable, and outside the population
                continue
            own = row[key] or (
                f"line:{row['line_id']}" if table == "household_payments" and row["id_number"] is None else row.get("id_number")
            )
            if own in judged and judged[own].flag is not False:
                subjects.add(row[key] or f"row:{row['place']}")
    if code == "TP04":  # who names no allocation of the ledger is not followed further
        known = {a["allocation_id"] for a in book.allocations}
        subjects |= {r[key] for r in rows if r["paid_on"] >= book.year_start and r["allocation_id"] not in known}
    return subjects


def typed(table: str, readable: dict[str, str], n: int) -> Row:
    """A refused row as it would stand in its table."""
    row: Row = {"suspect": [], "raw": {}, "source_file": "county.xlsx", "line_no": 1, "place": readable["place"]}
    for column in TABLES[table].columns:
        text = readable.get(column.name)
        kinds = {"date": dt.date.fromisoformat, "integer": int, "money": Decimal, "bool": lambda t: t == "true"}
        row[column.name] = None if text is None else kinds.get(column.kind, str)(text)
        if column.by_month:
            row[column.name + "_end"] = row[column.name]
    return row | {"line_id": f"refused{n}"} if table == "household_payments" else row


def touched(code: str, book: Book, tables: dict[str, tuple[str, ...]]) -> set[str]:
    """The subjects of a check that refused rows of these tables touch."""
    found: set[str] = set()
    for table in tables.get(code, ()):
        for readable in book.rejected.get(table, ()):
            found |= SUBJECTS[code[:2] if code[:2] in ("HP", "TP") else code](book, table, readable, code)
    return found


def _people(book: Book, table: str, readable: dict[str, str], code: str) -> set[str]:
    """The person or household of a refused line; everyone paid the subsidy of a refused standard."""
    if table == "standards":
        people = People(book)
        own = [x for x in people.lines if x["key"] == wording(readable.get("subsidy"))]
        return {(people.household_of(x) if code == "HP05" else None) or x["person"] for x in own}
    return {readable.get("household_id" if code == "HP05" else "id_number", "")}


def _vouchers(book: Book, table: str, readable: dict[str, str], code: str) -> set[str]:
    """The voucher itself; those that name a refused allocation, or an allocation of a refused indicator."""
    if table == "payments":
        return {readable.get("payment_id", "")}
    gone = {readable.get("allocation_id")}
    if table == "indicators":
        gone = {a["allocation_id"] for a in book.allocations if a["indicator_id"] == readable.get("indicator_id")}
    return {p["payment_id"] for p in book.payments if p["allocation_id"] in gone}


def _indicators(book: Book, table: str, readable: dict[str, str], code: str) -> set[str]:
    if table == "payments":
        named = {a["indicator_id"] for a in book.allocations if a["allocation_id"] == readable.get("allocation_id")}
        return named if named else {i["indicator_id"] for i in book.indicators}
    return {readable.get("indicator_id", "")}


def _allocations(book: Book, table: str, readable: dict[str, str], code: str) -> set[str]:
    if readable.get("allocation_id") in {a["allocation_id"] for a in book.allocations}:
        return {readable["allocation_id"]}
    return {a["allocation_id"] for a in book.allocations if a["project_id"] == readable.get("project_id") is not None}


def _projects(book: Book, table: str, readable: dict[str, str], code: str) -> set[str]:
    named = {a["project_id"] for a in book.allocations if a["allocation_id"] == readable.get("allocation_id")}
    money = Money(book)
    found = {readable.get("project_id", "")} | named
    if table == "allocations":
        return found | _of_payments(book, [p for p in money.payments if p["allocation_id"] == readable.get("allocation_id")])
    return found | _by_voucher(book, money, readable)


def _of_payments(book: Book, payments: list[Row], contract: str | None = None) -> set[str]:
    """The projects of payments and of their contracts."""
    contracts = {contract} | {p["contract_id"] for p in payments}
    return {p["project"] for p in payments} | {c["project_id"] for c in book.contracts if c["contract_id"] in contracts - {None}}


def _by_voucher(book: Book, money: Money, readable: dict[str, str]) -> set[str]:
    """The projects of a refused payment's contract, and of its voucher's other lines and their contracts."""
    voucher = [p for p in money.payments if "payment_id" in readable and p["payment_id"] == readable["payment_id"]]
    return _of_payments(book, voucher, readable.get("contract_id"))


def _groups(book: Book, table: str, readable: dict[str, str], code: str) -> set[str]:
    money = Money(book)
    groups = [
        *fund_groups(money),
        (
            "direct_tag:直达+参照直达",
            frozenset(
                k
                for k, i in money.indicators.items()
                if k not in money.early and wording(i["direct_tag"]) in ("直达", "参照直达")
            ),
        ),
    ]
    if table == "indicators":
        if int(readable["budget_year"]) > book.as_of.year:
            return set()
        own = {f"{c}:{wording(readable[c])}" for c in ("fund_type", "direct_tag") if c in readable}
        own |= {"integrated:" + ("是" if readable["integrated"] == "true" else "否")} if "integrated" in readable else set()
        own |= {"direct_tag:直达+参照直达"} if wording(readable.get("direct_tag")) in ("直达", "参照直达") else set()
        return {"total"} | {s for s, _ in groups if wording(s) in own}
    own = {a["indicator_id"] for a in book.allocations if a["allocation_id"] == readable.get("allocation_id")}
    voucher = [p for p in money.payments if table == "payments" and p["payment_id"] == readable.get("payment_id")]
    projects = {readable.get("project_id")} | _of_payments(book, voucher, readable.get("contract_id"))
    own = own or {a["indicator_id"] for a in book.allocations if a["project_id"] in projects - {None}} | {
        p["indicator"] for p in voucher
    }
    own &= money.indicators.keys()
    return {s for s, members in groups if not own or own & members}


SUBJECTS = {
    "HP": _people, "TP": _vouchers, "IB02": _indicators, "IB05": _indicators, "IB04": _allocations,
    **dict.fromkeys(("IB06", "LP01", "LP04", "LP05", "LP06"), _projects), **dict.fromkeys(("LP02", "LP03"), _groups),
}  # fmt: skip
