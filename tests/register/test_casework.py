"""The life of a case over runs and decisions, and its history, which is only added to."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from postgres import needs_postgres, postgres_server

from fundaudit.findings import Outcome
from fundaudit.register import history, opening, runs, schema
from fundaudit.register.alone import alone_in_the_database
from fundaudit.register.casework import Decision, Filter, decide, due, known_runs, listed, shown
from fundaudit.register.states import NEXT
from fundaudit.register.viewings import record_viewing, recorded_viewings

COUNTY = "653129"
AT = "2026-01-01T00:00:00+08:00"
CASE = f"{COUNTY}-HP01-000001"


SECRET = "k0uling-9X"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server(SECRET) as place:
        yield place


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.full, needs_postgres])])
def register(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """A register beside the outputs, and one in a database of its own on a real server."""
    if request.param == "postgresql":
        place = f"postgresql+psycopg://auditor:{SECRET}@{request.getfixturevalue('server')}"
        name = f"r{uuid.uuid4().hex[:12]}"
        with sa.create_engine(place, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        monkeypatch.setenv("FUNDAUDIT_REGISTER", place.replace("/postgres", f"/{name}"))
    engine = opening.open_register(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def beside_outputs(tmp_path: Path) -> sa.Engine:
    return opening.open_register(tmp_path)


def run(
    register: sa.Engine, as_of: str, found: dict[str, list[str]], amount: str = "100.00", standard: str = "{}"
) -> dict[str, str]:
    """A run that finds HP01 on subjects, each with the rows behind it; subject → the state that the report of the run shows."""
    day = dt.date.fromisoformat(as_of)
    keys = {("HP01", subject): rows for subject, rows in found.items()}
    numbers = runs.known_numbers(Path(str(register.url.database)).parent, COUNTY, keys, day)
    findings = [
        {
            "case_no": no,
            "check": "HP01",
            "subject": subject,
            "title": "名册外发放",
            "severity": "高",
            "unit": "甲局",
            "amount": Decimal(amount),
        }
        for (_, subject), (no, _) in numbers.items()
    ]
    runs.complete_run(
        register, runs.prepare_run(register, runs.NewRun(COUNTY, day, "0" * 64, AT, findings, keys, standard=standard))
    )
    return {subject: state for (_, subject), (_, state) in numbers.items()}


def say(register: sa.Engine, to: str, case_no: str = CASE, **more) -> None:
    decide(register, [Decision(case_no, to, "张三", "核实过", **more)], AT)


def state(register: sa.Engine, case_no: str = CASE) -> str:
    return str(shown(register, case_no)["state"])


DAY = dt.date(2026, 3, 1)


def closed(register: sa.Engine) -> None:
    """From 疑点 to 销号."""
    say(register, "核实中", deadline=DAY)
    say(register, "认定属实")
    say(register, "整改中", deadline=DAY)
    say(register, "已整改", recovered=Decimal("100.00"))
    say(register, "销号")


def test_a_case_is_closed_and_comes_back_with_new_evidence_alone(register: sa.Engine) -> None:
    assert run(register, "2022-01-31", {"甲": ["line:1"]}) == {"甲": "疑点"}
    closed(register)
    assert run(register, "2022-02-28", {"甲": ["line:1"]}) == {"甲": "销号"}, "the same evidence again is dealt with"
    assert state(register) == "销号"
    assert run(register, "2022-03-31", {"甲": ["line:1", "line:2"]}) == {"甲": "疑点"}
    assert state(register) == "疑点"
    last = shown(register, CASE)["history"][-1]
    assert (last["author"], last["from_state"], last["to_state"]) == ("fundaudit", "销号", "疑点")
    assert "屡查屡犯" in last["reason"]


def test_found_normal_holds_until_it_expires(register: sa.Engine) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"]})
    say(register, "核实中", deadline=DAY)
    say(register, "认定正常", deadline=dt.date(2022, 3, 30))
    assert run(register, "2022-03-30", {"甲": ["line:1"]}) == {"甲": "认定正常"}
    assert run(register, "2022-03-31", {"甲": ["line:1"]}) == {"甲": "疑点"}
    assert "已过" in shown(register, CASE)["history"][-1]["reason"]


def test_times_over_which_a_case_was_found(register: sa.Engine) -> None:
    """Found in January, February, not in March, again in April: two times."""
    for day, found in (("2022-01-31", ["甲"]), ("2022-02-28", ["甲"]), ("2022-03-31", ["乙"]), ("2022-04-30", ["甲"])):
        run(register, day, {subject: ["line:1"] for subject in found})
    days = [(str(a), str(b)) for a, b in shown(register, CASE)["times"]]
    assert days == [("2022-01-31", "2022-02-28"), ("2022-04-30", "2022-04-30")]


def times(register: sa.Engine, case_no: str = CASE) -> list[tuple[str, str]]:
    return [(str(a), str(b)) for a, b in shown(register, case_no)["times"]]


def test_a_rerun_of_a_date_takes_the_place_of_its_run(register: sa.Engine) -> None:
    """February is run three times: 甲 is found, not found, found again. What counts is the last run of a date."""
    for day, found in (("2022-01-31", ["甲"]), ("2022-02-28", ["甲"]), ("2022-03-31", ["甲"])):
        run(register, day, {subject: ["line:1"] for subject in found})
    assert times(register) == [("2022-01-31", "2022-03-31")]
    run(register, "2022-02-28", {"乙": ["line:1"]})
    assert times(register) == [("2022-01-31", "2022-01-31"), ("2022-03-31", "2022-03-31")]
    assert times(register, f"{COUNTY}-HP01-000002") == [("2022-02-28", "2022-02-28")]
    run(register, "2022-02-28", {"甲": ["line:1"]})
    assert times(register) == [("2022-01-31", "2022-03-31")]
    assert times(register, f"{COUNTY}-HP01-000002") == [], "no run that stands has found it"


def test_a_rerun_of_an_older_date_renumbers_nothing_and_shows_the_latest(register: sa.Engine) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"]})
    run(register, "2022-03-31", {"甲": ["line:1"]}, "300.00")
    run(register, "2022-02-28", {"甲": ["line:1"], "丙": ["line:2"]}, "200.00")
    assert times(register) == [("2022-01-31", "2022-03-31")]
    (first, second) = listed(register, Filter())
    assert [(c["subject"], c["amount"], str(c["last_seen"])) for c in (first, second)] == [
        ("甲", Decimal("300.00"), "2022-03-31"),
        ("丙", Decimal("200.00"), "2022-02-28"),
    ]
    stale = [(str(r["as_of"]), r["superseded"], r["stale"]) for r in known_runs(register)]
    assert stale == [("2022-01-31", False, False), ("2022-02-28", False, False), ("2022-03-31", False, True)]


def test_a_rerun_of_an_older_date_opens_nothing(register: sa.Engine) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"]})
    run(register, "2022-02-28", {"甲": ["line:1"]})
    closed(register)
    assert run(register, "2022-01-31", {"甲": ["line:1", "line:0"]}) == {"甲": "销号"}, "the report says what the register has"
    assert state(register) == "销号"


def test_a_check_that_came_to_nothing_breaks_no_time(register: sa.Engine) -> None:
    """February cannot run HP01 (a special run, a table that is missing): the case goes on. Where it ran and nobody was there, it ends."""
    silent = Outcome("HP01", "名册外", "到人到户", "高", "not_run", reason="不在本次专项检查的范围内")
    empty = Outcome("HP01", "名册外", "到人到户", "高", "not_run", reason="无适用对象", empty=True)
    for day, came_to, found in (
        ("2022-01-31", [], ["甲"]),
        ("2022-02-28", [silent], []),
        ("2022-03-31", [], ["甲"]),
        ("2022-04-30", [empty], []),
    ):
        keys = {("HP01", s): ["line:1"] for s in found}
        findings = [{"case_no": CASE, "check": "HP01", "subject": s} for s in found]
        new = runs.NewRun(COUNTY, dt.date.fromisoformat(day), "0" * 64, AT, findings, keys, came_to)
        runs.complete_run(register, runs.prepare_run(register, new))
    assert times(register) == [("2022-01-31", "2022-03-31")]


def test_a_run_waits_for_who_writes_the_history(register: sa.Engine) -> None:
    """Two that read one head would fork the chain: while somebody decides, a run that reopens a case waits, and the history is whole."""
    run(register, "2022-01-31", {"甲": ["line:1"], "乙": ["line:1"]})
    closed(register)
    prepared = runs.prepare_run(
        register,
        runs.NewRun(
            COUNTY,
            dt.date(2022, 2, 28),
            "1" * 64,
            AT,
            [{"case_no": CASE, "check": "HP01", "subject": "甲"}],
            {("HP01", "甲"): ["line:2"]},
        ),
    )
    other = threading.Thread(
        target=runs.complete_run, args=(sa.create_engine(register.url, connect_args=WAIT[register.dialect.name]), prepared)
    )
    with register.begin() as connection:
        history.alone(connection)
        other.start()
        other.join(1)
        assert other.is_alive()
        event = {
            "case_no": f"{COUNTY}-HP01-000002",
            "at": AT,
            "author": "a",
            "from_state": "疑点",
            "to_state": "核实中",
            "reason": "b",
        }
        history.append(connection, event)
    other.join(30)
    with register.connect() as connection:
        assert history.problems(connection) == []
    assert state(register) == "疑点"


WAIT: dict[str, dict[str, int]] = {"sqlite": {"timeout": 30}, "postgresql": {}}


@pytest.mark.parametrize("before", NEXT)
@pytest.mark.parametrize("after", NEXT)
def test_only_the_legal_ways_are_taken(register: sa.Engine, before: str, after: str) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"]})
    with register.begin() as connection:  # there by whatever way
        history.append(
            connection, {"case_no": CASE, "at": AT, "author": "a", "from_state": "疑点", "to_state": before, "reason": "b"}
        )
    if after in NEXT[before]:
        say(register, after, deadline=DAY, receiver="县纪委监委")
        assert state(register) == after
    else:
        with pytest.raises(schema.RegisterError, match=f"现在是“{before}”.*可以改为：{'、'.join(NEXT[before])}"):
            say(register, after, deadline=DAY, receiver="县纪委监委")
        assert state(register) == before


def test_all_decisions_or_none(register: sa.Engine) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"], "乙": ["line:2"]})
    good = Decision(CASE, "核实中", "张三", "入户", deadline=DAY)
    with pytest.raises(schema.RegisterError, match="HP01-000002：现在是“疑点”"):
        decide(register, [good, Decision(f"{COUNTY}-HP01-000002", "销号", "张三", "入户")], AT)
    assert state(register) == "疑点"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"author": " "}, "要写明经办人"),
        ({"reason": ""}, "要写明经办人.*和理由"),
        ({"deadline": None}, "还要写明：期限"),
        ({"to_state": "结案"}, "没有“结案”这种状态；有：疑点"),
        ({"case_no": "653129-HP01-000009"}, "没有这个编号"),
        ({"attachment": Path("/没有/照片.jpg")}, "附件 .* 不存在"),
        ({"seen": "整改中"}, "看到的是“整改中”，现在已是“疑点”，有人改过"),
    ],
)
def test_what_a_decision_must_say(register: sa.Engine, more: dict, said: str) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"]})
    own = {"case_no": CASE, "to_state": "核实中", "author": "张三", "reason": "入户", "deadline": DAY} | more
    with pytest.raises(schema.RegisterError, match=said):
        decide(register, [Decision(**own)], AT)


def test_the_attachment_is_kept_by_name_and_hash(register: sa.Engine, tmp_path: Path) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"]})
    (tmp_path / "照片.jpg").write_bytes(b"abc")
    say(register, "核实中", deadline=DAY, attachment=tmp_path / "照片.jpg")
    event = shown(register, CASE)["history"][-1]
    assert event["attachment"] == "照片.jpg"
    # SHA-256 of "abc", FIPS 180-2, appendix B.1
    assert event["attachment_sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_filters_and_deadlines(register: sa.Engine) -> None:
    run(register, "2022-01-31", {"甲": ["1"], "乙": ["2"]})
    say(register, "核实中", deadline=dt.date(2022, 3, 1))
    assert [c["subject"] for c in listed(register, Filter())] == ["甲", "乙"], "with a deadline first"
    assert [c["subject"] for c in listed(register, Filter(state="疑点"))] == ["乙"]
    assert [c["subject"] for c in listed(register, Filter(least=Decimal("100.01")))] == []
    assert [c["subject"] for c in listed(register, Filter(unit="甲局", check="HP01", counties=[COUNTY]))] == ["甲", "乙"]
    assert listed(register, Filter(counties=["640422"])) == []
    assert [c["subject"] for c in listed(register, Filter(overdue=dt.date(2022, 3, 2)))] == ["甲"]
    assert listed(register, Filter(overdue=dt.date(2022, 3, 1))) == [], "the deadline itself is in time"
    assert [c["subject"] for c in due(register, dt.date(2022, 2, 22), 7)["甲局"]] == ["甲"]
    assert due(register, dt.date(2022, 2, 21), 7) == {}


def test_two_people_at_once_one_wins_and_the_other_is_told(beside_outputs: sa.Engine) -> None:
    register = beside_outputs
    run(register, "2022-01-31", {"甲": ["line:1"]})
    other = sa.create_engine(register.url, connect_args={"timeout": 0.1})
    mine = Decision(CASE, "核实中", "张三", "入户", deadline=DAY, seen="疑点")
    with register.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(schema.RegisterError, match="正被别人写入"):
            decide(other, [mine], AT)
    decide(other, [mine], AT)
    with pytest.raises(schema.RegisterError, match="有人改过"):
        decide(register, [mine], AT)
    assert [e["author"] for e in shown(register, CASE)["history"]] == ["张三"]


def test_one_run_at_a_time_in_the_database_too(register: sa.Engine) -> None:
    """A second run is told that it waits, and goes on once the first is through. (In a folder: tests/run/test_counties.py.)"""
    if register.dialect.name == "sqlite":
        with alone_in_the_database(register, lambda: pytest.fail("nobody else can be there")):
            return
    order: list[str] = []
    told = threading.Event()

    def second() -> None:
        with alone_in_the_database(sa.create_engine(register.url), told.set):
            order.append("second")

    with alone_in_the_database(register, lambda: pytest.fail("it is the first")):
        other = threading.Thread(target=second)
        other.start()
        assert told.wait(30)
        order.append("first")
    other.join(30)
    assert order == ["first", "second"]


def test_history_cannot_be_changed_through_a_connection(register: sa.Engine) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"]})
    say(register, "核实中", deadline=DAY)
    for query in (schema.events.update().values(reason="别的"), schema.events.delete()):
        with pytest.raises(sa.exc.DBAPIError, match="only added to"), register.begin() as connection:
            connection.execute(query)


def behind_its_back(register: sa.Engine, sql: str) -> None:
    drops = ["DROP TRIGGER events_kept ON events"]
    if register.dialect.name == "sqlite":
        drops = ["DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete"]
    with register.begin() as connection:
        for statement in (*drops, sql):
            connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE events SET recovered = '1.00' WHERE event_no = 4", ["第 4 条记录.*被改动过"]),
        ("DELETE FROM events WHERE event_no = 2", ["第 3 条记录与前一条接不上"]),
        ("DELETE FROM events WHERE event_no > 3", ["末尾有记录被删去", "状态不是它最后一条记录的状态"]),
        ("UPDATE cases SET last_event = 1", ["状态不是它最后一条记录的状态"]),
    ],
)
def test_a_change_behind_its_back_is_found(register: sa.Engine, sql: str, said: list[str]) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"]})
    closed(register)
    run(register, "2022-02-28", {"甲": ["line:1"]})  # remembers the history's head
    with register.connect() as connection:
        assert history.problems(connection) == []
    behind_its_back(register, sql)
    with register.connect() as connection:
        found = "\n".join(history.problems(connection))
    for text in said:
        assert re.search(text, found), found


def test_what_the_checks_of_a_run_came_to_is_kept_and_goes_with_it(register: sa.Engine) -> None:
    came_to = [
        Outcome("IB01", "账户闲置", "资金闲置", "中", "clean", 12),
        Outcome("HP01", "名册外", "到人到户", "高", "finding", 9, 2, 1, Decimal("3.50")),
    ]
    run_id = runs.prepare_run(register, runs.NewRun(COUNTY, DAY, "0" * 64, AT, [], {}, came_to))
    query = sa.select(schema.outcomes).order_by(schema.outcomes.c.check_code)
    with register.connect() as connection:
        kept = [tuple(row) for row in connection.execute(query)]
    assert kept == [(run_id, "HP01", "finding", 9, 2, 1, Decimal("3.50")), (run_id, "IB01", "clean", 12, 0, 0, Decimal("0.00"))]
    runs.undo_run(register, run_id)
    with register.connect() as connection:
        assert connection.execute(query).all() == []


def test_an_undone_run_leaves_nothing_behind(register: sa.Engine) -> None:
    run(register, "2022-01-31", {"甲": ["line:1"]})
    closed(register)
    keys = {("HP01", "甲"): ["line:1", "line:2"], ("HP01", "乙"): ["line:3"]}
    findings = [{"case_no": f"{COUNTY}-HP01-00000{n}", "check": "HP01", "subject": s} for n, s in ((1, "甲"), (2, "乙"))]
    runs.undo_run(register, runs.prepare_run(register, runs.NewRun(COUNTY, dt.date(2022, 2, 28), "1" * 64, AT, findings, keys)))
    assert shown(register, CASE)["rows"] == 1
    assert state(register) == "销号"
    assert [c["subject"] for c in listed(register, Filter())] == ["甲"]
    assert [(str(a), str(b)) for a, b in shown(register, CASE)["times"]] == [("2022-01-31", "2022-01-31")]


VERSION_1 = """
CREATE TABLE register_info (schema_version INTEGER NOT NULL);
CREATE TABLE runs (run_id INTEGER NOT NULL PRIMARY KEY, county VARCHAR(6) NOT NULL, as_of DATE NOT NULL, state VARCHAR(10) NOT NULL,
    manifest_sha256 VARCHAR(64) NOT NULL, created_at VARCHAR(32) NOT NULL);
