"""Calendar files as others write them: what is read of them, and what is passed over with which reason."""

from __future__ import annotations

import pytest

from crm.partners.ics_reader.reading import NotACalendar
from crm.partners.ics_reader.texts import plain, web_address
from crm.partners.ics_reader.words import Passed
from tests.partners.files import calendar, event, only, read, starts

NOON = "DTSTART;TZID=America/Los_Angeles:20261128T120000"
UTC_NOON = "2026-11-28 20:00"
VTIMEZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Our own\r\nBEGIN:STANDARD\r\nDTSTART:19701101T020000\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:19700308T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"
    "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)


@pytest.mark.parametrize(
    ("start", "head", "expected"),
    [
        ("DTSTART;TZID=America/Los_Angeles:20261128T120000", "", UTC_NOON),
        ("DTSTART;TZID=Pacific Standard Time:20261128T120000", "", UTC_NOON),
        ('DTSTART;TZID="Pacific Standard Time":20261128T120000', "", UTC_NOON),
        ("DTSTART;TZID=/mozilla.org/20050126_1/America/Los_Angeles:20261128T120000", "", UTC_NOON),
        ("DTSTART;TZID=PDT;VALUE=DATE-TIME:20261128T120000", "", UTC_NOON),
        ('DTSTART;TZID="UTC-08:00":20261128T120000', "", UTC_NOON),
        ("DTSTART:20261128T200000Z", "", UTC_NOON),
        ("DTSTART:20261128T120000", "", UTC_NOON),
        ("DTSTART:20261128T120000", "X-WR-TIMEZONE:America/New_York\r\n", "2026-11-28 17:00"),
        (
            "DTSTART;TZID=EDT:20261128T120000",
            "X-WR-TIMEZONE:America/Indiana/Indianapolis\r\n",
            "2026-11-28 17:00",
        ),
        ("DTSTART;TZID=Our own:20261128T120000", VTIMEZONE, "2026-11-28 17:00"),
        ("DTSTART;VALUE=DATE:20261128", "", "2026-11-28 08:00"),
    ],
)
def test_the_zone_is_told_whatever_it_is_called(start, head, expected):
    entry = only(calendar(event(start), head=head))
    assert starts(entry) == [expected]
    assert entry.all_day == ("VALUE=DATE:" in start)


def test_what_repeats_in_utc_follows_the_clock_of_the_calendars_zone():
    file = calendar(
        event("DTSTART:20261024T190000Z", "DTEND:20261024T200000Z", "RRULE:FREQ=WEEKLY;COUNT=3"),
        head="X-WR-TIMEZONE:America/Los_Angeles\r\n",
    )
    assert starts(only(file)) == ["2026-11-07 20:00"], "noon stays noon when the clocks change"


def test_a_series_with_a_moved_a_cancelled_and_a_left_out_date():
    file = calendar(
        event(NOON, "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=5", "LOCATION:Hall",
              "EXDATE;TZID=America/Los_Angeles:20261205T120000"),
        event("RECURRENCE-ID;TZID=America/Los_Angeles:20261212T120000",
              "DTSTART;TZID=America/Los_Angeles:20261213T150000", "LOCATION:Park", title="Potluck outdoors"),
        event("RECURRENCE-ID:20261219T200000Z", "DTSTART:20261219T200000Z", "STATUS:CANCELLED"),
    )  # fmt: skip
    entry = only(file)
    told = [(f"{one.starts_at:%m-%d %H}", one.title, one.place, one.cancelled) for one in entry.dates]
    assert told == [
        ("11-28 20", "Potluck", "Hall", False),
        ("12-13 23", "Potluck outdoors", "Park", False),
        ("12-19 20", "Potluck", "Hall", True),
        ("12-26 20", "Potluck", "Hall", False),
    ]
    assert [f"{one.rule_start:%m-%d %H}" for one in entry.dates] == [
        "11-28 20",
        "12-12 20",
        "12-19 20",
        "12-26 20",
    ]
    assert {
        one.ends_at - one.starts_at for one in entry.dates if one.title == "Potluck" and not one.cancelled
    } == {entry.dates[0].ends_at - entry.dates[0].starts_at}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((NOON, "RRULE:FREQ=SECONDLY"), Passed.TOO_OFTEN),
        ((NOON, "RRULE:FREQ=MINUTELY;COUNT=5"), Passed.TOO_OFTEN),
        ((NOON, "RRULE:FREQ=hourly"), Passed.TOO_OFTEN),
        ((NOON, "RRULE:FREQ=DAILY;BYHOUR=1,2,3"), Passed.TOO_OFTEN),
        ((NOON, "RRULE:FREQ=DAILY;BYMINUTE=1"), Passed.TOO_OFTEN),
        ((NOON, "RRULE:FREQ=DAILY;BYSECOND=1"), Passed.TOO_OFTEN),
        ((NOON, "RRULE:FREQ=DAILY;COUNT=1000"), Passed.TOO_OFTEN),
        ((NOON, "RRULE:FREQ=DAILY;INTERVAL=0"), Passed.BROKEN),
        ((NOON, "RRULE:FREQ=FORTNIGHTLY"), Passed.BROKEN),
        ((NOON, "RDATE;TZID=America/Los_Angeles:" + ",".join(
            f"202701{1 + n // 24:02d}T{n % 24:02d}0000" for n in range(600))), Passed.TOO_MANY_DATES),
        (("DTSTART;TZID=Atlantis/Capital:20261128T120000",), Passed.UNKNOWN_ZONE),
        (("DTSTART:tomorrow",), Passed.BROKEN),
        (("DTSTART:20261131T120000",), Passed.BROKEN),
        ((NOON, "DTEND;VALUE=DATE:20261129"), Passed.BROKEN),
        ((NOON, "DURATION:P15M"), Passed.BROKEN),
        ((NOON, "CLASS:PRIVATE"), Passed.PRIVATE),
        ((NOON, "LOCATION:Hall\x07"), Passed.CONTROL),
        ((NOON, "LOCATION:\u202egnp.llaH"), Passed.CONTROL),
        (("LOCATION:Hall",), Passed.NO_START),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_passed_over_and_the_rest_is_read(lines, reason):
    reading = read(calendar(event(*lines, title="Bad one"), event(NOON, uid="two")))
    assert [(skip.title, skip.reason) for skip in reading.skips] == [("Bad one", reason)]
    assert [entry.uid for entry in reading.entries] == ["two"]


