"""The register's tables, how it is opened, and how an older one is carried forward (SQLAlchemy Core)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

SCHEMA_VERSION = 2
REGISTER = "register.sqlite"

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
    sa.Column("history_head", sa.String(64)),  # the last event's hash when the run was prepared
)
outcomes = sa.Table(  # what each check of a run came to
    "outcomes",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
    sa.Column("check_code", sa.String(4), primary_key=True),
    sa.Column("status", sa.String(12), nullable=False),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("population", "flagged", "undetermined")),
    sa.Column("amount", sa.Numeric(18, 2), nullable=False),  # yuan
)
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_no", sa.String(40), primary_key=True),
    sa.Column("county", sa.String(6), nullable=False),
    sa.Column("check_code", sa.String(4), nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("first_run", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),
    sa.Column("last_run", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),
    *(sa.Column(name, sa.String) for name in ("title", "severity", "name", "township", "unit", "detail")),  # as last found
    sa.Column("amount", sa.Numeric(18, 2)),  # yuan; empty where a rejected row could change it
    sa.Column("occurred_on", sa.Date),
    sa.Column("last_event", sa.Integer),  # whose state is the case's; none: 疑点
    sa.UniqueConstraint("county", "check_code", "subject"),
)
sightings = sa.Table(  # the times over which a case was found without a break
    "sightings",
    metadata,
    sa.Column("case_no", sa.String(40), sa.ForeignKey("cases.case_no"), primary_key=True),
    sa.Column("first_run", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
    sa.Column("last_run", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),
)
evidence = sa.Table(  # the rows behind a case, and the run that first had them
    "evidence",
    metadata,
    sa.Column("case_no", sa.String(40), sa.ForeignKey("cases.case_no"), primary_key=True),
    sa.Column("row_key", sa.String, primary_key=True),
    sa.Column("first_run", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),
)
events = sa.Table(  # append-only, chained by hashes: what was done about a case
    "events",
    metadata,
    sa.Column("event_no", sa.Integer, primary_key=True),
    sa.Column("case_no", sa.String(40), sa.ForeignKey("cases.case_no"), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("from_state", sa.String(10), nullable=False),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("deadline", sa.String(10)),
    sa.Column("recovered", sa.String(24)),  # yuan, as text: it is part of the hash
    sa.Column("receiver", sa.String),
    sa.Column("attachment", sa.String),
    sa.Column("attachment_sha256", sa.String(64)),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
KEPT = {  # dialect → what refuses a change of the history
    "sqlite": [
        f"CREATE TRIGGER events_no_{action.lower()} BEFORE {action} ON events BEGIN SELECT RAISE(ABORT, 'the history is only added to'); END"
        for action in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION events_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the history is only added to'; END $$",
        "CREATE TRIGGER events_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_only_added()",
    ],
}
for _dialect, _statements in KEPT.items():
    for _statement in _statements:
        sa.event.listen(events, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


class RegisterError(Exception):
    """A register that cannot be used, or a case that cannot be changed so; says in Chinese why."""


def open_register(outputs: Path) -> sa.Engine:
    """The register, made where there is none and carried forward where it is older: the database that FUNDAUDIT_REGISTER names, else
    a file beside the outputs, readable by its owner alone.

    RegisterError, with the register as it was, where it is none, another program holds it, or its version is unknown.
    """
    if url := elsewhere():
        return _engine(url, url.render_as_string())
    path = outputs / REGISTER
    if not path.exists():
        path.touch(mode=0o600)
    for own in (path, *(path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm"))):
        if own.exists():
            own.chmod(0o600)
    return _engine(sa.make_url(f"sqlite:///{path}"), str(path))


def read_register(outputs: Path) -> sa.Engine | None:
    """The register to read alone; None where there is none yet, or one that a run has still to carry forward."""
    path, url = outputs / REGISTER, elsewhere()
    if url is None and (not path.exists() or not path.stat().st_size):
        return None
    own = url or sa.make_url(f"sqlite:///file:{quote(str(path.resolve()))}?mode=ro&uri=true")
    engine = _engine(own, own.render_as_string() if url else str(path), made=False)
    with engine.connect() as connection:
        current = sa.inspect(connection).has_table("register_info") and _version(connection) == SCHEMA_VERSION
    return engine if current else None


def elsewhere() -> sa.URL | None:
    """The database that FUNDAUDIT_REGISTER names, such as postgresql+psycopg://user@host/name; None where it says nothing."""
    text = os.environ.get("FUNDAUDIT_REGISTER", "")
    try:
        return sa.make_url(text) if text else None
    except sa.exc.ArgumentError:
        raise RegisterError("环境变量 FUNDAUDIT_REGISTER 不是数据库地址，应写成 postgresql+psycopg://用户@主机/库") from None


def _engine(url: sa.URL, place: str, made: bool = True) -> sa.Engine:
    """`place` is how messages call it."""
    engine = sa.create_engine(url)
    try:
        _refuse_newer(engine, place)
        if made:
            _carry_forward(engine)
    except sa.exc.SQLAlchemyError as error:
        engine.dispose()
        if "locked" in str(error):
            raise RegisterError(f"{place}：登记库被其他程序占用，请关闭打开它的程序后再运行") from None
        if engine.dialect.name != "sqlite" and isinstance(error, sa.exc.OperationalError):
            raise RegisterError(f"{place}：连不上登记库，没有改动；请检查数据库是否开着、用户和口令是否正确") from None
        raise RegisterError(f"{place}：不是可用的登记库，没有改动；请从备份恢复，或先把它移到别处") from None
    return engine


def _version(connection: sa.Connection) -> int | None:
    return connection.execute(sa.select(register_info.c.schema_version)).scalar()


def _refuse_newer(engine: sa.Engine, place: str) -> None:
    with engine.connect() as connection:
        if not sa.inspect(connection).get_table_names():
            return
        version = _version(connection)
    if version is None or not 1 <= version <= SCHEMA_VERSION:
        engine.dispose()
        raise RegisterError(f"{place}：登记库版本 {version} 不认识，本版本使用 {SCHEMA_VERSION}，没有改动；请升级 fundaudit")


def _carry_forward(engine: sa.Engine) -> None:
    """Each migration in turn, all of them or none; a new register is made as it is now."""
    with engine.begin() as connection:
        if not sa.inspect(connection).has_table("register_info"):
            metadata.create_all(connection)
            connection.execute(register_info.insert().values(schema_version=SCHEMA_VERSION))
            return
        for version, migrate in enumerate(MIGRATIONS, 1):
            if (_version(connection) or 0) == version:
                migrate(connection)
                connection.execute(register_info.update().values(schema_version=version + 1))


def _cases_have_a_history(connection: sa.Connection) -> None:
    """1 → 2: cases keep what was last found of them and the rows behind them; their state is that of their last event."""
    old = {c["name"] for c in sa.inspect(connection).get_columns("cases")}
    for column in (*cases.c, runs.c.history_head):
        if column.table is runs or column.name not in old:
            kind = column.type.compile(connection.dialect)
            connection.execute(sa.text(f"ALTER TABLE {column.table.name} ADD COLUMN {column.name} {kind}"))
    connection.execute(sa.text("ALTER TABLE cases DROP COLUMN state"))
    metadata.create_all(connection)


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (_cases_have_a_history,)
