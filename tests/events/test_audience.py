"""Who may know of an event: naming, widening, narrowing, homes, what collides, search."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.audit.models import AuditEntry
from crm.core import contributions
from crm.core.contributions import BusyTime
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.disclosure import disclosed, withdrawn
from crm.events.jobs import wipe_homes
from crm.events.models import EventKind, Said, Visibility
from crm.events.operations import (
    Change,
    cancel_date,
    change_date,
    name_group,
    name_on_event,
    schedule_event,
    set_visibility,
    unname_group,
    unname_on_event,
)
from crm.events.queries import find_date, find_event, list_upcoming
from crm.events.queries.conflicts import Span, list_clashes
from crm.events.venues import TOLD, Audience
from crm.home.search_queries import find_everything
from tests.events.conftest import once, plan_of
from tests.makers import make_organization

PUBLIC = Viewer()
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
VENUE = {
    "directions": "Back door", "step_free": Said.YES, "childcare": "From three years",
    "interpretation": "Spanish", "online_url": "https://meet.example.org/secret",
}  # fmt: skip


def kept(coalition, person, **changes):
    event = schedule_event(
        person.viewer,
        coalition,
        once(**{"area": "Ballard", "kind": EventKind.NEIGHBORHOOD, **VENUE, **changes}),
    )
    db.session.commit()
    return event


def test_closing_takes_an_event_from_nobody_who_made_it(november, coalition, organizer, coordinator):
    one = kept(coalition, coordinator, title="Council", visibility=Visibility.GROUPS)
    set_visibility(organizer.viewer, one, Visibility.CLOSED)
    assert find_event(coordinator.viewer, "council") is find_event(organizer.viewer, "council") is one
    unname_on_event(organizer.viewer, one, coordinator.user.id)
    assert find_event(coordinator.viewer, "council") is None


def test_groups_see_what_is_theirs(november, coalition, organizer):
    one, two = make_organization(), make_organization("Neighbors of Ballard")
    mine, others = (Viewer(contact_id=1, organization_id=group.id) for group in (one, two))
    council = kept(coalition, organizer, title="Council", visibility=Visibility.GROUPS)
    closed = kept(coalition, organizer, title="Night shift", visibility=Visibility.CLOSED)
    draft = schedule_event(organizer.viewer, coalition, once(visibility=Visibility.GROUPS), publish=False)

    def seen(viewer):
        return [one.title for one in list_upcoming(viewer, NOW)]

    assert seen(mine) == seen(others) == ["Council"] and seen(PUBLIC) == []
    name_group(organizer.viewer, council, one.id)
    name_group(organizer.viewer, closed, one.id)
    assert sorted(seen(mine)) == ["Council", "Night shift"] and seen(others) == []
    assert list_upcoming(mine, NOW)[0].venue.address == "9 Harbor Way"
    with pytest.raises(Refused):  # it would be told to all groups again
        unname_group(organizer.viewer, council, one.id)
    unname_group(organizer.viewer, closed, one.id)
    assert find_event(mine, closed.slug) is None and find_event(mine, draft.slug) is None


def test_people_are_named_and_taken_off_but_for_the_last(coalition, organizer, coordinator):
    closed = kept(coalition, organizer, visibility=Visibility.CLOSED)
    with pytest.raises(Refused):
        unname_on_event(organizer.viewer, closed, organizer.user.id)
    name_on_event(organizer.viewer, closed, coordinator.user.id)
    unname_on_event(coordinator.viewer, closed, organizer.user.id)
    assert find_event(organizer.viewer, closed.slug) is None and find_event(coordinator.viewer, closed.slug)


def test_what_each_class_tells_is_a_list():
    assert TOLD[Audience.EVERYBODY][Visibility.AREA].isdisjoint(
        {"address", "place_name", "directions", "online_url"}
    )
    assert not TOLD[Audience.EVERYBODY][Visibility.GROUPS] and not TOLD[Audience.EVERYBODY][Visibility.CLOSED]


def test_the_venue_is_told_by_class_behind_every_public_door(november, coalition, organizer, visitor):
    kept(coalition, organizer, title="Open")
    kept(coalition, organizer, title="Hidden", visibility=Visibility.AREA)
    page, hidden = (visitor.get(f"/harbor/events/{slug}").text for slug in ("open", "hidden"))
    assert "Back door" in page and "meet.example.org" in page and "Interpretation: Spanish" in page
    assert "Step-free access" in hidden and "Interpretation: Spanish" in hidden
    for secret in ("Back door", "meet.example.org", "9 Harbor Way"):
        assert secret not in hidden
    feeds = [visitor.get(f"/harbor/calendar.{kind}").text for kind in ("ics", "json", "rss")]
    feeds += [visitor.get(f"/harbor/events/open{end}.ics").text for end in ("", "/2026-11-28")]
    assert all("meet.example.org" not in feed for feed in feeds)
    unfolded = feeds[0].replace("\r\n ", "")
    assert "How to find it: Back door" in unfolded and unfolded.count("Back door") == 1


def test_a_home_is_never_told_and_is_forgotten(november, coalition, organizer, visitor):
    with pytest.raises(Refused) as refused:
        schedule_event(organizer.viewer, coalition, once(is_home=True))
    assert refused.value.field == "visibility"
    home = kept(coalition, organizer, title="Kitchen table", is_home=True, visibility=Visibility.AREA)
    series = schedule_event(organizer.viewer, coalition, plan_of(changes=()))
    at_ana = Change(place_name="Ana's", address="1 Secret Street", area="Ballard", is_home=True)
    change_date(organizer.viewer, series, date(2026, 12, 5), at_ana)
    db.session.commit()
    told = find_date(series, PUBLIC, date(2026, 12, 5))
    assert told and (told.place_name, told.address, told.area) == ("", "", "Ballard")
    assert "Secret" not in visitor.get("/harbor/calendar.ics").text
    with pytest.raises(Refused):
        set_visibility(organizer.viewer, home, Visibility.PUBLIC)
    assert wipe_homes(datetime(2026, 12, 12, 12, tzinfo=UTC)) == 0 and home.address
    assert wipe_homes(datetime(2026, 12, 21, 12, tzinfo=UTC)) == 2
    assert (home.place_name, home.address, home.directions, home.area) == ("", "", "", "Ballard")
    told = find_date(series, organizer.viewer, date(2026, 12, 5))
    assert told and told.address == "" and series.address == "9 Harbor Way"
    assert wipe_homes(datetime(2026, 12, 22, 12, tzinfo=UTC)) == 0


def test_widening_shows_what_becomes_visible_and_is_a_coordinators(
    november, coalition, organizer, coordinator
):
    event = kept(coalition, organizer, title="Council", visibility=Visibility.GROUPS)
    assert withdrawn(event, Visibility.PUBLIC) == []
    [public] = disclosed(event, Visibility.PUBLIC)
    assert ("Address", "9 Harbor Way") in public.lines and ("Title", "Council") in public.lines
    [area] = disclosed(event, Visibility.AREA)
    assert ("Neighborhood", "Ballard") in area.lines and "9 Harbor Way" not in str(area.lines)
    address = "/harbor/organize/events/council/visibility?to=public"
    page = organizer.browser.page(address)
    assert "9 Harbor Way" in page.text and "Only a coordinator" in page.text
    page = coordinator.browser.submit(coordinator.browser.page(address), "visibility")
    db.session.expire_all()
    assert event.visibility is Visibility.PUBLIC and "everybody sees" in page.text
    assert db.session.query(AuditEntry).filter_by(action="event.widen").count() == 1


def test_what_is_on_at_the_same_time_is_a_hint_that_tells_no_secret(
    november, coalition, organizer, coordinator, monkeypatch
):
    kept(coalition, organizer, title="Night shift", kind=EventKind.WORKPLACE, visibility=Visibility.CLOSED)
    rally = kept(coalition, organizer, title="Rally")
    kept(coalition, organizer, title="Too late", starts_local=datetime(2026, 11, 28, 14))
    noon = datetime(2026, 11, 28, 20, tzinfo=UTC)
    span = Span(noon + timedelta(hours=1), noon + timedelta(hours=2))
    busy = BusyTime("Potluck", noon, noon + timedelta(hours=9), "Neighbors of Ballard")
    monkeypatch.setattr(contributions, "busy", [lambda starts, ends: [busy]])

    def titles(viewer, **values):
        return [one.title for one in list_clashes(viewer, [span], coalition.zone, **values)]

    assert titles(organizer.viewer) == ["Night shift", "Potluck", "Rally"]
    assert titles(coordinator.viewer, besides=rally.id) == ["Potluck"]
    cancel_date(organizer.viewer, rally, date(2026, 11, 28), "")
    assert titles(coordinator.viewer) == ["Potluck"]
    late = "/harbor/organize/events/too-late"
    assert "Potluck" in coordinator.browser.page(f"{late}/2026-11-28/").text
    page = coordinator.browser.submit(
        f"{late}/2026-11-28/change", "starts_at", starts_at="13:00", ends_at="15:00"
    )
    assert "Something else is on then: Potluck (Neighbors of Ballard)." in page.text


def test_search_finds_events_by_a_word_or_two_and_by_who_asks(
    november, coalition, organizer, coordinator, observer
):
    kept(coalition, organizer, title="Banner painting", visibility=Visibility.GROUPS)
    kept(coalition, organizer, title="Banner smuggling", visibility=Visibility.CLOSED)

    def found(person, question):
        return [one.title for one, _next in find_everything(person.viewer, question, NOW, "en").events]

    assert sorted(found(organizer, "baner")) == ["Banner painting", "Banner smuggling"]
    assert found(coordinator, "banner") == found(observer, "banner ballard") == ["Banner painting"]
    assert not find_everything(replace(PUBLIC, organization_id=1), "banner", NOW, "en")
    page = observer.browser.page("/harbor/organize/search/?q=banner")
    assert "Banner painting" in page.text and "smuggling" not in page.text


def test_a_group_reads_on_its_page_what_it_may_come_to(november, coalition, organizer, representative):
    council = kept(coalition, organizer, title="Council", visibility=Visibility.GROUPS)
    kept(coalition, organizer, title="Night shift", visibility=Visibility.CLOSED)
    page = representative.browser.page("/harbor/group/").text
    assert "Council" in page and "9 Harbor Way" in page and "Night shift" not in page
    name_group(organizer.viewer, council, make_organization("Neighbors of Ballard").id)
    db.session.commit()
    assert "Council" not in representative.browser.page("/harbor/group/").text
