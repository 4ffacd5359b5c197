"""Coordinators hear by mail that a meeting is offered: once for a burst, not where or by whom."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.core.web import absolute_url
from crm.hosting.queries import TOLD, find_last_told, waits_since
from crm.mail.operations import tell_coordinators

# The kind of the job that tells later.
TELL = "hosting.tell"
# No two such mails are closer together.
QUIET = timedelta(hours=1)


def tell_of_offers() -> None:
    """Tell them that meetings wait that they were not told of: now, or when the last mail is an hour old."""
    coalition_id = current_coalition_id()
    # Of two offers at once the second sees the first one's mails.
    lock = select(Coalition).where(Coalition.id == coalition_id).with_for_update()
    coalition = db.session.scalars(lock).one()
    last = find_last_told(coalition.id)
    if not waits_since(last):
        return
    if last is not None and clock.now() - last < QUIET:
        jobs.enqueue(TELL, coalition_id=coalition.id, run_at=last + QUIET)
        return
    link = absolute_url("meeting_offers.index", coalition=coalition.slug)
    tell_coordinators("hosting/offered", about=TOLD, link=link)
