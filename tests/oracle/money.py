"""IB, LP and TP in plain Python, from CHECKS.md: sections Money words, IB, LP and TP."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import pairwise, product

from reading import ZERO, Book, Row, Verdict, Verdicts, both_ends, cents, commonest, one_answer, wording

MIN_AMOUNT = Decimal(100)


def pending(allocation: Row) -> bool:
    """Flag 是, or flag empty and no project."""
    return allocation["project_id"] is None if allocation["pending"] is None else allocation["pending"]


def total(rows: Iterable[Row], column: str = "amount") -> Decimal:
    return sum((row[column] for row in rows), ZERO)


class Money:
    """The county's money once traced: each payment with `project`, `indicator` and `allocation` as far as anybody can tell."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.indicators = {i["indicator_id"]: i for i in book.indicators}
        self.allocations = {a["allocation_id"]: a for a in book.allocations}
        self.projects = {p["project_id"]: p for p in book.projects}
        self.given = [a for a in book.allocations if not pending(a)]
        self.funding = defaultdict(set)
        for a in self.given:
            if a["project_id"] is not None:
                self.funding[a["project_id"]].add(a["indicator_id"])
        self.payments = [p | self._trace(p) for p in book.payments]
        self.early = {i for i, row in self.indicators.items() if row["budget_year"] > book.as_of.year}

    def _trace(self, payment: Row) -> Row:
        own = self.allocations.get(payment["allocation_id"])
        project = payment["project_id"] or (own and own["project_id"])
        if payment["allocation_id"] is not None:
            indicator = own and own["indicator_id"]
        elif payment["doc_no"] is not None:
            named = {i for i, row in self.indicators.items() if wording(row["doc_no"]) == wording(payment["doc_no"])}
            funding = named & self.funding[project]
            indicator = next(iter(named)) if len(named) == 1 else next(iter(funding)) if len(funding) == 1 else None
        else:
            funding = self.funding[project]
            indicator = next(iter(funding)) if len(funding) == 1 else None
        indicator = indicator if indicator in self.indicators else None
        left = [a for a in self.given if a["project_id"] == project is not None and a["indicator_id"] == indicator is not None]
        if payment["allocation_id"] is None and len(left) == 1:
            own = left[0]
        return {"project": project, "indicator": indicator, "allocation": own and own["allocation_id"]}

    def of(self, kind: str, key: str | None) -> list[Row]:
        return [p for p in self.payments if p[kind] == key]

    def this_year(self, payments: Iterable[Row]) -> list[Row]:
        return [p for p in payments if p["paid_on"] >= self.book.year_start]

    def before(self, payments: Iterable[Row]) -> list[Row]:
        return [p for p in payments if p["paid_on"] < self.book.year_start]


def taken_back(book: Book, payments: list[Row]) -> dict[int, Decimal]:
    """Position → what is left of a payment after those taken back within `reverse_days` and the month; both gone where it is all.

    A negative line cancels the latest positive payment on or before its day of the same voucher, else of the same payee, project and amount.
    """
    left = {i: p["amount"] for i, p in enumerate(payments)}
    refunds = sorted(
        (i for i, p in enumerate(payments) if p["amount"] < 0),
        key=lambda i: (payments[i]["paid_on"], payments[i]["payment_id"], payments[i]["line_no"]),
    )
    for i in refunds:
        back = payments[i]
        before = [
            j for j, p in enumerate(payments) if p["amount"] > 0 and left[j] > 0 and p["paid_on"] <= back["paid_on"]
        ]  # fmt: skip
        voucher = [j for j in before if payments[j]["payment_id"] == back["payment_id"]]
        same = [
            j
            for j in before
            if _payee(payments[j]) == _payee(back) is not None
            and payments[j]["project"] == back["project"]
            and left[j] == payments[j]["amount"] == -back["amount"]
        ]
        found = voucher or same
        if not found:
            continue
        j = max(found, key=lambda j: (payments[j]["paid_on"], payments[j]["payment_id"], payments[j]["line_no"]))
        days, first = (back["paid_on"] - payments[j]["paid_on"]).days, payments[j]["paid_on"]
        if days <= book.reverse_days and (first.year, first.month) == (back["paid_on"].year, back["paid_on"].month):
            taken = min(left[j], -left[i])
            left[j] -= taken
            left[i] += taken
    return {i: rest for i, rest in left.items() if rest != 0}


