"""`fundaudit cases`: list, look at, decide, hand out and take back the cases of the register."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from fundaudit.dates import Unreadable, now, read_date
from fundaudit.exact_yaml import shown
from fundaudit.masking import mask_name, mask_text
from fundaudit.parameters import find_folder

app = typer.Typer(no_args_is_help=True, add_completion=False, context_settings={"help_option_names": ["-h", "--help"]})
console = Console(markup=False, highlight=False, emoji=False)
errors = Console(stderr=True, markup=False, highlight=False, emoji=False)

HEADERS = {
    "case_no": "疑点编号", "title": "疑点", "severity": "程度", "subject": "对象", "name": "名称", "township": "乡镇", "unit": "责任单位",
    "amount": "金额（元）", "occurred_on": "日期", "state": "状态", "deadline": "期限", "last_seen": "最近检查日",
}  # fmt: skip
LISTED = ("case_no", "title", "severity", "name", "unit", "amount", "state", "deadline")  # what a table has room for
OutputsDir = Annotated[
    Path | None, typer.Option("--outputs", metavar="文件夹", help="结果文件夹；不写则为参数文件夹旁的 outputs")
]
Counties = Annotated[list[str] | None, typer.Argument(metavar="[县代码]...", help="六位行政区划代码；不写则为全部县")]


class As(StrEnum):
    """How cases are printed."""

    table = "table"
    csv = "csv"
    json = "json"


def _place(outputs: Path | None) -> Path:
    return outputs or find_folder(None).resolve().parent / "outputs"


@contextmanager
def _register(outputs: Path | None) -> Iterator[Any]:
    from fundaudit.register.opening import REGISTER, elsewhere, open_register
    from fundaudit.register.schema import RegisterError

    place = _place(outputs)
    try:
        if not elsewhere() and not (place / REGISTER).exists():
            raise RegisterError(f"{place / REGISTER} 还没有登记库，请先运行 fundaudit run，或用 --outputs 指明结果文件夹")
        engine = open_register(place)
        try:
            yield engine
        finally:
            engine.dispose()
    except RegisterError as error:
        raise _refused(str(error)) from None


def _refused(text: str) -> typer.Exit:
    for line in text.splitlines():
        errors.print(f"错误：{shown(line, 2000)}", style="red", soft_wrap=True)
    return typer.Exit(2)


def _day(name: str, text: str | None) -> date | None:
    try:
        return read_date(text) if text else None
    except Unreadable as error:
        raise _refused(f"{name} 的值 {shown(text)} 不能用：{error}") from None


def _money(name: str, text: str | None) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "")) if text else None
    except InvalidOperation:
        raise _refused(f"{name} 的值 {shown(text)} 不是金额，应写成 1234.50（元）") from None


def _filter(
    counties: list[str] | None, check: str, state: str, township: str, unit: str, least: str | None, overdue: bool
) -> Any:
    from fundaudit.register.casework import Filter
    from fundaudit.register.states import NEXT

    if state and state not in NEXT:
        raise _refused(f"没有“{shown(state)}”这种状态；有：{'、'.join(NEXT)}")
    late = now().date() if overdue else None
    return Filter(counties or (), check.upper(), state, township, unit, _money("--least", least), late)


Check = Annotated[str, typer.Option("--check", metavar="代码", help="只列这项检查，如 HP01")]
State = Annotated[str, typer.Option("--state", metavar="状态", help="只列这种状态，如 核实中")]
Township = Annotated[str, typer.Option("--township", metavar="乡镇", help="只列这个乡镇")]
Unit = Annotated[str, typer.Option("--unit", metavar="单位", help="只列这个责任单位")]
Least = Annotated[str | None, typer.Option("--least", metavar="金额", help="金额不少于该数（元）")]
Overdue = Annotated[bool, typer.Option("--overdue", help="只列已过期限、还没有办结的")]


@app.command("list")
def list_cases(
    counties: Counties = None, check: Check = "", state: State = "", township: Township = "", unit: Unit = "",
    least: Least = None, overdue: Overdue = False, outputs: OutputsDir = None,
    form: Annotated[As, typer.Option("--format", help="table 表格，csv，json；后两种有全部列")] = As.table,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="姓名和证件号码不遮盖，只限有权查看的人")] = False,
) -> None:  # fmt: skip
    """列出疑点，逾期的在前。"""
    from fundaudit.register.casework import listed

    with _register(outputs) as engine:
        found = [
            _told(case, unmasked) for case in listed(engine, _filter(counties, check, state, township, unit, least, overdue))
        ]
    if form is As.json:
        typer.echo(json.dumps([{HEADERS[n]: case[n] for n in HEADERS} for case in found], ensure_ascii=False, indent=1))
    elif form is As.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(HEADERS.values())
        writer.writerows([_no_formula(case[name]) for name in HEADERS] for case in found)
    else:
        console.print(_table(found))
        known = [Decimal(case["amount"].replace(",", "")) for case in found if case["amount"]]
        console.print(f"共 {len(found):,} 个疑点，金额合计 {sum(known, Decimal(0)):,.2f} 元（同一笔资金在几个疑点里的重复计算）")


def _no_formula(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _table(found: list[dict[str, str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in LISTED:
        whole = name in ("case_no", "amount", "state", "deadline")
        table.add_column(HEADERS[name], justify="right" if name == "amount" else "left", overflow="fold", no_wrap=whole)
    for case in found:
        table.add_row(*(shown(case[name], 60) for name in LISTED))
    return table


def _told(case: Mapping[str, Any], unmasked: bool) -> dict[str, str]:
    """A case for people: amounts with their thousands, personal data masked."""
    told = {name: "" if case.get(name) is None else str(case[name]) for name in HEADERS}
    told["amount"] = "" if case["amount"] is None else f"{case['amount']:,.2f}"
    if not unmasked:
        from fundaudit.report.pieces import mask_subject, mask_subject_name

        kind = case["subject_kind"] or "id_number"  # of an older register: as if it were a person
        told["subject"] = mask_subject(kind, told["subject"])
        told["name"] = mask_subject_name(kind, told["name"], str(case["subject"]))
        if str(case["subject"]).startswith("line:"):
            told["name"] = mask_name(told["name"])
    return told


@app.command()
def show(
    case_no: Annotated[str, typer.Argument(metavar="疑点编号", help="如 653129-HP01-000001")],
    outputs: OutputsDir = None,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="姓名和证件号码不遮盖，只限有权查看的人")] = False,
) -> None:
    """一个疑点的情况、在哪些检查日列出过、办理经过，和可以改成的状态。"""
    from fundaudit.register.casework import shown as look

    with _register(outputs) as engine:
        case = look(engine, case_no)
    told = _told(case, unmasked)
    console.print(f"{told['case_no']}　{told['title']}　{told['state']}", style="bold")
    for name in ("severity", "subject", "name", "township", "unit", "amount", "occurred_on", "deadline"):
        if told[name]:
            console.print(f"{HEADERS[name]}：{told[name]}", soft_wrap=True)
    detail = str(case["detail"] or "") if unmasked else "可能含个人信息，用 --unmasked 查看；遮盖的在报告里"
    console.print(f"情况：{detail}", soft_wrap=True)
    console.print(
        "列出："
        + ("；".join(f"{a}" if a == b else f"{a} 至 {b}" for a, b in case["times"]) or "同一检查日重新运行后没有再列出")
        + f"，依据 {case['rows']} 行"
    )
    for event in case["history"]:
        line = _history_line(event)
        console.print(line if unmasked else mask_text(line), soft_wrap=True)
    console.print(f"可以改为：{'、'.join(case['next'])}")


def _history_line(event: Mapping[str, Any]) -> str:
    more = [
        f"期限 {event['deadline']}" if event["deadline"] else "",
        f"追回 {Decimal(event['recovered']):,.2f} 元" if event["recovered"] else "",
        f"接收部门 {event['receiver']}" if event["receiver"] else "",
        f"附件 {event['attachment']}" if event["attachment"] else "",
    ]
    tail = "；".join(filter(None, more))
    return f"{event['at'][:16]}　{event['author']}　{event['from_state']} → {event['to_state']}　{event['reason']}{f'（{tail}）' if tail else ''}"


@app.command()
def decide(
    case_nos: Annotated[list[str] | None, typer.Argument(metavar="[疑点编号]...", help="一个或几个编号")] = None,
    to: Annotated[str, typer.Option("--to", metavar="状态", help="改成的状态，如 核实中、认定属实、销号")] = "",
    author: Annotated[str, typer.Option("--author", metavar="姓名", help="经办人，必须写明")] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么这样认定，必须写明")] = "",
    deadline: Annotated[str | None, typer.Option("--deadline", metavar="日期", help="核实、整改的期限；认定正常的有效期")] = None,
    recovered: Annotated[str | None, typer.Option("--recovered", metavar="金额", help="追回的金额（元）")] = None,
    receiver: Annotated[str, typer.Option("--receiver", metavar="部门", help="移送的接收部门")] = "",
    attachment: Annotated[Path | None, typer.Option("--file", metavar="文件", help="佐证材料，登记其名称和哈希值")] = None,
    filled: Annotated[Path | None, typer.Option("--from", metavar="文件", help="export 写出、填好的 xlsx，一次办理多个")] = None,
    outputs: OutputsDir = None,
) -> None:
    """改变疑点的状态：写明经办人和理由；不合规定的次序不予登记，并说明可以改成什么。"""
    from fundaudit.register import casework
    from fundaudit.register.workbook import read_filled

    if bool(case_nos) == bool(filled):
        raise _refused("请写一个或几个疑点编号，或用 --from 指明填好的表（只能用一种）")
    if filled and not author.strip():
        raise _refused("请用 --author 写明经办人")
    day, money = _day("--deadline", deadline), _money("--recovered", recovered)
    with _register(outputs) as engine:
        if filled:
            decisions = read_filled(filled, author)
        else:
            decisions = [
                casework.Decision(no, to, author, reason, day, money, receiver, attachment)
                for no in dict.fromkeys(case_nos or ())
            ]
        done = casework.decide(engine, decisions, now().isoformat(timespec="seconds"))
    console.print(f"已登记 {done} 项。")


@app.command()
def export(
    path: Annotated[Path | None, typer.Argument(metavar="[文件]", help="写到这个 xlsx")] = None,
    documents: Annotated[bool, typer.Option("--documents", help="不写表，写各县的全套文书：底稿、确认单、整改通知、移送、台账、案例")] = False,
    counties: Annotated[list[str] | None, typer.Option("--county", metavar="县代码", help="只要这些县，可写几次")] = None,
    check: Check = "", state: State = "", township: Township = "", unit: Unit = "", least: Least = None,
    overdue: Overdue = False, outputs: OutputsDir = None,
) -> None:  # fmt: skip
    """写出疑点的表，有空栏供填写，填好后用 decide --from 登记；或用 --documents 写出文书。其中有未遮盖的个人信息，只供内部使用。"""
    from fundaudit.register.casework import listed
    from fundaudit.register.workbook import write_to_fill

    if (path is None) != documents:
        raise _refused("请写明 xlsx 文件，或用 --documents 写出文书（只能用一种）")
    if path is None:
        _export_documents(counties or (), outputs)
        return
    if path.exists():
        raise _refused(f"{path} 已经存在，没有覆盖；请换一个名称")
    with _register(outputs) as engine:
        found = listed(engine, _filter(counties, check, state, township, unit, least, overdue))
    write_to_fill(path, found, HEADERS)
    console.print(f"已写出 {path}，{len(found):,} 个疑点；文件含个人信息，仅本人可读，请妥善保管。")


def _export_documents(counties: Sequence[str], outputs: Path | None) -> None:
    """The papers of each county as the register stands now, beside its newest run."""
    from fundaudit.documents.written import write_documents
    from fundaudit.run.between import export_documents

    for engine, county, registered in _newest_runs(counties, outputs):
        today = now()
        write = partial(write_documents, county=county, registered=registered, today=today.date(), in_run=False)
        target, written = export_documents(engine, _place(outputs), county, today, write)
        console.print(f"{county.name}：{written} 个文件写到 {target}；其中 restricted 含个人信息，仅本人可读。", soft_wrap=True)


def _newest_runs(counties: Sequence[str], outputs: Path | None) -> Iterator[tuple[Any, Any, dict[str, dict[str, Any]]]]:
    """The register, each county's newest run, and its cases."""
    from fundaudit.county import open_county
    from fundaudit.region.two_counties import REGION
    from fundaudit.register.casework import known_runs, whole_cases

    with _register(outputs) as engine:
        known = sorted({run["county"] for run in known_runs(engine, counties)} - {REGION})
        if missing := sorted(set(counties) - set(known)):
            raise _refused(f"登记库中没有县 {'、'.join(missing)} 的运行，请先运行 fundaudit run")
        for code in known:
            try:
                county = open_county(code, _place(outputs))
            except FileNotFoundError as error:
                raise _refused(str(error)) from None
            yield engine, county, whole_cases(engine, code)


