"""Rejected rows in the ledger: what of each is readable, and the keys by which it touches others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa

from fundaudit.contract import LINK_KEYS, TABLES, Table
from fundaudit.intake import REJECT_SCHEMA
from fundaudit.intake.identity import invalid_reason, name_key
from fundaudit.ledger.database import put
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
    ]
)
_KEYS = pa.schema([("rejected_id", pa.int64()), ("table_name", _TEXT), ("kind", _TEXT), ("key", _TEXT)])


def load_rejects(con: duckdb.DuckDBPyConnection, rejects: pa.Table, as_of: date, wording: Wording) -> None:
    """`rejected` (what of each row is readable) and `rejected_keys`. A row alike another one takes nothing away."""
    rows, keys = [], []
    for i, row in enumerate(rejects.cast(REJECT_SCHEMA).to_pylist()):
        readable, table = dict(row["readable"]), TABLES[row["table"]]
        readable |= {name: wording.of(readable[name]) for name in table.wordings if name in readable}
        event = _date(readable.get(table.event, ""))
        if row["alike"] or (event and event > as_of):
            continue
        amount = readable.get("balance" if table.name == "balances" else "amount")
        rows.append(
            {
                "rejected_id": i,
                "table_name": table.name,
                "event_date": event,
                "amount": None if amount is None else Decimal(amount),
                "own_groups": _own_groups(table, readable),
                "name_key": name_key(readable["name"]) if "name" in readable else None,
                "household_id": readable.get("household_id"),
                "subsidy": readable.get("subsidy"),
                "place": f"{row['file']}#{row['row']}",
                "refused": [c.name for c in table.columns if c.header in (row["column"] or "").split("、")],
                "readable": list(readable.items()),
                "id_problem": invalid_reason(readable["id_number"]) or None if "id_number" in readable else None,
            }
        )
        keys += [
            {"rejected_id": i, "table_name": table.name, "kind": kind, "key": readable[kind]}
            for kind in LINK_KEYS
            if kind in readable
        ]
    put(con, "rejected", pa.Table.from_pylist(rows, _REJECTED))
    put(con, "rejected_keys", pa.Table.from_pylist(keys, _KEYS))


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
