"""The file to the byte: one test for each line of the checklist in the design."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from ical.calendar_stream import IcsCalendarStream

from crm.calendars.ics import FeedCalendar, FeedEvent, FeedStatus, UnwritableEvent, fold, write_calendar
from crm.calendars.vtimezone import UnknownZone

STAMP = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 28, 12)
ZONE = "America/Los_Angeles"


def an_event(**changes: object) -> FeedEvent:
    values: dict[str, object] = {
        "uid": "0f3d6c52-6f0e-4a53-9d0c-6d2f0f7c2a11",
        "sequence": 2,
        "stamp": STAMP,
        "summary": "Weekly demonstration",
        "starts_local": NOON,
        "ends_local": NOON + timedelta(hours=2),
        "timezone": ZONE,
        "url": "https://muster.example/demo/events/weekly",
        **changes,
    }
    return FeedEvent(**values)  # type: ignore[arg-type]


def written(*events: FeedEvent, **calendar: object) -> bytes:
    values: dict[str, object] = {"name": "Marches", "timezone": ZONE, **calendar}
    return write_calendar(FeedCalendar(**values), events, year=2026)  # type: ignore[arg-type]


def lines(ics: bytes) -> list[str]:
    """Unfolded content lines."""
    return ics.decode().replace("\r\n ", "").split("\r\n")[:-1]


def read(ics: bytes) -> icalendar.Calendar:
    """Through the parser of somebody else, which may find nothing wrong."""
    calendar = icalendar.Calendar.from_ical(ics)
    assert [error for component in calendar.walk() for error in component.errors] == []
    assert len(IcsCalendarStream.calendar_from_ics(ics.decode()).events) == len(calendar.events)
    return calendar


def test_every_line_ends_in_crlf_without_bom_or_blank_line():
    ics = written(an_event(description="a\r\nb\rc\nd"))
    assert ics.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert ics.endswith(b"END:VCALENDAR\r\n")
    assert b"\r\n\r\n" not in ics
    assert ics.count(b"\n") == ics.count(b"\r") == ics.count(b"\r\n")


@pytest.mark.parametrize("letter", ["a", "ñ", "م", "漢", "😀", "e\u0301", "a b", " ", "漢 "])
def test_lines_fold_at_75_octets_and_never_inside_a_character(letter):
    text = "x" + letter * 150 + "y"
    for start in range(8):
        ics = written(an_event(summary="-" * start + text))
        assert max(len(line) for line in ics.split(b"\r\n")) <= 75
        for line in ics.split(b"\r\n"):
            line.decode()
        assert str(read(ics).events[0]["SUMMARY"]) == "-" * start + text


def test_a_line_of_exactly_75_octets_is_not_folded():
    assert fold("x" * 75) == "x" * 75 + "\r\n"
    assert fold("é" * 37 + "x") == "é" * 37 + "x\r\n"
    assert fold("x" * 76) == "x" * 75 + "\r\n x\r\n"


def test_no_fold_stands_beside_a_blank():
    words = "to the park and on to the city hall with drums " * 12
    for line in fold("DESCRIPTION:" + words.strip()).split("\r\n")[1:-1]:
        assert line[:1] == " "
        assert line[1:2] != " "
        assert line[-1:] != " "


def test_text_is_escaped_once():
    text = "Signs; water, friends \\ family\nat noon"
    ics = written(an_event(description=text, location=text, categories=("a,b", "c")), name=text)
    assert "DESCRIPTION:Signs\\; water\\, friends \\\\ family\\nat noon" in lines(ics)
    assert "NAME:Signs\\; water\\, friends \\\\ family\\nat noon" in lines(ics)
    assert "CATEGORIES:a\\,b,c" in lines(ics)
    event = read(ics).events[0]
    assert str(event["DESCRIPTION"]) == str(event["LOCATION"]) == text


def test_control_characters_are_removed_and_breaks_cannot_smuggle_a_line():
    text = "a\x00b\x07c\x1bd\x7f\x9fe\tf\u2028g\x85h\x0bi\ud800\r\nEND:VEVENT"
    ics = written(
        an_event(
            uid="u\r\nX-A:1", summary=text, url="https://muster.example/\r\nX-B:1", categories=("x\rX-C:1",)
        )
    )
    assert "SUMMARY:abcde f\\ng\\nh\\ni\\nEND:VEVENT" in lines(ics)
    assert lines(ics).count("END:VEVENT") == 1
    assert not [
        line for line in lines(ics) if line.startswith("X-") and not line.startswith(("X-WR", "X-PUB"))
    ]


def test_the_text_is_plain():
    assert b"X-ALT-DESC" not in written(an_event())


def test_the_head_says_version_product_and_scale_but_no_method():
    head = lines(written(an_event()))
    assert head[1:4] == ["VERSION:2.0", "PRODID:-//Muster//Coalition calendar//EN", "CALSCALE:GREGORIAN"]
    assert not [line for line in head if line.startswith("METHOD")]


def test_the_calendar_has_its_name_both_ways():
    told = lines(written(name="Marches, all", description="Of the coalition"))
    assert {"NAME:Marches\\, all", "X-WR-CALNAME:Marches\\, all", f"X-WR-TIMEZONE:{ZONE}"} <= set(told)
    assert {"DESCRIPTION:Of the coalition", "X-WR-CALDESC:Of the coalition"} <= set(told)


def test_apps_are_asked_to_come_back_in_an_hour():
    told = lines(written())
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in told
    assert "X-PUBLISHED-TTL:PT1H" in told
    assert "X-PUBLISHED-TTL:PT90M" in lines(written(refresh=timedelta(minutes=90)))


def test_source_url_and_color_are_optional():
    plain = lines(written())
    assert not [line for line in plain if line.startswith(("SOURCE", "COLOR", "URL"))]
    told = lines(
        written(source="https://m.example/demo/calendar.ics", color="teal", url="https://m.example/demo/")
    )
    assert "SOURCE;VALUE=URI:https://m.example/demo/calendar.ics" in told
    assert {"COLOR:teal", "URL:https://m.example/demo/"} <= set(told)


def test_an_empty_calendar_still_holds_its_timezone():
    calendar = read(written())
    assert [str(zone["TZID"]) for zone in calendar.timezones] == [ZONE]
    assert calendar.events == []


def test_the_stored_uid_and_sequence_are_written():
    assert {"UID:0f3d6c52-6f0e-4a53-9d0c-6d2f0f7c2a11", "SEQUENCE:2"} <= set(lines(written(an_event())))


def test_dtstamp_is_the_last_edit_and_the_bytes_are_the_same_each_time():
    assert {"DTSTAMP:20261120T183000Z", "LAST-MODIFIED:20261120T183000Z"} <= set(lines(written(an_event())))
    assert written(an_event()) == written(an_event())
    elsewhere = STAMP.astimezone(read(written()).timezones[0].to_tz())
    assert written(an_event(stamp=elsewhere)) == written(an_event())


def test_an_event_says_what_when_where_and_its_page():
    event = read(written(an_event(location="Park, 5th Ave"))).events[0]
    assert (str(event["SUMMARY"]), str(event["STATUS"])) == ("Weekly demonstration", "CONFIRMED")
    assert str(event["LOCATION"]) == "Park, 5th Ave"
    assert str(event["URL"]) == "https://muster.example/demo/events/weekly"
    assert event.end - event.start == timedelta(hours=2)


def test_nobody_is_invited_and_nothing_rings():
    for word in (b"ATTENDEE", b"ORGANIZER", b"VALARM", b"mailto:"):
        assert word not in written(an_event())


def test_a_cancelled_event_stays_and_says_so():
    told = lines(written(an_event(status=FeedStatus.CANCELLED), cancelled_prefix="CANCELADO: "))
    assert {"STATUS:CANCELLED", "SUMMARY:CANCELADO: Weekly demonstration", "TRANSP:TRANSPARENT"} <= set(told)
    assert b"TRANSP" not in written(an_event())


def test_start_and_end_name_their_zone():
    told = lines(written(an_event()))
    assert f"DTSTART;TZID={ZONE}:20261128T120000" in told
    assert f"DTEND;TZID={ZONE}:20261128T140000" in told


def test_each_zone_is_there_once_and_sorted():
    names = ["America/Chicago", "America/Denver", "America/New_York", "Europe/London", "Europe/Paris", "UTC"]
    events = [an_event(timezone=name) for name in (*reversed(names), *names)]
    told = [line for line in lines(written(*events)) if line.startswith("TZID:")]
    assert told == [f"TZID:{name}" for name in sorted([*names, ZONE])]


def test_exceptions_have_the_type_and_zone_of_the_start():
    skipped = [NOON + timedelta(weeks=5), NOON + timedelta(weeks=4)]
    master = an_event(rrule="FREQ=WEEKLY;BYDAY=SA", exdates=skipped)
    told = lines(written(master, an_event(recurrence_id=NOON + timedelta(weeks=1))))
    assert f"RECURRENCE-ID;TZID={ZONE}:20261205T120000" in told
    exdates = [line for line in told if line.startswith("EXDATE")]
    assert exdates == [f"EXDATE;TZID={ZONE}:20261226T120000", f"EXDATE;TZID={ZONE}:20270102T120000"]


def test_an_all_day_event_has_dates_everywhere():
    day = datetime(2026, 12, 10)
    ics = written(
        an_event(
            all_day=True,
            starts_local=day,
            ends_local=day + timedelta(days=1),
            rrule="FREQ=DAILY;UNTIL=20261214",
            exdates=[day + timedelta(days=2)],
        ),
        an_event(all_day=True, recurrence_id=day + timedelta(days=1)),
    )
    told = lines(ics)
    assert {"DTSTART;VALUE=DATE:20261210", "DTEND;VALUE=DATE:20261211"} <= set(told)
    assert {"EXDATE;VALUE=DATE:20261212", "RECURRENCE-ID;VALUE=DATE:20261211"} <= set(told)
    read(ics)


@pytest.mark.parametrize(
    "changes",
    [{"url": "javascript:alert(1)"}, {"url": "/demo"}, {"rrule": "FREQ=WEEKLY\r\nX:1"}, {"rrule": "weekly"}],
)
def test_what_no_file_can_hold_is_refused(changes):
    with pytest.raises(UnwritableEvent):
        written(an_event(**changes))


def test_an_unknown_zone_or_color_is_refused():
    with pytest.raises(UnknownZone):
        written(an_event(timezone="Mars/Olympus"))
    with pytest.raises(UnwritableEvent):
        written(color="#ff0000")


def test_an_address_with_blanks_and_accents_is_encoded():
    ics = written(an_event(url="https://muster.example/marché 1;a,b?x=ñ&y=%C3%B1"))
    assert "URL:https://muster.example/march%C3%A9%201;a,b?x=%C3%B1&y=%C3%B1" in lines(ics)
