"""What a kernel has at hand before its turn: imported for its own sake, or once for all that are forked.

pyarrow imports pandas at its first array, matplotlib what it writes a figure with at its first; the checks are read
once, the templates compiled, the font looked up.
"""

# ruff: noqa: F401  imported to be there
import matplotlib.backends.backend_svg
import pandas
import pyarrow.dataset
import sqlalchemy.dialects.sqlite

import fundaudit.audit
import fundaudit.figures
import fundaudit.report
from fundaudit.catalogue import load_catalogue
from fundaudit.report.pieces import compile_templates

load_catalogue()
compile_templates()
fundaudit.figures.findings_chart("疑点", ("资金",), (("高", (1,)),))
