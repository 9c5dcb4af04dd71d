"""The sample counties with one worker and with two, in turn: a whole run from the command to its end.

python benchmarks/counties.py [--quick]
"""

from __future__ import annotations

import argparse
import filecmp
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAY_DIFFER = {"manifest.json", "run.jsonl"}


def run(home: Path, jobs: int) -> float:
    """Seconds of one run that reads every file anew."""
    call = [sys.executable, "-m", "fundaudit", "run", "--jobs", str(jobs), "--outputs", f"outputs{jobs}", "--force"]
    start = time.perf_counter()
    subprocess.run(call, cwd=home, check=True, capture_output=True)
    return time.perf_counter() - start


def differing(home: Path) -> list[str]:
    """Files of the two outputs whose bytes differ, but for manifests and logs."""
    one, two = home / "outputs1", home / "outputs2"
    files = sorted(p.relative_to(one) for p in one.glob("[0-9]*/**/*") if p.is_file() and p.name not in MAY_DIFFER)
    return [str(f) for f in files if not filecmp.cmp(one / f, two / f, shallow=False)]


def main() -> None:
    """Prints every round, the medians and whether the bytes are the same."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="one round")
    rounds = 1 if parser.parse_args().quick else 5
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        subprocess.run([sys.executable, "-m", "fundaudit", "sample"], cwd=home, check=True, capture_output=True)
        seconds: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(rounds):
            for jobs, own in seconds.items():
                own.append(run(home, jobs))
            print(
                f"1 worker {seconds[1][-1]:.2f} s, 2 workers {seconds[2][-1]:.2f} s, {seconds[1][-1] / seconds[2][-1]:.2f} times as fast"
            )
        one, two = (statistics.median(own) for own in seconds.values())
        print(
            f"{os.cpu_count()} cores, median of {rounds}: {one:.2f} s and {two:.2f} s, {one / two:.2f} times as fast, 1.5 asked for"
        )
        print("bytes differ: " + ("、".join(differing(home)) or "none"))


if __name__ == "__main__":
    main()
