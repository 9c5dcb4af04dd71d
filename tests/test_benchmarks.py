"""The benchmarks run; what they measure is printed, never asserted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.full
def test_intake_is_measured_beside_its_yardsticks() -> None:
    call = [sys.executable, str(ROOT / "benchmarks" / "intake.py"), "--quick"]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 4
    assert all(re.search(r"[\d.]+ s, intake [\d.]+ s, [\d.]+ times", line) for line in lines[1:])


@pytest.mark.full
def test_the_checks_come_to_what_pandas_comes_to() -> None:
    """The yardstick is an oracle too: 100,000 lines, seven checks, the same subjects and populations."""
    call = [sys.executable, str(ROOT / "benchmarks" / "checks.py"), "--quick"]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=True)
    assert "the same verdicts" in done.stdout


@pytest.mark.full
def test_the_catalogue_is_measured_beside_the_first_checks() -> None:
    call = [sys.executable, str(ROOT / "benchmarks" / "catalogue.py"), "--quick"]
    lines = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=True).stdout.splitlines()
    assert re.fullmatch(r"[\d,]+ household lines, 2[12] tables", lines[0])
    assert [line.split(":")[0] for line in lines[1:3]] == ["22 checks", "whole catalogue"]
    assert re.match(r"each alone, the most: [A-Z]{2}\d\d [\d.]+ s", lines[-1])


@pytest.mark.full
def test_the_workbench_is_measured() -> None:
    call = [sys.executable, str(ROOT / "benchmarks" / "workbench.py"), "--quick"]
    lines = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=True).stdout.splitlines()
    assert re.match(r"30,000 household lines: opened in [\d.]+ s; a filter at most [\d.]+ s", lines[0])
    assert "a threshold moved at most" in lines[1] and "memory" in lines[2]
