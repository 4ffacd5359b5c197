"""What is one series to people, though it was split: the events as which it went on, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event, EventSplit
from crm.events.rights import visible_to


def list_line_ids(viewer: Viewer, event_id: int) -> Sequence[int]:
    """The ids of an event, of those from which it goes on and of those as which it goes on; one statement.

    Of the others those alone that the viewer may know of: a series may have been closed before.
    """
    earlier = select(EventSplit.earlier_id.label("id")).where(EventSplit.later_id == event_id)
    before = earlier.cte("before", recursive=True)
    before = before.union(select(EventSplit.earlier_id).join(before, EventSplit.later_id == before.c.id))
    later = select(EventSplit.later_id.label("id")).where(EventSplit.earlier_id == event_id)
    after = later.cte("after", recursive=True)
    after = after.union(select(EventSplit.later_id).join(after, EventSplit.earlier_id == after.c.id))
    others = select(before.c.id).union(select(after.c.id))
    query = select(Event.id).where(Event.id.in_(others), visible_to(viewer))
    return [event_id, *db.session.scalars(query)]
