"""What time does to questions and endorsements, each day in each coalition's own time."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import force_locale

from crm.asks.operations.closing import close_asks, end_terms
from crm.asks.operations.later import ask_latecomers, tell_of_terms
from crm.asks.operations.more_time import REMIND
from crm.asks.operations.opening import MAIL
from crm.asks.operations.telling import remind_about, remind_groups, tell_groups
from crm.coalitions.operations import ask_for_mornings
from crm.core import jobs
from crm.core.db import db
from crm.demands.queries import current_coalition

DAY = "asks.day"
# Nobody is mailed in the night.
FROM_HOUR = 7


@jobs.every("asks.days", timedelta(hours=1))
def begin_days() -> None:
    """Ask for each coalition's work of the day, once its morning has come."""
    ask_for_mornings(DAY, FROM_HOUR)
    db.session.commit()


@jobs.work(DAY)
def do_day() -> None:
    """Close, lapse, carry over, ask, tell, remind. Done twice, or stopped and done again, it is done once."""
    # What organizers find among their follow-ups is written in the coalition's language.
    with force_locale(current_coalition().default_language):
        close_asks()
        end_terms()
        ask_latecomers()
        tell_groups()
        remind_groups()
        tell_of_terms()


@jobs.work(REMIND)
def remind_now(version_id: int) -> None:
    """Remind who has not answered about a version, unless they were reminded today."""
    with force_locale(current_coalition().default_language):
        remind_about(version_id)


@jobs.work(MAIL)
def mail_asks() -> None:
    """Tell groups what they were just asked."""
    with force_locale(current_coalition().default_language):
        tell_groups()
