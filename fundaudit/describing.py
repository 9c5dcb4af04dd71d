"""`fundaudit init`: looks at a county's files and writes the parameters that describe them; what is not certain is a question.

Nothing is edited but the new parameter file. A question stands in it with its possible answers, commented out.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from fundaudit.contract import TABLES
from fundaudit.intake import Intake, IntakeError, read_county
from fundaudit.intake.assign import assign
from fundaudit.intake.copies import names_two_periods, says_copy
from fundaudit.intake.files import Handed
from fundaudit.intake.headers import fold
from fundaudit.intake.readers import Sheet
from fundaudit.intake.recognise import Likeness, certain, likenesses, looks_like, words_of
from fundaudit.parameters import SKIP, Parameters, Settings, Source
from fundaudit.report.words import wan

_COUNTY_NAME = re.compile(
    r"(?:^|省|市|州|盟|区|\s)?([一-龥]{1,8}?(?:自治县|县|市辖区|旗|(?<!地)(?<!社)(?<!辖)区|市))(?=[^一-龥]|[一-龥])"
)
_PLACE_NAME = re.compile(r"[一-龥]{1,10}(乡|镇|街道|街道办事处|办事处|村|社区)")


@dataclass
class Entry:
    """One entry of `sources`: the sheets of a file that are read as one table, alike."""

    table: str
    file: str
    sheets: list[str]
    values: dict[str, str] = field(default_factory=dict)
    from_sheet: str = ""
    all_sheets: bool = False

    def as_source(self) -> dict[str, Any]:
        own: dict[str, Any] = {"file": self.file}
        named = [s for s in self.sheets if s]
        if self.all_sheets:
            own["sheet"] = "*"
        elif named:
            own["sheet"] = named[0] if len(named) == 1 else named
        if self.values:
            own["values"] = {TABLES[self.table].column(c).header: text for c, text in self.values.items()}
        if self.from_sheet:
            own["from_sheet"] = TABLES[self.table].column(self.from_sheet).header
        return own


@dataclass
class Question:
    """A sheet that may be several tables, or one that lacks something, with the entries that would answer it."""

    place: str
    text: str
    answers: list[Entry] = field(default_factory=list)
    chosen: int | None = None  # of the answers; -1: read as no table


@dataclass
class Description:
    """What a county's folder holds, as it is to be described."""

    by_name: list[tuple[str, str]] = field(default_factory=list)  # place, table
    entries: list[Entry] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    skip: list[str] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)  # of the county, as titles and files have it


def describe(parameters: Parameters, files: Iterable[Handed]) -> Description:
    """Every file and sheet of a folder: which table it is, or which question it raises."""
    found = Description()
    known: dict[str, str] = {}  # what a file holds → the first of that name
    for file in sorted(files, key=lambda own: says_copy(own.name.rsplit(".", 1)[0])):
        try:
            original = known.setdefault(file.sha256, file.name) if file.may_hold_a_table else file.name
            if original != file.name and not names_two_periods(original, file.name):
                found.other.append(f"{file.name}（与 {original} 完全相同，是副本，只用一份）")
            else:
                _describe_file(found, file, parameters)
        except IntakeError as error:
            found.problems.append(str(error))
    return found


def _describe_file(found: Description, file: Handed, parameters: Parameters) -> None:
    contents = assign(file, parameters)
    if not file.may_hold_a_table:
        found.problems += [f"{own.place}：{own.why}" for own in contents.unread]
        found.other += [] if contents.unread else [file.name]
    named = {own.sheet.place: own for own in contents.assigned}
    sure: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[Sheet, Likeness]]] = defaultdict(list)
    for sheet in file.sheets:
        if not any(text.strip() for row in sheet.top for text in row):
            continue
        likely = likenesses(sheet)
        found.names.update(_county_names(words_of(sheet, likely[0].header) if likely else file.name))
        own = named.get(sheet.place)
        if own and not own.refusal:
            found.by_name.append((sheet.place, own.table.name))
        elif one := _meant(likely, own.table.name if own else None):
            sure[one.table.name, tuple(sorted(one.given.items()))].append((sheet, one))
        elif may := looks_like(likely):
            found.questions.append(_question(sheet, may))
        elif own:
            found.problems.append(own.refusal)
        else:
            found.other.append(sheet.place)
    for (table, given), alike in sure.items():
        found.entries.append(_entry(table, dict(given), alike, len(file.sheets)))


def _meant(likely: list[Likeness], named: str | None) -> Likeness | None:
    """What a sheet is beyond doubt: what its name says, where its titles tell what it lacks; else what it looks like."""
    own = next((like for like in likely if like.table.name == named and like.fits), None)
    return own or certain(likely)


def _entry(table: str, given: dict[str, str], own: list[tuple[Sheet, Likeness]], sheets: int) -> Entry:
    names = [sheet.name for sheet, _ in own]
    mapped = set.intersection(*(set(like.header.columns.values()) for _, like in own))
    by_place = len(own) > 1 and all(_PLACE_NAME.fullmatch(name) for name in names)
    column = "village" if by_place and all(name.endswith(("村", "社区")) for name in names) else "township"
    from_sheet = column if by_place and column in TABLES[table].names and column not in mapped else ""
    return Entry(table, own[0][0].file, names, given, from_sheet, all_sheets=len(own) > 1 and len(own) >= sheets - 2)


