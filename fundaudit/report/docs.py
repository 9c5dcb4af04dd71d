"""The catalogue, the contract and the bases as documents: `make docs` writes them, a test compares them with what they are made from."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from fundaudit.basis import bases
from fundaudit.casebook import read_cases
from fundaudit.catalogue import Catalogue, Check, load_catalogue
from fundaudit.contract import TABLES
from fundaudit.exact_yaml import load_yaml
from fundaudit.region.two_counties import with_region
from fundaudit.report.check_pages import check_page


def catalogue_markdown(catalogue: Catalogue) -> str:
    """Every check in one table, with a link to its page."""
    parts = [
        "# 检查目录\n\n本文件由 `make docs` 生成，请勿手改。每项检查有一页说明：怎样判定、例子、阈值、可能的正常原因、依据和 SQL。\n"
    ]
    families = dict.fromkeys(check.family for check in catalogue)
    for family in families:
        own = [check for check in catalogue if check.family == family]
        parts.append(f"\n## {family}（{len(own)} 项）\n\n| 编号 | 检查事项 | 查什么 | 程度 | 阈值 |\n|---|---|---|---|---|\n")
        for check in own:
            values = "；".join(f"{name} {t.text(t.default)}" for name, t in check.thresholds.items())
            parts.append(
                f"| [{check.code}](checks/{check.code}.md) | {check.title} | {check.what} | {check.severity} | {values} |\n"
            )
    return "".join(parts)


def write_pages(catalogue: Catalogue, folder: Path) -> None:
    """`docs/checks/<CODE>.md`, a page for each check."""
    folder.mkdir(exist_ok=True)
    for path in set(folder.glob("*.md")) - {folder / f"{check.code}.md" for check in catalogue}:
        path.unlink()
    for check in catalogue:
        page = check_page(check, read_cases(check.code), catalogue.checks)
        (folder / f"{check.code}.md").write_text(page, encoding="utf-8")


KINDS = {
    "text": "文本", "id": "编号", "money": "金额", "date": "日期", "month": "月份", "bool": "是/否", "integer": "整数",
    "decimal": "数", "ratio": "比例",
}  # fmt: skip


def contract_markdown() -> str:
    """Every input table: its columns, types, accepted headers and usual values. `docs/数据表.md` is generated from it."""
    parts = ["# 数据表\n\n本文件由 `make docs` 生成，请勿手改。文件名或工作表名用表名；表头用列名或其他写法，中文英文均可。\n"]
    for table in TABLES.values():
        parts.append(
            f"\n## {table.title}（`{table.name}`）\n\n| 列名 | 英文名 | 类型 | 必填 | 其他写法 | 常用值 |\n|---|---|---|---|---|---|\n"
        )
        for c in table.columns:
            must = "是" if c.required else "可缺，自动编号" if c.made else ""
            parts.append(
                f"| {c.header} | `{c.name}` | {KINDS[c.kind]} | {must} | {'、'.join(c.aliases)} | {'、'.join(c.values)} |\n"
            )
    return "".join(parts)


def bases_markdown(catalogue: Catalogue) -> str:
    """Every basis as a row: what it is, its day, where and for which money it holds, and what of it was read."""
    rows = []
    for basis in bases().values():
        cited = [check.code for check in catalogue if basis in check.bases()]
        rows.append(
            f"| {basis.id} | {basis.force} | {basis.title} | {basis.number} | {basis.article} | {basis.issued or ''} | {basis.in_force or ''} "
            f"| {basis.until or ''} | {'、'.join(basis.territory)} | {'、'.join(sorted(basis.applies_to))} | {basis.read} | {basis.says} "
            f"| {'、'.join(cited)} |\n"
        )
    head = (
        "# 依据\n\n本文件由 `make docs` 生成，请勿手改。日期只写查到的；法律、行政法规写施行日，其他文件写印发日。地域为行政区划代码的前几位，"
        "空为全国；资金为所说的资金类型或直达标识，空为全部资金。情况说明和经验材料不约束任何县。\n\n"
        "| 编号 | 性质 | 名称 | 文号 | 条款 | 印发 | 施行 | 截止 | 地域 | 资金 | 读到的 | 内容（本工具的概括，不是引文） | 用于检查 |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(rows)


DOCUMENTS = {
    "S0": "西吉县财政直达资金督导工作方案",
    "S1": "博州财库〔2019〕9号 自治州财政扶贫资金动态监控工作机制",
    "S2": "财库〔2015〕73号 预算执行动态监控指导意见",
    "S3": "伽师县 2022 年衔接资金使用情况说明",
    "S4": "耀州区“五步四法”",
}


class Served(BaseModel):
    """What serves a clause of a document, or a pattern of public audit announcements (docs/coverage.yaml)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: str = ""
    says: str
    checks: list[str] = []
    also: str = ""
    lacking: str = ""


