"""What a run is beside the county's last one of an earlier audit date."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import sqlalchemy as sa
from test_casework import COUNTY, DAY, closed, register, run, say, server  # noqa: F401 the fixtures

from fundaudit.register import runs
from fundaudit.register.comparison import Compared, compared


def beside(register: sa.Engine, as_of: str, found: dict[str, list[str]], open_: tuple[str, ...] = ()) -> Compared | None:  # noqa: F811
    """What the report of a run would say, before the run is registered."""
    outputs, day = Path(str(register.url.database)).parent, dt.date.fromisoformat(as_of)
    numbers = runs.known_numbers(outputs, COUNTY, {("HP01", s): rows for s, rows in found.items()}, day)
    return compared(outputs, COUNTY, day, numbers, {("HP01", s) for s in open_})


def test_nothing_to_compare_with(register: sa.Engine) -> None:  # noqa: F811
    assert beside(register, "2022-01-31", {"甲": ["1"]}) is None
    run(register, "2022-01-31", {"甲": ["1"]})
    assert beside(register, "2022-01-31", {"甲": ["1"]}) is None, "the same date again is no earlier one"


def test_new_staying_gone_open_and_back(register: sa.Engine) -> None:  # noqa: F811
    """January: 甲 乙 丙 丁. February finds 甲 (stays), 戊 (new); 乙 cannot be judged, 丙 and 丁 are gone. March finds 丙 again."""
    run(register, "2022-01-31", {s: ["1"] for s in "甲乙丙丁"})
    told = beside(register, "2022-02-28", {"甲": ["1"], "戊": ["1"]}, ("乙", "己"))
    assert told == Compared(
        before=dt.date(2022, 1, 31), new=1, persisting=1, again=0, repeated=0, settled={}, gone=2, open=1
    )  # fmt: skip
    run(register, "2022-02-28", {"甲": ["1"], "戊": ["1"]})
    told = beside(register, "2022-03-31", {"甲": ["1"], "丙": ["1"]})
    assert told == Compared(
        before=dt.date(2022, 2, 28), new=0, persisting=1, again=1, repeated=0, settled={}, gone=1, open=0
    )  # fmt: skip


def test_closed_cases_are_settled_until_they_have_new_evidence(register: sa.Engine) -> None:  # noqa: F811
    run(register, "2022-01-31", {"甲": ["1"], "乙": ["1"]})
    closed(register)  # 甲
    say(register, "核实中", f"{COUNTY}-HP01-000002", deadline=DAY)
    say(register, "认定正常", f"{COUNTY}-HP01-000002", deadline=dt.date(2030, 1, 1))
    same = beside(register, "2022-02-28", {"甲": ["1"], "乙": ["1"]})
    assert same is not None
    assert (same.settled, same.repeated, same.persisting) == ({"认定正常": 1, "销号": 1}, 0, 2)
    fresh = beside(register, "2022-02-28", {"甲": ["1", "2"], "乙": ["1", "2"]})
    assert fresh is not None
    assert (fresh.settled, fresh.repeated) == ({}, 1), "乙 was never wrong: it comes back without being a repetition"


def test_a_rerun_of_an_older_date_is_not_what_later_ones_are_compared_with(register: sa.Engine) -> None:  # noqa: F811
    run(register, "2022-01-31", {"甲": ["1"]})
    run(register, "2022-02-28", {"乙": ["1"]})
    run(register, "2022-01-31", {"甲": ["1"], "丙": ["1"]})
    told = beside(register, "2022-03-31", {"乙": ["1"]})
    assert told is not None
    assert (told.before, told.persisting, told.gone) == (dt.date(2022, 2, 28), 1, 0)
