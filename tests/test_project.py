"""The project keeps its word: locks, notebooks, imports, documents."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[><=;\[ ]", r)[0].lower().replace("_", "-") for r in requirements}


def locked() -> set[str]:
    return set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M))


def test_every_dependency_is_locked_with_hashes_and_no_address() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    extras = [r for e in PROJECT["project"]["optional-dependencies"].values() for r in e]
    assert {n.replace(".", "-") for n in names(PROJECT["project"]["dependencies"] + extras)} <= {
        n.replace(".", "-") for n in locked()
    }
    assert "://" not in text
    for entry in re.findall(r"^[a-z0-9.-]+==.*?(?=^[a-z0-9.-]+==|\Z)", text, re.M | re.S):
        assert "--hash=sha256:" in entry


def test_every_run_time_dependency_is_used() -> None:
    modules = {
        "pyyaml": "yaml",
        "python-calamine": "python_calamine",
        "chinesecalendar": "chinese_calendar",
        "jinja2": "jinja2",
    }
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "fundaudit").rglob("*.py"))
    code += (ROOT / "notebooks" / "county_audit.ipynb").read_text(encoding="utf-8")
    for name in names(PROJECT["project"]["dependencies"]):
        if name != "ipykernel":  # the kernel itself, named in the notebook's metadata
            assert re.search(rf"\b{modules.get(name, name.replace('-', '_'))}\b", code), name
    assert '"python3"' in code


def test_the_conda_environment_is_in_step() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = next(d for d in environment["dependencies"] if isinstance(d, str) and d.startswith("python"))
    assert python.split(" ", 1)[1] == PROJECT["project"]["requires-python"]
    (pip,) = [d["pip"] for d in environment["dependencies"] if isinstance(d, dict)]
    assert pip == ["--require-hashes", "-r constraints.txt"]


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, fundaudit; print([m for m in ('IPython', 'nbformat', 'papermill', 'matplotlib', 'openpyxl', 'sqlalchemy', 'pandas', 'duckdb') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_notebooks_are_thin_and_without_outputs() -> None:
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        assert len(cells) <= 12
        for cell in cells:
            source = "".join(cell["source"])
            assert not cell["outputs"] and cell["execution_count"] is None
            assert not re.search(r"\b(def|for|if|while|class)\b", source), source
        assert [c for c in cells if "parameters" in c["metadata"].get("tags", [])] == cells[:1]


def test_the_sample_parameters_of_the_checkout_are_those_that_sample_writes(sample_home: Path) -> None:
    for name in ("defaults.yaml", "610204.yaml", "640422.yaml", "653129.yaml"):
        assert (ROOT / "parameters" / name).read_text(encoding="utf-8") == (sample_home / "parameters" / name).read_text(
            encoding="utf-8"
        )


def test_no_file_is_too_long_to_be_one_thing() -> None:
    for path in (ROOT / "fundaudit").rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, path
