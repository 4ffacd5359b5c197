"""Asking groups to stand behind a demonstration, and noting what they answered."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import Event, EventKind
from crm.organizations.models import Organization

ANSWERS = (CoSponsorState.ACCEPTED, CoSponsorState.DECLINED, CoSponsorState.WITHDRAWN)


def ask_to_co_sponsor(
    viewer: Viewer, event: Event, organization: Organization, on_date: date | None = None
) -> CoSponsorship:
    """Note that a group was asked; asked again, the one asking stands. Raises Refused."""
    if event.kind is not EventKind.DEMONSTRATION:
        raise Refused(_("Groups co-sponsor demonstrations; this is another kind of event."), "organization")
    if organization.archived_at is not None:
        raise Refused(_("This group is archived. Restore it first."), "organization")
    existing = _find(event, organization, on_date)
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


def answer_co_sponsorship(viewer: Viewer, one: CoSponsorship, state: CoSponsorState, note: str = "") -> None:
    """Note what the group said: it stands behind it, declines, or takes its name back. Raises Refused."""
    if state not in ANSWERS:
        raise Refused(_("Choose what the group answered."), "state")
    if one.state is state:
        return
    one.state, one.note, one.answered_at = state, note, clock.now()
    touch_feeds()
    record(viewer, f"co_sponsor.{state}", one, event=one.event_id, organization=one.organization_id)


def reopen_co_sponsorship(viewer: Viewer, one: CoSponsorship) -> None:
    """Take an answer back: the group is asked again."""
    one.state, one.answered_at = CoSponsorState.ASKED, None
    touch_feeds()
    record(viewer, "co_sponsor.reopen", one, event=one.event_id, organization=one.organization_id)


def _find(event: Event, organization: Organization, on_date: date | None) -> CoSponsorship | None:
    query = select(CoSponsorship).where(
        CoSponsorship.event_id == event.id, CoSponsorship.organization_id == organization.id
    )
    same = CoSponsorship.on_date.is_(None) if on_date is None else CoSponsorship.on_date == on_date
    return db.session.scalars(query.where(same)).one_or_none()
