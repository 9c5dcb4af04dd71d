"""The sample counties, finished: files as bureaus hand them in, and their parameters. Nobody in them is real."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path


def write_samples(folder: Path) -> list[str]:
    """Copies the counties to `folder/<county>/` and, beside `folder`, the parameters that do not stand yet. Returns what was written.

    Parameters name their county's folder `data/<county>`: where `folder` has another name, theirs is named instead.
    """
    parameters = folder.resolve().parent / "parameters"
    parameters.mkdir(parents=True, exist_ok=True)
    written = []
    with as_file(files("fundaudit") / "sample_counties") as finished:
        for county in sorted((finished / "data").iterdir()):
            shutil.copytree(county, folder / county.name, dirs_exist_ok=True, copy_function=shutil.copyfile)
            written.append(str(folder / county.name))
        for path in sorted((finished / "parameters").iterdir()):
            own = parameters / path.name
            if not own.exists():
                own.write_text(path.read_text(encoding="utf-8").replace("data: data/", f"data: {folder.name}/"), encoding="utf-8")
                written.append(str(own))
    return written
