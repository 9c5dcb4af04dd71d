"""evidence.xlsx and 线索卡.xlsx: unmasked, under restricted/ alone; ids as text, money as numbers, fit for printing on A4."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from fundaudit.contract import TABLES
from fundaudit.county import County
from fundaudit.facts import source_text
from fundaudit.report.lead_cards import HANDLING, Card, shown_card, who
from fundaudit.report.pieces import STATUS, subject_text
from fundaudit.report.reconciliation import coverage
from fundaudit.report.together import projects_of

CARE = "内部资料，含完整的证件号码、姓名和账号，由专人保管；一笔支付涉及几个疑点的，在证据表中只列一次"
WIDEST = 40  # of a column, in characters
HIDDEN = ("subject", "flag", "amount", "occurred_on", "paid_key")  # the judge's own columns


class Book:
    """A workbook with the looks that all its sheets share."""

    def __init__(self, county: County, target: Path, title: str) -> None:
        options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(str(target), options)
        self.book.set_properties({"created": dt.datetime.combine(county.as_of, dt.time()), "title": f"{county.name}{title}"})
        self.header = self.book.add_format({"bold": True, "bottom": 1, "bg_color": "#E9EEF4", "text_wrap": True, "valign": "top"})
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        wrapped = {"text_wrap": True, "valign": "top"}
        self.styles = {
            Decimal: self.book.add_format({"num_format": "#,##0.00", "valign": "top"}),
            dt.date: self.book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            str: self.book.add_format({"num_format": "@", **wrapped}),
        }
        self.footer = f"&L{county.name}　检查截止日 {county.as_of}　内部资料&R第 &P 页，共 &N 页"

    def sheet(self, name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], note: str = "") -> None:
        """A sheet as wide as a page; its note in the first row, its headers on every page."""
        sheet = self.book.add_worksheet(name)
        top = 1 if note else 0
        if note:
            sheet.write_string(0, 0, note)
        for j, header in enumerate(headers):
            sheet.write_string(top, j, header, self.header)
        widest = [len(header) * 2 for header in headers]
        last = top
        for last, row in enumerate(rows, start=top + 1):
            for j, value in enumerate(row):
                self._write(sheet, last, j, value)
                if widest[j] < WIDEST:
                    widest[j] = max(widest[j], _width(value))
        for j, width in enumerate(widest):
            sheet.set_column(j, j, min(max(width, 8), WIDEST))
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        self._printed(sheet)
        if last > top and headers:
            sheet.autofilter(top, 0, last, len(headers) - 1)

    def close(self) -> None:
        self.book.close()

    def _printed(self, sheet: Any) -> None:
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self.footer)

    def _write(self, sheet: Any, i: int, j: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Decimal):
            sheet.write_number(i, j, float(value), self.styles[Decimal])
        elif isinstance(value, dt.date):
            sheet.write_datetime(i, j, dt.datetime.combine(value, dt.time()), self.styles[dt.date])
        elif isinstance(value, bool):
            sheet.write_string(i, j, "是" if value else "否")
        elif isinstance(value, int):
            sheet.write_number(i, j, value)
        else:
            sheet.write_string(i, j, safe_text(str(value)), self.styles[str])


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def _width(value: Any) -> int:
    """How wide a cell is, a Chinese character counting two (and a rare one four)."""
    if isinstance(value, Decimal):
        return len(f"{value:,.2f}") + 1
    return len(str(value if value is not None else "").encode("gb18030", "replace")) + 1


def write_evidence(county: County, target: Path) -> None:
    """A cover, a sheet per check with findings, one of what could not be judged, one of the rows that were not used."""
    book = Book(county, target, "疑点证据")
    _cover(book, county)
    for code in county.evidence:
        headers, rows = evidence_rows(county, code)
        overlap = "各组相互重叠，金额不相加" if county.catalogue.checks[code].outcome_amount == "total" else ""
        book.sheet(code, headers, rows, overlap)
    if members := group_members(county):
        book.sheet("资金组成员", GROUP_HEADERS, members, "列为疑点的资金组各由哪些指标组成；同一指标可以在几组里")
    if moved := movements(county):
        book.sheet("资金往来", MOVEMENT_HEADERS, moved, "有疑点的项目、分配和指标的每一笔分配和支付，退款为负")
    if len(county.undetermined):
        book.sheet("未能判定", ["检查", "检查事项", "编号", "名称", "原因", "补充什么即可判定", "资料"], _undetermined(county))
    if len(county.rejects):
        headers = ["表", "文件", "工作表", "行", "列", "读到的内容", "原因", "整行内容"]
        columns = ["table", "file", "sheet", "row", "column", "found", "reason", "row_as_read"]
        rejects = county.parts["rejects"].select(columns).to_pylist()
        book.sheet(
            "未采用的行",
            headers,
            ([TABLES[r["table"]].title, *(r[c] for c in columns[1:-1]), _plain(r["row_as_read"])] for r in rejects),
        )
    book.close()


GROUP_HEADERS = ["资金组", "指标编号", "指标文号", "资金名称", "指标金额", "已分配", "已支付", "来源文件", "来源工作表", "来源行"]
MOVEMENT_HEADERS = [
    *(
        "项目编号",
        "项目名称",
        "性质",
        "日期",
        "金额",
        "分配编号",
        "指标编号",
        "支付凭证号",
        "预算单位或付款方",
        "收款方名称",
        "收款方账号",
    ),
    *("用途", "来源文件", "来源工作表", "来源行"),
]


def group_members(county: County) -> list[list[Any]]:
    """The indicators of every group of money with a finding, with their money and their row."""
    groups = sorted({f["subject"] for f in county.finding_rows if f["subject_kind"] == "group"})
    if not groups:
        return []
    rows = county.rows(
        "SELECT g.name, i.indicator_id, i.doc_no, i.fund_name, i.amount, i.allocated, i.paid, i.source_file, i.source_sheet,"
        " CAST(i.source_row AS INTEGER) AS source_row FROM fund_groups g JOIN indicator_money i USING (indicator_id)"
        " WHERE g.subject IN (SELECT unnest($groups)) ORDER BY g.name, i.indicator_id",
        {"groups": groups},
    )
    return [list(row.values()) for row in rows]


def movements(county: County) -> list[list[Any]]:
    """Every allocation and payment of the projects, allocations and indicators with findings, with its row."""
    found: dict[str, set[str]] = {kind: set() for kind in ("project_id", "allocation_id", "indicator_id")}
    for finding in county.finding_rows:
        if finding["subject_kind"] in found:
            found[finding["subject_kind"]].add(finding["subject"])
    found["project_id"] |= {project for own in projects_of(county).values() for project in own}
    if not any(found.values()):
        return []
    rows = county.rows(
        "WITH moved AS (SELECT project_id, '分配' AS kind, allocated_on AS day, amount, allocation_id, indicator_id, NULL AS voucher,"
        " unit AS payer, NULL AS payee, NULL AS account, NULL AS purpose, source_file, source_sheet, source_row FROM allocations"
        " UNION ALL SELECT traced_project_id, '支付', paid_on, amount, traced_allocation_id, traced_indicator_id, payment_id,"
        " payer_name, payee_name, payee_account, purpose, source_file, source_sheet, source_row FROM traced_payments)"
        " SELECT m.project_id, p.name, m.* EXCLUDE (project_id, source_row), CAST(m.source_row AS INTEGER) AS source_row FROM moved m"
        " LEFT JOIN projects p USING (project_id) WHERE m.project_id IN (SELECT unnest($project_id))"
        " OR m.allocation_id IN (SELECT unnest($allocation_id)) OR m.indicator_id IN (SELECT unnest($indicator_id))"
        " ORDER BY m.project_id, m.kind, m.day, m.source_file, m.source_sheet, m.source_row, m.allocation_id, m.voucher",
        {kind: sorted(own) for kind, own in found.items()},
    )
    return [list(row.values()) for row in rows]


def _plain(text: str) -> str:
    """A row that is kept as JSON, as people read it."""
    return "；".join(f"{name}：{value}" for name, value in json.loads(text).items())


def evidence_rows(county: County, code: str) -> tuple[list[str], list[list[Any]]]:
    """A check's evidence: case, what counts of the row, its own columns, and what leads to the voucher; empty columns left out."""
    table = county.evidence[code]
    case_of = {f["subject"]: f["case_no"] for f in county.finding_rows if f["check"] == code}
    shown = [c for c in table.column_names if c not in HIDDEN and table[c].null_count < table.num_rows]
    rows = [
        [case_of[row["subject"]], row.get("amount") if row.get("flag") else Decimal("0.00"), *(row[c] for c in shown)]
        for row in table.to_pylist()
    ]
    return ["疑点编号", "计入金额", *shown], rows


