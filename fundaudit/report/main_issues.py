"""The first page's 主要问题: what is wrong in this county, the most money first, and what it meets.

Three to five sentences: money that lags and in which projects, then each family with its matters, their number, their money and the
unit or township with the most.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from fundaudit.county import County
from fundaudit.findings import Outcome
from fundaudit.report.money import YEAR_TARGET, amount_text, pace_percent
from fundaudit.report.pieces import counted
from fundaudit.report.shares import by_check
from fundaudit.report.words import money, percent, rounded

ZERO = Decimal(0)
FUND_CHECKS = ("LP02", "LP03")  # which judge groups of money by their pace and their goal
SENTENCES, MATTERS, PROJECTS, MET = 5, 4, 3, 5
Finding = dict[str, Any]
MOST = 3  # of the sentences, those of the most money whatever their severity
Issue = tuple[Decimal, int, str]  # its money in yuan, how many of its findings are grave, its sentence


def main_issues(county: County) -> list[str]:
    """The sentences, the most money first; grave matters of little money, as people's are, are not crowded out by larger light ones.
    What is left of the families is named in a last sentence."""
    issues = sorted(_issues(county), key=lambda issue: -issue[0])
    chosen = issues[:MOST] + sorted(issues[MOST:], key=lambda issue: (-issue[1], -issue[0]))[: SENTENCES - MOST]
    kept = [text for _, _, text in sorted(chosen, key=lambda issue: -issue[0])]
    return kept if len(issues) <= SENTENCES else [*kept, f"其余 {len(issues) - SENTENCES} 类事项见第二部分。"]


def _issues(county: County) -> list[Issue]:
    outcomes = defaultdict(list)
    for outcome in county.counted:
        if outcome.status == "finding":
            outcomes[outcome.family].append(outcome)
    return [issue for own in outcomes.values() for issue in _family(county, own)]


def _lagging_funds(county: County, groups: list[Outcome]) -> str:
    """The group of money that is furthest behind, by how much, and in which of its projects; and how many groups lag besides."""
    pace = [f for f in county.finding_rows if f["check"] == groups[0].check]
    worst = next((f for f in pace if f["subject"] == "total"), max(pace, key=lambda f: f["amount"] or ZERO))
    short = "比应支出少多少不能确定" if worst["amount"] is None else f"比应支出少 {money(worst['amount'])}"
    row: dict[str, Any] = next((r for r in county.evidence[groups[0].check].to_pylist() if r["subject"] == worst["subject"]), {})
    progress = f"支出进度 {row['支出进度']}，" if row.get("支出进度") else ""
    projects = _projects_behind(county, worst["subject"])
    where = f"，主要在{'、'.join(projects)}（组内有的项目快于进度，各项目之和可以大于本组）" if projects else ""
    others = len({f["subject"] for f in county.finding_rows if f["check"] in FUND_CHECKS}) - 1
    besides = f"；另有 {others} 组资金也慢" if others else ""
    return f"{_called(worst)}{progress}{short}{where}{besides}。"


def _least_short(county: County, outcome: Outcome) -> Decimal:
    """By how much groups are behind by the rows that were used, also where others could change it; for the order alone."""
    rows = county.evidence[outcome.check].to_pylist()
    spent = [(r.get("应支出") or ZERO) - (r.get("本年支出") or r.get("全年支出") or ZERO) for r in rows]
    return max(spent, default=ZERO)


def _projects_behind(county: County, group: str) -> list[str]:
    """The projects of a group's money that are furthest behind, with their shortfall and who carries them out."""
    funded = {
        r["project_id"]
        for r in county.rows(
            "SELECT DISTINCT project_id FROM project_funding JOIN fund_groups USING (indicator_id) WHERE subject = $group",
            {"group": group},
        )
    }
    own = [f for f in county.finding_rows if f["check"] == "LP01" and f["subject"] in funded and f["amount"]]
    worst = sorted(own, key=lambda f: -f["amount"])
    named = [f"{f['name']}（{money(f['amount'])}{'，' + f['unit'] if f['unit'] else ''}）" for f in worst[:PROJECTS]]
    return [*named[:-1], f"{named[-1]}等 {len(worst)} 个项目"] if len(worst) > PROJECTS else named


def _family(county: County, outcomes: list[Outcome]) -> list[Issue]:
    """A family's matters, the most money first, and where they are the most. Groups of money are the same money as their projects:
    they have a sentence of their own, right before."""
    checks = county.catalogue.checks
    groups = [o for o in outcomes if o.check in FUND_CHECKS]
    single = sorted((o for o in outcomes if o not in groups), key=lambda o: -o.amount)
    most = max([o.amount for o in outcomes] + [_least_short(county, o) for o in groups])
    issues = [(most, 0, _lagging_funds(county, groups))] if groups else []
    if single:
        findings = by_check(county)
        said = [
            "、".join(
                filter(
                    None,
                    (
                        f"{o.title} {counted(o.flagged, checks[o.check].subject)}",
                        amount_text(checks[o.check], o, findings[o.check]),
                    ),
                )
            )
            for o in single[:MATTERS]
        ]
        if rest := single[MATTERS:]:
            said.append(f"另有 {len(rest)} 个事项、{sum(o.flagged for o in rest):,} 个疑点")
        overlap = "（与上列资金是同一批，不相加）" if groups else ""
        own = [f for f in county.finding_rows if f["check"] in {o.check for o in single}]
        grave = sum(f["severity"] == "高" for f in own)
        issues.append((most, grave, f"{outcomes[0].family}{overlap}：{'；'.join(said)}{_where(own)}。"))
    return issues


def _where(own: list[Finding]) -> str:
    """The township of people, else the unit, with the most findings; nothing where they are spread evenly."""
    column = "township" if any(f["subject_kind"] in ("id_number", "household_id", "card_no") for f in own) else "unit"
    found = Counter(f[column] for f in own if f[column])
    (first, most), *rest = found.most_common(2) or [("", 0)]
    if not first or (rest and rest[0][1] == most):
        return ""
    return f"；最多的是{first}，{most:,} 个"


def met(county: County) -> list[str]:
    """The largest groups of money that reach what is asked of them by now, the year's target or the pace where that is less; none of
    which something could not be judged."""
    asked = min(pace_percent(county), YEAR_TARGET)
    open_ = {f["subject"] for f in county.finding_rows if f["subject_kind"] == "group"} | set(county.undetermined["subject"])
    rows = county.rows(
        "SELECT subject, name, available, paid FROM group_money WHERE available > 0 AND stands"
        " ORDER BY subject <> 'total', available DESC, subject"
    )
    good = [] if not asked else [r for r in rows if r["subject"] not in open_ and r["paid"] * 100 >= r["available"] * asked]
    return [f"{_called(r)} {percent(r['paid'], r['available'])}（{money(r['available'])}）" for r in good[:MET]]


def asked_text(county: County) -> str:
    """What is asked by now, in words."""
    pace = pace_percent(county)
    return f"全年目标 {YEAR_TARGET:g}%" if pace >= YEAR_TARGET else f"序时进度 {rounded(pace, '0.01')}%"


def _called(row: dict[str, Any]) -> str:
    return "直达和参照直达合计" if row["subject"] == "direct_tag:直达+参照直达" else str(row["name"]).split("：")[-1]
