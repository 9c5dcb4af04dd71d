"""The money at issue on the first page, by hand: each payment and line once, refunds taken off, no balance and no shortfall added."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from fundaudit import report
from fundaudit.findings import money_at_issue

DAY = dt.date(2022, 12, 31)
ONE, TWO, THREE, FOUR = "110101198001010010", "110101198001010029", "110101198001010037", "110101198001010045"
LINES = "发放序号,补助项目,发放月份,按户或按人补助,证件号码,姓名,户编号,金额,发放日期"
REGISTER = "证件号码,姓名,户编号,纳入日期,退出日期\n110101198001010088,其他人,H8,2018-01-01,2020-01-01"
LIST = f"名单类别,证件号码,姓名,起始日期\n死亡,{ONE},甲某某,2022-01-05"


def at_issue(judged, catalogue, folder) -> tuple[set[str], Decimal]:
    """The checks with findings, and what they come to."""
    judgement = judged(folder, DAY).judgement
    return {f.check for f in judgement.findings}, money_at_issue(judgement.evidence, catalogue)


def test_a_payment_behind_two_checks_counts_once(judged, catalogue, county_folder) -> None:
    """V1: 100 yuan to a special account (TP01) and of no project (TP04); V2: 70 of no project. 100 + 70."""
    folder = county_folder(
        payments="支付凭证号,项目编号,支付日期,支付金额,收款方名称,收款账户性质\nV1,X,2022-05-01,100,甲,财政专户\nV2,X,2022-05-02,70,乙,最终收款人",
        projects="项目编号,项目名称\nP,甲",
        indicators="指标编号,资金名称,预算年度,收到日期,指标金额\nI,甲,2022,2022-12-20,1000",
    )
    codes, money = at_issue(judged, catalogue, folder)
    assert {"TP01", "TP04"} <= codes
    assert money == Decimal("170.00")


def test_a_line_in_two_checks_counts_once_and_a_refund_is_taken_off(judged, catalogue, county_folder) -> None:
    """甲: one line of 200, not on the register (HP01) and dead (HP03); 乙: 300 less 100 given back, HP01. 200 + 200."""
    folder = county_folder(
        household_payments=f"""{LINES}
            1,产业补助,2022-06,到人,{ONE},甲某某,X1,200,2022-06-10
            2,产业补助,2022-06,到人,{TWO},乙大某,X2,300,2022-06-10
            3,产业补助,2022-06,到人,{TWO},乙大某,X2,-100,2022-07-10""",
        beneficiaries=REGISTER,
        registers=LIST,
    )
    codes, money = at_issue(judged, catalogue, folder)
    assert codes == {"HP01", "HP03"}
    assert money == Decimal("400.00")


def test_balances_and_shortfalls_are_not_added(judged, catalogue, county_folder) -> None:
    """An idle balance of 500,000 (IB01) and a project behind pace (LP01, shortfall 9,500) beside one line of 200 (HP01): 200."""
    folder = county_folder(
        balances="账号,余额日期,余额\nA,2022-09-30,500000\nA,2022-12-31,500000",
        projects="项目编号,项目名称,项目状态\nP,甲,在建",
        allocations="分配编号,指标编号,项目编号,分配金额,下达日期\n1,I,P,10000,2022-01-10",
        payments="支付凭证号,分配编号,支付日期,支付金额,收款方名称,收款账户性质\nV,1,2022-05-01,0,甲,最终收款人",
        household_payments=f"{LINES}\n1,产业补助,2022-06,到人,{THREE},丙老某,X3,200,2022-06-10",
        beneficiaries=REGISTER,
    )
    codes, money = at_issue(judged, catalogue, folder)
    assert {"IB01", "LP01", "HP01"} <= codes
    assert money == Decimal("200.00")


def test_an_amount_that_a_rejected_row_could_change_is_in_no_total(judged, catalogue, county_folder) -> None:
    """甲: 200 not on the register; 丁: 100, and a further line of 50 without a name was refused, so the amount is open. 200."""
    folder = county_folder(
        household_payments=f"""{LINES}
            1,产业补助,2022-06,到人,{THREE},丙老某,X3,200,2022-06-10
            2,产业补助,2022-06,到人,{FOUR},丁小某,X4,100,2022-06-10
            3,产业补助,2022-07,到人,{FOUR},,X4,50,2022-07-10""",
        beneficiaries=REGISTER,
    )
    result = judged(folder, DAY)
    amounts = {f.subject: f.amount for f in result.judgement.findings if f.check == "HP01"}
    assert amounts == {THREE: Decimal("200.00"), FOUR: None}
    assert result.outcome("HP01").amount == Decimal("200.00")
    assert money_at_issue(result.judgement.evidence, catalogue) == Decimal("200.00")


def test_the_first_page_says_how_many_amounts_are_open(draft, county_folder) -> None:
    folder = county_folder(
        household_payments=f"""{LINES}
            1,产业补助,2022-06,到人,{FOUR},丁小某,X4,100,2022-06-10
            2,产业补助,2022-07,到人,{FOUR},,X4,50,2022-07-10""",
        beneficiaries=REGISTER,
    )
    county = draft(folder, settings={"targeted_subsidies": ["产业补助"]})
    assert "1 个疑点涉及没有采用的行，金额不能确定，未计入" in report.cover(county).text
    shown = report.findings(county).text
    assert "不能确定" in shown
    assert "合计（不含 1 个）" in shown
