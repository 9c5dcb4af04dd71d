"""What inspectors use in JupyterLab: the workbench, and the pieces with which they explore on in pandas and SQL."""

from fundaudit.workbench.bench import open_workbench
from fundaudit.workbench.explore import (
    bars,
    findings_by_family,
    findings_by_township,
    judged_again,
    ledger_table,
    outcomes,
    spending,
)
from fundaudit.workbench.new_check import new_check
from fundaudit.workbench.tables import table

__all__ = [
    "bars",
    "findings_by_family",
    "findings_by_township",
    "judged_again",
    "ledger_table",
    "new_check",
    "open_workbench",
    "outcomes",
    "spending",
    "table",
]
