"""Before an event changes, what was told of it is kept, once for a burst of edits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from crm.core import clock, jobs
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.notices.models import EventSnapshot
from crm.notices.queries import Look, load_event, look_at

TELL = "notices.tell"
# People are told once nothing was edited for so long: whoever edits looks it over and edits again.
QUIET = timedelta(minutes=5)


def keep_snapshot(event_id: int) -> None:
    """Keep an event as it is now, unless what was told of it is kept already; order its telling."""
    now = clock.now()
    here = db.session.get_bind().dialect.name
    insert = postgresql.insert if here == "postgresql" else sqlite.insert
    before = as_kept(look_at(load_event(event_id), now))
    row = {"event_id": event_id, "before": before, "taken_at": now, "changed_at": now}
    kept = insert(EventSnapshot).values(coalition_id=current_coalition_id(), **row)
    db.session.execute(kept.on_conflict_do_nothing())
    own = EventSnapshot.event_id == event_id
    db.session.execute(update(EventSnapshot).where(own).values(changed_at=now))
    jobs.enqueue(TELL, coalition_id=current_coalition_id(), run_at=now + QUIET)


def as_kept(look: Look) -> dict[str, Any]:
    """A look at an event as JSON."""
    dates = {on.isoformat(): told.keep() for on, told in look.dates.items()}
    return {"visibility": look.visibility, "dates": dates}
