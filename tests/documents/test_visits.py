"""Who is drawn for a visit: by township, by weight, the same of the same seed; and the list that comes back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from fundaudit.county import open_run
from fundaudit.documents.papers import write_papers
from fundaudit.documents.visits import Drawn, draw, shares, subjects, visits
from fundaudit.register.workbook import read_filled


def drawn(key: str, township: str = "甲乡", weight: str = "1") -> Drawn:
    return Drawn(key, key, township, "", Decimal(1), (), Decimal(weight))


@pytest.mark.parametrize(
    ("sizes", "number", "expected"),
    [
        ({"甲": 60, "乙": 30, "丙": 10}, 10, {"甲": 6, "乙": 3, "丙": 1}),
        ({"a": 5, "b": 5}, 3, {"a": 2, "b": 1}),  # 1.5 each: the one that is left goes to the first by name
        ({"甲": 2, "乙": 1}, 9, {"甲": 2, "乙": 1}),  # no more than there are
        ({}, 3, {}),
    ],
)
def test_every_township_has_its_share(sizes, number, expected) -> None:
    assert shares(sizes, number) == expected


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    own = [drawn(f"H{n:02d}", f"{n % 3}乡") for n in range(30)]
    assert draw(own, 9, 7) == draw(own[::-1], 9, 7)
    assert draw(own, 9, 7) != draw(own, 9, 8)
    assert Counter(s.township for s in draw(own, 9, 7)) == {"0乡": 3, "1乡": 3, "2乡": 3}


def test_who_weighs_more_is_drawn_more_often() -> None:
    """One of four is drawn, weights 1, 2, 3, 4: over 4,000 seeds 10, 20, 30, 40 % are expected. The published 0.1 % point of chi-squared
    with three degrees of freedom is 16.27."""
    own = [drawn(f"H{w}", weight=str(w)) for w in (1, 2, 3, 4)]
    counts = Counter(draw(own, 1, seed)[0].key for seed in range(4000))
    assert sum((counts[f"H{w}"] - 400 * w) ** 2 / (400 * w) for w in (1, 2, 3, 4)) < 16.27


def test_all_are_drawn_where_as_many_are_asked_for() -> None:
    own = [drawn(f"H{n}", weight="0") for n in range(3)]
    assert len(draw(own, 5, 1)) == 3


def test_the_list_of_a_county(sample_run: Path, tmp_path: Path) -> None:
    """Weights by risk: 1, and 5, 3, 1 for each open finding; a settled case weighs nothing more. The sheet 疑点 has the open cases of
    those who are drawn, ready for `cases decide --from`."""
    county = open_run(sample_run)
    projects, households = subjects(county, {}, "risk")
    of = {f["subject"]: f for f in county.finding_rows}
    with_cases = next(s for s in households if len(s.cases) == 1)
    (finding,) = [f for f in county.finding_rows if f["case_no"] == with_cases.cases[0]]
    assert with_cases.weight == 1 + {"高": 5, "中": 3, "低": 1}[finding["severity"]]
    settled = {finding["case_no"]: {"state": "销号"}}
    again = next(s for s in subjects(county, settled, "risk")[1] if s.key == with_cases.key)
    assert (again.weight, again.cases) == (1, ())
    assert {s.key for s in projects} & of.keys()
    (paper,) = visits(county, {}, 3, 20, "risk", 1)
    cases, listed = paper.sheets
    assert Counter(row[0] for row in listed.rows) == {"项目": 3, "户": 20}
    assert cases.headers[:4] == ("疑点编号", "检查事项", "对象", "状态")
    assert {row[0] for row in cases.rows} == {n for row in listed.rows for n in row[6].split("\n") if n}
    assert all(row[3] == "疑点" for row in cases.rows)
    write_papers(tmp_path, tmp_path, county, [paper])
    fill_in(tmp_path / "抽查名单.xlsx")
    decisions = read_filled(tmp_path / "抽查名单.xlsx", "张三")
    assert [(d.case_no, d.to_state, d.reason, d.deadline, d.seen) for d in decisions] == [
        (cases.rows[0][0], "核实中", "入户看过", dt.date(2023, 1, 31), "疑点")
    ]


def fill_in(path: Path) -> None:
    """What an inspector writes into the first row of 疑点."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    for header, value in (("改为", "核实中"), ("理由", "入户看过"), ("期限（填写）", "2023-01-31")):
        sheet.cell(2, headers.index(header) + 1, value)
    book.save(path)
