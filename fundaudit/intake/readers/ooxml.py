"""What the reader of workbooks drops of an xlsx, straight from the archive's XML: number formats, formulas without a kept
result, hidden rows, how far a sheet reaches. No library gives these for workbooks whose styles are odd.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np

BROKEN = (
    *(zipfile.BadZipFile, OSError, LookupError, ValueError, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError),
    *(expat.ExpatError, zipfile.LargeZipFile, zlib.error),
)
PIECE = 1 << 20
# Formats that every workbook has, without declaring them: percentages, and months alone (17, and the Chinese ones).
BUILT_IN = {
    9: "0%",
    10: "0.00%",
    17: "mmm-yy",
    27: 'yyyy"年"m"月"',
    36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"',
    52: 'yyyy"年"m"月"',
    57: 'yyyy"年"m"月"',
}
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\b(?=[^>]*\bhidden="(?:1|true)")')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SAVED = re.compile(rb"<dcterms:modified[^>]*>(\d{4}-\d{2}-\d{2})")
_LAST_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_LETTERS = re.compile(rb"[A-Z]+")
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")


class Cell(NamedTuple):
    """A cell as the file has it: row (from 1), column (from 0), the text of its value, its format's code, and whether it is a
    formula without a kept result."""

    row: int
    column: int
    kind: str
    text: str
    form: str
    unworked: bool


@dataclass(frozen=True)
class Book:
    """An xlsx workbook's date system, the part of the archive that holds each sheet, and its cell formats."""

    path: Path
    date1904: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    forms: tuple[str, ...] = ()

    def xml(self, sheet: str) -> bytes:
        """A sheet's XML; empty where it cannot be had."""
        return _part(self.path, self.path.stat().st_mtime_ns, self.parts[sheet]) if sheet in self.parts else b""

    def cells(self, sheet: str) -> Iterator[Cell]:
        """Every cell of a sheet; nothing more where the XML ends unexpectedly."""
        try:
            yield from _cells(self.xml(sheet), self.forms)
        except BROKEN:
            return


@lru_cache(maxsize=1)
def _part(path: Path, changed: int, part: str) -> bytes:
    """A part of an archive; the last one stays: its size, its formulas and what is hidden in it are asked for in turn."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(part)
    except BROKEN:
        return b""


def open_book(path: Path) -> Book | None:
    """The workbook's facts; None for what is no xlsx."""
    if not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower().replace("\\", "/").lstrip("/"): name for name in archive.namelist()}
            main = _main_part(archive, names)
            folder = posixpath.dirname(main)
            book = ElementTree.fromstring(archive.read(names[main]))  # noqa: S314 expat of today expands no bombs
            links = names.get(f"{folder}/_rels/{posixpath.basename(main)}.rels")
            relations = ElementTree.fromstring(archive.read(links)) if links else ()  # noqa: S314
            targets = {r.get("Id"): (str(r.get("Type")), str(r.get("Target"))) for r in relations}
            styles = next((_inside(folder, target) for kind, target in targets.values() if kind.endswith("/styles")), "")
            forms = _forms(archive.read(names[styles.lower()])) if styles.lower() in names else ()
    except BROKEN:
        return None
    system = next((e.get("date1904") for e in book.iter() if e.tag.endswith("}workbookPr")), None)
    parts = {}
    for element in book.iter():
        if element.tag.endswith("}sheet"):
            link = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
            part = _inside(folder, targets.get(link, ("", ""))[1]).lower()
            if part in names:
                parts[str(element.get("name"))] = names[part]
    return Book(path, system in ("1", "true"), parts, forms)


def _main_part(archive: zipfile.ZipFile, names: dict[str, str]) -> str:
    root = ElementTree.fromstring(archive.read(names["_rels/.rels"])) if "_rels/.rels" in names else ()  # noqa: S314
    found = (
        str(r.get("Target")).replace("\\", "/").lstrip("/").lower()
        for r in root
        if str(r.get("Type")).endswith("/officeDocument")
    )
    return next(found, "xl/workbook.xml")