class Way(StrEnum):
    """How subjects are drawn for a visit."""

    random = "random"
    money = "money"
    risk = "risk"


@app.command()
def visit(
    counties: Counties = None,
    projects: Annotated[int, typer.Option("--projects", min=0, metavar="数目", help="每县抽几个项目")] = 5,
    households: Annotated[int, typer.Option("--households", min=0, metavar="数目", help="每县抽几户")] = 10,
    by: Annotated[Way, typer.Option("--by", help="random 等概率，money 按金额，risk 按疑点轻重")] = Way.risk,
    seed: Annotated[int | None, typer.Option("--seed", metavar="整数", help="随机种子；不写则用今天的日期，如 20221231")] = None,
    outputs: OutputsDir = None,
) -> None:
    """抽取实地抽查的项目和家庭，按乡镇分层，写出带空栏的名单；结果用 decide --from 登记。"""
    from fundaudit.documents.papers import write_papers
    from fundaudit.documents.visits import visits
    from fundaudit.run.between import export_documents

    if not projects and not households:
        raise _refused("--projects 和 --households 都是 0，没有要抽的")
    for engine, county, registered in _newest_runs(counties or (), outputs):
        today = now()
        drawn_by = seed if seed is not None else int(f"{today:%Y%m%d}")
        papers = visits(county, registered, projects, households, by.value, drawn_by)
        write = partial(write_papers, county=county, papers=papers)
        target, _ = export_documents(
            engine, _place(outputs), county, today, write, f"-抽查-{by.value}-{projects}-{households}-{drawn_by}"
        )
        console.print(
            f"{county.name}：抽查名单写到 {target / 'restricted'}，种子 {drawn_by}；含个人信息，仅本人可读。", soft_wrap=True
        )


