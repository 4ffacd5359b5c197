"""Telling groups what they are asked, of whatever kind: by mail to who speaks for them, else by phone.

Everything commits in batches, may be stopped anywhere, and goes on where it was: what was done is not found
again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, exists, or_, select

from crm.asks.models import Reached
from crm.asks.operations.days import last_moment, today_here
from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.core.tenancy import current_coalition_id
from crm.demands.operations.stands import whose_group
from crm.demands.queries import current_coalition, current_rules
from crm.organizations.models import Contact, Organization
from crm.outreach.models import FollowUp
from crm.outreach.operations import add_follow_up, edit_follow_up
from crm.representatives.queries import SPEAKS, representatives_of

# Groups in one transaction: short enough that nobody waits for it.
BATCH = 25
# Who can't be mailed is to be called within so many days.
CALL_WITHIN = timedelta(days=3)
# So much room have the names of what a call is about, in characters; no name has more than the second, or
# less than the third.
ROOM, LONGEST, SHORTEST = 190, 80, 16
# Around each name: quotation marks, a comma, a space.
AROUND = 4
Row = TypeVar("Row", bound=Reached)


@dataclass(frozen=True)
class Round(Generic[Row]):
    """One kind of question to groups, and what differs between the kinds."""

    model: type[Row]
    # What its calls are made for ("ask"), and the job that mails what was just asked.
    name: str
    mail_job: str
    # The open questions that groups may be told of, with all that their mails say.
    read: Callable[[], Select[Any]]
    mail: Callable[[Coalition, Row, Contact, bool], None]
    last_day: Callable[[Row], date | None]
    # The column of that day.
    closes_on: Any
    # What a call is about, and what it is to ask about these.
    subject: Callable[[Row], str]
    call: Callable[[str], str]
    # What is settled with a question before its first mail.
    prepare: Callable[[Row], None] = lambda row: None


def tell(kind: Round[Row]) -> int:
    """Mail every question that was not mailed yet to whoever speaks for the group; how many questions.

    Where nobody speaks for a group, whose group it is calls: once a day, whatever it is asked.
    """
    fresh = kind.model.mailed_at.is_(None)
    told = in_batches(lambda: find(kind, fresh, has_speaker(kind)), partial(_tell, kind))
    uncalled = kind.model.call_id.is_(None)
    in_batches(lambda: find(kind, fresh, uncalled, ~has_speaker(kind)), partial(_call, kind))
    return told


def tell_late(kind: Round[Row], organization_id: int) -> None:
    """Somebody speaks for a group from now on: owe them the mails of what it is asked."""
    waiting = kind.read().where(kind.model.organization_id == organization_id, kind.model.mailed_at.is_(None))
    if db.session.scalar(select(waiting.exists())):
        jobs.enqueue(kind.mail_job, coalition_id=current_coalition_id())


def remind(kind: Round[Row], *but: ColumnElement[bool]) -> int:
    """Remind, once for each of the rules' days, who was told and has not answered; how many questions.

    `but`: what holds besides for who is reminded.
    """
    days = kind.read().with_only_columns(kind.closes_on).order_by(None).distinct()
    due = reminders_due(sorted(db.session.scalars(days)), current_rules().reminder_days, today_here())
    return sum(
        in_batches(partial(_to_remind, kind, closes_on, since, but), partial(_remind, kind))
        for closes_on, since in due
    )


def remind_now(kind: Round[Row], *those: ColumnElement[bool]) -> int:
    """Remind those who were told and have not answered, nobody twice on a day; how many questions."""
    model = kind.model
    not_today = or_(model.reminded_on.is_(None), model.reminded_on < today_here())
    wanted = (*those, model.mailed_at.is_not(None), not_today, has_speaker(kind))
    return in_batches(lambda: find(kind, *wanted), partial(_remind, kind))


def reminders_due(
    last_days: Iterable[date], reminder_days: Sequence[int], today: date
) -> list[tuple[date, date]]:
    """(last day to answer, since when its newest reminder is due), for each of the last days that has one.

    A reminder whose day was missed is made up for; of several missed ones the newest alone.
    """
    due = []
    for last_day in last_days:
        reached = [last_day - timedelta(days=days) for days in reminder_days]
        if passed := [day for day in reached if day <= today]:
            due.append((last_day, max(passed)))
    return due


def in_batches(read: Callable[[], Sequence[Row]], act: Callable[[Sequence[Row]], None]) -> int:
    """Do something to all rows that are found, a few in each transaction; how many."""
    count = 0
    while rows := read():
        act(rows)
        count += len(rows)
        db.session.commit()
    return count


def find(kind: Round[Row], *conditions: ColumnElement[bool]) -> Sequence[Row]:
    """A batch of the open questions of a kind for which these hold, the oldest first."""
    query = kind.read().where(*conditions).order_by(kind.model.id).limit(BATCH)
    return db.session.scalars(query).unique().all()


def has_speaker(kind: Round[Any]) -> ColumnElement[bool]:
    """Whether somebody speaks for the group who can be written to."""
    return exists().where(
        Contact.organization_id == kind.model.organization_id, SPEAKS, Contact.email_index.is_not(None)
    )


def name_all(subjects: Sequence[str]) -> str:
    """Names in quotation marks, each shortened so that all have room: “Housing”, “Buses” and 3 more."""
    most = ROOM // (SHORTEST + AROUND)
    named = subjects[:most]
    room = min(LONGEST, ROOM // len(named) - AROUND)
    text = ", ".join(_("“%(name)s”", name=_clipped(one, room)) for one in named)
    left = len(subjects) - len(named)
    return (
        text
        if not left
        else ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", left, names=text)
    )


def _clipped(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def _to_remind(
    kind: Round[Row], closes_on: date, since: date, but: Sequence[ColumnElement[bool]]
) -> Sequence[Row]:
    """Who was told before the reminder's day and had none since."""
    return find(
        kind,
        kind.closes_on == closes_on,
        kind.model.mailed_at < last_moment(since - timedelta(days=1)),
        or_(kind.model.reminded_on.is_(None), kind.model.reminded_on < since),
        has_speaker(kind),
        *but,
    )


