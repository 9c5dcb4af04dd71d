"""What a run is beside the county's last one of an earlier audit date."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import sqlalchemy as sa
from test_casework import COUNTY, DAY, closed, register, run, say, server  # noqa: F401 the fixtures

from fundaudit.register import runs
from fundaudit.register.comparison import Compared, StillOpen, compared, earlier_run

RULES = {"HP01": {"version": 1, "thresholds": {"days": "30"}, "basis": ["a"]}, "settings": {}}


def beside(
    register: sa.Engine,  # noqa: F811
    as_of: str,
    found: dict[str, list[str]],
    clean: str = "",
    reasons: dict[str, str] | None = None,
    stopped: str = "",
    rules: dict = RULES,
) -> Compared | None:
    """What the report of a run would say, before the run is registered. `clean`: who was judged and not flagged."""
    outputs, day = Path(str(register.url.database)).parent, dt.date.fromisoformat(as_of)
    earlier = earlier_run(outputs, COUNTY, day)
    if earlier is None:
        return None
    numbers = runs.known_numbers(outputs, COUNTY, {("HP01", s): rows for s, rows in found.items()}, day)
    judged = {"HP01": dict.fromkeys(clean, False)}
    why = {("HP01", s): reason for s, reason in (reasons or {}).items()}
    return compared(earlier, numbers, judged, why, {"HP01": stopped} if stopped else {}, rules)


def test_nothing_to_compare_with(register: sa.Engine) -> None:  # noqa: F811
    assert beside(register, "2022-01-31", {"甲": ["1"]}) is None
    run(register, "2022-01-31", {"甲": ["1"]})
    assert beside(register, "2022-01-31", {"甲": ["1"]}) is None, "the same date again is no earlier one"


def test_new_staying_cleared_out_of_sight_open_and_back(register: sa.Engine) -> None:  # noqa: F811
    """January: 甲 乙 丙 丁. February finds 甲 (stays), 戊 (new); 乙 cannot be judged, 丙 is judged clean, 丁 is in no population. March
    finds 丙 again."""
    run(register, "2022-01-31", {s: ["1"] for s in "甲乙丙丁"})
    told = beside(register, "2022-02-28", {"甲": ["1"], "戊": ["1"]}, "丙", {"乙": "名册号码存疑", "己": "别的"})
    left = StillOpen(case_no=f"{COUNTY}-HP01-000002", check="HP01", reason="名册号码存疑")
    assert told == Compared(
        before=dt.date(2022, 1, 31),
        new=1,
        persisting=1,
        again=0,
        repeated=0,
        settled={},
        cleared=1,
        vanished=1,
        still_open=(left,),
    )
    run(register, "2022-02-28", {"甲": ["1"], "戊": ["1"]})
    told = beside(register, "2022-03-31", {"甲": ["1"], "丙": ["1"]}, "戊")
    assert told == Compared(
        before=dt.date(2022, 2, 28), new=0, persisting=1, again=1, repeated=0, settled={}, cleared=1, vanished=0
    )


def test_a_check_that_did_not_run_or_judged_otherwise_clears_nothing(register: sa.Engine) -> None:  # noqa: F811
    run(register, "2022-01-31", {"甲": ["1"]}, standard=json.dumps(RULES))
    stopped = beside(register, "2022-02-28", {}, stopped="没有报送帮扶对象名册，请补报")
    assert stopped is not None
    assert (stopped.cleared, stopped.vanished, [o.reason for o in stopped.still_open]) == (0, 0, ["没有报送帮扶对象名册，请补报"])
    other = RULES | {"HP01": {"version": 2, "thresholds": {"days": "60"}, "basis": ["a"]}}
    changed = beside(register, "2022-02-28", {}, clean="甲", rules=other)
    assert changed is not None
    assert (changed.cleared, [o.reason for o in changed.still_open]) == (0, ["检查的版本与上次不同；阈值与上次不同"])
    same = beside(register, "2022-02-28", {}, clean="甲")
    assert same is not None
    assert (same.cleared, same.still_open) == (1, ())


def test_closed_cases_are_settled_until_they_have_new_evidence(register: sa.Engine) -> None:  # noqa: F811
    run(register, "2022-01-31", {"甲": ["1"], "乙": ["1"]})
    closed(register)  # 甲
    say(register, "核实中", f"{COUNTY}-HP01-000002", deadline=DAY)
    say(register, "认定正常", f"{COUNTY}-HP01-000002", deadline=dt.date(2030, 1, 1))
    same = beside(register, "2022-02-28", {"甲": ["1"], "乙": ["1"]})
    assert same is not None
    assert (same.settled, same.repeated, same.persisting) == ({"认定正常": 1, "销号": 1}, 0, 0)
    fresh = beside(register, "2022-02-28", {"甲": ["1", "2"], "乙": ["1", "2"]})
    assert fresh is not None
    assert (fresh.settled, fresh.repeated) == ({}, 1), "乙 was never wrong: it comes back without being a repetition"
    gone = beside(register, "2022-02-28", {}, clean="甲乙")
    assert gone is not None
    assert (gone.cleared, gone.vanished, gone.still_open) == (0, 0, ()), "what was settled is no more to be cleared"


def test_a_rerun_of_a_date_says_the_same(register: sa.Engine) -> None:  # noqa: F811
    """February finds 甲, closed, with new evidence, and 乙 for the first time; run again in the evening it says so again."""
    run(register, "2022-01-31", {"甲": ["1"]})
    closed(register)
    told = beside(register, "2022-02-28", {"甲": ["1", "2"], "乙": ["1"]})
    run(register, "2022-02-28", {"甲": ["1", "2"], "乙": ["1"]})
    again = beside(register, "2022-02-28", {"甲": ["1", "2"], "乙": ["1"]})
    assert told is not None
    assert again == told
    assert (told.new, told.persisting, told.repeated) == (1, 1, 1)


def test_a_rerun_of_an_older_date_is_not_what_later_ones_are_compared_with(register: sa.Engine) -> None:  # noqa: F811
    run(register, "2022-01-31", {"甲": ["1"]})
    run(register, "2022-02-28", {"乙": ["1"]})
    run(register, "2022-01-31", {"甲": ["1"], "丙": ["1"]})
    told = beside(register, "2022-03-31", {"乙": ["1"]})
    assert told is not None
    assert (told.before, told.persisting, told.cleared, told.vanished) == (dt.date(2022, 2, 28), 1, 0, 0)
