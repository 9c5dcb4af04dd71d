"""Runs the catalogue over a ledger: outcomes, findings, undetermined subjects, evidence.

A check's SELECT yields rows, which `verdicts` brings to one verdict a subject. An exception is an `error` outcome, never a missing row.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from fundaudit.basis import Money
from fundaudit.catalogue import Catalogue, Check, Kind
from fundaudit.check_sql import CONTROLS
from fundaudit.contract import TABLES
from fundaudit.facts import with_facts
from fundaudit.findings import SEVERITIES, ZERO, Finding, Judgement, Outcome, Undetermined, amount_of
from fundaudit.force import money_behind
from fundaudit.guard import examples, stop_broken, stop_reason
from fundaudit.ledger.connection import PEOPLE_TABLES, Ledger
from fundaudit.masking import mask_text
from fundaudit.parameters import Parameters
from fundaudit.rejected import LOST, softened, suspected, uncertain
from fundaudit.verdicts import Asked, Read, clean, counted, every_row, make_verdicts, not_clean


@dataclass
class _Rows:
    """The rows of the subjects that are not clean, by column, with their verdict: True, or None with its reason."""

    table: pa.Table
    verdicts: dict[str, bool | None]
    reasons: dict[str, tuple[Kind, str]]

    def __post_init__(self) -> None:
        self.columns: dict[str, list[Any]] = {name: self.table[name].to_pylist() for name in CONTROLS}
        self.places: dict[str, list[int]] = defaultdict(list)
        for i, subject in enumerate(self.columns["subject"]):
            self.places[subject].append(i)

    def of(self, subject: str, flag: bool | None) -> list[int]:
        return [i for i in self.places[subject] if self.columns["flag"][i] is flag]


def judge(
    ledger: Ledger, catalogue: Catalogue, parameters: Parameters, everyone: bool = False,
    asked: Mapping[str, Sequence[str]] = MappingProxyType({}), facts: bool = True,
) -> Judgement:  # fmt: skip
    """Every check of the catalogue, in its order. `asked`: check → subjects of whom the verdict is kept though they are clean;
    `everyone`: of all, who are many; without `facts` nothing is led to its voucher."""
    thresholds = catalogue.thresholds(parameters)
    whom = None if everyone else asked

    def own(check: Check) -> Asked | Judgement:
        ready = _asked(ledger, check, parameters, thresholds[check.code])
        if isinstance(ready, Asked) and ready.rows is None:  # a large one, by itself
            return _together(ledger, [ready], parameters, whom)[0]
        return ready

    with ThreadPoolExecutor(ledger.side_by_side, thread_name_prefix="check") as pool:
        found = list(pool.map(own, catalogue))
    of_small = iter(_together(ledger, [ready for ready in found if isinstance(ready, Asked)], parameters, whom))
    judgement = Judgement()
    for ready in found:
        judgement.add(ready if isinstance(ready, Judgement) else next(of_small))
    return with_facts(ledger, judgement) if facts else judgement


_ERRORS = (duckdb.Error, pa.ArrowException, ArithmeticError, ValueError, TypeError, KeyError)


def _failed(ledger: Ledger, check: Check, error: Exception) -> Judgement:
    """What went wrong in a check is its outcome."""
    if isinstance(error, duckdb.InterruptException):
        reason = f"超过 {ledger.settings.limits.seconds} 秒仍未完成，已中断"
    else:
        reason = f"执行出错：{mask_text(str(error).splitlines()[0][:200])}"
    return Judgement([_outcome(check, "error", reason=reason)])


def _asked(ledger: Ledger, check: Check, parameters: Parameters, values: Mapping[str, Any]) -> Asked | Judgement:
    """The check with its rows, or what stands about it before any is asked for."""
    try:
        reason, waiting = _not_run(ledger, check, parameters, values), _waiting(ledger, check)
        if waiting and any(not ledger.rows.get(name) for name in check.needs if name in ledger.unread):
            return Judgement([_outcome(check, "undetermined", reason=waiting)])
        if reason:
            return Judgement([_outcome(check, "not_run", reason=reason)])
        return Asked.of(ledger, check, values)
    except _ERRORS as error:
        return _failed(ledger, check, error)


def _together(
    ledger: Ledger, batch: Sequence[Asked], parameters: Parameters, whom: Mapping[str, Sequence[str]] | None
) -> list[Judgement]:
    """What the checks come to, in their order; where something goes wrong in one, each is judged alone. `whom`: as judge's `asked`,
    None for everyone."""
    try:
        return _judged(ledger, batch, parameters.county, whom) if batch else []
    except _ERRORS as error:
        if len(batch) == 1:
            return [_failed(ledger, batch[0].check, error)]
        return [found for own in batch for found in _together(ledger, [own], parameters, whom)]


def _outcome(check: Check, status: str, **fields: Any) -> Outcome:
    fields.setdefault("severity", check.severity)
    return Outcome(check=check.code, title=check.title, family=check.family, status=status, **fields)


def _not_run(ledger: Ledger, check: Check, parameters: Parameters, values: Mapping[str, Any]) -> str:
    """Why a check cannot run here and now; empty where it can."""
    if parameters.report == "special" and parameters.families and check.code[:2] not in parameters.families:
        return "不在本次专项检查的范围内"
    if check.when:
        first, _, last = check.when.partition("..")
        if not first <= ledger.as_of.strftime("%m-%d") <= (last or first):
            return f"只在{'至'.join(f'{int(day[:2])}月{int(day[3:])}日' for day in (first, last) if day)}执行"
    unnamed = [t.says for name, t in check.thresholds.items() if t.needed and not values[name]]
    lacking = [f"没有报送{'、'.join(absent)}，请补报"] if (absent := _not_handed_in(ledger, check)) else []
    if unnamed:
        lacking.append(f"参数 thresholds.{check.code} 没有写明：{'、'.join(unnamed)}")
    if lacking:
        return "；".join(lacking)
    for name, columns in check.needs.items():
        title = TABLES[name].title
        if not ledger.rows.get(name):
            return f"{title}的 {ledger.rejected[name]:,} 行全部没有采用，请改正后重新报送"
        filled = ledger.filled(name)
        if not filled["*"]:
            return f"{title}在审计日以前没有记录"
        empty = [TABLES[name].column(c).header for c in columns if not filled[c]]
        if name == "registers" and (absent := _absent_lists(ledger, check, values)):
            return f"外部比对名单中没有{'、'.join(absent)}名单，请补报"
        if empty:
            return f"{title}的{'、'.join(empty)}没有填写，请补报该列"
    return ""


def _not_handed_in(ledger: Ledger, check: Check) -> list[str]:
    """The tables of a check of which the county has no row, read or not."""
    return [TABLES[name].title for name in check.needs if not ledger.rows.get(name) and not ledger.rejected.get(name)]


def _waiting(ledger: Ledger, check: Check) -> str:
    """Which files that look like a table of the check were not read: until they are, nothing it says is certain."""
    places = [(name, place) for name in check.needs for place in ledger.unread.get(name, ())]
    if not places:
        return ""
    named = "、".join(f"{place}（像是{TABLES[name].title}）" for name, place in places[:5])
    return f"{named}{f'等 {len(places)} 处' if len(places) > 5 else ''}没有读取，读取或写明不用以前不作判定"


def _lists(check: Check, values: Mapping[str, Any]) -> list[str]:
    """The lists that a check asks for: named by itself, or by a threshold ($kinds)."""
    return [name for own in check.lists for name in (values[own[1:]] if own.startswith("$") else [own])]


def _absent_lists(ledger: Ledger, check: Check, values: Mapping[str, Any]) -> list[str]:
    """The lists that a check asks for, where none of them is there."""
    held = {r["register"] for r in ledger.query("SELECT DISTINCT register FROM registers").to_pylist()}
    wanted = _lists(check, values)
    return [] if held & set(wanted) else wanted


def _unusable(ledger: Ledger, check: Check, lists: list[str]) -> tuple[str, str]:
    """What is said of entries whose number lost digits; and, where none of a list or register can be used, why nothing is certain."""
    notes: list[str] = []
    stopped: list[str] = []
    for table in (t for t in PEOPLE_TABLES if "id_number" in check.needs.get(t, ())):
        counted = "SELECT count(*) AS entries, count(*) FILTER (WHERE lost_digits(id_number, suspect)) AS lost FROM"
        own = table if table != "registers" or not lists else "(FROM registers WHERE register IN (SELECT unnest($lists)))"
        (found,) = ledger.query(f"{counted} {own}", {"lists": lists} if own != table else None).to_pylist()
        if found["lost"]:
            title = "、".join(lists) + "名单" if table == "registers" and lists else TABLES[table].title
            (stopped if found["lost"] == found["entries"] else notes).append(
                f"{title}有 {found['lost']:,} 个证件号码以数字格式存放或带星号，不能用于比对"
            )
    return "；".join(notes), "；".join(f"{text}，没有一个能用，未作判定" for text in stopped)


def _judged(ledger: Ledger, batch: Sequence[Asked], county: str, whom: Mapping[str, Sequence[str]] | None) -> list[Judgement]:
    """First what the engine says of all, then each check's own part."""
    checks = [own.check for own in batch]
    limits = ledger.settings.limits
    with ledger.reading(limits.seconds, every_row(batch)) as read:
        make_verdicts(read, batch)
        stopped = stop_broken(read, limits, checks)
        counts = counted(read)
        useful = {own.check.code: _unusable(ledger, own.check, _lists(own.check, own.values)) for own in batch}
        waiting = {c.code: "；".join(filter(None, (_waiting(ledger, c), useful[c.code][1]))) for c in checks}
        touched = softened(ledger, read, checks)
        for code, reasons in suspected(ledger, read, checks).items():
            touched.setdefault(code, {}).update(reasons)
        verdicts = not_clean(read, [code for code, why in waiting.items() if why])
        rows = {
            c.code: _rows(read, own, verdicts.get(c.code, {}), stopped.get(c.code, {}), touched.get(c.code, {}), waiting[c.code])
            for c, own in zip(checks, batch, strict=True)
        }
        of_clean = clean(read, None if whom is None else {c.code: whom.get(c.code, ()) for c in checks})
        unknown = uncertain(ledger, read, [c for c in checks if counts[c.code].flagged])
        money = money_behind(read, {code: _keys(own) for code, own in rows.items()}, checks)
    found = []
    for check in checks:
        code = check.code
        lost, useless = useful[code]
        notes = [*counts[code].notes]
        notes += [f"{text}{examples(rows[code].table, ledger, check, file)}" for file, text in stopped.get(code, {}).items()]
        reason = "；".join([*filter(None, (waiting[code], lost)), *notes, *_table_notes(ledger, check)])
        population = counts[code].population
        if not population and useless:
            found.append(Judgement([_outcome(check, "undetermined", reason=reason)]))
            continue
        findings = (
            _findings(rows[code], check, county, ledger.as_of, unknown.get(code, {}), money.get(code, {})) if population else []
        )
        judgement = _come_to(check, rows[code], findings, population, reason)
        if whom is None or whom.get(code):
            judgement.verdicts[code] = {**of_clean.get(code, {}), **rows[code].verdicts}
        found.append(judgement)
    return found


