"""Ids that a file lacks, found through the number of the document that brought the money."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa

from fundaudit.contract import Table
from fundaudit.intake.columns import Note
from fundaudit.intake.readers.sheet import whole
from fundaudit.intake.rows import Problem, Reading

_BRACKETS = str.maketrans("[]【】﹝﹞()（）{}", "〔〕〔〕〔〕〔〕〔〕〔〕")


def doc_key(text: str) -> str:
    """A document number as it is compared: NFKC without white space, brackets of one form: 财农[2022]1号 is 财农〔2022〕1号."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)


def link(table: Table, parts: list[Reading], tables: Mapping[str, pa.Table]) -> None:
    """The indicators' ids where a file of indicators or of allocations has none; `tables` are those read before."""
    without = [part for part in parts if "indicator_id" not in part.mapping.values()]
    if table.name == "indicators":
        _name_indicators(without, parts)
    elif table.name == "allocations":
        _link_allocations(without, tables.get("indicators"))


def _name_indicators(without: list[Reading], parts: list[Reading]) -> None:
    """An indicator without an id bears its document's number, with the fund's name where several share the document."""
    named: dict[str, set[str | None]] = defaultdict(set)
    for part in parts:
        for doc, fund in zip(_texts(part, "doc_no"), _texts(part, "fund_name"), strict=True):
            if doc:
                named[doc_key(doc)].add(fund)
    for part in without:
        ids = [
            None if not doc else doc_key(doc) if len(named[doc_key(doc)]) == 1 else f"{doc_key(doc)}｜{fund or ''}"
            for doc, fund in zip(_texts(part, "doc_no"), _texts(part, "fund_name"), strict=True)
        ]
        done = "没有指标编号，以指标文号为编号（几个资金共用文号的加资金名称）"
        _put(part, ids, done, "指标编号为空，指标文号也为空，应填写其中之一")


def _link_allocations(without: list[Reading], indicators: pa.Table | None) -> None:
    """An allocation without an indicator's id belongs to the one indicator that bears its document's number."""
    by_doc: dict[str, list[str]] = defaultdict(list)
    if indicators is not None:
        for doc, own in zip(indicators["doc_no"].to_pylist(), indicators["indicator_id"].to_pylist(), strict=True):
            if doc:
                by_doc[doc_key(doc)].append(own)
    for part in without:
        found = [by_doc.get(doc_key(doc), []) if doc else [] for doc in _texts(part, "doc_no")]
        ids = [own[0] if len(own) == 1 else None for own in found]
        lacking = "没有指标编号，指标文号为空、不在指标台账中或对应几个指标，不能确定属于哪个指标"
        _put(part, ids, "没有指标编号，按指标文号找到指标", lacking)


def _texts(part: Reading, name: str) -> Sequence[str | None]:
    texts: list[str | None] = whole(part.columns[name]).to_pylist()
    return texts


def _put(part: Reading, ids: list[str | None], done: str, lacking: str) -> None:
    part.columns["indicator_id"] = pa.array(ids, pa.string())
    for k, own in enumerate(ids):
        if own is None and k not in part.ragged:
            part.problems.setdefault(k, []).append(Problem("indicator_id", "", lacking, "between"))
    if found := sum(own is not None for own in ids):
        part.notes.append(Note("indicator_id", done, found))
