"""Writes the finished sample counties into the package, and the key of what was planted beside this file."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from fundaudit.contract import TABLES
from sample import jiashi, xiji, yaozhou
from sample.county import County
from sample.files import write_csvs, write_parquets, write_workbook

BUILDS = {"610204": yaozhou.build, "640422": xiji.build, "653129": jiashi.build}
KEY = Path(__file__).parent / "key"
FINISHED = Path(__file__).parents[2] / "fundaudit" / "sample_counties"


def write_files(folder: Path, county: County) -> None:
    """The county's files as a bureau hands them in."""
    folder.mkdir(parents=True)
    tables = {name: county.tables[name] for name in TABLES if county.tables.get(name) and name not in county.without}
    if county.handed_in == "xlsx":
        in_yuan = {"household_payments", "balances", "standards"}
        write_workbook(folder / f"{county.name}2022年财政衔接资金台账.xlsx", county.name, tables, in_yuan)
    elif county.handed_in == "csv":
        write_csvs(folder, tables)
    else:
        write_parquets(folder, tables)


def key_of(county: County) -> list[tuple[str, str, str, str]]:
    """(check, subject, verdict, why it is none): what was planted and what only looks like it."""
    return sorted(
        [(p.check, p.subject, p.verdict, "") for p in county.planted]
        + [(check, subject, "clean", why) for check, subject, why in county.near_misses]
    )


def write_key(path: Path, county: County) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["check", "subject", "verdict", "why"])
        writer.writerows(key_of(county))


def main() -> None:
    KEY.mkdir(exist_ok=True)
    for code, build in BUILDS.items():
        county = build()
        shutil.rmtree(FINISHED / "data" / code, ignore_errors=True)
        write_files(FINISHED / "data" / code, county)
        write_key(KEY / f"{code}.csv", county)


if __name__ == "__main__":
    main()
