"""What an officer opens a case from: evidence.xlsx and 线索卡, unmasked, with the county's own file, sheet and row."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from fundaudit.county import open_run
from fundaudit.report.lead_cards import cards_of


def rows(sheet) -> list[dict]:
    """The sheet's rows by header; a note in its first row, alone there, stands above the headers."""
    top = 1 if sheet.cell(1, 2).value else 2
    headers = [c.value for c in sheet[top]]
    return [dict(zip(headers, (c.value for c in row), strict=True)) for row in sheet.iter_rows(min_row=top + 1)]


@pytest.fixture(scope="module")
def evidence(sample_run: Path):
    return openpyxl.load_workbook(sample_run / "restricted" / "evidence.xlsx")


def test_every_line_leads_to_voucher_card_place_project_payer_and_row(evidence, sample_run: Path) -> None:
    """Each row is looked up in the county's own workbook: the number and the name stand in the row that the evidence names."""
    county, checked = open_run(sample_run), 0
    folder = sample_run.parents[2] / "data" / "653129"
    books: dict[str, openpyxl.Workbook] = {}
    for row in rows(evidence["HP01"]):
        for header in (
            "支付凭证号",
            "收款方账号",
            "乡镇",
            "行政村",
            "项目编号",
            "项目名称",
            "付款方名称",
            "责任单位",
            "主管部门",
            "责任人",
        ):
            assert row[header], header
        book = books.setdefault(row["来源文件"], openpyxl.load_workbook(folder / row["来源文件"], read_only=True))
        (cells,) = book[row["来源工作表"]].iter_rows(min_row=row["来源行"], max_row=row["来源行"], values_only=True)
        assert row["姓名"] in cells and row["支付凭证号"] in cells
        checked += 1
    assert checked == sum(f["check"] == "HP01" for f in county.finding_rows)


def test_the_cover_says_what_is_inside_and_up_to_when_the_lists_reach(evidence) -> None:
    text = "\n".join(str(c.value) for row in evidence["封面"].iter_rows() for c in row if c.value)
    assert "检查截止日：2022-12-31" in text and "不得外传" in text
    assert "死亡名单：" in text and "截至" in text
    assert "HP01 领取人不在帮扶对象名册" in text


def test_what_could_not_be_judged_and_what_was_not_used_have_sheets(evidence, sample_run: Path) -> None:
    county = open_run(sample_run)
    assert len(rows(evidence["未能判定"])) == len(county.undetermined)
    assert len(rows(evidence["未采用的行"])) == len(county.rejects)


def test_sheets_print_on_the_width_of_a_page_with_their_headers(evidence) -> None:
    for sheet in evidence:
        assert (
            sheet.page_setup.fitToWidth in (1, None)
            and sheet.page_setup.fitToHeight == 0
            and sheet.sheet_properties.pageSetUpPr.fitToPage
        )
        assert sheet.title == "封面" or sheet.print_title_rows in ("$1:$1", "$2:$2")


def test_cards_are_whole_under_restricted_and_masked_in_the_report(sample_run: Path) -> None:
    county = open_run(sample_run)
    book = openpyxl.load_workbook(sample_run / "restricted" / "线索卡.xlsx")
    cards = cards_of(county)
    assert len(rows(book["线索卡"])) == sum(len(card.findings) for card in cards)
    whole = (sample_run / "restricted" / "线索卡.html").read_text(encoding="utf-8")
    report = (sample_run / "report.html").read_text(encoding="utf-8")
    people = [card for card in cards if card.kind == "id_number"]
    assert people
    for card in people:
        assert card.subject in whole and card.name in whole
        assert card.subject not in report
        assert f'id="{card.anchor}"' in report and f'href="#{card.findings[0]["case_no"]}"' in report


def test_a_card_says_who_when_how_much_and_through_which_voucher(sample_run: Path) -> None:
    report = (sample_run / "report.html").read_text(encoding="utf-8")
    cards = report[report.index('id="s4"') : report.index('id="s5"')].split("<section ")[1:]
    for card in cards:
        for label in ("疑点", "时间", "依据", "证据", "可能的正常原因", "建议核实", "建议处理", "核实情况"):
            assert f">{label}</th>" in card, label
        assert "15 个工作日内" in card
    assert any("支付凭证" in card and "责任人" in card and "收款账号" in card for card in cards)


def test_a_lagging_projects_money_can_be_followed_row_by_row(evidence, sample_run: Path) -> None:
    """The movements of a project with LP01: allocations less payments by hand agree with what the finding's evidence says."""
    lagging, moved = rows(evidence["LP01"]), rows(evidence["资金往来"])
    checked = 0
    for finding in lagging:
        own = [m for m in moved if m["项目编号"] == finding["项目编号"] and m["性质"] == "支付" and str(m["日期"])[:4] == "2022"]
        assert sum(m["金额"] for m in own) == pytest.approx(finding["本年支出"])
        assert all(m["支付凭证号"] and m["来源行"] for m in own)
        checked += bool(own)
    assert checked > 3


def test_the_members_of_a_group_of_money_add_up_to_it(evidence) -> None:
    """未统筹整合, published: 33,297.77 万元 received, of which 28,591.65 paid (the sample's planted groups are others)."""
    own = [m for m in rows(evidence["资金组成员"]) if m["资金组"] == "未统筹整合资金"]
    assert sum(m["指标金额"] for m in own) == pytest.approx(332_977_700)
    assert sum(m["已支付"] for m in own) == pytest.approx(285_916_500)
