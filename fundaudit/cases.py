"""The register across runs: which runs there were, and a case with a number and a state for every finding.

SQLite by default, another database by URL. A case is a county's finding on one subject by one check; it keeps its
number from run to run. Numbers are running numbers, never made from identity numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

SCHEMA_VERSION = 1
REGISTER = "register.sqlite"
NEW_STATE = "疑点"

metadata = sa.MetaData()
register_info = sa.Table("register_info", metadata, sa.Column("schema_version", sa.Integer, nullable=False))
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run_id", sa.Integer, primary_key=True),
    sa.Column("county", sa.String(6), nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # prepared, complete
    sa.Column("manifest_sha256", sa.String(64), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
)
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_no", sa.String(40), primary_key=True),
    sa.Column("county", sa.String(6), nullable=False),
    sa.Column("check_code", sa.String(4), nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("first_run", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),
    sa.Column("last_run", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),
    sa.UniqueConstraint("county", "check_code", "subject"),
)

Key = tuple[str, str]  # check, subject
Number = tuple[str, str]  # case_no, state


class RegisterError(Exception):
    """A register that cannot be used; says in Chinese why."""


@dataclass(frozen=True)
class Run:
    """A run as the register knows it."""

    run_id: int
    county: str
    as_of: date
    state: str
    manifest_sha256: str


def open_register(outputs: Path) -> sa.Engine:
    """The register beside the outputs, made where there is none, readable by its owner alone.

    RegisterError, with the file as it was, where it is no register, another program holds it, or its version is unknown.
    """
    path = outputs / REGISTER
    if not path.exists():
        path.touch(mode=0o600)
    for own in (path, *(path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm"))):
        if own.exists():
            own.chmod(0o600)
    return _engine(path, f"sqlite:///{path}", made=True)


def _engine(path: Path, url: str, made: bool = False) -> sa.Engine:
    engine = sa.create_engine(url)
    try:
        if path.stat().st_size:
            _refuse_unknown(engine, path)
        if made:
            metadata.create_all(engine)
            with engine.begin() as connection:
                if connection.execute(sa.select(register_info.c.schema_version)).scalar() is None:
                    connection.execute(register_info.insert().values(schema_version=SCHEMA_VERSION))
    except sa.exc.SQLAlchemyError as error:
        engine.dispose()
        if "locked" in str(error):
            raise RegisterError(f"{path}：登记库被其他程序占用，请关闭打开它的程序后再运行") from None
        raise RegisterError(f"{path}：不是可用的登记库，没有改动；请从备份恢复，或先把它移到别处") from None
    return engine


def _refuse_unknown(engine: sa.Engine, path: Path) -> None:
    with engine.connect() as connection:
        version = connection.execute(sa.select(register_info.c.schema_version)).scalar()
    if version != SCHEMA_VERSION:
        engine.dispose()
        raise RegisterError(f"{path}：登记库版本 {version} 不认识，本版本使用 {SCHEMA_VERSION}，没有改动；请升级 fundaudit")


def known_numbers(outputs: Path, county: str, keys: Iterable[Key], new: str = "{:06d}") -> dict[Key, Number]:
    """Each finding's case number and state: the one that the register beside `outputs` has, else the next of its check, in the
    order of `keys`, written as `new` says. The register is only read."""
    path = outputs / REGISTER
    if not path.exists() or not path.stat().st_size:
        return numbers_for([], county, keys, new)
    engine = _engine(path, f"sqlite:///file:{quote(str(path.resolve()))}?mode=ro&uri=true")
    try:
        return numbers_for(_cases_of(engine, county), county, keys, new)
    finally:
        engine.dispose()


def _cases_of(engine: sa.Engine, county: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(cases).where(cases.c.county == county)).mappings())


def numbers_for(known: Iterable[Mapping[str, Any]], county: str, keys: Iterable[Key], new: str = "{:06d}") -> dict[Key, Number]:
    """The same over the county's `known` cases."""
    numbers: dict[Key, Number] = {}
    last: dict[str, int] = {}
    for row in known:
        numbers[row["check_code"], row["subject"]] = (row["case_no"], row["state"])
        last[row["check_code"]] = max(last.get(row["check_code"], 0), int(row["case_no"].rsplit("-", 1)[1]))
    given: dict[Key, Number] = {}
    for key in keys:
        if key not in numbers:
            last[key[0]] = last.get(key[0], 0) + 1
            numbers[key] = (f"{county}-{key[0]}-{new.format(last[key[0]])}", NEW_STATE)
        given[key] = numbers[key]
    return given


def prepare_run(
    engine: sa.Engine, county: str, as_of: date, manifest_sha256: str, created_at: str, numbers: Mapping[Key, Number]
) -> int:
    """In one transaction: the run as `prepared`, its new cases, and the run as the last that saw its old ones."""
    with engine.begin() as connection:
        values = {
            "county": county,
            "as_of": as_of,
            "state": "prepared",
            "manifest_sha256": manifest_sha256,
            "created_at": created_at,
        }
        (run_id,) = connection.execute(runs.insert().values(**values)).inserted_primary_key or (0,)
        known = set(connection.execute(sa.select(cases.c.case_no).where(cases.c.county == county)).scalars())
        new = [
            {
                "case_no": no,
                "county": county,
                "check_code": check,
                "subject": subject,
                "state": state,
                "first_run": run_id,
                "last_run": run_id,
            }
            for (check, subject), (no, state) in numbers.items()
            if no not in known
        ]
        if new:
            connection.execute(cases.insert(), new)
        seen = [no for no, _ in numbers.values() if no in known]
        for start in range(0, len(seen), 500):
            connection.execute(cases.update().where(cases.c.case_no.in_(seen[start : start + 500])).values(last_run=run_id))
        return int(run_id)


def complete_run(engine: sa.Engine, run_id: int) -> None:
    """The run's folder stands in place."""
    with engine.begin() as connection:
        connection.execute(runs.update().where(runs.c.run_id == run_id).values(state="complete"))


def undo_run(engine: sa.Engine, run_id: int) -> None:
    """The run never came into place: it goes, and the cases that it would have opened."""
    with engine.begin() as connection:
        county = sa.select(runs.c.county).where(runs.c.run_id == run_id).scalar_subquery()
        earlier = sa.select(sa.func.max(runs.c.run_id)).where(runs.c.run_id < run_id, runs.c.state == "complete")
        before = earlier.where(runs.c.county == county).scalar_subquery()
        connection.execute(cases.delete().where(cases.c.first_run == run_id))
        connection.execute(
            cases.update().where(cases.c.last_run == run_id).values(last_run=sa.func.coalesce(before, cases.c.first_run))
        )
        connection.execute(runs.delete().where(runs.c.run_id == run_id))


def prepared_runs(engine: sa.Engine) -> list[Run]:
    """Runs that were cut off between their two transactions."""
    with engine.connect() as connection:
        rows: list[Any] = list(
            connection.execute(sa.select(runs).where(runs.c.state == "prepared").order_by(runs.c.run_id)).mappings()
        )
    return [Run(r["run_id"], r["county"], r["as_of"], r["state"], r["manifest_sha256"]) for r in rows]


def last_manifest(engine: sa.Engine, county: str) -> str | None:
    """The manifest hash of the county's last complete run."""
    with engine.connect() as connection:
        query = sa.select(runs.c.manifest_sha256).where(runs.c.county == county, runs.c.state == "complete")
        return connection.execute(query.order_by(runs.c.run_id.desc()).limit(1)).scalar()