def _inside(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _forms(xml: bytes) -> tuple[str, ...]:
    """The format's code of every cell style, in their order."""
    styles = ElementTree.fromstring(xml)  # noqa: S314
    codes = dict(BUILT_IN)
    for e in styles.iter():
        if e.tag.endswith("}numFmt") and str(e.get("numFmtId")).isdigit():
            codes[int(str(e.get("numFmtId")))] = str(e.get("formatCode") or "")
    used = [e.get("numFmtId", "0") for part in styles if part.tag.endswith("}cellXfs") for e in part]
    return tuple(codes.get(int(number), "") if number.isdigit() else "" for number in used)


class _Reader:
    """Collects the cells of a sheet while expat walks it."""

    def __init__(self, forms: tuple[str, ...]):
        self.forms, self.found = forms, list[Cell]()
        self.row, self.column = 0, -1
        self.open: dict[str, Any] | None = None
        self.in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rsplit(":", 1)[-1]
        if name == "row":
            number = attributes.get("r", "")
            self.row, self.column = int(number) if number.isdigit() else self.row + 1, -1
        elif name == "c":
            place = _REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = column_number(place[1]) if place else self.column + 1
            style = attributes.get("s", "0")
            form = self.forms[int(style)] if style.isdigit() and int(style) < len(self.forms) else ""
            self.open = {"kind": attributes.get("t", "n"), "form": form, "text": [], "formula": False, "value": False}
        elif self.open is not None and name == "f":
            self.open["formula"] = True
        elif self.open is not None and name in ("v", "t"):
            self.in_value = self.open["value"] = True

    def end(self, tag: str) -> None:
        name = tag.rsplit(":", 1)[-1]
        if name in ("v", "t"):
            self.in_value = False
        elif name == "c" and self.open is not None:
            own, text = self.open, "".join(self.open["text"])
            unworked = own["formula"] and not text and own["kind"] != "str"
            self.found.append(Cell(self.row, self.column, own["kind"], text, own["form"], unworked))
            self.open = None

    def data(self, text: str) -> None:
        if self.in_value and self.open is not None:
            self.open["text"].append(text)


def _cells(xml: bytes, forms: tuple[str, ...]) -> Iterator[Cell]:
    reader = _Reader(forms)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = reader.start, reader.end, reader.data
    for start in range(0, len(xml), PIECE):
        parser.Parse(xml[start : start + PIECE], start + PIECE >= len(xml))
        yield from reader.found
        reader.found.clear()


def column_number(letters: str) -> int:
    """A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def has_formulas(xml: bytes) -> bool:
    return b"<f" in xml and _FORMULA.search(xml) is not None


def hidden(xml: bytes) -> list[str]:
    """What of a sheet is hidden, in Chinese."""
    if b"hidden=" not in xml:
        return []
    rows = [int(m.group(1)) for m in _HIDDEN_ROW.finditer(xml)]
    said = []
    if rows:
        first = "、".join(map(str, rows[:10]))
        said.append(f"有隐藏行 {len(rows)} 行（第 {first}{' 等' if len(rows) > 10 else ' '}行），已一并读取")
    if _HIDDEN_COLUMN.search(xml[: max(xml.find(b"<sheetData"), 0)]):
        said.append("有隐藏列，已一并读取")
    return said


def reach(xml: bytes) -> tuple[int, int]:
    """(rows, columns) up to the last cell that a sheet names; 26 columns at least."""
    rows = max((int(m.group(1)) for m in _LAST_ROW.finditer(xml, max(0, len(xml) - 4 * PIECE))), default=0)
    far = {letters.group() for place in _two_letters(xml) if (letters := _LETTERS.match(xml, place + 3))}
    return rows, max((column_number(letters.decode()) + 1 for letters in far), default=26)


def _two_letters(xml: bytes) -> list[int]:
    """Where a reference begins (r="AB12) whose column has two letters or more: all at once, a sheet has millions of cells."""
    found = []
    whole = np.frombuffer(xml, np.uint8)
    for start in range(0, len(whole), PIECE):  # piece by piece: small arrays stay in the processor's cache
        at = whole[start : start + PIECE + 4]
        if len(at) > 4:
            letters = (at[3:-1] - ord("A") < 26) & (at[4:] - ord("A") < 26)
            begins = (at[:-4] == ord("r")) & (at[1:-3] == ord("=")) & (at[2:-2] == ord('"'))
            found += (np.flatnonzero(begins & letters) + start).tolist()
    return found


def saved_on(path: Path) -> date | None:
    """The day on which a workbook says that it was last saved; None for what says nothing, as texts do."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = _SAVED.search(archive.read("docProps/core.xml")[:PIECE])
            return date.fromisoformat(found[1].decode()) if found else None
    except (KeyError, *BROKEN):
        return None
