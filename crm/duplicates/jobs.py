"""Groups that may be listed twice are looked for at night, and when somebody asks."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core import jobs
from crm.core.db import db
from crm.core.retention import Rule, count_due, register
from crm.core.transactions import reading
from crm.duplicates.models import UNDO, Merge
from crm.duplicates.operations import forget_details, look_for_likely, propose
from crm.duplicates.operations.merging import with_details

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
    """Have every coalition's groups looked through."""
    for coalition_id in db.session.scalars(select(Coalition.id)):
        jobs.enqueue_unless_waiting(LOOK, coalition_id=coalition_id)
    db.session.commit()


register(
    Rule(
        "merges",
        _l("What a group’s listing said before it was merged"),
        _l("After the merge, which can be undone until then. The details go; that it was merged stays."),
        days=UNDO.days,
        least=UNDO.days,
        most=UNDO.days,
        due=lambda now, kept: count_due(Merge.at, *with_details(now - kept)),
        forget=lambda now, kept: forget_details(now - kept),
    )
)
