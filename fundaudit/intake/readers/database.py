"""A query's result as a sheet, through SQLAlchemy, read in chunks. Credentials come from the environment alone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import numpy as np
import pyarrow as pa

from fundaudit.exact_yaml import shown
from fundaudit.intake.readers.sheet import Cells, IntakeError, Sheet, by_column

if TYPE_CHECKING:
    import sqlalchemy as sa

CHUNK = 20_000
CREDENTIALS = "FUNDAUDIT_DB"  # <this>_USER and <this>_PASSWORD, where the parameters name no others


def read_query(url: str, query: str, table: str, credentials: str | None, folder: Path | None = None) -> tuple[Sheet, str]:
    """The query's result, and the SHA-256 of what it held. Row 1 is the first row. Nothing can be written: SQLite is opened
    read-only (a relative path is one of `folder`), PostgreSQL is asked for a read-only transaction.

    IntakeError where the database cannot be reached, refuses the credentials, or the query fails; neither user nor
    password stands in it.
    """
    import sqlalchemy as sa

    prefix = credentials or CREDENTIALS
    engine, place = _engine(url, prefix, folder)
    try:
        with engine.connect().execution_options(stream_results=True, max_row_buffer=CHUNK) as connection:
            result = connection.exec_driver_sql(query)
            header = [str(name) for name in result.keys()]  # noqa: SIM118 a result, no mapping
            cells, digest = _cells(result.partitions(CHUNK), header)
    except sa.exc.SQLAlchemyError as error:
        raise IntakeError(f"{place}：{table}的{_what_failed(error, prefix)}") from None
    finally:
        engine.dispose()
    return Sheet(place, table, [header], lambda first, width: cells), digest


def _engine(url: str, prefix: str, folder: Path | None) -> tuple[sa.Engine, str]:
    """The engine, read only where the server can be told so, and the database's name without any credential."""
    import sqlalchemy as sa

    try:
        address = sa.engine.make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() == "sqlite":
            address = _read_only(address, folder)
        user, password = os.environ.get(f"{prefix}_USER"), os.environ.get(f"{prefix}_PASSWORD")
        if user:
            address = address.set(username=user, password=password)
        options = {"postgresql_readonly": True} if address.get_backend_name() == "postgresql" else {}
        engine = sa.create_engine(address, hide_parameters=True).execution_options(**options)
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        missing = "，请安装相应的驱动（PostgreSQL 为 fundaudit[postgres]）" if isinstance(error, ImportError) else ""
        raise IntakeError(f"参数 sources 中的 url 不可用（{type(error).__name__}）{missing}") from None
    host = f"{address.host}/" if address.host else ""
    if address.get_backend_name() == "sqlite":
        return engine, f"sqlite:{unquote(str(address.database).removeprefix('file:'))}"
    return engine, f"{address.get_backend_name()}:{host}{address.database or ''}"


def _read_only(address: sa.engine.URL, folder: Path | None) -> sa.engine.URL:
    """An SQLite file that is there, opened so that nothing can be written or made. IntakeError where there is none."""
    path = (folder or Path()) / str(address.database or "")
    try:
        there = path.is_file()
    except (OSError, ValueError):
        there = False
    if not there:
        raise IntakeError(f"参数 sources 中的 url 指向的数据库文件 {shown(address.database)} 不存在，请核对路径")
    return address.set(database=f"file:{quote(str(path.resolve()))}", query={"mode": "ro", "uri": "true"})


def _cells(chunks: Iterable[Any], header: list[str]) -> tuple[Cells, str]:
    width, digest = len(header), hashlib.sha256("\x1f".join(header).encode())
    parts: list[Cells] = []
    for rows in chunks:
        parts.append(by_column(list(rows), range(len(rows)), width))
        digest.update(pa.record_batch(parts[-1].texts, header).serialize().to_pybytes())
    n = sum(len(part.numbers) for part in parts)
    texts = [pa.concat_arrays([part.texts[j] for part in parts]) if parts else pa.array([], pa.string()) for j in range(width)]
    held = {
        j: np.concatenate([part.held.get(j, np.zeros(len(part.numbers), bool)) for part in parts])
        for j in range(width)
        if any(j in part.held for part in parts)
    }
    return Cells(np.arange(1, n + 1, dtype=np.int64), texts, held), digest.hexdigest()


def _what_failed(error: sa.exc.SQLAlchemyError, prefix: str) -> str:
    """In plain words, without what the driver says of users and addresses."""
    import sqlalchemy as sa

    if isinstance(error, sa.exc.ProgrammingError):
        said = str(error.orig).splitlines()[0] if error.orig else type(error).__name__
        for name in ("USER", "PASSWORD"):
            if secret := os.environ.get(f"{prefix}_{name}"):
                said = said.replace(secret, "***")
        return f"查询语句不能执行（{said}），请核对参数 sources 中的 query"
    if isinstance(error, sa.exc.OperationalError):
        return f"数据库无法连接或拒绝了查询，请核对参数 sources 中的 url、网络，以及环境变量 {prefix}_USER 和 {prefix}_PASSWORD"
    return f"查询没有完成（{type(error).__name__}），请联系数据库管理员"
