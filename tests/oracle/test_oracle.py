"""The checks against the oracle: population, verdict, amount and date of every subject, both ways, on random ledgers.

`make test` judges the first six of them, `make test-full` 60, `make oracle` 2,000.
"""

from __future__ import annotations

import os
import sys
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import books
import ledgers
import money
import payments
import people
import reading
import rejected
import subsidies
import works
from shares import on_limit, shares

COUNT = int(os.environ.get("ORACLE_LEDGERS", "60"))
ORACLE = {
    name.upper(): check
    for module in (money, people, payments, subsidies, works)
    for name, check in vars(module).items()
    if len(name) == 4 and name[2:].isdecimal()
}
# Limits that small ledgers reach, and words that a bureau has to name: the same for the kit and the oracle.
OWN: dict[str, dict[str, Any]] = {
    "PM01": {"min_amount": Decimal(books.LIMIT)}, "PM09": {"limit": Decimal(books.LIMIT)}, "PM11": {"limit": Decimal(books.LIMIT)},
    "PM15": {"contracts": 3, "least": 2, "limit": Decimal(books.LIMIT)}, "IB07": {"min_amount": Decimal(1000), "days": 30}, "TP13": {"min_amount": Decimal(1000)},
    "LP08": {"min_amount": Decimal(400)}, "DQ04": {"least": 3, "deviation": Decimal("0.0212")}, "IB06": {"min_amount": Decimal(1000)}, "TP09": {"steps": list(books.STEPS)}, "AL08": {"kinds": ["月支出计划", "县级月报", "科室月报"]},
    "HP21": {"exclusive": ["产业补助、慰问"]}, "HP22": {"resident_only": ["慰问"]},
}  # fmt: skip
FOR_THE_ORACLE = {"HP21": {"exclusive": (("产业补助", "慰问"),)}}
SOFTENED = {*rejected.POPULATION, *rejected.DECIDES}  # checks whose refused rows the oracle follows; the others by their cases


def differences(seed: int, folder: Path, judged) -> list[str]:
    """What the kit and the oracle say differently of one random ledger."""
    as_of = ledgers.write(seed, folder)
    settings = {"targeted_subsidies": list(ledgers.TARGETED), "open_subsidies": list(ledgers.OPEN)}
    followed = SOFTENED if ledgers.spoilt(seed) else set(ORACLE)
    limits = {code: own for code, own in OWN.items() if code in followed}
    result = judged(folder, as_of, settings, thresholds=limits, only=followed)
    accepted = {name: table.to_pylist() for name, table in result.intake.tables.items()}
    book = reading.book_of(
        accepted, result.intake.rejects.to_pylist(), as_of, targeted_words=ledgers.TARGETED, open_words=ledgers.OPEN
    )
    found = {(f.check, f.subject): f for f in result.judgement.findings}
    stopped = {
        u.check for u in result.judgement.undetermined if u.kind == "broken"
    }  # by the guard, which the oracle does not follow
    told = []
    for outcome in result.judgement.outcomes:
        if outcome.status == "error":
            told.append(f"{outcome.check}: {outcome.reason}")
        if outcome.status == "not_run" and "无适用对象" not in outcome.reason:
            continue
        code = outcome.check
        if (any(book.rejected.values()) and code not in SOFTENED) or code in stopped:
            continue
        limits = OWN.get(code, {}) | FOR_THE_ORACLE.get(code, {})
        check = partial(ORACLE[code], **limits)
        expected = rejected.with_rejected(code, check, book)
        verdicts = result.judgement.verdicts.get(outcome.check, {})
        _tally(code, list(verdicts.values()), limits, book)
        for subject in sorted(expected.keys() | verdicts.keys()):
            wanted, got = expected.get(subject), verdicts.get(subject, "absent")
            if got is True:
                own = found[outcome.check, subject]
                got = reading.Verdict(True, own.amount, own.occurred_on)
            elif got != "absent":
                got = reading.Verdict(got)
            if wanted is not None and not wanted.flag:
                wanted = reading.Verdict(wanted.flag)
            if wanted != got:
                told.append(f"{seed} {as_of} {outcome.check} {subject}: oracle {wanted}, kit {got}")
    return told


def _tally(code: str, verdicts: list[bool | None], limits: dict[str, Any], book: reading.Book) -> None:
    """For `make oracle`, which prints what the ledgers let each check say (shares.py)."""
    if path := os.environ.get("ORACLE_TALLY"):
        exact = on_limit(ORACLE[code], book, limits)
        counts = [*(verdicts.count(said) for said in (True, False, None)), "-" if exact is None else exact]
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(" ".join(map(str, (code, *counts))) + "\n")


SEEDS = [seed if seed < 6 else pytest.param(seed, marks=pytest.mark.full) for seed in range(COUNT)]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_kit_and_the_oracle_agree(seed: int, tmp_path: Path, judged) -> None:
    told = differences(seed, tmp_path, judged)
    assert not told, "\n".join(told)


def test_every_check_of_the_catalogue_has_an_oracle(catalogue) -> None:
    assert set(ORACLE) == set(catalogue.checks)


def test_shares_add_up_over_ledgers() -> None:
    """1 + 0 flagged, 2 + 1 clear, 3 + 0 undetermined, 1 + 0 on a limit; IB01 has none."""
    assert shares("LP01 1 2 3 1\nIB01 0 0 1 -\nLP01 0 1 0 0") == {"IB01": (0, 0, 1, None), "LP01": (1, 3, 3, 1)}


def test_who_lies_exactly_on_a_limit() -> None:
    """Limits of 30 days and 100.00 yuan: 30 days and 100.01 yuan are on one, 31 days and 102 yuan are beyond both."""

    def check(book, days: int = 30, min_amount: Decimal = Decimal(100)):
        return {s: reading.Verdict(d > days and a >= min_amount) for s, (d, a) in book.items()}

    book = {"days": (30, 500), "money": (60, Decimal("99.99")), "met": (60, Decimal(100)), "beyond": (33, 102), "below": (3, 5)}
    assert on_limit(check, book, {}) == 3
    assert on_limit(lambda book: {}, {}, {}) is None
