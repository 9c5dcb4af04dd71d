"""Which findings the report itself shows: all where they fit on a page, else of each check its share; the rest stands in annexes."""

from __future__ import annotations

from typing import Any

from fundaudit.county import County
from fundaudit.report.pieces import worst_first

PAGE_ROWS = 5_000  # findings that a page shows: it then stays below 6 MB and a browser searches it within a second
LEAST_ROWS = 50  # of a check, however many the others have
Finding = dict[str, Any]


def by_check(county: County) -> dict[str, list[Finding]]:
    """The findings of each check that has some, the worst check first."""
    flagged = worst_first([o for o in county.counted if o.status == "finding"])
    found: dict[str, list[Finding]] = {o.check: [] for o in flagged}
    for finding in county.finding_rows:
        found[finding["check"]].append(finding)
    return found


def shares(every: dict[str, list[Finding]]) -> dict[str, int]:
    """How many of each check's findings the report shows: all where they fit on a page together, else in proportion."""
    total = sum(map(len, every.values()))
    return {
        code: len(own) if total <= PAGE_ROWS else min(len(own), max(LEAST_ROWS, len(own) * PAGE_ROWS // total))
        for code, own in every.items()
    }


def shown_cases(county: County) -> set[str]:
    """The case numbers that stand in the report, to which links lead."""
    every = by_check(county)
    return {f["case_no"] for code, n in shares(every).items() for f in every[code][:n]}
