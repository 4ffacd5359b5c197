"""The directory: organizations filtered, in one of its orders, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, ScalarSelect, Select, case, func, select
from sqlalchemy.orm import load_only

from crm.core.db import db
from crm.core.paging import Page
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.fields.queries import values_text
from crm.organizations.derived import plain_words
from crm.organizations.models import Organization, OrganizationKind
from crm.organizations.queries.narrowing import (
    Asked,
    Control,
    Found,
    OptionRows,
    Options,
    asked_filters,
    conditions,
    list_controls,
    option_rows,
    options_of,
    read_options,
    registered_options,
)
from crm.organizations.queries.ordering import KEPT, Order, page_of
from crm.organizations.queries.saved_views import offered_views
from crm.organizations.stage_codes import is_stage
from crm.tags.queries import tags_text

PAGE = 50
AT_ONCE = 500
MOST_COUNTED = 1000
MOST_OPTIONS = 150
NOBODY = "nobody"
ME = "me"
_SHOWN = (
    "name", "sort_name", "kind", "stage", "place", "city", "state", "sector", "size", "assignee_id",
    "last_touch_at", "website", "archived_at",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What the directory is narrowed to; None and "" narrow nothing."""

    kind: OrganizationKind | None = None
    # One of the coalition's stages, by its code.
    stage: str = ""
    sector: str = ""
    # Folded: `derived.plain_words` of what was typed or chosen.
    place: str = ""
    # A user's id, "me", "nobody", or "".
    assignee: str = ""
    archived: bool = False
    # What later features narrow by (`narrowing`).
    more: Asked = ()

    @classmethod
    def asked(cls, query: Mapping[str, str], *, more: bool = True) -> Filters:
        """What the query of an address asks for; what is on no allow-list counts for nothing.

        Without `more` the directory's own filters alone: for a page that offers no others.
        """
        kind, stage = query.get("kind"), query.get("stage", "")
        assignee = query.get("assignee", "")
        known = assignee in {ME, NOBODY} or (assignee.isascii() and assignee.isdigit() and len(assignee) < 10)
        return cls(
            kind=OrganizationKind(kind) if kind in set(OrganizationKind) else None,
            stage=stage if is_stage(stage) else "",
            sector=query.get("sector", "")[:120],
            place=plain_words(query.get("place", ""))[:120],
            assignee=assignee if known else "",
            archived=query.get("archived") == "1",
            more=asked_filters(query) if more else (),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The same for the query of another address."""
        kept = {
            "kind": self.kind,
            "stage": self.stage,
            "sector": self.sector,
            "place": self.place,
            "assignee": self.assignee,
            "archived": "1" if self.archived else "",
            **dict(self.more),
        }
        return {name: str(value) for name, value in kept.items() if value}

    def only(self, name: str, value: str) -> bool:
        """Whether this narrows the list, and nothing else does."""
        return self.parameters == {name: value}

    @property
    def active(self) -> int:
        """How many of them narrow the list."""
        own = (self.kind, self.stage, self.sector, self.place, self.assignee, self.archived)
        return sum(map(bool, own)) + len(self.more)


@dataclass(frozen=True)
class Directory:
    """One page of it, and how many there are: each count goes up to MOST_COUNTED + 1."""

    page: Page[Organization]
    count: int
    # Whatever the filters are: the viewer's own groups, and those that nobody looks after.
    mine: int
    nobodys: int


def show_directory(
    viewer: Viewer,
    filters: Filters,
    order: Order,
    *,
    after: str | None = None,
    before: str | None = None,
    with_values: bool = False,
) -> Directory:
    """One page, in two statements. `with_values`: with what stands in the coalition's own fields."""
    load = (_with_values if with_values else _columns)(current_coalition_id())
    page = page_of(narrow_groups(viewer, filters), order, after=after, before=before, limit=PAGE, load=load)
    numbers = _kept_numbers(viewer, filters) if not filters.more else _numbers(viewer, filters)
    counts: Sequence[Any] = db.session.execute(numbers).one()
    return Directory(page, counts[0], counts[1], counts[2])


def _numbers(viewer: Viewer, filters: Filters) -> Select[*tuple[Any, ...]]:
    asked = (filters, Filters(assignee=ME), Filters(assignee=NOBODY))
    return select(*(_counted(viewer, one, MOST_COUNTED) for one in asked))


_kept_numbers = lru_cache(maxsize=KEPT)(_numbers)


def count_directory(viewer: Viewer, filters: Filters, most: int = MOST_COUNTED) -> int:
    """How many organizations the filters leave, counted no further than to `most` + 1."""
    return db.session.scalar(select(_counted(viewer, filters, most))) or 0


def count_by_assignee(
    viewer: Viewer, filters: Filters, ids: Sequence[int] | None = None
) -> dict[int | None, int]:
    """How many of the organizations that filters leave, or of these, each person has; None: nobody."""
    these = narrow_groups(viewer, filters) if ids is None else select(Organization.id)
    if ids is not None:
        these = these.where(Organization.id.in_(ids))
    counted = these.with_only_columns(Organization.assignee_id, func.count().label("number"))
    rows = db.session.execute(counted.group_by(Organization.assignee_id))
    return {row.assignee_id: row.number for row in rows}


def _counted(viewer: Viewer, filters: Filters, most: int) -> ScalarSelect[int]:
    some = narrow_groups(viewer, filters).limit(most + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def list_ids(viewer: Viewer, filters: Filters) -> Sequence[int]:
    """The ids of all organizations that the filters leave."""
    return db.session.scalars(narrow_groups(viewer, filters).order_by(Organization.id)).all()


def list_rows(viewer: Viewer, filters: Filters, order: Order, *, after: str | None) -> Page[Organization]:
    """The next few hundred that the filters leave, in that order, for a file."""
    load = _with_values(current_coalition_id())
    return page_of(narrow_groups(viewer, filters), order, after=after, limit=AT_ONCE, load=load)


@dataclass(frozen=True)
class Choices:
    """What the filter bar offers: places and sectors (value, text), None where they are typed; and more."""

    places: Options | None
    sectors: Options | None
    # Each with its present value.
    controls: Sequence[tuple[Control, str]]
    # The views that the viewer may open: (the list's query, name).
    views: Options


def list_choices(viewer: Viewer, filters: Filters) -> Choices:
    """All that the filter bar offers, in one statement."""
    found = read_options(_all_choices(viewer))
    return Choices(
        _at_most(found, "place"),
        _at_most(found, "sector"),
        list_controls(viewer, found, filters.more),
        found.get("view", ()),
    )


@lru_cache(maxsize=KEPT)
def _all_choices(viewer: Viewer) -> CompoundSelect[str, int, str, str]:
    """Written out once for each viewer: it took three times as long as asking it."""
    return options_of([*_places_and_sectors(), *registered_options(viewer), offered_views(viewer)])


def list_places_and_sectors() -> tuple[Options | None, Options | None]:
    """(value, text) of the places and sectors that occur; None for more than MOST_OPTIONS. One statement.

    Each is found by one step along its index, however many organizations share it. Values of places are
    folded (`place_key`), their texts as one of the organizations writes them.
    """
    found = read_options(options_of(_places_and_sectors()))
    return _at_most(found, "place"), _at_most(found, "sector")


def _places_and_sectors() -> list[OptionRows]:
    place = case((Organization.place != "", Organization.place), else_=Organization.city)
    return [_steps("place", Organization.place_key, place), _steps("sector", Organization.sector)]


def _at_most(found: Found, what: str) -> Options | None:
    options = found.get(what, ())
    return sorted(options) if len(options) <= MOST_OPTIONS else None


def _steps(what: str, column: Any, written: Any = None) -> OptionRows:
    """The distinct values of an indexed column, each the least that is greater than the one before."""
    first = select(func.min(column).label("value")).where(column > "")
    steps = first.cte(f"{what}_steps", recursive=True)
    following = select(func.min(column)).where(column > steps.c.value).correlate(steps).scalar_subquery()
    steps = steps.union_all(select(following).where(steps.c.value.is_not(None)))
    text: Any = steps.c.value
    if written is not None:
        text = select(written).where(column == steps.c.value).limit(1).correlate(steps).scalar_subquery()
    rows = option_rows(what, steps.c.value, text)
    return rows.where(steps.c.value.is_not(None)).limit(MOST_OPTIONS + 1)


def narrow_groups(viewer: Viewer, filters: Filters) -> Select[int]:
    """The ids of the organizations that filters leave."""
    # What later features narrow by may mean another thing tomorrow: "this week", say.
    return _narrowed(viewer, filters) if filters.more else _kept_narrowed(viewer, filters)


def _narrowed(viewer: Viewer, filters: Filters) -> Select[int]:
    query = select(Organization.id)
    archived = Organization.archived_at
    query = query.where(archived.is_not(None) if filters.archived else archived.is_(None))
    if filters.kind:
        query = query.where(Organization.kind == filters.kind)
    if filters.stage:
        query = query.where(Organization.stage == filters.stage)
    if filters.sector:
        query = query.where(Organization.sector == filters.sector)
    if filters.place:
        query = query.where(Organization.place_key == plain_words(filters.place))
    if filters.assignee == NOBODY:
        query = query.where(Organization.assignee_id.is_(None))
    elif filters.assignee:
        whose = viewer.user_id if filters.assignee == ME else int(filters.assignee)
        query = query.where(Organization.assignee_id == whose)
    return query.where(*conditions(viewer, filters.more))


_kept_narrowed = lru_cache(maxsize=KEPT)(_narrowed)


@lru_cache(maxsize=KEPT)
def _columns(_coalition_id: int) -> Any:
    columns = load_only(*(getattr(Organization, name) for name in _SHOWN))
    return columns.with_expression(Organization.tag_text, tags_text(Organization.id))


@lru_cache(maxsize=KEPT)
def _with_values(coalition_id: int) -> Any:
    return _columns(coalition_id).with_expression(Organization.value_text, values_text(Organization.id))
