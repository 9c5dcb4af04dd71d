"""The commands (Typer). User-facing text is Chinese; exit codes: 0 completed, 1 a county failed, 2 wrong call."""

from __future__ import annotations

import logging
import os
import re
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from fundaudit import __version__, cases_cli, checks_cli
from fundaudit.dates import Unreadable, now, read_date
from fundaudit.exact_yaml import ParameterError, nearest, shown
from fundaudit.parameters import Parameters, find_folder, read_parameters, with_changes

app = typer.Typer(
    name="fundaudit",
    help="财政专项资金监督检查工具：读取各县台账，逐项比对，生成疑点报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("checks")(checks_cli.checks)
app.add_typer(cases_cli.app, name="cases", help="疑点登记：列出、查看、认定、导出、提醒。")
console = Console(markup=False, highlight=False, emoji=False)
errors = Console(stderr=True, markup=False, highlight=False, emoji=False)


class Periodic(StrEnum):
    """Reports that a run makes besides, by how often; a special one stands in the parameters, with its families."""

    daily = "daily"
    weekly = "weekly"
    monthly = "monthly"
    quarterly = "quarterly"
    annual = "annual"


Counties = Annotated[list[str] | None, typer.Argument(metavar="[县代码]...", help="六位行政区划代码；不写则为全部县")]
ParametersDir = Annotated[
    Path | None, typer.Option("--parameters", metavar="文件夹", help="参数文件夹；不写则从当前文件夹向上找 parameters")
]


def _refuse(message: str) -> typer.Exit:
    for line in message.splitlines():
        errors.print(f"错误：{shown(line, 2000)}", style="red", soft_wrap=True)
    return typer.Exit(2)


def _day(text: str | None) -> date | None:
    try:
        return read_date(text) if text else None
    except Unreadable as error:
        raise _refuse(f"--as-of 的值 {shown(text)} 不能用：{error}") from None


def _read(folder: Path, counties: list[str] | None, as_of: str | None = None) -> list[Parameters]:
    day = _day(as_of)
    try:
        read = read_parameters(folder, counties or ())
    except ParameterError as error:
        raise _refuse(str(error)) from None
    return [with_changes(p, day, {}) for p in read]


def _outputs(parameters: Path, outputs: Path, counties: list[Parameters]) -> Path:
    """Where results go. Refused where nothing can be written there, or where it would be read as a county's files."""
    base = parameters.resolve().parent
    wanted = base / outputs
    place = outputs if wanted.resolve() == (Path.cwd() / outputs).resolve() else wanted
    for path in (wanted, *wanted.parents):
        if path.exists():
            if not path.is_dir():
                raise _refuse(f"结果文件夹 {place} 不能用：{path} 是文件，不是文件夹")
            if not os.access(path, os.W_OK | os.X_OK):
                raise _refuse(f"结果文件夹 {place} 不能用：{path} 不可写，请换一个位置或修改权限")
            break
    for county in counties:
        data = county.data.resolve()
        if wanted.resolve() == data or data in wanted.resolve().parents:
            raise _refuse(
                f"结果文件夹 {place} 在{county.name}的数据文件夹 {county.data} 里，结果会被当成报送的文件，请换一个位置"
            )
        if wanted.resolve() in data.parents:
            raise _refuse(f"{county.name}的数据文件夹 {county.data} 在结果文件夹 {place} 里，请把数据放到别处")
    return place


def _later(what: str) -> None:
    errors.print(f"{what}将随后续版本提供，本版本尚不可用。", markup=False)
    raise typer.Exit(2)


@app.command()
def run(
    counties: Counties = None,
    parameters: ParametersDir = None,
    outputs: Annotated[Path, typer.Option(metavar="文件夹", help="结果文件夹；相对路径从参数文件夹所在的文件夹算起")] = Path(
        "outputs"
    ),
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="日期", help="检查截止日，如 2022-12-31；覆盖参数中的日期")
    ] = None,
    report: Annotated[
        Periodic | None, typer.Option("--report", help="另出一种定期报告（日、周、月、季、年）；覆盖参数中的 report")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="数目", help="并行的县数；默认为处理器核数")] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="地址", help="在 Dask 集群上运行各县，如 tcp://主机:8786；各节点须能读写同一文件夹")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="重新读取全部文件，没有改动的也读")] = False,
    threads: Annotated[
        int | None, typer.Option(min=1, metavar="数目", help="每县查询使用的线程数；默认按核数与并行县数分配")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="显示运行细节")] = False,
) -> None:
    """运行检查并生成报告；一个县失败不影响其他县。"""
    from fundaudit.register.schema import RegisterError
    from fundaudit.run.counties import run_counties

    if verbose:
        logging.basicConfig(level=logging.DEBUG if verbose else logging.WARNING)
    folder = find_folder(parameters)
    chosen = [with_changes(own, None, {}, report or "") for own in _read(folder, counties, as_of)]
    outputs = _outputs(folder, outputs, chosen)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        steps = {"读取和检查": 0, "生成报告": 1, "封存": 2}
        tasks = {p.county: bar.add_task(f"{p.name}　等待", total=3) for p in chosen}

        def progress(county: Parameters, step: str) -> None:
            bar.update(tasks[county.county], description=f"{county.name}　{step}", completed=steps[step])

        try:
            results = run_counties(chosen, outputs, now().date(), now, progress, jobs, threads, force, _say_waiting, cluster)
        except (ParameterError, RegisterError) as error:
            bar.stop()
            raise _refuse(str(error)) from None
    _print_results(results, outputs)
    failed = [r for r in results if r.reason]
    for result in failed:
        errors.print(
            f"{result.name}（{result.county}）未完成：{result.reason}。该县以前的结果没有改动",
            style="red",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    raise typer.Exit(1 if failed else 0)


def _say_waiting() -> None:
    errors.print("另一次运行正在使用登记库，等它结束后自动开始 …")


def _print_results(results: list[Any], outputs: Path) -> None:
    """The closing table; reports are named below the outputs folder so that a line holds them."""
    from fundaudit.region.two_counties import REGION
    from fundaudit.report.words import wan

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("县")
    for header in ("疑点", "涉及(万元)", "未判定", "未采用行", "秒"):
        table.add_column(header, justify="right")
    table.add_column(f"报告（在 {outputs} 下）", overflow="fold")
    for r in results:
        if r.report is None:
            table.add_row(r.name, "—", "—", "—", "—", f"{r.seconds:.0f}", "未完成，原因见下")
        elif r.county == REGION:
            table.add_row(r.name, "", "", "", "", f"{r.seconds:.0f}", r.report.relative_to(outputs).as_posix())
        else:
            counts = (str(r.findings), wan(r.at_issue), str(r.undetermined), str(r.rejected), f"{r.seconds:.0f}")
            table.add_row(r.name, *counts, r.report.relative_to(outputs).as_posix())
    console.print(table)


@app.command()
def init(
    county: Annotated[str, typer.Argument(metavar="县代码", help="六位行政区划代码，如 610327")],
    folder: Annotated[Path | None, typer.Argument(metavar="[文件夹]", help="县的文件所在的文件夹；不写则为 data/县代码")] = None,
    parameters: ParametersDir = None,
    name: Annotated[str, typer.Option("--name", metavar="名称", help="县的名称；不写则从文件的标题中找")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="不提问：确定的写入，不确定的连同问题写成注释")] = False,
) -> None:
    """查看一个县的文件，判断每个文件和工作表是哪张表，写出该县的参数；不改动任何文件。"""
    from fundaudit.describing import (
        ask,
        describe,
        latest_day,
        parameters_text,
        read_as_described,
        summary_lines,
        unknown_subsidies,
    )
    from fundaudit.intake.files import handed_in

    if not re.fullmatch(r"[0-9]{6}", county):
        raise _refuse(f"县代码 {shown(county)} 不对，应为六位行政区划代码，如 610327")
    place = find_folder(parameters)
    base = place.resolve().parent
    data = (folder if folder else base / "data" / county).resolve()
    target = place / f"{county}.yaml"
    if not data.is_dir():
        raise _refuse(f"没有文件夹 {data}；请把该县的文件放进去，或在命令末尾写明文件夹")
    if target.exists() or target.with_suffix(".yml").exists():
        raise _refuse(f"{target} 已经存在，没有改动；要重新生成，请先把它改名")
    own = Parameters(county=county, name=name or county, data=data)
    files = list(handed_in(own, []))
    description = describe(own, files)
    found = name or next((n for n, _ in description.names.most_common(1)), "")
    for line in summary_lines(description):
        console.print(shown(line, 500), soft_wrap=True)
    if not yes:
        ask(description, _choose)
    intake = read_as_described(own, files, description)
    subsidies, targeted, as_of = unknown_subsidies(intake, own), None, ""
    if not yes:
        targeted = _choose_subsidies(
            [f"{s.name}（{s.people} 人，{s.amount:,.2f} 元）" for s in subsidies], [s.name for s in subsidies]
        )
        as_of = _ask_day(f"检查截止日（读到的最晚日期是 {latest_day(intake)}，不填为运行当天）")
    where = data.relative_to(base).as_posix() if data.is_relative_to(base) else data.as_posix()
    text, asked = parameters_text(county, found, where, as_of, latest_day(intake), description, subsidies, targeted)
    try:
        place.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _refuse(f"{target} 不能写入（{type(error).__name__}），请检查文件夹和权限") from None
    for problem in description.problems:
        errors.print(shown(problem, 2000), style="red", soft_wrap=True)
    console.print(f"已写出 {target}", soft_wrap=True)
    for number, question in enumerate(asked, 1):
        console.print(f"问 {number}：{shown(question, 1000)}", soft_wrap=True)
    step = f"请在 {target.name} 中回答以上问题（每个问题处有说明），再运行" if asked else "下一步运行"
    console.print(f"{step}：fundaudit validate {county}", soft_wrap=True)


