"""What is written between runs: a county's papers as the register stands, with a manifest of their own."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from fundaudit import __version__
from fundaudit.county import County
from fundaudit.intake.readers import sha256
from fundaudit.register.runs import history_head
from fundaudit.run.placing import put_in_place, sync
from fundaudit.runlog import as_json


def export_documents(
    engine: sa.Engine, outputs: Path, county: County, at: datetime, write: Callable[[Path, Path], list[Path]], about: str = ""
) -> tuple[Path, int]:
    """Writes `outputs/<county>/documents/<date>/` whole (its name ends in `about` where it is no full set), in place of what was written
    so on that day; the folder and how many files. `write` puts masked papers into the first folder, the others into the second."""
    work = outputs / ".work" / f"documents-{county.code}-{uuid.uuid4().hex[:8]}"  # no run clears it
    work.mkdir(mode=0o700, parents=True)
    try:
        written = write(work, work / "restricted")
        run = outputs / county.code / str(county.as_of) / "manifest.json"
        manifest = {
            "fundaudit": __version__,
            "county": county.code,
            "name": county.name,
            "run": {"as_of": str(county.as_of), "manifest_sha256": sha256(run)},
            "history": history_head(engine),
            "created_at": at.isoformat(timespec="seconds"),
            "outputs": [{"name": path.relative_to(work).as_posix(), "sha256": sha256(path)} for path in sorted(written)],
        }
        (work / "manifest.json").write_text(as_json(manifest), encoding="utf-8")
        sync(work)
        target = outputs / county.code / "documents" / f"{at.date()}{about}"
        put_in_place(work, target)
        return target, len(written)
    finally:
        shutil.rmtree(work, ignore_errors=True)
