"""Intake: the only reader of county files. Files become typed canonical tables; what is not accepted is kept.

    intake = read_county(parameters)
    intake.tables["payments"]   # pyarrow.Table: contract columns and provenance
    intake.rejects              # every rejected row with its reason and what of it is readable

Rows read = accepted + rejected + totals, per file, and so is the readable money of every column; both verified there.
"""

from fundaudit.intake.assign import Unread
from fundaudit.intake.canonical import ARROW_TYPES, REJECT_SCHEMA, arrow_schema, header_of
from fundaudit.intake.columns import Note
from fundaudit.intake.county import Intake, MoneyRead, SheetRead, read_county, write_tables
from fundaudit.intake.readers import IntakeError
from fundaudit.intake.rows import Problem
from fundaudit.intake.totals import PrintedTotal

__all__ = [
    "ARROW_TYPES",
    "REJECT_SCHEMA",
    "Intake",
    "IntakeError",
    "MoneyRead",
    "Note",
    "PrintedTotal",
    "Problem",
    "SheetRead",
    "Unread",
    "arrow_schema",
    "header_of",
    "read_county",
    "write_tables",
]
