"""Publishing, cancelling and extending all of an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event, EventAccess
from crm.events.operations.changing import about_to_change, changed
from crm.events.queries import series_of
from crm.events.recurrence import to_stored
from crm.events.series import Series


def publish_event(viewer: Viewer, event: Event) -> None:
    """Let those see it whom its visibility names."""
    if event.published_at is None:
        about_to_change(event)
        event.published_at = clock.now()
        changed(event)
        record(viewer, "event.publish", event)


def cancel_event(viewer: Viewer, event: Event, reason: str) -> None:
    """Cancel all of it. It stays in calendars, as cancelled: removal would tell nobody."""
    if event.cancelled_at is None:
        about_to_change(event)
        event.cancelled_at, event.cancel_reason = clock.now(), reason
        changed(event)
        record(viewer, "event.cancel", event)


def restore_event(viewer: Viewer, event: Event) -> None:
    """Take the cancelling back."""
    if event.cancelled_at is not None:
        about_to_change(event)
        event.cancelled_at, event.cancel_reason = None, ""
        changed(event)
        record(viewer, "event.restore", event)


def extend_series(viewer: Viewer, event: Event, until: date | None) -> None:
    """Let a series go on until a later date, or without an end. Raises Refused, RecurrenceError."""
    rule = series_of(event).rule
    if rule is None:
        raise Refused(_("This is not a series."), "until")
    rule = replace(rule, until=until, count=None)
    Series(event.uid, event.starts_local, timedelta(minutes=event.duration_minutes), event.timezone, rule)
    about_to_change(event)
    event.recurrence = to_stored(rule)
    changed(event)
    record(viewer, "event.extend", event)


def name_on_event(viewer: Viewer, event: Event, user_id: int) -> None:
    """Let an organizer see a closed event."""
    query = select(EventAccess).where(EventAccess.event_id == event.id, EventAccess.user_id == user_id)
    if db.session.scalars(query).one_or_none() is None:
        db.session.add(EventAccess(event_id=event.id, user_id=user_id))
        record(viewer, "event.name", event, user=user_id)
