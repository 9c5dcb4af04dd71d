"""Which header goes to which column, for people: what was mapped, what is missing, and what it might be.

Similar names are suggestions in a `sources` block that somebody reads and pastes; nothing is ever mapped by similarity.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from fundaudit.contract import TABLES, Column, Table
from fundaudit.intake.columns import ColumnOf, read_column
from fundaudit.intake.files import assigned, paths
from fundaudit.intake.headers import Header, bare, find_header, fold, refuse
from fundaudit.intake.readers import Cells, IntakeError, Sheet, read_sheets
from fundaudit.intake.readers.database import read_query
from fundaudit.parameters import Parameters, Settings, Source

LEAST = 60  # of 100: below it two names are not called similar
LOOKED_AT = 200  # rows whose values are tried


@dataclass(frozen=True)
class SheetMapping:
    """One sheet as one table. `suggested` maps a header to (column, similarity of 100)."""

    file: str
    sheet: str
    table: Table
    mapped: list[tuple[str, Column]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    missing: list[Column] = field(default_factory=list)
    absent: list[Column] = field(default_factory=list)  # optional columns that are not there
    suggested: dict[str, tuple[Column, int]] = field(default_factory=dict)
    guessed: bool = False  # no name says that it is this table; its headers do
    problem: str = ""
    units: dict[str, str] = field(default_factory=dict)  # money column → the unit in which it is read
    unused_headers: list[str] = field(default_factory=list)  # named by the parameters, absent from the file
    or_else: list[str] = field(default_factory=list)  # titles of other tables that it may as well be

    @property
    def place(self) -> str:
        return f"{self.file}［{self.sheet}］" if self.sheet else self.file

    def source_block(self, source: Source | None) -> list[str]:
        """Lines for the county's parameters that would map what is suggested; none where nothing is."""
        if not (self.guessed or self.suggested):
            return []
        lines = [f"  {self.table.title}:", f"    file: {_quoted(self.file)}"]
        lines += [f"    sheet: {_quoted(self.sheet)}"] if self.sheet else []
        lines += [f"    unit: {source.unit}"] if source and source.unit else []
        old = {h: c for h, c in (source.headers if source else {}).items() if h not in (*self.suggested, *self.unused_headers)}
        headers = [f"      {_quoted(h)}: {self.table.column(c).header}" for h, c in old.items()]
        headers += [
            f"      {_quoted(h)}: {column.header}  # 相似度 {score}，请核对" for h, (column, score) in self.suggested.items()
        ]
        return [*lines, "    headers:", *headers] if headers else lines


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def map_files(parameters: Parameters) -> tuple[list[SheetMapping], list[str]]:
    """Every sheet of a county that is, or may be, a table; and what could not be opened at all."""
    mappings, problems = list[SheetMapping](), list[str]()
    for table, source in parameters.sources.items():
        if source.url:
            try:
                sheet, _ = read_query(source.url, str(source.query), TABLES[table].title, source.credentials)
                mappings.append(_mapping(sheet, TABLES[table], source))
            except IntakeError as error:
                problems.append(str(error))
    for path in paths(parameters, problems):
        try:
            sheets, unused = assigned(path, parameters)
            mappings += [_mapping(sheet, TABLES[name], source) for name, sheet, source in sheets]
            if unused and path.suffix.lower() in (".csv", ".xlsx", ".xls", ".xlsm", ".parquet"):
                taken = {sheet.name for _, sheet, _ in sheets}
                mappings += [m for sheet in read_sheets(path) if sheet.name not in taken for m in _guessed(sheet)]
        except IntakeError as error:
            problems.append(str(error))
    return mappings, problems


