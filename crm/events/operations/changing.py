"""What every change of an event does: calendars and people are told of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import select

from crm.coalitions.operations import touch_feeds
from crm.core import clock, contributions
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.events.models import Event, EventSplit, Occurrence, OccurrenceState
from crm.events.queries import exceptions_of, series_of
from crm.events.recurrence import RecurrenceError, Rule, local_dates
from crm.events.series import DateStatus


def new_uid() -> str:
    """A name for calendars, random and for ever (RFC 7986 §5.3)."""
    return f"{uuid4()}@muster"


def about_to_change(event: Event) -> None:
    """To be called before anything of an event changes, so that what was told of it can be kept."""
    for part in contributions.before_event_change:
        part(event.id)


def changed(event: Event) -> None:
    """Told to calendars: a higher SEQUENCE, the time of the change; the feeds are made anew."""
    # Past the numbers of single dates too: what was told as one of them may now be told as the event itself.
    event.sequence += 1 + max((one.sequence for one in event.occurrences), default=0)
    event.changed_at = clock.now()
    span(event)
    touch_feeds()


def changed_date(one: Occurrence) -> None:
    """The same for one date alone."""
    one.sequence += 1
    one.changed_at = clock.now()
    touch_feeds()


def span(event: Event) -> None:
    """The first and last local date, moved and extra ones too, so that windows find the event."""
    series = series_of(event)
    days = [one.starts_local.date() for one in event.occurrences if one.starts_local]
    event.first_on = min([event.starts_local.date(), *days])
    rule = series.rule
    if rule is not None and rule.until is None and rule.count is None:
        event.last_on = None
        return
    *_rest, last = local_dates(rule, event.starts_local, limit=100_000)
    event.last_on = max([last.date() + timedelta(minutes=event.duration_minutes), *days])


def keep_before_rest(event: Event, rule: Rule | None, starts_local: datetime) -> None:
    """Raise RecurrenceError where a series that goes on as another event would run into that one."""
    if rule is None or event.id is None:
        return
    split = select(EventSplit.from_on).where(EventSplit.earlier_id == event.id)
    from_on = db.session.scalars(split).one_or_none()
    if from_on is None:
        return
    rest = datetime.combine(from_on, datetime.min.time())
    if next(local_dates(rule, starts_local, after=rest), None) is not None:
        day = full_date(from_on)
        raise RecurrenceError("until", _("From %(day)s on it goes on as another event: end before.", day=day))


def rule_dates(event: Event, day: date) -> set[date]:
    """The day, if the rule of the event makes a date on it; else nothing."""
    start = datetime.combine(day, datetime.min.time())
    rule = series_of(event).rule
    return {
        s.date() for s in local_dates(rule, event.starts_local, after=start, before=start + timedelta(days=1))
    }


def occurrence_of(event: Event, on_date: date) -> Occurrence:
    """The row of a date, made where nothing differed yet. Raises Refused where there is no such date."""
    for one in event.occurrences:
        if one.on_date == on_date:
            return one
    skipped = {one.date for one in exceptions_of(event) if one.status is DateStatus.SKIPPED}
    if on_date not in rule_dates(event, on_date) or on_date in skipped:
        raise Refused(_("There is no date of this event on %(day)s.", day=full_date(on_date)))
    one = Occurrence(
        event_id=event.id,
        on_date=on_date,
        state=OccurrenceState.SCHEDULED,
        sequence=0,
        changed_at=clock.now(),
    )
    event.occurrences.append(one)
    return one
