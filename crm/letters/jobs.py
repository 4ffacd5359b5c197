"""Reminders of boards, each morning in each coalition's own time."""

from __future__ import annotations

from datetime import timedelta

from crm.coalitions.operations import ask_for_mornings
from crm.core import clock, jobs
from crm.core.db import db
from crm.demands.queries import current_coalition
from crm.letters.operations import remind_boards

DAY = "boards.day"
# Nobody is mailed in the night.
FROM_HOUR = 8


@jobs.every("boards.days", timedelta(hours=1))
def begin_days() -> None:
    """Ask for each coalition's reminders of the day, once its morning has come."""
    ask_for_mornings(DAY, FROM_HOUR)
    db.session.commit()


@jobs.work(DAY)
def remind() -> None:
    """Remind the groups whose board meets soon, or has met. Done twice it is done once."""
    coalition = current_coalition()
    remind_boards(coalition, clock.today(coalition.zone))
    db.session.commit()
