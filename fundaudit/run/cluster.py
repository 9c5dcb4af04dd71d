"""The same call per county on a Dask cluster, over a file system that its workers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Semaphore

from fundaudit.exact_yaml import ParameterError, shown
from fundaudit.run.kernel import Call, RunError, audit_in_kernel

CONNECT_SECONDS = 20
LOST = "运行该县的集群节点多次失去联系，请检查各节点的内存和网络后单独重新运行该县"


@contextmanager
def kernels_of(address: str) -> Iterator[tuple[Callable[[Call, Semaphore], str], int]]:
    """A county's audit as a task of the cluster's, and how many workers it has. ParameterError where it cannot be reached."""
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise ParameterError("没有安装集群支持，请先运行 pip install 'fundaudit[cluster]'") from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ParameterError(
            f"--cluster 的地址 {shown(address)} 连接不上（{type(error).__name__}），请核对地址，如 tcp://主机:8786，并确认调度进程在运行"
        ) from None
    with client:
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        if not workers:
            raise ParameterError(f"--cluster 的地址 {shown(address)} 上没有工作节点，请先在各机器上启动 dask worker")

        def audit(call: Call, turn: Semaphore) -> str:
            try:
                with turn:
                    filled: str = client.submit(audit_in_kernel, call, pure=False).result()
            except KilledWorker:
                raise RunError(LOST) from None
            return filled

        yield audit, workers
