"""The board: a column for each stage, the cards of a column a few at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import load_only

from crm.core.db import db
from crm.core.paging import Key, Page, encode_cursor, keyset_page
from crm.core.permissions import Viewer
from crm.organizations.models import Organization
from crm.organizations.queries import Filters, narrow_groups
from crm.organizations.queries.stages import own_stages
from crm.organizations.stages import Step

CARDS = 50
# Counts stop here ("1,000+"), so that they cost the same however large the directory grows.
COUNT_UP_TO = 1_000
_SHOWN = ("name", "kind", "stage", "stage_since", "place", "city", "assignee_id", "last_touch_at", "edition")


class CardOrder(StrEnum):
    """In which order the cards of a column hang."""

    # Who came to the stage last: what was just moved hangs on top.
    NEWEST = "newest"
    # Who has been there longest.
    LONGEST = "longest"


@dataclass(frozen=True)
class Column:
    """A stage with the first of its groups; `count` goes no further than COUNT_UP_TO + 1."""

    step: Step
    groups: Sequence[Organization]
    count: int
    # Where the next ones go on; None: these are all.
    after: str | None


def show_board(viewer: Viewer, filters: Filters, order: CardOrder) -> list[Column]:
    """All columns, in two statements. A retired stage has one while groups stand there."""
    steps = own_stages().all
    narrowed = narrow_groups(viewer, replace(filters, stage="", archived=False))
    counts = _count_each(narrowed, steps)
    cards = _cards_of_each(narrowed, steps, order)
    return [
        _column(step, cards.get(step.code, []), counts[step.code], order)
        for step in steps
        if counts[step.code] or not step.retired
    ]


def list_cards(
    viewer: Viewer, filters: Filters, code: str, order: CardOrder, *, after: str | None, before: str | None
) -> Page[Organization]:
    """The groups of one stage, some at a time, in one statement."""
    narrowed = narrow_groups(viewer, replace(filters, stage=code, archived=False))
    # Not by their ids: so the order goes along the index of this stage.
    query = narrowed.with_only_columns(Organization).options(_columns())
    return keyset_page(query, _keys(order), after=after, before=before, limit=CARDS)


def count_of(viewer: Viewer, filters: Filters, code: str) -> int:
    """How many groups stand at a stage, counted no further than COUNT_UP_TO + 1."""
    some = narrow_groups(viewer, replace(filters, stage=code, archived=False)).limit(COUNT_UP_TO + 1)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _keys(order: CardOrder) -> tuple[Key, Key]:
    down = order is CardOrder.NEWEST
    return Key(Organization.stage_since, descending=down), Key(Organization.id, descending=down)


def _columns() -> Any:
    return load_only(*(getattr(Organization, name) for name in _SHOWN))


def _count_each(narrowed: Select[int], steps: Sequence[Step]) -> Mapping[str, int]:
    counts = []
    for step in steps:
        some = narrowed.where(Organization.stage == step.code).limit(COUNT_UP_TO + 1).subquery()
        counts.append(select(func.count()).select_from(some).scalar_subquery().label(step.code))
    return dict(zip([step.code for step in steps], db.session.execute(select(*counts)).one(), strict=True))


def _cards_of_each(
    narrowed: Select[int], steps: Sequence[Step], order: CardOrder
) -> Mapping[str, list[Organization]]:
    """The first cards of each stage, one more than a column shows."""
    keys = [key.column.desc() if key.descending else key.column.asc() for key in _keys(order)]
    tops = [
        narrowed.where(Organization.stage == step.code).order_by(*keys).limit(CARDS + 1).subquery()
        for step in steps
    ]
    ids = union_all(*(select(top.c.id) for top in tops))
    query = select(Organization).options(_columns()).where(Organization.id.in_(ids)).order_by(*keys)
    cards: dict[str, list[Organization]] = {}
    for group in db.session.scalars(query):
        cards.setdefault(group.stage, []).append(group)
    return cards


def _column(step: Step, groups: list[Organization], count: int, order: CardOrder) -> Column:
    shown, more = groups[:CARDS], len(groups) > CARDS
    after = encode_cursor([getattr(shown[-1], key.column.key) for key in _keys(order)]) if more else None
    return Column(step, shown, count, after)