def _ask_day(text: str) -> str:
    """A day that a person types, asked again until it is one; empty for none."""
    while said := typer.prompt(text, default="", show_default=False).strip():
        try:
            return str(read_date(said))
        except Unreadable as error:
            console.print(f"  “{shown(said)}”不能用：{error}", soft_wrap=True)
    return ""


def _choose(text: str, answers: list[str]) -> int | None:
    """A person's answer: its place, -1 for a sheet that is not to be read, None for later."""
    console.print(shown(text, 1000), soft_wrap=True)
    for place, answer in enumerate(answers, 1):
        console.print(f"  {place}. {shown(answer, 300)}", soft_wrap=True)
    while said := typer.prompt("  填序号；0 不读；直接回车以后再答", default="", show_default=False).strip():
        if said == "0":
            return -1
        if said.isascii() and said.isdigit() and 1 <= int(said) <= len(answers):
            return int(said) - 1
        console.print(f"  没有听懂“{shown(said)}”：应为 0 到 {len(answers)} 的序号", soft_wrap=True)
    return None


def _choose_subsidies(labels: list[str], names: list[str]) -> list[str] | None:
    if not names:
        return []
    console.print("哪些补助只发给帮扶对象？", soft_wrap=True)
    for place, label in enumerate(labels, 1):
        console.print(f"  {place}. {shown(label, 300)}", soft_wrap=True)
    while True:
        said = typer.prompt("  填序号，用空格隔开；0 都不是；直接回车以后再答", default="", show_default=False)
        answers = re.split(r"[\s,，、;；]+", said.strip())
        if not said.strip():
            return None
        if answers == ["0"]:
            return []
        if all(a in names or (a.isascii() and a.isdigit() and 1 <= int(a) <= len(names)) for a in answers):
            return [a if a in names else names[int(a) - 1] for a in answers]
        console.print(
            f"  没有听懂“{shown(said)}”：应为 1 到 {len(names)} 的序号，如 {'1 2' if len(names) > 1 else '1'}", soft_wrap=True
        )


