"""HP in plain Python, from CHECKS.md: sections Refunds, Identity and matching, HP."""

from __future__ import annotations

import calendar
import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import combinations

from reading import ZERO, Book, Row, Verdict, Verdicts, both_ends, one_answer, wording

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
TRADITIONAL = str.maketrans("張陳劉馬國華", "张陈刘马国华")  # those that the random ledgers write
Span = tuple[dt.date, dt.date]


# ---- identity and matching


def name_key(name: str | None) -> str | None:
    """Without spaces and middle dots, traditional forms unified; a mask stands for one character."""
    if name is None:
        return None
    text = unicodedata.normalize("NFKC", name).translate(TRADITIONAL)
    return "".join("?" if c in "?*" else c.upper() for c in text if not c.isspace() and c not in "·•・.")


def names_agree(a: str | None, b: str | None) -> bool:
    return (
        a is not None and b is not None and len(a) == len(b) and all(x == y or "?" in (x, y) for x, y in zip(a, b, strict=True))
    )


def one_apart(a: str, b: str) -> bool:
    """One character replaced, added or missing."""
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) == 1
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def numbers_near(a: str, b: str) -> bool:
    """One digit different, missing or added, or one neighbouring pair swapped."""
    if one_apart(a, b):
        return True
    return any(a[:i] + a[i + 1] + a[i] + a[i + 2 :] == b for i in range(len(a) - 1)) and a != b


def number_problem(number: str | None, paid_on: dt.date | None) -> bool:
    """Empty or not valid: 18 characters, the check digit of GB 11643, a real birth date not after the payment."""
    if number is None or len(number) != 18 or not number[:17].isdecimal():
        return True
    if number[17] != "10X98765432"[sum(int(d) * w for d, w in zip(number, WEIGHTS, strict=False)) % 11]:
        return True
    try:
        born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return True
    return paid_on is not None and born > paid_on


def is_suspect(row: Row) -> bool:
    """A number that a spreadsheet held as a number, or a masked one."""
    return "id_number" in (row["suspect"] or ()) or "*" in (row["id_number"] or "")


def digits_agree(whole: str, lost: str) -> bool:
    """Whether the digits that are left of a suspect number agree with a whole one: its first 15, or those that are not masked."""
    if "*" in lost:
        return len(whole) == len(lost) and all(y in ("*", x) for x, y in zip(whole, lost, strict=True))
    left = lost.rstrip("0")
    return whole[:15] == lost[:15] or (len(left) >= 6 and whole.startswith(left))


def could_be_him(line: Row, entry: Row) -> bool:
    """One of the two numbers is suspect, the names agree (one character apart included) and so do the digits that are left."""
    if line["id_number"] is None or not (is_suspect(entry) or is_suspect(line)):
        return False
    a, b = name_key(line["name"]), name_key(entry["name"])
    if a is None or b is None:
        return False
    whole, lost = (line, entry) if is_suspect(entry) else (entry, line)
    return (names_agree(a, b) or one_apart(a, b)) and digits_agree(whole["id_number"], lost["id_number"])


# ---- lines, cycles, refunds


