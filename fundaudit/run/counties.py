"""A run over counties, from the lock to the last folder in place. The parent alone exports, seals and writes the register.

Per county: a kernel reads, judges and draws (`kernel.py`); then the report is exported and scanned, the folder sealed, and in
turn: register transaction `prepared`, folder in place, transaction `complete`. One lock per register is held from before the
first kernel to the end. A county that fails leaves its last good folder as it was.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from fundaudit.audit import AuditError
from fundaudit.catalogue import catalogues_of
from fundaudit.county import County, open_run
from fundaudit.documents.written import write_documents
from fundaudit.exact_yaml import ParameterError
from fundaudit.findings import rows_behind
from fundaudit.masking import personal_in
from fundaudit.parameters import Parameters, with_changes
from fundaudit.region.two_counties import REGION
from fundaudit.register import runs
from fundaudit.register.alone import alone, alone_in_the_database
from fundaudit.register.casework import whole_cases
from fundaudit.register.opening import open_register
from fundaudit.report.export import export_run
from fundaudit.run import forks
from fundaudit.run.kernel import Call, RunError, audit_in_kernel, notebook_path
from fundaudit.run.placing import clear, put_in_place, repair, sync
from fundaudit.run.region import summarise
from fundaudit.run_info import standard_of
from fundaudit.runlog import RunLog
from fundaudit.seal import write_manifest

Progress = Callable[[Parameters, str], None]


@dataclass(frozen=True)
class Result:
    """How one county's run ended. `reason` is empty where it completed; amounts in yuan."""

    county: str
    name: str
    seconds: float
    findings: int = 0
    at_issue: Decimal = Decimal(0)
    undetermined: int = 0
    rejected: int = 0
    report: Path | None = None
    reason: str = ""


@dataclass(frozen=True)
class _Run:
    """What the counties of one call share. `audit` starts a county's kernel, here or on a cluster."""

    engine: sa.Engine
    outputs: Path
    now: Callable[[], datetime]
    progress: Progress
    audit: Callable[[Call, threading.Semaphore], str]
    threads: int
    kernels: threading.Semaphore  # whose turn it is to read and judge: meanwhile the next starts, and the last draws
    in_turn: threading.Lock

    def county(self, own: Parameters) -> Result:
        """One county from its files to its folder in place; what stops it is its result."""
        started = time.monotonic()
        try:
            result = self._county(own, started)
        except (RunError, OSError) as error:
            result = Result(own.county, own.name, time.monotonic() - started, reason=str(error))
        except Exception as error:  # one county's failure must not stop the others, whatever it is
            logging.getLogger("fundaudit").debug("run failed", exc_info=True)
            reason = f"程序内部错误（{type(error).__name__}），请用 --verbose 重新运行并联系维护人员"
            result = Result(own.county, own.name, time.monotonic() - started, reason=reason)
        return result

    def _county(self, own: Parameters, started: float) -> Result:
        parameters, outputs = str(Path(own.file).parent.resolve()), str(self.outputs.resolve())
        call = Call(
            own.county, str(own.as_of), parameters, outputs, own.settings.limits.county_minutes * 60, self.threads, own.report
        )
        self.progress(own, "读取和检查")
        filled = Path(self.audit(call, self.kernels))
        work = filled.rename(filled.with_name(f"{own.county}-{own.as_of}"))
        try:
            self.progress(own, "生成报告")
            county = open_run(work)
            hidden = export_run(work, county)
            registered = whole_cases(self.engine, own.county)
            self._keep_reports(own, work)
            write_documents(work / "documents", work / "restricted" / "documents", county, registered, county.as_of, in_run=True)
            RunLog(work).write("export", bytes=(work / "report.html").stat().st_size, hidden=hidden)
            self.progress(own, "封存")
            with self.in_turn:
                place = self._seal(own, county, work)
        finally:
            shutil.rmtree(work, ignore_errors=True)
            personal_in.cache_clear()  # nobody of this county is held while the others run
        undetermined = sum(o.undetermined for o in county.about.outcomes)
        rejected = sum(f.rejected for f in county.about.files)
        counts = (len(county.finding_rows), county.money_at_issue, undetermined, rejected)
        return Result(own.county, own.name, time.monotonic() - started, *counts, report=place / "report.html")

    def _keep_reports(self, own: Parameters, work: Path) -> None:
        """Periodic reports of other kinds that the date has already stay beside the new one."""
        for path in (self.outputs / own.county / str(own.as_of) / "reports").glob("*.html"):
            kept = work / "reports" / path.name
            if not kept.exists():
                kept.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, kept)

    def _seal(self, own: Parameters, county: County, work: Path) -> Path:
        """The manifest, and the folder in place between the register's two transactions."""
        assert own.as_of is not None
        created_at = self.now().isoformat(timespec="seconds")
        before = runs.last_manifest(self.engine, own.county), runs.history_head(self.engine)
        manifest = write_manifest(work, county, notebook_path(), created_at, *before)
        sync(work)
        run_id = runs.prepare_run(self.engine, _new_run(own, county, manifest, created_at))
        target = self.outputs / own.county / str(own.as_of)
        try:
            put_in_place(work, target)
        except OSError as error:
            runs.undo_run(self.engine, run_id)
            raise RunError(f"结果不能放到 {target}（{type(error).__name__}），请检查该文件夹和权限") from None
        runs.complete_run(self.engine, run_id)
        return target


