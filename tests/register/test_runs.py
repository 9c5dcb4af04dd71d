"""The register: running numbers that stay, two transactions, runs cut off between them."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

from fundaudit.intake.readers import sha256
from fundaudit.register import opening, runs, schema
from fundaudit.register.runs import Key, Number
from fundaudit.run import placing

DAY = dt.date(2022, 12, 31)


@pytest.fixture
def register(tmp_path: Path) -> sa.Engine:
    return opening.open_register(tmp_path)


def numbers_for(register: sa.Engine, county: str, keys: list[Key]) -> dict[Key, Number]:
    return runs.known_numbers(Path(str(register.url.database)).parent, county, dict.fromkeys(keys, ()), DAY)


def prepare(register: sa.Engine, county: str, digest: str, numbers: dict[Key, Number]) -> int:
    findings = [{"case_no": no, "check": check, "subject": subject} for (check, subject), (no, _) in numbers.items()]
    return runs.prepare_run(register, runs.NewRun(county, DAY, digest, "2026-01-01T00:00:00", findings, {}))


def complete(register: sa.Engine, keys: list[Key], county: str = "653129") -> dict[Key, Number]:
    numbers = numbers_for(register, county, keys)
    runs.complete_run(register, prepare(register, county, "0" * 64, numbers))
    return numbers


def test_numbers_run_per_county_and_check_and_stay(register: sa.Engine) -> None:
    first = complete(register, [("IB01", "A"), ("IB01", "B"), ("HP01", "A")])
    assert [no for no, _ in first.values()] == ["653129-IB01-000001", "653129-IB01-000002", "653129-HP01-000001"]
    assert {state for _, state in first.values()} == {"疑点"}
    second = complete(register, [("IB01", "C"), ("IB01", "B")])
    assert second == {("IB01", "C"): ("653129-IB01-000003", "疑点"), ("IB01", "B"): first["IB01", "B"]}
    assert complete(register, [("IB01", "A")], "640422")["IB01", "A"][0] == "640422-IB01-000001"


def test_nothing_is_written_before_the_run_is_prepared(register: sa.Engine) -> None:
    assert numbers_for(register, "653129", [("IB01", "A")]) == numbers_for(register, "653129", [("IB01", "A")])
    with register.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.cases)).scalar() == 0


def test_the_register_is_owner_only_and_an_unknown_version_is_refused(tmp_path: Path) -> None:
    register = opening.open_register(tmp_path)
    assert stat.S_IMODE((tmp_path / "register.sqlite").stat().st_mode) == 0o600
    with register.begin() as connection:
        connection.execute(schema.register_info.update().values(schema_version=99))
    with pytest.raises(schema.RegisterError, match="99"):
        opening.open_register(tmp_path)


def folder_with_manifest(path: Path, text: str) -> str:
    path.mkdir(parents=True)
    (path / "manifest.json").write_text(text, encoding="utf-8")
    return sha256(path / "manifest.json")


def prepared(register: sa.Engine, digest: str) -> int:
    numbers = numbers_for(register, "653129", [("IB01", "A"), ("IB01", "B")])
    return prepare(register, "653129", digest, numbers)


def states(register: sa.Engine) -> list[str]:
    with register.connect() as connection:
        return list(connection.execute(sa.select(schema.runs.c.state).order_by(schema.runs.c.run_id)).scalars())


def test_a_run_cut_off_after_its_folder_came_into_place_is_completed(register: sa.Engine, tmp_path: Path) -> None:
    prepared(register, folder_with_manifest(tmp_path / "653129" / "2022-12-31", "new"))
    placing.repair(register, tmp_path)
    assert states(register) == ["complete"]


def test_a_run_cut_off_before_is_put_in_place_from_its_work_folder(register: sa.Engine, tmp_path: Path) -> None:
    folder_with_manifest(tmp_path / "653129" / "2022-12-31", "old")
    prepared(register, folder_with_manifest(tmp_path / ".work" / "653129-2022-12-31", "new"))
    placing.repair(register, tmp_path)
    assert states(register) == ["complete"]
    assert (tmp_path / "653129" / "2022-12-31" / "manifest.json").read_text(encoding="utf-8") == "new"
    assert not list((tmp_path / ".work").glob("653129-*"))


def test_a_run_whose_folder_is_lost_is_undone_with_its_new_cases(register: sa.Engine, tmp_path: Path) -> None:
    before = complete(register, [("IB01", "A")])
    folder_with_manifest(tmp_path / "653129" / "2022-12-31", "old")
    prepared(register, "f" * 64)
    placing.repair(register, tmp_path)
    assert states(register) == ["complete"]
    again = numbers_for(register, "653129", [("IB01", "A"), ("IB01", "C")])
    assert again["IB01", "A"] == before["IB01", "A"]
    assert again["IB01", "C"][0] == "653129-IB01-000002", "the undone run's number is free again"
    assert (tmp_path / "653129" / "2022-12-31" / "manifest.json").read_text(encoding="utf-8") == "old"


def test_a_folder_moved_aside_is_put_back(register: sa.Engine, tmp_path: Path) -> None:
    folder_with_manifest(tmp_path / "653129" / "2022-12-31.old", "old")
    placing.repair(register, tmp_path)
    assert (tmp_path / "653129" / "2022-12-31" / "manifest.json").exists()
