"""The report in headless Chromium: quiet, sortable, searchable, whole without JavaScript, whole on A4."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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


def open_page(browser: Any, run: Path, javascript: bool = True) -> tuple[Any, list[str], list[str]]:
    page = browser.new_context(java_script_enabled=javascript, viewport={"width": 1200, "height": 900}).new_page()
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

    def column(place: int) -> list[str]:
        return [cell.inner_text() for cell in table.locator(f"tbody tr td:nth-child({place})").all()]

    before = column(8)
    table.locator("th", has_text="金额").first.click()
    ascending = [float(x.replace(",", "")) for x in column(8)]
    table.locator("th", has_text="金额").first.click()
    assert ascending == sorted(ascending) and [float(x.replace(",", "")) for x in column(8)] == ascending[::-1] and before
    search = table.locator("xpath=preceding-sibling::input")
    search.fill("账户余额")
    assert [row.inner_text().split("\t")[0] for row in table.locator("tbody tr:visible").all()] == ["IB01"]
    search.fill("")
    assert table.locator("tbody tr:visible").count() == 22


@needs_chromium
def test_without_javascript_every_row_is_there(browser: Any, sample_run: Path) -> None:
    plain, _, _ = open_page(browser, sample_run, javascript=False)
    with_script, _, _ = open_page(browser, sample_run)
    assert plain.locator("tbody tr:visible").count() == with_script.locator("tbody tr").count() > 60
    assert plain.locator("input").count() == 0


@needs_chromium
def test_charts_are_drawn_and_nothing_is_wider_than_the_page(browser: Any, sample_run: Path) -> None:
    page, _, _ = open_page(browser, sample_run)
    assert page.locator("figure svg").count() == 2
    for box in [figure.bounding_box() for figure in page.locator("figure svg").all()]:
        assert box["width"] > 500 and box["height"] > 100
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


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
    cells = {"".join(cell.split()) for cell in page.locator("td:visible").all_inner_texts()}
    numbers = {c for c in cells if c and c.replace(",", "").replace(".", "").replace("%", "").replace("-", "").isalnum()}
    assert len(numbers) > 100
    assert [c for c in numbers if c.isascii() and c not in flat] == []
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 672, "height": 970})  # A4 less its margins at 96 dpi
    wide = page.evaluate(
        "Array.from(document.querySelectorAll('table, pre, svg')).filter(e => e.scrollWidth > e.parentNode.clientWidth + 1).length"
    )
    assert wide == 0
