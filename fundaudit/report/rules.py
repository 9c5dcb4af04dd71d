"""What a check rests on, as people read it: its thresholds with who fixed them, and its bases with whom they bind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from fundaudit.basis import NEVER_BIND, bases
from fundaudit.catalogue import Check, Threshold
from fundaudit.county import County


def threshold_text(county: County, check: Check, name: str, threshold: Threshold) -> str:
    """What a threshold is set to, and whether a rule fixes it in this county."""
    value = county.about.thresholds[check.code][name]
    shown, default = threshold.text(value), threshold.text(threshold.default)
    rule = bases()[threshold.fixed_by] if threshold.fixed_by else None
    fixed = rule is not None and rule.force not in NEVER_BIND and rule.in_territory(county.code) and rule.holds_on(county.as_of)
    some = f"，仅对{'、'.join(name.split(':')[-1] for name in threshold.fixed_for)}，其余为参考值" if threshold.fixed_for else ""
    source = f"由{rule.citation}确定{some}" if rule and fixed and shown == default else "参考值"
    changed = "" if shown == default else f"，本局设定，默认 {default}"
    return f"{threshold.says}：{shown}（{source}{changed}）"


def thresholds_of(county: County, check: Check) -> list[str]:
    return [threshold_text(county, check, name, threshold) for name, threshold in check.thresholds.items()]


def basis_texts(check: Check, findings: Sequence[dict[str, Any]], as_of: date) -> list[str]:
    """Each basis with whom it binds, those that bind the most first; what binds nobody is 参照."""
    bound = Counter(id_ for f in findings for id_ in f["basis"])
    texts = []
    for basis in sorted(check.bases(), key=lambda b: -bound[b.id]):
        some = f"，适用于其中 {bound[basis.id]:,} 个" if 0 < bound[basis.id] < len(findings) else ""
        dates = f"（{basis.dates}{some}）" if basis.dates or some else ""
        after = basis.after if basis.until and as_of > basis.until else ""
        texts.append(
            f"{'' if bound[basis.id] else '参照：'}{basis.citation}{dates}{'：' if basis.says else ''}{basis.says}{after}"
        )
    loose = sum(not f["basis"] for f in findings)
    if loose:
        whom = "所列疑点" if loose == len(findings) else f"其中 {loose:,} 个疑点"
        texts.append(f"以上依据对{whom}的地点、日期或资金均不直接适用，仅作线索，程度按低列示。")
    return texts


def bound_texts(basis: Iterable[str], whole: bool) -> list[str]:
    """The bases that bind a finding, with article and day; `whole`: and with what they say. None where it is a clue only."""
    own = [bases()[id_] for id_ in basis]
    return [f"{b.citation}{f'（{b.dates}）' if b.dates else ''}{f'：{b.says}' if whole and b.says else ''}" for b in own]
