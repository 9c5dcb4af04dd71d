"""Runs the catalogue over a ledger: outcomes, findings, undetermined subjects, evidence.

A check's SELECT yields rows; a subject is flagged if any of its rows is, undetermined if none is flagged and one
is. An exception is an `error` outcome, never a missing row.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.catalogue import Catalogue, Check
from fundaudit.contract import TABLES
from fundaudit.guard import guarded
from fundaudit.ledger import Ledger
from fundaudit.masking import mask_text
from fundaudit.parameters import Parameters

ZERO = Decimal("0.00")
SEVERITIES = ("高", "中", "低")
CONTROLS = (
    "subject",
    "name",
    "township",
    "unit",
    "flag",
    "amount",
    "occurred_on",
    "detail",
    "reason",
    "firm",
    "beside",
    "paid_key",
    "source_file",
    "severity",
)

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
        ("township", pa.string()),
        ("unit", pa.string()),
        ("amount", pa.decimal128(18, 2)),
        ("occurred_on", pa.date32()),
        ("detail", pa.string()),
        ("state", pa.string()),
    ]
)
UNDETERMINED_SCHEMA = pa.schema([(n, pa.string()) for n in ("check", "subject", "name", "reason", "record")])


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


@dataclass
class Judgement:
    """What a county's catalogue came to. Evidence: code → rows behind its findings, under Chinese headers."""

    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    undetermined: list[dict[str, Any]] = field(default_factory=list)
    evidence: dict[str, pa.Table] = field(default_factory=dict)
    verdicts: dict[str, dict[str, bool | None]] = field(default_factory=dict)  # check → subject → flagged


