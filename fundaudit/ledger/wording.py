"""How texts compare, and the one spelling that is shown of each: 产业奖补(2022) is 产业奖补（2022）."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.contract import TABLES
from fundaudit.intake.headers import fold


def wording_key(text: str) -> str:
    """A text as checks compare it: NFKC in lower case without white space and invisible characters, brackets of one width."""
    return fold(text)


@dataclass(frozen=True)
class Wording:
    """The spelling that stands for all that mean the same: the contract's own, else the commonest."""

    shown: Mapping[str, str]  # wording key → spelling

    def of(self, text: str) -> str:
        return self.shown.get(wording_key(text), text)

    def unified(self, name: str, rows: pa.Table) -> pa.Table:
        """A table with one spelling of each text that checks compare; untouched where it has no other."""
        for column in TABLES[name].wordings:
            encoded = rows[column].combine_chunks().dictionary_encode()
            written = encoded.dictionary.to_pylist()
            spelled = [self.of(text) for text in written]
            if spelled != written:
                texts = pa.DictionaryArray.from_arrays(encoded.indices, pa.array(spelled, pa.string()))
                rows = rows.set_column(rows.schema.get_field_index(column), rows.schema.field(column), texts.cast(pa.string()))
        return rows


def wording_of(tables: Mapping[str, pa.Table]) -> Wording:
    """From the tables cut at the audit date: later rows have no say in what is shown."""
    counts: Counter[str] = Counter()
    shown = {wording_key(v): v for table in TABLES.values() for column in table.columns for v in column.values}
    for name, rows in tables.items():
        for column in TABLES[name].wordings:
            for entry in pc.value_counts(rows[column]).to_pylist():
                if entry["values"] is not None:
                    counts[entry["values"]] += entry["counts"]
    for text, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        shown.setdefault(wording_key(text), text)
    return Wording(shown)
