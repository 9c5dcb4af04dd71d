"""Marked names, numbers, cards and phones in every text column, header, sheet and file name: none stands outside restricted/."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import xlsxwriter
from conftest import fundaudit

from fundaudit.contract import TABLES, Column
from fundaudit.masking import mask_identity

NAME, TWO, NUMBER, CARD, PHONE = "欧阳锦绣", "卓玛", "653129198003150011", "6230556889924501919", "13987654321"
WAYS = (
    f"付{NAME}款 {NUMBER}",
    f"收款人：{TWO}，卡 {CARD}",
    f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}（{NAME}）",
    f"{CARD[:4]}-{CARD[4:8]}-{CARD[8:12]}-{CARD[12:]} 电话 {PHONE}",
    f"{NUMBER[:6]}\u200b{NUMBER[6:]} 给{TWO}劳务费 {PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}",
)
OF_KIND = {
    "id": "B1",
    "money": "10",
    "date": "2022-03-05",
    "month": "2022-03",
    "bool": "是",
    "integer": "2022",
    "decimal": "1",
    "ratio": "0.5",
}
OF_PERSON = {"id_number": NUMBER, "card": CARD}
FILLED = {  # what makes rows point to each other and checks find something in them; every text column but these holds a mark
    "indicators": {"indicator_id": "Z1", "fund_type": "衔接资金", "amount": "1000"},
    "allocations": {"allocation_id": "F1", "indicator_id": "Z1", "project_id": "X1"},
    "projects": {"project_id": "X1", "status": "在建", "actual_start": "", "actual_finish": ""},
    "contracts": {"contract_id": "H1", "project_id": "X1"},
    "payments": {"payment_id": "P1", "amount": "不详", "project_id": "X9", "allocation_id": "F7"},
    "household_payments": {"name": TWO},
    "beneficiaries": {"name": NAME},
    "registers": {"register": "死亡", "name": TWO, "since": "2020-01-01"},
    "balances": {"as_of": "2022-12-31", "balance": "200000"},
}


def marked(table: str, column: Column, turn: int) -> str:
    """A cell: what the row needs, a plain value of the column's kind, or one of the marks."""
    own = FILLED.get(table, {})
    if column.name in own:
        return own[column.name]
    return OF_PERSON.get(column.personal) or OF_KIND.get(column.kind) or WAYS[turn % len(WAYS)]


def build(folder: Path) -> None:
    """One file for each table of the contract, with a marked unknown header; a marked sheet of a workbook; a marked file that is no table."""
    folder.mkdir(parents=True)
    turn = 0
    for name, table in TABLES.items():
        rows = []
        for k in range(3):
            cells = []
            for column in table.columns:
                turn += 1
                own = marked(name, column, turn)
                cells.append(f"{own}{k}" if k and column.key and column.kind == "id" and own != NUMBER else own)
            rows.append([*cells, WAYS[k]])
        path = folder / f"{table.title}（{NAME}{PHONE}）.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([[*(c.header for c in table.columns), f"备注{NAME}{NUMBER}"], *rows])
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
    read = {path.stem for path in (folder / "restricted" / "tables").glob("*.parquet")}
    assert read == set(TABLES), "every table was read, so every text column was marked"
    for name in ("report.html", "report.ipynb", "outcomes.csv", "manifest.json"):
        shared = (folder / name).read_text(encoding="utf-8")
        bare = re.sub(r"[\s\-\u200b-\u200f]|\\u200b", "", shared)
        for mark in (NUMBER, CARD, PHONE):
            assert mark not in bare, (name, mark, bare[max(0, bare.index(mark) - 60) : bare.index(mark) + 30])
        for mark in (NAME, f"付{TWO}", f"给{TWO}", f"人：{TWO}"):
            assert mark not in shared, (name, mark, shared[max(0, shared.index(mark) - 60) : shared.index(mark) + 30])
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert mask_identity(NUMBER) in report and f"{NAME[0]}***" in report, "the marks did come to where people read"