@app.command()
def validate(
    counties: Counties = None,
    parameters: ParametersDir = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="列出每个表头、每处处理和每行未采用")] = False,
) -> None:
    """只读取文件，给出结论：读了几个文件、多少行、多少金额，先做什么。"""
    from fundaudit.validation import validate as print_validation

    done = [print_validation(county, console, errors, verbose) for county in _read(find_folder(parameters), counties)]
    raise typer.Exit(0 if all(done) else 1)


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(metavar="[文件夹]", help="示例数据写到这里；参数写到它旁边的 parameters")] = Path(
        "data"
    ),
) -> None:
    """写出示例县的数据和参数（其中的人均为虚构）。"""
    from fundaudit.sample import write_samples

    for path in write_samples(folder):
        console.print(f"已写出 {path}", markup=False, soft_wrap=True, highlight=False)


@app.command()
def verify(
    path: Annotated[Path, typer.Argument(metavar="登记库", help="登记库 register.sqlite；结果文件夹的核对随后续版本提供")],
) -> None:
    """核对登记库的办理记录是否完整：有没有被改动、删去。"""
    if path.is_dir() or path.name == "manifest.json":
        _later("结果文件夹的核对 ")
    if not path.is_file():
        raise _refuse(f"{path} 不存在")
    if path.name != "register.sqlite":
        raise _refuse(f"{path} 不是可以核对的登记库，应为结果文件夹中的 register.sqlite")
    cases_cli.verify_history(path.parent)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(
    context: typer.Context,
    app: Annotated[bool, typer.Option("--app", help="只打开检查工作台，作为没有代码的网页（Voilà），只在本机")] = False,
    parameters: ParametersDir = None,
) -> None:
    """在 JupyterLab 中打开检查工作台和工作文件夹（数据、参数、结果、笔记本）；多余的选项转给 JupyterLab 或 Voilà。"""
    import importlib.util

    from fundaudit.lab import serve

    if any(importlib.util.find_spec(name) is None for name in ("jupyterlab", "ipywidgets", "itables", "anywidget", "voila")):
        raise _refuse("没有安装 JupyterLab，请先运行 pip install 'fundaudit[lab]'")
    folder = find_folder(parameters)
    if not folder.is_dir():
        raise _refuse(f"找不到参数文件夹 {folder}；请先运行 fundaudit init 县代码，或用 --parameters 指明")
    raise typer.Exit(serve(folder.resolve().parent, *context.args, app=app))


