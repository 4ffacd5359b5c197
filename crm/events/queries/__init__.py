"""Reading events and their dates. Each answer is an allow-list of what the viewer may know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, or_, select
from sqlalchemy.orm import selectinload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import (
    Event,
    EventAccess,
    EventKind,
    EventSplit,
    Occurrence,
    OccurrenceState,
    Visibility,
)
from crm.events.recurrence import from_rrule, read_date
from crm.events.rights import visible_to
from crm.events.series import DateStatus, Instance, Series, SeriesException, Window, expand
from crm.events.venues import Venue, audience_of, told, venue_on
from crm.organizations.models import Organization

ALL_KINDS: tuple[EventKind, ...] = tuple(EventKind)
AHEAD = timedelta(days=400)
Day = date | BindParameter[date]
# The days of a statement that is kept.
FIRST, LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)


@dataclass(frozen=True, slots=True)
class EventDate:
    """One date of an event, as the viewer may see it. `…_local` naive wall time, `…_at` aware UTC.

    `on_date` is the original local date, which stands in its address for ever.
    """

    event_id: int
    slug: str
    kind: EventKind
    visibility: Visibility
    title: str
    on_date: date
    starts_local: datetime
    ends_local: datetime
    starts_at: datetime
    ends_at: datetime
    timezone: str
    place_name: str
    address: str
    area: str
    cancelled: bool
    cancel_reason: str
    # Where it was to be, when it was moved: the wall time that the series gives.
    moved_from: datetime | None
    is_series: bool
    published: bool
    # Beside those that the event makes by itself.
    is_extra: bool
    # Where it is and what is there, as far as the viewer may be told.
    venue: Venue


def series_of(event: Event) -> Series:
    """What of an event its dates are made of."""
    zone = ZoneInfo(event.timezone)
    return Series(
        uid=event.uid,
        starts_local=event.starts_local,
        duration=timedelta(minutes=event.duration_minutes),
        timezone=event.timezone,
        rule=from_rrule(event.recurrence, zone) if event.recurrence else None,
        status=DateStatus.CANCELLED if event.cancelled_at else DateStatus.SCHEDULED,
        sequence=event.sequence,
        changed_at=event.changed_at,
    )


def exceptions_of(event: Event) -> list[SeriesException]:
    """What is different on single dates: those never announced, and those changed."""
    skipped = [SeriesException(date.fromisoformat(day), DateStatus.SKIPPED) for day in event.skipped]
    return skipped + [_exception(one) for one in event.occurrences]


def _exception(one: Occurrence) -> SeriesException:
    cancelled = one.state is OccurrenceState.CANCELLED
    minutes = one.duration_minutes
    return SeriesException(
        date=one.on_date,
        status=DateStatus.CANCELLED if cancelled else DateStatus.SCHEDULED,
        starts_local=one.starts_local,
        duration=timedelta(minutes=minutes) if minutes else None,
        place=one.place_name,
        uid=one.extra_uid,
        sequence=one.sequence,
        changed_at=one.changed_at,
    )


def tell(event: Event, instance: Instance, viewer: Viewer) -> EventDate:
    """One date as the viewer may see it."""
    one = next((o for o in event.occurrences if o.on_date == instance.date), None)
    original = instance.original_local
    moved = original if original is not None and original != instance.starts_local else None
    venue = told(venue_on(event, one), event.visibility, audience_of(viewer))
    return EventDate(
        event_id=event.id,
        slug=event.slug,
        kind=event.kind,
        visibility=event.visibility,
        title=event.title,
        on_date=instance.date,
        starts_local=instance.starts_local,
        ends_local=instance.ends_local,
        starts_at=instance.starts_at,
        ends_at=instance.ends_at,
        timezone=event.timezone,
        place_name=venue.place_name,
        address=venue.address,
        area=venue.area,
        cancelled=instance.cancelled,
        cancel_reason=(one.cancel_reason if one else "") or event.cancel_reason,
        moved_from=moved,
        is_series=event.recurrence is not None,
        published=event.published_at is not None,
        is_extra=original is None,
        venue=venue,
    )


def days_around(window: Window) -> tuple[date, date]:
    """Local days, a day wider on both sides than any zone's offset."""
    return (window.starts_at - timedelta(days=1)).date(), (window.ends_at + timedelta(days=1)).date()


def near(
    viewer: Viewer, kinds: Iterable[EventKind], first: Day = FIRST, last: Day = LAST
) -> list[ColumnElement[bool]]:
    """What holds of an event that a viewer may know of and that may have a date on some days."""
    return [
        visible_to(viewer),
        Event.kind.in_(tuple(kinds)),
        Event.first_on <= last,
        or_(Event.last_on.is_(None), Event.last_on >= first),
    ]


