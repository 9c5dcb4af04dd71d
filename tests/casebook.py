"""The cases of the checks, `tests/cases/<CODE>.yaml`: small tables, what is expected of them and why, one file a check."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from fundaudit.catalogue import Catalogue, Check
from fundaudit.findings import Judgement
from fundaudit.intake import read_county
from fundaudit.judge import judge
from fundaudit.ledger.connection import Ledger, open_ledger
from fundaudit.parameters import Parameters, Settings

FOLDER = Path(__file__).parent / "cases"
TARGETED = {"targeted_subsidies": ["产业补助"]}  # the subsidy of small tests is for the supported alone
Verdict = tuple[str, Any, Any]  # finding, clean or undetermined; the amount (None: not known) and the day of a finding


@dataclass(frozen=True)
class Case:
    """One case: its tables as CSV texts, the audit date, what differs from the defaults, and the verdict on every subject."""

    code: str
    name: str
    note: str
    as_of: dt.date
    tables: dict[str, str]
    expected: dict[str, Verdict]
    reasons: dict[str, str]  # undetermined subject → part of its reason
    settings: dict[str, Any]
    thresholds: dict[str, Any]
    status: str | None = None
    says: tuple[str, ...] = ()  # parts of the outcome's reason
    severities: dict[str, str] | None = None  # finding → its severity
    kinds: dict[str, str] | None = None  # undetermined subject → the kind of its doubt
    rows: dict[str, int] | None = None  # finding → its rows of evidence, those beside it included

    @contextmanager
    def opened(self, folder: Path) -> Iterator[tuple[Ledger, Parameters, pa.Table]]:
        """Its ledger, its parameters and the rows that intake refused."""
        for name, text in self.tables.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        parameters = Parameters(
            county="110101",
            name="测试县",
            data=folder,
            as_of=self.as_of,
            settings=Settings.model_validate(TARGETED | self.settings),
            thresholds={self.code: self.thresholds},
        )
        intake = read_county(parameters)
        with open_ledger(intake.tables, intake.rejects, self.as_of, parameters.settings, 1, unread=intake.unread) as ledger:
            yield ledger, parameters, intake.rejects


def read_cases(code: str) -> list[Case]:
    """The cases of a check, in their order."""
    path = FOLDER / f"{code}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return [_case(code, name, dict(about)) for name, about in content.items()]


def _case(code: str, name: str, about: dict[str, Any]) -> Case:
    said_of = about.pop("expected")
    reasons = {
        subject: said["undetermined"] for subject, said in said_of.items() if isinstance(said, dict) and "undetermined" in said
    }
    expected = {subject: _verdict("undetermined" if subject in reasons else said) for subject, said in said_of.items()}
    about |= {"says": tuple(about.pop("says", ()))}
    return Case(
        code, name, expected=expected, reasons=reasons, settings=about.pop("settings", {}),
        thresholds={n: Decimal(str(v)) if isinstance(v, float) else v for n, v in about.pop("thresholds", {}).items()}, **about
    )  # fmt: skip


def _verdict(said: Any) -> Verdict:
    if isinstance(said, str):
        return said, None, None
    return "finding", None if said["finding"] is None else Decimal(said["finding"]), said["day"]


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
    """What a case expects and the judgement does not say; empty where they agree."""
    (outcome,) = judgement.outcomes
    told = verdicts_of(judgement, case.code)
    told_of = sorted(told.keys() | case.expected.keys())
    wrong = [f"{s}: {case.expected.get(s)}, not {told.get(s)}" for s in told_of if told.get(s) != case.expected.get(s)]
    words = [verdict for verdict, _, _ in case.expected.values()]
    status = case.status or ("finding" if "finding" in words else "undetermined" if "undetermined" in words else "clean")
    counts = (outcome.population, outcome.flagged, outcome.undetermined)
    if (outcome.status, *counts) != (status, len(words), words.count("finding"), words.count("undetermined")):
        wrong.append(f"{outcome.status} {counts}: {outcome.reason}")
    wrong += [f"does not say {text}: {outcome.reason}" for text in case.says if text not in outcome.reason]
    why = {u.subject: u.reason for u in judgement.undetermined}
    wrong += [f"{s}: {why.get(s)}" for s, text in case.reasons.items() if text not in why.get(s, "")]
    kinds = {u.subject: u.kind for u in judgement.undetermined}
    wrong += [f"{s} is {kinds.get(s)}" for s, kind in (case.kinds or {}).items() if kinds.get(s) != kind]
    severities = {f.subject: f.severity for f in judgement.findings}
    if case.severities is not None and case.severities != severities:
        wrong.append(f"severities {severities}")
    shown = Counter(judgement.evidence[case.code]["subject"].to_pylist()) if judgement.evidence else Counter()
    if case.rows is not None and case.rows != shown:
        wrong.append(f"rows {dict(shown)}")
    return wrong
