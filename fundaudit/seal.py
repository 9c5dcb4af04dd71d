"""The manifest of a run: what went in, what came out, with hashes. (The signature comes with the trust issue.)"""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from fundaudit import __version__
from fundaudit.contract import CONTRACT_VERSION
from fundaudit.county import County
from fundaudit.intake.readers import sha256
from fundaudit.masking import mask_known
from fundaudit.runlog import as_json

VERSIONS = ("duckdb", "pandas", "pyarrow", "papermill", "nbconvert", "matplotlib")


def write_manifest(folder: Path, county: County, notebook: Path, created_at: str, previous: str | None, history: str) -> str:
    """Writes `manifest.json` over every other file of the run's folder; returns the manifest's own hash. `history` is the hash of the
    last event of the register's history."""
    about = county.about
    outputs = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json")
    inputs = [asdict(f) for f in about.files]
    for own in inputs:  # a name of a file may be a person's
        own["file"], own["sheet"] = (mask_known(own[key], county.secrets) for key in ("file", "sheet"))
    manifest = {
        "contract_version": CONTRACT_VERSION,
        "fundaudit": __version__,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in VERSIONS}},
        "county": county.code,
        "name": county.name,
        "as_of": str(county.as_of),
        "inputs": inputs,
        "unused": [mask_known(place, county.secrets) for place in about.unused],
        "unread": [[mask_known(place, county.secrets), table] for place, table, _ in about.unread],
        "copies": [[mask_known(place, county.secrets) for place in own] for own in about.copies],
        "notebook": {"name": notebook.name, "sha256": sha256(notebook)},
        "parameters": about.model_dump(mode="json", include={"report", "thresholds", "settings"}),
        "outputs": [{"name": p.relative_to(folder).as_posix(), "sha256": sha256(p)} for p in outputs],
        "created_at": created_at,
        "previous": previous,
        "history": history,
        "seal": None,
    }
    path = folder / "manifest.json"
    path.write_text(as_json(manifest), encoding="utf-8")
    return sha256(path)
