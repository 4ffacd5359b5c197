"""Changing what belongs to a meeting: its agenda, its minutes, what it decided and what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.meetings.models import ActionItem, AgendaItem, Decision, Minutes
from crm.meetings.queries import Readers, find_minutes, list_agenda, readers_of, widest_readers
from crm.meetings.ready import MOST_ITEMS, Draft
from crm.outreach.operations import add_follow_up


def save_agenda(viewer: Viewer, event: Event, on_date: date, drafts: Sequence[Draft]) -> None:
    """Let the agenda of a date be these items, in this order. Raises Refused."""
    if len(drafts) > MOST_ITEMS:
        raise Refused(_("An agenda has %(most)s items at most.", most=MOST_ITEMS))
    before = [
        Draft(item.title, item.minutes, item.owner, item.note) for item in list_agenda(event.id, on_date)
    ]
    if before == list(drafts):
        return
    db.session.execute(
        delete(AgendaItem).where(AgendaItem.event_id == event.id, AgendaItem.on_date == on_date)
    )
    for position, draft in enumerate(drafts, 1):
        db.session.add(
            AgendaItem(
                event_id=event.id,
                on_date=on_date,
                position=position,
                title=draft.title,
                minutes=draft.minutes,
                owner=draft.owner,
                note=draft.note,
            )
        )
    record(viewer, "meeting.agenda", event, on=on_date.isoformat(), items=len(drafts))


def begin_agenda(viewer: Viewer, event: Event, on_date: date, drafts: Sequence[Draft]) -> None:
    """Begin an agenda with these items. One that is there stays as it is. Raises Refused."""
    if not list_agenda(event.id, on_date):
        save_agenda(viewer, event, on_date, drafts)


def save_minutes(viewer: Viewer, event: Event, on_date: date, text: str) -> Minutes:
    """Write what was said. What is public already changes in public."""
    minutes = find_minutes(event.id, on_date)
    if minutes is None:
        minutes = Minutes(event_id=event.id, on_date=on_date, text="", changed_at=clock.now())
        db.session.add(minutes)
    if minutes.text != text:
        minutes.text = text
        minutes.changed_at, minutes.changed_by_id = clock.now(), viewer.user_id
        record(viewer, "meeting.minutes", event, fields=["text"], on=on_date.isoformat())
    return minutes


def publish_minutes(viewer: Viewer, event: Event, on_date: date) -> None:
    """Let all read minutes and decisions who may know of the meeting: everybody, or groups.

    Raises Refused where neither the public nor the groups may know of it.
    """
    minutes = find_minutes(event.id, on_date)
    if minutes is None or not minutes.text:
        raise Refused(_("There is nothing to publish yet: write the minutes first."))
    widest = widest_readers(event)
    if widest is Readers.ORGANIZERS:
        raise Refused(
            _("Neither the public nor the groups know of this meeting: its minutes stay with its organizers.")
        )
    if readers_of(event, minutes) is not widest:
        # One of the two: what is for groups is never public by another change.
        is_open = widest is Readers.EVERYBODY
        minutes.published_at = clock.now() if is_open else None
        minutes.shared_at = None if is_open else clock.now()
        record(viewer, "meeting.publish_minutes", event, on=on_date.isoformat(), readers=widest.value)


def withdraw_minutes(viewer: Viewer, event: Event, on_date: date) -> None:
    """Take minutes back from the public and from groups, at once."""
    minutes = find_minutes(event.id, on_date)
    if minutes is not None and (minutes.published_at or minutes.shared_at):
        minutes.published_at = minutes.shared_at = None
        record(viewer, "meeting.withdraw_minutes", event, on=on_date.isoformat())


def add_decision(viewer: Viewer, event: Event, on_date: date, text: str) -> Decision:
    """Note what was decided."""
    decision = Decision(event_id=event.id, on_date=on_date, text=text)
    db.session.add(decision)
    record(viewer, "meeting.decide", decision)
    return decision


def remove_decision(viewer: Viewer, decision: Decision) -> None:
    """Take a decision off the list: it was noted wrongly."""
    record(viewer, "meeting.remove_decision", decision)
    db.session.delete(decision)


def add_action_item(
    viewer: Viewer,
    event: Event,
    on_date: date,
    *,
    title: str,
    due_on: date,
    owner_id: int | None,
    organization_id: int | None = None,
) -> ActionItem:
    """Note what is to be done after a meeting: a follow-up, done there and here alike.

    Raises Refused (field `owner_id`).
    """
    follow_up = add_follow_up(
        viewer, title=title, due_on=due_on, owner_id=owner_id, organization_id=organization_id
    )
    db.session.flush()
    item = ActionItem(event_id=event.id, on_date=on_date, follow_up_id=follow_up.id)
    db.session.add(item)
    record(viewer, "meeting.action", item)
    return item


def remove_action_item(viewer: Viewer, item: ActionItem) -> None:
    """Take an action item back, with its follow-up if that is open; what was done stays done."""
    record(viewer, "meeting.remove_action", item)
    follow_up = item.follow_up
    db.session.delete(item)
    db.session.flush()
    if follow_up.done_at is None:
        db.session.delete(follow_up)
