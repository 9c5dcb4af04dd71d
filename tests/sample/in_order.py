"""What the checks on papers, works, plans and notices read, as a county keeps it whose books are in order; planted rows say otherwise
themselves: a column that is there stays, and a project in `county.bare[table]` gets no row of that table."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sample.county import AS_OF, CENT, County
from sample.planted_people import ELDERLY, FARMLAND

Row = dict[str, Any]
STEPS = "扶贫股 盯办岗 支付中心 乡财股 分管领导 主要领导".split()
REVIEWERS = "贺建平 龙国安 万志刚 段学文 雷鸣山 侯春来".split()
CONTRACTORS = "昆仑 天山 绿洲 丰禾 胡杨".split()
TERMS = {
    "start_finish_term": "第三条", "settlement_term": "第七条", "payment_term": "第八条", "price_adjust_term": "第九条", "retention_term": "第十条",
}  # fmt: skip


def readable(row: Row) -> bool:
    return isinstance(row["amount"], Decimal)


def keep_in_order(county: County) -> None:
    """Fills what no planted row has filled."""
    paid: dict[str, list[Row]] = defaultdict(list)
    for row in filter(readable, county.tables["payments"]):
        project = row["project_id"] or next(
            (a["project_id"] for a in county.tables["allocations"] if a["allocation_id"] == row["allocation_id"]), None
        )
        paid[project].append(row)
    given: dict[str, list[Row]] = defaultdict(list)
    for row in filter(readable, county.tables["allocations"]):
        if row["project_id"] and row["pending"] is not True:
            given[row["project_id"]].append(row)
    _allocations(county)
    for project in county.tables["projects"]:
        _project(county, project, given[project["project_id"]], paid[project["project_id"]])
    for contract in county.tables["contracts"]:
        for term, clause in {**TERMS, "retention_ratio": Decimal("0.03")}.items():
            contract.setdefault(term, clause)
    _notices(county)
    _plans(county, paid)
    _approvals(county)
    _households(county)
    county.add(
        "accounts", account_no=f"{county.code}00010000001", account_name=f"{county.name}国库支付零余额户", kind="零余额账户", unit=f"{county.name}国库支付中心",
        approved_no=f"{county.name[0]}财户〔2018〕20号",
    )  # fmt: skip


def _allocations(county: County) -> None:
    household = {p["project_id"] for p in county.tables["projects"] if p.get("to_household")}
    to_people = set()
    for row in county.tables["allocations"]:
        row.setdefault("attachment", f"{row['allocation_id']}.pdf")
        row.setdefault("to_household", row["project_id"] in household)
        to_people |= {row["indicator_id"]} if row["to_household"] else set()
    for row in county.tables["indicators"]:
        row.setdefault("reported_on", row["received_on"] + timedelta(days=2))
        row.setdefault("to_household", row["indicator_id"] in to_people)


def _project(county: County, p: Row, given: list[Row], paid: list[Row]) -> None:
    key, days = p["project_id"], [a["allocated_on"] for a in given if a["allocated_on"]]
    first = min(days, default=date(2022, 1, 1))
    p.setdefault("stored_on", first - timedelta(days=60))
    p.setdefault("approved_on", first - timedelta(days=30))
    if p.get("status") in ("取消", "调整"):
        p.setdefault("change_doc_no", f"变更〔2022〕{int(key[-3:])}号")
    amount = sum((a["amount"] for a in given), Decimal(0))
    if key.startswith("XM2022") and not p["to_household"] and amount > 0 and key not in county.bare["contracts"]:
        _works(county, p, amount, paid)
    _accept(county, p, paid)
    for year in sorted({2022, *(day.year for day in days)}):
        if key not in county.bare["performance"]:
            county.add(
                "performance", project_id=key, year=year, metric="完成工程量", target=Decimal(1), direction="≥", actual=Decimal(1), unit="处",
                set_on=date(year, 3, 1), self_score=Decimal(88) if year < 2022 else None, self_evaluated_on=date(year + 1, 3, 10) if year < 2022 else None,
            )  # fmt: skip


def _works(county: County, p: Row, amount: Decimal, paid: list[Row]) -> None:
    """A contract of works for what it is allocated, tendered and supervised where it is large, and its papers."""
    key, number = p["project_id"], int(p["project_id"][-3:])
    works = f"HT{key[2:]}"
    tender = p["planned_start"] - timedelta(days=20)
    p.setdefault("drawing_review_on", tender - timedelta(days=5))
    p.setdefault("tender_on", tender)
    county.add(
        "contracts", contract_id=works, project_id=key, kind="施工", contractor=f"{CONTRACTORS[number % 5]}建设工程有限公司", amount=amount,
        signed_on=p["planned_start"] - timedelta(days=3),
    )  # fmt: skip
    for row in paid:
        row.setdefault("contract_id", works)
    supervision = (amount / 100).quantize(CENT)
    county.add(
        "contracts", contract_id=f"{works}J", project_id=key, kind="监理", contractor=f"{CONTRACTORS[(number + 2) % 5]}监理有限公司", amount=supervision,
        signed_on=p["planned_start"] - timedelta(days=2),
    )  # fmt: skip
    p["planned_amount"] = amount + supervision
    county.add("permits", project_id=key, kind="用地", required=True, issued_on=tender - timedelta(days=10))
    county.add(
        "quantities",
        project_id=key,
        item="主体工程",
        unit="米",
        **dict.fromkeys(("design", "drawing", "as_built", "completion_report", "on_site"), Decimal(1000)),
    )


def _accept(county: County, p: Row, paid: list[Row]) -> None:
    """A finished project is accepted before its last payments and within 90 days of its finish, and is in use."""
    key = p["project_id"]
    contracted = sum((c["amount"] for c in county.tables["contracts"] if c["project_id"] == key and readable(c)), Decimal(0))
    spent = sum((r["amount"] for r in paid), Decimal(0))
    if p.get("actual_finish") is None and not (contracted and spent * 100 > contracted * 97):
        return
    if "joint_accepted_on" not in p:
        so_far, joint = Decimal(0), p.get("actual_finish") or AS_OF
        for row in sorted(paid, key=lambda r: (r["paid_on"], r["payment_id"])):
            if contracted and so_far * 100 <= contracted * 97 < (so_far + row["amount"]) * 100:
                joint = row["paid_on"]
            so_far += row["amount"]
        if key.startswith("XM2022"):
            p["actual_finish"] = joint - timedelta(days=12)
        p["joint_accepted_on"] = min(max(joint, p.get("actual_finish") or joint), joint if contracted else AS_OF)
        p["initial_accepted_on"] = p["joint_accepted_on"]
    if p.get("actual_finish") and key not in county.bare["assets"]:
        county.add(
            "assets",
            asset_id=f"ZC{key[2:]}",
            project_id=key,
            kind="公益性",
            value=spent,
            holder=f"{p['township']}人民政府",
            status="在用",
            checked_on=date(2022, 11, 30),
        )


def _notices(county: County) -> None:
    """A notice for each indicator, allocation, beginning and end of works, and each year's two."""
    works = {c["project_id"] for c in county.tables["contracts"] if c["kind"] == "施工"}
    due = [("资金到账", i["indicator_id"], i["received_on"]) for i in county.tables["indicators"]]
    due += [("分配结果", a["allocation_id"], a["allocated_on"]) for a in county.tables["allocations"]]
    for p in county.tables["projects"]:
        if p["project_id"] in works or p["category"] == "基础设施":
            due += [("开工", p["project_id"], p.get("actual_start")), ("竣工", p["project_id"], p.get("actual_finish"))]
    due += [("收益分配", key, date(2021, 12, 31)) for key in {b["project_id"]: 0 for b in county.tables["benefits"]}]
    due += [("项目库建设", "2022", date(2022, 1, 4)), ("项目实施计划", "2022", date(2022, 1, 6))]
    for number, (kind, key, day) in enumerate(due, 1):
        if day and key not in county.bare["disclosures"]:
            county.add(
                "disclosures", item_id=f"GK{number:04d}", subject_id=key, kind=kind, arisen_on=day, disclosed_on=min(day + timedelta(days=6), AS_OF),
                taken_down_on=day + timedelta(days=30) if number % 3 == 0 else None, channel="村公示栏" if number % 3 == 0 else "门户网站",
            )  # fmt: skip


