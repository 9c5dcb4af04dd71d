"""One verdict a subject, made in the engine, of many checks at a time: what the rows of their SELECTs come to.

A subject is flagged if any of its rows is, undetermined if none is flagged and one is. A doubt beats the flag; who is left out is not
judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.catalogue import Check
from fundaudit.check_sql import CONTROLS
from fundaudit.ledger.connection import Ledger
from fundaudit.ledger.wording import wording_key

Read = Callable[..., pa.Table]

SMALL = 50_000  # rows of a check's tables up to which all its rows are asked for once, texts and all: twice would take longer
FEW = 100_000  # subjects that are named in the statement: the engine then never makes the texts of the others
_TYPES = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DECIMAL(18, 2)": pa.decimal128(34, 2),  # sums are wider than money is kept
    "DECIMAL(38, 4)": pa.decimal128(38, 4),
}
_SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in CONTROLS.items()])

# One row a subject (and, for the guard, a file). People are told apart by their number in the ledger, which is quicker to compare
# than a text. A wider amount beside the margin would cost the margin its last two decimals.
JUDGED = """
CREATE TEMP TABLE judged AS
SELECT check_code, kind, person, any_value(subject) AS subject, any_value(subject_kind) AS subject_kind, source_file, left_out,
       coalesce(bool_or(own), false) AS flagged, bool_or(own IS NULL) AS unknown,
       sum(coalesce(margin, CAST(amount AS DECIMAL(34, 2)))) FILTER (WHERE own) AS margin, bool_and(firm) FILTER (WHERE own) AS firm,
       bool_and(coalesce(refused, false)) AS refused
FROM (SELECT *, if(doubt IS NULL, flag, NULL) AS own FROM {rows})
GROUP BY check_code, kind, person, if(person IS NULL, subject, NULL), source_file, left_out, refused
"""
VERDICTS = """
CREATE TEMP TABLE verdicts AS
SELECT check_code, subject, if(count(person) = count(*), any_value(person), NULL) AS person, coalesce(any_value(subject_kind), any_value(kind)) AS kind,
       CASE WHEN bool_or(flagged) THEN true WHEN bool_or(unknown AND NOT refused) OR bool_and(refused) THEN NULL ELSE false END AS flag,
       sum(margin) AS margin, bool_and(firm) AS firm,
       bool_or(flagged) FILTER (WHERE NOT refused) AS any_flagged, bool_or(unknown) FILTER (WHERE NOT refused) AS any_unknown
FROM judged WHERE left_out IS NULL AND subject IS NOT NULL GROUP BY check_code, subject
"""
COUNTED = """
SELECT check_code, NULL AS left_out, count(*) AS n, count(*) FILTER (WHERE flag) AS flagged FROM verdicts GROUP BY check_code
UNION ALL SELECT check_code, left_out, count(DISTINCT subject), 0 FROM judged WHERE left_out IS NOT NULL GROUP BY check_code, left_out
ORDER BY check_code, left_out
"""


def statement(ledger: Ledger, check: Check, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The check's SELECT with every column that the judge reads, and its parameters; words as texts are compared."""
    bound = {name: values[name] for name in check.thresholds}
    bound |= {name: [wording_key(word) for word in value] for name, value in bound.items() if isinstance(value, list)}
    if "$as_of" in check.sql:
        bound["as_of"] = ledger.as_of
    if "$register_from" in check.sql:
        bound["register_from"] = ledger.settings.register_from
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in CONTROLS.items())
    return f"SELECT {empty} WHERE false UNION ALL BY NAME ({check.sql.rstrip().rstrip(';')}\n)", bound


@dataclass(frozen=True)
class Asked:
    """A check whose verdicts are asked for: its SELECT with what is bound in it, and all its rows where it is a small one."""

    check: Check
    values: Mapping[str, Any]
    sql: str
    bound: Mapping[str, Any]
    rows: pa.Table | None

    @classmethod
    def of(cls, ledger: Ledger, check: Check, values: Mapping[str, Any]) -> Asked:
        sql, bound = statement(ledger, check, values)
        if sum(ledger.rows.get(name, 0) for name in check.needs) >= SMALL:
            return cls(check, values, sql, bound, None)
        with ledger.reading(ledger.settings.limits.seconds) as read:
            read(f"CREATE TEMP TABLE own_rows AS {sql}", bound)  # a SELECT whose rows are fetched is bound twice
            rows = read("FROM own_rows")
        rows.select(_SCHEMA.names).cast(_SCHEMA)  # a column of another type is this check's own error
        return cls(check, values, sql, bound, rows)

    def rows_of(self, read: Read, subjects: Sequence[str], everyone: bool) -> pa.Table:
        """The rows of these subjects, of whom nobody is left out; of `everyone` else."""
        if self.rows is not None:
            judged = pc.is_in(self.rows["subject"], pa.array(subjects, pa.string()))
            return self.rows.filter(pc.and_(self.rows["left_out"].is_null(), judged))
        people = read("SELECT person FROM verdicts WHERE subject IN (SELECT unnest($subjects))", {"subjects": subjects})["person"]
        if len(people) == len(subjects) < FEW and not people.null_count:  # found before any text of theirs is made
            whom = f"person IN ({', '.join(map(str, people.to_pylist()))})"
        elif len(subjects) < FEW:
            whom = "subject IN ({})".format(", ".join("'" + subject.replace("'", "''") + "'" for subject in subjects))
        else:
            whom = f"subject IN (SELECT subject FROM verdicts WHERE flag IS NOT false OR {everyone})"  # noqa: S608
        return read(f"SELECT * FROM ({self.sql}) WHERE left_out IS NULL AND {whom}", self.bound)  # noqa: S608 escaped