@dataclass
class _Rows:
    """A check's rows by column, and the verdict per subject: True, False or None with its reason."""

    columns: dict[str, list[Any]]
    table: pa.Table
    verdicts: dict[str, bool | None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def of(self, subject: str, flag: bool | None) -> list[int]:
        return [i for i in self.places[subject] if self.columns["flag"][i] is flag]

    def __post_init__(self) -> None:
        self.places: dict[str, list[int]] = defaultdict(list)
        for i, subject in enumerate(self.columns["subject"]):
            if subject is not None:
                self.places[subject].append(i)


def judge(ledger: Ledger, catalogue: Catalogue, parameters: Parameters) -> Judgement:
    """Every check of the catalogue, in its order."""
    judgement = Judgement()
    thresholds = catalogue.thresholds(parameters)
    for check in catalogue:
        try:
            reason, waiting = _not_run(ledger, check, parameters), _waiting(ledger, check)
            if waiting and any(not ledger.rows.get(name) for name in check.needs if name in ledger.unread):
                judgement.outcomes.append(_outcome(check, "undetermined", reason=waiting))
            elif reason:
                judgement.outcomes.append(_outcome(check, "not_run", reason=reason))
            else:
                _judge_check(judgement, ledger, check, parameters.county, thresholds[check.code])
        except duckdb.InterruptException:
            seconds = ledger.settings.limits.seconds
            judgement.outcomes.append(_outcome(check, "error", reason=f"超过 {seconds} 秒仍未完成，已中断"))
        except (duckdb.Error, ArithmeticError, ValueError, TypeError, KeyError) as error:
            text = mask_text(str(error).splitlines()[0][:200])
            judgement.outcomes.append(_outcome(check, "error", reason=f"执行出错：{text}"))
    return judgement


def _outcome(check: Check, status: str, **fields: Any) -> Outcome:
    fields.setdefault("severity", check.severity)
    return Outcome(check=check.code, title=check.title, family=check.family, status=status, **fields)


def _not_run(ledger: Ledger, check: Check, parameters: Parameters) -> str:
    """Why a check cannot run here and now; empty where it can."""
    if parameters.report == "special" and parameters.families and check.code[:2] not in parameters.families:
        return "不在本次专项检查的范围内"
    if check.when and ledger.as_of.strftime("%m-%d") != check.when:
        return f"只在{int(check.when[:2])}月{int(check.when[3:])}日执行"
    for name, columns in check.needs.items():
        title = TABLES[name].title
        if not ledger.rows.get(name):
            rejected = ledger.rejected.get(name, 0)
            return f"{title}的 {rejected} 行全部被拒收，请改正后重新报送" if rejected else f"没有报送{title}，请补报"
        counts = ", ".join(f"count({c})" for c in columns)
        (row,) = ledger.query(f"SELECT count(*) AS n, {counts} FROM {name}").to_pylist()  # noqa: S608 names of the contract
        if not row["n"]:
            return f"{title}在审计日以前没有记录"
        empty = [TABLES[name].column(c).header for c, n in zip(columns, list(row.values())[1:], strict=True) if not n]
        if name == "registers" and (absent := _absent_lists(ledger, check)):
            return f"外部比对名单中没有{'、'.join(absent)}名单，请补报"
        if empty:
            return f"{title}的{'、'.join(empty)}没有填写，请补报该列"
    return ""


def _waiting(ledger: Ledger, check: Check) -> str:
    """Which files that look like a table of the check were not read: until they are, nothing it says is certain."""
    places = [(name, place) for name in check.needs for place in ledger.unread.get(name, ())]
    if not places:
        return ""
    named = "、".join(f"{place}（像是{TABLES[name].title}）" for name, place in places[:5])
    return f"{named}{f'等 {len(places)} 处' if len(places) > 5 else ''}没有读取，读取或写明不用以前不作判定"


def _absent_lists(ledger: Ledger, check: Check) -> list[str]:
    held = {r["register"] for r in ledger.query("SELECT DISTINCT register FROM registers").to_pylist()}
    return [wanted for wanted in check.lists if wanted not in held]


def _judge_check(judgement: Judgement, ledger: Ledger, check: Check, county: str, values: Mapping[str, Any]) -> None:
    bound = {name: values[name] for name in check.thresholds}
    if "$as_of" in check.sql:
        bound["as_of"] = ledger.as_of
    if "$register_from" in check.sql:
        bound["register_from"] = ledger.settings.register_from
    table, notes = ledger.query(_without_clean_rows(ledger, check, bound), bound, ledger.settings.limits.seconds), list[str]()
    table = _with_flags(table)
    if check.guard:
        table, notes = guarded(table, ledger, check)
    rows, remarks = _rows(table)
    notes = remarks + notes
    _touch(rows, ledger, check)
    if waiting := _waiting(ledger, check):
        notes.insert(0, waiting)
        rows.verdicts = dict.fromkeys(rows.verdicts)
        rows.reasons = {subject: rows.reasons.get(subject, waiting) for subject in rows.verdicts}
    reason = "；".join([*notes, *_table_notes(ledger, check)])
    if not rows.verdicts:
        judgement.outcomes.append(_outcome(check, "not_run", reason="；".join(["无适用对象", reason]).rstrip("；")))
        return
    judgement.verdicts[check.code] = rows.verdicts
    findings = _findings(rows, check, county, ledger.as_of)
    judgement.findings += findings
    judgement.undetermined += _undetermined(rows, check)
    if findings:
        judgement.evidence[check.code] = _evidence(rows, [f["subject"] for f in findings])
    flagged = len(findings)
    undetermined = sum(1 for v in rows.verdicts.values() if v is None)
    status = "finding" if flagged else "undetermined" if undetermined else "clean"
    severity = min((f["severity"] for f in findings), key=SEVERITIES.index) if findings else check.severity
    judgement.outcomes.append(
        _outcome(
            check,
            status,
            severity=severity,
            population=len(rows.verdicts),
            flagged=flagged,
            undetermined=undetermined,
            amount=_amount(check, findings),
            reason=reason,
        )
    )


def _without_clean_rows(ledger: Ledger, check: Check, bound: Mapping[str, Any]) -> str:
    """The check's SELECT, in which a subject that is clean in every row has one row a file, without its texts: nearly all are, and
    only the others need to leave the engine whole."""
    sql = check.sql.rstrip().rstrip(";")
    columns = ledger.query(f"SELECT * FROM ({sql}\n) LIMIT 0", bound).column_names if check.guard else ()  # noqa: S608 verified
    file = ", source_file" if "source_file" in columns else ""  # the guard counts by file
    return (  # the catalogue has verified what is put in
        f"WITH judged AS MATERIALIZED ({sql}\n),"  # noqa: S608
        " doubtful AS (SELECT DISTINCT subject FROM judged WHERE flag IS DISTINCT FROM false AND subject IS NOT NULL)"
        " SELECT * FROM judged WHERE subject IS NULL OR subject IN (FROM doubtful) UNION ALL BY NAME"
        f" SELECT DISTINCT subject, false AS flag{file} FROM judged WHERE subject NOT IN (FROM doubtful)"
    )


def _with_flags(table: pa.Table) -> pa.Table:
    """`flag` as a boolean also where a SELECT gives nothing but NULL."""
    place = table.schema.get_field_index("flag")
    return table.set_column(place, "flag", table["flag"].cast(pa.bool_()))


def _rows(table: pa.Table) -> tuple[_Rows, list[str]]:
    """Every subject with its verdict, the rows of those that are not clean, and the remarks (rows without a subject).

    The rows stand in one fixed order: the engine's own depends on its threads.
    """
    doubtful = table.filter(pc.or_(pc.is_null(table["subject"]), pc.fill_null(table["flag"], True)))
    kept = pc.is_in(table["subject"], value_set=pc.unique(doubtful["subject"]))
    clean = table.filter(pc.invert(kept))["subject"].unique().sort().to_pylist()
    table = table.filter(kept)
    table = table.sort_by([(f.name, "ascending") for f in table.schema if not pa.types.is_nested(f.type)])
    columns = {c: table[c].to_pylist() if c in table.column_names else [None] * table.num_rows for c in CONTROLS}
    rows = _Rows(columns, table)
    rows.verdicts |= dict.fromkeys(clean, False)
    _decide(rows)
    return rows, [r for s, r in zip(columns["subject"], columns["reason"], strict=True) if s is None and r]


def _decide(rows: _Rows) -> None:
    flags = rows.columns["flag"]
    for subject, places in rows.places.items():
        own = {flags[i] for i in places}
        rows.verdicts[subject] = True if True in own else None if None in own else False
        if rows.verdicts[subject] is None:
            first = next(i for i in places if flags[i] is None)
            rows.reasons[subject] = rows.columns["reason"][first] or "缺少判定所需的数据"


def _touch(rows: _Rows, ledger: Ledger, check: Check) -> None:
    """A flagged subject that rejected rows touch is undetermined, unless what is readable of them changes nothing."""
    tables = [t for t in (*check.needs, *check.uses) if ledger.rejected.get(t)]
    if not tables:
        return
    touched = ledger.query(
        "SELECT key, list(DISTINCT table_name ORDER BY table_name) AS tables FROM touched"
        " WHERE kind = $kind AND table_name = ANY($tables) GROUP BY key",
        {"kind": check.subject, "tables": tables},
    ).to_pylist()
    for row in touched:
        subject = row["key"]
        if rows.verdicts.get(subject) and not all(rows.columns["firm"][i] for i in rows.of(subject, True)):
            titles = "、".join(TABLES[t].title for t in row["tables"])
            rows.verdicts[subject] = None
            rows.reasons[subject] = f"{titles}中有被拒收的行涉及该对象，可能改变结论"


def _table_notes(ledger: Ledger, check: Check) -> list[str]:
    notes = []
    for name in (*check.needs, *check.uses):
        rejected = ledger.rejected.get(name)
        if name in check.uses and not ledger.rows.get(name):
            absent = f"{TABLES[name].title}的 {rejected} 行全部被拒收" if rejected else f"没有{TABLES[name].title}"
            notes.append(f"{absent}，相应的排除或例外未能应用")
        elif rejected:
            notes.append(f"{TABLES[name].title}有 {rejected} 行被拒收")
    return notes


def _findings(rows: _Rows, check: Check, county: str, as_of: date) -> list[dict[str, Any]]:
    findings = []
    for subject, verdict in rows.verdicts.items():
        if not verdict:
            continue
        flagged = rows.of(subject, True)
        flagged.sort(key=lambda i: (rows.columns["occurred_on"][i] or date.max, rows.columns["detail"][i] or ""))
        first = flagged[0]
        own = {name: rows.columns[name][first] for name in CONTROLS}
        amount = sum((rows.columns["amount"][i] or ZERO for i in flagged), ZERO)
        severity = min((rows.columns["severity"][i] or check.severity for i in flagged), key=SEVERITIES.index)
        detail = (own["detail"] or "") + (f"；等 {len(flagged)} 笔，合计 {amount:,.2f} 元" if len(flagged) > 1 else "")
        if not check.bound_by(county, own["occurred_on"] or as_of):
            severity, detail = "低", detail + "（所列依据在本地当日均不直接适用，仅作线索）"
        findings.append(
            {
                "county": county,
                "as_of": as_of,
                "check": check.code,
                "family": check.family,
                "severity": severity,
                "subject_kind": check.subject,
                "subject": subject,
                "name": own["name"],
                "township": own["township"],
                "unit": own["unit"],
                "amount": amount,
                "occurred_on": own["occurred_on"],
                "detail": detail,
            }
        )
    return sorted(findings, key=lambda f: (SEVERITIES.index(f["severity"]), -f["amount"], f["subject"]))


def _undetermined(rows: _Rows, check: Check) -> list[dict[str, Any]]:
    subjects = sorted(s for s, v in rows.verdicts.items() if v is None)
    places = [next(iter(rows.of(s, None) or rows.places[s]), None) for s in subjects]  # none: clean but for a file not read
    evidence = [c for c in rows.table.column_names if c not in CONTROLS]
    records = rows.table.select(evidence).take(pa.array([p for p in places if p is not None], pa.int64())).to_pylist()
    by_place: dict[int | None, dict[str, Any]] = dict(zip((p for p in places if p is not None), records, strict=True))
    return [
        {
            "check": check.code,
            "subject": subject,
            "name": None if place is None else rows.columns["name"][place],
            "reason": rows.reasons[subject],
            "record": json.dumps({h: str(v) for h, v in by_place.get(place, {}).items() if v is not None}, ensure_ascii=False),
        }
        for subject, place in zip(subjects, places, strict=True)
    ]


def _evidence(rows: _Rows, subjects: list[str]) -> pa.Table:
    """The flagged rows of the findings in their order, and the rows that belong beside them."""
    places = []
    for subject in subjects:
        own = [i for i in rows.places[subject] if rows.columns["flag"][i] or rows.columns["beside"][i]]
        places += sorted(own, key=lambda i: (rows.columns["occurred_on"][i] or date.max, str(rows.columns["paid_key"][i])))
    kept = [c for c in ("subject", "flag", "amount", "occurred_on", "paid_key") if c in rows.table.column_names]
    kept += [c for c in rows.table.column_names if c not in CONTROLS]
    return rows.table.select(kept).take(pa.array(places, pa.int64()))


def _amount(check: Check, findings: list[dict[str, Any]]) -> Decimal:
    if check.outcome_amount == "total":
        total = [f["amount"] for f in findings if f["subject"] == "total"]
        return total[0] if total else max((f["amount"] for f in findings), default=ZERO)
    return sum((f["amount"] for f in findings), ZERO)


def money_at_issue(evidence: Mapping[str, pa.Table], catalogue: Catalogue) -> Decimal:
    """The distinct payments and lines behind findings, each once, in yuan. Balances and shortfalls are not added in."""
    amounts: dict[str, Decimal] = {}
    for code, table in evidence.items():
        if code in catalogue.checks and catalogue.checks[code].adds:
            for flag, key, amount in zip(*(table[c].to_pylist() for c in ("flag", "paid_key", "amount")), strict=True):
                if flag and key:
                    amounts[key] = max(amount, amounts.get(key, amount))
    return sum(amounts.values(), ZERO)


def with_cases(judgement: Judgement, numbers: Mapping[tuple[str, str], tuple[str, str]]) -> pa.Table:
    """The findings table with each case's number and state, by (check, subject)."""
    rows = []
    for finding in judgement.findings:
        case_no, state = numbers[finding["check"], finding["subject"]]
        rows.append({**finding, "case_no": case_no, "state": state})
    return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)
