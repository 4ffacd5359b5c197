"""The stand of groups that the coalition asks, and that have said nothing yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import DemandVersion, Endorsement, EndorsementChange, Source, StandState


def mark_asked(viewer: Viewer, version: DemandVersion, organization_ids: Sequence[int]) -> None:
    """Let groups without a stand on the demand stand as asked about these words.

    The caller holds the demands (`hold_demands`), so that nobody answers meanwhile, and has looked that none
    of the groups has a stand. Two statements, however many there are. To be asked moves no standing.
    """
    if not organization_ids:
        return
    now = clock.now()
    common: dict[str, Any] = {
        "demand_id": version.demand_id,
        "version_id": version.id,
        "state": StandState.ASKED,
        "source": Source.ASKED,
        "reservation": "",
        "public": True,
    }
    live = {**common, "speaker_public": False, "since": now}
    line = {**common, "at": now, "user_id": viewer.user_id, "contact_id": viewer.contact_id}
    db.session.execute(insert(Endorsement), [{"organization_id": one, **live} for one in organization_ids])
    db.session.execute(
        insert(EndorsementChange), [{"organization_id": one, **line} for one in organization_ids]
    )
