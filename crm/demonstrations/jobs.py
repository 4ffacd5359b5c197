"""What time does to invitations and promises, each morning in each coalition's own time."""

from __future__ import annotations

from crm.asks.operations.rounds import remind, tell
from crm.coalitions.operations import each_morning, in_its_language
from crm.core import jobs
from crm.demonstrations.operations.following import REMINDED, follow_promises
from crm.demonstrations.operations.inviting import MAIL
from crm.demonstrations.operations.telling import INVITATIONS

DAY = "co_sponsors.day"
# Nobody is mailed in the night.
FROM_HOUR = 7


@each_morning(DAY, FROM_HOUR)
def do_day() -> None:
    """Tell, remind, and say what is due. Done twice, or stopped and done again, it is done once."""
    tell(INVITATIONS)
    remind(INVITATIONS)
    follow_promises()


@jobs.work(MAIL)
@in_its_language
def mail_invitations() -> None:
    """Tell groups what they were just invited to."""
    tell(INVITATIONS)


@jobs.work(REMINDED)
def remember() -> None:
    """Nothing to do: that it was asked for says that a group was reminded."""
