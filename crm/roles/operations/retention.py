"""Who took a role by name is not kept long after the date."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, update

from crm.core.db import db
from crm.core.retention import Due, Rule, count_due, register
from crm.roles.models import RoleTaking

AFTER_THE_DATE = timedelta(days=30)
# Long enough to take back that it was given back.
AFTER_RELEASE = timedelta(days=1)


def _over(now: datetime, kept: timedelta) -> tuple[ColumnElement[bool], ...]:
    over = or_(RoleTaking.on_date < (now - kept).date(), RoleTaking.released_at < now - AFTER_RELEASE)
    return RoleTaking.person_name.is_not(None), over


def forget_names(now: datetime, kept: timedelta = AFTER_THE_DATE) -> int:
    """Erase the names of people whose date is long over or who gave the role back; how many rows that were.

    In all that is chosen.
    """
    erased = update(RoleTaking).where(*_over(now, kept)).values(person_name=None)
    return int(db.session.execute(erased).rowcount)  # type: ignore[attr-defined]


def _due(now: datetime, kept: timedelta) -> Due:
    return count_due(RoleTaking.on_date, *_over(now, kept))


register(
    Rule(
        "role_names",
        _l("Who took a role at an event, by name"),
        _l("After the date, or a day after it was given back. The name goes; the role stays."),
        days=AFTER_THE_DATE.days,
        least=1,
        most=365,
        due=_due,
        forget=forget_names,
    )
)
