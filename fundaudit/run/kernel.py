"""One county's audit notebook in a kernel of its own, through papermill: in a thread of the parent, or on a Dask worker."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

# An optional format checker of jsonschema's that nbformat, papermill and nbconvert never use: its import takes twice as long as all
# others together.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

NOTEBOOK = "county_audit.ipynb"
PERIODIC = "periodic"  # the tag of cells of the periodic report
CELL_SECONDS = 600  # a kernel that answers no more must not hold up the other counties
SOCKET_ROOM = 70  # characters of a folder in which a socket can stand; the system takes 107 with its name


class RunError(Exception):
    """A county's run that cannot be finished; says in Chinese why."""


class LostKernel(RunError):
    """A kernel that died; the county may be tried again."""


def notebook_path(name: str = NOTEBOOK) -> Path:
    """A notebook of the kit: in the installed package, else in the checkout beside it."""
    package = Path(__file__).parents[1]
    installed = package / "notebooks" / name
    return installed if installed.exists() else package.parent / "notebooks" / name


@dataclass(frozen=True)
class Call:
    """What a kernel is told of one county. Folders are absolute, so that another machine of the same file system can be told too.
    `report`: the periodic report that it draws besides, empty for none."""

    county: str
    as_of: str
    parameters: str
    outputs: str
    seconds: int
    threads: int
    report: str = ""


def audit_in_kernel(call: Call, turn: AbstractContextManager[Any] | None = None) -> str:
    """Runs the audit notebook over a county, a dead kernel once more; returns the folder that it filled, report.ipynb in it.

    The kernel starts and makes ready at once, and reads and judges in its `turn`; the county's time counts from there. Each try has
    a folder of its own: a kernel whose worker was lost may still write for a moment. RunError where it ends without.
    """
    os.environ["FUNDAUDIT_THREADS"] = str(call.threads)
    until: list[float] = []
    for last in (False, True):
        work = Path(call.outputs) / ".work" / f"{call.county}-{call.as_of}-{uuid.uuid4().hex[:8]}"
        work.mkdir(mode=0o700)
        try:
            with ExitStack() as own_turn:
                _audit(call, work, until, partial(own_turn.enter_context, turn or nullcontext()), own_turn.close)
            return str(work)
        except BaseException as error:
            shutil.rmtree(work, ignore_errors=True)
            if last or not isinstance(error, LostKernel):
                raise
    raise AssertionError


def _audit(call: Call, work: Path, until: list[float], begin: Callable[[], Any], judged: Callable[[], Any]) -> None:
    """`until`: when the county's time is over, once it has begun; `begin` and `judged` take the county's turn and give it back."""
    parameters = {name: getattr(call, name) for name in ("county", "as_of", "parameters", "outputs")}

    def ready(notebook: Any) -> None:
        begin()
        until.append(time.monotonic() + call.seconds)

    def seconds_left(cell: Any) -> int:
        left = max(1, int(until[0] - time.monotonic()))
        return left if _audits(cell) else min(left, CELL_SECONDS)

    def done(cell: Any, **more: Any) -> None:
        if _audits(cell):
            judged()

    try:
        executed = execute_notebook(
            _with_periodic(call.report), {**parameters, "run": str(work)}, work, seconds_left, ready, done
        )
    except TimeoutError:
        if until and time.monotonic() < until[0] - 1:
            raise RunError(f"报告笔记本有一个单元超过 {CELL_SECONDS} 秒没有完成，已中断，请重新运行该县") from None
        raise RunError(f"超过 {call.seconds / 60:g} 分钟没有完成，已结束；上限为参数 settings.limits.county_minutes") from None
    _write_apart(executed, work, call.report)
    shutil.rmtree(work / "temporary", ignore_errors=True)
    (work / "restricted").chmod(0o700)


def _audits(cell: Any) -> bool:
    """Whether a cell reads and judges the county; what comes after it draws."""
    return "audit" in cell.metadata.get("tags", ())


