"""How many can come, and who moves up when a place gets free."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.rsvps.models import Rsvp, RsvpLimit, RsvpState
from crm.rsvps.operations.mails import mail_place_free
from crm.rsvps.queries import find_limit, room_on

MOST_PLACES = 100_000


def take_turn(event_id: int) -> None:
    """Take turns on the places of an event: two at once never both get the last one."""
    db.session.execute(select(Event.id).where(Event.id == event_id).with_for_update())


def set_places(
    viewer: Viewer, coalition: Coalition, event: Event, on_date: date | None, places: int | None
) -> None:
    """Limit how many can come to a date, or (without one) to each; None: no limit. Raises Refused (`places`).

    Who said that they come stays so, also where they are more than that; who waits moves up where there is
    room.
    """
    if places is not None and not 1 <= places <= MOST_PLACES:
        raise Refused(_("Give a whole number, or leave it open."), "places")
    take_turn(event.id)
    limit = find_limit(event.id, on_date)
    if limit is None:
        limit = RsvpLimit(event_id=event.id, on_date=on_date)
        db.session.add(limit)
    elif limit.places == places:
        return
    limit.places = places
    record(viewer, "rsvp.places", event, on=on_date.isoformat() if on_date else None, places=places)
    for day in [on_date] if on_date else _waited_for(event.id):
        move_up(coalition, event.id, day)


def move_up(coalition: Coalition, event_id: int, on_date: date) -> None:
    """Who waited longest gets what is free. A party for whom there is not enough lets smaller ones by."""
    db.session.flush()
    room = room_on(event_id, on_date)
    free = room.left
    for rsvp in _waiting(event_id, on_date):
        if free is not None and rsvp.people > free:
            continue
        free = None if free is None else free - rsvp.people
        rsvp.state = RsvpState.COMING
        mail_place_free(coalition, rsvp)


def _waiting(event_id: int, on_date: date) -> list[Rsvp]:
    query = select(Rsvp).where(
        Rsvp.event_id == event_id, Rsvp.on_date == on_date, Rsvp.state == RsvpState.WAITING
    )
    return list(db.session.scalars(query.order_by(Rsvp.id)))


def _waited_for(event_id: int) -> list[date]:
    query = select(Rsvp.on_date).where(Rsvp.event_id == event_id, Rsvp.state == RsvpState.WAITING)
    return list(db.session.scalars(query.distinct()))


def follow_split(earlier_id: int, later_id: int, _from_on: date) -> None:
    """A series goes on as another event: as many can come to its dates as to those before."""
    limit = find_limit(earlier_id, None)
    if limit is not None:
        db.session.add(RsvpLimit(event_id=later_id, places=limit.places))
