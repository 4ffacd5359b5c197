"""The public front page: what is next, what is demanded, who stands behind it; and `/`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import event as sa_event

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.demands.models import DemandKind, DemandVersion, Source, StandState
from crm.demands.operations import Stand, Words, adopt_version, create_demand, set_stand
from crm.demo.gatherings import NOON, next_saturday
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Change, Plan, cancel_date, change_date, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday
from tests.makers import make_organization
from tests.pages import Page, Visitor, text_of
from tests.people import Person

WEEK = timedelta(weeks=1)


@pytest.fixture
def saturday(coalition: Coalition) -> datetime:
    """Noon, local, of the next Saturday whose demonstration has yet to end."""
    return datetime.combine(next_saturday(clock.now().astimezone(coalition.zone)), NOON)


@pytest.fixture
def schedule(coalition: Coalition, coordinator: Person) -> Callable[..., Event]:
    """Schedule an event of two hours: schedule("Title", kind, starts_local, rule=…)."""

    def make(title: str, kind: EventKind, starts: datetime, **values: object) -> Event:
        wanted = {"visibility": Visibility.PUBLIC, "place_name": "Court Square", **values}
        plan = Plan(kind=kind, title=title, starts_local=starts, duration=timedelta(hours=2), **wanted)  # type: ignore[arg-type]
        return schedule_event(coordinator.viewer, coalition, plan)

    return make


@pytest.fixture
def weekly(schedule: Callable[..., Event], saturday: datetime) -> Event:
    """A demonstration every Saturday at noon that began two weeks before the next one."""
    rule = Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY}))
    return schedule("Saturday march", EventKind.DEMONSTRATION, saturday - 2 * WEEK, rule=rule)


@pytest.fixture
def adopt(coordinator: Person) -> Callable[[str, str], int]:
    """Adopt a minimum demand in English and Spanish; the version's id."""

    def make(english: str, spanish: str = "") -> int:
        wordings = {"en": Words(english)} | ({"es": Words(spanish)} if spanish else {})
        demand = create_demand(
            coordinator.viewer, kind=DemandKind.MINIMUM, binding_language="en", wordings=wordings
        )
        adopt_version(coordinator.viewer, demand.versions[0])
        return demand.versions[0].id

    return make


def endorse(viewer: Person, name: str, version_id: int, **values: object) -> None:
    organization = make_organization(name, **values)
    version = db.session.get_one(DemandVersion, version_id)
    set_stand(viewer.viewer, organization, version, Stand(StandState.ENDORSED, Source.MEETING))


def by_class(page: Page, name: str) -> list[Element]:
    return [element for element in page.tree.iter() if name in element.get("class", "").split()]


def said(page: Page, name: str) -> list[str]:
    return [text_of(element) for element in by_class(page, name)]


def test_the_next_demonstration_stands_on_top_with_its_week_and_one_way_to_come(
    visitor: Visitor, coalition: Coalition, weekly: Event, saturday: datetime
):
    page = visitor.page("/harbor/")
    (block,) = said(page, "date")
    assert "Saturday" in block and "Week 3" in block and "12:00 noon" in block and "Court Square" in block
    (come,) = by_class(page, "come")
    assert come.get("href") == f"/harbor/events/saturday-march/{saturday.date()}"
    (day,) = [e for e in page.tree.iter("time") if e.get("class") == "date-weekday"]
    assert datetime.fromisoformat(day.get("datetime", "")) == saturday.replace(tzinfo=coalition.zone)


def test_a_cancelled_date_stands_as_a_banner_and_the_one_after_it_is_next(
    visitor: Visitor, coordinator: Person, weekly: Event, saturday: datetime
):
    cancel_date(coordinator.viewer, weekly, saturday.date(), "The square is under repair.")
    page = visitor.page("/harbor/")
    (banner,) = said(page, "flash")
    assert "is cancelled." in banner and "The square is under repair." in banner
    assert str((saturday + WEEK).date()) in by_class(page, "come")[0].get("href", "")


