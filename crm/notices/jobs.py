"""Telling people, once it is quiet; and each morning what is due then."""

from __future__ import annotations

from crm.coalitions.operations import each_morning
from crm.core import clock, jobs
from crm.core.db import db
from crm.notices.operations.keeping import TELL
from crm.notices.operations.next_dates import tell_of_next
from crm.notices.operations.subscribing import forget_unconfirmed, take_up_wishes
from crm.notices.operations.telling import tell_changes

DAY = "notices.day"
# Nobody is mailed in the night of what is not urgent.
FROM_HOUR = 9


@jobs.work(TELL)
def tell() -> None:
    """Tell what changed. Twice is once: what was kept for comparing goes with the mails that tell of it."""
    tell_changes()
    db.session.commit()


@each_morning(DAY, FROM_HOUR)
def do_day() -> None:
    """Take up what people asked for, tell them of the next dates, forget what nobody confirmed."""
    take_up_wishes()
    tell_of_next()
    forget_unconfirmed(clock.now())
    db.session.commit()
