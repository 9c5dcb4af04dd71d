"""Follow the money: from an indicator through allocations, projects and vouchers to households and payees; what each step lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fundaudit import figures
from fundaudit.report.pieces import Html, render
from fundaudit.report.words import money, percent, yuan
from fundaudit.workbench.desk import Desk

ZERO = Decimal(0)
SHOWN_BOXES = 8  # of a step; the smaller ones together
NO_PROJECT, PENDING = "没有写明项目", "待分配"
NO_PAYEE, CENT = "收款方未填", Decimal("0.01")
STEPS = ("指标", "分配到项目", "支付", "到户、到收款方")


@dataclass(frozen=True)
class Box:
    """A step of the money: what came here in yuan, and how much went on."""

    name: str
    amount: Decimal
    passed: Decimal | None = None  # None: the end
    lost: str = ""  # how what did not go on is called
    label: str = ""  # in the picture, where it is shorter

    @property
    def left(self) -> Decimal:
        return self.amount - (self.amount if self.passed is None else self.passed)


@dataclass(frozen=True)
class Flow:
    """Boxes by step, and the yuan that goes from a box to one of the next step."""

    title: str
    steps: Sequence[Mapping[str, Box]]
    links: Mapping[tuple[int, str, str], Decimal]

    def html(self, desk: Desk) -> Html:
        """The picture, and the same as a table: what came, what went on, what was lost on the way."""
        drawn = [
            [
                (box.label or box.name, float(box.amount), money(box.amount), f"{box.lost} {money(box.left)}" if box.left else "")
                for box in step.values()
            ]
            for step in self.steps
        ]
        places = [{name: i for i, name in enumerate(step)} for step in self.steps]
        links = [(step, places[step][a], places[step + 1][b], float(amount)) for (step, a, b), amount in self.links.items()]
        chart = figures.flow_chart(STEPS, drawn, links)
        rows = [
            [STEPS[n], box.name, yuan(box.amount), "" if box.passed is None else yuan(box.passed), yuan(box.left) if box.left else "",
             percent(box.left, box.amount) if box.left else "", box.lost if box.left else ""]
            for n, step in enumerate(self.steps) for box in step.values()
        ]  # fmt: skip
        return render("flow.html.j2", desk.county, masked=False, title=desk.text(self.title), chart=chart, rows=rows)


def indicators(desk: Desk) -> list[tuple[str, str]]:
    """Every indicator, the largest first: the words to show and its number."""
    rows = desk.money.query(
        "SELECT indicator_id, fund_name, doc_no, amount FROM indicator_money ORDER BY amount DESC, indicator_id"
    ).to_pylist()
    return [
        (f"{row['indicator_id']}　{row['fund_name'] or row['doc_no'] or ''}　{money(row['amount'])}", row["indicator_id"])
        for row in rows
    ]


def flow(desk: Desk, indicator_id: str) -> Flow:
    """The money of one indicator. KeyError where there is none of the number."""
    query = desk.money.query
    values = {"id": indicator_id}
    found = query("SELECT fund_name, doc_no, amount FROM indicator_money WHERE indicator_id = $id", values).to_pylist()
    if not found:
        raise KeyError(f"台账中没有指标 {indicator_id}")
    (own,) = found
    allocated = {
        row["project"]: row["amount"]
        for row in query(
            f"SELECT CASE WHEN is_pending THEN '{PENDING}' ELSE coalesce(p.name, a.project_id, '{NO_PROJECT}') END AS project, sum(amount) AS amount"  # noqa: S608
            " FROM allocation_money a LEFT JOIN (SELECT project_id, any_value(name) AS name FROM projects GROUP BY 1) p USING (project_id)"
            " WHERE indicator_id = $id GROUP BY 1 ORDER BY amount DESC, project",
            values,
        ).to_pylist()
    }
    payments = query(
        f"SELECT t.payment_id, t.line_no, t.amount, t.payee_name, t.payee_kind, coalesce(p.name, t.traced_project_id, '{NO_PROJECT}') AS project"  # noqa: S608
        " FROM traced_payments t LEFT JOIN (SELECT project_id, any_value(name) AS name FROM projects GROUP BY 1) p ON p.project_id = t.traced_project_id"
        " WHERE traced_indicator_id = $id",
        values,
    ).to_pylist()
    ends = _ends(desk, payments)
    return _drawn(desk, f"{own['fund_name'] or own['doc_no'] or indicator_id}（{indicator_id}）", own["amount"], allocated, ends)


@dataclass(frozen=True)
class _End:
    """Yuan of a project's payments that went to somebody; `None` for what the household lines do not account for."""

    project: str
    whom: str | None
    amount: Decimal
    payment: str


