"""Kernels as forks of one process that has everything imported: what a kernel costs before its first cell is paid once a run.

The process is told of each kernel in a line of JSON through a socket and answers with the kernel's number. It ends where the other end
of the socket is closed, and the kernels with it: nothing outlives a run that is killed. (The fork server of multiprocessing leaves a
folder among the temporary files.)
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, NamedTuple, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

POSSIBLE = sys.platform == "linux"  # elsewhere a fork is missing or unsafe: kernels start as Jupyter starts them
ANSWER_SECONDS = 180
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class ForkedKernels(AsyncKernelManager):
    """Jupyter's own manager; only where its kernel's process comes from is another."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.provisioner = _Provisioner(kernel_spec=self.kernel_spec, parent=self)


class _Provisioner(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **settings: Any) -> KernelConnectionInfo:
        arguments, environment = cmd[cmd.index("-f") :], dict(settings["env"])
        self.pid = _fork(arguments, environment, str(settings.get("cwd") or Path.cwd()))
        self.process, self.pgid = cast(Any, _Process(self.pid)), self.pid  # it leads a group of its own
        return self.connection_info


class _Process:
    """A forked kernel as `subprocess.Popen` shows a process; how it ended nobody knows."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except OSError:  # gone, or its number is another's
            return 1
        return None

    def wait(self) -> int:
        while self.poll() is None:
            time.sleep(0.01)
        return 1

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class _Server(NamedTuple):
    process: subprocess.Popen[bytes]
    line: socket.socket


_server: _Server | None = None
_one_at_a_time = threading.Lock()


def start_server() -> None:
    """Starts the process that kernels are forked from, where there is none."""
    with _one_at_a_time:
        _running()


def _running() -> _Server:
    global _server
    if _server is None or _server.process.poll() is not None:
        ours, its = socket.socketpair()
        ours.settimeout(ANSWER_SECONDS)
        # one thread alone: a fork has no other, and what another held would stay held
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        call = [sys.executable, "-P", "-m", "fundaudit.run.forks"]
        with its:
            _server = _Server(subprocess.Popen(call, env=environment, stdin=its.fileno(), start_new_session=True), ours)
    return _server


def _fork(arguments: list[str], environment: dict[str, str], folder: str) -> int:
    """The number of a new kernel; RuntimeError where none comes. Who once did not answer is ended: a late answer would be taken for
    that of the next."""
    asked = json.dumps({"arguments": arguments, "environment": environment, "folder": folder}) + "\n"
    with _one_at_a_time:
        server = _running()
        try:
            server.line.sendall(asked.encode())
            return int(server.line.recv(64))
        except (OSError, ValueError):
            server.process.kill()
            server.process.wait()
            server.line.close()
            raise RuntimeError("no kernel can be forked") from None


def _serve() -> None:
    """Imports, then forks as it is asked to, until nobody asks."""
    from ipykernel.kernelapp import IPKernelApp

    import fundaudit.run.ready  # noqa: F401

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has ended is gone at once
    gc.collect()
    gc.freeze()
    line, server = socket.socket(fileno=0), os.getpid()
    for asked in line.makefile("r", encoding="utf-8"):
        try:
            pid = os.fork()
        except OSError:  # the county that asked fails, and no other
            line.sendall(b"-\n")
            continue
        if not pid:
            try:
                _as_kernel(IPKernelApp, server, **json.loads(asked))
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(1)  # never back into the loop
        line.sendall(f"{pid}\n".encode())
    os._exit(0)  # nothing to put away


def _as_kernel(app: Any, server: int, arguments: list[str], environment: dict[str, str], folder: str) -> None:
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != server:
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    app.launch_instance([*arguments, f"--IPKernelApp.parent_handle={server}"])


if __name__ == "__main__":
    _serve()
