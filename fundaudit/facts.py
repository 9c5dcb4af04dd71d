"""What leads from a finding to its voucher: place, who answers for the money, voucher, and the row of the county's own file.

Every row of evidence gets these columns under their Chinese headers, where its check does not say them itself; a finding gets what
its flagged rows have, the first three of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from fundaudit.findings import Finding, Judgement
from fundaudit.ledger.connection import Ledger

FACTS = pa.schema(
    [
        *((n, pa.string()) for n in ("乡镇", "行政村", "责任单位", "实施单位", "主管部门", "责任人", "付款方名称", "支付凭证号")),
        *((n, pa.string()) for n in ("收款方账号", "项目编号", "项目名称", "指标文号", "资金名称", "来源文件", "来源工作表")),
        ("来源行", pa.int32()),
        ("凭证金额", pa.decimal128(18, 2)),  # of a batch, paid to a bank that pays the households
        ("凭证收款方名称", pa.string()),
    ]
)
OF_FINDINGS = {
    "township": "乡镇",
    "village": "行政村",
    "unit": "责任单位",
    "department": "主管部门",
    "responsible": "责任人",
    "voucher": "支付凭证号",
}
PAID = ("household", "payment")  # how the key of a line or a payment begins
SOME = 3  # of a finding's vouchers, places and rows that are named; evidence has them all
Fact = dict[str, Any]


def with_facts(ledger: Ledger, judgement: Judgement) -> Judgement:
    """The judgement with its evidence and findings led to the voucher; asked for at once."""
    kinds = {f.check: f.subject_kind for f in judgement.findings}
    keys = {code: _keys(table, kinds[code]) for code, table in judgement.evidence.items()}
    known = _known(ledger, {key for own in keys.values() for key in own})
    facts = {code: [known.get(key, {}) for key in own] for code, own in keys.items()}
    behind: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for code, table in judgement.evidence.items():
        for subject, flag, fact in zip(table["subject"].to_pylist(), table["flag"].to_pylist(), facts[code], strict=True):
            if flag and fact:
                behind[code, subject].append(fact)
        judgement.evidence[code] = _with_columns(table, facts[code])
    judgement.findings = [_led(f, behind[f.check, f.subject]) for f in judgement.findings]
    return judgement


def _keys(table: pa.Table, kind: str) -> list[tuple[str, str]]:
    """What each row of evidence is of: a household line, a payment, else its subject."""
    paid = table["paid_key"].to_pylist() if "paid_key" in table.column_names else [None] * table.num_rows
    parts = [(key or "").partition(":") for key in paid]
    return [
        (of, key) if of in PAID else (kind, subject)
        for (of, _, key), subject in zip(parts, table["subject"].to_pylist(), strict=True)
    ]


def _known(ledger: Ledger, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Fact]:
    asked = sorted(wanted)
    if not asked:
        return {}
    found = ledger.query("FROM facts($kinds, $keys)", {"kinds": [kind for kind, _ in asked], "keys": [key for _, key in asked]})
    return {(row["kind"], row["key"]): row for row in found.to_pylist()}


def _with_columns(table: pa.Table, facts: Sequence[Fact]) -> pa.Table:
    for field in FACTS:
        if field.name not in table.column_names:
            table = table.append_column(field, pa.array([fact.get(field.name) for fact in facts], field.type))
        elif table.schema.field(field.name).type != field.type:  # a bureau's own check may say it as a number
            table = table.set_column(table.schema.get_field_index(field.name), field, table[field.name].cast(field.type))
    return table


def _led(finding: Finding, facts: Sequence[Fact]) -> Finding:
    """A finding with what its rows have; what its check says of it itself stays."""
    found: dict[str, Any] = {
        name: getattr(finding, name) or some(fact[header] for fact in facts) for name, header in OF_FINDINGS.items()
    }
    return replace(finding, **found, source=source_text((f["来源文件"], f["来源工作表"], f["来源行"]) for f in facts))


def some(values: Iterable[str | None]) -> str | None:
    """The first three different values in their order, and how many there are; None where there is none."""
    different = list(dict.fromkeys(v for v in values if v))
    return "、".join(different[:SOME]) + (f"等 {len(different)} 个" if len(different) > SOME else "") if different else None


def source_text(rows: Iterable[tuple[str | None, str | None, int | None]]) -> str | None:
    """Which rows of which files and sheets, as people look them up."""
    places: dict[str, list[int]] = defaultdict(list)
    for file, sheet, row in dict.fromkeys(rows):
        if file and row is not None:
            places[f"{file}［{sheet}］" if sheet else file].append(row)
    return some(
        f"{place} 第 {'、'.join(map(str, sorted(own)[:SOME]))}{f' 等 {len(own)}' if len(own) > SOME else ''} 行"
        for place, own in places.items()
    )
