"""What coordinators do about questions that are open: more time, a reminder now, asking objectors anew."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import String, cast, literal, select, update

from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations.days import check_until, last_moment
from crm.asks.operations.opening import ask_about
from crm.asks.queries.asks import list_objectors
from crm.asks.queries.impact import Planned
from crm.audit.operations import record
from crm.core import jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.demands.models import ACCEPTING, DemandVersion, Endorsement, VersionState
from crm.demands.operations.turns import hold_demands
from crm.representatives.models import GroupLink

REMIND = "asks.remind"


def extend_asks(viewer: Viewer, version: DemandVersion, until: date) -> int:
    """Give every group that has not answered time until a later day; how many groups.

    No day moves back. As many statements for thousands as for one. Raises Refused (field `until`).
    """
    check_until(until)
    hold_demands()
    asked = (Ask.version_id == version.id, Ask.state == AskState.OPEN)
    open_ones = (*asked, Ask.closes_on < until)
    groups = db.session.scalars(select(Ask.organization_id).where(*open_ones)).all()
    asked_anew = update(Endorsement).where(
        Endorsement.demand_id == version.demand_id,
        Endorsement.organization_id.in_(select(Ask.organization_id).where(*open_ones)),
        Endorsement.reconfirm_by < until,
    )
    abouts = select(literal("ask:") + cast(Ask.id, String)).where(*open_ones)
    links = update(GroupLink).where(GroupLink.about.in_(abouts), GroupLink.expires_at < last_moment(until))
    for change in (
        asked_anew.values(reconfirm_by=until),
        links.values(expires_at=last_moment(until)),
        update(Ask).where(*open_ones).values(closes_on=until),
        update(Ask).where(*asked, Ask.usual_end < until).values(usual_end=until),
    ):
        db.session.execute(change, execution_options={"synchronize_session": False})
    db.session.expire_all()
    if version.answers_by is not None and version.answers_by < until:
        version.answers_by = until
    if groups:
        record(viewer, "ask.extend", version, groups=len(groups))
    return len(groups)


def order_reminders(viewer: Viewer, version: DemandVersion) -> None:
    """Have everybody who has not answered reminded now; nobody twice on a day."""
    jobs.enqueue(REMIND, coalition_id=current_coalition_id(), version_id=version.id)
    record(viewer, "ask.remind", version)


def ask_objectors(viewer: Viewer, version: DemandVersion, until: date) -> int:
    """Ask who objected to an editorial change whether they stand behind it: as by a change of substance.

    Without an answer until the day their endorsement lapses. How many were asked. Raises Refused (field
    `until`), and for words that are not in force any more.
    """
    check_until(until)
    hold_demands()
    if version.state is not VersionState.ADOPTED:
        raise Refused(_("These words are not in force any more."))
    objectors = {ask.organization_id for ask in list_objectors(version.id)}
    query = select(Endorsement).where(
        Endorsement.demand_id == version.demand_id,
        Endorsement.organization_id.in_(objectors),
        Endorsement.state.in_(ACCEPTING),
        Endorsement.version_id != version.id,
    )
    stands = db.session.scalars(query.with_for_update()).all()
    if stands:
        ask_about(viewer, version, [Planned(live, AskKind.SUBSTANCE) for live in stands], until)
        record(viewer, "ask.objectors", version, groups=len(stands))
    return len(stands)
