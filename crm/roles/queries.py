"""Reading the roles of an event: who has what, and what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.events.queries import EventDate, list_dates
from crm.events.series import Window
from crm.roles.models import EventRole, RoleTaking

# How far ahead, and at how many dates, a group is shown what is open.
AHEAD = timedelta(days=60)
MOST_DATES = 40


@dataclass(frozen=True)
class RoleOnDate:
    """A role on one date: who took it, and how many are still missing."""

    role: EventRole
    on_date: date
    takings: Sequence[RoleTaking] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """People who come."""
        return sum(one.count for one in self.takings)

    @property
    def open(self) -> int:
        """People who are missing."""
        return max(self.role.needed - self.taken, 0)

    @property
    def is_filled(self) -> bool:
        return self.open == 0


def comes_once(event: Event) -> bool:
    """Whether an event has one date alone, so that all that it needs is of that date."""
    return not event.recurrence and not any(one.extra_uid for one in event.occurrences)


def list_roles(event_id: int, on_date: date) -> list[RoleOnDate]:
    """The roles of a date, those of each date of the series too, as they were entered. Two statements."""
    return map_roles([(event_id, on_date)])[event_id, on_date]


def map_roles(dates: Iterable[tuple[int, date]]) -> dict[tuple[int, date], list[RoleOnDate]]:
    """The same for several (event, original local date) at once, in two statements whatever their number."""
    wanted = list(dict.fromkeys(dates))
    roles = _list_needed({event_id for event_id, _day in wanted})
    takings = _map_takings([role.id for role in roles], {day for _event_id, day in wanted})
    return {
        (event_id, day): [
            RoleOnDate(role, day, takings.get((role.id, day), []))
            for role in roles
            if role.event_id == event_id and role.on_date in (None, day)
        ]
        for event_id, day in wanted
    }


def _list_needed(event_ids: Iterable[int]) -> Sequence[EventRole]:
    query = select(EventRole).where(EventRole.event_id.in_(event_ids), EventRole.removed_at.is_(None))
    return db.session.scalars(query.order_by(EventRole.id)).all()


def _map_takings(
    role_ids: Sequence[int], days: Iterable[date]
) -> Mapping[tuple[int, date], Sequence[RoleTaking]]:
    """Who has what now: (role, date) → takings, the first first."""
    query = (
        select(RoleTaking)
        .where(RoleTaking.role_id.in_(role_ids), RoleTaking.on_date.in_(days))
        .where(RoleTaking.released_at.is_(None))
        .options(joinedload(RoleTaking.organization), joinedload(RoleTaking.user))
        .order_by(RoleTaking.id)
    )
    found: dict[tuple[int, date], list[RoleTaking]] = {}
    for one in db.session.scalars(query):
        found.setdefault((one.role_id, one.on_date), []).append(one)
    return found


def list_series_roles(event_id: int) -> Sequence[EventRole]:
    """The roles that each date of an event has."""
    query = select(EventRole).where(EventRole.event_id == event_id, EventRole.on_date.is_(None))
    return db.session.scalars(query.where(EventRole.removed_at.is_(None)).order_by(EventRole.id)).all()


def find_role(event_id: int, role_id: int, *, removed_too: bool = False) -> EventRole | None:
    """One of an event's roles."""
    query = select(EventRole).where(EventRole.id == role_id, EventRole.event_id == event_id)
    if not removed_too:
        query = query.where(EventRole.removed_at.is_(None))
    return db.session.scalars(query).one_or_none()


def find_taking(event_id: int, taking_id: int) -> RoleTaking | None:
    """One taking of a role of that event, given back or not."""
    query = (
        select(RoleTaking)
        .join(EventRole, EventRole.id == RoleTaking.role_id)
        .where(RoleTaking.id == taking_id, EventRole.event_id == event_id)
        .options(
            joinedload(RoleTaking.role), joinedload(RoleTaking.organization), joinedload(RoleTaking.user)
        )
    )
    return db.session.scalars(query).one_or_none()


