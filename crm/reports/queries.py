"""Adding up outreach by week, kind of group and organizer, in the database however many touches there are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, case, cast, exists, extract, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm.accounts.models import User
from crm.core.db import db
from crm.demands.models import ACCEPTING, UNDECIDED, Endorsement, EndorsementChange, StandState
from crm.organizations.models import Organization, OrganizationKind
from crm.outreach.models import Interaction, Outcome
from crm.reports.weeks import FIRST_MONDAY, Span, monday_numbered

# In these somebody of the group was spoken with, or wrote back.
REACHED = frozenset(Outcome) - {Outcome.LEFT_MESSAGE, Outcome.NO_ANSWER, Outcome.WRONG_NUMBER}
REFUSING = frozenset({StandState.DECLINED, StandState.WITHDRAWN})
_WEEK_SECONDS = 7 * 24 * 3600
_BEFORE_MONDAY = (FIRST_MONDAY - date(1970, 1, 1)).days * 24 * 3600
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Figures:
    """What was done, and what came of it.

    Touches, and those that reached somebody. Asks, one for each group and demand that it was to endorse: of
    these endorsed now, and declined or withdrawn now.
    """

    touches: int = 0
    reached: int = 0
    asked: int = 0
    endorsed: int = 0
    refused: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.touches + other.touches,
            self.reached + other.reached,
            self.asked + other.asked,
            self.endorsed + other.endorsed,
            self.refused + other.refused,
        )

    @property
    def open(self) -> int:
        """Asks without an answer yet."""
        return self.asked - self.endorsed - self.refused

    @property
    def reach_rate(self) -> int | None:
        """Of a hundred touches those that reached somebody, rounded; None without any."""
        return _percent(self.reached, self.touches)

    @property
    def conversion(self) -> int | None:
        """Of a hundred asks those that are endorsements now, rounded; None without any."""
        return _percent(self.endorsed, self.asked)


@dataclass(frozen=True)
class Line:
    """The figures of a kind, an organizer or everything: together, and for each week of the report."""

    total: Figures
    weeks: Sequence[Figures]


@dataclass(frozen=True)
class Report:
    """Outreach in a span of days. Organizers by their id; None: nobody, or the program."""

    span: Span
    everything: Line
    by_kind: Mapping[OrganizationKind, Line]
    by_organizer: Mapping[int | None, Line]
    names: Mapping[int, str]


@dataclass(frozen=True)
class _Part:
    """What one week, kind and organizer have together."""

    week: date
    kind: OrganizationKind
    user_id: int | None
    figures: Figures


def show_report(span: Span) -> Report:
    """What came of outreach in a span; three statements.

    A touch is of the week in which it was, and of who logged it. An ask is of the week in which the group was
    asked, or said that its board decides, if it had said nothing to the demand before; and of who looks after
    the group today.
    """
    parts = [*_touches(span), *_asks(span)]
    mondays = span.mondays
    kinds, people = {part.kind for part in parts}, {part.user_id for part in parts}
    by_kind = _lines(parts, mondays, lambda part: part.kind)
    return Report(
        span,
        _line(parts, mondays),
        {kind: by_kind[kind] for kind in OrganizationKind if kind in kinds},
        _lines(parts, mondays, lambda part: part.user_id),
        _names(people),
    )


def _lines(parts: Iterable[_Part], mondays: Sequence[date], key: Callable[[_Part], Key]) -> dict[Key, Line]:
    """A line for each key, the one with the most touches first."""
    sorted_out: dict[Key, list[_Part]] = {}
    for part in parts:
        sorted_out.setdefault(key(part), []).append(part)
    lines = {one: _line(own, mondays) for one, own in sorted_out.items()}
    order = sorted(lines, key=lambda one: (-lines[one].total.touches, -lines[one].total.asked))
    return {one: lines[one] for one in order}


def _line(parts: Iterable[_Part], mondays: Sequence[date]) -> Line:
    weeks = dict.fromkeys(mondays, Figures())
    for part in parts:
        if part.week in weeks:
            weeks[part.week] += part.figures
    return Line(sum(weeks.values(), Figures()), list(weeks.values()))


def _touches(span: Span) -> list[_Part]:
    inner = (
        select(
            _week(Interaction.at, span).label("week"),
            Organization.kind.label("kind"),
            Interaction.user_id.label("user_id"),
            case((Interaction.outcome.in_(REACHED), 1), else_=0).label("reached"),
        )
        .join(Organization, Organization.id == Interaction.organization_id)
        .where(Interaction.at >= span.starts_at, Interaction.at < span.ends_at)
        .subquery()
    )
    by = (inner.c.week, inner.c.kind, inner.c.user_id)
    query = select(*by, func.count(), func.sum(inner.c.reached)).group_by(*by)
    return [
        _Part(monday_numbered(row[0]), row[1], row[2], Figures(touches=row[3], reached=int(row[4])))
        for row in db.session.execute(query)
    ]


def _asks(span: Span) -> list[_Part]:
    """The first ask of each group and demand, with what the group says now."""
    change, live = EndorsementChange, Endorsement
    inner = (
        select(
            _week(change.at, span).label("week"),
            Organization.kind.label("kind"),
            Organization.assignee_id.label("user_id"),
            case((live.state.in_(ACCEPTING), 1), else_=0).label("endorsed"),
            case((live.state.in_(REFUSING), 1), else_=0).label("refused"),
        )
        .join(Organization, Organization.id == change.organization_id)
        .join(live, (live.organization_id == change.organization_id) & (live.demand_id == change.demand_id))
        .where(change.at >= span.starts_at, change.at < span.ends_at, change.state.in_(UNDECIDED))
        .where(~_said_before())
        .subquery()
    )
    by = (inner.c.week, inner.c.kind, inner.c.user_id)
    figures = (func.count(), func.sum(inner.c.endorsed), func.sum(inner.c.refused))
    return [
        _Part(
            monday_numbered(row[0]),
            row[1],
            row[2],
            Figures(asked=row[3], endorsed=int(row[4]), refused=int(row[5])),
        )
        for row in db.session.execute(select(*by, *figures).group_by(*by))
    ]


def _said_before() -> ColumnElement[bool]:
    """Whether the group had said anything to the demand before a change."""
    change, earlier = EndorsementChange, aliased(EndorsementChange)
    return exists().where(
        earlier.coalition_id == change.coalition_id,
        earlier.organization_id == change.organization_id,
        earlier.demand_id == change.demand_id,
        or_(earlier.at < change.at, (earlier.at == change.at) & (earlier.id < change.id)),
    )


def _week(at: InstrumentedAttribute[datetime], span: Span) -> ColumnElement[int]:
    """The number of the local week of an instant inside the span, from FIRST_MONDAY on."""
    # Whole minutes: the databases round what is left of a second differently.
    minute = cast(extract("epoch", at) - extract("second", at), BigInteger)
    *changes, (_end, last) = span.offsets()
    ahead: Any = literal(last, BigInteger)
    if changes:
        ahead = case(*((at < until, seconds) for until, seconds in changes), else_=last)
    return (minute + cast(ahead, BigInteger) - _BEFORE_MONDAY) // _WEEK_SECONDS


def _names(user_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = [one for one in user_ids if one is not None]
    query = select(User.id, User.name).where(User.id.in_(wanted))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _percent(part: int, whole: int) -> int | None:
    return None if not whole else round(100 * part / whole)
