"""Counties side by side: a killed worker, a killed kernel, and a broken file stop nobody else."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COUNTIES = ["640422", "653129"]


def start(home: Path, *more: str) -> subprocess.Popen[str]:
    call = [sys.executable, "-m", "fundaudit", "run", *COUNTIES, "--jobs", "2", *more]
    return subprocess.Popen(call, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def processes(parent: int) -> dict[int, str]:
    """Descendants of a process with their command lines."""
    found: dict[int, str] = {}
    table = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
                table[int(entry.name)] = (int(fields[1]), (entry / "cmdline").read_text(encoding="utf-8").replace("\0", " "))
            except (OSError, UnicodeDecodeError):
                continue
    wanted = {parent}
    while True:
        more = {pid for pid, (above, _) in table.items() if above in wanted} - wanted
        if not more:
            return {pid: table[pid][1] for pid in wanted - {parent} if pid in table} | found
        wanted |= more


def kill_first(run: subprocess.Popen[str], word: str) -> bool:
    """Kills the first descendant whose command line holds the word."""
    for _ in range(600):
        for pid, line in processes(run.pid).items():
            if word in line:
                os.kill(pid, signal.SIGKILL)
                return True
        if run.poll() is not None:
            return False
        time.sleep(0.05)
    return False


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_home / "data", tmp_path / "data", ignore=shutil.ignore_patterns("610204"))
    shutil.copytree(sample_home / "parameters", tmp_path / "parameters", ignore=shutil.ignore_patterns("610204.yaml"))
    return tmp_path


def reports(home: Path) -> set[str]:
    return {p.parts[-3] for p in (home / "outputs").glob("*/2022-12-31/report.html")}


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="需要 /proc")
def test_a_killed_worker_is_replaced_and_everyone_completes(home: Path) -> None:
    run = start(home)
    assert kill_first(run, "spawn_main")
    out, err = run.communicate(timeout=120)
    assert run.returncode == 0, err
    assert reports(home) == set(COUNTIES)
    assert "报告" in out


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="需要 /proc")
def test_a_killed_kernel_fails_its_county_alone(home: Path) -> None:
    run = start(home)
    assert kill_first(run, "ipykernel_launcher")
    _, err = run.communicate(timeout=120)
    assert run.returncode == 1
    assert len(reports(home)) == 1
    assert "内核意外终止" in err and ("西吉县" in err or "伽师县" in err)
    assert "Traceback" not in err


@pytest.mark.full
def test_one_worker_and_two_give_the_same_bytes(home: Path) -> None:
    from test_runner import contents

    for jobs in ("1", "2"):
        call = [sys.executable, "-m", "fundaudit", "run", *COUNTIES, "--jobs", jobs, "--outputs", f"out{jobs}"]
        subprocess.run(call, cwd=home, check=True, capture_output=True)
    for code in COUNTIES:
        first, second = (contents(home / f"out{jobs}" / code / "2022-12-31") for jobs in ("1", "2"))
        assert {n for n in first if first[n] != second[n]} <= {"manifest.json", "restricted/logs/run.jsonl"}
        assert set(first) == set(second)


@pytest.mark.full
def test_a_county_that_takes_too_long_ends_and_the_others_complete(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock 200 times as fast, a minute is 0.3 s: too little for one of the two; the other has the usual hour, 18 s."""
    import datetime as dt
    import types

    from fundaudit import runner
    from fundaudit.parameters import read_parameters

    real = time.monotonic
    monkeypatch.setattr(runner, "time", types.SimpleNamespace(monotonic=lambda: real() * 200))
    slow, usual = read_parameters(home / "parameters")
    limits = slow.settings.limits.model_copy(update={"county_minutes": 1})
    slow = slow.model_copy(update={"settings": slow.settings.model_copy(update={"limits": limits})})
    now = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    results = runner.run_counties([slow, usual], home / "outputs", now.date(), lambda: now, jobs=1)
    by_county = {r.county: r.reason for r in results}
    assert by_county[usual.county] == ""
    assert "超过 1 分钟" in by_county[slow.county] and "county_minutes" in by_county[slow.county]