def test_a_moved_date_says_what_is_different_from_what_people_are_used_to(
    visitor: Visitor, coordinator: Person, weekly: Event, saturday: datetime
):
    later = saturday + timedelta(hours=2)
    change_date(coordinator.viewer, weekly, saturday.date(), Change(later, place_name="City Hall"))
    page = visitor.page("/harbor/")
    (banner,) = said(page, "flash")
    assert "at 2:00 PM, not at 12:00 noon" in banner and "Court Square, but here: City Hall" in banner
    assert "City Hall" in said(page, "date")[0]


def test_a_demonstration_more_than_two_months_off_is_found(
    visitor: Visitor, schedule: Callable[..., Event], saturday: datetime
):
    schedule("May Day", EventKind.DEMONSTRATION, saturday + 20 * WEEK)
    assert "May Day" in text_of(by_class(visitor.page("/harbor/"), "come")[0])


def test_the_demands_are_numbered_and_in_the_readers_language(visitor: Visitor, adopt: Callable[..., int]):
    adopt("No raids", "Sin redadas")
    adopt("No registries")
    page = visitor.page("/harbor/?lang=es")
    sentences = by_class(page, "demand-sentence")
    assert [text_of(one) for one in sentences] == ["Sin redadas", "No registries"]
    assert [one.get("lang") for one in sentences] == ["es", "en"]
    assert said(page, "demand-number") == ["1", "2"]


def test_the_wall_counts_groups_and_people_and_says_who_gave_no_number(
    visitor: Visitor, coordinator: Person, adopt: Callable[..., int]
):
    version = adopt("No raids")
    endorse(coordinator, "Dockers Local 4", version, kind="union", size=1200, size_public=True)
    endorse(coordinator, "Sailors Local 5", version, kind="union")
    make_organization("Nobody Asked Them")
    page = visitor.page("/harbor/")
    assert said(page, "count") == ["2 groups stand behind the demands"]
    assert "1,200 people · 1 group gave no number" in page.text
    assert "Dockers Local 4" in page.text and "Nobody Asked Them" not in page.text


def test_meetings_that_are_not_public_are_not_there(
    visitor: Visitor, coordinator: Person, schedule: Callable[..., Event], saturday: datetime
):
    schedule("Old Mill meeting", EventKind.NEIGHBORHOOD, saturday)
    at_home = {"visibility": Visibility.AREA, "area": "Garfield", "place_name": "At Ana's", "is_home": True}
    schedule("Kitchen table", EventKind.NEIGHBORHOOD, saturday, **at_home)
    schedule("Night shift", EventKind.WORKPLACE, saturday, visibility=Visibility.CLOSED)
    for browser in (visitor, coordinator.browser):
        page = browser.page("/harbor/")
        assert "Old Mill meeting" in page.text and "Kitchen table" in page.text and "Garfield" in page.text
        assert "At Ana's" not in page.text and "Night shift" not in page.text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_brand_new_coalition_has_a_page_that_says_so(visitor: Visitor, coalition: Coalition, language: str):
    coalition.contact_email = "hello@harbor.example"
    page = visitor.page(f"/harbor/?lang={language}")
    assert [text_of(e) for e in page.tree.iter("h1")] == ["Harbor City Coalition"]
    assert [e.get("href") for e in by_class(page, "come")] == ["mailto:hello@harbor.example"]
    assert not by_class(page, "band")


def test_with_demands_alone_it_asks_for_the_first_group(visitor: Visitor, adopt: Callable[..., int]):
    adopt("No raids")
    page = visitor.page("/harbor/")
    assert "Be the first group" in page.text
    assert [e.get("href") for e in by_class(page, "come")] == ["/harbor/sign-on", "/harbor/sign-on"]


def test_with_meetings_alone_it_leads_to_them(
    visitor: Visitor, schedule: Callable[..., Event], saturday: datetime
):
    schedule("First meeting", EventKind.COALITION, saturday)
    page = visitor.page("/harbor/")
    assert [e.get("href") for e in by_class(page, "come")] == ["#meetings"]
    assert page.tree.find(".//*[@id='meetings']") is not None


def test_it_is_kept_by_caches_and_asked_about_each_time(
    visitor: Visitor, coordinator: Person, adopt: Callable[..., int]
):
    first = visitor.get("/harbor/")
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in first.headers
    again = {"If-None-Match": first.headers["ETag"]}
    assert visitor.get("/harbor/", headers=again).status_code == 304
    adopt("No raids")
    assert visitor.get("/harbor/", headers=again).status_code == 200
    assert coordinator.browser.get("/harbor/").headers["Cache-Control"] == "no-store"


