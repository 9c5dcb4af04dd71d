"""The workplace served: in JupyterLab, in Chinese and without news, or the workbench alone as a page without code (Voilà). What may show
unmasked rows has a place of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from fundaudit.run.kernel import NOTEBOOK, notebook_path

UNMASKED = ("workbench.ipynb", "explore.ipynb")  # the first is opened
SETTINGS = Path(str(files("fundaudit").joinpath("lab_settings")))
WIDGETS = (
    "@voila-dashboards/widgets-manager8",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
)  # all that the page needs of extensions
PRIVATE = Path("outputs") / ".lab"  # owner-only; notebooks that show unmasked rows are opened as copies here


def lay_out(home: Path) -> Path:
    """The notebooks in a workplace, where they do not lie yet; returns the one to open."""
    audit, private = home / "notebooks" / NOTEBOOK, home / PRIVATE
    audit.parent.mkdir(parents=True, exist_ok=True)
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
    private.chmod(0o700)
    for source, target in ((NOTEBOOK, audit), *((name, private / name) for name in UNMASKED)):
        if not target.exists():
            shutil.copyfile(notebook_path(source), target)
    for name in UNMASKED:
        (private / name).chmod(0o600)
    return private / UNMASKED[0]


def command(home: Path, opened: Path, *more: str) -> list[str]:
    """The call that serves a workplace. Settings come from the kit's own folder: nothing of the user's is changed."""
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={home}",
        "--ContentsManager.allow_hidden=True",
        f"--LabApp.app_settings_dir={SETTINGS}",
        f"--LabApp.default_url=/lab/tree/{opened.relative_to(home).as_posix()}",
        *more,
    ]


def app_command(opened: Path, *more: str) -> list[str]:
    """The call that serves one notebook as a page without code: on this machine alone, to whom has the token that it prints."""
    own = ("--Voila.ip=127.0.0.1", "--Voila.auto_token=True", "--template=fundaudit", "--theme=light")
    needed = [f"--VoilaConfiguration.extension_allowlist={name}" for name in WIDGETS]
    return [sys.executable, "-m", "voila", str(opened), *own, *needed, *more]


def serve(home: Path, *more: str, app: bool = False) -> int:
    """JupyterLab, or the workbench as a page, until it is closed; its exit code. Kernels find the workplace from wherever they run."""
    opened = lay_out(home)
    call = app_command(opened, *more) if app else command(home, opened, *more)
    paths = filter(None, (str(SETTINGS), os.environ.get("JUPYTER_PATH")))
    own = {"FUNDAUDIT_HOME": str(home), "JUPYTER_PATH": os.pathsep.join(paths)}
    return subprocess.call(call, cwd=home, env=os.environ | own)
