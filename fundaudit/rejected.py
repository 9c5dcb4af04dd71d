"""What rejected rows and suspect keys do to verdicts: they could take a finding away, change its amount, or be of another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from fundaudit.catalogue import Check, Kind
from fundaudit.contract import TABLES
from fundaudit.ledger.connection import Ledger


def softened(ledger: Ledger, read: Callable[..., pa.Table], check: Check) -> dict[str, tuple[Kind, str]]:
    """Flagged subject → why it is undetermined: rejected rows touch it and what is readable of them could take the finding away.

    Whether it can is decided against the flagged rows alone: their `margin` (the amount, where a check names none) against what the
    rejected rows add (`more`) or give back (`less`); or by the check itself (`firm`).
    """
    relief = dict.fromkeys((*check.needs, *check.uses), "any") if check.relief is None else check.relief
    tables = {table: effect for table, effect in relief.items() if ledger.rejected.get(table) or ledger.suspect.get(table)}
    if not tables:
        return {}
    touched = read(
        "WITH effects AS (SELECT unnest($tables) AS table_name, unnest($effects) AS effect)"
        " SELECT v.subject, list(DISTINCT t.table_name ORDER BY t.table_name) AS tables, bool_and(t.suspect) AS suspect"
        " FROM verdicts v JOIN touching t ON t.key = v.subject JOIN effects e USING (table_name)"
        " WHERE v.flag AND t.kind = coalesce(v.subject_kind, $kind) AND v.firm IS NOT true GROUP BY v.subject, v.margin, v.firm"
        " HAVING v.firm IS false OR bool_or(effect = 'any' OR t.amount IS NULL)"
        " OR sum(greatest(if(effect = 'less', -t.amount, t.amount), 0)) >= greatest(v.margin, 0.01)",
        {"kind": check.subject, "tables": list(tables), "effects": list(tables.values())},
    )
    reasons = dict[str, tuple[Kind, str]]()
    for row in touched.to_pylist():
        kind: Kind = "identity" if row["suspect"] else "refused"
        reasons[row["subject"]] = kind, f"{_said(row)}，可能改变结论"
    return reasons


def uncertain(ledger: Ledger, read: Callable[..., pa.Table], check: Check) -> dict[str, str]:
    """Flagged subject → why its amount is unknown: a rejected row of a table that the amount is made from (`sums`) touches it."""
    tables = [table for table in check.sums if ledger.rejected.get(table) or ledger.suspect.get(table)]
    if not tables:
        return {}
    touched = read(
        "SELECT v.subject, list(DISTINCT t.table_name ORDER BY t.table_name) AS tables, bool_and(t.suspect) AS suspect"
        " FROM verdicts v JOIN touching t ON t.key = v.subject"
        " WHERE v.flag AND t.kind = coalesce(v.subject_kind, $kind) AND t.table_name IN (SELECT unnest($tables)) GROUP BY v.subject",
        {"kind": check.subject, "tables": tables},
    )
    return {row["subject"]: f"{_said(row)}，金额不能确定" for row in touched.to_pylist()}


def suspected(ledger: Ledger, read: Callable[..., pa.Table], check: Check) -> dict[str, tuple[Kind, str]]:
    """Subject, flagged or not → why it is undetermined: its key, or one that could be the same in a table of the check, lost digits."""
    tables = [table for table in (*check.needs, *check.uses) if ledger.suspect.get(table)]
    if not tables:
        return {}
    found = read(
        "SELECT DISTINCT v.subject, k.table_name FROM verdicts v JOIN suspect_keys k ON v.subject IN (k.key, k.other)"
        " WHERE k.kind = coalesce(v.subject_kind, $kind) AND k.table_name IN (SELECT unnest($tables)) ORDER BY ALL DESC",
        {"kind": check.subject, "tables": tables},
    )
    titles = {row["subject"]: TABLES[row["table_name"]].title for row in found.to_pylist()}
    return {subject: ("identity", f"{title}中的编号{LOST}，不能确定是同一对象") for subject, title in titles.items()}


LOST = "以数字格式存放或带星号，可能丢失末位或前导零"


def _said(touched: dict[str, Any]) -> str:
    titles = "、".join(TABLES[t].title for t in touched["tables"])
    return f"{titles}中有编号{LOST}的行，可能涉及该对象" if touched["suspect"] else f"{titles}中有未采用的行涉及该对象"
