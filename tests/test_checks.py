"""Every check against the sample's key, and the rule that the future does not matter."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sample import jiashi
from sample.__main__ import KEY
from sample.county import Planted

from fundaudit import verdicts
from fundaudit.catalogue import load_catalogue
from fundaudit.contract import TABLES
from fundaudit.judge import judge
from fundaudit.ledger.connection import open_ledger

CODES = sorted(load_catalogue().checks)


COUNTIES = sorted(path.stem for path in KEY.glob("*.csv"))


def read_key(code: str) -> list[dict[str, str]]:
    with (KEY / f"{code}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def planted(code: str) -> set[tuple[str, str, str]]:
    return {(r["check"], r["subject"], r["verdict"]) for r in read_key(code) if r["verdict"] != "clean"}


def verdicts_of(judgement) -> set[tuple[str, str, str]]:
    found = {(f.check, f.subject, "finding") for f in judgement.findings}
    return found | {(u.check, u.subject, "undetermined") for u in judgement.undetermined}


@pytest.mark.parametrize("code", [pytest.param(c, marks=pytest.mark.full if c == "610204" else ()) for c in COUNTIES])
def test_a_sample_county_equals_its_key(code: str, samples) -> None:
    assert verdicts_of(samples(code).judgement) == planted(code)


@pytest.mark.parametrize("code", ["640422", "653129"])
def test_near_misses_are_clean(code: str, samples) -> None:
    """A near-miss is judged and not flagged, or has left the population (refunded, closed, settled …)."""
    near = [r for r in read_key(code) if r["verdict"] == "clean"]
    assert near
    for row in near:
        assert samples(code).judgement.verdicts[row["check"]].get(row["subject"], False) is False, row


def test_the_samples_plant_enough() -> None:
    """In one county or another at least three findings, three near-misses and one undetermined per check; one of each where a check
    knows one subject of a county, its year."""
    counts = Counter((row["check"], row["verdict"]) for code in COUNTIES for row in read_key(code))
    once = {code for code, check in load_catalogue().checks.items() if check.subject == "year"}
    for code in CODES:
        least = (1, 1, 0) if code in once else (3, 3, 1)
        assert all(counts[code, kind] >= n for kind, n in zip(("finding", "clean", "undetermined"), least, strict=True)), code


def test_no_two_sample_counties_have_the_same_planted() -> None:
    """They differ in which checks find something, and in how much."""
    found = {code: Counter(check for check, _, verdict in planted(code) if verdict == "finding") for code in COUNTIES}
    for one, other in combinations(COUNTIES, 2):
        assert set(found[one]) != set(found[other]), (one, other)
        assert sum(found[one][c] != found[other][c] for c in CODES) > len(CODES) / 2, (one, other)


def test_planted_money_stays_small() -> None:
    """Money planted in other budget years that is not paid, idle accounts and planted lines: together below 790,000 yuan."""
    county = jiashi.build()
    planted = {
        i["indicator_id"]: i["amount"]
        for i in county.tables["indicators"]
        if i["budget_year"] != 2022 and isinstance(i["amount"], Decimal)
    }
    of = {a["allocation_id"]: a["indicator_id"] for a in county.tables["allocations"]}
    paid = [
        p["amount"]
        for p in county.tables["payments"]
        if of.get(p["allocation_id"]) in planted and isinstance(p["amount"], Decimal)
    ]
    accounts = {p.subject for p in county.planted if p.check == "IB01" and p.verdict == "finding"}
    idle = sum(min(b["balance"] for b in county.tables["balances"] if b["account_no"] == a) for a in accounts)
    people = {p.subject for p in county.planted if p.check.startswith("HP")}
    lines = [r["amount"] for r in county.tables["household_payments"] if r["id_number"] in people]
    lines_paid = sum(a for a in lines if isinstance(a, Decimal) and a > 0)
    assert sum(planted.values()) - sum(paid) + idle + lines_paid < Decimal(790_000)


CAUSES: dict[str, list[Planted]] = defaultdict(list)
for found in jiashi.build().planted:
    if found.verdict == "finding" and found.cause[0]:  # what is missing has no row whose removal would remove its finding
        CAUSES[found.check].append(found)


# Every third check is part of `make test`.
@pytest.mark.parametrize("code", [pytest.param(c, marks=[pytest.mark.full] if n % 3 else []) for n, c in enumerate(CAUSES)])
def test_removing_the_causes_removes_the_findings(code: str, sample, catalogue) -> None:
    tables = dict(sample.intake.tables)
    for table, column, values in (caused.cause for caused in CAUSES[code]):
        assert pc.any(pc.is_in(sample.intake.tables[table][column], pa.array(values))).as_py(), (
            "the cause is in the accepted table"
        )
        tables[table] = tables[table].filter(pc.invert(pc.is_in(tables[table][column], pa.array(values))))
    only = type(catalogue)({code: catalogue.checks[code]})
    own = sample.parameters.model_copy(
        update={"thresholds": {c: t for c, t in sample.parameters.thresholds.items() if c == code}}
    )
    with open_ledger(tables, sample.intake.rejects, own.as_of, own.settings, 1) as ledger:
        after = judge(ledger, only, own)
    assert not {(caused.check, caused.subject, "finding") for caused in CAUSES[code]} & verdicts_of(after)


OTHER_DAYS = ("2021-12-31", "2022-12-01", "2022-12-30")


@pytest.mark.parametrize("day", ["2022-06-30", *(pytest.param(day, marks=pytest.mark.full) for day in OTHER_DAYS)])
def test_later_rows_do_not_matter(day: str, sample, catalogue) -> None:
    """The accepted tables judged at day D equal the accepted tables with all later rows removed."""
    as_of = dt.date.fromisoformat(day)
    parameters = sample.parameters.model_copy(update={"as_of": as_of})
    results = []
    for tables in (sample.intake.tables, {n: _until(n, t, as_of) for n, t in sample.intake.tables.items()}):
        with open_ledger(tables, sample.intake.rejects, as_of, parameters.settings, 1) as ledger:
            results.append(judge(ledger, catalogue, parameters))
    assert results[0].findings == results[1].findings
    assert results[0].undetermined == results[1].undetermined
    assert [(o.check, o.status, o.population) for o in results[0].outcomes] == [
        (o.check, o.status, o.population) for o in results[1].outcomes
    ]
    assert any(o.status != "not_run" for o in results[0].outcomes)


def _until(name: str, table: pa.Table, day: dt.date) -> pa.Table:
    """Rows whose event is later removed, completions that are later emptied: by hand, in Python."""
    rows = []
    for row in table.to_pylist():
        event = row.get(TABLES[name].event) if TABLES[name].event else None
        if event is not None and event > day:
            continue
        rows.append(row | {c: None for c in TABLES[name].completions if row[c] is not None and row[c] > day})
    return pa.Table.from_pylist(rows, schema=table.schema)


@pytest.mark.parametrize("threads", [2, pytest.param(4, marks=pytest.mark.full)])
def test_threads_do_not_matter(threads: int, sample, judged) -> None:
    again = judged(
        sample.parameters.data, sample.parameters.as_of, threads=threads, county="653129", thresholds=sample.parameters.thresholds
    )
    assert again.judgement == sample.judgement


def test_checks_judged_side_by_side_come_to_the_same(sample, judged) -> None:
    """The fixture judges one check at a time."""
    own = sample.parameters
    twice = judged(own.data, own.as_of, threads=3, county=own.county, thresholds=own.thresholds).judgement
    once = sample.judgement
    assert (twice.outcomes, twice.findings, twice.undetermined) == (once.outcomes, once.findings, once.undetermined)
    assert twice.verdicts == once.verdicts
    assert {code: table.to_pylist() for code, table in twice.evidence.items()} == {
        code: table.to_pylist() for code, table in once.evidence.items()
    }


def test_a_large_countys_checks_come_to_the_same(sample, judged, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judged one at a time over their SELECTs, and not together over their rows."""
    monkeypatch.setattr(verdicts, "SMALL", 0)
    own = sample.parameters
    large = judged(own.data, own.as_of, county=own.county, thresholds=own.thresholds).judgement
    once = sample.judgement
    assert (large.outcomes, large.findings, large.undetermined) == (once.outcomes, once.findings, once.undetermined)
    assert large.verdicts == once.verdicts
    assert {code: table.to_pylist() for code, table in large.evidence.items()} == {
        code: table.to_pylist() for code, table in once.evidence.items()
    }
