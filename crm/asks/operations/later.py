"""What time brings up: endorsements of superseded words that came late, and terms that end soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import String, cast, exists, literal, select
from sqlalchemy.orm import aliased, joinedload

from crm.asks.mails import mail_term
from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations.days import today_here
from crm.asks.operations.opening import ask_about
from crm.asks.queries.impact import Planned, objectors_of
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.demands.models import ACCEPTING, Change, Demand, DemandVersion, Endorsement, VersionState
from crm.demands.operations import needed_change
from crm.demands.operations.stands import whose_group
from crm.demands.operations.turns import hold_demands
from crm.demands.queries import current_coalition, current_rules, version_in_force
from crm.organizations.models import Organization
from crm.outreach.models import FollowUp
from crm.outreach.operations import add_follow_up
from crm.representatives.queries import representatives_of

# So long before its last day a group is told that its term ends.
BEFORE_END = timedelta(days=30)


def ask_latecomers() -> int:
    """Ask who came under superseded words after these had changed, or again, about the words in force.

    They have as many days as anybody had. Who objected to the words in force is not asked again. How many.
    """
    hold_demands()
    by_demand: dict[int, list[Endorsement]] = defaultdict(list)
    for live in _unasked():
        by_demand[live.demand_id].append(live)
    for demand_id, stands in by_demand.items():
        _ask(db.session.get_one(Demand, demand_id), stands)
    db.session.commit()
    return sum(map(len, by_demand.values()))


def tell_of_terms() -> int:
    """Tell groups whose term ends within a month, once for each group and last day; how many were told."""
    ending: dict[tuple[int, date | None], list[Endorsement]] = defaultdict(list)
    for live in _ending():
        ending[live.organization_id, live.until].append(live)
    for stands in ending.values():
        _tell(stands)
        db.session.commit()
    return len(ending)


def _unasked() -> Sequence[Endorsement]:
    current, own = aliased(DemandVersion), aliased(DemandVersion)
    is_open = exists().where(
        Ask.organization_id == Endorsement.organization_id,
        Ask.demand_id == Endorsement.demand_id,
        Ask.state == AskState.OPEN,
    )
    objected = exists().where(
        Ask.organization_id == Endorsement.organization_id,
        Ask.version_id == current.id,
        Ask.state == AskState.OBJECTED,
        Ask.kind == AskKind.EDITORIAL,
    )
    query = (
        select(Endorsement)
        .join(own, own.id == Endorsement.version_id)
        .join(current, (current.demand_id == Endorsement.demand_id) & (current.state == VersionState.ADOPTED))
        .join(Demand, Demand.id == Endorsement.demand_id)
        .join(Organization, Organization.id == Endorsement.organization_id)
        .where(Endorsement.state.in_(ACCEPTING), own.state == VersionState.SUPERSEDED)
        .where(Demand.retired_at.is_(None), Organization.archived_at.is_(None), ~is_open, ~objected)
    )
    return db.session.scalars(query.order_by(Endorsement.id)).all()


def _ask(demand: Demand, stands: Sequence[Endorsement]) -> None:
    current, objectors = version_in_force(demand), objectors_of(demand.id)
    assert current is not None  # noqa: S101 - they were found by it
    versions = {version.id: version for version in demand.versions}
    today, rules = today_here(), current_rules()
    planned: dict[AskKind, list[Planned]] = {AskKind.EDITORIAL: [], AskKind.SUBSTANCE: []}
    for live in stands:
        change = needed_change(demand.versions, versions[live.version_id], current)
        same = change is Change.EDITORIAL and live.organization_id not in objectors
        kind = AskKind.EDITORIAL if same else AskKind.SUBSTANCE
        planned[kind].append(Planned(live, kind))
    days = {AskKind.EDITORIAL: rules.objection_days, AskKind.SUBSTANCE: rules.answer_days}
    for kind, these in planned.items():
        if these:
            ask_about(ANONYMOUS, current, these, today + timedelta(days=days[kind]))


def _ending() -> Sequence[Endorsement]:
    day = cast(Endorsement.until, String)
    origin = literal("term:") + cast(Endorsement.organization_id, String) + literal(":") + day
    told = exists().where(FollowUp.coalition_id == Endorsement.coalition_id, FollowUp.origin == origin)
    today = today_here()
    query = (
        select(Endorsement)
        .join(Organization, Organization.id == Endorsement.organization_id)
        .join(Demand, Demand.id == Endorsement.demand_id)
        .where(Endorsement.until.between(today, today + BEFORE_END), Endorsement.state.in_(ACCEPTING))
        .where(Organization.archived_at.is_(None), Demand.retired_at.is_(None), ~told)
        .options(joinedload(Endorsement.organization), joinedload(Endorsement.version))
    )
    return db.session.scalars(query.order_by(Endorsement.organization_id, Endorsement.id)).all()


def _tell(stands: Sequence[Endorsement]) -> None:
    """Mail whoever speaks for the group, and have whose group it is ask for another term."""
    group, until = stands[0].organization, stands[0].until
    assert until is not None  # noqa: S101 - they were found by it
    for person in representatives_of([group.id]).get(group.id, []):
        if person.email:
            mail_term(current_coalition(), person, group.name, stands, until)
    add_follow_up(
        ANONYMOUS,
        title=_("Their endorsement ends: ask for another term"),
        due_on=until,
        owner_id=whose_group(ANONYMOUS, group),
        organization_id=group.id,
        origin=f"term:{group.id}:{until.isoformat()}",
    )
