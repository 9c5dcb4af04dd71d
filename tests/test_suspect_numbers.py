"""Numbers that a spreadsheet or an apostrophe has spoilt accuse nobody."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter
from sample.people import identity_number
from test_judge import DAY, HEAD, lines, numbers, register

from fundaudit.intake import columns

HP = ("HP01", "HP02", "HP03", "HP04", "HP05", "HP07", "HP08")
LINE = ["发放序号", "补助项目", "发放月份", "按户或按人补助", "证件号码", "姓名", "户编号", "金额", "发放日期"]


def household_book(folder: Path, as_number: bool) -> tuple[str, str]:
    """Everything that the HP checks look for, on the numbers of two people."""
    a, b = (identity_number("110101", dt.date(1980, 1, 1), k).replace("X", "0") for k in (1, 2))
    book = xlsxwriter.Workbook(str(folder / "到人到户补助资金发放表.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, LINE)
    for i, (number, name) in enumerate([(a, "甲某某"), (a, "甲某某"), (b, "乙某某")], 1):
        sheet.write_row(i, 0, [str(i), "产业补助", "2022-03", "到户", "", name, "H1", 100, "2022-03-10"])
        sheet.write_number(i, 4, int(number)) if as_number else sheet.write_string(i, 4, number)
    book.close()
    # On no list of beneficiaries under this name; one of them dead; one was on it only before.
    (folder / "帮扶对象名册.csv").write_text(
        f"证件号码,姓名,户编号,纳入日期,退出日期\n{a},完全不同,H1,2015-01-01,2016-01-01\n{identity_number('110101', dt.date(1970, 1, 1), 9)},别人,H9,2015-01-01,\n",
        encoding="utf-8",
    )
    (folder / "外部比对名单.csv").write_text(f"名单类别,证件号码,姓名,起始日期\n死亡,{b},乙某某,2020-01-01\n", encoding="utf-8")
    return a, b


def test_a_number_in_a_numeric_cell_is_suspect_and_never_flagged(judged, tmp_path: Path) -> None:
    for as_number in (False, True):
        folder = tmp_path / str(as_number)
        folder.mkdir()
        household_book(folder, as_number)
        result = judged(folder, DAY)
        found = {f.check for f in result.judgement.findings if f.check in HP}
        suspect = result.intake.tables["household_payments"]["suspect"].to_pylist()
        if as_number:
            assert found == set()
            assert suspect == [["id_number"]] * 3
            judged_codes = {o.check for o in result.judgement.outcomes if o.check in HP and o.undetermined}
            assert {"HP01", "HP04", "HP07"} <= judged_codes
        else:
            assert {"HP02", "HP03", "HP04", "HP05", "HP08"} <= found, "as text the same people are looked at"
            assert suspect == [[]] * 3


def town(folder: Path, name: str, ids: list[str], first: int, apostrophe: bool) -> None:
    (folder / f"household_payments_{name}.csv").write_text("\n".join([HEAD, *lines(ids, first)]) + "\n", encoding="utf-8")
    book = register(ids).splitlines()
    own = [book[0], *(f"'{line}" if apostrophe else line for line in book[1:])]
    (folder / f"beneficiaries_{name}.csv").write_text("\n".join(own) + "\n", encoding="utf-8")


def test_an_apostrophe_on_every_number_is_repaired_counted_and_flags_nobody(judged, tmp_path: Path) -> None:
    town(tmp_path, "A", numbers(120), 1, apostrophe=True)
    result = judged(tmp_path, DAY)
    outcome = result.outcome("HP01")
    assert (outcome.population, outcome.flagged, outcome.undetermined) == (120, 0, 0)
    (repaired,) = [n for t, _, _, n in result.intake.notes if t == "beneficiaries" and n.column == "id_number"]
    assert (repaired.rows, "撇号" in repaired.message) == (120, True)
    assert [f.repaired for f in result.intake.files if f.table == "beneficiaries"] == [120]


@pytest.fixture
def repair_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "normalise_identity", str.strip)


@pytest.mark.usefixtures("repair_switched_off")
def test_without_the_repair_the_guard_stops_the_check(judged, tmp_path: Path) -> None:
    town(tmp_path, "A", numbers(120), 1, apostrophe=True)
    outcome = judged(tmp_path, DAY).outcome("HP01")
    assert (outcome.status, outcome.flagged, outcome.undetermined) == ("undetermined", 0, 120)
    assert "120 个中有 120 个" in outcome.reason
    assert "（18位）" in outcome.reason and "（19位）" in outcome.reason, "the examples of both sides show the apostrophe"


@pytest.mark.usefixtures("repair_switched_off")
def test_without_the_repair_the_guard_stops_one_townships_file_alone(judged, tmp_path: Path) -> None:
    """30 people of town A, all of them unmatched; 100 of town B, of whom 3 are not on the register."""
    a, b = numbers(30), numbers(100, start=200)
    town(tmp_path, "A", a, 1, apostrophe=True)
    town(tmp_path, "B", b, 500, apostrophe=False)
    own = (tmp_path / "beneficiaries_B.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "beneficiaries_B.csv").write_text("\n".join([own[0], *own[4:]]) + "\n", encoding="utf-8")
    outcome = judged(tmp_path, DAY).outcome("HP01")
    assert (outcome.status, outcome.flagged, outcome.undetermined) == ("finding", 3, 30)
    assert "household_payments_A.csv" in outcome.reason and "household_payments_B.csv" not in outcome.reason
