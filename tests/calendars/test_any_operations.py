"""Whatever organizers do to an event, in any order, calendar apps follow and show what the pages show."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
from flask import g
from flask_babel import force_locale
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.calendars.entries import feed_events
from crm.calendars.filters import Wanted
from crm.calendars.ics import FeedCalendar, write_calendar
from crm.calendars.kept import KeptEntries
from crm.calendars.queries import list_dates_of
from crm.calendars.texts import Teller
from crm.calendars.writing import calendar_ics
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event, EventKind
from crm.events.operations import (
    Change,
    add_date,
    cancel_date,
    cancel_event,
    change_date,
    edit_event,
    extend_series,
    restore_date,
    restore_event,
    split_series,
)
from crm.events.queries import exceptions_of, find_later, series_of
from crm.events.recurrence import Frequency, RecurrenceError, Rule, Weekday
from crm.events.series import Window
from tests.calendars.conftest import COORDINATOR, TODAY, plan, schedule
from tests.calendars.expanders import by_home_assistant, by_icaljs, by_recurring_ical_events
from tests.makers import PROGRAM

FIRST = datetime(2026, 11, 28, 12)
EXAMPLES = 8
# Without shrinking, which would take minutes here.
PHASES = (Phase.explicit, Phase.generate)
WINDOW = (datetime(2026, 11, 20, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
RULES = (
    None,
    Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY}), until=date(2027, 1, 20)),
    Rule(Frequency.WEEKLY, every=2, weekdays=frozenset({Weekday.SATURDAY, Weekday.SUNDAY}), count=12),
    Rule(Frequency.MONTHLY, weekdays=frozenset({Weekday.SATURDAY}), nth=4),
)
days = st.integers(0, 12).map(lambda weeks: FIRST.date() + timedelta(weeks=weeks))
moments = st.builds(
    lambda day, more, hour: datetime.combine(day, time(hour)) + timedelta(days=more),
    days,
    st.integers(-2, 2),
    st.integers(8, 20),
)
reasons = st.sampled_from(["", "Rain"])
changes = st.builds(
    Change,
    moments,
    st.sampled_from([timedelta(hours=1), timedelta(hours=3)]),
    st.sampled_from([None, "City Hall"]),
)
acts = st.one_of(
    st.tuples(st.just(cancel_date), days, reasons),
    st.tuples(st.just(restore_date), days),
    st.tuples(st.just(change_date), days, changes),
    st.tuples(st.just(change_date), days, st.just(Change())),
    st.tuples(st.just(add_date), moments),
    st.tuples(st.just(extend_series), st.sampled_from([date(2027, 2, 20), date(2026, 12, 20), None])),
    st.tuples(st.just(cancel_event), reasons),
    st.tuples(st.just(restore_event)),
    st.tuples(st.just(edit_event), st.builds(
        lambda title, hour, rule, picked: plan(
            kind=EventKind.DEMONSTRATION, title=title, starts_local=FIRST.replace(hour=hour), rule=rule,
            picked=picked,
        ),
        st.sampled_from(["March", "Rally"]), st.integers(9, 18), st.sampled_from(RULES),
        st.frozensets(days, max_size=3),
    )),
    st.tuples(st.just(split_series), days, st.builds(
        lambda day, hour, rule: plan(
            kind=EventKind.DEMONSTRATION, title="March", rule=rule,
            starts_local=datetime.combine(day, time(hour)),
        ),
        days, st.integers(9, 18), st.sampled_from([None, RULES[1], RULES[3]]),
    )),
)  # fmt: skip


def attempt(event: Event, act: Any, *values: Any) -> None:
    """Do it as a view does: whole, or not at all."""
    try:
        act(COORDINATOR if act is edit_event else PROGRAM, last_of(event), *values)
        db.session.commit()
    except (Refused, RecurrenceError):
        db.session.rollback()


def last_of(event: Event) -> Event:
    """The event as which a series goes on now."""
    return parts_of(event)[-1]


def parts_of(event: Event) -> list[Event]:
    """A series, and the events as which it went on."""
    later = find_later(Viewer(), event)
    return [event, *parts_of(later)] if later else [event]


def entries(ics: bytes) -> dict[tuple[str, str], dict[str, Any]]:
    """(UID, RECURRENCE-ID) → the entry's number, time of change, and what a calendar app shows of it."""
    found = {}
    for event in icalendar.Calendar.from_ical(ics).walk("VEVENT"):
        shown = {
            name: event[name].to_ical() if name in event and hasattr(event[name], "to_ical") else None
            for name in ("DTSTART", "DTEND", "RRULE", "LOCATION", "STATUS", "SUMMARY")
        }
        key = str(event["UID"]), str(event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else "")
        assert key not in found, "twice in one feed"
        found[key] = {"sequence": event["SEQUENCE"], "stamp": event["DTSTAMP"].dt, "shown": shown}
    return found


