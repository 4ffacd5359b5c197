"""The mail of the day, in each coalition's own morning."""

from __future__ import annotations

from crm.coalitions.models import Coalition
from crm.coalitions.operations import each_morning
from crm.core import clock
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.mornings.operations import forget_former, send_mornings

DAY = "mornings.day"
# Before the day's work begins; nobody is mailed in the night.
FROM_HOUR = 7


@each_morning(DAY, FROM_HOUR)
def do_day() -> None:
    """Mail those who want it what they have to do today. Done twice it is done once."""
    coalition = db.session.get_one(Coalition, current_coalition_id())
    forget_former()
    send_mornings(coalition, clock.today(coalition.zone))
    db.session.commit()
