"""Chapter 8: a meeting from its agenda to what is to be done; who came, the network gone for a while."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.people import OUTPUT, Person
from tests.browser.story import SATURDAY, TODAY

pytestmark = pytest.mark.browser
COUNCIL = f"/harbor/organize/events/delegates-council/{SATURDAY}"


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
