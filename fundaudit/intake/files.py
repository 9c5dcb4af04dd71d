"""What a county hands in: the files of its folder, those that its parameters point to, and queries. Each is opened once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fundaudit.contract import TABLES
from fundaudit.exact_yaml import nearest, shown
from fundaudit.intake.readers import EXTENSIONS, IntakeError, Sheet, name_of, read_sheets, sha256
from fundaudit.intake.readers.database import read_query
from fundaudit.parameters import Parameters, Source


@dataclass
class Handed:
    """A file, or the query of a table's source; opened when somebody asks what is in it. IntakeError where it cannot be."""

    name: str
    county: Parameters
    path: Path | None = None
    query: tuple[str, Source] | None = None  # the table that it is read as, and the entry of the parameters

    @cached_property
    def sha256(self) -> str:
        """Of the file's bytes; of what a query held."""
        if self.path is None:
            return self._answer[1]
        try:
            return sha256(self.path)
        except OSError as error:
            raise IntakeError(f"{self.name}：无法读取（{type(error).__name__}），请检查文件和权限") from None

    @cached_property
    def sheets(self) -> list[Sheet]:
        """None of a file of a kind that is not read."""
        if self.path is None:
            return [self._answer[0]]
        return read_sheets(self.path, self.name, self.county.settings.limits) if self.may_hold_a_table else []

    @cached_property
    def _answer(self) -> tuple[Sheet, str]:
        assert self.query is not None
        table, source = self.query
        return read_query(str(source.url), str(source.query), TABLES[table].title, source.credentials, self.county.data)

    @property
    def may_hold_a_table(self) -> bool:
        return self.path is None or self.path.suffix.lower() in EXTENSIONS


def handed_in(parameters: Parameters, problems: list[str]) -> Iterator[Handed]:
    """Queries, then files in the order of their names; `problems` takes what the parameters name and is not there."""
    for table, sources in parameters.sources.items():
        for source in sources:
            if source.url:
                yield Handed(TABLES[table].title, parameters, query=(table, source))
    for path, name in listed(parameters, problems):
        yield Handed(name, parameters, path)


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


def skipped(name: str, sheet: str, parameters: Parameters) -> bool:
    """Whether the parameters say that a file, or a sheet of it, is read as no table."""
    own = {name, name.rsplit("/", 1)[-1]}
    return bool(own & set(parameters.skip)) or (bool(sheet) and any(f"{n}［{sheet}］" in parameters.skip for n in own))
