"""Section five of the report: rows, money, totals, the platform's export and the household sheets. All worked out by hand."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from fundaudit import report
from fundaudit.county import County, open_run
from fundaudit.parameters import Settings
from fundaudit.report import undetermined
from fundaudit.report.reconciliation import coverage

PAYMENTS = """支付明细
单位：万元
支付凭证号,支付日期,支付金额,分配编号
P1,2022-03-05,1.5,FP1
P2,2022-03-06,2,FP1
P2,2022-03-06,-0.5,FP1
P3,2022-03-07,三万,FP1
P4,2022-03-08,4,FP1
,2022-03-09,5,FP1
P5,2022-03-10,6,FP2
P6,2022-03-01,7,FP1
合计,,25,
"""
INDICATORS = "指标编号,资金名称,预算年度,指标金额(元),收到日期,直达标识\nZB1,甲,2022,900000,2022-01-05,直达\nZB2,乙,2022,900000,2022-01-05,非直达\n"
ALLOCATIONS = "分配编号,指标编号,分配金额(元)\nFP1,ZB1,900000\nFP2,ZB2,900000\n"
PLATFORM = "支付凭证号,支付金额(元),支付日期\nP1,15000,2022-03-05\nP2,15000.01,2022-03-06\nP9,7,2022-03-07\nP8,7,2023-03-07\n"
SHEET = """补助项目,姓名,证件号码,金额(元),支付凭证号,发放日期
产业补助,张某某,653129198003150011,10000,P1,2022-03-05
产业补助,李某某,653129197507221026,5000,P1,2022-03-05
产业补助,马某某,640422196801012033,30000,P4,2022-03-08
产业补助,王某某,653129197507221062,20,P7,2022-03-09
"""
REGISTER = "证件号码,姓名,户编号\n653129198003150011,张某某,H1\n640422196801012033,马某某,H3\n653129197507221026,别某某,H4\n653129197507221026,别某某,H4\n653129197507221080,王某某,H5\n"


@pytest.fixture
def county(tmp_path: Path, draft) -> County:
    data = tmp_path / "data"
    data.mkdir()
    tables = {
        "指标台账": INDICATORS,
        "指标分配": ALLOCATIONS,
        "支付明细": PAYMENTS,
        "监控平台支付导出": PLATFORM,
        "到人到户补助资金发放表": SHEET,
        "帮扶对象名册": REGISTER,
    }
    for name, text in tables.items():
        (data / f"{name}.csv").write_text(text, encoding="utf-8")
    return draft(data)


def rows_of(html: str, caption: str) -> list[list[str]]:
    table = next(t for t in re.findall(r"<table.*?</table>", html, re.S) if f"<caption>{caption}" in t)
    body = re.search(r"<tbody>(.*?)</tbody>", table, re.S)
    assert body is not None
    return [
        [re.sub("<.*?>", "", c) for c in re.findall(r"<td.*?</td>", row)] for row in re.findall(r"<tr>.*?</tr>", body[1], re.S)
    ]


def test_money_read_is_accepted_rejected_and_totals(county: County) -> None:
    """Readable: 1.5 + 2 − 0.5 + 4 + 5 + 6 + 7 + 25 = 50 万元; accepted 20, rejected 5 (no voucher), total row 25; one cell unreadable."""
    rows = rows_of(report.sources(county).text, "表10")
    assert rows[2] == ["支付明细.csv", "支付金额", "200,000.00", "50,000.00", "250,000.00", "500,000.00", "1"]
    assert rows_of(report.sources(county).text, "读不出的金额") == [["支付明细", "支付明细.csv", "支付金额", "第 7 行 三万"]]


def test_a_printed_total_is_compared_with_its_rows(county: County) -> None:
    """25 printed; the rows above add up to 1.5 + 2 − 0.5 + 4 + 5 + 6 + 7 = 25, one cell missing."""
    (total,) = rows_of(report.sources(county).text, "表内合计")
    place, rows = "支付明细.csv 第 12 行（合计）", "第 4 至 11 行，其中 1 格读不出"
    assert total == [place, "支付金额", "250,000.00", "250,000.00", "0.00", rows]


def test_the_ledger_against_the_platform(county: County) -> None:
    """P1 agrees. P2: 15,000.00 in two lines against 15,000.01. P4 only in the ledger, P9 only on the platform; P8 is later.

    P5 is of a fund that the platform does not cover, P6 earlier than anything in its export: neither is missing there.
    """
    text = report.sources(county).text
    assert "涉及 4 个凭证，两方金额 70,000.00 元和 30,007.01 元，相差 39,992.99 元；一致 1 个，不一致 3 个" in text
    assert rows_of(text, "支付明细与监控平台支付导出") == [
        ["P4", "40,000.00", "没有", "40,000.00", "支付明细.csv 第 8 行；—"],
        ["P9", "没有", "7.00", "-7.00", "—；监控平台支付导出.csv 第 4 行"],
        ["P2", "15,000.00", "15,000.01", "-0.01", "支付明细.csv 第 5、6 行；监控平台支付导出.csv 第 3 行"],
    ]


def test_the_ledger_against_the_household_sheets(county: County) -> None:
    """P1: 10,000 + 5,000 = 15,000 agrees. P4: 40,000 paid, 30,000 on the sheet. P7 is named by a line only."""
    text = report.sources(county).text
    assert "涉及 3 个凭证，两方金额 55,000.00 元和 45,020.00 元，相差 9,980.00 元；一致 1 个，不一致 2 个" in text
    assert rows_of(text, "支付明细与到人到户补助资金发放表") == [
        ["P4", "40,000.00", "30,000.00", "10,000.00", "支付明细.csv 第 8 行；到人到户补助资金发放表.csv 第 4 行"],
        ["P7", "没有", "20.00", "-20.00", "—；到人到户补助资金发放表.csv 第 5 行"],
    ]


def test_both_records_of_a_near_pair_stand_side_by_side_masked(county: County) -> None:
    """王某某's number on the sheet ends in 1062, on the register in 1080: two digits differ, and the household is unknown."""
    html = report.open_matters(county).text
    assert "653129197507221" not in html
    assert "须并排核对" not in html, "two digits apart and no household in common is not near"


