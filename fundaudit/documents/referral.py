"""移送: the letter and the list of the cases that were referred to a discipline commission, and what is proposed for decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fundaudit.county import County
from fundaudit.documents.case_files import CaseFile, shown
from fundaudit.documents.papers import Paper, Sheet, file_name
from fundaudit.report.progress import proposed, units_behind, units_behind_plan
from fundaudit.report.words import percent, wan

REFERABLE = ("认定属实", "整改中")  # from which a case may be referred


def referrals(county: County, files: Sequence[CaseFile]) -> list[Paper]:
    """问题线索移送书 per receiving department, and the 移送清单 with its receipt: cases in state 移送 alone, whole."""
    own = [file for file in files if file.state == "移送"]
    if not own:
        return []
    cases = [
        shown(county, file, masked=False)
        | {"receiver": file.last("receiver", "移送") or "", "on": str(file.reached("移送") or "")}
        for file in own
    ]
    headers = (
        "序号",
        "疑点编号",
        "问题",
        "对象",
        "编号",
        "责任单位",
        "金额（元）",
        "情况",
        "移送日期",
        "接收部门",
        "接收人、日期（回执）",
    )
    rows = [
        [n, c["number"], c["title"], c["name"], c["subject"], c["unit"], c["amount"], c["detail"], c["on"], c["receiver"], ""]
        for n, c in enumerate(cases, 1)
    ]
    papers = [
        Paper(
            "移送清单", "问题线索移送清单", "referral_list.html.j2", {"cases": cases}, False, [Sheet("移送清单", headers, rows)]
        )
    ]
    for place, receiver in enumerate(sorted({c["receiver"] for c in cases}), 1):
        part = [c for c in cases if c["receiver"] == receiver]
        shows = {"receiver": receiver, "cases": part, "place": place}
        own_rows = [row for row in rows if row[9] == receiver]
        sheet = Sheet("移送书", headers, own_rows)
        papers.append(
            Paper(
                f"问题线索移送书-{file_name(place, receiver, county)}",
                "问题线索移送书",
                "referral.html.j2",
                shows,
                False,
                [sheet],
            )
        )
    return papers


def proposals(county: County, files: Sequence[CaseFile], today: date) -> list[Paper]:
    """拟移送建议: for the bureau's own decision what escalation proposes, units by their months behind pace and cases by their months
    overdue. None where it proposes nothing."""
    units = [
        [b.unit, wan(b.available), wan(b.paid), percent(b.paid, b.available), str(b.months), b.step]
        for b in units_behind(county)
        if b.step
    ]
    plan = [
        [b.unit, wan(b.available), wan(b.paid), percent(b.paid, b.available), str(b.months), b.step]
        for b in units_behind_plan(county)
        if b.step
    ]
    late = []
    for file in files:
        if file.state in REFERABLE and file.deadline and file.deadline < today:
            months = months_between(file.deadline, today)
            if step := proposed(months, county.settings):
                case = shown(county, file, masked=True)
                late.append([case["number"], case["title"], case["unit"], case["amount"], case["deadline"], str(months), step])
    if not units and not plan and not late:
        return []
    refer = [row for row in late if row[-1] == "移送"]
    sheets = [
        Sheet("单位", ("单位", "本年可用资金（万元）", "已支付（万元）", "支付进度", "连续滞后（月）", "建议"), units),
        Sheet("计划", ("单位", "累计计划（万元）", "累计支付（万元）", "完成", "连续未完成（月）", "建议"), plan),
        Sheet("疑点", ("疑点编号", "问题", "责任单位", "金额（元）", "期限", "逾期（月）", "建议"), late),
    ]
    shows = {
        "units": units,
        "plan": plan,
        "late": late,
        "refer": len(refer) + sum(row[-1] == "移送" for row in [*units, *plan]),
        "limits": county.settings.escalation,
    }
    return [Paper("拟移送建议", "督办和拟移送建议", "proposals.html.j2", shows, True, sheets)]


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