def test_an_entry_that_is_cut_off_does_not_spoil_the_next_one():
    file = calendar("BEGIN:VEVENT\r\nUID:half\r\nSUMMARY:Half\r\n", event(NOON))
    reading = read(file)
    assert [skip.reason for skip in reading.skips] == [Passed.CUT_OFF]
    assert [entry.title for entry in reading.entries] == ["Potluck"]


def test_a_date_of_a_series_that_cannot_be_shown_does_not_come_back_at_its_old_time():
    series = event(NOON, "RRULE:FREQ=WEEKLY;COUNT=2")
    secret = event(
        "RECURRENCE-ID;TZID=America/Los_Angeles:20261205T120000",
        "DTSTART;TZID=America/Los_Angeles:20261206T120000",
        "CLASS:PRIVATE",
    )
    reading = read(calendar(series, secret))
    assert [starts(entry) for entry in reading.entries] == [[UTC_NOON]]
    assert [skip.reason for skip in reading.skips] == [Passed.PRIVATE]


def test_entries_without_a_name_of_their_own_or_with_the_same_one():
    nameless = event(NOON, uid="").replace("UID:\r\n", "")
    first = read(calendar(nameless)).entries[0].uid
    assert first == read(calendar(nameless)).entries[0].uid, "the same file gives the same names"
    twice = calendar(event(NOON, "SEQUENCE:1", title="New"), event(NOON, title="Old"))
    reading = read(twice)
    assert [entry.title for entry in reading.entries] == ["New"]
    assert [skip.reason for skip in reading.skips] == [Passed.REPEATED]
    elsewhere = calendar(event(NOON), event("DTSTART:20261201T200000Z"))
    assert len({entry.uid for entry in read(elsewhere).entries}) == 2


def test_at_most_two_thousand_entries_are_read_and_the_far_past_does_not_count():
    old = [event("DTSTART:20200101T200000Z", uid=f"old{number}") for number in range(2100)]
    new = [event(NOON, uid=f"new{number}") for number in range(2003)]
    reading = read(calendar(*old, *new))
    assert (len(reading.entries), reading.outside) == (2000, 2100)
    assert [skip.reason for skip in reading.skips] == [Passed.TOO_MANY] * 3


@pytest.mark.parametrize("ends", ["\n", "\r", "\r\n"])
def test_whatever_ends_the_lines_and_whatever_stands_before_them(ends):
    file = calendar(event(NOON, "LOCATION:A long wa", " y off")).decode().replace("\r\n", ends)
    assert only(b"\xef\xbb\xbf" + file.encode()).place == "A long way off"
    assert only(file.replace("Potluck", "Café").encode("cp1252")).title == "Café"


def test_html_becomes_text():
    assert (
        plain("Bring <b>food</b> &amp; friends<br>at 6<script>alert(1)</script>")
        == "Bring food & friends\nat 6"
    )
    assert plain("a < b and c > d") == "a < b and c > d"
    file = calendar(event(NOON, r"DESCRIPTION:<p>One\, two</p><p>Three</p>", "LOCATION:Hall\\nUpstairs"))
    assert (only(file).description, only(file).place) == ("One, two\n\nThree", "Hall Upstairs")


def test_only_addresses_of_the_web_become_links():
    assert web_address("https://example.org/a?b=1") == "https://example.org/a?b=1"
    bad = (
        "javascript:alert(1)",
        "https://me:secret@example.org/",
        "ftp://example.org",
        "https://a b",
        "http://[",
    )
    assert [web_address(text) for text in bad] == [""] * len(bad)


@pytest.mark.parametrize(
    "content", [b"", b"<html><body>Sign in</body></html>", b"\x00\xff\xfe", b"BEGIN:VCARD\r\n"]
)
def test_what_is_no_calendar_is_refused_as_a_whole(content):
    with pytest.raises(NotACalendar):
        read(content)
