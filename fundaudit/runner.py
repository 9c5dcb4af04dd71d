"""A county's run, in the order of the design, and a map of it over the counties.

Worker (`worker.py`): intake and judge into a work folder. Parent: numbers from the register. Worker: notebook, export, scan.
Parent: manifest; register transaction `prepared`; folder in place; transaction `complete`. One lock per register is
held from reading the numbers to `complete`. A county that fails leaves its last good folder as it was.
"""

from __future__ import annotations

import dataclasses
import logging
import multiprocessing
import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from filelock import FileLock, Timeout

from fundaudit import cases
from fundaudit.catalogue import Catalogue, catalogues_of
from fundaudit.county import open_run
from fundaudit.exact_yaml import ParameterError
from fundaudit.intake import IntakeError
from fundaudit.ledger import LedgerError
from fundaudit.parameters import Parameters
from fundaudit.placing import put_in_place, repair, sync
from fundaudit.seal import write_manifest
from fundaudit.worker import RunError, prepare, ready, render

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


@dataclass
class _Task:
    """A county under way: where it works, when it began, how often its worker was lost."""

    parameters: Parameters
    catalogue: Catalogue
    work: Path
    kept: Path
    started: float
    lost: int = 0
    begun: float = 0.0  # when its worker began
    overdue: bool = False
    numbers: dict[cases.Key, cases.Number] = field(default_factory=dict)


class _Run:
    """All counties of one call, over a pool of worker processes; the parent alone touches the register.

    No more is handed to the pool than it has workers. A county once read goes before the next one is begun: its report
    is there sooner, and the workers end together.
    """

    def __init__(
        self,
        engine: sa.Engine,
        outputs: Path,
        now: Callable[[], datetime],
        progress: Progress,
        pool: ProcessPoolExecutor,
        jobs: int,
        threads: int,
    ):
        self.engine, self.outputs, self.now, self.progress = engine, outputs, now, progress
        self.jobs, self.threads = jobs, threads
        self.results: dict[str, Result] = {}
        self.unread: deque[_Task] = deque()
        self.read: deque[_Task] = deque()
        self.futures: dict[Future[Any], tuple[_Task, str, ProcessPoolExecutor]] = {}
        self.pool = pool

    def _renew(self, broken: ProcessPoolExecutor) -> None:
        """A new pool in place of the broken one, once."""
        if broken is self.pool:
            broken.shutdown(wait=False, cancel_futures=True)
            self.pool = new_pool(self.jobs)

    def _submit(self, task: _Task, step: str, work: Callable[..., Any], *arguments: Any) -> None:
        try:
            future = self.pool.submit(work, *arguments)
        except BrokenProcessPool:  # a worker died since the last look
            self._renew(self.pool)
            future = self.pool.submit(work, *arguments)
        task.begun = time.monotonic() if step == "prepare" else task.begun
        self.futures[future] = (task, step, self.pool)

    def _begin(self) -> None:
        """Work for every worker that has none."""
        while len(self.futures) < self.jobs and (self.read or self.unread):
            if self.read:
                task = self.read.popleft()
                self.progress(task.parameters, "生成报告")
                self._submit(task, "render", render, task.work, self.threads)
            else:
                task = self.unread.popleft()
                shutil.rmtree(task.work, ignore_errors=True)
                self.progress(task.parameters, "读取和检查")
                self._submit(task, "prepare", prepare, task.parameters, task.catalogue, task.work, task.kept, self.threads)

    def finish(self, tasks: Iterable[_Task]) -> None:
        """Until every county has its result. A worker that dies breaks its pool: each county in it is tried once more."""
        self.unread.extend(tasks)
        self._begin()
        while self.futures:
            done, _ = wait(self.futures, timeout=5, return_when=FIRST_COMPLETED)
            self._end_overdue()
            for future in done:
                task, step, pool = self.futures.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    self._renew(pool)
                if task.overdue:
                    minutes = task.parameters.settings.limits.county_minutes
                    self._fail(task, f"超过 {minutes} 分钟没有完成，已结束；上限为参数 settings.limits.county_minutes")
                elif isinstance(future.exception(), BrokenProcessPool):
                    self._again(task)
                else:
                    self._take(future, task, step)
                self._begin()
        self.pool.shutdown()  # it may be a later one than the first

    def _end_overdue(self) -> None:
        """Ends the workers of a county that takes too long; the others among them begin again."""
        now = time.monotonic()
        for task, _, pool in list(self.futures.values()):
            if pool is self.pool and not task.overdue and now - task.begun > task.parameters.settings.limits.county_minutes * 60:
                task.overdue = True
                for other, _, _ in self.futures.values():
                    other.lost -= not other.overdue  # it is not that county's worker that failed
                for process in list((getattr(pool, "_processes", None) or {}).values()):
                    process.kill()
                return

    def _again(self, task: _Task) -> None:
        task.lost += 1
        if task.lost > 1:
            self._fail(task, "处理该县的工作进程两次意外终止（可能内存不足或被强行结束），请单独重新运行该县")
        else:
            self.unread.append(task)

    def _take(self, future: Future[Any], task: _Task, step: str) -> None:
        try:
            value = future.result()
            if step == "prepare":
                task.numbers = cases.numbers_for(self.engine, task.parameters.county, value)
                number_findings(task.work, task.numbers)
                self.read.append(task)
            else:
                self.progress(task.parameters, "封存")
                self._seal(task)
        except (IntakeError, LedgerError, RunError, ParameterError, OSError, pa.ArrowException) as error:
            self._fail(task, str(error))
        except Exception as error:  # one county's failure must not stop the others, whatever it is
            logging.getLogger("fundaudit").debug("run failed", exc_info=True)
            self._fail(task, f"程序内部错误（{type(error).__name__}），请用 --verbose 重新运行并联系维护人员")

    def _seal(self, task: _Task) -> None:
        parameters, county = task.parameters, open_run(task.work)
        assert parameters.as_of is not None
        created_at = self.now().isoformat(timespec="seconds")
        manifest = write_manifest(task.work, county, created_at, cases.last_manifest(self.engine, parameters.county))
        sync(task.work)
        result = Result(
            parameters.county,
            parameters.name,
            0.0,
            len(task.numbers),
            county.money_at_issue,
            sum(o["undetermined"] for o in county.outcome_rows),
            sum(f["rejected"] for f in county.about["files"]),
        )
        run_id = cases.prepare_run(self.engine, parameters.county, parameters.as_of, manifest, created_at, task.numbers)
        target = self.outputs / parameters.county / str(parameters.as_of)
        try:
            put_in_place(task.work, target)
        except OSError as error:
            cases.undo_run(self.engine, run_id)
            raise RunError(f"结果不能放到 {target}（{type(error).__name__}），请检查该文件夹和权限") from None
        cases.complete_run(self.engine, run_id)
        seconds = time.monotonic() - task.started
        self.results[parameters.county] = dataclasses.replace(result, seconds=seconds, report=target / "report.html")

    def _fail(self, task: _Task, reason: str) -> None:
        parameters = task.parameters
        shutil.rmtree(task.work, ignore_errors=True)
        self.results[parameters.county] = Result(
            parameters.county, parameters.name, time.monotonic() - task.started, reason=reason
        )