def _cover(book: Book, county: County) -> None:
    """What the workbook is, what each sheet holds, and up to when the lists that were compared reach."""
    sheet = book.book.add_worksheet("封面")
    bureau = county.about.bureau
    lines = [
        (f"{county.name}财政专项资金监督检查疑点证据", book.title),
        (f"检查截止日：{county.as_of}　检查编号：{county.code}-{county.as_of:%Y%m%d}　{bureau.name}", None),
        ("内部资料，含完整的证件号码、姓名和账号，由专人保管，不得外传。疑点在核实以前不构成对任何单位和个人的认定。", None),
        (
            "“计入金额”是该行计入疑点的金额（元），对照的行为 0；空着的金额不能确定。来源文件、工作表和行号是报送单位自己的。",
            None,
        ),
        ("责任单位是下达指标的预算单位，没有的取实施单位；主管部门和责任人是项目登记的。", None),
    ]
    for i, (text, look) in enumerate(lines):
        sheet.write_string(i, 0, text, look)
    start = len(lines) + 1
    start = _block(book, sheet, start, ["表", "检查事项", "疑点", "金额（元）", "未能判定"], _contents(county))
    _block(
        book, sheet, start, ["资料", "文件", "行数", "最晚日期", "文件保存日期", "比对用名单的来源和截止日期"], coverage(county)
    )
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 5, 18)
    book._printed(sheet)