CREATE TABLE cases (case_no VARCHAR(40) NOT NULL PRIMARY KEY, county VARCHAR(6) NOT NULL, check_code VARCHAR(4) NOT NULL, subject VARCHAR NOT NULL,
    state VARCHAR(10) NOT NULL, first_run INTEGER NOT NULL REFERENCES runs (run_id), last_run INTEGER NOT NULL REFERENCES runs (run_id),
    UNIQUE (county, check_code, subject));
INSERT INTO register_info VALUES (1);
INSERT INTO runs VALUES (1, '653129', '2022-01-31', 'complete', 'f', '2022-02-01T00:00:00');
INSERT INTO cases VALUES ('653129-HP01-000001', '653129', 'HP01', '甲', '疑点', 1, 1);
"""


def test_a_register_of_the_first_version_is_carried_forward(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / opening.REGISTER) as connection:
        connection.executescript(VERSION_1)
    register = opening.open_register(tmp_path)
    assert run(register, "2022-02-28", {"甲": ["line:1"], "乙": ["line:2"]}) == {"甲": "疑点", "乙": "疑点"}
    assert [(c["case_no"], c["subject"], c["first_run"]) for c in listed(register, Filter())] == [
        (CASE, "甲", 1),
        (f"{COUNTY}-HP01-000002", "乙", 2),
    ]
    assert times(register) == [("2022-01-31", "2022-02-28")]
    closed(register)
    assert state(register) == "销号"
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), register.begin() as connection:
        connection.execute(schema.events.delete())


def test_viewings_are_only_added_to(register: sa.Engine) -> None:
    record_viewing(register, COUNTY, dt.date(2022, 12, 31), "张三 ", "入户核实前核对号码", AT)
    record_viewing(register, "610204", dt.date(2022, 12, 31), "李四", "复核", AT)
    own = recorded_viewings(register, [COUNTY])
    assert [(v["author"], v["reason"], str(v["as_of"])) for v in own] == [("张三", "入户核实前核对号码", "2022-12-31")]
    assert [v["author"] for v in recorded_viewings(register)] == ["李四", "张三"]
    for author, reason in (("", "复核"), ("张三", " ")):
        with pytest.raises(schema.RegisterError, match="要写明查看人和理由"):
            record_viewing(register, COUNTY, dt.date(2022, 12, 31), author, reason, AT)
    for statement in (schema.viewings.delete(), schema.viewings.update().values(author="x")):
        with pytest.raises(sa.exc.DBAPIError, match="only added to"), register.begin() as connection:
            connection.execute(statement)


def test_a_register_of_version_3_is_carried_forward(tmp_path: Path) -> None:
    register = opening.open_register(tmp_path)
    run(register, "2022-01-31", {"甲": ["line:1"]})
    with register.begin() as connection:
        connection.execute(sa.text("DROP TABLE viewings"))
        connection.execute(sa.text("UPDATE register_info SET schema_version = 3"))
    register.dispose()
    register = opening.open_register(tmp_path)
    assert [c["subject"] for c in listed(register, Filter())] == ["甲"] and recorded_viewings(register) == []
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), register.begin() as connection:
        connection.execute(
            schema.viewings.insert().values(county=COUNTY, as_of=dt.date(2022, 1, 31), at=AT, author="a", reason="b")
        )
        connection.execute(schema.viewings.delete())


def test_a_run_that_was_cut_off_under_version_2_goes(tmp_path: Path) -> None:
    """Version 2 wrote the cases of a prepared run at once. Its tables are today's without what version 3 added."""
    register = opening.open_register(tmp_path)
    run(register, "2022-01-31", {"甲": ["line:1"]})
    with register.begin() as connection:
        for table, column in (("runs", "standard"), ("runs", "funds"), ("cases", "village"), ("cases", "basis")):
            connection.execute(sa.text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        for statement in (
            "DROP TABLE pending",
            "DROP TABLE viewings",
            "INSERT INTO runs (run_id, county, as_of, state, manifest_sha256, created_at) VALUES (2, '653129', '2022-02-28', 'prepared', 'f', 'x')",
            "INSERT INTO cases (case_no, county, check_code, subject, first_run, last_run) VALUES ('653129-HP01-000002', '653129', 'HP01', '乙', 2, 2)",
            "INSERT INTO sightings VALUES ('653129-HP01-000002', 2, 2)",
            "UPDATE sightings SET last_run = 2 WHERE first_run = 1",
            "UPDATE cases SET last_run = 2 WHERE first_run = 1",
            "UPDATE register_info SET schema_version = 2",
        ):
            connection.execute(sa.text(statement))
    register.dispose()
    register = opening.open_register(tmp_path)
    assert [(c["subject"], str(c["last_seen"])) for c in listed(register, Filter())] == [("甲", "2022-01-31")]
    assert times(register) == [("2022-01-31", "2022-01-31")]
    assert run(register, "2022-02-28", {"甲": ["line:1"], "乙": ["line:2"]}) == {"甲": "疑点", "乙": "疑点"}
    assert times(register) == [("2022-01-31", "2022-02-28")]
