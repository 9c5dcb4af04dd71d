"""A table from a database: SQLite everywhere, a real PostgreSQL server where Debian's package is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import fundaudit
from postgres import needs_postgres, postgres_server

from fundaudit.exact_yaml import ParameterError
from fundaudit.intake import IntakeError, read_county
from fundaudit.intake.readers import database
from fundaudit.parameters import Parameters, Source, read_parameters

SECRET = "k0uling-9X"
QUERY = "SELECT voucher AS 支付凭证号, paid AS 支付日期, amount AS 支付金额, account AS 收款方账号, note FROM payment ORDER BY voucher"
ROWS = [
    ("P000001", dt.date(2022, 3, 5), Decimal("1508001713.25"), "6222000000000000017", "甲"),
    ("P000002", dt.date(2022, 3, 6), Decimal("-0.05"), "0062", None),
    ("P000003", None, Decimal("7.00"), None, "没有日期"),
]


def fill(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TABLE payment (voucher TEXT, paid DATE, amount NUMERIC(18, 2), account TEXT, note TEXT)")
        )
        insert = sa.text("INSERT INTO payment VALUES (:v, :p, :a, :c, :n)")
        for row in ROWS:
            own = (row[0], row[1], str(row[2]), *row[3:]) if engine.name == "sqlite" else row
            connection.execute(insert, dict(zip("vpacn", own, strict=True)))


def county(folder: Path, url: str, query: str = QUERY, **more: str) -> Parameters:
    folder.mkdir(exist_ok=True)
    return Parameters(county="110101", name="测试县", data=folder, sources={"payments": Source(url=url, query=query, **more)})


def check_read(parameters: Parameters, place: str) -> None:
    intake = read_county(parameters)
    first, second = intake.tables["payments"].to_pylist()
    assert (first["payment_id"], first["paid_on"], first["amount"], first["payee_account"]) == ROWS[0][:4]
    assert (second["payment_id"], second["amount"], second["payee_account"]) == ("P000002", Decimal("-0.05"), "0062")
    assert first["extra"] == [("note", "甲")] and first["suspect"] == []
    (reject,) = intake.rejects.to_pylist()
    assert (reject["file"], reject["sheet"], reject["row"], reject["column"]) == (place, "支付明细", 3, "支付日期")
    assert '"支付凭证号": "P000003"' in reject["row_as_read"]
    (file,) = intake.files
    assert (file.read, file.accepted, file.rejected, len(file.sha256)) == (3, 2, 1, 64)


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'treasury.db'}"
    engine = sa.create_engine(url)
    fill(engine)
    engine.dispose()
    return url


def test_a_query_is_a_source(sqlite: str, tmp_path: Path) -> None:
    check_read(county(tmp_path / "data", sqlite), f"sqlite:{tmp_path / 'treasury.db'}")


def test_it_is_read_in_chunks(sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CHUNK", 2)
    check_read(county(tmp_path / "data", sqlite), f"sqlite:{tmp_path / 'treasury.db'}")


def test_the_same_rows_have_the_same_hash_and_others_another(sqlite: str, tmp_path: Path) -> None:
    parameters = county(tmp_path / "data", sqlite)
    first, again = (read_county(parameters, tmp_path / "kept").files[0].sha256 for _ in range(2))
    other = (
        read_county(county(tmp_path / "data", sqlite, QUERY.replace("ORDER", "WHERE voucher <> 'P000002' ORDER"))).files[0].sha256
    )
    assert first == again != other
    assert not list((tmp_path / "kept").glob("*")), "nobody knows whether a database has changed: nothing of it is kept"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"url": "sqlite:///none/of/these.db", "query": "SELECT 1"}, ["none/of/these.db", "不存在"]),
        ({"url": "nosuch://x/y", "query": "SELECT 1"}, ["url 不可用"]),
    ],
)
def test_a_database_that_cannot_be_used_is_said(source: dict[str, str], words: list[str], tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as stop:
        read_county(county(tmp_path / "data", **source))
    assert all(word in str(stop.value) for word in words)


def test_a_query_that_fails_or_lacks_a_column_is_said(sqlite: str, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="缺少必需的列 支付日期"):
        read_county(county(tmp_path / "data", sqlite, "SELECT voucher AS 凭证号, amount AS 支付金额 FROM payment"))
    with pytest.raises(IntakeError, match="支付明细的"):
        read_county(county(tmp_path / "data", sqlite, "SELECT nothing FROM payment"))


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("{url: 'postgresql://zhang:k0uling@db/treasury', query: 'SELECT 1'}", ["口令", "FUNDAUDIT_DB_PASSWORD"]),
        ("{url: 'postgresql://db/treasury?user=a&password=k0uling', query: 'SELECT 1'}", ["口令"]),
        ("{url: 'postgresql://zhang@db/treasury', query: 'SELECT 1', credentials: CZJ}", ["CZJ_USER"]),
        ("{url: 'postgresql://db/treasury', query: 'DELETE FROM payment'}", ["SELECT"]),
        ("{url: 'postgresql://db/treasury'}", ["query"]),
        ("{url: 'postgresql://db/treasury', query: 'SELECT 1', file: a.csv}", ["file", "url"]),
        ("{query: 'SELECT 1'}", ["url"]),
    ],
)
def test_credentials_and_half_sources_in_the_parameters_are_refused(block: str, words: list[str], tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    (tmp_path / "data").mkdir()
    text = f'county: "110101"\nname: 测试县\ndata: data\nsources:\n  支付明细: {block}\n'
    (tmp_path / "parameters" / "110101.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError) as stop:
        read_parameters(tmp_path / "parameters")
    assert "k0uling" not in str(stop.value)
    assert all(word in str(stop.value) for word in [*words, "110101.yaml"])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server of the test's own, with a password; gives host:port/database."""
    with postgres_server(SECRET) as place:
        engine = sa.create_engine(f"postgresql+psycopg://auditor:{SECRET}@{place}")
        fill(engine)
        engine.dispose()
        yield place


