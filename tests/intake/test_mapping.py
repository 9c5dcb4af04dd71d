"""Which header goes where, and what is suggested where none does: never applied by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from conftest import fundaudit

from fundaudit.intake import IntakeError, read_county
from fundaudit.intake.files import handed_in
from fundaudit.intake.mapping import Mapped, map_files
from fundaudit.parameters import Parameters, read_parameters

FILES = {
    "支付明细.csv": "凭证号,付款时期,支付金额(万元),备注\nP1,2022-01-05,3,甲\nP2,2022.1.6,4.5,653129198003150011\n",
    "账户台账.csv": "账号,账户性质,销户\n6001,财政专户,昨天\n6002,零余额账户,653129198003150011\n",
    "导出b.csv": "账号,余额日期,余额\n6001,2022-01-01,5\n",
    "说明.txt": "x",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "parameters").mkdir()
    for name, text in FILES.items():
        (tmp_path / "data" / name).write_text(text, encoding="utf-8")
    parameters = 'county: "610327"\nname: 陇县\ndata: data\nas_of: 2022-12-31\n'
    (tmp_path / "parameters" / "610327.yaml").write_text(parameters, encoding="utf-8")
    return tmp_path


def county(home: Path) -> Parameters:
    return read_parameters(home / "parameters")[0]


def mapped_of(own: Parameters) -> Mapped:
    return map_files(handed_in(own, []), own)


def test_every_file_is_mapped_and_every_problem_named(home: Path) -> None:
    (home / "data" / "项目库.xlsx").write_bytes(b"no workbook")
    mapped = mapped_of(county(home))
    by_file = {m.file: m for m in mapped.sheets}
    assert set(by_file) == {"支付明细.csv", "账户台账.csv", "项目库.xlsx"}
    payments = by_file["支付明细.csv"]
    assert [(h, c.name) for h, c in payments.mapped] == [("凭证号", "payment_id"), ("支付金额(万元)", "amount")]
    assert [c.name for c in payments.missing] == ["paid_on"]
    assert {h: c.name for h, c in payments.suggested.sure.items()} == {"付款时期": "paid_on"}
    assert "备注" in payments.unknown
    assert by_file["账户台账.csv"].suggested.sure == {}, "销户 holds no dates"
    assert [(o.file, o.sure and o.sure.table.name) for o in mapped.open] == [("导出b.csv", "balances")]


def test_a_sheet_that_may_be_several_tables_is_asked_about(home: Path) -> None:
    (home / "data" / "导出2022.csv").write_text("支付凭证号,支付日期,支付金额\nP1,2022-01-05,3\n", encoding="utf-8")
    (own,) = (o for o in mapped_of(county(home)).open if o.file == "导出2022.csv")
    assert own.sure is None
    assert [like.table.name for like in own.likely] == ["payments", "platform_payments"]


@pytest.mark.parametrize(
    ("header", "cells", "column"),
    [
        ("截止时间", ["2022-01-05"], None),  # 起始日期 and 截止日期 are opposites of each other
        ("付款年月日", ["2022-01-05"], "paid_on"),
        ("付款年月日", ["张三"], None),  # no dates
        ("下达时间", ["2022-01-05"], None),  # no payment's day
    ],
)
def test_a_header_is_suggested_for_values_and_nouns_that_agree(
    tmp_path: Path, header: str, cells: list[str], column: str | None
) -> None:
    lines = "\n".join(f"P{k},{cell},1" for k, cell in enumerate(cells))
    (tmp_path / "支付明细.csv").write_text(f"支付凭证号,{header},支付金额\n{lines}\n", encoding="utf-8")
    (own,) = mapped_of(Parameters(county="110101", name="测试县", data=tmp_path)).sheets
    assert {h: c.name for h, c in own.suggested.sure.items()} == ({header: column} if column else {})


def test_nothing_is_mapped_by_similarity(home: Path) -> None:
    with pytest.raises(IntakeError, match="缺少必需的列 支付日期"):
        read_county(county(home))
    (home / "data" / "支付明细.csv").unlink()
    intake = read_county(county(home))
    assert set(intake.tables) == {"accounts"}, "导出b.csv only looks like 账户余额"
    assert [(u.place, u.table) for u in intake.unread] == [("导出b.csv", "balances")]
    assert intake.tables["accounts"]["closed_on"].null_count == 2


def test_all_files_that_stop_a_county_are_named_at_once(home: Path) -> None:
    (home / "data" / "账户台账.csv").write_text("账号\n1\n", encoding="utf-8")
    with pytest.raises(IntakeError) as stop:
        read_county(county(home))
    assert "支付明细.csv" in str(stop.value) and "账户台账.csv" in str(stop.value)


def test_validate_prints_a_block_that_works_when_it_takes_the_old_ones_place(home: Path) -> None:
    first = fundaudit("validate", "--verbose", cwd=home)
    assert first.returncode == 1
    assert "653129198003150011" not in first.stdout + first.stderr
    for word in ("付款时期", "可能是 支付日期", "缺少，必需", "账户余额", "备注"):
        assert word in first.stdout
    block = first.stdout[first.stdout.index("sources:") :].split("逐个表头")[0]
    assert set(yaml.safe_load(block)["sources"]) == {"支付明细", "账户余额"}
    with (home / "parameters" / "610327.yaml").open("a", encoding="utf-8") as stream:
        stream.write(block)
    second = fundaudit("validate", cwd=home)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "sources:" not in second.stdout
    tables = read_county(county(home)).tables
    assert {n: t.num_rows for n, t in tables.items()} == {"payments": 2, "accounts": 2, "balances": 1}
    assert str(tables["payments"]["amount"][0]) == "30000.00"


# --- a stranger's files, and what is never proposed ---


def people(folder: Path, name: str, header: str, row: str) -> None:
    (folder / name).write_text(f"{header}\n{row}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "header", "row", "table"),
    [
        ("名单.csv", "姓名,身份证号,死亡日期", "张三,653129198003150011,2021-01-01", "registers"),
        ("在编人员.csv", "姓名,身份证号,工作单位", "张三,653129198003150011,林业局", "registers"),
        ("三月.csv", "姓名,身份证号,补贴项目,补贴金额", "张三,653129198003150011,产业奖补,500", "household_payments"),
    ],
)
def test_other_lists_of_people_are_never_the_register(tmp_path: Path, name: str, header: str, row: str, table: str) -> None:
    people(tmp_path, name, header, row)
    intake = read_county(Parameters(county="110101", name="测试县", data=tmp_path))
    assert [u.table for u in intake.unread] == [table]


def test_a_name_and_a_number_alone_are_a_question(tmp_path: Path) -> None:
    people(tmp_path, "花名册.csv", "姓名,身份证号", "张三,653129198003150011")
    intake = read_county(Parameters(county="110101", name="测试县", data=tmp_path))
    assert {u.table for u in intake.unread} == {"beneficiaries", "registers"}


def test_a_skipped_file_is_waited_for_no_more(tmp_path: Path) -> None:
    people(tmp_path, "名单.csv", "姓名,身份证号,死亡日期", "张三,653129198003150011,2021-01-01")
    parameters = Parameters(county="110101", name="测试县", data=tmp_path, skip=["名单.csv"])
    assert read_county(parameters).unread == []


def test_sheets_of_townships_in_four_lines(tmp_path: Path) -> None:
    """file, sheet, values, from_sheet: the township stands in the sheet's name, the subsidy only in the title."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "发放.xlsx"))
    for township in ("东风镇", "天成镇", "封面"):
        sheet = book.add_worksheet(township)
        if township != "封面":
            for i, row in enumerate([["某县2022年3月产业奖补发放表"], ["姓名", "金额(元)"], ["张三", "5"]]):
                sheet.write_row(i, 0, row)
        else:
            sheet.write_string(0, 0, "产业奖补发放表汇总")
    book.close()
    text = """
  到人到户补助资金发放表:
    file: 发放.xlsx
    sheet: "*"
    values: {补助项目: 产业奖补}
    from_sheet: 乡镇
"""
    folder = tmp_path / "parameters"
    folder.mkdir()
    (folder / "110101.yaml").write_text(f'county: "110101"\nname: 测试县\ndata: .\nsources:{text}', encoding="utf-8")
    (read,) = read_parameters(folder)
    rows = read_county(read).tables["household_payments"].to_pylist()
    assert [(r["township"], r["subsidy"], r["period"], str(r["amount"])) for r in rows] == [
        ("东风镇", "产业奖补", "2022-03", "5.00"),
        ("天成镇", "产业奖补", "2022-03", "5.00"),
    ]