def test_what_is_shared_says_what_and_when(visitor: Visitor, weekly: Event):
    response = visitor.get("/harbor/")
    meta = dict(re.findall(r'<meta property="(og:[a-z_]+)" content="([^"]*)"', response.text))
    assert meta["og:title"] == "Harbor City Coalition" and "Court Square" in meta["og:description"]
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', response.text)
    event = json.loads(data)
    assert event["@type"] == "Event" and event["location"]["name"] == "Court Square"
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["url"].startswith("http://localhost/harbor/events/saturday-march/")


def test_data_for_search_engines_cannot_leave_its_element(
    visitor: Visitor, schedule: Callable[..., Event], saturday: datetime
):
    schedule("</script><b>No", EventKind.DEMONSTRATION, saturday)
    page = visitor.page("/harbor/")
    assert not list(page.tree.iter("b"))


def test_it_takes_eight_queries_however_much_there_is(
    visitor: Visitor,
    coordinator: Person,
    adopt: Callable[..., int],
    schedule: Callable[..., Event],
    weekly: Event,
    saturday: datetime,
):
    def count() -> int:
        statements: list[str] = []

        def note(*given: object) -> None:
            statements.append(str(given[2]))

        sa_event.listen(db.engine, "before_cursor_execute", note)
        visitor.get("/harbor/")
        sa_event.remove(db.engine, "before_cursor_execute", note)
        return sum(statement.lstrip().startswith(("SELECT", "WITH")) for statement in statements)

    version = adopt("No raids")
    endorse(coordinator, "First", version)
    schedule("First meeting", EventKind.NEIGHBORHOOD, saturday)
    few = count()
    adopt("No registries")
    council = make_organization("Labor Council")
    for number in range(40):
        parent = council.id if number % 2 else None
        endorse(coordinator, f"Neighbors of Block {number}", version, size=number, parent_id=parent)
    for number in range(20):
        schedule(f"Meeting {number}", EventKind.CAMPUS, saturday + timedelta(days=number))
    assert count() == few <= 8


def test_one_coalition_is_what_the_first_address_leads_to(visitor: Visitor, coalition: Coalition):
    response = visitor.get("/")
    assert response.status_code == 302 and response.location == "/harbor/"


def test_several_coalitions_are_listed(visitor: Visitor, coalition: Coalition, other_coalition: Coalition):
    other_coalition.place = "The plains"
    page = visitor.page("/")
    assert page.links()["Harbor City Coalition"] == "/harbor/"
    assert page.links()["Prairie Coalition"] == "/prairie/" and "The plains" in page.text


def test_an_empty_installation_says_how_to_begin(visitor: Visitor):
    page = visitor.page("/")
    assert "flask setup" in page.text and "flask demo load" in page.text


def test_what_is_cancelled_or_moved_within_a_week_stands_on_top(schedule, coalition, coordinator, visitor):
    today = clock.now().astimezone(coalition.zone).replace(hour=12, minute=0, second=0, microsecond=0)
    noon = today.replace(tzinfo=None)
    titles = ("Cancelled soon", "Moved soon", "Elsewhere", "As usual", "Cancelled later")
    days = (2, 3, 4, 5, 9)
    events = [
        schedule(title, EventKind.NEIGHBORHOOD, noon + timedelta(days=day))
        for title, day in zip(titles, days, strict=True)
    ]
    viewer = coordinator.viewer
    cancel_date(viewer, events[0], events[0].starts_local.date(), "The hall is flooded.")
    change_date(viewer, events[1], events[1].starts_local.date(), Change(noon + timedelta(days=20)))
    change_date(viewer, events[2], events[2].starts_local.date(), Change(place_name="Pier Hall"))
    cancel_date(viewer, events[4], events[4].starts_local.date(), "Storm")
    [banner] = [e for e in visitor.page("/harbor/").tree.iter("div") if e.get("class") == "flashes"]
    said = text_of(banner)
    assert "Cancelled soon: " in said and "The hall is flooded." in said
    assert "Moved soon: Moved from " in said
    assert "Elsewhere: Not at the usual place, Court Square, but here: Pier Hall." in said
    assert "As usual" not in said and "Cancelled later" not in said
