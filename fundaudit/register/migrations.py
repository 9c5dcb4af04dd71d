"""How an older register is carried forward, a step a version."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from fundaudit.register.schema import cases, evidence, metadata, outcomes, runs, sightings


def _cases_have_a_history(connection: sa.Connection) -> None:
    """1 → 2: cases keep what was last found of them and the rows behind them; their state is that of their last event."""
    _add_columns(connection)
    connection.execute(sa.text("ALTER TABLE cases DROP COLUMN state"))
    metadata.create_all(connection)
    seen = sa.select(cases.c.case_no, cases.c.first_run, cases.c.last_run)
    connection.execute(sightings.insert().from_select(["case_no", "first_run", "last_run"], seen))


def _runs_by_date(connection: sa.Connection) -> None:
    """2 → 3: what a run found waits until its folder stands; runs keep their sums and by what they judged. A run that was cut off
    under version 2 had written its cases at once: it goes, with those that it opened."""
    cut_off = sa.select(runs.c.run_id, runs.c.county).where(runs.c.state == "prepared")
    for run_id, county in list(connection.execute(cut_off)):
        complete = sa.select(sa.func.max(runs.c.run_id)).where(runs.c.state == "complete", runs.c.county == county)
        earlier = complete.scalar_subquery()
        for table in (evidence, sightings, cases):
            connection.execute(table.delete().where(table.c.first_run == run_id))
        for table in (sightings, cases):
            before = sa.func.coalesce(earlier, table.c.first_run)
            connection.execute(table.update().where(table.c.last_run == run_id).values(last_run=before))
        for table in (outcomes, runs):
            connection.execute(table.delete().where(table.c.run_id == run_id))
    _add_columns(connection)
    metadata.create_all(connection)


def _viewings_are_kept(connection: sa.Connection) -> None:
    """3 → 4: who looked at personal data unmasked."""
    metadata.create_all(connection)


def _add_columns(connection: sa.Connection) -> None:
    """The columns of runs and cases that an older register does not have."""
    for table in (cases, runs):
        old = {c["name"] for c in sa.inspect(connection).get_columns(table.name)}
        for column in (c for c in table.c if c.name not in old):
            kind = column.type.compile(connection.dialect)
            connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}"))
    for index in runs.indexes:
        index.create(connection, checkfirst=True)


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (
    _cases_have_a_history,
    _runs_by_date,
    _viewings_are_kept,
)
