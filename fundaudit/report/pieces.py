"""What every section of the report uses: pieces of HTML from templates, and how a subject may be shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import pyarrow as pa
from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from fundaudit.findings import SEVERITIES, Outcome
from fundaudit.masking import Secrets, mask_card, mask_identity, mask_known, mask_name, mask_payee
from fundaudit.parameters import FAMILIES
from fundaudit.report.words import day_cn, money, ordinal, percent, wan, yuan

SHOWN_ROWS = 50  # of a list that is no list of findings
SUBJECT_HEADERS = {
    "id_number": "证件号码",
    "account_no": "账号",
    "project_id": "项目编号",
    "indicator_id": "指标编号",
    "allocation_id": "分配编号",
    "payment_id": "支付凭证号",
    "contract_id": "合同编号",
    "household_id": "户编号",
    "card_no": "卡号",
    "item_id": "事项编号",
    "unit": "单位",
    "year": "年度",
    "subsidy": "补助项目",
    "cycle": "补助项目和周期",
    "person_subsidy": "证件号码和补助项目",
    "village": "乡镇和行政村",
    "contractor": "承包单位",
    "submission": "报送事项",
    "notice": "公开事项",
    "alert_id": "预警编号",
    "asset_id": "资产编号",
}
COUNTED = {  # how many of a kind of subject, as people count them
    "id_number": "{} 人",
    "household_id": "{} 户",
    "account_no": "{} 个账户",
    "project_id": "{} 个项目",
    "indicator_id": "{} 条指标",
    "allocation_id": "{} 笔分配",
    "payment_id": "{} 笔支付",
    "contract_id": "{} 份合同",
    "card_no": "{} 张卡",
    "item_id": "{} 个公开事项",
    "alert_id": "{} 条预警",
    "asset_id": "{} 项资产",
    "group": "{} 组资金",
    "unit": "{} 个单位",
    "year": "{} 个年度",
    "subsidy": "{} 项补助",
    "cycle": "{} 项补助的周期",
    "person_subsidy": "{} 人的补助",
    "village": "{} 个村",
    "contractor": "{} 个承包单位",
    "submission": "{} 项报送",
    "notice": "{} 个公开事项",
}
STATUS = {"finding": "疑点", "clean": "未发现疑点", "undetermined": "未能判定", "not_run": "未执行", "error": "出错"}


@dataclass(frozen=True, repr=False)
class Html:
    """A piece of HTML that a notebook shows."""

    text: str

    def __repr__(self) -> str:
        return "<HTML>"

    def _repr_html_(self) -> str:
        return self.text


@cache
def _templates() -> Environment:
    loader = ChoiceLoader(
        [PackageLoader("fundaudit", place) for place in ("report/templates", "documents/templates", "workbench/templates")]
    )
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, finalize=_masked)
    environment.filters |= {"wan": wan, "yuan": yuan, "money": money, "percent": percent, "day_cn": day_cn}
    environment.filters |= {"count_cn": lambda n: f"{n:,}", "counted": counted, "bureaus": bureaus, "ordinal": ordinal}
    return environment


def compile_templates() -> None:
    """Every template read and compiled, which takes longer than to fill one in."""
    for name in _templates().list_templates(extensions=["j2"]):
        _templates().get_template(name)


_secrets: ContextVar[Secrets | None] = ContextVar("secrets")  # imported macros see no context of the template's


def _masked(value: Any) -> Any:
    """Every text that a template shows, without the run's personal data; what is markup already was shown before."""
    secrets = _secrets.get()
    return value if secrets is None or type(value) is not str else mask_known(value, secrets)


class Masked(Protocol):
    """Of whom a section is: a county, or a region. `tables`: its own, in which what had to be hidden is looked for."""

    draft: bool

    @property
    def tables(self) -> Mapping[str, pa.Table]: ...

    @property
    def secrets(self) -> Secrets: ...


def render(template: str, county: Masked, masked: bool = True, **shows: Any) -> Html:
    """A section of the report; not `masked` for what stays under restricted/ alone. In a draft it bears the page's style in itself:
    no page stands around it."""
    _secrets.set(county.secrets if masked else None)
    text = _templates().get_template(template).render(draft=county.draft, **shows)
    return Html(f'<div class="fundaudit">{text}</div>' if county.draft else text)


def page_style() -> str:
    return files("fundaudit").joinpath("report/page/style.css").read_text(encoding="utf-8")


def draft_style() -> str:
    """The page's style for its sections alone: what it says of the page and of printing is left out."""
    screen = page_style().split("@page", 1)[0]
    own = screen.replace(":root {", "& {").replace("body {", "& { padding: 0 1rem;")
    return f"<style>.fundaudit {{ {own} {_OVER_JUPYTERS} }}</style>"


# What JupyterLab says of tables, said otherwise.
_OVER_JUPYTERS = (
    "table { table-layout: auto; margin: 0; } td, th { text-align: left; max-width: none; white-space: normal; }"
    " dl.about dt, dl.about dd { float: none; width: auto; margin: 0; padding: .35rem 0; display: block; overflow: visible; clear: none; }"
    " td.number, th.number { text-align: right; } td { vertical-align: top; } tbody tr:nth-child(even) { background: none; }"
)


def subject_text(subject: str) -> str:
    """A subject's key for people: a line without a number by its own, a row that was not used by its place."""
    if subject.startswith("line:"):
        return "（无证件号码）" + subject.removeprefix("line:")
    if subject.startswith("row:"):
        return "（没有采用）{} 第 {} 行".format(*subject.removeprefix("row:").rsplit("#", 1))
    return subject


def mask_subject(kind: str, subject: str) -> str:
    """A finding's subject as it may be shared."""
    if subject.startswith(("line:", "row:")):
        return subject_text(subject)
    if kind in ("account_no", "card_no"):
        return mask_card(subject)
    if kind == "person_subsidy":
        person, _, subsidy = subject.partition("|")
        return f"{mask_identity(person)} {subsidy}"
    return mask_identity(subject) if kind == "id_number" else subject  # any other is masked where it is a person's


def mask_subject_name(kind: str, name: str | None, subject: str = "") -> str:
    """A household that is not known stands under its person's number and name."""
    if kind in ("id_number", "card_no", "person_subsidy") or (kind == "household_id" and name != subject):
        return mask_name(name or "")
    return mask_payee(name or "") if kind in ("payment_id", "contractor") else name or ""


def counted(number: int, kind: str) -> str:
    """1,234 人, 3 个项目."""
    return COUNTED.get(kind, "{} 个").format(f"{number:,}")


def bureaus(text: str) -> Markup:
    """What a bureau says of itself in its parameters: nothing of a county's, so no net is over it."""
    return Markup('<span class="bureau">{}</span>').format(text)


def tag(word: str) -> Markup:
    return Markup('<span class="tag {}">{}</span>').format({"高": "high", "中": "mid", "低": "low"}[word], word)


def worst_first(outcomes: Iterable[Outcome]) -> list[Outcome]:
    order = list(FAMILIES)
    return sorted(outcomes, key=lambda o: (SEVERITIES.index(o.severity), order.index(o.check[:2]), o.check))


def counts_of(findings: Sequence[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Family → severity → findings, in the order of the families, those with findings only."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        counts[finding["family"]][finding["severity"]] += 1
    return {f: counts[f] for f in FAMILIES.values() if f in counts}
