"""Shared fixtures: a county folder from small CSVs, the sample county, and one complete run of it."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from fundaudit.audit import draft_of
from fundaudit.catalogue import Catalogue, load_catalogue
from fundaudit.county import County
from fundaudit.findings import Judgement
from fundaudit.intake import Intake, read_county
from fundaudit.judge import judge
from fundaudit.ledger.connection import open_ledger
from fundaudit.parameters import Parameters, Settings, read_parameters
from fundaudit.region.two_counties import with_region

ROOT = Path(__file__).parent.parent


@dataclass
class Judged:
    """A county read and judged in memory."""

    parameters: Parameters
    intake: Intake
    judgement: Judgement

    def outcome(self, code: str):
        return next(o for o in self.judgement.outcomes if o.check == code)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def told_catalogue(catalogue: Catalogue) -> Catalogue:
    """The catalogue as people read it, the check over all counties in it."""
    return with_region(catalogue)


@pytest.fixture(scope="session")
def judged(catalogue: Catalogue) -> Callable[..., Judged]:
    """Reads a folder and judges it: `judged(folder, as_of=…, settings=…, only=codes, thresholds=…, checks=…)`."""

    def run(
        folder: Path,
        as_of: dt.date,
        settings: dict | None = None,
        threads: int = 1,
        county: str = "110101",
        only: Collection[str] = (),
        **more,
    ) -> Judged:
        aimed = {"targeted_subsidies": ["产业补助"], **(settings or {})}  # the subsidy of small tests is for the supported alone
        parameters = Parameters(
            county=county, name="测试县", data=folder, as_of=as_of, settings=Settings.model_validate(aimed), **more
        )
        intake = read_county(parameters)
        own = load_catalogue(parameters.checks) if parameters.checks else catalogue
        own = Catalogue({code: check for code, check in own.checks.items() if code in only}) if only else own
        with open_ledger(intake.tables, intake.rejects, as_of, parameters.settings, threads, unread=intake.unread) as ledger:
            return Judged(parameters, intake, judge(ledger, own, parameters, everyone=True))

    return run


@pytest.fixture
def county_folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes CSVs into a fresh folder: `county_folder(payments="支付凭证号,…")`."""

    def write(**tables: str) -> Path:
        folder = tmp_path / "county"
        folder.mkdir(exist_ok=True)
        for name, text in tables.items():
            lines = [line.strip() for line in text.strip().splitlines()]
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    return write


def fundaudit(*arguments: str, cwd: Path, timeout: int = 300) -> subprocess.CompletedProcess[str]:
    """The command as a user calls it."""
    return subprocess.run(
        [sys.executable, "-m", "fundaudit", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
    )


def few_checks(home: Path) -> None:
    """The counties of a folder run the checks of idle balances alone: for tests of what runs them, not of what they find."""
    for path in (home / "parameters").glob("[0-9]*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "report: annual\n" in text
        path.write_text(text.replace("report: annual\n", "report: special\nfamilies: [IB]\n"), encoding="utf-8")


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder after `fundaudit sample`."""
    home = tmp_path_factory.mktemp("sample")
    done = fundaudit("sample", cwd=home)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="session")
def samples(sample_home: Path, judged) -> Callable[[str], Judged]:
    """A sample county read and judged, once per session: `samples("653129")`."""
    known: dict[str, Judged] = {}

    def get(code: str) -> Judged:
        if code not in known:
            (parameters,) = read_parameters(sample_home / "parameters", [code])
            known[code] = judged(parameters.data, parameters.as_of, county=code, thresholds=parameters.thresholds)
        return known[code]

    return get


@pytest.fixture(scope="session")
def sample(samples) -> Judged:
    return samples("653129")


@pytest.fixture(scope="session")
def sample_run(sample_home: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of one complete run of the sample county; the workers share the run, and have a copy of it each."""
    alone = worker_id == "master"
    shared = sample_home / "outputs" if alone else tmp_path_factory.getbasetemp().parent / "outputs"
    with nullcontext() if alone else FileLock(f"{shared}.lock"):
        if not (shared / "653129").exists():
            done = fundaudit("run", "653129", "--outputs", str(shared), cwd=sample_home)
            assert done.returncode == 0, done.stderr + done.stdout
    if not alone:
        shutil.copytree(shared, sample_home / "outputs", dirs_exist_ok=True)
    return sample_home / "outputs" / "653129" / "2022-12-31"


@pytest.fixture
def draft(catalogue: Catalogue, tmp_path: Path) -> Callable[..., County]:
    """A county as a notebook would show it: `draft(folder, name=…)`."""

    def of(folder: Path, name: str = "测试县", **more) -> County:
        own = Parameters(county="110101", name=name, data=folder, as_of=dt.date(2022, 12, 31), **more)
        return draft_of(own, catalogue, tmp_path / "outputs")

    return of


@pytest.fixture
def finished(tmp_path: Path) -> Callable[[Path, str], Path]:
    """The folder of a whole run over a folder of files: `finished(folder, name)`."""

    def of(folder: Path, name: str = "测试县") -> Path:
        place = tmp_path / "parameters"
        place.mkdir()
        own = {"county": "110101", "name": name, "data": str(folder), "as_of": "2022-12-31"}
        (place / "110101.yaml").write_text(json.dumps(own, ensure_ascii=False), encoding="utf-8")
        done = fundaudit("run", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return tmp_path / "outputs" / "110101" / "2022-12-31"

    return of


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a skipped test is a failure: what it needs must be there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("FUNDAUDIT_NO_SKIPS") and skipped:
        reporter.write_line(f"{len(skipped)} 个测试被跳过，在持续集成中视为失败")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
