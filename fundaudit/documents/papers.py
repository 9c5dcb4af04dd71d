"""What a paper is, and how papers are written: HTML in the bureau's form and a workbook beside it, masked or for restricted/ alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fundaudit.county import County
from fundaudit.masking import mask_known
from fundaudit.report.export import page_of_its_own
from fundaudit.report.pieces import render
from fundaudit.report.shareable import hide_in_html
from fundaudit.report.workbooks import Book


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: rows under their headers, and a note above them."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper by its file's name without ending: its template with what it shows, and its sheets. `masked`: it may be shared."""

    name: str
    title: str
    template: str
    shows: dict[str, Any]
    masked: bool
    sheets: Sequence[Sheet] = field(default=())


def file_name(place: int, text: str, county: County) -> str:
    """A number and the beginning of a unit's name, as part of a file's name: numbers tell apart what begins alike; a person is masked."""
    short = mask_known(re.sub(r"[\\/:*?\"<>|\s]+", "_", text), county.secrets)[:20].strip("._")
    return f"{place:02d}-{short or '未填'}"


def write_papers(folder: Path, restricted: Path, county: County, papers: Iterable[Paper]) -> list[Path]:
    """The masked papers into `folder`, the others into `restricted`, which is its owner's alone; what was written."""
    written = []
    for paper in papers:
        place = folder if paper.masked else restricted
        place.mkdir(parents=True, exist_ok=True)
        body = render(
            paper.template,
            county,
            paper.masked,
            title=paper.title,
            bureau=county.about.bureau,
            name=county.name,
            as_of=county.as_of,
            code=county.code,
            hidden=paper.masked,
            **paper.shows,
        ).text
        if paper.masked:
            body, _ = hide_in_html(body, county.secrets)
        written.append(place / f"{paper.name}.html")
        written[-1].write_text(page_of_its_own(body, f"{county.name}{paper.title}（{county.as_of}）"), encoding="utf-8")
        if paper.sheets:
            written.append(place / f"{paper.name}.xlsx")
            _write_book(written[-1], county, paper)
    return written


def _write_book(target: Path, county: County, paper: Paper) -> None:
    book = Book(county, target, paper.title)
    for sheet in paper.sheets:
        rows = [[mask_known(v, county.secrets) if paper.masked and isinstance(v, str) else v for v in row] for row in sheet.rows]
        book.sheet(sheet.name, sheet.headers, rows, sheet.note)
    book.close()