def _payee(payment: Row) -> str | None:
    return payment["payee_account"] or wording(payment["payee_name"])


def lost_accounts(book: Book, table: str, column: str = "account_no") -> set[str]:
    """Account numbers of a table that a spreadsheet held as numbers (all have 16 digits and more), or that are masked."""
    rows = book.tables.get(table, [])
    return {r[column] for r in rows if r[column] and (column in (r["suspect"] or ()) or "*" in r[column])}


def could_be(lost: str, other: str) -> bool:
    """Whether the digits that are left of a lost number agree with another one."""
    if lost == other or len(lost) != len(other):
        return False
    kept = [(a, b) for a, b in zip(lost, other, strict=True) if a != "*"]
    return all(a == b for a, b in (kept if "*" in lost else kept[: min(15, len(lost.rstrip("0")))]))


def ib01(book: Book, min_amount: Decimal = Decimal(100000), idle_days: int = 90, stale_days: int = 31, gap: int = 92) -> Verdicts:
    snapshots = defaultdict(dict)
    for b in book.balances:
        snapshots[b["account_no"]][b["as_of"]] = b["balance"]
    known = defaultdict(list)  # a masked number may be that of several
    for a in book.accounts:
        known[a["account_no"]].append(wording(a["kind"]) in ("国库单一账户", "零余额账户") or a["closed_on"] is not None)
    lost = lost_accounts(book, "balances") | lost_accounts(book, "accounts")
    found: Verdicts = {}
    for number, days in snapshots.items():
        if known[number] and all(known[number]):
            continue
        latest = max(days)
        start = latest - dt.timedelta(days=idle_days)
        at_start = [day for day in days if day <= start]
        window = sorted([max(at_start)] if at_start else []) + sorted(day for day in days if day > start)
        idle = min(days[day] for day in window)
        wide = any((b - a).days > gap for a, b in pairwise(window))
        doubtful = number in lost or any(could_be(other, number) for other in lost)
        if doubtful or (book.as_of - latest).days > stale_days or not at_start or wide:
            found[number] = Verdict(None)
        else:
            found[number] = Verdict(idle >= min_amount, idle, latest)
    return found


def extremes(rows: list[Row], of: Callable[[Row], Decimal] = lambda a: a["amount"]) -> tuple[Decimal, Decimal]:
    """The least and the most that allocations add up to: those without a date may or may not have been made yet."""
    dated = sum((of(a) for a in rows if a["allocated_on"] is not None), ZERO)
    undated = [of(a) for a in rows if a["allocated_on"] is None]
    return dated + sum((x for x in undated if x < 0), ZERO), dated + sum((x for x in undated if x > 0), ZERO)


def ib02(book: Book, days: int = 30) -> Verdicts:
    found: Verdicts = {}
    given = [a for a in book.allocations if not pending(a)]
    for i in book.indicators:
        own = [a for a in given if a["indicator_id"] == i["indicator_id"]]
        cuts = ZERO  # 追减: negative indicators less their own negative allocations
        for c in book.indicators:
            if c["amount"] < 0 and wording(c["fund_name"]) == wording(i["fund_name"]) and c["budget_year"] == i["budget_year"]:
                cuts += -c["amount"] + total(a for a in given if a["indicator_id"] == c["indicator_id"])
        cuts = max(cuts, ZERO)
        late = (book.as_of - i["received_on"]).days > days
        flag = one_answer(late and i["amount"] - part > MIN_AMOUNT for part in extremes(own))
        rest = i["amount"] - total(own)
        if flag and cuts >= rest:
            flag = None
        found[i["indicator_id"]] = Verdict(flag, rest - cuts, i["received_on"])
    return found


def ib03(book: Book, days: int = 60) -> Verdicts:
    return {
        a["allocation_id"]: Verdict(
            None if a["allocated_on"] is None else (book.as_of - a["allocated_on"]).days > days, a["amount"], a["allocated_on"]
        )
        for a in book.allocations
        if pending(a)
    }