@pytest.mark.full
@needs_postgres
class TestPostgreSQL:
    """Against a real server."""

    @pytest.fixture(autouse=True)
    def credentials(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FUNDAUDIT_DB_USER", "auditor")
        monkeypatch.setenv("FUNDAUDIT_DB_PASSWORD", SECRET)

    def test_a_query_is_a_source(self, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(database, "CHUNK", 2)
        check_read(county(tmp_path / "data", f"postgresql://{server}"), "postgresql:127.0.0.1/postgres")

    def test_nothing_can_be_written(self, server: str, tmp_path: Path) -> None:
        query = "WITH gone AS (DELETE FROM payment RETURNING voucher) SELECT voucher AS 支付凭证号, 1 AS 支付金额, 1 AS 支付日期 FROM gone"
        with pytest.raises(IntakeError):
            read_county(county(tmp_path / "data", f"postgresql://{server}", query))
        check_read(county(tmp_path / "data", f"postgresql://{server}"), "postgresql:127.0.0.1/postgres")

    def test_a_wrong_password_and_a_wrong_query_tell_no_secret(
        self, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(IntakeError) as wrong:
            read_county(county(tmp_path / "data", f"postgresql://{server}", "SELECT nothing FROM payment"))
        assert "查询语句不能执行" in str(wrong.value) and "nothing" in str(wrong.value)
        monkeypatch.setenv("CZJ_USER", "auditor")
        monkeypatch.setenv("CZJ_PASSWORD", "anders")
        with pytest.raises(IntakeError) as stop:
            read_county(county(tmp_path / "data", f"postgresql://{server}", credentials="CZJ"))
        assert "CZJ_PASSWORD" in str(stop.value)
        for text in (str(wrong.value), str(stop.value)):
            assert SECRET not in text and "anders" not in text and "auditor" not in text

    def test_a_whole_run_leaves_no_credential_anywhere(self, server: str, tmp_path: Path) -> None:
        (tmp_path / "parameters").mkdir()
        (tmp_path / "data").mkdir()
        block = f"{{url: 'postgresql://{server}', query: \"{QUERY}\"}}"
        text = f'county: "110101"\nname: 测试县\ndata: data\nas_of: 2022-12-31\nsources:\n  支付明细: {block}\n'
        (tmp_path / "parameters" / "110101.yaml").write_text(text, encoding="utf-8")
        done = fundaudit("run", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        checked = fundaudit("validate", cwd=tmp_path)
        assert checked.returncode == 1 and "支付明细未采用" in checked.stdout, "more than a tenth of its rows"
        for path in (tmp_path / "outputs").rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert SECRET.encode() not in content and b"auditor" not in content, path
        for stream in (done.stdout, done.stderr, checked.stdout, checked.stderr):
            assert SECRET not in stream and "auditor" not in stream
