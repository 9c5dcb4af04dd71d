"""警示案例: what closed cases teach, without persons, units or places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fundaudit.county import County
from fundaudit.documents.case_files import CaseFile
from fundaudit.documents.papers import Paper, Sheet
from fundaudit.report.pieces import worst_first


def lessons(county: County, files: Sequence[CaseFile]) -> list[Paper]:
    """警示案例: closed cases that were found true, without persons, units or places, for teaching."""
    own = [file for file in files if file.state == "销号" and file.reached("认定属实")]
    if not own:
        return []
    checks = {
        o.check: county.catalogue.checks[o.check] for o in worst_first(county.about.outcomes) if o.check in {f.check for f in own}
    }
    cases: list[dict[str, Any]] = []
    for place, code in enumerate(checks, 1):
        of_check = [file for file in own if file.check == code]
        days = [(end - start).days for file in of_check if (start := file.reached("认定属实")) and (end := file.reached("销号"))]
        amounts = [file.amount for file in of_check if file.amount is not None]
        cases.append(
            {
                "place": place,
                "check": checks[code],
                "number": len(of_check),
                "amount": sum(amounts),
                "recovered": sum(f.recovered for f in of_check),
                "days": max(days, default=0),
            }
        )
    headers = ("案例", "问题", "起数", "涉及金额（元）", "追回（元）", "最长天数", "为什么重要", "对照自查")
    rows = [
        [c["place"], c["check"].title, c["number"], c["amount"], c["recovered"], c["days"], c["check"].why, c["check"].advice]
        for c in cases
    ]
    return [Paper("警示案例", "警示案例", "lessons.html.j2", {"cases": cases}, True, [Sheet("警示案例", headers, rows)])]
