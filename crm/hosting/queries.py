"""Reading which meetings are offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.events.rights import visible_to
from crm.hosting.models import MeetingOffer, OfferState
from crm.mail.models import OutgoingMail

MOST_SHOWN = 200
# What the mails are about that tell coordinators of offers.
TOLD = "meeting_offers"


def known_to(viewer: Viewer) -> ColumnElement[bool]:
    """The offers that a viewer may know of: of what was taken up only who may know of the event."""
    events = select(Event.id).where(visible_to(viewer))
    return or_(MeetingOffer.state != OfferState.ACCEPTED, MeetingOffer.event_id.in_(events))


def list_offers(viewer: Viewer, *, waiting: bool) -> Sequence[MeetingOffer]:
    """Those that wait, the longest first; or those decided on, the newest first."""
    query = select(MeetingOffer).where(known_to(viewer)).options(joinedload(MeetingOffer.organization))
    if waiting:
        query = query.where(MeetingOffer.state == OfferState.WAITING).order_by(MeetingOffer.id)
    else:
        query = query.where(MeetingOffer.state != OfferState.WAITING).order_by(MeetingOffer.decided_at.desc())
    return db.session.scalars(query.limit(MOST_SHOWN)).all()


def find_offer(viewer: Viewer, offer_id: int) -> MeetingOffer | None:
    """One of them, if the viewer may know of it."""
    query = select(MeetingOffer).where(MeetingOffer.id == offer_id, known_to(viewer))
    return db.session.scalars(query).one_or_none()


def list_to_forget(now: datetime, kept: timedelta) -> Sequence[MeetingOffer]:
    """Those declined so long ago, and those on which nobody decided until so long after their day."""
    before = now - kept
    late = and_(
        MeetingOffer.state == OfferState.WAITING, MeetingOffer.starts_local < before.replace(tzinfo=None)
    )
    declined = and_(MeetingOffer.state == OfferState.DECLINED, MeetingOffer.decided_at < before)
    return db.session.scalars(select(MeetingOffer).where(or_(late, declined))).all()


def list_to_wipe(now: datetime, kept: timedelta) -> Sequence[MeetingOffer]:
    """Those accepted whose meeting was so long ago, and of whose host something is kept still."""
    query = select(MeetingOffer).where(
        MeetingOffer.state == OfferState.ACCEPTED,
        MeetingOffer.host_name.is_not(None),
        MeetingOffer.starts_local < now.replace(tzinfo=None) - kept,
    )
    return db.session.scalars(query).all()


def find_last_told(coalition_id: int) -> datetime | None:
    """When coordinators were last mailed that meetings are offered."""
    query = select(func.max(OutgoingMail.created_at)).where(OutgoingMail.about == TOLD)
    return db.session.scalar(query.where(OutgoingMail.coalition_id == coalition_id))


def waits_since(instant: datetime | None) -> bool:
    """Whether an offer waits that was made after an instant, or at all."""
    query = select(MeetingOffer.id).where(MeetingOffer.state == OfferState.WAITING)
    if instant is not None:
        query = query.where(MeetingOffer.created_at > instant)
    return db.session.scalar(query.limit(1)) is not None
