"""VTIMEZONEs give the offsets that zoneinfo gives, for every zone there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import pytest
from dateutil.rrule import rrulestr

from crm.calendars.vtimezone import Transition, UnknownZone, _yearly_rule, transitions, vtimezone

YEAR = 2026
# Their clocks follow Ramadan, so no yearly rule fits them: each change is listed.
BY_RAMADAN = {"Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "Asia/Hebron"}


@cache
def read(name: str) -> icalendar.Timezone:
    block = icalendar.Timezone.from_ical(vtimezone(name, YEAR))
    assert isinstance(block, icalendar.Timezone)
    return block


@cache
def changes(zone: ZoneInfo, year: int) -> tuple[Transition, ...]:
    """Looked for once for both tests that ask every zone."""
    return tuple(transitions(zone, year))


def instants(zone: ZoneInfo) -> list[datetime]:
    """Noon of each first of the month, and the hours around each change, this year and next."""
    found = [datetime(year, month, 1, 12, tzinfo=UTC) for year in (YEAR, YEAR + 1) for month in range(1, 13)]
    for year in (YEAR, YEAR + 1):
        for change in changes(zone, year):
            at = (change.onset - change.before).replace(tzinfo=UTC)
            found += [at - timedelta(hours=3), at - timedelta(seconds=2), at, at + timedelta(hours=3)]
    return found


def onsets(block: icalendar.Timezone) -> list[tuple[datetime, timedelta]]:
    """When each offset of a VTIMEZONE begins, around the year, by RFC 5545 §3.6.5 alone."""
    found = []
    for part in block.subcomponents:
        before, first = part["TZOFFSETFROM"].td, part["DTSTART"].dt
        dates = [first]
        if "RRULE" in part:
            rule = rrulestr(part["RRULE"].to_ical().decode(), dtstart=first.replace(year=YEAR - 2, day=1))
            dates = rule.between(datetime(YEAR - 2, 1, 1), datetime(YEAR + 2, 1, 1))
        found += [((date - before).replace(tzinfo=UTC), part["TZOFFSETTO"].td) for date in dates]
    return sorted(found)


def offset_by(begun: list[tuple[datetime, timedelta]], instant: datetime) -> timedelta:
    return [offset for at, offset in begun if at <= instant][-1]


def test_every_zone_gives_the_offsets_of_zoneinfo():
    wrong, kinds = [], {"fixed": 0, "pair": 0, "listed": 0}
    for name in sorted(available_timezones()):
        zone, block = ZoneInfo(name), read(name)
        kinds[kind_of(block)] += 1
        begun = onsets(block)
        for instant in instants(zone):
            if offset_by(begun, instant) != instant.astimezone(zone).utcoffset():
                wrong.append((name, instant))
    assert wrong == []
    assert kinds["fixed"] > 300
    assert kinds["pair"] > 150


def kind_of(block: icalendar.Timezone) -> str:
    """Fixed: one STANDARD without a rule; pair: one of each with a yearly rule; else listed."""
    names = [part.name for part in block.subcomponents]
    ruled = ["RRULE" in part for part in block.subcomponents]
    if names == ["STANDARD"] and not any(ruled):
        return "fixed"
    return "pair" if names == ["STANDARD", "DAYLIGHT"] and all(ruled) else "listed"


def test_only_zones_that_follow_ramadan_have_no_yearly_rule():
    # A place in the year in which it gives up changing is listed too; new time zone data may bring one.
    for name in sorted(available_timezones()):
        following = [len(changes(ZoneInfo(name), year)) for year in range(YEAR - 1, YEAR + 5)]
        if len(set(following)) == 1 and name not in BY_RAMADAN:
            assert kind_of(read(name)) != "listed", name
    assert {kind_of(read(name)) for name in BY_RAMADAN} == {"listed"}


def test_los_angeles_is_the_pair_that_outlook_knows():
    assert vtimezone("America/Los_Angeles", YEAR).split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:America/Los_Angeles",
        "BEGIN:STANDARD",
        "DTSTART:19701101T020000",
        "TZOFFSETFROM:-0700",
        "TZOFFSETTO:-0800",
        "TZNAME:PST",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700308T020000",
        "TZOFFSETFROM:-0800",
        "TZOFFSETTO:-0700",
        "TZNAME:PDT",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
        "",
    ]


def test_a_zone_that_never_changes_has_one_standard_without_a_rule():
    assert vtimezone("Asia/Kolkata", YEAR).split("\r\n")[2:-2] == [
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0530",
        "TZOFFSETTO:+0530",
        "TZNAME:IST",
        "END:STANDARD",
    ]


def test_where_no_week_of_the_month_fits_the_days_are_named():
    told = vtimezone("America/Santiago", YEAR)
    assert "RRULE:FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=SU" in told
    assert "RRULE:FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=SU" in told
    assert "DTSTART:19700405T000000" in told  # the first Sunday from 2 April 1970 on


def test_days_that_no_one_week_holds_have_no_rule():
    sundays = [datetime(2026, 3, 1, 2), datetime(2026, 3, 15, 2)]
    assert _yearly_rule(sundays) is None
    assert _yearly_rule(sundays[:1]) == "FREQ=YEARLY;BYMONTH=3;BYDAY=1SU"


def test_a_change_at_the_end_of_the_last_thursday_is_told_a_second_early():
    told = vtimezone("Africa/Cairo", YEAR)
    assert "DTSTART:19701029T235959" in told
    assert "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1TH" in told


def test_a_half_hour_change_is_told_as_such():
    told = vtimezone("Australia/Lord_Howe", YEAR)
    assert "TZOFFSETFROM:+1100\r\nTZOFFSETTO:+1030" in told


def test_no_rdate_and_no_comment():
    for name in ("America/New_York", "Africa/Casablanca", "Europe/Dublin"):
        assert "RDATE" not in vtimezone(name, YEAR)
        assert "COMMENT" not in vtimezone(name, YEAR)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "America", "a\0b"])
def test_an_unknown_zone_is_an_error_of_its_own(name):
    with pytest.raises(UnknownZone):
        vtimezone(name, YEAR)
