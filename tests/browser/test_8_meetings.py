"""Chapter 8: a meeting, its agenda, what is to be done; who came, without a network; one that is hosted."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.outbox import wait_for_link
from tests.browser.people import OUTPUT, Person
from tests.browser.site import Site
from tests.browser.story import SATURDAY, TODAY

pytestmark = pytest.mark.browser
COUNCIL = f"/harbor/organize/events/delegates-council/{SATURDAY}"
EVENING = TODAY + timedelta(days=6)
HOSTED = f"/harbor/events/old-mill-neighbors/{EVENING}"


def test_the_agenda_is_written_and_its_times_follow(organizer: Person) -> None:
    organizer.visit("/harbor/organize/events/new")
    organizer.choose("kind", "coalition")
    organizer.fill(
        title="Delegates council", starts_on=SATURDAY.isoformat(), starts_at="18:30", ends_at="20:00",
        place_name="Longshore hall", address="12 Dock Street",
    )  # fmt: skip
    organizer.press("Read it back to me")
    organizer.press("Schedule it")
    organizer.visit(f"{COUNCIL}/")
    organizer.press("Write the agenda")
    organizer.press("Begin with this agenda")
    organizer.fill(**{"items-2-title": "Which demands we bring to the hearing", "items-2-minutes": "40"})
    organizer.fill(**{"items-2-owner": "Harbor Tenants Union"})
    organizer.press("Save the agenda")
    assert organizer.sees("7:30 PM") and organizer.sees("15 minutes are left.")
    organizer.shot("agenda")
    organizer.press("To print")
    organizer.shot("agenda-print")


def test_people_sign_in_at_the_door_with_the_network_gone(organizer: Person, public: Person) -> None:
    organizer.visit(f"{COUNCIL}/attendance")
    organizer.press("Open a sign-in page")
    organizer.shot("sign-in-page")
    address = organizer.page.get_by_role("link", name="Open it on this device").get_attribute("href") or ""
    public.visit(address)
    public.shot("door")
    assert public.sees("Welcome") and not public.sees("Delegates council")
    public.fill(group="Harbor Tenants Union", count="2")
    public.press("We are here")
    said, waits = public.page.locator("[data-door-said]"), public.page.locator("[data-door-waiting]")
    expect(said).to_have_text("Thank you. You are counted.")
    public.context.set_offline(True)
    for group, count in (("Longshore Workers Local 19", "3"), ("Riders of Route 7", "1"), ("", "4")):
        public.fill(group=group, count=count)
        public.page.get_by_role("button", name="We are here").click()
    expect(waits).to_have_text("3 wait to be sent.")
    kept = public.page.evaluate("() => Object.values(localStorage)")
    assert [set(entry) for entry in json.loads(kept[0])] == [{"key", "organization", "count"}] * 3
    public.page.screenshot(path=OUTPUT / "door-offline.png")
    public.context.set_offline(False)
    expect(waits).to_be_hidden(timeout=15_000)
    assert public.page.evaluate("() => localStorage.length") == 0
    assert all("ERR_INTERNET_DISCONNECTED" in fault for fault in public.faults), public.faults


def test_the_organizers_see_who_came_each_once(organizer: Person) -> None:
    organizer.visit(f"{COUNCIL}/attendance")
    for text in ("people 10", "Longshore Workers Local 19 Present", "Riders of Route 7"):
        assert organizer.sees(text), text
    organizer.shot("attendance")
    organizer.fill(organization="Estudiantes")
    organizer.press("This one")
    assert organizer.sees("Estudiantes Unidos Present") and not organizer.sees("Riders of Route 7")


def test_from_the_minutes_a_task_comes_to_today(organizer: Person) -> None:
    organizer.visit(f"{COUNCIL}/minutes")
    assert "Which demands we bring to the hearing" in organizer.page.locator("[name='text']").input_value()
    organizer.fill(text="# The hearing\n\nWe bring **all four** demands.\n\n- Local 19 speaks first")
    organizer.press("Save the minutes")
    organizer.fill(decision="We bring all four demands to the hearing.")
    organizer.press("Note the decision")
    organizer.fill(title="Ask the clerk for ten minutes", due_on=(TODAY + timedelta(days=2)).isoformat())
    organizer.fill(organization="Longshore")
    organizer.press("Note it")
    organizer.shot("minutes")
    organizer.visit("/harbor/organize/")
    assert organizer.sees("Ask the clerk for ten minutes")
    organizer.visit(f"{COUNCIL}/")
    organizer.shot("meeting-date")


def test_a_stranger_offers_a_meeting_with_a_ready_agenda(public: Person) -> None:
    public.visit("/harbor/host")
    public.fill(title="Old Mill neighbors", starts_on=EVENING.isoformat(), starts_at="19:00", area="Old Mill")
    public.fill(place_name="Library", address="310 Weaver Street", host_name="Ana Ruiz")
    public.choose("kind", "neighborhood")
    public.press("A first meeting at work")
    assert "from which shift" in public.page.locator("[name='agenda']").input_value()
    public.press("A first meeting of neighbors")
    public.fill(host_email="ana@mail.example")
    public.shot("host")
    public.page.wait_for_timeout(1500)  # nobody reads the form in less
    public.press("Offer it")
    assert public.sees("Thank you for hosting")
    public.visit("/harbor/calendar")
    assert not public.sees("Old Mill neighbors")


def test_a_coordinator_takes_it_up_with_its_agenda(coordinator: Person, public: Person) -> None:
    coordinator.visit("/harbor/organize/events/offers")
    coordinator.press("Old Mill neighbors")
    coordinator.shot("offered-meeting")
    coordinator.press("Schedule and publish it")
    coordinator.visit(f"/harbor/organize{HOSTED.removeprefix('/harbor')}/agenda")
    assert coordinator.sees("What we see and need right here") and coordinator.sees("7:25 PM")
    coordinator.visit(f"/harbor/organize{HOSTED.removeprefix('/harbor')}/coming/places")
    coordinator.fill(places="2")
    coordinator.press("Save")
    public.visit("/harbor/calendar")
    assert public.sees("Old Mill neighbors")
    public.visit(HOSTED)
    assert public.sees("Library") and public.sees("2 places are left")


def test_who_comes_takes_a_place_waits_for_one_and_gives_it_back(site: Site, public: Person) -> None:
    public.visit(f"{HOSTED}/rsvp?people=2")
    public.fill(email="bo@mail.example")
    public.page.wait_for_timeout(1500)  # nobody reads the form in less
    public.press("I am coming")
    public.visit(f"{HOSTED}/rsvp")
    assert public.sees("All places are taken")
    public.page.wait_for_timeout(1500)
    public.press("Put me on the waiting list")
    waits = public.page.url
    assert public.sees("You are on the waiting list")
    public.visit(wait_for_link(site, "bo@mail.example", "/rsvp/"))
    public.press("Yes, that is right")
    public.shot("rsvp-own")
    public.unfold("I cannot come")
    public.press("Take it back")
    assert public.sees("You are not coming")
    public.visit(waits)
    assert public.sees("You are coming")
