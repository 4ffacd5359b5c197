"""What a group said and promised lately, for its timeline."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demonstrations.models import Commitment, CoSponsorship
from crm.events.rights import visible_to


def list_newest_co_sponsorships(viewer: Viewer, organization_id: int, most: int) -> Sequence[CoSponsorship]:
    """The newest requests to a group and its answers, of events that the viewer may know of."""
    query = (
        select(CoSponsorship)
        .join(CoSponsorship.event)
        .where(CoSponsorship.organization_id == organization_id, visible_to(viewer))
        .options(contains_eager(CoSponsorship.event))
        .order_by(func.coalesce(CoSponsorship.answered_at, CoSponsorship.asked_at).desc(), CoSponsorship.id)
        .limit(most)
    )
    return db.session.scalars(query).unique().all()


def list_newest_commitments(viewer: Viewer, organization_id: int, most: int) -> Sequence[Commitment]:
    """What a group promised and delivered last, of events that the viewer may know of."""
    newest = func.coalesce(Commitment.delivered_at, Commitment.cancelled_at, Commitment.promised_at)
    query = (
        select(Commitment)
        .join(Commitment.event)
        .where(Commitment.organization_id == organization_id, visible_to(viewer))
        .options(
            contains_eager(Commitment.event),
            joinedload(Commitment.counted_by),
            joinedload(Commitment.counted_contact),
        )
        .order_by(newest.desc(), Commitment.id.desc())
        .limit(most)
    )
    return db.session.scalars(query).unique().all()
