"""The report in headless Chromium: quiet, sortable, searchable, whole without JavaScript, whole on A4."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fundaudit.catalogue import load_catalogue

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="没有 chromium（Debian 软件包 chromium），跳过浏览器测试")
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="没有 pdftotext（Debian 软件包 poppler-utils），跳过 PDF 测试"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


def open_page(browser: Any, run: Path, javascript: bool = True, width: int = 1200) -> tuple[Any, list[str], list[str]]:
    page = browser.new_context(java_script_enabled=javascript, viewport={"width": width, "height": 900}).new_page()
    requests, messages = list[str](), list[str]()
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: messages.append(m.text))
    page.on("pageerror", lambda e: messages.append(str(e)))
    page.goto((run / "report.html").as_uri())
    return page, [r for r in requests if not r.endswith("/report.html") and not r.startswith("data:")], messages


@needs_chromium
def test_no_request_and_no_console_message(browser: Any, sample_run: Path) -> None:
    _, requests, messages = open_page(browser, sample_run)
    assert requests == []
    assert messages == []


@needs_chromium
def test_sorting_and_searching_work(browser: Any, sample_run: Path) -> None:
    page, _, _ = open_page(browser, sample_run)
    table = page.locator("table", has=page.locator("caption", has_text="各项检查的结果"))

    def amounts() -> list[float]:
        """Empty where a check has none."""
        cells = [(cell.text_content() or "").strip().replace(",", "") for cell in table.locator("tbody tr td:nth-child(8)").all()]
        return [float(cell) for cell in cells if cell]

    before = amounts()
    table.locator("th", has_text="金额").first.click()
    ascending = amounts()
    table.locator("th", has_text="金额").first.click()
    assert ascending == sorted(before) and amounts() == ascending[::-1] and len(set(before)) > 10
    search = table.locator("xpath=preceding-sibling::input")
    search.fill("账户余额")
    assert [row.inner_text().split("\t")[0] for row in table.locator("tbody tr:visible").all()] == ["IB01"]
    search.fill("")
    assert table.locator("tbody tr:visible").count() == len(load_catalogue().checks)


@needs_chromium
def test_without_javascript_every_row_is_there(browser: Any, sample_run: Path) -> None:
    plain, _, _ = open_page(browser, sample_run, javascript=False)
    with_script, _, _ = open_page(browser, sample_run)
    shown, folded = plain.locator("tbody tr:visible").count(), plain.locator("details:not([open]) tbody tr").count()
    assert shown + folded == with_script.locator("tbody tr").count() and shown > 60
    # Opens without a script; by its key, because what is laid out late moves away under a pointer.
    plain.locator("details:not([open])", has=plain.locator("tbody tr")).first.locator("summary").first.press("Enter")
    for _ in range(50):
        if plain.locator("tbody tr:visible").count() > shown:
            break
        plain.wait_for_timeout(200)
    assert plain.locator("tbody tr:visible").count() > shown
    assert plain.locator("input").count() == 0


@needs_chromium
def test_charts_are_drawn_and_nothing_is_wider_than_the_page(browser: Any, sample_run: Path) -> None:
    page, _, _ = open_page(browser, sample_run)
    assert page.locator("figure svg").count() == 3
    for box in [figure.bounding_box() for figure in page.locator("figure svg").all()]:
        assert box["width"] > 500 and box["height"] > 100
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.full
@needs_chromium
@needs_poppler
def test_on_a4_nothing_is_cut_off(browser: Any, sample_run: Path, tmp_path: Path) -> None:
    """Every cell of every table stands in the PDF's text, and no table is wider than the printed page."""
    page, _, _ = open_page(browser, sample_run)
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    info = subprocess.run(["pdfinfo", tmp_path / "report.pdf"], capture_output=True, text=True, check=True).stdout
    assert "A4" in info
    text = subprocess.run(["pdftotext", "-raw", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True).stdout
    flat = "".join(text.split())
    page.emulate_media(media="print")
    cells = {"".join(cell.split()) for cell in page.locator("td:visible").all_inner_texts()}
    numbers = {c for c in cells if c and c.replace(",", "").replace(".", "").replace("%", "").replace("-", "").isalnum()}
    assert len(numbers) > 100
    assert [c for c in numbers if c.isascii() and c not in flat] == []
    page.set_viewport_size({"width": 672, "height": 970})  # A4 less its margins at 96 dpi
    wide = page.evaluate(
        "Array.from(document.querySelectorAll('table, pre, svg')).filter(e => e.scrollWidth > e.parentNode.clientWidth + 1).length"
    )
    assert wide == 0


def serious(page: Any, contrast: bool = True) -> list[str]:
    """What axe-core calls serious or critical, with the first place of each; without `contrast`, which takes most of its time, of a
    page whose colours have been looked at."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": contrast}}}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found if v["impact"] in ("serious", "critical")
    ]


@needs_chromium
@pytest.mark.parametrize(
    ("width", "script"),
    [pytest.param(width, script, marks=pytest.mark.full) for width in (390, 1280) for script in ("with its script", "without")],
)
def test_nothing_serious_for_those_who_see_or_move_otherwise(browser: Any, sample_run: Path, width: int, script: str) -> None:
    """Without its script the page is what a browser shows without JavaScript; axe itself cannot run there."""
    page, _, _ = open_page(browser, sample_run, width=width)
    if script == "without":
        page.set_content(
            re.sub(r"<script>.*?</script>", "", (sample_run / "report.html").read_text(encoding="utf-8"), flags=re.S)
        )
        assert page.locator("input").count() == 0
    assert serious(page, contrast=script == "with its script" and width == 1280) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@needs_chromium
@pytest.mark.full
def test_nothing_serious_on_paper_and_on_the_cards(browser: Any, sample_run: Path) -> None:
    page, _, _ = open_page(browser, sample_run, width=672)
    page.emulate_media(media="print")
    assert serious(page) == []
    page.goto((sample_run / "restricted" / "线索卡.html").as_uri())
    assert serious(page) == []


@needs_chromium
def test_a_phone_shows_the_amounts_and_tables_scroll_by_keyboard(browser: Any, sample_run: Path) -> None:
    """On 390 px a finding's amount stands within the screen, and a table that is wider can be focused and scrolled."""
    page, _, _ = open_page(browser, sample_run, width=390)
    table = page.locator(".table-wrap", has=page.locator("caption", has_text="领取人不在帮扶对象名册")).first
    box = table.locator("tbody tr").first.locator("td.number").bounding_box()
    assert box and box["x"] + box["width"] <= 390
    wide = page.evaluate(
        "Array.from(document.querySelectorAll('.table-wrap')).filter(e => e.scrollWidth > e.clientWidth && e.tabIndex < 0).length"
    )
    assert wide == 0


@needs_chromium
def test_severity_sorts_as_severity(browser: Any, sample_run: Path) -> None:
    page, _, _ = open_page(browser, sample_run)
    table = page.locator("table", has=page.locator("caption", has_text="各项检查的结果"))
    table.locator("th", has_text="程度").click()
    words = [text for text in table.locator("tbody td.severity").all_inner_texts() if text]
    assert words in (sorted(words, key="高中低".index), sorted(words, key="高中低".index, reverse=True)) and len(set(words)) > 1


@needs_chromium
@needs_poppler
@pytest.mark.full
def test_five_thousand_findings_of_one_check(browser: Any, county_folder, finished, tmp_path: Path, capsys: Any) -> None:
    """5,000 of 10,100 payees are on no register: all stand in the report, below 6 MB, opened and searched within a second, printed."""
    lines, listed = [], []
    for k in range(10_100):
        number = with_check(f"653129{1950 + k % 50}0101{k // 50:03d}")
        lines.append(
            f"{k},V{k // 500},产业补助,2022-06,到人,{number},某{chr(0x4E00 + k % 9000)}人,{k % 20}乡,{200 + k % 7},2022-06-10"
        )
        if k >= 5_000:
            listed.append(f"{number},某{chr(0x4E00 + k % 9000)}人,H{k},2018-01-01")
    folder = county_folder(
        household_payments="发放序号,支付凭证号,补助项目,发放月份,按户或按人补助,证件号码,姓名,乡镇,金额,发放日期\n"
        + "\n".join(lines),
        beneficiaries="证件号码,姓名,户编号,纳入日期\n" + "\n".join(listed),
        standards="补助项目,适用对象类别,生效日期,按户或按人补助,标准金额,周期\n产业补助,脱贫户,2018-01-01,到人,300,月",
    )
    run = finished(folder)
    size = (run / "report.html").stat().st_size
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto((run / "report.html").as_uri())
    opened = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd / 1000")
    table = page.locator(".table-wrap", has=page.locator("caption", has_text="领取人不在帮扶对象名册"))
    assert table.locator("tbody tr").count() == 5_000
    searched = page.evaluate(SEARCH)
    assert table.locator("tbody tr:visible").count() == 1
    page.pdf(path=tmp_path / "many.pdf", prefer_css_page_size=True)
    info = subprocess.run(["pdfinfo", tmp_path / "many.pdf"], capture_output=True, text=True, check=True).stdout
    pages = info.split("Pages:")[1].split()[0]
    with capsys.disabled():
        print(f"\n5,000 findings: {size / 1e6:.2f} MB, opened in {opened:.2f} s, searched in {searched:.2f} s, {pages} pages")
    assert size < 6_000_000
    assert len(list((run / "annex").glob("cards-*.html"))) == 5
    shared = "".join(path.read_text(encoding="utf-8") for path in run.rglob("*.html") if "restricted" not in path.parts)
    held = {run[i : i + 18] for run in re.findall("[0-9X]{18,}", shared) for i in range(len(run) - 17)}
    assert not held & set(listed_numbers(lines))


SEARCH = """() => {
  const wrap = Array.from(document.querySelectorAll('.table-wrap')).find(e => e.querySelectorAll('tbody tr').length === 5000);
  const input = wrap.querySelector('input');
  wrap.scrollIntoView(); wrap.offsetHeight;
  const start = performance.now();
  input.value = '110101-HP01-004321';
  input.dispatchEvent(new Event('input'));
  wrap.offsetHeight;
  return (performance.now() - start) / 1000;
}"""


def listed_numbers(lines: list[str]) -> list[str]:
    return [line.split(",")[5] for line in lines]


def with_check(digits: str) -> str:
    """An identity number with its check digit (GB 11643)."""
    weights = [2 ** (17 - i) % 11 for i in range(17)]
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]