def _question(sheet: Sheet, likely: list[Likeness]) -> Question:
    answers = [Entry(like.table.name, sheet.file, [sheet.name], dict(like.given)) for like in likely if not like.missing]
    titles = [like.table.title for like in likely]
    lacking = "、".join(dict.fromkeys(like.table.column(m).header for like in likely for m in like.missing))
    if len(likely) == 1 and lacking:
        return Question(
            sheet.place,
            f"像是{titles[0]}，缺少{lacking}：请在 values 或 headers 中写明；不用的写进 skip",
            _lacking(sheet, likely[0]),
        )
    if {"beneficiaries", "registers"} == {like.table.name for like in likely}:
        kinds = "、".join(v for v in TABLES["registers"].column("register").values)
        return Question(
            sheet.place,
            f"只有姓名和号码，可能是帮扶对象名册，也可能是外部比对名单（{kinds} 等，要写明是哪一种）：是哪一张",
            [
                Entry("beneficiaries", sheet.file, [sheet.name]),
                Entry("registers", sheet.file, [sheet.name], {"register": "请写明"}),
            ],
        )
    return Question(sheet.place, f"是{'还是'.join(titles)}", answers)


def _lacking(sheet: Sheet, like: Likeness) -> list[Entry]:
    return [Entry(like.table.name, sheet.file, [sheet.name], {**like.given, **dict.fromkeys(like.missing, "请写明")})]


def _county_names(words: str) -> list[str]:
    names = [m.group(1) for m in _COUNTY_NAME.finditer(words)]
    return [name for name in names if 2 <= len(name) <= 9 and not name.endswith(("地区", "城区", "社区"))]


# --- answers ---


def settle(question: Question, chosen: int, description: Description) -> None:
    """Takes an answer: one of the question's entries, or none of them."""
    question.chosen = chosen
    if chosen < 0:
        description.skip.append(question.place)
    else:
        description.entries.append(question.answers[chosen])


def provisional(parameters: Parameters, description: Description) -> Parameters:
    """The parameters as they would be read now, without the open questions."""
    sources: dict[str, list[Source]] = defaultdict(list)
    for entry in description.entries:
        own = entry.as_source()
        columns = {c.header: c.name for c in TABLES[entry.table].columns}
        own["values"] = {columns[h]: text for h, text in own.get("values", {}).items()}
        if "from_sheet" in own:
            own["from_sheet"] = columns[own["from_sheet"]]
        sources[entry.table].append(Source.model_validate(own))
    return parameters.model_copy(update={"sources": dict(sources), "skip": description.skip})


@dataclass(frozen=True)
class Subsidy:
    """A subsidy that the files pay, with how many people and how much money (yuan)."""

    name: str
    people: int
    amount: Decimal


def unknown_subsidies(intake: Intake, parameters: Parameters) -> list[Subsidy]:
    """The subsidies of which neither a standard nor a word says whom they are for, the most paid first."""
    lines, standards = intake.tables.get("household_payments"), intake.tables.get("standards")
    if lines is None:
        return []
    known = {fold(name) for name in standards["subsidy"].to_pylist()} if standards is not None else set()
    people: dict[str, set[str]] = defaultdict(set)
    amounts: Counter[str] = Counter()
    rows = zip(*(lines[c].to_pylist() for c in ("subsidy", "id_number", "name", "amount")), strict=True)
    for subsidy, number, name, amount in rows:
        people[subsidy].add(number or name)
        amounts[subsidy] += amount
    words = [fold(word) for word in (*parameters.settings.open_subsidies, *parameters.settings.targeted_subsidies)]
    open_ = [s for s in people if fold(s) not in known and not any(word in fold(s) for word in words)]
    return sorted((Subsidy(s, len(people[s]), Decimal(amounts[s])) for s in open_), key=lambda s: (-s.amount, s.name))


def latest_day(intake: Intake) -> date | None:
    """The latest event date of what was read."""
    days = [
        day
        for name, rows in intake.tables.items()
        if (event := TABLES[name].event) and pa.types.is_date32(rows[event].type)
        for day in rows[event].unique().to_pylist()
        if day is not None
    ]
    return max(days, default=None)


def read_as_described(parameters: Parameters, files: Iterable[Handed], description: Description) -> Intake:
    """What the files give as they are described so far; files that stop are in `problems`."""
    problems: list[str] = []
    intake = read_county(provisional(parameters, description), problems=problems, files=files)
    description.problems += [p for p in problems if p not in description.problems]
    return intake


