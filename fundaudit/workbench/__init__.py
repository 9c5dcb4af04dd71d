"""What inspectors use in JupyterLab: the workbench, and the pieces with which they explore on in pandas and SQL."""

from fundaudit.workbench.bench import open_workbench
from fundaudit.workbench.explore import findings_by_family, findings_by_township, judged_again, ledger_table, outcomes, spending
from fundaudit.workbench.tables import table

__all__ = ["findings_by_family", "findings_by_township", "judged_again", "ledger_table", "open_workbench", "outcomes", "spending", "table"]
