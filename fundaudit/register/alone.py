"""One run at a time for a register: locks that are held from before the first kernel to the last folder in place."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

LOCK = zlib.crc32(b"fundaudit register")  # the number by which a database knows the lock


@contextmanager
def alone(work: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """The lock of a results folder and of the register in it; `waiting` is told where another run holds it."""
    lock = FileLock(work / "register.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def alone_in_the_database(engine: sa.Engine, waiting: Callable[[], None]) -> Iterator[None]:
    """The lock of a register that other machines reach too: PostgreSQL's own, which goes with its connection however a run ends."""
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(LOCK))).scalar():
            waiting()
            connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))
