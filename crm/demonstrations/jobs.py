"""What time does to invitations and promises, each morning in each coalition's own time."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import force_locale

from crm.coalitions.operations import ask_for_mornings
from crm.core import jobs
from crm.core.db import db
from crm.demands.queries import current_coalition
from crm.demonstrations.operations.following import REMINDED, follow_promises
from crm.demonstrations.operations.inviting import MAIL
from crm.demonstrations.operations.telling import remind_invited, tell_invited

DAY = "co_sponsors.day"
# Nobody is mailed in the night.
FROM_HOUR = 7


@jobs.every("co_sponsors.days", timedelta(hours=1))
def begin_days() -> None:
    """Ask for each coalition's work of the day, once its morning has come."""
    ask_for_mornings(DAY, FROM_HOUR)
    db.session.commit()


@jobs.work(DAY)
def do_day() -> None:
    """Tell, remind, and say what is due. Done twice, or stopped and done again, it is done once."""
    with force_locale(current_coalition().default_language):
        tell_invited()
        remind_invited()
        follow_promises()


@jobs.work(MAIL)
def mail_invitations() -> None:
    """Tell groups what they were just invited to."""
    with force_locale(current_coalition().default_language):
        tell_invited()


@jobs.work(REMINDED)
def remember() -> None:
    """Nothing to do: that it was asked for says that a group was reminded."""
