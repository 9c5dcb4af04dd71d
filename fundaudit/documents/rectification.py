"""整改: the notice to each unit with its deadline, and the account of every problem, who answers for it and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fundaudit.county import County
from fundaudit.documents.case_files import CaseFile, by_unit, shown
from fundaudit.documents.papers import Paper, Sheet, file_name
from fundaudit.report.rules import bound_texts

NOTIFIED = ("认定属实", "整改中")  # what a notice asks a unit to put right
ACCOUNTED = ("认定属实", "整改中", "已整改", "移送", "销号")


def notices(county: County, files: Sequence[CaseFile]) -> list[Paper]:
    """整改通知单: per unit the problems that were found true, with the deadline of each; masked, and whole for the unit itself."""
    papers = []
    for place, (unit, own) in enumerate(by_unit(files, NOTIFIED), 1):
        deadlines = sorted(file.deadline for file in own if file.deadline)
        for masked in (True, False):
            cases = [shown(county, file, masked) for file in own]
            shows = {"unit": unit, "cases": cases, "place": place, "deadline": deadlines[-1] if deadlines else None}
            headers = (
                "疑点编号",
                "问题",
                "对象",
                "编号",
                "金额（元）",
                "情况",
                "依据",
                "整改期限",
                "整改情况（单位填写）",
                "佐证材料",
            )
            rows = [
                [
                    c["number"],
                    c["title"],
                    c["name"],
                    c["subject"],
                    c["amount"],
                    c["detail"],
                    "\n".join(c["basis"]),
                    c["deadline"],
                    "",
                    "",
                ]
                for c in cases
            ]
            papers.append(
                Paper(
                    f"整改通知单-{file_name(place, unit, county)}",
                    "整改通知单",
                    "notice.html.j2",
                    shows,
                    masked,
                    [Sheet("整改事项", headers, rows)],
                )
            )
    return papers


def account(county: County, files: Sequence[CaseFile], today: date) -> list[Paper]:
    """整改台账: problem, standard, deadline, department, person in charge, progress; those overdue first."""
    own = [file for file in files if file.state in ACCOUNTED]
    if not own:
        return []
    own.sort(key=lambda f: (f.state == "销号", f.deadline or date.max, f.number))
    cases = []
    for place, file in enumerate(own, 1):
        case = shown(county, file, masked=True) | {"deadline": file.last("deadline", "整改中") or str(file.deadline or "")}
        late = (today - file.deadline).days if file.deadline and file.state in NOTIFIED else 0
        progress = f"逾期 {late} 天" if late > 0 else file.state
        cases.append(
            case
            | {
                "place": place,
                "progress": progress,
                "standard": "；".join(bound_texts(file.facts["basis"], whole=False)) or "仅作线索",
                "last": case["history"][-1] if case["history"] else "",
            }
        )
    headers = (
        "序号",
        "疑点编号",
        "问题",
        "情况",
        "整改标准（依据）",
        "金额（元）",
        "责任单位",
        "主管部门",
        "责任人",
        "整改期限",
        "进展",
        "追回（元）",
        "最近办理",
    )
    rows = [
        [c["place"], c["number"], c["title"], c["detail"], c["standard"], c["amount"], c["unit"], c["department"], c["responsible"], c["deadline"], c["progress"], c["recovered"], c["last"]]
        for c in cases
    ]  # fmt: skip
    counts = {state: sum(file.state == state for file in own) for state in ACCOUNTED}
    shows = {"cases": cases, "counts": [(state, n) for state, n in counts.items() if n], "today": today}
    return [Paper("整改台账", "整改台账", "account.html.j2", shows, True, [Sheet("整改台账", headers, rows)])]
