"""Taking turns: two who change the same promise or answer see each other's change."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import Refused
from crm.demonstrations.models import Commitment, CoSponsorship
from crm.events.models import Event

AFRESH = {"populate_existing": True}


class Overtaken(Refused):
    """Somebody else changed it meanwhile; nothing was done. The row is read afresh."""


def wait_for_event(event: Event) -> None:
    """Wait for whoever asks groups, or promises, for the same event."""
    db.session.flush()
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())


def take_turn(row: CoSponsorship | Commitment, edition: int | None) -> None:
    """Read a row afresh and raise its edition. Raises Overtaken unless the edition is the one that was seen.

    `edition` None: whoever acts saw none, and what is done holds whatever was done before.
    """
    db.session.flush()
    model = type(row)
    query = select(model).where(model.id == row.id).with_for_update(of=model)
    db.session.scalars(query, execution_options=AFRESH).unique().one()
    if edition is not None and row.edition != edition:
        raise Overtaken(_("Somebody else changed this meanwhile. Look at what it says now."))
    row.edition += 1
