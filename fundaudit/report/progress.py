"""How far the year's money is spent, by section, by unit and by month; and who is how many months behind, with the step that is proposed.

Money in yuan; the year's money is that of budget years up to the audit year, without what was paid before the year began.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fundaudit.county import County
from fundaudit.ledger.connection import pace
from fundaudit.parameters import Settings
from fundaudit.report.money import YEAR_TARGET

ZERO = Decimal(0)
STEPS = ("提醒", "通报", "约谈", "移送")


@dataclass(frozen=True)
class Behind:
    """A unit at the end of the audit date's last whole month: yuan that it had for the year, paid, and for how many month ends on end
    it has been behind pace; `step`: what is proposed, empty where nothing is."""

    unit: str
    available: Decimal
    paid: Decimal
    months: int
    step: str


def month_ends(as_of: date) -> list[date]:
    """The last days of the year's months up to the audit date."""
    firsts = [date(as_of.year, month, 1) for month in range(2, 13)] + [date(as_of.year + 1, 1, 1)]
    return [end for first in firsts if (end := first - timedelta(days=1)) <= as_of]


def proposed(months: int, settings: Settings) -> str:
    """The step for so many months behind: the furthest whose number they reach."""
    limits = settings.escalation
    reached = [
        step
        for step, least in zip(STEPS, (limits.remind, limits.report, limits.talk, limits.refer), strict=True)
        if months >= least
    ]
    return reached[-1] if reached else ""


def units_behind(county: County) -> list[Behind]:
    """Every unit with money of the year, those the longest behind and then with the most unspent first."""
    ends = month_ends(county.as_of)
    if not ends:
        return []
    standing: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in county.rows(_BY_UNIT, {"ends": ends}):
        standing[row["unit"]].append(row)
    found = []
    for unit, rows in standing.items():
        months = 0
        for row in reversed(rows):  # by month
            due, whole = pace(row["last"], county.settings)
            asked = min(due * 100, whole * YEAR_TARGET)  # the year's target is all that is asked, at the year's end too
            paid = row["paid"] + max(row["of_nobody"], ZERO)  # payments that lead to no unit may all be this one's
            if row["available"] <= 0 or paid * whole * 100 >= row["available"] * asked:
                break
            months += 1
        if rows[-1]["available"] > 0:
            found.append(Behind(unit, rows[-1]["available"], rows[-1]["paid"], months, proposed(months, county.settings)))
    return sorted(found, key=lambda b: (-b.months, b.paid - b.available, b.unit))


_BY_UNIT = """
WITH ends AS (SELECT CAST(unnest($ends) AS DATE) AS last),
own AS (SELECT allocation_id, project_id, indicator_id, coalesce(unit, '（未填预算单位）') AS unit, allocated_on, amount FROM allocation_money WHERE NOT is_pending AND NOT is_early),
given AS ( -- what has no day may not have been given yet
    SELECT unit, last, sum(amount) AS amount FROM own JOIN ends ON allocated_on <= last GROUP BY ALL
), units AS ( -- a payment that could be of several allocations is its unit's where they are all of one
    SELECT project_id, indicator_id, if(count(DISTINCT unit) = 1, min(unit), NULL) AS unit FROM own WHERE project_id IS NOT NULL GROUP BY ALL
), paying AS (
    SELECT p.amount, p.paid_on, p.this_year, coalesce(o.unit, u.unit) AS unit
    FROM traced_payments p LEFT JOIN own o ON o.allocation_id = p.traced_allocation_id
    LEFT JOIN units u ON u.project_id = p.traced_project_id AND u.indicator_id = p.traced_indicator_id
), spent AS (
    SELECT unit, last, sum(amount) FILTER (WHERE this_year AND paid_on <= last) AS paid, sum(amount) FILTER (WHERE NOT this_year) AS before
    FROM paying CROSS JOIN ends WHERE unit IS NOT NULL GROUP BY ALL
)
SELECT unit, last, CAST(amount - coalesce(before, 0) AS DECIMAL(18, 2)) AS available, CAST(coalesce(paid, 0) AS DECIMAL(18, 2)) AS paid,
       CAST(coalesce((SELECT sum(amount) FROM paying WHERE unit IS NULL AND this_year AND paid_on <= last), 0) AS DECIMAL(18, 2)) AS of_nobody
FROM given LEFT JOIN spent USING (unit, last) ORDER BY unit, last
"""


def units_behind_plan(county: County) -> list[Behind]:
    """The units of the month plans: yuan planned and paid up to the last whole month, and for how many month ends on end what was paid
    has been below what was planned up to them; the longest first."""
    ends = month_ends(county.as_of)
    standing: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in county.rows(_BY_PLAN, {"ends": ends}) if ends else []:
        standing[row["unit"]].append(row)
    found = []
    for unit, rows in standing.items():
        months = next((n for n, row in enumerate(reversed(rows)) if row["paid"] >= row["planned"]), len(rows))
        found.append(Behind(unit, rows[-1]["planned"], rows[-1]["paid"], months, proposed(months, county.settings)))
    return sorted(found, key=lambda b: (-b.months, b.paid - b.available, b.unit))


