"""Chapter 4: events are scheduled, published and subscribed to; the public sees it all."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from tests.browser.people import Person
from tests.browser.site import Site
from tests.browser.story import MINIMUM, SATURDAY
from tests.calendars.expanders import agreeing_dates

pytestmark = pytest.mark.browser


def test_the_organizer_schedules_the_weekly_demonstration(organizer: Person) -> None:
    organizer.visit("/harbor/organize/events/new")
    organizer.choose("kind", "demonstration")
    organizer.choose("repeats", "WEEKLY")
    organizer.choose("ends", "until")
    organizer.unfold("Leave out some dates, or hold them otherwise")
    last = SATURDAY + timedelta(weeks=8)
    organizer.fill(
        title="March for a safe city", starts_on=SATURDAY.isoformat(), starts_at="12:00", ends_at="14:00",
        until=last.isoformat(), place_name="Pier 9", address="9 Harbor Way",
        **{
            "skipped-0": (SATURDAY + timedelta(weeks=4)).isoformat(),
            "changes-0-on_date": (SATURDAY + timedelta(weeks=5)).isoformat(),
            "changes-0-at_time": "14:00",
            "changes-0-place_name": "City Hall",
        },
    )  # fmt: skip
    organizer.press("Read it back to me")
    assert organizer.sees("Every Saturday at 12:00 noon until") and organizer.sees(
        "2:00 PM at City Hall instead"
    )
    organizer.shot("event-read-back")
    organizer.press("Keep it as a draft")
    assert organizer.sees("Kept “March for a safe city” as a draft.")
    organizer.unfold("Publish")
    organizer.press("Publish it")
    assert organizer.sees("Published “March for a safe city”.")


@pytest.mark.parametrize(("kind", "title"), [
    ("neighborhood", "Ballard neighbors"), ("campus", "Campus sanctuary"), ("workplace", "Night shift"),
])  # fmt: skip
def test_the_organizer_schedules_a_meeting(organizer: Person, kind: str, title: str) -> None:
    organizer.visit("/harbor/organize/events/new")
    organizer.choose("kind", kind)
    day = SATURDAY + timedelta(days=2)
    organizer.fill(
        title=title, starts_on=day.isoformat(), starts_at="19:00", ends_at="20:30", place_name="Library"
    )
    organizer.press("Read it back to me")
    organizer.press("Schedule it")
    assert organizer.sees(f"Scheduled “{title}”.")


def test_one_date_is_cancelled_with_its_reason(organizer: Person) -> None:
    day = (SATURDAY + timedelta(weeks=2)).isoformat()
    organizer.visit(f"/harbor/organize/events/march-for-a-safe-city/{day}/cancel")
    organizer.fill(reason="The bridge is closed")
    organizer.press("Cancel this date")
    assert organizer.sees("The bridge is closed") and organizer.sees("Undo")
    organizer.shot("event")


def test_the_public_calendar_and_the_feed_agree_and_tell_nothing_closed(site: Site, public: Person) -> None:
    public.visit(f"/harbor/calendar?month={SATURDAY:%Y-%m}")
    assert public.sees("March for a safe city") and not public.sees("Night shift")
    public.shot("calendar")
    with urlopen(f"{site.url}/harbor/calendar.ics") as answer:
        feed = answer.read()
    assert b"Night shift" not in feed and b"RRULE" in feed and b"EXDATE" in feed
    seen = agreeing_dates(feed, datetime.now(UTC), datetime.now(UTC) + timedelta(days=120))
    march = sorted(one.starts_at for one in seen if "March" in one.summary and not one.cancelled)
    weeks = [n for n in range(9) if n not in {2, 4}]
    assert [local_day(one) for one in march] == [SATURDAY + timedelta(weeks=n) for n in weeks]
    assert [one.cancelled for one in seen if "CANCELLED" in one.summary] == [True]


def local_day(moment: datetime) -> date:
    """The Californian day of an instant around noon."""
    return (moment - timedelta(hours=8)).date()


def test_the_series_is_extended_in_one_click(site: Site, organizer: Person) -> None:
    organizer.visit("/harbor/organize/events/march-for-a-safe-city")
    organizer.page.get_by_role("button", name=re.compile("^Go on until")).click()
    assert organizer.sees("The series goes on until")
    with urlopen(f"{site.url}/harbor/events/march-for-a-safe-city.ics") as answer:
        seen = agreeing_dates(answer.read(), datetime.now(UTC), datetime.now(UTC) + timedelta(days=200))
    assert max(local_day(one.starts_at) for one in seen) >= SATURDAY + timedelta(weeks=20)


def test_a_group_is_asked_to_co_sponsor_and_listed(organizer: Person, public: Person) -> None:
    organizer.visit("/harbor/organize/events/march-for-a-safe-city/co-sponsors/")
    organizer.fill(organization="Harbor Tenants Union")
    organizer.press("Note that it was asked")
    organizer.press("It said yes")
    organizer.shot("co-sponsors")
    public.visit("/harbor/events/march-for-a-safe-city")
    assert public.sees("Harbor Tenants Union")
    public.shot("public-event")


def test_the_front_page_says_what_when_and_who(public: Person) -> None:
    public.visit("/harbor/")
    assert all(public.sees(text) for text in ("March for a safe city", MINIMUM[0], "Sindicato de Inquilinos"))
    public.shot("front")


def test_all_of_it_is_there_in_spanish(public: Person) -> None:
    for path in ("/harbor/", "/harbor/demands/", "/harbor/endorsers", "/harbor/sign-on", "/harbor/calendar"):
        public.visit(f"{path}?lang=es")
        assert public.page.locator("html").get_attribute("lang") == "es"
    public.shot("calendar-es")


def test_the_public_pages_need_no_javascript(site: Site, browser: Browser) -> None:
    plain = Person(browser, site.url, javascript=False)
    for path in ("/harbor/", "/harbor/demands/", "/harbor/endorsers", "/harbor/sign-on", "/harbor/calendar"):
        plain.visit(path)
        assert plain.sees("Harbor City Coalition")
    plain.leave()
