"""A PostgreSQL server of a test's own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

INITDB = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
needs_postgres = pytest.mark.skipif(INITDB is None, reason="需要 PostgreSQL 服务器（Debian 的 postgresql 包）")


@contextmanager
def postgres_server(secret: str) -> Iterator[str]:
    """A server on loopback, with the user auditor and that password; gives host:port/database."""
    assert INITDB is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = Path("/tmp") / f"fundaudit-pg-{os.getpid()}-{port}"
    home.mkdir()
    (home / "secret").write_text(secret, encoding="utf-8")
    as_owner: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        owner = pwd.getpwnam("postgres")
        for path in (home, home / "secret"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        as_owner = ["runuser", "-u", "postgres", "--"]
    control = [*as_owner, str(INITDB.with_name("pg_ctl")), "-D", str(home / "data"), "-w"]
    init = [
        *as_owner,
        str(INITDB),
        "-D",
        str(home / "data"),
        "-U",
        "auditor",
        "-A",
        "scram-sha-256",
        "--pwfile",
        str(home / "secret"),
    ]
    subprocess.run([*init, "-E", "UTF8", "--locale=C.UTF-8"], check=True, capture_output=True, cwd=home)
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={home} -c fsync=off"
    subprocess.run([*control, "-o", options, "-l", str(home / "log"), "start"], check=True, capture_output=True, cwd=home)
    try:
        yield f"127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=home)
        shutil.rmtree(home, ignore_errors=True)
