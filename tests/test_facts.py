"""What leads from a finding to its voucher: by hand, for lines, payments, projects, allocations, indicators and accounts."""

from __future__ import annotations

import datetime as dt

from fundaudit.facts import some, source_text

DAY = dt.date(2022, 12, 31)
ONE, TWO = "110101198001010010", "110101198001010029"
MONEY = {
    "indicators": "指标编号,指标文号,资金名称,业务股室,预算年度,收到日期,指标金额\nI,农字1号,产业资金,农业股,2022,2022-01-05,10000",
    "allocations": "分配编号,指标编号,项目编号,预算单位,分配金额,下达日期\nA,I,P,农业农村局,9000,2022-01-10",
    "projects": "项目编号,项目名称,乡镇,行政村,实施单位,主管部门,责任人,项目状态\nP,养殖,东乡,西村,畜牧站,农业农村局,王某某,在建",
    "payments": "支付凭证号,分配编号,支付日期,支付金额,付款方名称,收款方名称,收款方账号,收款账户性质\nV1,A,2022-05-01,300,县国库,惠民户,6217,财政专户",
    "beneficiaries": "证件号码,姓名,户编号,纳入日期,退出日期\n110101198001010088,其他人,H8,2018-01-01,2020-01-01",
}
LINES = "发放序号,支付凭证号,项目编号,补助项目,发放月份,按户或按人补助,证件号码,姓名,收款方账号,乡镇,行政村,金额,发放日期"


def findings(judged, folder) -> dict[tuple[str, str], object]:
    return {(f.check, f.subject): f for f in judged(folder, DAY).judgement.findings}


def test_a_line_leads_to_its_voucher_and_through_it_to_unit_and_project(judged, county_folder) -> None:
    """V1 pays allocation A (农业农村局) of project P. A line whose voucher is in no ledger has its own project's unit: 畜牧站."""
    lines = f"""{LINES}
        1,V1,,产业补助,2022-05,到人,{ONE},甲某某,6228001,南乡,北村,200,2022-05-02
        2,X9,P,产业补助,2022-06,到人,{TWO},乙某某,6228002,南乡,北村,100,2022-06-02"""
    found = findings(judged, county_folder(**MONEY, household_payments=lines))
    one, two = found["HP01", ONE], found["HP01", TWO]
    assert (one.township, one.village, one.voucher) == ("南乡", "北村", "V1")
    assert (one.unit, one.department, one.responsible) == ("农业农村局", "农业农村局", "王某某")
    assert one.source == "household_payments.csv 第 2 行"
    assert (two.voucher, two.unit, two.source) == ("X9", "畜牧站", "household_payments.csv 第 3 行")


def test_evidence_names_card_payer_project_document_and_row(judged, county_folder) -> None:
    lines = f"{LINES}\n1,V1,,产业补助,2022-05,到人,{ONE},甲某某,6228001,南乡,北村,200,2022-05-02"
    (row,) = judged(county_folder(**MONEY, household_payments=lines), DAY).judgement.evidence["HP01"].to_pylist()
    said = {"付款方名称": "县国库", "支付凭证号": "V1", "收款方账号": "6228001", "项目编号": "P", "项目名称": "养殖"}
    said |= {
        "指标文号": "农字1号",
        "资金名称": "产业资金",
        "来源文件": "household_payments.csv",
        "来源行": 2,
        "实施单位": "畜牧站",
    }
    assert said == {name: row[name] for name in said}


def test_payments_projects_allocations_indicators_and_accounts(judged, county_folder) -> None:
    """V1 goes to a special account (TP01); P, with 8,700 unpaid, lags (LP01) and A of 9,000 has paid 300, more than 1 % (no IB04);
    of I 1,000 are not allocated (IB02); account K holds 200,000 (IB01), its last balance stands in row 3."""
    folder = county_folder(
        **MONEY,
        balances="账号,余额日期,余额\nK,2022-09-30,200000\nK,2022-12-31,200000",
        accounts="账号,账户名称,账户性质,单位\nK,某户,财政专户,财政局",
    )
    found = findings(judged, folder)
    assert (found["TP01", "V1"].voucher, found["TP01", "V1"].unit) == ("V1", "农业农村局")
    project = found["LP01", "P"]
    assert (project.township, project.village, project.unit, project.responsible) == ("东乡", "西村", "畜牧站", "王某某")
    assert (project.voucher, project.source) == (None, "projects.csv 第 2 行")
    assert (found["IB02", "I"].unit, found["IB02", "I"].source) == ("农业股", "indicators.csv 第 2 行")
    assert (found["IB01", "K"].unit, found["IB01", "K"].source) == ("财政局", "balances.csv 第 3 行")


