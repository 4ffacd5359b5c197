"""Reading what belongs to a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event, Visibility
from crm.events.queries.lines import list_line_ids
from crm.events.rights import OPEN, visible_to
from crm.meetings.models import ActionItem, AgendaItem, Decision, Minutes
from crm.meetings.ready import Draft
from crm.outreach.models import FollowUp


@dataclass(frozen=True, slots=True)
class TimedItem:
    """An item of the agenda with the wall time at which it is up."""

    item: AgendaItem
    starts_local: datetime


@dataclass(frozen=True, slots=True)
class Timetable:
    """An agenda with times of day. `over` and `spare` are minutes, one of them 0."""

    items: Sequence[TimedItem]
    ends_local: datetime
    over: int
    spare: int

    @property
    def minutes(self) -> int:
        return sum(one.item.minutes for one in self.items)


def lay_out(items: Sequence[AgendaItem], starts_local: datetime, ends_local: datetime) -> Timetable:
    """The times of day of an agenda's items, one after the other from the meeting's beginning."""
    timed, at = [], starts_local
    for item in items:
        timed.append(TimedItem(item, at))
        at += timedelta(minutes=item.minutes)
    beyond = int((at - ends_local).total_seconds() // 60)
    return Timetable(timed, at, over=max(beyond, 0), spare=max(-beyond, 0))


def list_agenda(event_id: int, on_date: date) -> Sequence[AgendaItem]:
    """What a meeting talks about, in its order."""
    query = select(AgendaItem).where(AgendaItem.event_id == event_id, AgendaItem.on_date == on_date)
    return db.session.scalars(query.order_by(AgendaItem.position, AgendaItem.id)).all()


def find_last_agenda(viewer: Viewer, event: Event, before: date) -> date | None:
    """The latest date before one that has an agenda, of the series as it was before it was split too."""
    found = _find_last(viewer, event, before)
    return found[1] if found else None


def list_drafts_of_last(viewer: Viewer, event: Event, before: date) -> list[Draft]:
    """Titles, minutes and owners of that agenda; notes were for its day."""
    found = _find_last(viewer, event, before)
    return [Draft(one.title, one.minutes, one.owner) for one in list_agenda(*found)] if found else []


def _find_last(viewer: Viewer, event: Event, before: date) -> tuple[int, date] | None:
    query = select(AgendaItem.event_id, AgendaItem.on_date).where(
        AgendaItem.event_id.in_(list_line_ids(viewer, event.id)), AgendaItem.on_date < before
    )
    row = db.session.execute(query.order_by(AgendaItem.on_date.desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def find_minutes(event_id: int, on_date: date) -> Minutes | None:
    """A meeting's minutes, once they were begun."""
    query = select(Minutes).where(Minutes.event_id == event_id, Minutes.on_date == on_date)
    return db.session.scalars(query).one_or_none()


class Readers(StrEnum):
    """Who reads minutes: the organizers alone; people who are signed in, and groups; everybody."""

    ORGANIZERS = auto()
    GROUPS = auto()
    EVERYBODY = auto()


def widest_readers(event: Event) -> Readers:
    """Who may read the minutes of a meeting at most: nobody who may not know of it."""
    if event.published_at is None or event.visibility is Visibility.CLOSED:
        return Readers.ORGANIZERS
    return Readers.EVERYBODY if event.visibility in OPEN else Readers.GROUPS


def readers_of(event: Event, minutes: Minutes | None) -> Readers:
    """Who reads minutes now: as they were published, and no wider than the meeting is known today."""
    widest = widest_readers(event)
    if minutes is None or not (minutes.published_at or minutes.shared_at):
        return Readers.ORGANIZERS
    narrowed = widest is Readers.EVERYBODY and minutes.published_at is None
    return Readers.GROUPS if narrowed else widest


def list_readable_days(viewer: Viewer, most: int) -> Sequence[tuple[Event, date, Readers]]:
    """The last dates whose minutes a group's representative may read, the latest first; two statements."""
    query = (
        select(Event, Minutes)
        .join(Minutes, Minutes.event_id == Event.id)
        .where(visible_to(viewer), Event.visibility != Visibility.CLOSED)
        .where(or_(Minutes.published_at.is_not(None), Minutes.shared_at.is_not(None)))
        .options(selectinload(Event.occurrences), defer(Minutes.text))
        .order_by(Minutes.on_date.desc(), Minutes.id.desc())
        .limit(most)
    )
    return [(event, one.on_date, readers_of(event, one)) for event, one in db.session.execute(query)]


def list_published_days(event_id: int, on_date: date | None = None, most: int = 12) -> Sequence[date]:
    """The dates of an event (or the one) whose minutes are public, the latest first."""
    query = select(Minutes.on_date).where(Minutes.event_id == event_id, Minutes.published_at.is_not(None))
    if on_date is not None:
        query = query.where(Minutes.on_date == on_date)
    return db.session.scalars(query.order_by(Minutes.on_date.desc()).limit(most)).all()


def list_decisions(event_id: int, on_date: date) -> Sequence[Decision]:
    """What a meeting decided, in the order of noting."""
    query = select(Decision).where(Decision.event_id == event_id, Decision.on_date == on_date)
    return db.session.scalars(query.order_by(Decision.id)).all()


def find_decision(event_id: int, on_date: date, decision_id: int) -> Decision | None:
    """One decision of a meeting."""
    query = select(Decision).where(Decision.event_id == event_id, Decision.on_date == on_date)
    return db.session.scalars(query.where(Decision.id == decision_id)).one_or_none()


def list_action_items(event_id: int, on_date: date) -> Sequence[ActionItem]:
    """What is to be done after a meeting, with its follow-ups, owners and groups; one statement."""
    query = (
        select(ActionItem)
        .where(ActionItem.event_id == event_id, ActionItem.on_date == on_date)
        .options(
            joinedload(ActionItem.follow_up).joinedload(FollowUp.owner),
            joinedload(ActionItem.follow_up).joinedload(FollowUp.organization),
        )
    )
    return db.session.scalars(query.order_by(ActionItem.id)).all()


def find_action_item(event_id: int, on_date: date, action_item_id: int) -> ActionItem | None:
    """One action item of a meeting."""
    query = select(ActionItem).where(ActionItem.event_id == event_id, ActionItem.on_date == on_date)
    return db.session.scalars(query.where(ActionItem.id == action_item_id)).one_or_none()


def list_open_before(viewer: Viewer, event: Event, before: date, most: int = 50) -> Sequence[ActionItem]:
    """What earlier meetings left to do and is not done, the oldest first; two statements.

    Those of the series as it was before it was split too.
    """
    line = list_line_ids(viewer, event.id)
    query = (
        select(ActionItem)
        .join(ActionItem.follow_up)
        .where(ActionItem.event_id.in_(line), ActionItem.on_date < before, FollowUp.done_at.is_(None))
        .options(
            contains_eager(ActionItem.follow_up).joinedload(FollowUp.owner),
            contains_eager(ActionItem.follow_up).joinedload(FollowUp.organization),
        )
    )
    return db.session.scalars(query.order_by(ActionItem.on_date, ActionItem.id).limit(most)).all()
