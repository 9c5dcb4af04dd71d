"""The register at the scale of a country: 2,800 counties, 300 cases each, 24 runs, on SQLite.

Generates it (`--counties`, `--cases`, `--runs` for less), then measures what people and runs ask of it: a county's cases, those overdue
everywhere, the comparison of a new run, writing that run, and the regional summary's numbers. Prints seconds, the median of five.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fundaudit.catalogue import load_catalogue
from fundaudit.register import runs, schema
from fundaudit.register.casework import Decision, Filter, decide, listed
from fundaudit.register.comparison import compared, earlier_run
from fundaudit.register.opening import open_register
from fundaudit.register.standing import standing

BATCH = 200_000


def days(number: int) -> list[dt.date]:
    """Month ends, the last of them 2022-12-31."""
    ends = [dt.date(2021 + k // 12, k % 12 + 1, 1) - dt.timedelta(days=1) for k in range(1, 25)]
    return [end for end in (*ends, dt.date(2022, 12, 31)) if end.year > 2020][-number:]


def fill(engine: sa.Engine, counties: list[str], cases: int, dates: list[dt.date]) -> None:
    codes = list(load_catalogue().checks)
    of_run = {(c, d): n for n, (c, d) in enumerate(((c, d) for c in counties for d in dates), 1)}

    def run_rows() -> Iterator[dict[str, Any]]:
        for (county, day), n in of_run.items():
            sums = {
                "findings": cases * 2 // 3,
                "undetermined": 50,
                "at_issue": Decimal(100_000),
                "funds": Decimal(10**8),
                "paid": Decimal(9 * 10**7),
            }
            yield {
                "run_id": n,
                "county": county,
                "as_of": day,
                "state": "complete",
                "manifest_sha256": "0" * 64,
                "created_at": "x",
                "standard": "s",
                "name": county,
            } | sums

    def outcome_rows() -> Iterator[dict[str, Any]]:
        for n in of_run.values():
            for code in codes:
                yield {
                    "run_id": n,
                    "check_code": code,
                    "status": "finding",
                    "population": 1000,
                    "flagged": 3,
                    "undetermined": 1,
                    "amount": Decimal("99.50"),
                }

    def case_rows() -> Iterator[dict[str, Any]]:
        for county in counties:
            for k in range(cases):
                code = codes[k % len(codes)]
                first = of_run[county, dates[k % len(dates)]]
                yield {
                    "case_no": f"{county}-{code}-{k:06d}", "county": county, "check_code": code, "subject": f"S{k:05d}", "title": "疑点", "severity": "中",
                    "unit": f"单位{k % 20}", "township": f"镇{k % 15}", "amount": Decimal(100), "first_run": first, "last_run": of_run[county, dates[-1]],
                }  # fmt: skip

    put(engine, schema.runs, run_rows())
    put(engine, schema.outcomes, outcome_rows())
    put(engine, schema.cases, case_rows())
    put(
        engine,
        schema.sightings,
        ({"case_no": c["case_no"], "first_run": c["first_run"], "last_run": c["last_run"]} for c in case_rows()),
    )
    put(
        engine,
        schema.evidence,
        ({"case_no": c["case_no"], "row_key": f"household:{c['subject']}", "first_run": c["first_run"]} for c in case_rows()),
    )
    put(engine, schema.standards, iter([{"standard": "s", "said": json.dumps({code: {"version": 1} for code in codes})}]))


def put(engine: sa.Engine, table: sa.Table, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            with engine.begin() as connection:
                connection.execute(table.insert(), batch)
            batch = []
    if batch:
        with engine.begin() as connection:
            connection.execute(table.insert(), batch)


def seconds(of: Callable[[], Any], times: int = 5) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        of()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("counties", 2800), ("cases", 300), ("runs", 24)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--quick", action="store_true", help="a tenth of the counties")
    asked = parser.parse_args()
    asked.counties //= 10 if asked.quick else 1
    with tempfile.TemporaryDirectory() as place:
        outputs, counties, dates = Path(place), [f"{100001 + n}" for n in range(asked.counties)], days(asked.runs)
        engine = open_register(outputs)
        start = time.perf_counter()
        fill(engine, counties, asked.cases, dates)
        size = (outputs / "register.sqlite").stat().st_size / 1e6
        print(
            f"{asked.counties:,} counties x {asked.cases} cases x {len(dates)} runs: {size:,.0f} MB, generated in {time.perf_counter() - start:.0f} s"
        )
        county = counties[len(counties) // 2]
        own = listed(engine, Filter(counties=[county]))
        decide(
            engine,
            [Decision(c["case_no"], "核实中", "张三", "入户", dt.date(2022, 1, 1)) for c in own[:100]],
            "2022-12-01T00:00:00",
        )
        day = dt.date(2023, 1, 31)
        keys = {(c["check_code"], c["subject"]): [f"household:{c['subject']}"] for c in own[: asked.cases * 2 // 3]}

        def comparison() -> Any:
            earlier = earlier_run(outputs, county, day)
            assert earlier is not None
            numbers = runs.known_numbers(outputs, county, keys, day)
            return compared(earlier, numbers, {}, {}, {}, {})

        print(f"cases of a county listed: {seconds(lambda: listed(engine, Filter(counties=[county]))):.2f} s ({len(own)} cases)")
        print(f"overdue everywhere: {seconds(lambda: listed(engine, Filter(overdue=day))):.2f} s")
        print(f"a new run compared: {seconds(comparison):.2f} s ({comparison().persisting} persist)")
        numbers = runs.known_numbers(outputs, county, keys, day)
        findings = [{"case_no": no, "check": key[0], "subject": key[1], "amount": Decimal(1)} for key, (no, _) in numbers.items()]
        start = time.perf_counter()
        runs.complete_run(engine, runs.prepare_run(engine, runs.NewRun(county, day, "1" * 64, "x", findings, keys)))
        print(f"a new run written: {time.perf_counter() - start:.2f} s")

        def summary() -> Any:
            with engine.connect() as connection:
                return standing(connection, dates[-1])

        print(f"numbers of the regional summary: {seconds(summary):.2f} s ({len(summary().counties):,} counties)")
        engine.dispose()


if __name__ == "__main__":
    main()
