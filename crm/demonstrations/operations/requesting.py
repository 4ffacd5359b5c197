"""A group that was not asked wants to stand behind a demonstration: it waits for an organizer.

Whoever co-sponsors is named in public beside the coalition. An invitation says that the organizers want the
group there; a request does not, and a mailed link proves an address, not that a group belongs on the poster.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.asks.operations.days import today_here
from crm.audit.operations import record
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import ANONYMOUS, Viewer
from crm.demands.operations.stands import whose_group
from crm.demands.queries import current_coalition
from crm.demonstrations.mails import mail_decided
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.operations.answering import (
    answer_co_sponsorship,
    check_can_be_asked,
    take_promises_back,
)
from crm.demonstrations.operations.turns import take_turn, wait_for_event
from crm.demonstrations.queries.co_sponsors import find_co_sponsorship_of
from crm.events.models import Event
from crm.organizations.models import Contact, Organization
from crm.outreach.operations import add_follow_up

# An organizer is to decide within so many days.
DECIDE_WITHIN = timedelta(days=2)


def request_to_co_sponsor(
    viewer: Viewer, event: Event, organization: Organization, on_date: date | None = None
) -> CoSponsorship:
    """A group asks to stand behind an event; where it was invited, this is its yes.

    Asked again: nothing changes. Raises Refused where the organizers did not take it up before.
    """
    check_can_be_asked(event, organization)
    wait_for_event(event)
    one = find_co_sponsorship_of(event.id, organization.id, on_date)
    if one is None:
        return _wait(viewer, event, organization, on_date)
    if one.state is CoSponsorState.TURNED_DOWN:
        raise Refused(_("The organizers did not take this up before. Talk to them first."), "on_date")
    if one.state is not CoSponsorState.REQUESTED:
        answer_co_sponsorship(viewer, one, CoSponsorState.ACCEPTED)
    return one


def decide_request(viewer: Viewer, one: CoSponsorship, accept: bool, *, edition: int | None = None) -> None:
    """Let a group that asked stand behind the event, or not; whoever asked is told by mail.

    Raises Refused where it does not wait any more, and Overtaken.
    """
    take_turn(one, edition)
    if one.state is not CoSponsorState.REQUESTED:
        raise Refused(_("This was decided already."), "state")
    one.state = CoSponsorState.ACCEPTED if accept else CoSponsorState.TURNED_DOWN
    one.answered_at, one.answered_by_id = clock.now(), viewer.user_id
    if not accept:
        take_promises_back(one)
    touch_feeds()
    record(viewer, "co_sponsor.decide", one, event=one.event_id, organization=one.organization_id)
    asked_by = db.session.get(Contact, one.contact_id) if one.contact_id else None
    if asked_by is not None and asked_by.email and asked_by.speaks_since is not None:
        mail_decided(current_coalition(), one, asked_by, accepted=accept)


def take_back_invitation(viewer: Viewer, one: CoSponsorship, *, edition: int | None = None) -> None:
    """A group that was asked and did not answer is not asked any more: its links end, it is not reminded."""
    take_turn(one, edition)
    if one.state is not CoSponsorState.ASKED:
        raise Refused(_("This group has answered already."), "state")
    one.state, one.answered_at, one.answered_by_id = CoSponsorState.TURNED_DOWN, clock.now(), viewer.user_id
    record(viewer, "co_sponsor.take_back", one, event=one.event_id, organization=one.organization_id)


def _wait(viewer: Viewer, event: Event, organization: Organization, on_date: date | None) -> CoSponsorship:
    one = CoSponsorship(
        organization_id=organization.id,
        event_id=event.id,
        on_date=on_date,
        state=CoSponsorState.REQUESTED,
        asked_at=clock.now(),
        contact_id=viewer.contact_id,
    )
    db.session.add(one)
    db.session.flush()
    record(viewer, "co_sponsor.request", one, event=event.id, organization=organization.id)
    with force_locale(current_coalition().default_language):
        title = _("Asks to co-sponsor “%(title)s”: accept or not", title=event.title[:80])
    add_follow_up(
        viewer,
        title=title,
        due_on=today_here() + DECIDE_WITHIN,
        owner_id=whose_group(ANONYMOUS, organization),
        organization_id=organization.id,
        origin=f"co_sponsor_request:{one.id}",
    )
    return one
