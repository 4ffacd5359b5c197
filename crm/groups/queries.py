"""What a group's own pages show: of this group alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from crm.asks.models import Ask
from crm.asks.queries import list_objections_of, list_open_asks_of
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import (
    ACCEPTING,
    Decision,
    DemandVersion,
    Endorsement,
    StandState,
    VersionState,
)
from crm.demands.queries import DemandInForce, list_adopted_versions, list_stands
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.queries import list_ledger
from crm.demonstrations.queries.ledger import LedgerLine, Period
from crm.events.models import Event, Visibility
from crm.groups.models import GroupLogo, NameRequest
from crm.organizations.models import Organization
from crm.organizations.queries import search_likely_each
from crm.organizations.resemblance import ALIKE, resemblance

# An invitation to stand behind something that a group is not asked about any more says nothing to it.
SHOWN = (
    CoSponsorState.REQUESTED,
    CoSponsorState.ASKED,
    CoSponsorState.ACCEPTED,
    CoSponsorState.DECLINED,
    CoSponsorState.WITHDRAWN,
)
# So many are looked at for a name that is asked for.
NAMESAKES = 10
# What a group promised is shown so long after, and so long before.
PROMISES_BEFORE, PROMISES_AFTER = timedelta(days=91), timedelta(days=60)
# What it brings to each date and did not count is asked for so long.
ASKED_FOR = timedelta(days=14)


@dataclass(frozen=True)
class OwnPromises:
    """What a group promised: still to bring, or to count; and what is over."""

    open: list[LedgerLine]
    over: list[LedgerLine]


@dataclass(frozen=True)
class OwnStand:
    """What the group says to a demand in force, the words that it endorses, and what it is asked."""

    demand: DemandInForce
    endorsement: Endorsement | None
    # The words that it endorses; None where it endorses none.
    endorsed: DemandVersion | None
    ask: Ask | None
    # Its objection to the words in force.
    objection: Ask | None

    @property
    def state(self) -> StandState | None:
        """The state as people are told; None: never asked."""
        return self.endorsement.shown_state if self.endorsement else None

    @property
    def endorses(self) -> bool:
        return self.endorsed is not None

    @property
    def is_of_former_words(self) -> bool:
        """Whether it endorses other words than those in force."""
        return self.endorsed is not None and self.endorsed.id != self.demand.version_id


def list_own_stands(organization_id: int, language: str) -> Sequence[OwnStand]:
    """What the group says to each demand in force, in the coalition's order; a constant number of queries."""
    stands = list_stands(organization_id, language)
    live = [one.endorsement for one in stands if one.endorsement and one.endorsement.state in ACCEPTING]
    endorsed = {version.id: version for version in list_adopted_versions([one.version_id for one in live])}
    asks = map_open_asks(organization_id)
    objections = {one.demand_id: one for one in list_objections_of(organization_id)}
    return [
        OwnStand(
            one.demand,
            one.endorsement,
            endorsed.get(one.endorsement.version_id) if one.endorsement in live and one.endorsement else None,
            asks.get(one.demand.demand_id),
            objections.get(one.demand.demand_id),
        )
        for one in stands
    ]


def map_open_asks(organization_id: int) -> Mapping[int, Ask]:
    """What the group is asked now: demand id → question."""
    return {ask.demand_id: ask for ask in list_open_asks_of(organization_id)}


def find_stand(organization_id: int, demand_id: int) -> Endorsement | None:
    """What a group says to a demand, with the words of which it speaks."""
    query = select(Endorsement).where(
        Endorsement.organization_id == organization_id, Endorsement.demand_id == demand_id
    )
    words = joinedload(Endorsement.version).selectinload(DemandVersion.wordings)
    return db.session.scalars(query.options(words)).one_or_none()


def find_version_in_force(demand_id: int) -> DemandVersion | None:
    """The words of a demand that hold now, in every language."""
    query = (
        select(DemandVersion)
        .where(DemandVersion.demand_id == demand_id, DemandVersion.state == VersionState.ADOPTED)
        .options(joinedload(DemandVersion.demand), selectinload(DemandVersion.wordings))
    )
    return db.session.scalars(query).one_or_none()


