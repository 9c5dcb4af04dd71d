"""One county for notebooks: parameters in, the county read and judged out.

    run = audit("653129")                                   # a draft: registered nowhere, nothing is left behind
    run = audit("653129", thresholds={"LP01": {"tolerance": 0.1}})

`fundaudit run` gives `run`, the folder that it will seal: what is read and found is written there, with the register's numbers.
"""

from __future__ import annotations

import dataclasses
import gc
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from fundaudit.catalogue import Catalogue, load_catalogue
from fundaudit.county import County, open_run
from fundaudit.dates import Unreadable, now, read_date
from fundaudit.exact_yaml import ParameterError, shown
from fundaudit.findings import UNDETERMINED_SCHEMA, Judgement, rows_behind, with_cases
from fundaudit.intake import Intake, IntakeError, read_county
from fundaudit.judge import judge
from fundaudit.ledger.connection import LedgerError, open_ledger, year_money
from fundaudit.parameters import Parameters, find_folder, read_parameters, with_changes
from fundaudit.register.comparison import Compared, Earlier, compared, earlier_run
from fundaudit.register.rates import hit_rates
from fundaudit.register.runs import Key, Number, known_numbers, last_words
from fundaudit.register.schema import RegisterError
from fundaudit.register.states import SETTLED
from fundaudit.run_info import RunInfo, run_info, standard_of
from fundaudit.runlog import RunLog
from fundaudit.sensitivity import with_sensitivity


class AuditError(Exception):
    """A county that cannot be audited as it is; says in Chinese why, and a notebook shows that line alone."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def audit(
    county: str | int,
    as_of: str | int = "",
    thresholds: Mapping[str, Mapping[str, Any]] | None = None,
    parameters: str = "",
    outputs: str = "",
    run: str = "",
) -> County:
    """A county read and judged.

    `as_of` and `thresholds` stand above the county's own; `parameters` and `outputs` are folders, found where they are empty.
    AuditError where parameters or files cannot be used.
    """
    try:
        own, place = _parameters(county, as_of, thresholds, parameters)
        kept = Path(outputs) if outputs else place.resolve().parent / "outputs"
        catalogue = load_catalogue(own.checks, verified=bool(run) and isinstance(run, str))
        catalogue.thresholds(own)
        if run and isinstance(run, str):  # the cell run again finds the county that it made
            return _registered(own, catalogue, kept, Path(run))
        return draft_of(own, catalogue, kept)
    except (ParameterError, IntakeError, LedgerError, RegisterError, OSError, pa.ArrowException) as error:
        raise AuditError(str(error)) from None


def _parameters(county: Any, as_of: Any, thresholds: Any, folder: str) -> tuple[Parameters, Path]:
    """The county's parameters with what the notebook changes, and their folder."""
    code = f"{county:.0f}" if isinstance(county, float) else str(county).strip()
    place = find_folder(Path(folder) if folder else None, notebook=True)
    (own,) = read_parameters(place, [code])
    try:
        day = read_date(str(as_of)) if str(as_of).strip() else own.as_of or now().date()
    except Unreadable as error:
        raise ParameterError(f"参数 as_of 的值 {shown(as_of)} 不能用：{error}") from None
    if not isinstance(thresholds or {}, dict) or not all(isinstance(v, dict) for v in (thresholds or {}).values()):
        raise ParameterError(f'参数 thresholds 的值 {shown(thresholds)} 不能用，应写成 {{"LP01": {{"tolerance": 0.1}}}}')
    return with_changes(own, day, thresholds or {}), place


def draft_of(own: Parameters, catalogue: Catalogue, outputs: Path) -> County:
    """A county held in memory alone; a finding that the register beside `outputs` does not know bears no number of its."""
    intake = read_county(own)
    found = _found(own, catalogue, intake, outputs, "草稿{:03d}")
    return County(found.about, found.parts, own.checks, draft=True)