def find_taking_of(role_id: int, on_date: date, organization_id: int) -> RoleTaking | None:
    """What a group has taken of a role on a date and not given back."""
    query = select(RoleTaking).where(
        RoleTaking.role_id == role_id,
        RoleTaking.on_date == on_date,
        RoleTaking.organization_id == organization_id,
        RoleTaking.released_at.is_(None),
    )
    return db.session.scalars(query).one_or_none()


def list_takings_of(organization_id: int, since: date) -> Sequence[tuple[RoleTaking, EventRole, Event]]:
    """What a group has taken on dates from a day on, of published events, soonest first."""
    query = (
        select(RoleTaking, EventRole, Event)
        .join(EventRole, EventRole.id == RoleTaking.role_id)
        .join(Event, Event.id == EventRole.event_id)
        .where(RoleTaking.organization_id == organization_id, RoleTaking.released_at.is_(None))
        .where(RoleTaking.on_date >= since, EventRole.removed_at.is_(None), Event.published_at.is_not(None))
        .order_by(RoleTaking.on_date, RoleTaking.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


# (event, its date or None for each of them, role, people needed, date on which it was taken, by how many)
Filled = tuple[int, date | None, int, int, date | None, int]


def select_filled(event_ids: Iterable[int], days: Iterable[date]) -> Select[Any]:
    """How far roles of events are filled on these dates: a row for a role and a date on which it is taken."""
    live = (
        RoleTaking.role_id == EventRole.id,
        RoleTaking.on_date.in_(list(days)),
        RoleTaking.released_at.is_(None),
    )
    taken = func.coalesce(func.sum(RoleTaking.count), 0).label("taken")
    role: tuple[Any, ...] = (
        EventRole.event_id,
        EventRole.on_date,
        EventRole.id,
        EventRole.needed,
        RoleTaking.on_date.label("taken_on"),
    )
    query: Select[Any] = select(*role, taken).outerjoin(RoleTaking, and_(*live))
    wanted = EventRole.event_id.in_(list(event_ids)), EventRole.removed_at.is_(None)
    return query.where(*wanted).group_by(*role)


def count_open(rows: Iterable[Filled], dates: Iterable[tuple[int, date]]) -> dict[tuple[int, date], int]:
    """(event, original local date) → roles of it that are not filled, of the rows of `select_filled`."""
    roles: dict[int, tuple[int, date | None, int]] = {}
    taken: Counter[tuple[int, date]] = Counter()
    for event_id, of_day, role_id, needed, day, count in rows:
        roles[role_id] = (event_id, of_day, needed)
        if day is not None:
            taken[role_id, day] += count
    return {
        (event_id, day): sum(
            1
            for role_id, (of_event, of_day, needed) in roles.items()
            if of_event == event_id and of_day in (None, day) and taken[role_id, day] < needed
        )
        for event_id, day in dates
    }


@dataclass(frozen=True)
class OwnRole:
    """A role as a group sees it: how many are missing, and how many of its own people do it; no names."""

    role: EventRole
    open: int
    mine: int


def list_own_roles(organization_id: int, event_id: int, on_date: date) -> list[OwnRole]:
    """The roles of a date that a group has taken or may take, its own first."""
    own = [_own(one, organization_id) for one in list_roles(event_id, on_date)]
    return sorted((one for one in own if one.open or one.mine), key=lambda one: not one.mine)


def _own(one: RoleOnDate, organization_id: int) -> OwnRole:
    mine = sum(taking.count for taking in one.takings if taking.organization_id == organization_id)
    return OwnRole(one.role, one.open, mine)


def list_dates_to_fill(
    viewer: Viewer, organization_id: int, now: datetime, *, limit: int = 4
) -> list[tuple[EventDate, list[OwnRole]]]:
    """The next dates that a group may know of on which it has a role, or some are open; soonest first."""
    dates = [one for one in list_dates(viewer, Window(now, now + AHEAD)) if not one.cancelled][:MOST_DATES]
    mapped = map_roles((one.event_id, one.on_date) for one in dates)
    found = [
        (one, [_own(role, organization_id) for role in mapped[one.event_id, one.on_date]]) for one in dates
    ]
    some = [(one, [role for role in roles if role.open or role.mine]) for one, roles in found]
    return [(one, roles) for one, roles in some if roles][:limit]
