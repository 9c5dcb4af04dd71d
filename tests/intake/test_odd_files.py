"""Files that other people's programs and habits make: each was once misread without a word. What must be read is worked out by hand."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from typer.testing import CliRunner

from fundaudit.cli import app
from fundaudit.intake import Intake, IntakeError, read_county
from fundaudit.parameters import Parameters

ID = ("653129198003150011", "653129197001010029", "653129196502020036")
HOUSE = ["补助项目", "姓名", "身份证号", "金额（元）"]
PAID = ["支付凭证号", "支付日期", "支付金额（元）"]


def read(folder: Path) -> Intake:
    return read_county(Parameters(county="110101", name="测试县", data=folder))


def rows(intake: Intake, table: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(str(row[c]) for c in columns) for row in intake.tables[table].to_pylist()] if table in intake.tables else []


def write(path: Path, *lines: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)


def book(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    """A cell may be (value, number format)."""
    workbook = xlsxwriter.Workbook(str(path))
    for name, lines in sheets.items():
        sheet = workbook.add_worksheet(name)
        for i, line in enumerate(lines):
            for j, value in enumerate(line):
                if isinstance(value, tuple):
                    sheet.write(i, j, value[0], workbook.add_format({"num_format": value[1]}))
                else:
                    sheet.write(i, j, value)
    workbook.close()


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("80岁以上老人生存认证表", [["姓名", "身份证号", "是否健在", "死亡日期"], ["张三", ID[0], "是", ""], ["李四", ID[1], "否", "2022-03-05"]]),
        ("人口信息核查表", [["姓名", "身份证号", "死亡日期"], ["张三", ID[0], ""], ["王五", ID[2], ""], ["李四", ID[1], "2022-03-05"]]),
        ("非财政供养人员证明名单", [["姓名", "身份证号"], ["张三", ID[0]]]),
        ("未参加养老金人员名单", [["姓名", "身份证号"], ["张三", ID[0]]]),
        ("村干部入户走访记录", [["姓名", "身份证号"], ["张三", ID[0]]]),
    ],
)  # fmt: skip
def test_a_list_that_a_word_turns_round_is_never_taken_for_the_list(
    tmp_path: Path, monkeypatch, name: str, lines: list[list[str]]
) -> None:
    (tmp_path / "data").mkdir()
    write(tmp_path / "data" / f"{name}.csv", *lines)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["init", "110101", "data", "--yes"])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "parameters" / "110101.yaml").read_text(encoding="utf-8")
    assert not [line for line in text.splitlines() if "名单类别" in line and not line.startswith("#")], text
    assert rows(read(tmp_path / "data"), "registers", "register") == []


def test_a_summary_beside_its_villages_is_not_counted_until_somebody_says_so(tmp_path: Path) -> None:
    head = [["2022年3月护林员补助发放表"], ["补助项目", "姓名", "身份证号", "金额（元）"]]
    one, two = ["护林员补助", "张三", ID[0], "500"], ["护林员补助", "李四", ID[1], "500"]
    book(tmp_path / "到人到户补助资金发放表.xlsx", {"汇总": [*head, one, two], "甲村": [*head, one], "乙村": [*head, two]})
    intake = read(tmp_path)
    assert rows(intake, "household_payments", "name", "amount") == [("张三", "500.00"), ("李四", "500.00")]
    assert [(u.place, "汇总" in u.why) for u in intake.unread] == [("到人到户补助资金发放表.xlsx［汇总］", True)]


def test_an_older_draft_in_the_same_workbook(tmp_path: Path) -> None:
    one, two = ["护林员补助", "张三", ID[0], "500"], ["护林员补助", "李四", ID[1], "600"]
    book(tmp_path / "到人到户补助资金发放表.xlsx", {"Sheet1": [HOUSE, one], "Sheet1 (2)": [HOUSE, one, two]})
    intake = read(tmp_path)
    assert rows(intake, "household_payments", "name") == [("张三",), ("李四",)]
    assert [u.place for u in intake.unread] == ["到人到户补助资金发放表.xlsx［Sheet1］"]


@pytest.mark.parametrize(
    "line",
    ["填表日期：2022年12月5日", "公示时间：2022年12月1日至2022年12月7日", "# 导出时间: 2022-12-31", "根据县财政局2021年11月文件"],
)
def test_the_day_of_a_paper_is_no_month_of_payment(tmp_path: Path, line: str) -> None:
    write(tmp_path / "到人到户补助资金发放表.csv", [line], HOUSE, ["护林员补助", "张三", ID[0], "500"])
    assert rows(read(tmp_path), "household_payments", "period", "paid_on") == [("None", "None")]


def test_a_file_printed_on_a_day_is_no_month_of_payment(tmp_path: Path) -> None:
    write(tmp_path / "到人到户补助资金发放表（2022年12月5日打印）.csv", HOUSE, ["护林员补助", "张三", ID[0], "500"])
    assert rows(read(tmp_path), "household_payments", "period") == [("None",)]


def test_rows_above_a_wider_second_header_are_not_lost(tmp_path: Path) -> None:
    wider = ["补助项目", "姓名", "身份证号", "银行账号", "金额（元）"]
    lines = [
        HOUSE,
        ["甲补助", "张三", ID[0], "5"],
        ["甲补助", "李四", ID[1], "6"],
        [""],
        wider,
        ["甲补助", "王五", ID[2], "6230", "7"],
    ]
    write(tmp_path / "到人到户补助资金发放表.csv", *lines)
    intake = read(tmp_path)
    read_or_rejected = rows(intake, "household_payments", "name", "amount"), intake.rejects["row"].to_pylist()
    assert read_or_rejected == ([("张三", "5.00"), ("李四", "6.00")], [6])


@pytest.mark.parametrize(
    "where", ["金额以万元为单位", "万元", "数额：万元", "（名称）", "注：表中金额均为万元", "说明：本表金额以万元计"]
)
def test_a_unit_is_found_in_whatever_form_it_is_written(tmp_path: Path, where: str) -> None:
    lines = [["项目编号", "项目名称", "计划投资"], ["X1", "道路", "12.5"]]
    above, below = ([[where]], []) if not where.startswith(("注", "说明", "（")) else ([], [[where]] if where[0] != "（" else [])
    write(tmp_path / ("项目库（万元）.csv" if where[0] == "（" else "项目库.csv"), *above, *lines, *below)
    assert rows(read(tmp_path), "projects", "planned_amount") == [("125000.00",)]


@pytest.mark.parametrize("unit", ["元/月", "元/年", "元/人·月", "元/箱", "元/户", "元/平米", "元/m²", "元/人"])
def test_a_rate_is_no_amount(tmp_path: Path, unit: str) -> None:
    write(
        tmp_path / "到人到户补助资金发放表.csv",
        ["补助项目", "姓名", "身份证号", f"补助金额（{unit}）", "数量", "合计（元）"],
        ["护林员补助", "张三", ID[0], "800", "12", "9600"],
    )
    with pytest.raises(IntakeError, match="缺少必需的列 金额"):
        read(tmp_path)


def test_an_amount_per_person_is_the_amount_where_nothing_stands_beside_it(tmp_path: Path) -> None:
    write(
        tmp_path / "到人到户补助资金发放表.csv",
        ["补助项目", "姓名", "身份证号", "补助金额（元/人）"],
        ["护林员补助", "张三", ID[0], "800"],
    )
    assert rows(read(tmp_path), "household_payments", "amount") == [("800.00",)]


@pytest.mark.parametrize("amount", ["500①", "500²", "100    200"])
def test_a_footnote_mark_is_no_digit(tmp_path: Path, amount: str) -> None:
    write(
        tmp_path / "支付明细.csv",
        PAID,
        ["P1", "2022-03-05", amount],
        ["P2", "2022-03-1①", "5"],
        ["P3②", "2022-03-05", "5"],
        ["P4", "２０２２-03-05", "６"],
    )
    intake = read(tmp_path)
    assert rows(intake, "payments", "payment_id", "amount") == [("P4", "6.00")]
    assert intake.rejects["row"].to_pylist() == [2, 3, 4]


@pytest.mark.parametrize("name", ["过次页", "承前页", "计", "总数", "东风镇计", "平均", "20人", "20"])
def test_a_carried_over_sum_is_no_person(tmp_path: Path, name: str) -> None:
    write(tmp_path / "到人到户补助资金发放表.csv", HOUSE, ["甲补助", "张三", ID[0], "5"], ["甲补助", name, "", "5"])
    assert rows(read(tmp_path), "household_payments", "name") == [("张三",)]


def test_a_second_header_that_counts_people_heads_no_people(tmp_path: Path) -> None:
    write(
        tmp_path / "到人到户补助资金发放表.csv",
        ["补助项目", "姓名", "金额（元）"],
        ["甲补助", "张三", "5"],
        ["补助项目", "人数", "金额"],
        ["甲补助", "城关镇", "10000"],
    )
    intake = read(tmp_path)
    assert rows(intake, "household_payments", "name") == [("张三",)] and intake.rejects["row"].to_pylist() == [4]


def test_a_month_or_a_year_that_a_format_shows_is_no_day(tmp_path: Path) -> None:
    serial = 44621  # 2022-03-01
    book(
        tmp_path / "支付明细.xlsx",
        {"Sheet1": [PAID, ["P1", (serial, 'yyyy"年"m"月"'), 5], ["P2", (44562, "yyyy"), 5], ["P3", (serial, "yyyy-mm-dd"), 5]]},
    )
    book(
        tmp_path / "外部比对名单.xlsx",
        {"Sheet1": [["名单类别", "姓名", "身份证号", "死亡日期"], ["死亡", "张三", ID[0], (44562, "yyyy")]]},
    )
    intake = read(tmp_path)
    assert rows(intake, "payments", "payment_id", "paid_on") == [("P3", "2022-03-01")]
    assert rows(intake, "registers", "since") == [("None",)]


@pytest.mark.parametrize(
    ("text", "day"),
    [("2022-03-04T16:00:00.000Z", "2022-03-05"), ("2022-03-04T16:00:00+0000", "2022-03-05"), ("2022-03-05T00:00:00+08:00", "2022-03-05"), ("2022-03-05T00:00:00Z", "2022-03-05"), ("2022-03-05T08:00:00+09:00", "2022-03-05"), ("2022-03-05 00:30:00+09:00", "2022-03-04")],
)  # fmt: skip
def test_an_instant_of_another_zone_is_the_day_that_it_is_here(tmp_path: Path, text: str, day: str) -> None:
    write(tmp_path / "支付明细.csv", PAID, ["P1", text, "5"])
    assert rows(read(tmp_path), "payments", "paid_on") == [(day,)]


def test_parquet_of_other_programs(tmp_path: Path) -> None:
    """16:00 UTC is the next day's midnight; single precision has seven digits; bytes may be GBK."""
    days = pa.array([1646409600_000000] * 3, pa.timestamp("us", tz="UTC"))  # 2022-03-04 16:00 UTC
    payees = pa.array(["某某公司".encode("gbk")] * 3, pa.binary())
    amounts = pa.array(np.array([1234567.89, 12345.67, 200000], np.float32))
    table = pa.table({"支付凭证号": ["P1", "P2", "P3"], "支付日期": days, "支付金额（元）": amounts, "收款方名称": payees})
    pq.write_table(table, tmp_path / "支付明细.parquet")
    intake = read(tmp_path)
    assert rows(intake, "payments", "payment_id", "paid_on", "amount", "payee_name") == [
        ("P2", "2022-03-05", "12345.67", "某某公司"),
        ("P3", "2022-03-05", "200000.00", "某某公司"),
    ]
    assert intake.rejects["row"].to_pylist() == [1]


