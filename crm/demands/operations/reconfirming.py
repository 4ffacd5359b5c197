"""What newer words do to endorsements of older ones. Nobody comes under words without accepting them.

Accepting is as in 1-product.md: the group's own act or an accepted record; and the silence after an editorial
change's time to object, which is told wherever it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import insert, select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import (
    ACCEPTING,
    Change,
    DemandVersion,
    Endorsement,
    EndorsementChange,
    Source,
    StandState,
    VersionState,
)
from crm.demands.operations.standings import refresh_standings
from crm.demands.operations.stands import change_of, line_of, tell_of
from crm.demands.operations.turns import keep_demands


def needed_change(
    versions: Iterable[DemandVersion], endorsed: DemandVersion, now: DemandVersion
) -> Change | None:
    """What lies between the words that a group endorses and newer ones; None: they are the same or older.

    Of substance as soon as one step between was; `versions` are those of the demand.
    """
    first, last = endorsed.number or 0, now.number or 0
    steps = [one.change for one in versions if one.number and first < one.number <= last]
    if not steps:
        return None
    # A step of which nothing is declared could be anything.
    return Change.EDITORIAL if all(step is Change.EDITORIAL for step in steps) else Change.SUBSTANCE


def ask_to_reconfirm(viewer: Viewer, endorsements: Sequence[Endorsement], until: date) -> None:
    """Each of these endorsements is to be reconfirmed until a day; until then it stands as it is.

    As many statements for thousands as for one.
    """
    asked = [live for live in endorsements if live.state in ACCEPTING]
    lines = [
        line_of(viewer, live, StandState.TO_BE_RECONFIRMED, Source.ASKED)
        for live in asked
        if live.reconfirm_by is None
    ]
    if lines:
        db.session.execute(insert(EndorsementChange), lines)
    for live in asked:
        live.reconfirm_by = until
    refresh_standings(viewer, [live.organization_id for live in asked])


def carry_over(viewer: Viewer, live: Endorsement, version: DemandVersion) -> bool:
    """Bring an endorsement under words that changed editorially: nobody of the group objected in time.

    False, and nothing changes, where it does not endorse any more, answered meanwhile, or where the words are
    not in force any more. Raises Refused where a change of substance lies between.
    """
    _lock(live)
    if live.state not in ACCEPTING or version.state is not VersionState.ADOPTED:
        return False
    change = needed_change(version.demand.versions, live.version, version)
    if change is None:
        return False
    if change is not Change.EDITORIAL:
        raise Refused(_("These words changed in substance: silence does not accept them."))
    live.version, live.version_id, live.source = version, version.id, Source.SILENCE
    live.reconfirm_by, live.since = None, clock.now()
    db.session.add(change_of(viewer, live, live.state))
    record(viewer, "endorsement.carry_over", live, version=version.id)
    refresh_standings(viewer, [live.organization_id])
    tell_of(viewer, live)
    return True


def lapse(viewer: Viewer, live: Endorsement) -> bool:
    """End an endorsement whose time is over: its term, or the day until which it was asked to reconfirm.

    False, and nothing changes, where it does not endorse any more.
    """
    _lock(live)
    if live.state not in ACCEPTING:
        return False
    live.state, live.source, live.reconfirm_by, live.since = (
        StandState.LAPSED,
        Source.DEADLINE,
        None,
        clock.now(),
    )
    db.session.add(change_of(viewer, live, StandState.LAPSED))
    record(viewer, "endorsement.lapse", live)
    refresh_standings(viewer, [live.organization_id])
    tell_of(viewer, live)
    return True


def _lock(live: Endorsement) -> None:
    """Take turns on a stand, and read it afresh."""
    keep_demands()
    found = select(Endorsement).where(Endorsement.id == live.id).with_for_update()
    db.session.scalars(found.execution_options(populate_existing=True)).one()
