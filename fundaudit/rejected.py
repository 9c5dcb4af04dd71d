"""What rejected rows do to findings: some could take one away, some could change its amount."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from fundaudit.catalogue import Check
from fundaudit.contract import TABLES
from fundaudit.ledger.connection import Ledger


def softened(ledger: Ledger, read: Callable[..., pa.Table], check: Check) -> dict[str, str]:
    """Flagged subject → why it is undetermined: rejected rows touch it and what is readable of them could take the finding away.

    Whether it can is decided against the flagged rows alone: their `margin` (the amount, where a check names none) against what the
    rejected rows add (`more`) or give back (`less`); or by the check itself (`firm`).
    """
    relief = dict.fromkeys((*check.needs, *check.uses), "any") if check.relief is None else check.relief
    tables = {table: effect for table, effect in relief.items() if ledger.rejected.get(table)}
    if not tables:
        return {}
    touched = read(
        "WITH effects AS (SELECT unnest($tables) AS table_name, unnest($effects) AS effect)"
        " SELECT v.subject, list(DISTINCT t.table_name ORDER BY t.table_name) AS tables"
        " FROM verdicts v JOIN touching t ON t.key = v.subject JOIN effects e USING (table_name)"
        " WHERE v.flag AND t.kind = $kind AND v.firm IS NOT true GROUP BY v.subject, v.margin, v.firm"
        " HAVING v.firm IS false OR bool_or(effect = 'any' OR t.amount IS NULL)"
        " OR sum(greatest(if(effect = 'less', -t.amount, t.amount), 0)) >= greatest(v.margin, 0.01)",
        {"kind": check.subject, "tables": list(tables), "effects": list(tables.values())},
    )
    reasons = {}
    for row in touched.to_pylist():
        reasons[row["subject"]] = f"{_titles(row['tables'])}中有被拒收的行涉及该对象，可能改变结论"
    return reasons


def uncertain(ledger: Ledger, read: Callable[..., pa.Table], check: Check) -> dict[str, str]:
    """Flagged subject → why its amount is unknown: a rejected row of a table that the amount is made from (`sums`) touches it."""
    tables = [table for table in check.sums if ledger.rejected.get(table)]
    if not tables:
        return {}
    touched = read(
        "SELECT v.subject, list(DISTINCT t.table_name ORDER BY t.table_name) AS tables FROM verdicts v JOIN touching t ON t.key = v.subject"
        " WHERE v.flag AND t.kind = $kind AND t.table_name IN (SELECT unnest($tables)) GROUP BY v.subject",
        {"kind": check.subject, "tables": tables},
    )
    return {r["subject"]: f"{_titles(r['tables'])}中有被拒收的行涉及该对象，金额不能确定" for r in touched.to_pylist()}


def _titles(tables: list[str]) -> str:
    return "、".join(TABLES[t].title for t in tables)
