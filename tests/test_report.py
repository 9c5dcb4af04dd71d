"""What the report says: published figures, order, masks, what is missing. Golden values are findings, never HTML."""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from fundaudit import figures, report
from fundaudit.county import open_run
from fundaudit.parameters import Bureau
from fundaudit.report import finding_tables, shares, words
from fundaudit.report.shareable import hide_in_html

# SOURCES.md, 伽师 2022: 62371.80 + 35658.94 + 30000 + 62.5 + 200 = 128293.24; 93362.51 ÷ 94995.47; 28591.65 ÷ 33297.77; together
PUBLISHED = ["128,293.24", "94,995.47", "93,362.51", "98.28%", "33,297.77", "28,591.65", "85.87%", "95.06%"]


@pytest.fixture(scope="module")
def page(sample_run: Path) -> str:
    return (sample_run / "report.html").read_text(encoding="utf-8")


def text_of(page: str) -> str:
    body = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def rows_of(page: str, caption: str) -> list[list[str]]:
    table = next(t for t in re.findall(r"<table.*?</table>", page, re.S) if caption in t)
    rows = re.findall(r"<tr.*?</tr>", table, re.S)
    return [[html.unescape(re.sub(r"<[^>]+>", "", c)) for c in re.findall(r"<td.*?>(.*?)</td>", row, re.S)] for row in rows]


def test_the_published_figures_hold_together() -> None:
    d = Decimal
    assert d("62371.80") + d("35658.94") + 30000 + d("62.5") + 200 == d("128293.24")
    assert d("62371.80") + d("2361.17") + 30000 + d("62.50") + 200 == d("94995.47")
    assert words.percent(d("93362.51"), d("94995.47")) == "98.28%"
    assert words.percent(d("28591.65"), d("33297.77")) == "85.87%"
    assert words.percent(d("93362.51") + d("28591.65"), d("128293.24")) == "95.06%"


@pytest.mark.parametrize("figure", PUBLISHED)
def test_published_figures_stand_in_the_report(page: str, figure: str) -> None:
    assert figure in text_of(page)


def test_published_rows_are_exact(page: str) -> None:
    assert ["统筹整合", "94,995.47", "31", "93,362.51", "1,632.96", "98.28%"] in rows_of(page, "统筹整合情况")
    assert ["未统筹整合", "33,297.77", "26", "28,591.65", "4,706.12", "85.87%"] in rows_of(page, "统筹整合情况")
    kinds = {row[0]: row[1] for row in rows_of(page, "资金构成") if row}
    assert kinds == {
        "衔接资金": "62,371.80", "涉农整合": "35,658.94", "地方政府债券": "30,000.00", "县级资金": "200.00", "地区资金": "62.50", "合计": "128,293.24",
    }  # fmt: skip


def test_the_funds_that_lag_and_those_that_do_not(sample) -> None:
    lagging = {f.subject for f in sample.judgement.findings if f.check == "LP02"}
    assert "integrated:否" in lagging
    assert not {"integrated:是", "total"} & lagging
    assert "total" not in {f.subject for f in sample.judgement.findings if f.check == "LP03"}


def test_sections_stand_in_order_and_the_contents_lead_to_them(page: str) -> None:
    heads = ["主要问题", "一、总体情况", "二、疑点汇总", "三、分类疑点", "四、线索卡", "五、未能判定和未执行的事项"]
    heads += ["附录一　数据来源与校验", "附录二　方法和查询语句"]
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page) == heads
    ids = set(re.findall(r'id="([^"]+)"', page))
    for target in re.findall(r'href="#([^"]+)"', page):
        assert target in ids


def test_every_finding_is_there_worst_first_and_masked(page: str, sample_run: Path) -> None:
    county = open_run(sample_run)
    for finding in county.finding_rows:
        assert finding["case_no"] in page
    amounts = [Decimal(r[6].replace(",", "")) for r in rows_of(page, "<caption>项目支出慢于序时进度") if r and r[0] != "合计"]
    assert amounts == sorted(amounts, reverse=True)


def test_what_could_not_be_judged_is_counted_with_reasons(page: str, sample) -> None:
    counted = sum(int(row[2]) for row in rows_of(page, "未能判定的原因") if row)
    assert counted == len(sample.judgement.undetermined) > 0
    assert "有 1 行没有采用" in text_of(page)


