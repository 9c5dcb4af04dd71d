"""线索卡: who, when, how much, through which voucher, who answers for it, on what basis, with which evidence; a block for every
subject with a finding of severity 高, and for every person or project with several findings.

Masked in the report, unmasked under restricted/ alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fundaudit.county import County
from fundaudit.facts import some, source_text
from fundaudit.findings import SEVERITIES
from fundaudit.masking import mask_card, mask_name, mask_payee
from fundaudit.report.pieces import SUBJECT_HEADERS, Html, mask_subject, mask_subject_name, render
from fundaudit.report.rules import bound_texts
from fundaudit.report.shares import shown_cases
from fundaudit.report.together import projects_of
from fundaudit.report.words import yuan

SHOWN_CARDS = 100  # in the report; the others on pages beside it
PAGE_CARDS = 1_000
SHOWN_EVIDENCE = 8  # rows of a card; evidence.xlsx has them all
MERGED = ("id_number", "household_id", "project_id")  # of whom several findings make one card, whatever their severity
# What is to be done by when. No rule fixes these days: the team does.
HANDLING = (
    ("核实", "调取原始凭证、审批表和证件原件，听取责任单位和当事人说明，逐条对照“可能的正常原因”", "15 个工作日内"),
    ("整改或追回", "确属多发、错发或滞留的，退回或追回资金并更正台账；属于录入差错的，更正后在登记库中注明", "核实后 30 日内"),
    ("移送（限核实后涉嫌违纪违法的）", "连同本卡和原始证据按规定移送有关机关；在此以前不作定性", "核实后 10 个工作日内"),
)
Finding = dict[str, Any]


@dataclass(frozen=True)
class Card:
    """One subject with its findings, the worst first, and the rows behind them, each payment and line once."""

    kind: str
    subject: str
    name: str | None
    findings: Sequence[Finding]
    rows: Sequence[dict[str, Any]]

    @property
    def anchor(self) -> str:
        return f"card-{self.findings[0]['case_no']}"

    @property
    def severity(self) -> str:
        return str(self.findings[0]["severity"])

    @property
    def paid(self) -> Decimal:
        """The distinct payments and lines of the card, each once, in yuan."""
        return sum((row["amount"] or Decimal(0) for row in self.rows if row.get("paid_key") and row["flag"]), Decimal(0))


def cards_of(county: County) -> list[Card]:
    """Every card of a county: the worst, those with the most findings and the most money first."""
    found = _together(county)
    wanted = {
        key: sorted(own, key=lambda f: (SEVERITIES.index(f["severity"]), f["check"]))
        for key, own in found.items()
        if any(f["severity"] == "高" for f in own) or (len(own) > 1 and key[0] in MERGED)
    }
    behind = _rows_behind(county, {(f["check"], f["subject"]) for own in wanted.values() for f in own})
    names = {key: name for own in projects_of(county).values() for key, name in own.items()}
    cards = [
        Card(
            kind,
            subject,
            names.get(subject) if kind == "project_id" else own[0]["name"],
            own,
            _once(row for f in own for row in behind[f["check"], f["subject"]]),
        )
        for (kind, subject), own in wanted.items()
    ]
    return sorted(cards, key=lambda c: (SEVERITIES.index(c.severity), -len(c.findings), -_most(c.findings), c.anchor))


def _together(county: County) -> dict[tuple[str, str], list[Finding]]:
    """The findings by kind and subject; those on the payments and allocations of a project that has several stand with the project."""
    projects, own_key = projects_of(county), dict[tuple[str, str], tuple[str, str]]()
    for finding in county.finding_rows:
        key = (finding["check"], finding["subject"])
        of = list(projects.get(key, ()))
        own_key[key] = ("project_id", of[0]) if len(of) == 1 else (finding["subject_kind"], finding["subject"])
    counts = Counter(own_key.values())
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in county.finding_rows:
        key = own_key[finding["check"], finding["subject"]]
        found[key if counts[key] > 1 else (finding["subject_kind"], finding["subject"])].append(finding)
    return found


def _most(findings: Iterable[Finding]) -> Decimal:
    return max((f["amount"] or Decimal(0) for f in findings), default=Decimal(0))


def _rows_behind(county: County, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    behind: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for code in dict.fromkeys(code for code, _ in sorted(wanted)):
        table = county.evidence[code]
        own = [i for i, subject in enumerate(table["subject"].to_pylist()) if (code, subject) in wanted]
        for row in table.take(own).to_pylist():
            behind[code, row["subject"]].append(row | {"codes": {code}})
    return behind


def _once(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each payment or line once, as the first check that flags it has it; rows of no payment as they are."""
    kept: dict[Any, dict[str, Any]] = {}
    for place, row in enumerate(rows):
        key = row.get("paid_key") or place
        codes = row["codes"] | kept[key]["codes"] if key in kept else row["codes"]
        if key not in kept or (row["flag"] and not kept[key]["flag"]):
            kept[key] = row
        kept[key] = kept[key] | {"codes": codes}
    return list(kept.values())


def lead_cards(county: County) -> Html:
    """Section four: the cards, masked; the first hundred here, the others on pages beside the report."""
    cards = cards_of(county)
    pages = [] if county.draft else card_pages(len(cards))
    shown = [shown_card(county, card, number) for number, card in enumerate(cards[:SHOWN_CARDS], 1)]
    linked = shown_cases(county)
    return render("lead_cards.html.j2", county, cards=shown, count=len(cards), pages=pages, handling=HANDLING, linked=linked)


