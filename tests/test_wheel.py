"""A wheel built from the checkout works in a clean environment and an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def environment_with(wheel: Path, place: Path) -> Path:
    """The python of an environment with the wheel, over the packages of constraints.txt that this one was made from."""
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", wheel]
    subprocess.run(install, check=True, capture_output=True)
    own = Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))
    (own / "constraints.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


@pytest.mark.full
def test_a_wheel_in_a_clean_environment(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "-w", tmp_path, ROOT],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("fundaudit-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = archive.namelist()
    for part in (
        "ledger/money.sql",
        "basis.toml",
        "sample_counties/data/653129/伽师县2022年财政衔接资金台账.xlsx",
        "sample_counties/parameters/defaults.yaml",
        "notebooks/county_audit.ipynb",
        "fonts/NotoSansSC-Regular.ttf",
        "fonts/OFL.txt",
        "report/vendor/LICENCE-tablesort",
        "cases_of_checks/HP01.yaml",
    ):
        assert f"fundaudit/{part}" in inside
    assert not any("outputs" in name or "restricted" in name for name in inside)
    python = environment_with(wheel, tmp_path / "clean")
    where = subprocess.run(
        [python, "-c", "import fundaudit; print(fundaudit.__file__)"], cwd=tmp_path, capture_output=True, text=True
    )
    assert Path(where.stdout.strip()).is_relative_to(tmp_path / "clean"), "the wheel's own, not the checkout's"
    shared = os.environ | {"JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter")}  # where nbconvert's templates are
    said = {"capture_output": True, "text": True, "encoding": "utf-8"}
    home = tmp_path / "empty"
    home.mkdir()
    for command in (["sample"], ["run", "653129"]):
        done = subprocess.run([tmp_path / "clean" / "bin" / "fundaudit", *command], cwd=home, env=shared, **said)
        assert done.returncode == 0, done.stderr
    page = subprocess.run([tmp_path / "clean" / "bin" / "fundaudit", "checks", "TP07"], cwd=home, env=shared, **said)
    assert page.stdout == (ROOT / "docs" / "checks" / "TP07.md").read_text(encoding="utf-8")
    assert (home / "outputs" / "653129" / "2022-12-31" / "report.html").stat().st_size > 50_000
