"""Section four: what could not be judged or run, with reasons and what to hand in; near records side by side."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from fundaudit.contract import TABLES
from fundaudit.county import County
from fundaudit.masking import mask_identity, mask_name
from fundaudit.report.pieces import SHOWN_ROWS, STATUS, Html, mask_subject, mask_subject_name, render
from fundaudit.report.words import yuan


def open_matters(county: County) -> Html:
    """What could not be judged or run, with reasons and what to hand in."""
    checks = county.catalogue.checks
    every = county.undetermined.to_dict("records")
    counts: Counter[tuple[str, str]] = Counter((r["check"], r["reason"]) for r in every)
    reasons = [[checks[c].title, reason, str(n), checks[c].to_judge] for (c, reason), n in counts.items()]
    open_subsidies = [r for r in every if r["kind"] == "aim"]
    listed = [r for r in every if r["kind"] != "aim"]  # of a subsidy nobody knows: its name, no people
    subjects = [
        [
            r["check"],
            mask_subject(checks[r["check"]].subject, r["subject"]) if checks[r["check"]].subject != "group" else "",
            mask_subject_name(checks[r["check"]].subject, r["name"], r["subject"]),
            r["reason"],
        ]
        for r in listed[:SHOWN_ROWS]
    ]
    unrun = [[o.check, o.title, STATUS[o.status], o.reason] for o in county.about.outcomes if o.status in ("not_run", "error")]
    remarks = [[o.check, o.title, o.reason] for o in county.counted if o.reason and o.status in ("clean", "undetermined")]
    near = [pair for r in every if (pair := _near_pair(r))]
    return render(
        "open_matters.html.j2",
        county,
        reasons=reasons,
        subjects=subjects,
        subject_count=len(listed),
        subsidies=_by_subsidy(open_subsidies),
        near=near[:SHOWN_ROWS],
        near_count=len(near),
        unrun=unrun,
        helpful=what_would_help(county),
        remarks=remarks,
        still_open=_still_open(county),
        settled=_settled(county),
    )


def _still_open(county: County) -> list[list[str]]:
    """The last run's findings of which this one cannot say whether they are gone: number, check, why."""
    own = county.about.compared.still_open if county.about.compared else ()
    return [
        [o.case_no, county.catalogue.checks[o.check].title if o.check in county.catalogue.checks else o.check, o.reason]
        for o in own
    ]


def _settled(county: County) -> list[list[Any]]:
    """Findings that people have decided and that are not counted again: number, check, whom, how much, state, why, until when."""
    checks, said = county.catalogue.checks, county.about.settled
    return [
        [
            f["case_no"],
            checks[f["check"]].title,
            mask_subject_name(f["subject_kind"], f["name"], f["subject"]) or mask_subject(f["subject_kind"], f["subject"]),
            "" if f["amount"] is None else yuan(f["amount"]),
            f["state"],
            *said.get(f["case_no"], ("", "")),
        ]
        for f in county.settled_rows
    ]


def what_would_help(county: County) -> list[list[str]]:
    """Each table that was not handed in, by how many more checks it would let run: its title, those checks, and how many more of
    the others it is a part of."""
    held = {f.table for f in county.about.files if f.accepted}
    not_run = {o.check for o in county.about.outcomes if o.status == "not_run"}
    lacking = {c.code: missing for c in county.catalogue if c.code in not_run and (missing := set(c.needs) - held)}
    tables = sorted(
        {table for missing in lacking.values() for table in missing},
        key=lambda t: (-sum(m == {t} for m in lacking.values()), -sum(t in m for m in lacking.values()), list(TABLES).index(t)),
    )
    rows = []
    for table in tables:
        alone = [county.catalogue.checks[code].title for code, missing in lacking.items() if missing == {table}]
        others = sum(table in missing for missing in lacking.values()) - len(alone)
        rows.append([TABLES[table].title, str(len(alone)), "、".join(alone), str(others) if others else ""])
    return rows


def _by_subsidy(undetermined: list[dict[str, Any]]) -> list[list[str]]:
    """Each subsidy of which nobody knows whom it is for: its name, the people not on the register, their money in yuan."""
    people, amounts = Counter[str](), defaultdict[str, Decimal](Decimal)
    for own in undetermined:
        record = json.loads(own["record"])
        people[record.get("补助项目", "")] += 1
        amounts[record.get("补助项目", "")] += Decimal(record.get("金额", "0"))
    return [[name, f"{n:,}", yuan(amounts[name])] for name, n in people.most_common()]


def _near_pair(undetermined: dict[str, Any]) -> list[str] | None:
    """Both records of a near match side by side, masked; None where there is no second record."""
    record = json.loads(undetermined["record"])
    whose = next((own for own in ("名册", "名单") if f"{own}姓名" in record), None)
    if whose is None:
        return None
    paid = record.get("证件号码", "")
    listed = record.get(f"{whose}证件号码", paid)  # where names are compared the number is the same
    return [
        undetermined["check"],
        mask_name(record.get("姓名", "")),
        mask_identity(paid),
        mask_name(record[f"{whose}姓名"]),
        mask_identity(listed),
        _where_numbers_differ(paid, listed),
        undetermined["reason"],
    ]


def _where_numbers_differ(one: str, other: str) -> str:
    """Which digits differ, without showing them."""
    if not one or not other:
        return "一方为空"
    if len(one) != len(other):
        return f"位数不同（{len(one)} 位和 {len(other)} 位）"
    places = [i for i, (a, b) in enumerate(zip(one, other, strict=True), 1) if a != b]
    if (
        len(places) == 2
        and places[1] == places[0] + 1
        and one[places[0] - 1 : places[1]] == other[places[0] - 1 : places[1]][::-1]
    ):
        return f"第 {places[0]}、{places[1]} 位互换"
    if len(places) > 6:
        return f"{len(places)} 位不同"
    return f"第 {'、'.join(map(str, places))} 位不同" if places else "号码相同"
