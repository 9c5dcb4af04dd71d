"""Where money went: the page of a person, of a payee or contractor, and of a voucher; all that was paid, by whom, on which findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fundaudit.contract import LINK_KEYS, TABLES, Column
from fundaudit.masking import is_organisation
from fundaudit.report.pieces import Html, render
from fundaudit.report.words import yuan
from fundaudit.workbench.desk import SENT_ROWS, Desk, written

ZERO = Decimal(0)


@dataclass(frozen=True)
class Listed:
    """A table of a page: rows under headers with their kinds, the yuan in all, and how many rows there are beyond those shown."""

    caption: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str]]
    total: Decimal | None = None
    beyond: int = 0


@dataclass(frozen=True)
class Page:
    """What is known of one person, payee or voucher."""

    title: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Listed] = field(default=())

    def html(self, desk: Desk) -> Html:
        return render("trail.html.j2", desk.county, masked=False, page=self)


LINES = ("paid_on", "subsidy", "period", "amount", "payment_id", "household_id", "card_no")
VOUCHER_LINES = ("name", "id_number", "township", "village", "subsidy", "period", "amount", "card_no")
PAYMENTS = ("paid_on", "payment_id", "purpose", "amount", "payer_name", "payee_name", "doc_no", "project_id")
ON_REGISTER = ("name", "household_id", "relation", "kind", "township", "village", "entered_on", "exited_on")
ON_LISTS = ("register", "name", "since", "until", "detail")
CONTRACTS = ("contract_id", "project_id", "kind", "amount", "signed_on")


def person(desk: Desk, id_number: str) -> Page:
    """Everything that a person was paid as of the audit date, where he stands on register and lists, and what was found. An empty page
    where the county knows nobody of the number."""
    lines = _of(desk, "household_payments", "id_number = $key", {"key": id_number}, "paid_on, line_id")
    register = _of(desk, "beneficiaries", "id_number = $key", {"key": id_number}, "entered_on")
    lists = _of(desk, "registers", "id_number = $key", {"key": id_number}, "register")
    name = next((row["name"] for row in [*register, *lines, *lists] if row.get("name")), "")
    total = sum((line["amount"] for line in lines), ZERO)
    facts = [
        ("证件号码", desk.cell("证件号码", id_number)),
        ("姓名", desk.cell("姓名", name)),
        ("合计领取", f"{yuan(total)} 元，{len(lines):,} 笔"),
    ]
    numbers = _cases(desk, [id_number], [f"household:{line['line_id']}" for line in lines])
    tables = [
        _findings(desk, numbers),
        _listed(desk, "领取的补助", "household_payments", LINES, lines, total),
        _listed(desk, "帮扶对象名册", "beneficiaries", ON_REGISTER, register),
        _listed(desk, "比对名单", "registers", ON_LISTS, lists),
    ]
    return Page("个人", facts, [table for table in tables if table.rows])


def payee(desk: Desk, name: str) -> Page:
    """Everything that a payee or contractor of a name was paid, his contracts, and what was found."""
    payments = _of(desk, "payments", "payee_name = $key", {"key": name}, "paid_on, payment_id")
    contracts = _of(desk, "contracts", "contractor = $key", {"key": name}, "signed_on")
    total = sum((payment["amount"] for payment in payments), ZERO)
    agreed = sum((contract["amount"] or ZERO for contract in contracts), ZERO)
    payers = sorted({payment["payer_name"] for payment in payments if payment.get("payer_name")})
    facts = [("收款方、承包单位", desk.cell("收款方名称", name)), ("合计收款", f"{yuan(total)} 元，{len(payments):,} 笔")]
    facts += [("付款方", "、".join(payers[:10]))] if payers else []
    facts += [("合同金额", f"{yuan(agreed)} 元，{len(contracts):,} 份")] if contracts else []
    subjects = [name, *(c["contract_id"] for c in contracts if c.get("contract_id"))]
    numbers = _cases(desk, subjects, [_key(payment) for payment in payments])
    received = [name for name in PAYMENTS if name != "payee_name"]
    tables = [
        _findings(desk, numbers),
        _listed(desk, "收到的支付", "payments", received, payments, total),
        _listed(desk, "合同", "contracts", CONTRACTS, contracts, agreed),
    ]
    return Page("收款方、承包单位", facts, [table for table in tables if table.rows])


def voucher(desk: Desk, payment_id: str) -> Page:
    """A voucher with the household lines that it paid, and what was found on them."""
    payments = _of(desk, "payments", "payment_id = $key", {"key": payment_id}, "line_no")
    lines = _of(desk, "household_payments", "payment_id = $key", {"key": payment_id}, "township, village, line_id")
    paid, listed = (sum((row["amount"] for row in rows), ZERO) for rows in (payments, lines))
    facts = [("支付凭证号", payment_id), ("凭证金额", f"{yuan(paid)} 元" if payments else "支付明细中没有这张凭证")]
    facts += [("到户明细", f"{yuan(listed)} 元，{len(lines):,} 笔")] if lines else []
    facts += [("两者相差", f"{yuan(paid - listed)} 元")] if lines and payments else []
    keys = [*map(_key, payments), *(f"household:{line['line_id']}" for line in lines)]
    tables = [
        _listed(desk, "凭证", "payments", PAYMENTS, payments, paid),
        _findings(desk, _cases(desk, [payment_id], keys)),
        _listed(desk, "付给各户", "household_payments", VOUCHER_LINES, lines, listed),
    ]
    return Page("支付凭证", facts, [table for table in tables if table.rows])


def _key(payment: Mapping[str, Any]) -> str:
    """As evidence calls a payment."""
    return f"payment:{payment['payment_id']}/{payment['line_no']}"


def _of(desk: Desk, table: str, where: str, values: Mapping[str, Any], order: str) -> list[dict[str, Any]]:
    """The rows of a canonical table; none where the county did not hand it in."""
    if not desk.has(table):
        return []
    return desk.rows(f"SELECT * FROM {table} WHERE {where} ORDER BY {order}", values)  # noqa: S608 tables of ours


def _listed(
    desk: Desk, caption: str, table: str, wanted: Sequence[str], rows: Sequence[Mapping[str, Any]], total: Decimal | None = None
) -> Listed:
    """Rows under the contract's headers; columns of which nothing is known are left out."""
    desk.look_up([{name: row.get(name) for name in wanted} for row in rows[:SENT_ROWS]])
    columns = [TABLES[table].column(name) for name in wanted if any(row.get(name) is not None for row in rows)]
    headers = [(column.header, _kind(column)) for column in columns]
    cells = [[_text(desk, column.header, row[column.name]) for column in columns] for row in rows[:SENT_ROWS]]
    return Listed(caption, headers, cells, total if rows else None, max(0, len(rows) - SENT_ROWS))


