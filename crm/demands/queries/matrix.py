"""The matrix: groups down, demands across, what each group says to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Bundle

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.core.permissions import Viewer
from crm.demands.models import (
    ACCEPTING,
    Decision,
    DemandVersion,
    Endorsement,
    OrganizationStanding,
    Source,
    Standing,
    StandRecord,
    StandState,
    VersionState,
)
from crm.demands.queries.demands import DemandInForce, list_demands_in_force
from crm.demands.queries.endorsers import is_called
from crm.demands.queries.gate import Gate, current_gate
from crm.organizations.models import Organization
from crm.organizations.queries import Filters, narrow_groups

PAGE = 200
# What a demand's cells can be asked for beyond the states of a stand.
NOT_ASKED, WAITING, OLDER = "not_asked", "waiting", "older"
COLUMNS = ("id", "name", "sort_name", "kind", "place", "city")
NO_NUMBER, NO_DAY = cast(null(), Integer), cast(null(), Date)


@dataclass(frozen=True)
class Wanted:
    """What the matrix is narrowed to; None and "" narrow nothing."""

    groups: Filters = field(default_factory=Filters)
    q: str = ""
    standing: Standing | None = None
    # Groups that lack exactly one demand to be members.
    one_short: bool = False
    # Groups of which this demand's cell is so: a state, NOT_ASKED, WAITING or OLDER.
    demand_id: int | None = None
    state: str = ""

    @property
    def active(self) -> int:
        """How many of them narrow the matrix."""
        by_cell = self.demand_id is not None and bool(self.state)
        return self.groups.active + sum(map(bool, (self.q, self.standing, self.one_short, by_cell)))


@dataclass(frozen=True, slots=True)
class Cell:
    """What a group says to a demand: None, never asked. `waiting`: a record waits for a coordinator."""

    state: StandState | None = None
    # The number of the words that it speaks of, where these are not in force any more.
    older: int | None = None
    board_on: date | None = None
    until: date | None = None
    waiting: bool = False
    # It came under these words by silence, after an editorial change.
    carried: bool = False

    @property
    def endorses(self) -> bool:
        return self.state in ACCEPTING or self.state is StandState.TO_BE_RECONFIRMED


NOTHING = Cell()


@dataclass(frozen=True)
class MatrixRow:
    """A group with its cells, in the order of the demands."""

    # id, name, kind, place, city, standing (None: not yet), asked
    group: Any
    cells: Sequence[Cell]

    @property
    def endorsed(self) -> int:
        """How many of the demands it endorses."""
        return sum(cell.endorses for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """A page of it. The counts are of all groups that the filters leave."""

    demands: Sequence[DemandInForce]
    rows: Sequence[MatrixRow]
    page: Page[Any]
    # Demand id → how many endorse it.
    counts: Mapping[int, int]
    groups: int
    # Records that wait for a coordinator, of whatever group.
    waiting: int


def show_matrix(
    viewer: Viewer,
    wanted: Wanted,
    language: str | None,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE,
) -> Matrix:
    """One page, by name, in three statements; five where it is narrowed to those one demand short."""
    gate = current_gate() if wanted.one_short else None
    narrowed = _narrowed(viewer, wanted, gate)
    page = _page_of_groups(narrowed, after, before, limit)
    demands = list_demands_in_force(language)
    found = _cells_and_counts([group.id for group in page.items], narrowed, demands)
    cells = _cells(found, {demand.demand_id: demand.version_number for demand in demands})
    rows = [
        MatrixRow(group, [cells.get((group.id, demand.demand_id), NOTHING) for demand in demands])
        for group in page.items
    ]
    counts = {row.demand_id: row.number for row in found if row.what == "endorsing"}
    sums = {row.what: row.number for row in found if row.what in ("groups", "waiting")}
    return Matrix(demands, rows, page, counts, **sums)


def _narrowed(viewer: Viewer, wanted: Wanted, gate: Gate | None) -> Select[Any]:
    """The ids of the groups."""
    query: Select[Any] = narrow_groups(viewer, wanted.groups)
    if wanted.q:
        query = query.where(is_called(wanted.q))
    if wanted.standing:
        query = query.where(stands_as(wanted.standing))
    if gate is not None:
        query = query.where(_is_one_short(gate))
    if wanted.demand_id is not None and wanted.state:
        query = query.where(_cell_is(wanted.demand_id, wanted.state))
    return query


def stands_as(standing: Standing) -> ColumnElement[bool]:
    """Whether an organization stands so; one that nothing is kept of is not yet there."""
    kept = select(OrganizationStanding.organization_id)
    if standing is Standing.NOT_YET:
        return Organization.id.not_in(kept.where(OrganizationStanding.standing != Standing.NOT_YET))
    return Organization.id.in_(kept.where(OrganizationStanding.standing == standing))


def _is_one_short(gate: Gate) -> ColumnElement[bool]:
    endorsing = select(Endorsement.organization_id).where(
        Endorsement.state.in_(gate.states), Endorsement.demand_id.in_(gate.counted)
    )
    if gate.needed == 1:
        return Organization.id.not_in(endorsing)
    by_group = endorsing.group_by(Endorsement.organization_id)
    # Without a demand that counts nobody is short of one.
    return Organization.id.in_(by_group.having(func.count() == (gate.needed - 1 if gate.needed else -1)))


def _cell_is(demand_id: int, state: str) -> ColumnElement[bool]:
    stand = exists().where(Endorsement.organization_id == Organization.id, Endorsement.demand_id == demand_id)
    if state == NOT_ASKED:
        return ~stand
    if state == WAITING:
        return exists().where(
            StandRecord.organization_id == Organization.id,
            StandRecord.demand_id == demand_id,
            StandRecord.decision == Decision.WAITING,
        )
    if state == OLDER:
        in_force = select(DemandVersion.id).where(
            DemandVersion.demand_id == demand_id, DemandVersion.state == VersionState.ADOPTED
        )
        return stand.where(Endorsement.state.in_(ACCEPTING), Endorsement.version_id.not_in(in_force))
    if state == StandState.TO_BE_RECONFIRMED:
        return stand.where(Endorsement.reconfirm_by.is_not(None))
    return stand.where(Endorsement.state == StandState(state), Endorsement.reconfirm_by.is_(None))


def _page_of_groups(narrowed: Select[Any], after: str | None, before: str | None, limit: int) -> Page[Any]:
    kept = OrganizationStanding
    columns = [getattr(Organization, name) for name in COLUMNS]
    own = and_(kept.organization_id == Organization.id, kept.coalition_id == Organization.coalition_id)
    # Not those whose id is among the narrowed ones: all would be looked up and sorted for a page of few.
    query: Select[Any] = narrowed.with_only_columns(
        Bundle("group", *columns, kept.standing, kept.asked)
    ).outerjoin_from(Organization, kept, own)
    keys = [Key(Organization.sort_name), Key(Organization.id)]
    return keyset_page(query, keys, after=after, before=before, limit=limit)


def _cells_and_counts(
    ids: Sequence[int], narrowed: Select[Any], demands: Sequence[DemandInForce]
) -> Sequence[Any]:
    """What these groups say, what waits for them, and the sums over all that the filters leave."""
    shown = _is_shown(demands)
    endorsing = (
        _sum("endorsing", Endorsement.demand_id)
        .where(Endorsement.state.in_(ACCEPTING), Endorsement.organization_id.in_(narrowed), shown)
        .group_by(Endorsement.demand_id)
    )
    parts = [
        *_stands_and_records(ids, demands),
        endorsing,
        _sum("groups", NO_NUMBER).select_from(narrowed.subquery()),
        _sum("waiting", NO_NUMBER).select_from(StandRecord).where(StandRecord.decision == Decision.WAITING),
    ]
    return db.session.execute(union_all(*(select(part.subquery()) for part in parts))).all()


def list_cells(ids: Sequence[int], demands: Sequence[DemandInForce]) -> Mapping[tuple[int, int], Cell]:
    """(organization, demand) → what these groups say to the demands, in one statement; others say nothing."""
    if not ids or not demands:
        return {}
    parts = union_all(*(select(part.subquery()) for part in _stands_and_records(ids, demands)))
    in_force = {demand.demand_id: demand.version_number for demand in demands}
    return _cells(db.session.execute(parts).all(), in_force)


def _is_shown(demands: Sequence[DemandInForce]) -> ColumnElement[bool]:
    return Endorsement.demand_id.in_([demand.demand_id for demand in demands])


def _stands_and_records(ids: Sequence[int], demands: Sequence[DemandInForce]) -> Sequence[Select[Any]]:
    carried = Endorsement.source == Source.SILENCE
    stands = _part("stand", Endorsement, Endorsement.reconfirm_by, DemandVersion.number, carried)
    stands = stands.join(DemandVersion, DemandVersion.id == Endorsement.version_id)
    records = _part("record", StandRecord, NO_DAY, NO_NUMBER, false())
    return (
        stands.where(Endorsement.organization_id.in_(ids), _is_shown(demands)),
        records.where(StandRecord.organization_id.in_(ids), StandRecord.decision == Decision.WAITING),
    )


def _part(what: str, table: Any, until: Any, number: Any, carried: Any) -> Select[Any]:
    return select(
        literal(what).label("what"),
        table.organization_id,
        table.demand_id,
        table.state,
        table.board_on,
        until.label("until"),
        number.label("number"),
        carried.label("carried"),
    )


def _sum(what: str, demand_id: Any) -> Select[Any]:
    return select(
        literal(what).label("what"),
        NO_NUMBER.label("organization_id"),
        demand_id.label("demand_id"),
        literal(StandState.ENDORSED, Endorsement.state.type).label("state"),
        NO_DAY.label("board_on"),
        NO_DAY.label("until"),
        func.count().label("number"),
        false().label("carried"),
    )


def _cells(found: Sequence[Any], in_force: Mapping[int, int]) -> dict[tuple[int, int], Cell]:
    waiting = {(row.organization_id, row.demand_id) for row in found if row.what == "record"}
    cells = {pair: Cell(waiting=True) for pair in waiting}
    for row in found:
        if row.what != "stand":
            continue
        pair = (row.organization_id, row.demand_id)
        state = StandState.TO_BE_RECONFIRMED if row.until else row.state
        older = row.number if row.number != in_force[row.demand_id] else None
        cells[pair] = Cell(state, older, row.board_on, row.until, pair in waiting, bool(row.carried))
    return cells
