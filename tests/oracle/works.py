"""Allocations, works, openness and the books' flags in plain Python, from CHECKS.md: AL, PM but PM16, PD, DQ02, DQ06."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from decimal import Decimal
from itertools import product

from money import Money, extremes, pending, total
from reading import ZERO, Book, Row, Verdict, Verdicts, both_ends, cents, one_answer, wording

SUPPORT = {"财政专项扶贫资金", "衔接资金", "常态化帮扶资金"}
HALF = Decimal("0.005")


def given(book: Book) -> list[Row]:
    return [a for a in book.allocations if not pending(a)]


def late(book: Book, start: dt.date, done: dt.date | None, days: int) -> bool:
    return ((done or book.as_of) - start).days > days


def al01(book: Book, days: int = 3) -> Verdicts:
    return {
        i["indicator_id"]: Verdict(late(book, i["received_on"], i["reported_on"], days), i["amount"], i["received_on"])
        for i in book.indicators
    }


def al02(book: Book, days: int = 5) -> Verdicts:
    found: Verdicts = {}
    for a in given(book):
        answers = {None if day is None else late(book, day, a["disbursed_on"], days) for day in both_ends(a, "plan_approved_on")}
        found[a["allocation_id"]] = Verdict(one_answer(answers), a["amount"], a["plan_approved_on"])
    return found


def al03(book: Book, days: int = 30) -> Verdicts:
    found: Verdicts = {}
    for i in book.indicators:
        own = [a for a in given(book) if a["indicator_id"] == i["indicator_id"]]
        if own and total(own) >= i["amount"] > 0:
            dates = [a["allocated_on"] for a in own]
            flag = None if None in dates else (max(dates) - i["received_on"]).days > days
            found[i["indicator_id"]] = Verdict(flag, i["amount"], i["received_on"])
    return found


def al04(book: Book) -> Verdicts:
    found: Verdicts = {}
    for i in book.indicators:
        own = [a for a in given(book) if a["indicator_id"] == i["indicator_id"]]
        answers = {part > i["amount"] for part in extremes(own)}
        found[i["indicator_id"]] = Verdict(one_answer(answers), total(own) - i["amount"], i["received_on"])
    return found


def al05(book: Book) -> Verdicts:
    found = {
        i["indicator_id"]: Verdict(i["doc_no"] is None or i["attachment"] is None, i["amount"], i["received_on"])
        for i in book.indicators
    }
    if any(a["attachment"] for a in book.allocations):
        found |= {a["allocation_id"]: Verdict(a["attachment"] is None, a["amount"], a["allocated_on"]) for a in book.allocations}
    return found


SHARES = {2021: "0.50", 2022: "0.55", 2023: "0.60", 2024: "0.60", 2025: "0.60"}


def al06(book: Book) -> Verdicts:
    money = Money(book)
    share = Decimal(SHARES[book.as_of.year])
    central = {
        k for k, i in money.indicators.items()
        if wording(i["level"]) == "中央" and i["budget_year"] == book.as_of.year and wording(i["fund_type"]) in SUPPORT
    }  # fmt: skip
    own = [a for a in given(book) if a["indicator_id"] in central]

    def category(a: Row) -> str | None:
        p = money.projects.get(a["project_id"])
        return p and wording(p["category"])

    whole = total(own)
    if whole <= 0:
        return {}
    least = most = ZERO  # industry less its share of the whole, whatever the open ones turn out to be
    for a in own:
        kinds = {"产业发展": (True,), None: (True, False)}.get(category(a), (False,))
        parts = [a["amount"] * (1 - share) if yes else -a["amount"] * share for yes in kinds]
        parts += [ZERO] if a["allocated_on"] is None else []
        least, most = least + min(parts), most + max(parts)
    industry = total(a for a in own if category(a) == "产业发展")
    return {str(book.as_of.year): Verdict(one_answer({least < 0, most < 0}), cents(share * whole) - industry, book.as_of)}


def al07(book: Book) -> Verdicts:
    money = Money(book)
    found: Verdicts = {}
    for a in given(book):
        if a["project_id"] is None:
            continue
        p = money.projects.get(a["project_id"])
        if p is None:
            flag: bool | None = True
        elif p["stored_on"] is None or a["allocated_on"] is None:
            flag = None
        else:
            flag = one_answer({day > a["allocated_on"] for day in both_ends(p, "stored_on")})
        found[a["allocation_id"]] = Verdict(flag, a["amount"], a["allocated_on"])
    return found


def al08(book: Book, kinds: tuple[str, ...] = ()) -> Verdicts:
    sent = defaultdict(list)
    for s in book.submissions:
        year, month = re.findall(r"\d+", s["period"])[:2]
        sent[wording(s["kind"]), int(year), int(month), s["section"] and wording(s["section"])].append(s["submitted_on"])
    for m in book.month_plans:
        sent["月支出计划", int(m["month"][:4]), int(m["month"][5:]), None].append(m["issued_on"])
    sections = {wording(i["section"]) for i in book.indicators if i["section"]}
    sections |= {wording(s["section"]) for s in book.submissions if wording(s["kind"]) == "科室月报" and s["section"]}
    found: Verdicts = {}
    for month in range(0, book.as_of.month + 1):  # 0: December of the year before, due in January
        first = dt.date(book.as_of.year, month, 1) if month else dt.date(book.as_of.year - 1, 12, 1)
        end = dt.date(first.year + first.month // 12, first.month % 12 + 1, 1) - dt.timedelta(days=1)
        due = [("月支出计划", None, first + dt.timedelta(days=4)), ("县级月报", None, end + dt.timedelta(days=10))]
        due += [("科室月报", section, end + dt.timedelta(days=15)) for section in sections]
        for kind, section, until in due:
            if kind not in kinds or until >= book.as_of or until.year < book.as_of.year:
                continue
            if not month and not any(k == kind and y < book.as_of.year for k, y, _, _ in sent):
                continue  # nothing of the year before was handed in
            days = [
                d
                for (k, y, m, s), own in sent.items()
                if (k, y, m) == (kind, first.year, first.month) and (section is None or s == section)
                for d in own
            ]
            known = [d for d in days if d is not None]
            flag = (min(known) > until) if known else None if days else True
            found[f"{kind}|{first:%Y-%m}|{book.spelling(section) if section else ''}"] = Verdict(flag, None, until)
    return found


def al09(book: Book) -> Verdicts:
    found: Verdicts = {}
    for a in given(book):
        if any(b["poverty_part"] is not None for b in given(book) if b["indicator_id"] == a["indicator_id"]):
            flag = a["poverty_part"] is None or a["poverty_part"] > a["amount"]
            found[a["allocation_id"]] = Verdict(flag, a["amount"], a["allocated_on"])
    return found


def al11(book: Book, parts: int = 5) -> Verdicts:
    found: Verdicts = {}
    for i in book.indicators:
        own = [a for a in given(book) if a["indicator_id"] == i["indicator_id"]]
        if own and not i["to_household"]:
            targets = max(len({a["project_id"] for a in own} - {None}), len({wording(a["unit"]) for a in own} - {None}))
            flag = len(own) >= parts and targets >= parts and len({a["amount"] for a in own}) == 1
            if flag and any(a["allocated_on"] is None for a in own):
                flag = None
            found[i["indicator_id"]] = Verdict(flag, None, i["received_on"])
    return found


def al12(book: Book, days: int = 90) -> Verdicts:
    local = [i for i in book.indicators if wording(i["level"]) in ("县", "区")]
    found: Verdicts = {}
    for i in book.indicators:
        if (i["matching_due"] or ZERO) > 0:
            until = i["received_on"] + dt.timedelta(days=days)
            matched = total(m for m in local if m["matches"] == i["indicator_id"] and m["received_on"] <= until)
            flag = until < book.as_of and (matched < i["matching_due"] if local else None)
            found[i["indicator_id"]] = Verdict(flag, i["matching_due"] - matched, until)
    return found


# ---- works


class Works:
    """Projects with their money and contracts."""

    def __init__(self, book: Book) -> None:
        self.book, self.money = book, Money(book)
        self.contracts = defaultdict(list)
        for c in book.contracts:
            self.contracts[c["project_id"]].append(c)

    def of_kind(self, key: str, kind: str) -> list[Row]:
        return [c for c in self.contracts[key] if wording(c["kind"]) == kind]

    def given_to(self, key: str) -> list[Row]:
        return [a for a in self.money.given if a["project_id"] == key]

    def allocated(self, key: str) -> Decimal:
        return total(self.given_to(key))

    def dated(self, key: str) -> Decimal:
        return total(a for a in self.money.given if a["project_id"] == key and a["allocated_on"])

    def paid(self, key: str) -> Decimal:
        return total(self.money.of("project", key))

    def works(self) -> list[tuple[str, Row]]:
        return [(k, p) for k, p in self.money.projects.items() if self.of_kind(k, "施工") or wording(p["category"]) == "基础设施"]

    def cost(self, key: str, p: Row) -> Decimal | None:
        own = self.of_kind(key, "施工")
        return total(own) if own else p["planned_amount"]


def pm01(book: Book, min_amount: Decimal = Decimal(4000000)) -> Verdicts:
    w = Works(book)
    found: Verdicts = {}
    for key, p in w.works():
        signed = total(w.of_kind(key, "施工"))
        if p["tender_on"] and max(signed, p["planned_amount"] or ZERO) >= min_amount:
            flag = p["drawing_review_on"] is None or p["tender_on"] < p["drawing_review_on"]
            found[key] = Verdict(flag, max(x for x in (w.cost(key, p), p["planned_amount"]) if x is not None), p["tender_on"])
    return found


def pm02(book: Book) -> Verdicts:
    w = Works(book)
    found: Verdicts = {}
    for key, p in w.money.projects.items():
        own, signed = w.contracts[key], total(w.contracts[key])
        if not own and p["settled_amount"] is None:
            continue
        beyond = [signed - p["planned_amount"]] if p["planned_amount"] is not None else []
        beyond += [p["settled_amount"] - signed] if p["settled_amount"] is not None else []
        over = max([*beyond, ZERO])
        found[key] = Verdict(None if not own else over > 0, over, book.as_of)
    return found


TERMS = ("start_finish_term", "settlement_term", "payment_term", "price_adjust_term", "retention_term", "retention_ratio")


def pm03(book: Book) -> Verdicts:
    found: Verdicts = {}
    for c in book.contracts:
        terms = {"施工": TERMS, "监理": TERMS[:3]}.get(wording(c["kind"]) or "")
        if terms:
            lacking = [t for t in terms if c[t] is None]
            found[c["contract_id"]] = Verdict(None if len(lacking) == len(terms) else bool(lacking), c["amount"], c["signed_on"])
    return found


def pm04(book: Book, max: Decimal = Decimal("0.03")) -> Verdicts:
    return {
        c["contract_id"]: Verdict(c["retention_ratio"] > max, cents(c["amount"] * (c["retention_ratio"] - max)), c["signed_on"])
        for c in book.contracts
        if c["retention_ratio"] is not None
    }


def pm05(book: Book, share: Decimal = Decimal("0.97"), days: int = 90) -> Verdicts:
    w = Works(book)
    found: Verdicts = {}
    for key, p in w.money.projects.items():
        own = w.contracts[key]
        if (
            p["to_household"]
            or wording(p["status"]) == "取消"
            or not (own or p["actual_finish"] or p["joint_accepted_on"] or wording(p["status"]) == "完工")
        ):
            continue
        answers: set[bool | None] = {
            None if wording(p["status"]) == "完工" and not p["actual_finish"] and not p["joint_accepted_on"] else False
        }
        early, slow, turned = set(), set(), set()
        for joint, finish, first in product(
            *(both_ends(p, c) for c in ("joint_accepted_on", "actual_finish", "initial_accepted_on"))
        ):
            before = total(x for x in w.money.of("project", key) if joint is None or x["paid_on"] < joint)
            early.add(total(own) > 0 and before > share * total(own))
            slow.add(finish is not None and ((joint or book.as_of) - finish).days > days)
            turned.add(joint is not None and first is not None and joint < first)
        for own_answers in (early, slow, turned):
            answers.add(one_answer(own_answers))
        flag = True if True in answers else one_answer(answers)
        found[key] = Verdict(flag, w.paid(key), p["joint_accepted_on"] or book.as_of)
    return found


def pm06(book: Book, tolerance: Decimal = Decimal("0.02")) -> Verdicts:
    w = Works(book)
    items = defaultdict(list)
    for q in book.quantities:
        items[q["project_id"]].append(q)
    found: Verdicts = {}
    for key, own in items.items():
        if key not in w.money.projects:
            continue
        flags: set[bool | None] = set()
        for q in own:
            others = [q[c] for c in ("drawing", "as_built", "completion_report", "on_site") if q[c] is not None]
            unknown = others and not q["design"]
            flags.add(
                None if unknown else any(abs(x - (q["design"] or ZERO)) > tolerance * (q["design"] or ZERO) for x in others)
            )
        flag = True if True in flags else None if None in flags else False
        found[key] = Verdict(flag, total(w.contracts[key]), book.as_of)
    return found


def pm07(book: Book, max: Decimal = Decimal("0.01")) -> Verdicts:
    money = Money(book)
    fund = {
        k: i for k, i in money.indicators.items() if i["budget_year"] == book.as_of.year and wording(i["fund_type"]) in SUPPORT
    }
    whole = total(fund.values())
    if whole <= 0:
        return {}
    own = [
        a for a in given(book)
        if a["indicator_id"] in fund and a["project_id"] in money.projects and wording(money.projects[a["project_id"]]["category"]) == "项目管理费"
    ]  # fmt: skip
    spent = total(p for p in money.payments if p["indicator"] in fund and "项目管理费" in (wording(p["purpose"]) or ""))
    fees = [fee if fee > 0 else spent for fee in (total(own), *extremes(own))]
    answers = {fee > max * whole for fee in fees}
    return {str(book.as_of.year): Verdict(one_answer(answers), fees[0] - cents(max * whole), book.as_of)}


def pm08(book: Book) -> Verdicts:
    w = Works(book)
    found: Verdicts = {}
    for key, p in w.money.projects.items():
        own = [a for a in w.money.given if a["project_id"] == key]
        if not own or total(own) <= 0 or wording(p["status"]) == "取消":
            continue
        days = [a["allocated_on"] for a in own if a["allocated_on"]]
        first = min(days, default=None)
        if w.dated(key) <= 0:
            flag: bool | None = None
        elif p["approved_on"] is None or (first is not None and p["approved_on"] > first):
            flag = True
        elif len(days) < len(own):
            flag = None
        else:
            flag = one_answer({day > first for day in both_ends(p, "approved_on")})
        found[key] = Verdict(flag, total(own), first)
    return found


def pm09(book: Book, limit: Decimal = Decimal(4000000), days: int = 90) -> Verdicts:
    w = Works(book)
    rows = defaultdict(list)
    for key in w.money.projects:
        groups = defaultdict(list)
        for c in w.of_kind(key, "施工"):
            if c["contractor"] and 0 < c["amount"] < limit:
                groups[wording(c["contractor"])].append(c)
        for own in (g for g in groups.values() if len(g) > 1):
            best = (ZERO, None)
            for a in own:
                near = [
                    b for b in own if a["signed_on"] and b["signed_on"] and 0 <= (b["signed_on"] - a["signed_on"]).days <= days
                ]
                if len(near) > 1:
                    own_day = min(b["signed_on"] for b in near)
                    best = max(
                        best, (total(near), own_day), key=lambda x: (x[0], -(x[1] or dt.date.max).toordinal())
                    )  # the earliest
            hit = best[0] >= limit
            undated = [c for c in own if c["signed_on"] is None]
            windows = [
                total(b for b in own if b["signed_on"] and 0 <= (b["signed_on"] - a["signed_on"]).days <= days)
                for a in own
                if a["signed_on"]
            ]
            open_ = undated and total(undated) + max(windows, default=ZERO) >= limit
            rows[key].append((True if hit else None if open_ else False, *best))
    found: Verdicts = {}
    for key, own in rows.items():
        hits = [x for x in own if x[0]]
        flag = True if hits else None if any(x[0] is None for x in own) else False
        found[key] = Verdict(flag, sum((x[1] for x in hits), ZERO), min((x[2] for x in hits), default=None))
    return found


def pm10(book: Book) -> Verdicts:
    w = Works(book)
    return {
        k: Verdict(p["change_doc_no"] is None, w.allocated(k), book.as_of)
        for k, p in w.money.projects.items()
        if wording(p["status"]) in ("取消", "调整")
    }


def pm11(book: Book, limit: Decimal = Decimal(4000000)) -> Verdicts:
    w = Works(book)
    found: Verdicts = {}
    for key, p in w.works():
        if p["to_household"] or wording(p["status"]) == "取消":
            continue
        cost = w.cost(key, p)
        large = cost is not None and cost >= limit
        bare = wording(p["category"]) == "基础设施" and w.paid(key) > 0 and not w.of_kind(key, "施工")
        flag = (large and (p["tender_on"] is None or not w.of_kind(key, "监理"))) or bare
        found[key] = Verdict(flag, w.paid(key) if cost is None else cost, book.as_of)
    return found


def pm12(book: Book, days: int = 60) -> Verdicts:
    w = Works(book)
    found: Verdicts = {}
    for key, p in w.money.projects.items():
        own = w.contracts[key]
        if not own or p["joint_accepted_on"] is None or wording(p["status"]) == "取消":
            continue
        due = sum((c["amount"] - cents(c["amount"] * (c["retention_ratio"] or ZERO)) for c in own), ZERO)
        least = sum(
            (c["amount"] - cents(c["amount"] * c["retention_ratio"]) for c in own if c["retention_ratio"] is not None), ZERO
        )
        owed, answers = due - w.paid(key), set()
        for day in both_ends(p, "joint_accepted_on"):
            for rest in (owed, least - w.paid(key)):
                answers.add((book.as_of - day).days > days and rest > 0)
        known = all(c["retention_ratio"] is not None for c in own)
        found[key] = Verdict(one_answer(answers), owed if known else None, p["joint_accepted_on"])
    return found


def pm13(book: Book, days: int = 180, checked_days: int = 366) -> Verdicts:
    w = Works(book)
    assets = defaultdict(list)
    for a in book.assets:
        assets[a["project_id"]].append(a)
    found: Verdicts = {}
    for key, p in w.money.projects.items():
        done = p["actual_finish"] is not None or wording(p["status"]) == "完工"
        if not done or p["to_household"] or wording(p["status"]) == "取消":
            continue
        own, answers = assets[key], set()
        stale = any(a["checked_on"] is None or (book.as_of - a["checked_on"]).days > checked_days for a in own)
        told = {a["status"] and wording(a["status"]) in ("闲置", "损毁") for a in own}
        idle = one_answer(told) if own else True  # None: nobody wrote down how it was found, or of one day differently
        for finish in both_ends(p, "actual_finish"):
            old = None if finish is None else (book.as_of - finish).days > days
            answers.add(None if old is None else old and (None if stale else idle))
        if p["actual_finish"] is not None and stale and (book.as_of - p["actual_finish"]).days > days:
            answers = {None}
        found[key] = Verdict(one_answer(answers), w.allocated(key), p["actual_finish"])
    return found


def pm14(book: Book, grace: int = 90) -> Verdicts:
    own = defaultdict(list)
    for b in book.benefits:
        own[b["project_id"]].append(b)
    found: Verdicts = {}
    for p in book.projects:
        rows = own[p["project_id"]]
        ended = [b for b in rows if dt.date(b["year"], 12, 31) + dt.timedelta(days=grace) < book.as_of]
        paid = sum((b["paid"] or ZERO for b in rows), ZERO)
        if ended:
            due = total(ended, "due")
            found[p["project_id"]] = Verdict(due > paid, due - paid, dt.date(min(b["year"] for b in rows), 12, 31))
        elif not rows and wording(p["category"]) == "产业发展" and p["actual_finish"] and wording(p["status"]) != "取消":
            day = book.as_of
            two = dt.date(day.year - 2, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
            if both_ends(p, "actual_finish")[-1] < two:
                found[p["project_id"]] = Verdict(None)
    return found


def pm15(
    book: Book, contracts: int = 5, share: Decimal = Decimal("0.5"), least: int = 3, limit: Decimal = Decimal(4000000)
) -> Verdicts:
    departments = defaultdict(list)
    projects = {p["project_id"]: p for p in book.projects}
    for c in book.contracts:
        department = c["project_id"] in projects and projects[c["project_id"]]["department"]
        if department and c["amount"] > 0 and c["signed_on"] and c["signed_on"].year == book.as_of.year:
            departments[wording(department)].append(c)
    rows = defaultdict(list)
    for own in departments.values():
        if len(own) < contracts:
            continue
        for name in {wording(c["contractor"]) for c in own if c["contractor"]}:
            mine = [c for c in own if wording(c["contractor"]) == name]
            flag = total(mine) > share * total(own) and len(mine) >= least and all(c["amount"] < limit for c in mine)
            rows[name].append((flag, min(c["signed_on"] for c in mine)))
    return {
        book.spelling(name): Verdict(any(f for f, _ in own), None, min((d for f, d in own if f), default=None))
        for name, own in rows.items()
    }


def pm17(book: Book) -> Verdicts:
    w = Works(book)
    flags = defaultdict(list)
    for t in book.permits:
        p = w.money.projects.get(t["project_id"])
        if not t["required"] or p is None or wording(p["status"]) == "取消":
            continue
        started = p["actual_start"] is not None or wording(p["status"]) in ("在建", "完工")
        if t["issued_on"] is None:
            flag: bool | None = True if started else None
        elif p["actual_start"] is None:
            flag = None if started else False
        else:
            flag = one_answer({day < t["issued_on"] for day in both_ends(p, "actual_start")})
        flags[t["project_id"]].append(flag)
    found: Verdicts = {}
    for key, own in flags.items():
        flag = True if True in own else None if None in own else False
        found[key] = Verdict(flag, w.allocated(key), w.money.projects[key]["actual_start"] or book.as_of)
    return found


# ---- openness and the books


def pd01(book: Book) -> Verdicts:
    w = Works(book)
    metrics = {m["project_id"] for m in book.performance if m["target"] is not None}
    return {
        k: Verdict(k not in metrics and (extremes(w.given_to(k))[0] > 0 or None), w.allocated(k), book.as_of)
        for k, p in w.money.projects.items()
        if extremes(w.given_to(k))[1] > 0 and wording(p["status"]) != "取消"
    }


def pd02(book: Book, gap: Decimal = Decimal("0.2")) -> Verdicts:
    w = Works(book)
    flags = defaultdict(list)
    for m in book.performance:
        if m["target"] is None or m["year"] != book.as_of.year or m["project_id"] not in w.money.projects:
            continue
        if (book.as_of.month, book.as_of.day) != (12, 31) or m["actual"] is None:
            flag: bool | None = None
        else:
            way = wording(m["direction"]) or "≥"
            short = {"≥": m["target"] - m["actual"], "≤": m["actual"] - m["target"]}.get(way, abs(m["target"] - m["actual"]))
            flag = short > gap * abs(m["target"])
        flags[m["project_id"]].append(flag)
    return {
        k: Verdict(True if True in own else None if None in own else False, w.allocated(k), book.as_of)
        for k, own in flags.items()
    }


def pd03(book: Book, min: Decimal = Decimal(60)) -> Verdicts:
    money = Money(book)
    until, last = dt.date(book.as_of.year, 3, 31), book.as_of.year - 1

    def of_year(rows: list[Row], year: int) -> tuple[list[Row], Decimal]:
        """What was allocated in a year, and how much without a date may have been: not before its indicator was received."""
        received = [(a, money.indicators.get(a["indicator_id"])) for a in rows if a["allocated_on"] is None]
        open_ = [a for a, i in received if i is None or i["received_on"] is None or i["received_on"].year <= year]
        return [a for a in rows if a["allocated_on"] and a["allocated_on"].year == year], total(
            a for a in open_ if a["amount"] > 0
        )

    found: Verdicts = {}
    for key in money.projects:
        own, more = of_year([a for a in money.given if a["project_id"] == key], last)
        if until < book.as_of and total(own) + more > 0:
            rows = [m for m in book.performance if m["project_id"] == key and m["year"] == last]
            days = sorted(m["self_evaluated_on"] for m in rows if m["self_evaluated_on"])
            flag: bool | None = not days or days[0] > until
            if flag and ((not days and any(m["self_score"] is not None for m in rows)) or total(own) <= 0):
                flag = None
            found[key] = Verdict(flag, total(own), until)
    scores = defaultdict(list)
    for m in book.performance:
        unit = m["project_id"] in money.projects and money.projects[m["project_id"]]["unit"]
        if m["year"] == last and m["self_score"] is not None and unit:
            scores[wording(unit)].append(m["self_score"])
    for unit, own_scores in scores.items():
        own, more = of_year(
            [a for a in money.given if wording(money.projects.get(a["project_id"], {}).get("unit")) == unit], book.as_of.year
        )
        low = sum(own_scores) < min * len(own_scores)
        flag = low and (total(own) > 0 or (None if total(own) + more > 0 else False))
        found[book.spelling(unit)] = Verdict(flag, total(own), min_day(own) or until)
    return found


def min_day(rows: list[Row]) -> dt.date | None:
    return next(iter(sorted(a["allocated_on"] for a in rows)), None)


def pd04(book: Book, days: int = 20) -> Verdicts:
    w = Works(book)
    found = {
        d["item_id"]: Verdict(late(book, d["arisen_on"], d["disclosed_on"], days), ZERO, d["arisen_on"]) for d in book.disclosures
    }
    first: dict[tuple[str, str], dt.date] = {}  # of a day that is known to the month
    due: list[tuple[str, str, dt.date, Decimal]] = [
        ("资金到账", i["indicator_id"], i["received_on"], i["amount"]) for i in book.indicators
    ]
    due += [("分配结果", a["allocation_id"], a["allocated_on"], a["amount"]) for a in given(book) if a["allocated_on"]]
    for key, p in w.works():
        due += [
            (kind, key, both_ends(p, column)[-1], ZERO)
            for kind, column in (("开工", "actual_start"), ("竣工", "actual_finish"))
            if p[column]
        ]
        first |= {(kind, key): p[column] for kind, column in (("开工", "actual_start"), ("竣工", "actual_finish")) if p[column]}
    years = defaultdict(list)
    for b in book.benefits:
        if dt.date(b["year"], 12, 31) < book.as_of:
            years[b["project_id"]].append(b["year"])
    due += [("收益分配", key, dt.date(max(own), 12, 31), ZERO) for key, own in years.items()]
    yearly = ("项目库建设", "项目实施计划")
    if (book.as_of.month, book.as_of.day) == (12, 31):
        due += [(kind, str(book.as_of.year), book.year_start, ZERO) for kind in yearly]
    told = {(wording(d["kind"]), d["subject_id"]) for d in book.disclosures if d["subject_id"]}
    told |= {(wording(d["kind"]), str(d["arisen_on"].year)) for d in book.disclosures if wording(d["kind"]) in yearly}
    kinds = defaultdict(list)
    for d in book.disclosures:
        kinds[wording(d["kind"])].append(d["subject_id"])
    for kind, key, day, amount in due:
        if (book.as_of - first.get((kind, key), day)).days > days:
            open_ = kind not in yearly and kinds[kind] and not any(kinds[kind])
            flag = False if (kind, key) in told else None if open_ or (book.as_of - day).days <= days else True
            found[f"{kind}|{key}"] = Verdict(flag, amount, day)
    return found


def pd05(book: Book, days: int = 10) -> Verdicts:
    found: Verdicts = {}
    for d in book.disclosures:
        if wording(d["channel"]) not in ("乡镇公示栏", "村公示栏") or d["disclosed_on"] is None:
            continue
        down = d["taken_down_on"] if d["taken_down_on"] and d["taken_down_on"] <= book.as_of else None
        if down is None and (book.as_of - d["disclosed_on"]).days < days:
            continue
        turned = d["taken_down_on"] is not None and d["taken_down_on"] < d["disclosed_on"]
        flag = None if turned else down is not None and (down - d["disclosed_on"]).days < days
        found[d["item_id"]] = Verdict(flag, None, d["disclosed_on"])
    return found


def dq02(book: Book) -> Verdicts:
    found: Verdicts = {}
    for i in book.indicators:
        flags = [a["to_household"] for a in given(book) if a["indicator_id"] == i["indicator_id"]]
        if i["to_household"] is None or not flags:
            continue
        some = True in flags
        flag = None if not some and None in flags else i["to_household"] != some
        found[i["indicator_id"]] = Verdict(flag, i["amount"], i["received_on"])
    return found


def dq06(book: Book, days: int = 10, close_days: int = 30) -> Verdicts:
    found: Verdicts = {}
    for a in book.alerts:
        answered = a["answered_on"]
        flag = late(book, a["raised_on"], answered, days) or (
            answered is not None and late(book, answered, a["closed_on"], close_days)
        )
        found[a["alert_id"]] = Verdict(flag, None, a["raised_on"])
    return found
