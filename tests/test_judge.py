"""Statuses, the sanity guard, severity by territory, and where rejected rows reach."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sample import jiashi
from sample.files import write_csvs
from sample.people import identity_number

from fundaudit.catalogue import load_catalogue
from fundaudit.contract import TABLES

DAY = dt.date(2022, 12, 31)
HEAD = "发放序号,补助项目,发放月份,证件号码,姓名,户编号,金额,发放日期"


def numbers(count: int, start: int = 0) -> list[str]:
    return [identity_number("110101", dt.date(1980, 1, 1) + dt.timedelta(days=k), k % 999) for k in range(start, start + count)]


def lines(ids: list[str], first: int = 1) -> list[str]:
    return [f"{k},产业补助,2022-03,{n},人{k}号,H{k},100,2022-03-10" for k, n in enumerate(ids, first)]


def register(ids: list[str]) -> str:
    return "\n".join(["证件号码,姓名,户编号,纳入日期", *(f"{n},册{k}号,R{k},2018-01-01" for k, n in enumerate(ids))])


def test_the_guard_stops_a_check_that_would_flag_most_people(judged, county_folder) -> None:
    """100 judged, 51 off the register: more than half. With 50 it is not more than half and they are flagged."""
    ids = numbers(100)
    for on_register, status, flagged in ((49, "undetermined", 0), (50, "finding", 50)):
        folder = county_folder(household_payments="\n".join([HEAD, *lines(ids)]), beneficiaries=register(ids[:on_register]))
        outcome = judged(folder, DAY).outcome("HP01")
        assert (outcome.status, outcome.population, outcome.flagged) == (status, 100, flagged)
        if status == "undetermined":
            assert outcome.undetermined == 100
            assert "100 个中有 51 个" in outcome.reason
            assert "发放表：" in outcome.reason and "名册：" in outcome.reason
            assert ids[60] not in outcome.reason, "examples are masked"


def test_below_a_hundred_people_the_guard_does_not_stop_the_check(judged, county_folder) -> None:
    """89 of 99 flagged: below 100 people, and not more than 0.9 of the file."""
    ids = numbers(99)
    folder = county_folder(household_payments="\n".join([HEAD, *lines(ids)]), beneficiaries=register(ids[:10]))
    assert judged(folder, DAY).outcome("HP01").flagged == 89


def test_the_guard_stops_one_broken_file_alone(judged, tmp_path) -> None:
    """Town A: 30 people, 28 off the register (more than 0.9). Town B: 100 people, 5 off: flagged as they are."""
    a, b = numbers(30), numbers(100, start=200)
    (tmp_path / "household_payments_A.csv").write_text("\n".join([HEAD, *lines(a)]) + "\n", encoding="utf-8")
    (tmp_path / "household_payments_B.csv").write_text("\n".join([HEAD, *lines(b, 500)]) + "\n", encoding="utf-8")
    (tmp_path / "beneficiaries.csv").write_text(register(a[:2] + b[5:]) + "\n", encoding="utf-8")
    outcome = judged(tmp_path, DAY).outcome("HP01")
    assert (outcome.status, outcome.flagged, outcome.undetermined) == ("finding", 5, 30)
    assert "household_payments_A.csv" in outcome.reason


def test_missing_data_is_never_clean(judged, county_folder) -> None:
    folder = county_folder(payments="支付凭证号,支付日期,支付金额\nV1,2022-03-01,10.00")
    for outcome in judged(folder, DAY).judgement.outcomes:
        # TP01 and TP02 need nothing but payments: without the nature of the payee's account they stay open.
        assert outcome.status == ("undetermined" if outcome.check in ("TP01", "TP02") else "not_run")
        assert outcome.reason


def test_of_two_tables_every_other_check_says_what_it_lacks(judged, tmp_path: Path) -> None:
    """A county that hands in its projects and payments alone, as the sample county has them."""
    county = jiashi.build()
    write_csvs(tmp_path / "two", {name: county.tables[name] for name in ("projects", "payments")})
    result = judged(tmp_path / "two", DAY)
    ran = {o.check for o in result.judgement.outcomes if o.status != "not_run"}
    assert {"LP04", "LP05", "TP01", "TP02", "TP07", "TP08", "TP10", "TP11", "TP13", "PM10"} <= ran  # which need nothing else
    for outcome in result.judgement.outcomes:
        lacking = [TABLES[t].title for t in load_catalogue().checks[outcome.check].needs if t not in ("projects", "payments")]
        if outcome.check in ran:
            assert not lacking, outcome
        else:
            assert outcome.status == "not_run" and outcome.reason, outcome
            assert not lacking or any(title in outcome.reason for title in lacking), outcome


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({"balances": "账号,余额日期,余额\nA,2022-13-31,5"}, "全部没有采用"),
        ({"balances": "账号,余额日期,余额\nA,2023-01-31,5"}, "审计日以前没有记录"),
        ({"balances": "账号,余额日期,余额\nA,2022-12-31,5", "accounts": "账号,账户性质\nA,零余额账户"}, "无适用对象"),
    ],
)
def test_why_a_check_did_not_run(judged, county_folder, tables: dict, reason: str) -> None:
    outcome = judged(county_folder(**tables), DAY).outcome("IB01")
    assert outcome.status == "not_run"
    assert reason in outcome.reason


def test_an_empty_required_column_is_named(judged, county_folder) -> None:
    folder = county_folder(
        projects="项目编号,项目名称\nA,甲",
        allocations="分配编号,指标编号,项目编号,分配金额\n1,I,,5",
        payments="支付凭证号,支付日期,支付金额\nV,2022-01-01,5",
    )
    assert "指标分配的项目编号没有填写" in judged(folder, DAY).outcome("LP01").reason


def test_an_absent_optional_table_stands_in_the_reason(judged, county_folder) -> None:
    folder = county_folder(balances="账号,余额日期,余额\nA,2022-09-01,5\nA,2022-11-15,5\nA,2022-12-31,5")
    outcome = judged(folder, DAY).outcome("IB01")
    assert (outcome.status, "没有账户台账" in outcome.reason) == ("clean", True)


IDLE = "账号,余额日期,余额\nA,2022-09-30,500000\nA,2022-12-31,500000"


@pytest.mark.parametrize(("county", "severity"), [("653129", "中"), ("110101", "中")])
def test_severity_stands_where_a_basis_binds(judged, county_folder, county: str, severity: str) -> None:
    result = judged(county_folder(balances=IDLE), DAY, county=county)
    (finding,) = result.judgement.findings
    assert finding.severity == severity


def test_severity_is_low_where_no_basis_binds(judged, county_folder) -> None:
    """LP04 rests on a county's own account of its ways, which binds nobody: a lead only, there too."""
    folder = county_folder(projects="项目编号,项目名称,计划开工日期,项目状态\nP,甲,2022-06-01,未开工")
    for county in ("653129", "610204"):
        (low,) = [f for f in judged(folder, DAY, county=county).judgement.findings if f.check == "LP04"]
        assert (low.severity, low.basis) == ("低", ())