def _come_to(check: Check, rows: _Rows, findings: list[Finding], population: int, reason: str) -> Judgement:
    """A check's outcome, with what is behind it."""
    if not population:
        return Judgement([_outcome(check, "not_run", reason="；".join(["无适用对象", reason]).rstrip("；"), empty=True)])
    undetermined = len(rows.verdicts) - len(findings)
    outcome = _outcome(
        check,
        "finding" if findings else "undetermined" if undetermined else "clean",
        severity=min((f.severity for f in findings), key=SEVERITIES.index) if findings else check.severity,
        population=population,
        flagged=len(findings),
        undetermined=undetermined,
        amount=amount_of([(f.subject, f.amount) for f in findings], check.outcome_amount == "total"),
        reason=reason,
    )
    return Judgement([outcome], findings, _undetermined(rows, check), {check.code: _evidence(rows, findings)} if findings else {})


def _rows(
    read: Read,
    asked: Asked,
    verdicts: dict[str, bool | None],
    stopped: Mapping[str | None, str],
    touched: Mapping[str, tuple[Kind, str]],
    waiting: str,
) -> _Rows:
    """The rows of every subject that is not clean (of all, while a file waits), in one fixed order, and their verdicts."""
    verdicts = verdicts | dict.fromkeys(touched)
    if not verdicts:  # everyone is clean
        return _Rows(pa.table({name: [] for name in CONTROLS}), {}, {})
    table = asked.rows_of(read, list(verdicts), bool(waiting))
    table = table.sort_by([(f.name, "ascending") for f in table.schema if not pa.types.is_nested(f.type)])
    table = _with_doubts(_with_money(table), stopped)
    rows = _Rows(table, dict.fromkeys(verdicts) if waiting else verdicts, {})
    broken = {stop_reason(file) for file in stopped}
    for subject in (s for s, verdict in rows.verdicts.items() if verdict is None):
        rows.reasons[subject] = _reason(rows, subject, broken, touched.get(subject), waiting)
    return rows


