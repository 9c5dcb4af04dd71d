"""The commands: exit codes and Chinese messages, before anything runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import fundaudit


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_home / "data", tmp_path / "data")
    shutil.copytree(sample_home / "parameters", tmp_path / "parameters")
    own = tmp_path / "parameters" / "653129.yaml"
    own.write_text(own.read_text(encoding="utf-8").split("thresholds:")[0], encoding="utf-8")  # the calls here say their own
    return tmp_path


def add(home: Path, text: str) -> None:
    with (home / "parameters" / "653129.yaml").open("a", encoding="utf-8") as stream:
        stream.write(text)


REFUSED = {
    "unknown key": ("thresold: {}\n", [], ["thresold", "thresholds"]),
    "unknown check": ("thresholds: {LP1: {grace: 1}}\n", [], ["LP1", "LP0"]),
    "unknown threshold": ("thresholds: {LP01: {grce: 1}}\n", [], ["grce", "grace"]),
    "threshold out of range": ("thresholds: {LP01: {tolerance: 5}}\n", [], ["thresholds.LP01.tolerance", "0.50"]),
    "threshold of the wrong type": ("thresholds: {LP01: {grace: 一月}}\n", [], ["thresholds.LP01.grace", "整数"]),
    "unknown county": ("", ["run", "653128"], ["653128", "653129"]),
    "a bad date": ("", ["run", "--as-of", "明天"], ["--as-of", "明天"]),
    "a missing folder": ("", ["run", "--parameters", "none"], ["none"]),
    "an unknown option": ("", ["run", "--thread", "2"], ["--thread", "--threads"]),
    "an unknown command": ("", ["audit"], ["audit"]),
    "a bad check file": ("checks: [own]\n", [], ["TP90_trial.sql"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_call_is_refused_before_anything_runs(name: str, home: Path) -> None:
    text, call, words = REFUSED[name]
    if "own" in text:
        from test_catalogue import HARMFUL, write

        write(home / "own", HARMFUL["copy"])
    add(home, text)
    done = fundaudit(*(call or ["run"]), cwd=home)
    assert done.returncode == 2, done.stdout + done.stderr
    for word in words:
        assert word in done.stderr
    assert not (home / "outputs").exists()
    assert "Traceback" not in done.stderr


def test_what_comes_later_says_so(home: Path) -> None:
    done = fundaudit("verify", "data", cwd=home)
    assert (done.returncode, "后续版本" in done.stderr) == (2, True)


def test_validate_prints_what_intake_did(home: Path) -> None:
    done = fundaudit("validate", "653129", "--verbose", cwd=home)
    assert done.returncode == 0
    for words in ("支付明细", "伍仟陆佰元", "编号规范化"):
        assert words in done.stdout
    assert not (home / "outputs").exists()


def test_checks_as_json_and_table(home: Path) -> None:
    listed = json.loads(fundaudit("checks", "--format", "json", cwd=home).stdout)
    assert {c["code"] for c in listed} >= {"IB01", "IB02", "HP01", "HP04", "LP01", "LP02", "LP03"}
    assert "账户余额长期闲置" in fundaudit("checks", cwd=home).stdout


def test_sample_leaves_standing_parameters_alone(home: Path) -> None:
    add(home, "# 本局改过\n")
    before = (home / "parameters" / "653129.yaml").read_bytes()
    assert fundaudit("sample", cwd=home).returncode == 0
    assert (home / "parameters" / "653129.yaml").read_bytes() == before


def test_sample_is_the_same_every_time(home: Path, sample_home: Path) -> None:
    assert fundaudit("sample", "other", cwd=home).returncode == 0
    for path in (sample_home / "data" / "653129").iterdir():
        assert (home / "other" / "653129" / path.name).read_bytes() == path.read_bytes(), path.name


def test_help_is_chinese(home: Path) -> None:
    done = fundaudit("run", "--help", cwd=home)
    assert done.returncode == 0
    assert "检查截止日" in done.stdout
    assert fundaudit("--version", cwd=home).stdout.startswith("fundaudit ")


def test_what_is_shown_keeps_wide_spaces_and_drops_what_a_terminal_obeys() -> None:
    from fundaudit.exact_yaml import shown

    assert shown("先做：　一") == "先做：　一"
    assert "\x1b" not in shown("\x1b[2J红") and "\n" not in shown("一\n二")


def test_a_file_that_cannot_be_read_is_counted_in_the_verdict(home: Path) -> None:
    (home / "data" / "653129" / "合同台账.xlsx").write_bytes(b"PK\x03\x04 half a workbook")
    done = fundaudit("validate", "653129", cwd=home)
    assert done.returncode == 1
    assert "合同台账.xlsx" in done.stderr and "2 个文件读了 1 个" in done.stdout, done.stdout
