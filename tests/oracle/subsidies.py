"""HP06, HP09 to HP14, HP16 to HP22, IB07, DQ03, DQ05 and PM16 in plain Python, from CHECKS.md."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations, product

from money import Money, could_be, extremes, pending, total
from people import (
    People,
    by_person,
    could_be_him,
    could_be_in_force,
    digits_agree,
    doubtful,
    is_suspect,
    month_span,
    name_key,
    names_agree,
    number_problem,
    numbers_near,
    register_in_force,
    usable,
)
from reading import ZERO, Book, Row, Verdict, Verdicts, both_ends, cents, one_answer, wording


def on_list(people: People, line: Row, kinds: Iterable[str]) -> list[tuple[str, Row]]:
    """The entries of each list that say the most of a person, with how: agrees (number and name), number, or near."""
    found = []
    names = [name_key(x["name"]) for x in people.lines if x["person"] == line["person"]]
    for kind in kinds:
        entries = [r for r in people.book.registers if wording(r["register"]) == kind]
        ranked: dict[str, list[Row]] = defaultdict(list)
        for r in entries:
            if r["id_number"] == line["id_number"]:
                sure = not is_suspect(r) and (r["name"] is None or any(names_agree(n, name_key(r["name"])) for n in names))
                ranked["agrees" if sure else "number"].append(r)
            elif (
                any(names_agree(n, name_key(r["name"])) for n in names) and numbers_near(line["id_number"] or "", r["id_number"])
            ) or any(could_be_him(x, r) for x in people.lines if x["person"] == line["person"]):
                ranked["near"].append(r)
        best = next((how for how in ("agrees", "number", "near") if ranked[how]), None)
        found += [(best, r) for r in ranked[best]] if best else []
    return found


def on_that_day(r: Row, day: dt.date | None) -> tuple[bool, bool]:
    """Whether an entry could be, and surely is, in force on a day; empty ends are open."""
    since, until = both_ends(r, "since"), both_ends(r, "until")
    widest = (since[0] is None or day is None or since[0] <= day) and (until[-1] is None or day is None or until[-1] >= day)
    narrowest = (since[-1] is None or day is None or since[-1] <= day) and (until[0] is None or day is None or until[0] >= day)
    return widest, narrowest


def undated(r: Row) -> bool:
    return r["since"] is None and r["until"] is None and r["list_date"] is None


LEADS, SPARED = ("企业法人", "车辆", "房产", "退休金"), ("合作社", "农机", "农用", "拖拉机", "收割机", "三轮")


def hp06(book: Book) -> Verdicts | None:
    wanted = ("财政供养", *LEADS)
    entries = [r for r in book.registers if wording(r["register"]) in wanted]
    if not entries:
        return None
    people = People(book)
    judged = []
    for line in people.paid(("targeted", "unknown")):
        answers: set[bool | None] = {False}
        for how, r in on_list(people, line, wanted) if line["id_number"] else ():
            lead = wording(r["register"]) in LEADS
            perhaps, surely = on_that_day(r, line["paid_on"])
            if not perhaps or (lead and any(word in (r["detail"] or "") for word in SPARED)):
                continue
            if undated(r):
                answers.add(None)
            elif line["aim"] == "unknown":
                answers.add(False if people.tier(line) == "number" else None)
            else:
                answers.add(True if how == "agrees" and surely else None)
        flag = True if True in answers else None if None in answers else False
        flag = None if is_suspect(line) else doubtful(people, line, flag)
        judged.append((line, flag))
    return usable(entries, by_person(judged))


INSTITUTIONS = "敬老院 养老院 福利院 供养中心 幸福院".split()


def card_lost(line: Row) -> bool:
    return "card_no" in (line["suspect"] or ()) or "*" in (line["card_no"] or "")


def hp09(book: Book, max_households: int = 1) -> Verdicts:
    people = People(book)
    cards = defaultdict(list)
    for line in people.lines:
        if line["card_no"] and line["net"] > 0:
            cards[line["card_no"]].append(line)
    whole: dict[str, Decimal] = defaultdict(Decimal)
    for line in people.lines:
        whole[line["person"]] += line["amount"]
    found: Verdicts = {}
    for card, own in cards.items():
        if any(word in (x["card_holder"] or "") or word in x["name"] for x in own for word in INSTITUTIONS):
            continue
        homes = {people.household_of(x) for x in own}
        unknown = None in homes and len({x["person"] for x in own}) > max_households
        flag = None if unknown or any(map(card_lost, own)) else len(homes - {None}) > max_households
        if flag is False:  # a card of which digits are lost may be this one
            others = [x for c, rows in cards.items() for x in rows if card_lost(x) and could_be(c, card)]
            more = homes | {people.household_of(x) for x in others}
            flag = None if others and (len(more) > max_households) else False
        found[card] = Verdict(
            flag, sum((x["net"] for x in own), ZERO), min((x["paid_on"] for x in own if x["paid_on"]), default=None)
        )
    return found


def hp10(book: Book) -> Verdicts:
    people = People(book)
    standing = {id(x) for x in people.paid()}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for x in people.lines:
        sums[x["person"]] += x["amount"]
    used = defaultdict(list)
    for place, line in enumerate(people.lines):
        if (
            line["card_no"]
            and line["paid_on"]
            and line["paid_on"] >= book.year_start
            and line["net"] > 0
            and sums[line["person"]] > 0
        ):
            used[line["person"]].append(line | {"place": place})
    del standing
    judged = []
    for own in used.values():
        own.sort(key=lambda x: (x["paid_on"], x["place"]))
        lost = any(map(card_lost, own)) and len({x["card_no"] for x in own}) > 1
        number = any(map(is_suspect, own)) and len({x["card_no"] for x in own}) > 1
        for turn, line in enumerate(own):
            month = line["period"] or line["paid_on"].strftime("%Y-%m")
            same = {x["card_no"] for x in own if (x["period"] or x["paid_on"].strftime("%Y-%m")) == month}
            back = (
                turn > 0 and own[turn - 1]["card_no"] != line["card_no"] and line["card_no"] in {x["card_no"] for x in own[:turn]}
            )
            judged.append((line, None if lost or number else len(same) > 1 or back))
    return by_person(judged)


# ---- standards


def kind_of(people: People, line: Row) -> str | None:
    kinds = {wording(b["kind"]) for b in people.register.get(line["id_number"] or "", []) if b["kind"]}
    return kinds.pop() if len(kinds) == 1 else None


def named_in(kinds: str | None, kind: str) -> bool:
    parts = [kinds or ""]
    for mark in "、,，;；/":
        parts = [piece for part in parts for piece in part.split(mark)]
    return kind in {wording(part) for part in parts}


def standards_of(people: People, line: Row) -> list[Row]:
    """The different standards that may hold for a line: those of the person's kind before those of everyone."""
    kind = kind_of(people, line)
    own = [s for s in people.in_force(line) if s["kinds"] is None or kind is None]
    naming = [s for s in people.begun(line) if kind is not None and s["kinds"] is not None and named_in(s["kinds"], kind)]
    newest = max((s["from_date"] or dt.date.min for s in naming), default=None)
    named = [s for s in naming if (s["from_date"] or dt.date.min) == newest]
    different = {}
    for s in named or own:
        different[s["amount"], wording(s["per"]), wording(s["per_unit"]), wording(s["basis_kind"]), bool(s["fixed"])] = s
    return list(different.values())


