"""What must hold for any input: exact amounts and days in every form, and nothing lost whatever the bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundaudit.contract import TABLES, Column
from fundaudit.dates import Unreadable
from fundaudit.intake import Intake, IntakeError, read_county, values
from fundaudit.intake.columns import ColumnOf, read_column
from fundaudit.intake.identity import normalise_id, normalise_identity
from fundaudit.intake.readers import Sheet, text
from fundaudit.intake.readers.sheet import Cells, by_column
from fundaudit.parameters import Parameters, Settings

FULL = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")
SHEET = Sheet("x.csv", "", [], lambda first, width: by_column([], [], 0))


def column(name: str) -> Column:
    table, own = name.split(".")
    return TABLES[table].column(own)


def read(own: Column, texts: list[str], unit: str = "元", sheet: Sheet = SHEET, held: list[bool] | None = None):
    numbers = np.arange(1, len(texts) + 1)
    flags = None if held is None else np.array(held)
    return read_column(ColumnOf(own, pa.array(texts, pa.string()), numbers, flags, unit, sheet.date1904), Settings())


def spaced(number: str) -> str:
    return f"{Decimal(number):,f}".replace(",", " ")


FORMS = {
    "plain": lambda t: t,
    "commas": lambda t: f"{Decimal(t):,f}",
    "spaces": spaced,
    "no-break spaces": lambda t: spaced(t).replace(" ", "\u00a0"),
    "full width": lambda t: t.translate(FULL),
    "full-width commas": lambda t: f"{Decimal(t):,f}".translate(FULL),
    "padded": lambda t: f"\u3000{t} ",
    "currency sign": lambda t: f"¥{t}",
    "brackets": lambda t: f"({t[1:]})" if t.startswith("-") else t,
    "plus": lambda t: t if t.startswith("-") else f"+{t}",
}
UNITS = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8}


@given(
    st.decimals(min_value=-(10**11), max_value=10**11, places=2),
    st.sampled_from(sorted(FORMS)),
    st.sampled_from(sorted(UNITS)),
    st.booleans(),
)
def test_any_amount_in_any_form_reads_back_exactly(amount: Decimal, form: str, unit: str, in_cell: bool) -> None:
    written = FORMS[form](f"{amount / values.UNITS[unit]:f}")
    cells = [written + unit if in_cell else written] * 2
    for name in ("payments.amount", "balances.balance", "projects.planned_amount"):
        result = read(column(name), cells, "元" if in_cell else unit)
        assert result.values.to_pylist() == [amount, amount], (written, unit)


@given(st.lists(st.decimals(min_value=-(10**8), max_value=10**8, places=6), min_size=1, max_size=40))
def test_six_decimals_of_ten_thousand_yuan(amounts: list[Decimal]) -> None:
    result = read(column("payments.amount"), [f"{a:f}" for a in amounts], "万元")
    assert result.values.to_pylist() == [a * 10_000 for a in amounts]


DAYS = st.dates(min_value=dt.date(1980, 1, 1), max_value=dt.date(2100, 12, 31))
DATE_FORMS = (
    "{0.year}-{0.month:02}-{0.day:02}", "{0.year}.{0.month}.{0.day}", "{0.year}/{0.month}/{0.day}", "{0.year}年{0.month}月{0.day}日",
    "{0.year}年{0.month:02}月{0.day:02}号", "{0.year}{0.month:02}{0.day:02}", "{0.year}-{0.month}-{0.day} 00:00:00", "　{0.year} . {0.month} . {0.day}",
)  # fmt: skip


@given(DAYS, st.sampled_from(DATE_FORMS), st.booleans())
def test_any_day_in_any_unambiguous_form_reads_back(day: dt.date, form: str, wide: bool) -> None:
    written = form.format(day)
    assert read(column("payments.paid_on"), [written.translate(FULL) if wide else written]).values.to_pylist() == [day]


@given(DAYS, st.booleans())
def test_any_serial_of_a_spreadsheet_is_its_day(day: dt.date, mac: bool) -> None:
    sheet = Sheet("x.xlsx", "", [], SHEET.below, date1904=mac)
    serial = (day - (dt.date(1904, 1, 1) if mac else dt.date(1899, 12, 30))).days
    if not 10_000 <= serial <= 99_999:
        return
    result = read(column("payments.paid_on"), [str(serial), str(serial)], sheet=sheet, held=[True, False])
    assert result.values.to_pylist() == [day, None]
    assert [(k, t) for k, t, _ in result.unread] == [(1, str(serial))], "as text it has no date system"


@given(st.dates(min_value=dt.date(1980, 1, 1), max_value=dt.date(2100, 12, 31)))
def test_any_month_in_any_unambiguous_form_reads_back(day: dt.date) -> None:
    y, m = day.year, day.month
    cells = [f"{y}-{m:02}", f"{y}/{m}", f"{y}年{m}月", f"{y}年{m}月份", f"{y}{m:02}", f"{y}.{m:02}", f"{y}-{m:02}-15"]
    assert read(column("month_plans.month"), cells).values.to_pylist() == [f"{y}-{m:02}"] * len(cells)


ODD = st.text(
    alphabet="0123456789.,-% 　\u00a0\n\t'’Xx万元亿年月日无—/NULLnaeE+（）()其中是否张\U00030edd\ue863\u200b", max_size=14
)


def slowly(own: Column, cell: str, unit: str):
    """What `values` alone makes of a cell."""
    if values.is_empty(cell, own.kind == "text"):
        return None
    try:
        if own.kind == "money":
            return values.to_cents(values.read_money(cell, unit))
        if own.kind == "id":
            return (normalise_identity if own.personal == "id_number" else normalise_id)(cell) or None
        return values.clean_text(cell) or None
    except Unreadable:
        return "unread"


@given(
    st.sampled_from(["payments.amount", "payments.payment_id", "payments.purpose", "beneficiaries.id_number"]),
    st.lists(ODD, min_size=1, max_size=30),
    st.sampled_from(["元", "万元"]),
)
def test_cells_read_at_once_are_read_as_one_by_one(name: str, cells: list[str], unit: str) -> None:
    own = column(name)
    result = read(own, cells, unit)
    unread = {k for k, _, _ in result.unread}
    shown = ["unread" if k in unread else v for k, v in enumerate(result.values.to_pylist())]
    assert shown == [slowly(own, cell, unit) for cell in cells]


def accounted(intake: Intake) -> None:
    for file in intake.files:
        assert file.read == file.accepted + file.rejected + file.totals
    for money in intake.money:
        assert money.read == money.accepted + money.rejected + money.totals
    assert intake.rejects.num_rows == sum(f.rejected for f in intake.files)
    assert sum(t.num_rows for t in intake.tables.values()) == sum(f.accepted for f in intake.files)


def survives(name: str, content: bytes) -> Intake | None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        try:
            intake = read_county(Parameters(county="110101", name="测试县", data=Path(folder)))
        except IntakeError as error:
            assert name in str(error)
            return None
        accounted(intake)
        return intake


HEADER = "支付凭证号,支付日期,支付金额\n".encode()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_arbitrary_bytes_as_a_csv(content: bytes, headed: bool) -> None:
    survives("支付明细.csv", HEADER + content if headed else content)


CELL = st.one_of(ODD, st.sampled_from(["合计", "小 计", "P1", "2022-03-05", "1", "", "—", '"', '""', "注：甲", "3,5"]))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(CELL, max_size=5), max_size=12),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_cells_under_a_header(rows: list[list[str]], encoding: str, end: str) -> None:
    stream = io.StringIO()
    csv.writer(stream, lineterminator=end).writerows([["支付凭证号", "支付日期", "支付金额"], *rows])
    survives("支付明细.csv", stream.getvalue().encode(encoding))


PIECE = st.text(alphabet="ab张 \t.1'", max_size=4)
FIELD = st.one_of(PIECE, PIECE.map(lambda t: f'"{t}"'), PIECE.map(lambda t: f'"{t},""{t}"'), st.text(alphabet='a",', max_size=3))
LINE = st.lists(FIELD, min_size=3, max_size=3)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(LINE, st.lists(FIELD, max_size=5)), max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.integers(0, 3),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_a_text_read_at_once_is_read_as_record_by_record(rows: list[list[str]], end: str, blank: int, encoding: str) -> None:
    content = end.join(["张,i,j", *(",".join(row) for row in rows)]) + end * blank
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(content.encode(encoding))
        cells = []
        for read in (lambda: text.read_text(path), lambda: text._sheet(path, text._records(path, content))):
            try:
                sheet = read()
                cells.append((sheet.top[0], sheet.below(1, 3)))
            except IntakeError as error:
                cells.append((str(error), by_column([], [], 3)))
    (one, fast), (other, slow) = cells
    assert one == other
    assert same(fast, slow)


def same(one: Cells, other: Cells) -> bool:
    texts = ([t.to_pylist() for t in cells.texts] for cells in (one, other))
    return (
        one.numbers.tolist() == other.numbers.tolist()
        and len({str(t) for t in texts}) == 1
        and (one.beyond, one.short) == (other.beyond, other.short)
    )


@pytest.fixture(scope="module")
def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "支付明细"
    for row in (
        ["支付凭证号", "支付日期", "支付金额"],
        ["P1", dt.date(2022, 3, 5), 1.5],
        [12345, 44625, "3万"],
        ["合计", None, 2],
    ):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_broken_workbooks(workbook: bytes, data: st.DataObject) -> None:
    """Cut off, bytes changed in the archive, or bytes changed inside its parts."""
    how = data.draw(st.sampled_from(["cut", "bytes", "parts"]))
    if how == "cut":
        content = workbook[: data.draw(st.integers(0, len(workbook)))]
    elif how == "bytes":
        content = spoiled(workbook, data)
    else:
        content = with_spoiled_part(workbook, data)
    survives("支付明细.xlsx", content)


def spoiled(content: bytes, data: st.DataObject) -> bytes:
    own = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        own[data.draw(st.integers(0, len(own) - 1))] = data.draw(st.integers(0, 255))
    return bytes(own)


def with_spoiled_part(content: bytes, data: st.DataObject) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        chosen = data.draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            new.writestr(name, spoiled(old.read(name), data) if name == chosen else old.read(name))
    return stream.getvalue()


def test_broken_old_workbooks() -> None:
    """Every cut of an xls, and a page of it overwritten."""
    whole = next(Path(__file__).parent.parent.glob("dirt/m04*/*.xls")).read_bytes()
    for place in range(0, len(whole), 257):
        survives("合同台账.xls", whole[:place])
        survives("合同台账.xls", whole[:place] + b"\xff" * 64 + whole[place + 64 :])


def test_a_whole_workbook_is_read(workbook: bytes) -> None:
    intake = survives("支付明细.xlsx", workbook)
    assert intake is not None and intake.tables["payments"].num_rows == 2
