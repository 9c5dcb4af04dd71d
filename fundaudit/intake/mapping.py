"""Which header goes to which column, for people: what was mapped, what is missing, and what it might be.

What is only like a column or a table stands in a `sources` block that somebody reads and pastes; nothing is ever mapped by
similarity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fundaudit.contract import TABLES, Column, Table
from fundaudit.intake.assign import Assigned, assign
from fundaudit.intake.files import Handed, skipped
from fundaudit.intake.headers import Header, fold, looks_like_header
from fundaudit.intake.readers import IntakeError, Sheet
from fundaudit.intake.recognise import Likeness, certain, likenesses, looks_like
from fundaudit.intake.suggest import Suggestions, suggestions
from fundaudit.parameters import SKIP, Parameters, Source


@dataclass(frozen=True)
class SheetMapping:
    """One sheet that is read as a table: its headers and columns."""

    file: str
    sheet: str
    table: Table
    source: Source | None = None
    mapped: list[tuple[str, Column]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    missing: list[Column] = field(default_factory=list)
    absent: list[Column] = field(default_factory=list)  # optional columns that are not there
    suggested: Suggestions = field(default_factory=Suggestions)
    units: dict[str, str] = field(default_factory=dict)  # money column → the unit in which it is read
    unused_headers: list[str] = field(default_factory=list)  # named by the parameters, absent from the file

    @property
    def place(self) -> str:
        return f"{self.file}［{self.sheet}］" if self.sheet else self.file


@dataclass(frozen=True)
class OpenSheet:
    """A sheet that is read as no table: what it looks like, most like first, and which of these beyond doubt."""

    file: str
    sheet: str
    likely: list[Likeness]
    sure: Likeness | None = None

    @property
    def place(self) -> str:
        return f"{self.file}［{self.sheet}］" if self.sheet else self.file


@dataclass
class Mapped:
    """A county's files: sheets that are read, and sheets that look like a table and are not."""

    sheets: list[SheetMapping] = field(default_factory=list)
    open: list[OpenSheet] = field(default_factory=list)
    other: list[str] = field(default_factory=list)  # files and sheets that look like no table


def map_files(files: Iterable[Handed], parameters: Parameters) -> Mapped:
    """Every sheet of a county that is, or may be, a table; nothing of what cannot be opened."""
    found = Mapped()
    for file in files:
        try:
            assigned, unused, unread = assign(file, parameters)
        except IntakeError:  # reading the files says it
            continue
        found.sheets += [_mapping(own) for own in assigned]
        places = {own.place for own in unread}
        for sheet in file.sheets:
            if sheet.place in places:
                likely = likenesses(sheet)
                found.open.append(OpenSheet(sheet.file, sheet.name, looks_like(likely), certain(likely)))
        left = {own.place for own in file.sheets if skipped(file.name, own.name, parameters)}
        found.other += [] if skipped(file.name, "", parameters) else [place for place in unused if place not in places | left]
    return found


def _mapping(own: Assigned) -> SheetMapping:
    sheet, table, header, source = own
    found = {*header.columns.values(), *(source.given if source else ())}
    absent = [c for c in table.columns if c.name not in found and not c.made]
    headers = header if header.columns else likely_header(sheet)
    return SheetMapping(
        sheet.file,
        sheet.name,
        table,
        source,
        [(header.texts[j], table.column(name)) for j, name in header.columns.items()],
        [text for text in headers.unknown.values() if text],
        [c for c in absent if c.name in header.missing],
        [c for c in absent if c.name not in header.missing],
        suggestions(sheet, headers, absent),
        {c: _unit_in_force(header, j, source) for j, c in header.columns.items() if table.column(c).kind == "money"},
        [h for h in (source.headers if source else {}) if fold(h) not in {fold(text) for text in header.texts}],
    )


def _unit_in_force(header: Header, j: int, source: Source | None) -> str:
    found = [u for u in (header.units.get(j), header.unit_line, source.unit if source else None) if u]
    return found[0] if len(set(found)) == 1 else "元（没有写明单位）" if not found else f"？（{'、'.join(found)} 互相矛盾）"


def likely_header(sheet: Sheet) -> Header:
    """Where nothing maps: the first row that has the most texts and can be a header; an empty one where none can."""
    rows = [i for i, row in enumerate(sheet.top) if looks_like_header(row)]
    row = max(rows, key=lambda i: (sum(bool(t.strip()) for t in sheet.top[i]), -i), default=None)
    texts = [t.strip() for t in sheet.top[row]] if row is not None else []
    return Header((row or 0) + 1, {}, {j: t for j, t in enumerate(texts) if t}, texts)


# --- what to paste ---


def entry_of(source: Source, table: Table) -> dict[str, Any]:
    """An entry of the parameters as it would be written, in Chinese."""
    headers = {c.name: c.header for c in table.columns}
    own = source.model_dump(exclude_defaults=True)
    for key in ("from_sheet", "from_file"):
        if key in own:
            own[key] = headers[own[key]]
    if "headers" in own:
        own["headers"] = {h: headers[c] for h, c in own["headers"].items()}
    if "values" in own:
        own["values"] = {headers[c]: v for c, v in own["values"].items()}
    return own


def new_entry(like: Likeness, file: str, sheet: str) -> dict[str, Any]:
    """The entry that reads a sheet as the table that it is like."""
    own: dict[str, Any] = {"file": file} | ({"sheet": sheet} if sheet else {})
    if like.given:
        own["values"] = {like.table.column(name).header: text for name, text in like.given.items()}
    return own


def proposed_sources(mapped: Mapped, parameters: Parameters) -> dict[str, list[dict[str, Any]] | list[str]]:
    """The whole `sources` of a county with what is sure added: it takes the place of the old one. Empty where nothing is to
    be added."""
    entries: dict[str, list[Any]] = {
        TABLES[t].title: [entry_of(s, TABLES[t]) for s in sources] for t, sources in parameters.sources.items()
    }
    added = False
    for own in mapped.sheets:
        if not own.suggested.sure and not own.unused_headers:
            continue
        mine = entries.setdefault(own.table.title, [])
        old = entry_of(own.source, own.table) if own.source else {}
        if old in mine:
            mine.remove(old)
        headers = {h: c for h, c in old.get("headers", {}).items() if h not in own.unused_headers}
        headers |= {h: c.header for h, c in own.suggested.sure.items()}
        new = {**old, "file": own.file} | ({"sheet": own.sheet} if own.sheet and "sheet" not in old else {})
        mine.append({k: v for k, v in ({**new, "headers": headers}).items() if v})
        added = True
    for sheet in mapped.open:
        if sheet.sure:
            entries.setdefault(sheet.sure.table.title, []).append(new_entry(sheet.sure, sheet.file, sheet.sheet))
            added = True
    if parameters.skip and added:
        entries[SKIP] = list(parameters.skip)
    return entries if added else {}