# --- the file ---


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def parameters_text(
    code: str,
    name: str,
    data: str,
    as_of: str,
    latest: date | None,
    description: Description,
    subsidies: list[Subsidy],
    targeted: list[str] | None,
) -> tuple[str, list[str]]:
    """The parameter file, and the open questions that stand in it."""
    asked: list[str] = []
    lines = [f'county: "{code}"', f"name: {_flow(name or code)}", f"data: {_flow(data)}"]
    if not name:
        asked.append("县的名称没有在文件中找到，请改写上面的 name")
        lines[1] += f"   # 问 {len(asked)}：{asked[-1]}"
    if as_of:
        lines.append(f"as_of: {as_of}   # 检查截止日")
    else:
        asked.append(f"检查截止日是哪一天？不写则为运行当天（读到的最晚日期是 {latest or '（没有）'}）")
        lines.append(f"#as_of: {latest or '2022-12-31'}   # 问 {len(asked)}：{asked[-1]}")
    lines += ["report: annual", *_settings_lines(subsidies, targeted, asked), *_source_lines(description, asked)]
    return "\n".join(lines) + "\n", asked


def _settings_lines(subsidies: list[Subsidy], targeted: list[str] | None, asked: list[str]) -> list[str]:
    if not subsidies:
        return []
    if targeted is not None:
        others = [s.name for s in subsidies if s.name not in targeted]
        lines = ["settings:", f"  targeted_subsidies: {_flow(targeted)}   # 只发给帮扶对象的补助"]
        return lines + (
            [f"  open_subsidies: {_flow([*Settings().open_subsidies, *others])}   # 不限于帮扶对象的"] if others else []
        )
    asked.append(
        "下列补助哪些只发给帮扶对象？方括号里只留下这些，去掉这一行和上一行行首的 #；都不是的，把方括号里删空（不写明的，不在册的领取人不作判定；有补助标准表的以它为准）"
    )
    names = [s.name for s in subsidies]
    lines = [f"#settings:   # 问 {len(asked)}", f"#  targeted_subsidies: {_flow(names)}   # 问 {len(asked)}：{asked[-1]}"]
    return lines + [f"##   {s.name}：{s.people} 人，{wan(s.amount)} 万元" for s in subsidies[:30]]


def _source_lines(description: Description, asked: list[str]) -> list[str]:
    """`sources` with every file: what is read by name and what is no table as remarks, questions with their answers commented
    out."""
    open_: dict[str, list[tuple[Entry, int]]] = defaultdict(list)
    skipped: list[tuple[str, int]] = []
    for question in description.questions:
        if question.chosen is None:
            where = "、".join(dict.fromkeys(TABLES[a.table].title for a in question.answers))
            asked.append(
                f"{question.place} {question.text}？在 sources 的{where or '相应的表'}或 skip 中去掉标有“问 {len(asked) + 1}”的一行的 #"
            )
            for answer in question.answers:
                open_[answer.table].append((answer, len(asked)))
            skipped.append((question.place, len(asked)))
    lines = [f"## {place}：按名称读作 {TABLES[table].title}" for place, table in description.by_name]
    lines += [f"## {place}：不读" for place in description.other]
    lines += [f"## 不能读：{line}" for problem in description.problems for line in problem.splitlines()]
    if not description.entries and not open_ and not description.skip:
        return lines
    active = bool(description.entries or description.skip)
    lines.append("sources:" if active else "#sources:   # 去掉下面某行的 # 时，也去掉这一行和它的表名一行的 #")
    for table in TABLES:
        own = [e for e in description.entries if e.table == table]
        if own or open_[table]:
            lines.append(
                f"{'' if own else '#'}  {TABLES[table].title}:{'' if own else '   # 去掉下面某行的 # 时，也去掉这一行的 #'}"
            )
            lines += [f"    - {_flow(e.as_source())}" for e in own]
            lines += [f"#    - {_flow(e.as_source())}   # 问 {n}" for e, n in open_[table]]
    if description.skip or skipped:
        active = bool(description.skip)
        lines.append(f"{'' if active else '#'}  {SKIP}:{'' if active else '   # 去掉下面某行的 # 时，也去掉这一行的 #'}")
        lines += [f"    - {_flow(place)}" for place in description.skip]
        lines += [f"#    - {_flow(place)}   # 问 {n}" for place, n in skipped]
    return lines


def ask(description: Description, choose: Callable[[str, list[str]], int | None]) -> None:
    """Each question put to a person: `choose(text, answers)` gives the answer's place, -1 for none, None for later."""
    for question in description.questions:
        answers = [
            f"{TABLES[a.table].title}{'（' + '、'.join(a.values.values()) + '）' if a.values else ''}" for a in question.answers
        ]
        chosen = choose(f"{question.place} {question.text}？", answers)
        if chosen is not None:
            settle(question, chosen, description)


def summary_lines(description: Description) -> Iterable[str]:
    """What was decided, a line each."""
    for place, table in description.by_name:
        yield f"{place} → {TABLES[table].title}（按名称）"
    for entry in description.entries:
        sheets = f"［{'、'.join(entry.sheets)}］" if any(entry.sheets) else ""
        told = "，".join(f"{TABLES[entry.table].column(c).header}：{text}" for c, text in entry.values.items())
        yield f"{entry.file}{sheets} → {TABLES[entry.table].title}{'（' + told + '）' if told else ''}"
    for place in description.other:
        yield f"{place} → 不读"
