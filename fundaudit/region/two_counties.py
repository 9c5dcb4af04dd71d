"""HP15: who was paid one subsidy of one cycle in several counties, over what each county's run left of its household lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from fundaudit.catalogue import Catalogue, Check, read_check
from fundaudit.facts import source_text
from fundaudit.findings import SEVERITIES, ZERO, Finding, Outcome
from fundaudit.ledger.database import script
from fundaudit.parameters import FAMILIES

REGION = "region"  # in place of a county's code, in case numbers and folders
PAID = "restricted/paid_cycles.parquet"


@cache
def two_counties() -> Check:
    """The check over all counties."""
    return read_check(Path(str(files("fundaudit").joinpath("region/HP15_two_counties.sql"))), verified=True)


def with_region(catalogue: Catalogue) -> Catalogue:
    """A catalogue for people to read: the check over all counties in its place among those of a county."""
    checks = {**catalogue.checks, two_counties().code: two_counties()}
    order = list(FAMILIES)
    return Catalogue(dict(sorted(checks.items(), key=lambda item: (order.index(item[0][:2]), item[0]))))


@dataclass
class Found:
    """What the check came to; `evidence`: the rows of the findings; `undetermined`: person → name and reason; `names`: every name and
    number of them, to be masked."""

    outcome: Outcome
    findings: list[Finding] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    undetermined: dict[str, tuple[str, str]] = field(default_factory=dict)


def judge_two_counties(folders: Mapping[str, Path], names: Mapping[str, str], as_of: date) -> Found:
    """`folders`: county → the folder of its run; `names`: county → how it is called. A county without household lines takes no part."""
    check = two_counties()
    paid = {county: folder / PAID for county, folder in folders.items() if (folder / PAID).exists()}
    blank = Outcome(check.code, check.title, check.family, check.severity, "not_run", reason="不足两个县有到人到户补助资金发放表")
    if len(paid) < 2:
        return Found(blank)
    with duckdb.connect() as con:
        script(con, "texts.sql")
        con.execute(
            "CREATE TABLE county_names AS SELECT unnest($codes) AS county, unnest($names) AS name_of",
            {"codes": list(names), "names": list(names.values())},
        )
        shared = _shared(con, paid)
        if con.execute("SELECT count(DISTINCT county) FROM numbers").fetchall()[0][0] < 2:
            return Found(blank)
        (people,) = con.execute("SELECT count(DISTINCT id_number) FROM numbers").fetchall()[0]
        rows = con.sql(check.sql).to_arrow_table().to_pylist() if shared else []
    return _found(check, rows, people, as_of)


def _shared(con: duckdb.DuckDBPyConnection, paid: Mapping[str, Path]) -> int:
    """`paid_cycles`: the lines of people that stand in more than one county, who are few; how many lines that are."""
    con.execute(
        "CREATE TEMP TABLE every_line AS SELECT county, p.* EXCLUDE (filename) FROM read_parquet($files, filename = true) p"
        " JOIN (SELECT unnest($files) AS file, unnest($codes) AS county) ON file = filename",
        {"files": [str(path) for path in paid.values()], "codes": list(paid)},
    )
    con.execute("CREATE TABLE numbers AS SELECT DISTINCT county, id_number FROM every_line")
    con.execute("CREATE TABLE in_several AS SELECT id_number FROM numbers GROUP BY id_number HAVING count(*) > 1")
    con.execute("CREATE TABLE paid_cycles AS SELECT * FROM every_line WHERE id_number IN (FROM in_several)")
    (lines,) = con.execute("SELECT count(*) FROM paid_cycles").fetchall()[0]
    return int(lines)


def _found(check: Check, rows: list[dict[str, Any]], people: int, as_of: date) -> Found:
    of: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["subject"], []).append(row)
    found = Found(Outcome(check.code, check.title, check.family, check.severity, "clean", population=people))
    for subject, own in of.items():
        flagged = [row for row in own if row["flag"] and not row["doubt"]]
        if flagged:
            found.findings.append(_finding(check, subject, flagged, as_of))
            found.evidence += flagged
        elif doubt := next((row["doubt"] for row in own if row["doubt"]), None):
            found.undetermined[subject] = (own[0]["name"], doubt)
    found.findings.sort(key=lambda f: (SEVERITIES.index(f.severity), -(f.amount or ZERO), f.subject))
    status = "finding" if found.findings else "undetermined" if found.undetermined else "clean"
    found.outcome = Outcome(
        check.code, check.title, check.family, min((f.severity for f in found.findings), key=SEVERITIES.index, default=check.severity),
        status, people, len(found.findings), len(found.undetermined), sum((f.amount or ZERO for f in found.findings), ZERO),
    )  # fmt: skip
    return found


def _finding(check: Check, subject: str, rows: list[dict[str, Any]], as_of: date) -> Finding:
    """One person: amounts added over subsidies and cycles, the bases that bind in every county that paid."""
    first = min(rows, key=lambda row: (row["occurred_on"] or date.max, row["county"]))
    bound = [{b.id for b in check.bound_by(subject, row["county"], first["occurred_on"] or as_of, ())} for row in rows]
    basis = tuple(id_ for id_ in check.basis if all(id_ in own for own in bound))
    return Finding(
        county=REGION,
        as_of=as_of,
        check=check.code,
        family=check.family,
        severity=check.severity if basis else "低",
        subject_kind=check.subject,
        subject=subject,
        name=first["name"],
        amount=sum((Decimal(row["amount"]) for row in rows), ZERO),
        occurred_on=first["occurred_on"],
        basis=basis,
        detail="；".join(dict.fromkeys(row["detail"] for row in rows)),
        township="、".join(dict.fromkeys(row["县"] for row in rows)),
        source=source_text((f"{row['县']} {row['来源文件']}", row["来源工作表"], row["来源行"]) for row in rows),
    )


def evidence_table(found: Found) -> pa.Table:
    """The rows behind the findings under their Chinese headers."""
    headers = [name for name in (found.evidence[0] if found.evidence else {}) if not name.isascii()]
    return pa.table({name: [row[name] for row in found.evidence] for name in headers}) if headers else pa.table({})
