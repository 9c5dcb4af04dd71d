"""The shape of what intake writes: canonical tables, and the rows that were rejected."""

from __future__ import annotations

import pyarrow as pa

from fundaudit.contract import CONTRACT_VERSION, END, TABLES, Table

ARROW_TYPES = {
    "text": pa.string(),
    "id": pa.string(),
    "month": pa.string(),
    "money": pa.decimal128(18, 2),
    "date": pa.date32(),
    "bool": pa.bool_(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 6),
    "ratio": pa.decimal128(18, 8),
}
TEXTS = pa.map_(pa.string(), pa.string())
NAMES = pa.list_(pa.string())
PROVENANCE = (
    ("source_file", pa.string()),
    ("source_sheet", pa.string()),
    ("source_row", pa.int64()),
    ("raw", TEXTS),  # column → text of cells that intake changed or could not read
    ("suspect", NAMES),  # columns whose id a spreadsheet held as a number
    ("extra", TEXTS),  # header → text of columns that the contract does not know
)
REJECT_SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("found", pa.string()),
        ("reason", pa.string()),
        ("alike", pa.bool_()),  # another row says all the same: nothing is lost
        ("row_as_read", pa.string()),
        ("readable", TEXTS),
    ]
)


def arrow_schema(table: Table) -> pa.Schema:
    """A canonical table's schema: its contract columns, the other ends of dates known to the month, then provenance."""
    fields = [pa.field(c.name, ARROW_TYPES[c.kind]) for c in table.columns]
    fields += [pa.field(name + END, pa.date32()) for name in table.by_month]
    fields += [pa.field(name, type_) for name, type_ in PROVENANCE]
    return pa.schema(fields, metadata={"contract_version": str(CONTRACT_VERSION), "table": table.name})


def header_of(table: str, column: str) -> str:
    """The Chinese header of a contract column; the text itself for a column the contract does not know; （整表） for none."""
    found = next((c for c in TABLES[table].columns if c.name == column), None)
    return found.header if found else column or "（整表）"
