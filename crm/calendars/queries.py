"""What the public calendar and its feeds hold. Whoever asks gets what the public may know, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.calendars.models import PrivateFeed
from crm.coalitions.models import Membership
from crm.core.crypto import token_hash
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import Event, EventKind, Visibility
from crm.events.queries import (
    ALL_KINDS,
    EventDate,
    exceptions_of,
    find_later,
    list_event_dates,
    list_events,
    series_of,
    tell,
)
from crm.events.rights import public_only, visible_to
from crm.events.series import Instance, Window, expand
from crm.organizations.models import Contact
from crm.roles.models import EventRole, RoleTaking
from crm.roles.queries import list_takings_of

PUBLIC = Viewer()
BACK, AHEAD = timedelta(days=60), timedelta(days=400)
DAY = timedelta(days=1)
# More dates than a window can hold of one series: a limit would cut off the latest.
ALL = 100_000


@dataclass(frozen=True, slots=True)
class PublicDate:
    """A date as the public may see it, with the last change of it or of its event."""

    date: EventDate
    uid: str
    changed_at: datetime


def day_window(first: date, last: date, zone: ZoneInfo) -> Window:
    """Whole days of a zone, both included."""
    ends_on = last + timedelta(days=1)
    begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, ends_on))
    return Window(begin, end)


def feed_window(today: date, zone: ZoneInfo) -> Window:
    """What a feed of that day holds: the same for every process, so that they all give the same bytes."""
    return day_window(today - BACK, today + AHEAD, zone)


def list_public_kinds() -> list[EventKind]:
    """The kinds of event of which there are any for the public, in their usual order."""
    found = set(db.session.scalars(select(Event.kind).where(public_only()).distinct()))
    return [kind for kind in EventKind if kind in found]


def list_public_events(window: Window, kinds: Iterable[EventKind] = ALL_KINDS) -> Sequence[Event]:
    """Events for the public with a date that may lie inside the window."""
    return list_events(PUBLIC, window, kinds)


def load_public_events(ids: Sequence[int]) -> Sequence[Event]:
    """Events of the public's by id, in no order, for files that only read: in one statement."""
    return db.session.scalars(_by_ids(), {"ids": ids}).unique().all()


@lru_cache(maxsize=1)
def _by_ids() -> Select[Event]:
    """Kept: to write it took longer than to ask it."""
    wanted = Event.id.in_(bindparam("ids", expanding=True))
    return select(Event).where(wanted, public_only()).options(joinedload(Event.occurrences))


def find_public_event(slug: str) -> Event | None:
    """An event of the public's, by its address, for pages and files that only read: in one statement."""
    query = select(Event).where(Event.slug == slug, public_only()).options(joinedload(Event.occurrences))
    return db.session.scalars(query).unique().one_or_none()


def list_public_dates(window: Window, kinds: Iterable[EventKind] = ALL_KINDS) -> list[PublicDate]:
    """All dates inside the window that the public may see, soonest first, cancelled ones too."""
    dates = [
        PublicDate(tell(event, one, PUBLIC), one.uid, _changed_at(event, one))
        for event in list_public_events(window, kinds)
        for one in expand(series_of(event), exceptions_of(event), window, limit=ALL)
    ]
    return sorted(dates, key=lambda one: (one.date.starts_at, one.date.event_id, one.date.on_date))


def list_dates_of(event: Event, window: Window) -> list[EventDate]:
    """The dates of one event inside a window, as the public may see them."""
    return list_event_dates(event, PUBLIC, window, limit=ALL)


def find_instance(event: Event, on_date: date) -> Instance | None:
    """One date of an event by its original local date, wherever it was moved."""
    window = day_window(on_date - AHEAD, on_date + AHEAD, ZoneInfo(event.timezone))
    found = expand(series_of(event), exceptions_of(event), window, limit=ALL)
    return next((one for one in found if one.date == on_date), None)


def find_instance_now(event: Event, on_date: date) -> tuple[Event, Instance] | None:
    """The same, with the event that has it now: it may have gone along when the series was split."""
    instance = find_instance(event, on_date)
    if instance is not None:
        return event, instance
    later = find_later(PUBLIC, event)
    return find_instance_now(later, on_date) if later else None


def find_public_date(event: Event, on_date: date) -> EventDate | None:
    """The same, as the public may see it."""
    instance = find_instance(event, on_date)
    return tell(event, instance, PUBLIC) if instance else None


def _changed_at(event: Event, one: Instance) -> datetime:
    return max(event.changed_at, one.exception.changed_at) if one.exception else event.changed_at


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a private feed is: an organizer's, by their part in the coalition, or a group's speaker's."""

    membership_id: int | None = None
    contact_id: int | None = None


