"""The regional summary: how the counties stand side by side, who leads, what comes back, who was paid twice, and what did not end.

Overviews in 万元; shares and ranks read in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from fundaudit.catalogue import load_catalogue
from fundaudit.region.region import Region
from fundaudit.region.two_counties import two_counties
from fundaudit.register.standing import CountyStanding
from fundaudit.report.pieces import Html, mask_subject, mask_subject_name, render
from fundaudit.report.rules import bound_texts
from fundaudit.report.words import percent, rounded, wan, yuan

ZERO = Decimal(0)
SHOWN_COUNTIES = 40  # of a chart
SHOWN_CHECKS = 15


def head(region: Region) -> Html:
    """The paper's head and the conclusion: how many counties, findings, yuan, and how far the money is spent."""
    own = region.standing.counties
    funds, paid = sum((c.funds for c in own), ZERO), sum((c.paid for c in own), ZERO)
    return render(
        "regional_head.html.j2",
        region,
        bureau=region.bureau,
        as_of=region.as_of,
        number=f"region-{region.as_of:%Y%m%d}",
        counties=len(own),
        failed=len(region.failed),
        findings=sum(c.findings for c in own),
        at_issue=sum((c.at_issue for c in own), ZERO),
        undetermined=sum(c.undetermined for c in own),
        funds=funds,
        paid=paid,
        two=region.two_counties.outcome,
        repeated=sum(c.repeated for c in own),
    )


def side_by_side(region: Region, place: int) -> Html:
    """Each county with its progress and findings, ranked by progress; money at issue as a share of its funds."""
    ranked = sorted(region.standing.counties, key=_progress, reverse=True)
    rows = [
        [
            str(rank), c.name, wan(c.funds), wan(c.paid), percent(c.paid, c.funds), f"{c.findings:,}", wan(c.at_issue),
            _per_mille(c), f"{c.undetermined:,}",
        ]
        for rank, c in enumerate(ranked, 1)
    ]  # fmt: skip
    title = _title(ranked)
    shown = ranked[: SHOWN_COUNTIES // 2] + ranked[-SHOWN_COUNTIES // 2 :] if len(ranked) > SHOWN_COUNTIES else ranked
    from fundaudit import figures

    chart = figures.counties_chart(
        title, [c.name for c in shown], [_progress(c) * 100 for c in shown], [c.findings for c in shown]
    )
    return render("regional_counties.html.j2", region, place=place, rows=rows, title=title, chart=chart, shown=len(shown))


def _progress(county: CountyStanding) -> Decimal:
    return county.paid / county.funds if county.funds else ZERO


def _per_mille(county: CountyStanding) -> str:
    """Money at issue of the county's funds; they are little beside them, so per thousand."""
    return f"{rounded(county.at_issue * 1000 / county.funds, '0.01')}‰" if county.funds else "—"


def _title(ranked: Sequence[CountyStanding]) -> str:
    first, last = ranked[0], ranked[-1]
    spread = f"最快{first.name} {percent(first.paid, first.funds)}，最慢{last.name} {percent(last.paid, last.funds)}"
    return f"{len(ranked)} 个县的支付进度和疑点数：{spread}" if len(ranked) > 1 else f"{first.name}的支付进度和疑点数"


def checks(region: Region, place: int) -> Html:
    """The checks with the most findings over all counties."""
    titles = {check.code: check.title for check in load_catalogue()}
    labels = {check.code: check.amount_label for check in load_catalogue()}
    rows = [
        [
            code,
            titles.get(code, "本局检查"),
            str(n),
            f"{flagged:,}",
            wan(amount) if labels.get(code) != "—" else "",
            labels.get(code, "金额"),
        ]
        for code, (n, flagged, amount) in list(region.standing.checks.items())[:SHOWN_CHECKS]
    ]
    return render("regional_checks.html.j2", region, place=place, rows=rows, count=len(region.standing.checks))


def trend(region: Region, place: int) -> Html:
    """The last runs: counties, findings, money at issue, progress."""
    rows = [
        [str(day), str(n), f"{findings:,}", wan(at_issue), wan(funds), wan(paid), percent(paid, funds)]
        for day, (n, findings, at_issue, funds, paid) in region.standing.trend.items()
    ]
    return render("regional_trend.html.j2", region, place=place, rows=rows)


def handling(region: Region, place: int) -> Html:
    """How far each county has got with its cases, and how many closed ones came back (屡查屡犯)."""
    states = ("核实中", "认定正常", "认定属实", "整改中", "已整改", "移送", "销号")
    own = [c for c in region.standing.counties if any(c.states.get(s) for s in states)]
    rows = [
        [c.name, f"{sum(c.states.values()):,}", *(f"{c.states[s]:,}" if c.states.get(s) else "" for s in states)] for c in own
    ]
    again = sorted((c for c in region.standing.counties if c.repeated), key=lambda c: (-c.repeated, c.county))
    return render(
        "regional_handling.html.j2",
        region,
        place=place,
        states=states,
        rows=rows,
        again=[[c.name, str(c.repeated)] for c in again],
    )


def twice_paid(region: Region, place: int) -> Html:
    """HP15: who was paid one subsidy of one cycle in several counties; masked."""
    check, found = two_counties(), region.two_counties
    rows = [
        [
            region.numbers[f.subject][0], f.severity, [mask_subject_name(check.subject, f.name, f.subject), mask_subject(check.subject, f.subject)],
            f.township or "", str(f.occurred_on or ""), yuan(f.amount or ZERO), f.detail,
        ]
        for f in found.findings
    ]  # fmt: skip
    open_ = [
        [mask_subject_name(check.subject, name, subject), mask_subject(check.subject, subject), reason]
        for subject, (name, reason) in found.undetermined.items()
    ]
    basis = list(dict.fromkeys(text for f in found.findings for text in bound_texts(f.basis, whole=True)))
    return render(
        "regional_twice.html.j2", region, place=place, check=check, outcome=found.outcome, rows=rows, open=open_, basis=basis
    )


def largest(region: Region, place: int) -> Html:
    """The projects with findings that have the most money, those with a finding of severity 高 first."""
    rows = [
        [p["county"], [p["name"] or p["project_id"], p["project_id"]], wan(p["amount"]), str(p["findings"]), str(p["high"] or "")]
        for p in region.projects
    ]
    return render("regional_largest.html.j2", region, place=place, rows=rows)


def failed(region: Region, place: int) -> Html:
    """The counties that did not come to an end, why, and the signature."""
    return render("regional_failed.html.j2", region, place=place, rows=[list(f) for f in region.failed], bureau=region.bureau)
