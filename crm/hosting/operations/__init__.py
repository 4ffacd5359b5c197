"""Offering to host a meeting; taking it up, declining it; forgetting who offered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.core.web import absolute_url
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.events.rights import OPEN
from crm.hosting.models import MeetingOffer, OfferState
from crm.hosting.operations.telling import tell_of_offers
from crm.hosting.queries import list_to_forget, list_to_wipe
from crm.mail.operations import owe_mail
from crm.meetings.operations import begin_agenda
from crm.meetings.ready import read_lines

# What people can offer to host.
KINDS = (EventKind.NEIGHBORHOOD, EventKind.WORKPLACE, EventKind.CAMPUS)
# Declined, or never decided on.
KEPT = timedelta(days=30)
# Accepted: who hosts, after the meeting.
HOST_KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Offer:
    """A meeting as its form describes it. `starts_local` is naive wall time in the coalition's zone."""

    kind: EventKind
    title: str
    starts_local: datetime
    minutes: int
    place_name: str
    address: str
    area: str
    is_home: bool
    agenda: str
    host_name: str
    host_email: str
    host_phone: str
    language: str


def offer_meeting(form_key: str, offer: Offer, *, organization_id: int | None = None) -> None:
    """Keep an offer until a coordinator decides, and tell them. The same press again is the same offer."""
    same = select(MeetingOffer).where(MeetingOffer.form_key == form_key)
    if db.session.scalars(same).one_or_none() is not None:
        return
    made = MeetingOffer(
        form_key=form_key, organization_id=organization_id, created_at=clock.now(), **asdict(offer)
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
            db.session.flush()
    except IntegrityError:
        # Pressed twice at once: the other one is kept.
        return
    record(None, "meeting_offer.send", made)
    tell_of_offers()


def accept_offer(
    viewer: Viewer, coalition: Coalition, offer: MeetingOffer, title: str, visibility: Visibility
) -> Event:
    """Make a published event with its agenda of an offer, and tell who hosts.

    Raises Refused where it was decided before.
    """
    _take_turn(offer)
    event = schedule_event(viewer, coalition, _plan_of(offer, title, visibility))
    event.organization_id = offer.organization_id
    begin_agenda(viewer, event, offer.starts_local.date(), read_lines(offer.agenda))
    _decide(viewer, offer, OfferState.ACCEPTED)
    offer.event_id = event.id
    # The place is the event's from now on, which forgets a home by itself.
    offer.place_name = offer.address = None
    record(viewer, "meeting_offer.accept", offer, event=event.id)
    endpoint = "calendar.event" if visibility in OPEN else "calendar.index"
    address = {"slug": event.slug} if visibility in OPEN else {}
    link = absolute_url(endpoint, coalition=coalition.slug, **address)
    _tell(coalition, offer, "accepted", link=link, is_open=visibility in OPEN)
    return event


def _plan_of(offer: MeetingOffer, title: str, visibility: Visibility) -> Plan:
    return Plan(
        kind=offer.kind,
        title=title,
        starts_local=offer.starts_local,
        duration=timedelta(minutes=offer.minutes),
        visibility=visibility,
        place_name=offer.place_name or "",
        address=offer.address or "",
        area=offer.area,
        is_home=offer.is_home,
    )


def decline_offer(viewer: Viewer, coalition: Coalition, offer: MeetingOffer, reason: str) -> None:
    """Say no, and why. Raises Refused where it was decided before."""
    _take_turn(offer)
    _decide(viewer, offer, OfferState.DECLINED)
    offer.reason = reason
    record(viewer, "meeting_offer.decline", offer)
    _tell(coalition, offer, "declined", link=absolute_url("hosting.host", coalition=coalition.slug))
    offer.place_name = offer.address = None


def reveal_host(viewer: Viewer, offer: MeetingOffer) -> None:
    """Note that somebody looks at how a host can be reached."""
    record(viewer, "meeting_offer.reveal", offer)


def forget_offers(now: datetime, kept: timedelta = KEPT) -> None:
    """Delete what was declined, or forgotten, so long ago. In all that is chosen."""
    for offer in list_to_forget(now, kept):
        db.session.delete(offer)


def forget_hosts(now: datetime, kept: timedelta = HOST_KEPT) -> None:
    """Wipe who hosted a meeting so long ago. In all that is chosen."""
    for offer in list_to_wipe(now, kept):
        offer.host_name = offer.host_email = offer.host_phone = None


def _take_turn(offer: MeetingOffer) -> None:
    query = select(MeetingOffer).where(MeetingOffer.id == offer.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()
    if offer.state is not OfferState.WAITING:
        raise Refused(_("Somebody decided on this offer before you."))


def _decide(viewer: Viewer, offer: MeetingOffer, state: OfferState) -> None:
    offer.state, offer.decided_at, offer.decided_by_id = state, clock.now(), viewer.user_id


def _tell(coalition: Coalition, offer: MeetingOffer, template: str, link: str, is_open: bool = True) -> None:
    if offer.host_email:
        owe_mail(
            offer.host_email,
            f"hosting/{template}",
            coalition_id=coalition.id,
            about=f"meeting_offer:{offer.id}",
            link=link,
            language=offer.language,
            coalition=coalition,
            offer=offer,
            is_open=is_open,
        )
