"""Planted among allocations, works, notices and the books: AL, PM, PD and DQ, each on projects of its own of early money of 2023."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sample.county import County, add_allocation
from sample.in_order import TERMS
from sample.planted_money import indicator_row

D = Decimal
INDICATOR = "ZB2023031"
GIVEN = date(2022, 12, 10)
Row = dict[str, Any]


class Papers:
    """Small projects that are in order but for what is said of them; and indicators alike."""

    def __init__(self, county: County) -> None:
        self.county, self.number, self.allocated, self.indicators = county, 1000, D(0), 40

    def project(
        self, amount: str | None = None, allocation: Mapping[str, Any] | None = None, paid: str | None = None, **more: Any
    ) -> tuple[str, str]:
        """(project, allocation)."""
        self.number += 1
        amount = amount or ("3000.00" if paid else "300.00")
        key, own = f"XM2023{self.number}", f"FP2023{self.number}"
        place = self.county.townships[self.number % len(self.county.townships)]
        fields = {
            "category": "公共服务", "status": "在建", "planned_start": date(2022, 11, 1), "actual_start": date(2022, 11, 9), "planned_finish": date(2023, 6, 30),
        } | more  # fmt: skip
        self.county.add(
            "projects", project_id=key, name=f"2023年提前实施{place}服务点{self.number - 1000}号项目", township=place,
            unit=self.county.units[self.number % len(self.county.units)], to_household=False, **fields,
        )  # fmt: skip
        details = {"indicator": INDICATOR, "day": GIVEN} | dict(allocation or {})
        add_allocation(
            self.county, own, details.pop("indicator"), details.pop("project", key), D(amount), details.pop("day"), **details
        )
        if (allocation or {}).get("indicator") is None:
            self.allocated += D(amount)
        if paid:
            self.county.pay(date(2022, 12, 20), D(paid), own, key, f"{self.county.name}惠民建筑安装有限公司", "工程款")
        return key, own

    def indicator(self, amount: str, received: date = date(2022, 12, 10), **more: Any) -> str:
        self.indicators += 1
        key = f"ZB20230{self.indicators}"
        indicator_row(self.county, key, amount, received, 2023, f"2023年提前下达项目资金（{self.indicators}）", **more)
        return key

    def contract(self, project: str, number: int, amount: str, **more: Any) -> str:
        key = f"HT{project[2:]}{number}"
        fields: Row = {"kind": "施工", "contractor": "惠民建筑安装有限公司", "signed_on": date(2022, 11, 5)} | more
        self.county.add("contracts", contract_id=key, project_id=project, amount=D(amount), **fields)
        return key

    def say(self, check: str, subject: str, verdict: str, why: str, table: str, column: str, *values: str) -> None:
        if verdict:
            self.county.plant(check, subject, verdict, table, column, *values)
        else:
            self.county.near(check, subject, why)

    def unread(self, table: str, column: str, key: str, *checks: str) -> None:
        """A row that could not be read leaves open what else is asked of it."""
        for check in checks:
            self.county.plant(check, key, "undetermined", table, column)

    def finish(self) -> None:
        indicator_row(self.county, INDICATOR, str(self.allocated), date(2022, 12, 5), 2023, "2023年提前实施服务点资金")


def plant_papers(county: County) -> None:
    papers = Papers(county)
    papers.project("290.00")  # so that no equal split stands among the 300.00 of the others
    for plant in (
        _reported, _disbursed, _allocated, _beyond, _documents, _library, _reports, _poverty, _equal, _matching,
        _tenders, _prices, _terms, _retention, _acceptance, _books, _approved, _splits, _changes, _owed, _in_use, _benefits, _concentrated, _permits,
        _metrics, _targets, _evaluations, _notices, _boards, _flags, _alerts,
    ):  # fmt: skip
        plant(papers)
    papers.finish()


# ---- allocations


def _reported(p: Papers) -> None:
    cases = [
        (4, "finding", ""),
        (9, "finding", ""),
        (None, "finding", ""),
        (3, "", "正好 3 天"),
        (0, "", "当天报告"),
        (1, "", "次日报告"),
    ]
    for days, verdict, why in p.county.cases("AL01", cases):
        key = p.indicator("100.00", reported_on=None if days is None else date(2022, 12, 10) + timedelta(days=days))
        p.project("100.00", {"indicator": key})
        p.say("AL01", key, verdict, why, "indicators", "indicator_id")
    if p.county.count("AL01", 3):
        key = p.indicator("100.00", reported_on="见会议纪要")
        p.project("100.00", {"indicator": key})
        p.say("AL01", key, "undetermined", "", "indicators", "indicator_id")


def _disbursed(p: Papers) -> None:
    plan = date(2022, 12, 6)  # as `add_allocation` has it for the usual day
    cases = [
        (6, "finding", ""),
        (20, "finding", ""),
        (None, "finding", ""),
        (5, "", "正好 5 天"),
        (0, "", "当天下达"),
        (1, "", "次日下达"),
    ]
    for days, verdict, why in p.county.cases("AL02", cases):
        _, own = p.project(allocation={"disbursed_on": None if days is None else plan + timedelta(days=days)})
        p.say("AL02", own, verdict, why, "allocations", "allocation_id")


def _allocated(p: Papers) -> None:
    cases = [
        (31, "finding", ""),
        (45, "finding", ""),
        (60, "finding", ""),
        (30, "", "正好 30 天"),
        (5, "", "五天分配完毕"),
        (29, "", "29 天"),
    ]
    for days, verdict, why in p.county.cases("AL03", cases):
        key = p.indicator("300.00", received=date(2022, 10, 8))
        p.project("300.00", {"indicator": key, "day": date(2022, 10, 8) + timedelta(days=days)})
        p.say("AL03", key, verdict, why, "indicators", "indicator_id")


def _beyond(p: Papers) -> None:
    cases = [
        ("100.01", "finding", ""),
        ("150.00", "finding", ""),
        ("300.00", "finding", ""),
        ("100.00", "", "正好分完"),
        ("99.99", "", "差一分"),
        ("40.00", "", "还没有分完"),
    ]
    for amount, verdict, why in p.county.cases("AL04", cases):
        key = p.indicator("100.00")
        p.project(amount, {"indicator": key})
        p.say("AL04", key, verdict, why, "indicators", "indicator_id")
    if p.county.count("AL04", 3):
        key = p.indicator("100.00")
        p.project("80.00", {"indicator": key})
        _, own = p.project("30.00", {"indicator": key, "day": None})
        for check in ("AL04", "AL03"):
            p.say(check, key, "undetermined", "", "allocations", "allocation_id", own)


def _documents(p: Papers) -> None:
    for kind, _, _ in p.county.cases("AL05", [("file", "finding", ""), ("file", "finding", ""), ("allocation", "finding", "")]):
        if kind == "file":
            key = p.indicator("100.00", attachment=None)
            p.project("100.00", {"indicator": key})
            p.say("AL05", key, "finding", "", "indicators", "indicator_id")
        else:
            _, own = p.project(allocation={"attachment": None})
            p.say("AL05", own, "finding", "", "allocations", "allocation_id")
    if p.county.count("AL05", 3):
        for number in (1, 2, 3):
            p.say("AL05", f"ZB202200{number}", "", "文号和扫描件都有", "", "")
        key = p.indicator("陆佰元", attachment=None)
        p.project("100.00", {"indicator": key})
        p.say("AL05", key, "undetermined", "", "indicators", "indicator_id")
        p.unread("indicators", "indicator_id", key, "AL01", "AL03", "AL04", "DQ02")


def _library(p: Papers) -> None:
    cases = [
        ({"stored_on": GIVEN + timedelta(days=1)}, {}, "finding", ""), ({"stored_on": date(2022, 12, 28)}, {}, "finding", ""), ({}, {"project": "XM2023999"}, "finding", ""),
        ({"stored_on": GIVEN}, {}, "", "入库与下达同一天"), ({"stored_on": date(2022, 12, 1)}, {}, "", "先入库"), ({"stored_on": date(2021, 12, 1)}, {}, "", "上年入库"),
        ({"stored_on": None}, {}, "undetermined", ""),
    ]  # fmt: skip
    for fields, allocation, verdict, why in p.county.cases("AL07", cases):
        _, own = p.project(allocation=allocation, **fields)
        p.say("AL07", own, verdict, why, "allocations", "allocation_id")


def _reports(p: Papers) -> None:
    if "submissions" in p.county.without:
        return
    late = [("县级月报", 3, date(2022, 4, 11)), ("县级月报", 6, None), ("月支出计划", 9, date(2022, 9, 6))]
    for kind, month, day in late[: p.county.count("AL08", 3)]:
        p.county.bare["submissions"].add((kind, month))
        if day:
            p.county.add("submissions", kind=kind, period=f"2022-{month:02d}", submitted_on=day)
        if kind == "月支出计划":
            p.county.bare["plans"].add(month)
        p.county.plant("AL08", f"{kind}|2022-{month:02d}|", "finding", "", "")
    p.county.bare["submissions"].add(("科室月报", 5))
    p.county.add("submissions", kind="科室月报", period="2022-05", section="农业农村股")
    p.county.plant("AL08", "科室月报|2022-05|农业农村股", "undetermined", "submissions", "period", "2022-05")
    for subject, why in (
        ("县级月报|2022-01|", "按时报送"),
        ("月支出计划|2022-02|", "按时报送"),
        ("科室月报|2022-02|农业农村股", "按时报送"),
    ):
        p.county.near("AL08", subject, why)


def _poverty(p: Papers) -> None:
    if not p.county.count("AL09", 3):
        return
    key = p.indicator("600.00")
    cases = [
        ("100.01", "finding", ""),
        (None, "finding", ""),
        (None, "finding", ""),
        ("100.00", "", "等于分配金额"),
        ("40.00", "", "小于分配金额"),
        ("0.00", "", "不含扶贫资金"),
    ]
    for amount, (part, verdict, why) in zip(("100.00", "110.00", "120.00", "100.00", "90.00", "80.00"), cases, strict=True):
        _, own = p.project(amount, {"indicator": key, "poverty_part": part and D(part)})
        p.say("AL09", own, verdict, why, "allocations", "allocation_id")
    _, own = p.project("100.00", {"poverty_part": "大约一半"})
    p.say("AL09", own, "undetermined", "", "allocations", "allocation_id")
    p.unread("allocations", "allocation_id", own, "AL02")


def _equal(p: Papers) -> None:
    cases = [
        (5, "0", "finding", ""),
        (6, "0", "finding", ""),
        (7, "0", "finding", ""),
        (4, "0", "", "只有四份"),
        (5, "0.01", "", "有一份多一分"),
        (3, "0", "", "只有三份"),
    ]
    for n, more, verdict, why in p.county.cases("AL11", cases):
        key = p.indicator(str(20 * n + D(more)))
        for turn in range(n):
            p.project(str(20 + (D(more) if turn == 0 else 0)), {"indicator": key})
        p.say("AL11", key, verdict, why, "indicators", "indicator_id")
    if p.county.count("AL11", 3):
        key = p.indicator("壹佰元")
        for _ in range(5):
            p.project("20.00", {"indicator": key})
        p.say("AL11", key, "undetermined", "", "indicators", "indicator_id")
        p.unread("indicators", "indicator_id", key, "AL01", "AL03", "AL04", "DQ02")


def _matching(p: Papers) -> None:
    cases = [
        ("49.99", "县", date(2022, 9, 1), "finding", ""), ("50.00", "县", date(2022, 10, 31), "finding", ""), (None, "", None, "finding", ""),
        ("50.00", "县", date(2022, 10, 30), "", "第 90 天到位"), ("60.00", "区", date(2022, 9, 1), "", "足额配套"), ("50.00", "县", date(2022, 8, 5), "", "足额配套"),
    ]  # fmt: skip
    for amount, level, day, verdict, why in p.county.cases("AL12", cases):
        key = p.indicator("100.00", received=date(2022, 8, 1), matching_due=D("50.00"))
        p.project("100.00", {"indicator": key, "day": date(2022, 8, 10)})
        if amount:
            own = p.indicator(amount, received=day, matches=key)
            p.county.tables["indicators"][-1]["level"] = level
            p.project(amount, {"indicator": own, "day": day})
        p.say("AL12", key, verdict, why, "indicators", "indicator_id")
    if p.county.count("AL12", 3):
        key = p.indicator("100.00", received=date(2022, 8, 1), matching_due="按比例")
        p.say("AL12", key, "undetermined", "", "indicators", "indicator_id")
        p.unread("indicators", "indicator_id", key, "AL01", "AL03")


# ---- works


def _tenders(p: Papers) -> None:
    day, large = date(2022, 11, 1), {"category": "基础设施", "planned_amount": D("4000000.00")}
    cases: list[tuple[Row, str, str, str]] = [
        ({"tender_on": day, "drawing_review_on": date(2022, 11, 2)}, "PM01", "finding", ""), ({"tender_on": day, "drawing_review_on": None}, "PM01", "finding", ""),
        ({"tender_on": day, "drawing_review_on": date(2022, 12, 1)}, "PM01", "finding", ""), ({"tender_on": day, "drawing_review_on": day}, "PM01", "", "同一天"),
        ({"tender_on": day, "drawing_review_on": date(2022, 10, 1)}, "PM01", "", "先审查后招标"),
        ({"tender_on": day, "drawing_review_on": None, "planned_amount": D("3999999.99")}, "PM01", "", "差一分不到限额"),
        ({"tender_on": day, "drawing_review_on": "已审查"}, "PM01", "undetermined", ""),
    ]  # fmt: skip
    for fields, check, verdict, why in [(f, "PM01", v, w) for f, _, v, w in p.county.cases("PM01", cases)]:
        key, _ = p.project(**(large | fields))
        p.contract(key, 2, "100.00", kind="监理")
        p.contract(key, 1, "100.00")
        p.say(check, key, verdict, why, "projects", "project_id")
    works: list[tuple[Row, tuple[str, ...], str | None, str, str]] = [
        ({"planned_amount": D("4000000.00")}, ("监理",), None, "finding", ""), ({"planned_amount": D("4000000.00"), "tender_on": day, "drawing_review_on": day}, (), None, "finding", ""),
        ({}, ("监理",), "100.00", "finding", ""), ({"planned_amount": D("3999999.99")}, (), None, "", "差一分不到限额"),
        ({"planned_amount": D("4000000.00"), "tender_on": day, "drawing_review_on": day}, ("监理",), None, "", "已招标、已监理"), ({}, ("施工",), "100.00", "", "有施工合同"),
        ({"planned_amount": D("4000000.00"), "tender_on": "年初"}, ("监理",), None, "undetermined", ""),
    ]  # fmt: skip
    for fields, kinds, paid, verdict, why in p.county.cases("PM11", works):
        key, _ = p.project(paid=paid, **({"category": "基础设施", "physical_progress": D("0.03") if paid else None} | fields))
        for number, kind in enumerate(kinds, 1):
            p.contract(key, number, "3000.00", kind=kind)
        p.say("PM11", key, verdict, why, "projects", "project_id")


def _prices(p: Papers) -> None:
    cases = [
        ("100.01", "100.00", None, "finding", ""), ("100.00", "200.00", "105.00", "finding", ""), ("300.00", "100.00", None, "finding", ""),
        ("100.00", "100.00", "100.00", "", "三者相等"), ("90.00", "100.00", "80.00", "", "节约"), ("100.00", None, None, "", "没有计划投资和结算价"),
    ]  # fmt: skip
    for contract, planned, settled, verdict, why in p.county.cases("PM02", cases):
        key, _ = p.project(planned_amount=planned and D(planned), settled_amount=settled and D(settled))
        p.contract(key, 1, contract)
        p.say("PM02", key, verdict, why, "contracts", "contract_id" if verdict else "", f"HT{key[2:]}1")


def _terms(p: Papers) -> None:
    cases: list[tuple[Row, str, str]] = [
        ({"price_adjust_term": None}, "finding", ""), ({"retention_ratio": None}, "finding", ""), ({"kind": "监理", "payment_term": None}, "finding", ""),
        ({"kind": "监理", "retention_term": None, "retention_ratio": None, "price_adjust_term": None}, "", "监理合同三项都有"), ({"kind": "采购", **dict.fromkeys(TERMS)}, "", "采购合同不参加"),
        ({}, "", "六项都有"), ({**dict.fromkeys(TERMS), "retention_ratio": None}, "undetermined", ""),
    ]  # fmt: skip
    for fields, verdict, why in p.county.cases("PM03", cases):
        key, _ = p.project()
        own = p.contract(key, 1, "3000.00", **fields)
        p.say("PM03", own, verdict, why, "contracts", "contract_id")


def _retention(p: Papers) -> None:
    cases = [
        ("0.05", "finding", ""),
        ("0.04", "finding", ""),
        ("0.10", "finding", ""),
        ("0.03", "", "正好 3%"),
        ("0.02", "", "2%"),
        ("0.01", "", "百分之一"),
    ]
    for ratio, verdict, why in p.county.cases("PM04", cases):
        key, _ = p.project()
        own = p.contract(key, 1, "3000.00", retention_ratio=D(ratio))
        p.say("PM04", own, verdict, why, "contracts", "contract_id")
    if p.county.count("PM04", 3):
        key, _ = p.project()
        own = p.contract(key, 1, "3000.00", retention_ratio="按规定")
        p.say("PM04", own, "undetermined", "", "contracts", "contract_id")
        p.county.plant("PM03", own, "finding", "contracts", "contract_id")


def _acceptance(p: Papers) -> None:
    done, late = date(2022, 10, 1), date(2022, 12, 21)
    cases: list[tuple[Row, str | None, str, str]] = [
        ({"actual_finish": done, "status": "完工", "joint_accepted_on": None}, None, "finding", ""), ({"joint_accepted_on": late}, "2950.00", "finding", ""),
        ({"joint_accepted_on": date(2022, 12, 1), "initial_accepted_on": date(2022, 12, 2)}, None, "finding", ""), ({"actual_finish": date(2022, 10, 2), "status": "完工", "joint_accepted_on": None}, None, "", "完工正好 90 天"),
        ({"joint_accepted_on": late}, "2910.00", "", "验收前正好付 97%"), ({"joint_accepted_on": date(2022, 12, 1), "initial_accepted_on": date(2022, 12, 1)}, None, "", "同日初验和联合验收"),
        ({"joint_accepted_on": "已验收"}, None, "undetermined", ""),
    ]  # fmt: skip
    for fields, paid, verdict, why in p.county.cases("PM05", cases):
        key, _ = p.project(paid=paid, physical_progress=(D(paid or 0) / 3000).quantize(D("0.01")), **fields)
        p.contract(key, 1, "3000.00")
        p.say("PM05", key, verdict, why, "projects", "project_id")


def _books(p: Papers) -> None:
    cases = [
        ("102.01", "finding", ""),
        ("90.00", "finding", ""),
        ("150.00", "finding", ""),
        ("102.00", "", "正好 2%"),
        ("98.00", "", "正好少 2%"),
        (None, "", "没有实测"),
        ("none", "undetermined", ""),
    ]
    for measured, verdict, why in p.county.cases("PM06", cases):
        key, _ = p.project()
        design = None if measured == "none" else D(100)
        p.county.add(
            "quantities",
            project_id=key,
            item="路面",
            design=design,
            drawing=D(100),
            on_site=D("100") if measured == "none" else measured and D(measured),
            unit="米",
        )
        p.say("PM06", key, verdict, why, "quantities", "project_id")


def _approved(p: Papers) -> None:
    cases: list[tuple[Row, str, str]] = [
        ({"approved_on": None}, "finding", ""), ({"approved_on": GIVEN + timedelta(days=1)}, "finding", ""), ({"approved_on": date(2022, 12, 30)}, "finding", ""),
        ({"approved_on": GIVEN}, "", "同一天"), ({"approved_on": None, "status": "取消", "change_doc_no": "变更〔2022〕9号"}, "", "已取消"), ({"approved_on": date(2022, 1, 5)}, "", "先立项"),
        ({"approved_on": "纪要通过"}, "undetermined", ""),
    ]  # fmt: skip
    for fields, verdict, why in p.county.cases("PM08", cases):
        key, _ = p.project(**fields)
        p.say("PM08", key, verdict, why, "projects", "project_id")


def _splits(p: Papers) -> None:
    first = date(2022, 6, 1)
    cases = [
        (["2000000.00", "2000000.00"], 90, "finding", ""), (["3000000.00", "1500000.00"], 10, "finding", ""), (["1500000.00", "1500000.00", "1500000.00"], 20, "finding", ""),
        (["2000000.00", "2000000.00"], 91, "", "相隔 91 天"), (["2000000.00", "1999999.99"], 5, "", "合计差一分"), (["1000000.00", "1000000.00"], 5, "", "合计两百万元"),
        (["2000000.00", "2000000.00"], None, "undetermined", ""),
    ]  # fmt: skip
    for turn, (amounts, apart, verdict, why) in enumerate(p.county.cases("PM09", cases)):
        key, _ = p.project(tender_on=date(2022, 5, 1), drawing_review_on=date(2022, 4, 1))
        for number, amount in enumerate(amounts, 1):
            day = None if apart is None and number > 1 else first + timedelta(days=(apart or 0) if number == 2 else 0)
            p.contract(key, number, amount, contractor=f"安居{turn}建筑有限公司", signed_on=day)
        p.contract(key, 9, "100.00", kind="监理", contractor=f"安居{turn}监理有限公司")
        p.say("PM09", key, verdict, why, "contracts", "project_id")


def _changes(p: Papers) -> None:
    cases = [
        ("取消", None, "finding", ""),
        ("调整", None, "finding", ""),
        ("取消", None, "finding", ""),
        ("取消", "变更〔2022〕1号", "", "已备案"),
        ("调整", "变更〔2022〕2号", "", "已备案"),
        ("在建", None, "", "没有调整"),
    ]
    for status, number, verdict, why in p.county.cases("PM10", cases):
        key, _ = p.project(status=status, change_doc_no=number)
        p.say("PM10", key, verdict, why, "projects", "project_id")
    if p.county.count("PM10", 3):
        key, own = p.project(status="取消", change_doc_no=None, settled_amount="待定")
        p.say("PM10", key, "undetermined", "", "projects", "project_id")
        p.unread("projects", "project_id", key, "LP06", "PM02")
        p.say("AL07", own, "undetermined", "", "projects", "project_id", key)


def _owed(p: Papers) -> None:
    cases = [
        (date(2022, 10, 31), "2900.00", "0.03", "finding", ""), (date(2022, 3, 1), "1000.00", "0.03", "finding", ""), (date(2022, 6, 1), "2909.99", "0.03", "finding", ""),
        (date(2022, 11, 1), "1000.00", "0.03", "", "验收正好 60 天"), (date(2022, 6, 1), "2910.00", "0.03", "", "正好付到质保金"), (date(2022, 6, 1), "3000.00", "0.03", "", "付清"),
        (date(2022, 6, 1), "2950.00", None, "undetermined", ""),
    ]  # fmt: skip
    for joint, paid, ratio, verdict, why in p.county.cases("PM12", cases):
        key, _ = p.project(paid=paid, joint_accepted_on=joint, physical_progress=(D(paid) / 3000).quantize(D("0.01")))
        own = p.contract(key, 1, "3000.00", retention_ratio=ratio and D(ratio))
        if ratio is None:
            p.county.plant("PM03", own, "finding", "contracts", "contract_id")
        p.say("PM12", key, verdict, why, "contracts", "project_id")


def _in_use(p: Papers) -> None:
    old = date(2022, 3, 1)
    cases = [
        (date(2022, 7, 3), None, None, "finding", ""), (old, "闲置", date(2022, 11, 1), "finding", ""), (old, "损毁", date(2022, 11, 1), "finding", ""),
        (date(2022, 7, 4), None, None, "", "完工正好 180 天"), (old, "在用", date(2022, 11, 1), "", "在用"), (old, "在用", date(2021, 12, 30), "", "核查正好 366 天"),
        (old, "在用", date(2021, 12, 29), "undetermined", ""),
    ]  # fmt: skip
    for finish, used, checked, verdict, why in p.county.cases("PM13", cases):
        key, _ = p.project(
            actual_finish=finish,
            status="完工",
            joint_accepted_on=finish,
            planned_start=date(2022, 2, 1),
            actual_start=date(2022, 2, 2),
            planned_finish=finish,
        )
        p.county.bare["assets"].add(key)
        if used:
            p.county.add(
                "assets",
                asset_id=f"ZC{key[2:]}",
                project_id=key,
                kind="经营性",
                value=D("3000.00"),
                holder="村民委员会",
                status=used,
                checked_on=checked,
            )
        p.say("PM13", key, verdict, why, "projects", "project_id")


def _benefits(p: Papers) -> None:
    cases = [
        ("99.99", "finding", ""),
        ("0.00", "finding", ""),
        (None, "finding", ""),
        ("100.00", "", "正好兑现"),
        ("120.00", "", "多分"),
        ("year", "", "本年度尚未到期"),
        ("none", "undetermined", ""),
    ]
    for paid, verdict, why in p.county.cases("PM14", cases):
        finish = date(2020, 6, 1) if paid == "none" else None
        more: Row = (
            {
                "actual_finish": finish,
                "status": "完工",
                "joint_accepted_on": finish,
                "planned_start": date(2020, 2, 1),
                "actual_start": date(2020, 2, 2),
                "planned_finish": finish,
            }
            if finish
            else {}
        )
        key, _ = p.project(**({"category": "产业发展"} | more))
        if paid == "year":
            p.county.add("benefits", project_id=key, year=2022, due=D("100.00"), households=5)
        elif paid != "none":
            p.county.add("benefits", project_id=key, year=2021, due=D("100.00"), paid=paid and D(paid), households=5)
        p.say("PM14", key, verdict, why, "projects", "project_id")


def _concentrated(p: Papers) -> None:
    for turn in range(p.county.count("PM15", 3)):
        for number in range(5):
            key, _ = p.project(department=f"第{turn + 1}项目办")
            p.contract(
                key,
                1,
                "2000.00" if number < 3 else "1000.00",
                contractor=f"兴业{turn}工程有限公司" if number < 3 else f"百姓{turn}工程有限公司",
            )
        p.county.plant("PM15", f"兴业{turn}工程有限公司", "finding", "contracts", "contractor")
        p.county.near("PM15", f"百姓{turn}工程有限公司", "只有两份，占四分之一")
    if p.county.count("PM15", 3):
        for number in range(5):
            key, _ = p.project(department="第九项目办")
            p.contract(key, 1, "2000.00", contractor="联合工程有限公司" if number < 3 else f"协作{number}工程有限公司")
        p.county.add(
            "contracts",
            contract_id=f"HT{key[2:]}2",
            project_id=key,
            kind="施工",
            contractor="联合工程有限公司",
            amount="约两千元",
            signed_on=date(2022, 11, 5),
        )
        p.county.plant("PM15", "联合工程有限公司", "undetermined", "contracts", "contractor")
        p.unread("contracts", "contract_id", f"HT{key[2:]}2", "PM03")


def _permits(p: Papers) -> None:
    start = date(2022, 11, 9)
    cases: list[tuple[Row, Row, str, str]] = [
        ({}, {"issued_on": start + timedelta(days=1)}, "finding", ""), ({}, {"issued_on": None}, "finding", ""), ({}, {"issued_on": date(2022, 12, 30)}, "finding", ""),
        ({}, {"issued_on": start}, "", "取得当天开工"), ({}, {"issued_on": None, "required": False}, "", "不需要"), ({}, {"issued_on": date(2022, 1, 1)}, "", "先取得"),
        ({"actual_start": None, "status": "未开工", "planned_start": date(2023, 1, 5)}, {"issued_on": None}, "undetermined", ""),
    ]  # fmt: skip
    for fields, permit, verdict, why in p.county.cases("PM17", cases):
        key, _ = p.project(**fields)
        p.county.add("permits", **({"project_id": key, "kind": "环评", "required": True} | permit))
        p.say("PM17", key, verdict, why, "permits", "project_id")


# ---- openness and the books


def _metrics(p: Papers) -> None:
    cases = [
        (None, "finding", ""),
        ("text", "finding", ""),
        (None, "finding", ""),
        ("number", "", "有一个数量指标"),
        ("both", "", "定量和定性都有"),
        ("number", "", "有数量指标"),
    ]
    for kind, verdict, why in p.county.cases("PD01", cases):
        key, _ = p.project()
        p.county.bare["performance"].add(key)
        if kind in ("text", "both"):
            p.county.add("performance", project_id=key, year=2022, metric="群众满意", target_text="较好", set_on=date(2022, 3, 1))
        if kind in ("number", "both"):
            p.county.add(
                "performance",
                project_id=key,
                year=2022,
                metric="受益户数",
                target=D(20),
                actual=D(20),
                unit="户",
                set_on=date(2022, 3, 1),
            )
        p.say("PD01", key, verdict, why, "projects", "project_id")
    if p.county.count("PD01", 3):
        key, own = p.project(settled_amount="待定")
        p.county.bare["performance"].add(key)
        p.say("PD01", key, "undetermined", "", "projects", "project_id")
        p.unread("projects", "project_id", key, "LP01", "LP04", "LP06", "PM02", "PM05", "PM08")
        p.say("AL07", own, "undetermined", "", "projects", "project_id", key)


def _targets(p: Papers) -> None:
    cases = [
        ("≥", "7.99", "finding", ""),
        ("≤", "12.01", "finding", ""),
        ("=", "5", "finding", ""),
        ("≥", "8", "", "正好差 20%"),
        ("≤", "12", "", "正好超 20%"),
        ("=", "10", "", "相等"),
        ("≥", None, "undetermined", ""),
    ]
    for way, actual, verdict, why in p.county.cases("PD02", cases):
        key, _ = p.project()
        p.county.bare["performance"].add(key)
        p.county.add(
            "performance",
            project_id=key,
            year=2022,
            metric="覆盖面积",
            target=D(10),
            direction=way,
            actual=actual and D(actual),
            unit="亩",
            set_on=date(2022, 3, 1),
        )
        p.say("PD02", key, verdict, why, "performance", "project_id")


def _evaluations(p: Papers) -> None:
    cases = [
        (date(2022, 4, 1), "finding", ""),
        (None, "finding", ""),
        (date(2022, 6, 30), "finding", ""),
        (date(2022, 3, 31), "", "期限当天"),
        (date(2022, 1, 20), "", "按时自评"),
        (date(2022, 3, 1), "", "按时自评"),
        ("三月底", "undetermined", ""),
    ]
    for turn, (day, verdict, why) in enumerate(p.county.cases("PD03", cases)):
        key, own = p.project(str(10 + turn), {"indicator": "ZB2021031", "day": date(2021, 12, 6)})
        p.county.bare["performance"].add(key)
        p.county.add(
            "performance",
            project_id=key,
            year=2021,
            metric="完成工程量",
            target=D(1),
            actual=D(1),
            self_score=None if day is None else D(90),
            self_evaluated_on=day,
        )
        p.say("PD03", key, verdict, why, "allocations", "allocation_id", own)
    if p.county.count("PD03", 3):
        n = len(p.county.cases("PD03", cases))
        indicator_row(p.county, "ZB2021031", f"{sum(range(10, 10 + n))}.00", date(2021, 12, 1), 2021, "2021年结转服务点资金")


def _notices(p: Papers) -> None:
    day = date(2022, 11, 1)
    cases = [
        (21, "finding", ""),
        (40, "finding", ""),
        (None, "finding", ""),
        (20, "", "正好 20 天"),
        (0, "", "当天公开"),
        (3, "", "三天公开"),
    ]
    for turn, (days, verdict, why) in enumerate(p.county.cases("PD04", cases), 1):
        item = f"GKA{turn:03d}"
        p.county.add(
            "disclosures",
            item_id=item,
            kind="政策制度",
            arisen_on=day,
            disclosed_on=None if days is None else day + timedelta(days=days),
            channel="门户网站",
        )
        p.say("PD04", item, verdict, why, "disclosures", "item_id")
    if p.county.count("PD04", 3):
        p.county.add(
            "disclosures", item_id="GKA099", kind="政策制度", arisen_on=day, disclosed_on="十一月下旬", channel="门户网站"
        )
        p.county.plant("PD04", "GKA099", "undetermined", "disclosures", "item_id")
        key = p.indicator("100.00", received=date(2022, 12, 5))
        p.project("100.00", {"indicator": key})
        p.county.bare["disclosures"].add(key)
        p.county.plant("PD04", f"资金到账|{key}", "finding", "indicators", "indicator_id", key)


def _boards(p: Papers) -> None:
    day = date(2022, 11, 1)
    cases = [
        (9, "finding", ""),
        (3, "finding", ""),
        (1, "finding", ""),
        (10, "", "正好 10 天"),
        (None, "", "仍在公示"),
        (30, "", "一个月"),
        (-1, "undetermined", ""),
    ]
    for turn, (days, verdict, why) in enumerate(p.county.cases("PD05", cases), 1):
        item = f"GKB{turn:03d}"
        p.county.add(
            "disclosures",
            item_id=item,
            kind="绩效",
            arisen_on=day,
            disclosed_on=day,
            taken_down_on=None if days is None else day + timedelta(days=days),
            channel="乡镇公示栏",
        )
        p.say("PD05", item, verdict, why, "disclosures", "item_id")


def _flags(p: Papers) -> None:
    cases = [
        (False, True, "finding", ""),
        (True, False, "finding", ""),
        (True, False, "finding", ""),
        (False, False, "", "都不是"),
        (True, True, "", "都是"),
        (None, True, "", "指标没有标识"),
        (True, None, "undetermined", ""),
    ]
    for own, other, verdict, why in p.county.cases("DQ02", cases):
        key = p.indicator("100.00", to_household=own)
        p.project("100.00", {"indicator": key, "to_household": other})
        p.say("DQ02", key, verdict, why, "indicators", "indicator_id")


def _alerts(p: Papers) -> None:
    day = date(2022, 9, 1)
    cases = [
        (11, 20, "finding", ""),
        (None, None, "finding", ""),
        (2, 33, "finding", ""),
        (10, 20, "", "正好 10 天反馈"),
        (2, 32, "", "反馈后正好 30 天办结"),
        (0, 0, "", "当天办结"),
        ("已电话反馈", None, "undetermined", ""),
    ]
    for turn, (answered, closed, verdict, why) in enumerate(p.county.cases("DQ06", cases), 1):
        key = f"YJ{turn:04d}"
        said = answered if isinstance(answered, str | None) else day + timedelta(days=answered)
        p.county.add(
            "alerts",
            alert_id=key,
            rule="大额支付预警",
            raised_on=day,
            answered_on=said,
            closed_on=None if closed is None else day + timedelta(days=closed),
            answer="已核实",
        )
        p.say("DQ06", key, verdict, why, "alerts", "alert_id")
