"""Reminders of boards, each morning in each coalition's own time."""

from __future__ import annotations

from crm.coalitions.operations import each_morning
from crm.core import clock
from crm.core.db import db
from crm.demands.queries import current_coalition
from crm.letters.operations import remind_boards

DAY = "boards.day"
# Nobody is mailed in the night.
FROM_HOUR = 8


@each_morning(DAY, FROM_HOUR)
def remind() -> None:
    """Remind the groups whose board meets soon, or has met. Done twice it is done once."""
    coalition = current_coalition()
    remind_boards(coalition, clock.today(coalition.zone))
    db.session.commit()
