"""Every check against its own cases, and that the cases show what they must."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fundaudit.casebook import Case, judge_alone, read_cases, unlike, verdicts_of
from fundaudit.catalogue import Catalogue, Check, Threshold, load_catalogue
from fundaudit.ledger.connection import Ledger
from fundaudit.parameters import Parameters

CHECKS = load_catalogue().checks
# A check's first case is part of `make test`, all of them of `make test-full`.
CASES = [
    pytest.param(case, id=f"{case.code}-{case.name}", marks=[pytest.mark.full] if place else [])
    for code in CHECKS
    for place, case in enumerate(read_cases(code))
]


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case, catalogue: Catalogue, tmp_path: Path) -> None:
    """The population, every verdict, every amount and date are exactly the expected ones."""
    assert case.note.strip()
    with case.opened(tmp_path) as (ledger, parameters):
        judgement = judge_alone(ledger, catalogue.checks[case.code], parameters)
    assert not unlike(case, judgement)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_cases_show_every_kind(check: Check, tmp_path: Path) -> None:
    """True, false and undetermined, and rows that intake refused, in the tables that the check reads."""
    cases = read_cases(check.code)
    assert {"finding", "clean", "undetermined"} <= {said.verdict for case in cases for said in case.expected.values()}
    refused = set()
    for case in cases:
        folder = tmp_path / case.name
        folder.mkdir()
        refused |= set(case.read(folder)[1].rejects["table"].to_pylist()) & {*check.needs, *check.uses}
    assert refused, "no case has a row that was refused"


def neighbours(threshold: Threshold, value: Decimal | int) -> list[Decimal | int]:
    """The values next to a limit: a day, a cent, a thousandth."""
    step = {"元": Decimal("0.01"), "比例": Decimal("0.001")}.get(threshold.unit, 1)
    near = [value - step, value + step]
    return [v for v in near if threshold.min <= v <= threshold.max]


LIMITED = [check for check in CHECKS.values() if any(own.is_number for own in check.thresholds.values())]


@pytest.mark.full
@pytest.mark.parametrize("check", LIMITED, ids=lambda check: check.code)
def test_the_cases_show_the_edge_of_every_limit(check: Check, tmp_path: Path) -> None:
    """For each limit there is a case in which the verdict on some subject turns where it is moved by the least step."""
    unseen = {name for name, own in check.thresholds.items() if own.is_number}
    for case in read_cases(check.code):
        folder = tmp_path / case.name
        folder.mkdir()
        with case.opened(folder) as (ledger, parameters):
            unseen -= {name for name in unseen if turns(check, name, case, ledger, parameters)}
        if not unseen:
            return
    raise AssertionError(f"no case turns where these are moved by the least step: {', '.join(sorted(unseen))}")


def turns(check: Check, name: str, case: Case, ledger: Ledger, parameters: Parameters) -> bool:
    """Whether what is said of some subject of a case is another where one limit is moved by the least step."""
    value = case.thresholds.get(name, check.thresholds[name].default)
    for near in neighbours(check.thresholds[name], value):
        own = parameters.model_copy(update={"thresholds": {check.code: case.thresholds | {name: near}}})
        told = verdicts_of(judge_alone(ledger, check, own), check.code)
        if {s: v[0] for s, v in told.items()} != {s: said.verdict for s, said in case.expected.items()}:
            return True
    return False
