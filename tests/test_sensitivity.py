"""What each limit would find one step lower and one step higher, counted by hand; and what the report says of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from fundaudit.catalogue import Catalogue, Check
from fundaudit.findings import Outcome
from fundaudit.intake import read_county
from fundaudit.judge import judge
from fundaudit.ledger.connection import open_ledger
from fundaudit.parameters import Parameters
from fundaudit.report.limits import fragile_texts, steps_table
from fundaudit.sensitivity import with_sensitivity

D = Decimal
YEAR_END = dt.date(2022, 12, 31)


@pytest.fixture
def stepped(catalogue, county_folder):
    """`stepped("TP07", payments=…)`: the outcome of one check with its limits' neighbours."""

    def of(code: str, thresholds: dict[str, Decimal] | None = None, check: Check | None = None, **tables: str) -> Outcome:
        moved = {code: thresholds} if thresholds else {}
        own = Parameters(county="110101", name="测试县", data=county_folder(**tables), as_of=YEAR_END, thresholds=moved)
        chosen = Catalogue({code: check or catalogue.checks[code]})
        intake = read_county(own)
        with open_ledger(intake.tables, intake.rejects, YEAR_END, own.settings, 1, unread=intake.unread) as ledger:
            (outcome,) = with_sensitivity(ledger, judge(ledger, chosen, own), chosen, chosen.thresholds(own)).outcomes
        return outcome

    return of


CASH = """支付凭证号,支付日期,支付金额,结算方式
    A,2022-05-01,500,现金
    B,2022-05-01,999.99,现金
    C,2022-05-01,1000,现金
    D,2022-05-01,1499.99,现金
    E,2022-05-01,1500,现金
    F,2022-05-01,9000,转账"""


def test_a_limit_one_step_either_side(stepped) -> None:
    """TP07, 1000 yuan, steps of 500: now C, D, E (3999.99); from 500 on A and B too (5499.98); from 1500 on E alone."""
    outcome = stepped("TP07", payments=CASH)
    assert (outcome.flagged, outcome.amount) == (3, D("3999.99"))
    lower, higher = outcome.neighbours
    assert (lower.threshold, lower.value) == ("min_amount", "500.00")
    assert (lower.findings, lower.gained, lower.lost, lower.amount) == (5, 2, 0, D("5499.98"))
    assert (higher.value, higher.findings, higher.gained, higher.lost, higher.amount) == ("1500.00", 1, 0, 2, D("1500.00"))


def test_a_limit_is_not_rounded(stepped) -> None:
    """1000.00001: C with 1000 is not flagged, D and E are; from 500.00001 on B and C too; from 1500.00001 on nobody."""
    lower, higher = stepped("TP07", {"min_amount": D("1000.00001")}, payments=CASH).neighbours
    assert (lower.findings, lower.gained, lower.lost) == (4, 2, 0)
    assert (higher.findings, higher.gained, higher.lost) == (0, 0, 2)


def test_a_bureaus_check_may_name_its_limit_and_its_parts_as_it_likes(stepped, catalogue) -> None:
    """As the first test: the limit is called `flag`, and the SELECT has a part `steps` with columns of that name and `step`."""
    plain = catalogue.checks["TP07"]
    sql = plain.sql.replace("$min_amount", "$flag").replace("FROM judged_payments p", "FROM steps, judged_payments p")
    sql = f"WITH steps AS (SELECT 7 AS step, 7 AS flag) {sql}"
    own = plain.model_copy(update={"sql": sql, "thresholds": {"flag": plain.thresholds["min_amount"]}})
    lower, higher = stepped("TP07", check=own, payments=CASH).neighbours
    assert (lower.findings, lower.gained, lower.lost) == (5, 2, 0)
    assert (higher.findings, higher.gained, higher.lost) == (1, 0, 2)


def test_what_a_refused_row_leaves_open_comes_in_no_step(stepped) -> None:
    """C would be flagged; a row of its voucher that nobody can read may take it back: it is open now, and stays so a step away."""
    outcome = stepped("TP07", payments=CASH + "\nC,2022-05-02,约一千,现金")
    lower, higher = outcome.neighbours
    assert (outcome.flagged, outcome.undetermined) == (2, 1)
    assert (lower.findings, lower.gained, lower.lost) == (4, 2, 0)
    assert (higher.findings, higher.gained, higher.lost) == (1, 0, 1)


def test_a_step_beyond_the_range_is_not_tried(stepped) -> None:
    """TP10's days are 0 at least: only the step above is there. A is entered on the day, B five days after the month's end, C six."""
    outcome = stepped(
        "TP10",
        payments="支付凭证号,支付日期,支付金额,录入日期\nA,2022-05-01,500,2022-05-31\nB,2022-05-01,500,2022-06-05\nC,2022-05-01,500,2022-06-06",
    )
    (higher,) = outcome.neighbours
    assert (outcome.flagged, higher.value, higher.findings, higher.lost) == (2, "5", 1, 1)


def test_groups_that_overlap_are_not_added(stepped) -> None:
    """LP03: the amount is that of all money. 1000 of which 940 are paid: 95 % asks for 950, short by 10; 94 % is met, 96 % short by 20."""
    outcome = stepped(
        "LP03",
        indicators="指标编号,资金名称,资金类型,直达标识,预算年度,收到日期,指标金额\nZ,甲,衔接资金,直达,2022,2022-01-01,1000",
        allocations="分配编号,指标编号,项目编号,下达日期,分配金额\nF,Z,X,2022-02-01,1000",
        payments="支付凭证号,分配编号,支付日期,支付金额\nP,F,2022-03-01,940",
    )
    lower, higher = outcome.neighbours
    assert (outcome.amount, lower.findings, lower.amount, higher.amount) == (D("10.00"), 0, D("0.00"), D("20.00"))


@pytest.fixture(scope="module")
def cash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cash")
    (folder / "payments.csv").write_text("\n".join(line.strip() for line in CASH.splitlines()) + "\n", encoding="utf-8")
    return folder


def test_the_report_says_where_half_would_be_gone(draft, cash: Path) -> None:
    """Two of three findings are gone at 1500: said on the section. The table has both steps, with what comes and goes."""
    county = draft(cash)
    (text,) = fragile_texts(county, county.catalogue.checks["TP07"])
    assert text.startswith("“现金支付达到该金额即列出”由 1,000.00 元改为 1,500.00 元，3 个疑点中有 2 个不再列出")
    rows, _ = steps_table(county)
    assert rows == [
        [["TP07", "大额现金支付"], "现金支付达到该金额即列出", ["1,000.00 元", "3 个", "3,999.99 元"],
         ["500.00 元", "5 个（增 2）", "5,499.98 元"], ["1,500.00 元", "1 个（减 2）", "1,500.00 元"]]
    ]  # fmt: skip


@pytest.mark.full
def test_every_limit_of_every_check_can_be_asked(samples, catalogue) -> None:
    """Over a county with every table no check's SELECT fails to take its limits as columns."""
    own = samples("653129")
    intake, parameters = own.intake, own.parameters
    with open_ledger(intake.tables, intake.rejects, parameters.as_of, parameters.settings, 1) as ledger:
        judgement = with_sensitivity(ledger, judge(ledger, catalogue, parameters), catalogue, catalogue.thresholds(parameters))
    for outcome in judgement.outcomes:
        limits = {n for n, t in catalogue.checks[outcome.check].thresholds.items() if t.is_number}
        if outcome.population:
            assert {n.threshold for n in outcome.neighbours} == limits, outcome.check
