"""Every check against its own cases, and that the cases show what they must."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fundaudit.casebook import Case, judge_alone, read_cases, unlike, verdicts_of
from fundaudit.catalogue import Check, Threshold, load_catalogue
from fundaudit.ledger.connection import Ledger
from fundaudit.parameters import Parameters

CHECKS = load_catalogue().checks


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_first_case(check: Check, tmp_path: Path) -> None:
    """The population, every verdict, every amount and date are exactly the expected ones."""
    case = read_cases(check.code)[0]
    with case.opened(tmp_path) as (ledger, parameters):
        assert not unlike(case, judge_alone(ledger, check, parameters))


@pytest.mark.full
@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_all_cases(check: Check, tmp_path: Path) -> None:
    """As the first; and together they show what they must: true, false and undetermined, rows that intake refused in the tables
    that the check reads, and for each limit a case in which the verdict on some subject turns where it is moved by the least step."""
    cases = read_cases(check.code)
    assert {"finding", "clean", "undetermined"} <= {said.verdict for case in cases for said in case.expected.values()}
    unseen = {name for name, own in check.thresholds.items() if own.is_number}
    refused = False
    for case in cases:
        folder = tmp_path / case.name
        folder.mkdir()
        with case.opened(folder) as (ledger, parameters):
            wrong = unlike(case, judge_alone(ledger, check, parameters))
            assert not wrong, f"{case.name}: {wrong}"
            refused |= any(ledger.rejected.get(name) for name in (*check.needs, *check.uses))
            unseen -= {name for name in unseen if turns(check, name, case, ledger, parameters)}
    assert refused, "no case has a row that was refused"
    assert not unseen, f"no case turns where these are moved by the least step: {', '.join(sorted(unseen))}"


def neighbours(threshold: Threshold, value: Decimal | int) -> list[Decimal | int]:
    """The values next to a limit: a day, a cent, a thousandth."""
    step = {"元": Decimal("0.01"), "比例": Decimal("0.001")}.get(threshold.unit, 1)
    near = [value - step, value + step]
    return [v for v in near if threshold.min <= v <= threshold.max]


def turns(check: Check, name: str, case: Case, ledger: Ledger, parameters: Parameters) -> bool:
    """Whether what is said of some subject of a case is another where one limit is moved by the least step."""
    value = case.thresholds.get(name, check.thresholds[name].default)
    for near in neighbours(check.thresholds[name], value):
        own = parameters.model_copy(update={"thresholds": {check.code: case.thresholds | {name: near}}})
        told = verdicts_of(judge_alone(ledger, check, own), check.code)
        if {s: v[0] for s, v in told.items()} != {s: said.verdict for s, said in case.expected.items()}:
            return True
    return False
