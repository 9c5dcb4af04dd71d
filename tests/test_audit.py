"""The audit notebook as people run it: papermill, nbconvert, a scheduler's job, Run All; a draft, and nothing is left of it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import few_checks, fundaudit

from fundaudit.audit import AuditError, audit
from fundaudit.parameters import find_folder
from fundaudit.report import periodic
from fundaudit.run.kernel import notebook_path

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def home(sample_home: Path, sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workplace with a county that has been run."""
    own = tmp_path_factory.mktemp("workplace")
    shutil.copytree(sample_home / "data" / "653129", own / "data" / "653129")
    shutil.copytree(sample_home / "parameters", own / "parameters")
    for other in ("610204", "640422"):
        (own / "parameters" / f"{other}.yaml").unlink()
    shutil.copytree(sample_run.parents[1], own / "outputs")
    (own / "notebooks").mkdir()
    shutil.copy(notebook_path(), own / "notebooks")
    return own


@pytest.fixture
def few(home: Path, tmp_path: Path) -> Path:
    """The same workplace with the checks of idle balances alone."""
    for name in ("data", "parameters"):
        shutil.copytree(home / name, tmp_path / "few" / name)
    few_checks(tmp_path / "few")
    return tmp_path / "few"


def state(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()
    }


def page_of(notebook: Any) -> str:
    parts = [o["data"].get("text/html", "") for c in notebook.cells for o in c.get("outputs", ()) if "data" in o]
    return "".join("".join(part) for part in parts)


def ran(command: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, encoding="utf-8")


def by_papermill(home: Path, place: Path, *more: str) -> Path:
    """A number for the county, from another folder."""
    out = place / "out.ipynb"
    command = [BIN / "papermill", home / "notebooks" / "county_audit.ipynb", out, "-p", "county", "653129"]
    done = ran([*map(str, command), "-p", "parameters", str(home / "parameters"), *more], place, TMPDIR=str(private(place)))
    assert done.returncode == 0, done.stderr
    return out


def by_nbconvert(home: Path, place: Path) -> Path:
    command = [BIN / "jupyter", "nbconvert", "--execute", "--to", "notebook", "--output-dir", place]
    done = ran(
        [*map(str, command), str(home / "notebooks" / "county_audit.ipynb")], home / "notebooks", TMPDIR=str(private(place))
    )
    assert done.returncode == 0, done.stderr
    return place / "county_audit.ipynb"


JOB = """
import sys, uuid
from pathlib import Path
from jupyter_scheduler.executors import DefaultExecutionManager
from jupyter_scheduler.orm import Job, create_session, create_tables

place, parameters, notebook = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
url = f"sqlite:///{place}/jobs.sqlite"
create_tables(url)
job = Job(job_id="audit", name="audit", input_filename=notebook, runtime_environment_name="python3",
          parameters={"county": "653129", "parameters": repr(parameters)}, output_formats=["ipynb"], url="")
with create_session(url)() as session:
    session.add(job)
    session.commit()
staged = {"input": str(place / "staging" / notebook), "ipynb": str(place / "staging" / "out.ipynb")}
DefaultExecutionManager("audit", str(place), url, staged).process()
with create_session(url)() as session:
    done = session.query(Job).one()
    print(done.status, done.status_message or "")
"""


def by_scheduler(home: Path, place: Path, notebook: str = "county_audit.ipynb") -> Path:
    """jupyter-scheduler's own way: the notebook in a staging folder far from the county, its parameters injected."""
    (place / "staging").mkdir()
    shutil.copy(notebook_path(notebook), place / "staging")
    done = ran([sys.executable, "-c", JOB, str(place), str(home / "parameters"), notebook], place, TMPDIR=str(private(place)))
    assert "COMPLETED" in done.stdout, done.stdout + done.stderr
    return place / "staging" / "out.ipynb"


def private(place: Path) -> Path:
    folder = place / "temporary"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize(
    "way", [by_papermill, *(pytest.param(way, marks=pytest.mark.full) for way in (by_nbconvert, by_scheduler))]
)
def test_a_draft_shows_the_report_and_leaves_nothing(way, home: Path, tmp_path: Path) -> None:
    before = state(home / "outputs")
    notebook = nbformat.read(way(home, tmp_path), as_version=4)
    assert state(home / "outputs") == before
    assert list(private(tmp_path).iterdir()) == []
    page = page_of(notebook)
    assert page.count("草稿、未登记") == 2, "in the first cell and on the first page"
    report = (home / "outputs" / "653129" / "2022-12-31" / "report.html").read_text(encoding="utf-8")
    case_numbers = set(re.findall(r"653129-[A-Z]{2}\d\d-\d{6}", report))
    assert len(case_numbers) > 50 and set(re.findall(r"653129-[A-Z]{2}\d\d-\d{6}", page)) == case_numbers
    assert "读了什么" in page and "每项检查的结果" in page
    assert page.count("<svg") == report.count("<svg") == 3
    assert ".fundaudit {" in page and "Traceback" not in str(notebook)


