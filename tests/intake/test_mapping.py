"""Which header goes where, and what is suggested where none does: never applied by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from conftest import fundaudit

from fundaudit.intake import IntakeError, read_county
from fundaudit.intake.mapping import map_files
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


def test_every_file_is_mapped_and_every_problem_named(home: Path) -> None:
    (home / "data" / "项目库.xlsx").write_bytes(b"no workbook")
    mappings, problems = map_files(county(home))
    by_file = {m.file: m for m in mappings}
    assert set(by_file) == {"支付明细.csv", "账户台账.csv", "导出b.csv"}
    payments = by_file["支付明细.csv"]
    assert [(h, c.name) for h, c in payments.mapped] == [("凭证号", "payment_id"), ("支付金额(万元)", "amount")]
    assert [c.name for c in payments.missing] == ["paid_on"]
    assert {h: c.name for h, (c, _) in payments.suggested.items()} == {"付款时期": "paid_on"}
    assert "备注" in payments.unknown
    assert by_file["导出b.csv"].guessed and by_file["导出b.csv"].table.name == "balances"
    assert ["项目库.xlsx" in p for p in problems] == [True]


def test_a_sheet_that_may_be_several_tables_is_said_to_be(home: Path) -> None:
    (home / "data" / "导出2022.csv").write_text("支付凭证号,支付日期,支付金额\nP1,2022-01-05,3\n", encoding="utf-8")
    own = next(m for m in map_files(county(home))[0] if m.file == "导出2022.csv")
    assert (own.table.name, own.or_else, own.guessed) == ("payments", ["监控平台支付导出"], True)


def test_nothing_is_mapped_by_similarity(home: Path) -> None:
    with pytest.raises(IntakeError, match="缺少必需的列 支付日期"):
        read_county(county(home))
    (home / "data" / "支付明细.csv").unlink()
    tables = read_county(county(home)).tables
    assert set(tables) == {"accounts"}, "账户余额 is only like 导出b.csv"
    assert tables["accounts"]["closed_on"].null_count == 2


def test_all_files_that_stop_a_county_are_named_at_once(home: Path) -> None:
    (home / "data" / "账户台账.csv").write_text("账号\n1\n", encoding="utf-8")
    with pytest.raises(IntakeError) as stop:
        read_county(county(home))
    assert "支付明细.csv" in str(stop.value) and "账户台账.csv" in str(stop.value)


def test_validate_prints_a_block_that_works_when_pasted(home: Path) -> None:
    first = fundaudit("validate", cwd=home)
    assert first.returncode == 1
    assert "653129198003150011" not in first.stdout + first.stderr
    for word in ("付款时期", "可能是 支付日期", "缺少，必需", "账户余额", "备注"):
        assert word in first.stdout
    block = first.stdout[first.stdout.index("sources:") :]
    assert set(yaml.safe_load(block)["sources"]) == {"支付明细", "账户台账", "账户余额"}
    with (home / "parameters" / "610327.yaml").open("a", encoding="utf-8") as stream:
        stream.write(block)
    second = fundaudit("validate", cwd=home)
    assert second.returncode == 0, second.stderr
    assert "sources:" not in second.stdout
    assert "没有读懂　账户台账.csv　销户日期　例如：昨天、653129**********11" in second.stdout
    tables = read_county(county(home)).tables
    assert {n: t.num_rows for n, t in tables.items()} == {"payments": 2, "accounts": 2, "balances": 1}
    assert str(tables["payments"]["amount"][0]) == "30000.00"
