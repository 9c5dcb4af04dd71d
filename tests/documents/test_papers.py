"""The papers of a county: which case stands in which, whole or masked, in HTML and in a workbook."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fundaudit.county import County, open_run
from fundaudit.documents import verification
from fundaudit.documents.case_files import case_files
from fundaudit.documents.referral import months_between
from fundaudit.documents.written import write_documents

TODAY = dt.date(2023, 3, 10)
BLANK: dict[str, Any] = dict.fromkeys(("deadline", "recovered", "receiver", "attachment", "attachment_sha256"))


def event(to: str, at: str, before: str = "疑点", **more: str) -> dict[str, Any]:
    return (
        BLANK | {"from_state": before, "to_state": to, "at": f"{at}T09:00:00+08:00", "author": "张三", "reason": "核实过"} | more
    )


HISTORIES = {
    "HP01": (
        "整改中",
        [event("认定属实", "2023-01-05"), event("整改中", "2023-01-06", deadline="2023-02-09")],
    ),  # a month overdue
    "HP03": ("移送", [event("认定属实", "2023-01-05"), event("移送", "2023-01-20", receiver="县纪委监委")]),
    "HP04": (
        "销号",
        [event("认定属实", "2023-01-05"), event("已整改", "2023-02-01", recovered="120.50"), event("销号", "2023-02-04")],
    ),
    "HP08": ("认定正常", [event("认定正常", "2023-01-05", deadline="2023-12-31")]),
}


@pytest.fixture(scope="module")
def county(sample_run: Path) -> County:
    return open_run(sample_run)


@pytest.fixture(scope="module")
def registered(county: County) -> dict[str, dict[str, Any]]:
    """The first case of four checks as the register has it, and one that the run does not list any more."""
    first = {code: next(f for f in county.every_finding if f["check"] == code) for code in HISTORIES}
    known = {first[code]["case_no"]: {"state": state, "history": history} for code, (state, history) in HISTORIES.items()}
    lost = {
        **first["HP03"],
        "check_code": "HP03",
        "basis": "",
        "case_no": "653129-HP03-000999",
        "title": "向已去世人员发放",
        "state": "核实中",
    }
    return known | {"653129-HP03-000999": lost | {"history": [event("核实中", "2023-01-05", deadline="2023-04-01")]}}


@pytest.fixture(scope="module")
def written(county: County, registered: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    write_documents(folder, folder / "restricted", county, registered, TODAY, in_run=False)
    return folder


def text(folder: Path, name: str) -> str:
    return "".join(re.sub(r"<[^>]+>", " ", p.read_text(encoding="utf-8")) for p in sorted(folder.glob(f"{name}*.html")))


def number(registered: dict[str, dict[str, Any]], state: str) -> str:
    return next(no for no, case in registered.items() if case["state"] == state)


def test_each_case_stands_where_its_state_puts_it(written: Path, registered: dict[str, dict[str, Any]]) -> None:
    rectified, referred, closed, normal = (number(registered, s) for s in ("整改中", "移送", "销号", "认定正常"))
    papers = {name: text(written / "restricted", name) for name in ("检查工作底稿", "整改通知单", "移送清单", "问题线索移送书")}
    assert [no in papers["检查工作底稿"] for no in (rectified, referred, closed, normal)] == [True, True, False, False]
    assert [no in papers["整改通知单"] for no in (rectified, referred, closed, normal)] == [True, False, False, False]
    assert [no in papers["移送清单"] for no in (rectified, referred, closed, normal)] == [False, True, False, False]
    assert [no in papers["问题线索移送书"] for no in (rectified, referred, closed, normal)] == [False, True, False, False]
    account = text(written, "整改台账")
    assert [no in account for no in (rectified, referred, closed, normal)] == [True, True, True, False]
    assert "逾期 29 天" in account and "追回 120.50" in account  # 9 February to 10 March
    assert "从认定到销号最长 30 天" in text(written, "警示案例")  # 5 January to 4 February


def test_a_case_that_is_not_listed_any_more_keeps_its_paper(written: Path) -> None:
    paper = text(written / "restricted", "检查工作底稿").split("653129-HP03-000999", 1)[1].split("检查工作底稿", 1)[0]
    assert "本次检查没有再列出" in paper


def test_escalation_proposes_by_months_overdue(written: Path, registered: dict[str, dict[str, Any]]) -> None:
    """A month and a day overdue: one month, 提醒."""
    proposals = " ".join(text(written, "拟移送建议").split())
    assert re.search(rf"{number(registered, '整改中')} .* 2023-02-09 1 提醒", proposals)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [("2023-02-09", "2023-03-10", 1), ("2023-02-09", "2023-03-08", 0), ("2022-12-31", "2023-12-31", 12)],
)
def test_whole_months(start: str, end: str, months: int) -> None:
    assert months_between(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == months


def test_nothing_personal_stands_in_what_may_be_shared(written: Path, county: County) -> None:
    people = [f for f in county.every_finding if f["subject_kind"] == "id_number"]
    shared = "".join(p.read_text(encoding="utf-8") for p in written.glob("*.html"))
    for path in written.glob("*.xlsx"):
        shared += str(
            [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows(values_only=True) for cell in row]
        )
    for finding in people:
        assert finding["subject"] not in shared
        assert not finding["name"] or finding["name"] not in shared
    assert people[0]["subject"] in text(written / "restricted", "检查工作底稿")


def test_papers_are_split_where_they_are_many(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "PAGE_PAPERS", 100)
    files = case_files(county, {}, in_run=True)
    papers = verification.working_papers(county, files)
    assert [p.name for p in papers][:2] == ["检查工作底稿-1", "检查工作底稿-2"]
    assert sum(len(p.shows["cases"]) for p in papers) == len(files)
    assert papers[1].shows["first"] == 101