def _block(book: Book, sheet: Any, start: int, headers: list[str], rows: Iterable[Sequence[Any]]) -> int:
    for j, header in enumerate(headers):
        sheet.write_string(start, j, header, book.header)
    for start, row in enumerate(rows, start=start + 1):  # noqa: B020 the row after the last is where the next block begins
        for j, value in enumerate(row):
            book._write(sheet, start, j, value)
    return start + 2


def _contents(county: County) -> list[list[Any]]:
    return [
        [
            o.check if o.status == "finding" else f"（{STATUS[o.status]}）",
            f"{o.check} {o.title}",
            o.flagged,
            o.amount if county.catalogue.checks[o.check].counts_money else None,
            o.undetermined,
        ]
        for o in county.counted
        if o.flagged or o.undetermined
    ]


def _undetermined(county: County) -> Iterable[list[Any]]:
    for row in county.parts["undetermined"].to_pylist():
        check = county.catalogue.checks[row["check"]]
        subject = row["name"] if check.subject == "group" else subject_text(row["subject"])
        yield [row["check"], check.title, subject, row["name"], row["reason"], check.to_judge, _plain(row["record"])]


def write_cards(county: County, cards: Sequence[Card], target: Path) -> None:
    """线索卡.xlsx: a row a finding of the cards, with room for what was verified; and the rows of evidence behind them."""
    book = Book(county, target, "线索卡")
    headers = [
        *(
            "卡号",
            "对象",
            "程度",
            "疑点编号",
            "检查事项",
            "日期",
            "金额",
            "情况",
            "乡镇",
            "行政村",
            "责任单位",
            "主管部门",
            "责任人",
        ),
        *("支付凭证", "依据", "可能的正常原因", "建议核实", "建议处理和期限", "核实情况", "核查人", "核查日期"),
    ]
    book.sheet("线索卡", headers, (row for number, card in enumerate(cards, 1) for row in _card_rows(county, number, card)), CARE)
    behind = ["卡号", "对象", "疑点编号", "性质", "日期", "支付凭证", "金额", "付款方", "收款账号", "项目", "资金", "来源"]
    book.sheet("证据", behind, (row for number, card in enumerate(cards, 1) for row in _card_evidence(number, card)), CARE)
    book.close()


def _card_rows(county: County, number: int, card: Card) -> Iterable[list[Any]]:
    own = shown_card(county, card, number, masked=False)
    steps = "\n".join(f"{step}（{until}）：{what}" for step, what, until in HANDLING)
    for f in card.findings:
        check = county.catalogue.checks[f["check"]]
        yield [
            number, own["title"], f["severity"], f["case_no"], check.title, f["occurred_on"], f["amount"], f["detail"], f["township"],
            f["village"], f["unit"], f["department"], f["responsible"], f["voucher"], "\n".join(own["basis"]) or "仅作线索",
            "\n".join(check.innocent), check.advice, steps, None, None, None,
        ]  # fmt: skip


def _card_evidence(number: int, card: Card) -> Iterable[list[Any]]:
    for row in card.rows:
        yield [
            number, who(card, masked=False), "、".join(f["case_no"] for f in card.findings if f["check"] in row["codes"] and f["subject"] == row["subject"]),
            "计入" if row["flag"] else "对照，不计入", row.get("occurred_on"), row.get("支付凭证号"), row.get("amount"),
            row.get("付款方名称"), row.get("收款方账号"), row.get("项目名称"), row.get("资金名称"),
            source_text([(row["来源文件"], row["来源工作表"], row["来源行"])]),
        ]  # fmt: skip
