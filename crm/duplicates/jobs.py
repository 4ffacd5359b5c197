"""Groups that may be listed twice are looked for at night, and when somebody asks."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.transactions import reading
from crm.duplicates.models import UNDO
from crm.duplicates.operations import forget_details, look_for_likely, propose

LOOK = "duplicates.look"


@jobs.work(LOOK)
def look() -> None:
    """Look through one coalition's groups. The comparing holds no lock; twice is once."""
    with reading():
        found = look_for_likely()
    propose(found)
    db.session.commit()


@jobs.every("duplicates.nightly", timedelta(days=1))
def look_nightly() -> None:
    """Have every coalition's groups looked through, and forget what no merge can be undone by any more."""
    for coalition_id in db.session.scalars(select(Coalition.id)):
        jobs.enqueue_unless_waiting(LOOK, coalition_id=coalition_id)
    forget_details(clock.now() - UNDO)
    db.session.commit()