def _mapping(sheet: Sheet, table: Table, source: Source | None, guessed: bool = False) -> SheetMapping:
    header = find_header(sheet, table, source)
    problem = ""
    try:
        refuse(sheet, table, header)
    except IntakeError as error:
        problem = str(error)
    found = set(header.columns.values())
    absent = [c for c in table.columns if c.name not in found and not c.made]
    headers = header if header.texts else _likely_header(sheet)
    return SheetMapping(
        sheet.file,
        sheet.name,
        table,
        [(header.texts[j], table.column(name)) for j, name in header.columns.items()],
        [text for text in headers.unknown.values() if text],
        [c for c in absent if c.required],
        [c for c in absent if not c.required],
        _suggestions(sheet, headers, absent),
        guessed,
        problem,
        {c: _unit_in_force(header, j, source) for j, c in header.columns.items() if table.column(c).kind == "money"},
        [h for h in (source.headers if source else {}) if fold(h) not in {fold(text) for text in headers.texts}],
    )


def _unit_in_force(header: Header, j: int, source: Source | None) -> str:
    found = [u for u in (header.units.get(j), header.unit_line, source.unit if source else None) if u]
    return found[0] if len(set(found)) == 1 else "元（没有写明单位）" if not found else f"？（{'、'.join(found)} 互相矛盾）"


def _likely_header(sheet: Sheet) -> Header:
    """Where nothing maps: the first row that has the most texts."""
    row = max(range(len(sheet.top)), key=lambda i: (sum(bool(t.strip()) for t in sheet.top[i]), -i), default=0)
    texts = [t.strip() for t in sheet.top[row]] if sheet.top else []
    return Header(row + 1, {}, {j: t for j, t in enumerate(texts) if t}, texts)


def _guessed(sheet: Sheet) -> Iterator[SheetMapping]:
    """The table that a sheet of another name may be: its required columns are there, or similar names for them.

    Of several that fit alike, the first of the contract, with the others beside it.
    """
    fits = []
    for table in TABLES.values():
        mapping = _mapping(sheet, table, None, guessed=True)
        similar = {column.name for column, _ in mapping.suggested.values()}
        required = [column for _, column in mapping.mapped if column.required]
        if required and all(column.name in similar for column in mapping.missing) and not mapping.problem.endswith("改名"):
            fits.append((len(mapping.mapped) + len(similar) / 10, mapping))
    best = max((score for score, _ in fits), default=0)
    alike = [mapping for score, mapping in fits if score == best]
    if alike:
        yield dataclasses.replace(alike[0], or_else=[mapping.table.title for mapping in alike[1:]])


def _suggestions(sheet: Sheet, header: Header, absent: list[Column]) -> dict[str, tuple[Column, int]]:
    """Unknown header → the absent column that it may be; each once, the most similar first."""
    if not absent or not header.unknown:
        return {}
    cells = sheet.below(header.first, len(header.texts))
    scored = []
    for j, text in header.unknown.items():
        for column in absent:
            names = (column.header, *column.aliases)
            likeness = max(fuzz.ratio(bare(fold(text)), bare(fold(name))) for name in names)
            score = round(likeness + 30 * _fits(cells, j, column, sheet)) if likeness else 0
            if score >= LEAST:
                scored.append((score, -j, text, column))
    found: dict[str, tuple[Column, int]] = {}
    taken: set[str] = set()
    for score, _, text, column in sorted(scored, key=lambda s: (-s[0], s[1], s[3].name)):
        if text not in found and column.name not in taken:
            found[text] = (column, min(score, 99))
            taken.add(column.name)
    return found


def _fits(cells: Cells, j: int, column: Column, sheet: Sheet) -> float:
    """The share of a column's first values that can be read as this column's kind; nothing for texts, which always can."""
    if column.kind in ("text", "id") or j >= len(cells.texts):
        return 0.0
    texts = cells.texts[j].slice(0, LOOKED_AT)
    held = cells.held[j][:LOOKED_AT] if j in cells.held else None
    read = read_column(ColumnOf(column, texts, cells.numbers[:LOOKED_AT], j, held, "元"), sheet, Settings())
    filled = len(texts) - read.values.null_count
    return filled / (filled + len(read.unread)) if filled else 0.0
