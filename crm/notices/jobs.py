"""Telling people, once it is quiet; and each morning what is due then."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.coalitions.operations import each_morning
from crm.core import jobs
from crm.core.db import db
from crm.core.retention import Rule, count_due, register
from crm.notices.models import ChangeSubscription
from crm.notices.operations.keeping import TELL
from crm.notices.operations.next_dates import tell_of_next
from crm.notices.operations.subscribing import HOLDS, forget_unconfirmed, take_up_wishes, unconfirmed
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
    """Take up what people asked for, tell them of the next dates."""
    take_up_wishes()
    tell_of_next()
    db.session.commit()


register(
    Rule(
        "subscriptions",
        _l("Subscriptions to changed dates that nobody confirmed"),
        _l("After they were asked for. They go as a whole."),
        days=HOLDS.days,
        least=HOLDS.days,
        most=HOLDS.days,
        due=lambda now, _kept: count_due(ChangeSubscription.created_at, *unconfirmed(now)),
        forget=lambda now, _kept: forget_unconfirmed(now),
    )
)