_BY_PLAN = """
WITH ends AS (SELECT CAST(unnest($ends) AS DATE) AS last),
planned AS (
    SELECT unit, last, sum(amount) AS planned FROM month_plans JOIN ends ON left(month, 4) = strftime(last, '%Y') AND month <= strftime(last, '%Y-%m') GROUP BY ALL
), spent AS (
    SELECT j.unit, last, sum(p.amount) AS paid FROM traced_payments p JOIN projects j ON j.project_id = p.traced_project_id JOIN ends ON p.paid_on <= last
    WHERE p.this_year GROUP BY ALL
)
SELECT unit, last, CAST(planned AS DECIMAL(18, 2)) AS planned, CAST(coalesce(paid, 0) AS DECIMAL(18, 2)) AS paid
FROM planned LEFT JOIN spent USING (unit, last) ORDER BY unit, last
"""


def by_section(county: County) -> list[dict[str, Any]]:
    """The main year's money by section (业务股室): amount, allocated, paid, and what was paid on the audit date and in its last seven days."""
    return county.rows(
        """
        WITH own AS (SELECT *, coalesce(section, '（未填股室）') AS of FROM indicator_money WHERE budget_year = $year),
        late AS (
            SELECT o.of, sum(p.amount) FILTER (WHERE p.paid_on = $as_of) AS today, sum(p.amount) FILTER (WHERE p.paid_on > $week) AS week
            FROM traced_payments p JOIN own o ON o.indicator_id = p.traced_indicator_id GROUP BY ALL
        )
        SELECT of AS label, sum(amount) AS amount, sum(allocated) AS allocated, sum(paid) AS paid,
               coalesce(any_value(today), 0) AS today, coalesce(any_value(week), 0) AS week
        FROM own LEFT JOIN late USING (of) GROUP BY of ORDER BY sum(paid) / nullif(sum(amount), 0), of
        """,
        {"year": county.about.year.year, "as_of": county.as_of, "week": county.as_of - timedelta(days=7)},
    )


def by_plan(county: County) -> list[dict[str, Any]]:
    """Plan against paid by unit: of the audit date's last whole month, and of the year up to its end."""
    ends = month_ends(county.as_of)
    if not ends:
        return []
    return county.rows(
        """
        WITH planned AS (
            SELECT unit, sum(amount) FILTER (WHERE month = $month) AS month_plan, sum(amount) AS year_plan FROM month_plans
            WHERE left(month, 4) = left($month, 4) AND month <= $month GROUP BY unit
        ), spent AS (
            SELECT j.unit, sum(p.amount) FILTER (WHERE strftime(p.paid_on, '%Y-%m') = $month) AS month_paid, sum(p.amount) AS year_paid
            FROM traced_payments p JOIN projects j ON j.project_id = p.traced_project_id WHERE p.this_year AND p.paid_on <= $last GROUP BY j.unit
        )
        SELECT unit AS label, coalesce(month_plan, 0) AS month_plan, coalesce(month_paid, 0) AS month_paid, year_plan, coalesce(year_paid, 0) AS year_paid
        FROM planned LEFT JOIN spent USING (unit) ORDER BY coalesce(year_paid, 0) / nullif(year_plan, 0), unit
        """,
        {"month": f"{ends[-1]:%Y-%m}", "last": ends[-1]},
    )


def largest_projects(county: County, number: int = 10) -> list[dict[str, Any]]:
    """The projects with the most money, with what was paid of it and how far the works are."""
    return county.rows(
        "SELECT project_id, name, township, unit, allocated, paid, physical_progress, status FROM project_money"
        " WHERE allocated > 0 ORDER BY allocated DESC, project_id LIMIT $number",
        {"number": number},
    )


def entry_and_links(county: County) -> list[tuple[str, int, int]]:
    """How far what S1 asks to be entered and linked is there: what, how many, of how many."""
    asked: Sequence[tuple[str, str, str]] = (
        ("指标已分配或已标识待分配的", "indicator_id IN (SELECT indicator_id FROM allocations)", "indicators"),
        ("指标已上传文件扫描件的", "attachment IS NOT NULL", "indicators"),
        ("指标已选择“是否到人到户”的", "to_household IS NOT NULL", "indicators"),
        ("分配已细化到项目的", "project_id IS NOT NULL", "allocations"),
        ("支付已关联到指标的", "traced_indicator_id IS NOT NULL", "traced_payments"),
        ("支付已关联到项目的", "traced_project_id IS NOT NULL", "traced_payments"),
        (
            "到人到户项目已导入发放明细的",
            "project_id IN (SELECT project_id FROM household_payments)",
            "(SELECT * FROM projects WHERE to_household)",
        ),
    )
    counted = ", ".join(
        f"(SELECT count(*) FILTER (WHERE {holds}) FROM {table}) AS there{n}, (SELECT count(*) FROM {table}) AS all{n}"  # noqa: S608 ours
        for n, (_, holds, table) in enumerate(asked)
    )
    (row,) = county.rows(f"SELECT {counted}")
    return [(says, row[f"there{n}"], row[f"all{n}"]) for n, (says, _, _) in enumerate(asked)]
