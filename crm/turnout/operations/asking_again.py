"""Whoever stood behind a date is asked for the one a week later, by the invitation that any group gets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from crm.asks.operations.days import today_here
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demonstrations.amounts import say_amount
from crm.demonstrations.models import Commitment, CoSponsorship, CoSponsorState
from crm.demonstrations.operations import (
    Invitation,
    ask_to_co_sponsor,
    check_invitation,
    default_closing,
    invite_groups,
    last_day,
)
from crm.demonstrations.queries import list_co_sponsorships
from crm.demonstrations.queries.ledger import list_standing_promises
from crm.events.models import Event
from crm.organizations.models import Organization

LONGEST_NOTE = 300
# The mail waits for so long: until then whoever pressed by mistake takes it back, and nobody was bothered.
PAUSE = timedelta(minutes=5)


@dataclass(frozen=True)
class Asked:
    """Which co-sponsorships were asked for, and until when groups can answer by their link.

    `until` None: they are noted as asked, and nobody is mailed.
    """

    ids: tuple[int, ...] = ()
    until: date | None = None


def ask_again(viewer: Viewer, event: Event, on_date: date, later: Event, target: date | None) -> Asked:
    """Ask the groups that stood behind this date alone, or behind the one-off, for `target` of `later`.

    Who stands behind the whole series stands behind next week anyway. Nobody is asked for what is over.
    """
    groups = _stood_behind(event, on_date, later, target)
    last = last_day(later, target)
    if not groups or (last is not None and last < today_here()):
        return Asked()
    wanted = Invitation(later, target, default_closing(later, target), send_at=clock.now() + PAUSE)
    try:
        check_invitation(wanted)
    except Refused:
        for group in groups:
            ask_to_co_sponsor(viewer, later, group, target)
    else:
        invite_groups(viewer, wanted, [group.id for group in groups])
    db.session.flush()
    rows = _rows(later, target, {group.id for group in groups})
    _note_last_time(event, on_date, rows)
    return Asked(tuple(one.id for one in rows), wanted.closes_on if rows and rows[0].closes_on else None)


def _stood_behind(event: Event, on_date: date, later: Event, target: date | None) -> list[Organization]:
    """The groups that have not been asked for the other date, or only by a press that was taken back."""
    there = {
        one.organization_id for one in _all(later, target) if one.state is not CoSponsorState.TURNED_DOWN
    }
    return [
        one.organization
        for one in list_co_sponsorships(event.id)
        if one.state is CoSponsorState.ACCEPTED
        and (one.on_date == on_date or (later is not event and one.on_date is None))
        and not one.organization.archived_at
        and one.organization_id not in there
    ]


def _all(later: Event, target: date | None) -> list[CoSponsorship]:
    return [one for one in list_co_sponsorships(later.id) if one.on_date == target]


def _rows(later: Event, target: date | None, group_ids: Collection[int]) -> Sequence[CoSponsorship]:
    query = select(CoSponsorship).where(
        CoSponsorship.event_id == later.id,
        CoSponsorship.organization_id.in_(group_ids),
        CoSponsorship.state == CoSponsorState.ASKED,
        CoSponsorship.on_date.is_(None) if target is None else CoSponsorship.on_date == target,
    )
    return db.session.scalars(query.order_by(CoSponsorship.id)).all()


def _note_last_time(event: Event, on_date: date, rows: Sequence[CoSponsorship]) -> None:
    """What a group promised last time, for who talks to it."""
    promises = list_standing_promises(event.id)
    for one in rows:
        mine = [made for made in promises.get(one.organization_id, []) if made.on_date in (None, on_date)]
        one.note = _last_time(mine)


def _last_time(promises: list[Commitment]) -> str:
    said = [say_amount(one.kind, one.amount, what=one.what, currency=one.currency) for one in promises]
    return str(_("Last time: %(what)s", what=", ".join(said)))[:LONGEST_NOTE] if said else ""
