"""From a query that an inspector tried to a check of the bureau's own: the SQL with its front matter, and cases drawn from the county, in
which every person is an invented one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from markupsafe import escape

from fundaudit.casebook import Tried
from fundaudit.catalogue import CheckError
from fundaudit.contract import LINK_KEYS, TABLES
from fundaudit.county import County
from fundaudit.intake.identity import check_digit
from fundaudit.masking import Secrets, is_organisation, mask_known
from fundaudit.own_checks import check_code, put_to_their_cases
from fundaudit.report.pieces import Html
from fundaudit.report.words import ordinal

OF_EACH = 2  # subjects of each verdict that a case is made of
FRONT = """/*---
code: {code}
title: {title}
severity: 低                          # 写好依据和例外后再定
version: 1
subject: {subject}
amount_label: {amount_label}
needs: {needs}
relief: {relief}   # 哪些表里没有采用的行可能使疑点不成立
basis: [{basis}]
what: {title}。                       # 查什么，写完整
why: 由检查人提出，待补充。             # 为什么值得核实，用语中性
innocent:
  - 待补充：什么情况下这是正常的。
exclusions: 待补充。
advice: 待补充：向单位要什么来核实。
to_judge: 待补充：补报什么才能判定。
---*/
-- 对象：查询列出的每一行。疑点：flag 为真。未能判定：flag 为空。金额：amount，没有的不计。
"""


@dataclass
class Invented:
    """Another number and name for each of the county's, the same one everywhere."""

    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, kind: str, value: str) -> str:
        if (kind, value) not in self.known:
            n = sum(k == kind for k, _ in self.known) + 1
            first = f"110101{date.fromordinal(date(1960, 1, 1).toordinal() + n):%Y%m%d}{n:03d}"
            names = {"id_number": first + check_digit(first), "name": f"甲{ordinal(n)}", "card": f"62284800{n:011d}"}
            self.known[kind, value] = names[kind]
        return self.known[kind, value]


def new_check(
    county: County, code: str, title: str, subject: str, sql: str, needs: Mapping[str, Sequence[str]], basis: str = "S2-2-4",
    folder: str | Path = "",
) -> Html:  # fmt: skip
    """Writes `<folder>/<code>_<title>.sql` and `<code>.yaml` and puts the check to its cases.

    `sql`: a SELECT over the ledger whose columns `subject` and `flag` (true, false, empty) are the verdict, `amount`, `occurred_on`, `name` and
    `detail` what the judge reads, any others evidence under Chinese headers. `needs`: table → its columns. What the cases expect is what
    the query says today: it is for the inspector to go through them. CheckError where a file is there already or the check is refused.
    """
    if subject not in LINK_KEYS:
        raise CheckError(f"subject 写的是 {subject}；从查询写成的检查，对象只能是：{'、'.join(LINK_KEYS)}")
    place = Path(folder) if folder else Path.cwd()
    check_code(code, place)
    rows = county.sql(sql).astype(object)
    if missing := [name for name in ("subject", "flag") if name not in rows.columns]:
        raise CheckError(f"查询没有 {'、'.join(missing)} 列：subject 写对象的编号，flag 写是不是疑点")
    place.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"\W+", "", title)[:20]
    amount = "金额" if "amount" in rows.columns else "—"
    front = FRONT.format(
        code=code, title=title, subject=subject, amount_label=amount, basis=basis,
        needs=_flow(needs), relief=_flow(dict.fromkeys(needs, "any")),
    )  # fmt: skip
    check, cases = place / f"{code}_{stem}.sql", place / f"{code}.yaml"
    cases.write_text(_cases(county, subject, rows.to_dict("records"), needs), encoding="utf-8")
    check.write_text(front + sql.strip().rstrip(";") + "\n", encoding="utf-8")
    told = put_to_their_cases(place, only=code)
    return Html("<br>".join([f"已写出 {check.name} 和 {cases.name}（{place}）", *(str(escape(_told(own))) for own in told)]))


def _told(own: Tried | CheckError) -> str:
    if isinstance(own, CheckError):
        return f"还不能用：{own}"
    if own.wrong:
        return f"{own.cases} 个例子，有 {len(own.wrong)} 处不符：" + "；".join(own.wrong[:5])
    return f"{own.cases} 个例子，全部符合。请逐个核对例子里的结论，补写说明，再在县的参数里写 checks: [文件夹]"


def _flow(content: Mapping[str, Any]) -> str:
    return yaml.safe_dump(
        {k: list(v) if isinstance(v, list | tuple) else v for k, v in content.items()},
        default_flow_style=True,
        allow_unicode=True,
        width=10_000,
    ).strip()


def _cases(county: County, subject: str, rows: Sequence[Mapping[str, Any]], needs: Mapping[str, Sequence[str]]) -> str:
    """One case: the first subjects of each verdict, with the rows of the tables that name them or are named by those."""
    taken = [
        row
        for verdict in (True, False, None)
        for row in [r for r in rows if (None if r["flag"] is None or r["flag"] != r["flag"] else bool(r["flag"])) is verdict][
            :OF_EACH
        ]
    ]
    invented = Invented()
    keys = {str(row["subject"]) for row in taken}
    tables = {name: _excerpt(county, name, subject, keys, invented) for name in needs}
    personal = next((c.personal for table in TABLES.values() for c in table.columns if c.name == subject and c.personal), "")
    expected = {
        (invented.of(personal, key) if personal else key): _expected(row) for row in taken for key in [str(row["subject"])]
    }
    case = {
        "note": "由工作台从台账中摘出，姓名和号码都已换成虚构的。下面的结论是查询得出的，请逐个核对后改写本说明。",
        "as_of": county.as_of,
        "tables": {name: text for name, text in tables.items() if text},
        "expected": expected,
    }
    return "# 例子：小表、检查截止日，以及每个对象应有的结论。用 fundaudit checks --test 文件夹 运行。\n" + yaml.dump(
        {"from_county": case}, Dumper=_Literal, allow_unicode=True, sort_keys=False, width=10_000
    )


def _expected(row: Mapping[str, Any]) -> Any:
    if row["flag"] is None or row["flag"] != row["flag"]:
        return "undetermined"
    if not row["flag"]:
        return "clean"
    told: dict[str, Any] = {"finding": float(row["amount"]) if row.get("amount") is not None else None}
    return told | ({"day": row["occurred_on"]} if row.get("occurred_on") is not None else {})


def _excerpt(county: County, table: str, subject: str, keys: Iterable[str], invented: Invented) -> str:
    """The rows of a table that name one of the subjects, as CSV under Chinese headers; all its rows, up to twenty, where it has no such
    column."""
    own = TABLES[table]
    rows = county.tables[table].to_pylist()
    wanted = set(keys)
    rows = [row for row in rows if row[subject] in wanted] if subject in own.names else rows[:20]
    columns = [c for c in own.columns if any(row[c.name] is not None for row in rows) and not c.made]
    stream, secrets = io.StringIO(), county.secrets  # a purpose may name somebody
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(c.header for c in columns)
    for row in rows:
        writer.writerow(_cell(c.personal, row[c.name], invented, secrets) for c in columns)
    return stream.getvalue() if rows else ""


def _cell(personal: str, value: Any, invented: Invented, secrets: Secrets) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if personal == "name" and is_organisation(str(value)):
        return str(value)
    return invented.of(personal, str(value)) if personal else mask_known(str(value), secrets)


class _Literal(yaml.SafeDumper):
    """Tables as blocks that people read."""


_Literal.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)
)
