"""The formalities of payments, plans and notices in plain Python, from CHECKS.md: TP03, TP05 to TP13, LP07, LP08, DQ01, DQ04."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import defaultdict
from decimal import Decimal

from money import Money, by_voucher, could_be, lost_accounts, payments_of_the_year, pending, total, unsure_account
from reading import ZERO, Book, Row, Verdict, Verdicts, both_ends, one_answer, wording

OWN_ACCOUNTS = {"财政专户", "预算单位实有资金账户"}
OFFICES = ("人民政府", "街道办事处", "财政局", "财政所", "财政分局")


def kinds_of(book: Book, p: Row) -> set[str | None]:
    """What the payment and the ledger of accounts say of the payee's account."""
    own = next((a for a in book.accounts if a["account_no"] == p["payee_account"]), None)
    return {wording(p["payee_kind"]), own and wording(own["kind"])}


def sheets(book: Book) -> set[str]:
    return {line["payment_id"] for line in book.household_payments if line["payment_id"]}


def lost_key(book: Book, column: str, key: str | None) -> bool:
    """Whether a number that payments name is masked or was held as a number."""
    return key is not None and key in lost_accounts(book, "payments", column)


def tp03(book: Book) -> Verdicts:
    units = {wording(name) for a in book.accounts for name in (a["account_name"], a["unit"]) if name}
    judged = []
    for p in payments_of_the_year(book)[1]:
        name = wording(p["payee_name"])
        office = name is not None and (name in units or name.endswith(OFFICES))
        if p["amount"] <= 0 or kinds_of(book, p) & OWN_ACCOUNTS:
            flag: bool | None = False
        elif name is None or (office and unsure_account(book, p["payee_account"])):
            flag = None
        else:
            flag = office
        judged.append((p, flag))
    return by_voucher(judged)


def tp05(book: Book) -> Verdicts:
    money = Money(book)
    found: Verdicts = {}

    def judge(key: str, limit: Decimal, own: list[Row], loose: list[Row]) -> None:
        if not money.this_year(own) and not money.this_year(loose):
            return
        paid = total(own)
        more, less = total(p for p in loose if p["amount"] > 0), total(p for p in loose if p["amount"] < 0)
        flag = one_answer({paid + part > limit for part in (ZERO, more, less)})
        found[key] = Verdict(flag, paid - limit, max((p["paid_on"] for p in own), default=None))

    for key, a in money.allocations.items():
        judge(key, a["amount"], money.of("allocation", key), [])
    for c in book.contracts:
        loose = [p for p in money.of("project", c["project_id"]) if p["contract_id"] is None]
        judge(c["contract_id"], c["amount"], [p for p in book.payments if p["contract_id"] == c["contract_id"]], loose)
    return found


def tp06(book: Book) -> Verdicts:
    money, payments = payments_of_the_year(book)
    judged = []
    for p in payments:
        a = money.allocations.get(p["allocation"])
        if p["amount"] <= 0:
            flag: bool | None = False
        elif a is None or a["plan_approved_on"] is None:
            flag = None
        else:
            answers = {
                pending(a) or day > p["paid_on"] or (a["disbursed_on"] is not None and day > a["disbursed_on"])
                for day in both_ends(a, "plan_approved_on")
            }
            flag = one_answer(answers)
            flag = None if flag and a["minutes_no"] is None else flag
        judged.append((p, flag))
    return by_voucher(judged)


def tp07(book: Book, min_amount: Decimal = Decimal(1000)) -> Verdicts:
    judged = []
    for p in payments_of_the_year(book)[1]:
        large = p["amount"] >= min_amount and p["amount"] > 0
        judged.append((p, large and (None if p["method"] is None else wording(p["method"]) in ("现金", "现金支票"))))
    return by_voucher(judged)


