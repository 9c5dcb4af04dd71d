"""`fundaudit validate`: what intake makes of a county's files: a verdict on one screen, everything else on request."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from rich import box
from rich.console import Console
from rich.table import Table

from fundaudit.catalogue import load_catalogue
from fundaudit.contract import TABLES
from fundaudit.exact_yaml import ParameterError, decoded, shown
from fundaudit.intake import Intake, header_of, read_county
from fundaudit.intake.files import handed_in, listed
from fundaudit.intake.mapping import Mapped, SheetMapping, map_files, proposed_sources
from fundaudit.intake.readers import EXTENSIONS
from fundaudit.masking import mask_cell, mask_text
from fundaudit.parameters import Parameters
from fundaudit.report.reconciliation import found_text
from fundaudit.report.words import percent, wan

SHOWN = 20  # rejected rows per file; the others are counted
SAMPLES = 5  # cells per column that were not understood
LOST = Decimal("0.1")  # share of a table's rows that may be lost before it counts as not read


def validate(county: Parameters, console: Console, errors: Console, verbose: bool = False) -> bool:
    """Prints a verdict and what to do first, and with `verbose` every file; whether the county could be run as it is."""
    found: list[str] = []
    files = list(handed_in(county, found))
    mapped = map_files(files, county)
    intake = read_county(county, problems=found, files=files)
    copied = {place for place, _ in intake.copies}  # to describe a copy would count its rows twice
    mapped.open = [own for own in mapped.open if own.file not in copied and own.place not in copied]
    stops = list(dict.fromkeys(line.rstrip("；") for text in found for line in text.splitlines()))
    stops += _threshold_problems(county)
    if verbose:
        for mapping in mapped.sheets:
            _print_mapping(mapping, county, console)
        _print_intake(intake, county, console)
    lost = _lost(intake)
    _say(console, f"\n{county.name}（{county.county}）", "bold")
    if intake.files:
        console.print(_files_table(intake, mapped))
    for problem in stops:
        _say(errors, f"{county.name}（{county.county}）：{problem}", "red")
    if not intake.files and not stops:
        titles = "、".join(table.title for table in TABLES.values())
        _say(
            errors,
            f"{county.name}（{county.county}）：没有读到任何表。文件或工作表可用这些名称：{titles}；或运行 fundaudit init {county.county}",
            "red",
        )
    _say(console, _verdict(intake, county, bool(stops)))
    _print_to_do(_to_do(intake, mapped, county, lost), console)
    _print_block(mapped, county, console)
    if not verbose and intake.files:
        _say(console, f"逐个表头和逐行的情况：fundaudit validate {county.county} --verbose")
    return bool(intake.files) and not stops and not lost


def _threshold_problems(county: Parameters) -> list[str]:
    try:
        load_catalogue(county.checks).thresholds(county)
    except ParameterError as error:
        return str(error).splitlines()
    return []


def _say(console: Console, text: str, style: str | None = None) -> None:
    lines = "\n".join(shown(line, 10_000) for line in text.split("\n"))
    console.print(lines, style=style, markup=False, highlight=False, soft_wrap=True)


def _table(*columns: str, text: tuple[str, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in columns:
        table.add_column(header, justify="left" if header in text else "right", overflow="fold")
    return table


# --- the verdict ---


def _lost(intake: Intake) -> list[tuple[str, int, int]]:
    """(table, rejected, read) of every table that lost more than a tenth of its rows; rows told twice are not lost."""
    read, rejected = Counter[str](), Counter[str]()
    for f in intake.files:
        read[f.table] += f.read - f.totals
    for reject in intake.rejects.select(["table", "alike"]).to_pylist():
        rejected[reject["table"]] += not reject["alike"]
    return [(t, rejected[t], read[t]) for t in read if rejected[t] > LOST * read[t]]


def _files_table(intake: Intake, mapped: Mapped) -> Table:
    """One line per file and table, sheets of one table together; then what was not read."""
    table = _table("文件", "读作", "读入", "采用", "未采用", "合计行", text=("文件", "读作"))
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for f in intake.files:
        groups[f.file, f.table].append(f)
    for (file, name), own in groups.items():
        sheets = f"（{len(own)} 张工作表）" if len(own) > 1 else f"［{own[0].sheet}］" if own[0].sheet else ""
        counts = (sum(getattr(f, n) for f in own) for n in ("read", "accepted", "rejected", "totals"))
        table.add_row(shown(file + sheets, 200), TABLES[name].title, *(f"{n:,}" if n else "" for n in counts))
    for place, original in intake.copies:
        table.add_row(shown(place, 200), f"{shown(original, 200)} 的副本，只用一份", "", "", "", "")
    for place, names in _open_places(intake).items():
        table.add_row(shown(place, 200), f"没有读：{names}", "", "", "", "")
    for place in _unknown(mapped):
        table.add_row(shown(place, 200), "没有读：认不出是哪张表", "", "", "", "")
    return table


def _unknown(mapped: Mapped) -> list[str]:
    """Files that could hold a table and are read as none: neither their name nor their headers say which."""
    return [place for place in mapped.other if place.lower().endswith(EXTENSIONS)]


def _open_places(intake: Intake) -> dict[str, str]:
    titles: dict[str, list[str]] = defaultdict(list)
    for unread in intake.unread:
        titles[unread.place].append(TABLES[unread.table].title)
    return {place: "或".join(dict.fromkeys(names)) + "？" for place, names in titles.items()}


def _verdict(intake: Intake, county: Parameters, stopped: bool) -> str:
    copied = {place.split("［")[0] for place, _ in intake.copies} - {f.file for f in intake.files}
    files = {f.file for f in intake.files} | copied
    seen = files | {name for _, name in listed(county, [])}
    read, accepted = sum(f.read - f.totals for f in intake.files), sum(f.accepted for f in intake.files)
    money = sum((m.accepted for m in intake.money), Decimal(0))
    all_money = sum((m.read - m.totals for m in intake.money), Decimal(0))
    unreadable = sum(m.unreadable for m in intake.money)
    said = (
        f"结论：{len(seen)} 个文件读了 {len(files)} 个{f'（其中 {len(copied)} 个是副本，不另计）' if copied else ''}，{len({f.table for f in intake.files})} 张表；{read:,} 行采用 {accepted:,} 行"
        f"（{percent(Decimal(accepted), Decimal(read))}）；各表金额之和读到 {wan(all_money)} 万元，采用 {wan(money)} 万元（只供核对有没有读漏）"
    )
    said += f"，另有 {unreadable} 格金额读不出" if unreadable else ""
    return f"{said}。{'有问题要先解决，现在不能运行。' if stopped else ''}"


def _to_do(intake: Intake, mapped: Mapped, county: Parameters, lost: list[tuple[str, int, int]]) -> list[str]:
    """What to do first, the weightiest first."""
    steps = _unanswered(county)
    for place, names in _open_places(intake).items():
        why = next(u.why for u in intake.unread if u.place == place)
        answer = (
            why
            if "完全相同" in why or "格式" in why
            else f"写进 sources 相应的表；不用的写进 sources 的 skip。没有写明以前，要用{names.rstrip('？')}的检查都不作判定"
        )
        steps.append(f"{place} 是不是{names}{answer}")
    steps += [
        f"{place} 认不出是哪张表，没有读；是要用的写进 sources 相应的表（表头不同的用 headers 指明），不用的写进 sources 的 skip"
        for place in _unknown(mapped)
    ]
    for name, rejected, read in lost:
        own = [r for r in intake.rejects.to_pylist() if r["table"] == name and not r["alike"]]
        ((reason, _),) = Counter(r["reason"] for r in own).most_common(1)
        first = next(r for r in own if r["reason"] == reason)
        steps.append(
            f"{TABLES[name].title}未采用 {rejected} 行（共 {read} 行），最多的原因是“{mask_text(reason)}”，如 {_place_of(first)}，请核对"
        )
    for mapping in mapped.sheets:
        for text, columns in mapping.suggested.open.items():
            either = "或".join(c.header for c in columns)
            steps.append(f"{mapping.place} 的表头“{text}”可能是{either}，不能确定，请在 headers 中写明")
    assumed = dict.fromkeys(n for n, _, _, note in intake.notes if note.kind == "assumed_unit")
    if assumed:
        steps.append(
            f"{'、'.join(TABLES[n].title for n in assumed)}没有写金额单位，按元读取；是万元的请在 sources 中写 unit: 万元，就是元的写 unit: 元"
        )
    for (file, header), samples in _unread(intake).items():
        steps.append(f"{file} 的{header}有读不懂的内容，如 {'、'.join(samples[:2])}，已留空，请核对原表")
    return steps


def _unanswered(county: Parameters) -> list[str]:
    """The questions that stand unanswered in the county's own file."""
    path = Path(county.file)
    lines = decoded(path).splitlines() if path.is_file() else []
    asked = dict.fromkeys(m.group(1) for line in lines if line.startswith("#") for m in re.finditer(r"# 问 (\d+)", line))
    own = [f"{path.name} 里的问 {'、'.join(asked)} 还没有回答：去掉答案一行行首的 # 即是回答"] if asked else []
    return own + ([] if county.as_of or asked else [f"{path.name} 没有写检查截止日 as_of，运行时将用当天"])


