"""What moved lately: from which stage to which, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload, load_only

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.organizations.models import Organization
from crm.organizations.stages import Stages
from crm.outreach.models import StageChange, rank_of

PAGE = 50


class Span(StrEnum):
    """Of which days: weeks begin on Monday."""

    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    FOUR_WEEKS = "four-weeks"

    def of(self, today: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From when and until when (not included), told in the coalition's zone."""
        monday = today - timedelta(days=today.weekday())
        first, days = {
            Span.THIS_WEEK: (monday, 7),
            Span.LAST_WEEK: (monday - timedelta(days=7), 7),
            Span.FOUR_WEEKS: (monday - timedelta(days=21), 28),
        }[self]
        midnights = (first, first + timedelta(days=days))
        since, until = (datetime.combine(day, time(), zone) for day in midnights)
        return since, until


@dataclass(frozen=True)
class Wanted:
    """Which moves: from when until when, and whose (None: everybody's)."""

    since: datetime
    until: datetime
    user_id: int | None = None

    @property
    def conditions(self) -> Sequence[ColumnElement[bool]]:
        """What was put back did not move."""
        of_whom = [StageChange.user_id == self.user_id] if self.user_id is not None else []
        held = StageChange.undone_at.is_(None)
        return [StageChange.at >= self.since, StageChange.at < self.until, held, *of_whom]


@dataclass(frozen=True)
class Sums:
    """How many moves went ahead and back, and how many came to each stage."""

    ahead: int
    back: int
    to: Mapping[str, int]


def list_moves(wanted: Wanted, *, after: str | None = None, before: str | None = None) -> Page[StageChange]:
    """The moves, newest first, in one statement."""
    shown = ("name", "stage", "stage_since", "edition")
    group = load_only(*(getattr(Organization, name) for name in shown))
    query = (
        select(StageChange)
        .join(StageChange.organization)
        .options(contains_eager(StageChange.organization).options(group), joinedload(StageChange.user))
        .where(*wanted.conditions)
    )
    keys = (Key(StageChange.at, descending=True), Key(StageChange.id, descending=True))
    return keyset_page(query, keys, after=after, before=before, limit=PAGE)


def sum_moves(wanted: Wanted, stages: Stages) -> Sums:
    """The sums over all of them, in one statement."""
    number = func.count().label("number")
    query = select(StageChange.before, StageChange.after, number).where(*wanted.conditions)
    ahead, back, to = 0, 0, dict[str, int]()
    for before, after, count in db.session.execute(query.group_by(StageChange.before, StageChange.after)):
        ahead, back = (ahead + count, back) if is_ahead(stages, before, after) else (ahead, back + count)
        to[after] = to.get(after, 0) + count
    return Sums(ahead, back, to)


def is_ahead(stages: Stages, before: str, after: str) -> bool:
    """Whether a move is one forward; between two stages that mean the same, by their order on the board."""
    order = [step.code for step in stages.all]
    places = [order.index(code) if code in order else -1 for code in (before, after)]
    return (rank_of(after), places[1]) > (rank_of(before), places[0])


def is_last(move: StageChange) -> bool:
    """Whether the group stands where this move took it, so that it can be put back."""
    group = move.organization
    return (group.stage, group.stage_since) == (move.after, move.at)