def list_events(
    viewer: Viewer,
    window: Window,
    kinds: Iterable[EventKind] = ALL_KINDS,
    *,
    only: Sequence[int] | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> Sequence[Event]:
    """Events with a date that may lie inside the window, with what differs on single dates."""
    query = (
        select(Event)
        .where(*near(viewer, kinds, *days_around(window)), *where)
        .options(selectinload(Event.occurrences))
        .order_by(Event.first_on, Event.id)
    )
    if only is not None:
        query = query.where(Event.id.in_(only))
    return db.session.scalars(query).all()


def list_dates(
    viewer: Viewer,
    window: Window,
    kinds: Iterable[EventKind] = ALL_KINDS,
    *,
    limit: int = 1000,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[EventDate]:
    """The dates inside the window that the viewer may see, soonest first, cancelled ones too.

    `where`: further conditions on their events.
    """
    dates = [
        tell(event, instance, viewer)
        for event in list_events(viewer, window, kinds, where=where)
        for instance in expand(series_of(event), exceptions_of(event), window, limit=limit)
    ]
    return sorted(dates, key=lambda one: (one.starts_at, one.event_id))[:limit]


def list_upcoming(
    viewer: Viewer,
    now: datetime,
    kinds: Iterable[EventKind] = ALL_KINDS,
    *,
    limit: int = 20,
    cancelled: bool = True,
) -> list[EventDate]:
    """Dates that the viewer may see and that have yet to end, soonest first."""
    dates = list_dates(viewer, Window(now, now + AHEAD), kinds)
    return [one for one in dates if cancelled or not one.cancelled][:limit]


def find_event(viewer: Viewer, slug: str) -> Event | None:
    """An event that the viewer may know of."""
    query = (
        select(Event).where(Event.slug == slug, visible_to(viewer)).options(selectinload(Event.occurrences))
    )
    return db.session.scalars(query).one_or_none()


def list_event_dates(event: Event, viewer: Viewer, window: Window, *, limit: int = 200) -> list[EventDate]:
    """The dates of one event inside a window."""
    return [
        tell(event, i, viewer) for i in expand(series_of(event), exceptions_of(event), window, limit=limit)
    ]


def find_date(event: Event, viewer: Viewer, on_date: date) -> EventDate | None:
    """One date of an event by its original local date."""
    zone = ZoneInfo(event.timezone)
    around = datetime.combine(on_date, datetime.min.time(), zone)
    window = Window(around - timedelta(days=400), around + timedelta(days=400))
    dates = list_event_dates(event, viewer, window, limit=1000)
    return next((one for one in dates if one.on_date == on_date), None)


def find_event_on(viewer: Viewer, slug: str, day: str) -> tuple[Event, EventDate] | None:
    """An event and one date of it, by the two in an address, if the viewer may know of them."""
    event, on_date = find_event(viewer, slug), read_date(day)
    one = find_date(event, viewer, on_date) if event and on_date else None
    return (event, one) if event and one else None


def find_later(viewer: Viewer, event: Event) -> Event | None:
    """The event as which a series goes on after its last date, if it does and the viewer may know of it."""
    query = (
        select(Event)
        .join(EventSplit, EventSplit.later_id == Event.id)
        .where(EventSplit.earlier_id == event.id, visible_to(viewer))
        .options(selectinload(Event.occurrences))
    )
    return db.session.scalars(query).one_or_none()


def find_date_now(viewer: Viewer, event: Event, on_date: date) -> tuple[Event, EventDate] | None:
    """A date of an event that went along when the series was split: the event that has it now."""
    later = find_later(viewer, event)
    if later is None:
        return None
    one = find_date(later, viewer, on_date)
    return (later, one) if one else find_date_now(viewer, later, on_date)


def list_named_people(event: Event) -> Sequence[User]:
    """The organizers whom a closed event names."""
    query = (
        select(User).join(EventAccess, EventAccess.user_id == User.id).where(EventAccess.event_id == event.id)
    )
    return db.session.scalars(query.order_by(User.id)).all()


def list_named_groups(event: Event) -> Sequence[Organization]:
    """The groups that an event names; one for groups that names none is for all of them."""
    query = select(Organization).join(EventAccess, EventAccess.organization_id == Organization.id)
    query = query.where(EventAccess.event_id == event.id).order_by(Organization.sort_name, Organization.id)
    return db.session.scalars(query).all()


def list_closed_owners(viewer: Viewer) -> list[tuple[str, int]]:
    """Closed events that a coordinator is not named on: whose they are, and how many; nothing more."""
    named = select(EventAccess.event_id).where(EventAccess.user_id == viewer.user_id)
    query = (
        select(User)
        .join(Event, Event.created_by_id == User.id)
        .where(Event.visibility == Visibility.CLOSED, Event.id.not_in(named))
    )
    owners = db.session.scalars(query).all()
    return sorted({user.name: sum(1 for o in owners if o.id == user.id) for user in owners}.items())