def test_a_near_pair_in_the_report(tmp_path: Path, draft) -> None:
    """One digit apart, the name the same: …1026 on the sheet, …1036 on the register."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "到人到户补助资金发放表.csv").write_text(
        "补助项目,姓名,证件号码,金额(元),发放日期\n产业补助,李某某,653129197507221026,5000,2022-03-05\n", encoding="utf-8"
    )
    (data / "帮扶对象名册.csv").write_text("证件号码,姓名,户编号\n653129197507221036,李某某,H2\n", encoding="utf-8")
    county = draft(data, settings=Settings(targeted_subsidies=["产业补助"]))
    (row,) = rows_of(report.open_matters(county).text, "须并排核对")
    assert row[:6] == ["HP01", "李**", "653129**********26", "李**", "653129**********36", "第 17 位不同"]
    assert "相差一位" in row[6]


@pytest.mark.full
def test_what_stands_in_the_wrong_column_is_masked_too(tmp_path: Path, draft, finished) -> None:
    """A name where the amount belongs, a number where the date belongs, and a row whose cells have shifted."""
    data = tmp_path / "data"
    data.mkdir()
    lines = [
        "产业补助,李某某,653129197507221026,5000,2022-03-05",
        "产业补助,欧阳某,653129198003150011,欧阳某,653129198003150011",
        "产业补助,653129198003150011,上官某某,5,2022-03-05,多出一格",
    ]
    (data / "到人到户补助资金发放表.csv").write_text(
        "补助项目,姓名,证件号码,金额(元),发放日期\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    county = draft(data)
    assert county.rejects["row"].to_list() == [3, 4]
    html = report.sources(county).text
    for secret in ("欧阳某", "653129198003150011", "上官某某"):
        assert secret not in html
    assert "欧**" in html
    finished(data)


def test_what_cannot_be_computed_is_not_shown_as_zero(tmp_path: Path, draft) -> None:
    """Indicators and payments without allocations between them: nobody knows how much of which money is spent."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "指标台账.csv").write_text(INDICATORS, encoding="utf-8")
    (data / "支付明细.csv").write_text("支付凭证号,支付日期,支付金额\nP1,2022-03-05,15000\n", encoding="utf-8")
    county = draft(data)
    cover, overview = report.cover(county).text, report.overview(county).text
    assert "无法计算" in cover and "没有报送指标分配" in cover
    assert "0.00%" not in cover + overview and "已分配 0.00" not in overview
    assert "到位资金 180.00 万元" in overview and "支付 1 笔、1.50 万元" in overview
    assert "有 1 张表没有写明，按元读取" in cover


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("123456", "123465", "第 5、6 位互换"),
        ("123456", "123466", "第 5 位不同"),
        ("123456", "12345", "位数不同（6 位和 5 位）"),
        ("", "12345", "一方为空"),
        ("11111111", "22222222", "8 位不同"),
    ],
)
def test_where_two_numbers_differ(one: str, other: str, said: str) -> None:
    assert undetermined._where_numbers_differ(one, other) == said


def test_coverage_says_up_to_when_each_table_reaches_and_what_is_missing(sample_run: Path) -> None:
    """The lists' source and cut-off day, the latest payment before the audit date, the day that the workbook names itself."""
    county = open_run(sample_run)
    told = {row[0]: row for row in coverage(county)}
    assert told["支付明细"][2] == len(county.tables["payments"]) and told["支付明细"][3] <= county.as_of
    assert told["支付明细"][4] == dt.date(2023, 1, 3), "as the workbook says of itself"
    assert "死亡名单：" in told["外部比对名单"][5] and "截至 2022-12-" in told["外部比对名单"][5]
