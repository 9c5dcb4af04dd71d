"""How sure findings are: what a check would find with each of its limits one step lower and one step higher.

All steps of a check are judged in one statement beside the limits that hold: they stand as rows of a small table, to which the check's
SELECT is joined laterally, so that the ledger is passed once and not once a step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from fundaudit.catalogue import Catalogue, Check
from fundaudit.findings import ZERO, Judgement, Neighbour, Outcome
from fundaudit.ledger.connection import Ledger
from fundaudit.verdicts import statement

STEPS = """
CREATE TEMP TABLE stepped AS
SELECT step, subject, sum(amount) AS amount FROM (VALUES {rows}) steps({names}), LATERAL ({check})
WHERE left_out IS NULL AND doubt IS NULL AND flag AND subject IS NOT NULL GROUP BY ALL
"""
COMPARED = """
SELECT step, count(*) AS findings, count(*) FILTER (WHERE subject NOT IN (SELECT subject FROM stepped WHERE step = 0)) AS gained,
       sum(amount) AS together, sum(amount) FILTER (WHERE subject = 'total') AS total, max(amount) AS largest
FROM stepped WHERE step > 0 AND subject NOT IN (SELECT unnest(CAST($open AS VARCHAR[]))) GROUP BY step
"""


def with_sensitivity(
    ledger: Ledger, judgement: Judgement, catalogue: Catalogue, thresholds: Mapping[str, Mapping[str, Any]]
) -> Judgement:
    """The judgement, its outcomes with what each limit's neighbours would find; none where the data, and no limit, decides. A check
    that cannot be asked this way, or not in its time, keeps none."""
    stopped = {u.check for u in judgement.undetermined if u.kind in ("broken", "waiting")}
    findings: dict[str, set[str]] = {}
    for finding in judgement.findings:
        findings.setdefault(finding.check, set()).add(finding.subject)

    def told(outcome: Outcome) -> Outcome:
        check, values = catalogue.checks[outcome.check], thresholds[outcome.check]
        steps = list(_steps(check, values))
        if not steps or not outcome.population or outcome.check in stopped:
            return outcome
        try:
            with ledger.reading(ledger.settings.limits.seconds) as read:
                sql, bound = statement(ledger, check, values)
                found = _compared(read, check, sql, bound, steps, findings.get(check.code, set()))
        except duckdb.Error:
            return outcome
        return _told(outcome, check, steps, found)

    with ThreadPoolExecutor(ledger.side_by_side, thread_name_prefix="limits") as pool:
        judgement.outcomes[:] = pool.map(told, judgement.outcomes)
    return judgement


def _steps(check: Check, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each limit that is a number, one step lower and one step higher, within its range."""
    for name, limit in check.thresholds.items():
        if limit.step is None or limit.min is None or limit.max is None:
            continue
        for value in (values[name] - limit.step, values[name] + limit.step):
            if limit.min <= value <= limit.max:
                yield name, value


def _compared(
    read: Callable[..., pa.Table], check: Check, sql: str, values: Mapping[str, Any], steps: list[tuple[str, Any]], held: set[str]
) -> dict[int, dict[str, Any]]:
    """Step (from 1) → what it finds. Who is flagged by the limits that hold and yet is no finding stays out of every step."""
    moved = sorted({name for name, _ in steps})
    for name in moved:
        sql = re.sub(rf"\${name}\b", f'steps."{name}"', sql)
    settings = [dict(values), *(dict(values) | {name: value} for name, value in steps)]
    rows = ", ".join(f"({n}, {', '.join(_literal(own[name]) for name in moved)})" for n, own in enumerate(settings))
    names = ", ".join(("step", *(f'"{name}"' for name in moved)))
    read(STEPS.format(rows=rows, names=names, check=sql), {name: v for name, v in values.items() if name not in moved})
    flagged = read("SELECT subject FROM stepped WHERE step = 0")["subject"].to_pylist()
    return {row["step"]: row for row in read(COMPARED, {"open": [s for s in flagged if s not in held]}).to_pylist()}


def _literal(value: Any) -> str:
    return f"CAST({value} AS {'INTEGER' if isinstance(value, int) else 'DECIMAL(18, 4)'})"


def _told(outcome: Outcome, check: Check, steps: list[tuple[str, Any]], found: Mapping[int, Mapping[str, Any]]) -> Outcome:
    neighbours = []
    for n, (name, value) in enumerate(steps, 1):
        own = found.get(n, {"findings": 0, "gained": 0, "together": None, "total": None, "largest": None})
        amount = (own["total"] or own["largest"]) if check.outcome_amount == "total" else own["together"]
        neighbours.append(
            Neighbour(
                threshold=name,
                value=str(value),
                findings=own["findings"],
                gained=own["gained"],
                lost=outcome.flagged - (own["findings"] - own["gained"]),
                amount=Decimal(amount or ZERO).quantize(ZERO),
            )
        )
    return replace(outcome, neighbours=tuple(neighbours))
