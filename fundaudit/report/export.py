"""The executed notebook becomes one HTML file with its annexes; outcomes, evidence and cards are written beside it."""

from __future__ import annotations

import base64
import csv
import hashlib
from collections.abc import Iterable
from dataclasses import fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from fundaudit import __version__
from fundaudit.county import County
from fundaudit.findings import Outcome
from fundaudit.masking import Hit, Secrets, mask_known
from fundaudit.report.finding_tables import annexes
from fundaudit.report.lead_cards import PAGE_CARDS, card_annexes, card_page, cards_of
from fundaudit.report.periodic import TITLES
from fundaudit.report.pieces import Masked, page_style
from fundaudit.report.shareable import hide_in_file, hide_in_html, hide_in_notebook, say_hidden
from fundaudit.report.workbooks import safe_text, write_cards, write_evidence

PAGE = files("fundaudit").joinpath("report")


def _asset(path: str) -> str:
    return PAGE.joinpath(path).read_text(encoding="utf-8")


def export_run(work: Path, county: County) -> int:
    """What people get of an executed notebook: the page with its annexes, the outcomes, the evidence, the cards. How many places
    the net had to hide."""
    title = f"{county.name}财政专项资金监督检查疑点报告（{county.as_of}）"
    hits = export_html(work / "report.ipynb", county, title)
    for path in sorted(work.glob("reports/*.ipynb")):
        hits += export_html(path, county, f"{county.name}{TITLES[path.stem]}（{county.as_of}）")
        path.unlink()  # the page alone is handed out
    cards = cards_of(county)
    pages = {**annexes(county), **card_annexes(county, cards)}
    for name, body in pages.items():
        (work / name).parent.mkdir(exist_ok=True)
        text, found = hide_in_html(body.text, county.secrets)
        (work / name).write_text(page_of_its_own(text, title), encoding="utf-8")
        hits += found
    write_outcomes(county.about.outcomes, work / "outcomes.csv", county.secrets)
    hits += hide_in_file(work / "outcomes.csv", county.secrets)
    restricted = work / "restricted"
    write_evidence(county, restricted / "evidence.xlsx")
    if cards:
        write_cards(county, cards, restricted / "线索卡.xlsx")
    for first in range(0, len(cards), PAGE_CARDS):
        body = card_page(county, cards[first : first + PAGE_CARDS], first + 1, masked=False)
        name = f"线索卡-{first // PAGE_CARDS + 1}.html" if first else "线索卡.html"
        (restricted / name).write_text(page_of_its_own(body.text, f"{county.name}线索卡（{county.as_of}）"), encoding="utf-8")
    return len(hits)


def page_of_its_own(body: str, title: str) -> str:
    """A page of its own in the report's form."""
    return _pages().get_template("single.html.j2").render(body=body, resources=_resources(title))


@cache
def _pages() -> Environment:
    return Environment(loader=FileSystemLoader(str(PAGE.joinpath("page/fundaudit"))))  # noqa: S701 escaped


@cache
def _exporter() -> Any:
    """nbconvert's exporter for templates: the one for HTML reads the whole page a second time, to mend what our templates do right."""
    from nbconvert.exporters import TemplateExporter

    own = {"template_name": "fundaudit", "extra_template_basedirs": [str(PAGE.joinpath("page"))]}
    return TemplateExporter(**own, file_extension=".html", template_extension=".html.j2")


def export_html(path: Path, county: Masked, title: str) -> list[Hit]:
    """The executed notebook as our own page: no code, no request, style and script inline.

    What is personal in either all the same is hidden in both; returned, and said in the page.
    """
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    hits = hide_in_notebook(notebook, county.secrets)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "text/html" in output.get("data", {}):
                output["data"]["text/html"] = say_hidden(output["data"]["text/html"], hits, county)
    nbformat.write(notebook, path)

    html, _ = _exporter().from_notebook_node(notebook, resources=_resources(title))
    path.with_suffix(".html").write_text(html, encoding="utf-8")
    return hits


def _resources(title: str) -> dict[str, str]:
    """What the head and foot of every page need."""
    script = "\n".join(_asset(p) for p in ("vendor/tablesort.min.js", "vendor/tablesort.number.min.js", "page/tables.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {
        "title": title,
        "css_title": "".join(c if c.isalnum() or c in "（）- " else f"\\{ord(c):06x}" for c in title),
        "version": __version__,
        "style": page_style(),
        "script": script,
        "script_hash": digest,
    }


def write_outcomes(outcomes: Iterable[Outcome], target: Path, secrets: Secrets) -> None:
    """outcomes.csv: one row per check, UTF-8 with BOM so that a spreadsheet opens it right; reasons masked."""
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        columns = [
            field.name for field in fields(Outcome) if field.name not in ("neighbours", "empty")
        ]  # steps of limits stand in the report
        writer.writerow(columns)
        for outcome in outcomes:
            shown = replace(outcome, reason=mask_known(outcome.reason, secrets))
            values = (getattr(shown, name) for name in columns)
            writer.writerow([safe_text(v) if isinstance(v, str) else v for v in values])
