"""Reading what was told of events, and whom to tell what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.crypto import made_token, token_hash
from crm.core.db import db
from crm.core.permissions import Role, Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import Event, EventSplit, Visibility
from crm.events.queries import EventDate, list_event_dates
from crm.events.rights import OPEN, public_only
from crm.events.series import Window
from crm.notices.differences import Told
from crm.notices.models import ChangeSubscription

# So far ahead dates are kept for comparing; nobody says a year before that they come.
AHEAD = timedelta(days=400)
MOST_DATES = 150
CONFIRM, LEAVE = "change_subscription.confirm", "change_subscription.leave"
# The program compares what the coalition's own people see.
_PROGRAM = Viewer(role=Role.OBSERVER)


@dataclass(frozen=True)
class Look:
    """An event as people know it at some time."""

    # For whom it is; NULL while nobody may know of it.
    visibility: Visibility | None
    dates: Mapping[date, Told]

    @property
    def is_open(self) -> bool:
        """Whether the public may know of it."""
        return self.visibility in OPEN


def load_event(event_id: int) -> Event:
    """An event with what differs on single dates."""
    query = select(Event).where(Event.id == event_id).options(selectinload(Event.occurrences))
    return db.session.scalars(query).one()


def look_at(event: Event, since: datetime) -> Look:
    """An event with its dates of the 400 days after an instant."""
    dates = list_event_dates(event, _PROGRAM, Window(since, since + AHEAD), limit=MOST_DATES)
    seen = event.visibility if event.published_at is not None else None
    return Look(seen, {one.on_date: _told(one) for one in dates})


def _told(one: EventDate) -> Told:
    place = ", ".join(part for part in (one.place_name, one.address, one.area) if part)
    reason = one.cancel_reason if one.cancelled else ""
    return Told(one.starts_local, one.ends_local, place, one.area, one.cancelled, reason)


def list_goes_on_as(event_id: int) -> Sequence[tuple[date, Event]]:
    """The events as which a series goes on, each with the first date that went there."""
    query = (
        select(EventSplit.from_on, Event)
        .join(Event, Event.id == EventSplit.later_id)
        .where(EventSplit.earlier_id == event_id)
        .options(selectinload(Event.occurrences))
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def is_rest_of_another(event_id: int) -> bool:
    """Whether an event is the rest of a series that was split."""
    return db.session.scalar(select(EventSplit.id).where(EventSplit.later_id == event_id)) is not None


def list_standing_behind(event_ids: Sequence[int]) -> Sequence[CoSponsorship]:
    """The groups that co-sponsor one of these events, or a date of it."""
    query = select(CoSponsorship).where(
        CoSponsorship.event_id.in_(event_ids), CoSponsorship.state == CoSponsorState.ACCEPTED
    )
    return db.session.scalars(query.order_by(CoSponsorship.id)).all()


def list_subscriptions() -> Sequence[ChangeSubscription]:
    """Who confirmed that they want to be mailed of changes."""
    query = select(ChangeSubscription).where(ChangeSubscription.confirmed_at.is_not(None))
    return db.session.scalars(query.order_by(ChangeSubscription.id)).all()


def list_series_subscriptions() -> Sequence[ChangeSubscription]:
    """Who wants to be told of the next date of a series, with the series."""
    query = select(ChangeSubscription).where(
        ChangeSubscription.confirmed_at.is_not(None), ChangeSubscription.event_id.is_not(None)
    )
    event = joinedload(ChangeSubscription.event).selectinload(Event.occurrences)
    return db.session.scalars(query.order_by(ChangeSubscription.id).options(event)).all()


def find_subscription(token: str) -> ChangeSubscription | None:
    """Whose link it is, to confirm or to leave."""
    own = token_hash(token)
    query = select(ChangeSubscription).where(
        or_(ChangeSubscription.confirm_hash == own, ChangeSubscription.leave_hash == own)
    )
    return db.session.scalars(query).one_or_none()


def confirm_token(one: ChangeSubscription) -> str:
    """The secret of the link that confirms."""
    return made_token(one.salt, CONFIRM)


def leave_token(one: ChangeSubscription) -> str:
    """The secret of the link that unsubscribes, the same in each mail."""
    return made_token(one.salt, LEAVE)


def list_public_areas() -> list[str]:
    """The neighborhoods of which the public is told, by name; the twenty with most events."""
    query = (
        select(Event.area, func.count())
        .where(public_only(), Event.area != "")
        .group_by(Event.area)
        .order_by(func.count().desc(), Event.area)
        .limit(20)
    )
    return sorted(row[0] for row in db.session.execute(query))


def wants(one: ChangeSubscription, event: Event) -> bool:
    """Whether an event is of what somebody asked for."""
    if one.event_id is not None:
        return one.event_id == event.id
    return _within(event.kind, one.kinds) and _within(event.area, one.areas)


def _within(value: str, asked: Iterable[str]) -> bool:
    wanted = {text.casefold() for text in asked}
    return not wanted or value.casefold() in wanted
