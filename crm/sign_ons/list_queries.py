"""Reading printed lists and their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.demands.models import Demand, DemandVersion, VersionState
from crm.demands.queries.demands import in_order
from crm.sign_ons.models import ListedName, ListedWords, NameState, PastedList

NAMES_PAGE = 10
MOST_LISTS = 50


@dataclass(frozen=True)
class Progress:
    """A list, and how far it is: how many of its names are to be checked still, of how many."""

    pasted: PastedList
    to_check: int
    names: int


def list_pasted(limit: int = MOST_LISTS) -> Sequence[Progress]:
    """Printed lists, the newest first."""
    to_check = func.sum(case((ListedName.state == NameState.TO_CHECK, 1), else_=0))
    query = (
        select(PastedList, to_check, func.count())
        .join(ListedName, ListedName.list_id == PastedList.id)
        .group_by(PastedList.id)
        .order_by(PastedList.id.desc())
        .limit(limit)
    )
    return [Progress(pasted, open_ or 0, names) for pasted, open_, names in db.session.execute(query)]


def find_pasted(list_id: int) -> PastedList | None:
    """A list of the chosen coalition, with the words that it was under."""
    version = selectinload(PastedList.words).joinedload(ListedWords.version)
    query = select(PastedList).where(PastedList.id == list_id)
    options = (version.selectinload(DemandVersion.wordings), joinedload(PastedList.user))
    return db.session.scalars(query.options(*options)).one_or_none()


def page_of_names(
    list_id: int, *, checked: bool, after: str | None = None, before: str | None = None
) -> Page[ListedName]:
    """A list's names that are to be checked, or (`checked`) those that are decided on, in their order."""
    is_open = ListedName.state == NameState.TO_CHECK
    query = select(ListedName).where(ListedName.list_id == list_id, ~is_open if checked else is_open)
    query = query.options(joinedload(ListedName.organization), joinedload(ListedName.decided_by))
    return keyset_page(
        query, (Key(ListedName.line), Key(ListedName.id)), after=after, before=before, limit=NAMES_PAGE
    )


def list_names(list_id: int, ids: Sequence[int]) -> Sequence[ListedName]:
    """The names of a list with these ids that are to be checked still, in their order."""
    query = select(ListedName).where(
        ListedName.list_id == list_id, ListedName.id.in_(ids), ListedName.state == NameState.TO_CHECK
    )
    return db.session.scalars(query.order_by(ListedName.line)).all()


def find_name(list_id: int, name_id: int) -> ListedName | None:
    """A name of a list, checked or not."""
    query = select(ListedName).where(ListedName.list_id == list_id, ListedName.id == name_id)
    return db.session.scalars(query).one_or_none()


def count_names(list_id: int) -> Mapping[NameState, int]:
    """How many names of a list are in each state."""
    query = select(ListedName.state, func.count()).where(ListedName.list_id == list_id)
    counted = {row[0]: row[1] for row in db.session.execute(query.group_by(ListedName.state))}
    return {state: counted.get(state, 0) for state in NameState}


def list_versions() -> Sequence[DemandVersion]:
    """Every wording ever adopted of the demands that hold: in the demands' order, the newest first."""
    query = (
        select(DemandVersion)
        .join(Demand, Demand.id == DemandVersion.demand_id)
        .where(Demand.retired_at.is_(None), DemandVersion.state != VersionState.DRAFT)
        .options(selectinload(DemandVersion.wordings), joinedload(DemandVersion.demand))
        .order_by(*in_order(), DemandVersion.number.desc())
    )
    return db.session.scalars(query).all()