def test_a_percentage_is_no_number_of_an_indicator(tmp_path: Path) -> None:
    book(
        tmp_path / "绩效目标与监控.xlsx",
        {"Sheet1": [["项目编号", "年度", "绩效指标", "指标值", "完成值"], ["X1", "2022", "完工率", (0.95, "0%"), 90]]},
    )
    assert rows(read(tmp_path), "performance", "target", "actual") == [("None", "90.000000")]


def test_the_heads_number_is_nobody_elses(tmp_path: Path) -> None:
    write(
        tmp_path / "到人到户补助资金发放表.csv",
        ["补助项目", "户主姓名", "户主身份证号", "领款人", "金额（元）"],
        ["甲补助", "张三", ID[0], "李四", "500"],
    )
    assert rows(read(tmp_path), "household_payments", "name", "id_number") == [("李四", "None")]
    write(
        tmp_path / "到人到户补助资金发放表.csv",
        ["补助项目", "户主姓名", "户主身份证号", "金额（元）"],
        ["甲补助", "张三", ID[0], "500"],
    )
    assert rows(read(tmp_path), "household_payments", "name", "id_number") == [("张三", ID[0])]


def test_an_archive_with_the_other_slashes_keeps_its_formats(tmp_path: Path) -> None:
    book(tmp_path / "a.xlsx", {"支付明细": [["支付凭证号", "支付日期", "支付金额"], ["P1", "2022-03-05", (12.5, '0.0"万元"')]]})
    out = io.BytesIO()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo("x")
            info.filename = name.replace("/", "\\")
            new.writestr(info, old.read(name))
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    assert rows(read(tmp_path), "payments", "amount") == [("125000.00",)]


