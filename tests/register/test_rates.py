"""How often a check's findings held."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from test_casework import COUNTY, DAY, run, say

from fundaudit.register import opening
from fundaudit.register.rates import HitRate, hit_rates


def test_the_last_conclusion_on_each_case_counts(tmp_path: Path) -> None:
    """Four cases: 甲 true with 100.50 recovered in two parts, 乙 normal, 丙 normal first and, seen again, true; 丁 is still looked at."""
    register: sa.Engine = opening.open_register(tmp_path)
    run(register, "2022-01-31", {s: ["1"] for s in "甲乙丙丁"})
    assert hit_rates(tmp_path) == {}
    numbers = [f"{COUNTY}-HP01-00000{n}" for n in (1, 2, 3, 4)]
    for number in numbers:
        say(register, "核实中", number, deadline=DAY)
    say(register, "认定属实", numbers[0], recovered=Decimal("100.00"))
    say(register, "整改中", numbers[0], deadline=DAY, recovered=Decimal("0.50"))
    say(register, "认定正常", numbers[1], deadline=dt.date(2030, 1, 1))
    say(register, "认定正常", numbers[2], deadline=dt.date(2030, 1, 1))
    assert hit_rates(tmp_path) == {"HP01": HitRate(held=1, not_held=2, recovered=Decimal("100.50"))}
    for state in ("疑点", "核实中", "认定属实"):
        say(register, state, numbers[2], deadline=DAY)
    rate = hit_rates(tmp_path)["HP01"]
    assert (rate.held, rate.not_held, rate.decided, rate.few) == (2, 1, 3, True)
