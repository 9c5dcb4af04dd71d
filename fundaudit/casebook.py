"""The cases of the checks: small tables, what is expected of each subject and why. One YAML file a check, `<CODE>.yaml`: the kit's own in
`tests/cases` (in the wheel beside its checks), a bureau's beside the SQL of its checks.

    edge:                                 # a case: its name
      note: |                             # what it shows, in words
        5000 正好不列出，5000.01 列出。
      as_of: 2022-12-31
      tables:                             # table → CSV text under Chinese or English headers
        payments: |
          支付凭证号,支付日期,支付金额
          1,2022-05-01,5000
          2,2022-05-01,5000.01
      expected:                           # every subject of the population
        '1': clean
        '2': {finding: 5000.01, day: 2022-05-01}
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from fundaudit.catalogue import Catalogue, Check, CheckError
from fundaudit.contract import TABLES
from fundaudit.dates import read_date
from fundaudit.exact_yaml import ParameterError, decoded, line_of, load_yaml, nearest, shown
from fundaudit.findings import Judgement
from fundaudit.intake import Intake, read_county
from fundaudit.judge import judge
from fundaudit.ledger.connection import Ledger, open_ledger
from fundaudit.parameters import Parameters, Settings

TARGETED = {"targeted_subsidies": ["产业补助"]}  # the subsidy of small cases is for the supported alone
STATUS = {"finding": "有疑点", "undetermined": "未能判定", "clean": "没有疑点", "not_run": "没有执行", "error": "执行出错"}
WORDS = {"finding": "列为疑点", "clean": "不列出", "undetermined": "无法判定"}
Verdict = tuple[str, Any, Any]  # finding, clean or undetermined; the amount (None: not known) and the day of a finding


class Said(BaseModel):
    """What is expected of one subject: `clean`, `undetermined` (or part of its reason), or a finding's amount and day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["finding", "clean", "undetermined"]
    amount: Decimal | None = None
    day: dt.date | None = None
    reason: str = ""

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, said: Any) -> Any:
        if isinstance(said, str):
            return {"verdict": said}
        if isinstance(said, dict) and "finding" in said:
            return {"verdict": "finding", "amount": said["finding"]} | {k: v for k, v in said.items() if k != "finding"}
        if isinstance(said, dict) and "undetermined" in said:
            return {"verdict": "undetermined", "reason": said["undetermined"]} | {
                k: v for k, v in said.items() if k != "undetermined"
            }
        raise ValueError("clean, undetermined or a finding")

    @field_validator("day", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        return read_date(value) if isinstance(value, str) else value

    @property
    def triple(self) -> Verdict:
        return self.verdict, self.amount, self.day


class Case(BaseModel):
    """One case: its tables as CSV texts, the audit date, what differs from the defaults, and the verdict on every subject."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    note: str = Field(min_length=1)
    as_of: dt.date
    tables: dict[str, str]
    expected: dict[str, Said]
    settings: dict[str, Any] = {}
    thresholds: dict[str, Any] = {}
    status: str | None = None
    says: list[str] = []  # parts of the outcome's reason
    severities: dict[str, str] | None = None  # finding → its severity
    kinds: dict[str, str] | None = None  # undetermined subject → the kind of its doubt
    rows: dict[str, int] | None = None  # finding → its rows of evidence, those beside it included

    @field_validator("as_of", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        return read_date(value) if isinstance(value, str) else value

    @property
    def verdicts(self) -> dict[str, Verdict]:
        return {subject: said.triple for subject, said in self.expected.items()}

    def read(self, folder: Path) -> tuple[Parameters, Intake]:
        """Its tables written into a folder and read from there."""
        for name, text in self.tables.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        parameters = Parameters(
            county="110101", name="测试县", data=folder, as_of=self.as_of,
            settings=Settings.model_validate(TARGETED | self.settings), thresholds={self.code: self.thresholds},
        )  # fmt: skip
        return parameters, read_county(parameters)

    @contextmanager
    def opened(self, folder: Path) -> Iterator[tuple[Ledger, Parameters]]:
        """Its ledger and its parameters."""
        parameters, intake = self.read(folder)
        with open_ledger(intake.tables, intake.rejects, self.as_of, parameters.settings, 1, unread=intake.unread) as ledger:
            yield ledger, parameters


def kit_cases() -> Path:
    """Where the kit's own cases are: in the package, or in the repository that it is run from."""
    inside = Path(str(files("fundaudit").joinpath("cases_of_checks")))
    return inside if inside.is_dir() else inside.parent.parent / "tests" / "cases"


def read_cases(code: str, folder: Path | None = None) -> list[Case]:
    """The cases of a check, in their order; none where it has no file. CheckError names file, line and key of what cannot be used."""
    path = (folder or kit_cases()) / f"{code}.yaml"
    if not path.exists():
        return []
    try:
        text = decoded(path)
        content = load_yaml(text, references=True)
    except ParameterError as error:
        said = str(error)
        raise CheckError(said if said.startswith(str(path)) else f"{path}：{said}") from None
    if not isinstance(content, dict) or not all(isinstance(about, dict) for about in content.values()):
        raise CheckError(f"{path}：应为“例子的名称: 内容”的形式")
    return [_case(path, text, code, str(name), about) for name, about in content.items()]


def _case(path: Path, text: str, code: str, name: str, about: dict[str, Any]) -> Case:
    try:
        case = Case.model_validate({str(k): v for k, v in about.items()} | {"code": code, "name": name})
    except ValidationError as error:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"] if part != "verdict"]
        where = f"{path}：第 {line_of(text, [name, *place])} 行：例子 {shown(name)} 的 {'.'.join(map(shown, place))}"
        if first["type"] == "missing":
            raise CheckError(f"{where} 缺少") from None
        if first["type"] == "extra_forbidden":
            raise CheckError(f"{where} 不认识；{nearest(place[-1], Case.model_fields)}") from None
        wanted = (
            "clean、undetermined、{undetermined: 原因} 或 {finding: 金额, day: 日期}"
            if place[0] == "expected"
            else "见手册的例子"
        )
        raise CheckError(f"{where} 写法不对，写的是 {shown(first['input'])}，应为 {wanted}") from None
    for table in case.tables:
        if table not in TABLES:
            line = line_of(text, [name, "tables", table])
            raise CheckError(
                f"{path}：第 {line} 行：例子 {shown(name)} 的 tables 中没有名为 {shown(table)} 的表；{nearest(table, TABLES)}"
            )
    return case


def judge_alone(ledger: Ledger, check: Check, parameters: Parameters) -> Judgement:
    """One check and no other."""
    return judge(ledger, Catalogue({check.code: check}), parameters, everyone=True)


def verdicts_of(judgement: Judgement, code: str) -> dict[str, Verdict]:
    """What was found, as the cases write it."""
    found = {f.subject: f for f in judgement.findings}
    words = {False: "clean", None: "undetermined"}
    return {
        subject: ("finding", found[subject].amount, found[subject].occurred_on) if flag else (words[flag], None, None)
        for subject, flag in judgement.verdicts.get(code, {}).items()
    }


def unlike(case: Case, judgement: Judgement) -> list[str]:
    """What a case expects and the judgement does not say, a Chinese line each; empty where they agree."""
    (outcome,) = judgement.outcomes
    told, wanted = verdicts_of(judgement, case.code), case.verdicts
    wrong = [
        f"对象 {s} {f'应为{_in_words(wanted[s])}' if s in wanted else '在 expected 中没有写'}，实际{_in_words(told.get(s))}"
        for s in sorted(told.keys() | wanted.keys()) if told.get(s) != wanted.get(s)
    ]  # fmt: skip
    words = [said.verdict for said in case.expected.values()]
    status = case.status or ("finding" if "finding" in words else "undetermined" if "undetermined" in words else "clean")
    counts = (outcome.population, outcome.flagged, outcome.undetermined)
    if (outcome.status, *counts) != (status, len(words), words.count("finding"), words.count("undetermined")):
        reason = f"：{outcome.reason}" if outcome.reason else ""
        if outcome.status in ("not_run", "error"):  # says why nobody is judged
            return [f"检查{STATUS[outcome.status]}{reason}"]
        if not wrong or outcome.reason:
            wrong.append(
                f"检查的结果是{STATUS[outcome.status]}，对象 {counts[0]}、疑点 {counts[1]}、未能判定 {counts[2]}{reason}"
            )
    wrong += [f"结果的说明里没有“{text}”：{outcome.reason}" for text in case.says if text not in outcome.reason]
    why = {u.subject: u for u in judgement.undetermined}
    for subject, said in case.expected.items():
        if said.reason and subject in why and said.reason not in why[subject].reason:
            wrong.append(f"对象 {subject} 无法判定的原因是“{why[subject].reason}”，其中没有“{said.reason}”")
    kinds = {subject: u.kind for subject, u in why.items()}
    wrong += [
        f"对象 {s} 存疑的类别是 {kinds.get(s)}，应为 {kind}" for s, kind in (case.kinds or {}).items() if kinds.get(s) != kind
    ]
    severities = {f.subject: f.severity for f in judgement.findings}
    if case.severities is not None and case.severities != severities:
        wrong.append(f"疑点的程度是 {severities}")
    rows = Counter(judgement.evidence[case.code]["subject"].to_pylist()) if judgement.evidence else Counter()
    if case.rows is not None and case.rows != rows:
        wrong.append(f"证据的行数是 {dict(rows)}")
    return wrong


def _in_words(verdict: Verdict | None) -> str:
    if verdict is None:
        return "不在对象之列"
    kind, amount, day = verdict
    if kind != "finding":
        return WORDS[kind]
    return f"{WORDS[kind]}（{'金额空缺' if amount is None else f'{amount:,.2f} 元'}{f'，{day}' if day else ''}）"


class Tried(NamedTuple):
    """One check put to its cases: how many there are, and what each that does not hold says."""

    check: Check
    cases: int
    wrong: list[str]


def tried(check: Check, folder: Path | None = None) -> Tried:
    """A check put to the cases of its file."""
    wrong = []
    cases = read_cases(check.code, folder)
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="fundaudit-") as place, case.opened(Path(place)) as (ledger, parameters):
            wrong += [f"例子 {case.name}：{text}" for text in unlike(case, judge_alone(ledger, check, parameters))]
    return Tried(check, len(cases), wrong)
