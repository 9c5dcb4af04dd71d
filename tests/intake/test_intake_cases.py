"""Files that others wrote, rebuilt from public bug reports: each is read as its `expected.json` says, or refused as it says.

The form is that of `tests/dirt/`, with `refused` (a piece of the message wanted) and `unused` (files that are named and not read).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_dirt import as_shown, read

from fundaudit.intake import IntakeError

CASES = sorted(p.parent for p in (Path(__file__).parent.parent / "intake_cases").glob("*/expected.json"))


@pytest.mark.parametrize("folder", CASES, ids=lambda p: p.name)
def test_it_is_read_as_a_person_would_read_it(folder: Path) -> None:
    wanted = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    if "refused" in wanted:
        with pytest.raises(IntakeError, match=wanted["refused"]):
            read(folder)
        return
    intake, expected = read(folder)
    for part, shown in as_shown(intake, expected).items():
        assert shown == expected[part], part
    for entry in expected["log"]:
        said = [(note.column, note.message, note.rows) for *_, note in intake.notes]
        assert any((c, n) == (entry["column"], entry["rows"]) and entry["message"] in m for c, m, n in said), (entry, said)
    assert set(expected.get("unused", ())) <= set(intake.unused)
    for file in intake.files:
        assert file.read == file.accepted + file.rejected + file.totals