NEGATIVE = "办公经费 基本支出 购车 交通工具 通讯设备 楼堂馆所 奖金 津贴 福利 偿还债务 还贷 垫资".split()
WATCH = "三公 招待 会议费 培训费 科研经费".split()
EXCEPTIONS = "福利院 儿童福利 社会福利 高龄津贴 护理补贴 雨露计划 技能培训".split()


def tp08(book: Book) -> Verdicts:
    judged = []
    for p in payments_of_the_year(book)[1]:
        text = wording(p["purpose"])
        for word in EXCEPTIONS:
            text = text and text.replace(word, "")
        said = text is not None and any(word in text for word in [*NEGATIVE, *WATCH])
        judged.append((p, p["amount"] > 0 and (None if p["purpose"] is None else said)))
    return by_voucher(judged)


def tp09(book: Book, steps: tuple[str, ...] = ()) -> Verdicts:
    judged = []
    for p in payments_of_the_year(book)[1]:
        last = []
        for step in steps:
            own = [a for a in book.approvals if a["payment_id"] == p["payment_id"] and wording(a["step"]) == step]
            last.append(max(own, key=lambda a: a["round"], default=None))
        there = [a for a in last if a]
        days = [a["decided_on"] for a in there]
        if p["amount"] <= 0:
            flag: bool | None = False
        elif None in days or any(a["decision"] is None for a in there):
            flag = None
        else:
            flag = (
                None in last
                or any(wording(a["decision"]) == "退回" for a in there)
                or any(day > p["paid_on"] for day in days)
                or days != sorted(days)
                or len({a["reviewer"] for a in there}) < len(there)
            )
        judged.append((p, flag))
    return by_voucher(judged)


def tp10(book: Book, days: int = 0) -> Verdicts:
    judged = []
    for p in payments_of_the_year(book)[1]:
        day = p["paid_on"]
        until = dt.date(day.year, day.month, calendar.monthrange(day.year, day.month)[1]) + dt.timedelta(days=days)
        judged.append((p, p["amount"] > 0 and (None if p["entered_on"] is None else p["entered_on"] > until)))
    return by_voucher(judged)


def tp11(book: Book, days: int = 7) -> Verdicts:
    """Positive and not given back, within the month or later; compared with all that stand, last year's too."""
    money = Money(book)
    left, returned = returns(book, money.payments)
    standing = [p | {"at": i} for i, p in enumerate(money.payments) if left[i] > 0 and i not in returned and p["amount"] > 0]
    standing = [p | {"amount": left[p["at"]]} for p in standing]
    standing.sort(key=lambda p: (p["paid_on"], p["payment_id"], p["line_no"]))
    judged = []
    for i, p in enumerate(money.payments):
        if p["paid_on"] < book.year_start or (left[i] == 0 and p["amount"] != 0):
            continue
        own = next((x for x in standing if x["at"] == i), None)
        before = (
            [x for x in standing[: standing.index(own)] if x["project"] == p["project"] and x["amount"] == own["amount"]]
            if own
            else []
        )
        payee = p["payee_account"] or wording(p["payee_name"])
        same = [x for x in before if payee is not None and (x["payee_account"] or wording(x["payee_name"])) == payee]
        close = [x for x in before if (p["paid_on"] - x["paid_on"]).days <= days]
        unnamed = [
            x
            for x in close
            if (x["payee_account"] or x["payee_name"]) is None or lost_key(book, "payee_account", x["payee_account"])
        ]
        flag = any((p["paid_on"] - x["paid_on"]).days <= days for x in same)
        unclear = (payee is None or lost_key(book, "payee_account", p["payee_account"])) and bool(close)
        judged.append((p | {"amount": left[i]}, None if unclear or (not flag and unnamed) else flag))
    return by_voucher(judged)


