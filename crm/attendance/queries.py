"""Reading who came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from crm.attendance.models import Attendance, DoorWish, Presence, SignInPage, Source
from crm.attendance.rules import AttendanceRules
from crm.core.crypto import token_hash
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import OrganizationStanding, Standing
from crm.events.models import Event, EventKind
from crm.events.queries.lines import list_line_ids
from crm.events.rights import visible_to
from crm.organizations.models import Organization

# So many dates back tell who comes to an event.
LOOKED_BACK = 12
# Not come so often in a row, a group is listed.
MISSED = 3
MOST_EXPECTED = 400


@dataclass
class GroupLine:
    """A group on a date: what is said of it (None: nothing yet), and how many of it came."""

    organization: Organization
    entries: list[Attendance] = field(default_factory=list)

    @property
    def delegates(self) -> list[Attendance]:
        return [one for one in self.entries if one.delegate is not None]

    @property
    def people(self) -> int:
        """Delegates are among those who were counted: the larger of the two numbers."""
        named = sum(one.count for one in self.delegates)
        return max(named, sum(one.count for one in self.entries) - named)

    @property
    def state(self) -> Presence | None:
        if self.people:
            return Presence.PRESENT
        said = [one.state for one in self.entries if one.state is not Presence.PRESENT]
        return Presence.EXCUSED if Presence.EXCUSED in said else said[0] if said else None


@dataclass(frozen=True)
class Roll:
    """Who came to a date: by group; typed names that are no known group; of no group; and all, counted."""

    groups: Sequence[GroupLine]
    unknown: Sequence[Attendance]
    of_no_group: int
    head_count: int | None

    @property
    def present(self) -> list[GroupLine]:
        return [line for line in self.groups if line.state is Presence.PRESENT]

    @property
    def signed_in(self) -> int:
        """People, by the entries."""
        return (
            sum(line.people for line in self.groups) + sum(e.count for e in self.unknown) + self.of_no_group
        )

    @property
    def people(self) -> int:
        """The head count where there is one, else the entries together."""
        return self.signed_in if self.head_count is None else self.head_count


@dataclass(frozen=True)
class Quorum:
    """How many member groups are there, of how many, and how many it takes."""

    present: int
    members: int
    needed: int

    @property
    def reached(self) -> bool:
        return self.present >= self.needed


def list_roll(event_id: int, on_date: date) -> Roll:
    """Who came to a date; one statement."""
    query = (
        select(Attendance)
        .where(Attendance.event_id == event_id, Attendance.on_date == on_date)
        .options(joinedload(Attendance.organization).options(defer(Organization.note)))
        .order_by(Attendance.id)
    )
    entries = db.session.scalars(query).all()
    lines: dict[int, GroupLine] = {}
    for one in entries:
        if one.organization is not None:
            lines.setdefault(one.organization.id, GroupLine(one.organization)).entries.append(one)
    rest = [one for one in entries if one.organization_id is None and one.count]
    counted = [one.count for one in rest if one.source is Source.HEAD_COUNT]
    people = [one for one in rest if one.source is not Source.HEAD_COUNT]
    return Roll(
        groups=sorted(lines.values(), key=lambda line: (line.organization.sort_name, line.organization.id)),
        unknown=[one for one in people if one.group_name is not None],
        of_no_group=sum(one.count for one in people if one.group_name is None),
        head_count=counted[-1] if counted else None,
    )


def count_quorum(event: Event, roll: Roll, rules: AttendanceRules) -> Quorum | None:
    """The quorum of a coalition meeting; None of other events, and where the coalition has none."""
    if event.kind is not EventKind.COALITION or rules.needed(1) is None:
        return None
    members = set(_list_member_ids())
    present = sum(1 for line in roll.present if line.organization.id in members)
    return Quorum(present, len(members), rules.needed(len(members)) or 1)


def _list_member_ids() -> Sequence[int]:
    query = (
        select(OrganizationStanding.organization_id)
        .join(Organization, Organization.id == OrganizationStanding.organization_id)
        .where(OrganizationStanding.standing == Standing.MEMBER, Organization.archived_at.is_(None))
    )
    return db.session.scalars(query).all()


def list_expected(viewer: Viewer, event: Event, on_date: date) -> Sequence[Organization]:
    """The groups to be looked for at a date: who came before, and at a coalition meeting all members."""
    came_before = _list_who_came(viewer, event.id, on_date).values()
    came = {group_id for groups in came_before for group_id in groups}
    wanted = came | set(_list_member_ids()) if event.kind is EventKind.COALITION else came
    query = select(Organization).where(Organization.id.in_(wanted), Organization.archived_at.is_(None))
    query = query.options(defer(Organization.note)).order_by(Organization.sort_name, Organization.id)
    return db.session.scalars(query.limit(MOST_EXPECTED)).all()


def list_missing(viewer: Viewer, event_id: int, before: date) -> Sequence[tuple[Organization, date]]:
    """The groups that did not come to the last three dates before one, and the last one to which they came.

    Of dates where nobody noted who came nothing is said. Excused is not come. A series that was split is one.
    """
    came = _list_who_came(viewer, event_id, before)
    days = sorted(came, reverse=True)
    if len(days) < MISSED:
        return []
    lately = {group_id for day in days[:MISSED] for group_id in came[day]}
    last = {group_id: day for day in reversed(days) for group_id in came[day] if group_id not in lately}
    query = select(Organization).where(Organization.id.in_(last), Organization.archived_at.is_(None))
    found = db.session.scalars(query.options(defer(Organization.note)).order_by(Organization.sort_name)).all()
    return [(one, last[one.id]) for one in found]


def _list_who_came(viewer: Viewer, event_id: int, before: date) -> Mapping[date, set[int]]:
    """The last dates on which groups came, each with the ids of these; three statements."""
    there = (
        Attendance.event_id.in_(list_line_ids(viewer, event_id)),
        Attendance.on_date < before,
        Attendance.organization_id.is_not(None),
        Attendance.count > 0,
    )
    days = select(Attendance.on_date).where(*there).distinct().order_by(Attendance.on_date.desc())
    since = db.session.scalars(days.limit(LOOKED_BACK)).all()
    query = select(Attendance.on_date, Attendance.organization_id).where(*there)
    found: dict[date, set[int]] = {day: set() for day in since}
    for day, group_id in db.session.execute(query.where(Attendance.on_date.in_(since)).distinct()):
        if group_id is not None:
            found[day].add(group_id)
    return found


def find_entry(event_id: int, on_date: date, entry_id: int) -> Attendance | None:
    """One entry of a date."""
    query = select(Attendance).where(Attendance.event_id == event_id, Attendance.on_date == on_date)
    return db.session.scalars(query.where(Attendance.id == entry_id)).one_or_none()


def find_by_key(key: str) -> Attendance | None:
    """The entry that was made under a key."""
    return db.session.scalars(select(Attendance).where(Attendance.key == key)).one_or_none()


def list_entries_of(event_id: int, on_date: date, organization_id: int) -> Sequence[Attendance]:
    """What is said of a group on a date, without its delegates by name."""
    query = select(Attendance).where(
        Attendance.event_id == event_id,
        Attendance.on_date == on_date,
        Attendance.organization_id == organization_id,
        Attendance.delegate.is_(None),
    )
    return db.session.scalars(query.order_by(Attendance.id)).all()


def find_open_page(event_id: int, on_date: date, now: datetime) -> SignInPage | None:
    """The sign-in page of a date, if one is open."""
    query = select(SignInPage).where(SignInPage.event_id == event_id, SignInPage.on_date == on_date)
    query = query.where(SignInPage.closed_at.is_(None), SignInPage.ends_at > now)
    return db.session.scalars(query).one_or_none()


def find_page(token: str) -> SignInPage | None:
    """The sign-in page of an address, open or not."""
    return db.session.scalars(
        select(SignInPage).where(SignInPage.token_hash == token_hash(token))
    ).one_or_none()


def count_wishes(event_id: int, on_date: date) -> int:
    """How many left a wish at the door."""
    query = select(func.count()).select_from(DoorWish).join(DoorWish.attendance)
    return db.session.scalar(query.where(Attendance.event_id == event_id, Attendance.on_date == on_date)) or 0


def list_wishes(event_id: int, on_date: date) -> Sequence[DoorWish]:
    """What was ticked at the door, with the groups; one statement."""
    query = (
        select(DoorWish)
        .join(DoorWish.attendance)
        .where(Attendance.event_id == event_id, Attendance.on_date == on_date)
        .options(joinedload(DoorWish.attendance).joinedload(Attendance.organization))
        .order_by(DoorWish.id)
    )
    return db.session.scalars(query).all()


def fill_up(roll: Roll, expected: Iterable[Organization]) -> list[GroupLine]:
    """The groups of a roll, and below them those that are looked for and of which nothing is said."""
    known = {line.organization.id for line in roll.groups}
    return [*roll.groups, *(GroupLine(one) for one in expected if one.id not in known)]


def list_own_lines(
    viewer: Viewer, organization_id: int, most: int
) -> Sequence[tuple[Event, date, GroupLine]]:
    """What is noted of a group at the last dates of events that the viewer may know of; two statements."""
    own = Attendance.organization_id == organization_id, visible_to(viewer)
    dates = select(Attendance.event_id, Attendance.on_date).join(Event, Event.id == Attendance.event_id)
    newest = Attendance.on_date.desc(), Attendance.event_id.desc()
    last = dates.where(*own).distinct().order_by(*newest).limit(most).subquery()
    query = (
        select(Event, Attendance)
        .join(Attendance, Attendance.event_id == Event.id)
        .join(last, and_(last.c.event_id == Event.id, last.c.on_date == Attendance.on_date))
        .where(*own)
        .options(selectinload(Event.occurrences))
        .order_by(*newest, Attendance.id)
    )
    found: dict[tuple[int, date], tuple[Event, date, GroupLine]] = {}
    group = db.session.get_one(Organization, organization_id)
    for event, entry in db.session.execute(query):
        first = (event, entry.on_date, GroupLine(group))
        found.setdefault((event.id, entry.on_date), first)[2].entries.append(entry)
    return [one for one in found.values() if one[2].state is not None]
