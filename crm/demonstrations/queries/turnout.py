"""How many people groups promised to bring to a demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from crm.core.db import db
from crm.demonstrations.models import Commitment, CommitmentKind
from crm.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class PromisedTurnout:
    """How many people a group promised to bring on a date; `delivered` of them came, None: not counted."""

    organization_id: int
    name: str
    amount: int
    delivered: int | None
    # Promised for each date of the series, and not for this one by itself.
    by_series: bool


def list_promised_turnout(event_id: int, on_date: date) -> list[PromisedTurnout]:
    """What groups promised to bring on a date (its original local date), groups alphabetically.

    A promise for the whole series (or for an event that is none) holds on each date, unless the group
    promised, or was counted, for that date by itself. One statement.
    """
    return _of_date(_list_rows(event_id, [on_date]), on_date)


def sum_promised_turnout(event_id: int, on_dates: Sequence[date]) -> dict[date, int]:
    """Original local date → people promised in all, for each of the dates; one statement."""
    rows = _list_rows(event_id, on_dates)
    return {day: sum(one.amount for one in _of_date(rows, day)) for day in on_dates}


def map_promised_turnout(dates: Iterable[tuple[int, date]]) -> dict[tuple[int, date], int]:
    """(event, original local date) → people promised in all, for dates of several events; one statement."""
    wanted = list(dates)
    rows = _list_rows_of({event_id for event_id, _day in wanted}, {day for _event_id, day in wanted})
    return {
        (event_id, day): sum(
            one.amount for one in _of_date([row for row in rows if row[0].event_id == event_id], day)
        )
        for event_id, day in wanted
    }


Row = tuple[Commitment, str]


def _list_rows(event_id: int, on_dates: Sequence[date]) -> list[Row]:
    return _list_rows_of([event_id], on_dates)


def _list_rows_of(event_ids: Iterable[int], on_dates: Iterable[date]) -> list[Row]:
    query = (
        select(Commitment, Organization.name)
        .join(Organization, Organization.id == Commitment.organization_id)
        .where(Commitment.event_id.in_(event_ids), Commitment.kind == CommitmentKind.TURNOUT)
        .where(Commitment.cancelled_at.is_(None))
        .where(or_(Commitment.on_date.is_(None), Commitment.on_date.in_(list(on_dates))))
        .order_by(Organization.sort_name, Organization.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _of_date(rows: Sequence[Row], on_date: date) -> list[PromisedTurnout]:
    own = {one.organization_id for one, _name in rows if one.on_date == on_date}
    return [
        PromisedTurnout(one.organization_id, name, one.amount, one.delivered, one.on_date is None)
        for one, name in rows
        if one.on_date == on_date or (one.on_date is None and one.organization_id not in own)
    ]
