"""Section three: each check with its findings, what they rest on and what could be innocent; and how the checks judge.

All findings stand there, those of small amounts folded. Beyond 5,000 the rest stands in annexes of the same form beside the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import duckdb
from markupsafe import Markup

from fundaudit import __version__
from fundaudit.catalogue import Check
from fundaudit.contract import CONTRACT_VERSION
from fundaudit.county import County
from fundaudit.findings import Outcome
from fundaudit.masking import mask_name
from fundaudit.register.states import NEW
from fundaudit.report import shares as shares_
from fundaudit.report.lead_cards import anchors
from fundaudit.report.limits import fragile_texts, steps_table
from fundaudit.report.money import amount_text
from fundaudit.report.pieces import SUBJECT_HEADERS, Html, mask_subject, mask_subject_name, render
from fundaudit.report.rules import basis_texts, thresholds_of
from fundaudit.report.shares import Finding, by_check, shares
from fundaudit.report.words import ordinal, yuan


@dataclass(frozen=True)
class Table:
    """A table of findings: columns, rows, those below the bureau's materiality apart, and the total of all of the check."""

    columns: list[tuple[str, str]]
    rows: list[list[Any]]
    small: list[list[Any]]
    total: list[str]


def findings(county: County) -> Html:
    """Per check with findings: the facts first, then why, basis, innocent explanations and handling; the worst first."""
    every, outcomes, cards = by_check(county), {o.check: o for o in county.counted}, anchors(county)
    shown = shares(every)
    sections = [
        _section(county, outcomes[code], own, shown[code], f"（{ordinal(place)}）", cards)
        for place, (code, own) in enumerate(every.items(), 1)
    ]
    return render("findings.html.j2", county, sections=sections, materiality=county.settings.materiality)


def _section(
    county: County, outcome: Outcome, own: Sequence[Finding], shown: int, place: str, cards: Mapping[str, str]
) -> dict[str, Any]:
    check = county.catalogue.checks[outcome.check]
    return {
        "check": check,
        "outcome": outcome,
        "amount": amount_text(check, outcome, own),
        "place": place,
        "thresholds": thresholds_of(county, check),
        "fragile": fragile_texts(county, check),
        "basis": basis_texts(check, own, county.as_of),
        "table": finding_table(county, check, own, own[:shown], outcome, cards),
        "shown": shown,
        "rate": county.about.hit_rates.get(check.code),
        "annexes": [] if county.draft else annex_names(check.code, len(own), shown),
    }


