"""What the newer checks read, random and with edges: papers of works, approvals, plans, notices, standards, alerts, and the columns that
the older ledgers leave empty."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

Record = dict[str, Any]
LIMIT = 10000  # of works, in these small ledgers
STEPS = ("扶贫股", "分管领导")


def chance(rng: random.Random, value: Any, share: float = 0.8) -> Any:
    return value if rng.random() < share else None


def around(rng: random.Random, day: dt.date, *limits: int) -> dt.date:
    """A day that lies a limit later, a day more or less, or anywhere in half a year."""
    return day + dt.timedelta(days=rng.choice(limits) + rng.choice((-1, 0, 0, 1)) if rng.random() < 0.7 else rng.randint(0, 200))


def read(cell: Any) -> dt.date | None:
    """A cell's day, of a month the first."""
    if cell is None:
        return None
    text = str(cell).replace(".", "-")
    return dt.date.fromisoformat(text if len(text) > 7 else text + "-01")


def filled(rng: random.Random, as_of: dt.date, tables: dict[str, list[Record]]) -> dict[str, list[Record]]:
    """The tables with the newer columns, and the newer tables."""
    for i in tables["indicators"]:
        received = read(i["received_on"])
        i |= {
            "reported_on": chance(rng, around(rng, received, 3)), "level": rng.choice(["中央", "中央", "中央", "省", "县", None]),
            "to_household": rng.choice(["是", "否", "否", None]), "attachment": chance(rng, "a.pdf"), "section": rng.choice(["农业股", "社保股", None]),
            "matching_due": rng.choice([None, None, 300, 0]),
        }  # fmt: skip
    for i in tables["indicators"]:
        if i["level"] == "县" and rng.random() < 0.7:
            main = rng.choice(tables["indicators"])
            i |= {"matches": main["indicator_id"], "amount": rng.choice((299.99, 300, 1000))}
            if i is not main and rng.random() < 0.5:
                i["received_on"] = (read(main["received_on"]) + dt.timedelta(days=rng.choice((89, 90, 91)))).isoformat()
    for a in tables["allocations"]:
        day = read(a["allocated_on"]) or as_of
        plan = around(rng, day - dt.timedelta(days=5), 0)
        a |= {
            "plan_approved_on": rng.choice([plan, plan, plan, f"{plan:%Y.%m}", None]), "minutes_no": chance(rng, "1号"),
            "disbursed_on": chance(rng, around(rng, plan, 5, 0, -1)), "attachment": chance(rng, "b.pdf"),
            "poverty_part": rng.choice([None, None, None, a["amount"], round(a["amount"] + 0.01, 2)]), "to_household": rng.choice(["是", "否", "否", None]),
        }  # fmt: skip
    equal_splits(rng, tables)
    parts_of_works(rng, as_of, tables)
    for p in tables["projects"]:
        project(rng, as_of, p, tables)
    for c in tables["contracts"]:
        terms = rng.choice((0, 0.7, 0.9, 1, 1))
        c |= {
            "contractor": rng.choice(["甲公司", "甲 公司", "乙公司", None]), "signed_on": chance(rng, around(rng, dt.date(as_of.year, 1, 1), 0, 90)),
            "amount": rng.choice((0, 900, 4999.99, 5000, 5000, LIMIT)), "retention_ratio": rng.choice([None, "3%", "3%", "5%"]) if terms else None,
            **{term: chance(rng, "有", terms) for term in
               ("start_finish_term", "settlement_term", "payment_term", "price_adjust_term", "retention_term")},
        } | {name: c[name] for name in ("contractor", "signed_on", "amount") if name in c and c["contract_id"].startswith("S")}  # fmt: skip
    for p in tables["payments"]:
        payment(rng, p, tables)
    paid_again(rng, tables)
    people(rng, as_of, tables)
    together(rng, as_of, tables)
    return tables | papers(rng, as_of, tables)