def with_standards(people: People) -> list[Row]:
    lines = []
    for line in people.paid():
        own = standards_of(people, line)
        s = own[0] if len(own) == 1 else None
        basis = line["basis_kind"] or (wording(s["basis_kind"]) if s else line["basis"])
        home = people.household_of(line)
        if s and s["per"] and line["cycle"] is not None:  # the cycle of the standard that is his
            month = line["period"] or line["paid_on"].strftime("%Y-%m")
            day = wording(s["per"]) == "次"
            line = line | {"span": (line["paid_on"], line["paid_on"]) if day else month_span(month, wording(s["per"]))}
            line["cycle"] = line["span"][0]
        allowed = s and (s["amount"] if s["per_unit"] is None else line["quantity"] and cents(s["amount"] * line["quantity"]))
        lines.append(line | {"standards": own, "own": s, "household": basis == "到户", "home": home, "allowed": allowed})
    return lines


def groups_of(lines: list[Row], each_time: bool = True) -> dict[tuple[object, ...], list[Row]]:
    groups = defaultdict(list)
    for line in lines:
        who = ("H", line["home"]) if line["household"] and line["home"] else ("P", line["person"])
        once = line["line_id"] if each_time and line["own"] and wording(line["own"]["per"]) == "次" else None
        groups[*who, line["key"], line["cycle"], once].append(line)
    return groups