def list_own_co_sponsorships(organization_id: int) -> Sequence[CoSponsorship]:
    """The published events that the group co-sponsors, or is invited to, those of groups alone too."""
    query = (
        select(CoSponsorship)
        .join(Event, Event.id == CoSponsorship.event_id)
        .where(CoSponsorship.organization_id == organization_id, CoSponsorship.state.in_(SHOWN))
        .where(Event.published_at.is_not(None), Event.visibility != Visibility.CLOSED)
        .options(joinedload(CoSponsorship.event), joinedload(CoSponsorship.organization))
        .order_by(CoSponsorship.asked_at.desc(), CoSponsorship.id.desc())
    )
    return db.session.scalars(query).all()


def list_own_promises(viewer: Viewer, organization_id: int, today: date) -> OwnPromises:
    """What the group promised, of the events that it may know of; two statements.

    Of what it brings to each date of a series, the next date alone is to come.
    """
    period = Period(today - PROMISES_BEFORE, today + PROMISES_AFTER)
    lines = list_ledger(viewer, period, organization_id=organization_id)
    shown, coming = OwnPromises([], []), set()
    for line in lines:
        if not line.is_open():
            shown.over.append(line)
        elif not line.by_series or today - ASKED_FOR <= line.due_on < today:
            shown.open.append(line)
        elif line.due_on >= today and line.made.id not in coming:
            coming.add(line.made.id)
            shown.open.append(line)
    return shown


def find_own_co_sponsorship(organization_id: int, co_sponsorship_id: int) -> CoSponsorship | None:
    """One of those."""
    own = list_own_co_sponsorships(organization_id)
    return next((one for one in own if one.id == co_sponsorship_id), None)


def find_waiting_name(organization_id: int) -> NameRequest | None:
    """The name that a group asks for and that is not decided on yet."""
    query = select(NameRequest).where(
        NameRequest.organization_id == organization_id, NameRequest.decision == Decision.WAITING
    )
    return db.session.scalars(query).one_or_none()


def list_waiting_names(most: int) -> Sequence[NameRequest]:
    """The names that wait for a coordinator, the oldest first."""
    query = select(NameRequest).where(NameRequest.decision == Decision.WAITING)
    query = query.options(joinedload(NameRequest.organization), joinedload(NameRequest.contact))
    return db.session.scalars(query.order_by(NameRequest.id).limit(most)).all()


def count_waiting_names() -> int:
    """How many groups wait for another name."""
    query = select(func.count()).select_from(NameRequest).where(NameRequest.decision == Decision.WAITING)
    return db.session.scalar(query) or 0


def find_name_request(request_id: int) -> NameRequest | None:
    """One of them, decided or not."""
    query = select(NameRequest).where(NameRequest.id == request_id)
    return db.session.scalars(query.options(joinedload(NameRequest.organization))).one_or_none()


def find_logo(organization_id: int) -> GroupLogo | None:
    """The logo of a group."""
    query = select(GroupLogo).where(GroupLogo.organization_id == organization_id)
    return db.session.scalars(query).one_or_none()


def map_logos(organization_ids: Iterable[int]) -> Mapping[int, GroupLogo]:
    """The logos of these groups, in one statement: organization id → logo."""
    query = select(GroupLogo).where(GroupLogo.organization_id.in_(list(organization_ids)))
    return {logo.organization_id: logo for logo in db.session.scalars(query)}


def list_namesakes(viewer: Viewer, asked: Sequence[NameRequest]) -> dict[int, list[Organization]]:
    """The other groups whose name is like one that is asked for: request id → the most alike first."""
    found = search_likely_each(viewer, [one.name for one in asked], NAMESAKES)
    return {
        one.id: sorted(
            (o for o in others if o.id != one.organization_id and resemblance(one.name, o.name) >= ALIKE),
            key=lambda other: -resemblance(one.name, other.name),
        )
        for one, others in zip(asked, found, strict=True)
    }
