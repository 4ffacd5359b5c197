"""Telling groups that they are invited to co-sponsor: as they are told of every question."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from crm.asks.operations.days import today_here
from crm.asks.operations.rounds import Round
from crm.demonstrations.mails import mail_invitation
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.operations.inviting import MAIL
from crm.events.models import Event, Visibility
from crm.organizations.models import Organization


def _read() -> Select[Any]:
    """What is not answered yet, of events that groups may be told of."""
    return (
        select(CoSponsorship)
        .join(CoSponsorship.organization)
        .join(CoSponsorship.event)
        .where(CoSponsorship.state == CoSponsorState.ASKED, CoSponsorship.closes_on >= today_here())
        .where(Organization.archived_at.is_(None), Event.cancelled_at.is_(None))
        .where(Event.published_at.is_not(None), Event.visibility != Visibility.CLOSED)
        .options(contains_eager(CoSponsorship.organization), contains_eager(CoSponsorship.event))
    )


INVITATIONS = Round(
    model=CoSponsorship,
    name="co_sponsor",
    mail_job=MAIL,
    read=_read,
    mail=mail_invitation,
    last_day=lambda one: one.closes_on,
    closes_on=CoSponsorship.closes_on,
    subject=lambda one: one.event.title,
    call=lambda names: _(
        "Ask them by phone to co-sponsor %(names)s: nobody of the group can be written to", names=names
    ),
)