def ib04(book: Book, share: Decimal = Decimal("0.01"), days: int = 90) -> Verdicts:
    money = Money(book)
    left = taken_back(book, money.payments)
    kept = [p | {"amount": left[i]} for i, p in enumerate(money.payments) if i in left]
    found: Verdicts = {}
    for a in money.given:
        paid = total(p for p in kept if p["allocation"] == a["allocation_id"])
        little = paid <= share * a["amount"] and a["amount"] > 0
        loose = a["project_id"] is not None and any(p["project"] == a["project_id"] and p["allocation"] is None for p in kept)
        old = None if a["allocated_on"] is None else (book.as_of - a["allocated_on"]).days > days
        flag = False if not little or old is False else None if old is None or loose else True
        found[a["allocation_id"]] = Verdict(flag, a["amount"], a["allocated_on"])
    return found


def ib05(book: Book, years: int = 1) -> Verdicts:
    money = Money(book)
    loose = money.of("indicator", None)
    more, less = total(p for p in loose if p["amount"] > 0), total(p for p in loose if p["amount"] < 0)
    found: Verdicts = {}
    for key, i in money.indicators.items():
        term = dt.date(i["budget_year"] + years, 12, 31)
        unspent = i["amount"] - total(money.of("indicator", key))
        answers = {book.as_of >= term and unspent - part > MIN_AMOUNT for part in (ZERO, more, less)}
        found[key] = Verdict(one_answer(answers), unspent, term)
    return found


def ib06(book: Book, min_amount: Decimal = Decimal(10000), days: int = 90) -> Verdicts:
    money = Money(book)
    found: Verdicts = {}
    for key, p in money.projects.items():
        if p["actual_finish"] is None and wording(p["status"]) != "完工":
            continue
        own = [a for a in money.given if a["project_id"] == key]
        contracts = [c for c in book.contracts if c["project_id"] == key]
        price = p["settled_amount"]
        if price is None and any(wording(c["kind"]) == "施工" for c in contracts):
            price = total(contracts)
        answers = []
        for part, finish in product(extremes(own), both_ends(p, "actual_finish")):
            late = None if finish is None else (book.as_of - finish).days > days
            # what is missing leaves it clean only where no value of it could flag it: a price is at least 0
            big = part - price > min_amount if price is not None else None if part > min_amount else False
            answers.append(False if late is False or big is False else None if late is None or big is None else True)
        surplus = None if price is None else total(own) - price
        found[key] = Verdict(one_answer(answers), surplus, p["actual_finish"])
    return found


def required_share(book: Book, tolerance: Decimal, target: Decimal) -> tuple[Decimal, int]:
    """The lesser of (pace − tolerance) and target, at least 0, as numerator and denominator; pace by complete months."""
    last = calendar.monthrange(book.as_of.year, book.as_of.month)[1]
    months = book.as_of.month if book.as_of.day == last else book.as_of.month - 1
    return max(ZERO, min(months - 12 * tolerance, 12 * target)), 12


def lp01(book: Book, tolerance: Decimal = Decimal("0.05"), target: Decimal = Decimal("0.95"), grace: int = 30) -> Verdicts:
    money = Money(book)
    share, of = required_share(book, tolerance, target)
    found: Verdicts = {}
    for key, p in money.projects.items():
        everything = money.of("project", key)
        settled = p["settled_amount"] is not None and total(everything) >= p["settled_amount"]
        if wording(p["status"]) == "取消" or (wording(p["status"]) == "完工" and settled):
            continue
        recent = {
            a["allocation_id"] for a in book.allocations if a["allocated_on"] and (book.as_of - a["allocated_on"]).days < grace
        }
        payments = [x for x in everything if x["indicator"] not in money.early and x["allocation"] not in recent]
        paid = max(total(money.this_year(payments)), ZERO)
        before = max(total(money.before(payments)), ZERO)
        own = [a for a in money.given if a["project_id"] == key and a["indicator_id"] not in money.early]
        own = [a for a in own if a["allocation_id"] not in recent]
        available = total(own) - before
        ends = [part - before for part in extremes(own)]
        if ends[1] <= 0:
            continue
        answers = [of * (paid + MIN_AMOUNT) < share * part if part > 0 else False for part in ends]
        found[key] = Verdict(one_answer(answers), cents(available * share / of) - paid, book.as_of)
    return found


Group = tuple[str, frozenset[str]]