def standard_unclear(line: Row) -> bool:
    s = line["own"]
    if s is None or s["per"] is None or line["cycle"] is None:
        return True
    return (s["per_unit"] is not None and line["quantity"] is None) or (line["household"] and line["home"] is None)


def due_of(own: list[Row]) -> Decimal | None:
    s = own[0]["own"]
    if any(x["allowed"] is None for x in own):
        known = [x["allowed"] for x in own if x["allowed"] is not None]
        return (max(known, default=None) if s is None or s["per_unit"] is None else sum(known, ZERO)) if known else None
    return max(x["allowed"] for x in own) if s["per_unit"] is None else sum((x["allowed"] for x in own), ZERO)


def gathered(rows: Iterable[tuple[str, bool | None, Decimal, dt.date | None]]) -> Verdicts:
    """Subject, flag, amount and day of each group, one verdict a subject."""
    lines = defaultdict(list)
    for subject, flag, amount, day in rows:
        lines[subject].append((flag, amount, day))
    found: Verdicts = {}
    for subject, own in lines.items():
        hit = [x for x in own if x[0]]
        if hit:
            found[subject] = Verdict(True, sum((x[1] for x in hit), ZERO), min((x[2] for x in hit if x[2]), default=None))
        else:
            found[subject] = Verdict(None if any(x[0] is None for x in own) else False)
    return found


def hp11(book: Book) -> Verdicts:
    people = People(book)
    lines = with_standards(people)
    some = {x["person"] for x in lines if x["standards"]}
    rows = []
    for (who, key, *_), own in groups_of([x for x in lines if x["person"] in some]).items():
        paid, due = sum((x["net"] for x in own), ZERO), due_of(own)
        unclear = any(map(standard_unclear, own))
        over = due is not None and paid > due
        for turn, x in enumerate(sorted(own, key=lambda x: (x["paid_on"], x["line_id"]))):
            doubt = unclear or (is_suspect(x) and who == "P")
            rows.append((str(key), None if doubt else over, paid - (due or ZERO) if turn == 0 else ZERO, x["paid_on"]))
    return gathered(rows)


def hp12(book: Book) -> Verdicts:
    ours, theirs = defaultdict(list), defaultdict(list)
    loose = defaultdict(list)
    for line in book.household_payments:
        (theirs[line["payment_id"]] if line["payment_id"] else loose[line["project_id"]]).append(line)
    for p in book.payments:
        ours[p["payment_id"]].append(p)
    found: Verdicts = {}
    for key, lines in theirs.items():
        same = bool(ours[key]) and total(ours[key]) == total(lines)
        days = [x["paid_on"] for x in ours[key] or lines if x["paid_on"]]
        found[key] = Verdict(not same, abs(total(ours[key]) - total(lines)), min(days, default=None))
    for project in loose:
        found[project or "（没有项目编号）"] = Verdict(None)
    return found


def sheets_of_projects(book: Book, money: Money) -> set[str | None]:
    projects: set[str | None] = set()
    for line in book.household_payments:
        through = {p["project"] for p in money.payments if p["payment_id"] == line["payment_id"]} if line["payment_id"] else set()
        projects |= {line["project_id"]} if line["project_id"] else through
    return projects - {None}


