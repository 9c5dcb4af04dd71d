"""A finding's story: what, how much, on what basis and by which limit; what could be innocent; the lines behind it, both records of a
near match, what else is found of the same, what was done about it, and the SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from fundaudit.documents.case_files import event_text
from fundaudit.report.pieces import SUBJECT_HEADERS, Html, render
from fundaudit.report.rules import bound_texts, thresholds_of
from fundaudit.report.words import yuan
from fundaudit.workbench.desk import Desk

SHOWN_LINES = 100
Row = Mapping[str, Any]
SIDES = ("名册", "名单")  # how evidence names what stands on the other side of a match


def story(desk: Desk, case_no: str) -> Html:
    """KeyError where this run has no such case."""
    finding = desk.finding(case_no)
    check = desk.county.catalogue.checks[finding["check"]]
    behind = desk.behind(case_no)
    desk.look_up([finding, *behind[:SHOWN_LINES]])
    same, table = lines_table(desk, behind[:SHOWN_LINES])
    return render(
        "story.html.j2",
        desk.county,
        masked=False,  # what is to be hidden is so already: the desk knows which columns are personal
        f=desk.shown(finding),
        amount=None if not check.counts_money else "不能确定" if finding["amount"] is None else f"{yuan(finding['amount'])} 元",
        kind=SUBJECT_HEADERS.get(finding["subject_kind"], "编号"),
        check=check,
        basis=bound_texts(finding["basis"], whole=True),
        thresholds=thresholds_of(desk.county, check),
        lines=len(behind),
        same=same,
        table_of=table,
        match=both_records(desk, behind),
        others=other_findings(desk, finding, behind),
        history=[desk.text(event_text(event, reasons=True)) for event in history(desk, case_no)],
        masked_note=desk.masked,
    )


def lines_table(desk: Desk, rows: Sequence[Row]) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """What all lines have in common (of one line, everything), and a table of what they differ in; without columns that say nothing."""
    headers = [
        h
        for h in dict.fromkeys(h for row in rows for h in row)
        if not h.isascii() and any(row.get(h) not in (None, "") for row in rows)
    ]
    if not rows or not headers:
        return [], {"columns": [], "rows": []}
    common = [h for h in headers if len({str(row.get(h)) for row in rows}) == 1 and (h != "金额" or len(rows) == 1)]
    differing = [h for h in headers if h not in common]
    columns = [(h, "number" if any(isinstance(row.get(h), Decimal) for row in rows) else "text") for h in differing]
    shown = [[_cell(desk, h, row) for h in differing] for row in rows]
    if any(not row["flag"] for row in rows):
        columns, shown = (
            [("", "short"), *columns],
            [["" if row["flag"] else "对照", *cells] for row, cells in zip(rows, shown, strict=True)],
        )
    return [(h, _cell(desk, h, rows[0])) for h in common], {"columns": columns, "rows": shown}


def _cell(desk: Desk, header: str, row: Row) -> str:
    value = row.get(header)
    if isinstance(value, Decimal):
        return yuan(value) if "金额" in header or value == value.quantize(Decimal("0.01")) else f"{value.normalize():f}"
    return "" if value is None else str(desk.cell(header, value if isinstance(value, str) else str(value)))


def both_records(desk: Desk, rows: Sequence[Row]) -> dict[str, Any] | None:
    """Of a line and whom it was matched with: each column that both sides have, with the characters that differ marked. `side`: the
    list or register that it was matched with."""
    for row in rows:
        for side in SIDES:
            pairs = [(h, row.get(h) or "", row[side + h]) for h in ("证件号码", "姓名", "户编号", "行政村") if row.get(side + h)]
            if pairs:
                shown = [(h, str(desk.cell(h, own)), str(desk.cell(h, other)), own != other) for h, own, other in pairs]
                cells = [
                    [h, _marked(own, other), _marked(other, own), "不同" if differ else ""] for h, own, other, differ in shown
                ]
                return {"side": side, "rows": cells}
    return None


def _marked(text: str, against: str) -> Markup:
    """A text with the characters marked that do not stand in the other, in its order."""
    from rapidfuzz.distance import Indel

    parts = []
    for step in Indel.opcodes(text, against):
        piece = Markup.escape(text[step.src_start : step.src_end])
        parts.append(piece if step.tag == "equal" else Markup("<mark>{}</mark>").format(piece) if piece else Markup())
    return Markup("").join(parts)


def other_findings(desk: Desk, finding: Row, rows: Sequence[Row]) -> list[list[str]]:
    """What else is found of the same subject, or rests on the same payments and lines."""
    numbers = set(desk.cases_on([row["paid_key"] for row in rows if row.get("paid_key")]))
    own = {f["case_no"]: f for f in desk.findings_on(finding["subject"])}
    for number in sorted(numbers - own.keys())[:SHOWN_LINES]:
        own[number] = desk.finding(number)
    own.pop(finding["case_no"], None)
    titles = desk.county.catalogue.checks
    return [
        [f["case_no"], f["severity"], titles[f["check"]].title, "" if f["amount"] is None else yuan(f["amount"]), f["state"]]
        for f in own.values()
    ]


def history(desk: Desk, case_no: str) -> list[dict[str, Any]]:
    """What was done about the case, the oldest first; none where the register does not know it."""
    from fundaudit.register.casework import shown
    from fundaudit.register.opening import read_register
    from fundaudit.register.schema import RegisterError

    try:
        engine = read_register(desk.outputs)
    except RegisterError:
        return []  # the desk has said so
    if engine is None:
        return []
    try:
        return [dict(event) for event in shown(engine, case_no)["history"]]
    except RegisterError:
        return []
    finally:
        engine.dispose()