def _new_run(own: Parameters, county: County, manifest: str, created_at: str) -> runs.NewRun:
    titles = {o.check: o.title for o in county.about.outcomes}
    standard = json.dumps(standard_of(own, county.catalogue), ensure_ascii=False, sort_keys=True)
    year = county.about.year
    return runs.NewRun(
        county.code,
        county.as_of,
        manifest,
        created_at,
        [finding | {"title": titles[finding["check"]]} for finding in county.every_finding],
        rows_behind(county.every_evidence, county.as_of),
        county.counted,
        standard,
        county.name,
        {"findings": len(county.finding_rows), "at_issue": county.money_at_issue, "funds": year.amount, "paid": year.paid},
    )


def run_counties(
    counties: Iterable[Parameters],
    outputs: Path,
    today: date,
    now: Callable[[], datetime],
    progress: Progress = lambda parameters, step: None,
    jobs: int | None = None,
    threads: int | None = None,
    force: bool = False,
    waiting: Callable[[], None] = lambda: None,
    cluster: str | None = None,
) -> list[Result]:
    """The counties side by side, `jobs` kernels at a time (default: the machine's cores; on a cluster as many as it has
    workers); one's failure does not stop the others.

    Files that have not changed since they were last read are not read again, unless `force` says so. Results in the
    order of the counties. ParameterError, before anything runs, where a check or threshold cannot be used.
    """
    chosen = [p if p.as_of else with_changes(p, today, {}) for p in counties]
    cores = os.cpu_count() or 1
    catalogues_of(chosen)
    work = outputs / ".work"
    try:
        for folder in (work, work / "intake"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
    except OSError as error:
        raise ParameterError(f"结果文件夹 {outputs} 不能写入（{type(error).__name__}），请换一个位置或修改权限") from None
    with alone(work, waiting), _kernels(cluster) as (audit, workers), ExitStack() as last:
        jobs = workers or min(jobs or cores, len(chosen)) or 1
        last.callback(clear, outputs)
        if cluster is None and forks.POSSIBLE:
            forks.start_server()  # it imports while the register is opened
        engine = open_register(outputs)
        last.callback(engine.dispose)
        last.enter_context(alone_in_the_database(engine, waiting))
        repair(engine, outputs)
        for own in chosen if force else ():
            shutil.rmtree(work / "intake" / own.county, ignore_errors=True)
        each, turns = threads or max(1, cores // jobs), threading.Semaphore(jobs)
        results = _side_by_side(_Run(engine, outputs, now, progress, audit, each, turns, threading.Lock()), chosen, jobs)
        return results + _together(engine, outputs, chosen, results, now)


def _side_by_side(run: _Run, chosen: list[Parameters], jobs: int) -> list[Result]:
    """Every county's result, the largest begun first."""
    with ThreadPoolExecutor(jobs + 1, thread_name_prefix="county") as pool:
        largest_first = sorted(chosen, key=_bytes_handed_in, reverse=True)
        futures: dict[str, Future[Result]] = {own.county: pool.submit(run.county, own) for own in largest_first}
        return [futures[own.county].result() for own in chosen]


@contextmanager
def _kernels(cluster: str | None) -> Iterator[tuple[Callable[[Call, threading.Semaphore], str], int]]:
    """How a county's kernel is started, and how many at a time where a cluster says so."""
    if cluster is None:
        yield audit_in_kernel, 0
        return
    from fundaudit.run.cluster import kernels_of

    with kernels_of(cluster) as found:
        yield found


def _together(
    engine: sa.Engine, outputs: Path, chosen: list[Parameters], results: list[Result], now: Callable[[], datetime]
) -> list[Result]:
    """The summary of each audit date over every county whose run stands for it, where several were run, or one after such a summary."""
    summaries = []
    for as_of in sorted({own.as_of for own in chosen if own.as_of}):
        own = {p.county for p in chosen if p.as_of == as_of}
        done = {r.county for r in results if r.county in own and r.report}
        if not done or (len(own) < 2 and not (outputs / REGION / str(as_of)).exists()):
            continue
        failed = [(f"{r.name}（{r.county}）", r.reason) for r in results if r.county in own - done]
        started, created_at = time.monotonic(), now().isoformat(timespec="seconds")
        report, reason = None, ""
        try:
            report = summarise(engine, outputs, Path(chosen[0].file).parent, as_of, failed, created_at)
        except (RunError, AuditError, OSError) as error:
            reason = str(error)
        except Exception as error:  # the counties' own results stand, whatever it is
            logging.getLogger("fundaudit").debug("summary failed", exc_info=True)
            reason = f"程序内部错误（{type(error).__name__}），请用 --verbose 重新运行并联系维护人员"
        summaries.append(Result(REGION, "汇总", time.monotonic() - started, report=report, reason=reason))
    return summaries


def _bytes_handed_in(parameters: Parameters) -> int:
    return sum(path.stat().st_size for path in parameters.data.rglob("*") if path.is_file())
