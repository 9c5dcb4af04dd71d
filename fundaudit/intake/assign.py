"""Which file and which sheet is read as which table: as the parameters say, else by name; what looks like a table is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fundaudit.contract import TABLES, Table
from fundaudit.exact_yaml import shown
from fundaudit.intake.files import Handed, skipped
from fundaudit.intake.headers import Header, find_header, refusal, table_named
from fundaudit.intake.readers import IntakeError, Sheet
from fundaudit.intake.recognise import likenesses, looks_like
from fundaudit.parameters import Parameters, Source

_NO_TABLES = (".json", ".pdf", ".docx", ".doc", ".jpg", ".jpeg", ".png", ".md", ".yaml", ".yml", ".sql", ".log", ".html")


class Assigned(NamedTuple):
    """A sheet, the table that it is read as, its header, and the entry of the parameters that says so (None: its name does)."""

    sheet: Sheet
    table: Table
    header: Header
    source: Source | None

    @property
    def refusal(self) -> str:
        """Why the sheet cannot be read as its table; empty where it can."""
        return refusal(self.sheet, self.table, self.header)


class Unread(NamedTuple):
    """A file or sheet that looks like a table and was not read: every check that needs the table waits for it."""

    place: str
    table: str
    why: str


class Contents(NamedTuple):
    """What a file holds: sheets that are read, the places that hold no table, and those of them that look like one."""

    assigned: list[Assigned]
    unused: list[str]
    unread: list[Unread]


def assign(handed: Handed, parameters: Parameters) -> Contents:
    """Every sheet's table. IntakeError where the file cannot be opened, or a sheet that the parameters name is not there."""
    if handed.query:
        return Contents([_as(handed.sheets[0], *handed.query)], [], [])
    name, path = handed.name, handed.path
    if not handed.may_hold_a_table:
        return Contents([], [name], _unopened(name, parameters))
    sheets = handed.sheets
    here = [(t, s) for t, sources in parameters.sources.items() for s in sources if s.file and parameters.data / s.file == path]
    kept_out = {sheet for _, source in here for sheet in source.skip}
    filled = [s for s in sheets if any(text.strip() for row in s.top for text in row)]
    if unknown := kept_out - {s.name for s in sheets}:
        raise IntakeError(
            f"{name}：参数 skip 中的工作表 {'、'.join(sorted(unknown))} 不存在；有：{'、'.join(s.name for s in sheets)}"
        )
    open_ = [s for s in filled if s.name not in kept_out and not skipped(name, s.name, parameters)]
    found = [_as(s, table, source) for table, source in here for s in _pointed(name, table, source, sheets, open_)]
    taken = {id(own.sheet) for own in found}
    rest = [s for s in open_ if id(s) not in taken]
    found += _by_name(rest, name, parameters, first=not here)
    taken = {id(own.sheet) for own in found}
    unread = [
        Unread(sheet.place, like.table.name, f"像是{like.table.title}，没有读取")
        for sheet in rest
        if id(sheet) not in taken
        for like in looks_like(likenesses(sheet))
    ]
    return Contents(found, [s.place for s in filled if id(s) not in taken] if filled else [name], unread)


def _as(sheet: Sheet, table: str, source: Source | None) -> Assigned:
    return Assigned(sheet, TABLES[table], find_header(sheet, TABLES[table], source), source)


def _unopened(name: str, parameters: Parameters) -> list[Unread]:
    """A file of a kind that is not read, whose name says that it is a table."""
    table = (
        None if name.lower().endswith(_NO_TABLES) or skipped(name, "", parameters) else table_named(_stem(name), parameters.name)
    )
    return [Unread(name, table, "这种格式不能读取，请另存为 xlsx 或 csv")] if table else []


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _pointed(name: str, table: str, source: Source, sheets: list[Sheet], filled: list[Sheet]) -> list[Sheet]:
    """The sheets that an entry of the parameters means."""
    if source.sheet is None:
        if len(filled) < 2:
            return filled or sheets[:1]
        named = [s for s in filled if table_named(s.name) == table]
        return named or [s for s in filled if _has_header(s, table, source)] or filled[:1]
    if source.sheet == "*":
        return [s for s in filled if _has_header(s, table, source)] or filled[:1]
    wanted = [source.sheet] if isinstance(source.sheet, str) else source.sheet
    by_name = {s.name: s for s in sheets}
    for own in wanted:
        if own not in by_name:
            raise IntakeError(f"{name}：没有名为 {shown(own)} 的工作表；有：{'、'.join(s.name for s in sheets)}")
    return [by_name[own] for own in dict.fromkeys(wanted)]


def _has_header(sheet: Sheet, table: str, source: Source | None) -> bool:
    header = _as(sheet, table, source).header
    return bool(header.columns) and not header.missing


def _by_name(sheets: list[Sheet], name: str, parameters: Parameters, first: bool) -> Iterator[Assigned]:
    """Sheets that bear a table's name; and, in a file that bears one, every sheet that has its header.

    The first sheet of such a file is taken in any case, where nothing else of it is: what it lacks is then said.
    """
    of_file = table_named(_stem(name), parameters.name)
    own = {id(s): table_named(s.name, parameters.name) if s.name else None for s in sheets}
    fitting = [s for s in sheets if of_file and not own[id(s)] and _has_header(s, of_file, None)]
    if of_file and first and not fitting and not any(own.values()):
        fitting = sheets[:1]
    for sheet in sheets:
        if table := own[id(sheet)] or (of_file if sheet in fitting else None):
            yield _as(sheet, table, _hints(parameters, table))


def _hints(parameters: Parameters, table: str) -> Source | None:
    """Headers and unit that the parameters give for a table wherever it is found."""
    return next((s for s in parameters.sources.get(table, ()) if not s.file and not s.url), None)
