"""What time does to questions and endorsements, each day in each coalition's own time."""

from __future__ import annotations

from crm.asks.following import LATE
from crm.asks.operations.closing import close_asks, end_terms
from crm.asks.operations.later import ask_latecomers, tell_of_terms
from crm.asks.operations.more_time import REMIND
from crm.asks.operations.opening import MAIL
from crm.asks.operations.telling import remind_about, remind_groups, tell_groups
from crm.coalitions.operations import each_morning, in_its_language
from crm.core import jobs

DAY = "asks.day"
# Nobody is mailed in the night.
FROM_HOUR = 7


@each_morning(DAY, FROM_HOUR)
def do_day() -> None:
    """Close, lapse, carry over, ask, tell, remind. Done twice, or stopped and done again, it is done once."""
    close_asks()
    end_terms()
    ask_latecomers()
    tell_groups()
    remind_groups()
    tell_of_terms()


@jobs.work(REMIND)
@in_its_language
def remind_now(version_id: int) -> None:
    """Remind who has not answered about a version, unless they were reminded today."""
    remind_about(version_id)


@jobs.work(MAIL)
@in_its_language
def mail_asks() -> None:
    """Tell groups what they were just asked."""
    tell_groups()


@jobs.work(LATE)
@in_its_language
def ask_late() -> None:
    """Ask who came under words that had changed before, and tell them at once."""
    ask_latecomers()
    tell_groups()