def equal_splits(rng: random.Random, tables: dict[str, list[Record]]) -> None:
    """Now and then an indicator in equal parts to different units, one part a cent more."""
    if tables["indicators"] and rng.random() < 0.6:
        split = {a["indicator_id"] for a in tables["allocations"]}
        whole = [i for i in tables["indicators"] if i["indicator_id"] not in split]
        own = rng.choice(whole or tables["indicators"])["indicator_id"]
        n, more = rng.choice((4, 5, 5, 6)), rng.choice((0, 0, 0.01))
        for k in range(n):
            tables["allocations"].append(
                {"allocation_id": f"E{k:03d}", "indicator_id": own, "unit": f"{k}局", "amount": 10 + (more if k == 0 else 0), "pending": "否",
                 "allocated_on": "2022-01-05", "project_id": rng.choice(tables["projects"])["project_id"]}
            )  # fmt: skip


def parts_of_works(rng: random.Random, as_of: dt.date, tables: dict[str, list[Record]]) -> None:
    """Now and then works of one project in several contracts with one contractor, each below the limit, within its days or a day more."""
    for n in range(rng.randint(0, 2)):
        own, first = rng.choice(tables["projects"])["project_id"], around(rng, dt.date(as_of.year, 1, 20), 0)
        for k in range(rng.choice((2, 2, 3))):
            tables["contracts"].append(
                {"contract_id": f"S{n}{k}", "project_id": own, "kind": "施工", "contractor": rng.choice(["丙公司", "丙公司", "丙 公司"]),
                 "amount": rng.choice((LIMIT / 2, LIMIT / 2, LIMIT / 2 - 0.01, LIMIT - 1)),
                 "signed_on": chance(rng, first + dt.timedelta(days=rng.choice((0, 89, 90, 91))), 0.9)}
            )  # fmt: skip


def paid_again(rng: random.Random, tables: dict[str, list[Record]]) -> None:
    """Some payments a second time after some days; a file without any key of its allocation; nobody named as payee."""
    for n, p in enumerate(rng.sample(tables["payments"], min(4, len(tables["payments"])))):
        day = read(p["paid_on"]) + dt.timedelta(days=rng.choice((0, 6, 7, 8)))
        tables["payments"].append(p | {"payment_id": f"D{n:03d}", "paid_on": day.isoformat()})
    for p in tables["payments"]:
        if rng.random() < 0.1:
            p |= {"payee_name": None, "payee_account": None}
    if rng.random() < 0.12:
        for p in tables["payments"]:
            p |= {"allocation_id": None, "doc_no": None}


def together(rng: random.Random, as_of: dt.date, tables: dict[str, list[Record]]) -> None:
    """Lines that belong together: a household's subsidy to two of it, a person's lines of one month, sheets that add up to their
    voucher, areas of two years, a subsidy that all are due."""
    lines, month = tables["household_payments"], lambda day: f"{day.year}-{day.month:02d}"
    for one, two in (rng.sample(lines, 2) for _ in range(6 if len(lines) > 1 else 0)):
        two |= {c: one[c] for c in ("subsidy", "period", "paid_on", "household_id", "township", "village")}
        for line in (one, two):
            line["basis_kind"] = rng.choice(["到户", "到户", "到户", None])
    for name in dict.fromkeys(x["name"] for x in lines):  # a set would be in another order in every process
        if rng.random() < 0.5:
            for line in (x for x in lines if x["name"] == name):
                line["period"] = month(as_of)
    for p in rng.sample(tables["payments"], min(7, len(tables["payments"]))):
        own = [x for x in lines if x.get("payment_id") == p["payment_id"]]
        if sum(x["amount"] for x in own) > 0:
            p["amount"] = round(sum(x["amount"] for x in own) + rng.choice((0, 0, 0, 0.01)), 2)
    for line in [x for x in lines if x["amount"] > 0 and x["id_number"]]:
        area = rng.choice((1.5, 5, 10, 10))
        if rng.random() < 0.12:
            for year, quantity in (
                (as_of.year - 1, area),
                (as_of.year, rng.choice((round(area * 1.2, 2), area * 1.2 + 0.01, area + 2, area, None))),
            ):
                day = dt.date(year, rng.randint(1, as_of.month), 1)
                lines.append(line | {"subsidy": "耕地地力保护补贴", "quantity": quantity, "paid_on": day.isoformat(), "period": f"{year}-06"})  # fmt: skip
    for s in [x for x in tables["standards"] if x["universal"] == "是" and not x["per_unit"] and x["per"] != "次"]:
        before = (as_of - dt.timedelta(days=60)).replace(day=1) - dt.timedelta(days=1)
        for b in tables["beneficiaries"]:
            if rng.random() < 0.5:
                day = dt.date(as_of.year - 1, 12, 31) if s["per"] == "年" else before
                paid_on = day + dt.timedelta(days=rng.choice((0, 44, 45, 46, 90, 91)))
                lines.append({"subsidy": s["subsidy"], "period": month(day), "basis_kind": "到人", "name": b["name"], "paid_on": paid_on.isoformat(),
                              "amount": rng.choice((s["amount"], round(s["amount"] - 1, 2), round(s["amount"] - 0.99, 2), 100))} | {c: b[c] for c in ("id_number", "household_id", "township", "village")})  # fmt: skip