def _plans(county: County, paid: dict[str, list[Row]]) -> None:
    """Half of what each unit then paid, month by month; reports in time."""
    unit_of = {p["project_id"]: p.get("unit") for p in county.tables["projects"]}
    sums: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for project, rows in paid.items():
        for row in rows:
            if row["paid_on"].year == 2022 and unit_of.get(project):
                sums[unit_of[project], row["paid_on"].month] += row["amount"]
    for (unit, month), amount in sorted(sums.items()):
        if amount > 0 and unit not in county.bare["month_plans"]:
            county.add(
                "month_plans",
                month=f"2022-{month:02d}",
                unit=unit,
                amount=(amount / 2).quantize(CENT),
                issued_on=date(2022, month, 6 if month in county.bare["plans"] else 3),
            )
    for month in range(1, 13):
        later = date(2022 + month // 12, month % 12 + 1, 1)
        for kind, period, section, day in (
            ("月支出计划", month, None, date(2022, month, 4)), ("县级月报", month, None, later + timedelta(days=7)), ("科室月报", month, "农业农村股", later + timedelta(days=11)),
        ):  # fmt: skip
            if day <= AS_OF and (kind, month) not in county.bare["submissions"]:
                county.add("submissions", kind=kind, period=f"2022-{period:02d}", section=section, submitted_on=day)


def _approvals(county: County) -> None:
    for row in county.tables["payments"]:
        row.setdefault("payer_account", f"{county.code}00010000001")
        if row["paid_on"].year == 2022 and row["payment_id"] not in county.bare["approvals"]:
            county.bare["approvals"].add(row["payment_id"])
            for number, (step, reviewer) in enumerate(zip(STEPS, REVIEWERS, strict=True), 1):
                county.add(
                    "approvals",
                    payment_id=row["payment_id"],
                    step=step,
                    step_no=number,
                    reviewer=reviewer,
                    round=1,
                    decided_on=row["paid_on"] - timedelta(days=1),
                    decision="同意",
                )


def _households(county: County) -> None:
    """Cards bear their people's names; farmland is paid by area; every subsidy has a standard."""
    for row in county.tables["household_payments"]:
        row.setdefault("card_holder", row["name"])
        if row["subsidy"] == FARMLAND and isinstance(row["amount"], Decimal):
            row.setdefault("quantity", row["amount"] / 100)
    for subsidy, per, basis, amount, unit in (
        (FARMLAND, "年", "到人", "100.00", "亩"), (ELDERLY, "月", "到人", "300.00", None), ("丧葬补助", "次", "到人", "1000.00", None), ("改厕补助", "年", "到户", "1800.00", None),
    ):  # fmt: skip
        county.add(
            "standards",
            subsidy=subsidy,
            from_date=date(2021, 1, 1),
            basis_kind=basis,
            amount=Decimal(amount),
            per=per,
            per_unit=unit,
        )
