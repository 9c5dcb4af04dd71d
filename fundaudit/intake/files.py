"""Which file holds which table, and a file read as its tables: anew, or as kept since it last changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from fundaudit.contract import CONTRACT_VERSION, SAMPLE_KEYS, TABLES
from fundaudit.intake import keeping
from fundaudit.intake.headers import find_header, refuse, table_named
from fundaudit.intake.readers import EXTENSIONS, IntakeError, Sheet, read_sheets, sha256
from fundaudit.intake.readers.database import read_query
from fundaudit.intake.rows import Reading, read_rows
from fundaudit.parameters import Parameters, Source


@dataclass
class FileRead:
    """One file (or query) with its tables. `unused` names the sheets that hold none."""

    name: str
    sha256: str
    readings: list[Reading] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    was_kept: bool = False
    folder: Path | None = None  # where its readings are kept
    path: Path | None = None

    def keep(self) -> None:
        """Keeps the readings until the file changes."""
        if self.folder and not self.was_kept:
            keeping.write(self.folder, self.readings, self.unused)

    def read_anew(self, parameters: Parameters, reading: Reading) -> Reading:
        """The same sheet from its file again."""
        assert self.path is not None
        fresh, _ = _read_file(self.path, parameters)
        self.was_kept = False  # kept again, with the texts of this run's rejected rows
        return next(r for r in fresh if (r.sheet, r.table) == (reading.sheet, reading.table))


def read_files(parameters: Parameters, kept: Path | None, force: bool) -> tuple[list[FileRead], list[str]]:
    """Every file of a county in the order of their names, and what is wrong with those that cannot be used."""
    files, problems = list[FileRead](), list[str]()
    for table, source in parameters.sources.items():
        if source.url:
            files += _attempted(problems, _query, table, source, parameters)
    for path in paths(parameters, problems):
        files += _attempted(problems, _file, path, parameters, kept, force)
    if kept and not problems:
        keeping.forget_others(kept, {file.folder for file in files if file.folder})
    return files, problems


def _attempted(problems: list[str], read: Callable[..., FileRead], *arguments: Any) -> list[FileRead]:
    try:
        return [read(*arguments)]
    except IntakeError as error:
        problems.append(str(error))
        return []


def _query(table: str, source: Source, parameters: Parameters) -> FileRead:
    """A table from a database; nobody knows whether it has changed, so it is read each time."""
    sheet, digest = read_query(str(source.url), str(source.query), TABLES[table].title, source.credentials)
    header = find_header(sheet, TABLES[table], source)
    refuse(sheet, TABLES[table], header)
    return FileRead(sheet.file, digest, [read_rows(sheet, TABLES[table], header, source, parameters.settings)])


def paths(parameters: Parameters, problems: list[str]) -> Iterator[Path]:
    """The county's files: those that the parameters point to, then the folder's, by name."""
    pointed = [source.file for source in parameters.sources.values() if source.file]
    for table, source in parameters.sources.items():
        if source.file and not (parameters.data / source.file).is_file():
            problems.append(f"{source.file}：参数 sources.{table} 指向的文件不存在，请核对文件名或补交文件")
    listed = sorted(p for p in parameters.data.iterdir() if p.is_file())
    outside = [parameters.data / file for file in dict.fromkeys(pointed) if parameters.data / file not in listed]
    for path in [*(p for p in outside if p.is_file()), *listed]:
        if not path.name.startswith((".", "~$")) and path.name not in SAMPLE_KEYS:
            yield path


def _file(path: Path, parameters: Parameters, kept: Path | None, force: bool) -> FileRead:
    name = _name(path, parameters)
    if not _may_hold_a_table(path, parameters):
        return FileRead(name, "", unused=[name])
    digest = sha256(path)
    folder = kept / _key(str(path), digest, parameters) if kept else None
    if folder and not force and (found := keeping.read(folder)) is not None:
        return FileRead(name, digest, *found, was_kept=True, folder=folder, path=path)
    readings, unused = _read_file(path, parameters)
    return FileRead(name, digest, readings, unused, folder=folder, path=path)


def _name(path: Path, parameters: Parameters) -> str:
    inside = path.is_relative_to(parameters.data)
    return path.relative_to(parameters.data).as_posix() if inside else path.name


def _key(name: str, digest: str, parameters: Parameters) -> str:
    """What decides how a file is read: its name and content, its place in the parameters, the contract and our rules."""
    about = {
        "contract": CONTRACT_VERSION,
        "rules": _rules(),
        "name": name,
        "sha256": digest,
        "county": parameters.name,
        "sources": {table: source.model_dump() for table, source in sorted(parameters.sources.items())},
        "basis_codes": dict(sorted(parameters.settings.basis_codes.items())),
    }
    return hashlib.sha256(json.dumps(about, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]


@cache
def _rules() -> str:
    """A hash of the code that reads and the contract that it reads by: readings of other rules are not used."""
    package = Path(__file__).parent
    sources = sorted([*package.rglob("*.py"), package.parent / "contract.py"])
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _read_file(path: Path, parameters: Parameters) -> tuple[list[Reading], list[str]]:
    """The tables of a file, and what of it is used for none. IntakeError lists every sheet that cannot be used."""
    sheets, unused = assigned(path, parameters)
    readings, problems = [], []
    for name, sheet, source in sheets:
        header = find_header(sheet, TABLES[name], source)
        try:
            refuse(sheet, TABLES[name], header)
            readings.append(read_rows(sheet, TABLES[name], header, source, parameters.settings))
        except IntakeError as error:
            problems.append(str(error))
    if problems:
        raise IntakeError("；\n".join(problems))
    return readings, unused


def _pointed_here(path: Path, parameters: Parameters) -> dict[str, Source]:
    """The tables that the parameters look for in this file."""
    return {t: s for t, s in parameters.sources.items() if s.file and parameters.data / s.file == path}


def _may_hold_a_table(path: Path, parameters: Parameters) -> bool:
    """By its name alone: a workbook's sheets have names of their own, a text or Parquet file has none."""
    suffix = path.suffix.lower()
    named = suffix not in (".csv", ".parquet") or table_named(path.stem, parameters.name) is not None
    return suffix in EXTENSIONS and (named or bool(_pointed_here(path, parameters)))


