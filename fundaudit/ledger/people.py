"""What the views of people stand on: how names and subsidies are compared, identity numbers, refunds."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from fundaudit.intake.identity import invalid_reasons, name_key
from fundaudit.ledger.database import put, put_keys, script
from fundaudit.ledger.refunds import net_lines
from fundaudit.ledger.wording import wording_key
from fundaudit.parameters import Settings


def load_people(con: duckdb.DuckDBPyConnection, columns: Iterable[str], settings: Settings) -> None:
    """`lines`, `register_people`, `list_match` … from `incoming_lines`; `household_payments` with the contract's own columns."""
    _load_subsidies(con, settings)
    people = "SELECT {0} FROM incoming_lines UNION SELECT {0} FROM beneficiaries UNION SELECT {0} FROM registers"
    put_keys(con, "names", people.format("name") + " UNION SELECT card_holder FROM incoming_lines", "name", name_key)  # noqa: S608
    numbers = con.sql(f"SELECT * FROM ({people.format('id_number')}) WHERE id_number IS NOT NULL").to_arrow_table()  # noqa: S608
    reasons = invalid_reasons(numbers["id_number"].combine_chunks())
    put(
        con,
        "identities",
        numbers.append_column("invalid", reasons),
        "CAST(row_number() OVER () AS INTEGER) AS person, *, CAST(try_strptime(substr(id_number, 7, 8), '%Y%m%d') AS DATE) AS born",
    )
    _load_refunded(con)
    script(con, "people.sql")
    con.execute(f"CREATE VIEW household_payments AS SELECT {', '.join(columns)} FROM lines")  # noqa: S608 names of the contract


def _load_subsidies(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """`subsidies`: each spelling with the number of what it means, and the aim that its words tell: a word for targeted ones
    decides over one for open ones, nothing known is unknown."""
    spellings = "SELECT subsidy FROM incoming_lines UNION SELECT subsidy FROM standards UNION SELECT subsidy FROM rejected"
    put_keys(con, "spellings", spellings, "text", wording_key)
    words = {"targeted": settings.targeted_subsidies, "open": settings.open_subsidies}
    con.execute(
        "CREATE TABLE subsidies AS SELECT text, key, CAST(dense_rank() OVER (ORDER BY key) AS INTEGER) AS subsidy_no,"
        " CASE WHEN len(list_filter($targeted, lambda w: contains(key, w))) > 0 THEN 'targeted'"
        " WHEN len(list_filter($open, lambda w: contains(key, w))) > 0 THEN 'open' ELSE 'unknown' END AS aim FROM spellings",
        {name: [wording_key(word) for word in own] for name, own in words.items()},
    )


def _load_refunded(con: duckdb.DuckDBPyConnection) -> None:
    """`refunded_lines`: what is left of lines whose person was paid and gave back the same subsidy; the others need no thought."""
    touched = con.execute(
        "WITH own AS (SELECT line_id, coalesce(id_number, 'line:' || line_id) AS person, subsidy_no, period, paid_on, amount"
        " FROM incoming_lines JOIN subsidies ON text = subsidy), given_back AS (SELECT DISTINCT person, subsidy_no FROM own"
        " WHERE amount < 0) SELECT o.* FROM own o JOIN given_back g USING (person, subsidy_no)"
    ).fetchall()
    net = net_lines(touched)
    schema = pa.schema([("line_id", pa.string()), ("net", pa.decimal128(18, 2))])
    put(con, "refunded_lines", pa.table({"line_id": list(net), "net": list(net.values())}, schema=schema))
