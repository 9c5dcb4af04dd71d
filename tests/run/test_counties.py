"""A run's files: what the contract lists, the same bytes again, nothing personal outside restricted/."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import few_checks, fundaudit

from fundaudit.contract import TABLES
from fundaudit.county import open_county, open_run
from fundaudit.intake.readers import sha256
from fundaudit.run import kernel, placing

SHAREABLE = ["manifest.json", "outcomes.csv", "report.html", "report.ipynb"]


def test_every_file_of_the_contract_is_written(sample_run: Path) -> None:
    assert sorted(p.name for p in sample_run.iterdir()) == sorted([*SHAREABLE, "documents", "reports", "restricted"])
    assert [p.name for p in (sample_run / "reports").iterdir()] == ["annual.html"]
    names = {p.relative_to(sample_run / "restricted").as_posix() for p in (sample_run / "restricted").rglob("*") if p.is_file()}
    assert {"findings.parquet", "undetermined.parquet", "evidence.xlsx", "rejects.parquet", "logs/run.jsonl"} <= names
    assert {f"tables/{t}.parquet" for t in ("indicators", "payments", "household_payments", "balances")} <= names


def test_restricted_is_readable_by_its_owner_alone(sample_run: Path) -> None:
    outputs = sample_run.parents[1]
    for path in [
        sample_run / "restricted",
        *(sample_run / "restricted").rglob("*"),
        outputs / ".work",
        outputs / "register.sqlite",
    ]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


QUANTITIES = "补助数量 上年面积 本年面积 指标值 完成值 设计批复 施工图 竣工图 竣工报告 现场实测".split()


def test_columns_and_types_of_every_output(sample_run: Path) -> None:
    restricted = sample_run / "restricted"
    findings = pq.read_schema(restricted / "findings.parquet")
    assert (
        findings.names
        == (
            "case_no county as_of check family severity subject_kind subject name township village unit department responsible voucher"
            " amount occurred_on basis detail source state"
        ).split()
    )
    money = pa.decimal128(18, 2)
    assert findings.field("amount").type == money
    for path in (restricted / "tables").glob("*.parquet"):
        schema = pq.read_schema(path)
        for column in TABLES[path.stem].columns:
            if column.kind == "money":
                assert schema.field(column.name).type == money, (path.stem, column.name)
        assert schema.metadata[b"contract_version"] == b"2"
    for path in (restricted / "evidence").glob("*.parquet"):
        for field in pq.read_schema(path):
            assert not pa.types.is_floating(field.type), (path.name, field.name)
            if pa.types.is_decimal(field.type):
                assert (field.type.scale == 6) if field.name in QUANTITIES else field.type == money, (path.name, field.name)
    assert pq.read_schema(restricted / "undetermined.parquet").names[:4] == ["check", "subject", "name", "reason"]
    with (sample_run / "outcomes.csv").open("rb") as stream:
        assert stream.read(3) == b"\xef\xbb\xbf"
    rows = list(csv.DictReader(io.StringIO((sample_run / "outcomes.csv").read_text(encoding="utf-8-sig"))))
    assert list(rows[0]) == "check title family severity status population flagged undetermined amount reason".split()
    assert all(Decimal(r["amount"]).as_tuple().exponent == -2 for r in rows)


def test_findings_carry_numbers_and_states(sample_run: Path) -> None:
    rows = pq.read_table(sample_run / "restricted" / "findings.parquet").to_pylist()
    assert len({r["case_no"] for r in rows}) == len(rows)
    assert all(r["case_no"].startswith(f"653129-{r['check']}-") and r["state"] == "疑点" for r in rows)


def test_the_manifest_lists_every_file_with_its_hash(sample_run: Path) -> None:
    manifest = json.loads((sample_run / "manifest.json").read_text(encoding="utf-8"))
    listed = {o["name"]: o["sha256"] for o in manifest["outputs"]}
    present = {
        p.relative_to(sample_run).as_posix(): sha256(p)
        for p in sample_run.rglob("*")
        if p.is_file() and p.name != "manifest.json"
    }
    assert listed == present
    source = sample_run.parents[2] / "data" / "653129" / manifest["inputs"][0]["file"]
    assert {i["sha256"] for i in manifest["inputs"]} == {sha256(source)}
    for entry in manifest["inputs"]:
        assert entry["read"] == entry["accepted"] + entry["rejected"] + entry["totals"]
    assert manifest["contract_version"] == 2
    assert manifest["notebook"] == {"name": "county_audit.ipynb", "sha256": sha256(kernel.notebook_path())}


def test_evidence_has_a_sheet_per_check_and_ids_as_text(sample_run: Path) -> None:
    county = open_run(sample_run)
    book = openpyxl.load_workbook(sample_run / "restricted" / "evidence.xlsx")
    found = [o.check for o in county.about.outcomes if o.flagged]
    assert sorted(book.sheetnames) == sorted(["封面", *found, "资金组成员", "资金往来", "未能判定", "未采用的行"])
    sheet = book["HP01"]
    header = [c.value for c in sheet[1]]
    column = header.index("证件号码")
    numbers = {row[column].value for row in sheet.iter_rows(min_row=2)}
    assert numbers == {f["subject"] for f in county.finding_rows if f["check"] == "HP01"}
    assert all(isinstance(n, str) for n in numbers)
    for ws in book:
        for row in ws.iter_rows():
            assert not [(ws.title, c.coordinate) for c in row if isinstance(c.value, str) and c.value[:1] in ("=", "+", "-", "@")]


def test_nothing_personal_stands_outside_restricted(sample_run: Path) -> None:
    """Every identity number, card, account and full name of the inputs, searched for as it is."""
    secret = set()
    for name in ("household_payments", "beneficiaries", "registers", "accounts", "payments"):
        table = pq.read_table(sample_run / "restricted" / "tables" / f"{name}.parquet")
        for column in ("id_number", "name", "card_no", "account_no", "payer_account"):
            if column in table.column_names:
                secret |= {v for v in table[column].to_pylist() if v and len(v) > 1 and "*" not in v}
    assert len(secret) > 1000
    for name in SHAREABLE:
        text = (sample_run / name).read_text(encoding="utf-8")
        assert [s for s in secret if s in text] == [], name


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.full
@pytest.mark.parametrize("threads", ["1", "4"])
def test_the_same_run_gives_the_same_bytes(sample_home: Path, sample_run: Path, tmp_path: Path, threads: str) -> None:
    """Same inputs, parameters, version and register state (here: none before)."""
    done = fundaudit("run", "653129", "--outputs", str(tmp_path / "again"), "--threads", threads, cwd=sample_home)
    assert done.returncode == 0, done.stderr
    first, second = contents(sample_run), contents(tmp_path / "again" / "653129" / "2022-12-31")
    assert set(first) == set(second)
    differing = {name for name in first if first[name] != second[name]}
    assert differing <= {"manifest.json", "restricted/logs/run.jsonl"}
    one, two = (json.loads(c["manifest.json"]) for c in (first, second))
    for manifest in (one, two):
        for key in ("created_at", "previous", "seal"):
            manifest.pop(key)
        manifest["outputs"] = [o for o in manifest["outputs"] if "/logs/" not in o["name"]]
    assert one == two


@pytest.mark.full
def test_a_run_again_keeps_its_numbers_and_replaces_the_folder_whole(sample_home: Path, sample_run: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_run.parents[1], tmp_path / "outputs")
    before = contents(tmp_path / "outputs" / "653129" / "2022-12-31")
    assert fundaudit("run", "653129", "--outputs", str(tmp_path / "outputs"), cwd=sample_home).returncode == 0
    after = contents(tmp_path / "outputs" / "653129" / "2022-12-31")
    assert before["restricted/findings.parquet"] == after["restricted/findings.parquet"]
    assert json.loads(after["manifest.json"])["previous"]
    assert not list((tmp_path / "outputs").rglob("*.old"))
    assert sorted(p.name for p in (tmp_path / "outputs" / ".work").iterdir()) == ["intake", "register.lock"]


@pytest.mark.full
def test_two_runs_at_once_one_waits_and_nothing_is_lost(tmp_path: Path) -> None:
    """Two commands for one county at the same time: both complete, one of them has said that it waits, the register has both."""
    (tmp_path / "parameters").mkdir()
    (tmp_path / "data").mkdir()
    text = 'county: "653129"\nname: 伽师县\ndata: data\nas_of: 2022-12-31\nreport: special\nfamilies: [AL]\n'
    (tmp_path / "parameters" / "653129.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "data" / "indicators.csv").write_text(
        "指标编号,资金名称,预算年度,指标金额,收到日期,报告日期\nZ1,衔接资金,2022,100,2022-03-01,2022-03-20\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "fundaudit", "run"]
    both = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=200) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("等它结束后自动开始" in err for _, err in said) == 1
    listed = fundaudit("cases", "runs", cwd=tmp_path).stdout
    assert listed.count("2022-12-31") == 2 and listed.count("已取代") == 1
    cases = fundaudit("cases", "list", "--format", "csv", cwd=tmp_path).stdout
    assert "653129-AL01-000001" in cases and "653129-AL01-000002" not in cases


def test_in_place_at_once_where_a_folder_stands(tmp_path: Path) -> None:
    work, target = tmp_path / "work", tmp_path / "county" / "day"
    for path, text in ((work, "new"), (target, "old")):
        path.mkdir(parents=True)
        (path / "report.html").write_text(text, encoding="utf-8")
    placing.put_in_place(work, target)
    assert (target / "report.html").read_text(encoding="utf-8") == "new"
    assert not work.exists()


@pytest.mark.full
def test_what_would_leak_is_hidden_and_the_report_comes_out(sample_home: Path, sample_run: Path, tmp_path: Path) -> None:
    """A bureau's own check whose title holds an identity number, written with blanks, that no cell of the report masks."""
    shutil.copytree(sample_home / "data", tmp_path / "data")
    shutil.copytree(sample_home / "parameters", tmp_path / "parameters")
    number = next(f["subject"] for f in open_run(sample_run).finding_rows if f["check"] == "HP01")
    spaced = f"{number[:6]} {number[6:14]}-{number[14:]}"
    from test_catalogue import GOOD, write

    path = write(tmp_path / "own", GOOD)
    path.write_text(path.read_text(encoding="utf-8").replace("试验检查", f"试验 {spaced}"), encoding="utf-8")
    with (tmp_path / "parameters" / "653129.yaml").open("a", encoding="utf-8") as stream:
        stream.write("checks: [own]\n")
    done = fundaudit("run", "653129", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "outputs" / "653129" / "2022-12-31"
    for name in ("report.html", "report.ipynb", "outcomes.csv", "manifest.json"):
        text = re.sub(r"[\s-]", "", (folder / name).read_text(encoding="utf-8"))
        assert number not in text, name


@pytest.mark.full
def test_one_countys_failure_does_not_stop_the_others(sample_home: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_home / "data", tmp_path / "data")
    shutil.copytree(sample_home / "parameters", tmp_path / "parameters")
    few_checks(tmp_path)
    broken = tmp_path / "data" / "640422"
    shutil.rmtree(broken)
    broken.mkdir()
    (broken / "支付明细.csv").write_text("凭证号,日子,支付金额\nP1,2022-01-05,3\n", encoding="utf-8")
    done = fundaudit("run", "640422", "653129", cwd=tmp_path)
    assert done.returncode == 1
    assert (tmp_path / "outputs" / "653129" / "2022-12-31" / "report.html").exists()
    assert not (tmp_path / "outputs" / "640422").exists()
    for word in ("西吉县", "支付明细.csv", "支付日期", "日子"):
        assert word in done.stderr


def test_an_unknown_notebook_parameter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(kernel.RunError, match=r"runn.*county、as_of、thresholds、parameters、outputs、run"):
        kernel.execute_notebook(str(kernel.notebook_path()), {"runn": "x"}, tmp_path)


def test_a_county_for_people(sample_run: Path) -> None:
    county = open_county("653129", sample_run.parents[1])
    assert len(county.findings) == len(county.finding_rows)
    assert str(county.findings.dtypes["amount"]) == "decimal128(18, 2)[pyarrow]"
    assert county.table("payments")["amount"].sum() > 0
    assert int(county.sql("SELECT count(*) AS n FROM projects")["n"][0]) == len(county.table("projects")) > 100
    with pytest.raises(FileNotFoundError, match="653128"):
        open_county("653128", sample_run.parents[1])


def test_the_workbook_of_evidence_has_no_clock(sample_run: Path) -> None:
    with zipfile.ZipFile(sample_run / "restricted" / "evidence.xlsx") as archive:
        core = archive.read("docProps/core.xml").decode("utf-8")
    assert "2022-12-31T00:00:00Z" in core
