"""A finished run's folder comes into place whole or not at all, and every start mends what an earlier one left."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
from pathlib import Path

import sqlalchemy as sa

from fundaudit.intake.readers import sha256
from fundaudit.register import runs


def sync(folder: Path) -> None:
    """Every file of the folder on disk, owner-only where restricted."""
    for path in sorted(folder.rglob("*")):
        if "restricted" in path.relative_to(folder).parts:
            path.chmod(0o700 if path.is_dir() else 0o600)
        if path.is_file():
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())


_OWN_OLD = re.compile(
    r"([0-9]{6}|region)/[0-9]{4}-[0-9]{2}-[0-9]{2}\.old"
)  # what a run puts aside; any other folder is somebody's own
_EXCHANGE, _AT_FDCWD = 2, -100


def put_in_place(work: Path, target: Path) -> None:
    """The finished folder to its place, whole: exchanged with what stands there, else moved."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        work.rename(target)
        return
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.renameat2(_AT_FDCWD, os.fsencode(work), _AT_FDCWD, os.fsencode(target), _EXCHANGE) == 0:
            shutil.rmtree(work)
            return
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    work.rename(target)
    shutil.rmtree(old)


def repair(engine: sa.Engine, outputs: Path) -> None:
    """What an earlier start left: `.old` put back, prepared runs finished or undone, work folders removed."""
    for old in (p for p in outputs.glob("??????/*.old") if _OWN_OLD.fullmatch(f"{p.parent.name}/{p.name}")):
        target = old.with_name(old.name.removesuffix(".old"))
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)
    for run in runs.prepared_runs(engine):
        target = outputs / run.county / str(run.as_of)
        work = outputs / ".work" / f"{run.county}-{run.as_of}"
        if _manifest_hash(target) == run.manifest_sha256:
            runs.complete_run(engine, run.run_id)
        elif _manifest_hash(work) == run.manifest_sha256:
            put_in_place(work, target)
            runs.complete_run(engine, run.run_id)
        else:
            runs.undo_run(engine, run.run_id)
    clear(outputs)


def clear(outputs: Path) -> None:
    """No county's work is left: of a try that was lost, of a run that was killed."""
    for work in outputs.glob(".work/??????-*"):
        shutil.rmtree(work, ignore_errors=True)


def _manifest_hash(folder: Path) -> str | None:
    path = folder / "manifest.json"
    return sha256(path) if path.exists() else None
