"""`fundaudit checks`: the catalogue, a check's page, and a bureau's own checks."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from fundaudit.exact_yaml import ParameterError, nearest, shown
from fundaudit.parameters import find_folder

console = Console(markup=False, highlight=False, emoji=False)
errors = Console(stderr=True, markup=False, highlight=False, emoji=False)
ParametersDir = Annotated[
    Path | None, typer.Option("--parameters", metavar="文件夹", help="参数文件夹；不写则从当前文件夹向上找 parameters")
]


class Format(StrEnum):
    """How the catalogue is printed."""

    table = "table"
    markdown = "markdown"
    json = "json"


def _refuse(message: str) -> typer.Exit:
    for line in message.splitlines():
        errors.print(f"错误：{shown(line, 2000)}", style="red", soft_wrap=True)
    return typer.Exit(2)


def checks(
    code: Annotated[str | None, typer.Argument(metavar="[检查代码]", help="只看一项检查的说明，如 HP01")] = None,
    format: Annotated[Format, typer.Option("--format", help="table 表格，markdown 文档，json 数据")] = Format.table,
    new: Annotated[str | None, typer.Option("--new", metavar="代码", help="写出本局自己的检查的样板和例子，如 XX01")] = None,
    test: Annotated[Path | None, typer.Option("--test", metavar="文件夹", help="用例子逐个验证文件夹里的检查")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="文件夹", help="本局自己的检查在这里；不写则为参数文件夹旁边的 checks")
    ] = None,
    parameters: ParametersDir = None,
) -> None:
    """列出全部检查，或打印一项检查的说明；写出、验证本局自己的检查。"""
    from fundaudit.catalogue import CheckError, load_catalogue
    from fundaudit.own_checks import write_skeleton
    from fundaudit.region.two_counties import with_region

    if sum(x is not None for x in (code, new, test)) > 1:
        raise _refuse("检查代码、--new、--test 一次只能用一个")
    if test is not None:
        raise typer.Exit(0 if _test_checks(test) else 1)
    place = folder or find_folder(parameters).resolve().parent / "checks"
    try:
        if new is not None:
            for path in write_skeleton(new, place):
                console.print(f"已写出 {path}", soft_wrap=True)
            console.print(
                f"改好以后用 fundaudit checks --test {place} 验证，再在县的参数里写 checks: [{place.name}]", soft_wrap=True
            )
        elif code is not None:
            _print_page(code.upper(), place)
        else:
            _print_catalogue(with_region(load_catalogue([place])), format, place.parent / "outputs")
    except (CheckError, ParameterError, OSError) as error:
        raise _refuse(str(error)) from None


def _print_catalogue(catalogue: Any, format: Format, outputs: Path) -> None:
    from fundaudit.register.rates import hit_rates
    from fundaudit.report.docs import catalogue_markdown
    from fundaudit.runlog import as_json

    if format is Format.json:
        print(as_json([c.model_dump() | {"family": c.family} for c in catalogue]), end="")
    elif format is Format.markdown:
        print(catalogue_markdown(catalogue), end="")
    else:
        rates = hit_rates(outputs)
        table = Table(title="检查目录", caption="一项检查的说明：fundaudit checks 代码")
        for header in ("编号", "类别", "检查事项", "程度", "阈值", *["查实率"] * bool(rates)):
            table.add_column(header, overflow="fold")
        for check in catalogue:
            values = "；".join(f"{n}={t.text(t.default)}" for n, t in check.thresholds.items())
            rate = f"{rates[check.code].held}/{rates[check.code].decided}" if check.code in rates else ""
            table.add_row(check.code, check.family, check.title, check.severity, values, *[rate] * bool(rates))
        console.print(table)


def _print_page(code: str, folder: Path) -> None:
    """The page of a check, of the kit's own or of those of a bureau's folder."""
    from rich.markdown import Markdown

    from fundaudit.casebook import read_cases
    from fundaudit.catalogue import load_catalogue
    from fundaudit.region.two_counties import with_region
    from fundaudit.report.check_pages import check_page

    catalogue, cases = with_region(load_catalogue()), read_cases(code)
    if code not in catalogue.checks and folder.is_dir():
        catalogue, cases = load_catalogue([folder]), read_cases(code, folder)
    if code not in catalogue.checks:
        where = "" if folder.is_dir() else f"；本局自己的检查不在 {folder}，可用 --folder 指明"
        raise _refuse(f"没有检查 {shown(code)}；{nearest(code, catalogue.checks)}{where}")
    page = check_page(catalogue.checks[code], cases, catalogue.checks)
    console.print(Markdown(page)) if console.is_terminal else print(page, end="")


def _test_checks(folder: Path) -> bool:
    """Puts a folder's checks to their cases, a line each; whether all hold."""
    from fundaudit.catalogue import CheckError
    from fundaudit.own_checks import put_to_their_cases

    if not folder.is_dir():
        raise _refuse(f"没有文件夹 {folder}")
    good = True
    for told in put_to_their_cases(folder):
        if isinstance(told, CheckError):
            errors.print(f"不能使用：{shown(told, 2000)}", style="red", soft_wrap=True)
        elif told.wrong or not told.cases:
            what = f"{told.cases} 个例子，有 {len(told.wrong)} 处不符" if told.cases else f"没有例子，应有 {told.check.code}.yaml"
            errors.print(f"{told.check.code} {told.check.title}：{what}", style="red", soft_wrap=True)
            for line in told.wrong:
                errors.print(f"  {shown(line, 1000)}", soft_wrap=True)
        else:
            console.print(f"{told.check.code} {told.check.title}：{told.cases} 个例子，全部符合", soft_wrap=True)
        good &= not isinstance(told, CheckError) and bool(told.cases) and not told.wrong
    return good