def new_pool(jobs: int) -> ProcessPoolExecutor:
    """Worker processes, started at once: they import what they need while the parent still reads."""
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
    for _ in range(jobs):
        pool.submit(ready)
    return pool


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
) -> list[Result]:
    """The counties side by side on `jobs` workers (default: the machine's cores); one's failure does not stop the others.

    Files that have not changed since they were last read are not read again, unless `force` says so. Results in the
    order of the counties. ParameterError, before anything runs, where a check or threshold cannot be used.
    """
    chosen = [p if p.as_of else p.model_copy(update={"as_of": today}) for p in counties]
    cores = os.cpu_count() or 1
    jobs = min(jobs or cores, len(chosen)) or 1
    with new_pool(jobs) as pool:
        catalogues = catalogues_of(chosen)
        work = outputs / ".work"
        try:
            (work / "intake").mkdir(mode=0o700, parents=True, exist_ok=True)
            work.chmod(0o700)
            (work / "intake").chmod(0o700)
        except OSError as error:
            raise ParameterError(f"结果文件夹 {outputs} 不能写入（{type(error).__name__}），请换一个位置或修改权限") from None
        with _alone(work / "register.lock", waiting):
            engine = cases.open_register(outputs)
            repair(engine, outputs)
            try:
                run = _Run(engine, outputs, now, progress, pool, jobs, threads or max(1, cores // jobs))
                largest_first = sorted(chosen, key=_bytes_handed_in, reverse=True)
                run.finish([_task(p, catalogues[p.county], work.resolve(), force) for p in largest_first])
                return [run.results[p.county] for p in chosen]
            finally:
                engine.dispose()


@contextmanager
def _alone(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """The one lock of a register; `waiting` is told where another run holds it."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _task(parameters: Parameters, catalogue: Catalogue, work: Path, force: bool) -> _Task:
    kept = work / "intake" / parameters.county
    if force:
        shutil.rmtree(kept, ignore_errors=True)
    folder = work / f"{parameters.county}-{parameters.as_of}"
    return _Task(parameters, catalogue, folder, kept, time.monotonic())


def _bytes_handed_in(parameters: Parameters) -> int:
    return sum(path.stat().st_size for path in parameters.data.iterdir() if path.is_file())


def number_findings(work: Path, numbers: dict[cases.Key, cases.Number]) -> None:
    """Case numbers and states into findings.parquet."""
    path = work / "restricted" / "findings.parquet"
    table = pq.ParquetFile(path).read()
    keys = list(zip(table["check"].to_pylist(), table["subject"].to_pylist(), strict=True))
    for place, name in ((0, "case_no"), (1, "state")):
        column = pa.array([numbers[key][place] for key in keys], pa.string())
        table = table.set_column(table.column_names.index(name), name, column)
    pq.write_table(table, path, compression="zstd")
