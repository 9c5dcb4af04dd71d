"""Who looked at a county's personal data unmasked, when and why; only added to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from fundaudit.register.schema import RegisterError, viewings


def record_viewing(engine: sa.Engine, county: str, as_of: date, author: str, reason: str, at: str) -> None:
    """Written before anything is shown. RegisterError where it is not said who and why, or it cannot be written."""
    if not author.strip() or not reason.strip():
        raise RegisterError("要写明查看人和理由，才能显示完整的姓名和号码")
    own = {"county": county, "as_of": as_of, "at": at, "author": author.strip(), "reason": reason.strip()}
    try:
        with engine.begin() as connection:
            connection.execute(viewings.insert().values(own))
    except sa.exc.OperationalError:
        raise RegisterError("登记库正被别人写入，请稍后再试；这次没有显示") from None


def recorded_viewings(engine: sa.Engine, counties: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The viewings of some counties (all, where none is named), the newest first."""
    query = sa.select(viewings).order_by(viewings.c.viewing_no.desc())
    with engine.connect() as connection:
        found = connection.execute(query.where(viewings.c.county.in_(counties)) if counties else query)
        return [dict(row) for row in found.mappings()]
