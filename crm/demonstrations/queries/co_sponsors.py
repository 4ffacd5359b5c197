"""Reading who stands behind a demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.together import Question
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import Event
from crm.events.rights import visible_to
from crm.organizations.models import Organization


def list_co_sponsorships(event_id: int) -> Sequence[CoSponsorship]:
    """All that were asked to stand behind an event, by state and name; for organizers."""
    query = (
        select(CoSponsorship)
        .join(Organization, Organization.id == CoSponsorship.organization_id)
        .where(CoSponsorship.event_id == event_id)
        .options(joinedload(CoSponsorship.organization))
        .order_by(CoSponsorship.state, Organization.sort_name, CoSponsorship.id)
    )
    return db.session.scalars(query).all()


def list_public_co_sponsors(event_id: int, on_date: date | None = None) -> Sequence[Organization]:
    """The organizations that stand behind an event (all of it, or that date), as the public sees them."""
    dates: ColumnElement[bool] = CoSponsorship.on_date.is_(None)
    if on_date is not None:
        dates = or_(dates, CoSponsorship.on_date == on_date)
    named = select(CoSponsorship.organization_id).where(
        CoSponsorship.event_id == event_id, CoSponsorship.state == CoSponsorState.ACCEPTED, dates
    )
    query = (
        select(Organization)
        .where(Organization.id.in_(named))
        .order_by(Organization.sort_name, Organization.id)
    )
    return db.session.scalars(query).all()


def count_co_sponsors(event_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Event id → (groups that accepted, groups that have not answered), in one statement."""
    query = (
        select(CoSponsorship.event_id, CoSponsorship.state, func.count())
        .where(CoSponsorship.event_id.in_(event_ids))
        .group_by(CoSponsorship.event_id, CoSponsorship.state)
    )
    counts = {(row[0], row[1]): int(row[2]) for row in db.session.execute(query)}
    return {
        event_id: (
            counts.get((event_id, CoSponsorState.ACCEPTED), 0),
            counts.get((event_id, CoSponsorState.ASKED), 0),
        )
        for event_id in event_ids
    }


def ask_for_co_sponsorships(viewer: Viewer, organization_id: Any) -> Question:
    """The question for what an organization was asked to stand behind, of the events that the viewer may
    know of, in no order."""
    one = CoSponsorship
    query = select(one.id, one.asked_at, one.state, one.on_date, Event.title, Event.slug)
    query = query.join(Event, Event.id == one.event_id)
    return query.where(one.organization_id == organization_id, visible_to(viewer))


def find_co_sponsorship(co_sponsorship_id: int, event_id: int) -> CoSponsorship | None:
    """One of an event's."""
    query = select(CoSponsorship).where(
        CoSponsorship.id == co_sponsorship_id, CoSponsorship.event_id == event_id
    )
    return db.session.scalars(query.options(joinedload(CoSponsorship.organization))).one_or_none()


def find_co_sponsorship_of(event_id: int, organization_id: int, on_date: date | None) -> CoSponsorship | None:
    """What a group was asked, or asked for, about exactly this date (None: all of the event)."""
    same = CoSponsorship.on_date.is_(None) if on_date is None else CoSponsorship.on_date == on_date
    query = select(CoSponsorship).where(
        CoSponsorship.event_id == event_id, CoSponsorship.organization_id == organization_id, same
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def find_invitation(co_sponsorship_id: int) -> CoSponsorship | None:
    """One of any event, with the group and the event, for its mailed link."""
    query = (
        select(CoSponsorship)
        .where(CoSponsorship.id == co_sponsorship_id)
        .options(
            joinedload(CoSponsorship.organization),
            joinedload(CoSponsorship.event).selectinload(Event.occurrences),
        )
    )
    return db.session.scalars(query).one_or_none()


def count_answers(event_id: int, on_date: date | None) -> dict[CoSponsorState, int]:
    """How many groups said what about an event: about all of it, and of a date about that as well."""
    here = CoSponsorship.on_date.is_(None)
    query = (
        select(CoSponsorship.state, func.count())
        .where(CoSponsorship.event_id == event_id)
        .group_by(CoSponsorship.state)
    )
    if on_date is not None:
        query = query.where(here | (CoSponsorship.on_date == on_date))
    return {row[0]: int(row[1]) for row in db.session.execute(query)}
