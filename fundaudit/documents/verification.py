"""核实: a working paper per finding with room for what was verified, and each unit's list to confirm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fundaudit.county import County
from fundaudit.documents.case_files import CaseFile, by_unit, shown
from fundaudit.documents.papers import Paper, Sheet, file_name
from fundaudit.register.states import OPEN

PAGE_PAPERS = 200  # working papers in a file: a browser prints it in a minute
UNVERIFIED = ("疑点", "核实中")  # what a unit is asked to confirm; later its problem is found true, or referred
VERIFIED = ("核实情况", "单位意见", "单位签字、日期", "检查人", "复核人")


def working_papers(county: County, files: Sequence[CaseFile]) -> list[Paper]:
    """检查工作底稿: fact, evidence with file and row, basis, the unit's opinion and signature, checker and reviewer."""
    open_ = [file for file in files if file.state in OPEN]
    papers = []
    for start in range(0, len(open_), PAGE_PAPERS):
        part = open_[start : start + PAGE_PAPERS]
        name = "检查工作底稿" + (f"-{start // PAGE_PAPERS + 1}" if len(open_) > PAGE_PAPERS else "")
        cases = [shown(county, file, masked=False) for file in part]
        sheets = [_facts(cases), _evidence(cases)]
        papers.append(Paper(name, "检查工作底稿", "working_papers.html.j2", {"cases": cases, "first": start + 1}, False, sheets))
    return papers


def _facts(cases: Iterable[dict[str, Any]]) -> Sheet:
    headers = (
        "疑点编号",
        "检查事项",
        "程度",
        "对象",
        "编号",
        "乡镇、村",
        "责任单位",
        "责任人",
        "日期",
        "支付凭证",
        "金额（元）",
        "情况",
        "依据",
        "状态",
        *VERIFIED,
    )
    rows = [
        [
            c["number"], c["title"], c["severity"], c["name"], c["subject"], c["place"], c["unit"], c["responsible"], c["day"], c["voucher"],
            c["amount"], c["detail"], "\n".join(c["basis"]), c["state"], *("" for _ in VERIFIED),
        ]
        for c in cases
    ]  # fmt: skip
    return Sheet("底稿", headers, rows, "含完整的证件号码和姓名，只供检查组使用；疑点在核实以前不构成认定")


def _evidence(cases: Iterable[dict[str, Any]]) -> Sheet:
    headers = ("疑点编号", "日期", "支付凭证", "摘要", "金额（元）", "来源文件和行")
    rows = [[c["number"], r["day"], r["voucher"], r["about"], r["amount"], r["source"]] for c in cases for r in c["rows"]]
    return Sheet("证据", headers, rows)


def confirmations(county: County, files: Sequence[CaseFile]) -> list[Paper]:
    """事实确认单: per responsible unit its cases, whether the fact is so, and what it says of it."""
    papers = []
    for place, (unit, own) in enumerate(by_unit(files, UNVERIFIED), 1):
        cases = [shown(county, file, masked=False) for file in own]
        headers = ("疑点编号", "检查事项", "对象", "编号", "日期", "金额（元）", "情况", "事实是否属实（是/否/部分）", "单位说明")
        rows = [[c["number"], c["title"], c["name"], c["subject"], c["day"], c["amount"], c["detail"], "", ""] for c in cases]
        shows = {"unit": unit, "cases": cases}
        sheet = Sheet("事实确认", headers, rows, f"{unit}：请逐项核对后签字盖章退回")
        papers.append(
            Paper(f"事实确认单-{file_name(place, unit, county)}", "事实确认单", "confirmation.html.j2", shows, False, [sheet])
        )
    return papers
