"""Counties side by side: a killed kernel, a killed run, and a check without end stop nobody else and leave nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import few_checks

from fundaudit.parameters import read_parameters
from fundaudit.run import counties, forks, kernel

COUNTIES = ["640422", "653129"]


def start(home: Path, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "fundaudit", "run", *COUNTIES, "--jobs", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    return subprocess.Popen(command, cwd=home, env=os.environ | environment, **pipes)


def processes(parent: int) -> dict[int, tuple[int, str]]:
    """Descendants of a process with what they come from and their command lines."""
    table = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
                table[int(entry.name)] = (int(fields[1]), (entry / "cmdline").read_text(encoding="utf-8").replace("\0", " "))
            except (OSError, UnicodeDecodeError):
                continue
    wanted = {parent}
    while more := {pid for pid, (above, _) in table.items() if above in wanted} - wanted:
        wanted |= more
    return {pid: table[pid] for pid in wanted - {parent}}


def kernels(run: int) -> list[int]:
    """Those that are forked from the process that a run, or a worker, has for this."""
    return [pid for pid, (above, line) in processes(run).items() if "fundaudit.run.forks" in line and above != run]


def first_kernels(run: subprocess.Popen[str]) -> list[int]:
    while run.poll() is None:
        if found := kernels(run.pid):
            return found
        time.sleep(0.05)
    return []


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_home / "data", tmp_path / "data", ignore=shutil.ignore_patterns("610204"))
    shutil.copytree(sample_home / "parameters", tmp_path / "parameters", ignore=shutil.ignore_patterns("610204.yaml"))
    few_checks(tmp_path)
    return tmp_path


def reports(home: Path) -> set[str]:
    return {p.parts[-3] for p in (home / "outputs").glob("*/2022-12-31/report.html")}


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="需要 /proc")
@pytest.mark.parametrize("lost", ["kernel", "what kernels are forked from"])
def test_a_killed_kernel_is_tried_again_and_everyone_completes(home: Path, tmp_path: Path, lost: str) -> None:
    """And nothing is left of it: neither beside the results nor where programs put what is temporary."""
    private = tmp_path / "private"
    private.mkdir()
    run = start(home, TMPDIR=str(private))
    (first, *_) = first_kernels(run)
    os.kill(first if lost == "kernel" else processes(run.pid)[first][0], signal.SIGKILL)
    out, err = run.communicate(timeout=120)
    assert run.returncode == 0, err
    assert reports(home) == {*COUNTIES, "region"}
    assert "报告" in out
    start(home, TMPDIR=str(private)).communicate(timeout=120)
    assert list(private.iterdir()) == []
    assert sorted(p.name for p in (home / "outputs" / ".work").iterdir()) == ["intake", "register.lock"]


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="需要 /proc")
def test_a_run_that_is_killed_leaves_nothing_after_the_next(home: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    run = start(home, TMPDIR=str(private))
    begun = first_kernels(run)
    assert begun
    run.kill()
    run.communicate()
    assert list(private.iterdir()) == []
    for _ in range(200):
        if not any(Path(f"/proc/{pid}").exists() for pid in begun):
            break
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in begun), "a kernel ends with its parent"
    again = start(home, TMPDIR=str(private))
    _, err = again.communicate(timeout=120)
    assert again.returncode == 0, err
    assert list(private.iterdir()) == []
    assert sorted(p.name for p in (home / "outputs" / ".work").iterdir()) == ["intake", "register.lock"]


def call(home: Path, county: str, seconds: int) -> kernel.Call:
    outputs = home / "outputs"
    (outputs / ".work" / "intake").mkdir(parents=True, exist_ok=True)
    return kernel.Call(county, "2022-12-31", str(home / "parameters"), str(outputs), seconds, 1)


def test_a_kernel_that_dies_twice_is_its_countys_failure(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Path] = []

    def dies(call: kernel.Call, work: Path, *more: object) -> None:
        tries.append(work)
        raise kernel.LostKernel("内核两次意外终止")

    monkeypatch.setattr(kernel, "_audit", dies)
    with pytest.raises(kernel.RunError, match="两次意外终止"):
        kernel.audit_in_kernel(call(home, "653129", 60))
    assert len(set(tries)) == 2 and not any(work.exists() for work in tries)


def test_a_county_that_cannot_be_audited_is_tried_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Path] = []

    def fails(call: kernel.Call, work: Path, *more: object) -> None:
        tries.append(work)
        raise kernel.RunError("支付明细缺少必需的列")

    monkeypatch.setattr(kernel, "_audit", fails)
    with pytest.raises(kernel.RunError, match="缺少必需的列"):
        kernel.audit_in_kernel(call(home, "653129", 60))
    assert len(tries) == 1


@pytest.mark.full
def test_one_worker_and_two_give_the_same_bytes(home: Path) -> None:
    from test_counties import contents

    for jobs in ("1", "2"):
        command = [sys.executable, "-m", "fundaudit", "run", *COUNTIES, "--jobs", jobs, "--outputs", f"out{jobs}"]
        subprocess.run(command, cwd=home, check=True, capture_output=True)
    for code in COUNTIES:
        first, second = (contents(home / f"out{jobs}" / code / "2022-12-31") for jobs in ("1", "2"))
        assert {n for n in first if first[n] != second[n]} <= {"manifest.json", "restricted/logs/run.jsonl"}
        assert set(first) == set(second)


@pytest.mark.full
def test_a_check_that_nothing_interrupts_ends_with_its_county_and_the_others_complete(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One value of it takes 10^12 steps; the engine asks between values whether it is to stop."""
    from test_catalogue import write

    endless = "SELECT payment_id AS subject, levenshtein(repeat(payment_id, 100000), repeat(payee_name, 100000)) > 0 AS flag FROM payments"
    write(home / "own", endless)
    path = home / "parameters" / "640422.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[IB]", "[IB, TP]") + "checks: [own]\n", encoding="utf-8")
    chosen = read_parameters(home / "parameters")
    now = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)

    def hurried(own: kernel.Call, turn: threading.Semaphore) -> str:
        return kernel.audit_in_kernel(dataclasses.replace(own, seconds=15) if own.county == "640422" else own, turn)

    monkeypatch.setattr(counties, "audit_in_kernel", hurried)
    results = counties.run_counties(chosen, home / "outputs", now.date(), lambda: now, jobs=2)
    by_county = {r.county: r.reason for r in results}
    assert by_county["653129"] == ""
    assert "超过 0.25 分钟" in by_county["640422"] and "county_minutes" in by_county["640422"]