def returns(book: Book, payments: list[Row]) -> tuple[dict[int, Decimal], set[int]]:
    """What is left of each payment after those taken back at once, and which came back later."""
    left, open_, later = {}, {}, set()
    for i, p in enumerate(payments):
        left[i], open_[i] = p["amount"], max(p["amount"], ZERO)
    order = lambda i: (payments[i]["paid_on"], payments[i]["payment_id"], payments[i]["line_no"])  # noqa: E731
    for i in sorted((i for i in left if payments[i]["amount"] < 0), key=order):
        back = payments[i]
        payee = back["payee_account"] or wording(back["payee_name"])
        before = [j for j in left if payments[j]["amount"] > 0 and open_[j] > 0 and payments[j]["paid_on"] <= back["paid_on"]]
        voucher = [j for j in before if payments[j]["payment_id"] == back["payment_id"]]
        same = [
            j for j in before
            if payee is not None and (payments[j]["payee_account"] or wording(payments[j]["payee_name"])) == payee
            and payments[j]["project"] == back["project"] and open_[j] == payments[j]["amount"] == -back["amount"]
        ]  # fmt: skip
        if not (voucher or same):
            continue
        owed = -back["amount"]
        for j in sorted(voucher, key=order, reverse=True) or [max(same, key=order)]:
            taken = min(open_[j], owed)
            open_[j] -= taken
            owed -= taken
            first, last = payments[j]["paid_on"], back["paid_on"]
            if (last - first).days <= book.reverse_days and (first.year, first.month) == (last.year, last.month):
                left[j] -= taken
                left[i] += taken
            elif taken:
                later.add(j)
    return left, later


def tp12(book: Book) -> Verdicts:
    known = {a["account_no"]: a for a in book.accounts}
    payments = payments_of_the_year(book)[1]
    judged = []
    for p in payments:
        account = p["payer_account"]
        own = known.get(account)
        unclear = account is None or own is None or lost_key(book, "payer_account", account)
        judged.append((p, p["amount"] > 0 and (None if unclear else wording(own["kind"]) in OWN_ACCOUNTS)))
    found = by_voucher(judged)
    recorded = any(a["approved_no"] for a in book.accounts)
    suspects = (
        lost_accounts(book, "accounts")
        | lost_accounts(book, "payments", "payer_account")
        | lost_accounts(book, "payments", "payee_account")
    )
    for number, a in known.items():
        through = [p for p in payments if p["payer_account"] == number and p["amount"] > 0]
        poverty = wording(a["kind"]) == "财政专户" and "扶贫" in (wording(a["account_name"]) or "")
        if not through and not poverty:
            continue
        flag = bool(
            (through and recorded and a["approved_no"] is None)
            or (a["closed_on"] and any(p["paid_on"] > a["closed_on"] for p in through))
            or (poverty and a["closed_on"] is None)
        )
        doubtful = number in suspects or any(could_be(other, number) for other in suspects)
        found[number] = Verdict(None if doubtful else flag, total(through), min((p["paid_on"] for p in through), default=None))
    return found


PEOPLE_WORDS = "劳务 工资 补偿 慰问".split()
FIRM_WORDS = "公司 社 厂 店 部 所 中心 委员会 合作 户 行".split()


def tp13(book: Book, min_amount: Decimal = Decimal(10000)) -> Verdicts:
    judged = []
    for p in payments_of_the_year(book)[1]:
        name, purpose = wording(p["payee_name"]), wording(p["purpose"]) or ""
        large = p["amount"] >= min_amount and p["amount"] > 0 and p["payment_id"] not in sheets(book)
        large = large and not any(word in purpose for word in PEOPLE_WORDS)
        firm = name is not None and any(word in name for word in FIRM_WORDS)
        if not large or firm:
            flag: bool | None = False
        elif name is None or any(c in name for c in "*?"):
            flag = None
        else:
            flag = bool(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name)) or any(c in name for c in "·•・")
        judged.append((p, flag))
    return by_voucher(judged)