@pytest.mark.full
@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly", "quarterly", "annual", "special"])
def test_a_periodic_notebook_is_a_draft_of_its_own(kind: str, home: Path, few: Path, tmp_path: Path) -> None:
    """By papermill; the monthly one by jupyter-scheduler, far from the county's folder. Every section shows, none ends in an error:
    in the annual one of all checks, in the others of a few."""
    home = home if kind == "annual" else few
    before = state(home / "outputs")
    if kind == "monthly":
        notebook = nbformat.read(by_scheduler(home, tmp_path, "monthly.ipynb"), as_version=4)
    else:
        out = tmp_path / "out.ipynb"
        done = ran(
            [
                str(BIN / "papermill"),
                str(notebook_path(f"{kind}.ipynb")),
                str(out),
                "-p",
                "county",
                "653129",
                "-p",
                "parameters",
                str(home / "parameters"),
            ],
            home,
        )
        assert done.returncode == 0, done.stderr
        notebook = nbformat.read(out, as_version=4)
    page = page_of(notebook)
    assert state(home / "outputs") == before
    assert periodic.TITLES[kind] in page and "草稿、未登记" in page and "Traceback" not in str(notebook)
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    assert [h[0] for h in headings if h[1:2] == "、"] == list("一二三四五六七"[: sum(h[1:2] == "、" for h in headings)])


@pytest.mark.full
def test_a_threshold_given_as_a_parameter_changes_the_finding_that_it_should(home: Path, tmp_path: Path) -> None:
    """LP01 flags projects behind pace by more than the tolerance, 5 % of the county's own; nobody is behind by all of it."""
    usual = audit("653129", parameters=str(home / "parameters"))
    page = page_of(
        nbformat.read(by_papermill(home, tmp_path, "-y", '{"thresholds": {"LP01": {"tolerance": 0.5}}}'), as_version=4)
    )
    others = {f["case_no"] for f in usual.finding_rows if f["check"] != "LP01"}
    lagging = {f["case_no"] for f in usual.finding_rows if f["check"] == "LP01"}
    shown = set(re.findall(r"653129-[A-Z]{2}\d\d-\d{6}", page))
    assert others <= shown
    changed = audit(653129, thresholds={"LP01": {"tolerance": 0.5}}, parameters=str(home / "parameters"))
    assert {f["case_no"] for f in changed.finding_rows if f["check"] == "LP01"} == shown & lagging < lagging
    assert changed.about.thresholds["LP01"]["tolerance"] == "0.5"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"county": "653128"}, r"没有县 653128 的参数文件；最接近的是 653129"),
        ({"county": 653129, "as_of": "2022-13-01"}, "参数 as_of 的值 2022-13-01 不能用"),
        ({"county": 653129, "thresholds": {"LP01": {"tolerence": 0.1}}}, "没有阈值 tolerence；最接近的是 tolerance"),
        ({"county": 653129, "thresholds": {"LP01": {"tolerance": "多"}}}, "类型不对"),
        ({"county": 653129, "thresholds": [1]}, "参数 thresholds 的值"),
        ({"county": 653129, "parameters": "/nowhere"}, "找不到参数文件夹 /nowhere"),
    ],
)
def test_what_cannot_be_is_one_line(home: Path, monkeypatch, arguments: dict[str, Any], said: str) -> None:
    monkeypatch.chdir(home)
    with pytest.raises(AuditError, match=re.escape(said)) as caught:
        audit(**arguments)
    assert len(caught.value._render_traceback_()) == 1


@pytest.mark.full
def test_a_broken_file_is_one_line_in_the_notebook_too(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "parameters", tmp_path / "parameters")
    (tmp_path / "data" / "653129").mkdir(parents=True)
    (tmp_path / "data" / "653129" / "支付明细.csv").write_text("凭证号,日子,支付金额\nP1,2022-01-05,3\n", encoding="utf-8")
    out = tmp_path / "out.ipynb"
    command = [str(BIN / "papermill"), str(home / "notebooks" / "county_audit.ipynb"), str(out)]
    assert ran(command, tmp_path).returncode != 0
    errors = [
        o
        for c in json.loads(out.read_text(encoding="utf-8"))["cells"]
        for o in c.get("outputs", ())
        if o["output_type"] == "error"
    ]
    (error,) = errors
    assert len(error["traceback"]) == 1 and "支付明细.csv" in error["traceback"][0] and "支付日期" in error["traceback"][0]
    told = fundaudit("run", "653129", cwd=tmp_path)
    assert told.returncode == 1 and error["traceback"][0] in told.stderr


def test_the_parameters_are_found_from_where_one_stands(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home / "notebooks")
    assert find_folder(None) == home / "parameters"
    monkeypatch.chdir(tmp_path)
    assert find_folder(None) == Path("parameters")
    monkeypatch.setenv("FUNDAUDIT_HOME", str(home))
    assert find_folder(None) == home / "parameters"
    assert find_folder(Path("x")) == Path("x")


@pytest.mark.full
def test_a_case_that_the_register_does_not_know_bears_no_number_of_its(home: Path, tmp_path: Path) -> None:
    run = audit("653129", parameters=str(home / "parameters"), outputs=str(tmp_path))
    assert all(re.fullmatch(r"653129-[A-Z]{2}\d\d-草稿\d{3}", f["case_no"]) for f in run.finding_rows)
    assert not list(tmp_path.iterdir())


def test_the_types_of_the_parameters_are_shown() -> None:
    done = ran([str(BIN / "papermill"), "--help-notebook", str(notebook_path())], notebook_path().parent)
    for line in ("county: str", "as_of: str", "thresholds: dict", "parameters: str", "outputs: str", "run: str"):
        assert line in done.stdout
