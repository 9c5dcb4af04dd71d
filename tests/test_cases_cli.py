"""`fundaudit cases` and `fundaudit verify`: what people type and read."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sqlite3
import stat
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from fundaudit import cases_cli
from fundaudit.cli import app
from fundaudit.register import runs
from fundaudit.register.opening import open_register
from fundaudit.register.viewings import record_viewing

PERSON = "653129198003150011"
CASES = ("653129-HP03-000001", "653129-IB01-000001")


@pytest.fixture(autouse=True)
def a_wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases_cli.console, "width", 200)
    monkeypatch.setattr(cases_cli.errors, "width", 200)


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """A register that knows one run with two cases: a person, and an account whose unit's name begins like a formula."""
    register = open_register(tmp_path)
    findings = [
        {"case_no": CASES[0], "check": "HP03", "subject": PERSON, "title": "向已去世人员发放", "severity": "高", "name": "张三丰", "unit": "民政局",
         "township": "城关镇", "amount": Decimal("1200.50"), "detail": f"张三丰 {PERSON} 去世后发放"},
        {"case_no": CASES[1], "check": "IB01", "subject": "A01", "title": "账户余额闲置", "severity": "中", "name": "专户", "unit": "=财政局",
         "amount": None, "detail": "余额闲置"},
    ]  # fmt: skip
    run_id = runs.prepare_run(
        register, runs.NewRun("653129", dt.date(2022, 12, 31), "0" * 64, "2023-01-01T00:00:00", findings, {})
    )
    runs.complete_run(register, run_id)
    return tmp_path


def typed(outputs: Path, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["cases", *words, "--outputs", str(outputs)], env={"COLUMNS": "200"})
    assert done.exit_code == code, done.output
    return done.output


def decided(outputs: Path, case_no: str, to: str, *more: str) -> str:
    return typed(outputs, "decide", case_no, "--to", to, "--author", "李四", "--reason", "入户核实", *more)


def test_listed_masked_and_with_all_columns(outputs: Path) -> None:
    printed = typed(outputs, "list")
    assert "1,200.50" in printed
    assert "张**" in printed
    assert "张三丰" not in printed
    rows = list(csv.DictReader(io.StringIO(typed(outputs, "list", "--format", "csv"))))
    assert [(r["疑点编号"], r["金额（元）"], r["责任单位"]) for r in rows] == [
        (CASES[0], "1,200.50", "民政局"),
        (CASES[1], "", "'=财政局"),
    ]
    assert PERSON not in str(rows)
    (person,) = json.loads(typed(outputs, "list", "--check", "hp03", "--format", "json", "--unmasked"))
    assert (person["对象"], person["名称"]) == (PERSON, "张三丰")
    assert "共 0 个疑点" in typed(outputs, "list", "--township", "别的镇")


def test_runs_say_which_stand(outputs: Path) -> None:
    register = open_register(outputs)
    for day in ("2022-12-31", "2022-11-30"):
        new = runs.NewRun(
            "653129", dt.date.fromisoformat(day), "1" * 64, "2023-02-01T00:00:00", [], {}, sums={"at_issue": Decimal("1234.50")}
        )
        runs.complete_run(register, runs.prepare_run(register, new))
    lines = [line for line in typed(outputs, "runs").splitlines() if "653129" in line]
    assert ["取代" in line for line in lines] == [False, True, False]
    assert ["过时" in line for line in lines] == [False, False, True]
    assert "1,234.50" in lines[0]


def test_the_name_of_a_person_without_a_number_is_masked_too(outputs: Path) -> None:
    finding = {"case_no": "653129-HP10-000001", "check": "HP10", "subject": "line:7", "name": "马六甲", "detail": "马六甲 两张卡"}
    register = open_register(outputs)
    run_id = runs.prepare_run(
        register, runs.NewRun("653129", dt.date(2023, 1, 31), "1" * 64, "2023-02-01T00:00:00", [finding], {})
    )
    runs.complete_run(register, run_id)
    assert "马六甲" not in typed(outputs, "list") + typed(outputs, "show", "653129-HP10-000001")
    assert "马六甲" in typed(outputs, "show", "653129-HP10-000001", "--unmasked")


def test_shown_with_its_history_and_what_may_follow(outputs: Path) -> None:
    decided(outputs, CASES[0], "核实中", "--deadline", "2026-03-01")
    decided(outputs, CASES[0], "认定属实", "--recovered", "1,200.50")
    printed = typed(outputs, "show", CASES[0])
    assert "疑点 → 核实中　入户核实（期限 2026-03-01）" in printed
    assert "追回 1,200.50 元" in printed
    assert "可以改为：整改中、移送" in printed
    assert PERSON not in printed
    assert "张三丰" not in printed
    assert "没有疑点编号 653129-HP03-000009" in typed(outputs, "show", "653129-HP03-000009", code=2)


