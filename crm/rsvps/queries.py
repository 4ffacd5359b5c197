"""Reading who comes to a date, and what somebody with a link of their own may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core.crypto import made_token, token_hash
from crm.core.db import db
from crm.core.permissions import ANONYMOUS, Permission, Viewer
from crm.events.models import Event, EventAccess
from crm.events.queries import EventDate, find_date
from crm.events.rights import OPEN
from crm.events.venues import Venue, venue_on
from crm.rsvps.models import Rsvp, RsvpLimit, RsvpState

PURPOSE = "rsvp.link"


@dataclass(frozen=True)
class Room:
    """How many people come to a date, how many wait, in how many answers; places None: without a limit."""

    places: int | None
    coming: int = 0
    waiting: int = 0
    answers: int = 0

    @property
    def left(self) -> int | None:
        """How many places are free, never below none."""
        return None if self.places is None else max(0, self.places - self.coming)

    def fits(self, people: int) -> bool:
        """Whether so many more can come."""
        return self.left is None or people <= self.left


def link_token(rsvp: Rsvp) -> str:
    """The secret of somebody's own link, the same in each mail."""
    return made_token(rsvp.salt, PURPOSE)


def find_rsvp(token: str) -> Rsvp | None:
    """Whose own link it is, with the event and its dates."""
    query = (
        select(Rsvp)
        .where(Rsvp.token_hash == token_hash(token))
        .options(joinedload(Rsvp.event).selectinload(Event.occurrences))
    )
    return db.session.scalars(query).one_or_none()


def find_open_date(event: Event, on_date: date) -> EventDate | None:
    """A date of an event as the public may see it; None where the public may not know of the event."""
    is_open = event.visibility in OPEN and event.published_at is not None
    return find_date(event, ANONYMOUS, on_date) if is_open else None


def tells_place(rsvp: Rsvp) -> bool:
    """Whether who comes may know the address: at once without a mail address, else once it is confirmed."""
    return rsvp.state is RsvpState.COMING and (rsvp.email is None or rsvp.confirmed_at is not None)


def whole_venue(event: Event, on_date: date) -> Venue:
    """Where a date is and what is there, in full: for who comes."""
    return venue_on(event, next((one for one in event.occurrences if one.on_date == on_date), None))


def address_in(venue: Venue) -> str:
    """Place, address and neighborhood in one line."""
    return ", ".join(part for part in (venue.place_name, venue.address, venue.area) if part)


def find_limit(event_id: int, on_date: date | None) -> RsvpLimit | None:
    """What was set for that date (or, without one, for all dates) itself."""
    same = RsvpLimit.on_date.is_(None) if on_date is None else RsvpLimit.on_date == on_date
    return db.session.scalars(select(RsvpLimit).where(RsvpLimit.event_id == event_id, same)).one_or_none()


def places_on(event_id: int, on_date: date) -> int | None:
    """How many can come to a date: as set for it, else as for all of them."""
    query = select(RsvpLimit).where(
        RsvpLimit.event_id == event_id, or_(RsvpLimit.on_date.is_(None), RsvpLimit.on_date == on_date)
    )
    by_date = {one.on_date: one.places for one in db.session.scalars(query)}
    return by_date[on_date] if on_date in by_date else by_date.get(None)


def room_on(event_id: int, on_date: date) -> Room:
    """How full a date is."""
    return list_rooms(event_id, [on_date])[on_date]


def list_rooms(event_id: int, dates: Sequence[date]) -> dict[date, Room]:
    """How full each of these dates is, in two statements."""
    limits = {
        one.on_date: one.places
        for one in db.session.scalars(select(RsvpLimit).where(RsvpLimit.event_id == event_id))
    }
    query = (
        select(Rsvp.on_date, Rsvp.state, func.sum(Rsvp.people), func.count())
        .where(Rsvp.event_id == event_id, Rsvp.on_date.in_(dates), Rsvp.state != RsvpState.CANCELLED)
        .group_by(Rsvp.on_date, Rsvp.state)
    )
    counts = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in db.session.execute(query)}

    def room(day: date) -> Room:
        coming = counts.get((day, RsvpState.COMING), (0, 0))
        waiting = counts.get((day, RsvpState.WAITING), (0, 0))
        places = limits[day] if day in limits else limits.get(None)
        return Room(places, coming[0], waiting[0], coming[1] + waiting[1])

    return {day: room(day) for day in dates}


def list_rsvps(event_id: int, on_date: date) -> Sequence[Rsvp]:
    """Who comes to a date and who waits, in the order in which they said so."""
    query = select(Rsvp).where(
        Rsvp.event_id == event_id, Rsvp.on_date == on_date, Rsvp.state != RsvpState.CANCELLED
    )
    return db.session.scalars(query.order_by(Rsvp.id)).all()


def list_rsvps_to_tell(event_id: int, dates: Sequence[date]) -> Sequence[Rsvp]:
    """Who gave an address and comes to one of these dates, or waits for a place."""
    query = select(Rsvp).where(
        Rsvp.event_id == event_id,
        Rsvp.on_date.in_(dates),
        Rsvp.state != RsvpState.CANCELLED,
        Rsvp.email_index.is_not(None),
    )
    return db.session.scalars(query.order_by(Rsvp.id)).all()


def list_hosts(event: Event) -> Sequence[User]:
    """Who sees who comes: who made the event, and the organizers named on it."""
    named = select(EventAccess.user_id).where(EventAccess.event_id == event.id)
    query = select(User).where(or_(User.id == event.created_by_id, User.id.in_(named)))
    return db.session.scalars(query.order_by(User.id)).all()


def is_host(viewer: Viewer, event: Event) -> bool:
    """Whether somebody hosts the event, and so may see names and addresses of who comes."""
    if viewer.user_id is None or not viewer.can(Permission.CONTACT_REVEAL):
        return False
    return any(host.id == viewer.user_id for host in list_hosts(event))


def list_dates_with_contacts() -> Sequence[tuple[int, date]]:
    """Event and date of which somebody's name or address is still kept."""
    kept = or_(Rsvp.name.is_not(None), Rsvp.email.is_not(None))
    query = select(Rsvp.event_id, Rsvp.on_date).where(kept).distinct()
    return [(row[0], row[1]) for row in db.session.execute(query)]


def load_event(event_id: int) -> Event:
    """An event with what differs on single dates."""
    query = select(Event).where(Event.id == event_id).options(selectinload(Event.occurrences))
    return db.session.scalars(query).one()


def has_ended(event: Event, on_date: date, before: datetime) -> bool:
    """Whether a date had ended before an instant, wherever it was moved; one that is no more, by its day."""
    one = find_date(event, ANONYMOUS, on_date)
    return one.ends_at < before if one else on_date < before.date()
