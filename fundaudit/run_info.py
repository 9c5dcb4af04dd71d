"""What a run notes of itself beside its tables (restricted/run.json): no path of the machine and no clock in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from fundaudit.catalogue import Catalogue
from fundaudit.findings import Judgement, Outcome
from fundaudit.intake import Intake, MoneyRead, Note, PrintedTotal, SheetRead, Unread
from fundaudit.ledger.connection import YearMoney
from fundaudit.parameters import Bureau, Parameters, ReportKind, Settings
from fundaudit.register.comparison import Compared
from fundaudit.register.rates import HitRate


class RunInfo(BaseModel):
    """The county, what held for it, what intake did with its files and what each check came to. Money in yuan.

    `printed` and `notes` say whose they are first: table, file, sheet. Thresholds as they are written in parameters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    county: str
    name: str
    as_of: date
    report: ReportKind | Literal[""]
    bureau: Bureau = Bureau()
    settings: Settings
    thresholds: dict[str, dict[str, bool | list[str] | str]]
    files: tuple[SheetRead, ...]
    unused: tuple[str, ...]
    unread: tuple[Unread, ...]
    copies: tuple[tuple[str, str], ...]
    money: tuple[MoneyRead, ...]
    printed: tuple[tuple[str, str, str, PrintedTotal], ...]
    notes: tuple[tuple[str, str, str, Note], ...]
    outcomes: tuple[Outcome, ...]
    year: YearMoney
    compared: Compared | None = None
    hit_rates: dict[str, HitRate] = {}
    settled: dict[str, tuple[str, str]] = {}  # case number → reason and expiry of what people settled


def run_info(
    own: Parameters, catalogue: Catalogue, intake: Intake, judgement: Judgement, year: YearMoney,
    against: Compared | None = None, rates: Mapping[str, HitRate] | None = None, settled: Mapping[str, tuple[str, str]] | None = None,
) -> RunInfo:  # fmt: skip
    """What a county's run notes, drafts and registered ones alike."""
    assert own.as_of is not None
    return RunInfo(
        county=own.county,
        name=own.name,
        as_of=own.as_of,
        report=own.report,
        bureau=own.bureau,
        settings=own.settings,
        thresholds=_written(own, catalogue),
        files=tuple(intake.files),
        unused=tuple(intake.unused),
        unread=tuple(intake.unread),
        copies=tuple(intake.copies),
        money=tuple(intake.money),
        printed=tuple(intake.printed),
        notes=tuple(intake.notes),
        outcomes=tuple(judgement.outcomes),
        year=year,
        compared=against,
        hit_rates=dict(rates or {}),
        settled=dict(settled or {}),
    )


def _written(own: Parameters, catalogue: Catalogue) -> dict[str, dict[str, bool | list[str] | str]]:
    """The thresholds as they are written in parameters."""
    return {
        code: {n: v if isinstance(v, bool | list) else str(v) for n, v in values.items()}
        for code, values in catalogue.thresholds(own).items()
    }


def standard_of(own: Parameters, catalogue: Catalogue) -> dict[str, Any]:
    """By what a run judges: of each check version, thresholds and bases, and the settings that checks share."""
    thresholds = _written(own, catalogue)
    checks = {c.code: {"version": c.version, "thresholds": thresholds[c.code], "basis": list(c.basis)} for c in catalogue}
    return {**checks, "settings": own.settings.model_dump(mode="json", exclude={"limits", "materiality", "escalation"})}
