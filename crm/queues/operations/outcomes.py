"""What came of a call, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import find_made
from crm.core.permissions import Viewer
from crm.organizations.models import Contact
from crm.organizations.operations import note_wrong_number, set_no_calls
from crm.organizations.queries import find_contact
from crm.outreach.models import Channel, FollowUp, Interaction, Outcome
from crm.outreach.operations import Logged, NextStep, Touch, delete_interaction, log_touch
from crm.queues.models import HOLD, MOST_TRIES, TRY_AGAIN, EntryState, QueueEntry
from crm.queues.operations.calling import release
from crm.queues.queries import find_next_contact


class NoCalls(StrEnum):
    """Who asked not to be called again."""

    NOBODY = auto()
    PERSON = auto()
    GROUP = auto()


@dataclass(frozen=True)
class Call:
    """What came of a call, and what is left for whoever calls next."""

    outcome: Outcome
    contact_id: int | None = None
    note: str = ""
    # When they asked to be called back: aware; needed for that outcome.
    back_at: datetime | None = None
    next_step: NextStep | None = None
    deals_with: FollowUp | None = None
    for_next: str = ""
    flagged: bool = False
    no_calls: NoCalls = NoCalls.NOBODY


def settle(viewer: Viewer, entry: QueueEntry, call: Call, *, form_key: str) -> Logged:
    """Log the call as a touch, and say what becomes of the group in its queue.

    To be called back: at that hour, before all others. Not reached: again when it has cooled down, MOST_TRIES
    times. A wrong number: the next of the group's people, held on. All else: done. The call of somebody who
    does not hold the group any more counts all the same. A form key that was used gives what it made.
    Raises Refused with the field.
    """
    db.session.refresh(entry, with_for_update={"of": QueueEntry})
    again = find_made(Interaction, form_key) is not None
    if not again:
        _check(entry, call)
    touch = Touch(Channel.CALL, call.outcome, clock.now(), call.contact_id, call.note)
    logged = log_touch(
        viewer,
        entry.organization,
        touch,
        form_key=form_key,
        next_step=call.next_step,
        deals_with=call.deals_with,
    )
    if not again:
        _note(viewer, entry, call)
        _move_on(viewer, entry, call)
    return logged


def take_back(viewer: Viewer, entry: QueueEntry, interaction: Interaction) -> None:
    """Undo `settle`: the touch goes, the group waits again. Raises Refused where it is another's touch."""
    if interaction.organization_id != entry.organization_id:
        raise Refused(_("This touch is of another group."))
    db.session.refresh(entry, with_for_update={"of": QueueEntry})
    if interaction.outcome is Outcome.WRONG_NUMBER and interaction.contact is not None:
        interaction.contact.wrong_number_at = None
    delete_interaction(viewer, interaction)
    entry.state, entry.outcome, entry.not_before, entry.promised = EntryState.WAITING, None, None, False
    entry.tries = max(0, entry.tries - 1)
    record(viewer, "queue.take_back", entry)


def _check(entry: QueueEntry, call: Call) -> None:
    if call.outcome is Outcome.CALL_BACK and call.back_at is None:
        raise Refused(_("Choose the day and the hour at which they want to be called."), "due_on")
    if call.back_at is not None and call.back_at <= clock.now():
        raise Refused(_("This hour is past. Choose a later one."), "back_at")
    if _needs_contact(call) and _contact(entry, call) is None:
        raise Refused(_("Choose whom this is about."), "contact_id")


def _needs_contact(call: Call) -> bool:
    return call.no_calls is NoCalls.PERSON or call.outcome is Outcome.WRONG_NUMBER


def _contact(entry: QueueEntry, call: Call) -> Contact | None:
    return find_contact(entry.organization_id, call.contact_id) if call.contact_id else None


def _note(viewer: Viewer, entry: QueueEntry, call: Call) -> None:
    """What is kept beside the touch: a wish not to be called, a wrong number, words for the next caller."""
    contact = _contact(entry, call)
    if call.no_calls is NoCalls.GROUP:
        set_no_calls(viewer, entry.organization, no_calls=True)
    if contact is not None and call.no_calls is NoCalls.PERSON:
        set_no_calls(viewer, contact, no_calls=True)
    if contact is not None and call.outcome is Outcome.WRONG_NUMBER:
        note_wrong_number(viewer, contact)
    now = clock.now()
    entry.note = call.for_next or None
    entry.outcome, entry.called_by_id, entry.called_at = call.outcome, viewer.user_id, now
    if call.flagged and entry.flagged_at is None:
        entry.flagged_at = now
    record(viewer, "queue.call", entry)


def _move_on(viewer: Viewer, entry: QueueEntry, call: Call) -> None:
    now = clock.now()
    entry.not_before, entry.promised = call.back_at, call.back_at is not None
    held = entry.is_held_by(viewer.user_id, now)
    if call.outcome is Outcome.WRONG_NUMBER and (other := find_next_contact(entry.organization_id, now)):
        if held and entry.organization.no_calls_at is None:
            entry.contact_id, entry.held_until = other.id, now + HOLD
            return
    elif call.outcome in TRY_AGAIN:
        entry.tries += 1
        entry.not_before = now + timedelta(days=entry.queue.cooling_days)
        if entry.tries >= MOST_TRIES:
            entry.state = EntryState.DONE
    elif call.outcome not in {Outcome.CALL_BACK, Outcome.WRONG_NUMBER}:
        entry.state = EntryState.DONE
    if held or entry.state is EntryState.DONE:
        release(entry)
