"""A calendar file becomes the coalition's own events: looked over first, nothing twice, undone."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm.core import jobs
from crm.core.db import db
from crm.events.models import Event
from crm.events.operations import cancel_date
from crm.events.queries import exceptions_of, find_date, series_of
from crm.events.series import Window, expand
from crm.mail.models import OutgoingMail
from crm.notices.operations import confirm, subscribe
from crm.notices.queries import confirm_token
from crm.partners.ics_reader.reading import Window as FileWindow
from crm.partners.ics_reader.reading import read_calendar
from crm.partners.jobs import forget_files
from crm.partners.models import CalendarFile, ImportedEvent
from crm.partners.operations.files import KEPT
from crm.rsvps.operations import Coming, say_coming
from tests.partners.files import calendar, event, read

NOW = datetime(2026, 11, 21, 23, tzinfo=UTC)
ZONE = "TZID=America/Los_Angeles"
SERIES = event(
    f"DTSTART;{ZONE}:20260905T120000", "DURATION:PT2H", "RRULE:FREQ=WEEKLY;UNTIL=20270130T080000Z;BYDAY=SA",
    f"EXDATE;{ZONE}:20261226T120000", "LOCATION:City Hall", uid="march", title="March",
)  # fmt: skip
MOVED = event(
    f"RECURRENCE-ID;{ZONE}:20261205T120000", f"DTSTART;{ZONE}:20261205T150000",
    f"DTEND;{ZONE}:20261205T160000", "LOCATION:Park", uid="march", title="March",
)  # fmt: skip
GONE = event(
    f"RECURRENCE-ID;{ZONE}:20261212T120000", f"DTSTART;{ZONE}:20261212T120000",
    "STATUS:CANCELLED", uid="march",
)  # fmt: skip
MONTHLY = event(
    f"DTSTART;{ZONE}:20261215T183000", f"DTEND;{ZONE}:20261215T200000", "RRULE:FREQ=MONTHLY;COUNT=4",
    "DESCRIPTION:Join: https://us02web.zoom.us/j/123?pwd=abc", uid="board", title="Board",
)  # fmt: skip
SINGLE = event("DTSTART;VALUE=DATE:20261201", uid="picnic", title="Picnic")
OVER = event("DTSTART:20261101T200000Z", uid="old", title="Old one")
FAST = event(f"DTSTART;{ZONE}:20261205T150000", "RRULE:FREQ=HOURLY", uid="fast", title="Hourly")
FILE = calendar(SERIES, MOVED, GONE, MONTHLY, SINGLE, OVER, FAST)


@pytest.fixture(autouse=True)
def _now(app):
    app.config["FIXED_CLOCK"] = NOW.isoformat()
    yield
    app.config["FIXED_CLOCK"] = None


@pytest.fixture
def _read_here(monkeypatch):
    """Read files in this process: the others show that the one of its own is asked, at a second each time."""

    def read_here(content, days):
        starts_at, ends_at = days.bounds()
        return read_calendar(content, FileWindow(starts_at, ends_at, days.zone.key))

    monkeypatch.setattr("crm.partners.jobs.read_calendar", read_here)


def upload(browser, content: bytes, **more):
    page = browser.page("/harbor/organize/import/calendar/")
    shown = browser.submit(page, "file", file=(io.BytesIO(content), "meetings.ics"), **more)
    jobs.run_all()
    return browser.page(shown.url)


def bring_in(browser, content: bytes, **typed):
    page = browser.submit(upload(browser, content), "kind", **typed)
    jobs.run_all()
    return browser.page(page.url)


def dates(slug: str) -> list[tuple[str, bool]]:
    found = db.session.scalars(select(Event).where(Event.slug == slug)).one()
    window = Window(NOW, NOW + timedelta(days=369))
    made = expand(series_of(found), exceptions_of(found), window)
    return [(f"{one.starts_local:%m-%d %H:%M}-{one.ends_local:%H:%M}", one.cancelled) for one in made]


def test_looked_over_then_brought_in_with_the_very_dates_of_the_file(organizer):
    page = upload(organizer.browser, FILE)
    assert "3 entries would be new events" in page.text
    for told in ("March", "very Saturday", "Board", "none that is known here", "link into an online meeting",
                 "from midnight to midnight", "Old one", "November 1, 2026",
                 "It is over", "December 5, 2026, 3:00", "more often than once"):  # fmt: skip
        assert told in page.text, told
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0
    page = organizer.browser.submit(page, "kind", kind="demonstration")
    jobs.run_all()
    assert "3 events are new" in organizer.browser.page(page.url).text
    assert dates("march")[:4] == [
        ("11-28 12:00-14:00", False), ("12-05 15:00-16:00", False),
        ("12-12 12:00-14:00", True), ("12-19 12:00-14:00", False),
    ]  # fmt: skip
    assert [when for when, _cancelled in dates("board")] == [
        "12-15 18:30-20:00", "01-15 18:30-20:00", "02-15 18:30-20:00", "03-15 18:30-20:00",
    ]  # fmt: skip
    assert dates("picnic") == [("12-01 00:00-00:00", False)]
    in_the_file = {entry.uid: entry for entry in read(FILE, start=NOW, days=369).entries}
    told = sorted(one.starts_at for one in in_the_file["march"].dates)
    found = db.session.scalars(select(Event).where(Event.slug == "march")).one()
    ours = expand(series_of(found), exceptions_of(found), Window(NOW, NOW + timedelta(days=369)))
    assert [one.starts_at for one in ours] == told
    events = db.session.scalars(select(Event)).all()
    assert all(one.published_at is None for one in events) and "zoom" not in "".join(
        one.description for one in events
    )


@pytest.mark.usefixtures("_read_here")
def test_again_it_makes_nothing_and_changes_what_the_file_changed(organizer):
    bring_in(organizer.browser, FILE, publish="publish", kind="demonstration")
    before = {one.slug: (one.uid, one.sequence) for one in db.session.scalars(select(Event))}
    page = upload(organizer.browser, FILE)
    assert "0 entries would be new events, 3 are here as they are" in page.text
    later = FILE.replace(b"LOCATION:City Hall", b"LOCATION:Library").replace(
        b"20261205T150000", b"20261205T143000"
    )
    page = bring_in(organizer.browser, later)
    assert "0 events are new, 1 was changed, 2 were here" in page.text
    march = db.session.scalars(select(Event).where(Event.slug == "march")).one()
    assert (march.place_name, march.uid) == ("Library", before["march"][0])
    assert march.sequence > before["march"][1] and march.published_at is not None
    assert dates("march")[1][0] == "12-05 14:30-16:00"
    undone = organizer.browser.submit(page, "undo")
    jobs.run_all()
    assert "1 was set back" in organizer.browser.page(undone.url).text
    assert dates("march")[1][0] == "12-05 15:00-16:00"


@pytest.mark.usefixtures("_read_here")
def test_what_was_changed_here_since_stays(app, organizer):
    page = bring_in(organizer.browser, FILE)
    march = db.session.scalars(select(Event).where(Event.slug == "march")).one()
    app.config["FIXED_CLOCK"] = (NOW + timedelta(minutes=5)).isoformat()
    cancel_date(organizer.viewer, march, datetime(2026, 11, 28).date(), "Rain")
    db.session.commit()
    later = upload(organizer.browser, FILE.replace(b"City Hall", b"Library"))
    assert "1 was changed here since and stays" in later.text
    undone = organizer.browser.submit(page, "undo")
    jobs.run_all()
    text = organizer.browser.page(undone.url).text
    assert "2 events were removed, 1 stays" in text, text
    assert [one.slug for one in db.session.scalars(select(Event))] == ["march"]


@pytest.mark.usefixtures("_read_here")
def test_undone_what_people_know_of_is_cancelled_and_they_are_told_once(app, coalition, organizer):
    page = bring_in(organizer.browser, FILE, publish="publish", kind="demonstration")
    confirm(confirm_token(subscribe(coalition, "key", "sam@example.org", ["demonstration"], [], "en")))
    board = db.session.scalars(select(Event).where(Event.slug == "board")).one()
    one = find_date(board, organizer.viewer, date(2026, 12, 15))
    say_coming(coalition, board, one, "press", Coming(2, "Lee", "lee@example.org", False, "", "en"))
    db.session.commit()
    app.config["FIXED_CLOCK"] = (NOW + timedelta(minutes=6)).isoformat()
    jobs.run_all()
    before = db.session.scalar(select(func.count()).select_from(OutgoingMail))
    undone = organizer.browser.submit(page, "undo")
    jobs.run_all()
    app.config["FIXED_CLOCK"] = (NOW + timedelta(minutes=12)).isoformat()
    jobs.run_all()
    assert "3 are cancelled, and who knew of them is told" in organizer.browser.page(undone.url).text
    assert all(event.cancelled_at for event in db.session.scalars(select(Event)))
    mails = list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))[before:]
    assert sorted(mail.recipient for mail in mails) == ["lee@example.org", "sam@example.org"]
    assert all("cancelled" in mail.body for mail in mails)
    # Told nobody yet: it goes without a word.
    page = bring_in(organizer.browser, FILE, publish="publish", kind="demonstration")
    undone = organizer.browser.submit(page, "undo")
    jobs.run_all()
    assert "3 events were removed" in organizer.browser.page(undone.url).text


def test_a_button_pressed_twice_and_a_file_that_is_none(organizer, coordinator):
    page = organizer.browser.page("/harbor/organize/import/calendar/")
    first = organizer.browser.submit(page, "file", file=(io.BytesIO(FILE), "a.ics"))
    again = organizer.browser.submit(page, "file", file=(io.BytesIO(FILE), "a.ics"))
    assert first.url == again.url
    bad = upload(organizer.browser, b"<html>no</html>")
    assert "not a calendar file" in bad.text
    assert "Thrown away" in organizer.browser.submit(bad, "discard").text
    empty = organizer.browser.submit(page, "file", 422, file=(io.BytesIO(b""), "a.ics"))
    assert "up to 2 MB" in empty.errors()[0]


def test_by_command_with_a_dry_run_first(app, coalition, tmp_path):
    path = tmp_path / "meetings.ics"
    path.write_bytes(FILE)
    run = app.test_cli_runner().invoke
    told = run(args=["import", "calendar", str(path), "--coalition", "harbor", "--dry-run"])
    assert told.exit_code == 0, told.output
    assert (
        "Would be: 3 created, 0 changed, 0 unchanged, 0 kept as changed here, 2 passed over." in told.output
    )
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0
    for expected in ("3 created, 0 changed", "0 created, 0 changed, 3 unchanged"):
        told = run(
            args=["import", "calendar", str(path), "--coalition", "harbor", "--kind", "hearing", "--publish"]
        )
        assert expected in told.output and "Hourly" in told.output
    assert run(args=["import", "calendar", str(path), "--coalition", "nowhere"]).exit_code == 1
    refused = run(args=["import", "calendar", "http://127.0.0.1/a.ics", "--coalition", "harbor"])
    assert refused.exit_code == 1 and "private network" in refused.output


@pytest.mark.usefixtures("_read_here")
def test_what_was_read_is_wiped_after_a_month_and_the_events_stay(app, organizer, outsider, observer):
    page = bring_in(organizer.browser, FILE)
    assert outsider.browser.get(page.url).status_code == 404
    assert observer.browser.get(page.url).status_code == 403
    app.config["FIXED_CLOCK"] = (NOW + KEPT + timedelta(days=1)).isoformat()
    forget_files(NOW + KEPT + timedelta(days=1))
    task = db.session.scalars(select(CalendarFile)).one()
    assert (task.contents, task.file_id) == (None, None)
    assert db.session.scalar(select(func.count()).select_from(ImportedEvent)) == 3
    assert "3 events are new" in organizer.browser.sign_in(organizer.user).page(page.url).text
