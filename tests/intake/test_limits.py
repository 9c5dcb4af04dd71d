"""Files of absurd size are refused before a parser sees them; a database can only be read; odd names do nothing."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from fundaudit.intake import Intake, IntakeError, read_county
from fundaudit.intake.readers.spreadsheet import _panics_unsaid
from fundaudit.parameters import Limits, Parameters, Settings, Source

PAY = ["支付凭证号", "支付日期", "支付金额(元)"]


def read(folder: Path, limits: Limits | None = None, **sources: list[Source]) -> Intake:
    settings = Settings(limits=limits or Limits())
    return read_county(Parameters(county="110101", name="测试县", data=folder, settings=settings, sources=sources))


def book(path: Path, row: int, column: int) -> None:
    """Two payments, and one more cell far away."""
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("支付明细")
    sheet.write_row(0, 0, PAY)
    sheet.write_row(1, 0, ["P1", "2022-03-05", "1"])
    sheet.write_string(row, column, "x")
    workbook.close()


@pytest.mark.parametrize(("row", "column", "setting"), [(1_048_575, 100, "cells"), (5, 16_383, "columns")])
def test_a_cell_far_away_is_no_area_to_read(tmp_path: Path, row: int, column: int, setting: str) -> None:
    book(tmp_path / "支付明细.xlsx", row, column)
    with pytest.raises(IntakeError, match=rf"支付明细.xlsx.*settings.limits.{setting}"):
        read(tmp_path)


def test_a_sheet_of_a_million_empty_rows_is_read(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(str(tmp_path / "支付明细.xlsx"), {"constant_memory": True})
    sheet, blank = workbook.add_worksheet("支付明细"), workbook.add_format({"bold": True})
    sheet.write_row(0, 0, PAY)
    sheet.write_row(1, 0, ["P1", "2022-03-05", "1"])
    for row in range(2, 200_000):
        sheet.write_blank(row, 0, None, blank)
    workbook.close()
    assert read(tmp_path).tables["payments"].num_rows == 1


def test_what_unpacks_to_too_much_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "支付明细.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"a" * 5_000_000)
    with pytest.raises(IntakeError, match=r"解压后有 5 MB，超过 1 MB.*unpacked_mb"):
        read(tmp_path, Limits(unpacked_mb=1))


def test_a_file_above_the_limit_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "支付明细.csv").write_bytes(b"x" * 1_100_000)
    with pytest.raises(IntakeError, match=r"文件有 1 MB，超过 1 MB.*file_mb"):
        read(tmp_path, Limits(file_mb=1))


def test_a_text_of_a_thousand_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "支付明细.csv").write_text(",".join(PAY + ["x"] * 1000) + "\n", encoding="utf-8")
    with pytest.raises(IntakeError, match=r"settings\.limits\.columns"):
        read(tmp_path)


def test_sqlite_is_read_and_cannot_be_written_or_made(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with sqlite3.connect(data / "a.db") as connection:
        connection.execute("CREATE TABLE p (v TEXT, d TEXT, a TEXT)")
        connection.execute("INSERT INTO p VALUES ('P1', '2022-03-05', '1')")
    query = "SELECT v AS 支付凭证号, d AS 支付日期, a AS 支付金额 FROM p"
    before = (data / "a.db").read_bytes()
    assert read(data, payments=[Source(url="sqlite:///a.db", query=query)]).tables["payments"].num_rows == 1
    for bad in ("WITH x AS (SELECT 1) INSERT INTO p VALUES ('P2', '', '')", "WITH x AS (SELECT 1) DELETE FROM p"):
        with pytest.raises(IntakeError):
            read(data, payments=[Source(url="sqlite:///a.db", query=bad)])
    assert (data / "a.db").read_bytes() == before
    with pytest.raises(IntakeError, match="不存在"):
        read(data, payments=[Source(url="sqlite:///wrong.db", query=query)])
    assert not (data / "wrong.db").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows 的文件名没有编码")
def test_a_name_in_another_encoding_is_read_and_shown(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/" + "支付明细.csv".encode("gbk")
    with open(raw, "wb") as stream:
        stream.write("支付凭证号,支付日期,支付金额(元)\nP1,2022-03-05,1\n".encode())
    intake = read(tmp_path)
    assert [f.file for f in intake.files] == ["支付明细.csv"]


def test_control_characters_in_names_and_headers_reach_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "支付明细\x1b[31m.csv").write_text(
        "支付凭证号,支付日期,支付金额(元),[red]\x1b[2J\nP1,2022-03-05,1,x\n", encoding="utf-8"
    )
    intake = read(tmp_path)
    said = [*intake.unused, *(u.place for u in intake.unread), *(f.file for f in intake.files)]
    assert said and not any("\x1b" in text for text in said)


def test_an_error_about_headers_shows_no_data(tmp_path: Path) -> None:
    text = "产业补助,张三丰,653129198003150011,6222000000000000017,100.00\n产业补助,李四光,653129197507221026,6222000000000000025,2\n"
    (tmp_path / "到人到户补助资金发放表.csv").write_text(text, encoding="utf-8")
    with pytest.raises(IntakeError) as stop:
        read(tmp_path)
    assert not any(word in str(stop.value) for word in ("张三丰", "李四光", "653129198003150011", "6222"))


def test_what_a_parser_writes_to_the_process_own_stderr_is_not_shown(capfd) -> None:
    with _panics_unsaid():
        os.write(2, b"thread '<unnamed>' panicked")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"
