"""Of which money findings are: a basis binds only money that it speaks of (CHECKS.md, Legal force)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pyarrow as pa

from fundaudit.basis import Money
from fundaudit.catalogue import Check


def money_behind(
    read: Callable[..., pa.Table], flagged: Mapping[str, list[tuple[str, str]]], checks: Iterable[Check]
) -> dict[str, dict[str, Money]]:
    """Check → flagged subject → fund type and direct tag of each indicator behind it, where a basis of the check speaks of some money
    only. `flagged`: check → subjects with the keys of the payments and lines behind them. Nobody knows it of balances.
    """
    asked = [
        (c.code, subject, "line", key.removeprefix("household:"))
        if "household_payments" in c.needs
        else (c.code, subject, c.subject, subject)
        for c in checks
        if any(basis.applies_to for basis in c.bases())
        for subject, key in flagged.get(c.code, ())
    ]
    if not asked:
        return {}
    told = read(
        "SELECT DISTINCT k.check_code, k.subject, t.fund_type, t.direct_tag FROM (SELECT unnest($checks) AS check_code,"
        " unnest($subjects) AS subject, unnest($kinds) AS kind, unnest($keys) AS key) k"
        " LEFT JOIN fund_tags t ON t.kind = k.kind AND t.key = k.key",
        dict(zip(("checks", "subjects", "kinds", "keys"), (list(own) for own in zip(*asked, strict=True)), strict=True)),
    )
    found: dict[str, dict[str, set[frozenset[str]]]] = defaultdict(lambda: defaultdict(set))
    for row in told.to_pylist():
        found[row["check_code"]][row["subject"]].add(frozenset(filter(None, (row["fund_type"], row["direct_tag"]))))
    return {check: dict(own) for check, own in found.items()}
