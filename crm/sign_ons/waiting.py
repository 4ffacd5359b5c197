"""Sign-ons that wait, beside each other: two people of one group, and deciding on several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from crm.core.db import db
from crm.organizations.resemblance import ALIKE, resemblance
from crm.organizations.websites import website_host
from crm.sign_ons.models import SignOn, SignOnState

# More than wait anywhere; each of a page is compared with each of them.
MOST_WAITING = 500
MOST_TWINS = 3


def list_twins(sign_ons: Sequence[SignOn]) -> Mapping[int, Sequence[SignOn]]:
    """Others that wait and may come from the same group: sign-on id → the likeliest first; one statement."""
    query = select(SignOn).where(SignOn.state == SignOnState.WAITING).order_by(SignOn.id).limit(MOST_WAITING)
    waiting = db.session.scalars(query).all()
    return {one.id: _twins(one, waiting) for one in sign_ons}


def _twins(one: SignOn, waiting: Sequence[SignOn]) -> list[SignOn]:
    scored = [(_alike(one, other), other) for other in waiting if other.id != one.id]
    found = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].id))
    return [other for _score, other in found[:MOST_TWINS]]


def _alike(one: SignOn, other: SignOn) -> float:
    host = website_host(one.website)
    if host and host == website_host(other.website):
        return 100.0
    return resemblance(one.name, other.name, place=one.place, other_place=other.place)
