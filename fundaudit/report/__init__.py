"""The report's sections: each function turns a county's run into one masked piece of HTML for the notebook to show.

Overviews are in 万元, evidence in 元; numbers are rounded here and nowhere before.
"""

from fundaudit.report.finding_tables import findings, method
from fundaudit.report.first_page import cover, foot, reading
from fundaudit.report.lead_cards import lead_cards
from fundaudit.report.overviews import overview, summary
from fundaudit.report.pieces import Html
from fundaudit.report.reconciliation import sources
from fundaudit.report.undetermined import open_matters

__all__ = [
    "Html",
    "cover",
    "findings",
    "foot",
    "lead_cards",
    "method",
    "open_matters",
    "overview",
    "reading",
    "sources",
    "summary",
]