def _reason(rows: _Rows, subject: str, broken: set[str], touched: tuple[Kind, str] | None, waiting: str) -> tuple[Kind, str]:
    """Why a subject is undetermined: its first doubtful row's own doubt, else what refused rows or files not read leave open."""
    first = next(iter(rows.of(subject, None)), None)
    own = None if first is None else rows.columns["doubt"][first]
    if first is not None and own:
        kind: Kind = (
            "refused"
            if rows.columns["refused"][first]
            else "broken"
            if own in broken
            else rows.columns["doubt_kind"][first] or "missing"
        )
        return kind, own
    if touched:
        return touched
    return ("waiting", waiting) if waiting else ("missing", "缺少判定所需的数据")


def _with_money(table: pa.Table) -> pa.Table:
    """Sums of the engine are wider than money is kept."""
    money = pa.decimal128(18, 2)
    wide = [pa.types.is_decimal(f.type) and f.type.scale == 2 and f.name != "margin" for f in table.schema]
    return table.cast(pa.schema([f.with_type(money) if w else f for f, w in zip(table.schema, wide, strict=True)]))


def _with_doubts(table: pa.Table, stopped: Mapping[str | None, str]) -> pa.Table:
    """`flag` empty where there is a doubt, and a doubt where the guard stopped what was flagged or clean."""
    flag, doubt = table["flag"], table["doubt"]
    flag = pc.if_else(pc.is_valid(doubt), pa.scalar(None, pa.bool_()), flag)
    for file in stopped:
        hit = pc.is_valid(flag) if file is None else pc.and_(pc.is_valid(flag), pc.equal(table["source_file"], file))
        doubt = pc.if_else(hit, stop_reason(file), doubt)
        flag = pc.if_else(hit, pa.scalar(None, pa.bool_()), flag)
    for name, column in (("flag", flag), ("doubt", doubt)):
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def _table_notes(ledger: Ledger, check: Check) -> list[str]:
    notes = []
    for name in (*check.needs, *check.uses):
        rejected = ledger.rejected.get(name)
        if name in check.uses and not ledger.rows.get(name):
            absent = f"{TABLES[name].title}的 {rejected:,} 行全部没有采用" if rejected else f"没有{TABLES[name].title}"
            notes.append(f"{absent}，相应的排除或例外未能应用")
        elif rejected:
            notes.append(f"{TABLES[name].title}有 {rejected:,} 行没有采用")
        if suspect := ledger.suspect.get(name):
            notes.append(f"{TABLES[name].title}有 {suspect:,} 个编号{LOST}")
    return notes


