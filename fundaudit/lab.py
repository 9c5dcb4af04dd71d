"""JupyterLab over a workplace: in Chinese, without news, and with what shows unmasked rows in a place of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from fundaudit.run.kernel import NOTEBOOK, notebook_path

UNMASKED = "explore.ipynb"
PRIVATE = Path("outputs") / ".lab"  # owner-only; notebooks that show unmasked rows are opened as copies here


def lay_out(home: Path) -> Path:
    """The notebooks in a workplace, where they do not lie yet; returns the one to open."""
    audit, private = home / "notebooks" / NOTEBOOK, home / PRIVATE
    audit.parent.mkdir(parents=True, exist_ok=True)
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
    private.chmod(0o700)
    explore = private / UNMASKED
    for source, target in ((notebook_path(), audit), (notebook_path(UNMASKED), explore)):
        if not target.exists():
            shutil.copyfile(source, target)
    explore.chmod(0o600)
    return explore


def command(home: Path, opened: Path, *more: str) -> list[str]:
    """The call that serves a workplace. Settings come from the kit's own folder: nothing of the user's is changed."""
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={home}",
        "--ContentsManager.allow_hidden=True",
        f"--LabApp.app_settings_dir={files('fundaudit').joinpath('lab_settings')}",
        f"--LabApp.default_url=/lab/tree/{opened.relative_to(home).as_posix()}",
        *more,
    ]


def serve(home: Path, *more: str) -> int:
    """JupyterLab until it is closed; its exit code. Kernels find the workplace from wherever they run."""
    return subprocess.call(command(home, lay_out(home), *more), cwd=home, env=os.environ | {"FUNDAUDIT_HOME": str(home)})