def coverage(folder: Path) -> tuple[list[Served], list[Served]]:
    """Clauses and patterns, from `coverage.yaml` in the folder."""
    content = load_yaml((folder / "coverage.yaml").read_text(encoding="utf-8"))
    clauses, patterns = ([Served.model_validate(own) for own in content[key]] for key in ("clauses", "patterns"))
    return clauses, patterns


def coverage_markdown(catalogue: Catalogue, clauses: list[Served], patterns: list[Served]) -> str:
    """Each clause and pattern with the checks, tables, reports and steps that serve it, and what is lacking; `docs/coverage.md`."""
    every = [*clauses, *patterns]
    whole, part = sum(not own.lacking for own in every), sum(bool(own.lacking and (own.checks or own.also)) for own in every)
    parts = [
        "# 对照：条款和常见问题由什么检查\n\n本文件由 `make docs` 从 `docs/coverage.yaml` 生成，请勿手改。五份来源文件中计算机能够检查的条款，"
        "以及公开审计公告中常见的问题，逐条列出由哪项检查、哪张表、报告的哪一部分或哪个步骤服务；没有的写明缺什么。\n\n"
        f"共 {len(clauses)} 个条款、{len(patterns)} 类常见问题：{whole} 个全部有着落，{part} 个有一部分还缺，{len(every) - whole - part} 个没有。\n"
    ]
    for id_, title in DOCUMENTS.items():
        parts.append(f"\n## {id_} {title}\n\n{_served(catalogue, [own for own in clauses if own.at.startswith(id_)], '条款')}")
    parts.append(f"\n## 公开审计公告中的常见问题\n\n{_served(catalogue, patterns, '序号')}")
    named = {code for own in every for code in own.checks}
    rest = [f"- {_link(c)}：{'；'.join(b.citation for b in c.bases())}\n" for c in catalogue if c.code not in named]
    parts.append("\n## 没有对应到单个条款的检查\n\n" + "".join(rest))
    return "".join(parts)


def _served(catalogue: Catalogue, rows: list[Served], first: str) -> str:
    lines = [f"| {first} | 要求 | 检查 | 其他 | 还缺什么 |\n|---|---|---|---|---|\n"]
    for place, own in enumerate(rows, 1):
        checks = "、".join(_link(catalogue.checks[code]) for code in own.checks)
        lines.append(f"| {own.at or place} | {own.says} | {checks} | {own.also} | {own.lacking} |\n")
    return "".join(lines)


def _link(check: Check) -> str:
    return f"[{check.code} {check.title}](checks/{check.code}.md)"


def main(folder: Path) -> None:
    """Writes every generated document into the folder."""
    catalogue = with_region(load_catalogue())
    texts = {
        "检查目录": catalogue_markdown(catalogue),
        "数据表": contract_markdown(),
        "依据": bases_markdown(catalogue),
        "coverage": coverage_markdown(catalogue, *coverage(folder)),
    }
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    write_pages(catalogue, folder / "checks")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
