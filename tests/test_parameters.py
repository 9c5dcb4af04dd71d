"""Parameters are read exactly or refused by file, key and nearest valid name."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fundaudit.exact_yaml import ParameterError
from fundaudit.parameters import read_parameters


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parameters").mkdir()
    (tmp_path / "data" / "653129").mkdir(parents=True)
    return tmp_path / "parameters"


def write(folder: Path, text: str, name: str = "653129") -> None:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


BASE = 'county: "653129"\nname: 伽师县\ndata: data/653129\n'


def test_values_are_exact_and_paths_absolute(folder: Path) -> None:
    write(folder, BASE + "as_of: 2022-12-31\nthresholds: {LP01: {tolerance: 0.10}}\n")
    (read,) = read_parameters(folder)
    assert read.thresholds["LP01"]["tolerance"] == Decimal("0.10")
    assert read.data == (folder.parent / "data" / "653129").resolve()


def test_a_code_without_quotes_must_equal_the_stem(folder: Path) -> None:
    write(folder, BASE.replace('"653129"', "653129"))
    assert read_parameters(folder)[0].county == "653129"
    write(folder, BASE.replace('"653129"', "012345"))  # YAML reads it as octal
    with pytest.raises(ParameterError, match="加引号"):
        read_parameters(folder)


def test_defaults_are_merged_and_overridden(folder: Path) -> None:
    write(folder, "settings: {pace: month}\nthresholds: {LP01: {grace: 10, tolerance: 0.01}}\n", "defaults")
    write(folder, BASE + "thresholds: {LP01: {grace: 20}}\n")
    (read,) = read_parameters(folder)
    assert read.settings.pace == "month"
    assert read.thresholds["LP01"] == {"grace": 20, "tolerance": Decimal("0.01")}


REFUSED = {
    "unknown key": ("thresold: {}\n", ["thresold", "thresholds"]),
    "unknown setting": ("settings: {paces: day}\n", ["settings.paces", "pace"]),
    "wrong type": ("as_of: soon\n", ["as_of", "日期"]),
    "not a list": ("families: IB\n", ["families", "列表"]),
    "unknown value": ("report: wekly\n", ["report", "weekly"]),
    "out of range": ("settings: {limits: {seconds: 0}}\n", ["settings.limits.seconds", "1"]),
    "unknown table": ("sources: {payment: {file: a.csv}}\n", ["payment", "payments"]),
    "unknown column": ("sources: {payments: {headers: {金额: amont}}}\n", ["amont", "amount"]),
    "unknown unit": ("sources: {payments: {unit: 千元}}\n", ["sources.payments.unit", "万元"]),
    "a duplicate key": ("name: 又一个\n", ["name", "重复"]),
    "broken YAML": ("settings: [\n", ["YAML"]),
    "nodes missing": ("settings: {pace: nodes}\n", ["nodes"]),
    "check folder missing": ("checks: [own]\n", ["checks", "不存在"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, folder: Path) -> None:
    text, words = REFUSED[name]
    write(folder, BASE + text)
    with pytest.raises(ParameterError) as refusal:
        read_parameters(folder)
    assert "653129.yaml" in str(refusal.value)
    for word in words:
        assert word in str(refusal.value)


def test_a_missing_data_folder_and_an_unknown_county_are_refused(folder: Path) -> None:
    write(folder, BASE.replace("data/653129", "data/nowhere"))
    with pytest.raises(ParameterError, match=r"653129\.yaml.*data.*nowhere"):
        read_parameters(folder)
    with pytest.raises(ParameterError, match=r"653128.*653129"):
        read_parameters(folder, ["653128"])
    with pytest.raises(ParameterError, match="找不到参数文件夹"):
        read_parameters(folder / "none")


def test_all_problems_of_all_counties_are_named_at_once(folder: Path) -> None:
    write(folder, BASE + "reports: weekly\n")
    write(folder, BASE.replace("653129", "640422") + "as_off: 2022-01-01\n", "640422")
    with pytest.raises(ParameterError) as refusal:
        read_parameters(folder)
    assert "640422.yaml" in str(refusal.value) and "653129.yaml" in str(refusal.value)


def test_sources_may_be_written_in_chinese(folder: Path) -> None:
    write(folder, BASE + "sources: {支付明细: {file: a.csv, headers: {账户性质: 收款账户性质}}}\n")
    (read,) = read_parameters(folder)
    assert read.sources["payments"][0].headers == {"账户性质": "payee_kind"}


def test_dates_gbk_and_the_shorter_ending_are_read(folder: Path) -> None:
    text = BASE.replace("as_of: 2022-12-31\n", "") + "as_of: 2022年12月31日\nsettings: {register_from: 2014.1.1}\n"
    folder.mkdir(exist_ok=True)
    (folder / "653129.yml").write_bytes(text.encode("gbk"))
    (read,) = read_parameters(folder)
    assert (str(read.as_of), str(read.settings.register_from)) == ("2022-12-31", "2014-01-01")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("as_of: 2022-13-45\n", ["as_of", "日期"]),
        ("checks: own\n", ["checks", "列表"]),
        ("a: &x [1]\nb: *x\n", ["引用"]),
        ("settings: {limits: {memory: 0GB}}\n", ["memory"]),
        ("sources: {支付明细: a.csv}\n", ["支付明细", "file"]),
        ("sources: {支付明细: {file: a.csv, values: {支付金客: 1}}}\n", ["values", "支付金额"]),
        ("sources: {支付明细: [{file: a.csv}, {fil: b.csv}]}\n", ["支付明细"]),
        ("bureau: {nam: 局}\n", ["bureau", "name"]),
        ("? [a, b]\n: c\n", ["键"]),
        ("x: " + "[" * 5000 + "\n", ["653129"]),
        ('name: "a\\u0007b"\n', ["控制字符"]),
    ],
)
def test_a_slip_is_one_line_with_file_and_key(folder: Path, text: str, words: list[str]) -> None:
    base = BASE.replace("as_of: 2022-12-31\n", "") if text.startswith("as_of") else BASE
    write(folder, ("" if text.startswith("name") else base) + text)
    with pytest.raises(ParameterError) as stop:
        read_parameters(folder)
    assert all(word in str(stop.value) for word in ["653129.yaml", *words]), str(stop.value)


def test_a_folder_named_like_a_file_is_said(folder: Path) -> None:
    (folder / "653129.yaml").mkdir(parents=True)
    with pytest.raises(ParameterError, match="是文件夹，应是文件"):
        read_parameters(folder)
