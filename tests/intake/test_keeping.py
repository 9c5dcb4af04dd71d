"""Only what changed is read again."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from conftest import few_checks, fundaudit

from fundaudit import contract
from fundaudit.intake import Intake, files, keeping, read_county
from fundaudit.parameters import Parameters, Source

PAYMENTS = "支付凭证号,支付日期,支付金额,备注\nP1,2022.3.5,1,甲\n'P2,2022-03-06,x,\nP3,2022-03-07,3,\n合计,,4,\n注：甲,,,\n"
ACCOUNTS = "账号,账户性质\n6001,财政专户\n6001,零余额账户\n"


@pytest.fixture
def county(tmp_path: Path) -> Parameters:
    data = tmp_path / "data"
    data.mkdir()
    (data / "支付明细.csv").write_text(PAYMENTS, encoding="utf-8")
    (data / "账户台账.csv").write_text(ACCOUNTS, encoding="utf-8")
    return Parameters(county="110101", name="测试县", data=data)


def read(county: Parameters) -> Intake:
    return read_county(county, county.data.parent / "kept")


def same(one: Intake, other: Intake) -> bool:
    return (
        {n: t.to_pylist() for n, t in one.tables.items()} == {n: t.to_pylist() for n, t in other.tables.items()}
        and {n: t.schema for n, t in one.tables.items()} == {n: t.schema for n, t in other.tables.items()}
        and one.rejects.to_pylist() == other.rejects.to_pylist()
        and (one.files, one.money, one.printed, one.notes, one.unused)
        == (other.files, other.money, other.printed, other.notes, other.unused)
    )


def test_unchanged_files_are_not_read_again_and_give_the_same(county: Parameters, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read(county)
    assert first.read_anew == ["支付明细.csv", "账户台账.csv"]
    assert first.rejects.num_rows == 3
    monkeypatch.setattr(files, "read_sheets", lambda path, *more: pytest.fail(f"{path.name} was read again"))
    second = read(county)
    assert second.read_anew == []
    assert same(first, second)


def test_only_the_file_that_changed_is_read(county: Parameters) -> None:
    read(county)
    (county.data / "说明.docx").write_bytes(b"x")
    (county.data / "账户台账.csv").write_text(ACCOUNTS.replace("零余额账户", "财政专户"), encoding="utf-8")
    again = read(county)
    assert again.read_anew == ["账户台账.csv"]
    assert again.tables["accounts"].num_rows == 1
    assert same(again, read_county(county))


def test_what_decides_how_a_file_is_read_makes_it_be_read_again(county: Parameters, monkeypatch: pytest.MonkeyPatch) -> None:
    read(county)
    in_wan = county.model_copy(update={"sources": {"payments": [Source(unit="万元")]}})
    assert "支付明细.csv" in read(in_wan).read_anew
    assert read(in_wan).tables["payments"]["amount"][0].as_py() == 10_000
    monkeypatch.setattr(keeping, "CONTRACT_VERSION", contract.CONTRACT_VERSION + 1)
    assert read(in_wan).read_anew == ["支付明细.csv", "账户台账.csv"]


def test_a_row_that_another_file_rejects_keeps_its_own_text(county: Parameters) -> None:
    read(county)
    (county.data / "支付明细_2.csv").write_text("支付凭证号,明细序号,支付日期,支付金额\nP1,1,2022-03-05,9\n", encoding="utf-8")
    again = read(county)
    conflict = [r for r in again.rejects.to_pylist() if "主键冲突" in r["reason"] and r["table"] == "payments"]
    assert [(r["file"], r["row"]) for r in conflict] == [("支付明细.csv", 2), ("支付明细_2.csv", 2)]
    assert '"备注": "甲"' in conflict[0]["row_as_read"]
    assert read(county).read_anew == [], "kept with the text of the row that is rejected now"
    assert same(read(county), read_county(county))
    (county.data / "支付明细_2.csv").unlink()
    assert same(read(county), read_county(county)), "and accepted again when the other file goes"


def test_keys_are_made_anew_from_what_the_files_say(county: Parameters) -> None:
    """The number 1 stands for two people in two files: both lines get a key of their own, until one file goes."""
    head = "发放序号,补助项目,姓名,金额\n"
    for place, name in (("A", "甲"), ("B", "乙")):
        (county.data / f"到人到户补助资金发放表_{place}.csv").write_text(f"{head}1,产业补助,{name},5\n", encoding="utf-8")
    assert "第2行" in read(county).tables["household_payments"]["line_id"][0].as_py()
    (county.data / "到人到户补助资金发放表_B.csv").unlink()
    assert read(county).tables["household_payments"]["line_id"].to_pylist() == ["1"]
    assert read(county).read_anew == []


def test_files_outside_the_folder_are_kept_apart(county: Parameters) -> None:
    """The same name and content in three places: each is read for the table that it is pointed to."""
    outside = county.data.parent / "elsewhere"
    outside.mkdir()
    text = "支付凭证号,支付日期,支付金额(元)\nP7,2022-03-05,1\n"
    (outside / "支付明细.csv").write_text(text, encoding="utf-8")
    (county.data / "支付明细.csv").write_text(text, encoding="utf-8")
    pointed = county.model_copy(update={"sources": {"payments": [Source(file=str(outside / "支付明细.csv"))]}})
    first = read(pointed)
    assert first.tables["payments"].num_rows == 1
    assert same(first, read(pointed)) and read(pointed).read_anew == []
    (county.data / "合同台账.csv").write_text("合同编号,项目编号,合同金额(元)\nH1,X1,5\n", encoding="utf-8")
    assert same(read(pointed), read_county(pointed))


def test_what_nothing_asks_for_is_forgotten_and_what_is_broken_is_read_anew(county: Parameters) -> None:
    read(county)
    kept = county.data.parent / "kept"
    assert len(list(kept.iterdir())) == 2
    (county.data / "账户台账.csv").unlink()
    read(county)
    (folder,) = kept.iterdir()
    (folder / "0.parquet").write_bytes(b"PAR1")
    assert read(county).read_anew == ["支付明细.csv"]
    assert same(read(county), read_county(county))


@pytest.mark.full
def test_a_run_again_reads_no_file(sample_home: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_home / "data", tmp_path / "data", ignore=shutil.ignore_patterns("610204", "653129"))
    shutil.copytree(sample_home / "parameters", tmp_path / "parameters")
    few_checks(tmp_path)
    logs, folders = [], []
    for more in ([], [], ["--force"]):
        done = fundaudit("run", "640422", *more, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        folder = tmp_path / "outputs" / "640422" / "2022-12-31"
        logs.append((folder / "restricted" / "logs" / "run.jsonl").read_text(encoding="utf-8").splitlines()[0])
        folders.append(
            {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name not in ("manifest.json", "run.jsonl")}
        )
    assert '"read_anew": []' in logs[1] and '"read_anew": []' not in logs[0] + logs[2]
    assert folders[0] == folders[1] == folders[2]
    assert stat.S_IMODE((tmp_path / "outputs" / ".work").stat().st_mode) == 0o700
