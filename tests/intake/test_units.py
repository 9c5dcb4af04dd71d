"""A unit that is written anywhere is used or, where it leaves doubt, stops the column; it is never passed over."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from fundaudit.intake import Intake, read_county
from fundaudit.intake.headers import fold, units_in
from fundaudit.intake.values import UNITS
from fundaudit.parameters import Parameters

HEADER = "支付凭证号,支付日期,支付金额"
ROW = "P1,2022-01-05,12.5"
IN_TEN_THOUSANDS = {
    "several measures in one line": f"单位：人、万元,,\n{HEADER}\n{ROW}",
    "a unit alone above the header": f"支付明细,,\n（万元）,,\n{HEADER}\n{ROW}",
    "a unit in the title": f"支付明细（万元）,,\n{HEADER}\n{ROW}",
    "in words": f"金额单位为万元,,\n{HEADER}\n{ROW}",
    "with the currency": f"单位：人民币（万元）,,\n{HEADER}\n{ROW}",
    "without 元": f"单位:万,,\n{HEADER}\n{ROW}",
    "in the next cell": f"单位：,万元,\n{HEADER}\n{ROW}",
    "beside the header": f"{HEADER},单位：万元\n{ROW},",
    "in the header, without 元": f"{HEADER}(万)\n{ROW}",
    "in the header, with the currency": f"{HEADER}（人民币：万元）\n{ROW}",
    "in the header, per line": f"{HEADER}(万元/笔)\n{ROW}",
    "in the header, without brackets": f"{HEADER}/万元\n{ROW}",
    "in the heading above": "支付凭证号,支付日期,资金情况（万元）,\n,,支付金额,余额\nP1,2022-01-05,12.5,0",
    "below the header": f"{HEADER}\n,,（万）\n{ROW}",
    "below the table": f"{HEADER}\n{ROW}\n注：本表金额单位：万元,,",
    "beside a place of that name": f"单位：元坝区财政局,,单位：万元\n{HEADER}\n{ROW}",
}
IN_DOUBT = {
    "two units in one line": f"单位：元；万元,,\n{HEADER}\n{ROW}",
    "another unit further down": f"单位：元,,\n{HEADER}\n{ROW}\n单位：万元,,\n{HEADER}\nP2,2022-01-05,12.5",
    "a column of units": f"{HEADER},金额单位\n{ROW},万元",
    "a foreign one": f"{HEADER}(万美元)\n{ROW}",
    "one that nobody uses": f"{HEADER}(十万元)\n{ROW}",
    "below the table, against the line above": f"单位：元,,\n{HEADER}\n{ROW}\n注：金额单位：万元,,",
}


def read(folder: Path, text: str) -> Intake:
    (folder / "支付明细.csv").write_text(text + "\n", encoding="utf-8")
    return read_county(Parameters(county="110101", name="测试县", data=folder))


@pytest.mark.parametrize("name", IN_TEN_THOUSANDS)
def test_a_unit_is_found_wherever_it_is_written(name: str, tmp_path: Path) -> None:
    intake = read(tmp_path, IN_TEN_THOUSANDS[name])
    assert intake.tables["payments"]["amount"].to_pylist() == [Decimal("125000.00")]
    assert not any("没有写明" in note.message for *_, note in intake.notes)


@pytest.mark.parametrize("name", IN_DOUBT)
def test_a_unit_in_doubt_stops_the_column(name: str, tmp_path: Path) -> None:
    intake = read(tmp_path, IN_DOUBT[name])
    assert intake.tables["payments"].num_rows == 0
    assert all("金额单位不明" in reason for reason in intake.rejects["reason"].to_pylist())


@pytest.mark.parametrize(
    "line", ["编制单位：伽师县财政局,,", "支付明细（2022年度）,,", "下达资金500万元的通知,,", "单位：元坝区财政局,,"]
)
def test_what_is_no_unit_is_none(line: str, tmp_path: Path) -> None:
    intake = read(tmp_path, f"{line}\n{HEADER}\n{ROW}")
    assert intake.tables["payments"]["amount"].to_pylist() == [Decimal("12.50")]
    assert any("没有写明金额单位" in note.message for *_, note in intake.notes)


@pytest.mark.parametrize("header", ["退出日期(脱贫时间)", "退出日期（风险消除）"])
def test_a_bracket_that_changes_a_column_is_not_passed_over(header: str, tmp_path: Path) -> None:
    text = f"证件号码,姓名,{header}\n653129198003150011,张三,2020-12-31\n"
    (tmp_path / "帮扶对象名册.csv").write_text(text, encoding="utf-8")
    intake = read_county(Parameters(county="110101", name="测试县", data=tmp_path))
    assert intake.tables["beneficiaries"]["exited_on"].to_pylist() == [None]
    assert intake.tables["beneficiaries"]["extra"].to_pylist() == [[(header, "2020-12-31")]]


FORMATS = [
    ("支付金额", 12.5, '0.00"万元"', "125000.00"),
    ("支付金额(万元)", 150800, '#,##0.00"元"', "150800.00"),
    ("支付金额(元)", 150800, '#,##0.00"元"', "150800.00"),
    ("支付金额(千元)", 150800, "#,##0.0,", None),
    ("支付金额(元)", 125000, '0!.0000"万元"', None),
    ("支付金额(元)", 1234.5, "#,##0.00", "1234.50"),
    ("支付金额(元)", 1234.5, "¥#,##0.00;[Red]¥-#,##0.00", "1234.50"),
]


@pytest.mark.parametrize(("header", "value", "form", "amount"), FORMATS)
def test_a_unit_that_a_cells_format_shows_is_the_cells_own(
    header: str, value: float, form: str, amount: str | None, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "支付明细"
    book.active.append(["支付凭证号", "支付日期", header])
    book.active.append(["P1", "2022-01-05", value])
    book.active["C2"].number_format = form
    book.save(tmp_path / "台账.xlsx")
    intake = read_county(Parameters(county="110101", name="测试县", data=tmp_path))
    assert [str(a) for a in intake.tables["payments"]["amount"].to_pylist()] == ([amount] if amount else [])


@pytest.mark.parametrize(
    ("header", "cells", "ratios"),
    [
        ("形象进度(%)", [(0.85, "0%"), (1, "0%")], ["0.85000000", "1.00000000"]),
        ("形象进度", [(0.45, "0%"), (1.05, "0%")], ["0.45000000", "None"]),
        ("形象进度", [(0.45, "0.00%"), ("80", "@")], ["0.45000000", "0.80000000"]),
        ("形象进度", [(0.45, "General"), (0.5, "0.0")], ["0.45000000", "0.50000000"]),
    ],
)
def test_a_percentage_that_a_format_shows_is_one(header: str, cells: list, ratios: list[str], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "项目库"
    book.active.append(["项目编号", "项目名称", header])
    for k, (value, form) in enumerate(cells, 2):
        book.active.append([f"XM{k}", "甲", value])
        book.active.cell(k, 3).number_format = form
    book.save(tmp_path / "台账.xlsx")
    intake = read_county(Parameters(county="110101", name="测试县", data=tmp_path))
    assert [str(r) for r in intake.tables["projects"]["physical_progress"].to_pylist()] == ratios


@pytest.mark.parametrize("header", ["金额（亿万元）", "金额（万亿元）"])
def test_a_unit_that_nobody_uses_is_not_taken_for_its_last_part(header: str) -> None:
    """亿万元 was read as 万元, 万亿元 as 亿元; neither is a unit of the contract, and neither is guessed."""
    (unit,) = units_in(fold(header))
    assert unit == header[3:-1]
    assert unit not in UNITS
