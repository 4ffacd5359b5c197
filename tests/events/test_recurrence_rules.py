"""The rule of a series: written, read back, refused, and laid out as wall times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.events.recurrence import (
    LAST,
    Frequency,
    RecurrenceError,
    Rule,
    Weekday,
    check_start,
    first_instance,
    from_rrule,
    local_dates,
    to_local,
    to_rrule,
    to_stored,
    to_utc,
)

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 28, 12)  # a Saturday
SATURDAY = frozenset({Weekday.SATURDAY})


def weekly(**changes: object) -> Rule:
    return Rule(Frequency.WEEKLY, **{"weekdays": SATURDAY, **changes})  # type: ignore[arg-type]


@st.composite
def any_rule(draw: st.DrawFn) -> Rule:
    frequency = draw(st.sampled_from(Frequency))
    weekdays, nth = frozenset[Weekday](), None
    if frequency is Frequency.WEEKLY:
        weekdays = draw(st.frozensets(st.sampled_from(Weekday), min_size=1))
    if frequency is Frequency.MONTHLY:
        weekdays = frozenset({draw(st.sampled_from(Weekday))})
        nth = draw(st.sampled_from([1, 2, 3, 4, LAST]))
    until = draw(st.one_of(st.none(), st.dates(date(2027, 3, 1), date(2199, 12, 31))))
    count = draw(st.one_of(st.none(), st.integers(1, 999))) if until is None else None
    return Rule(frequency, draw(st.integers(1, 24)), weekdays, nth, until, count)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (weekly(), "FREQ=WEEKLY;BYDAY=SA"),
        (
            weekly(every=2, weekdays=frozenset({Weekday.SATURDAY, Weekday.MONDAY}), count=8),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SA;COUNT=8",
        ),
        (weekly(until=date(2027, 1, 20)), "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270121T075959Z"),
        (Rule(Frequency.DAILY, every=3), "FREQ=DAILY;INTERVAL=3"),
        (Rule(Frequency.MONTHLY, weekdays=SATURDAY, nth=4), "FREQ=MONTHLY;BYDAY=4SA"),
        (Rule(Frequency.MONTHLY, weekdays=SATURDAY, nth=LAST), "FREQ=MONTHLY;BYDAY=-1SA"),
    ],
)
def test_a_rule_is_written_as_rfc_5545_wants_it(rule, text):
    assert to_rrule(rule, NOON, LOS_ANGELES) == text
    assert from_rrule(text, LOS_ANGELES) == rule


@settings(max_examples=60)
@given(any_rule(), st.sampled_from([LOS_ANGELES, TOKYO, ZoneInfo("America/Santiago"), ZoneInfo("UTC")]))
def test_what_is_written_is_read_back(rule, zone):
    starts = first_instance(rule, datetime(2026, 11, 20, 18))
    assert from_rrule(to_rrule(rule, starts, zone), zone) == rule
    assert from_rrule(to_stored(rule), TOKYO) == rule


@settings(max_examples=50)
@given(any_rule(), st.integers(0, 1500), st.integers(0, 23))
def test_the_dates_are_those_of_the_plain_rule_however_far_ahead_one_looks(rule, days, hour):
    starts = first_instance(rule, datetime(2026, 10, 30, hour, 30))
    after = starts + timedelta(days=days)
    plain = rrulestr(to_rrule(rule, starts, ZoneInfo("UTC")).removesuffix("Z"), dtstart=starts)
    expected = list(islice((start for start in plain if start >= after), 12))
    assert list(local_dates(rule, starts, after=after, limit=12)) == expected


def test_the_stored_rule_keeps_the_local_last_date():
    assert to_stored(weekly(until=date(2027, 1, 20))) == "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270120"


def test_the_last_date_is_included_even_late_in_the_evening():
    rule = weekly(until=date(2026, 12, 5))
    late = datetime(2026, 11, 28, 23, 45)
    assert list(local_dates(rule, late)) == [late, late + timedelta(weeks=1)]


def test_dates_are_asked_for_from_after_to_before():
    week = timedelta(weeks=1)
    assert list(local_dates(weekly(), NOON, after=NOON, before=NOON + 2 * week)) == [NOON, NOON + week]
    assert list(local_dates(weekly(), NOON, after=NOON + timedelta(seconds=1), limit=1)) == [NOON + week]
    assert list(local_dates(weekly(count=2), NOON, after=NOON + week)) == [NOON + week]
    assert list(local_dates(None, NOON)) == [NOON]
    assert list(local_dates(None, NOON, before=NOON)) == []


def test_an_open_series_ends_at_the_limit():
    assert len(list(local_dates(Rule(Frequency.DAILY), NOON))) == 1000
    assert len(list(local_dates(Rule(Frequency.DAILY), NOON, limit=7))) == 7


def test_the_first_instance_is_the_first_day_that_the_rule_allows():
    wednesday = datetime(2026, 11, 25, 18)
    assert first_instance(weekly(), wednesday) == datetime(2026, 11, 28, 18)
    assert first_instance(Rule(Frequency.DAILY, every=5), wednesday) == wednesday
    first_tuesday = Rule(Frequency.MONTHLY, weekdays=frozenset({Weekday.TUESDAY}), nth=1)
    assert first_instance(first_tuesday, wednesday) == datetime(2026, 12, 1, 18)
    last_monday = Rule(Frequency.MONTHLY, weekdays=frozenset({Weekday.MONDAY}), nth=LAST)
    assert first_instance(last_monday, wednesday) == datetime(2026, 11, 30, 18)


def test_noon_is_an_hour_later_in_utc_once_summer_time_ends():
    assert to_utc(datetime(2026, 10, 31, 12), LOS_ANGELES) == datetime(2026, 10, 31, 19, tzinfo=UTC)
    assert to_utc(datetime(2026, 11, 7, 12), LOS_ANGELES) == datetime(2026, 11, 7, 20, tzinfo=UTC)


def test_a_time_that_comes_twice_means_the_first_and_a_skipped_one_counts_on():
    twice, skipped = datetime(2026, 11, 1, 1, 30), datetime(2027, 3, 14, 2, 30)
    assert to_utc(twice, LOS_ANGELES) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert to_utc(twice.replace(fold=1), LOS_ANGELES) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert to_utc(skipped, LOS_ANGELES) == datetime(2027, 3, 14, 10, 30, tzinfo=UTC)
    assert to_local(to_utc(skipped, LOS_ANGELES), LOS_ANGELES) == datetime(2027, 3, 14, 3, 30)


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("every", lambda: weekly(every=0)),
        ("every", lambda: weekly(every=53)),
        ("weekdays", lambda: weekly(weekdays=frozenset())),
        ("weekdays", lambda: Rule(Frequency.DAILY, weekdays=SATURDAY)),
        ("weekdays", lambda: Rule(Frequency.MONTHLY, nth=1)),
        ("nth", lambda: Rule(Frequency.MONTHLY, weekdays=SATURDAY)),
        ("nth", lambda: Rule(Frequency.MONTHLY, weekdays=SATURDAY, nth=5)),
        ("nth", lambda: weekly(nth=1)),
        ("count", lambda: weekly(count=0)),
        ("count", lambda: weekly(count=1000)),
        ("count", lambda: weekly(count=3, until=date(2027, 1, 1))),
        ("until", lambda: weekly(until=date(2200, 1, 1))),
        ("until", lambda: check_start(weekly(until=date(2026, 11, 27)), NOON)),
        ("starts_local", lambda: check_start(weekly(), NOON + timedelta(days=1))),
        ("starts_local", lambda: check_start(None, NOON.replace(tzinfo=UTC))),
        ("starts_local", lambda: check_start(None, datetime(9999, 12, 31))),
        ("starts_local", lambda: to_rrule(weekly(), NOON + timedelta(days=1), LOS_ANGELES)),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_at_fault(field, make):
    with pytest.raises(RecurrenceError) as refused:
        make()
    assert refused.value.field == field
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "weekly",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=SA;BYHOUR=12",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=SA;COUNT=many",
        "FREQ=WEEKLY;BYDAY=SA;COUNT=1000",
        "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270121T075959",
        "FREQ=WEEKLY;BYDAY=SA;UNTIL=00010101T000000Z",
        "FREQ=MONTHLY;BYDAY=1SA,2SU",
        "BYDAY=SA",
        "FREQ=DAILY;FREQ",
    ],
)
def test_a_rule_that_we_did_not_write_is_refused(text):
    with pytest.raises(RecurrenceError):
        from_rrule(text, LOS_ANGELES)
