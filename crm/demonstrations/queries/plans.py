"""Whom an invitation to co-sponsor reaches, and why not the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.asks.queries.impact import reachable
from crm.core.db import db
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import Event, EventAccess, Visibility
from crm.organizations.models import Organization

NO = frozenset({CoSponsorState.DECLINED, CoSponsorState.WITHDRAWN})


class LeftOut(StrEnum):
    """Why a group is not asked."""

    CO_SPONSORS = auto()
    ASKED = auto()
    REQUESTED = auto()
    NOT_NAMED = auto()


LEFT_OUT_NAMES: dict[LeftOut, LazyString] = {
    LeftOut.CO_SPONSORS: _l("Co-sponsors already"),
    LeftOut.ASKED: _l("Was asked and has time to answer"),
    LeftOut.REQUESTED: _l("Asks for it itself: decide under Co-sponsors"),
    LeftOut.NOT_NAMED: _l("Is not among the groups that this event names"),
}


@dataclass
class InvitationPlan:
    """Whom inviting would reach, groups alphabetically."""

    asked: list[Organization] = field(default_factory=list)
    # Nobody of these can be written to: an organizer asks them by phone.
    by_phone: list[Organization] = field(default_factory=list)
    left_out: dict[LeftOut, list[Organization]] = field(default_factory=dict)
    # Of those who can be asked: they said no before.
    said_no: list[Organization] = field(default_factory=list)
    # What stands for exactly this date (or all of it), by group.
    standing: Mapping[int, CoSponsorship] = field(default_factory=dict)

    @property
    def possible(self) -> list[Organization]:
        """All who can be asked, alphabetically."""
        return sorted(self.asked + self.by_phone, key=lambda group: (group.sort_name, group.id))


def plan_invitations(
    event: Event, on_date: date | None, organization_ids: Iterable[int], today: date
) -> InvitationPlan:
    """What inviting these groups to an event, or to one date of it, would do. Archived ones count for
    nothing.

    As many statements for many groups as for one.
    """
    groups = _groups(set(organization_ids))
    ids = [group.id for group in groups]
    rows = _standing(event.id, ids, on_date)
    plan = InvitationPlan(standing={one.organization_id: one for one in rows if one.on_date == on_date})
    reached = reachable(ids)
    named = _named_on(event)
    by_group: dict[int, list[CoSponsorship]] = {}
    for one in rows:
        by_group.setdefault(one.organization_id, []).append(one)
    for group in groups:
        reason = _reason(by_group.get(group.id, []), on_date, today)
        if named and group.id not in named:
            reason = LeftOut.NOT_NAMED
        if reason is not None:
            plan.left_out.setdefault(reason, []).append(group)
            continue
        (plan.asked if group.id in reached else plan.by_phone).append(group)
        before = plan.standing.get(group.id)
        if before is not None and before.state in NO:
            plan.said_no.append(group)
    return plan


def _reason(rows: Iterable[CoSponsorship], on_date: date | None, today: date) -> LeftOut | None:
    """Who stands behind the whole series stands behind each date; asked for it, it may be asked for one."""
    for one in rows:
        if one.state is CoSponsorState.ACCEPTED:
            return LeftOut.CO_SPONSORS
        if one.on_date != on_date:
            continue
        if one.state is CoSponsorState.REQUESTED:
            return LeftOut.REQUESTED
        if one.state is CoSponsorState.ASKED and one.closes_on is not None and one.closes_on >= today:
            return LeftOut.ASKED
    return None


def _named_on(event: Event) -> set[int]:
    """The groups that may know of an event for groups that names some; empty: any may."""
    if event.visibility is not Visibility.GROUPS:
        return set()
    query = select(EventAccess.organization_id).where(EventAccess.event_id == event.id)
    return {one for one in db.session.scalars(query) if one is not None}


def _groups(ids: set[int]) -> list[Organization]:
    query = select(Organization).where(Organization.id.in_(ids), Organization.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(Organization.sort_name, Organization.id)))


def _standing(event_id: int, ids: list[int], on_date: date | None) -> list[CoSponsorship]:
    """What the groups were asked and said: for the whole event, and for the date."""
    query = select(CoSponsorship).where(
        CoSponsorship.event_id == event_id, CoSponsorship.organization_id.in_(ids)
    )
    here = CoSponsorship.on_date.is_(None)
    query = query.where(here if on_date is None else here | (CoSponsorship.on_date == on_date))
    return list(db.session.scalars(query.execution_options(populate_existing=True)))
