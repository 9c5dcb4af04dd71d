"""The whole catalogue beside the 22 checks that came first: a county with every table and 100,000 household lines, ledger opened and
judged, time and memory, and the checks that take the most of it.

python benchmarks/catalogue.py [--quick]

The county is the sample county 610204 with the two tables that it does not hand in (submissions, benefits) taken from 653129.
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

FIRST = "IB01 IB02 IB03 IB04 IB05 IB06 LP01 LP02 LP03 LP04 LP05 LP06 TP01 TP02 TP04 HP01 HP02 HP03 HP04 HP05 HP07 HP08".split()


def prepare(folder: Path, quick: bool) -> None:
    """Every table as Parquet, of the large sample county, or of the small one where it is to be quick."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fundaudit.intake import read_county
    from fundaudit.parameters import read_parameters
    from fundaudit.sample import write_samples

    write_samples(folder / "data")
    large, small = read_parameters(folder / "parameters", ["610204", "653129"])
    tables, lent = dict(read_county(small if quick else large).tables), dict(read_county(small).tables)
    projects = tables["projects"]["project_id"].to_pylist()
    for name in ("submissions", "benefits"):
        table = lent[name]
        if "project_id" in table.column_names:
            place = table.column_names.index("project_id")
            table = table.set_column(place, "project_id", pa.array([projects[n % len(projects)] for n in range(table.num_rows)]))
        tables[name] = table
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")


def judged(folder: Path, codes: list[str]) -> dict[str, object]:
    """Seconds to open the ledger and to judge these checks; where it is the whole catalogue, each check's own too, by itself."""
    import pyarrow.parquet as pq

    from fundaudit.catalogue import Catalogue, load_catalogue
    from fundaudit.intake import REJECT_SCHEMA
    from fundaudit.judge import judge
    from fundaudit.ledger.connection import open_ledger
    from fundaudit.parameters import read_parameters
    from fundaudit.sensitivity import with_sensitivity

    (own,) = read_parameters(folder / "parameters", ["610204"])
    checks = load_catalogue().checks
    chosen = Catalogue({code: checks[code] for code in codes or checks})
    own = own.model_copy(update={"thresholds": {c: v for c, v in own.thresholds.items() if c in chosen.checks}})
    tables = {path.stem: pq.read_table(path) for path in folder.glob("*.parquet")}
    start = time.perf_counter()
    with open_ledger(tables, REJECT_SCHEMA.empty_table(), own.as_of, own.settings) as ledger:
        opened = time.perf_counter()
        judgement = judge(ledger, chosen, own)
        done = time.perf_counter()
        with_sensitivity(ledger, judgement, chosen, chosen.thresholds(own))
        stepped = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        each = {}
        for check in () if codes else chosen:
            alone = own.model_copy(update={"thresholds": {c: v for c, v in own.thresholds.items() if c == check.code}})
            begun = time.perf_counter()
            judge(ledger, Catalogue({check.code: check}), alone)
            each[check.code] = time.perf_counter() - begun
    ran = sum(o.status in ("finding", "undetermined", "clean") for o in judgement.outcomes)
    return {
        "opened": opened - start, "judged": done - opened, "stepped": stepped - done, "peak": peak, "ran": ran,
        "lines": tables["household_payments"].num_rows, "tables": sum(t.num_rows > 0 for t in tables.values()), "each": each,
    }  # fmt: skip


def measured(folder: Path, codes: list[str]) -> dict[str, object]:
    """In a process of its own."""
    call = [sys.executable, __file__, "--folder", str(folder), "--codes", " ".join(codes)]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=True)
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="the small sample county")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--codes", default="")
    asked = parser.parse_args()
    if asked.folder:
        print(json.dumps(judged(asked.folder, asked.codes.split())))
        return
    with tempfile.TemporaryDirectory() as place:
        prepare(Path(place), asked.quick)
        first, whole = measured(Path(place), FIRST), measured(Path(place), [])
    print(f"{whole['lines']:,} household lines, {whole['tables']} tables")
    for name, own in (("22 checks", first), ("whole catalogue", whole)):
        print(
            f"{name}: {own['ran']} ran, ledger {own['opened']:.1f} s, judged {own['judged']:.1f} s, steps of limits {own['stepped']:.1f} s, "
            f"{own['peak']} MB"
        )
    run = whole["opened"] + whole["judged"]
    print(
        f"{run / (first['opened'] + first['judged']):.1f} times the seconds, {whole['peak'] / first['peak']:.2f} times the memory"
    )
    most = sorted(whole["each"].items(), key=lambda item: -item[1])[:5]
    print("each alone, the most: " + ", ".join(f"{code} {seconds:.2f} s ({100 * seconds / run:.1f} %)" for code, seconds in most))


if __name__ == "__main__":
    main()
