"""A file beside its copy is used once; two lists of two periods stay two; where nobody can tell, it is asked."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.contract import TABLES
from fundaudit.intake.assign import Unread
from fundaudit.intake.given import periods_named
from fundaudit.intake.keeping import FileRead
from fundaudit.intake.readers.sheet import whole
from fundaudit.intake.rows import Reading
from fundaudit.parameters import Parameters

_A_COPY = re.compile(r"副本|复件|备份|copy|backup|bak|[(（]\d{1,2}[)）]\s*(\.\w+)?$", re.IGNORECASE)


def without_copies(files: list[FileRead], parameters: Parameters) -> tuple[list[FileRead], list[tuple[str, str]], list[Unread]]:
    """The files with each list once; (copy, original) of what is left out; and what may be a copy, for a person to say.

    The same bytes, or the same rows under a name that says so, are a copy; the same rows under names of two periods are two
    lists; the same rows otherwise are not counted until somebody says what they are, by naming them in `sources` or `skip`.
    """
    copies, doubtful = list[tuple[str, str]](), list[Unread]()
    files = [_without_known(file, files, copies) for file in files]
    first_of: dict[tuple[str, str], tuple[FileRead, Reading]] = {}
    named = {source.file for sources in parameters.sources.values() for source in sources}
    left_out: set[int] = set()
    sizes = Counter((r.table, len(r.numbers)) for f in files for r in f.readings)
    for file, reading in sorted(((f, r) for f in files for r in f.readings), key=lambda own: _says_copy(own[1])):
        if not len(reading.numbers) or sizes[reading.table, len(reading.numbers)] < 2:
            continue  # nothing else has as many rows
        its_file, first = first_of.setdefault(_rows_of(reading), (file, reading))
        if first is reading or _two_periods(first, reading) or file.name in named:
            continue
        if _says_copy(reading) or (its_file.sha256 == file.sha256 and its_file is not file):
            copies.append((reading.place, first.place))
        elif any(column.made for column in TABLES[reading.table].columns):
            why = f"各行与 {first.place} 完全相同，不能确定是副本还是另一份，没有计入；是副本的写进 sources 的 skip，是另一份的在 sources 中写明"
            doubtful.append(Unread(reading.place, reading.table, why))
        else:
            continue  # rows alike share their key and are told as 重复行
        left_out.add(id(reading))
    for reading, why in _held_by_others([r for f in files for r in f.readings if id(r) not in left_out and f.name not in named]):
        doubtful.append(Unread(reading.place, reading.table, why))
        left_out.add(id(reading))
    if not left_out:
        return files, sorted(copies), []
    kept_files = [dataclasses.replace(f, readings=[r for r in f.readings if id(r) not in left_out]) for f in files]
    return kept_files, sorted(copies), doubtful


def _held_by_others(readings: list[Reading]) -> Iterator[tuple[Reading, str]]:
    """Sheets of one workbook whose rows others hold too, which would count them twice: a summary of the others' rows, or a
    sheet whose rows all stand in a longer one of its name. Somebody has to say which of them counts."""
    groups: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.sheet and len(reading.numbers) and any(column.made for column in TABLES[reading.table].columns):
            groups[reading.file, reading.table].append(reading)
    how = "没有计入；确实重复的写进 sources 的 skip，不重复的在 sources 中写明文件和各工作表"
    for own in (group for group in groups.values() if len(group) > 1):
        rows = {id(reading): Counter(_keys_of(reading)) for reading in own}
        for reading in own:
            others = [other for other in own if other is not reading]
            together = sum((rows[id(other)] for other in others), Counter[str]())
            if _A_SUMMARY.search(reading.sheet) and rows[id(reading)] <= together:
                yield reading, f"各行都在其他工作表（{'、'.join(o.sheet for o in others[:5])}）里，像是汇总，{how}"
            elif longer := [o for o in others if _of_one_name(reading, o) and rows[id(reading)] < rows[id(o)]]:
                yield reading, f"各行都在 {longer[0].sheet} 里，像是它的旧稿，{how}"


_A_SUMMARY = re.compile(r"汇总|总表|合计|全县|全镇|全乡|全部")


def _of_one_name(one: Reading, other: Reading) -> bool:
    """Whether two sheets bear one name but for what says copy: Sheet1 and Sheet1 (2)."""
    return _A_COPY.sub("", one.sheet).strip() == _A_COPY.sub("", other.sheet).strip()


def _keys_of(reading: Reading) -> list[str]:
    """Each row's text, without what only a name told, places and keys made by intake."""
    told = {note.column for note in reading.notes if note.kind == "told"} | {"township", "village"}
    columns = [c for c in TABLES[reading.table].columns if c.name not in told and not c.made]
    texts = [pc.fill_null(whole(reading.columns[c.name]).cast(pa.string()), "") for c in columns]
    joined: list[str] = pc.binary_join_element_wise(*texts, "\x1f").to_pylist()
    return joined


def _without_known(file: FileRead, files: list[FileRead], copies: list[tuple[str, str]]) -> FileRead:
    """A file that nobody described, whose bytes are those of one that is read, waits for nothing."""
    same = (f for f in files if f.readings and f.sha256 == file.sha256 and not names_two_periods(f.name, file.name))
    original = next(same, None) if file.unread and not file.readings else None
    if original is None:
        return file
    copies.append((file.name, original.name))
    return dataclasses.replace(file, unread=[])


def says_copy(name: str) -> bool:
    """Whether a file's or a sheet's name says that it is a copy."""
    return bool(_A_COPY.search(name))


def _says_copy(reading: Reading) -> bool:
    return says_copy(reading.file.rsplit(".", 1)[0]) or says_copy(reading.sheet)


def names_two_periods(one: str, other: str) -> bool:
    """Whether two names tell two different periods."""
    periods = [periods_named(name) for name in (one, other)]
    return all(periods) and periods[0] != periods[1]


def _two_periods(one: Reading, other: Reading) -> bool:
    return names_two_periods(*(f"{r.file} {r.sheet}" for r in (one, other)))


def _rows_of(reading: Reading) -> tuple[str, str]:
    """The table and what its rows say, the columns that only a name told and the keys made by intake set aside."""
    told = {note.column for note in reading.notes if note.kind == "told"}
    digest = hashlib.sha256()
    for column in TABLES[reading.table].columns:
        if column.name not in told:
            values = whole(reading.columns[column.name]).cast(pa.string())
            digest.update(pa.record_batch([values], [column.name]).serialize().to_pybytes())
    return reading.table, digest.hexdigest()
