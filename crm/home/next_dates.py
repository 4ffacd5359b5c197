"""The dates that come next, and what they still lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Date, Integer, String, cast, func, literal, null, select, type_coerce, union_all

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import EventKind
from crm.events.queries import EventDate, list_dates
from crm.events.series import Window
from crm.roles.queries import Filled, count_open, select_filled

# How far ahead the next dates are looked for.
AHEAD = timedelta(days=60)
NEXT_DATES = 3


@dataclass(frozen=True)
class NextDate:
    """A coming date: how many groups co-sponsor it, how many have yet to answer, which roles are open."""

    date: EventDate
    co_sponsors: int
    silent: int
    # Roles that are not filled.
    open_roles: int

    @property
    def lacks_co_sponsors(self) -> bool:
        return self.date.kind is EventKind.DEMONSTRATION and self.co_sponsors == 0

    @property
    def lacks_place(self) -> bool:
        return not (self.date.place_name or self.date.address or self.date.area)


def list_next_dates(viewer: Viewer, now: datetime) -> list[NextDate]:
    """The next dates that are not cancelled, with how co-sponsoring stands."""
    dates = [one for one in list_dates(viewer, Window(now, now + AHEAD)) if not one.cancelled][:NEXT_DATES]
    if not dates:
        return []
    counts, roles = _count({one.event_id for one in dates}, {one.on_date for one in dates})
    open_roles = count_open(roles, [(one.event_id, one.on_date) for one in dates])

    def count(one: EventDate, state: CoSponsorState) -> int:
        return sum(counts.get((one.event_id, on_date, state), 0) for on_date in (None, one.on_date))

    return [
        NextDate(
            one,
            count(one, CoSponsorState.ACCEPTED),
            count(one, CoSponsorState.ASKED),
            open_roles[one.event_id, one.on_date],
        )
        for one in dates
    ]


# What a row of co-sponsors has in place of a role, of its type: PostgreSQL takes a bare NULL for text.
NO_ROLE = (
    cast(null(), Integer).label("role_id"),
    cast(null(), Integer).label("needed"),
    cast(null(), Date).label("taken_on"),
)
CoSponsors = dict[tuple[int, date | None, str], int]


def _count(event_ids: set[int], days: set[date]) -> tuple[CoSponsors, list[Filled]]:
    """(event, date or None for the whole series, state) → how many groups; and the roles. One statement."""
    of, state = (CoSponsorship.event_id, CoSponsorship.on_date), type_coerce(CoSponsorship.state, String)
    groups = (
        select(*of, *NO_ROLE, func.count().label("many"), state.label("state"))
        .where(CoSponsorship.event_id.in_(event_ids))
        .group_by(*of, CoSponsorship.state)
    )
    roles = select_filled(event_ids, days).add_columns(literal("").label("state"))
    both = union_all(*(select(part.subquery()) for part in (groups, roles)))
    rows = db.session.execute(select(both.subquery())).all()
    counts = {(row[0], row[1], row[6]): row[5] for row in rows if row[2] is None}
    filled: list[Filled] = [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows if row[2]]
    return counts, filled
