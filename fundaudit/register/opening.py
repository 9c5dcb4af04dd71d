"""How the register is opened: made where there is none, carried forward where it is older, refused where it is newer."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from fundaudit.register.migrations import MIGRATIONS
from fundaudit.register.schema import SCHEMA_VERSION, RegisterError, metadata, register_info

REGISTER = "register.sqlite"


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
