"""A threshold that is kept: the file stays a person's, and a county that could not be run is not written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fundaudit.exact_yaml import ParameterError
from fundaudit.kept_thresholds import keep_thresholds
from fundaudit.parameters import read_parameters

FILE = """# 伽师县
county: "653129"   # 代码
name: 伽师县

data: data/653129
thresholds:
  LP01: {tolerance: 0.05, grace: 30}  # 局里定的
  TP09:
    steps: [扶贫股, 盯办岗]   # 本地环节
settings:
  pace: month  # 按月
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data" / "653129").mkdir(parents=True)
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters" / "653129.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path / "parameters"


def test_only_the_value_changes(folder: Path) -> None:
    path = keep_thresholds(folder, "653129", "LP01", {"tolerance": Decimal("0.10")})
    assert path.read_text(encoding="utf-8") == FILE.replace("tolerance: 0.05", "tolerance: 0.10")
    (own,) = read_parameters(folder, ["653129"])
    assert own.thresholds["LP01"] == {"tolerance": Decimal("0.10"), "grace": 30}
    assert not list(folder.parent.glob(".parameters-*")) and [p.name for p in folder.iterdir()] == ["653129.yaml"]


def test_a_check_that_the_file_does_not_name_yet(folder: Path) -> None:
    path = keep_thresholds(folder, "653129", "IB02", {"days": 60})
    lines = path.read_text(encoding="utf-8").splitlines()
    assert "  IB02: {days: 60}" in lines and [line for line in lines if line != "  IB02: {days: 60}"] == FILE.splitlines()


def test_a_file_without_thresholds_and_with_windows_lines(folder: Path) -> None:
    text = 'county: "653129"  # 代码\r\nname: 伽师县\r\ndata: data/653129\r\n'
    (folder / "653129.yaml").write_bytes(text.encode())
    path = keep_thresholds(folder, "653129", "IB02", {"days": 60})
    assert path.read_bytes().decode() == text + "thresholds:\r\n  IB02: {days: 60}\r\n"


@pytest.mark.parametrize(
    ("code", "values", "told"),
    [
        ("LP01", {"tolerance": Decimal("9")}, r"thresholds.LP01.tolerance 的值 9 超出范围"),
        ("LP01", {"tolerence": Decimal("0.1")}, "没有阈值 tolerence"),
        ("LP99", {"days": 3}, "没有检查 LP99"),
    ],
)
def test_what_could_not_be_run_is_not_written(folder: Path, code: str, values: dict, told: str) -> None:
    with pytest.raises(ParameterError, match=told) as refused:
        keep_thresholds(folder, "653129", code, values)
    assert str(folder / "653129.yaml") in str(refused.value)
    assert (folder / "653129.yaml").read_text(encoding="utf-8") == FILE


def test_a_county_without_a_file(folder: Path) -> None:
    with pytest.raises(ParameterError, match="没有县 110101 的参数文件"):
        keep_thresholds(folder, "110101", "LP01", {"tolerance": Decimal("0.1")})


def test_a_link_stays_a_link_and_a_mark_at_the_beginning_stays(folder: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.yaml"
    real.write_bytes(b"\xef\xbb\xbf" + FILE.encode())
    (folder / "653129.yaml").unlink()
    (folder / "653129.yaml").symlink_to(real)
    keep_thresholds(folder, "653129", "LP01", {"tolerance": Decimal("0.10")})
    assert (folder / "653129.yaml").is_symlink()
    assert real.read_bytes() == b"\xef\xbb\xbf" + FILE.replace("0.05", "0.10").encode()


def test_files_as_people_leave_them(folder: Path) -> None:
    """In GBK it is rewritten as UTF-8; a check that is named without a value is filled; what is no mapping is refused as it was."""
    path = folder / "653129.yaml"
    path.write_bytes(FILE.encode("gb18030"))
    keep_thresholds(folder, "653129", "LP01", {"tolerance": Decimal("0.10")})
    assert path.read_text(encoding="utf-8") == FILE.replace("0.05", "0.10")
    path.write_text(FILE.replace("LP01: {tolerance: 0.05, grace: 30}", "LP01:"), encoding="utf-8")
    keep_thresholds(folder, "653129", "LP01", {"tolerance": Decimal("0.10")})
    assert "LP01: {tolerance: 0.10}" in path.read_text(encoding="utf-8")
    for broken in ("thresholds: []\n", "name: 又一个\n"):
        text = FILE.split("thresholds:")[0] + broken
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ParameterError, match=r"没有保存|重复"):
            keep_thresholds(folder, "653129", "LP01", {"tolerance": Decimal("0.10")})
        assert path.read_text(encoding="utf-8") == text
