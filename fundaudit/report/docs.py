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
        basis = "\n".join(f"- {'参照：' if b.id in check.reference else ''}{b.citation}：{b.says}" for b in check.bases())
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
