"""What a worker does for one county, in a process of its own: intake and judge into a work folder; notebook, export, scan.

It knows nothing of the register.
"""

from __future__ import annotations

import atexit
import dataclasses
import json
import logging
import os
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fundaudit.catalogue import Catalogue
from fundaudit.county import open_run
from fundaudit.intake import Intake, read_county, write_tables
from fundaudit.judge import UNDETERMINED_SCHEMA, Judgement, judge, with_cases
from fundaudit.ledger import open_ledger
from fundaudit.parameters import Parameters
from fundaudit.seal import as_json

NOTEBOOK = "county_audit.ipynb"
CELL_SECONDS = 600  # a kernel that answers no more must not hold up the other counties


class RunError(Exception):
    """A county's run that cannot be finished; says in Chinese why."""


def notebook_path(name: str = NOTEBOOK) -> Path:
    """A notebook of the kit: in the installed package, else in the checkout beside it."""
    package = Path(__file__).parent
    installed = package / "notebooks" / name
    return installed if installed.exists() else package.parent / "notebooks" / name


def ready() -> None:
    """A worker's first task: its module is imported by then.

    At its end the worker leaves at once: it has closed all that it opened, and tearing down its libraries takes longer than
    sealing a county.
    """
    atexit.register(os._exit, 0)


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


# --- intake and judge ---


def prepare(
    parameters: Parameters, catalogue: Catalogue, work: Path, kept: Path, threads: int | None = None
) -> list[tuple[str, str]]:
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
    with open_ledger(
        intake.tables, intake.rejects, parameters.as_of, parameters.settings, threads, unread=intake.unread
    ) as ledger:
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
        "unread": [list(own) for own in intake.unread],
        "copies": [list(own) for own in intake.copies],
        "money": [dataclasses.asdict(m) for m in intake.money],
        "printed": [{"table": t, "file": f, "sheet": s, **dataclasses.asdict(p)} for t, f, s, p in intake.printed],
        "notes": [{"table": t, "file": f, "sheet": s, **dataclasses.asdict(n)} for t, f, s, n in intake.notes],
        "outcomes": [{**dataclasses.asdict(o), "amount": str(o.amount)} for o in judgement.outcomes],
    }


# --- notebook and export ---


def render(work: Path, threads: int | None = None) -> None:
    """Executes the notebook over the work folder, exports the report, the outcomes and the evidence."""
    from fundaudit.report.export import export_html, write_evidence, write_outcomes
    from fundaudit.report.shareable import hide_in_file

    county, log = open_run(work), RunLog(work)
    if threads:
        os.environ["FUNDAUDIT_THREADS"] = str(threads)  # for the kernel's own ledger
    execute_notebook(notebook_path(), work / "report.ipynb", {"run_folder": str(work.resolve())})
    log.write("notebook", name=NOTEBOOK)
    hits = export_html(work, county, f"{county.name}财政专项资金监督检查疑点报告（{county.as_of}）")
    write_outcomes(county.outcome_rows, work / "outcomes.csv", county.secrets)
    hits += hide_in_file(work / "outcomes.csv", county.secrets)
    write_evidence(county, work / "restricted" / "evidence.xlsx")
    log.write("export", bytes=(work / "report.html").stat().st_size, hidden=len(hits))


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
