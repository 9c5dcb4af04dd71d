"""Which file and which sheet is read as which table: as the parameters say, else by name; what looks like a table is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fundaudit.contract import TABLES
from fundaudit.exact_yaml import nearest, shown
from fundaudit.intake.headers import find_header, table_named
from fundaudit.intake.readers import EXTENSIONS, IntakeError, Sheet, name_of
from fundaudit.intake.recognise import likenesses, looks_like
from fundaudit.parameters import Parameters, Source

_NO_TABLES = (".json", ".pdf", ".docx", ".doc", ".jpg", ".jpeg", ".png", ".md", ".yaml", ".yml", ".sql", ".log", ".html")


class Assigned(NamedTuple):
    """A sheet, the table that it is read as, and the entry of the parameters that says so (None: its name does)."""

    sheet: Sheet
    table: str
    source: Source | None


class Unread(NamedTuple):
    """A file or sheet that looks like a table and was not read: every check that needs the table waits for it."""

    place: str
    table: str
    why: str


def listed(parameters: Parameters, problems: list[str]) -> Iterator[tuple[Path, str]]:
    """The county's files with their names: those outside its folder that the parameters point to, then the folder's."""
    own = list(walk(parameters.data))
    known = {path for path, _ in own}
    for table, sources in parameters.sources.items():
        for source in sources:
            path = parameters.data / source.file if source.file else None
            if path is None or path in known:
                continue
            known.add(path)
            if _is_file(path):
                yield path, name_of(path)
            else:
                problems.append(
                    f"{shown(source.file, 200)}：参数 sources.{TABLES[table].title} 指向的文件不存在，请核对文件名或补交文件；"
                    f"{nearest(str(source.file), [name for _, name in own])}"
                )
    yield from own


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def walk(folder: Path, below: str = "") -> Iterator[tuple[Path, str]]:
    """Every file of a folder and of the folders in it, by name; what programs hide is passed over."""
    for path in sorted(folder.iterdir(), key=lambda p: (p.is_dir(), p.name)):
        if path.name.startswith((".", "~$", "__MACOSX")) or (path.is_symlink() and path.is_dir()):
            continue
        if path.is_dir():
            yield from walk(path, f"{below}{name_of(path)}/")
        elif path.is_file():
            yield path, below + name_of(path)


def may_hold_a_table(path: Path) -> bool:
    return path.suffix.lower() in EXTENSIONS


def unopened(name: str, parameters: Parameters) -> list[Unread]:
    """A file of a kind that is not read, whose name says that it is a table."""
    table = (
        None if name.lower().endswith(_NO_TABLES) or skipped(name, "", parameters) else table_named(_stem(name), parameters.name)
    )
    return [Unread(name, table, "这种格式不能读取，请另存为 xlsx 或 csv")] if table else []


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def skipped(name: str, sheet: str, parameters: Parameters) -> bool:
    """Whether the parameters say that a file, or a sheet of it, is read as no table."""
    own = {name, name.rsplit("/", 1)[-1]}
    return bool(own & set(parameters.skip)) or (bool(sheet) and any(f"{n}［{sheet}］" in parameters.skip for n in own))


def assign(sheets: list[Sheet], path: Path, name: str, parameters: Parameters) -> tuple[list[Assigned], list[str], list[Unread]]:
    """Every sheet's table; the places that hold none; those of them that look like one. IntakeError where a sheet that the
    parameters name is not there."""
    here = [(t, s) for t, sources in parameters.sources.items() for s in sources if s.file and parameters.data / s.file == path]
    kept_out = {sheet for _, source in here for sheet in source.skip}
    filled = [s for s in sheets if any(text.strip() for row in s.top for text in row)]
    if unknown := kept_out - {s.name for s in sheets}:
        raise IntakeError(
            f"{name}：参数 skip 中的工作表 {'、'.join(sorted(unknown))} 不存在；有：{'、'.join(s.name for s in sheets)}"
        )
    open_ = [s for s in filled if s.name not in kept_out and not skipped(name, s.name, parameters)]
    found = [Assigned(s, table, source) for table, source in here for s in _pointed(name, table, source, sheets, open_)]
    taken = {id(own.sheet) for own in found}
    rest = [s for s in open_ if id(s) not in taken]
    found += _by_name(rest, name, parameters, first=not here)
    taken = {id(own.sheet) for own in found}
    unread = []
    for sheet in (s for s in rest if id(s) not in taken):
        for like in looks_like(likenesses(sheet)):
            unread.append(Unread(sheet.place, like.table.name, f"像是{like.table.title}，没有读取"))
    unused = [s.place for s in filled if id(s) not in taken] if filled else [name]
    return found, unused, unread


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
    header = find_header(sheet, TABLES[table], source)
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
            yield Assigned(sheet, table, _hints(parameters, table))


def _hints(parameters: Parameters, table: str) -> Source | None:
    """Headers and unit that the parameters give for a table wherever it is found."""
    return next((s for s in parameters.sources.get(table, ()) if not s.file and not s.url), None)