def _place_of(reject: dict[str, Any]) -> str:
    return f"{reject['file']}{'［' + reject['sheet'] + '］' if reject['sheet'] else ''} 第 {reject['row']} 行"


def _print_to_do(steps: list[str], console: Console) -> None:
    for place, step in enumerate(steps[:8], 1):
        _say(console, f"{'先做：' if place == 1 else '　　　'}{place}. {step}")
    if len(steps) > 8:
        _say(console, f"　　　另有 {len(steps) - 8} 项，用 --verbose 查看")


def _print_block(mapped: Mapped, county: Parameters, console: Console) -> None:
    """The county's whole `sources` with what is sure added, to take the place of the old one."""
    if sources := proposed_sources(mapped, county):
        _say(
            console,
            f"\n按表头和名称推测，没有采用。请核对，再用下面整段替换 {county.county}.yaml 中的 sources（原来没有的，加在末尾）：\n",
        )
        _say(console, yaml.safe_dump({"sources": sources}, allow_unicode=True, sort_keys=False, width=1000))


# --- every file ---


def _print_mapping(mapping: SheetMapping, county: Parameters, console: Console) -> None:
    _say(console, f"\n{county.name}　{mapping.place}　→　{mapping.table.title}", "bold")
    table = _table("表头", "对应的列", "说明", text=("表头", "对应的列", "说明"))
    for text, column in mapping.mapped:
        said = ["必需"] if column.required else []
        said += [f"按{mapping.units[column.name]}读取"] if column.name in mapping.units else []
        table.add_row(_header(text), column.header, "，".join(said))
    for text in mapping.unknown:
        sure, several = mapping.suggested.sure.get(text), mapping.suggested.open.get(text, [])
        said_of = f"；可能是 {sure.header}" if sure else f"；可能是 {'或 '.join(c.header for c in several)}" if several else ""
        table.add_row(_header(text), "—", f"未识别，原样留存{said_of}")
    for column in mapping.missing:
        table.add_row("—", column.header, "缺少，必需")
    for text in mapping.unused_headers:
        table.add_row(_header(text), "—", "参数 sources 中写了这个表头，文件里没有")
    console.print(table)
    if mapping.absent:
        _say(console, f"没有这些可选的列：{'、'.join(c.header for c in mapping.absent)}")