def test_a_workbook_goes_out_and_comes_back(outputs: Path) -> None:
    path = outputs / "待办.xlsx"
    typed(outputs, "export", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "没有覆盖" in typed(outputs, "export", str(path), code=2)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headers = [c.value for c in sheet[1]]
    assert sheet.cell(2, headers.index("对象") + 1).value == PERSON
    assert sheet.cell(3, headers.index("责任单位") + 1).value == "'=财政局"
    for header, value in (("改为", "核实中"), ("理由", "约谈"), ("期限（填写）", dt.datetime(2026, 3, 1))):
        sheet.cell(3, headers.index(header) + 1).value = value
    book.save(path)
    assert "已登记 1 项" in typed(outputs, "decide", "--from", str(path), "--author", "王五")
    (case,) = json.loads(typed(outputs, "list", "--state", "核实中", "--format", "json"))
    assert (case["疑点编号"], case["期限"]) == (CASES[1], "2026-03-01")
    assert "有人改过" in typed(outputs, "decide", "--from", str(path), "--author", "王五", code=2)


def test_a_workbook_that_cannot_be_read_says_where(outputs: Path) -> None:
    path = outputs / "待办.xlsx"
    typed(outputs, "export", str(path))
    assert "没有一行填写了“改为”" in typed(outputs, "decide", "--from", str(path), "--author", "王五", code=2)
    book = openpyxl.load_workbook(path)
    headers = [c.value for c in book.worksheets[0][1]]
    for header, value in (("改为", "核实中"), ("理由", "约谈"), ("期限（填写）", "三月")):
        book.worksheets[0].cell(2, headers.index(header) + 1).value = value
    book.save(path)
    assert "第 2 行 期限（填写）" in typed(outputs, "decide", "--from", str(path), "--author", "王五", code=2)
    (outputs / "别的.xlsx").write_text("不是表格", encoding="utf-8")
    assert "不能打开" in typed(outputs, "decide", "--from", str(outputs / "别的.xlsx"), "--author", "王五", code=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["decide"], "请写一个或几个疑点编号"),
        (
            ["decide", CASES[0], "--to", "核实中", "--author", "甲", "--reason", "乙", "--deadline", "三月"],
            "--deadline 的值 三月 不能用",
        ),
        (["decide", CASES[0], "--to", "核实中", "--author", "甲", "--reason", "乙", "--recovered", "很多"], "不是金额，应写成"),
        (["decide", CASES[0], "--to", "核实中", "--reason", "乙", "--deadline", "2026-03-01"], "要写明经办人"),
        (["list", "--state", "结案"], "没有“结案”这种状态；有：疑点"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(outputs: Path, words: list[str], said: str) -> None:
    assert said in typed(outputs, *words, code=2)


def test_without_a_register_it_says_what_to_do(tmp_path: Path) -> None:
    assert "请先运行 fundaudit run" in typed(tmp_path, "list", code=2)


def test_units_are_reminded(outputs: Path) -> None:
    assert "没有到期" in typed(outputs, "remind")
    decided(outputs, CASES[0], "核实中", "--deadline", "2020-01-01")
    printed = typed(outputs, "remind")
    assert "民政局：1 个" in printed
    assert "已逾期" in printed


def test_who_looked_at_names_whole_is_listed(outputs: Path) -> None:
    assert "没有查看过" in typed(outputs, "viewings")
    record_viewing(
        open_register(outputs), "653129", dt.date(2022, 12, 31), "张三", "入户核实前核对号码", "2023-01-05T09:30:00+08:00"
    )
    printed = typed(outputs, "viewings", "653129")
    for said in ("2023-01-05 09:30", "张三", "入户核实前核对号码", "2022-12-31"):
        assert said in printed
    assert "没有查看过" in typed(outputs, "viewings", "610204")


def test_rates_are_shown_with_how_little_they_say(outputs: Path) -> None:
    assert "还没有一个疑点有结论" in typed(outputs, "rates")
    decided(outputs, CASES[0], "核实中", "--deadline", "2026-03-01")
    decided(outputs, CASES[0], "认定属实", "--recovered", "1200.50")
    printed = typed(outputs, "rates")
    for said in ("HP03", "向已去世人员发放", "1,200.50"):  # whatever the terminal's width
        assert said in printed
    assert "数量少" in printed


def test_an_address_that_is_none_or_cannot_be_reached_is_said(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNDAUDIT_REGISTER", "登记库在二楼")
    assert "不是数据库地址" in typed(outputs, "list", code=2)
    monkeypatch.setenv("FUNDAUDIT_REGISTER", "postgresql+psycopg://a:k0uling@127.0.0.1:1/r")
    printed = typed(outputs, "list", code=2)
    assert "连不上登记库" in printed
    assert "k0uling" not in printed


def test_verify_says_whether_the_history_is_whole(outputs: Path) -> None:
    def verified(path: Path, code: int) -> str:
        done = CliRunner().invoke(app, ["verify", str(path)])
        assert done.exit_code == code, done.output
        return done.output

    decided(outputs, CASES[0], "核实中", "--deadline", "2026-03-01")
    path = outputs / "register.sqlite"
    assert "完整" in verified(path, 0)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER events_no_update")
        connection.execute("UPDATE events SET author = '别人'")
    assert "被改动过" in verified(path, 1)
    assert "不存在" in verified(outputs / "没有.sqlite", 2)
