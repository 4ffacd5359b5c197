"""A series that goes on as another event takes along who stands behind it, and what is meant on each date."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from sqlalchemy import select

from crm.core.db import db
from crm.demonstrations.models import ON_EACH_DATE, Commitment, CoSponsorship, CoSponsorState

Row = TypeVar("Row", CoSponsorship, Commitment)
# What was refused, or never answered again, is over with the series.
GOES_ALONG = (CoSponsorState.ACCEPTED, CoSponsorState.ASKED)


def go_along(earlier_id: int, later_id: int, _from_on: date) -> None:
    """What holds for a whole series holds for the event that it goes on as; what is once for all stays."""
    rows = select(CoSponsorship).where(CoSponsorship.event_id == earlier_id, CoSponsorship.on_date.is_(None))
    for one in db.session.scalars(rows.where(CoSponsorship.state.in_(GOES_ALONG))).all():
        db.session.add(_copy(one, later_id))
    promises = select(Commitment).where(
        Commitment.event_id == earlier_id,
        Commitment.on_date.is_(None),
        Commitment.cancelled_at.is_(None),
        Commitment.kind.in_(ON_EACH_DATE),
    )
    for promise in db.session.scalars(promises).all():
        db.session.add(_copy(promise, later_id))


def _copy(row: Row, event_id: int) -> Row:
    """The same of another event; a press made the one, not the other."""
    left_out = {"id", "event_id", "form_key", "edition"}
    names = [column.key for column in type(row).__table__.columns if column.key not in left_out]
    return type(row)(event_id=event_id, **{name: getattr(row, name) for name in names})
