"""Reading the ladder: which demand opens when which is won, and what is offered now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.base import ExecutableOption

from crm.asks.models import Ask, AskState
from crm.core.db import db
from crm.core.together import Together
from crm.demands.models import ACCEPTING, Demand, DemandVersion, Endorsement, StandState
from crm.demands.queries import draft_of, list_demands, version_in_force
from crm.organizations.models import Organization
from crm.policies.models import Rung
from crm.policies.queries.steps import ask_for_won, read_won

# Who has said this to a demand, or is about to, is not asked to endorse it because another one was won.
HAS_SAID = ACCEPTING | {StandState.DECLINED, StandState.WITHDRAWN, StandState.BEFORE_BOARD}


@dataclass(frozen=True)
class Offer:
    """A demand that a win opens: what coordinators may do about it."""

    rung: Rung
    # From whom the first demand was won.
    targets: Sequence[str]
    # How many groups endorse the first and would be asked.
    groups: int

    @property
    def demand(self) -> Demand:
        """The one to open."""
        return self.rung.demand

    @property
    def first(self) -> DemandVersion:
        """The words of the demand that was won."""
        return _words_to_show(self.rung.after)

    @property
    def next(self) -> DemandVersion:
        """The words to open: those in force, else the draft."""
        return _words_to_show(self.rung.demand)

    @property
    def in_force(self) -> bool:
        """Whether the one to open is adopted already, so that only the groups are left to ask."""
        return version_in_force(self.rung.demand) is not None


def find_rung(demand_id: int, *, fresh: bool = False) -> Rung | None:
    """What a demand waits for, or None; `fresh`: as the database has it now, its words too."""
    query = select(Rung).where(Rung.demand_id == demand_id).options(*_with_demands())
    if fresh:
        query = query.execution_options(populate_existing=True)
    rung = db.session.scalars(query).one_or_none()
    _load_words([rung] if rung else [], fresh=fresh)
    return rung


def find_offer(rung: Rung) -> Offer:
    """What there is to do about one rung."""
    return _offers([rung])[0]


def list_offers() -> Sequence[Offer]:
    """What coordinators are offered now and have not settled, the oldest first."""
    query = (
        select(Rung)
        .join(Demand, Demand.id == Rung.demand_id)
        .where(Rung.offered_at.is_not(None), Rung.settled_at.is_(None), Demand.retired_at.is_(None))
        .options(*_with_demands())
        .order_by(Rung.offered_at, Rung.id)
    )
    return _offers(_load_words(db.session.scalars(query).all()))


def list_rungs_around(demand_id: int) -> Sequence[Offer]:
    """The rung that a demand waits on, first, and those that wait on it."""
    query = (
        select(Rung)
        .where(or_(Rung.demand_id == demand_id, Rung.after_id == demand_id))
        .options(*_with_demands())
        .order_by(Rung.demand_id != demand_id, Rung.id)
    )
    return _offers(_load_words(db.session.scalars(query).all()))


def list_possible_firsts(demand: Demand) -> Sequence[Demand]:
    """What a demand may wait for: every other one that is not retired and does not wait for it in turn."""
    after = {row[0]: row[1] for row in db.session.execute(select(Rung.demand_id, Rung.after_id))}
    return [
        one
        for one in list_demands()
        if one.retired_at is None and demand.id not in {one.id, *_waits_for(one.id, after)}
    ]


def list_groups_to_ask(rung: Rung) -> Sequence[int]:
    """The ids of the groups that endorse the first demand and have said nothing to the next."""
    query = _to_ask().with_only_columns(Endorsement.organization_id).where(Rung.id == rung.id)
    return db.session.scalars(query.order_by(Endorsement.organization_id)).all()


def _waits_for(demand_id: int, after: Mapping[int, int]) -> Collection[int]:
    """Everything that a demand waits for, step by step."""
    found: dict[int, None] = {}
    while (demand_id := after.get(demand_id, 0)) and demand_id not in found:
        found[demand_id] = None
    return found


def _offers(rungs: Sequence[Rung]) -> list[Offer]:
    if not rungs:
        return []
    values = {"rungs": [rung.id for rung in rungs], "demands": [rung.after_id for rung in rungs]}
    found = _around_rungs().ask(values)
    won, groups = read_won(found["won"]), {row.id: row.groups for row in found["to_ask"]}
    return [Offer(rung, won.get(rung.after_id, []), groups.get(rung.id, 0)) for rung in rungs]


@cache
def _around_rungs() -> Together:
    """How many groups there are to ask for each of some rungs, and from whom their first demands are won."""
    to_ask = _to_ask().with_only_columns(Rung.id, func.count().label("groups")).group_by(Rung.id)
    rungs, demands = (bindparam(name, type_=Integer(), expanding=True) for name in ("rungs", "demands"))
    return Together({"to_ask": to_ask.where(Rung.id.in_(rungs)), "won": ask_for_won(demands)})


def _to_ask() -> Select[Any]:
    """Rungs with the endorsements of their first demand, of groups that are to be asked about the next."""
    return (
        select(Rung)
        .join(Endorsement, Endorsement.demand_id == Rung.after_id)
        .join(Organization, Organization.id == Endorsement.organization_id)
        .where(Endorsement.state.in_(ACCEPTING), Organization.archived_at.is_(None))
        .where(~_has_said(), ~_is_asked())
    )


def _has_said() -> ColumnElement[bool]:
    said = aliased(Endorsement)
    return exists().where(
        said.organization_id == Endorsement.organization_id,
        said.demand_id == Rung.demand_id,
        said.state.in_(HAS_SAID),
    )


def _is_asked() -> ColumnElement[bool]:
    return exists().where(
        Ask.organization_id == Endorsement.organization_id,
        Ask.demand_id == Rung.demand_id,
        Ask.state == AskState.OPEN,
    )


def _with_demands() -> tuple[ExecutableOption, ...]:
    return joinedload(Rung.demand), joinedload(Rung.after)


def _load_words(rungs: Sequence[Rung], *, fresh: bool = False) -> Sequence[Rung]:
    """The versions and words of both demands of each, in one statement; as relations they took four."""
    demands = {demand.id: demand for rung in rungs for demand in (rung.demand, rung.after)}
    if not demands:
        return rungs
    query = select(DemandVersion).where(DemandVersion.demand_id.in_(demands)).order_by(DemandVersion.id)
    query = query.options(joinedload(DemandVersion.wordings))
    found: dict[int, list[DemandVersion]] = {demand_id: [] for demand_id in demands}
    for version in db.session.scalars(query.execution_options(populate_existing=fresh)).unique():
        found[version.demand_id].append(version)
    for demand_id, demand in demands.items():
        set_committed_value(demand, "versions", found[demand_id])
    return rungs


def _words_to_show(demand: Demand) -> DemandVersion:
    return version_in_force(demand) or draft_of(demand) or demand.versions[-1]
