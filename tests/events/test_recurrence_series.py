"""A series expanded: the one source of dates for pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.events.recurrence import Frequency, RecurrenceError, Rule, Weekday
from crm.events.series import (
    DateStatus,
    Series,
    SeriesException,
    Window,
    expand,
    match_exceptions,
)

SATURDAYS = Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY}), until=date(2027, 1, 20))
MARCH = Series("march", datetime(2026, 11, 21, 12), timedelta(hours=2), "America/Los_Angeles", SATURDAYS)
ALL = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
DAILY = replace(MARCH, rule=Rule(Frequency.DAILY))


def days(series: Series, *exceptions: SeriesException, window: Window = ALL, limit: int = 100) -> list[date]:
    return [one.date for one in expand(series, exceptions, window, limit)]


def test_every_saturday_until_the_last_one_before_the_end():
    expected = [date(2026, 11, 21) + timedelta(weeks=n) for n in range(9)]
    assert days(MARCH) == expected


def test_an_instance_tells_both_clocks():
    [first, *_rest] = expand(MARCH, [], ALL)
    assert (first.starts_local, first.ends_local) == (datetime(2026, 11, 21, 12), datetime(2026, 11, 21, 14))
    assert first.starts_at == datetime(2026, 11, 21, 20, tzinfo=UTC)
    assert first.ends_at == datetime(2026, 11, 21, 22, tzinfo=UTC)
    assert (first.uid, first.cancelled, first.exception) == ("march", False, None)
    assert first.original_local == first.starts_local


def test_a_moved_date_keeps_its_name_and_stands_where_it_moved_to():
    moved = SeriesException(date(2026, 11, 21), starts_local=datetime(2026, 12, 1, 9), place="City Hall")
    assert days(MARCH, moved)[:3] == [date(2026, 11, 28), date(2026, 11, 21), date(2026, 12, 5)]
    one = expand(MARCH, [moved], ALL)[1]
    assert (one.starts_local, one.original_local) == (datetime(2026, 12, 1, 9), datetime(2026, 11, 21, 12))
    assert one.exception is moved


def test_a_cancelled_date_stays_and_a_skipped_one_does_not():
    cancelled = SeriesException(date(2026, 12, 5), DateStatus.CANCELLED)
    skipped = SeriesException(date(2026, 12, 26), DateStatus.SKIPPED)
    instances = expand(MARCH, [cancelled, skipped], ALL)
    assert [one.date for one in instances if one.cancelled] == [date(2026, 12, 5)]
    assert date(2026, 12, 26) not in {one.date for one in instances}
    assert len(instances) == 8


def test_an_extra_date_has_a_uid_of_its_own():
    extra = SeriesException(date(2027, 1, 31), starts_local=datetime(2027, 1, 31, 13), uid="extra")
    last = expand(MARCH, [extra], ALL)[-1]
    assert (last.uid, last.date, last.original_local) == ("extra", date(2027, 1, 31), None)
    assert expand(MARCH, [replace(extra, status=DateStatus.SKIPPED)], ALL)[-1].uid == "march"


def test_a_change_of_length_or_of_the_whole_status_is_kept():
    short = SeriesException(date(2026, 11, 28), duration=timedelta(minutes=30))
    assert expand(MARCH, [short], ALL)[1].ends_local == datetime(2026, 11, 28, 12, 30)
    assert all(one.cancelled for one in expand(replace(MARCH, status=DateStatus.CANCELLED), [short], ALL))


def test_orphans_are_told_apart_and_shown_nowhere():
    orphan = SeriesException(date(2026, 11, 22), starts_local=datetime(2026, 11, 23, 9))
    assert match_exceptions(MARCH, [orphan]).orphans == [orphan]
    assert days(MARCH, orphan) == days(MARCH)


def test_the_window_holds_what_overlaps_it():
    ends = datetime(2026, 11, 21, 22, tzinfo=UTC)
    starts = datetime(2026, 11, 28, 20, tzinfo=UTC)
    assert days(MARCH, window=Window(ends, starts)) == []
    second = timedelta(seconds=1)
    around = Window(ends - second, starts + second)
    assert days(MARCH, window=around) == [date(2026, 11, 21), date(2026, 11, 28)]


def test_the_window_holds_a_long_event_that_began_long_before():
    camp = replace(MARCH, duration=timedelta(days=5))
    day = Window(datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 11, 26, tzinfo=UTC))
    assert days(camp, window=day) == [date(2026, 11, 21)]


def test_the_limit_keeps_the_soonest():
    early = SeriesException(date(2026, 12, 30), starts_local=datetime(2026, 11, 21, 8))
    assert days(DAILY, early, limit=3) == [date(2026, 12, 30), date(2026, 11, 21), date(2026, 11, 22)]


def test_an_old_open_series_costs_no_more_than_a_new_one():
    old = replace(DAILY, starts_local=datetime(1990, 1, 1, 12))
    assert days(old, limit=2) == [date(2026, 11, 1), date(2026, 11, 2)]


def test_a_one_off_can_be_cancelled_or_moved_like_any_date():
    once = replace(MARCH, rule=None)
    assert [one.cancelled for one in expand(once, [], ALL)] == [False]
    [gone] = expand(once, [SeriesException(date(2026, 11, 21), DateStatus.CANCELLED)], ALL)
    assert gone.cancelled


def test_a_skipped_hour_is_shown_as_the_clock_shows_it_and_ends_after_it_begins():
    night = replace(DAILY, starts_local=datetime(2027, 3, 13, 2, 30), duration=timedelta(minutes=30))
    window = Window(datetime(2027, 3, 14, tzinfo=UTC), datetime(2027, 3, 15, tzinfo=UTC))
    [one] = expand(night, [], window)
    assert (one.date, one.original_local) == (date(2027, 3, 14), datetime(2027, 3, 14, 2, 30))
    assert (one.starts_local, one.ends_local) == (datetime(2027, 3, 14, 3, 30), datetime(2027, 3, 14, 4))
    assert one.ends_at - one.starts_at == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("duration", lambda: replace(MARCH, duration=timedelta(0))),
        ("duration", lambda: replace(MARCH, duration=timedelta(days=15))),
        ("duration", lambda: SeriesException(date(2026, 11, 21), duration=timedelta(hours=-1))),
        ("starts_local", lambda: replace(MARCH, starts_local=datetime(2026, 11, 22, 12))),
        ("starts_local", lambda: SeriesException(date(2026, 11, 21), uid="extra")),
        ("starts_local", lambda: SeriesException(date(2026, 11, 21), starts_local=ALL.starts_at)),
    ],
)
def test_what_cannot_be_is_refused(field, make):
    with pytest.raises(RecurrenceError) as refused:
        make()
    assert refused.value.field == field