def test_rejected_rows_reach_along_their_links(judged, county_folder) -> None:
    """A rejected allocation: the payment that points to it, that payment's project, the project's groups and budget year."""
    folder = county_folder(
        indicators="指标编号,资金名称,资金类型,预算年度,收到日期,指标金额\nI,甲,甲类,2022,2022-01-05,100\nJ,乙,乙类,2022,2022-01-05,100",
        allocations="分配编号,指标编号,项目编号,分配金额,下达日期\nA1,I,P1,不详,2022-01-10\nA2,J,P2,100,2022-01-10",
        payments="支付凭证号,分配编号,项目编号,支付日期,支付金额\nV1,A1,P9,2022-03-01,10",
        projects="项目编号,项目名称\nP1,甲\nP2,乙\nP9,丙",
    )
    result = judged(folder, DAY)
    from fundaudit.ledger.connection import open_ledger

    with open_ledger(result.intake.tables, result.intake.rejects, DAY, result.parameters.settings, 1) as ledger:
        touched = {(r["kind"], r["key"]) for r in ledger.query("SELECT kind, key FROM touched").to_pylist()}
    assert touched == {
        ("allocation_id", "A1"), ("indicator_id", "I"), ("project_id", "P1"), ("payment_id", "V1"), ("project_id", "P9"),
        ("group", "fund_type:甲类"), ("group", "total"), ("year", "2022"),
    }  # fmt: skip