def _keys(rows: _Rows) -> list[tuple[str, str]]:
    """Flagged subjects with the keys of the payments and lines behind them."""
    flagged = (subject for subject, verdict in rows.verdicts.items() if verdict)
    return [(subject, rows.columns["paid_key"][i] or "") for subject in flagged for i in rows.of(subject, True)]


def _findings(
    rows: _Rows, check: Check, county: str, as_of: date, uncertain: Mapping[str, str], money: Mapping[str, Money]
) -> list[Finding]:
    findings = []
    for subject, verdict in rows.verdicts.items():
        if not verdict:
            continue
        flagged = rows.of(subject, True)
        flagged.sort(key=lambda i: (rows.columns["occurred_on"][i] or date.max, rows.columns["detail"][i] or ""))
        own = {name: rows.columns[name][flagged[0]] for name in CONTROLS}
        amounts = list({rows.columns["paid_key"][i] or i: rows.columns["amount"][i] for i in flagged}.values())  # a line once
        amount = None if subject in uncertain or None in amounts else sum(amounts, ZERO)
        severity = min((rows.columns["severity"][i] or check.severity for i in flagged), key=SEVERITIES.index)
        detail = own["detail"] or ""
        if subject in uncertain:
            detail += (f"；列为疑点的共 {len(amounts):,} 笔" if len(amounts) > 1 else "") + f"；{uncertain[subject]}"
        elif len(amounts) > 1 and amount is not None:
            detail += f"；列为疑点的共 {len(amounts):,} 笔，合计 {amount:,.2f} 元"
        bound = tuple(b.id for b in check.bound_by(subject, county, own["occurred_on"] or as_of, money.get(subject, ())))
        severity = severity if bound else "低"
        findings.append(
            Finding(
                county=county,
                as_of=as_of,
                check=check.code,
                family=check.family,
                severity=severity,
                subject_kind=own["subject_kind"] or check.subject,
                subject=subject,
                name=own["name"],
                township=own["township"],
                unit=own["unit"],
                amount=amount,
                occurred_on=own["occurred_on"],
                basis=bound,
                detail=detail,
            )
        )
    return sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), -(f.amount or ZERO), f.subject))


