"""What Today shows, in few statements: the short answers are the parts of one UNION."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum, auto
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    String,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm.accounts.models import User
from crm.asks.queries import open_proposals
from crm.core.db import UTCDateTime, db
from crm.core.permissions import Permission, Viewer
from crm.demands.models import (
    ACCEPTING,
    Decision,
    Demand,
    EditorialProposal,
    EndorsementChange,
    Standing,
    StandingChange,
    StandRecord,
)
from crm.events.models import Event
from crm.groups.models import NameRequest
from crm.home.next_dates import NextDate, list_next_dates
from crm.hosting.models import MeetingOffer, OfferState
from crm.organizations.models import Assignment, Contact, Organization
from crm.outreach.models import WEEK, Due, Handover, Interaction, Outcome, group_by_due
from crm.outreach.queries import list_follow_ups_due
from crm.policies.models import Rung
from crm.sign_ons.models import SignOn, SignOnState

MOST_FOLLOW_UPS = 30
MOST_NEWS = 8
# Figures stop here, so that they cost the same however much there is.
COUNT_UP_TO = 1_000
# Nothing, of a type: PostgreSQL takes a bare NULL for text.
NO_ID = cast(null(), Integer)
NO_TIME = cast(null(), UTCDateTime)
NO_ONE = cast(null(), LargeBinary)
# Added to what is grouped by: along its index SQLite goes through all there ever was, and not what is new.
NOTHING: ColumnElement[int] = literal_column("0")


class What(StrEnum):
    """What a row of the UNION is."""

    TOUCH = auto()
    ENDORSED = auto()
    STANDING = auto()
    HANDED = auto()
    GIVEN = auto()
    SIGN_ON = auto()
    RECORDS = auto()
    NAMES = auto()
    MEETINGS = auto()
    PROPOSALS = auto()
    NEW_GROUPS = auto()
    ENDORSEMENTS = auto()
    ANY_GROUP = auto()
    ANY_DEMAND = auto()
    ANY_EVENT = auto()
    OFFERS = auto()
    QUIET = auto()


NEWS = frozenset({What.TOUCH, What.ENDORSED, What.STANDING, What.HANDED, What.GIVEN})


@dataclass(frozen=True)
class News:
    """Something that happened, or waits. `number`: an id or a count; `detail` depends on what it is."""

    what: What
    number: int
    at: datetime | None
    organization_id: int | None
    name: str
    detail: str
    who: str | None

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.detail)

    @property
    def standing(self) -> Standing:
        """What groups became."""
        return Standing(self.detail.partition(":")[2])

    @property
    def lost_membership(self) -> bool:
        """Whether they were members before."""
        return self.detail.startswith(Standing.MEMBER)


@dataclass(frozen=True)
class Today:
    """All that the start page shows."""

    follow_ups: dict[Due, list[Any]]
    more_follow_ups: bool
    news: list[News]
    sign_ons: list[News]
    dates: list[NextDate]
    figures: dict[What, int] = field(default_factory=dict)


def show_today(viewer: Viewer, now: datetime, zone: ZoneInfo, since: datetime) -> Today:
    """The start page of a viewer; `since`: when they were last here."""
    today = now.astimezone(zone).date()
    follow_ups = _list_follow_ups(viewer, now, zone)
    parts = [_touches(viewer, since), _endorsed(viewer, since), _standings(since), *_figures(now, zone)]
    parts += [_handed(viewer, since), _given(viewer, since)]
    if viewer.can(Permission.SIGN_ON_VIEW):
        parts += [
            _waiting_sign_ons(),
            _count(What.RECORDS, StandRecord, StandRecord.decision == Decision.WAITING),
            _count(What.NAMES, NameRequest, NameRequest.decision == Decision.WAITING),
        ]
    if viewer.can(Permission.DEMAND_EDIT):
        parts.append(_count(What.PROPOSALS, EditorialProposal, *open_proposals(viewer)))
    if viewer.can(Permission.CONTACT_EDIT):
        parts.append(_count(What.QUIET, Contact, Contact.asked_about_at.is_not(None)))
    if viewer.can(Permission.EVENT_WIDEN):
        parts.append(_count(What.MEETINGS, MeetingOffer, MeetingOffer.state == OfferState.WAITING))
    rows = [News(What(row[0]), *row[1:]) for row in db.session.execute(_together(parts))]
    news = [row for row in rows if row.what in NEWS]
    return Today(
        follow_ups=group_by_due(follow_ups[:MOST_FOLLOW_UPS], today),
        more_follow_ups=len(follow_ups) > MOST_FOLLOW_UPS,
        news=sorted(news, key=lambda one: one.at or since, reverse=True),
        sign_ons=[row for row in rows if row.what is What.SIGN_ON],
        dates=list_next_dates(viewer, now),
        figures={row.what: row.number for row in rows if row.at is None},
    )


def _list_follow_ups(viewer: Viewer, now: datetime, zone: ZoneInfo) -> Sequence[Any]:
    if viewer.user_id is None or not viewer.can(Permission.OUTREACH_LOG):
        return []
    until = now.astimezone(zone).date() + WEEK
    return list_follow_ups_due(viewer.user_id, until, MOST_FOLLOW_UPS + 1)


def _together(parts: Sequence[Select[Any]]) -> Select[Any]:
    """One statement of them all. Each part is a subquery: SQLite takes no LIMIT within a UNION else."""
    return select(union_all(*(select(part.subquery()) for part in parts)).subquery())


def _row(
    what: What, number: Any, at: Any, organization_id: Any, name: Any, detail: Any, who: Any
) -> Select[Any]:
    """One part of the UNION: the fields of News. The first part gives the columns their types."""
    return select(
        literal(what.value).label("what"),
        number.label("number"),
        at.label("at"),
        organization_id.label("organization_id"),
        name.label("name"),
        detail.label("detail"),
        who.label("who"),
    )


def _by_others(column: InstrumentedAttribute[int | None], viewer: Viewer) -> ColumnElement[bool]:
    return or_(column != viewer.user_id, column.is_(None))


def _touches(viewer: Viewer, since: datetime) -> Select[Any]:
    """What others logged since, imports apart."""
    query = _row(
        What.TOUCH,
        Interaction.id,
        Interaction.logged_at,
        Interaction.organization_id,
        Organization.name,
        type_coerce(Interaction.outcome, String),
        User.name,
    )
    return (
        query.join(Organization, Organization.id == Interaction.organization_id)
        .outerjoin(User, User.id == Interaction.user_id)
        .where(Interaction.logged_at > since, _by_others(Interaction.user_id, viewer))
        .where(Interaction.import_id.is_(None))
        .order_by(Interaction.logged_at.desc(), Interaction.id.desc())
        .limit(MOST_NEWS)
    )


def _endorsed(viewer: Viewer, since: datetime) -> Select[Any]:
    """Which groups endorsed since, and how many demands each."""
    last = func.max(EndorsementChange.at)
    demands = func.count(EndorsementChange.demand_id.distinct())
    group = (EndorsementChange.organization_id + NOTHING, Organization.name)
    return (
        _row(What.ENDORSED, demands, last, *group, literal(""), NO_ONE)
        .join(Organization, Organization.id == EndorsementChange.organization_id)
        .where(EndorsementChange.at > since, EndorsementChange.state.in_(ACCEPTING))
        .where(_by_others(EndorsementChange.user_id, viewer))
        .group_by(*group)
        .order_by(last.desc(), group[0])
        .limit(MOST_NEWS)
    )


def _standings(since: datetime) -> Select[Any]:
    """How many groups came from where to where since, whoever did it, and the first of their names."""
    change, group = StandingChange, StandingChange.organization_id
    way = type_coerce(change.before, String).concat(":").concat(type_coerce(change.after, String))
    names = (func.min(group), func.min(Organization.name))
    return (
        _row(What.STANDING, func.count(group.distinct()), func.max(change.at), *names, way, NO_ONE)
        .join(Organization, Organization.id == group)
        .where(change.at > since, Organization.archived_at.is_(None))
        .group_by(change.before, change.after)
    )


def _handed(viewer: Viewer, since: datetime) -> Select[Any]:
    """The follow-ups that others handed to the viewer, and how many."""
    return _to_viewer(viewer, since, What.HANDED, Handover, Handover.to_id, Handover.tasks).where(
        Handover.tasks > 0
    )


def _given(viewer: Viewer, since: datetime) -> Select[Any]:
    """That others gave the viewer groups to look after."""
    return _to_viewer(viewer, since, What.GIVEN, Assignment, Assignment.assignee_id, literal(0))


def _to_viewer(viewer: Viewer, since: datetime, what: What, table: Any, to: Any, number: Any) -> Select[Any]:
    query = _row(what, number, table.at, NO_ID, literal(""), literal(""), User.name)
    return (
        query.select_from(table)
        .outerjoin(User, User.id == table.by_id)
        .where(to == viewer.user_id, table.at > since, table.undone_at.is_(None))
        .where(_by_others(table.by_id, viewer))
        .order_by(table.at.desc(), table.id.desc())
        .limit(MOST_NEWS)
    )


def _waiting_sign_ons() -> Select[Any]:
    """Those that have waited longest."""
    query = _row(What.SIGN_ON, SignOn.id, SignOn.confirmed_at, NO_ID, SignOn.name, literal(""), NO_ONE)
    query = query.where(SignOn.state == SignOnState.WAITING)
    return query.order_by(SignOn.confirmed_at, SignOn.id).limit(MOST_NEWS)


def _figures(now: datetime, zone: ZoneInfo) -> list[Select[Any]]:
    """The week's growth, counted from Monday; whether the first steps are taken, and a win opens a demand."""
    local = now.astimezone(zone)
    monday = datetime.combine(local.date() - timedelta(days=local.weekday()), time(), zone)
    lately = (EndorsementChange.at >= monday, EndorsementChange.state.in_(ACCEPTING))
    # Each group once, and then whether it is new: most say yes to several demands on one day.
    groups = select((EndorsementChange.organization_id + NOTHING).label("id")).where(*lately).distinct()
    group, earlier = groups.subquery().c, aliased(EndorsementChange)
    before = exists().where(
        earlier.organization_id == group.id, earlier.state.in_(ACCEPTING), earlier.at < monday
    )
    return [
        _count(What.NEW_GROUPS, group, ~before),
        _count(What.ENDORSEMENTS, EndorsementChange, *lately),
        _count(What.ANY_GROUP, Organization, most=1),
        _count(What.ANY_DEMAND, Demand, most=1),
        _count(What.ANY_EVENT, Event, most=1),
        _count(What.OFFERS, Rung, Rung.offered_at.is_not(None), Rung.settled_at.is_(None), most=1),
    ]


def _count(
    what: What, table: Any, *conditions: ColumnElement[bool], of: Any = None, most: int = COUNT_UP_TO + 1
) -> Select[Any]:
    """How many rows there are, or how many different values of a column, counted up to `most`."""
    some = select(of if of is not None else table.id).where(*conditions).distinct().limit(most).subquery()
    row = _row(what, func.count(), NO_TIME, NO_ID, literal(""), literal(""), NO_ONE)
    return row.select_from(some)
