"""A county for people and notebooks: its tables, findings and outcomes as DataFrames, SQL read only.

county = open_county("653129")        # the newest run under outputs/
county.findings                       # DataFrame, unmasked: it stays in the office
county.sql("SELECT * FROM group_money")
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fundaudit.catalogue import Catalogue, load_catalogue
from fundaudit.contract import CONTRACT_VERSION, TABLES
from fundaudit.findings import FINDING_SCHEMA, SEVERITIES, Judgement, Outcome, amount_of, money_at_issue
from fundaudit.intake.headers import column_of, header_names
from fundaudit.judge import judge
from fundaudit.ledger.connection import PEOPLE_TABLES, Ledger, LedgerError, open_ledger, to_frame
from fundaudit.masking import Secrets
from fundaudit.parameters import Parameters, Settings, find_folder, with_changes
from fundaudit.register.states import SETTLED
from fundaudit.run_info import RunInfo

OWN_NUMBERS = ("payment_id", "project_id", "allocation_id", "indicator_id", "contract_id", "doc_no")  # of documents, of nobody
PLACES = ("township", "village")  # in whose names the characters of a person's may stand
A_PLACE = re.compile(r"[一-龥]{1,8}[乡镇村]|[一-龥]{1,6}(街道|社区)")

if TYPE_CHECKING:
    import pandas as pd


class _Kept(Mapping[str, pa.Table]):
    """The tables of a run's folder by their file's name under restricted/, each read when asked for."""

    def __init__(self, restricted: Path) -> None:
        self._restricted = restricted

    def __getitem__(self, name: str) -> pa.Table:
        table = pq.ParquetFile(self._restricted / f"{name}.parquet").read()
        version = (table.schema.metadata or {}).get(b"contract_version", b"?").decode()
        if name.startswith("tables/") and (name.removeprefix("tables/") not in TABLES or version != str(CONTRACT_VERSION)):
            raise LedgerError(f"{name}.parquet：数据契约版本 {version} 不认识，本版本使用 {CONTRACT_VERSION}，请重新运行")
        return table

    def __iter__(self) -> Iterator[str]:
        paths = sorted(self._restricted.rglob("*.parquet"))
        return (path.relative_to(self._restricted).with_suffix("").as_posix() for path in paths)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def personal_in_rejects(rejects: pa.Table) -> tuple[set[str], set[str]]:
    """Identity numbers, cards and accounts, and the names, of rows that were not used."""
    numbers, names = set[str](), set[str]()
    for reject in rejects.select(["table", "row_as_read"]).to_pylist():
        columns = header_names(TABLES[reject["table"]], None)
        for header, value in json.loads(reject["row_as_read"]).items():
            found = column_of(header, columns)
            personal = TABLES[reject["table"]].column(found).personal if found else ""
            if personal:
                (names if personal == "name" else numbers).add(value.strip())
    return numbers, names


@dataclass
class County:
    """One county, read and judged. `about` is what the run noted of itself (run.json), `parts` its tables by the name of their
    file under restricted/, `checks` a bureau's own folders; a `draft` is registered nowhere."""

    about: RunInfo
    parts: Mapping[str, pa.Table]
    checks: Iterable[Path] = ()
    draft: bool = False

    @property
    def code(self) -> str:
        return self.about.county

    @property
    def name(self) -> str:
        return self.about.name

    @property
    def as_of(self) -> date:
        return self.about.as_of

    @cached_property
    def catalogue(self) -> Catalogue:
        return load_catalogue(self.checks, verified=True)

    @cached_property
    def tables(self) -> dict[str, pa.Table]:
        """The canonical tables as intake left them."""
        return self.tables_without(())

    def tables_without(self, without: Iterable[str]) -> dict[str, pa.Table]:
        """The canonical tables but for some, which are not even read."""
        names = [name.removeprefix("tables/") for name in self.parts if name.startswith("tables/")]
        return {name: self.parts[f"tables/{name}"] for name in names if name not in without}

    @property
    def settings(self) -> Settings:
        return self.about.settings

    def _open(self, people: bool) -> Ledger:
        held = self.__dict__.get("tables")  # not kept beside the ledger where nobody has asked for them
        tables = held or self.tables_without(()) if people else self.tables_without(PEOPLE_TABLES)
        context = open_ledger(tables, self.parts["rejects"], self.as_of, self.settings, people=people, unread=self.about.unread)
        self._contexts.append(context)
        ledger: Ledger = context.__enter__()
        return ledger

    @cached_property
    def _contexts(self) -> list[Any]:
        return []  # they keep the ledgers open

    @cached_property
    def ledger(self) -> Ledger:
        """The run's ledger, opened when first asked for and open as long as the county is."""
        return self._open(people=True)

    @cached_property
    def _money(self) -> Ledger:
        """The ledger without its views of people, which are most of its work and which the report does not read."""
        return self._open(people=False)

    def table(self, name: str) -> pd.DataFrame:
        """A canonical table as intake left it, before the cut at the audit date."""
        return to_frame(self.tables[name])

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """A query over the money views of the ledger as plain rows, for the report."""
        rows: list[dict[str, Any]] = self._money.query(sql, parameters, seconds=self.settings.limits.seconds).to_pylist()
        return rows

    def sql(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """A query over the ledger's tables and views, cut at the audit date; nothing can be written."""
        return to_frame(self.ledger.query(sql, parameters, seconds=self.settings.limits.seconds))

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row per finding, unmasked."""
        return to_frame(self.parts["findings"])

    @cached_property
    def every_finding(self) -> list[dict[str, Any]]:
        """The findings as plain rows, those that people have settled among them."""
        rows: list[dict[str, Any]] = self.parts["findings"].to_pylist()
        return rows

    @cached_property
    def finding_rows(self) -> list[dict[str, Any]]:
        """The findings that count: not yet found normal, nor closed with the same evidence."""
        return [f for f in self.every_finding if f["state"] not in SETTLED]

    @cached_property
    def settled_rows(self) -> list[dict[str, Any]]:
        """The findings that people have settled; they are shown apart and not counted again."""
        return [f for f in self.every_finding if f["state"] in SETTLED]

    @cached_property
    def counted(self) -> list[Outcome]:
        """What each check came to over the findings that count."""
        settled = {f["check"] for f in self.settled_rows}
        return [self._counted(o) if o.check in settled else o for o in self.about.outcomes]

    def _counted(self, outcome: Outcome) -> Outcome:
        own = [f for f in self.finding_rows if f["check"] == outcome.check]
        total = self.catalogue.checks[outcome.check].outcome_amount == "total"
        return replace(
            outcome,
            status="finding" if own else "undetermined" if outcome.undetermined else "clean",
            severity=min((f["severity"] for f in own), key=SEVERITIES.index, default=outcome.severity),
            flagged=len(own),
            amount=amount_of([(f["subject"], f["amount"]) for f in own], total),
            reason="；".join(
                filter(None, (outcome.reason, f"另有 {outcome.flagged - len(own):,} 个已认定正常或已销号，不再计数"))
            ),
        )

    @cached_property
    def undetermined(self) -> pd.DataFrame:
        """One row per subject that could not be judged, with the reason."""
        return to_frame(self.parts["undetermined"])

    @cached_property
    def rejects(self) -> pd.DataFrame:
        """Every rejected input row."""
        return to_frame(self.parts["rejects"])

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row per check of the catalogue."""
        import pandas as pd

        return pd.DataFrame([asdict(outcome) for outcome in self.about.outcomes])

    @cached_property
    def every_evidence(self) -> dict[str, pa.Table]:
        """Check code → the rows behind its findings, those that people have settled among them."""
        return {name.removeprefix("evidence/"): self.parts[name] for name in self.parts if name.startswith("evidence/")}

    @cached_property
    def evidence(self) -> dict[str, pa.Table]:
        """Check code → the rows behind its findings that count."""
        settled: dict[str, list[str]] = {}
        for finding in self.settled_rows:
            settled.setdefault(finding["check"], []).append(finding["subject"])
        return {
            code: own
            for code, table in self.every_evidence.items()
            if len(own := table.filter(pc.invert(pc.is_in(table["subject"], pa.array(settled.get(code, []), pa.string())))))
        }

    @cached_property
    def secrets(self) -> Secrets:
        """Every identity number, card, account and full name of the run's inputs, rejected rows included; and the numbers of
        its documents, vouchers, projects and allocations, which may look like them."""
        numbers, names, common, exempt = set[str](), set[str](), set[str](), set[str]()
        for name, rows in self.tables.items():
            for column in TABLES[name].columns:
                values = {str(v) for v in rows[column.name].unique().to_pylist() if v}
                if column.personal in ("id_number", "card"):
                    numbers |= values
                elif column.personal == "name":
                    names |= values
                elif column.name in OWN_NUMBERS:
                    exempt |= values
                elif column.name in PLACES:
                    common |= {value for value in values if A_PLACE.fullmatch(value)}
        for own, values in zip((numbers, names), personal_in_rejects(self.parts["rejects"]), strict=True):
            own |= values
        return Secrets.of(numbers, names, common, exempt)

    def rows_behind(self, case_no: str) -> pd.DataFrame:
        """The rows behind a finding, under their Chinese headers. KeyError where there is no such case in this run."""
        finding = next((f for f in self.every_finding if f["case_no"] == case_no), None)
        if finding is None:
            raise KeyError(f"本次运行中没有疑点编号 {case_no}")
        frame = to_frame(self.every_evidence[finding["check"]])
        own = frame[frame["subject"] == finding["subject"]]
        return own[[c for c in own.columns if not c.isascii() and own[c].notna().any()]].reset_index(drop=True)

    def judged_with(self, code: str, thresholds: Mapping[str, Any], facts: bool = False) -> Judgement:
        """One check with other thresholds; led to vouchers only where `facts` are asked for. KeyError for a check that there is not, ParameterError for a threshold that cannot be."""
        check = self.catalogue.checks[code]
        own = {name: check.typed(name, value) for name, value in {**self.about.thresholds[code], **thresholds}.items()}
        changed = Parameters(county=self.code, name=self.name, data=Path(), as_of=self.as_of, report=self.about.report)
        changed = with_changes(changed, None, {code: own})
        return judge(self.ledger, Catalogue({code: check}), changed, facts=facts)

    def judged_again(self, code: str, **thresholds: Any) -> dict[str, pd.DataFrame]:
        """One check with other thresholds: which findings come (新增), go (消除) and stay (保留), against the run's own."""
        split = self.against_run(code, self.judged_with(code, thresholds, facts=True))
        return {name: to_frame(pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)) for name, rows in split.items()}

    def findings_of(self, code: str) -> list[dict[str, Any]]:
        """The findings of one check, without making rows of all the others."""
        findings = self.parts["findings"]
        rows: list[dict[str, Any]] = findings.filter(pc.equal(findings["check"], code)).to_pylist()
        return rows

    def against_run(self, code: str, judgement: Judgement) -> dict[str, list[dict[str, Any]]]:
        """A check's findings that come, go and stay, against those of the run."""
        before = {f["subject"]: f for f in self.findings_of(code)}
        after = {f.subject: dict(vars(f)) for f in judgement.findings}
        return {
            "新增": [f for s, f in after.items() if s not in before],
            "消除": [f for s, f in before.items() if s not in after],
            "保留": [f for s, f in after.items() if s in before],
        }

    @property
    def money_at_issue(self) -> Decimal:
        """The distinct payments and lines behind findings, each once, in yuan."""
        return money_at_issue(self.evidence, self.catalogue)


def open_run(folder: str | Path) -> County:
    """A run from its folder (`outputs/<county>/<as_of>`)."""
    restricted = Path(folder) / "restricted"
    about = RunInfo.model_validate_json((restricted / "run.json").read_text(encoding="utf-8"))
    return County(about, _Kept(restricted), [restricted / "checks"])


def open_county(code: str | int, outputs: str | Path = "", as_of: str = "") -> County:
    """The newest run of a county, or the one of an audit date; `outputs` is found where it is empty. FileNotFoundError where
    there is none."""
    place = Path(outputs) if outputs else find_folder(None, notebook=True).resolve().parent / "outputs"
    runs = sorted(
        p.parent.parent for p in (place / str(code)).glob("*/restricted/run.json") if as_of in ("", p.parent.parent.name)
    )
    if not runs:
        raise FileNotFoundError(f"{place} 下没有 {code} {as_of}的结果，请先运行 fundaudit run {code}")
    return open_run(runs[-1])
