"""An inspector's desk: one run with the register beside it. What was found is filtered and sorted in DuckDB; what may be shown. No widgets.

At most 500 rows leave it at a time, with the true count; personal data is masked until somebody says who wants to see it and why.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from sqlalchemy.exc import SQLAlchemyError

from fundaudit.contract import TABLES
from fundaudit.county import County, open_run
from fundaudit.findings import SEVERITIES
from fundaudit.ledger.connection import PEOPLE_TABLES, Ledger, open_ledger
from fundaudit.masking import mask_cell, mask_name, mask_payee
from fundaudit.parameters import FAMILIES, find_folder
from fundaudit.register.casework import decided
from fundaudit.register.opening import REGISTER, elsewhere, open_register, read_register
from fundaudit.register.schema import RegisterError
from fundaudit.register.states import NEXT, SETTLED
from fundaudit.report.pieces import mask_subject, mask_subject_name, subject_text
from fundaudit.workbench.hiding import Hiding

SENT_ROWS = 500
EMPTY = "（未填）"
SORTS = {
    "程度、金额": "severity_order, amount DESC NULLS LAST",
    "金额从大到小": "amount DESC NULLS LAST",
    "金额从小到大": "amount ASC NULLS LAST",
    "日期从新到旧": "occurred_on DESC NULLS LAST",
    "乡镇、行政村": "township NULLS LAST, village NULLS LAST",
    "责任单位": "unit NULLS LAST",
    "疑点编号": "case_no",
}
TEXTS = ("subject", "name", "unit", "department", "township", "village", "detail")  # in which somebody may be named
LEDGER_MB = 1300  # what the database of a desk's ledger may hold before it writes to the disk: a kernel is one of several
COLUMNS = (
    "case_no", "check", "family", "severity", "subject_kind", "subject", "name", "township", "village", "unit", "voucher", "amount", "occurred_on",
    "detail", "state",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which findings: empty fields take all; `EMPTY` those that say nothing. `least` in yuan; `text` stands anywhere in one."""

    family: str = ""
    severity: str = ""
    check: str = ""
    township: str = ""
    unit: str = ""
    state: str = ""
    least: Decimal | None = None
    text: str = ""


@dataclass(frozen=True)
class Selection:
    """The first rows of what a filter takes, whole, and how many there are with their yuan."""

    rows: Sequence[Mapping[str, Any]]
    count: int
    amount: Decimal