def assigned(path: Path, parameters: Parameters) -> tuple[list[tuple[str, Sheet, Source | None]], list[str]]:
    """(table, sheet, source) for every sheet of a file that holds a table, and the places that hold none."""
    pointed = {table for table, source in parameters.sources.items() if source.file or source.url}
    here = _pointed_here(path, parameters)
    named = table_named(path.stem, parameters.name)
    if not _may_hold_a_table(path, parameters):
        return [], [path.name]
    sheets = read_sheets(path)
    found: list[tuple[str, Sheet, Source | None]] = []
    taken: set[str] = set()
    for table, source in here.items():
        sheet = _pointed(path, table, source, sheets)
        taken.add(sheet.name)
        found.append((table, sheet, source))
    filled = [s for s in sheets if any(text.strip() for row in s.top for text in row)]
    unused = []
    for sheet in (s for s in filled if s.name not in taken):
        own = table_named(sheet.name, parameters.name)
        table_name = own or (named if len(filled) == 1 or sheet is filled[0] else None)
        if table_name and table_name not in pointed:
            found.append((table_name, sheet, parameters.sources.get(table_name)))
        else:
            unused.append(sheet.place)
    return found, unused if filled or found else [path.name]


def _pointed(path: Path, table: str, source: Source, sheets: list[Sheet]) -> Sheet:
    chosen = [s for s in sheets if not source.sheet or s.name == source.sheet]
    if not chosen:
        raise IntakeError(f"{path.name}：没有名为 {source.sheet} 的工作表；有：{'、'.join(s.name for s in sheets)}")
    return next((s for s in chosen if table_named(s.name) == table), chosen[0])
