"""A county's run, in the order of the design, and a map of it over the counties.

Worker: intake and judge into a work folder. Parent: numbers from the register. Worker: notebook, export, scan.
Parent: manifest; register transaction `prepared`; folder in place; transaction `complete`. One lock per register is
held from reading the numbers to `complete`. A county that fails leaves its last good folder as it was.
"""

from __future__ import annotations

import atexit
import dataclasses
import json
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from filelock import FileLock

from fundaudit import cases
from fundaudit.catalogue import Catalogue, catalogues_of
from fundaudit.contract import TABLES
from fundaudit.county import County, open_run
from fundaudit.intake import Intake, IntakeError, read_county, write_tables
from fundaudit.judge import UNDETERMINED_SCHEMA, Judgement, judge, with_cases
from fundaudit.ledger import LedgerError, open_ledger
from fundaudit.masking import Secrets, scan
from fundaudit.parameters import ParameterError, Parameters
from fundaudit.placing import put_in_place, repair, sync
from fundaudit.seal import as_json, write_manifest

SHAREABLE = ("report.html", "report.ipynb", "outcomes.csv", "manifest.json")
NOTEBOOK = "county_audit.ipynb"
CELL_SECONDS = 600  # a kernel that answers no more must not hold up the other counties
Progress = Callable[[Parameters, str], None]


class RunError(Exception):
    """A county's run that cannot be finished; says in Chinese why."""


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


def notebook_path(name: str = NOTEBOOK) -> Path:
    """A notebook of the kit: in the installed package, else in the checkout beside it."""
    package = Path(__file__).parent
    installed = package / "notebooks" / name
    return installed if installed.exists() else package.parent / "notebooks" / name


@dataclass
class _Task:
    """A county under way: where it works, when it began, how often its worker was lost."""

    parameters: Parameters
    catalogue: Catalogue
    work: Path
    kept: Path
    started: float
    lost: int = 0
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
            done, _ = wait(self.futures, return_when=FIRST_COMPLETED)
            for future in done:
                task, step, pool = self.futures.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    self._renew(pool)
                    self._again(task)
                else:
                    self._take(future, task, step)
                self._begin()
        self.pool.shutdown()  # it may be a later one than the first

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
        scan_shareable(task.work, county, ["manifest.json"])
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
        put_in_place(task.work, target)
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
        pool.submit(_ready)
    return pool


def _ready() -> None:
    """A worker's first task: its module is imported by then.

    At its end the worker leaves at once: it has closed all that it opened, and tearing down its libraries takes longer than
    sealing a county.
    """
    atexit.register(os._exit, 0)