def _tell(kind: Round[Row], rows: Sequence[Row]) -> None:
    for row in rows:
        kind.prepare(row)
    _mail(kind, rows, reminder=False)
    for row in rows:
        row.mailed_at = clock.now()


def _remind(kind: Round[Row], rows: Sequence[Row]) -> None:
    _mail(kind, rows, reminder=True)
    for row in rows:
        row.reminded_on = today_here()


def _mail(kind: Round[Row], rows: Sequence[Row], *, reminder: bool) -> None:
    """One mail to each person who speaks for the groups."""
    speakers, coalition = representatives_of({row.organization_id for row in rows}), current_coalition()
    for row in rows:
        for person in speakers.get(row.organization_id, []):
            if person.email:
                kind.mail(coalition, row, person, reminder)


def _call(kind: Round[Row], rows: Sequence[Row]) -> None:
    by_group: dict[Organization, list[Row]] = defaultdict(list)
    for row in rows:
        by_group[row.organization].append(row)
    for group, asked in by_group.items():
        call = _join(kind, group, asked) or _new_call(kind, group, asked)
        db.session.flush()
        for row in asked:
            row.call_id = call.id


def _join(kind: Round[Row], group: Organization, asked: Sequence[Row]) -> FollowUp | None:
    """Today's call to the group that nobody has made or reworded yet, now about these as well."""
    model, midnight = kind.model, datetime.combine(today_here(), time(), current_coalition().zone)
    query = (
        select(FollowUp)
        .join(model, model.call_id == FollowUp.id)
        .where(model.organization_id == group.id, FollowUp.organization_id == group.id)
        .where(FollowUp.done_at.is_(None), FollowUp.created_at >= midnight.astimezone(UTC))
        .order_by(FollowUp.id.desc())
    )
    call = db.session.scalars(query).first()
    before = find(kind, model.call_id == call.id) if call else []
    if call is None or not before or call.title != _title(kind, before):
        return None
    title, due_on = _title(kind, [*before, *asked]), min(call.due_on, _due_on(kind, asked))
    edit_follow_up(ANONYMOUS, call, title=title, due_on=due_on, owner_id=call.owner_id)
    return call


def _new_call(kind: Round[Row], group: Organization, asked: Sequence[Row]) -> FollowUp:
    first = asked[0]
    return add_follow_up(
        ANONYMOUS,
        title=_title(kind, asked),
        due_on=_due_on(kind, asked),
        owner_id=whose_group(ANONYMOUS, group),
        organization_id=group.id,
        # Two workers at once: the database lets one of them make it.
        origin=f"{kind.name}:{first.id}:{first.asked_at.isoformat()}",
    )


def _title(kind: Round[Row], rows: Sequence[Row]) -> str:
    """In the language of the coalition, in which the jobs speak."""
    return kind.call(name_all([kind.subject(row) for row in rows]))


def _due_on(kind: Round[Row], rows: Sequence[Row]) -> date:
    last_days = [day for row in rows if (day := kind.last_day(row)) is not None]
    return min([today_here() + CALL_WITHIN, *last_days])
