"""The register's tables (SQLAlchemy Core)."""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA_VERSION = 4

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
    sa.Column("standard", sa.String(64)),  # by what it judged
    sa.Column("name", sa.String),  # of the county
    sa.Column("silent", sa.String),  # the checks that came to nothing: of their cases it says nothing
    *(sa.Column(name, sa.Integer) for name in ("findings", "undetermined")),
    *(sa.Column(name, sa.Numeric(18, 2)) for name in ("at_issue", "funds", "paid")),  # yuan; funds: received in the main year
    sa.Index("runs_of_a_county", "county", "as_of"),
)
standards = sa.Table(  # by what runs judged: each check's version, thresholds and bases, and the shared settings, as JSON
    "standards",
    metadata,
    sa.Column("standard", sa.String(64), primary_key=True),
    sa.Column("said", sa.Text, nullable=False),
)
pending = sa.Table(  # what a prepared run found, as JSON, until its folder stands
    "pending",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("finding", sa.Text, nullable=False),
    sa.Column("row_keys", sa.Text, nullable=False),
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
    sa.Column("last_run", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),  # of the latest date
    *(sa.Column(name, sa.String) for name in ("title", "severity", "name", "township", "unit", "detail")),  # as last found
    *(
        sa.Column(name, sa.String)
        for name in ("subject_kind", "village", "department", "responsible", "voucher", "basis", "source")
    ),
    sa.Column("amount", sa.Numeric(18, 2)),  # yuan; empty where a rejected row could change it
    sa.Column("occurred_on", sa.Date),
    sa.Column("last_event", sa.Integer),  # whose state is the case's; none: 疑点
    sa.UniqueConstraint("county", "check_code", "subject"),
)
sightings = sa.Table(  # the times over which a case was found without a break, in the order of the runs' audit dates
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
viewings = sa.Table(  # append-only: who looked at a county's personal data unmasked, when and why
    "viewings",
    metadata,
    sa.Column("viewing_no", sa.Integer, primary_key=True),
    sa.Column("county", sa.String(6), nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),  # of the run that was looked at
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
)


def _kept(table: str) -> dict[str, list[str]]:
    """Dialect → what refuses a change of what is only added to."""
    return {
        "sqlite": [
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} BEGIN SELECT RAISE(ABORT, 'the history is only added to'); END"
            for action in ("UPDATE", "DELETE")
        ],
        "postgresql": [
            f"CREATE OR REPLACE FUNCTION {table}_only_added() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the history is only added to'; END $$",
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_added()",
        ],
    }


for _table in (events, viewings):
    for _dialect, _statements in _kept(_table.name).items():
        for _statement in _statements:
            sa.event.listen(_table, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


class RegisterError(Exception):
    """A register that cannot be used, or a case that cannot be changed so; says in Chinese why."""