def fund_groups(money: Money) -> list[Group]:
    """Subject → its indicators, in the order of total, direct_tag, fund_type, integrated; an empty tag forms no group."""
    current = {k: i for k, i in money.indicators.items() if k not in money.early}
    groups = [("total", frozenset(current))]
    for column in ("direct_tag", "fund_type"):
        spellings = defaultdict(list)
        for i in money.indicators.values():
            if i[column] is not None:
                spellings[wording(i[column])].append(i[column])
        for key, written in sorted(spellings.items(), key=lambda item: commonest(item[1])):
            members = frozenset(k for k, i in current.items() if wording(i[column]) == key)
            groups.append((f"{column}:{commonest(written)}", members))
    for flag, word in ((True, "是"), (False, "否")):
        groups.append((f"integrated:{word}", frozenset(k for k, i in current.items() if i["integrated"] is flag)))
    return [(subject, members) for subject, members in groups if members]


def group_verdict(
    money: Money, subject: str, members: frozenset[str], late: Callable[[Decimal, Decimal], bool]
) -> tuple[bool | None, Decimal, Decimal] | None:
    """Flag, available and paid of one group; None where nothing is available."""
    loose = money.of("indicator", None)
    own = [p for p in money.payments if p["indicator"] in members] + (loose if subject == "total" else [])
    amount = total(money.indicators[k] for k in members)
    paid = max(total(money.this_year(own)), ZERO)
    available = amount - max(total(money.before(own)), ZERO)
    if available <= 0:
        return None
    answers = [late(paid, available)]
    if subject != "total":
        more = max(paid + total(money.this_year(loose)), ZERO)
        less = available - total(money.before(loose))
        answers += [late(p, a) if a > 0 else False for p, a in ((more, available), (paid, less), (more, less))]
    return one_answer(answers), available, paid


def lp02(book: Book, tolerance: Decimal = ZERO, target: Decimal = Decimal("0.95")) -> Verdicts:
    money = Money(book)
    share, of = required_share(book, tolerance, target)
    found: Verdicts = {}
    seen: set[frozenset[str]] = set()
    for subject, members in fund_groups(money):
        if members in seen:
            continue
        seen.add(members)
        verdict = group_verdict(money, subject, members, lambda paid, available: of * (paid + MIN_AMOUNT) < share * available)
        if verdict:
            flag, available, paid = verdict
            found[subject] = Verdict(flag, cents(available * share / of) - paid, book.as_of)
    return found


def lp03(book: Book, target: Decimal = Decimal("0.95")) -> Verdicts | None:
    if (book.as_of.month, book.as_of.day) != (12, 31):
        return None
    money = Money(book)
    groups = [(s, m) for s, m in fund_groups(money) if s == "total" or s.startswith("direct_tag:")]
    both = frozenset(
        k for k, i in money.indicators.items() if k not in money.early and wording(i["direct_tag"]) in ("直达", "参照直达")
    )
    if both:
        groups.append(("direct_tag:直达+参照直达", both))
    found: Verdicts = {}
    for subject, members in groups:
        verdict = group_verdict(money, subject, members, lambda paid, available: paid < target * available)
        if verdict:
            flag, available, paid = verdict
            found[subject] = Verdict(flag, cents(available * target) - paid, book.as_of)
    return found


def deadline(book: Book, p: Row, planned: str, actual: str, days: int, done_states: tuple[str, ...]) -> Verdict | None:
    if wording(p["status"]) == "取消" or (p[planned] is not None and p[planned] > book.as_of):
        return None
    if p[planned] is None:
        return Verdict(None)
    answers = []
    for start, done in product(both_ends(p, planned), both_ends(p, actual)):
        answers.append(((done or book.as_of) - start).days > days)
    flag = one_answer(answers)
    if flag is not False and p[actual] is None and wording(p["status"]) in done_states:
        flag = None
    return Verdict(flag, occurred_on=p[planned])


def lp04(book: Book, days: int = 30) -> Verdicts:
    money, found = Money(book), {}
    for key, p in money.projects.items():
        verdict = deadline(book, p, "planned_start", "actual_start", days, ("在建", "完工"))
        if verdict:
            found[key] = verdict._replace(amount=total(a for a in money.given if a["project_id"] == key))
    return found


def lp05(book: Book, days: int = 30) -> Verdicts:
    money, found = Money(book), {}
    for key, p in money.projects.items():
        verdict = deadline(book, p, "planned_finish", "actual_finish", days, ("完工",))
        if verdict:
            allocated = total(a for a in money.given if a["project_id"] == key)
            found[key] = verdict._replace(amount=allocated - total(money.of("project", key)))
    return found


