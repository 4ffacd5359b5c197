"""What a record on a group's behalf may say."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import ACCEPTING, UNDECIDED, DemandVersion, Endorsement, StandState
from crm.demands.operations.stands import Stand
from crm.organizations.models import Organization


def check_told(stand: Stand) -> None:
    """What a person who records one stand can tell, and a sheet may lack. Raises Refused with the field."""
    if stand.state is StandState.BEFORE_BOARD and stand.board_on is None:
        raise Refused(_("Give the day on which their board decides."), "board_on")
    if stand.state is StandState.RESERVATION and not stand.reservation:
        raise Refused(_("Write what the group reserves."), "reservation")
    if stand.decided_on is not None and stand.decided_on > clock.now().date() + timedelta(days=1):
        raise Refused(_("This day is still to come."), "decided_on")
    if stand.until is not None:
        _check_term(stand, stand.until)


def _check_term(stand: Stand, until: date) -> None:
    today = clock.now().date()
    if stand.state not in ACCEPTING:
        raise Refused(_("Only an endorsement is given for a term."), "until")
    if until < today - timedelta(days=1):
        raise Refused(_("This day has passed: the endorsement would be over at once."), "until")


def check_change(organization: Organization, version: DemandVersion, stand: Stand) -> None:
    """Raises Refused (field `state`) where a record would say what can't be."""
    live = db.session.scalars(
        select(Endorsement).where(
            Endorsement.organization_id == organization.id, Endorsement.demand_id == version.demand_id
        )
    ).one_or_none()
    endorses = live is not None and live.state in ACCEPTING
    if stand.state is StandState.WITHDRAWN and not endorses:
        raise Refused(_("%(name)s does not endorse this demand.", name=organization.name), "state")
    if stand.state in UNDECIDED and endorses:
        raise Refused(
            _(
                "%(name)s endorses this demand already: record what they answer.",
                name=organization.name,
            ),
            "state",
        )