def hp13(book: Book) -> Verdicts:
    money = Money(book)
    sheeted = sheets_of_projects(book, money)
    found: Verdicts = {}
    for key, p in money.projects.items():
        paid = total(money.of("project", key))
        if paid > 0 and (p["to_household"] or key in sheeted):
            flag = None if p["to_household"] is None else p["to_household"] != (key in sheeted)
            found[key] = Verdict(flag, paid, book.as_of)
    return found


def hp14(book: Book, grace: int = 60) -> Verdicts:
    people = People(book)
    dead = {r["id_number"] for r in book.registers if wording(r["register"]) == "死亡"}
    last = book.as_of - dt.timedelta(days=grace)
    due = {}
    for s in book.standards:
        per = wording(s["per"])
        spans = {
            month_span(f"{y}-{m:02d}", per)
            for y in (book.as_of.year - 2, book.as_of.year - 1, book.as_of.year)
            for m in range(1, 13)
        }
        begun = both_ends(s, "from_date")[-1]
        spans = {x for x in spans if x[1] < last and (begun is None or begun <= x[0]) and x[1] >= last - dt.timedelta(days=400)}
        if spans:
            span = max(spans)
            key = (wording(s["subsidy"]), wording(s["kinds"]))
            own = (span[1], s["from_date"] or dt.date.min, span, s)
            due[key] = max(due.get(key, own), own, key=lambda x: (x[0], x[1]))
    rows = []
    for (subsidy, kinds), (_, begun, span, s) in due.items():
        in_span = lambda x: span[0] <= month_span(x["period"] or x["paid_on"].strftime("%Y-%m"), None)[0] <= span[1]  # noqa: B023, E731
        lines = [x for x in people.lines if x["key"] == subsidy and x["net"] > 0 and in_span(x)]
        if not s["universal"] or s["per_unit"] is not None or wording(s["per"]) not in ("月", "季", "年"):
            continue
        for b in book.beneficiaries:
            entered, exited = both_ends(b, "entered_on")[-1], both_ends(b, "exited_on")[0]
            kind = b["kind"] and wording(b["kind"])
            other = [
                o for (sub, k), o in due.items()
                if sub == subsidy and k != kinds and k is not None and kind and named_in(o[3]["kinds"], kind)
            ]  # fmt: skip
            if other and (
                kinds is None or any(o[1] > begun for o in other)
            ):  # that of the kind before that of everyone, the newest first
                continue
            if s["kinds"] is not None and not (b["kind"] and named_in(s["kinds"], wording(b["kind"]))):
                continue
            begins, ends = both_ends(b, "entered_on")[0], both_ends(b, "exited_on")[-1]
            if begins is None or begins > span[0] or (ends is not None and ends < span[1]) or b["id_number"] in dead:
                continue
            sure = entered is not None and entered <= span[0] and (exited is None or exited >= span[1])
            got = any(x["person"] == b["id_number"] for x in lines)
            homes = {o["household_id"] for o in people.register[b["id_number"]]} - {None}
            family = any(people.household_of(x) in homes for x in lines)
            if got or (wording(s["basis_kind"]) == "到户" and family):
                flag: bool | None = False
            else:
                flag = None if is_suspect(b) or family or not sure else True
            rows.append((b["id_number"], flag, s["amount"], span[1], subsidy, kinds))
    once = {
        (*row[:1], *row[4:]): row for row in sorted(rows, key=lambda r: r[1] is not False)
    }  # on two rows of the register at once
    return usable(book.beneficiaries, gathered([row[:4] for row in once.values()]))


