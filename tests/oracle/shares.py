"""How many of each check's subjects the random ledgers let it flag, clear and leave open, and how many lie exactly on a limit: what
`make oracle` prints at its end.

Read from the file that ORACLE_TALLY names, one line a ledger and check: code, flagged, clear, undetermined, on a limit (`-` where the
check has no limit that is a number).
"""

from __future__ import annotations

import inspect
import sys
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

# Checks of which CHECKS.md names nothing under "undetermined": only refused rows, suspect keys and the guard leave a subject open.
SURE = {*"AL01 AL03 AL04 AL05 AL09 AL11 DQ01 DQ04 DQ06 LP07 LP08 PD01 PD03 PM01 PM04 PM10 PM11 PM15 PM16".split()}
Shares = tuple[int, int, int, int | None]


def on_limit(check: Callable[..., Any], book: Any, own: dict[str, Any]) -> int | None:
    """How many subjects lie exactly on a limit of a check: the least step of it, a day, a cent, a hundredth of a per cent, decides
    what is said of them, or whether they are judged."""
    base = check(book, **own) or {}
    steps = {name: (value, step) for name, value in _limits(check, own).items() if (step := _least_step(value)) is not None}
    if not steps:
        return None
    moved: set[str] = set()
    for name, (value, step) in steps.items():
        for other in (value - step, value + step):
            told = check(book, **(own | {name: other})) or {}
            moved |= {s for s in base.keys() | told.keys() if _said(base, s) != _said(told, s)}
    return len(moved)


def _said(verdicts: dict[str, Any], subject: str) -> Any:
    return verdicts[subject].flag if subject in verdicts else "not judged"


def _limits(check: Callable[..., Any], own: dict[str, Any]) -> dict[str, Any]:
    given = {p.name: p.default for p in inspect.signature(check).parameters.values() if p.default is not p.empty}
    return given | {name: value for name, value in own.items() if name in given}


def _least_step(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return 1 if isinstance(value, int) else Decimal("0.01") if value >= 1 else Decimal("0.0001")


def shares(text: str) -> dict[str, Shares]:
    """Code → how many were flagged, clear, undetermined and on a limit, over all ledgers."""
    found: dict[str, list[int | None]] = defaultdict(lambda: [0, 0, 0, None])
    for line in text.splitlines():
        code, *counts = line.split()
        for place, count in enumerate(counts):
            if count != "-":
                found[code][place] = (found[code][place] or 0) + int(count)
    return {code: (own[0] or 0, own[1] or 0, own[2] or 0, own[3]) for code, own in sorted(found.items())}


def main(path: Path) -> None:
    print("check  subjects  flagged    clear    undetermined  on a limit")
    for code, own in shares(path.read_text(encoding="utf-8")).items():
        total = max(sum(own[:3]), 1)
        of = " ".join(f"{100 * n / total:8.1f}%" for n in own[:3])
        limit = "     none" if own[3] is None else f"{100 * own[3] / total:8.2f}%"
        low = [name for name, n in zip(("flagged", "clear", "undetermined"), own[:3], strict=True) if n * 10 < total]
        low = [name for name in low if name != "undetermined" or code not in SURE]
        low += ["on a limit"] if own[3] is not None and own[3] * 100 < total else []
        print(f"{code}   {total:8,} {of}   {limit}   {'few ' + ', '.join(low) if low else ''}".rstrip())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
