"""An inspector's way through the workbench in a browser, in a real JupyterLab and as a page without code: open, filter, read a finding, move a
threshold, decide a case, draw a sample, follow a voucher."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from test_browser import browser, needs_chromium
from test_lab import begun_again, opened, run_all, served

from fundaudit.register.casework import shown
from fundaudit.workbench.desk import Wanted, open_desk

__all__ = ["browser"]
PICTURES = os.environ.get("WORKBENCH_PICTURES", "")  # a folder: every step is kept as a picture


@pytest.fixture
def workplace(sample_home: Path, sample_run: Path, tmp_path: Path) -> Path:
    tmp_path = tmp_path / "home"
    shutil.copytree(sample_home / "data" / "653129", tmp_path / "data" / "653129")
    (tmp_path / "parameters").mkdir()
    shutil.copy(sample_home / "parameters" / "653129.yaml", tmp_path / "parameters")
    shutil.copytree(sample_run.parents[1], tmp_path / "outputs")
    return tmp_path


@contextmanager
def served_app(workplace: Path) -> Iterator[str]:
    """The address, with its token, that `fundaudit lab --app` prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = os.environ | {"HOME": str(workplace / "home"), "JUPYTER_CONFIG_DIR": str(workplace / "home" / "jupyter")}
    call = [sys.executable, "-m", "fundaudit", "lab", "--app", "--no-browser", f"--port={port}"]
    server = subprocess.Popen(
        call, cwd=workplace, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert server.stdout
    try:
        lines = []
        for line in server.stdout:
            lines.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/\?token=\w+", line):
                yield found.group()
                return
        raise AssertionError("".join(lines))
    finally:
        os.killpg(server.pid, 15)
        server.wait(timeout=20)


def choose(page: Any, label: str, wanted: str) -> None:
    """Chooses in the drop-down of a label the option that begins so."""
    box = page.locator(".widget-dropdown:visible", has=page.locator(".widget-label", has_text=re.compile(f"^{label}$"))).locator(
        "select"
    )
    texts = box.locator("option").all_inner_texts()
    box.select_option(label=next(text for text in texts if text.startswith(wanted)))


def write(page: Any, label: str, text: str) -> None:
    box = page.locator(".jupyter-widgets:visible", has=page.locator("> .widget-label", has_text=re.compile(f"^{label}$")))
    field = box.locator("input, textarea").first
    field.fill(text)
    field.press("Tab")


def tab(page: Any, name: str) -> None:
    page.locator(".lm-TabBar-tab:visible", has_text=re.compile(f"^{name}$")).click()


class Pictures:
    """A picture of each step, where somebody wants them."""

    def __init__(self, page: Any, name: str) -> None:
        self.page, self.name, self.n = page, name, 0

    def take(self, step: str) -> None:
        self.n += 1
        if PICTURES:
            self.page.wait_for_timeout(1_000)
            self.page.screenshot(path=f"{PICTURES}/{self.name}-{self.n}-{step}.png")


def an_inspectors_way(page: Any, workplace: Path, name: str) -> None:
    desk, pictures = open_desk("653129", outputs=workplace / "outputs"), Pictures(page, name)
    page.get_by_text("个疑点，金额合计").wait_for(timeout=60_000)
    pictures.take("open")
    choose(page, "类别", "到人到户")
    choose(page, "程度", "高")
    own = desk.select(Wanted(family="到人到户", severity="高"))
    page.locator("b", has_text=re.compile(f"^{own.count}$")).wait_for(timeout=20_000)
    chosen = next(row for row in own.rows if row["check"] == "HP04")
    page.locator("table.dataTable tbody tr", has_text=chosen["case_no"]).click()
    page.locator(".story h3", has_text=chosen["case_no"]).wait_for(timeout=20_000)
    assert chosen["subject"] not in page.content(), "masked"
    pictures.take("story")

    write(page, "检查人", "张三")
    write(page, "理由", "入户核实两次发放")
    page.locator(".widget-datepicker:visible input").fill("2099-12-01")
    page.locator("button:visible", has_text=re.compile("^登记$")).click()
    page.get_by_text("已登记：疑点 → 核实中").wait_for(timeout=20_000)
    pictures.take("decided")
    with desk.register() as engine:
        case = shown(engine, chosen["case_no"])
    assert (
        case["state"] == "核实中"
        and case["history"][0]["author"] == "张三"
        and case["history"][0]["reason"] == "入户核实两次发放"
    )

    choose(page, "看凭证", chosen["voucher"])
    page.get_by_text("付给各户").wait_for(timeout=20_000)
    pictures.take("voucher")

    tab(page, "试阈值")
    choose(page, "检查", "IB02")
    page.get_by_text(desk.county.catalogue.checks["IB02"].thresholds["days"].says).wait_for(timeout=20_000)
    slider = page.locator(".widget-hslider:visible .noUi-handle").last
    slider.focus()
    slider.press("End")
    page.get_by_text(re.compile("^消除的疑点")).wait_for(timeout=60_000)
    gone = len(desk.county.judged_again("IB02", days=int(desk.county.catalogue.checks["IB02"].thresholds["days"].max))["消除"])
    assert page.get_by_text(f"消除的疑点（{gone} 个）").count() == 1
    pictures.take("threshold")

    tab(page, "抽样")
    page.locator("button:visible", has_text=re.compile("^抽取$")).click()
    page.get_by_text(re.compile("^样本（")).wait_for(timeout=20_000)
    page.locator("button:visible", has_text="写出工作簿").click()
    page.get_by_text("已写出 outputs/.lab/抽样/").wait_for(timeout=20_000)
    assert list((workplace / "outputs" / ".lab" / "抽样").glob("653129-2022-12-31-疑点-随机-*.xlsx"))
    pictures.take("sample")

    tab(page, "资金去向")
    page.get_by_text("每一步收到多少").wait_for(timeout=60_000)
    pictures.take("flow")


@pytest.mark.full
@needs_chromium
def test_an_inspectors_way_in_jupyterlab(browser: Any, workplace: Path) -> None:
    def way() -> None:
        with served(workplace) as address:
            page, errors, elsewhere = opened(browser, address, "outputs/.lab/workbench.ipynb")
            run_all(page, 2)
            an_inspectors_way(page, workplace, "lab")
            assert errors == [] and elsewhere == []

    begun_again(way, workplace)


@pytest.mark.full
@needs_chromium
def test_an_inspectors_way_as_a_page_without_code(browser: Any, workplace: Path) -> None:
    def way() -> None:
        with served_app(workplace) as address:
            with urllib.request.urlopen(address.partition("?")[0], timeout=10) as asked:
                assert "/login" in asked.url and "检查工作台" not in asked.read().decode(), "nothing without the token"
            page = browser.new_context(viewport={"width": 1400, "height": 1100}, locale="zh-CN").new_page()
            errors, elsewhere, here = list[str](), list[str](), ("http://127.0.0.1", "data:", "blob:", "ws:")
            page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda e: errors.append(str(e)))
            page.on("request", lambda r: None if r.url.startswith(here) else elsewhere.append(r.url))
            page.goto(address)
            an_inspectors_way(page, workplace, "app")
            assert page.get_by_text("open_workbench").count() == 0, "no code"
            assert errors == [] and elsewhere == []

    begun_again(way, workplace)