def test_no_raw_english_reaches_the_reader(page: str) -> None:
    """Outside the folded method with its SQL, no column name or status word of the machine."""
    shown = text_of(re.sub(r"<details>.*?</details>", "", page, flags=re.S))
    for word in (
        "indicator_id",
        "subject",
        "undetermined",
        "not_run",
        "flag",
        "None",
        "NaN",
        "nan",
        "fund_type",
        "direct_tag",
        "True",
        "False",
    ):
        assert not re.search(rf"(?<![A-Za-z_.]){word}(?![A-Za-z_.])", shown.replace("undetermined.parquet", "")), word


def test_the_page_is_small_and_asks_for_nothing(page: str) -> None:
    assert len(page.encode("utf-8")) < 2_000_000
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)
    assert "@import" not in page and "url(" not in re.sub(r"url\(#[^)]*\)", "", page)


def test_every_finding_stands_in_the_report_or_in_an_annex(sample_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that holds 40 findings, at least 2 of a check: what it does not show stands in annexes of the same form."""
    monkeypatch.setattr(shares, "PAGE_ROWS", 40)
    monkeypatch.setattr(shares, "LEAST_ROWS", 2)
    county = open_run(sample_run)
    text, pages = report.findings(county).text, finding_tables.annexes(county)
    assert set(re.findall(r'href="(annex/[^"]+)"', text)) == set(pages)
    shown, beside = (
        {f["case_no"] for f in county.finding_rows if f'id="{f["case_no"]}"' in page}
        for page in (text, "".join(p.text for p in pages.values()))
    )
    assert shown and beside and not shown & beside
    assert shown | beside == {f["case_no"] for f in county.finding_rows}
    identities = {f["subject"] for f in county.finding_rows if f["subject_kind"] == "id_number"}
    assert not any(number in page.text for number in identities for page in pages.values())


def test_small_amounts_are_folded_and_stay_in_the_total(sample_run: Path) -> None:
    """HP01's findings: 2,600, 2,600, 1,500, 200 and 200; with a materiality of 1,000 the last two are folded, the total is 7,100."""
    county = open_run(sample_run)
    county.about = county.about.model_copy(update={"settings": county.settings.model_copy(update={"materiality": Decimal(1000)})})
    text = report.findings(county).text
    rows = [[c for c in row if c] for row in rows_of(text, "<caption>领取人不在帮扶对象名册<")]
    assert [row[6] for row in rows if len(row) > 2] == ["2,600.00", "2,600.00", "1,500.00"]
    assert rows[-1] == ["合计", "7,100.00"]
    folded = text[text.index("金额不足 1,000.00 元的 2 人") :]
    assert len(re.findall("<tr>", folded[: folded.index("</table>")])) == 3


def test_a_finding_without_money_is_not_folded_as_one_of_little(draft, county_folder) -> None:
    """LP04: the project was to start in March; nothing is allocated to it, so its amount is 0.00."""
    county = draft(county_folder(projects="项目编号,项目名称,计划开工日期,项目状态\nP,甲,2022-03-01,未开工"))
    text = report.findings(county).text
    assert "金额不足" not in text
    assert any("0.00" in row for row in rows_of(text, "<caption>项目未按计划开工<"))


def test_details_add_up_to_the_total_of_their_table(sample_run: Path) -> None:
    """Detail and total rows are compared, none folded: nobody can add what overlaps, and what adds up is what the total says."""
    county = open_run(sample_run)
    county.about = county.about.model_copy(update={"settings": county.settings.model_copy(update={"materiality": Decimal(0)})})
    added = 0
    for table in re.findall(r"<table.*?</table>", report.findings(county).text, re.S):
        rows = rows_of(table, "caption")
        if not rows or not rows[-1] or not rows[-1][0].startswith("合计"):
            continue
        place = next(i for i, cell in enumerate(rows[-1][1:], 1) if cell)
        amounts = [Decimal(row[place].replace(",", "")) for row in rows[:-1] if row and row[place] != "不能确定"]
        assert sum(amounts) == Decimal(rows[-1][place].replace(",", ""))
        added += 1
    assert added > 10


def test_the_report_speaks_plainly(page: str) -> None:
    """No word of the tool, nothing called the largest that is a sum, no subject called 对象 where it is a person or a project."""
    shown = text_of(page[: page.index('id="s7"')])
    for word in ("受限目录", "拒收", "点开", "审计基准日", "缺口最大", "个对象", "parquet"):
        assert word not in shown, word
    assert shown.count("仅作线索，程度按低列示") == len(re.findall(r"对所列疑点的地点|对其中 [\d,]+ 个疑点的地点", shown))


def test_head_and_foot_say_what_the_parameters_say_and_leave_blanks(sample_run: Path) -> None:
    county = open_run(sample_run)
    assert 'class="blank"' in report.cover(county).text and report.foot(county).text.count('class="blank"') >= 6
    told = {
        "name": "伽师县财政局",
        "number": "伽财监〔2023〕3号",
        "addressee": "县纪委监委",
        "team": ["甲组长", "乙组员"],
        "copies": ["审计局"],
    }
    told |= {"reviewer": "复核人", "signer": "签发人", "contact": "0998-1", "issued_on": "2023-01-20"}
    county.about = county.about.model_copy(update={"bureau": Bureau.model_validate(told)})
    head, foot = (text_of(piece(county).text).replace(" ", "") for piece in (report.cover, report.foot))
    assert all(text in head for text in ("伽师县财政局", "伽财监〔2023〕3号", "县纪委监委："))
    assert all(
        text in foot for text in ("伽师县财政局", "2023年1月20日", "甲组长、乙组员", "复核人", "签发人", "0998-1", "审计局")
    )
    assert "blank" not in report.foot(county).text
    assert hide_in_html(report.foot(county).text + "13912345678", county.secrets)[0].endswith("［已隐去］"), (
        "the net is over the rest"
    )
    told["contact"] = "张三 13812345678"
    county.about = county.about.model_copy(update={"bureau": Bureau.model_validate(told)})
    assert "张三 13812345678" in hide_in_html(report.foot(county).text, county.secrets)[0], "a bureau's own number is its own"


def test_a_county_without_findings_reads_right(county_folder, finished) -> None:
    folder = finished(county_folder(balances="账号,余额日期,余额\nA,2022-09-30,5\nA,2022-12-31,5"))
    text = text_of((folder / "report.html").read_text(encoding="utf-8"))
    assert "没有发现疑点。" in text and "没有发现疑点不等于没有问题" in text
    assert "没有报送指标台账" in text
    assert open_run(folder).about.outcomes[0].status == "clean"


def test_charts_draw_chinese_and_are_the_same_twice() -> None:
    def draw() -> str:
        figures.findings_chart.cache_clear()
        return figures.findings_chart("疑点 3 个", ("资金闲置",), (("高", (1,)), ("中", (2,)), ("低", (0,))))

    assert draw() == draw()
    assert "<text" not in draw(), "glyphs are outlines: no font is needed to see them"
    with pytest.raises(UserWarning, match="Glyph"):
        figures.findings_chart("\U0001f4b0", ("资金闲置",), (("高", (1,)), ("中", (0,)), ("低", (0,))))


def test_the_notebook_is_masked_and_without_traces(sample_run: Path) -> None:
    notebook = json.loads((sample_run / "report.ipynb").read_text(encoding="utf-8"))
    assert "papermill" not in notebook["metadata"]
    assert not any("injected-parameters" in c["metadata"].get("tags", []) for c in notebook["cells"])
    assert str(sample_run.parents[2]) not in (sample_run / "report.ipynb").read_text(encoding="utf-8")


def test_numbers_for_people() -> None:
    assert words.wan(Decimal("1282932400.00")) == "128,293.24"
    assert words.wan(Decimal("50")) == "0.01"  # half up
    assert words.yuan(Decimal("-1234.5")) == "-1,234.50"
    assert words.percent(Decimal(0), Decimal(0)) == "—"
    assert [words.percent(Decimal(n), Decimal(10**9)) for n in (949999999, 950000000)] == ["94.9999%", "95.00%"]
    assert [words.money(Decimal(n)) for n in ("9999.99", "10000")] == ["9,999.99 元", "1.00 万元"]
    assert [words.ordinal(n) for n in (1, 10, 11, 20, 23)] == ["一", "十", "十一", "二十", "二十三"]


def test_every_row_has_a_cell_for_every_header(page: str) -> None:
    for table in re.findall(r'<table class="data">.*?</table>', page, re.S):
        headers = len(re.findall(r"<th ", table))
        assert headers <= 9, re.findall(r"<caption>(.*?)<", table)
        for row in re.findall(r"<tr.*?</tr>", table, re.S)[1:]:
            assert len(re.findall(r"<td ", row)) == headers


@pytest.mark.full
def test_a_countys_name_is_text_wherever_it_stands(county_folder, finished) -> None:
    """Quotes and tags in the name close neither the style nor the title; only the page's own scripts may run."""
    name = '某"县</style><script>alert(1)</script>'
    folder = finished(county_folder(balances="账号,余额日期,余额(元)\n1,2022-12-31,5"), name)
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in html and '某"县' not in html.split("<style>")[1].split("</style>")[0]
    assert "script-src 'sha256-" in html and "script-src 'unsafe-inline'" not in html