def hp16(book: Book) -> Verdicts:
    people = People(book)
    judged = []
    for line in people.paid():
        if not line["card_holder"] and not line["card_no"]:
            continue
        holder, home = name_key(line["card_holder"]), people.household_of(line)
        homes = {home} | {b["household_id"] for b in people.register[line["person"]]} - {None}  # the line's and the register's
        members = [b for b in book.beneficiaries if home and b["household_id"] in homes]
        members += [x for x in people.lines if home and x["household_id"] in homes]
        kin = any(names_agree(holder, name_key(m["name"])) for m in members)
        if holder is None:
            flag: bool | None = None
        elif names_agree(holder, name_key(line["name"])) or kin:
            flag = False
        else:
            flag = None if home is None or is_suspect(line) else True
        judged.append((line, flag))
    return by_person(judged)


def hp17(book: Book, days: int = 45, year_days: int = 90) -> Verdicts:
    people = People(book)
    cycles = defaultdict(list)
    for line in people.lines:
        if line["net"] > 0 and line["per"] in ("月", "季", "年") and line["span"] and line["span"][1] <= book.as_of:
            cycles[line["key"], line["per"], line["span"]].append(line)
    found: Verdicts = {}
    for (key, per, span), own in cycles.items():
        first = min(x["paid_on"] for x in own)
        text = {"年": f"{span[0]:%Y}", "季": f"{span[0]:%Y}Q{(span[0].month + 2) // 3}"}.get(per, f"{span[0]:%Y-%m}")
        unclear = any(x["period"] is None or dict(x["raw"] or {}).get("paid_on") == "" for x in own)
        late = (first - span[1]).days > (year_days if per == "年" else days)
        found[f"{book.spelling(key)}|{text}"] = Verdict(None if unclear else late, sum((x["net"] for x in own), ZERO), first)
    return found


def hp18(book: Book, grace: int = 60, min: Decimal = Decimal(1)) -> Verdicts:
    people = People(book)
    last = book.as_of - dt.timedelta(days=grace)
    lines = []
    for x in with_standards(people):
        kept = [s for s in x["standards"] if s["fixed"]]
        if not x["standards"] or len(kept) < len(x["standards"]):
            continue
        pers = {wording(s["per"]) for s in x["standards"]}
        if x["span"] and x["span"][1] < last:
            lines.append(x | {"pers": pers})
    rows = []
    for (_, key, *_), own in groups_of(lines, each_time=False).items():
        paid, due = sum((x["net"] for x in own), ZERO), due_of(own)
        amounts = {x["own"]["amount"] for x in own if x["own"]}
        two = len(amounts) > 1 or any(len(x["standards"]) > 1 for x in own)
        short = due is not None and 0 < paid < due and due - paid >= min
        moved = any(
            x["span"]
            and any(
                (e is not None and x["span"][0] < e <= x["span"][1]) or (x_on is not None and x["span"][0] <= x_on < x["span"][1])
                for b in people.register.get(x["person"], [])
                for e, x_on in [(both_ends(b, "entered_on")[-1], both_ends(b, "exited_on")[0])]
            )
            for x in own
        )
        refunded = any(
            y["net"] < y["amount"] and y["amount"] > 0 and y["person"] == x["person"] and y["key"] == x["key"]
            and x["span"][0] <= month_span(y["period"] or y["paid_on"].strftime("%Y-%m"), None)[0] <= x["span"][1]
            for x in own if x["span"] for y in people.lines
        ) or any(x["net"] < x["amount"] for x in own)  # fmt: skip
        for turn, x in enumerate(
            sorted(own, key=lambda x: (is_suspect(x), x["paid_on"], x["line_id"]))
        ):  # the amount on a sure line
            lacking = (x["household"] and x["home"] is None) or any(
                y["own"] and y["own"]["per_unit"] is not None and y["quantity"] is None for y in own
            )
            doubt = two or lacking or (short and (is_suspect(x) or moved or refunded))
            rows.append((str(key), None if doubt else short, (due or ZERO) - paid if turn == 0 else ZERO, x["paid_on"]))
    return gathered(rows)


