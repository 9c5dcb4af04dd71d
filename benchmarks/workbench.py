"""The workbench on a county of a million household lines: how long a filter, a story and a moved threshold take, and what the kernel holds.

python benchmarks/workbench.py [--quick]

The lines are made up (people.py) and were not made to fit their standards: what HP11 finds of them, a third of a million, is set aside.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNTY = """
county: "653129"
name: 测试县
data: data/653129
as_of: 2022-12-31
settings: {limits: {seconds: 600}}
"""
TRIED = {"HP02": "arrears_days", "HP03": "grace_days"}  # limits of checks that judge every line


def prepare(home: Path, count: int) -> None:
    """A run's folder as the kernel leaves it."""
    import people
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from fundaudit.audit import audit

    data, run = home / "data" / "653129", home / "outputs" / "653129" / "2022-12-31"
    for folder in (data, home / "parameters", run):
        folder.mkdir(parents=True)
    (home / "parameters" / "653129.yaml").write_text(COUNTY, encoding="utf-8")
    people.write(data, count)
    for path in data.glob("*.parquet"):  # as a county hands it in
        table = pq.read_table(path)
        pq.write_table(table.drop_columns(["source_file", "source_sheet", "source_row", "raw", "suspect", "extra"]), path)
    audit("653129", parameters=str(home / "parameters"), outputs=str(home / "outputs"), run=str(run))
    tempfile.tempdir = None
    findings = run / "restricted" / "findings.parquet"
    kept = pq.read_table(findings)
    pq.write_table(kept.filter(pc.not_equal(kept["check"], "HP11")), findings)
    (run / "restricted" / "evidence" / "HP11.parquet").unlink(missing_ok=True)


def timed(what, *more) -> float:
    start = time.perf_counter()
    what(*more)
    return time.perf_counter() - start


def measure(home: Path) -> dict[str, object]:
    """Seconds of what an inspector does, the slowest of each kind; memory after the desk is open and at its highest, MB."""
    start = time.perf_counter()
    from fundaudit.workbench.bench import Workbench

    bench = Workbench(str(home / "outputs"))
    told: dict[str, object] = {"opened": time.perf_counter() - start, "desk": peak()}
    tab = bench.findings
    filters = []
    for own in tab.filters.values():
        for _, value in own.options[1:4]:
            filters.append(timed(setattr, own, "value", value))
        filters.append(timed(setattr, own, "value", ""))
    filters.append(timed(setattr, tab.text, "value", "产业"))
    tab.text.value = ""
    told |= {"findings": len(tab.keys), "filter": max(filters), "story": max(timed(tab.open, key) for key in tab.keys[:20])}
    moves, limits = [], bench.thresholds
    told["ledger"] = 0.0
    for code, name in TRIED.items():
        if code in {value for _, value in limits.check.options}:
            limits.check.value = code
            slider = limits.sliders[name]
            seconds = [timed(setattr, slider, "value", slider.value + slider.step) for _ in range(5)]
            told["ledger"] = max(float(told["ledger"]), seconds[0])
            moves += seconds[1:]
    return told | {"move": max(moves), "peak": peak()}


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="30,000 lines")
    parser.add_argument("--step")
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    count = 30_000 if asked.quick else 1_000_000
    if asked.step:
        print(json.dumps(prepare(asked.home, count) if asked.step == "prepare" else measure(asked.home)))
        return
    home = Path(tempfile.mkdtemp())
    try:
        call = [sys.executable, __file__, "--home", str(home), *["--quick"] * asked.quick]
        subprocess.run([*call, "--step", "prepare"], check=True, capture_output=True)
        done = subprocess.run([*call, "--step", "measure"], check=True, capture_output=True, text=True, encoding="utf-8")
        own = json.loads(done.stdout.splitlines()[-1])
    finally:
        shutil.rmtree(home)
    print(f"{count:,} household lines: opened in {own['opened']:.1f} s; a filter at most {own['filter']:.3f} s (asked: 0.3)")
    print(f"a finding's story at most {own['story']:.2f} s; a threshold moved at most {own['move']:.2f} s (asked: 1)")
    print(
        f"the first move opens the ledger: {own['ledger']:.1f} s; memory {own['desk']} MB, with the ledger at most {own['peak']} MB (asked: 1,500)"
    )


if __name__ == "__main__":
    main()