def _header(text: str) -> str:
    return shown(mask_text(text), 80)


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
            place = _place_of(reject)
            found = mask_text(found_text(reject)) or "（空）"
            _say(console, f"未采用　{place}　{reject['column']}　读到：{found}　{mask_text(reject['reason'])}")
        if len(rejects[name]) > SHOWN:
            _say(console, f"未采用　{name} 另有 {len(rejects[name]) - SHOWN} 行，运行后见 restricted/rejects.parquet")
    for (file, column), samples in unread.items():
        _say(console, f"没有读懂　{file}　{column}　例如：{'、'.join(samples)}")
    for name, file, sheet, note in intake.notes:
        where = f"{TABLES[name].title}{'［' + sheet + '］' if sheet else '　' + file}"
        count = f"：{note.rows} 行" if note.rows else ""
        _say(console, f"处理　{where}　{mask_text(header_of(name, note.column))}　{mask_text(note.message)}{count}")
    for place in intake.unused:
        _say(console, f"未使用　{place}")


def _rows_table(intake: Intake, name: str) -> Table:
    table = _table("表", "工作表", "读入", "采用", "规范化", "未采用", "合计行", text=("表", "工作表"))
    for f in (f for f in intake.files if f.file == name):
        counts = (f.read, f.accepted, f.repaired, f.rejected, f.totals)
        table.add_row(TABLES[f.table].title, shown(f.sheet), *(f"{n:,}" for n in counts))
    return table


def _money_table(money: list[Any]) -> Table:
    table = _table("表", "金额（万元）", "读入", "采用", "未采用", "合计行", "读不出（格）", text=("表", "金额（万元）"))
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
