"""Seen together: money once, by township and unit; who and what has several findings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fundaudit.county import open_run
from fundaudit.report.lead_cards import cards_of
from fundaudit.report.together import several, sums_by

ONE, TWO = "110101198001010010", "110101198001010029"
LINES = "发放序号,支付凭证号,补助项目,发放月份,按户或按人补助,证件号码,姓名,乡镇,行政村,金额,发放日期"


@pytest.fixture
def county(draft, county_folder):
    """甲: a line of 200 in 东乡, not on the register and dead; 乙: 300 in 西乡, not on the register. V1, 500 of project P, goes to a
    special account and to no indicator."""
    folder = county_folder(
        household_payments=f"""{LINES}
            1,V9,产业补助,2022-06,到人,{ONE},甲某某,东乡,一村,200,2022-06-10
            2,V9,产业补助,2022-06,到人,{TWO},乙大某,西乡,二村,300,2022-06-10""",
        beneficiaries="证件号码,姓名,户编号,纳入日期,退出日期\n110101198001010088,其他人,H8,2018-01-01,2020-01-01",
        registers=f"名单类别,证件号码,姓名,起始日期\n死亡,{ONE},甲某某,2022-01-05",
        projects="项目编号,项目名称,乡镇,实施单位\nP,养殖,东乡,畜牧站",
        payments="支付凭证号,项目编号,支付日期,支付金额,收款方名称,收款账户性质\nV1,P,2022-05-01,500,甲公司,财政专户",
        indicators="指标编号,资金名称,预算年度,收到日期,指标金额\nI,甲,2022,2022-12-20,1000",
    )
    return draft(folder, settings={"targeted_subsidies": ["产业补助"]})


def test_money_stands_once_in_its_township_and_adds_up(county) -> None:
    """东乡: 200 + 500 (V1 twice found, once paid); 西乡: 300; together the money at issue.
    HP12 has no place: the sheet names V9, and the ledger of payments does not hold it; its lines' money is counted already."""
    rows, total = sums_by(county, "township")
    assert {row[0]: (row[4], row[5]) for row in rows} == {
        "东乡": ("4", "700.00"),
        "西乡": ("1", "300.00"),
        "（未载明）": ("1", ""),
    }
    assert total[4:] == ["6", "1,000.00"]
    assert county.money_at_issue == Decimal("1000.00")


def test_in_a_sample_county_the_sums_are_the_money_at_issue(sample_run: Path) -> None:
    county = open_run(sample_run)
    for column in ("township", "unit"):
        rows, total = sums_by(county, column)
        assert sum(Decimal(row[5].replace(",", "")) for row in rows if row[5]) == county.money_at_issue
        assert total[4] == str(len(county.finding_rows))


def test_who_and_what_has_several_findings(county) -> None:
    tables = {t["title"]: t["rows"] for t in several(county)}
    (person,) = tables["同时涉及多项疑点的人员"]
    assert person[0] == ("甲**", "110101**********10") and person[1] == "2"
    (project,) = tables["同时涉及多项疑点的项目"]
    assert project[0] == ("养殖", "P") and project[1] == "2"
    assert "几个项目有疑点的承包单位" not in tables, "a table without rows is left out"


def test_a_person_with_two_findings_is_one_card_whose_money_counts_once(county) -> None:
    card = next(c for c in cards_of(county) if c.subject == ONE)
    assert {f["check"] for f in card.findings} == {"HP01", "HP03"}
    assert card.paid == Decimal("200.00") and len(card.rows) == 1


def test_every_finding_of_severity_high_has_a_card(sample_run: Path) -> None:
    county = open_run(sample_run)
    carded = [f["case_no"] for card in cards_of(county) for f in card.findings]
    assert len(carded) == len(set(carded))
    assert {f["case_no"] for f in county.finding_rows if f["severity"] == "高"} <= set(carded)


def test_findings_on_a_projects_payments_stand_on_the_projects_card(county) -> None:
    """V1 is TP01's and TP04's finding, both of project P: one card, of the project."""
    card = next(c for c in cards_of(county) if c.kind == "project_id")
    assert (card.subject, card.name, {f["check"] for f in card.findings}) == ("P", "养殖", {"TP01", "TP04"})
    assert card.paid == Decimal("500.00")


def test_a_contractor_who_is_a_person_is_masked_and_money_stays_with_its_finding(draft, county_folder) -> None:
    """欧阳大锤 builds P and Q, both not started in time; one person paid in three townships is one finding in one row with its money."""
    lines = "\n".join(
        f"{k},V9,产业补助,2022-0{k},到人,{ONE},甲某某,{town}乡,一村,200,2022-0{k}-10" for k, town in enumerate("南北西", 1)
    )
    county = draft(
        county_folder(
            household_payments=f"{LINES}\n{lines}",
            beneficiaries="证件号码,姓名,户编号,纳入日期,退出日期\n110101198001010088,其他人,H8,2018-01-01,2020-01-01",
            projects="项目编号,项目名称,计划开工日期,项目状态\nP,养殖,2022-01-05,未开工\nQ,造林,2022-01-05,未开工",
            contracts="合同编号,项目编号,合同类别,承包单位,合同金额\n1,P,施工,欧阳大锤,5\n2,Q,施工,欧阳大锤,5",
        ),
        settings={"targeted_subsidies": ["产业补助"]},
    )
    assert "欧阳大锤" not in str(several(county)) and "欧***" in str(several(county))
    rows, _ = sums_by(county, "township")
    assert [row for row in rows if row[5]] == [["南乡、北乡、西乡", "1", "", "", "1", "600.00"]]
