"""A series as VEVENTs: the checklist's lines on series and on the window, read back by three programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from crm.calendars.entries import EntryText, feed_events
from crm.calendars.ics import FeedCalendar, FeedEvent, FeedStatus, write_calendar
from crm.events.recurrence import LAST, Frequency, Rule, Weekday
from crm.events.series import DateStatus, Series, SeriesException, Window, expand
from tests.calendars.expanders import Seen, agreeing_dates

ZONE = "America/Los_Angeles"
EDITED = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
WINDOW = Window(datetime(2026, 9, 22, tzinfo=UTC), datetime(2027, 12, 26, tzinfo=UTC))
SATURDAYS = Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY}), until=date(2027, 1, 20))
WEEKLY = Series(
    "weekly", datetime(2026, 11, 21, 12), timedelta(hours=2), ZONE, SATURDAYS, sequence=3, changed_at=EDITED
)
SKIPPED = SeriesException(date(2026, 12, 26), DateStatus.SKIPPED)
MOVED = SeriesException(
    date(2027, 1, 2), starts_local=datetime(2027, 1, 2, 14), place="City Hall", sequence=5, changed_at=EDITED
)
CANCELLED = SeriesException(date(2026, 12, 5), DateStatus.CANCELLED, sequence=1)
EXTRA = SeriesException(date(2027, 1, 31), starts_local=datetime(2027, 1, 31, 13), uid="extra")


def tell(exception: SeriesException | None) -> EntryText:
    place = (exception and exception.place) or "Park"
    return EntryText("March", location=place, url="https://muster.example/demo/events/march")


def entries(series: Series, *exceptions: SeriesException, window: Window = WINDOW) -> list[FeedEvent]:
    return feed_events(series, exceptions, tell, window)


def shown(series: Series, *exceptions: SeriesException) -> set[Seen]:
    """What every program shows, which has to be what our pages show."""
    ics = write_calendar(FeedCalendar("Marches", timezone=ZONE), entries(series, *exceptions), year=2026)
    seen = agreeing_dates(ics, WINDOW.starts_at, WINDOW.ends_at)
    ours = {(one.starts_at, one.uid, one.cancelled) for one in expand(series, exceptions, WINDOW)}
    assert {(one.starts_at, one.uid, one.cancelled) for one in seen} == ours
    return seen


def local(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour).replace(tzinfo=WEEKLY.zone).astimezone(UTC)


def test_the_demonstration_is_on_the_dates_that_its_organizers_say():
    seen = shown(WEEKLY, SKIPPED, MOVED, CANCELLED, EXTRA)
    noons = [(2026, 11, 21), (2026, 11, 28), (2026, 12, 12), (2026, 12, 19), (2027, 1, 9), (2027, 1, 16)]
    assert seen == {
        *(Seen(local(*noon), "weekly", False, "March") for noon in noons),
        Seen(local(2026, 12, 5), "weekly", True, "CANCELLED: March"),
        Seen(local(2027, 1, 2, 14), "weekly", False, "March"),
        Seen(local(2027, 1, 31, 13), "extra", False, "March"),
    }


def test_noon_stays_noon_when_the_clocks_change():
    autumn = replace(WEEKLY, starts_local=datetime(2026, 10, 24, 12))
    seen = sorted(one.starts_at for one in shown(autumn))
    assert [at.hour for at in seen[:3]] == [19, 19, 20]
    assert [at.astimezone(WEEKLY.zone).hour for at in seen] == [12] * len(seen)


def test_the_rule_is_one_rrule_with_until_in_utc_and_starts_with_its_first_instance():
    [master] = entries(WEEKLY)
    assert master.rrule == "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270121T075959Z"
    assert master.starts_local == WEEKLY.starts_local
    assert not master.exdates


def test_a_moved_date_keeps_the_uid_and_names_its_original_start():
    _master, moved = entries(WEEKLY, MOVED)
    assert (moved.uid, moved.recurrence_id) == ("weekly", datetime(2027, 1, 2, 12))
    assert (moved.starts_local, moved.ends_local) == (datetime(2027, 1, 2, 14), datetime(2027, 1, 2, 16))
    assert (moved.location, moved.timezone, moved.rrule) == ("City Hall", ZONE, "")


def test_the_sequence_of_a_date_rises_with_the_series_and_with_the_date():
    assert [one.sequence for one in entries(WEEKLY, MOVED, CANCELLED)] == [3, 4, 8]


def test_the_stamp_is_the_later_of_both_edits():
    later = EDITED + timedelta(days=1)
    _master, moved = entries(WEEKLY, replace(MOVED, changed_at=later))
    assert moved.stamp == later
    _master, cancelled = entries(WEEKLY, CANCELLED)
    assert cancelled.stamp == EDITED


def test_a_cancelled_date_stays_and_is_no_exdate():
    master, cancelled = entries(WEEKLY, CANCELLED)
    assert cancelled.status is FeedStatus.CANCELLED
    assert cancelled.recurrence_id == datetime(2026, 12, 5, 12)
    assert not master.exdates


def test_a_date_that_was_never_announced_is_an_exdate_alone():
    [master] = entries(WEEKLY, SKIPPED)
    assert master.exdates == [datetime(2026, 12, 26, 12)]


def test_an_extra_date_is_an_event_of_its_own_and_no_rdate():
    _master, extra = entries(WEEKLY, EXTRA)
    assert (extra.uid, extra.recurrence_id, extra.rrule) == ("extra", None, "")


def test_an_extra_date_that_the_rule_reaches_becomes_its_exception():
    on_a_saturday = SeriesException(date(2027, 1, 30), starts_local=datetime(2027, 1, 30, 13), uid="extra")
    longer = replace(WEEKLY, rule=replace(SATURDAYS, until=date(2027, 2, 6)))
    assert local(2027, 1, 30, 13) in {one.starts_at for one in shown(longer, on_a_saturday)}
    assert [one.uid for one in entries(longer, on_a_saturday)] == ["weekly", "weekly"]


def test_an_exception_to_a_date_that_the_rule_no_longer_makes_is_left_out():
    assert len(entries(WEEKLY, SeriesException(date(2026, 12, 6), DateStatus.SKIPPED))) == 1
    seen = shown(WEEKLY, SeriesException(date(2026, 12, 6), DateStatus.CANCELLED))
    assert not any(one.cancelled for one in seen)


def test_a_cancelled_series_is_cancelled_on_every_date():
    gone = replace(WEEKLY, status=DateStatus.CANCELLED)
    assert {one.status for one in entries(gone, MOVED, EXTRA)} == {FeedStatus.CANCELLED}
    assert {one.summary for one in shown(gone, MOVED, EXTRA)} == {"CANCELLED: March"}


def test_the_first_date_may_be_skipped_moved_or_cancelled():
    first = date(2026, 11, 21)
    for exception in (
        SeriesException(first, DateStatus.SKIPPED),
        SeriesException(first, DateStatus.CANCELLED),
        SeriesException(first, starts_local=datetime(2026, 11, 22, 9)),
    ):
        assert 8 <= len(shown(WEEKLY, exception)) <= 9


def test_every_kind_of_rule_is_read_alike():
    thursday = frozenset({Weekday.THURSDAY})
    for rule in (
        Rule(Frequency.DAILY, every=3, count=20),
        Rule(Frequency.WEEKLY, every=2, weekdays=frozenset({Weekday.THURSDAY, Weekday.MONDAY})),
        Rule(Frequency.MONTHLY, weekdays=thursday, nth=4, until=date(2027, 10, 1)),
        Rule(Frequency.MONTHLY, every=2, weekdays=thursday, nth=LAST),
    ):
        assert len(shown(replace(WEEKLY, starts_local=datetime(2026, 11, 26, 18), rule=rule))) > 5


def test_picked_dates_are_events_of_their_own():
    picked = replace(WEEKLY, rule=None)
    assert {one.uid for one in shown(picked, EXTRA)} == {"weekly", "extra"}
    assert [one.recurrence_id for one in entries(picked, EXTRA)] == [None, None]


def test_a_cancelled_one_off_stays_and_says_so():
    once = replace(WEEKLY, rule=None)
    [entry] = entries(once, SeriesException(date(2026, 11, 21), DateStatus.CANCELLED))
    assert (entry.status, entry.recurrence_id) == (FeedStatus.CANCELLED, None)


def test_a_series_is_published_while_any_of_its_dates_is_inside_the_window():
    january = Window(datetime(2027, 1, 16, 20, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))
    after = Window(datetime(2027, 1, 16, 22, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))
    assert [one.rrule for one in entries(WEEKLY, window=january)] != []
    assert entries(WEEKLY, window=after) == []
    into = SeriesException(date(2027, 1, 16), starts_local=datetime(2027, 2, 20, 12))
    assert len(entries(WEEKLY, into, window=after)) == 2


def test_single_dates_outside_the_window_are_left_out():
    before = Window(datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 1, 15, tzinfo=UTC))
    assert [one.uid for one in entries(WEEKLY, EXTRA, window=before)] == ["weekly"]
    only_extra = Window(datetime(2027, 1, 30, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))
    assert [one.uid for one in entries(WEEKLY, EXTRA, window=only_extra)] == ["extra"]


def test_extra_dates_before_the_series_do_not_hide_it():
    early = SeriesException(date(2026, 10, 3), starts_local=datetime(2026, 10, 3, 13), uid="early")
    assert [one.uid for one in entries(WEEKLY, early)] == ["weekly", "early"]