def lp07(book: Book, ratio: Decimal = Decimal(1)) -> Verdicts:
    money = Money(book)
    year = str(book.as_of.year)
    ended = [m for m in range(1, 13) if dt.date(book.as_of.year, m, calendar.monthrange(book.as_of.year, m)[1]) <= book.as_of]
    plans, spent = defaultdict(Decimal), defaultdict(Decimal)
    for m in book.month_plans:
        if m["month"][:4] == year and int(m["month"][5:]) in ended:
            plans[wording(m["unit"]), int(m["month"][5:])] += m["amount"]
    for p in money.this_year(money.payments):
        unit = p["project"] in money.projects and money.projects[p["project"]]["unit"]
        if unit:
            spent[wording(unit), p["paid_on"].month] += p["amount"]
    found: Verdicts = {}
    for unit in {u for u, _ in plans}:
        planned = paid = ZERO
        flagged = []
        for m in ended:
            planned, paid = planned + plans[unit, m], paid + spent[unit, m]
            if plans[unit, m] > 0 and spent[unit, m] < ratio * plans[unit, m] and paid < ratio * planned:
                flagged.append((m, planned - paid))
        if any(plans[unit, m] > 0 for m in ended):
            day = (
                dt.date(book.as_of.year, flagged[0][0], calendar.monthrange(book.as_of.year, flagged[0][0])[1])
                if flagged
                else None
            )
            found[book.spelling(unit)] = Verdict(bool(flagged), flagged[-1][1] if flagged else None, day)
    return found


def lp08(book: Book, share: Decimal = Decimal("0.5"), min_amount: Decimal = Decimal(100000)) -> Verdicts | None:
    if book.as_of.month != 12:
        return None
    money = Money(book)
    found: Verdicts = {}
    for key in money.projects:
        own = money.this_year(money.of("project", key))
        late = total(p for p in own if p["paid_on"].month in (11, 12))
        if own:
            found[key] = Verdict(total(own) > 0 and late > share * total(own) and late >= min_amount, late, book.as_of)
    return found


def dq01(book: Book, covers: tuple[str, ...] = ("直达", "参照直达")) -> Verdicts:
    money = Money(book)
    first = min((p["paid_on"] for p in book.platform_payments if p["paid_on"]), default=dt.date.min)
    ours, theirs = defaultdict(list), defaultdict(list)
    for p in money.payments:
        ours[p["payment_id"]].append(p)
    for p in book.platform_payments:
        theirs[p["payment_id"]].append(p)
    found: Verdicts = {}
    for key in ours.keys() | theirs.keys():
        tags = {wording(money.indicators[p["indicator"]]["direct_tag"]) for p in ours[key] if p["indicator"]}
        within = bool(tags & set(covers)) and max((p["paid_on"] for p in ours[key]), default=dt.date.min) >= first
        if not within and not theirs[key]:
            continue
        same = bool(ours[key]) and bool(theirs[key]) and total(ours[key]) == total(theirs[key])
        days = [p["paid_on"] for p in ours[key] or theirs[key] if p["paid_on"]]
        found[key] = Verdict(not same, abs(total(ours[key]) - total(theirs[key])), min(days, default=None))
    return found


BENFORD = [30103, 17609, 12494, 9691, 7918, 6695, 5799, 5115, 4576]


def dq04(book: Book, deviation: Decimal = Decimal("0.015"), least: int = 300) -> Verdicts:
    money = Money(book)
    digits = defaultdict(list)
    for p in money.payments:
        own = money.projects.get(p["project"], {"unit": None})
        household = own.get("to_household") or wording(own.get("category")) == "到户补助"
        unit = own["unit"]
        if unit and not household and p["amount"] > 0 and p["payment_id"] not in sheets(book):
            digits[wording(unit)].append(int(str(p["amount"]).replace(".", "").lstrip("0")[0]))
    found: Verdicts = {}
    for unit, own in digits.items():
        if len(own) >= least:
            apart = sum(abs(own.count(d) * 100000 - BENFORD[d - 1] * len(own)) for d in range(1, 10))
            found[book.spelling(unit)] = Verdict(apart > deviation * 9 * len(own) * 100000, None, book.as_of)
    return found
