"""Keeping what was read in a partner's calendar, or why it could not be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.partners.ics_reader.found import Date, Entry, Reading
from crm.partners.ics_reader.words import Failure
from crm.partners.models import PartnerCalendar, PartnerDate
from crm.partners.process import Days, Visit

AGAIN_AFTER = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)
NOBODY_ASKS = timedelta(days=3650)
# Of those passed over that many are kept, with their reasons.
MOST_TOLD = 200
_TOLD = ("title", "starts_at", "ends_at", "timezone", "all_day", "cancelled", "place", "url")


def keep_failure(calendar: PartnerCalendar, failure: Failure) -> None:
    """Note a try that failed: the next one comes later each time, within a day."""
    now = clock.now()
    calendar.failed_at, calendar.failure = now, failure.value
    calendar.failures += 1
    calendar.next_at = now + min(AGAIN_AFTER * 2 ** min(calendar.failures, 8), LONGEST_WAIT)


def keep_visit(calendar: PartnerCalendar, visit: Visit, days: Days) -> None:
    """Bring a calendar and its dates to what its file says now."""
    now = clock.now()
    calendar.fetched_at, calendar.failed_at, calendar.failure, calendar.failures = now, None, "", 0
    calendar.etag, calendar.last_modified = visit.etag, visit.last_modified
    calendar.next_at = now + AGAIN_AFTER
    reading = visit.reading
    if reading is None:
        return
    calendar.digest, calendar.read_on = visit.digest, days.today
    calendar.entry_count, calendar.skipped_count = len(reading.entries), len(reading.skips)
    calendar.skipped = [
        [skip.title, skip.when, skip.reason.value, skip.detail] for skip in reading.skips[:MOST_TOLD]
    ]
    if _keep_dates(calendar, dict(_rows(reading)), days) and calendar.in_own_feed:
        touch_feeds()


def keep_known(calendar: PartnerCalendar, reading: Reading, zone: ZoneInfo) -> None:
    """Keep dates that are known without asking anybody, and do not ask: the demo's address is nowhere."""
    keep_visit(calendar, Visit(reading, "", "", ""), Days(clock.today(zone), zone))
    calendar.next_at = clock.now() + NOBODY_ASKS


def _rows(reading: Reading) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """(UID, which of its dates) → what is kept of it."""
    for entry in reading.entries:
        for one in entry.dates:
            key = f"{one.rule_start.astimezone(UTC):%Y%m%dT%H%M%SZ}" if entry.repeats else ""
            yield (entry.uid, key), _row(entry, one)


def _row(entry: Entry, one: Date) -> dict[str, Any]:
    return {
        "title": one.title,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "timezone": entry.timezone,
        "all_day": entry.all_day,
        "cancelled": one.cancelled,
        "place": one.place,
        "url": one.url,
    }


def _keep_dates(calendar: PartnerCalendar, rows: dict[tuple[str, str], dict[str, Any]], days: Days) -> bool:
    """Add, change and take away; whether anything was different."""
    now = clock.now()
    kept = db.session.scalars(select(PartnerDate).where(PartnerDate.calendar_id == calendar.id)).all()
    gone = [one.id for one in kept if _is_over(calendar, one, rows, days)]
    different = False
    for one in kept:
        told = rows.pop((one.uid, one.recurrence_id), None)
        if told is None and one.id not in gone and one.ends_at > now and not one.cancelled:
            # It is in people's calendars by our feed: there it is cancelled, for a removal tells nobody.
            different |= _change(one, {"cancelled": True}, now)
        elif told is not None:
            one.seen_at = now
            different |= _change(one, told, now)
    common = {"calendar_id": calendar.id, "seen_at": now, "changed_at": now, "sequence": 0}
    new = [
        {**common, **told, "uid": uid, "recurrence_id": key, "feed_uid": f"{uuid4()}@muster"}
        for (uid, key), told in rows.items()
    ]
    if new:
        db.session.execute(insert(PartnerDate), new)
    if gone:
        db.session.execute(delete(PartnerDate).where(PartnerDate.id.in_(gone)))
    return different or bool(new) or bool(gone)


def _is_over(
    calendar: PartnerCalendar, one: PartnerDate, rows: dict[tuple[str, str], dict[str, Any]], days: Days
) -> bool:
    """Whether a date that is in the file no more is deleted: long past, or to come and in no feed of ours."""
    if (one.uid, one.recurrence_id) in rows:
        return False
    begin, _end = days.bounds()
    return one.ends_at < begin or (one.ends_at > clock.now() and not calendar.in_own_feed)


def _change(one: PartnerDate, told: dict[str, Any], now: datetime) -> bool:
    changed = [name for name in _TOLD if name in told and getattr(one, name) != told[name]]
    for name in changed:
        setattr(one, name, told[name])
    if changed:
        one.sequence += 1
        one.changed_at = now
    return bool(changed)
