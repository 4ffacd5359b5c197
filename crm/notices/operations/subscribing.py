"""Asking for mail of changes: it counts once it is confirmed from the mailbox, and ends at one press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import made_token, new_token, token_hash
from crm.core.db import db
from crm.core.web import absolute_url
from crm.events.models import Event
from crm.mail.operations import forget_mail, owe_mail
from crm.notices.models import ChangeSubscription
from crm.notices.queries import CONFIRM, LEAVE, confirm_token, find_subscription
from crm.organizations.queries import mail_index
from crm.rsvps.models import Rsvp, RsvpState

HOLDS = timedelta(hours=72)


def subscribe(
    coalition: Coalition,
    form_key: str,
    email: str,
    kinds: Sequence[str],
    areas: Sequence[str],
    language: str,
) -> ChangeSubscription:
    """Owe the address a link to confirm, whatever is known of it. The same press again: the same."""
    same = select(ChangeSubscription).where(ChangeSubscription.form_key == form_key)
    one = db.session.scalars(same.with_for_update()).one_or_none()
    if one is not None and (one.email, one.kinds, one.areas) == (email, [*kinds], [*areas]):
        return one
    if one is not None:
        one.form_key = None
    made = _new(email, language, clock.now())
    made.form_key, made.kinds, made.areas = form_key, [*kinds], [*areas]
    db.session.flush()
    owe_mail(
        email,
        "notices/confirm",
        coalition_id=coalition.id,
        about=_about(made),
        link=absolute_url("changes.confirm_page", coalition=coalition.slug, token=confirm_token(made)),
        language=language,
        coalition=coalition,
    )
    return made


def subscribe_to_next(form_key: str, email: str, event_id: int, language: str) -> None:
    """Somebody who is at a date asked to be told of the next one: a link to confirm, by kind and place."""
    event = db.session.get_one(Event, event_id)
    coalition = db.session.get_one(Coalition, event.coalition_id)
    areas = [event.area] if event.area else []
    subscribe(coalition, form_key, email, [event.kind.value], areas, language)


def confirm(token: str) -> bool:
    """From now on mail goes there, instead of what the address had asked for before. False: it is over."""
    one = find_subscription(token)
    if one is None or token_hash(token) != one.confirm_hash or one.event_id is not None:
        return False
    if one.confirmed_at is not None:
        return True
    if clock.now() >= one.expires_at:
        return False
    others = select(ChangeSubscription).where(
        ChangeSubscription.email_index == one.email_index,
        ChangeSubscription.event_id.is_(None),
        ChangeSubscription.id != one.id,
    )
    for other in db.session.scalars(others.with_for_update()).all():
        _remove(other)
    one.confirmed_at = clock.now()
    return True


def leave(token: str) -> None:
    """No more such mail; what was kept is deleted. Again, or with a link of nobody's: nothing happens."""
    one = find_subscription(token)
    if one is not None and token_hash(token) == one.leave_hash:
        _remove(one)


def take_up_wishes() -> int:
    """Make subscriptions of what people asked for and confirmed where they said that they come; how many.

    To be told of the next date of a series; where it was no series, of new dates of its kind thereabouts.
    """
    query = select(Rsvp).where(
        Rsvp.wants_next, Rsvp.confirmed_at.is_not(None), Rsvp.state != RsvpState.CANCELLED
    )
    wishes = db.session.scalars(query.order_by(Rsvp.id).with_for_update(of=Rsvp)).all()
    for rsvp in wishes:
        _take_up(rsvp)
    return len(wishes)


def unconfirmed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What nobody confirmed in time."""
    return ChangeSubscription.confirmed_at.is_(None), ChangeSubscription.expires_at <= now


def forget_unconfirmed(now: datetime) -> None:
    """Delete what nobody confirmed in time."""
    db.session.execute(delete(ChangeSubscription).where(*unconfirmed(now)))


def _take_up(rsvp: Rsvp) -> None:
    rsvp.wants_next = False
    if not rsvp.email or rsvp.email_index is None or _has(rsvp):
        return
    one = _new(rsvp.email, rsvp.language, rsvp.created_at)
    one.confirmed_at = rsvp.confirmed_at
    if rsvp.event.recurrence is not None:
        one.event_id = rsvp.event_id
    else:
        one.kinds = [rsvp.event.kind.value]
        one.areas = [rsvp.event.area] if rsvp.event.area else []
    db.session.flush()


def _has(rsvp: Rsvp) -> bool:
    """Whether the address is told of it anyhow."""
    query = select(ChangeSubscription.event_id).where(
        ChangeSubscription.email_index == rsvp.email_index, ChangeSubscription.confirmed_at.is_not(None)
    )
    series = rsvp.event_id if rsvp.event.recurrence is not None else None
    return series in set(db.session.scalars(query))


def _new(email: str, language: str, created_at: datetime) -> ChangeSubscription:
    salt = new_token()
    one = ChangeSubscription(
        email=email,
        email_index=mail_index(email),
        language=language,
        salt=salt,
        confirm_hash=token_hash(made_token(salt, CONFIRM)),
        leave_hash=token_hash(made_token(salt, LEAVE)),
        created_at=created_at,
        expires_at=clock.now() + HOLDS,
    )
    db.session.add(one)
    return one


def _remove(one: ChangeSubscription) -> None:
    forget_mail(_about(one))
    db.session.delete(one)


def _about(one: ChangeSubscription) -> str:
    return f"change_subscription:{one.id}"


def follow_split(earlier_id: int, later_id: int, _from_on: date) -> None:
    """A series goes on as another event: who wants to be told of its next date is told of those to come."""
    theirs = update(ChangeSubscription).where(ChangeSubscription.event_id == earlier_id)
    db.session.execute(theirs.values(event_id=later_id))
