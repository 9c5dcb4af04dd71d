"""What a county's catalogue comes to: an outcome per check, findings, subjects that could not be judged, and the evidence behind.

How each looks in `findings.parquet` and `undetermined.parquet` (DATA_CONTRACT, 4. Output); money in yuan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal

import pyarrow as pa

from fundaudit.catalogue import Catalogue, Kind

ZERO = Decimal("0.00")
SEVERITIES = ("高", "中", "低")
FINDING_SCHEMA = pa.schema(
    [
        ("case_no", pa.string()),
        ("county", pa.string()),
        ("as_of", pa.date32()),
        ("check", pa.string()),
        ("family", pa.string()),
        ("severity", pa.string()),
        ("subject_kind", pa.string()),
        ("subject", pa.string()),
        ("name", pa.string()),
        *((n, pa.string()) for n in ("township", "village", "unit", "department", "responsible", "voucher")),
        ("amount", pa.decimal128(18, 2)),
        ("occurred_on", pa.date32()),
        ("basis", pa.list_(pa.string())),
        ("detail", pa.string()),
        ("source", pa.string()),
        ("state", pa.string()),
    ]
)
UNDETERMINED_SCHEMA = pa.schema([(n, pa.string()) for n in ("check", "subject", "name", "reason", "kind", "record")])


@dataclass(frozen=True)
class Neighbour:
    """What a check would find with one limit a step away: how many subjects, of them how many more (`gained`) and how many fewer
    (`lost`) than it found, and their amount in yuan."""

    threshold: str
    value: str
    findings: int
    gained: int
    lost: int
    amount: Decimal


@dataclass(frozen=True)
class Outcome:
    """One check's result over a county. `amount` in yuan: Σ of the flagged, or of the group that stands for them."""

    check: str
    title: str
    family: str
    severity: str
    status: str
    population: int = 0
    flagged: int = 0
    undetermined: int = 0
    amount: Decimal = ZERO
    reason: str = ""
    neighbours: tuple[Neighbour, ...] = ()
    empty: bool = False  # it ran, and nobody was there to be judged


@dataclass(frozen=True)
class Finding:
    """One flagged subject. `amount` in yuan; None where a rejected row could change it. `basis`: the bases that bind it.

    Where it is, who answers for the money (`unit`), through which voucher, and where it stands in the county's files (`source`).
    """

    county: str
    as_of: date
    check: str
    family: str
    severity: str
    subject_kind: str
    subject: str
    name: str | None
    amount: Decimal | None
    occurred_on: date | None
    basis: tuple[str, ...]
    detail: str
    township: str | None = None
    village: str | None = None
    unit: str | None = None
    department: str | None = None
    responsible: str | None = None
    voucher: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Undetermined:
    """One subject that could not be judged, with both records of a near match as JSON."""

    check: str
    subject: str
    name: str | None
    kind: Kind
    reason: str
    record: str


@dataclass
class Judgement:
    """What a county's catalogue came to. Evidence: code → rows behind its findings, under Chinese headers."""

    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    undetermined: list[Undetermined] = field(default_factory=list)
    evidence: dict[str, pa.Table] = field(default_factory=dict)
    verdicts: dict[str, dict[str, bool | None]] = field(default_factory=dict)  # check → subject → flagged, of whom it was asked

    def add(self, other: Judgement) -> None:
        """What further checks came to, after these."""
        self.outcomes += other.outcomes
        self.findings += other.findings
        self.undetermined += other.undetermined
        self.evidence |= other.evidence
        self.verdicts |= other.verdicts


def amount_of(found: Iterable[tuple[str, Decimal | None]], total: bool) -> Decimal:
    """What findings (subject, yuan) come to; those of which the amount is not known are in no total. `total`: groups overlap, and the
    one over everything stands for all, else the largest."""
    known = {subject: amount for subject, amount in found if amount is not None}
    if total:
        return known.get("total", max(known.values(), default=ZERO))
    return sum(known.values(), ZERO)


def money_at_issue(evidence: Mapping[str, pa.Table], catalogue: Catalogue) -> Decimal:
    """The distinct payments and lines behind findings, each once, in yuan. Balances and shortfalls are not added in."""
    amounts: dict[str, Decimal] = {}
    for code, table in evidence.items():
        if code in catalogue.checks and catalogue.checks[code].adds and {"paid_key", "amount"} <= set(table.column_names):
            for flag, key, amount in zip(*(table[c].to_pylist() for c in ("flag", "paid_key", "amount")), strict=True):
                if flag and key and amount is not None:
                    amounts[key] = max(amount, amounts.get(key, amount))
    return sum(amounts.values(), ZERO)


LINE = (
    "证件号码",
    "姓名",
    "补助项目",
    "发放月份",
    "发放日期",
    "金额",
)  # what a household line is known by, whatever its row's number


def rows_behind(evidence: Mapping[str, pa.Table], as_of: date) -> dict[tuple[str, str], list[str]]:
    """(check, subject) → what its flagged rows are known by from run to run: the payment, what the household line says (files are renamed
    and rows inserted), else the day of the fact. What is so on the audit date itself is the same fact all year: it is known by the year."""
    found: dict[tuple[str, str], list[str]] = {}
    for code, table in evidence.items():
        columns = [
            table[c].to_pylist() if c in table.column_names else [None] * len(table) for c in ("paid_key", "occurred_on", *LINE)
        ]
        for subject, flag, key, day, *line in zip(table["subject"].to_pylist(), table["flag"].to_pylist(), *columns, strict=True):
            if not flag:
                continue
            own = found.setdefault((code, subject), [])
            if key and key.startswith("household:") and any(line):
                key = "household:" + "|".join("" if value is None else str(value) for value in line)
                key += f"#{sum(k.rpartition('#')[0] == key for k in own) + 1}"
            own.append(key or (str(as_of.year) if day in (as_of, None) else str(day)))
    return found


def with_cases(judgement: Judgement, numbers: Mapping[tuple[str, str], tuple[str, str]]) -> pa.Table:
    """The findings table with each case's number and state, by (check, subject)."""
    rows = []
    for finding in judgement.findings:
        case_no, state = numbers[finding.check, finding.subject]
        rows.append({**asdict(finding), "case_no": case_no, "state": state})
    return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)