def project(rng: random.Random, as_of: dt.date, p: Record, tables: dict[str, list[Record]]) -> None:
    first = min(
        (d for a in tables["allocations"] if a["project_id"] == p["project_id"] and (d := read(a["allocated_on"]))), default=as_of
    )
    if rng.random() < 0.15:  # long in use
        p["actual_finish"] = (as_of - dt.timedelta(days=rng.choice((730, 731, 732, 800)))).isoformat()
    finish, tender = read(p["actual_finish"]), around(rng, dt.date(as_of.year, 2, 1), 0)
    joint = around(rng, finish, 90, 0, 60) if finish else around(rng, as_of - dt.timedelta(days=80), 0, 20)
    p |= {
        "category": rng.choice(["产业发展", "产业发展", "基础设施", "基础设施", "项目管理费", "到户补助", None]), "unit": rng.choice(["甲局", "乙局", "甲 局", None]),
        "department": rng.choice(["主管甲", "主管甲", "主管乙", None]), "stored_on": rng.choice([d := around(rng, first - dt.timedelta(days=9), 9, 10, 0), d, f"{d:%Y.%m}", None]),
        "approved_on": rng.choice([d := around(rng, first - dt.timedelta(days=9), 9, 10, 0), d, d, f"{d:%Y.%m}", None]),
        "planned_amount": rng.choice([None, 900, 5000, LIMIT, LIMIT - 0.01]), "tender_on": chance(rng, tender, 0.6),
        "drawing_review_on": chance(rng, tender + dt.timedelta(days=rng.choice((-1, 0, 1))), 0.7),
        "joint_accepted_on": chance(rng, rng.choice([joint, joint, f"{joint:%Y.%m}"]), 0.5),
        "initial_accepted_on": chance(rng, joint + dt.timedelta(days=rng.choice((-1, 0, 1))), 0.5), "change_doc_no": chance(rng, "变更1号", 0.5),
        "status": rng.choice([p["status"], p["status"], "调整"]),
    }  # fmt: skip


def payment(rng: random.Random, p: Record, tables: dict[str, list[Record]]) -> None:
    day = read(p["paid_on"])
    end = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    numbers = [a["account_no"] for a in tables["accounts"]] or [None]
    p |= {
        "contract_id": rng.choice([None, None, *(c["contract_id"] for c in tables["contracts"])]), "entered_on": chance(rng, end + dt.timedelta(days=rng.choice((-2, -1, 0, 5)))),
        "payer_account": rng.choice([*numbers, *numbers, "622848019999991234", None]), "method": rng.choice(["转账", "现金", "现金 支票", None]),
        "purpose": rng.choice(["工程款", "工程款", "办公经费", "会议费", "福利院建设", "福利院福利", "劳务费", "项目管理费", None, None]),
        "payee_name": rng.choice([p["payee_name"], p["payee_name"], "某镇人民政府", "街道办事处", "张三", "李四海", "张*", "买买提·艾力", "账户0", "甲 局"]),
    }  # fmt: skip