def hp19(book: Book) -> Verdicts | None:
    entries = [r for r in book.registers if wording(r["register"]) == "村干部"]
    if not entries:
        return None
    people = People(book)
    judged = []
    for line in people.paid(("targeted",)):
        own = people.register.get(line["id_number"] or "", [])
        day = (line["paid_on"], line["paid_on"])
        for how, r in on_list(people, line, ["村干部"]) if line["id_number"] else ():
            perhaps, surely = on_that_day(r, line["paid_on"])
            if not perhaps:
                continue
            if is_suspect(line) or (own and all(is_suspect(b) for b in own)):
                flag: bool | None = None
            elif any(register_in_force(b, day, True) for b in own):
                flag = False
            elif (
                undated(r)
                or how != "agrees"
                or people.tier(line) == "near"
                or any(could_be_in_force(b, day) for b in own)
                or not surely
            ):
                flag = None
            else:
                flag = True
            judged.append((line, doubtful(people, line, flag)))
    return usable(book.beneficiaries, usable(entries, by_person(line_once(judged))))


def line_once(judged: list[tuple[Row, bool | None]]) -> list[tuple[Row, bool | None]]:
    """A line once, however many entries of the list name the person: flagged if one of them makes it so, open if one leaves it open."""
    answers = defaultdict(set)
    for line, flag in judged:
        answers[line["line_id"]].add(flag)
    lines = {line["line_id"]: line for line, _ in judged}
    return [(lines[key], True if True in own else None if None in own else False) for key, own in answers.items()]


AREA_WORDS = "地力 种粮 稻谷 玉米 大豆 退耕 轮作 休耕".split()


def area_of(rows: list[Row]) -> Decimal:
    """The area of a year: what is paid by month or quarter is the same land in each of them."""
    cycles: dict[object, Decimal] = defaultdict(Decimal)
    for x in rows:
        each = x["own"] and wording(x["own"]["per"]) in ("月", "季")
        cycles[x["cycle"] if each else None] += x["quantity"] or ZERO
    return max(cycles.values())


def hp20(book: Book, growth: Decimal = Decimal("0.2"), min: Decimal = Decimal(2)) -> Verdicts:
    people = People(book)
    years = defaultdict(list)
    for x in with_standards(people):
        units = {wording(s["per_unit"]) for s in x["standards"]}
        unit = next(iter(units)) if len(units) == 1 else None
        area = unit == "亩" if unit is not None else any(word in x["key"] for word in AREA_WORDS)
        year = int(x["period"][:4]) if x["period"] else x["paid_on"].year
        if x["id_number"] and area and book.as_of.year - year in (0, 1):
            years[x["person"], x["key"], year].append(x)
    found: Verdicts = {}
    for (person, key, year), own in years.items():
        before = years.get((person, key, year - 1))
        if year != book.as_of.year or not before:
            continue
        areas = [area_of(rows) for rows in (own, before)]
        lacking = any(x["quantity"] is None for x in [*own, *before])
        homes = [sorted(h for h in {people.household_of(x) for x in rows} if h) for rows in (own, before)]
        moved = bool(homes[0] and homes[1] and homes[0][0] != homes[1][0])
        flag = areas[0] > areas[1] * (1 + growth) and areas[0] - areas[1] >= min
        paid = sum((x["net"] for x in own), ZERO)
        amount = cents(paid * (areas[0] - areas[1]) / areas[0]) if areas[0] > 0 else ZERO
        doubt = lacking or moved or any(map(is_suspect, [*own, *before]))
        found[f"{person}|{book.spelling(key)}"] = Verdict(None if doubt else flag, amount, max(x["paid_on"] for x in own))
    return found


def hp21(book: Book, exclusive: tuple[tuple[str, str], ...] = (), years: int = 5) -> Verdicts:
    people = People(book)
    groups = defaultdict(list)
    for x in people.lines:
        home = people.household_of(x)
        for words in exclusive:
            for word in words:
                if word in x["key"] and x["net"] > 0:
                    groups[home or x["person"], home is None, words].append((word, x))
    rows = []
    for (subject, alone, words), own in groups.items():
        sides = [[x for word, x in own if word == w] for w in words]
        both = all(sides)
        near, day = False, None
        for one, two in product(*sides):
            start, end = sorted((one["paid_on"], two["paid_on"]))
            year = start.year + years
            if end <= dt.date(year, start.month, min(start.day, calendar.monthrange(year, start.month)[1])):
                near, day = True, min(start, day or start)
        amount = min(sum((x["net"] for x in side), ZERO) for side in sides) if both else ZERO
        rows.append((subject, None if alone else both and near, amount, day))
    return gathered(rows)


