"""The worker's part: asking for calendars, and reading what came. No transaction is open meanwhile."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.tenancy import current_coalition_id, in_coalition
from crm.core.transactions import reading
from crm.partners.models import PartnerCalendar
from crm.partners.operations import KEPT_AFTER_REMOVAL, forget_calendar, keep_failure, keep_visit
from crm.partners.process import Days, NotRead, visit_calendar
from crm.partners.queries import find_partner_calendar, list_due


@jobs.every("partners.ask", timedelta(minutes=10))
def ask_for_those_due() -> None:
    """Have each calendar that is due asked for, once for each time that it is."""
    with reading():
        due = [(one.id, one.coalition_id, int(one.next_at.timestamp())) for one in list_due(clock.now())]
    for calendar_id, coalition_id, turn in due:
        jobs.enqueue_once(
            "partners.fetch", f"{calendar_id}-{turn}", coalition_id=coalition_id, calendar_id=calendar_id
        )
    db.session.commit()


@jobs.work("partners.fetch")
def fetch(calendar_id: int) -> None:
    """Ask for one calendar and keep what it says, or why it could not be had."""
    with reading():
        calendar = find_partner_calendar(calendar_id)
        coalition = db.session.get_one(Coalition, current_coalition_id())
        if calendar is None or calendar.removed_at or calendar.paused_at:
            return
        days = Days(clock.today(coalition.zone), coalition.zone)
        # On another day other dates of the same file are wanted, and the file itself is not kept.
        same_day = calendar.read_on == days.today
        known = (calendar.etag, calendar.last_modified, calendar.digest) if same_day else ()
        address = calendar.address
    try:
        visit = visit_calendar(address, days, *known)
    except NotRead as error:
        if kept := _find_for_writing(calendar_id):
            keep_failure(kept, error.failure)
        db.session.commit()
        return
    if kept := _find_for_writing(calendar_id):
        keep_visit(kept, visit, days)
    db.session.commit()


def _find_for_writing(calendar_id: int) -> PartnerCalendar | None:
    """The calendar as it is now, held until the commit."""
    query = select(PartnerCalendar).where(PartnerCalendar.id == calendar_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


@jobs.every("partners.forget", timedelta(days=1))
def forget_removed() -> None:
    """Delete the calendars that were removed 30 days ago, one in a transaction."""
    with reading():
        query = select(PartnerCalendar.id, PartnerCalendar.coalition_id)
        old = query.where(PartnerCalendar.removed_at < clock.now() - KEPT_AFTER_REMOVAL)
        found = db.session.execute(old).all()
    for calendar_id, coalition_id in found:
        with in_coalition(coalition_id):
            if calendar := _find_for_writing(calendar_id):
                forget_calendar(calendar)
            db.session.commit()