def people(rng: random.Random, as_of: dt.date, tables: dict[str, list[Record]]) -> None:
    for a in tables["accounts"]:
        a |= {
            "unit": rng.choice(["甲局", None]),
            "approved_no": chance(rng, "批1号", 0.7),
            "account_name": rng.choice([a["account_name"], "扶贫资金专户"]),
        }
    for b in tables["beneficiaries"]:
        b |= {"kind": rng.choice(["脱贫户", "脱贫户", "边缘易致贫户", None]), "relation": rng.choice(["户主", "户主", "配偶", None]),
              "township": rng.choice(["一乡", "一", "二镇"])}  # fmt: skip
    for r in tables["registers"]:
        lists = ["死亡", "死亡", "死亡", "财政供养", "财政供养", "村干部", "村干部", "企业法人", "户籍", "户籍"]
        r["register"] = rng.choice(lists)
        r |= {"until": chance(rng, around(rng, as_of - dt.timedelta(days=100), 0, 40, 60).isoformat(), 0.3),
              "list_date": chance(rng, (as_of - dt.timedelta(days=rng.choice((10, 366, 367)))).isoformat(), 0.7), "detail": rng.choice([None, "某合作社", "甲公司"])}  # fmt: skip
        if r["register"] != "死亡" and rng.random() < 0.6:
            r["since"] = chance(rng, around(rng, as_of - dt.timedelta(days=420), 0, 0, 360, 400).isoformat(), 0.9)
        days = [read(x["paid_on"]) for x in tables["household_payments"] if x["name"] == r["name"] and x["paid_on"]]
        if r["register"] == "死亡" and days and rng.random() < 0.6:
            r["since"] = (rng.choice(days) - dt.timedelta(days=rng.choice((29, 30, 31, 90, 180, 181, 300)))).isoformat()
    for s in tables["standards"]:
        s |= {"kinds": rng.choice([s["kinds"], s["kinds"], "脱贫户、边缘易致贫户"]), "amount": rng.choice((100, 100, 150.5, 200, 10.05)),
              "per_unit": rng.choice([None, None, None, "亩"]), "universal": rng.choice(["是", "否"]), "fixed": rng.choice(["是", "否", "是"])}  # fmt: skip
    vouchers = [p["payment_id"] for p in tables["payments"]]
    projects = [p["project_id"] for p in tables["projects"]]
    counted = rng.random() < 0.6
    for line in tables["household_payments"]:
        line |= {
            "payment_id": chance(rng, rng.choice([*vouchers, "P999"]), 0.5), "project_id": chance(rng, rng.choice(projects), 0.93),
            "card_no": rng.choice([None, "C1", "C1", "C2", f"C{line['name'][:1]}", "62****1"]), "quantity": rng.choice([None, 1, 2, 10, 12, 1.5]) if counted else None,
            "card_holder": rng.choice([line["name"], line["name"], None, "陌生人", "陈国", "某敬老院"]), "township": rng.choice(["一乡", "一", "三乡", None]),
        }  # fmt: skip
        if rng.random() < 0.05:
            line |= {"township": None, "village": None}