LIST = "补助项目,姓名,证件号码,金额(元)\n产业奖补,张三,653129198003150011,5\n产业奖补,李四,653129197507221026,6\n"


@pytest.mark.parametrize(
    ("second", "rows", "periods", "copies", "unread"),
    [
        ("到人到户补助资金发放表（2022年4月）.csv", 4, {"2022-03", "2022-04"}, 0, 0),
        ("到人到户补助资金发放表（2022年3月）(1).csv", 2, {"2022-03"}, 1, 0),
    ],
)
def test_two_periods_are_two_lists_and_a_copy_is_one(
    tmp_path: Path, second: str, rows: int, periods: set[str], copies: int, unread: int
) -> None:
    for name in ("到人到户补助资金发放表（2022年3月）.csv", second):
        (tmp_path / name).write_text(LIST, encoding="utf-8")
    intake = read_county(Parameters(county="110101", name="测试县", data=tmp_path))
    lines = intake.tables["household_payments"]
    assert (lines.num_rows, set(lines["period"].to_pylist())) == (rows, periods)
    assert (len(intake.copies), len(intake.unread)) == (copies, unread)


def test_the_same_rows_under_another_name_are_asked_about(tmp_path: Path) -> None:
    (tmp_path / "到人到户补助资金发放表.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "到人到户补助资金发放表_乙.csv").write_text(LIST.replace("\n", "\r\n"), encoding="utf-8")
    intake = read_county(Parameters(county="110101", name="测试县", data=tmp_path))
    assert intake.tables["household_payments"].num_rows == 2
    assert [(u.table, "完全相同" in u.why) for u in intake.unread] == [("household_payments", True)]
