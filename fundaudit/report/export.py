"""The executed notebook becomes one HTML file; findings and evidence become spreadsheets."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import astuple, fields, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import xlsxwriter

from fundaudit import __version__
from fundaudit.county import County
from fundaudit.findings import Outcome
from fundaudit.masking import Hit, Secrets, mask_known
from fundaudit.report.pieces import page_style
from fundaudit.report.shareable import hide_in_file, hide_in_notebook, say_hidden

PAGE = files("fundaudit").joinpath("report")


def _asset(path: str) -> str:
    return PAGE.joinpath(path).read_text(encoding="utf-8")


def export_run(work: Path, county: County) -> int:
    """What people get of an executed notebook: the page, the outcomes, the evidence. How many places the net had to hide."""
    hits = export_html(work, county, f"{county.name}财政专项资金监督检查疑点报告（{county.as_of}）")
    write_outcomes(county.about.outcomes, work / "outcomes.csv", county.secrets)
    hits += hide_in_file(work / "outcomes.csv", county.secrets)
    write_evidence(county, work / "restricted" / "evidence.xlsx")
    return len(hits)


@cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter(template_name="fundaudit", extra_template_basedirs=[str(PAGE.joinpath("page"))], language_code="zh")


def export_html(work: Path, county: County, title: str) -> list[Hit]:
    """The executed notebook as our own page: no code, no request, style and script inline.

    What is personal in either all the same is hidden in both; returned, and said in the page.
    """
    import nbformat

    notebook = nbformat.read(work / "report.ipynb", as_version=4)
    hits = hide_in_notebook(notebook, county.secrets)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "text/html" in output.get("data", {}):
                output["data"]["text/html"] = say_hidden(output["data"]["text/html"], hits, county)
    nbformat.write(notebook, work / "report.ipynb")

    script = "\n".join(_asset(p) for p in ("vendor/tablesort.min.js", "vendor/tablesort.number.min.js", "page/tables.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    resources = {
        "title": title,
        "css_title": "".join(c if c.isalnum() or c in "（）- " else f"\\{ord(c):06x}" for c in title),
        "version": __version__,
        "style": page_style(),
        "script": script,
        "script_hash": digest,
    }
    html, _ = _exporter().from_notebook_node(notebook, resources=resources)
    (work / "report.html").write_text(html, encoding="utf-8")
    return hits


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def write_outcomes(outcomes: Iterable[Outcome], target: Path, secrets: Secrets) -> None:
    """outcomes.csv: one row per check, UTF-8 with BOM so that a spreadsheet opens it right; reasons masked."""
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([field.name for field in fields(Outcome)])
        for outcome in outcomes:
            shown = replace(outcome, reason=mask_known(outcome.reason, secrets))
            writer.writerow([safe_text(v) if isinstance(v, str) else v for v in astuple(shown)])


def write_evidence(county: County, target: Path) -> None:
    """evidence.xlsx: one sheet per check with findings, all evidence columns, ids as text."""
    book = xlsxwriter.Workbook(str(target), {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False})
    book.set_properties({"created": dt.datetime.combine(county.as_of, dt.time()), "title": f"{county.name}疑点证据"})
    header = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E9EEF4"})
    styles = {
        "money": book.add_format({"num_format": "#,##0.00"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "text": book.add_format({"num_format": "@"}),
    }
    case_of = {(f["check"], f["subject"]): f["case_no"] for f in county.finding_rows}
    for code, table in county.evidence.items():
        sheet = book.add_worksheet(code)
        shown = [c for c in table.column_names if c not in ("subject", "flag", "amount", "occurred_on", "paid_key")]
        for j, name in enumerate(["疑点编号", "计入金额", *shown]):
            sheet.write_string(0, j, name, header)
        for i, row in enumerate(table.to_pylist(), start=1):
            counted = row.get("amount") if row.get("flag") else Decimal("0.00")
            for j, value in enumerate([case_of[code, row["subject"]], counted, *(row[c] for c in shown)]):
                _write_cell(sheet, i, j, value, styles)
        sheet.set_column(0, len(shown) + 1, 18)
        sheet.freeze_panes(1, 0)
    if not county.evidence:
        book.add_worksheet("无疑点").write_string(0, 0, "本次检查没有发现疑点")
    book.close()


def _write_cell(sheet: Any, i: int, j: int, value: Any, styles: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, Decimal):
        sheet.write_number(i, j, float(value), styles["money"])
    elif isinstance(value, dt.date):
        sheet.write_datetime(i, j, dt.datetime.combine(value, dt.time()), styles["date"])
    elif isinstance(value, bool):
        sheet.write_string(i, j, "是" if value else "否")
    elif isinstance(value, int):
        sheet.write_number(i, j, value)
    else:
        sheet.write_string(i, j, safe_text(str(value)), styles["text"])