def _with_periodic(kind: str) -> Any:
    """The audit notebook, followed by the sections of a periodic one: they find the county that the audit has read and judged, so
    that one kernel draws both."""
    import nbformat

    notebook = nbformat.read(notebook_path(), as_version=4)
    if kind:
        other = nbformat.read(notebook_path(f"{kind}.ipynb"), as_version=4)
        own = [c for c in other.cells if not {"parameters", "audit", "working"} & set(c.metadata.get("tags", ()))]
        for cell in own:
            cell.id = f"{kind}-{cell.id}"
            cell.metadata.tags = [*cell.metadata.get("tags", ()), PERIODIC]
        notebook.cells += own
    return notebook


def _write_apart(executed: Any, work: Path, kind: str) -> None:
    """What was executed together stands apart: report.ipynb, and the periodic report's cells under reports/."""
    import nbformat

    periodic = [c for c in executed.cells if PERIODIC in c.metadata.get("tags", ())]
    executed.cells = [c for c in executed.cells if PERIODIC not in c.metadata.get("tags", ())]
    nbformat.write(executed, work / "report.ipynb")
    if kind:
        (work / "reports").mkdir(exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=periodic, metadata=executed.metadata), work / "reports" / f"{kind}.ipynb")


def execute_notebook(
    source: Any,
    parameters: Mapping[str, str],
    private: Path,
    seconds: Callable[[Any], int] | None = None,
    ready: Callable[..., None] | None = None,
    done: Callable[..., None] | None = None,
) -> Any:
    """papermill with strict parameters and a kernel of its own; returns what was executed, without times, paths and the injected cell.

    What the kernel needs of files stands in `private`; `ready` is called once it waits for cells, `done` after each.
    RunError where a parameter is unknown or a cell fails, LostKernel where the kernel dies, TimeoutError where a cell takes longer
    than `seconds` gives it.
    """
    import papermill

    logging.getLogger("papermill").setLevel(logging.ERROR)
    known = papermill.inspect_notebook(source)
    if unknown := sorted(set(parameters) - set(known)):
        raise RunError(f"笔记本没有参数 {'、'.join(unknown)}；有：{'、'.join(known)}")
    with _connection(private) as config:
        try:
            notebook = papermill.execute_notebook(
                source,
                None,
                dict(parameters),
                kernel_name="python3",
                progress_bar=False,
                start_timeout=180,
                timeout_func=seconds or (lambda cell: CELL_SECONDS),
                config=config,
                extra_arguments=["--IPKernelApp.exec_lines=import fundaudit.run.ready"],
                on_notebook_start=ready,
                on_cell_executed=done,
                shutdown_kernel="immediate",
            )
        except papermill.PapermillExecutionError as error:
            if error.ename == "AuditError":
                raise RunError(error.evalue) from None
            raise RunError(
                f"程序内部错误（笔记本第 {error.exec_count} 个单元，{error.ename}），请用 --verbose 重新运行并联系维护人员"
            ) from None
        except TimeoutError:  # it is a RuntimeError of nbclient's too
            raise
        except RuntimeError:
            raise LostKernel("内核两次意外终止（可能内存不足或被强行结束），请单独重新运行该县") from None
    return _without_traces(notebook)


@contextmanager
def _connection(private: Path) -> Iterator[Any]:
    """How a kernel starts and is spoken to: through sockets in `private`, because tcp ports race between kernels."""
    from traitlets.config import Config

    from fundaudit.run import forks

    config = Config()
    if forks.POSSIBLE:
        config.NotebookClient.kernel_manager_class = forks.ForkedKernels
    if sys.platform == "win32":
        yield config
        return
    config.KernelManager.connection_file = str(private / "kernel.json")
    with _short(private) as folder:
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = f"{folder}/s"
        try:
            yield config
        finally:
            for path in [*private.glob("s-*"), private / "kernel.json"]:
                path.unlink(missing_ok=True)


@contextmanager
def _short(private: Path) -> Iterator[str]:
    """A name of the folder that a socket's path has room for. Through /proc it stays the same folder: a run that is killed
    leaves nothing elsewhere."""
    if len(str(private)) <= SOCKET_ROOM:
        yield str(private)
    elif Path("/proc/self/fd").exists():
        held = os.open(private, os.O_RDONLY)
        try:
            yield f"/proc/{os.getpid()}/fd/{held}"
        finally:
            os.close(held)
    else:
        with tempfile.TemporaryDirectory(prefix="fa-") as elsewhere:
            yield elsewhere


def _without_traces(notebook: Any) -> Any:
    notebook.cells = [c for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
    return notebook