def _ends(desk: Desk, payments: Sequence[Mapping[str, Any]]) -> list[_End]:
    """Where each payment ended: at households by subsidy, as far as their lines say, else at its payee. Of a voucher of several lines each
    leads to its share of the households."""
    of, whole = _households(desk, sorted({p["payment_id"] for p in payments}))
    ends = []
    for p in payments:
        payment, amount = p["payment_id"], p["amount"]
        if payment not in of or not whole.get(payment):
            ends.append(_End(p["project"], p["payee_name"] or NO_PAYEE, amount, payment))
            continue
        parts = [(f"到户：{subsidy}", (paid * amount / whole[payment]).quantize(CENT)) for subsidy, paid in of[payment]]
        ends += [_End(p["project"], subsidy, part, payment) for subsidy, part in parts]
        if rest := amount - sum((part for _, part in parts), ZERO):
            ends.append(_End(p["project"], None, rest, payment))
    return ends


def _households(desk: Desk, payments: Sequence[str]) -> tuple[dict[str, list[tuple[str, Decimal]]], dict[str, Decimal]]:
    """Voucher → what its household lines come to, by subsidy; and what the voucher comes to itself, over all its lines."""
    of: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    if not desk.has("household_payments") or not payments:
        return of, {}
    lines = (
        "SELECT payment_id, coalesce(subsidy, '补助') AS subsidy, sum(amount) AS amount FROM household_payments"
        " WHERE payment_id IN (SELECT unnest($ids)) GROUP BY ALL ORDER BY ALL"
    )
    for row in desk.rows(lines, {"ids": payments}):
        of[row["payment_id"]].append((row["subsidy"], row["amount"]))
    sums = "SELECT payment_id, sum(amount) AS amount FROM payments WHERE payment_id IN (SELECT unnest($ids)) GROUP BY 1"
    return of, {row["payment_id"]: row["amount"] for row in desk.rows(sums, {"ids": payments})}


def _drawn(desk: Desk, title: str, amount: Decimal, allocated: Mapping[str, Decimal], ends: Sequence[_End]) -> Flow:
    paid = _sums((end.project, end.amount) for end in ends)
    projects = _largest({**dict.fromkeys(paid, ZERO), **allocated})
    targets = _largest(_sums((end.whom, end.amount) for end in ends if end.whom))
    given, spent, explained = (
        defaultdict[str, Decimal](Decimal),
        defaultdict[str, Decimal](Decimal),
        defaultdict[str, Decimal](Decimal),
    )
    links: dict[tuple[int, str, str], Decimal] = defaultdict(Decimal)
    for name, yuan_ in allocated.items():
        given[projects[name]] += yuan_
        links[0, title, projects[name]] += yuan_
    vouchers: dict[str, set[str]] = defaultdict(set)
    for end in ends:
        vouchers[projects[end.project]].add(end.payment)
        spent[projects[end.project]] += end.amount
        links[1, projects[end.project], projects[end.project]] += end.amount
        if end.whom:
            explained[projects[end.project]] += end.amount
            links[2, projects[end.project], targets[end.whom]] += end.amount
    reached = _sums((targets[end.whom], end.amount) for end in ends if end.whom)
    order = list(dict.fromkeys(projects.values()))
    shown = {name: desk.text(name) for name in order}
    steps = [
        {title: Box(desk.text(title), amount, sum(allocated.values(), ZERO), "未分配")},
        {name: Box(shown[name], given[name], spent[name], "未支付") for name in order},
        {
            name: Box(
                f"{shown[name]}的 {len(vouchers[name])} 张凭证",
                spent[name],
                explained[name],
                "没有到户明细",
                f"{len(vouchers[name])} 张凭证",
            )
            for name in order
            if name in vouchers
        },
        {name: Box(_whom(desk, name), yuan_) for name, yuan_ in reached.items()},
    ]
    return Flow(title, steps, links)


def _whom(desk: Desk, name: str) -> str:
    """Who got it, as he may be seen."""
    return name if name == NO_PAYEE or name.startswith(("到户：", "其余 ")) else str(desk.cell("收款方名称", name))


def _sums(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for name, amount in pairs:
        sums[name] += amount
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def _largest(sums: Mapping[str, Decimal]) -> dict[str, str]:
    """Each name as it is drawn: the largest by themselves, the others together."""
    order = sorted(sums, key=lambda name: (-sums[name], name))
    if len(order) <= SHOWN_BOXES + 1:
        return {name: name for name in order}
    rest = f"其余 {len(order) - SHOWN_BOXES} 个"
    return {name: name if place < SHOWN_BOXES else rest for place, name in enumerate(order)}
