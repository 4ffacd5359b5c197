"""Whatever an editor makes, every program shows the dates that our pages show."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from crm.calendars.entries import EntryText, feed_events
from crm.calendars.ics import FeedCalendar, write_calendar
from crm.events.recurrence import Frequency, Rule, local_dates
from crm.events.series import Series, SeriesException, Window, expand
from tests.calendars.expanders import Seen, by_home_assistant, by_icaljs, by_recurring_ical_events
from tests.calendars.series_strategy import WINDOW, Made, series_in_parts

EXAMPLES = 30


def tell(exception: SeriesException | None) -> EntryText:
    return EntryText("March", location=(exception and exception.place) or "Park")


def published(*parts: Made) -> bytes:
    calendar = FeedCalendar("Marches", timezone=parts[0][0].timezone)
    entries = [
        entry
        for series, different in parts
        for entry in feed_events(series, different, tell, Window(*WINDOW))
    ]
    return write_calendar(calendar, entries, year=2026)


def on_our_pages(*parts: Made) -> list[Seen]:
    return sorted(
        Seen(one.starts_at, one.uid, one.cancelled, "CANCELLED: March" if one.cancelled else "March")
        for series, exceptions in parts
        for one in expand(series, exceptions, Window(*WINDOW), limit=10_000)
        if WINDOW[0] <= one.starts_at < WINDOW[1]
    )


def dates_of(seen: list[Seen]) -> list[tuple[datetime, bool]]:
    """When something is, whatever it is part of."""
    return sorted((one.starts_at, one.cancelled) for one in seen)


def comes_once(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock shows a wall time exactly once: it is neither skipped nor repeated."""
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first == second


def is_clear(series: Series, exceptions: list[SeriesException]) -> bool:
    """Whether no date falls in the hour of a clock change, where ical.js leaves RFC 5545 §3.3.5."""
    dates = list(local_dates(series.rule, series.starts_local, before=datetime(2027, 8, 1)))
    dates += [one.starts_local for one in exceptions if one.starts_local]
    return all(comes_once(start, series.zone) for start in dates)


def test_every_program_shows_our_dates_across_a_clock_change():
    feeds: list[tuple[bytes, datetime, datetime]] = []
    pages: list[list[Seen]] = []

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(series_in_parts())
    def agree(made: tuple[Made, list[Made]]) -> None:
        whole, parts = made
        ics, ours = published(*parts), on_our_pages(*parts)
        assert dates_of(ours) == dates_of(on_our_pages(whole))
        assert by_recurring_ical_events(ics, *WINDOW) == ours
        assert by_home_assistant(ics, *WINDOW) == ours
        if is_clear(*whole):
            feeds.append((ics, *WINDOW))
            pages.append(ours)

    agree()
    assert len(feeds) > EXAMPLES * 0.8
    for (ics, _from, _to), ours, theirs in zip(feeds, pages, by_icaljs(feeds), strict=True):
        assert theirs == ours, ics.decode()


@pytest.mark.parametrize(
    ("day", "utc_hours"),
    [
        (datetime(2026, 10, 31, 1, 30), [8, 8, 9]),  # comes twice on 1 November: the first counts
        (
            datetime(2027, 3, 13, 2, 30),
            [10, 10, 9],
        ),  # is skipped on 14 March: as if the clocks had not changed yet
    ],
)
def test_in_the_hour_of_a_clock_change_strict_programs_follow_the_rfc(day, utc_hours):
    rule = Rule(Frequency.DAILY, count=3)
    night = Series("night", day, timedelta(minutes=20), "America/Los_Angeles", rule)
    ics, ours = published((night, [])), on_our_pages((night, []))
    assert by_recurring_ical_events(ics, *WINDOW) == by_home_assistant(ics, *WINDOW) == ours
    assert [one.starts_at.hour for one in ours] == utc_hours
