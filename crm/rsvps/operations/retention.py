"""Names and addresses of who came are not kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from crm.core import clock, jobs
from crm.core.db import db
from crm.rsvps.models import Rsvp
from crm.rsvps.queries import has_ended, list_dates_with_contacts, load_event

# After the date, for hosts who want to write to who came.
KEPT = timedelta(days=7)
WIPED = {"name": None, "email": None, "email_index": None}


def forget_contacts(now: datetime) -> int:
    """Wipe who came to dates that ended a week ago, in all that is chosen; how many dates that were.

    How many they were stays. Who asked to be told of the next one is kept as a subscription of their own.
    """
    over = [
        (event_id, on_date)
        for event_id, on_date in list_dates_with_contacts()
        if has_ended(load_event(event_id), on_date, now - KEPT)
    ]
    for event_id, on_date in over:
        query = update(Rsvp).where(Rsvp.event_id == event_id, Rsvp.on_date == on_date)
        db.session.execute(query.values(**WIPED))
    return len(over)


@jobs.every("rsvps.forget", timedelta(days=1))
def forget_nightly() -> None:
    """The nightly job, for all coalitions. Twice is once."""
    forget_contacts(clock.now())
    db.session.commit()
