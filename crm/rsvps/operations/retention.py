"""Names and addresses of who came are not kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select, update

from crm.core.db import db
from crm.core.retention import Due, Rule, register
from crm.rsvps.models import Rsvp
from crm.rsvps.queries import has_ended, list_dates_with_contacts, load_event

# After the date, for hosts who want to write to who came.
KEPT = timedelta(days=7)
WIPED = {"name": None, "email": None, "email_index": None}


def _over(now: datetime, kept: timedelta) -> Sequence[tuple[int, date]]:
    return [
        (event_id, on_date)
        for event_id, on_date in list_dates_with_contacts()
        if has_ended(load_event(event_id), on_date, now - kept)
    ]


def forget_contacts(now: datetime, kept: timedelta = KEPT) -> int:
    """Wipe who came to dates that ended so long ago, in all that is chosen; how many dates that were.

    How many they were stays. Who asked to be told of the next one is kept as a subscription of their own.
    """
    over = _over(now, kept)
    for event_id, on_date in over:
        query = update(Rsvp).where(Rsvp.event_id == event_id, Rsvp.on_date == on_date)
        db.session.execute(query.values(**WIPED))
    return len(over)


def _due(now: datetime, kept: timedelta) -> Due:
    due = Due()
    for event_id, on_date in _over(now, kept):
        named = or_(Rsvp.name.is_not(None), Rsvp.email.is_not(None))
        here = Rsvp.event_id == event_id, Rsvp.on_date == on_date, named
        due += Due(db.session.scalar(select(func.count()).select_from(Rsvp).where(*here)) or 0, on_date)
    return due


register(
    Rule(
        "rsvps",
        _l("Who said that they come"),
        _l("After the end of the date. Names and addresses go; how many they were stays."),
        days=KEPT.days,
        least=1,
        most=30,
        due=_due,
        forget=forget_contacts,
    )
)
