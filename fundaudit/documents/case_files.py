"""A county's cases for its papers: what the run found, what the register knows of each, and the rows behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fundaudit.county import County
from fundaudit.facts import source_text
from fundaudit.findings import SEVERITIES
from fundaudit.masking import mask_known, mask_name, mask_text
from fundaudit.register.states import NEW
from fundaudit.report.pieces import SUBJECT_HEADERS, mask_subject, mask_subject_name, subject_text
from fundaudit.report.rules import bound_texts
from fundaudit.report.words import yuan

NO_UNIT = "（没有责任单位）"


@dataclass(frozen=True)
class CaseFile:
    """One case: its facts as last found, its state, what was done about it (events, the oldest first), and the rows of this run
    behind it; `listed` where this run found it. `amount` in yuan, None where it is not known."""

    facts: Mapping[str, Any]
    state: str
    history: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    listed: bool

    @property
    def number(self) -> str:
        return str(self.facts["case_no"])

    @property
    def check(self) -> str:
        return str(self.facts["check"])

    @property
    def amount(self) -> Decimal | None:
        amount: Decimal | None = self.facts["amount"]
        return amount

    @property
    def unit(self) -> str:
        return self.facts["unit"] or NO_UNIT

    def last(self, name: str, state: str = "") -> Any:
        """What the latest event (that led to `state`) says of `deadline`, `receiver`, `at` and the like; None where none does."""
        own = (e[name] for e in reversed(self.history) if e[name] and (not state or e["to_state"] == state))
        return next(own, None)

    @property
    def deadline(self) -> date | None:
        last = self.history[-1]["deadline"] if self.history else None
        return date.fromisoformat(last) if last else None

    @property
    def recovered(self) -> Decimal:
        return sum((Decimal(e["recovered"]) for e in self.history if e["recovered"]), Decimal(0))

    def reached(self, state: str) -> date | None:
        """The day on which the case last came to a state."""
        at = self.last("at", state)
        return date.fromisoformat(at[:10]) if at else None


def case_files(county: County, registered: Mapping[str, Mapping[str, Any]], in_run: bool) -> list[CaseFile]:
    """What the run lists, and the registered cases that it does not list but of which somebody has taken charge; the worst first.
    `registered`: the register's cases of the county (`whole_cases`). `in_run`: the states are those that the run gives them, which is
    not in the register yet; else those that the register has now."""
    rows: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for code, table in county.every_evidence.items():
        for row in table.to_pylist():
            rows[code, row["subject"]].append(row)
    titles = {check.code: check.title for check in county.catalogue}
    files = []
    for finding in county.every_finding:
        known = registered.get(finding["case_no"], {})
        facts = finding | {"title": titles[finding["check"]]}
        state = finding["state"] if in_run else known.get("state", finding["state"])
        files.append(CaseFile(facts, state, known.get("history", ()), rows[finding["check"], finding["subject"]], True))
    listed = {file.number for file in files}
    for number, case in registered.items():
        if number not in listed and case["state"] != NEW:
            facts = dict(case) | {"check": case["check_code"], "basis": [id_ for id_ in (case["basis"] or "").split("、") if id_]}
            files.append(CaseFile(facts, case["state"], case["history"], (), False))
    return sorted(files, key=lambda f: (SEVERITIES.index(f.facts["severity"] or "低"), -(f.amount or 0), f.number))


def by_unit(files: Iterable[CaseFile], states: Container[str]) -> list[tuple[str, list[CaseFile]]]:
    """Each responsible unit with its cases in these states, by its name."""
    of_unit: dict[str, list[CaseFile]] = defaultdict(list)
    for file in files:
        if file.state in states:
            of_unit[file.unit].append(file)
    return sorted(of_unit.items())


def shown(county: County, file: CaseFile, masked: bool) -> dict[str, Any]:
    """A case in words, as its reader may see it. Of a case that this run does not list, nobody knows whose names its texts hold: masked,
    they are left out."""
    known = file.listed or not masked
    facts, hide = file.facts, (lambda text: mask_text(mask_known(text, county.secrets))) if masked else str
    kind = facts["subject_kind"] or county.catalogue.checks[file.check].subject
    name = mask_subject_name(kind, facts["name"], facts["subject"]) if masked else facts["name"] or ""
    subject = mask_subject(kind, facts["subject"]) if masked else subject_text(facts["subject"])
    responsible = facts["responsible"] and (mask_name(facts["responsible"]) if masked else facts["responsible"])
    check = county.catalogue.checks.get(file.check)
    return {
        "number": file.number,
        "title": facts["title"],
        "severity": facts["severity"],
        "kind": SUBJECT_HEADERS.get(kind, "编号"),
        "name": name,
        "subject": "" if subject == name or kind == "group" else subject,
        "who": name if not subject or subject == name or kind == "group" else f"{name}　{subject}" if name else subject,
        "place": " ".join(filter(None, (facts["township"], facts["village"]))),
        "unit": file.unit,
        "department": facts["department"] or "",
        "responsible": responsible or "",
        "voucher": facts["voucher"] or "",
        "day": str(facts["occurred_on"] or ""),
        "amount": "" if check and not check.counts_money else "不能确定" if file.amount is None else yuan(file.amount),
        "amount_label": check.amount_label if check else "金额",
        "detail": hide(facts["detail"] or "") if known else "本次检查没有再列出，情况见不遮盖的底稿",
        "source": hide(facts["source"] or "") if known else "",
        "basis": bound_texts(facts["basis"], whole=True),
        "innocent": check.innocent if check else [],
        "advice": check.advice if check else "",
        "state": file.state,
        "deadline": str(file.deadline or ""),
        "recovered": yuan(file.recovered) if file.recovered else "",
        "rows": [] if masked else [_row(row) for row in file.rows],
        "listed": file.listed,
        "history": [hide(event_text(event, reasons=known)) for event in file.history],
    }


def _row(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of evidence: day, voucher, what for, yuan, and where it stands in the county's files."""
    about = row.get("补助项目") or row.get("用途") or row.get("资金名称") or row.get("项目名称") or ""
    return {
        "day": str(row.get("occurred_on") or ""),
        "voucher": row.get("支付凭证号") or "",
        "about": about if row["flag"] else f"{about}（对照，不计入金额）",
        "amount": yuan(row["amount"]) if row.get("amount") is not None else "",
        "source": source_text([(row["来源文件"], row["来源工作表"], row["来源行"])]) or "",
    }


def event_text(event: Mapping[str, Any], reasons: bool) -> str:
    more = [f"追回 {yuan(Decimal(event['recovered']))} 元"] if event["recovered"] else []
    more += [f"期限 {event['deadline']}"] if event["deadline"] else []
    more += [f"接收部门 {event['receiver']}"] if event["receiver"] else []
    tail = f"（{'，'.join(more)}）" if more else ""
    why = f"，{event['reason']}" if reasons else ""
    return f"{event['at'][:10]} {event['author']}：{event['from_state']} → {event['to_state']}{why}{tail}"
