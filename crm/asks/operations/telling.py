"""Telling groups what they are asked: by mail to who speaks for them, else by phone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, cast, exists, literal, or_, select

from crm.asks.mails import mail_ask
from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations.answers import put_off
from crm.asks.operations.days import last_moment, today_here
from crm.asks.queries.asks import with_words
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.demands.models import Demand
from crm.demands.operations.stands import whose_group
from crm.demands.queries import current_coalition, current_rules, words_of
from crm.organizations.models import Contact, Organization
from crm.outreach.models import FollowUp
from crm.outreach.operations import add_follow_up
from crm.representatives.queries import SPEAKS, representatives_of

# Groups in one transaction: short enough that nobody waits for it.
BATCH = 25
# Who can't be mailed is to be called within so many days.
CALL_WITHIN = timedelta(days=3)
# So much of a demand's sentence stands in the title of a call, in characters.
TITLE_LENGTH = 80


def tell_groups() -> int:
    """Mail every question that has not been mailed yet to whoever speaks for the group; how many questions.

    A group that learns of an editorial change late has its whole time to object from then on. Where nobody
    speaks for a group, whose group it is calls. Commits in batches, and may be stopped anywhere.
    """
    told = in_batches(lambda: _open(Ask.mailed_at.is_(None), _has_speaker()), _tell)
    in_batches(lambda: _open(Ask.mailed_at.is_(None), ~_has_speaker(), ~_has_call()), _call)
    return told


def remind_groups() -> int:
    """Remind, once for each of the rule's days, who has not answered yet; how many questions."""
    return sum(
        in_batches(partial(_to_remind, closes_on, since), _remind)
        for closes_on, since in reminders_due(_last_days(), current_rules().reminder_days, today_here())
    )


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


def remind_about(version_id: int) -> int:
    """Remind now who has not answered about a version, nobody twice on a day; how many questions."""
    today = today_here()

    def found() -> Sequence[Ask]:
        not_today = or_(Ask.reminded_on.is_(None), Ask.reminded_on < today)
        return _open(Ask.version_id == version_id, Ask.mailed_at.is_not(None), not_today, _has_speaker())

    return in_batches(found, _remind)


def was_told() -> ColumnElement[bool]:
    """Whether a group was told of an editorial change for as long as its time to object lasts."""
    last_call = clock.now() - timedelta(days=current_rules().objection_days)
    called = exists().where(
        FollowUp.coalition_id == Ask.coalition_id, FollowUp.origin == _origin(), FollowUp.done_at <= last_call
    )
    return or_(Ask.mailed_at.is_not(None), called)


def in_batches(find: Callable[[], Sequence[Ask]], act: Callable[[Sequence[Ask]], None]) -> int:
    """Do something to all questions that are found, a few in each transaction; how many.

    What was done is not found again: stopped anywhere, it goes on where it was.
    """
    count = 0
    while asks := find():
        act(asks)
        count += len(asks)
        db.session.commit()
    return count


def _open(*conditions: ColumnElement[bool]) -> Sequence[Ask]:
    query = (
        select(Ask)
        .join(Organization, Organization.id == Ask.organization_id)
        .join(Demand, Demand.id == Ask.demand_id)
        .where(Ask.state == AskState.OPEN, Ask.closes_on >= today_here(), *conditions)
        .where(Organization.archived_at.is_(None), Demand.retired_at.is_(None))
        .options(*with_words())
    )
    return db.session.scalars(query.order_by(Ask.id).limit(BATCH)).unique().all()


def _last_days() -> Sequence[date]:
    query = select(Ask.closes_on).where(Ask.state == AskState.OPEN, Ask.closes_on >= today_here())
    return db.session.scalars(query.distinct().order_by(Ask.closes_on)).all()


def _to_remind(closes_on: date, since: date) -> Sequence[Ask]:
    """Who was told before the reminder's day and had none since; not while they wait for their board."""
    return _open(
        Ask.closes_on == closes_on,
        Ask.mailed_at < last_moment(since - timedelta(days=1)),
        or_(Ask.reminded_on.is_(None), Ask.reminded_on < since),
        or_(Ask.board_on.is_(None), Ask.board_on < today_here()),
        _has_speaker(),
    )


def _tell(asks: Sequence[Ask]) -> None:
    now, earliest = clock.now(), today_here() + timedelta(days=current_rules().objection_days)
    for ask in asks:
        if ask.kind is AskKind.EDITORIAL:
            put_off(ask, None, earliest)
    _mail(asks, reminder=False)
    for ask in asks:
        ask.mailed_at = now


def _remind(asks: Sequence[Ask]) -> None:
    _mail(asks, reminder=True)
    for ask in asks:
        ask.reminded_on = today_here()


def _mail(asks: Sequence[Ask], *, reminder: bool) -> int:
    """One mail to each person who speaks for the groups; how many."""
    speakers = representatives_of({ask.organization_id for ask in asks})
    coalition, count = current_coalition(), 0
    for ask in asks:
        for person in speakers.get(ask.organization_id, []):
            if person.email:
                mail_ask(coalition, ask, person, reminder=reminder)
                count += 1
    return count


def _call(asks: Sequence[Ask]) -> None:
    for ask in asks:
        add_follow_up(
            ANONYMOUS,
            title=_call_title(ask),
            due_on=min(today_here() + CALL_WITHIN, ask.closes_on),
            owner_id=whose_group(ANONYMOUS, ask.organization),
            organization_id=ask.organization_id,
            origin=f"ask:{ask.id}",
        )


def _call_title(ask: Ask) -> str:
    """Which demand it is about, in the language of the coalition: a group may have several such calls."""
    sentence = words_of(ask.version, current_coalition().default_language).sentence
    if len(sentence) > TITLE_LENGTH:
        sentence = f"{sentence[: TITLE_LENGTH - 1].rstrip()}…"
    title = _(
        "Ask them by phone about “%(sentence)s”: nobody of the group can be written to", sentence=sentence
    )
    return str(title)


def _has_speaker() -> ColumnElement[bool]:
    return exists().where(
        Contact.organization_id == Ask.organization_id, SPEAKS, Contact.email_index.is_not(None)
    )


def _has_call() -> ColumnElement[bool]:
    return exists().where(FollowUp.coalition_id == Ask.coalition_id, FollowUp.origin == _origin())


def _origin() -> ColumnElement[str]:
    return literal("ask:") + cast(Ask.id, String)