def check_followed(before: bytes, after: bytes) -> None:
    """Numbers never fall; what is shown otherwise has a higher one and a later time of change."""
    earlier = entries(before)
    for key, now in entries(after).items():
        was = earlier.get(key, now)
        assert now["sequence"] >= was["sequence"] and now["stamp"] >= was["stamp"], key
        if now["shown"] != was["shown"]:
            assert now["sequence"] > was["sequence"] and now["stamp"] > was["stamp"], (key, was, now)


def whole_feed(event: Event) -> bytes:
    """A series with all as which it went on, as the coalition's feed holds them."""
    feeds = [
        feed_events(series_of(part), exceptions_of(part), Teller(None).telling(part), Window(*WINDOW))
        for part in parts_of(event)
    ]
    with force_locale("en"):
        calendar = FeedCalendar("Marches", timezone=event.timezone, cancelled_prefix="CANCELLED: ")
        return write_calendar(calendar, [entry for each in feeds for entry in each], year=2026)


def test_calendars_follow_whatever_is_done(coalition, november):
    feeds: list[tuple[bytes, datetime, datetime]] = []
    pages: list[list[tuple[datetime, str, bool]]] = []
    g.coalition = coalition  # whose addresses the feed holds
    kept, asked = KeptEntries(), Wanted((), "en")

    @settings(
        max_examples=EXAMPLES,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=PHASES,
    )
    @given(st.sampled_from(RULES), st.lists(acts, min_size=1, max_size=6))
    def follow(rule: Rule | None, story: list[tuple[Any, ...]]) -> None:
        november.move_to(TODAY)
        event = schedule(coalition, title="March", starts_local=FIRST, rule=rule, place_name="Pier 9")
        uids = {event.id: event.uid}
        ics = whole_feed(event)
        for act in story:
            november.shift(timedelta(minutes=1))
            attempt(event, *act)
            before, ics = ics, whole_feed(event)
            check_followed(before, ics)
            anew = calendar_ics(coalition, asked, TODAY.date(), KeptEntries())
            assert calendar_ics(coalition, asked, TODAY.date(), kept) == anew, act
            uids = {part.id: part.uid for part in parts_of(event)} | uids
        assert {part.id: part.uid for part in parts_of(event)} == uids and len(set(uids.values())) == len(
            uids
        )
        shown = sorted(
            (one.starts_at, one.cancelled)
            for part in parts_of(event)
            for one in list_dates_of(part, Window(*WINDOW))
            if one.starts_at < WINDOW[1]
        )
        for program in (by_recurring_ical_events, by_home_assistant):
            assert sorted((one.starts_at, one.cancelled) for one in program(ics, *WINDOW)) == shown, story
        feeds.append((ics, *WINDOW))
        pages.append(shown)

    follow()
    for (ics, _from, _to), ours, theirs in zip(feeds, pages, by_icaljs(feeds), strict=True):
        assert sorted((one.starts_at, one.cancelled) for one in theirs) == ours, ics.decode()