def test_many_values_are_named_and_counted() -> None:
    assert some([]) is None
    assert some(["甲", None, "乙", "甲"]) == "甲、乙"
    assert some("一二三四") == "一、二、三等 4 个"
    assert (
        source_text([("a.xlsx", "表1", 9), ("a.xlsx", "表1", 3), ("b.csv", None, 2)]) == "a.xlsx［表1］ 第 3、9 行、b.csv 第 2 行"
    )
    assert source_text([(None, None, None)]) is None


def test_a_bureaus_own_check_is_led_to_the_voucher_too(judged, county_folder, tmp_path) -> None:
    """A check of a bureau's that names no key of a payment is led by its subject, whatever it writes into `paid_key`."""
    own = tmp_path / "own"
    own.mkdir()
    front = "code: PM90\ntitle: 测试\nseverity: 低\nversion: 1\nsubject: project_id\namount_label: 金额\nneeds: {projects: [name]}\nbasis: [budget-law-57]"
    texts = "what: 查。\nwhy: 因。\ninnocent: [无]\nexclusions: 无。\nadvice: 核对。\nto_judge: 补报。"
    sql = (
        "SELECT project_id AS subject, name, true AS flag, 'X1' AS paid_key, 5.00 AS amount, project_id AS 项目编号 FROM projects"
    )
    (own / "PM90_test.sql").write_text(f"/*---\n{front}\n{texts}\n---*/\n{sql}\n", encoding="utf-8")
    result = judged(county_folder(**MONEY), DAY, checks=[own]).judgement
    (finding,) = (f for f in result.findings if f.check == "PM90")
    assert (finding.unit, finding.township, finding.source) == ("畜牧站", "东乡", "projects.csv 第 2 行")


def test_a_voucher_of_two_projects_says_what_both_have_in_common(judged, county_folder) -> None:
    """V1 pays 100 for P through A (农业农村局) and 200 for Q through B (林业局). A line of project Q is answered for by 林业局; one that
    names no project by nobody that is known; the payees differ."""
    two = {
        **MONEY,
        "allocations": MONEY["allocations"] + "\nB,I,Q,林业局,500,2022-01-10",
        "projects": MONEY["projects"] + "\nQ,造林,东乡,西村,林场,林业局,李某某,在建",
        "payments": "支付凭证号,明细序号,分配编号,支付日期,支付金额,付款方名称,收款方名称\nV1,1,A,2022-05-01,100,县国库,甲银行支行\nV1,2,B,2022-05-01,200,县国库,乙银行支行",
    }
    lines = f"""{LINES}
        1,V1,Q,产业补助,2022-05,到人,{ONE},甲某某,6228001,南乡,北村,200,2022-05-02
        2,V1,,产业补助,2022-05,到人,{TWO},乙某某,6228002,南乡,北村,100,2022-05-02"""
    judgement = judged(county_folder(**two, household_payments=lines), DAY).judgement
    found = {f.subject: f for f in judgement.findings if f.check == "HP01"}
    assert (found[ONE].unit, found[ONE].responsible) == ("林业局", "李某某")
    assert (found[TWO].unit, found[TWO].responsible) == (None, None)
    rows = {row["subject"]: row for row in judgement.evidence["HP01"].to_pylist()}
    assert (rows[ONE]["项目编号"], rows[ONE]["项目名称"], str(rows[ONE]["凭证金额"])) == ("Q", "造林", "300.00")
    assert (rows[ONE]["凭证收款方名称"], rows[ONE]["付款方名称"], rows[TWO]["项目编号"]) == ("几个收款方", "县国库", None)


def test_a_payments_project_is_the_one_that_it_leads_to(judged, county_folder) -> None:
    """V1 names its allocation alone; the allocation's project is P."""
    (row,) = judged(county_folder(**MONEY), DAY).judgement.evidence["TP01"].to_pylist()
    assert (row["项目编号"], row["项目名称"]) == ("P", "养殖")