def month_span(text: str, per: str | None) -> Span:
    year, month = int(text[:4]), int(text[5:7])
    first, last = {"年": (1, 12), "季": ((month - 1) // 3 * 3 + 1, (month - 1) // 3 * 3 + 3)}.get(per or "", (month, month))
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


class People:
    """The household lines with what the checks ask of each: person, subsidy, aim, cycle and what refunds left (`net`)."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.register = defaultdict(list)
        for b in book.beneficiaries:
            self.register[b["id_number"]].append(b)
        self.lines = [dict(line) for line in book.household_payments]
        for line in self.lines:
            line["person"] = line["id_number"] or f"line:{line['line_id']}"
            line["key"] = wording(line["subsidy"])
            line |= self._standard(line)
            line["span"] = self._span(line)
            line["cycle"] = line["span"] and line["span"][0]
            line["net"] = max(line["amount"], ZERO)
        self._net()

    def begun(self, line: Row) -> list[Row]:
        """The standards of the line's subsidy that had begun on its day."""
        return [
            s
            for s in self.book.standards
            if wording(s["subsidy"]) == line["key"]
            and (s["from_date"] is None or (line["paid_on"] and s["from_date"] <= line["paid_on"]))
        ]

    def in_force(self, line: Row) -> list[Row]:
        """The standards of the line's subsidy in force on its day: of each kind of people the newest that had begun."""
        begun = self.begun(line)
        since = {
            kinds: max(s["from_date"] or dt.date.min for s in begun if wording(s["kinds"]) == kinds)
            for kinds in {wording(s["kinds"]) for s in begun}
        }
        return [s for s in begun if (s["from_date"] or dt.date.min) == since[wording(s["kinds"])]]

    def _standard(self, line: Row) -> Row:
        """Whom the line is for, its cycle and whether per person or household, as the standards in force say, else the words."""
        own = self.in_force(line)
        latest = max((s["from_date"] or dt.date.min for s in own), default=None)
        kinds = {s["kinds"] is not None for s in own if (s["from_date"] or dt.date.min) == latest}
        if kinds:
            aim = "unknown" if len(kinds) > 1 else "targeted" if True in kinds else "open"
        elif any(wording(word) in line["key"] for word in self.book.targeted_words):
            aim = "targeted"
        else:
            aim = "open" if any(wording(word) in line["key"] for word in self.book.open_words) else "unknown"
        pers, bases = {s["per"] for s in own}, {s["basis_kind"] for s in own}
        basis = line["basis_kind"] or (bases.pop() if len(bases) == 1 else None)
        return {"aim": aim, "per": pers.pop() if len(pers) == 1 else None, "basis": basis}

    def _span(self, line: Row) -> Span | None:
        """The cycle: the period, else the month of paid_on, cut to 月, 季 or 年; for 次 the day of paid_on."""
        if line["per"] == "次":
            return line["paid_on"] and (line["paid_on"], line["paid_on"])
        month = line["period"] or (line["paid_on"] and line["paid_on"].strftime("%Y-%m"))
        return month and month_span(month, line["per"])

    def _net(self) -> None:
        groups = defaultdict(list)
        for line in self.lines:
            groups[line["person"], line["key"]].append(line)
        for own in groups.values():
            for back in sorted((x for x in own if x["amount"] < 0), key=lambda x: (x["paid_on"], x["line_id"])):
                if not back["person"].startswith("line:"):
                    take_back(back, own)

    def paid(self, aims: tuple[str, ...] = ("targeted", "open", "unknown")) -> list[Row]:
        """The lines left of persons whose net is above zero."""
        total: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            if line["aim"] in aims:
                total[line["person"]] += line["amount"]
        return [x for x in self.lines if x["aim"] in aims and total[x["person"]] > 0 and x["net"] > 0]

    def unclaimed(self, line: Row) -> bool:
        """A refund without a number agrees with the line in name, subsidy and amount: it could be this person's."""
        return any(
            back["amount"] < 0
            and back["id_number"] is None
            and back["key"] == line["key"]
            and -back["amount"] == line["amount"]
            and names_agree(name_key(back["name"]), name_key(line["name"]))
            for back in self.lines
        )

    def household_of(self, line: Row) -> str | None:
        """The line's household, else the register's."""
        return line["household_id"] or self.home_of(line)

    def home_of(self, line: Row) -> str | None:
        """The household that the register has the person in."""
        return min((b["household_id"] for b in self.register[line["person"]] if b["household_id"]), default=None)

    def tier(self, line: Row) -> str:
        """exact or repaired (by number), near, or none."""
        if line["id_number"] in self.register:
            return "number"
        key = name_key(line["name"])
        for b in self.book.beneficiaries:
            same_name = names_agree(key, name_key(b["name"]))
            home = line["household_id"] is not None and line["household_id"] == b["household_id"]
            if same_name and (home or (line["id_number"] is not None and numbers_near(line["id_number"], b["id_number"]))):
                return "near"
            if could_be_him(line, b):
                return "near"
        return "none"


def take_back(back: Row, own: list[Row]) -> None:
    """One refund against the lines of the same person and subsidy."""
    owed = -back["amount"]
    before = sorted(
        (x for x in own if x["net"] > 0 and x["paid_on"] <= back["paid_on"]), key=lambda x: (x["paid_on"], x["line_id"])
    )
    equal = [x for x in before if x["net"] == owed]
    same = [x for x in equal if back["period"] and x["period"] == back["period"]]
    if equal:
        (same or equal)[-1]["net"] = ZERO
        return
    for line in reversed(before):
        taken = min(owed, line["net"])
        line["net"] -= taken
        owed -= taken


def register_in_force(b: Row, span: Span, surely: bool) -> bool:
    """From entered_on to exited_on, both included; a date known to the month at its later (surely) or its earlier end."""
    entered, exited = both_ends(b, "entered_on"), both_ends(b, "exited_on")
    begins, ends = (entered[-1], exited[0]) if surely else (entered[0], exited[-1])
    return begins is not None and begins <= span[1] and (ends is None or ends >= span[0])


def could_be_in_force(b: Row, span: Span) -> bool:
    """As `register_in_force`, an empty entry could be any day."""
    begins, ends = both_ends(b, "entered_on")[0], both_ends(b, "exited_on")[-1]
    return (begins is None or begins <= span[1]) and (ends is None or ends >= span[0])


def by_person(judged: Iterable[tuple[Row, bool | None]], subject: Callable[[Row], str] = lambda x: x["person"]) -> Verdicts:
    lines = defaultdict(list)
    for row, flag in judged:
        lines[subject(row)].append((row, flag))
    found: Verdicts = {}
    for key, own in lines.items():
        rows = [row for row, flag in own if flag]
        if rows:
            days = [row["paid_on"] for row in rows if row["paid_on"]]
            found[key] = Verdict(
                True, sum((row["part"] if "part" in row else row["net"] for row in rows), ZERO), min(days, default=None)
            )
        else:
            found[key] = Verdict(None if any(flag is None for _, flag in own) else False)
    return found


def usable(entries: list[Row], verdicts: Verdicts) -> Verdicts:
    """Where no entry of a list can be used, everything is undetermined."""
    lost = bool(entries) and all(is_suspect(entry) for entry in entries)
    return {subject: Verdict(None) for subject in verdicts} if lost else verdicts


def doubtful(people: People, line: Row, flag: bool | None) -> bool | None:
    """A flagged line whose money may have been given back by a line without a number."""
    return None if flag and people.unclaimed(line) else flag


# ---- the checks


def hp01(book: Book) -> Verdicts:
    people = People(book)
    dead = {r["id_number"] for r in book.registers if wording(r["register"]) == "死亡"}
    no_exits = not any(b["exited_on"] for b in book.beneficiaries)
    judged = []
    for line in people.paid(("targeted", "unknown")):
        tier = people.tier(line)
        day = (line["paid_on"], line["paid_on"])
        family = [b for b in book.beneficiaries if line["household_id"] and b["household_id"] == line["household_id"]]
        proxy = any(could_be_in_force(b, span) for b in family for span in (day, line["span"]) if span and span[0])
        moved = line["id_number"] in dead and no_exits
        own = people.register.get(line["id_number"] or "", [])
        if is_suspect(line) or (own and all(is_suspect(b) for b in own)):
            flag = None
        elif tier == "number":
            flag = False
        elif tier == "near" or line["aim"] == "unknown":
            flag = None
        else:
            flag = None if proxy or moved or number_problem(line["id_number"], line["paid_on"]) else True
        judged.append((line, doubtful(people, line, flag)))
    return usable(book.beneficiaries, by_person(judged))


def hp02(book: Book, arrears_days: int = 180) -> Verdicts:
    people = People(book)
    dated = [b["entered_on"] for b in book.beneficiaries if b["entered_on"] and b["entered_on"] >= dt.date(2014, 1, 1)]
    begins = min(dated, default=None)
    judged = []
    for line in people.paid(("targeted",)):
        if line["id_number"] is None or line["id_number"] not in people.register:
            continue
        own, day = people.register[line["id_number"]], (line["paid_on"], line["paid_on"])
        span = line["span"] if line["per"] is not None or line["period"] else day
        surely, perhaps = (any(register_in_force(b, s, known) for b in own for s in (day, span)) for known in (True, False))
        last_of_period = month_span(line["period"], None)[1] if line["period"] else line["paid_on"]
        exits = [both_ends(b, "exited_on") for b in own if b["exited_on"] and b["exited_on"] < line["paid_on"]]
        arrears = any((line["paid_on"] - end).days <= arrears_days for ends in exits for end in ends)
        if is_suspect(line) or all(is_suspect(b) for b in own):
            flag = None
        elif surely:
            flag = False
        elif (
            perhaps
            or any(b["entered_on"] is None for b in own)
            or (begins and max(line["paid_on"], last_of_period) < begins)
            or (line["period"] is None and arrears)
        ):
            flag = None
        else:
            flag = True
        judged.append((line, doubtful(people, line, flag)))
    return usable(book.beneficiaries, by_person(judged))


def hp03(
    book: Book, grace_days: int = 30, arrears_days: int = 180, exclude: tuple[str, ...] = ("丧葬", "抚恤", "遗属")
) -> Verdicts | None:
    people = People(book)
    dead = [r for r in book.registers if wording(r["register"]) == "死亡"]
    if not dead:
        return None
    judged = []
    lines = [x for x in people.paid() if x["id_number"] is not None]
    for line in lines:
        names = [
            name_key(x["name"]) for x in people.lines if x["person"] == line["person"]
        ]  # in any line of his, returned ones too
        by_number = [r for r in dead if r["id_number"] == line["id_number"]]
        agreeing = [r for r in by_number if r["name"] is None or any(names_agree(n, name_key(r["name"])) for n in names)]
        others = [r for r in dead if r not in by_number]
        near = [
            r
            for r in others
            if any(names_agree(n, name_key(r["name"])) for n in names) and numbers_near(line["id_number"], r["id_number"])
        ]
        lost = [r for r in others if any(could_be_him(x, r) for x in lines if x["person"] == line["person"])]
        if any(word in line["key"] for word in exclude):
            flag: bool | None = False
        elif is_suspect(line):
            flag = None
        elif agreeing and not all(is_suspect(r) for r in agreeing):
            flag = died_before(agreeing, line, grace_days, arrears_days)
        else:
            doubts = by_number or near + lost
            flag = None if doubts and died_before(doubts, line, grace_days, arrears_days) is not False else False
        judged.append((line, doubtful(people, line, flag)))
    return usable(dead, by_person(judged))


def died_before(entries: list[Row], line: Row, grace_days: int, arrears_days: int) -> bool | None:
    """Whether the line was paid after the death that the entries name; None where their days do not tell."""
    ends = [both_ends(r, "since") for r in entries if r["since"] is not None]
    if not ends:
        return None  # no date at all
    contradicts = max(e[0] for e in ends) > min(e[-1] for e in ends)
    answers = set()
    for death in {d for e in ends for d in (e[0], e[-1])}:
        days = (line["paid_on"] - death).days
        if days <= grace_days:
            answers.add(False)
        elif line["period"]:
            begins = month_span(line["period"], line["per"])[0]
            answers.add(begins > dt.date(death.year, death.month, calendar.monthrange(death.year, death.month)[1]))
        else:
            answers.add(True if days > arrears_days else None)
    return False if answers == {False} else None if contradicts else one_answer(answers)


def hp04(book: Book) -> Verdicts:
    people = People(book)
    groups = defaultdict(list)
    for line in people.paid():
        groups[line["person"], line["key"], line["cycle"]].append(line)
    contract = [n for n in book.household_payments[0] if n not in PROVENANCE]
    judged = []
    for (person, subsidy, cycle), own in groups.items():
        own.sort(key=lambda x: (x["period"] is None, x["paid_on"], x["line_id"]))  # who has no period may be an arrear of another
        for turn, line in enumerate(own):
            before = [x for x in own[:turn] if x["net"] == line["net"]]
            alike = any(all(x[n] == line[n] for n in contract) for x in before)
            some_equal = len({x["net"] for x in own}) < len(own)
            if is_suspect(line):
                flag: bool | None = None
            elif (len(own) > 1 and (not some_equal or one_card(people, line, own, person, subsidy, cycle))) or (
                before and line["period"] is None and not alike
            ):
                flag = None
            else:
                flag = bool(before)
            judged.append((line, doubtful(people, line, flag)))
    return by_person(judged)


PROVENANCE = ("line_id", "source_file", "source_sheet", "source_row", "raw", "suspect", "extra")


def one_card(people: People, line: Row, own: list[Row], person: str, subsidy: str, cycle: dt.date | None) -> bool:
    """到人 or unknown, at least as many members in force as lines, and no other of them has a line of that subsidy and cycle.

    Members are counted on the register: a household that it does not know is that of the person there. Another is of the household
    by the register or by the sheet.
    """
    known = {b["household_id"] for b in people.book.beneficiaries if b["household_id"]}
    household = line["household_id"] if line["household_id"] in known else people.home_of(line) or line["household_id"]
    if line["basis"] == "到户" or household is None:
        return False
    day = (line["paid_on"], line["paid_on"])
    members = {b["id_number"] for b in people.book.beneficiaries if b["household_id"] == household and could_be_in_force(b, day)}
    others = any(
        x["person"] != person
        and x["key"] == subsidy
        and x["cycle"] == cycle
        and x["net"] > 0
        and household in (x["household_id"], people.home_of(x))
        for x in people.lines
    )
    return len(members) >= len(own) and not others


def hp05(book: Book) -> Verdicts:
    people = People(book)
    eligible = [x for x in people.paid() if x["basis"] != "到人"]
    judged = []
    for line in eligible:
        household = people.household_of(line)
        if household is None:
            judged.append((line, None))
            continue
        group = [
            x for x in eligible if people.household_of(x) == household and x["key"] == line["key"] and x["cycle"] == line["cycle"]
        ]
        sure = [x for x in group if x["basis"] == "到户"]
        judged.append((line, shared(people, group, sure) and (line in sure)))
    return by_person(judged, lambda x: people.household_of(x) or x["person"])


def shared(people: People, group: list[Row], sure: list[Row]) -> bool | None:
    """Whether more than one person has the household's subsidy of one cycle."""
    if len({x["person"] for x in group}) <= 1:
        return False
    if any(is_suspect(x) for x in group) or len({x["person"] for x in sure}) <= 1:
        return None
    firsts = {x["person"]: x for x in sure}
    pairs = [names_agree(name_key(a["name"]), name_key(b["name"])) for a, b in combinations(firsts.values(), 2)]
    if all(pairs):
        return None
    for column in ("township", "village"):
        if len({wording(place) for x in sure if (place := living(people, x, column))}) > 1:
            return None
    return True


def living(people: People, line: Row, column: str) -> str | None:
    own = [b[column] for b in people.register[line["person"]] if b[column]]
    return min(own) if own else line[column]


def hp07(book: Book) -> Verdicts:
    judged = []
    for line in People(book).paid():
        unclear = line["id_number"] is None or is_suspect(line)
        judged.append((line, None if unclear else number_problem(line["id_number"], line["paid_on"])))
    return by_person(judged)


def hp08(book: Book) -> Verdicts:
    people = People(book)
    judged = []
    for line in people.paid():
        own = people.register.get(line["id_number"] or "", [])
        if not own:
            continue
        key = name_key(line["name"])
        answers = [name_differs(key, name_key(b["name"])) for b in own]
        flag = (
            None if is_suspect(line) or all(is_suspect(b) for b in own) else min(answers, key=lambda a: (a is None, a or False))
        )
        judged.append((line, None if flag is not None and False not in answers and None in answers else flag))
    return usable(book.beneficiaries, by_person(judged))


def name_differs(a: str | None, b: str | None) -> bool | None:
    if not a or not b or "?" in a or "?" in b:
        return None
    if a == b:
        return False
    return None if one_apart(a, b) and max(len(a), len(b)) >= 4 else True
