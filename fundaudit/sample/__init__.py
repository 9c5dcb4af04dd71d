"""The sample counties: files as bureaus hand them in, and a key of what was planted. Nobody in them is real."""

from __future__ import annotations

import csv
from pathlib import Path

from fundaudit.contract import TABLES
from fundaudit.sample import jiashi
from fundaudit.sample.county import CODE, NAME
from fundaudit.sample.workbook import write_workbook

DEFAULTS = """\
# 各县共用的参数。检查的默认阈值写在各检查自己的说明里（fundaudit checks 可查），这里只写本局要改的。
#
# thresholds:
#   LP01: {tolerance: 0.05, grace: 30}
# settings:
#   pace: day            # 序时进度：day 按天，month 按月，nodes 按节点
"""

JIASHI = """\
county: "653129"
name: 伽师县
data: data/653129
as_of: 2022-12-31
report: annual
"""


def write_samples(folder: Path) -> list[str]:
    """Writes `folder/<county>/` and, beside `folder`, the parameters where they do not stand. Returns what was written."""
    written = [str(_write_jiashi(folder / CODE))]
    parameters = folder.resolve().parent / "parameters"
    parameters.mkdir(parents=True, exist_ok=True)
    county = JIASHI.replace("data/653129", f"{folder.name}/653129")
    for name, text in (("defaults.yaml", DEFAULTS), (f"{CODE}.yaml", county)):
        if not (parameters / name).exists():
            (parameters / name).write_text(text, encoding="utf-8")
            written.append(str(parameters / name))
    return written


def _write_jiashi(folder: Path) -> Path:
    county = jiashi.build()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "planted.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["check", "subject", "verdict"])
        writer.writerows(sorted((p.check, p.subject, p.verdict) for p in county.planted))
    with (folder / "near_misses.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["check", "subject", "why"])
        writer.writerows(sorted(county.near_misses))
    tables = {name: county.tables[name] for name in TABLES if county.tables.get(name)}
    path = folder / "伽师县2022年财政衔接资金台账.xlsx"
    write_workbook(path, NAME, tables, in_yuan={"household_payments", "balances", "standards"})
    return path