def test_a_duplicate_row_takes_nothing_away(judged, county_folder) -> None:
    folder = county_folder(
        indicators="指标编号,资金名称,预算年度,收到日期,指标金额\nI,甲,2022,2022-01-05,1000",
        allocations="分配编号,指标编号,项目编号,分配金额,下达日期\n1,I,P,400,2022-01-10\n1,I,P,400,2022-01-10",
    )
    outcome = judged(folder, DAY).outcome("IB02")
    assert (outcome.status, outcome.amount) == ("finding", Decimal("600.00"))


def test_a_suspect_number_is_undetermined_in_every_hp_check(judged, sample) -> None:
    suspect = {r["id_number"] for r in sample.intake.tables["household_payments"].to_pylist() if "id_number" in r["suspect"]}
    assert suspect
    for code in ("HP01", "HP04"):
        for number in suspect:
            assert sample.judgement.verdicts[code][number] is None


A, B, C = numbers(3, start=600)
LINE = "发放序号,补助项目,发放月份,按户或按人补助,证件号码,姓名,户编号,金额,发放日期"
BOOK = "证件号码,姓名,户编号,纳入日期,一卡通账号"


def test_a_key_conflict_still_touches_its_key(judged, county_folder) -> None:
    """Two differing register rows of one person are both rejected: the person may be on the register."""
    folder = county_folder(
        household_payments=f"{LINE}\n1,产业补助,2022-03,到人,{A},甲,H1,100,2022-03-10",
        beneficiaries=f"{BOOK}\n{A},甲,H1,2018-01-01,1\n{A},甲,H1,2018-01-01,2\n{B},乙,H2,2018-01-01,3",
    )
    assert judged(folder, DAY).outcome("HP01").status == "undetermined"


def test_a_rejected_register_row_reaches_its_household_and_its_name(judged, county_folder) -> None:
    lines = f"{LINE}\n1,产业补助,2022-03,到人,{A},甲某,H1,100,2022-03-10\n2,产业补助,2022-03,到人,{C},丙某,H3,100,2022-03-10"
    for row in (",甲某,H1,2018-01-01,1", ",甲某,,2018-01-01,1"):
        folder = county_folder(household_payments=lines, beneficiaries=f"{BOOK}\n{row}\n{B},乙,H2,2018-01-01,3")
        verdicts = judged(folder, DAY).judgement.verdicts["HP01"]
        assert verdicts == {A: None, C: True}


def test_a_rejected_standard_or_list_row_reaches_who_it_could_protect(judged, county_folder) -> None:
    lines = f"{LINE}\n1,春耕补贴,2022-03,到人,{A},甲,H1,100,2022-03-10\n2,产业补助,2022-03,到人,{B},乙,H2,100,2022-03-10\n3,产业补助,2022-03,到人,{C},丙,H3,100,2022-03-10"
    folder = county_folder(
        household_payments=lines,
        beneficiaries=f"{BOOK}\n{numbers(1, 700)[0]},丁,H9,2018-01-01,3",
        standards="补助项目,适用对象类别,按户或按人补助,标准金额\n春耕补贴,,到人,5.0.0",
        registers=f"名单类别,证件号码,姓名\n,{B},乙",
    )
    assert judged(folder, DAY).judgement.verdicts["HP01"] == {A: None, B: None, C: True}


