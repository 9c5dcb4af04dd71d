"""The net over what leaves restricted/: personal data that stands in it all the same is hidden, counted and named.

It is never a reason to withhold a county's report.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from fundaudit.contract import TABLES
from fundaudit.masking import Hit, Secrets, hide_missed
from fundaudit.report.pieces import Masked

PLACE = "<!--hidden-->"  # where the report says what was hidden
_UNSEEN = re.compile(r'<(script|style|svg)\b.*?</\1>|<span class="bureau">[^<]*</span>|<[^>]*>', re.DOTALL | re.IGNORECASE)
_SPOKEN = re.compile(r'(?<=aria-label=")[^"]*|(?<=alt=")[^"]*|(?<=title=")[^"]*')


def hide_in_html(html: str, secrets: Secrets) -> tuple[str, list[Hit]]:
    """A page whose texts hold nothing personal; scripts, styles and drawings are nobody's text."""
    parts, hits, last = [], list[Hit](), 0
    for tag in _UNSEEN.finditer(html):
        text, found = hide_missed(html[last : tag.start()], secrets)
        spoken, more = _in_spoken(tag.group(), secrets)
        parts += [text, spoken]
        hits += found + more
        last = tag.end()
    text, found = hide_missed(html[last:], secrets)
    return "".join([*parts, text]), hits + found


def _in_spoken(tag: str, secrets: Secrets) -> tuple[str, list[Hit]]:
    hits: list[Hit] = []

    def hidden(match: re.Match[str]) -> str:
        text, found = hide_missed(match.group(), secrets)
        hits.extend(found)
        return text

    return (_SPOKEN.sub(hidden, tag), hits) if "aria-label=" in tag or "alt=" in tag or "title=" in tag else (tag, [])


def hide_in_notebook(notebook: Any, secrets: Secrets) -> list[Hit]:
    """The same for every output of an executed notebook, in place."""
    hits: list[Hit] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            for kind, content in output.get("data", {}).items():
                text = content if isinstance(content, str) else "".join(content)
                output["data"][kind], found = hide_in_html(text, secrets)
                hits += found
            if "text" in output:
                output["text"], found = hide_missed(str(output["text"]), secrets)
                hits += found
    return hits


def hide_in_file(path: Path, secrets: Secrets) -> list[Hit]:
    """The same for a file of text."""
    content = path.read_bytes().decode("utf-8")
    text, hits = hide_missed(content, secrets)
    if hits:
        path.write_bytes(text.encode())
    return hits


def say_hidden(text: str, hits: list[Hit], county: Masked) -> str:
    """The report with its sentence on what was hidden, in its place."""
    if not hits:
        return text.replace(PLACE, "")
    places = list(dict.fromkeys(where_it_stands(hit, county) for hit in hits))
    named = "；".join(places[:20]) + (f"；等 {len(places)} 处" if len(places) > 20 else "")
    said = f"报告中有 {len(hits)} 处疑似个人信息，已以“［已隐去］”代替，来源：{named}。请核对原表中相应的单元格。"
    return text.replace(PLACE, f'<p class="note">{said}</p>')


def where_it_stands(hit: Hit, county: Masked) -> str:
    """Table, file, row and column of the first cell that holds what was hidden."""
    for name, rows in county.tables.items():
        for column in TABLES[name].columns:
            texts = rows[column.name]
            if not pa.types.is_string(texts.type):
                continue
            place = _row_of(texts.to_pylist(), lambda text: hit.value in re.sub(r"[\s-]", "", text).upper())
            if place is not None:
                row = rows.slice(place, 1).to_pylist()[0]
                return f"{TABLES[name].title}（{_masked_file(row, county)}第 {row['source_row']} 行）{column.header}"
    return f"{hit.kind}（表格以外的文字）"


def _masked_file(row: dict[str, Any], county: Masked) -> str:
    return hide_missed(f"{row['source_file']}{'［' + row['source_sheet'] + '］' if row['source_sheet'] else ''}", county.secrets)[
        0
    ]


def _row_of(texts: list[str | None], holds: Callable[[str], bool]) -> int | None:
    return next((k for k, text in enumerate(texts) if text and holds(text)), None)