def hp22(book: Book, resident_only: tuple[str, ...] = ()) -> Verdicts | None:
    entries = [r for r in book.registers if wording(r["register"]) == "户籍"]
    if not entries:
        return None
    people = People(book)
    until = max((r["list_date"] for r in entries if r["list_date"]), default=None)
    judged = []
    for line in people.paid():
        if not any(word in line["key"] for word in resident_only):
            continue
        own = on_list(people, line, ["户籍"]) if line["id_number"] else []
        there = any(r["id_number"] == line["id_number"] and not is_suspect(r) for r in entries)
        if is_suspect(line):
            flag: bool | None = None
        elif there:
            flag = False
        elif own or number_problem(line["id_number"], line["paid_on"]) or (until and (book.as_of - until).days > 366):
            flag = None
        else:
            flag = True
        judged.append((line, doubtful(people, line, flag)))
    return usable(entries, by_person(judged))


def ib07(book: Book, min_amount: Decimal = Decimal(10000), days: int = 180) -> Verdicts:
    money, people = Money(book), People(book)
    household = {k for k, p in money.projects.items() if p["to_household"] or wording(p["category"]) == "到户补助"}
    vouchers = defaultdict(set)
    for p in money.payments:
        vouchers[p["payment_id"]].add(p["project"])
    lines, sheeted = defaultdict(list), set()
    for x in people.lines:
        sheeted |= {x["payment_id"]} - {None}
        through = vouchers[x["payment_id"]] - {None}
        project = x["project_id"] or (next(iter(through)) if len(through) == 1 else None)
        lines[x["key"]].append(x | {"project": project})
    everything = [x for own in lines.values() for x in own]

    def rest_of(projects: set[str]) -> list[Decimal]:
        """All, the least and the most that is left of the projects' money."""
        given = [a for a in book.allocations if a["project_id"] in projects and not pending(a)]
        paid = sum((x["net"] for x in everything if x["project"] in projects), ZERO)
        other = total(p for p in money.payments if p["project"] in projects and p["payment_id"] not in sheeted)
        return [part - paid - other for part in (total(given), *extremes(given))]

    idle = any(rest_of({p})[2] > min_amount for p in household)
    found: Verdicts = {}
    for key, own in lines.items():
        projects = {x["project"] for x in own} & household
        last = max((x["paid_on"] for x in own if x["amount"] > 0), default=None)
        late = None if last is None else (book.as_of - last).days > days
        if projects:
            rests = rest_of(projects)
            unnamed = any(x["project"] is None for x in own)
            flag = None if unnamed else one_answer({r > min_amount and late for r in rests})
            found[book.spelling(key)] = Verdict(flag, rests[0], last)
        elif idle and all(x["project"] is None for x in own):
            found[book.spelling(key)] = Verdict(False if late is False else None)
    return found


def bare(place: str | None, endings: tuple[str, ...]) -> str | None:
    if place is None:
        return None
    place = "".join(place.split())
    while endings == VILLAGES and place.endswith(endings):
        place = next(place[: -len(e)] for e in endings if place.endswith(e))
    return next((place[: -len(e)] for e in endings if place.endswith(e)), place)


TOWNS, VILLAGES = ("镇", "乡"), ("村委会", "村")


def dq03(book: Book) -> Verdicts:
    people = People(book)
    known = {(bare(b["township"], TOWNS), bare(b["village"], VILLAGES)) for b in book.beneficiaries}
    judged = []
    for line in people.paid():
        t, v = bare(line["township"], TOWNS), bare(line["village"], VILLAGES)
        there = any((t is None or t == a) and (v is None or v == b) for a, b in known)
        flag = None if t is None and v is None else not there
        judged.append((line, flag))
    return by_person(judged, lambda x: f"{x['township'] or ''}|{x['village'] or ''}")


