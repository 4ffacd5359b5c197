"""Cancelling and extending all of an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from flask_babel import gettext as _

from crm.audit.operations import record
from crm.core import clock
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.events.operations.changing import about_to_change, changed, keep_before_rest
from crm.events.queries import series_of
from crm.events.recurrence import local_dates, to_stored
from crm.events.series import Series


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
    keep_before_rest(event, rule, event.starts_local)
    about_to_change(event)
    event.recurrence = to_stored(rule)
    changed(event)
    record(viewer, "event.extend", event)


def natural_end(event: Event) -> date | None:
    """Three months past the end that a series has; None where it is open, or no series."""
    rule = series_of(event).rule
    if rule is None or (rule.until is None and rule.count is None):
        return None
    *_rest, last = local_dates(rule, event.starts_local, limit=100_000)
    return (rule.until or last.date()) + relativedelta(months=3)