@app.command()
def remind(
    counties: Counties = None,
    days: Annotated[int, typer.Option("--days", min=0, metavar="天", help="今后几天以内到期的")] = 7,
    outputs: OutputsDir = None,
) -> None:
    """按责任单位列出已逾期和即将到期的疑点。"""
    from fundaudit.register.casework import due

    today = now().date()
    with _register(outputs) as engine:
        units = due(engine, today, days, counties or ())
    for unit, cases in units.items():
        console.print(f"{unit}：{len(cases)} 个", style="bold")
        for case in cases:
            late = (today - date.fromisoformat(case["deadline"])).days
            when = f"已逾期 {late} 天" if late > 0 else "今天到期" if late == 0 else f"还有 {-late} 天"
            console.print(
                f"　{case['case_no']}　{case['title']}　{case['state']}　期限 {case['deadline']}，{when}", soft_wrap=True
            )
    if not units:
        console.print(f"今后 {days} 天以内没有到期的疑点。")


@app.command()
def rates(outputs: OutputsDir = None) -> None:
    """各项检查的历史查实率：已有结论的疑点中查实几个、认定正常几个，追回多少。"""
    from fundaudit.catalogue import load_catalogue
    from fundaudit.register.rates import rates_of

    with _register(outputs) as engine, engine.connect() as connection:
        found = rates_of(connection)
    if not found:
        console.print("还没有一个疑点有结论（认定属实或认定正常）。")
        return
    titles = {check.code: check.title for check in load_catalogue()}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in ("检查", "有结论", "查实", "认定正常", "追回（元）", "说明"):
        table.add_column(header, justify="left" if header in ("检查", "说明") else "right")
    for code, rate in found.items():
        counts = (str(n) for n in (rate.decided, rate.held, rate.not_held))
        few = "数量少，只供参考" if rate.few else ""
        table.add_row(f"{code} {titles.get(code, '')}", *counts, f"{rate.recovered:,.2f}", few)
    console.print(table)


