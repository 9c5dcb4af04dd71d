"""The regional summary of a run over counties: what it shows, registers and masks, and that a failed county is named."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import fundaudit

from fundaudit.audit import AuditError
from fundaudit.region.region import region

ONE = "110101198001010010"
LINES = (
    "发放序号,补助项目,发放月份,按户或按人补助,证件号码,姓名,金额,发放日期\n1,产业补助,2022-08,到人,{},甲小某,600,2022-08-{}\n"
)
COUNTIES = {
    "653129": ("伽师县", LINES.format(ONE, 10)),
    "640422": ("西吉县", LINES.format(ONE, 12)),
    "610204": ("耀州区", "乱七八糟\n"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three counties, one of whose only file cannot be read, run together."""
    place = tmp_path_factory.mktemp("region")
    (place / "parameters").mkdir()
    (place / "parameters" / "defaults.yaml").write_text(
        "report: special\nfamilies: [HP]\nbureau: {name: 某州财政局}\n", encoding="utf-8"
    )
    for code, (name, lines) in COUNTIES.items():
        (place / "data" / code).mkdir(parents=True)
        (place / "data" / code / "household_payments.csv").write_text(lines, encoding="utf-8")
        text = f'county: "{code}"\nname: {name}\ndata: data/{code}\nas_of: 2022-12-31\n'
        (place / "parameters" / f"{code}.yaml").write_text(text, encoding="utf-8")
    done = fundaudit("run", cwd=place)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "region/2022-12-31/report.html" in done.stdout
    return place


def test_the_summary_stands_beside_the_counties(home: Path) -> None:
    folder = home / "outputs" / "region" / "2022-12-31"
    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "report.html", "report.ipynb", "restricted"]
    assert stat.S_IMODE((folder / "restricted").stat().st_mode) & 0o077 == 0
    (finding,) = pq.read_table(folder / "restricted" / "findings.parquet").to_pylist()
    assert (finding["case_no"], finding["check"], finding["subject"], str(finding["amount"])) == (
        "region-HP15-000001",
        "HP15",
        ONE,
        "600.00",
    )
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest["counties"]) == ["640422", "653129"]


def test_the_page_names_whom_it_may_and_who_failed(home: Path) -> None:
    page = (home / "outputs" / "region" / "2022-12-31" / "report.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", " ", page)
    assert ONE not in page and "甲小某" not in page and "甲**" in page
    assert "没有完成" in text and "耀州区（610204）" in text and "某州财政局" in page
    assert "汇总 2 个县" in text and "另有 1 个县没有完成" in text
    assert not re.search(r"(src|href)=\"https?:", page)


def test_its_cases_are_in_the_register_and_keep_their_number(home: Path) -> None:
    listed = fundaudit("cases", "list", "region", "--format", "csv", cwd=home).stdout
    assert "region-HP15-000001" in listed and ONE not in listed
    before = (home / "outputs" / "region" / "2022-12-31" / "manifest.json").read_bytes()
    assert fundaudit("run", cwd=home).returncode == 1
    folder = home / "outputs" / "region" / "2022-12-31"
    assert (folder / "manifest.json").read_bytes() != before, "a new run, with the one before as its previous"
    assert pq.read_table(folder / "restricted" / "findings.parquet")["case_no"].to_pylist() == ["region-HP15-000001"]


def test_a_draft_puts_together_what_lies_there(home: Path) -> None:
    register = home / "outputs" / "register.sqlite"
    before = register.read_bytes()
    everywhere = region("", str(home / "parameters"), str(home / "outputs"))
    assert (everywhere.draft, [c.name for c in everywhere.standing.counties]) == (True, ["西吉县", "伽师县"])
    assert register.read_bytes() == before
    with pytest.raises(AuditError, match="没有检查日 2021-12-31 的运行"):
        region("2021-12-31", str(home / "parameters"), str(home / "outputs"))
