"""Legal bases as they are: own titles, dates where they are known, and force by place, day and money (CHECKS.md, SOURCES.md)."""

from __future__ import annotations

import datetime as dt

import pytest

from fundaudit.basis import LAWS, NEVER_BIND, bases
from fundaudit.catalogue import load_catalogue
from fundaudit.report.rules import basis_texts

DAY = dt.date(2022, 12, 31)
DIRECT, OTHER = [frozenset({"衔接资金", "直达"})], [frozenset({"县级资金"})]
# The documents' own titles, as SOURCES.md and the five source documents write them.
TITLES = {
    "《中华人民共和国预算法》",
    "《中华人民共和国预算法实施条例》",
    "《财政违法行为处罚处分条例》",
    "《关于进一步推进地方预算执行动态监控工作的指导意见》",
    "《保障中小企业款项支付条例》",
    "《必须招标的工程项目规定》",
    "《建设工程质量保证金管理办法》",
    "《中央财政衔接推进乡村振兴补助资金管理办法》",
    "《衔接推进乡村振兴补助资金绩效评价及考核办法》",
    "《关于完善扶贫资金项目公告公示制度的指导意见》",
    "《中央财政实行特殊转移支付机制资金监督管理办法》",
    "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》",
    "《西吉县财政直达资金督导工作方案》",
    "《自治州财政扶贫资金动态监控工作机制》",
    "《伽师县2022年巩固拓展脱贫攻坚成果同乡村振兴有效衔接资金使用情况说明》",
    "《“五步四法”提升衔接资金项目建设管理水平》",
}


def test_every_title_is_a_documents_own_and_every_basis_is_cited() -> None:
    checks = load_catalogue().checks.values()
    cited = {id_ for check in checks for id_ in (*check.basis, *check.reference)}
    assert {basis.title for basis in bases().values()} == TITLES
    assert cited == set(bases())


@pytest.mark.parametrize("basis", bases().values(), ids=lambda b: b.id)
def test_what_is_printed_of_a_basis(basis) -> None:
    assert ("起施行" in basis.dates) == (basis.force in LAWS and basis.in_force is not None)
    assert not (basis.force in NEVER_BIND and ("印发" in basis.dates or "施行" in basis.dates))
    assert ("仅题名" in basis.dates) == (basis.read == "仅题名") == (not basis.says)
    assert not (basis.article and basis.read == "仅题名"), "what was not read has no article"
    if basis.force not in LAWS and basis.force not in NEVER_BIND:
        assert "印发" in basis.dates if basis.issued else "文件未载日期" in basis.dates
    if basis.in_force and basis.until:
        assert basis.in_force <= basis.until


def test_accounts_of_experience_and_statements_never_bind() -> None:
    for id_ in ("S3-2-1", "S3-2-6", "S4-1"):
        assert not any(bases()[id_].binds(county, DAY, DIRECT) for county in ("653129", "610204", "640422"))


def test_a_local_plan_binds_its_own_place_year_and_money() -> None:
    plan = bases()["S0-2"]
    assert plan.binds("640422", DAY, DIRECT)
    assert not plan.binds("653129", DAY, DIRECT)
    assert not plan.binds("640422", dt.date(2023, 1, 1), DIRECT)
    assert not plan.binds("640422", DAY, OTHER)
    assert not plan.binds("640422", DAY, [*DIRECT, *OTHER]), "half of the money is not what it speaks of"
    assert not plan.binds("640422", DAY, []), "nobody knows which money it is"


def test_a_law_binds_from_its_text_on() -> None:
    law = bases()["budget-law-42"]
    assert law.binds("110101", dt.date(2015, 1, 1), []) and not law.binds("110101", dt.date(2014, 12, 31), [])


def test_a_document_without_a_day_binds_from_the_year_after_its_number() -> None:
    rule = bases()["linkage-fund-2021"]  # 财农〔2021〕19号, until the end of 2025
    days = {dt.date(2021, 12, 31): False, dt.date(2022, 1, 1): True, dt.date(2025, 12, 31): True, dt.date(2026, 1, 1): False}
    assert {day: rule.binds("110101", day, DIRECT) for day in days} == days


def test_money_of_2016_still_unspent_is_under_the_law_as_it_was(judged, county_folder) -> None:
    """An indicator of 2016: its term ended on 31 December 2017, when article 42 had this text."""
    folder = county_folder(
        indicators="指标编号,资金名称,预算年度,收到日期,指标金额\nI,甲,2016,2016-03-01,1000",
        allocations="分配编号,指标编号,分配金额,下达日期\n1,I,1000,2016-04-01",
        payments="支付凭证号,分配编号,支付日期,支付金额\nV,1,2016-05-01,10",
    )
    (finding,) = [f for f in judged(folder, DAY, county="110101").judgement.findings if f.check == "IB05"]
    assert (finding.severity, finding.basis, finding.occurred_on) == ("高", ("budget-law-42",), dt.date(2017, 12, 31))


PAID = "支付凭证号,分配编号,支付日期,支付金额,收款账户性质\nDIRECT,1,2022-05-01,100,预算单位实有资金账户\nCOUNTY,2,2022-05-01,100,预算单位实有资金账户"


def test_money_of_the_county_cites_no_rule_for_direct_money_as_binding(judged, county_folder) -> None:
    folder = county_folder(
        indicators="指标编号,资金名称,资金类型,直达标识,预算年度,收到日期,指标金额\nI,甲,衔接资金,直达,2022,2022-03-01,1000\nJ,乙,县级资金,,2022,2022-03-01,1000",
        allocations="分配编号,指标编号,分配金额,下达日期\n1,I,1000,2022-04-01\n2,J,1000,2022-04-01",
        payments=PAID,
    )
    found = {f.subject: f.basis for f in judged(folder, DAY, county="640422").judgement.findings if f.check == "TP02"}
    assert found == {"DIRECT": ("budget-law-61", "direct-fund-2020", "S0-2-2"), "COUNTY": ("budget-law-61",)}


def test_the_target_of_95_percent_binds_direct_money_of_its_county_alone(judged, county_folder) -> None:
    """西吉's plan speaks of direct and reference-direct money: the whole county, half of which is its own money, is a lead only."""
    folder = county_folder(
        indicators="指标编号,资金名称,资金类型,直达标识,预算年度,收到日期,指标金额\nI,甲,衔接资金,直达,2022,2022-03-01,1000\nJ,乙,县级资金,非直达,2022,2022-03-01,1000",
        allocations="分配编号,指标编号,分配金额,下达日期\n1,I,1000,2022-04-01\n2,J,1000,2022-04-01",
        payments="支付凭证号,分配编号,支付日期,支付金额\nV,1,2022-05-01,100\nW,2,2022-05-01,100",
    )
    own, other = (
        {f.subject: (f.severity, f.basis) for f in judged(folder, DAY, county=county).judgement.findings if f.check == "LP03"}
        for county in ("640422", "653129")
    )
    assert own["direct_tag:直达+参照直达"] == ("高", ("S0-2",)), "the plan's 95 % is for both together"
    assert own["direct_tag:直达"] == own["total"] == ("低", ())
    assert set(other.values()) == {("低", ())}


def test_after_2025_the_report_says_what_is_not_known() -> None:
    check = load_catalogue().checks["HP01"]
    (then,) = (t for t in basis_texts(check, [], dt.date(2026, 6, 30)) if "19号" in t)
    (before,) = (t for t in basis_texts(check, [], dt.date(2025, 12, 31)) if "19号" in t)
    assert "没有查到" in then and then.startswith("参照") and "没有查到" not in before