@dataclass
class Desk:
    """A run's folder opened. `masked` until `show_whole` (deciding.py) has written down who looks and why."""

    county: County
    folder: Path  # outputs/<county>/<as_of>
    masked: bool = True
    con: duckdb.DuckDBPyConnection = field(default_factory=lambda: duckdb.connect(":memory:"))
    contexts: list[Any] = field(default_factory=list)  # they keep ledgers open

    def __post_init__(self) -> None:
        family = "CASE family " + " ".join(f"WHEN '{f}' THEN {n}" for n, f in enumerate(FAMILIES.values())) + " END"
        severity = "CASE severity " + " ".join(f"WHEN '{s}' THEN {n}" for n, s in enumerate(SEVERITIES)) + " END"
        self.con.execute(
            f"CREATE TABLE found AS SELECT *, {family} AS family_order, {severity} AS severity_order,"  # noqa: S608 words of ours
            " upper(concat_ws(' ', case_no, subject, name, township, village, unit, voucher, detail)) AS words,"
            " upper(concat_ws(' ', case_no, township, village, unit, voucher)) AS open_words FROM read_parquet($file)",
            {"file": str(self.folder / "restricted" / "findings.parquet")},
        )
        self.con.execute("CREATE TABLE states (case_no VARCHAR, state VARCHAR, deadline VARCHAR)")
        self.con.execute(
            "CREATE VIEW cases AS SELECT f.* REPLACE (coalesce(s.state, f.state) AS state), s.deadline FROM found f LEFT JOIN states s USING (case_no)"
        )
        for name in TABLES:
            if self.has(name):
                path, event = self.folder / "restricted" / "tables" / f"{name}.parquet", TABLES[name].event
                until = f"WHERE {event} IS NULL OR {event} <= DATE '{self.county.as_of}'" if event else ""
                self.con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{_quoted(path)}') {until}")  # noqa: S608
        self.refresh()

    # ---- the register beside it

    @property
    def outputs(self) -> Path:
        return self.folder.parents[1]

    @contextmanager
    def register(self) -> Iterator[Any]:
        """The register, to decide and to write. RegisterError where there is none."""
        if not elsewhere() and not (self.outputs / REGISTER).exists():
            raise RegisterError(f"{self.outputs} 没有登记库，请先运行 fundaudit run")
        engine = open_register(self.outputs)
        try:
            yield engine
        finally:
            engine.dispose()

    def refresh(self) -> None:
        """The states that the register has now: others may have decided meanwhile. Where it cannot be read, `problem` says why, and the
        states are those of the run."""
        self.problem = ""
        self.con.execute("DELETE FROM states")
        try:
            engine = read_register(self.outputs)
        except RegisterError as error:
            self.problem = str(error)
            return
        if engine is None:
            path = self.outputs / REGISTER
            self.problem = "登记库是旧版本，先运行一次 fundaudit run" if path.exists() and path.stat().st_size else ""
            return
        try:
            if rows := decided(engine, self.county.code):
                self.con.executemany("INSERT INTO states VALUES (?, ?, ?)", rows)
        except SQLAlchemyError:
            self.problem = "登记库这时读不了，请稍后再试"
        finally:
            engine.dispose()

    # ---- findings

    def select(self, which: Wanted, sort: str = "程度、金额") -> Selection:
        """The findings that a filter takes."""
        where, values = _where(which, self.masked)
        ((count, amount),) = self.con.execute(f"SELECT count(*), sum(amount) FROM cases WHERE {where}", values).fetchall()  # noqa: S608
        query = f"SELECT {_columns()} FROM cases WHERE {where} ORDER BY {SORTS[sort]}, case_no LIMIT {SENT_ROWS}"  # noqa: S608
        return Selection(self.rows(query, values), count, amount or Decimal(0))

    def has(self, table: str) -> bool:
        """Whether the county handed in a table."""
        return (self.folder / "restricted" / "tables" / f"{table}.parquet").exists()

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        found = self.con.execute(sql, dict(values or {}))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def choices(self, column: str) -> list[tuple[str, str]]:
        """What a column of the findings says, each with how often: the words to show and the value."""
        order = {"family": "min(family_order)", "severity": "min(severity_order)", "check": "min(family_order), 1"}.get(
            column, "2 DESC, 1"
        )
        rows = self.con.execute(
            f"SELECT coalesce(\"{column}\", '{EMPTY}') AS value, count(*) FROM cases GROUP BY 1 ORDER BY {order}"  # noqa: S608 columns of ours
        ).fetchall()
        if column == "state":
            rows.sort(key=lambda row: list(NEXT).index(row[0]))
        titles = {c.code: f"{c.code} {c.title}" for c in self.county.catalogue} if column == "check" else {}
        return [(f"{titles.get(value, value)}（{n:,}）", value) for value, n in rows]

    def finding(self, case_no: str) -> dict[str, Any]:
        """KeyError where this run has no such case."""
        found = self.rows("SELECT * FROM cases WHERE case_no = $case_no", {"case_no": case_no})
        if not found:
            raise KeyError(f"本次运行中没有疑点编号 {case_no}")
        return found[0]

    def findings_on(self, *subjects: str) -> list[dict[str, Any]]:
        """The findings on these subjects, the worst first."""
        return self.rows(
            "SELECT * FROM cases WHERE subject IN (SELECT unnest($subjects)) ORDER BY severity_order, amount DESC NULLS LAST, case_no",
            {"subjects": list(subjects)},
        )

    def behind(self, case_no: str) -> list[dict[str, Any]]:
        """The rows behind a finding, those beside them last."""
        own = self.finding(case_no)
        path = self.folder / "restricted" / "evidence" / f"{own['check']}.parquet"
        rows = self.rows(f"SELECT * FROM read_parquet('{_quoted(path)}') WHERE subject = $subject", {"subject": own["subject"]})  # noqa: S608
        return sorted(rows, key=lambda row: not row["flag"])

    @cached_property
    def _evidence(self) -> list[str]:
        """The files of evidence that rests on payments and lines."""
        paths = sorted((self.folder / "restricted" / "evidence").glob("*.parquet"))
        return [str(path) for path in paths if {"paid_key", "amount"} <= set(pq.read_schema(path).names)]

    def cases_on(self, keys: Sequence[str]) -> list[str]:
        """The findings that rest on these payments and lines (`paid_key`)."""
        if not self._evidence or not keys:
            return []
        query = (
            "SELECT DISTINCT f.case_no FROM read_parquet($files, union_by_name = true, filename = true) e"
            ' JOIN found f ON f.subject = e.subject AND f."check" = parse_filename(e.filename, true)'
            " WHERE e.flag AND e.paid_key IN (SELECT unnest($keys)) ORDER BY ALL"
        )
        return [number for (number,) in self.con.execute(query, {"files": self._evidence, "keys": list(keys)}).fetchall()]

    @cached_property
    def money_at_issue(self) -> Decimal:
        """The distinct payments and lines behind findings that count, each once, in yuan."""
        adds = [file for file in self._evidence if self.county.catalogue.checks[Path(file).stem].adds]
        if not adds:
            return Decimal(0)
        query = (
            "SELECT sum(amount) FROM (SELECT max(e.amount) AS amount FROM read_parquet($files, union_by_name = true, filename = true) e"
            ' JOIN found f ON f.subject = e.subject AND f."check" = parse_filename(e.filename, true)'
            " WHERE e.flag AND e.paid_key IS NOT NULL AND f.state NOT IN (SELECT unnest($settled)) GROUP BY e.paid_key)"
        )
        ((amount,),) = self.con.execute(query, {"files": adds, "settled": list(SETTLED)}).fetchall()
        return amount or Decimal(0)

    def counted(self) -> dict[str, int]:
        """How many findings count, by severity: those that people have settled are not counted again."""
        query = "SELECT severity, count(*) FROM cases WHERE state NOT IN (SELECT unnest($settled)) GROUP BY 1"
        found = dict(self.con.execute(query, {"settled": list(SETTLED)}).fetchall())
        return {severity: found.get(severity, 0) for severity in SEVERITIES}

    @cached_property
    def rejected(self) -> int:
        """How many rows were not used."""
        return int(pq.read_metadata(self.folder / "restricted" / "rejects.parquet").num_rows)

    @cached_property
    def money(self) -> Ledger:
        """The ledger of the county's money alone: without people and household lines, which are most of its work."""
        tables = self.county.tables_without((*PEOPLE_TABLES, "household_payments"))
        context = open_ledger(tables, self.county.parts["rejects"], self.county.as_of, self.county.settings, people=False)
        self.contexts.append(context)
        ledger: Ledger = context.__enter__()
        return ledger

    # ---- what may be shown

    def shown(self, finding: Mapping[str, Any]) -> dict[str, Any]:
        """A finding with its texts as they may be seen."""
        return self.shown_rows([finding])[0]

    def shown_rows(self, findings: Sequence[Mapping[str, Any]], detail: bool = True) -> list[dict[str, Any]]:
        """Findings as they may be seen, whom their texts name looked up in one question; without `detail` where it is not asked for."""
        half = [self._by_kind(finding, detail) for finding in findings]
        if not self.masked:
            return half
        self.look_up([{name: own.get(name) for name in TEXTS} for own in half])
        return [own | {name: self.text(own[name]) for name in TEXTS if own.get(name)} for own in half]

    def _by_kind(self, finding: Mapping[str, Any], detail: bool) -> dict[str, Any]:
        """A finding with subject and names hidden as their kind asks for."""
        kind, subject = finding["subject_kind"], finding["subject"]
        own = {**finding, "detail": (finding["detail"] or "") if detail else ""}
        if not self.masked:
            return own | {"subject": "" if kind == "group" else subject_text(subject)}
        key = mask_payee(subject) if kind in ("contractor", "unit") else mask_subject(kind, subject)
        if finding.get("responsible"):
            own["responsible"] = mask_name(finding["responsible"])
        return own | {"subject": "" if kind == "group" else key, "name": mask_subject_name(kind, finding["name"], subject)}

    @cached_property
    def hiding(self) -> Hiding:
        return Hiding(self)

    def look_up(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Before many rows are shown: whom their texts name, in one question."""
        if self.masked:
            self.hiding.look_up({value for row in rows for value in row.values() if isinstance(value, str)})

    def text(self, text: str) -> str:
        """Free text as it may be seen."""
        return self.hiding.text(text) if self.masked and text else text

    def cell(self, header: str, value: Any) -> Any:
        """A value under its Chinese header as it may be seen."""
        if not self.masked or not isinstance(value, str):
            return value
        masked = mask_cell(header, value)
        return self.text(value) if masked == value else masked


def _columns() -> str:
    return ", ".join(f'"{name}"' for name in COLUMNS)


def written(text: str) -> str:
    """What was typed to look for something, as codes are written: half width, capitals, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def _where(which: Wanted, masked: bool) -> tuple[str, dict[str, Any]]:
    """Masked, a person is found by the whole name or number alone: by parts they could be guessed, one character after the other."""
    looked_for = (
        "contains(open_words, $text) OR upper(name) = $text OR upper(subject) = $text" if masked else "contains(words, $text)"
    )
    parts, values = ["true"], dict[str, Any]()
    for own in fields(which):
        value = getattr(which, own.name)
        if value in ("", None):
            continue
        if value == EMPTY:
            parts.append(f'"{own.name}" IS NULL')
            continue
        values[own.name] = written(value) if own.name == "text" else value
        parts.append({"least": "amount >= $least", "text": f"({looked_for})"}.get(own.name, f'"{own.name}" = ${own.name}'))
    return " AND ".join(parts), values


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def runs_of(outputs: Path) -> dict[str, list[date]]:
    """County → the audit dates of its runs, the newest first."""
    found: dict[str, list[date]] = {}
    for path in sorted(outputs.glob("[0-9]*/*/restricted/run.json"), reverse=True):
        found.setdefault(path.parts[-4], []).append(datetime.strptime(path.parts[-3], "%Y-%m-%d").date())
    return dict(sorted(found.items()))


def outputs_folder(outputs: str = "") -> Path:
    return Path(outputs) if outputs else find_folder(None, notebook=True).resolve().parent / "outputs"


def open_desk(county: str | int, as_of: str | date = "", outputs: str | Path = "") -> Desk:
    """The newest run of a county, or the one of an audit date. FileNotFoundError where there is none."""
    place = outputs_folder(str(outputs))
    days = [str(day) for day in runs_of(place).get(str(county), ())]
    day = str(as_of) or next(iter(days), "")
    if day not in days:
        raise FileNotFoundError(f"{place} 下没有 {county} {as_of}的结果，请先运行 fundaudit run {county}")
    folder = place / str(county) / day
    own = open_run(folder)
    limits = own.settings.limits
    if _megabytes(limits.memory) > LEDGER_MB:
        small = own.settings.model_copy(update={"limits": limits.model_copy(update={"memory": f"{LEDGER_MB}MB"})})
        own.about = own.about.model_copy(update={"settings": small})
    return Desk(own, folder)


def _megabytes(memory: str) -> int:
    return int(memory[:-2]) * (1000 if memory.endswith("GB") else 1)
