"""Marked names, numbers, cards and phones in every text column, header, sheet and file name: none stands outside restricted/."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import xlsxwriter
from conftest import fundaudit

from fundaudit.contract import TABLES

NAME, TWO, NUMBER, CARD, PHONE = "欧阳锦绣", "卓玛", "653129198003150011", "6230556889924501919", "13987654321"
WAYS = (
    f"付{NAME}款 {NUMBER}",
    f"收款人：{TWO}，卡 {CARD}",
    f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}（{NAME}）",
    f"{CARD[:4]}-{CARD[4:8]}-{CARD[8:12]}-{CARD[12:]} 电话 {PHONE}",
    f"{NUMBER[:6]}\u200b{NUMBER[6:]} 给{TWO}劳务费 {PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}",
)
FILLED = {  # what a row of each table needs; every other text column holds a mark
    "indicators": {
        "indicator_id": "Z1",
        "fund_type": "衔接资金",
        "budget_year": "2022",
        "amount": "1000",
        "received_on": "2022-01-05",
    },
    "allocations": {
        "allocation_id": "F1",
        "indicator_id": "Z1",
        "project_id": "X1",
        "amount": "10",
        "allocated_on": "2022-01-09",
    },
    "projects": {"project_id": "X1", "planned_start": "2022-03-01", "planned_finish": "2022-06-01", "status": "在建"},
    "contracts": {"contract_id": "H1", "project_id": "X1", "amount": "10"},
    "payments": {"payment_id": "P1", "paid_on": "2022-03-05", "amount": "不详", "project_id": "X9"},
    "household_payments": {"id_number": NUMBER, "name": TWO, "card_no": CARD, "amount": "5", "paid_on": "2022-03-05"},
    "beneficiaries": {"id_number": NUMBER, "name": NAME, "card_no": CARD},
    "balances": {"account_no": CARD, "as_of": "2022-12-31", "balance": "200000"},
    "accounts": {"account_no": CARD},
}


def build(folder: Path) -> None:
    """One file per table with a marked unknown header; a marked sheet of a workbook; a marked file that is no table."""
    folder.mkdir(parents=True)
    turn = 0
    for name, filled in FILLED.items():
        columns = [c for c in TABLES[name].columns if c.name in filled or c.kind == "text"]
        rows = []
        for k in range(3):
            cells = []
            for column in columns:
                turn += 1
                own = filled.get(column.name, WAYS[turn % len(WAYS)])
                cells.append(f"{own}{k}" if column.key and column.name in filled and k and column.name != "id_number" else own)
            rows.append([*cells, WAYS[k]])
        path = folder / f"{TABLES[name].title}（{NAME}{PHONE}）.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([[*(c.header for c in columns), f"备注{NAME}{NUMBER}"], *rows])
    book = xlsxwriter.Workbook(str(folder / f"{NAME} {NUMBER}.xlsx"))
    book.add_worksheet(f"{TWO}{PHONE}").write_row(0, 0, ["姓名", "身份证号"])
    book.close()


def test_every_county_has_its_report_and_nobodys_data_leaves_in_it(tmp_path: Path) -> None:
    build(tmp_path / "data")
    (tmp_path / "parameters").mkdir()
    text = (
        'county: "110101"\nname: 测试县\ndata: data\nas_of: 2022-12-31\nsettings: {open_subsidies: [], targeted_subsidies: []}\n'
    )
    (tmp_path / "parameters" / "110101.yaml").write_text(text, encoding="utf-8")
    done = fundaudit("run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "outputs" / "110101" / "2022-12-31"
    for name in ("report.html", "report.ipynb", "outcomes.csv", "manifest.json"):
        shared = (folder / name).read_text(encoding="utf-8")
        bare = re.sub(r"[\s\-\u200b-\u200f]|\\u200b", "", shared)
        for mark in (NUMBER, CARD, PHONE):
            assert mark not in bare, (name, mark, bare[max(0, bare.index(mark) - 60) : bare.index(mark) + 30])
        for mark in (NAME, f"付{TWO}", f"给{TWO}", f"人：{TWO}"):
            assert mark not in shared, (name, mark, shared[max(0, shared.index(mark) - 60) : shared.index(mark) + 30])
