"""Which groups can be asked to endorse words, or to confirm what is recorded, and why not the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.asks.models import Ask, AskKind, AskState
from crm.asks.queries.impact import reachable
from crm.core.db import db
from crm.demands.models import ACCEPTING, DemandVersion, Endorsement, Source, StandState
from crm.organizations.models import Organization

# By these a group spoke for itself.
ITS_OWN = frozenset({Source.GROUP, Source.SIGN_ON})
AGAINST = frozenset({StandState.DECLINED, StandState.WITHDRAWN})


class LeftOut(StrEnum):
    """Why a group is not asked."""

    ENDORSES = auto()
    OPEN = auto()
    NOTHING = auto()
    EARLIER = auto()
    ITSELF = auto()


LEFT_OUT_NAMES: dict[LeftOut, LazyString] = {
    LeftOut.ENDORSES: _l("Endorses it already"),
    LeftOut.OPEN: _l("Has an open question about it"),
    LeftOut.NOTHING: _l("Nothing is recorded that it could confirm"),
    LeftOut.EARLIER: _l("Endorses an earlier version: it is asked about the newer words"),
    LeftOut.ITSELF: _l("Said so itself: nothing is left to confirm"),
}


@dataclass
class AskPlan:
    """Whom asking would reach, groups alphabetically."""

    asked: list[Organization] = field(default_factory=list)
    # Nobody of these can be written to: they are asked by phone, or not at all.
    by_phone: list[Organization] = field(default_factory=list)
    left_out: dict[LeftOut, list[Organization]] = field(default_factory=dict)
    # Of those who can be asked: they said no before.
    said_no: list[Organization] = field(default_factory=list)
    # What the groups say to the demand, by group.
    stands: Mapping[int, Endorsement] = field(default_factory=dict)


def plan_groups(version: DemandVersion, organization_ids: Iterable[int], kind: AskKind) -> AskPlan:
    """What asking these groups about words in force would do. Unknown and archived ones count for nothing.

    As many statements for many groups as for one.
    """
    groups = _groups(set(organization_ids))
    ids = [group.id for group in groups]
    plan = AskPlan(stands=_stands(version, ids))
    is_open, reached = _open(version, ids), reachable(ids)
    for group in groups:
        live = plan.stands.get(group.id)
        reason = LeftOut.OPEN if group.id in is_open else _reason(version, live, kind)
        if reason is not None:
            plan.left_out.setdefault(reason, []).append(group)
            continue
        (plan.asked if group.id in reached else plan.by_phone).append(group)
        if live is not None and live.state in AGAINST:
            plan.said_no.append(group)
    return plan


def _reason(version: DemandVersion, live: Endorsement | None, kind: AskKind) -> LeftOut | None:
    endorses = live is not None and live.state in ACCEPTING
    if kind is AskKind.ENDORSE:
        return LeftOut.ENDORSES if endorses else None
    if live is None or not endorses:
        return LeftOut.NOTHING
    if live.version_id != version.id:
        return LeftOut.EARLIER
    return LeftOut.ITSELF if live.source in ITS_OWN else None


def _groups(ids: set[int]) -> list[Organization]:
    query = select(Organization).where(Organization.id.in_(ids), Organization.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(Organization.sort_name, Organization.id)))


def _open(version: DemandVersion, ids: list[int]) -> set[int]:
    query = select(Ask.organization_id).where(
        Ask.organization_id.in_(ids), Ask.demand_id == version.demand_id, Ask.state == AskState.OPEN
    )
    return set(db.session.scalars(query))


def _stands(version: DemandVersion, ids: list[int]) -> Mapping[int, Endorsement]:
    query = select(Endorsement).where(
        Endorsement.organization_id.in_(ids), Endorsement.demand_id == version.demand_id
    )
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {live.organization_id: live for live in found}
