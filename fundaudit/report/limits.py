"""How sure findings are: what each limit that is a number would find one step lower and one step higher."""

from __future__ import annotations

from collections.abc import Sequence

from fundaudit.catalogue import Check
from fundaudit.county import County
from fundaudit.findings import Neighbour
from fundaudit.report.words import yuan


def fragile_texts(county: County, check: Check) -> list[str]:
    """A sentence for each limit at whose neighbour half of the check's findings or more would be gone."""
    texts = []
    outcome = next(o for o in county.about.outcomes if o.check == check.code)
    for own in outcome.neighbours:
        if own.lost and 2 * own.lost >= outcome.flagged:
            limit, held = check.thresholds[own.threshold], county.about.thresholds[check.code][own.threshold]
            texts.append(
                f"“{limit.says}”由 {limit.text(held)}改为 {limit.text(own.value)}，{outcome.flagged:,} 个疑点中有 {own.lost:,} 个不再列出："
                "这些疑点离限额很近，结论取决于限额定在哪里"
            )
    return texts


Cell = str | list[str]


def steps_table(county: County) -> tuple[list[list[Cell]], int]:
    """Each limit at one of whose neighbours something changes: check, limit, what is found now, a step lower, a step higher; and how
    many limits change nothing."""
    rows: list[list[Cell]] = []
    still = 0
    for outcome in county.about.outcomes:
        check = county.catalogue.checks[outcome.check]
        for name, limit in check.thresholds.items():
            own = [n for n in outcome.neighbours if n.threshold == name]
            if own and not any(n.gained or n.lost for n in own):
                still += 1
            elif own:
                held = county.about.thresholds[check.code][name]
                lower = [n for n in own if check.typed(name, n.value) < check.typed(name, held)]
                higher = [n for n in own if n not in lower]
                now = [limit.text(held), f"{outcome.flagged:,} 个", *_money(check, yuan(outcome.amount))]
                rows.append([[check.code, check.title], limit.says, now, _step(check, lower), _step(check, higher)])
    return rows, still


def _step(check: Check, own: Sequence[Neighbour]) -> Cell:
    """What is found a step away, with how many come and go; a dash where the limit is at the end of its range."""
    if not own:
        return "—"
    (step,) = own
    value = check.thresholds[step.threshold].text(step.value)
    comes = [f"增 {step.gained:,}"] * bool(step.gained) + [f"减 {step.lost:,}"] * bool(step.lost)
    if not comes:
        return [value, "不变"]
    return [value, f"{step.findings:,} 个（{'、'.join(comes)}）", *(_money(check, yuan(step.amount)) if step.findings else [])]


def _money(check: Check, amount: str) -> list[str]:
    return [f"{amount} 元"] if check.counts_money else []