def papers(rng: random.Random, as_of: dt.date, tables: dict[str, list[Record]]) -> dict[str, list[Record]]:
    year, projects = as_of.year, [p["project_id"] for p in tables["projects"]]
    month = lambda n: f"{year}-{n:02d}"  # noqa: E731
    approvals = [
        {"payment_id": p["payment_id"], "step": step, "reviewer": rng.choice(["甲", "乙"]), "round": turn,
         "decided_on": chance(rng, read(p["paid_on"]) - dt.timedelta(days=rng.choice((0, 0, 1, -1))), 0.95), "decision": rng.choice(["同意", "同意", "同意", "退回", None])}
        for p in {p["payment_id"]: p for p in tables["payments"]}.values() for step in STEPS if rng.random() < 0.85 for turn in range(1, rng.choice((2, 2, 3)))
    ]  # fmt: skip
    items = ["资金到账", "分配结果", "开工", "竣工", "收益分配", "项目库建设", "项目实施计划", "政策制度"]
    subjects = [
        *(i["indicator_id"] for i in tables["indicators"]),
        *(a["allocation_id"] for a in tables["allocations"]),
        *projects,
        None,
    ]
    arisen = [around(rng, as_of - dt.timedelta(days=150), 0, 129, 130) for _ in range(rng.randint(2, 9))]
    shown = [chance(rng, around(rng, day, 20, 0)) for day in arisen]
    disclosures = [
        {"item_id": f"G{n}", "subject_id": rng.choice(subjects), "kind": rng.choice(items), "arisen_on": day, "disclosed_on": own,
         "taken_down_on": chance(rng, (own or day) + dt.timedelta(days=rng.choice((9, 10, 11, 3, -1))), 0.7), "channel": rng.choice(["门户网站", "村公示栏", "乡镇公示栏", None])}
        for n, (day, own) in enumerate(zip(arisen, shown, strict=True))
    ]  # fmt: skip
    performance = {
        (p, y, m): {"project_id": p, "year": y, "metric": m, "target": rng.choice([None, 10, 10]), "direction": rng.choice(["≥", "≤", "=", None]),
                    "actual": rng.choice([None, 8, 7.99, 12, 12.01, 10]), "self_score": rng.choice([None, 59, 60, 61, 80]),
                    "self_evaluated_on": chance(rng, dt.date(y + 1, 3, 31) + dt.timedelta(days=rng.choice((0, 1, -20))), 0.7)}
        for p in projects for y in (year, year - 1) for m in ("户数", "成本") if rng.random() < 0.35
    }  # fmt: skip
    raised = [around(rng, as_of - dt.timedelta(days=50), 39, 40, 0) for _ in range(rng.randint(1, 4))]
    return {
        "approvals": approvals, "disclosures": disclosures, "performance": list(performance.values()),
        "month_plans": [{"month": month(n), "unit": unit, "project_id": rng.choice(projects), "amount": rng.choice((1, 10, 10, 100, 400)), "issued_on": chance(rng, dt.date(year, n, rng.choice((4, 5, 6))))}
                        for unit in ("甲局", "乙局") for n in rng.sample(range(1, 13), 3)],
        "submissions": [{"kind": kind, "period": rng.choice([month(n), f"{year}年{n}月"]), "section": section if kind == "科室月报" else None,
                         "submitted_on": chance(rng, dt.date(year + n // 12, n % 12 + 1, rng.choice((5, 10, 11, 15, 16))), 0.7)}
                        for kind, section in (("县级月报", None), ("科室月报", "农业股"), ("月支出计划", None)) for n in rng.sample(range(1, 13), 4)],
        "platform_payments": [{"payment_id": p["payment_id"], "paid_on": p["paid_on"], "amount": rng.choice((p["amount"], p["amount"], 77))}
                              for p in {p["payment_id"]: p for p in tables["payments"]}.values() if rng.random() < 0.6],
        "quantities": [{"project_id": p, "item": item, "design": rng.choice([100, 100, 0, None]), **{c: rng.choice([None, 100, 100, 98, 102, 102.01]) for c in ("drawing", "as_built", "completion_report", "on_site")}}
                       for p in projects for item in ("路面", "边沟") if rng.random() < 0.4],
        "alerts": [{"alert_id": f"Y{n}", "rule": "大额", "raised_on": day, "answered_on": (own := chance(rng, around(rng, day, 10))), "closed_on": own and chance(rng, around(rng, own, 30))}
                   for n, day in enumerate(raised)],
        "permits": [{"project_id": p, "kind": kind, "required": rng.choice(["是", "是", "否", None]),
                     "issued_on": chance(rng, rng.choice([read(next(x for x in tables["projects"] if x["project_id"] == p)["actual_start"]) or as_of]) + dt.timedelta(days=rng.choice((-1, 0, 1))), 0.7)}
                    for p in projects for kind in ("用地", "环评") if rng.random() < 0.4],
        "assets": [{"asset_id": f"C{n}", "project_id": rng.choice(projects), "status": rng.choice(["在用", "在用", "闲置", "损毁", None]),
                    "checked_on": chance(rng, as_of - dt.timedelta(days=rng.choice((10 + n, 366, 367, 30 + n))))} for n in range(rng.randint(1, 4))],
        "benefits": [{"project_id": p, "year": y, "due": rng.choice((100, 50)), "paid": rng.choice([None, 100, 99.99, 150])} for p in projects for y in (year - 2, year - 1, year) if rng.random() < 0.3],
    }  # fmt: skip
