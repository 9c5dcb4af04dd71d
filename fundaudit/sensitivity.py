"""How sure findings are: what a check would find with each of its limits one step lower and one step higher.

All steps of a check are judged in one statement beside the limits that hold: they stand as rows of a small table, to which the check's
SELECT is joined laterally, so that the ledger is passed once and not once a step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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

# Names that no check has by chance: a bureau's own may call a limit, a column or a part of its SELECT as it likes.
STEPS = """
CREATE TEMP TABLE stepped AS
SELECT "every step"."the step" AS step, own.subject, CAST(sum(own.amount) AS DECIMAL(34, 2)) AS amount
FROM (VALUES {rows}) "every step"({names}), LATERAL ({check}) own
WHERE own.left_out IS NULL AND own.doubt IS NULL AND own.flag AND own.subject IS NOT NULL GROUP BY "every step"."the step", own.subject
"""
# Who is flagged by the limits that hold and yet is no finding stays out of every step.
COMPARED = """
SELECT s.check_code, s.step, count(*) AS findings, count(*) FILTER (WHERE b.subject IS NULL) AS gained, sum(s.amount) AS together,
       sum(s.amount) FILTER (WHERE s.subject = 'total') AS total, max(s.amount) AS largest
FROM stepped s LEFT JOIN stepped b ON b.check_code = s.check_code AND b.subject = s.subject AND b.step = 0
LEFT JOIN held h ON h.check_code = s.check_code AND h.subject = s.subject
WHERE s.step > 0 AND (b.subject IS NULL OR h.subject IS NOT NULL) GROUP BY s.check_code, s.step
"""
Steps = list[tuple[str, Any]]  # a limit's name and a value of it


def with_sensitivity(
    ledger: Ledger, judgement: Judgement, catalogue: Catalogue, thresholds: Mapping[str, Mapping[str, Any]]
) -> Judgement:
    """The judgement, its outcomes with what each limit's neighbours would find; none where the data, and no limit, decides. A check
    that cannot be asked this way, or not in its time, keeps none, and all do where they cannot be compared."""
    stopped = {u.check for u in judgement.undetermined if u.kind in ("broken", "waiting")}
    steps = {o.check: list(_steps(catalogue.checks[o.check], thresholds[o.check])) for o in judgement.outcomes}
    asked = [o.check for o in judgement.outcomes if steps[o.check] and o.population and o.check not in stopped]

    def stepped(code: str) -> pa.Table | None:
        try:
            return _stepped(ledger, catalogue.checks[code], thresholds[code], steps[code])
        except duckdb.Error:
            return None

    with ThreadPoolExecutor(ledger.side_by_side, thread_name_prefix="limits") as pool:
        tables = {code: table for code, table in zip(asked, pool.map(stepped, asked), strict=True) if table is not None}
    try:
        found = _compared(ledger, tables, judgement)
    except duckdb.Error:
        return judgement
    judgement.outcomes[:] = [
        _told(o, catalogue.checks[o.check], steps[o.check], found[o.check]) if o.check in tables else o
        for o in judgement.outcomes
    ]
    return judgement


def _steps(check: Check, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each limit that is a number, one step lower and one step higher, within its range."""
    for name, limit in check.thresholds.items():
        if limit.step is None or limit.min is None or limit.max is None:
            continue
        for value in (values[name] - limit.step, values[name] + limit.step):
            if limit.min <= value <= limit.max:
                yield name, value


def _stepped(ledger: Ledger, check: Check, values: Mapping[str, Any], steps: Steps) -> pa.Table:
    """step (0: the limits that hold, from 1 the neighbours in their order), subject and amount of all that each step flags."""
    sql, bound = statement(ledger, check, values)
    moved = sorted({name for name, _ in steps})
    for name in moved:
        sql = re.sub(rf"\${name}\b", f'"every step"."limit {name}"', sql)
    settings = [dict(values), *(dict(values) | {name: value} for name, value in steps)]
    kinds = {name: _kind([own[name] for own in settings]) for name in moved}
    rows = ", ".join(
        f"({n}, {', '.join(f'CAST({own[name]} AS {kinds[name]})' for name in moved)})" for n, own in enumerate(settings)
    )
    names = ", ".join(('"the step"', *(f'"limit {name}"' for name in moved)))
    with ledger.reading(ledger.settings.limits.seconds) as read:
        read(STEPS.format(rows=rows, names=names, check=sql), {name: v for name, v in bound.items() if name not in moved})
        return read("FROM stepped")


def _compared(ledger: Ledger, tables: Mapping[str, pa.Table], judgement: Judgement) -> dict[str, dict[int, dict[str, Any]]]:
    """Check → step (from 1) → what it finds."""
    found: dict[str, dict[int, dict[str, Any]]] = {code: {} for code in tables}
    if tables:
        named = [table.append_column("check_code", pa.repeat(code, len(table))) for code, table in tables.items()]
        held = {
            "check_code": [f.check for f in judgement.findings],
            "subject": [f.subject for f in judgement.findings],
        }
        beside = {"stepped": pa.concat_tables(named), "held": pa.table(held, schema=_HELD)}
        with ledger.reading(ledger.settings.limits.seconds, beside) as read:
            for row in read(COMPARED).to_pylist():
                found[row["check_code"]][row["step"]] = row
    return found


_HELD = pa.schema([("check_code", pa.string()), ("subject", pa.string())])


def _kind(values: list[Any]) -> str:
    """The type that holds each of the values unrounded: of days and the like a whole number, of money and shares a decimal one."""
    if all(isinstance(value, int) for value in values):
        return "INTEGER"
    return f"DECIMAL(18, {max(max(0, -int(Decimal(value).as_tuple().exponent)) for value in values)})"


def _told(outcome: Outcome, check: Check, steps: Steps, found: Mapping[int, Mapping[str, Any]]) -> Outcome:
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
