"""The process that kernels are forked from: one that does not answer is ended and another started; kernels end with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fundaudit.run import forks

pytestmark = [pytest.mark.full, pytest.mark.skipif(not forks.POSSIBLE, reason="只在 Linux 上派生内核")]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process of the test's own."""
    monkeypatch.setattr(forks, "_server", None)
    yield
    if forks._server:
        forks._server.process.kill()
        forks._server.process.wait()


def kernel(folder: Path) -> int:
    """A kernel that chooses its ports itself."""
    return forks._fork(["-f", str(folder / "kernel.json")], dict(os.environ), str(folder))


def gone(pid: int) -> bool:
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def test_who_does_not_answer_is_ended_and_another_asked(alone, tmp_path: Path) -> None:
    first = kernel(tmp_path)
    assert forks._server
    silent = forks._server
    silent.line.settimeout(0.2)
    os.kill(silent.process.pid, signal.SIGSTOP)
    with pytest.raises(RuntimeError):
        kernel(tmp_path)
    assert silent.process.poll() is not None and gone(first), "kernels end with what they come from"
    second = kernel(tmp_path)
    assert second != first and Path(f"/proc/{second}").exists()


def test_a_kernel_that_cannot_start_costs_no_other(alone, tmp_path: Path) -> None:
    """Its folder is not there."""
    first = kernel(tmp_path)
    lost = forks._fork(["-f", "kernel.json"], dict(os.environ), str(tmp_path / "不存在"))
    assert gone(lost) and Path(f"/proc/{first}").exists()
    assert forks._Process(first).poll() is None and forks._Process(lost).poll() == 1
