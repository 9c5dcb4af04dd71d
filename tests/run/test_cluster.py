"""Counties on a Dask cluster: a scheduler and two workers as processes of their own, one of them killed in the middle."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import few_checks, fundaudit
from test_counties import contents
from test_kernel import kernels

CODES = ["640422", "640423", "653129"]  # the middle one is the first under another number


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_home / "data", tmp_path / "data")
    shutil.copytree(sample_home / "parameters", tmp_path / "parameters")
    few_checks(tmp_path)
    (tmp_path / "parameters" / "610204.yaml").unlink()
    other = (tmp_path / "parameters" / "640422.yaml").read_text(encoding="utf-8").replace("640422", "640423")
    (tmp_path / "parameters" / "640423.yaml").write_text(other, encoding="utf-8")
    shutil.copytree(tmp_path / "data" / "640422", tmp_path / "data" / "640423")
    return tmp_path


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, quiet = f"tcp://127.0.0.1:{port}", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = subprocess.Popen(
        [*dask, "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-jupyter"], cwd=tmp_path, **quiet
    )
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    local = [tmp_path / f"worker{k}" for k in range(2)]
    workers = [subprocess.Popen([*worker, "--local-directory", str(place)], cwd=tmp_path, **quiet) for place in local]
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="需要 /proc")
def test_a_lost_worker_costs_no_county_and_the_bytes_are_the_same(home: Path, cluster) -> None:
    address, workers = cluster
    alone = fundaudit("run", "--outputs", "alone", cwd=home)
    assert alone.returncode == 0, alone.stderr
    call = [sys.executable, "-m", "fundaudit", "run", "--cluster", address, "--outputs", "together"]
    run = subprocess.Popen(call, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    for _ in range(600):
        if all(kernels(worker.pid) for worker in workers):
            break
        time.sleep(0.1)
    os.kill(workers[0].pid, signal.SIGKILL)
    out, err = run.communicate(timeout=300)
    assert run.returncode == 0, err
    places = [out.index(f"{code}/2022-12-31/report.html") for code in CODES]
    assert places == sorted(places), "in the order of the counties"
    for code in CODES:
        first, second = (contents(home / outputs / code / "2022-12-31") for outputs in ("alone", "together"))
        assert set(first) == set(second)
        assert {n for n in first if first[n] != second[n]} <= {"manifest.json", "restricted/logs/run.jsonl"}
    assert sorted(p.name for p in (home / "together" / ".work").iterdir()) == ["intake", "register.lock"]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "不是地址"])
def test_a_cluster_that_is_not_there_is_said_before_anything_runs(home: Path, address: str, monkeypatch) -> None:
    from fundaudit.exact_yaml import ParameterError
    from fundaudit.run import cluster as own

    monkeypatch.setattr(own, "CONNECT_SECONDS", 2)
    with pytest.raises(ParameterError, match="连接不上"), own.kernels_of(address):
        pass