def _registered(own: Parameters, catalogue: Catalogue, outputs: Path, work: Path) -> County:
    """A county written into the run's folder; the memory that reading it took is given back before anything is drawn."""
    tempfile.tempdir = str(work / "temporary")  # what a kernel that dies leaves goes with the folder
    Path(tempfile.tempdir).mkdir(mode=0o700, parents=True, exist_ok=True)
    log = RunLog(work)
    intake = read_county(own, outputs / ".work" / "intake" / own.county)
    log.write("files", read_anew=intake.read_anew)
    for file in intake.files:
        log.write("intake", **dataclasses.asdict(file))
    found = _found(own, catalogue, intake, outputs)
    for o in found.about.outcomes:
        log.write("outcome", check=o.check, status=o.status, flagged=o.flagged, undetermined=o.undetermined)
    _write(work / "restricted", found, own.checks)
    del intake, found
    gc.collect()
    pa.default_memory_pool().release_unused()
    return open_run(work)


@dataclasses.dataclass
class _Found:
    """A county judged: what the run notes of itself, and its tables by the name of their file under restricted/."""

    about: RunInfo
    parts: dict[str, pa.Table]


def _found(own: Parameters, catalogue: Catalogue, intake: Intake, outputs: Path, new: str = "{:06d}") -> _Found:
    """The county judged, beside what the register has of it; `new` writes the numbers that it does not have."""
    if not intake.files:
        raise IntakeError(
            f"{own.data}：没有可以识别的表，请按 docs/数据表.md 中的表名命名文件或工作表，或在参数的 sources 中指明；fundaudit validate {own.county} 会逐个说明，并给出可以粘贴的 sources"
        )
    assert own.as_of is not None
    threads = int(os.environ.get("FUNDAUDIT_THREADS", 0)) or None
    if threads:
        pa.set_cpu_count(threads)
    earlier = earlier_run(outputs, own.county, own.as_of)
    with open_ledger(intake.tables, intake.rejects, own.as_of, own.settings, threads, unread=intake.unread) as ledger:
        judgement = judge(ledger, catalogue, own, asked=earlier.by_check() if earlier else {})
        judgement = with_sensitivity(ledger, judgement, catalogue, catalogue.thresholds(own))
        year = year_money(ledger)
        paid = ledger.query("FROM paid_cycles ORDER BY line_id")
    numbers = _numbers(outputs, own, judgement, new)
    against = _compared(earlier, judgement, numbers, standard_of(own, catalogue)) if earlier else None
    settled = last_words(outputs, (number for number, state in numbers.values() if state in SETTLED))
    about = run_info(own, catalogue, intake, judgement, year, against, hit_rates(outputs), settled)
    return _Found(about, {**_parts(intake, judgement, numbers), "paid_cycles": paid})


def _compared(earlier: Earlier, judgement: Judgement, numbers: Mapping[Key, Number], standard: Mapping[str, Any]) -> Compared:
    reasons = {(u.check, u.subject): u.reason for u in judgement.undetermined}
    stopped = {o.check: o.reason for o in judgement.outcomes if o.check not in judgement.verdicts}
    return compared(earlier, numbers, judgement.verdicts, reasons, stopped, standard)


def _numbers(outputs: Path, own: Parameters, judgement: Judgement, new: str = "{:06d}") -> dict[Key, Number]:
    """Each finding's case number and state, as the register beside `outputs` has them or will have them."""
    assert own.as_of is not None
    rows = rows_behind(judgement.evidence, own.as_of)
    found = {(f.check, f.subject): rows.get((f.check, f.subject), []) for f in judgement.findings}
    return known_numbers(outputs, own.county, found, own.as_of, new)


def _parts(intake: Intake, judgement: Judgement, numbers: Mapping[Key, Number]) -> dict[str, pa.Table]:
    """What a run keeps as tables, by the name of its file under restricted/."""
    return {
        **{f"tables/{name}": table for name, table in intake.tables.items()},
        "rejects": intake.rejects,
        "findings": with_cases(judgement, numbers),
        "undetermined": pa.Table.from_pylist([dataclasses.asdict(u) for u in judgement.undetermined], schema=UNDETERMINED_SCHEMA),
        **{f"evidence/{code}": table for code, table in judgement.evidence.items()},
    }


def _write(restricted: Path, found: _Found, checks: list[Path]) -> None:
    import pyarrow.parquet as pq

    for name, table in found.parts.items():
        path = restricted / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, compression="zstd")
    (restricted / "run.json").write_text(found.about.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for folder in checks:
        for path in folder.rglob("*.sql"):
            target = restricted / "checks" / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