def test_ids_that_stand_for_nothing_are_nobody(judged, county_folder) -> None:
    """Two people without a number, both written 无, are not one person paid twice."""
    folder = county_folder(
        household_payments=f"{LINE}\n1,产业补助,2022-03,到户,无,张三,/,100,2022-03-10\n2,产业补助,2022-03,到户,无,李四,/,100,2022-03-10\n3,产业补助,2022-03,到户,{A},王五,H1,100,2022-03-10"
    )
    assert judged(folder, DAY).judgement.verdicts["HP04"] == {"line:1": False, "line:2": False, A: False}


def test_a_period_that_cannot_be_read_leaves_the_cycle_unknown(judged, county_folder) -> None:
    folder = county_folder(
        household_payments=f"{LINE}\n1,产业补助,8月,到户,{A},甲,H1,100,2022-09-10\n2,产业补助,9月,到户,{A},甲,H1,100,2022-09-10"
    )
    assert judged(folder, DAY).judgement.verdicts["HP04"] == {A: None}


def test_a_closing_date_that_cannot_be_read_is_not_an_open_account(judged, county_folder) -> None:
    folder = county_folder(balances=IDLE, accounts="账号,账户性质,销户日期\nA,财政专户,2022年11月")
    assert judged(folder, DAY).judgement.verdicts["IB01"] == {"A": None}


def test_payments_that_name_a_rejected_allocation_only_count_as_relief(judged, county_folder) -> None:
    """P1 has 1000 available and nothing paid, but 2000 were paid on an allocation whose date cannot be read."""
    folder = county_folder(
        projects="项目编号,项目名称\nP1,甲",
        allocations="分配编号,指标编号,项目编号,分配金额,下达日期\nA0,I,P1,1000,2022-01-10\nA1,I,P1,1000,2022年2月底",
        payments="支付凭证号,分配编号,支付日期,支付金额\nV1,A1,2022-03-01,2000",
    )
    assert judged(folder, DAY).judgement.verdicts["LP01"] == {"P1": None}


def test_a_shifted_row_has_no_readable_amount(judged, county_folder) -> None:
    """1,000,000.00 without quotes becomes three cells; the 1 in the amount's place says nothing."""
    folder = county_folder(
        projects="项目编号,项目名称\nP1,甲",
        allocations="分配编号,指标编号,项目编号,分配金额,下达日期\nA0,I,P1,1000000,2022-01-10",
        payments="支付凭证号,分配编号,支付日期,支付金额\nV1,A0,2022-06-01,1,000,000.00\nV2,A0,2022-06-02,1",
    )
    assert judged(folder, DAY).judgement.verdicts["LP01"] == {"P1": None}


def test_a_basis_code_without_a_meaning_leaves_the_standard_in_force(judged, county_folder) -> None:
    home = f"{BOOK}\n{A},甲,H1,2018-01-01,1\n{B},乙,H1,2018-01-01,2"
    lines = f"{LINE}\n1,产业补助,2022-03,01,{A},甲,H1,100,2022-03-10\n2,产业补助,2022-03,01,{A},甲,H1,100,2022-03-11"
    standard = "补助项目,适用对象类别,按户或按人补助,标准金额,周期\n产业补助,脱贫户,到人,100,月"
    folder = county_folder(household_payments=lines, beneficiaries=home, standards=standard)
    assert judged(folder, DAY).judgement.verdicts["HP04"] == {A: None}
    known = judged(folder, DAY, {"basis_codes": {"01": "到户"}})
    assert known.judgement.verdicts["HP04"] == {A: True}


