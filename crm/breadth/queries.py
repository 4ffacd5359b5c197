"""Counting for breadth: added up by the database, in as many statements whatever the number of groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, case, func, literal_column, select
from sqlalchemy.orm import load_only

from crm.breadth.gaps import AHEAD, MEETS, STEPS, Axis, Cell, Found, Meeting, Narrowed
from crm.breadth.mapping import Spot
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import OrganizationStanding, Standing
from crm.events.models import Event, EventKind
from crm.events.queries import list_event_dates, list_events
from crm.events.series import Window
from crm.hosting.models import MeetingOffer
from crm.organizations.derived import plain_words
from crm.organizations.models import Organization

# A map is made of so many spots at most, those with the most groups.
MOST_SPOTS = 20_000
# Written into the statement, so that a database knows the column that it groups by.
_STEPS = literal_column(str(STEPS), Integer)
_AXES: dict[Axis, Any] = {
    Axis.PLACE: Organization.place_key,
    Axis.SECTOR: Organization.sector,
    Axis.KIND: Organization.kind,
}
_WRITTEN = case((Organization.place != "", Organization.place), else_=Organization.city)
_FIGURES = (
    func.count(),
    func.sum(case((OrganizationStanding.standing == Standing.MEMBER, 1), else_=0)),
    func.coalesce(func.sum(Organization.size), 0),
    func.max(Organization.last_touch_at),
)


def count_cells(rows: Axis, columns: Axis, narrowed: Narrowed) -> list[Found]:
    """The groups that are not archived, by two of their values. One statement."""
    row, column = _AXES[rows], _AXES[columns]
    text = func.min(_WRITTEN if rows is Axis.PLACE else row)
    query = _narrow(select(row, column, text, *_FIGURES), narrowed).group_by(row, column)
    return [Found(one[0], one[1], one[2], Cell(*one[3:])) for one in db.session.execute(query)]


def count_spots(narrowed: Narrowed) -> list[Spot]:
    """The same groups by where they are on a fine grid, and by place. One statement.

    A spot tells the middle of its groups; without coordinates they are told by their place alone.
    """
    grid = [func.round(one * _STEPS) for one in (Organization.longitude, Organization.latitude)]
    middle = [func.avg(one) for one in (Organization.longitude, Organization.latitude)]
    query = select(Organization.place_key, func.min(_WRITTEN), *middle, *_FIGURES)
    query = _narrow(query, narrowed).group_by(*grid, Organization.place_key)
    query = query.order_by(func.count().desc(), Organization.place_key).limit(MOST_SPOTS)
    return [Spot(one[0], one[1], one[2], one[3], Cell(*one[4:])) for one in db.session.execute(query)]


def list_meetings(viewer: Viewer, now: datetime, narrowed: Narrowed) -> list[Meeting]:
    """The dates of meetings in the next AHEAD of which the viewer may know, and that are not called off.

    A meeting is where it is held, else where its host is; it is for the kinds of its own (`MEETS`) and for
    its host's kind and sector. Four statements.
    """
    window = Window(now, now + AHEAD)
    events = [one for one in list_events(viewer, window, tuple(MEETS)) if one.published_at is not None]
    hosts = _hosts(events)
    found = [
        _meeting(event.kind, one.area, hosts.get(event.id))
        for event in events
        for one in list_event_dates(event, viewer, window)
        if not one.cancelled
    ]
    return [one for one in found if one.fits(narrowed)]


def _meeting(kind: EventKind, area: str, host: Organization | None) -> Meeting:
    if host is None:
        return Meeting(plain_words(area), MEETS[kind], "")
    return Meeting(plain_words(area) or host.place_key, MEETS[kind] | {host.kind}, host.sector)


def _hosts(events: Sequence[Event]) -> dict[int, Organization]:
    """The groups that host these events by event: named on it, or by the offer that it was made of."""
    offers = select(MeetingOffer.event_id, MeetingOffer.organization_id).where(
        MeetingOffer.event_id.in_([one.id for one in events]), MeetingOffer.organization_id.is_not(None)
    )
    host_ids = {event_id: host_id for event_id, host_id in db.session.execute(offers) if event_id and host_id}
    host_ids |= {one.id: one.organization_id for one in events if one.organization_id is not None}
    columns = (Organization.kind, Organization.sector, Organization.place_key)
    query = select(Organization).options(load_only(*columns)).where(Organization.id.in_(host_ids.values()))
    groups = {one.id: one for one in db.session.scalars(query)}
    return {event_id: groups[host_id] for event_id, host_id in host_ids.items() if host_id in groups}


def _narrow(query: Select[*tuple[Any, ...]], narrowed: Narrowed) -> Select[*tuple[Any, ...]]:
    """Only groups that are not archived, and what is narrowed to; beside each whether it is a member."""
    kept = OrganizationStanding
    beside = and_(kept.coalition_id == Organization.coalition_id, kept.organization_id == Organization.id)
    query = query.outerjoin(kept, beside).where(Organization.archived_at.is_(None))
    for axis, column in _AXES.items():
        if value := narrowed.value(axis):
            query = query.where(column == value)
    return query