def find_owner(viewer: Viewer) -> Owner | None:
    """Whose feed a viewer may have: a member's or a representative's."""
    if viewer.contact_id is not None:
        return Owner(contact_id=viewer.contact_id)
    query = select(Membership.id).where(Membership.user_id == viewer.user_id)
    membership_id = db.session.scalars(query).one_or_none()
    return Owner(membership_id=membership_id) if membership_id is not None else None


def find_feed_of(owner: Owner) -> PrivateFeed | None:
    """The private feed of a person in the chosen coalition, revoked or not."""
    query = select(PrivateFeed).where(
        PrivateFeed.membership_id == owner.membership_id
        if owner.membership_id is not None
        else PrivateFeed.contact_id == owner.contact_id
    )
    return db.session.scalars(query).one_or_none()


def find_private_feed(token: str) -> PrivateFeed | None:
    """The feed to which a secret address leads, with its owner. Needs `across_coalitions()`.

    None where it leads nowhere any more: revoked or reset, its owner removed, or no speaker of the group.
    """
    query = (
        select(PrivateFeed)
        .outerjoin(Contact, Contact.id == PrivateFeed.contact_id)
        .where(PrivateFeed.token_hash == token_hash(token))
        .where(or_(PrivateFeed.contact_id.is_(None), _still_speaks()))
        .options(
            joinedload(PrivateFeed.membership).joinedload(Membership.coalition),
            joinedload(PrivateFeed.contact).joinedload(Contact.organization),
        )
    )
    feed = db.session.scalars(query).one_or_none()
    if feed is None or (feed.contact is not None and feed.contact.organization.archived_at is not None):
        return None
    return feed


def _still_speaks() -> ColumnElement[bool]:
    """Since before the address was made: who left and came back makes a new one."""
    return and_(Contact.removed_at.is_(None), Contact.speaks_since <= PrivateFeed.reset_at)


def list_group_events(organization_id: int, window: Window) -> Sequence[Event]:
    """Published events that are a group's own: for groups, hosted by it, co-sponsored, or naming it.

    Closed ones only where the group is named, for whoever chose to see that there is a meeting.
    """
    co_sponsored = _co_sponsored(organization_id).where(CoSponsorship.on_date.is_(None))
    own = or_(
        Event.visibility.in_((Visibility.GROUPS, Visibility.CLOSED)),
        Event.organization_id == organization_id,
        Event.id.in_(co_sponsored),
    )
    return db.session.scalars(_near(window, organization_id).where(own)).all()


def list_group_dates(organization_id: int, window: Window) -> Sequence[tuple[Event, date]]:
    """The single dates of events that a group co-sponsors, of events that it may know of."""
    query = _near(window, organization_id).where(
        Event.id.in_(_co_sponsored(organization_id)), Event.visibility != Visibility.CLOSED
    )
    events = {event.id: event for event in db.session.scalars(query)}
    dates = select(CoSponsorship.event_id, CoSponsorship.on_date).where(
        CoSponsorship.organization_id == organization_id,
        CoSponsorship.state == CoSponsorState.ACCEPTED,
        CoSponsorship.on_date.is_not(None),
    )
    rows = db.session.execute(dates.order_by(CoSponsorship.on_date, CoSponsorship.event_id))
    return [(events[row[0]], row[1]) for row in rows if row[0] in events and row[1] is not None]


def _co_sponsored(organization_id: int) -> Select[int]:
    return select(CoSponsorship.event_id).where(
        CoSponsorship.organization_id == organization_id, CoSponsorship.state == CoSponsorState.ACCEPTED
    )


def _near(window: Window, organization_id: int) -> Select[Event]:
    """What a group may know of with a date that may lie inside the window: for the caller to narrow."""
    # Local days, a day wider on both sides than any zone's offset.
    first, last = (window.starts_at - DAY).date(), (window.ends_at + DAY).date()
    return (
        select(Event)
        .where(visible_to(Viewer(organization_id=organization_id)), Event.first_on <= last)
        .where(or_(Event.last_on.is_(None), Event.last_on >= first))
        .options(selectinload(Event.occurrences))
        .order_by(Event.first_on, Event.id)
    )


def list_known_roles(organization_id: int, since: date) -> Sequence[tuple[RoleTaking, EventRole, Event]]:
    """What a group took on from a day on, of events that it may still know of; of closed ones nothing."""
    taken = list_takings_of(organization_id, since)
    known = select(Event.id).where(
        visible_to(Viewer(organization_id=organization_id)),
        Event.visibility != Visibility.CLOSED,
        Event.id.in_({event.id for _taking, _role, event in taken}),
    )
    ids = set(db.session.scalars(known))
    return [one for one in taken if one[2].id in ids]
