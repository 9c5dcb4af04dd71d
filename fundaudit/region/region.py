"""The counties of a run together, for notebooks: how they stand, HP15 over all of them, the largest projects with findings.

everywhere = region("2022-12-31")     # a draft from the runs that lie under outputs/
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from fundaudit.audit import AuditError
from fundaudit.county import open_run
from fundaudit.dates import Unreadable, read_date
from fundaudit.exact_yaml import ParameterError, shown
from fundaudit.findings import FINDING_SCHEMA
from fundaudit.masking import Secrets, mask_known
from fundaudit.parameters import Bureau, find_folder, read_bureau
from fundaudit.region.two_counties import REGION, Found, evidence_table, judge_two_counties
from fundaudit.register.opening import read_register
from fundaudit.register.runs import known_numbers
from fundaudit.register.schema import RegisterError
from fundaudit.register.standing import Standing, standing

SHOWN_PROJECTS = 20


@dataclass
class Region:
    """`failed`: counties of the run that did not come to an end, with the reason. `numbers`: person → case number and state."""

    as_of: date
    bureau: Bureau
    standing: Standing
    two_counties: Found
    numbers: Mapping[str, tuple[str, str]]
    projects: Sequence[Mapping[str, Any]]
    failed: Sequence[tuple[str, str]]
    draft: bool

    @property
    def tables(self) -> dict[str, pa.Table]:
        """None of the counties' own tables stands in the summary."""
        return {}

    @cached_property
    def secrets(self) -> Secrets:
        """What is personal of those whom HP15 names."""
        people = [(f.subject, f.name or "") for f in self.two_counties.findings]
        people += [(subject, name) for subject, (name, _) in self.two_counties.undetermined.items()]
        return Secrets.of([number for number, _ in people], [name for _, name in people if name])

    def findings_table(self) -> pa.Table:
        """HP15's findings as `findings.parquet` has them."""
        rows = [
            {**asdict(f), "case_no": self.numbers[f.subject][0], "state": self.numbers[f.subject][1]}
            for f in self.two_counties.findings
        ]
        return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)

    def evidence_table(self) -> pa.Table:
        return evidence_table(self.two_counties)


def region(as_of: str = "", parameters: str = "", outputs: str = "", run: str = "") -> Region:
    """The counties whose run stands for an audit date (the newest where none is named) and lies under `outputs`. `run` is given by
    `fundaudit run`: the folder that it will seal, with the counties that failed. AuditError where there is nothing to put together."""
    place = find_folder(Path(parameters) if parameters else None, notebook=True)
    kept = Path(outputs) if outputs else place.resolve().parent / "outputs"
    failed = json.loads((Path(run) / "failed.json").read_text(encoding="utf-8")) if run else []
    try:
        engine = read_register(kept)
        if engine is None:
            raise AuditError(f"{kept} 还没有登记库，请先运行 fundaudit run")
        with engine.connect() as connection:
            day = read_date(as_of) if as_of.strip() else _newest(kept)
            counties = standing(connection, day)
        engine.dispose()
    except (RegisterError, Unreadable, ParameterError) as error:
        raise AuditError(str(error)) from None
    if not counties.counties:
        raise AuditError(f"{kept} 下没有检查日 {shown(str(day))} 的运行，请先运行 fundaudit run")
    folders = {c.county: kept / c.county / str(day) for c in counties.counties}
    names = {c.county: c.name for c in counties.counties}
    found = judge_two_counties(folders, names, day)
    rows = {("HP15", f.subject): [r["paid_key"] for r in found.evidence if r["subject"] == f.subject] for f in found.findings}
    numbers = {
        key[1]: value for key, value in known_numbers(kept, REGION, rows, day, "草稿{:03d}" if not run else "{:06d}").items()
    }
    return Region(
        day, read_bureau(place), counties, found, numbers, _largest(folders, names), [tuple(f) for f in failed], not run
    )


def _newest(outputs: Path) -> date:
    days = sorted(path.parent.name for path in outputs.glob("??????/????-??-??/manifest.json"))
    if not days:
        raise AuditError(f"{outputs} 下还没有结果，请先运行 fundaudit run")
    return date.fromisoformat(days[-1])


def _largest(folders: Mapping[str, Path], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The projects with findings that have the most money: county, number, name (masked as in the county's report), yuan allocated,
    findings by severity."""
    given = [(c, f / "restricted/tables/allocations.parquet", f / "restricted/findings.parquet") for c, f in folders.items()]
    given = [(c, a, f) for c, a, f in given if a.exists() and f.exists()]
    if not given:
        return []
    told = {"codes": [c for c, _, _ in given], "money": [str(a) for _, a, _ in given], "found": [str(f) for _, _, f in given]}
    with duckdb.connect() as con:
        rows = con.sql(_LARGEST, params=told | {"n": SHOWN_PROJECTS}).to_arrow_table().to_pylist()
    secrets = {county: open_run(folders[county]).secrets for county in {row["county"] for row in rows}}
    return [
        row
        | {
            "county": names[row["county"]],
            "amount": Decimal(row["amount"]),
            "name": mask_known(row["name"] or "", secrets[row["county"]]),
        }
        for row in rows
    ]


_LARGEST = """
WITH files AS (SELECT unnest($codes) AS county, unnest($money) AS money, unnest($found) AS found),
money AS (
    SELECT county, project_id, sum(amount) AS amount FROM read_parquet($money, filename = true) JOIN files ON money = filename
    WHERE project_id IS NOT NULL AND NOT coalesce(pending, false) GROUP BY ALL
), found AS (
    SELECT files.county, subject AS project_id, any_value(name) AS name, count(*) AS findings, count(*) FILTER (WHERE severity = '高') AS high
    FROM read_parquet($found, filename = true) f JOIN files ON found = filename
    WHERE subject_kind = 'project_id' AND state NOT IN ('认定正常', '销号') GROUP BY ALL
)
SELECT county, project_id, name, amount, findings, high FROM found JOIN money USING (county, project_id)
ORDER BY high > 0 DESC, amount DESC, county ASC, project_id ASC LIMIT $n
"""
