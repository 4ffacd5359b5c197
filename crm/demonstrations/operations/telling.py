"""Telling groups that they are invited: by mail to who speaks for them, else by phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, cast, exists, literal, or_, select
from sqlalchemy.orm import contains_eager

from crm.asks.operations.days import last_moment, today_here
from crm.asks.operations.telling import BATCH, CALL_WITHIN, reminders_due
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.demands.operations.stands import whose_group
from crm.demands.queries import current_coalition, current_rules
from crm.demonstrations.mails import mail_invitation
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import Event, Visibility
from crm.organizations.models import Contact, Organization
from crm.outreach.models import FollowUp
from crm.outreach.operations import add_follow_up
from crm.representatives.queries import SPEAKS, representatives_of

Rows = Sequence[CoSponsorship]


def tell_invited() -> int:
    """Mail every invitation that was not mailed yet; how many. Where nobody speaks for a group, somebody
    calls.

    Commits in batches, and may be stopped anywhere.
    """
    told = _in_batches(lambda: _open(CoSponsorship.mailed_at.is_(None), _has_speaker()), _tell)
    _in_batches(lambda: _open(CoSponsorship.mailed_at.is_(None), ~_has_speaker(), ~_has_call()), _call)
    return told


def remind_invited() -> int:
    """Remind, once for each of the rules' days, who was mailed and has not answered; how many."""
    query = select(CoSponsorship.closes_on).where(*_is_open()).distinct()
    days = [day for day in db.session.scalars(query.order_by(CoSponsorship.closes_on)) if day is not None]
    return sum(
        _in_batches(partial(_to_remind, closes_on, since), _remind)
        for closes_on, since in reminders_due(days, current_rules().reminder_days, today_here())
    )


def _in_batches(find: Callable[[], Rows], act: Callable[[Rows], None]) -> int:
    count = 0
    while rows := find():
        act(rows)
        count += len(rows)
        db.session.commit()
    return count


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return CoSponsorship.state == CoSponsorState.ASKED, CoSponsorship.closes_on >= today_here()


def _open(*conditions: ColumnElement[bool]) -> Rows:
    """What is not answered yet, of events that groups may be told of."""
    query = (
        select(CoSponsorship)
        .join(CoSponsorship.organization)
        .join(CoSponsorship.event)
        .where(*_is_open(), *conditions)
        .where(Organization.archived_at.is_(None), Event.cancelled_at.is_(None))
        .where(Event.published_at.is_not(None), Event.visibility != Visibility.CLOSED)
        .options(contains_eager(CoSponsorship.organization), contains_eager(CoSponsorship.event))
    )
    return db.session.scalars(query.order_by(CoSponsorship.id).limit(BATCH)).unique().all()


def _to_remind(closes_on: date, since: date) -> Rows:
    """Who was mailed before the reminder's day and had none since."""
    return _open(
        CoSponsorship.closes_on == closes_on,
        CoSponsorship.mailed_at < last_moment(since - timedelta(days=1)),
        or_(CoSponsorship.reminded_on.is_(None), CoSponsorship.reminded_on < since),
        _has_speaker(),
    )


def _tell(rows: Rows) -> None:
    _mail(rows, reminder=False)
    for one in rows:
        one.mailed_at = clock.now()


def _remind(rows: Rows) -> None:
    _mail(rows, reminder=True)
    for one in rows:
        one.reminded_on = today_here()


def _mail(rows: Rows, *, reminder: bool) -> None:
    """One mail to each person who speaks for the groups."""
    speakers, coalition = representatives_of({one.organization_id for one in rows}), current_coalition()
    for one in rows:
        for person in speakers.get(one.organization_id, []):
            if person.email:
                mail_invitation(coalition, one, person, reminder=reminder)


def _call(rows: Rows) -> None:
    for one in rows:
        assert one.closes_on is not None  # noqa: S101 - they were found by it
        title = _(
            "Ask them by phone to co-sponsor “%(title)s”: nobody of the group can be written to",
            title=one.event.title[:80],
        )
        add_follow_up(
            ANONYMOUS,
            title=title,
            due_on=min(today_here() + CALL_WITHIN, one.closes_on),
            owner_id=whose_group(ANONYMOUS, one.organization),
            organization_id=one.organization_id,
            origin=f"co_sponsor:{one.id}:{one.closes_on.isoformat()}",
        )


def _has_speaker() -> ColumnElement[bool]:
    return exists().where(
        Contact.organization_id == CoSponsorship.organization_id, SPEAKS, Contact.email_index.is_not(None)
    )


def _has_call() -> ColumnElement[bool]:
    origin = literal("co_sponsor:") + cast(CoSponsorship.id, String) + literal(":")
    day = cast(CoSponsorship.closes_on, String)
    return exists().where(
        FollowUp.coalition_id == CoSponsorship.coalition_id, FollowUp.origin == origin + day
    )