def card_pages(cards: int) -> list[str]:
    """The pages beside the report on which the cards stand that it does not show."""
    return [f"annex/cards-{n + 1}.html" for n in range(-((SHOWN_CARDS - cards) // PAGE_CARDS))]


def card_annexes(county: County, cards: Sequence[Card]) -> dict[str, Html]:
    """Each page of cards by its name, masked."""
    starts = [SHOWN_CARDS + n * PAGE_CARDS for n in range(len(card_pages(len(cards))))]
    parts = [(start, cards[start : start + PAGE_CARDS]) for start in starts]
    return {name: card_page(county, part, start + 1) for name, (start, part) in zip(card_pages(len(cards)), parts, strict=True)}


def card_page(county: County, cards: Sequence[Card], first: int, masked: bool = True) -> Html:
    """A page of cards; unmasked for restricted/ alone."""
    shown = [shown_card(county, card, number, masked) for number, card in enumerate(cards, first)]
    return render(
        "card_page.html.j2", county, masked, cards=shown, first=first, handling=HANDLING, name=county.name, hidden=masked
    )


def anchors(county: County) -> dict[str, str]:
    """Case number → the place of its card in the report."""
    return {f["case_no"]: card.anchor for card in cards_of(county)[:SHOWN_CARDS] for f in card.findings}


def shown_card(county: County, card: Card, number: int, masked: bool = True) -> dict[str, Any]:
    """A card with its number as its template reads it, in words."""
    checks = [county.catalogue.checks[f["check"]] for f in card.findings]
    return {
        "anchor": card.anchor,
        "number": number,
        "sheets": "、".join(dict.fromkeys(f["check"] for f in card.findings)),
        "severity": card.severity,
        "title": who(card, masked),
        "findings": card.findings,
        "titles": {check.code: check.title for check in checks},
        "labels": {check.code: check.amount_label for check in checks if check.counts_money},
        "paid": card.paid,
        "facts": _facts(card, masked),
        "basis": list(dict.fromkeys(text for f in card.findings for text in bound_texts(f["basis"], whole=not masked))),
        "evidence": [_evidence(row) for row in card.rows[:SHOWN_EVIDENCE]],
        "more": max(0, len(card.rows) - SHOWN_EVIDENCE),
        "innocent": list(dict.fromkeys(text for check in checks for text in check.innocent)),
        "advice": list(dict.fromkeys(check.advice for check in checks)),
    }


def who(card: Card, masked: bool) -> str:
    """The subject with its name, as it may be shown."""
    name = mask_subject_name(card.kind, card.name, card.subject) if masked else card.name or ""
    subject = mask_subject(card.kind, card.subject) if masked else card.subject
    if card.kind == "group":
        return name
    header = SUBJECT_HEADERS.get(card.kind, "编号")
    return f"{name}　{header} {subject}" if name and name != subject else f"{header} {subject}"


def _facts(card: Card, masked: bool) -> list[tuple[str, str]]:
    """What leads to those who answer for the money and to its papers: label and text, what is not known left out."""
    hide = {"责任人": mask_name, "收款方账号": mask_card, "付款方名称": mask_payee, "台账户名": mask_payee} if masked else {}

    def of(header: str) -> str | None:
        values = [str(row[header]) for row in card.rows if row.get(header)]
        return some(hide[header](value) if header in hide else value for value in values)

    place = some(" ".join(filter(None, (f["township"], f["village"]))) for f in card.findings)
    facts = {
        "时间": some(str(f["occurred_on"]) for f in sorted(card.findings, key=lambda f: str(f["occurred_on"])) if f["occurred_on"]),
        "乡镇、村": place,
        "责任单位": some(f["unit"] for f in card.findings) or of("责任单位"),
        "实施单位": of("实施单位"),
        "主管部门": of("主管部门"),
        "项目责任人": of("责任人"),
        "付款方": of("付款方名称"),
        "支付凭证": of("支付凭证号"),
        "凭证整批": some(_batch(row, masked) for row in card.rows),
        "收款账号": of("收款方账号"),
        "账户台账户名": of("台账户名"),
        "项目": some(f"{row['项目名称']}（{row['项目编号']}）" for row in card.rows if row.get("项目名称")) if card.kind != "project_id" else None,
        "名单出处": of("名单出处"),
        "资金": some(" ".join(filter(None, (row.get("资金名称"), row.get("指标文号")))) for row in card.rows),
    }  # fmt: skip
    return [(label, text) for label, text in facts.items() if text]


def _batch(row: dict[str, Any], masked: bool) -> str | None:
    """A voucher that pays many at once: its whole amount, and to whom it went."""
    if row.get("凭证金额") is None or row["凭证金额"] == row.get("amount"):
        return None
    paid_to = row["凭证收款方名称"] or "收款方未填"
    return f"{row['支付凭证号']} 共 {yuan(row['凭证金额'])} 元，付给{mask_payee(paid_to) if masked else paid_to}"


def _evidence(row: dict[str, Any]) -> str:
    """One row of the evidence: day, voucher, what for, yuan, and where it stands in the county's files."""
    about = row.get("补助项目") or row.get("用途") or row.get("资金名称") or row.get("项目名称")
    said = [
        str(row.get("occurred_on") or "日期不详"),
        row.get("支付凭证号") and f"凭证 {row['支付凭证号']}",
        about,
        f"{yuan(row['amount'])} 元" if row.get("amount") is not None else None,
        source_text([(row["来源文件"], row["来源工作表"], row["来源行"])]),
    ]
    return "，".join(filter(None, said)) + ("" if row["flag"] else "（对照，不计入金额）")