@pytest.mark.full
@pytest.mark.parametrize("forked", [forks.POSSIBLE, False])
def test_a_kernel_waits_for_its_turn_and_its_time_counts_from_there(
    home: Path, monkeypatch: pytest.MonkeyPatch, forked: bool
) -> None:
    """It reads and judges only while it holds the turn; having waited longer than its time does not end it, and who draws holds it no more."""
    asked, given, back = threading.Event(), threading.Event(), threading.Event()
    held: list[bool] = []

    @contextmanager
    def turn() -> Iterator[None]:
        asked.set()
        assert given.wait(60)
        yield
        held.append(bool(list(work.glob("653129-*/report.ipynb"))))
        back.set()

    monkeypatch.setattr(forks, "POSSIBLE", forked)
    waited = [0.0]
    clock = time.monotonic
    monkeypatch.setattr(kernel.time, "monotonic", lambda: clock() + waited[0])
    work = home / "outputs" / ".work"
    with ThreadPoolExecutor(1) as pool:
        filled = pool.submit(kernel.audit_in_kernel, call(home, "653129", 60), turn())
        assert asked.wait(60)
        waited[0] = 100.0  # longer than its time
        assert not filled.done() and not list(work.glob("653129-*/restricted/run.json"))
        given.set()
        assert (Path(filled.result(timeout=60)) / "restricted" / "run.json").exists()
    assert back.is_set() and held == [False], "the turn is given back before the sections are drawn"