def annex_names(code: str, findings: int, shown: int) -> list[str]:
    """The pages beside the report on which the findings stand that it does not show."""
    return [f"annex/{code}-{n + 1}.html" for n in range(-((shown - findings) // shares_.PAGE_ROWS))]


def annexes(county: County) -> dict[str, Html]:
    """Each annex by its name: the rest of a check's findings in the form of the report's tables."""
    every = by_check(county)
    shown = shares(every)
    outcomes = {o.check: o for o in county.counted}
    pages = {}
    for code, own in every.items():
        check = county.catalogue.checks[code]
        for n, name in enumerate(annex_names(code, len(own), shown[code])):
            first = shown[code] + n * shares_.PAGE_ROWS
            part = own[first : first + shares_.PAGE_ROWS]
            table = finding_table(county, check, own, part, outcomes[code])
            pages[name] = render("annex.html.j2", county, check=check, own=table, first=first + 1, last=first + len(part))
    return pages


def finding_table(
    county: County,
    check: Check,
    own: Sequence[Finding],
    part: Sequence[Finding],
    outcome: Outcome,
    cards: Mapping[str, str] = MappingProxyType({}),
) -> Table:
    """A check's findings, or a part of them, with links to their `cards`. A column of which nothing is known is left out."""
    columns = [(c, *v) for c, v in _columns(check, cards).items() if any(_COLUMNS_NEED.get(c, _always)(f) for f in own)]
    limit = county.settings.materiality
    # No money at all (a project to which nothing is allocated yet) is not little money.
    small = [bool(f["amount"]) and abs(f["amount"]) < limit and check.outcome_amount == "sum" for f in part]
    rows = [[cell(f) for _, _, cell in columns] for f in part]
    return Table(
        [(header, kind) for header, kind, _ in columns],
        [row for row, few in zip(rows, small, strict=True) if not few],
        [row for row, few in zip(rows, small, strict=True) if few],
        _total([header for header, _, _ in columns], check, own, outcome),
    )


def _columns(check: Check, cards: Mapping[str, str]) -> dict[str, tuple[str, Callable[[Finding], Any]]]:
    """Header → kind and cell: what it is, where, when, through which voucher, who answers for it, how much, what."""
    kind = check.subject
    named = {"group": "资金组", "id_number": "姓名和证件号码", "payment_id": "收款人", "household_id": "户编号"}.get(
        kind, SUBJECT_HEADERS.get(kind, "名称")
    )
    return {
        "疑点编号": ("id", lambda f: _case(f, cards)),
        "程度": ("severity", lambda f: f["severity"]),
        named: ("id" if kind in ("id_number", "account_no", "household_id", "card_no") else "text", lambda f: _subject(f["subject_kind"], f)),
        "乡镇、村": ("text", lambda f: _lines(f["township"], f["village"])),
        "日期、支付凭证": ("date", lambda f: _lines(str(f["occurred_on"] or "日期不详"), f["voucher"])),
        "责任单位": ("text", _answerable),
        **({check.amount_label: ("number", lambda f: "不能确定" if f["amount"] is None else yuan(f["amount"]))} if check.counts_money else {}),
        "情况": ("text", lambda f: f["detail"]),
    }  # fmt: skip


def _always(finding: Finding) -> bool:
    return True


_COLUMNS_NEED: dict[str, Callable[[Finding], bool]] = {
    "乡镇、村": lambda f: bool(f["township"] or f["village"]),
    "责任单位": lambda f: bool(f["unit"] or f["department"] or f["responsible"]),
}


def _case(finding: Finding, cards: Mapping[str, str]) -> Markup:
    """The case's number, which leads to its card where it has one; under it the state that somebody gave it."""
    own, card = finding["case_no"], cards.get(finding["case_no"])
    link = Markup('<a href="#{}">{}</a>').format(card, own) if card else own
    state = "" if finding["state"] == NEW else Markup("<br><small>{}</small>").format(finding["state"])
    return Markup('<span id="{}">{}</span>{}').format(own, link, state)


def _lines(*texts: str | None) -> tuple[str, ...]:
    """What belongs together in a cell, a line each."""
    return tuple(t for t in texts if t)


# Kinds whose name says all that the key does, or that another column shows.
NAMED_IN_FULL = ("group", "payment_id", "submission", "notice", "cycle", "subsidy", "village", "contractor", "year", "unit")


def _subject(kind: str, finding: Finding) -> tuple[str, ...]:
    name = mask_subject_name(kind, finding["name"], finding["subject"])
    number = "" if name and kind in NAMED_IN_FULL else mask_subject(kind, finding["subject"])
    return _lines(name, number if number != name else "")


def _answerable(finding: Finding) -> tuple[str, ...]:
    """The unit, and where they are others the department above it and the person; names of people masked."""
    department = finding["department"] if finding["department"] != finding["unit"] else None
    person = mask_name(finding["responsible"]) if finding["responsible"] else None
    return _lines(finding["unit"], department and f"主管：{department}", person and f"责任人：{person}")


def _total(headers: list[str], check: Check, own: Sequence[Finding], outcome: Outcome) -> list[str]:
    """The total of all the check's findings; none where they overlap or have no amounts."""
    if check.outcome_amount == "total" or not check.counts_money:
        return []
    money = headers.index(check.amount_label)
    unknown = sum(f["amount"] is None for f in own)
    label = f"合计（不含 {unknown:,} 个）" if unknown else "合计"
    return [label, *([""] * (money - 1)), yuan(outcome.amount), *([""] * (len(headers) - money - 1))]


def method(county: County) -> Html:
    """Each check's text and SQL, and the shared views that they read, folded on screen and whole on paper."""
    checks = [{**c.model_dump(), "thresholds": thresholds_of(county, c)} for c in county.catalogue]
    steps, still = steps_table(county)
    views = {title: files("fundaudit.ledger").joinpath(name).read_text(encoding="utf-8") for name, title in SHARED_VIEWS.items()}
    return render(
        "method.html.j2",
        county,
        checks=checks,
        steps=steps,
        still=still,
        views=views,
        version=__version__,
        contract=CONTRACT_VERSION,
        duckdb=duckdb.__version__,
    )


SHARED_VIEWS = {
    "texts.sql": "金额的写法和姓名的比较",
    "money.sql": "资金",
    "formalities.sql": "分配、手续、工程和公示",
    "people.sql": "人员、名册和名单",
    "standards.sql": "补助标准",
    "rejects.sql": "没有采用的行",
    "facts.sql": "去向和责任",
}
