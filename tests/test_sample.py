"""The sample counties of the package are what their makers make, and their makers know nothing that judges."""

from __future__ import annotations

import ast
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sample.__main__ import BUILDS, FINISHED, KEY, write_files, write_key

MAKERS = Path(__file__).parent / "sample"


@pytest.mark.full
@pytest.mark.parametrize("code", BUILDS)
def test_the_finished_files_are_the_makers(code: str, tmp_path: Path) -> None:
    county = BUILDS[code]()
    write_files(tmp_path / code, county)
    write_key(tmp_path / "key.csv", county)
    assert (tmp_path / "key.csv").read_bytes() == (KEY / f"{code}.csv").read_bytes()
    shipped = FINISHED / "data" / code
    assert sorted(p.name for p in shipped.iterdir()) == sorted(p.name for p in (tmp_path / code).iterdir())
    for path in (tmp_path / code).iterdir():
        if path.suffix == ".parquet":  # another pyarrow writes other bytes
            assert pq.read_table(path).equals(pq.read_table(shipped / path.name)), path.name
        else:
            assert path.read_bytes() == (shipped / path.name).read_bytes(), path.name


def test_the_makers_know_the_contract_alone() -> None:
    """Else a mistake of a check could stand in its key."""
    known = set()
    for path in MAKERS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            known |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            known |= {name.name for name in node.names} if isinstance(node, ast.Import) else set()
    assert {name for name in known if name.startswith("fundaudit")} == {"fundaudit.contract"}
