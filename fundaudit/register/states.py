"""The life of a case: its states, which may follow which, and what a run itself changes (预警 → 核实 → 纠偏 → 整改 → 销号)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

NEW = "疑点"
# State → the states that a person may give it next.
NEXT: dict[str, tuple[str, ...]] = {
    NEW: ("核实中",),
    "核实中": ("认定正常", "认定属实"),
    "认定正常": (NEW,),  # new evidence
    "认定属实": ("整改中", "移送"),
    "整改中": ("已整改", "移送"),
    "已整改": ("销号", "整改中", "移送"),  # accepted, or not
    "销号": (NEW,),  # came back
    "移送": ("销号",),  # with the receipt of the department that received it
}
SETTLED = ("认定正常", "销号")  # decided: found again, it is not counted again
OPEN = tuple(state for state in NEXT if state not in SETTLED)  # somebody still has to do something
# What must be said beside the author and the reason.
NEEDED: dict[str, tuple[str, ...]] = {
    "核实中": ("deadline",),
    "整改中": ("deadline",),
    "认定正常": ("deadline",),
    "移送": ("receiver",),
}
WORDS = {"deadline": "期限（--deadline；认定正常的为有效期）", "receiver": "接收部门（--receiver）"}


def refusal(before: str, after: str, said: Mapping[str, object]) -> str:
    """Why a case may not go from one state to another, with what it may do; empty where it may."""
    if after not in NEXT:
        return f"没有“{after}”这种状态；有：{'、'.join(NEXT)}"
    if after not in NEXT[before]:
        return f"现在是“{before}”，不能改为“{after}”；可以改为：{'、'.join(NEXT[before])}"
    lacking = [WORDS[name] for name in NEEDED.get(after, ()) if not said.get(name)]
    return f"改为“{after}”还要写明：{'、'.join(lacking)}" if lacking else ""


def seen_again(state: str, expires: date | None, as_of: date, new_evidence: bool) -> tuple[str, str] | None:
    """What becomes of a decided case that a run finds again: its state and why, None where it stays as it is."""
    if state == "销号" and new_evidence:
        return NEW, "屡查屡犯：本次有销号时没有的证据"
    if state == "认定正常" and new_evidence:
        return NEW, "本次有认定正常时没有的证据"
    if state == "认定正常" and expires and expires < as_of:
        return NEW, f"认定正常的有效期到 {expires}，已过"
    return None
