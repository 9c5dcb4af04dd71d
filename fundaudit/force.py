"""Of which money findings are: a basis binds only money that it speaks of (CHECKS.md, Legal force)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pyarrow as pa

from fundaudit.basis import Money
from fundaudit.catalogue import Check


def money_behind(read: Callable[..., pa.Table], check: Check, flagged: list[tuple[str, str]]) -> dict[str, Money]:
    """Flagged subject → fund type and direct tag of each indicator behind it, where a basis of the check speaks of some money only.

    `flagged`: subjects with the keys of the payments and lines behind them. Nobody knows it of balances.
    """
    if not flagged or not any(basis.applies_to for basis in check.bases()):
        return {}
    of_lines = "household_payments" in check.needs
    told = read(
        "SELECT DISTINCT k.subject, t.fund_type, t.direct_tag FROM (SELECT unnest($subjects) AS subject, unnest($keys) AS key) k"
        " LEFT JOIN fund_tags t ON t.kind = $kind AND t.key = k.key",
        {
            "subjects": [subject for subject, _ in flagged],
            "keys": [key.removeprefix("household:") if of_lines else subject for subject, key in flagged],
            "kind": "line" if of_lines else check.subject,
        },
    )
    found: dict[str, set[frozenset[str]]] = defaultdict(set)
    for row in told.to_pylist():
        found[row["subject"]].add(frozenset(filter(None, (row["fund_type"], row["direct_tag"]))))
    return dict(found)