def _undetermined(rows: _Rows, check: Check) -> list[Undetermined]:
    subjects = sorted(s for s, v in rows.verdicts.items() if v is None)
    places = [next(iter(rows.of(s, None) or rows.places[s]), None) for s in subjects]  # none: clean but for a file not read
    evidence = [c for c in rows.table.column_names if c not in CONTROLS]
    records = rows.table.select(evidence).take(pa.array([p for p in places if p is not None], pa.int64())).to_pylist()
    by_place: dict[int | None, dict[str, Any]] = dict(zip((p for p in places if p is not None), records, strict=True))
    return [
        Undetermined(
            check=check.code,
            subject=subject,
            name=None if place is None else rows.columns["name"][place],
            kind=rows.reasons[subject][0],
            reason=rows.reasons[subject][1],
            record=json.dumps({h: str(v) for h, v in by_place.get(place, {}).items() if v is not None}, ensure_ascii=False),
        )
        for subject, place in zip(subjects, places, strict=True)
    ]


def _evidence(rows: _Rows, findings: list[Finding]) -> pa.Table:
    """The flagged rows of the findings in their order, and the rows that belong beside them; without `amount` where it is not known."""
    places, unknown = [], [f.subject for f in findings if f.amount is None]
    for finding in findings:
        own = [i for i in rows.places[finding.subject] if rows.columns["flag"][i] or rows.columns["beside"][i]]
        places += sorted(own, key=lambda i: (rows.columns["occurred_on"][i] or date.max, str(rows.columns["paid_key"][i])))
    kept = [c for c in ("subject", "flag", "amount", "occurred_on", "paid_key") if rows.table[c].null_count < rows.table.num_rows]
    kept += [c for c in rows.table.column_names if c not in CONTROLS]
    table = rows.table.select(kept).take(pa.array(places, pa.int64()))
    if not unknown or "amount" not in kept:
        return table
    known = pc.if_else(pc.is_in(table["subject"], pa.array(unknown)), pa.scalar(None, table["amount"].type), table["amount"])
    return table.set_column(kept.index("amount"), "amount", known)
