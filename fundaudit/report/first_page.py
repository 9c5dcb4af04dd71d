"""The paper's head with its conclusion, and its foot; and what a run read, for the reader of the notebook."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from fundaudit.catalogue import Kind
from fundaudit.contract import TABLES
from fundaudit.county import County
from fundaudit.findings import SEVERITIES, Outcome
from fundaudit.intake import SheetRead
from fundaudit.report.lead_cards import cards_of
from fundaudit.report.main_issues import asked_text, main_issues, met
from fundaudit.report.money import YEAR_TARGET, amount_text, not_handed_in, pace_percent
from fundaudit.report.pieces import (
    STATUS,
    Html,
    counted,
    draft_style,
    render,
    worst_first,
)
from fundaudit.report.words import ordinal, percent, rounded


def reading(county: County) -> Html:
    """What was read of each file and what each check came to, for the reader of the notebook; no part of the report."""
    files: dict[tuple[str, str], list[SheetRead]] = defaultdict(list)
    for f in county.about.files:
        files[f.file, f.table].append(f)
    read = [
        [
            file,
            TABLES[table].title,
            *(f"{n:,}" for n in (sum(f.read for f in own), sum(f.accepted for f in own), sum(f.rejected for f in own))),
        ]
        for (file, table), own in files.items()
    ]
    judged = [
        [o.check, o.title, STATUS[o.status], *(str(n or "") for n in (o.population, o.flagged, o.undetermined))]
        for o in county.about.outcomes
    ]
    own = render("reading.html.j2", county, name=county.name, code=county.code, as_of=county.as_of, read=read, judged=judged)
    return Html(draft_style() + own.text) if county.draft else own


def cover(county: County) -> Html:
    """Head of the paper, what is wrong, what is met, what could not be judged, contents."""
    findings, main = county.finding_rows, county.about.year
    missing, now = not_handed_in(county), pace_percent(county)
    flagged = [o for o in county.counted if o.status == "finding"]
    files = county.about.files
    return render(
        "cover.html.j2",
        county,
        name=county.name,
        bureau=county.about.bureau,
        as_of=county.as_of,
        year=main.year,
        number=f"{county.code}-{county.as_of:%Y%m%d}",
        findings=len(findings),
        by_severity=_by_severity(findings),
        at_issue=county.money_at_issue,
        open_amounts=sum(f["amount"] is None and county.catalogue.checks[f["check"]].counts_money for f in findings),
        undetermined=sum(o.undetermined for o in county.about.outcomes),
        rejected=len(county.rejects),
        unread=list(dict.fromkeys(place for place, _, _ in county.about.unread)),
        unrun=sum(o.status in ("not_run", "error") for o in county.about.outcomes),
        progress="" if missing else percent(main.paid, main.amount),
        missing=missing,
        assumed=len({table for table, _, _, note in county.about.notes if note.kind == "assumed_unit"}),
        pace=f"{rounded(now, '0.01')}%",
        behind=bool(main.amount) and main.paid * 100 < main.amount * min(now, YEAR_TARGET),
        files=len({f.file for f in files}),
        tables=len({f.table for f in files}),
        rows=sum(f.read - f.totals for f in files),
        checks=len(county.about.outcomes),
        issues=main_issues(county),
        met=[] if missing else met(county),
        asked=asked_text(county),
        rules=_rules(county, flagged),
        reasons="、".join(f"{kind} {n:,} 项次" for kind, n in _kinds_of_doubt(county).most_common()),
        sections=_sections(county, flagged),
        compared=compared_text(county),
    )


SETTLED_WORDS = {"认定正常": "认定正常而仍符合条件的", "销号": "已处理（销号）而仍符合条件的"}


def compared_text(county: County) -> str:
    """This run beside the county's last one of an earlier date, in a sentence; empty where there is none."""
    own = county.about.compared
    if own is None:
        return ""
    counts = (("新增", own.new), ("持续", own.persisting), ("以前列出过、这次又列出", own.again))
    told = [f"{word} {n:,} 个" for word, n in counts if n]
    told += [f"其中销号后又有新证据（屡查屡犯）{own.repeated:,} 个"] if own.repeated else []
    told += [f"消除（已判定，不再是疑点）{own.cleared:,} 个"] if own.cleared else []
    told += [f"未再出现（已不在检查对象中）{own.vanished:,} 个"] if own.vanished else []
    told += [f"尚不能断定是否消除 {len(own.still_open):,} 个（见第五部分）"] if own.still_open else []
    told += [f"另有{SETTLED_WORDS[state]} {n:,} 个，证据没有变化，不再计数" for state, n in own.settled.items()]
    return f"（{own.before} 的检查）：{'，'.join(told) or '没有疑点'}"


