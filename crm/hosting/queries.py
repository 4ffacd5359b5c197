"""Reading which meetings are offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.hosting.models import MeetingOffer, OfferState
from crm.mail.models import OutgoingMail

MOST_SHOWN = 200
# What the mails are about that tell coordinators of offers.
TOLD = "meeting_offers"


def list_offers(*, waiting: bool) -> Sequence[MeetingOffer]:
    """Those that wait, the longest first; or those decided on, the newest first."""
    query = select(MeetingOffer).options(
        joinedload(MeetingOffer.organization), joinedload(MeetingOffer.event)
    )
    if waiting:
        query = query.where(MeetingOffer.state == OfferState.WAITING).order_by(MeetingOffer.id)
    else:
        query = query.where(MeetingOffer.state != OfferState.WAITING).order_by(MeetingOffer.decided_at.desc())
    return db.session.scalars(query.limit(MOST_SHOWN)).all()


def find_offer(offer_id: int) -> MeetingOffer | None:
    """One of them."""
    return db.session.scalars(select(MeetingOffer).where(MeetingOffer.id == offer_id)).one_or_none()


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
