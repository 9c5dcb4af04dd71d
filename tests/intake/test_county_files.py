"""Whole files through intake: encodings, headers, units, totals, keys, rejects. Expected values worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from fundaudit.intake import Intake, IntakeError, read_county
from fundaudit.parameters import Parameters, Source

PAYMENTS = """支付明细
单位：万元
凭证号,付款日期,支付金额,项目编码,备注
P1,2022.3.5,1508.001713,X1,
P1,2022年3月6日,"1,000",X1,第二行

P2,20220307,-5,X2,
合 计,,2503.001713,,
"""


def read(folder: Path, **sources: Source) -> Intake:
    return read_county(Parameters(county="110101", name="测试县", data=folder, sources=sources))


def write(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return folder


def amounts(intake: Intake, table: str = "payments") -> list[tuple]:
    return [(r["payment_id"], r["line_no"], r["paid_on"], r["amount"]) for r in intake.tables[table].to_pylist()]


EXPECTED = [
    ("P1", 1, dt.date(2022, 3, 5), Decimal("15080017.13")),
    ("P1", 2, dt.date(2022, 3, 6), Decimal("10000000.00")),
    ("P2", 1, dt.date(2022, 3, 7), Decimal("-50000.00")),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_encodings_titles_units_and_totals(tmp_path: Path, encoding: str) -> None:
    intake = read(write(tmp_path, "支付明细.csv", PAYMENTS, encoding))
    assert amounts(intake) == EXPECTED
    (file,) = intake.files
    assert (file.read, file.accepted, file.rejected, file.totals) == (4, 3, 0, 1)
    ((_, _, _, total),) = intake.printed
    assert (total.printed, total.recomputed) == (Decimal("25030017.13"), Decimal("25030017.13"))
    assert intake.tables["payments"]["extra"].to_pylist()[1] == [("备注", "第二行")]
    assert any(note.column == "备注" for *_, note in intake.notes)


def test_a_workbook_and_parquet_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    book = xlsxwriter.Workbook(str(tmp_path / "a" / "台账.xlsx"))
    sheet = book.add_worksheet("支付明细")
    sheet.write_row(0, 0, ["单位：万元"])
    sheet.write_row(1, 0, ["支付凭证号", "支付日期", "支付金额"])
    date = book.add_format({"num_format": "yyyy/m/d"})
    for i, (key, day, amount) in enumerate(
        [("P1", dt.date(2022, 3, 5), 1508.001713), ("P1", dt.date(2022, 3, 6), 1000), ("P2", dt.date(2022, 3, 7), -5)]
    ):
        sheet.write_string(2 + i, 0, key)
        sheet.write_datetime(2 + i, 1, dt.datetime.combine(day, dt.time()), date)
        sheet.write_number(2 + i, 2, amount)
    book.close()
    assert amounts(read(tmp_path / "a")) == EXPECTED
    (tmp_path / "b").mkdir()
    table = pa.table({"payment_id": ["P1", "P1", "P2"], "paid_on": [e[2] for e in EXPECTED], "amount": [e[3] for e in EXPECTED]})
    pq.write_table(table, tmp_path / "b" / "payments.parquet")
    assert amounts(read(tmp_path / "b")) == EXPECTED


def test_the_cells_own_unit_comes_first(tmp_path: Path) -> None:
    text = "单位：万元\n支付凭证号,支付日期,支付金额\nP1,2022-01-05,3\nP2,2022-01-05,3元\nP3,2022-01-05,0.5亿元\n"
    assert [a[3] for a in amounts(read(write(tmp_path, "payments.csv", text)))] == [
        Decimal(30000),
        Decimal(3),
        Decimal(50_000_000),
    ]


@pytest.mark.parametrize(("line", "source"), [("单位：元\n", {}), ("", {"payments": Source(unit="元")})])
def test_a_header_that_contradicts_rejects_the_columns_rows(tmp_path: Path, line: str, source: dict) -> None:
    text = line + "支付凭证号,支付日期,支付金额（万元）\nP1,2022-01-05,3\n"
    intake = read(write(tmp_path, "payments.csv", text), **source)
    assert intake.tables["payments"].num_rows == 0
    assert "矛盾" in intake.rejects["reason"][0].as_py()


def test_without_any_unit_it_is_yuan_and_logged(tmp_path: Path) -> None:
    intake = read(write(tmp_path, "payments.csv", "支付凭证号,支付日期,支付金额\nP1,2022-01-05,3\n"))
    assert amounts(intake)[0][3] == Decimal("3.00")
    assert any("按 元 读取" in note.message for *_, note in intake.notes)


def test_an_amount_finer_than_a_cent_is_rounded_and_kept(tmp_path: Path) -> None:
    intake = read(write(tmp_path, "payments.csv", "支付凭证号,支付日期,支付金额(万元)\nP1,2022-01-05,0.0000005\n"))
    row = intake.tables["payments"].to_pylist()[0]
    assert row["amount"] == Decimal("0.01")
    assert ("amount", "0.0000005") in row["raw"]


def test_rejects_say_where_what_and_why_and_keep_what_is_readable(tmp_path: Path) -> None:
    text = "支付凭证号,支付日期,支付金额,项目编号\nP1,2022-02-30,34.568.64,X1\n,2022-01-05,1,X2\n"
    rejects = read(write(tmp_path, "payments.csv", text)).rejects.to_pylist()
    first, second = rejects
    assert (first["file"], first["row"], first["column"], first["found"]) == (
        "payments.csv",
        2,
        "支付日期、支付金额",
        "2022-02-30；34.568.64",
    )
    assert dict(first["readable"]) == {"payment_id": "P1", "line_no": "1", "project_id": "X1"}
    assert "34.568.64" in first["row_as_read"]
    assert (second["row"], second["column"]) == (3, "支付凭证号")
    assert "为空" in second["reason"]


def test_a_missing_column_stops_the_county_by_name(tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as stop:
        read(write(tmp_path, "支付明细.csv", "凭证号,日子,支付金额\nP1,2022-01-05,3\n"))
    for word in ("支付明细.csv", "支付日期", "paid_on", "日子", "sources"):
        assert word in str(stop.value)


def test_parameters_map_a_header_and_a_file(tmp_path: Path) -> None:
    write(tmp_path, "导出.csv", "凭证号,日子,支付金额\nP1,2022-01-05,3\n")
    intake = read(tmp_path, payments=Source(file="导出.csv", headers={"日子": "paid_on"}, unit="万元"))
    assert amounts(intake) == [("P1", 1, dt.date(2022, 1, 5), Decimal("30000.00"))]


def test_two_headers_for_one_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="项目编号、项目编码"):
        read(write(tmp_path, "payments.csv", "支付凭证号,支付日期,支付金额,项目编号,项目编码\nP1,2022-01-05,3,A,B\n"))


def test_keys_that_occur_twice(tmp_path: Path) -> None:
    text = "指标编号,资金名称,预算年度,收到日期,指标金额\nA,甲,2022,2022-01-05,1\nA,甲,2022,2022-01-05,1\nB,乙,2022,2022-01-05,1\nB,乙,2022,2022-01-05,2\nC,丙,2022,2022-01-05,1\n"
    intake = read(write(tmp_path, "indicators.csv", text))
    assert intake.tables["indicators"]["indicator_id"].to_pylist() == ["A", "C"]
    reasons = [(r["row"], r["reason"][:4]) for r in intake.rejects.to_pylist()]
    assert reasons == [(3, "重复行："), (4, "主键冲突"), (5, "主键冲突")]


LINES = "发放序号,补助项目,姓名,证件号码,金额,发放月份,发放日期,支付凭证号\n"


def test_line_numbers_that_restart_are_made_from_the_place(tmp_path: Path) -> None:
    text = (
        LINES
        + "1,甲,张三,,1,2022-03,2022-03-01,\n2,甲,李四,,1,2022-03,2022-03-01,\n1,甲,王五,,1,2022-03,2022-03-01,\n2,甲,李四,,1,2022-03,2022-03-01,\n,甲,赵六,,1,2022-03,2022-03-01,\n"
    )
    intake = read(write(tmp_path, "household_payments.csv", text))
    ids = intake.tables["household_payments"]["line_id"].to_pylist()
    assert ids == ["household_payments.csv第2行", "2", "household_payments.csv第4行", "household_payments.csv第6行"]
    assert [r["row"] for r in intake.rejects.to_pylist()] == [5]  # alike in every column: one row


def test_a_household_line_takes_its_payments_date_else_the_end_of_its_period(tmp_path: Path) -> None:
    write(tmp_path, "payments.csv", "支付凭证号,支付日期,支付金额\nV1,2022-05-20,3\n")
    write(
        tmp_path,
        "household_payments.csv",
        LINES + "1,甲,张三,,1,2022-02,2022-03-01,V1\n2,甲,李四,,1,2022-02,,V1\n3,甲,王五,,1,2022-02,,\n4,甲,赵六,,1,,,\n",
    )
    days = read(tmp_path).tables["household_payments"]["paid_on"].to_pylist()
    assert days == [dt.date(2022, 3, 1), dt.date(2022, 5, 20), dt.date(2022, 2, 28), None]


def test_an_id_held_as_a_number_is_suspect_and_its_padding_is_kept(tmp_path: Path) -> None:
    tmp_path.mkdir(exist_ok=True)
    book = xlsxwriter.Workbook(str(tmp_path / "帮扶对象名册.xlsx"))
    sheet = book.add_worksheet("Sheet1")
    sheet.write_row(0, 0, ["证件号码", "姓名", "户编号"])
    sheet.write_number(1, 0, 110105194912310021)
    sheet.write_string(1, 1, "张三")
    sheet.write_number(1, 2, 42, book.add_format({"num_format": "000000"}))
    sheet.write_row(2, 0, ["11010519491231002X", "李四", "000043"])
    book.close()
    first, second = read(tmp_path).tables["beneficiaries"].to_pylist()
    assert first["suspect"] == ["id_number", "household_id"]
    assert first["household_id"] == "000042"
    assert second["suspect"] == [] and second["household_id"] == "000043"


def test_ragged_rows_and_broken_quotes(tmp_path: Path) -> None:
    intake = read(
        write(tmp_path, "payments.csv", "支付凭证号,支付日期,支付金额\nP1,2022-01-05\nP2,2022-01-05,3,4\nP3,2022-01-05,5\n")
    )
    assert [r["row"] for r in intake.rejects.to_pylist()] == [2, 3]
    with pytest.raises(IntakeError, match="第 3 行"):
        read(write(tmp_path, "payments.csv", '支付凭证号,支付日期,支付金额\nP1,2022-01-05,5\nP2,"2022-01-05,3\n'))


def test_files_that_cannot_be_opened_say_so(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"台账\.xlsx.*Excel"):
        read(write(tmp_path, "台账.xlsx", b"PK\x03\x04 half a workbook"))
    (tmp_path / "台账.xlsx").unlink()
    with pytest.raises(IntakeError, match="UTF-8"):
        read(write(tmp_path, "payments.csv", b"\xff\xfe\xff\xff\x81"))
    (tmp_path / "payments.csv").unlink()
    with pytest.raises(IntakeError, match="Parquet"):
        read(write(tmp_path, "payments.parquet", b"PAR1"))


def test_unknown_files_and_sheets_are_named(tmp_path: Path) -> None:
    write(tmp_path, "说明.docx", b"x")
    write(tmp_path, "其他.csv", "a,b\n1,2\n")
    write(tmp_path, "payments.csv", "支付凭证号,支付日期,支付金额\nP1,2022-01-05,5\n")
    assert read(tmp_path).unused == ["其他.csv", "说明.docx"]


def test_ratios_of_a_column_are_read_alike(tmp_path: Path) -> None:
    text = "项目编号,项目名称,形象进度\nA,甲,85\nB,乙,0.5\nC,丙,100\n"
    progress = read(write(tmp_path, "projects.csv", text)).tables["projects"]["physical_progress"].to_pylist()
    assert progress == [Decimal("0.85"), Decimal("0.005"), Decimal(1)]  # one value above 1: the column is percentages


def test_total_rows_with_other_cells_filled_are_totals(tmp_path: Path) -> None:
    write(tmp_path, "payments.csv", "支付凭证号,支付日期,支付金额\nP1,2022-01-05,5\n合计,2022-12-31,5\n")
    write(tmp_path, "household_payments.csv", LINES + "1,甲,张三,,1,2022-02,,\n,甲,小 计,,1,,,\n")
    intake = read(tmp_path)
    assert [f.totals for f in intake.files] == [1, 1]
    assert intake.tables["payments"].num_rows == intake.tables["household_payments"].num_rows == 1


@pytest.mark.parametrize("text", ["100\n20", "(-100)", "9999999999999999.995"])
def test_amounts_that_are_no_single_value_are_rejected(tmp_path: Path, text: str) -> None:
    intake = read(write(tmp_path, "payments.csv", f'支付凭证号,支付日期,支付金额\nP1,2022-01-05,"{text}"\n'))
    assert (intake.tables["payments"].num_rows, intake.rejects.num_rows) == (0, 1)


def test_the_same_voucher_in_two_files_is_one_payment(tmp_path: Path) -> None:
    text = "支付凭证号,支付日期,支付金额\nP1,2022-01-05,5\nP1,2022-01-05,5\n"
    write(tmp_path, "payments.csv", text)
    intake = read(write(tmp_path, "payments_old.csv", text))
    assert amounts(intake) == [("P1", 1, dt.date(2022, 1, 5), Decimal(5)), ("P1", 2, dt.date(2022, 1, 5), Decimal(5))]
    assert not intake.rejects.num_rows
    assert intake.copies == [("payments_old.csv", "payments.csv")], "the same bytes are used once, and said"
    intake = read(write(tmp_path, "payments_old.csv", text + "P2,2022-01-06,1\n"))
    assert [r["reason"][:3] for r in intake.rejects.to_pylist()] == ["重复行", "重复行"]


def test_line_numbers_are_made_past_those_that_are_given(tmp_path: Path) -> None:
    text = "支付凭证号,明细序号,支付日期,支付金额\nP1,2,2022-01-05,5\nP1,,2022-01-06,6\nP1,,2022-01-07,7\n"
    assert [a[1] for a in amounts(read(write(tmp_path, "payments.csv", text)))] == [2, 1, 3]


def test_a_pointed_file_gives_its_other_sheets_too(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "台账.xlsx"))
    for name, header, row in (
        ("导出", ["支付凭证号", "支付日期", "支付金额"], ["P1", "2022-01-05", "5"]),
        ("账户台账", ["账号", "账户性质"], ["A", "财政专户"]),
        ("其他", ["x"], ["y"]),
    ):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, row)
    book.close()
    intake = read(tmp_path, payments=Source(file="台账.xlsx", sheet="导出"))
    assert sorted(intake.tables) == ["accounts", "payments"]
    assert intake.unused == ["台账.xlsx［其他］"]


def test_columns_without_a_header_or_with_one_twice_are_kept(tmp_path: Path) -> None:
    text = "支付凭证号,支付日期,支付金额,备注,备注,\nP1,2022-01-05,5,甲,乙,丙\n"
    (extra,) = read(write(tmp_path, "payments.csv", text)).tables["payments"]["extra"].to_pylist()
    assert extra == [("备注", "甲"), ("备注（第 5 列）", "乙"), ("（第 6 列）", "丙")]


def test_lines_that_differ_in_an_unknown_column_are_not_alike(tmp_path: Path) -> None:
    text = "指标编号,资金名称,预算年度,收到日期,指标金额,批次\nA,甲,2022,2022-01-05,1,一\nA,甲,2022,2022-01-05,1,二\n"
    intake = read(write(tmp_path, "indicators.csv", text))
    assert [r["reason"][:4] for r in intake.rejects.to_pylist()] == ["主键冲突", "主键冲突"]


def test_headers_with_brackets_and_units_that_are_none(tmp_path: Path) -> None:
    write(tmp_path, "household_payments.csv", "补助项目,姓名,金额,补助数量（亩）\n甲,张三,1,2.5\n")
    write(tmp_path, "payments.csv", "支付凭证号,支付日期,支付金额(%)\nP1,2022-01-05,5\n")
    intake = read(tmp_path)
    assert intake.tables["household_payments"]["quantity"].to_pylist() == [Decimal("2.5")]
    assert intake.rejects.num_rows == 1


def test_parquet_of_another_contract_version_is_refused(tmp_path: Path) -> None:
    table = pa.table({"payment_id": ["P1"], "paid_on": [dt.date(2022, 1, 5)], "amount": ["5"]})
    pq.write_table(table.replace_schema_metadata({"contract_version": "99"}), tmp_path / "payments.parquet")
    with pytest.raises(IntakeError, match="99"):
        read(tmp_path)
