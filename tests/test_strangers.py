"""A stranger's county, from its own files to a right report: `init --yes`, the questions answered in the file, `validate`, `run`."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import strangers
from conftest import fundaudit
from strangers import AS_OF, COUNTIES, Stranger

SHAREABLE = ("report.html", "report.ipynb", "outcomes.csv", "manifest.json")


def hashes(own: Stranger) -> dict[Path, str]:
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in own.files}


def answer(path: Path, own: Stranger) -> None:
    """What a person does with the printed questions: the day, and which subsidies are for the supported alone."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^#(.*# 问 [12]\b)", r"\1", text)  # the sign at the line's head goes, as the file says; nothing else
    text = re.sub(r"(?m)^as_of: \S+", f"as_of: {AS_OF}", text)
    text = re.sub(r"(?m)^  targeted_subsidies: \[.*?\]", f'  targeted_subsidies: ["{own.reward}"]', text)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "own", [COUNTIES[0], *(pytest.param(own, marks=pytest.mark.full) for own in COUNTIES[1:])], ids=lambda own: own.code
)
def test_from_its_own_files_to_a_right_report(own: Stranger, tmp_path: Path) -> None:
    home = tmp_path
    strangers.build(own, home / "data" / own.code)
    done = fundaudit("init", own.code, "--yes", cwd=home)
    assert done.returncode == 0, done.stderr + done.stdout
    no_list_is_proposed_as_the_register(own, home, done.stdout)
    printed, before = done.stdout, hashes(own)
    unanswered = fundaudit("validate", own.code, cwd=home).stdout
    assert f"{own.code}.yaml 里的问 1、2 还没有回答" in unanswered
    assert 8 <= len(own.files) <= 12
    parameters = home / "parameters" / f"{own.code}.yaml"
    assert own.name in parameters.read_text(encoding="utf-8"), "the county's name stands in its titles"
    assert re.findall(r"(?m)^问 \d", printed) == ["问 1", "问 2"], printed
    answer(parameters, own)
    checked = fundaudit("validate", own.code, cwd=home)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "副本，只用一份" in checked.stdout
    assert "sources:" not in checked.stdout, "what is described is described; a copy is not to be described"
    done = fundaudit("run", own.code, cwd=home)
    assert done.returncode == 0, done.stderr
    folder = home / "outputs" / own.code / AS_OF
    rows = pq.ParquetFile(folder / "restricted" / "findings.parquet").read().to_pylist()
    assert {(r["check"], r["subject"], str(r["amount"])) for r in rows} == strangers.planted(own)
    assert hashes(own) == before, "no input file was edited"
    nobodys_data_leaves(own, home)


def nobodys_data_leaves(own: Stranger, home: Path) -> None:
    people = [own.person(k) for k in (*range(24), 30)]
    for name in SHAREABLE:
        text = (home / "outputs" / own.code / AS_OF / name).read_text(encoding="utf-8")
        bare = re.sub(r"[\s\-\u200b-\u200f]", "", text)
        assert not [number for _, number in people if number in bare], name
        assert not [who for who, _ in people if len(who) > 2 and who in text], name
    report = (home / "outputs" / own.code / AS_OF / "report.html").read_text(encoding="utf-8")
    assert own.voucher(9) in report, "the run's own voucher is shown, though it looks like an identity number"


def no_list_is_proposed_as_the_register(own: Stranger, home: Path, printed: str) -> None:
    """The dead, the staff and lists of payments."""
    text = (home / "parameters" / f"{own.code}.yaml").read_text(encoding="utf-8")
    for proposed in (line for line in (printed + text).splitlines() if "帮扶对象名册" in line):
        assert not re.search(r"死亡|供养|发放|地力|比对|奖补|补助\.", proposed), proposed
