"""Section five: files, rows and money accounted for, control totals, ledger against platform and household sheets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from fundaudit.contract import TABLES
from fundaudit.county import County
from fundaudit.intake import MoneyRead, PrintedTotal, header_of
from fundaudit.masking import mask_cell, mask_known
from fundaudit.report.pieces import SHOWN_ROWS, Html, render
from fundaudit.report.words import yuan

ZERO = Decimal(0)


def _place(file: str, sheet: str, row: int | None = None) -> str:
    return f"{sheet or file}" + (f" 第 {row} 行" if row is not None else "")


def sources(county: County) -> Html:
    """Files, hashes, rows and money accounted for, control totals, ledger against platform and sheets, what intake did."""
    about = county.about
    files = about.files
    numbers = ("read", "accepted", "repaired", "rejected", "totals")
    rejects, secrets = county.rejects.to_dict("records"), county.secrets
    return render(
        "sources.html.j2",
        county,
        coverage=[
            [title, files_, f"{n:,}", str(day or "—"), str(saved or "未载明"), lists or ""]
            for title, files_, n, day, saved, lists in coverage(county)
        ],
        absent="、".join(title for name, title in _wanted(county).items() if name not in county.tables),
        files=[[f.file, f.sheet or TABLES[f.table].title, *(f"{getattr(f, n):,}" for n in numbers)] for f in files],
        files_total=["合计", "", *(f"{sum(getattr(f, n) for f in files):,}" for n in numbers)],
        hashes=sorted({(f.file, f.sha256) for f in files}),
        unused=about.unused,
        copies=about.copies,
        unread=[[place, TABLES[name].title, why] for place, name, why in about.unread],
        money=[_money_account(m) for m in about.money],
        unreadable=[
            [
                TABLES[m.table].title,
                _place(m.file, m.sheet),
                header_of(m.table, m.column),
                mask_known(m.cells, secrets),
            ]
            for m in about.money
            if m.unreadable
        ],
        rejects=[
            [
                TABLES[r["table"]].title,
                _place(r["file"], r["sheet"], r["row"]),
                r["column"],
                mask_known(found_text(r), secrets),
                r["reason"],
            ]
            for r in rejects[:SHOWN_ROWS]
        ],
        reject_count=len(rejects),
        printed=[_printed_total(*p) for p in about.printed],
        comparisons=[_comparison(county, view, left, right) for view, left, right in COMPARED],
        notes=[
            [
                TABLES[table].title + (f"（{sheet or file}）" if file else ""),
                header_of(table, note.column),
                note.message,
                f"{note.rows:,}" if note.rows else "—",
            ]
            for table, file, sheet, note in about.notes
        ],
    )


def coverage(county: County) -> list[list[Any]]:
    """Each table that was handed in: files, rows, its latest day, and where lists are from and up to when."""
    rows = []
    for name, table in county.tables.items():
        own = [f for f in county.about.files if f.table == name]
        days = [d for d in table[TABLES[name].event].unique().to_pylist() if isinstance(d, date)] if TABLES[name].event else []
        rows.append(
            [
                TABLES[name].title,
                "、".join(dict.fromkeys(f.file for f in own)),
                sum(f.accepted for f in own),
                max(days, default=None),
                max((f.saved_on for f in own if f.saved_on), default=None),
                _lists(county) if name == "registers" else None,
            ]
        )
    return rows


def _wanted(county: County) -> dict[str, str]:
    """The tables that some check reads."""
    return {name: TABLES[name].title for check in county.catalogue for name in (*check.needs, *check.uses)}


def _lists(county: County) -> str:
    """Each outside list with its source and the day up to which it reaches."""
    table = county.tables["registers"].select(["register", "source", "list_date", "since"]).to_pylist()
    said = []
    for kind in dict.fromkeys(r["register"] for r in table):
        own = [r for r in table if r["register"] == kind]
        source = "、".join(dict.fromkeys(r["source"] for r in own if r["source"])) or "来源未载明"
        dates = [r["list_date"] for r in own if r["list_date"]]
        until = f"截至 {max(dates)}" if dates else "截止日期未载明"
        said.append(f"{kind}名单：{source}，{until}")
    return "；".join(said)


COMPARED = (("platform_comparison", "payments", "platform_payments"), ("sheet_comparison", "payments", "household_payments"))
INNOCENT = {
    "platform_payments": "监控平台导出的时间较早或范围较窄；退款、更正在一方合并记录；凭证号写法不同",
    "household_payments": "一个凭证分几张表发放而没有交齐；发放后有退回；发放表只列部分对象",
}
SCOPE = {"platform_payments": "台账一方只取监控平台覆盖的资金（{}）、自平台导出的最早日期起的支付"}


def _money_account(money: MoneyRead) -> list[str]:
    return [
        _place(money.file, money.sheet),
        header_of(money.table, money.column),
        *(yuan(a) for a in (money.accepted, money.rejected, money.totals, money.read)),
        str(money.unreadable or ""),
    ]


def _printed_total(table: str, file: str, sheet: str, total: PrintedTotal) -> list[Any]:
    missing = f"，其中 {total.missing} 格读不出" if total.missing else ""
    rows = f"第 {total.first} 至 {total.last} 行{missing}" if total.last else "没有数据行"
    return [
        f"{_place(file, sheet, total.row)}（{total.label}）",
        header_of(table, total.column),
        "无法读取" if total.printed is None else yuan(total.printed),
        yuan(total.recomputed),
        "—" if total.printed is None else yuan(total.printed - total.recomputed),
        rows,
    ]


def _difference(row: dict[str, Any]) -> Decimal:
    return Decimal((row["left_amount"] or ZERO) - (row["right_amount"] or ZERO))


def _comparison(county: County, view: str, left: str, right: str) -> dict[str, Any]:
    """Two tables by voucher: what agrees, and every voucher that does not, with its rows."""
    titles = {"left": TABLES[left].title, "right": TABLES[right].title}
    counts = [county.rows(f"SELECT count(*) AS n FROM {name}")[0]["n"] for name in (left, right)]  # noqa: S608 names of ours
    rows = county.rows(f"SELECT * FROM {view} ORDER BY payment_id")  # noqa: S608
    different = sorted((r for r in rows if not r["agrees"]), key=lambda r: -abs(_difference(r)))
    sums = [sum((r[n] or ZERO for r in rows), ZERO) for n in ("left_amount", "right_amount")]
    covers = "、".join(county.settings.platform_covers)
    return {
        **titles,
        "scope": SCOPE.get(right, "").format(covers),
        "absent": [title for title, n in zip(titles.values(), counts, strict=True) if not n],
        "vouchers": len(rows),
        "agreeing": len(rows) - len(different),
        "sums": [yuan(s) for s in sums],
        "difference": yuan(sums[0] - sums[1]),
        "innocent": INNOCENT[right],
        "count": len(different),
        "rows": [
            [
                r["payment_id"],
                "没有" if r["left_amount"] is None else yuan(r["left_amount"]),
                "没有" if r["right_amount"] is None else yuan(r["right_amount"]),
                yuan(_difference(r)),
                f"{r['left_rows'] or '—'}；{r['right_rows'] or '—'}",
            ]
            for r in different[:SHOWN_ROWS]
        ],
    }


def found_text(reject: dict[str, Any]) -> str:
    """What stood in the cells, masked where any of the columns is personal."""
    columns = str(reject["column"]).split("、")
    found = str(reject["found"] or "")
    masked = [mask_cell(c, found) for c in columns]
    return next((m for m in masked if m != found), found)