def _version(wanted: bool) -> None:
    if wanted:
        console.print(f"fundaudit {__version__}", highlight=False)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本")] = False,
) -> None:
    """财政专项资金监督检查工具：读取各县台账，逐项比对，生成疑点报告。"""


UsageError: Any = typer.BadParameter.__mro__[1]  # typer carries its own click, and exports only the subclass


def _usage(error: Any) -> str:
    """A wrong call in Chinese."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        close = f"；最接近的是 {'、'.join(error.possibilities)}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{close}"
    if kind in ("BadParameter", "MissingParameter") and error.param is not None:
        name = error.param.opts[0] if error.param.opts[0].startswith("-") else error.param.metavar
        return f"{'缺少参数' if kind == 'MissingParameter' else '取值不对'}：{name}"
    if "requires an argument" in error.format_message():
        option = error.format_message().split("'")[1]
        return f"选项 {option} 后面要写明取值"
    if "No such command" in error.format_message():
        wanted = error.format_message().split("'")[1]
        names = [c.name or str(c.callback and c.callback.__name__) for c in app.registered_commands]
        return f"没有命令 {wanted}；{nearest(wanted, names)}"
    return f"写法不对（{error.format_message()}）"


def main() -> None:
    """The console script: usage errors are Chinese and exit 2."""
    try:
        code = app(standalone_mode=False)
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
        else:
            _refuse(f"命令有误：{_usage(error)}。用 fundaudit --help 查看用法")
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        code = 1
    sys.exit(code if isinstance(code, int) else 0)
