"""Who took a role by name is not kept long after the date."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, update

from crm.core import clock, jobs
from crm.core.db import db
from crm.roles.models import RoleTaking

AFTER_THE_DATE = timedelta(days=30)
# Long enough to take back that it was given back.
AFTER_RELEASE = timedelta(days=1)


def forget_names(now: datetime) -> int:
    """Erase the names of people whose date is long over or who gave the role back; how many rows that were.

    In the scope that is chosen: one coalition, or (the nightly job) all of them.
    """
    over = or_(
        RoleTaking.on_date < (now - AFTER_THE_DATE).date(), RoleTaking.released_at < now - AFTER_RELEASE
    )
    erased = update(RoleTaking).where(RoleTaking.person_name.is_not(None), over).values(person_name=None)
    return int(db.session.execute(erased).rowcount)  # type: ignore[attr-defined]


@jobs.every("roles.forget_names", timedelta(days=1))
def forget_nightly() -> None:
    """The nightly job, for all coalitions."""
    forget_names(clock.now())
