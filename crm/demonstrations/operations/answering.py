"""Asking a group to stand behind a demonstration, and what it answers."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import Select, select

from crm.audit.operations import record
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demonstrations.models import Commitment, CommitmentKind, CoSponsorship, CoSponsorState
from crm.demonstrations.operations.settling import settle_tasks
from crm.demonstrations.operations.turns import take_turn, wait_for_event
from crm.demonstrations.queries.co_sponsors import find_co_sponsorship_of
from crm.events.models import Event, EventKind
from crm.organizations.models import Organization

ANSWERS = (CoSponsorState.ACCEPTED, CoSponsorState.DECLINED, CoSponsorState.WITHDRAWN)


def check_can_be_asked(event: Event, organization: Organization) -> None:
    """Raises Refused (field `organization`) where a group cannot stand behind an event."""
    if event.kind is not EventKind.DEMONSTRATION:
        raise Refused(_("Groups co-sponsor demonstrations; this is another kind of event."), "organization")
    if organization.archived_at is not None:
        raise Refused(_("This group is archived. Restore it first."), "organization")


def ask_to_co_sponsor(
    viewer: Viewer, event: Event, organization: Organization, on_date: date | None = None
) -> CoSponsorship:
    """Note that a group was asked; asked again, the one asking stands. Raises Refused."""
    check_can_be_asked(event, organization)
    wait_for_event(event)
    existing = find_co_sponsorship_of(event.id, organization.id, on_date)
    if existing is not None:
        return existing
    asked = CoSponsorship(
        organization_id=organization.id,
        event_id=event.id,
        on_date=on_date,
        asked_at=clock.now(),
        asked_by_id=viewer.user_id,
    )
    db.session.add(asked)
    record(viewer, "co_sponsor.ask", asked, event=event.id, organization=organization.id)
    return asked


def answer_co_sponsorship(
    viewer: Viewer, one: CoSponsorship, state: CoSponsorState, note: str = "", *, edition: int | None = None
) -> None:
    """What the group says: it stands behind it, declines, or takes its name back.

    Who takes its name back takes back what it promised for it and what was not counted yet. Said again:
    nothing changes. Raises Refused, and Overtaken where `edition` is not the present one.
    """
    if state not in ANSWERS:
        raise Refused(_("Choose what the group answered."), "state")
    if one.state is state:
        return
    take_turn(one, edition)
    one.state, one.note, one.answered_at = state, note, clock.now()
    one.answered_by_id, one.contact_id = viewer.user_id, viewer.contact_id
    if state is not CoSponsorState.ACCEPTED:
        take_promises_back(one)
        settle_tasks(viewer, one.event_id)
    touch_feeds()
    record(viewer, f"co_sponsor.{state}", one, event=one.event_id, organization=one.organization_id)


def reopen_co_sponsorship(viewer: Viewer, one: CoSponsorship, *, edition: int | None = None) -> None:
    """Take an answer back: the group is asked again, and what went with the answer is promised again."""
    take_turn(one, edition)
    _promise_again(one)
    one.state, one.answered_at = CoSponsorState.ASKED, None
    one.answered_by_id = one.contact_id = None
    touch_feeds()
    record(viewer, "co_sponsor.reopen", one, event=one.event_id, organization=one.organization_id)


def take_promises_back(one: CoSponsorship) -> None:
    """Cancelled at the instant of the answer, by which they are found again should it be taken back."""
    open_ones = _promises_of(one).where(Commitment.cancelled_at.is_(None), Commitment.delivered_at.is_(None))
    for promise in db.session.scalars(open_ones.with_for_update()).all():
        promise.cancelled_at = one.answered_at
        promise.edition += 1


def _promise_again(one: CoSponsorship) -> None:
    """What was promised anew meanwhile stands; the older promise of the same stays taken back."""
    promises = db.session.scalars(_promises_of(one).order_by(Commitment.id)).all()
    standing = {(promise.kind, promise.on_date) for promise in promises if promise.cancelled_at is None}
    for promise in promises:
        came_back = promise.cancelled_at is not None and promise.cancelled_at == one.answered_at
        is_free = (promise.kind, promise.on_date) not in standing
        if came_back and (is_free or promise.kind is CommitmentKind.OTHER):
            promise.cancelled_at = None
            promise.edition += 1


def _promises_of(one: CoSponsorship) -> Select[Commitment]:
    """Of the date; of the whole series, those of its single dates as well."""
    query = select(Commitment).where(
        Commitment.event_id == one.event_id, Commitment.organization_id == one.organization_id
    )
    return query if one.on_date is None else query.where(Commitment.on_date == one.on_date)
