"""Writes the sample counties: their files, their parameters and the key of what was planted."""

from __future__ import annotations

import csv
from pathlib import Path

from fundaudit.contract import TABLES
from fundaudit.sample import jiashi, xiji, yaozhou
from fundaudit.sample.county import County
from fundaudit.sample.files import write_csvs, write_parquets, write_workbook

COUNTIES = {"610204": yaozhou.build, "640422": xiji.build, "653129": jiashi.build}

DEFAULTS = """\
# 各县共用的参数。检查的默认阈值写在各检查自己的说明里（fundaudit checks 可查），这里只写本局要改的。
#
# thresholds:
#   LP01: {tolerance: 0.05, grace: 30}
# settings:
#   pace: month          # 序时进度：month 按月，day 按天，nodes 按节点
"""


def write_samples(folder: Path) -> list[str]:
    """Writes `folder/<county>/` and, beside `folder`, the parameters where they do not stand. Returns what was written."""
    parameters = folder.resolve().parent / "parameters"
    parameters.mkdir(parents=True, exist_ok=True)
    texts = {"defaults.yaml": DEFAULTS}
    written = []
    for code, build in COUNTIES.items():
        county = build()
        _write_county(folder / code, county)
        written.append(str(folder / code))
        data = f"{folder.name}/{code}"
        texts[f"{code}.yaml"] = f'county: "{code}"\nname: {county.name}\ndata: {data}\nas_of: 2022-12-31\nreport: annual\n'
    for name, text in texts.items():
        if not (parameters / name).exists():
            (parameters / name).write_text(text, encoding="utf-8")
            written.append(str(parameters / name))
    return written


def _write_county(folder: Path, county: County) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    key = sorted((p.check, p.subject, p.verdict) for p in county.planted)
    for name, header, rows in (
        ("planted.csv", ["check", "subject", "verdict"], key),
        ("near_misses.csv", ["check", "subject", "why"], sorted(county.near_misses)),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            writer.writerows(rows)
    tables = {name: county.tables[name] for name in TABLES if county.tables.get(name)}
    if county.handed_in == "xlsx":
        in_yuan = {"household_payments", "balances", "standards"}
        write_workbook(folder / f"{county.name}2022年财政衔接资金台账.xlsx", county.name, tables, in_yuan)
    elif county.handed_in == "csv":
        write_csvs(folder, tables)
    else:
        write_parquets(folder, tables)
