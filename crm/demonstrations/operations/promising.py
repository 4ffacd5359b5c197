"""What groups promise for a demonstration: made, changed, taken back."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.asks.operations.days import today_here
from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.permissions import Viewer
from crm.demands.queries import current_coalition
from crm.demonstrations.amounts import Promise, currency_of
from crm.demonstrations.models import ON_EACH_DATE, Commitment, CommitmentKind
from crm.demonstrations.operations.answering import check_can_be_asked
from crm.demonstrations.operations.inviting import last_day
from crm.demonstrations.operations.settling import settle_tasks
from crm.demonstrations.operations.turns import take_turn, wait_for_event
from crm.events.models import Event
from crm.organizations.models import Organization


def promise(
    viewer: Viewer,
    event: Event,
    organization: Organization,
    on_date: date | None,
    wanted: Promise,
) -> Commitment:
    """A group promises something for a date, or for all of an event; promised again, it is changed.

    Something else ("other") is a promise of its own each time. Raises Refused (fields `kind`, `what`,
    `amount`, `due_on`, `on_date`).
    """
    check_can_be_asked(event, organization)
    due_on = _due(event, on_date, wanted)
    wait_for_event(event)
    standing = find_promise(event.id, organization.id, on_date, wanted.kind)
    if standing is not None:
        change_promise(viewer, standing, wanted)
        return standing
    made = _commitment(viewer, wanted, due_on)
    made.event_id, made.organization_id, made.on_date = event.id, organization.id, on_date
    db.session.add(made)
    record(viewer, "commitment.make", made, event=event.id, organization=organization.id)
    return made


def change_promise(viewer: Viewer, made: Commitment, wanted: Promise, *, edition: int | None = None) -> None:
    """Promise more, less, or until another day. A group changes its own until it is due or counted.

    Raises Refused, and Overtaken where `edition` is not the present one.
    """
    due_on = _due(made.event, made.on_date, wanted)
    take_turn(made, edition)
    _check_may_change(viewer, made)
    what = wanted.what if made.kind is CommitmentKind.OTHER else ""
    values = {"amount": wanted.amount, "what": what, "due_on": due_on, "note": wanted.note or None}
    changed = [name for name, value in values.items() if getattr(made, name) != value]
    for name in changed:
        setattr(made, name, values[name])
    if changed:
        record(viewer, "commitment.change", made, fields=changed)


def cancel_promise(viewer: Viewer, made: Commitment, *, edition: int | None = None) -> None:
    """Take a promise back. Taken back already: nothing changes. Raises Refused and Overtaken as above."""
    if made.cancelled_at is not None:
        return
    take_turn(made, edition)
    _check_may_change(viewer, made)
    made.cancelled_at = clock.now()
    record(viewer, "commitment.cancel", made, event=made.event_id, organization=made.organization_id)
    settle_tasks(viewer, made.event_id)


def find_promise(
    event_id: int, organization_id: int, on_date: date | None, kind: CommitmentKind
) -> Commitment | None:
    """What a group promised of a kind for exactly this date (None: for all); "other" is never found so."""
    if kind is CommitmentKind.OTHER:
        return None
    query = select(Commitment).where(
        Commitment.event_id == event_id,
        Commitment.organization_id == organization_id,
        Commitment.kind == kind,
        Commitment.cancelled_at.is_(None),
        Commitment.on_date.is_(None) if on_date is None else Commitment.on_date == on_date,
    )
    return db.session.scalars(query).one_or_none()


def is_fixed(viewer: Viewer, made: Commitment, today: date) -> bool:
    """Whether a promise is past being changed by this viewer: organizers may as long as it is not counted."""
    if made.cancelled_at is not None or made.delivered_at is not None:
        return True
    return viewer.contact_id is not None and made.due_on is not None and made.due_on < today


def _check_may_change(viewer: Viewer, made: Commitment) -> None:
    if made.cancelled_at is not None:
        raise Refused(_("This was taken back."))
    if is_fixed(viewer, made, today_here()):
        raise Refused(_("It was due already: what counts now is what was delivered."))


def _due(event: Event, on_date: date | None, wanted: Promise) -> date | None:
    """By when it is due; checks the whole promise on the way."""
    if wanted.kind is CommitmentKind.OTHER and not wanted.what:
        raise Refused(_("Say in a few words what it is."), "what")
    if wanted.amount < 1:
        raise Refused(_("Promise at least one."), "amount")
    last = last_day(event, on_date)
    if last is not None and last < today_here():
        raise Refused(_("This is over."), "on_date")
    if wanted.due_on is None:
        return _due_by_itself(event, on_date, wanted.kind, last)
    if last is not None and wanted.due_on > last:
        raise Refused(_("It is over on %(day)s: choose a day until then.", day=full_date(last)), "due_on")
    return wanted.due_on


def _due_by_itself(
    event: Event, on_date: date | None, kind: CommitmentKind, last: date | None
) -> date | None:
    if on_date is not None or not event.recurrence:
        return last
    if kind not in ON_EACH_DATE:
        raise Refused(_("Say by when: the series has more than one date."), "due_on")
    return None


def _commitment(viewer: Viewer, wanted: Promise, due_on: date | None) -> Commitment:
    return Commitment(
        kind=wanted.kind,
        what=wanted.what if wanted.kind is CommitmentKind.OTHER else "",
        amount=wanted.amount,
        currency=_currency(wanted.kind),
        due_on=due_on,
        note=wanted.note or None,
        promised_at=clock.now(),
        promised_by_id=viewer.user_id,
        promised_contact_id=viewer.contact_id,
    )


def _currency(kind: CommitmentKind) -> str | None:
    if kind is not CommitmentKind.MONEY:
        return None
    return currency_of(current_coalition().timezone, today_here())