@dataclass
class Counted:
    """How many subjects a check judges, how many of them are flagged, and what is said of those who left its population."""

    population: int = 0
    flagged: int = 0
    notes: list[str] = field(default_factory=list)


def every_row(batch: Sequence[Asked]) -> dict[str, pa.Table]:
    """The columns that the judge reads of all rows of small checks together, by the name that JUDGED has for them."""
    parts = []
    for own in batch:
        if own.rows is not None:
            rows = own.rows.select(_SCHEMA.names).cast(_SCHEMA)
            rows = rows if own.check.guard else rows.set_column(*_empty(rows, "source_file"))
            named = [("check_code", own.check.code), ("kind", own.check.subject)]
            parts.append(
                pa.table({**{n: pa.repeat(text, len(rows)) for n, text in named}, **dict(zip(_SCHEMA.names, rows, strict=True))})
            )
    return {"every_row": pa.concat_tables(parts)} if parts else {}


def _empty(rows: pa.Table, name: str) -> tuple[int, str, pa.Array]:
    return rows.schema.get_field_index(name), name, pa.nulls(len(rows), pa.string())


def make_verdicts(read: Read, batch: Sequence[Asked]) -> None:
    """The tables `judged` and `verdicts`: of small checks together, of a large one alone, over its SELECT."""
    (own, *more) = batch
    if own.rows is None:
        assert not more
        file = "source_file" if own.check.guard else "NULL"
        named = f"'{own.check.code}' AS check_code, '{own.check.subject}' AS kind"
        rows = f"(SELECT {named}, * REPLACE ({file} AS source_file) FROM ({own.sql}))"  # noqa: S608 of ours
        read(JUDGED.format(rows=rows), own.bound)
    else:
        read(JUDGED.format(rows="every_row"))
    read(VERDICTS)


def counted(read: Read) -> dict[str, Counted]:
    """Check → its counts; who left the population by reason, counted in place of {n}."""
    found: dict[str, Counted] = defaultdict(Counted)
    for row in read(COUNTED).to_pylist():
        own = found[row["check_code"]]
        if row["left_out"] is None:
            own.population, own.flagged = row["n"], row["flagged"]
        else:
            own.notes.append(row["left_out"].replace("{n}", f"{row['n']:,}"))
    return found


def not_clean(read: Read, everyone: Sequence[str]) -> dict[str, dict[str, bool | None]]:
    """Check → subject → flagged (None: undetermined), of all who are not clean; of the checks `everyone` of all."""
    found: dict[str, dict[str, bool | None]] = defaultdict(dict)
    rows = read(
        "SELECT check_code, subject, flag FROM verdicts WHERE flag IS NOT false OR check_code IN (SELECT unnest($all::VARCHAR[]))"
        " ORDER BY check_code, subject",
        {"all": list(everyone)},
    )
    for check, subject, flag in zip(*(rows[c].to_pylist() for c in ("check_code", "subject", "flag")), strict=True):
        found[check][subject] = flag
    return found


def clean(read: Read, asked: Mapping[str, Sequence[str]] | None) -> dict[str, dict[str, bool | None]]:
    """Check → those of the subjects that are asked for who are clean; None: everyone who is."""
    if asked is not None and not any(asked.values()):
        return {}
    pairs = [(check, subject) for check, subjects in (asked or {}).items() for subject in subjects]
    rows = read(
        "SELECT check_code, subject FROM verdicts v WHERE NOT flag AND ($everyone OR EXISTS (SELECT 1 FROM"
        " (SELECT unnest($checks::VARCHAR[]) AS asked, unnest($subjects::VARCHAR[]) AS whom) WHERE asked = check_code AND whom = subject))",
        {"everyone": asked is None, "checks": [c for c, _ in pairs], "subjects": [s for _, s in pairs]},
    )
    found: dict[str, dict[str, bool | None]] = defaultdict(dict)
    for check, subject in zip(rows["check_code"].to_pylist(), rows["subject"].to_pylist(), strict=True):
        found[check][subject] = False
    return found
