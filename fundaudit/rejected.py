"""What rejected rows and suspect keys do to verdicts: they could take a finding away, change its amount, or be of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa

from fundaudit.catalogue import Check, Kind
from fundaudit.contract import TABLES
from fundaudit.ledger.connection import Ledger

Reasons = dict[str, dict[str, tuple[Kind, str]]]  # check → subject → why it is undetermined


def _pairs(lists: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """(check, table) as two lists in step, for a statement."""
    own = [(check, table) for check, tables in lists.items() for table in tables]
    return {"checks": [check for check, _ in own], "tables": [table for _, table in own]}


def softened(ledger: Ledger, read: Callable[..., pa.Table], checks: Iterable[Check]) -> Reasons:
    """Flagged subjects whom rejected rows touch, and what is readable of these could take the finding away.

    Whether it can is decided against the flagged rows alone: their `margin` (the amount, where a check names none) against what the
    rejected rows add (`more`) or give back (`less`); or by the check itself (`firm`).
    """
    reliefs = {c.code: dict.fromkeys((*c.needs, *c.uses), "any") if c.relief is None else c.relief for c in checks}
    pairs = _pairs({code: _touched(ledger, relief) for code, relief in reliefs.items()})
    if not pairs["checks"]:
        return {}
    effects = [reliefs[code][table] for code, table in zip(pairs["checks"], pairs["tables"], strict=True)]
    touched = read(
        "WITH effects AS (SELECT unnest($checks) AS check_code, unnest($tables) AS table_name, unnest($effects) AS effect)"
        " SELECT v.check_code, v.subject, list(DISTINCT t.table_name ORDER BY t.table_name) AS tables, bool_and(t.suspect) AS suspect"
        " FROM verdicts v JOIN touching t ON t.key = v.subject AND t.kind = v.kind"
        " JOIN effects e ON e.check_code = v.check_code AND e.table_name = t.table_name"
        " WHERE v.flag AND v.firm IS NOT true GROUP BY v.check_code, v.subject, v.margin, v.firm"
        " HAVING v.firm IS false OR bool_or(effect = 'any' OR t.amount IS NULL)"
        " OR sum(greatest(if(effect = 'less', -t.amount, t.amount), 0)) >= greatest(v.margin, 0.01)",
        {**pairs, "effects": effects},
    )
    reasons: Reasons = defaultdict(dict)
    for row in touched.to_pylist():
        kind: Kind = "identity" if row["suspect"] else "refused"
        reasons[row["check_code"]][row["subject"]] = kind, f"{_said(row)}，可能改变结论"
    return reasons


def _touched(ledger: Ledger, tables: Iterable[str]) -> list[str]:
    """Those of the tables that have rejected rows or suspect keys."""
    return [table for table in tables if ledger.rejected.get(table) or ledger.suspect.get(table)]


def uncertain(ledger: Ledger, read: Callable[..., pa.Table], checks: Iterable[Check]) -> dict[str, dict[str, str]]:
    """Check → flagged subject → why its amount is unknown: a rejected row of a table that the amount is made from (`sums`) touches it."""
    pairs = _pairs({check.code: _touched(ledger, check.sums) for check in checks})
    if not pairs["checks"]:
        return {}
    touched = read(
        "WITH sums AS (SELECT unnest($checks) AS check_code, unnest($tables) AS table_name)"
        " SELECT v.check_code, v.subject, list(DISTINCT t.table_name ORDER BY t.table_name) AS tables, bool_and(t.suspect) AS suspect"
        " FROM verdicts v JOIN touching t ON t.key = v.subject AND t.kind = v.kind"
        " JOIN sums s ON s.check_code = v.check_code AND s.table_name = t.table_name"
        " WHERE v.flag GROUP BY v.check_code, v.subject",
        pairs,
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in touched.to_pylist():
        found[row["check_code"]][row["subject"]] = f"{_said(row)}，金额不能确定"
    return found


def suspected(ledger: Ledger, read: Callable[..., pa.Table], checks: Iterable[Check]) -> Reasons:
    """Subjects, flagged or not, whose key, or one that could be the same in a table of the check, lost digits."""
    pairs = _pairs({check.code: [t for t in (*check.needs, *check.uses) if ledger.suspect.get(t)] for check in checks})
    if not pairs["checks"]:
        return {}
    found = read(
        "WITH held AS (SELECT unnest($checks) AS check_code, unnest($tables) AS table_name)"
        " SELECT DISTINCT v.check_code, v.subject, k.table_name FROM verdicts v JOIN suspect_keys k ON v.subject IN (k.key, k.other)"
        " JOIN held h ON h.check_code = v.check_code AND h.table_name = k.table_name WHERE k.kind = v.kind ORDER BY ALL DESC",
        pairs,
    )
    reasons: Reasons = defaultdict(dict)
    for row in found.to_pylist():
        title = TABLES[row["table_name"]].title
        reasons[row["check_code"]][row["subject"]] = "identity", f"{title}中的编号{LOST}，不能确定是同一对象"
    return reasons


LOST = "以数字格式存放或带星号，可能丢失末位或前导零"


def _said(touched: dict[str, Any]) -> str:
    titles = "、".join(TABLES[t].title for t in touched["tables"])
    return f"{titles}中有编号{LOST}的行，可能涉及该对象" if touched["suspect"] else f"{titles}中有未采用的行涉及该对象"
