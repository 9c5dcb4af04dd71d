"""A county's files read as its tables: anew, or as kept since they last changed; and what of them was not read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from fundaudit.contract import CONTRACT_VERSION, TABLES
from fundaudit.intake import keeping
from fundaudit.intake.assign import Assigned, Unread, assign, listed, may_hold_a_table, unopened
from fundaudit.intake.headers import find_header, refuse
from fundaudit.intake.readers import IntakeError, read_sheets, sha256
from fundaudit.intake.readers.database import read_query
from fundaudit.intake.readers.ooxml import saved_on
from fundaudit.intake.rows import Reading, read_rows
from fundaudit.parameters import Parameters, Source


@dataclass
class FileRead:
    """One file (or query) with its tables. `unused` names the sheets that hold none, `unread` those that look like one."""

    name: str
    sha256: str
    readings: list[Reading] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    was_kept: bool = False
    folder: Path | None = None  # where its readings are kept
    path: Path | None = None

    @cached_property
    def saved_on(self) -> date | None:
        return saved_on(self.path) if self.path else None

    def keep(self) -> None:
        """Keeps the readings until the file changes."""
        if self.folder and not self.was_kept:
            keeping.write(self.folder, self.readings, self.unused, [list(unread) for unread in self.unread])

    def read_anew(self, parameters: Parameters, reading: Reading) -> Reading:
        """The same sheet from its file again."""
        assert self.path is not None
        fresh = _read_file(self.path, self.name, parameters)[0]
        self.was_kept = False  # kept again, with the texts of this run's rejected rows
        return next(r for r in fresh if (r.sheet, r.table) == (reading.sheet, reading.table))


def read_files(parameters: Parameters, kept: Path | None, force: bool) -> tuple[list[FileRead], list[str]]:
    """Every file of a county in the order of their names, and what is wrong with those that cannot be used."""
    files, problems = list[FileRead](), list[str]()
    for table, sources in parameters.sources.items():
        for source in sources:
            if source.url:
                files += _attempted(problems, _query, table, source, parameters)
    for path, name in listed(parameters, problems):
        files += _attempted(problems, _file, path, name, parameters, kept, force)
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
    sheet, digest = read_query(str(source.url), str(source.query), TABLES[table].title, source.credentials, parameters.data)
    header = find_header(sheet, TABLES[table], source)
    refuse(sheet, TABLES[table], header)
    return FileRead(sheet.file, digest, [read_rows(sheet, TABLES[table], header, source, parameters.settings)])


def _file(path: Path, name: str, parameters: Parameters, kept: Path | None, force: bool) -> FileRead:
    if not may_hold_a_table(path):
        return FileRead(name, "", unused=[name], unread=unopened(name, parameters))
    try:
        digest = sha256(path)
    except OSError as error:
        raise IntakeError(f"{name}：无法读取（{type(error).__name__}），请检查文件和权限") from None
    folder = kept / _key(str(path), digest, parameters) if kept else None
    if folder and not force and (found := keeping.read(folder)) is not None:
        readings, unused, unread = found
        return FileRead(name, digest, readings, unused, [Unread(*own) for own in unread], True, folder, path)
    return FileRead(name, digest, *_read_file(path, name, parameters), folder=folder, path=path)


def _key(name: str, digest: str, parameters: Parameters) -> str:
    """What decides how a file is read: its name and content, its place in the parameters, the contract and our rules."""
    about = {
        "contract": CONTRACT_VERSION,
        "rules": _rules(),
        "name": name,
        "sha256": digest,
        "county": parameters.name,
        "sources": {table: [s.model_dump() for s in sources] for table, sources in sorted(parameters.sources.items())},
        "skip": parameters.skip,
        "basis_codes": dict(sorted(parameters.settings.basis_codes.items())),
        "limits": parameters.settings.limits.model_dump(mode="json"),
    }
    return hashlib.sha256(json.dumps(about, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:32]


@cache
def _rules() -> str:
    """A hash of the code that reads and the contract that it reads by: readings of other rules are not used."""
    package = Path(__file__).parent
    sources = sorted([*package.rglob("*.py"), package.parent / "contract.py", package.parent / "dates.py"])
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _read_file(path: Path, name: str, parameters: Parameters) -> tuple[list[Reading], list[str], list[Unread]]:
    """The tables of a file, and what of it is used for none. IntakeError lists every sheet that cannot be used."""
    assigned, unused, unread = assign(read_sheets(path, name, parameters.settings.limits), path, name, parameters)
    readings, problems = [], []
    for own in assigned:
        try:
            readings.append(_reading(own, parameters))
        except IntakeError as error:
            problems.append(str(error))
    if problems:
        raise IntakeError("；\n".join(problems))
    return readings, unused, unread


def _reading(own: Assigned, parameters: Parameters) -> Reading:
    table = TABLES[own.table]
    header = find_header(own.sheet, table, own.source)
    refuse(own.sheet, table, header)
    return read_rows(own.sheet, table, header, own.source, parameters.settings)
