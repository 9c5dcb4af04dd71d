"""What is written between runs: a county's papers as the register stands, with a manifest of their own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fundaudit import __version__
from fundaudit.county import County
from fundaudit.documents.written import write_documents
from fundaudit.intake.readers import sha256
from fundaudit.register.runs import history_head
from fundaudit.run.placing import put_in_place, sync
from fundaudit.runlog import as_json


def export_documents(
    engine: sa.Engine, outputs: Path, county: County, registered: Mapping[str, Mapping[str, Any]], at: datetime
) -> tuple[Path, int]:
    """Writes `outputs/<county>/documents/<date>/` whole, in place of what was written on that day; the folder and how many papers."""
    work = outputs / ".work" / f"{county.code}-documents"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700, parents=True)
    try:
        written = write_documents(work, work / "restricted", county, registered, at.date(), in_run=False)
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
        target = outputs / county.code / "documents" / str(at.date())
        put_in_place(work, target)
        return target, len(written)
    finally:
        shutil.rmtree(work, ignore_errors=True)