@pytest.mark.parametrize(
    ("form", "amount"),
    [
        ('0.00"百万"', None),  # a scale that no unit of the field bears: refused
        ('0.00"千万"', None),
        ('0.00"百元"', None),
        ('0.0"千"', None),
        ("[$$-409]#,##0.00", None),
        ("[$¥-804]#,##0.00", "125.00"),
        ('0.00;-0.00"万元"', "125.00"),
        ('0.00"万元";-0.00', "1250000.00"),
    ],
)
def test_a_format_is_read_whole(tmp_path: Path, form: str, amount: str | None) -> None:
    book(tmp_path / "支付明细.xlsx", {"Sheet1": [["支付凭证号", "支付日期", "支付金额"], ["P1", "2022-03-05", (125, form)]]})
    assert rows(read(tmp_path), "payments", "amount") == ([(amount,)] if amount else [])


def test_two_people_in_one_cell_are_not_one(tmp_path: Path) -> None:
    write(
        tmp_path / "到人到户补助资金发放表.csv",
        HOUSE,
        ["甲补助", "张三\n李四", f"{ID[0]}\n{ID[1]}", "1000"],
        ["甲补助", "王五", "653129-19800315-0011", "5"],
        ["甲补助", "赵六", "65312919800315001Х", "5"],
    )
    intake = read(tmp_path)
    assert rows(intake, "household_payments", "id_number") == [("None",), (ID[0],), ("65312919800315001X",)]
    assert any("几个号码" in note.message for *_, note in intake.notes)


def test_a_month_without_its_zero_is_a_month_where_it_can_be_no_other(tmp_path: Path) -> None:
    """2020.5 is May; 2020.1 may be January or a October that lost its zero."""
    lines = [["名单类别", "姓名", "身份证号", "死亡日期"], ["死亡", "张三", ID[0], "2020.5"], ["死亡", "李四", ID[1], "2020.1"]]
    write(tmp_path / "外部比对名单.csv", *lines)
    assert rows(read(tmp_path), "registers", "since", "since_end") == [("2020-05-01", "2020-05-31"), ("None", "None")]