def in_two_households(rows: list[Row], as_of: dt.date) -> bool | None:
    """At once, for more than the day of a move: over what is left open, and with days known to the month at both ends."""
    answers: set[bool | None] = {False}
    for a, b in combinations(rows, 2):
        if a["household_id"] and b["household_id"] and a["household_id"] != b["household_id"]:
            ends = []
            for first, last in ((-1, 0), (0, -1)):
                begins = max(both_ends(x, "entered_on")[first] or dt.date.min for x in (a, b))
                stops = min(both_ends(x, "exited_on")[last] or as_of + dt.timedelta(days=1) for x in (a, b))
                ends.append(begins < stops)
            answers.add(one_answer(set(ends)))
    return True if True in answers else None if None in answers else False


def dq05(book: Book, days: int = 60) -> Verdicts:
    persons, homes = defaultdict(list), defaultdict(list)
    for b in book.beneficiaries:
        persons[b["id_number"]].append(b)
        if b["household_id"] and (b["exited_on"] is None or b["exited_on"] > book.as_of):
            homes[b["household_id"]].append(b)
    told = any(b["relation"] for b in book.beneficiaries)
    heads = ("户主", "本人", "本人或户主")
    headless = {
        h: min(b["id_number"] for b in own)
        for h, own in homes.items()
        if told and not any(wording(b["relation"]) in heads for b in own)
    }
    dead = [r for r in book.registers if wording(r["register"]) == "死亡" and not is_suspect(r)]
    lost = [r for r in book.registers if wording(r["register"]) == "死亡" and is_suspect(r)]
    found: Verdicts = {}
    for number, own in persons.items():
        twice = in_two_households(own, book.as_of)
        flags: set[bool | None] = {False}
        for b in own:
            entries = [r for r in dead if r["id_number"] == number]
            agree = [r for r in entries if r["name"] is None or names_agree(name_key(r["name"]), name_key(b["name"]))]
            flag: bool | None = number_problem(number, None) or twice or headless.get(b["household_id"]) == number
            flags |= {None} if twice is None else set()
            if b["exited_on"] is None and not flag:
                by_name = defaultdict(list)
                for r in entries:
                    by_name[name_key(r["name"])].append(r)
                for rows in by_name.values():
                    dated = [r for r in rows if r["since"] is not None]
                    if rows[0] not in agree or not dated:
                        flags.add(None)
                    else:
                        late = {(book.as_of - min(both_ends(r, "since")[end] for r in dated)).days > days for end in (0, -1)}
                        flag, unsure = (True, False) if late == {True} else (flag, late != {False})
                        flags |= {None} if unsure else set()
                for r in lost:
                    same = r["name"] is not None and name_key(r["name"]) == name_key(b["name"])
                    if (
                        same
                        and digits_agree(number, r["id_number"])
                        and (r["since"] is None or (book.as_of - r["since"]).days > days)
                    ):
                        flags.add(None)
            flags.add(None if is_suspect(b) else flag)
        flag = True if True in flags else None if None in flags else False
        found[number] = Verdict(flag, None, book.as_of)
    return found


def pm16(book: Book) -> Verdicts:
    people = People(book)
    metrics = {m["project_id"] for m in book.performance if m["target"] is not None}
    own = defaultdict(list)
    for x in people.lines:
        if x["net"] > 0:
            own[x["project_id"], x["key"]].append(x)
    lines = {id(x): x for x in people.paid()}
    rows = []
    for p in book.projects:
        if wording(p["category"]) != "产业发展" or not p["to_household"]:
            continue
        for (project, _), group in own.items():
            if project == p["project_id"]:
                alike = len({x["net"] for x in group}) == 1 and all(x["quantity"] is None for x in group) and len(group) > 1
                rows += [(project, alike and project not in metrics, x["net"], x["paid_on"]) for x in group]
    del lines
    return gathered(rows)
