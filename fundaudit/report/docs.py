"""The catalogue as a document: `docs/检查目录.md` is generated from it and a test compares the two."""

from __future__ import annotations

from fundaudit.basis import bases
from fundaudit.catalogue import Catalogue
from fundaudit.contract import TABLES


def catalogue_markdown(catalogue: Catalogue) -> str:
    """Every check: what, thresholds, basis, exclusions, innocent explanations, advice."""
    parts = ["# 检查目录\n\n本文件由 `fundaudit checks --format markdown` 生成，请勿手改。\n"]
    for check in catalogue:
        needs = "；".join(
            f"{TABLES[t].title}（{'、'.join(TABLES[t].column(c).header for c in cs)}）" for t, cs in check.needs.items()
        )
        thresholds = "\n".join(
            f"| {name} | {t.text(t.default)} | {f'{t.min} 至 {t.max}' if t.is_number else '—'} | {t.says} | {bases()[t.fixed_by].citation if t.fixed_by else '参考值'} |"
            for name, t in check.thresholds.items()
        )
        table = f"| 阈值 | 默认 | 范围 | 含义 | 来源 |\n|---|---|---|---|---|\n{thresholds}\n\n" if thresholds else ""
        basis = "\n".join(
            f"- {'参照：' if b.id in check.reference else ''}{b.citation}（{b.force}）{b.says and '：'}{b.says}"
            for b in check.bases()
        )
        innocent = "\n".join(f"- {i}" for i in check.innocent)
        parts.append(
            f"\n## {check.code} {check.title}\n\n{check.family}；程度：{check.severity}；第 {check.version} 版。{check.what}\n\n"
            f"需要：{needs}。\n\n{table}**为什么是疑点**　{check.why}\n\n**依据**\n\n{basis}\n\n**不列为疑点或无法判定**　{check.exclusions}\n\n"
            f"**可能的正常原因**\n\n{innocent}\n\n**建议核实**　{check.advice}\n\n**如何才能判定**　{check.to_judge}\n"
        )
    return "".join(parts)


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
            f"| {basis.force} | {basis.title} | {basis.number} | {basis.article} | {basis.issued or ''} | {basis.in_force or ''} "
            f"| {basis.until or ''} | {'、'.join(basis.territory)} | {'、'.join(sorted(basis.applies_to))} | {basis.read} | {basis.says} "
            f"| {'、'.join(cited)} |\n"
        )
    head = (
        "# 依据\n\n本文件由 `make docs` 生成，请勿手改。日期只写查到的；法律、行政法规写施行日，其他文件写印发日。地域为行政区划代码的前几位，"
        "空为全国；资金为所说的资金类型或直达标识，空为全部资金。情况说明和经验材料不约束任何县。\n\n"
        "| 性质 | 名称 | 文号 | 条款 | 印发 | 施行 | 截止 | 地域 | 资金 | 读到的 | 内容（本工具的概括，不是引文） | 用于检查 |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(rows)
