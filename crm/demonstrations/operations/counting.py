"""What was delivered of what groups promised, and who counted it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.asks.operations.days import today_here
from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demonstrations.models import ON_EACH_DATE, Commitment
from crm.demonstrations.operations.promising import find_promise
from crm.demonstrations.operations.settling import settle_tasks
from crm.demonstrations.operations.turns import Overtaken, take_turn, wait_for_event

MOST = 1_000_000_000


@dataclass(frozen=True)
class Count:
    """What came of a promise; of one for the series, on which date. `delivered` None: not counted."""

    made: Commitment
    on_date: date | None
    delivered: int | None
    # As it was seen; None: whatever it is.
    edition: int | None = None


def count_delivered(viewer: Viewer, count: Count) -> Commitment:
    """Note what was delivered, and finish what was to be done about it; the row that holds it.

    What is promised on each date of a series is counted on one of them: that date gets a row of its own. What
    a group counted itself, an organizer counts over; not the other way round. Raises Refused (field
    `delivered`), and Overtaken where `edition` is not the present one.
    """
    row = _count(viewer, count)
    settle_tasks(viewer, row.event_id)
    return row


def _count(viewer: Viewer, count: Count) -> Commitment:
    if count.delivered is not None and not 0 <= count.delivered <= MOST:
        raise Refused(_("Count from 0 on."), "delivered")
    _check_it_was(count)
    row = _row_for(viewer, count)
    if row is count.made:
        take_turn(row, count.edition)
    if row.cancelled_at is not None:
        raise Refused(_("This was taken back."), "delivered")
    if viewer.contact_id is not None and row.counted_by_id is not None:
        raise Refused(_("An organizer has counted this."), "delivered")
    if row.delivered == count.delivered:
        return row
    row.delivered = count.delivered
    row.delivered_at = clock.now() if count.delivered is not None else None
    counts = count.delivered is not None
    row.counted_by_id = viewer.user_id if counts else None
    row.counted_contact_id = viewer.contact_id if counts else None
    record(viewer, "commitment.count", row, event=row.event_id, organization=row.organization_id)
    return row


def count_all(viewer: Viewer, counts: Iterable[Count]) -> list[Count]:
    """Note several counts at once; those that somebody else changed meanwhile.

    Where there are any, roll back: none is to be noted.
    """
    overtaken, events = [], set()
    for one in counts:
        try:
            events.add(_count(viewer, one).event_id)
        except Overtaken:
            overtaken.append(one)
    for event_id in events:
        settle_tasks(viewer, event_id)
    return overtaken


def _check_it_was(count: Count) -> None:
    """People, marshals, sound and speakers are counted when they come; the rest may be there before."""
    day = count.on_date or count.made.on_date or count.made.event.first_on
    if count.delivered is not None and count.made.kind in ON_EACH_DATE and day > today_here():
        raise Refused(_("Count it on the day."), "delivered")


def _row_for(viewer: Viewer, count: Count) -> Commitment:
    """The promise itself, or, of one that holds on each date, that of the date."""
    made = count.made
    if (
        count.delivered is None
        or made.on_date is not None
        or count.on_date is None
        or not made.event.recurrence
    ):
        return made
    if made.kind not in ON_EACH_DATE:
        return made
    wait_for_event(made.event)
    standing = find_promise(made.event_id, made.organization_id, count.on_date, made.kind)
    if standing is not None:
        raise Overtaken(_("Somebody else changed this meanwhile. Look at what it says now."))
    return _for_date(viewer, made, count.on_date)


def _for_date(viewer: Viewer, made: Commitment, on_date: date) -> Commitment:
    """The promise of the series as it is on one date, to be counted by itself."""
    query = select(Commitment).where(Commitment.id == made.id).with_for_update(of=Commitment)
    db.session.scalars(query).one()
    own = Commitment(
        organization_id=made.organization_id,
        event_id=made.event_id,
        on_date=on_date,
        kind=made.kind,
        amount=made.amount,
        due_on=on_date,
        promised_at=made.promised_at,
        promised_by_id=made.promised_by_id,
        promised_contact_id=made.promised_contact_id,
    )
    db.session.add(own)
    return own