def test_a_register_number_that_lost_its_digits_protects_its_name(judged, county_folder) -> None:
    folder = county_folder(
        household_payments=f"{LINE}\n1,产业补助,2022-03,到人,{A},甲某,X1,100,2022-03-10\n2,产业补助,2022-03,到人,{C},丙大名,X3,100,2022-03-10",
        beneficiaries=f"{BOOK}\n1.10101E+17,甲某,H1,2018-01-01,2\n110101200001018888,乙某,H1,2018-01-01,1",
    )
    assert judged(folder, DAY).judgement.verdicts["HP01"] == {A: None, C: True}


def test_a_household_that_goes_on_living_softens_what_its_dead_head_was_paid(county_folder, judged) -> None:
    """Paid per household to the dead 甲: another member lives, 低; 丙's household has nobody else, 高."""
    one, wife, alone = "110101198001010010", "110101198001010029", "110101198001010037"
    folder = county_folder(
        household_payments=f"""发放序号,补助项目,发放月份,按户或按人补助,证件号码,姓名,户编号,金额,发放日期
            1,产业补助,2022-06,到户,{one},甲,H1,100,2022-06-10
            2,产业补助,2022-06,到户,{alone},丙,H2,100,2022-06-10""",
        beneficiaries=f"""证件号码,姓名,户编号,纳入日期,退出日期
            {one},甲,H1,2016-01-01,
            {wife},乙,H1,2016-01-01,
            {alone},丙,H2,2016-01-01,""",
        registers=f"""名单类别,证件号码,姓名,起始日期
            死亡,{one},甲,2022-01-31
            死亡,{alone},丙,2022-01-31""",
    )
    found = judged(folder, dt.date(2022, 12, 31), county="653129").judgement.findings
    assert {f.subject: f.severity for f in found if f.check == "HP03"} == {one: "低", alone: "高"}


def test_what_goes_wrong_in_one_check_is_its_outcome_alone(judged, county_folder, tmp_path: Path) -> None:
    """Small checks are judged together; a margin whose sum is too large for the engine is one check's error, in Chinese."""
    from test_catalogue import write

    folder = county_folder(payments="支付凭证号,支付日期,支付金额\nP1,2022-03-01,5\nP2,2022-03-02,7")
    enormous = "'9' || repeat('0', 33)"
    write(tmp_path / "own", f"SELECT '一' AS subject, true AS flag, CAST({enormous} AS DECIMAL(38, 4)) AS margin FROM payments")
    write(tmp_path / "own", "SELECT payment_id AS subject, amount > 5 AS flag, amount FROM payments", code="TP91")
    both = judged(folder, DAY, checks=[tmp_path / "own"], only=("TP90", "TP91"))
    assert both.outcome("TP90").status == "error" and "执行出错" in both.outcome("TP90").reason
    assert [(f.check, f.subject, f.amount) for f in both.judgement.findings] == [("TP91", "P2", Decimal(7))]
    assert both.outcome("TP91").population == 2


def test_a_margin_keeps_its_last_decimals_beside_a_sum(judged, county_folder, tmp_path: Path) -> None:
    """A refused payment of 5.00 cannot take away a finding with 5.0001 to spare, whatever the type of the finding's amount."""
    from test_catalogue import write

    folder = county_folder(
        payments="支付凭证号,支付日期,支付金额,合同编号\nP1,2022-03-01,5,H\nP2,2022-02-30,5.00,H",
        contracts="合同编号,项目编号,合同金额(元)\nH,X,100",
    )
    sql = (
        "SELECT contract_id AS subject, true AS flag, sum(p.amount) AS amount, CAST(5.0001 AS DECIMAL(38, 4)) AS margin"
        " FROM contracts c JOIN payments p USING (contract_id) GROUP BY contract_id"
    )
    path = write(tmp_path / "own", sql)
    front = path.read_text(encoding="utf-8").replace("subject: payment_id", "subject: contract_id")
    path.write_text(front.replace("thresholds:", "relief: {payments: more}\nthresholds:"), encoding="utf-8")
    (found,) = judged(folder, DAY, checks=[tmp_path / "own"], only=("TP90",)).judgement.findings
    assert (found.subject, found.amount) == ("H", Decimal(5))