@app.command("runs")
def list_runs(counties: Counties = None, outputs: OutputsDir = None) -> None:
    """各县的历次运行：疑点和金额，哪些已被同一检查日的新运行取代，哪些“与上次相比”已过时（更早的检查日后来又运行过，可重新运行）。"""
    from fundaudit.register.casework import known_runs

    with _register(outputs) as engine:
        found = known_runs(engine, counties or ())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for header in ("县", "检查日", "疑点", "涉及（元）", "运行时间", "说明"):
        table.add_column(header, justify="right" if header in ("疑点", "涉及（元）") else "left", no_wrap=True)
    for row in found:
        said = "已取代" if row["superseded"] else "比较已过时" if row["stale"] else ""
        money = "" if row["at_issue"] is None else f"{row['at_issue']:,.2f}"
        number = "" if row["findings"] is None else f"{row['findings']:,}"
        table.add_row(row["county"], str(row["as_of"]), number, money, row["created_at"][:16].replace("T", " "), said)
    console.print(table)


@app.command("viewings")
def list_viewings(counties: Counties = None, outputs: OutputsDir = None) -> None:
    """在工作台里谁、何时、为什么查看过完整的姓名和号码，新的在前。"""
    from fundaudit.register.viewings import recorded_viewings

    with _register(outputs) as engine:
        found = recorded_viewings(engine, counties or ())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in ("县", "检查日", "时间", "查看人", "理由"):
        table.add_column(header, no_wrap=header != "理由", overflow="fold")
    for row in found:
        at = row["at"][:16].replace("T", " ")
        table.add_row(row["county"], str(row["as_of"]), at, shown(row["author"], 30), shown(row["reason"], 200))
    console.print(table if found else "没有查看过完整的姓名和号码的记录。")


@app.command("verify")
def verify_history(outputs: OutputsDir = None) -> None:
    """核对办理记录有没有被改动、删去；登记库在别的数据库里的也能核对。"""
    from fundaudit.register.history import problems

    with _register(outputs) as engine, engine.connect() as connection:
        found = problems(connection)
    for problem in found:
        errors.print(f"不符：{shown(problem, 500)}", style="red", soft_wrap=True)
    if found:
        raise typer.Exit(1)
    console.print("办理记录完整，与登记时一致。")
