"""What was to be done about promises is done by itself once they are counted, taken back, or fall out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import String, cast, literal, or_, select

from crm.asks.operations.days import today_here
from crm.core import limiting
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demonstrations.models import ON_EACH_DATE, Commitment
from crm.demonstrations.queries.ledger import LedgerLine, Period, list_whole_ledger
from crm.outreach.models import FollowUp
from crm.outreach.operations import finish_follow_up

# A task is made at most so long after its promise was due.
COUNT_WITHIN = timedelta(days=14)
AHEAD = timedelta(days=60)


def asking_origin(line: LedgerLine) -> str:
    """By which a call to a group about what it promised for a date is known."""
    day = line.on_date or line.due_on
    return f"promises:{line.made.event_id}:{line.made.organization_id}:{day.isoformat()}"


def counting_origin(line: LedgerLine) -> str:
    """Of a date one for all groups; what is promised for a whole series is asked for by itself."""
    if line.on_date is None or (line.made.kind not in ON_EACH_DATE and line.made.on_date is None):
        return f"promise:{line.made.id}"
    return f"count:{line.made.event_id}:{line.on_date.isoformat()}"


def settle_tasks(viewer: Viewer, event_id: int | None = None) -> None:
    """Finish the tasks about an event's promises (None: about any) that nothing is open of any more.

    Asked of all groups, whoever changed a promise: what is open may be another group's.
    """
    with limiting.limited(None):
        _settle(viewer, event_id)


def _settle(viewer: Viewer, event_id: int | None) -> None:
    tasks = _open_tasks(event_id)
    if not tasks:
        return
    today = today_here()
    first = min(task.created_at.date() for task in tasks) - COUNT_WITHIN
    lines = list_whole_ledger(Period(first, today + AHEAD), event_id)
    still = {of(line) for line in lines if line.is_open() for of in (asking_origin, counting_origin)}
    for task in tasks:
        if task.origin not in still:
            finish_follow_up(viewer, task)


def _open_tasks(event_id: int | None) -> Sequence[FollowUp]:
    query = select(FollowUp).where(FollowUp.done_at.is_(None))
    which = f"{event_id}:" if event_id is not None else ""
    own = select(literal("promise:") + cast(Commitment.id, String))
    if event_id is not None:
        own = own.where(Commitment.event_id == event_id)
    query = query.where(
        or_(
            FollowUp.origin.startswith(f"promises:{which}"),
            FollowUp.origin.startswith(f"count:{which}"),
            FollowUp.origin.in_(own),
        )
    )
    return db.session.scalars(query.order_by(FollowUp.id)).all()