def _kind(column: Column) -> str:
    """How a table shows a column: money to the right, dates and numbers of papers unbroken."""
    if column.kind == "money":
        return "number"
    return "short" if column.kind == "date" or column.name in LINK_KEYS or column.name == "period" else "text"


def _text(desk: Desk, header: str, value: Any) -> str:
    if isinstance(value, Decimal):
        return yuan(value)
    return "" if value is None else str(desk.cell(header, str(value)))


def _cases(desk: Desk, subjects: Sequence[str], keys: Sequence[str]) -> list[str]:
    return sorted({finding["case_no"] for finding in desk.findings_on(*subjects)} | set(desk.cases_on(keys)))


def _findings(desk: Desk, numbers: Sequence[str]) -> Listed:
    columns = [
        ("疑点编号", "id"),
        ("程度", "severity"),
        ("疑点", "text"),
        ("对象", "text"),
        ("金额", "number"),
        ("状态", "short"),
    ]
    rows = []
    for finding in desk.shown_rows([desk.finding(number) for number in numbers[:SENT_ROWS]], detail=False):
        title = desk.county.catalogue.checks[finding["check"]].title
        amount = "" if finding["amount"] is None else yuan(finding["amount"])
        rows.append(
            [finding["case_no"], finding["severity"], title, finding["name"] or finding["subject"], amount, finding["state"]]
        )
    return Listed("疑点", columns, rows, None, max(0, len(numbers) - SENT_ROWS))


def people_named(desk: Desk, text: str) -> list[tuple[str, str]]:
    """Whom a name, or the beginning or end of a number, may mean: the words to show, and the identity number; at most fifty. Masked, no
    more of a number is looked for than may be seen, or all of it: by longer parts it could be guessed."""
    wanted = written(text)
    if not desk.has("household_payments") or len(wanted) < 2:
        return []
    parts = not desk.masked or len(wanted) <= 6
    rows = desk.rows(
        "SELECT id_number, min(name) AS name, sum(amount) AS amount FROM household_payments WHERE id_number IS NOT NULL"
        " AND (upper(name) = $text OR upper(id_number) = $text OR ($parts AND starts_with(id_number, $text))"
        " OR ($ends AND ends_with(upper(id_number), $text))) GROUP BY 1 ORDER BY amount DESC, 1 LIMIT 50",
        {"text": wanted, "parts": parts, "ends": not desk.masked or len(wanted) <= 2},
    )
    return [
        (
            f"{desk.cell('姓名', row['name'] or '')}　{desk.cell('证件号码', row['id_number'])}　{yuan(row['amount'])} 元",
            row["id_number"],
        )
        for row in rows
    ]


def payees_named(desk: Desk, text: str) -> list[tuple[str, str]]:
    """Payees and contractors whose name holds a text (masked, a person's whole name), the most paid first; at most fifty."""
    if not desk.has("payments"):
        return []
    rows = desk.rows(
        "SELECT payee_name AS name, sum(amount) AS amount FROM payments WHERE payee_name IS NOT NULL AND contains(upper(payee_name), $text)"
        " GROUP BY 1 ORDER BY amount DESC, 1 LIMIT 200",
        {"text": (wanted := written(text))},
    )
    if desk.masked and wanted:
        rows = [row for row in rows if is_organisation(row["name"]) or written(row["name"]) == wanted]
    return [(f"{desk.cell('收款方名称', row['name'])}　{yuan(row['amount'])} 元", row["name"]) for row in rows[:50]]


def vouchers_named(desk: Desk, text: str) -> list[tuple[str, str]]:
    """Vouchers whose number holds a text, the largest first; at most fifty."""
    if not desk.has("payments"):
        return []
    rows = desk.rows(
        "SELECT payment_id, sum(amount) AS amount, min(paid_on) AS day FROM payments WHERE contains(upper(payment_id), $text)"
        " GROUP BY 1 ORDER BY amount DESC, 1 LIMIT 50",
        {"text": written(text)},
    )
    return [(f"{row['payment_id']}　{row['day'] or '日期不详'}　{yuan(row['amount'])} 元", row["payment_id"]) for row in rows]
