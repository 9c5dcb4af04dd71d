"""Cases as a workbook that somebody fills in outside, and the decisions that come back in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from fundaudit.dates import Unreadable, read_date
from fundaudit.register.casework import Decision
from fundaudit.register.schema import RegisterError
from fundaudit.register.states import NEXT

FILLED = {"to_state": "改为", "reason": "理由", "deadline": "期限（填写）", "recovered": "追回金额（元）", "receiver": "接收部门"}
WIDTHS = {"疑点": 28, "名称": 18, "责任单位": 22, "理由": 36, "改为": 12, "疑点编号": 24}


def write_to_fill(path: Path, cases: Iterable[Mapping[str, Any]], headers: Mapping[str, str]) -> None:
    """The cases with empty columns for what is decided, the states as a list to choose from. The file is its owner's alone."""
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "疑点"
    sheet.append([*headers.values(), *FILLED.values()])
    for case in cases:
        sheet.append([*(_cell(name, case.get(name)) for name in headers), *(None for _ in FILLED)])
    for place, header in enumerate((*headers.values(), *FILLED.values()), 1):
        cell = sheet.cell(1, place)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        if place > len(headers):
            cell.fill = PatternFill("solid", fgColor="FFF2CC")
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(header, 14)
    states = DataValidation(type="list", formula1=f'"{",".join(NEXT)}"', allow_blank=True)
    sheet.add_data_validation(states)
    column = get_column_letter(len(headers) + 1)
    states.add(f"{column}2:{column}{max(2, sheet.max_row)}")
    sheet.freeze_panes = "B2"
    path.touch(mode=0o600)
    book.save(path)


def _cell(name: str, value: Any) -> Any:
    if value is None or name == "amount":
        return value
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def read_filled(path: Path, author: str) -> list[Decision]:
    """The rows of which somebody filled in what they become. RegisterError names file, row and column of what cannot be read."""
    import openpyxl

    try:
        sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    except Exception as error:
        raise RegisterError(f"{path}：不能打开（{type(error).__name__}），应为 cases export 写出的 xlsx") from None
    rows = sheet.iter_rows(values_only=True)
    headers = [str(text or "") for text in next(rows, ())]
    if missing := [h for h in ("疑点编号", "状态", *FILLED.values()) if h not in headers]:
        raise RegisterError(f"{path}：第 1 行缺少 {'、'.join(missing)}；请用 cases export 写出的表填写")
    found, problems = [], []
    for number, row in enumerate(rows, 2):
        own = dict(zip(headers, row, strict=False))
        if not str(own[FILLED["to_state"]] or "").strip():
            continue
        try:
            found.append(_decision(own, author))
        except ValueError as error:
            problems.append(f"{path}：第 {number} 行 {error}")
    if problems:
        raise RegisterError("\n".join(problems))
    if not found:
        raise RegisterError(f"{path}：没有一行填写了“{FILLED['to_state']}”")
    return found


def _decision(own: Mapping[str, Any], author: str) -> Decision:
    return Decision(
        case_no=str(own["疑点编号"] or "").strip(),
        to_state=str(own[FILLED["to_state"]]).strip(),
        author=author,
        reason=str(own[FILLED["reason"]] or "").strip(),
        deadline=_day(own[FILLED["deadline"]]),
        recovered=_money(own[FILLED["recovered"]]),
        receiver=str(own[FILLED["receiver"]] or "").strip(),
        seen=str(own["状态"] or "").strip(),
    )


def _day(value: Any) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    try:
        return read_date(str(value))
    except Unreadable as error:
        raise ValueError(f"{FILLED['deadline']}：{error}") from None


def _money(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        return Decimal(str(value).replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError(f"{FILLED['recovered']}：{value} 不是金额") from None
