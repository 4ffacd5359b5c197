"""When a series goes on as another event, its growth stays as public as it was."""

from __future__ import annotations

from datetime import date

from crm.core import clock
from crm.core.db import db
from crm.turnout.models import ShownTurnout
from crm.turnout.queries import is_shown


def split_turnout(earlier_id: int, later_id: int, _first: date) -> None:
    """Goals and counts have gone along with their dates; whether they are shown goes along here."""
    if is_shown(earlier_id):
        db.session.add(ShownTurnout(event_id=later_id, is_shown=True, changed_at=clock.now()))