def lp06(book: Book, max_gap: Decimal = Decimal("0.20"), advance: Decimal = Decimal("0.30")) -> Verdicts:
    money = Money(book)
    found: Verdicts = {}
    for key, p in money.projects.items():
        paid, progress = max(total(money.of("project", key)), ZERO), p["physical_progress"]
        if p["to_household"] or not (paid > 0 or (progress or ZERO) > 0):
            continue
        contracts = [c for c in book.contracts if c["project_id"] == key]
        own = [a for a in money.given if a["project_id"] == key]
        bases = (total(contracts),) * 3 if contracts else (total(own), *extremes(own))

        def apart(base: Decimal, progress: Decimal = progress, paid: Decimal = paid) -> str:
            gap = progress * base - paid
            behind, ahead = gap > max_gap * base, -gap > max_gap * base and paid > advance * base
            return "behind" if behind else "ahead" if ahead else ""

        if progress is None:
            flag = None
        elif min(bases) <= 0:  # any base at all: with nothing paid the ratio is 0 whatever it is
            flag = False if paid <= 0 and progress <= max_gap else None
        else:
            answers = {apart(base) for base in bases}
            flag = None if len(answers) > 1 else answers != {""}
        amount = None if progress is None else cents(abs(progress * bases[0] - paid))
        found[key] = Verdict(flag, amount, book.as_of)
    return found


def payments_of_the_year(book: Book) -> tuple[Money, list[Row]]:
    """Those of the year without the ones taken back at once; a voucher taken back in part with what is left."""
    money = Money(book)
    left = taken_back(book, money.payments)
    kept = [p | {"amount": left[i]} for i, p in enumerate(money.payments) if i in left]
    return money, money.this_year(kept)


def by_voucher(judged: Iterable[tuple[Row, bool | None]]) -> Verdicts:
    """One verdict a voucher: flagged if any line is, undetermined if none is and one is; the amount and day of the flagged."""
    lines = defaultdict(list)
    for row, flag in judged:
        lines[row["payment_id"]].append((row, flag))
    found: Verdicts = {}
    for key, own in lines.items():
        flags = [flag for _, flag in own]
        rows = [row for row, flag in own if flag]
        if rows:
            found[key] = Verdict(True, total(rows), min(row["paid_on"] for row in rows))
        else:
            found[key] = Verdict(None if None in flags else False)
    return found


def unsure_account(book: Book, account: str | None) -> bool:
    """Whether a payee's account may be another one of the ledger: digits of the one or the other may be lost."""
    known = {a["account_no"]: a for a in book.accounts}
    unsure, unread = lost_accounts(book, "accounts"), lost_accounts(book, "payments", "payee_account")
    perhaps = account in unsure or (account in unread and any(could_be(account, other) for other in known))
    return perhaps or (account is not None and account not in known and any(could_be(other, account) for other in unsure))


def paid_into(book: Book, kind: str) -> Verdicts:
    known = {a["account_no"]: a for a in book.accounts}
    judged = []
    for p in payments_of_the_year(book)[1]:
        own = known.get(p["payee_account"])
        says = kind in (wording(p["payee_kind"]), own and wording(own["kind"]))
        perhaps = unsure_account(book, p["payee_account"])
        unclear = (p["payee_kind"] is None and own is None) or (perhaps and wording(p["payee_kind"]) != kind)
        judged.append((p, None if unclear and p["amount"] > 0 else says and p["amount"] > 0))
    return by_voucher(judged)


def tp01(book: Book) -> Verdicts:
    return paid_into(book, "财政专户")


def tp02(book: Book) -> Verdicts:
    return paid_into(book, "预算单位实有资金账户")


def tp04(book: Book) -> Verdicts:
    money, payments = payments_of_the_year(book)
    if not any(p[key] for p in book.payments for key in ("project_id", "allocation_id", "doc_no")):
        return {}  # not run
    named = {p["source_file"] for p in book.payments if p["allocation_id"] or p["doc_no"]}
    judged = []
    for p in payments:
        nowhere = p["project"] not in money.projects or p["indicator"] is None
        many = len(money.funding[p["project"]]) > 1
        unclear = p["project"] in money.projects and p["source_file"] not in named and many and p["indicator"] is None
        judged.append((p, p["amount"] > 0 and (None if unclear else nowhere)))
    return by_voucher(judged)
