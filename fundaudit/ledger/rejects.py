"""Rejected rows in the ledger, and rows of a suspect key: what of each is readable, and the keys by which it touches others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from fundaudit.contract import LINK_KEYS, TABLES, Table
from fundaudit.intake import REJECT_SCHEMA
from fundaudit.intake.identity import invalid_reason, name_key
from fundaudit.ledger.database import put
from fundaudit.ledger.suspects import Suspect
from fundaudit.ledger.wording import Wording

_TEXT = pa.string()
_REJECTED = pa.schema(
    [
        ("rejected_id", pa.int64()),
        ("table_name", _TEXT),
        ("event_date", pa.date32()),
        ("amount", pa.decimal128(18, 2)),
        ("own_groups", pa.list_(_TEXT)),
        ("name_key", _TEXT),
        ("household_id", _TEXT),
        ("subsidy", _TEXT),
        ("place", _TEXT),
        ("refused", pa.list_(_TEXT)),
        ("readable", pa.map_(_TEXT, _TEXT)),
        ("id_problem", _TEXT),
        ("suspect", pa.bool_()),
    ]
)
_SUSPECT = pa.schema([(name, _TEXT) for name in ("table_name", "column_name", "kind", "key", "other")])
TIES = ("indicator_id", "allocation_id", "project_id", "contract_id")  # by which money is added up
_KEYS = pa.schema([("rejected_id", pa.int64()), ("table_name", _TEXT), ("kind", _TEXT), ("key", _TEXT)])


def load_rejects(
    con: duckdb.DuckDBPyConnection, rejects: pa.Table, found: Sequence[Suspect], as_of: date, wording: Wording
) -> None:
    """`rejected` (what of each row is readable), `rejected_keys`, `suspect_keys`. A row alike another one takes nothing away.

    A row that is tied to others by a suspect key touches whatever it could belong to, as one that was refused does.
    """
    rows, keys = list[dict[str, Any]](), list[dict[str, Any]]()
    for reject in rejects.cast(REJECT_SCHEMA).to_pylist():
        table = TABLES[reject["table"]]
        readable = dict(reject["readable"])
        readable |= {name: wording.of(readable[name]) for name in table.wordings if name in readable}
        row = _row(table, readable, f"{reject['file']}#{reject['row']}", (reject["column"] or "").split("、"))
        if not (reject["alike"] or (row["event_date"] and row["event_date"] > as_of)):
            keys += [
                {"rejected_id": len(rows), "table_name": table.name, "kind": k, "key": readable[k]}
                for k in LINK_KEYS
                if k in readable
            ]
            rows.append(row | {"rejected_id": len(rows)})
    for own in (own for own in found if own.column in TIES):
        for other in own.others or (None,):
            if other:
                keys.append({"rejected_id": len(rows), "table_name": own.table, "kind": own.kind, "key": other})
            row = _row(TABLES[own.table], own.said(other), f"{own.row['source_file']}#{own.row['source_row']}", [])
            rows.append(row | {"rejected_id": len(rows), "suspect": True})
    put(con, "rejected", pa.Table.from_pylist(rows, _REJECTED))
    put(con, "rejected_keys", pa.Table.from_pylist(keys, _KEYS))
    named = {(own.table, own.column, own.kind, own.written, other) for own in found for other in own.others or (None,)}
    put(con, "suspect_keys", pa.Table.from_pylist([dict(zip(_SUSPECT.names, own, strict=True)) for own in named], _SUSPECT))


def _row(table: Table, readable: dict[str, str], place: str, refused: list[str]) -> dict[str, Any]:
    amount = readable.get("balance" if table.name == "balances" else "amount")
    return {
        "table_name": table.name,
        "event_date": _date(readable.get(table.event, "")),
        "amount": None if amount is None else Decimal(amount),
        "own_groups": _own_groups(table, readable),
        "name_key": name_key(readable["name"]) if "name" in readable else None,
        "household_id": readable.get("household_id"),
        "subsidy": readable.get("subsidy"),
        "place": place,
        "refused": [c.name for c in table.columns if c.header in refused],
        "readable": list(readable.items()),
        "id_problem": invalid_reason(readable["id_number"]) or None if "id_number" in readable else None,
        "suspect": False,
    }


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _own_groups(table: Table, readable: Mapping[str, str]) -> list[str]:
    """The fund groups that a rejected indicator names itself."""
    if table.name != "indicators":
        return []
    groups = [f"{tag}:{readable[tag]}" for tag in ("fund_type", "direct_tag") if tag in readable]
    if readable.get("direct_tag") in ("直达", "参照直达"):
        groups.append("direct_tag:直达+参照直达")
    if "integrated" in readable:
        groups.append("integrated:" + ("是" if readable["integrated"] == "true" else "否"))
    return groups
