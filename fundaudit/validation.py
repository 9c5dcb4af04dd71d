"""`fundaudit validate`: what intake makes of a county's files, printed for the people who hand them in."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from fundaudit.contract import TABLES
from fundaudit.intake import Intake, header_of, read_county
from fundaudit.intake.mapping import SheetMapping, map_files
from fundaudit.masking import mask_cell, mask_text
from fundaudit.parameters import Parameters
from fundaudit.report.reconciliation import found_text
from fundaudit.report.words import wan

SHOWN = 20  # rejected rows per file; the others are counted
SAMPLES = 5  # cells per column that were not understood


def validate(county: Parameters, console: Console, errors: Console) -> bool:
    """Prints the mapping of every file, what was read, and what was not; whether the county could be run."""
    mappings, problems = map_files(county)
    for mapping in mappings:
        _print_mapping(mapping, county, console)
    problems += [line.rstrip("；") for m in mappings if not m.guessed for line in m.problem.splitlines()]
    found: list[str] = []
    intake = read_county(county, problems=found)
    _print_intake(intake, county, console)
    for problem in dict.fromkeys([*problems, *(line.rstrip("；") for text in found for line in text.splitlines())]):
        _say(errors, f"{county.name}（{county.county}）：{problem}", "red")
    _print_block(mappings, county, console)
    if not intake.files and not found:
        titles = "、".join(table.title for table in TABLES.values())
        _say(errors, f"{county.name}（{county.county}）：没有可以识别的表。文件或工作表请用这些名称：{titles}", "red")
    return bool(intake.files) and not found


def _say(console: Console, text: str, style: str | None = None) -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _print_mapping(mapping: SheetMapping, county: Parameters, console: Console) -> None:
    also = f"（也可能是{'、'.join(mapping.or_else)}）" if mapping.or_else else ""
    kind = f"表头像是{mapping.table.title}{also}，名称不是，未读取" if mapping.guessed else mapping.table.title
    _say(console, f"\n{county.name}　{mapping.place}　→　{kind}", "bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in ("表头", "对应的列", "说明"):
        table.add_column(header, overflow="fold")
    for text, column in mapping.mapped:
        said = ["必需"] if column.required else []
        said += [f"按{mapping.units[column.name]}读取"] if column.name in mapping.units else []
        table.add_row(text, column.header, "，".join(said))
    for text in mapping.unknown:
        similar = mapping.suggested.get(text)
        table.add_row(
            text, "—", f"未识别，原样留存；可能是 {similar[0].header}（相似度 {similar[1]}）" if similar else "未识别，原样留存"
        )
    for column in mapping.missing:
        table.add_row("—", column.header, "缺少，必需")
    for text in mapping.unused_headers:
        table.add_row(text, "—", "参数 sources 中写了这个表头，文件里没有")
    console.print(table)
    if mapping.absent and not mapping.guessed:
        _say(console, f"没有这些可选的列：{'、'.join(c.header for c in mapping.absent)}")


def _print_intake(intake: Intake, county: Parameters, console: Console) -> None:
    rejects, unread = defaultdict(list), _unread(intake)
    for reject in intake.rejects.to_pylist():
        rejects[reject["file"]].append(reject)
    for name in dict.fromkeys(f.file for f in intake.files):
        _say(console, f"\n{county.name}　{name}　读到的行数和金额", "bold")
        console.print(_rows_table(intake, name))
        if money := [m for m in intake.money if m.file == name]:
            console.print(_money_table(money))
        for reject in rejects[name][:SHOWN]:
            place = f"{reject['file']}{'［' + reject['sheet'] + '］' if reject['sheet'] else ''} 第 {reject['row']} 行"
            found = found_text(reject) or "（空）"
            _say(console, f"拒收　{place}　{reject['column']}　读到：{found}　{reject['reason']}")
        if len(rejects[name]) > SHOWN:
            _say(console, f"拒收　{name} 另有 {len(rejects[name]) - SHOWN} 行，运行后见 restricted/rejects.parquet")
    for (file, column), samples in unread.items():
        _say(console, f"没有读懂　{file}　{column}　例如：{'、'.join(samples)}")
    for name, file, sheet, note in intake.notes:
        where = f"{TABLES[name].title}{'［' + sheet + '］' if sheet else '　' + file}"
        count = f"：{note.rows} 行" if note.rows else ""
        _say(console, f"处理　{where}　{header_of(name, note.column)}　{note.message}{count}")
    for place in intake.unused:
        _say(console, f"未使用　{place}")


def _rows_table(intake: Intake, name: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in ("表", "工作表", "读入", "接收", "规范化", "拒收", "合计行"):
        table.add_column(header, justify="left" if header in ("表", "工作表") else "right", overflow="fold")
    for f in (f for f in intake.files if f.file == name):
        counts = (f.read, f.accepted, f.repaired, f.rejected, f.totals)
        table.add_row(TABLES[f.table].title, f.sheet, *(f"{n:,}" for n in counts))
    return table


def _money_table(money: list[Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in ("表", "金额（万元）", "读入", "接收", "拒收", "合计行", "读不出（格）"):
        table.add_column(header, justify="left" if header in ("表", "金额（万元）") else "right", overflow="fold")
    for m in money:
        amounts = (m.read, m.accepted, m.rejected, m.totals)
        table.add_row(TABLES[m.table].title, header_of(m.table, m.column), *(wan(a) for a in amounts), str(m.unreadable or ""))
    return table


def _unread(intake: Intake) -> dict[tuple[str, str], list[str]]:
    """(file, header) → masked samples of the cells that were left empty because they could not be read."""
    samples: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, table in intake.tables.items():
        for column in TABLES[name].columns:
            if column.kind in ("id", "text", "money"):
                continue
            empty = table.filter(table[column.name].is_null())
            for file, raw in zip(empty["source_file"].to_pylist(), empty["raw"].to_pylist(), strict=True):
                text = dict(raw).get(column.name)
                own = samples[file, column.header] if text else []
                if text and len(own) < SAMPLES:
                    own.append(mask_text(mask_cell(column.header, text.strip())))
    return {key: texts for key, texts in samples.items() if texts}


def _print_block(mappings: list[SheetMapping], county: Parameters, console: Console) -> None:
    """A `sources` block to paste, where headers or names were not recognised but are like some that would be."""
    named = {m.table.name for m in mappings if not m.guessed}
    lines = list[str]()
    for m in mappings:
        if m.guessed and m.table.name in named:
            _say(console, f"{m.place} 像是另一份{m.table.title}：要一并读取，请改名为 {m.table.title}（2）这样的名称")
            continue
        lines += m.source_block(county.sources.get(m.table.name))
        named.add(m.table.name)
    if lines:
        _say(
            console,
            f"\n按相似程度推测，粘贴之前一律不采用。请核对后粘贴到 {county.county}.yaml；已有 sources 的，并入其中，同名的表以这里的为准：\n",
        )
        _say(console, "\n".join(["sources:", *lines]))