def run_counties(
    counties: Iterable[Parameters],
    outputs: Path,
    today: date,
    now: Callable[[], datetime],
    progress: Progress = lambda parameters, step: None,
    jobs: int | None = None,
    threads: int | None = None,
    force: bool = False,
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
        outputs.mkdir(parents=True, exist_ok=True)
        work = outputs / ".work"
        work.mkdir(mode=0o700, exist_ok=True)
        with FileLock(work / "register.lock"):
            engine = cases.open_register(outputs)
            repair(engine, outputs)
            try:
                run = _Run(engine, outputs, now, progress, pool, jobs, threads or max(1, cores // jobs))
                largest_first = sorted(chosen, key=_bytes_handed_in, reverse=True)
                run.finish([_task(p, catalogues[p.county], work.resolve(), force) for p in largest_first])
                return [run.results[p.county] for p in chosen]
            finally:
                engine.dispose()


def _task(parameters: Parameters, catalogue: Catalogue, work: Path, force: bool) -> _Task:
    kept = work / "intake" / parameters.county
    if force:
        shutil.rmtree(kept, ignore_errors=True)
    folder = work / f"{parameters.county}-{parameters.as_of}"
    return _Task(parameters, catalogue, folder, kept, time.monotonic())


def _bytes_handed_in(parameters: Parameters) -> int:
    return sum(path.stat().st_size for path in parameters.data.iterdir() if path.is_file())


class RunLog:
    """The run's log: one JSON object a line, without personal values."""

    def __init__(self, work: Path) -> None:
        folder = work / "restricted" / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        (work / "restricted").chmod(0o700)
        self.path = folder / "run.jsonl"

    def write(self, event: str, **fields: Any) -> None:
        line = {"time": datetime.now().isoformat(timespec="milliseconds"), "event": event, **fields}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")


# --- worker: intake and judge ---------------------------------------------------------------------------------------


def prepare(parameters: Parameters, catalogue: Catalogue, work: Path, kept: Path, threads: int | None = None) -> list[cases.Key]:
    """Intake and judge into the work folder; returns (check, subject) of every finding, in their order."""
    assert parameters.as_of is not None
    if threads:
        pa.set_cpu_count(threads)
    log = RunLog(work)
    restricted = work / "restricted"
    intake = read_county(parameters, kept)
    log.write("files", read_anew=intake.read_anew)
    for file in intake.files:
        log.write("intake", **dataclasses.asdict(file))
    if not intake.files:
        raise RunError(
            f"{parameters.data}：没有可以识别的表，请按 docs/数据表.md 中的表名命名文件或工作表，或在参数的 sources 中指明"
        )
    write_tables(intake, restricted)
    with open_ledger(intake.tables, intake.rejects, parameters.as_of, parameters.settings, threads) as ledger:
        judgement = judge(ledger, catalogue, parameters)
    for outcome in judgement.outcomes:
        log.write(
            "outcome", check=outcome.check, status=outcome.status, flagged=outcome.flagged, undetermined=outcome.undetermined
        )
    _write_judgement(judgement, restricted)
    about = _about(parameters, catalogue, intake, judgement)
    (restricted / "run.json").write_text(as_json(about), encoding="utf-8")
    for folder in parameters.checks:
        for path in folder.rglob("*.sql"):
            target = restricted / "checks" / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return [(f["check"], f["subject"]) for f in judgement.findings]


def _write_judgement(judgement: Judgement, restricted: Path) -> None:
    undetermined = pa.Table.from_pylist(judgement.undetermined, schema=UNDETERMINED_SCHEMA)
    pq.write_table(undetermined, restricted / "undetermined.parquet", compression="zstd")
    (restricted / "evidence").mkdir()
    for code, table in judgement.evidence.items():
        pq.write_table(table, restricted / "evidence" / f"{code}.parquet", compression="zstd")
    unnumbered = {(f["check"], f["subject"]): ("", "") for f in judgement.findings}
    pq.write_table(with_cases(judgement, unnumbered), restricted / "findings.parquet", compression="zstd")


def _about(parameters: Parameters, catalogue: Catalogue, intake: Intake, judgement: Judgement) -> dict[str, Any]:
    """What the report needs to know of the run beside its tables; no path and no clock in it."""
    return {
        "county": parameters.county,
        "name": parameters.name,
        "as_of": str(parameters.as_of),
        "report": parameters.report,
        "settings": json.loads(parameters.settings.model_dump_json()),
        "thresholds": {
            code: {n: v if isinstance(v, bool | list) else str(v) for n, v in values.items()}
            for code, values in catalogue.thresholds(parameters).items()
        },
        "files": [dataclasses.asdict(f) for f in intake.files],
        "unused": intake.unused,
        "money": [dataclasses.asdict(m) for m in intake.money],
        "printed": [{"table": t, "file": f, "sheet": s, **dataclasses.asdict(p)} for t, f, s, p in intake.printed],
        "notes": [{"table": t, "file": f, "sheet": s, **dataclasses.asdict(n)} for t, f, s, n in intake.notes],
        "outcomes": [{**dataclasses.asdict(o), "amount": str(o.amount)} for o in judgement.outcomes],
    }


# --- parent: numbers ------------------------------------------------------------------------------------------------


def number_findings(work: Path, numbers: dict[cases.Key, cases.Number]) -> None:
    """Case numbers and states into findings.parquet."""
    path = work / "restricted" / "findings.parquet"
    table = pq.ParquetFile(path).read()
    keys = list(zip(table["check"].to_pylist(), table["subject"].to_pylist(), strict=True))
    for place, name in ((0, "case_no"), (1, "state")):
        column = pa.array([numbers[key][place] for key in keys], pa.string())
        table = table.set_column(table.column_names.index(name), name, column)
    pq.write_table(table, path, compression="zstd")


# --- worker: notebook and export ------------------------------------------------------------------------------------


def render(work: Path, threads: int | None = None) -> None:
    """Executes the notebook over the work folder, exports the report, the outcomes and the evidence."""
    from fundaudit.report.export import export_html, write_evidence, write_outcomes

    county, log = open_run(work), RunLog(work)
    if threads:
        os.environ["FUNDAUDIT_THREADS"] = str(threads)  # for the kernel's own ledger
    execute_notebook(notebook_path(), work / "report.ipynb", {"run_folder": str(work.resolve())})
    log.write("notebook", name=NOTEBOOK)
    export_html(work / "report.ipynb", work / "report.html", f"{county.name}财政专项资金监督检查疑点报告（{county.as_of}）")
    write_outcomes(county.outcome_rows, work / "outcomes.csv")
    write_evidence(county, work / "restricted" / "evidence.xlsx")
    log.write("export", bytes=(work / "report.html").stat().st_size)
    scan_shareable(work, county, [name for name in SHAREABLE if name != "manifest.json"])


def execute_notebook(source: Path, target: Path, parameters: dict[str, str]) -> None:
    """papermill with strict parameters and a kernel of its own; times, paths and the injected cell are removed.

    Raises RunError where a parameter is unknown or a cell fails.
    """
    # An optional format checker of jsonschema's that papermill and nbconvert never use: its import takes half as long
    # as all others together.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import nbformat
    import papermill
    from traitlets.config import Config

    logging.getLogger("papermill").setLevel(logging.ERROR)
    known = papermill.inspect_notebook(str(source))
    if unknown := sorted(set(parameters) - set(known)):
        raise RunError(f"{source.name}：没有参数 {'、'.join(unknown)}；有：{'、'.join(known)}")
    config, private = Config(), Path(tempfile.mkdtemp(prefix="fa-"))
    if sys.platform != "win32":  # tcp ports race between kernels; each ipc kernel needs a place of its own
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = str(private / "s")
    try:
        notebook = papermill.execute_notebook(
            str(source),
            None,
            parameters,
            kernel_name="python3",
            progress_bar=False,
            start_timeout=180,
            execution_timeout=CELL_SECONDS,
            config=config,
            shutdown_kernel="immediate",
        )
    except papermill.PapermillExecutionError as error:
        raise RunError(f"报告笔记本第 {error.exec_count} 个单元执行出错：{error.ename}") from None
    except TimeoutError:
        raise RunError(f"报告笔记本有一个单元超过 {CELL_SECONDS} 秒没有完成，已中断，请重新运行该县") from None
    except RuntimeError:  # nbclient's word for a kernel that died
        raise RunError("报告笔记本的内核意外终止（可能内存不足或被强行结束），请重新运行该县") from None
    finally:
        shutil.rmtree(private, ignore_errors=True)
    nbformat.write(_without_traces(notebook), target)


def _without_traces(notebook: Any) -> Any:
    notebook.cells = [c for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
    return notebook


# --- what may be shared ----------------------------------------------------------------------------------------


def secrets_of(county: County) -> Secrets:
    """Every identity number, card, account and full name of the run's inputs, rejected rows included."""
    numbers: set[str] = set()
    names: set[str] = set()
    common: set[str] = set()
    for name, table in TABLES.items():
        path = county.folder / "restricted" / "tables" / f"{name}.parquet"
        if not path.exists():
            continue
        rows = pq.ParquetFile(path).read()
        for column in table.columns:
            values = {str(v) for v in rows[column.name].unique().to_pylist() if v}
            if column.personal in ("id_number", "card"):
                numbers |= values
            elif column.personal == "name" and column.name not in ("payee_name", "responsible"):
                names |= values
            elif column.kind == "text":
                common |= values
    for row in county.rejects["row_as_read"]:
        for header, value in json.loads(row).items():
            if header in {c.header for t in TABLES.values() for c in t.columns if c.personal in ("id_number", "card")}:
                numbers.add(value.strip())
    return Secrets.of(numbers, names, common)


def scan_shareable(work: Path, county: County, names: list[str]) -> None:
    """RunError where one of these shareable files holds what looks like, or is, personal data."""
    secrets = secrets_of(county)
    for name in names:
        hits = scan((work / name).read_text(encoding="utf-8"), secrets)
        if hits:
            raise RunError(
                f"{name} 中发现未遮盖的个人信息（{'；'.join(hits[:3])}），共 {len(hits)} 处，没有放出报告，请联系维护人员"
            )
