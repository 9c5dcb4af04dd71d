"""Each limit of a check one step lower and one step higher, asked beside the limits that hold.

The settings stand as rows of a small table to which the check's SELECT is joined laterally: the ledger is passed once and not once a
step, and the check is planned once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fundaudit.catalogue import Check

Steps = list[tuple[str, Any]]  # a limit's name and a value of it; the first is step 1, step 0 are the limits that hold

FLAGGED = "left_out IS NULL AND doubt IS NULL AND flag AND subject IS NOT NULL"


def steps_of(check: Check, values: Mapping[str, Any]) -> Steps:
    """Each limit that is a number, one step lower and one step higher, within its range."""
    return list(_steps(check, values))


def _steps(check: Check, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, limit in check.thresholds.items():
        if limit.step is None or limit.min is None or limit.max is None:
            continue
        for value in (values[name] - limit.step, values[name] + limit.step):
            if limit.min <= value <= limit.max:
                yield name, value


def every_step(sql: str, bound: Mapping[str, Any], values: Mapping[str, Any], steps: Steps) -> tuple[str, dict[str, Any]]:
    """A SELECT's rows of every step as what stands in a FROM, `own` with `steps.step` beside it; and what is still bound in it."""
    moved = sorted({name for name, _ in steps})
    for name in moved:
        sql = re.sub(rf"\${name}\b", f'steps."{name}"', sql)
    settings = [dict(values), *(dict(values) | {name: value} for name, value in steps)]
    rows = ", ".join(f"({n}, {', '.join(_literal(own[name]) for name in moved)})" for n, own in enumerate(settings))
    names = ", ".join(("step", *(f'"{name}"' for name in moved)))
    return f"(VALUES {rows}) steps({names}), LATERAL ({sql}) own", {n: v for n, v in bound.items() if n not in moved}


def _literal(value: Any) -> str:
    return f"CAST({value} AS {'INTEGER' if isinstance(value, int) else 'DECIMAL(18, 4)'})"