def _sections(county: County, flagged: Sequence[Outcome]) -> list[tuple[str, str, str, str]]:
    """What stands under part three: its anchor, its title, it in brief; and its severity where it is the first of that."""
    ordered = worst_first(flagged)
    before = ["", *(o.severity for o in ordered)]
    return [
        (o.check, f"（{ordinal(i)}）{o.title}", _in_brief(county, o), o.severity if o.severity != before[i - 1] else "")
        for i, o in enumerate(ordered, 1)
    ]


def foot(county: County) -> Html:
    """Who inspected, reviewed and signed, whom to ask, who gets a copy: blanks where the bureau's parameters say nothing."""
    bureau = county.about.bureau
    return render(
        "foot.html.j2",
        county,
        bureau=bureau,
        team=_listed(bureau.team),
        copies=_listed(bureau.copies),
        cards=bool(cards_of(county)),
    )


def _listed(names: str | list[str]) -> str:
    return names if isinstance(names, str) else "、".join(names)


def _rules(county: County, flagged: Sequence[Outcome]) -> str:
    """The documents that bind in this county on which most matters rest, for the first page."""
    checks, own = county.catalogue.checks, defaultdict(list)
    for f in county.finding_rows:
        own[f["check"]].append(f)
    documents = Counter(
        f"{b.title}（{b.number}）" if b.number else b.title
        for o in flagged
        for b in {b.title: b for b in checks[o.check].bases() if any(b.id in f["basis"] for f in own[o.check])}.values()
    )
    named = [title for title, _ in sorted(documents.items(), key=lambda item: (-item[1], item[0]))]
    return "、".join(named[:5]) + (f"等 {len(named)} 件" if len(named) > 5 else "")


DOUBTS: dict[Kind, str] = {
    "waiting": "有像是要用的表没有读取，或名单没有一个号码能用",
    "aim": "不知道补助是否只发给帮扶对象",
    "refused": "涉及没有采用的行",
    "untraced": "有支付不能追溯到指标",
    "identity": "号码、姓名或周期存疑",
    "broken": "编号或该列可能整体有误",
    "missing": "缺少日期、标识等资料",
}


def _kinds_of_doubt(county: County) -> Counter[str]:
    """Why subjects could not be judged, in few words for the first page; section four has every reason."""
    return Counter(DOUBTS[kind] for kind in county.undetermined["kind"])


def _in_brief(county: County, outcome: Outcome) -> str:
    """How many and how much of one matter; which groups, where it is about groups of funds."""
    check = county.catalogue.checks[outcome.check]
    own = [f for f in county.finding_rows if f["check"] == check.code]
    groups = [f["name"] or f["subject"] for f in own] if check.subject == "group" else []
    named = f"（{'、'.join(groups)}）" if groups else ""
    money = f"，{check.amount_label} {amount_text(check, outcome, own)}" if check.counts_money else ""
    return f"{counted(outcome.flagged, check.subject)}{money}{named}"


def _by_severity(findings: Sequence[dict[str, Any]]) -> str:
    counts = Counter(f["severity"] for f in findings)
    return "、".join(f"{s} {counts[s]}" for s in SEVERITIES if counts[s]) or "无"
