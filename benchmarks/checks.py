"""Seven checks of people, ledger opened and judged, beside the same in pandas: time, memory, and the same verdicts.

python benchmarks/checks.py [--quick] [--large]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import people

CODES = ("HP01", "HP02", "HP03", "HP04", "HP05", "HP07", "HP08")


def fundaudit(folder: Path) -> dict[str, object]:
    """What the kit comes to: check → flagged and undetermined subjects, population."""
    import datetime as dt

    import pyarrow.parquet as pq

    from fundaudit.catalogue import Catalogue, load_catalogue
    from fundaudit.intake import REJECT_SCHEMA
    from fundaudit.judge import judge
    from fundaudit.ledger.connection import open_ledger
    from fundaudit.parameters import Parameters, Settings

    settings = Settings.model_validate({"limits": {"seconds": 3600, "memory": "16GB"}})
    county = Parameters(county="653129", name="测试县", data=folder, as_of=dt.date(2022, 12, 31), settings=settings)
    checks = load_catalogue().checks
    start = time.perf_counter()
    tables = {path.stem: pq.read_table(path) for path in folder.glob("*.parquet")}
    with open_ledger(tables, REJECT_SCHEMA.empty_table(), dt.date(2022, 12, 31), settings) as ledger:
        judged = judge(ledger, Catalogue({code: checks[code] for code in CODES}), county)
    seconds = time.perf_counter() - start
    found = {
        o.check: (
            sorted(f.subject for f in judged.findings if f.check == o.check),
            sorted(u.subject for u in judged.undetermined if u.check == o.check),
            o.population,
        )
        for o in judged.outcomes
    }
    return {"seconds": seconds, "verdicts": found}


def in_pandas(folder: Path, kind: str) -> dict[str, object]:
    import checks_in_pandas

    start = time.perf_counter()
    found = checks_in_pandas.verdicts(folder, kind)
    return {"seconds": time.perf_counter() - start, "verdicts": found}


def measured(way: str, folder: Path) -> dict[str, object]:
    """One way in a process of its own."""
    call = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=True)
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def compare(count: int, folder: Path, ways: tuple[str, ...]) -> float:
    """Prints one size, all ways in turn; the seconds of the kit. AssertionError where verdicts differ."""
    people.write(folder, count)
    results = {way: measured(way, folder) for way in ways}
    own = results.pop("fundaudit")
    for way, other in results.items():
        for code in CODES:
            assert other["verdicts"][code] == own["verdicts"][code], (way, code)
    told = f"{count:,} lines: fundaudit {own['seconds']:.1f} s, {own['peak']} MB"
    if results:
        best = min(results.values(), key=lambda r: r["seconds"])
        each = ", ".join(f"pandas ({way}) {r['seconds']:.1f} s, {r['peak']} MB" for way, r in results.items())
        told += f"; {each}; the same verdicts; {best['seconds'] / own['seconds']:.1f} times faster than the better"
    print(told, flush=True)
    return float(own["seconds"])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="the smallest size only")
    parser.add_argument("--large", action="store_true", help="ten million lines too, without the yardstick")
    parser.add_argument("--way")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.way:
        answer = fundaudit(asked.folder) if asked.way == "fundaudit" else in_pandas(asked.folder, asked.way)
        answer["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(answer, ensure_ascii=False))
        return
    seconds = {}
    for count in (100_000,) if asked.quick else (100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            seconds[count] = compare(count, Path(folder), ("fundaudit", "str", "object"))
    if asked.large:
        with tempfile.TemporaryDirectory() as folder:
            large = compare(10_000_000, Path(folder), ("fundaudit",))
        print(f"ten times the lines: {large / seconds[1_000_000]:.1f} times the time")


if __name__ == "__main__":
    main()
