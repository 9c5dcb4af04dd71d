"""A page for each check, for people: what it looks for and how, a worked example, thresholds, what it leaves out, what to ask for.

`docs/checks/<CODE>.md` are generated from it; `fundaudit checks CODE` prints the page.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from fundaudit.basis import bases
from fundaudit.casebook import WORDS, Case, Said
from fundaudit.catalogue import Check, Threshold
from fundaudit.contract import TABLES
from fundaudit.guard import FILE_LEAST, LEAST
from fundaudit.parameters import Limits


def check_page(check: Check, cases: Sequence[Case], others: Mapping[str, Check]) -> str:
    """The page in Markdown. `others`: the catalogue, in which its neighbours are."""
    words, sql = _method(check.sql)
    parts = [
        f"# {check.code} {check.title}",
        f"{check.family}；程度：{check.severity}（每个疑点可以更低）；第 {check.version} 版。",
        f"**查什么**　{check.what}",
        f"**为什么是疑点**　{check.why}",
        "## 怎样判定\n\n" + "\n".join(f"- {line}" for line in words),
        *_example(cases),
        "## 阈值\n\n" + _thresholds(check.thresholds),
        "## 前提\n\n" + "\n".join(f"- {line}" for line in _assumptions(check)),
        f"## 不列为疑点或无法判定\n\n{check.exclusions}",
        "## 可能的正常原因\n\n" + "\n".join(f"- {line}" for line in check.innocent),
        f"## 向单位要什么\n\n- 核实：{check.advice}\n- 才能判定：{check.to_judge}",
        *_neighbours(check, others),
        "## 依据\n\n" + "\n".join(f"- {line}" for line in _bases(check)),
        f"## SQL\n\n```sql\n{sql}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _method(sql: str) -> tuple[list[str], str]:
    """The comment at the head of the SQL (对象, 疑点, 未能判定, 金额), a line each; and the statement."""
    head: list[str] = []
    rest = sql.splitlines()
    while rest and rest[0].startswith("--") and not rest[0].startswith("-- 注："):
        head.append(rest.pop(0).removeprefix("--").strip())
    text = "".join(head)
    for word in ("疑点：", "未能判定：", "金额："):
        text = text.replace(f"。{word}", f"。\n{word}")
    return text.splitlines(), "\n".join(rest)


def _example(cases: Sequence[Case]) -> list[str]:
    """A case that shows a finding: of rows that were read, with the usual thresholds and as many verdicts as there are, then the
    shortest. The tests run it."""
    showing = [case for case in cases if "finding" in {said.verdict for said in case.expected.values()}]
    if not showing:
        return []
    case = min(
        showing,
        key=lambda case: (
            case.name.startswith("refused"),  # unread rows are no first example
            bool(case.thresholds or case.settings),
            -len({said.verdict for said in case.expected.values()}),
            sum(map(len, case.tables.values())),
        ),
    )
    changed = "；".join(f"{name} = {value}" for name, value in (case.thresholds | case.settings).items())
    tables = [f"{TABLES[name].title}：\n\n{_table(_read(text))}" for name, text in case.tables.items()]
    told = [["对象", "结论", "金额（元）", "日期"], *([subject, *_told(said)] for subject, said in case.expected.items())]
    return [
        f"## 例子\n\n例中的人和单位均为虚构。检查截止日 {case.as_of}{f'；{changed}' if changed else ''}。{' '.join(case.note.split())}",
        *tables,
        f"结果：\n\n{_table(told)}",
    ]


def _told(said: Said) -> list[str]:
    amount = "" if said.verdict != "finding" else "空缺" if said.amount is None else f"{said.amount:,.2f}"
    return [WORDS[said.verdict] + (f"：{said.reason}" if said.reason else ""), amount, str(said.day or "")]


def _read(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text)) if any(row)]


def _table(rows: list[list[str]]) -> str:
    """A table in Markdown; rows that are shorter than the header are filled."""
    wide = max(map(len, rows), default=0)
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in [*row, *[""] * (wide - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * wide, *lines[1:]]) if lines else ""


def _thresholds(thresholds: Mapping[str, Threshold]) -> str:
    if not thresholds:
        return "没有可以调整的阈值。"
    rows = [["名称", "默认", "范围", "一步", "含义", "由什么确定"]]
    for name, t in thresholds.items():
        rule = bases()[t.fixed_by].citation if t.fixed_by else "参考值，没有文件规定"
        whom = f"（只对{'、'.join(t.fixed_for)}，其余为参考值）" if t.fixed_for else ""
        default = "（无，须写明才执行）" if t.needed else t.text(t.default)
        span, step = (f"{t.text(t.min)} 至 {t.text(t.max)}", t.text(t.step)) if t.is_number else ("—", "—")
        rows.append([f"`{name}`", default, span, step, t.says, rule + whom])
    return _table(rows)


def _assumptions(check: Check) -> Iterable[str]:
    """What the check relies on."""
    for name, columns in check.needs.items():
        told = "、".join(TABLES[name].column(c).header for c in columns)
        yield f"必须有{TABLES[name].title}{f'（{told}）' if told else ''}；没有就不执行，并写明缺什么"
    for name in check.uses:
        yield f"有{TABLES[name].title}就用；没有，相应的排除或例外不能应用，结果里写明"
    if check.lists:
        yield "名册中要有" + "、".join("本局写明的名单" if kind.startswith("$") else kind + "名单" for kind in check.lists)
    if check.when:
        first, _, last = check.when.partition("..")
        yield f"只在 {first}{f' 至 {last}' if last else ''} 执行"
    if check.scope == "region":
        yield "在各县完成以后比对，一次运行有两个以上的县才执行；疑点编号以 region 开头，列在各县汇总里"
    if check.guard:
        limits = Limits()
        yield (
            f"多于 {limits.guard_share:.0%} 的对象（至少 {LEAST} 个）或一个文件多于 {limits.guard_file_share:.0%} 的对象（至少 {FILE_LEAST} 个）"
            "都会列为疑点的，视为数据本身有误，整体不作判定"
        )
    yield "只看检查截止日以前的记录；没有采用的行可能改变结论的，无法判定"


def _neighbours(check: Check, others: Mapping[str, Check]) -> list[str]:
    known = [others[code] for code in check.neighbours if code in others]
    return ["## 邻近的检查\n\n" + "\n".join(f"- {o.code} {o.title}：{o.what}" for o in known)] if known else []


def _bases(check: Check) -> Iterable[str]:
    for basis in check.bases():
        where = "参照：" if basis.id in check.reference else ""
        yield f"{where}{basis.citation}（{basis.force}）{'：' if basis.says else ''}{basis.says}"
