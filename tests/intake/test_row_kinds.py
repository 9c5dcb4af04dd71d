"""What is a total, a header or a remark is no data, and data is none of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fundaudit.intake import Intake, read_county
from fundaudit.parameters import Parameters

LINES = "序号,乡镇,补助项目,姓名,证件号码,金额(元)"
PEOPLE = "1,A镇,耕地地力保护,张三,,100\n2,A镇,耕地地力保护,李四,,200"
TOTALS = [
    ",,耕地地力保护,幸福村小计,,300", ",,耕地地力保护,本页合计,,300", ",,耕地地力保护,小计(2户),,300", ",,耕地地力保护,合计（元）,,300",
    ",,耕地地力保护,合计金额,,300", ",,耕地地力保护,合计2人,,300", ",,耕地地力保护,合计:2人,,300", ",,耕地地力保护,共2户,,300",
    ",,耕地地力保护,总额,,300", ",,耕地地力保护,张家村汇总,,300", ",,耕地地力保护,Total,,300", "合计,,耕地地力保护,2人,,300",
    ",A镇小计,耕地地力保护,2人,,300", ",小计,耕地地力保护,,,300", "总 计,,,,,300", ",,,,合计,300",
]  # fmt: skip


def read(folder: Path, table: str, text: str) -> Intake:
    (folder / f"{table}.csv").write_text(text + "\n", encoding="utf-8")
    return read_county(Parameters(county="110101", name="测试县", data=folder))


@pytest.mark.parametrize("row", TOTALS)
def test_a_total_is_paid_to_nobody(row: str, tmp_path: Path) -> None:
    intake = read(tmp_path, "到人到户补助资金发放表", f"{LINES}\n{PEOPLE}\n{row}")
    assert intake.tables["household_payments"]["amount"].to_pylist() == [Decimal(100), Decimal(200)]
    ((_, _, _, total),) = intake.printed
    assert (total.printed, total.recomputed) == (Decimal(300), Decimal(300))
    assert intake.rejects.num_rows == 0


@pytest.mark.parametrize("key", ["合计", "合计金额", "合计（元）", "小计:"])
def test_a_total_is_no_account(key: str, tmp_path: Path) -> None:
    intake = read(tmp_path, "账户余额", f"账号,余额日期,余额\n6001,2022-11-30,100\n{key},2022-11-30,100")
    assert intake.tables["balances"]["account_no"].to_pylist() == ["6001"]
    assert [f.totals for f in intake.files] == [1]


@pytest.mark.parametrize(
    ("table", "text", "name"),
    [
        ("五本账工程量", "项目编号,分项,设计批复\nP1,合计,5\nP2,小计,7", "quantities"),
        ("绩效目标与监控", "项目编号,年度,绩效指标,指标值\nP1,2022,总计,5\nP1,2022,受益户数,7", "performance"),
        ("项目库", "项目编号,项目名称\nXM1,水费减免合计补差项目合计\nXM2,村卫生室", "projects"),
    ],
)
def test_data_with_such_words_is_data(table: str, text: str, name: str, tmp_path: Path) -> None:
    assert read(tmp_path, table, text).tables[name].num_rows == 2


@pytest.mark.parametrize("row", [",,500,工程款累计", ",,600,2022年补贴共计", "来源：上级,,500,", "电话:123,,700,x"])
def test_a_row_with_an_amount_is_rejected_rather_than_set_aside(row: str, tmp_path: Path) -> None:
    intake = read(tmp_path, "支付明细", f"支付凭证号,支付日期,支付金额(元),用途\nP1,2022-01-05,5,a\n{row}")
    assert [r["row"] for r in intake.rejects.to_pylist()] == [3]
    assert [f.totals for f in intake.files] == [0]


HEADERS = [
    ("姓名,证件号码,对象类别", "姓名,身份证号码,对象类别"),
    ("姓名,证件号码,对象类别", "name,id_number,kind"),
    ("姓名,证件号码,对象类别", "姓 名,证件号码,帮扶类别"),
    ("姓名,证件号码,对象类别", "甲,乙,丙"),
    ("姓名,证件号码,对象类别,户编号,乡镇", "甲,乙,丙,1,2"),
]


@pytest.mark.parametrize(("header", "row"), HEADERS)
def test_a_header_is_nobody(header: str, row: str, tmp_path: Path) -> None:
    filled = ",653129198003150011,脱贫户" + "," * (header.count(",") - 2)
    intake = read(tmp_path, "帮扶对象名册", f"{header}\n{row}\n张三{filled}")
    assert intake.tables["beneficiaries"]["name"].to_pylist() == ["张三"]
    assert intake.rejects.num_rows == 0


@pytest.mark.parametrize("row", ["P1,2022-11-01,1,234.50,", "P1,2022-11-01,1,234.50"])
def test_an_amount_cut_by_its_own_comma_is_rejected(row: str, tmp_path: Path) -> None:
    width = row.count(",") + 1
    header = ["支付凭证号,支付日期,支付金额(元),用途", "支付凭证号,支付日期,支付金额(元),用途,备注"][width - 4]
    intake = read(tmp_path, "支付明细", f"{header}\n{row}\nP2,2022-11-02,900,234{',' * (width - 4)}")
    (reject,) = intake.rejects.to_pylist()
    assert reject["row"] == 2 and "千分位" in reject["reason"]


ODD = {
    "a number of 30 digits": ("支付凭证号,支付日期,支付金额(亿元)\nP1,2022-01-05,99999999999999999999999", 1),
    "another in a note": ("支付凭证号,支付日期,支付金额(元)\nP1,2022-01-05,5(其中:单号653129000020221130000100000123)", 1),
    "a day with a space in it": ("支付凭证号,支付日期,支付金额(元)\nP1,2022-11-1 1,5", 1),
    "a time that no clock shows": ("支付凭证号,支付日期,支付金额(元)\nP1,2022-11-01 99:99,5", 1),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_single_value_is_rejected(name: str, tmp_path: Path) -> None:
    text, rejected = ODD[name]
    assert read(tmp_path, "支付明细", text).rejects.num_rows == rejected


def test_marks_of_spreadsheets_and_exports_are_empty_and_logged(tmp_path: Path) -> None:
    text = '支付凭证号,支付日期,支付金额(元),项目编号,收款方名称\n"=""0012""",2022-01-05,5,#N/A,NULL\nP2,2022-01-06,6,\\N,(null)'
    intake = read(tmp_path, "支付明细", text)
    rows = intake.tables["payments"].to_pylist()
    assert [(r["payment_id"], r["project_id"], r["payee_name"]) for r in rows] == [("0012", None, None), ("P2", None, None)]
    marks = {(n.column, n.rows) for *_, n in intake.notes if "空值标记" in n.message}
    assert marks == {("project_id", 2), ("payee_name", 2)}


def test_a_broken_character_does_not_make_the_file_another_one(tmp_path: Path) -> None:
    from fundaudit.intake import IntakeError

    content = b"project_id,name,category\n" + "P1,修路,基础设施\n".encode() + b"P2," + "饮水工程".encode()[:-2] + b",x\n"
    (tmp_path / "projects.csv").write_bytes(content)
    with pytest.raises(IntakeError, match="UTF-8"):
        read_county(Parameters(county="110101", name="测试县", data=tmp_path))
