"""Chapter 1: from nothing to a coalition of one's own, and its people."""

from __future__ import annotations

import pytest

from tests.browser.people import Person
from tests.browser.site import Site
from tests.browser.story import PASSWORD

pytestmark = pytest.mark.browser


def test_from_nothing_to_a_coalition_of_ones_own(site: Site, coordinator: Person) -> None:
    site.run(
        "setup", "--slug", "harbor", "--name", "Harbor Coalition", "--timezone", "America/Los_Angeles",
        "--email", "cora@harbor.example", "--user-name", "Cora Coordinator", "--password-stdin",
        typed=PASSWORD,
    )  # fmt: skip
    coordinator.visit("/login")
    coordinator.fill(email="cora@harbor.example", password=PASSWORD)
    coordinator.press("Sign in")
    assert coordinator.sees("Today") and coordinator.sees("Mail is not set up")
    coordinator.shot("today-first-day")


def test_the_coordinator_changes_the_settings(coordinator: Person) -> None:
    coordinator.visit("/harbor/organize/settings/")
    coordinator.fill(name="Harbor City Coalition", place="Harbor City", accent="#1f5a8c")
    coordinator.press("Save")
    assert coordinator.sees("Harbor City Coalition")
    coordinator.shot("settings")


def test_an_accent_that_cannot_be_read_is_refused_with_the_reason(coordinator: Person) -> None:
    coordinator.visit("/harbor/organize/settings/")
    coordinator.fill(accent="#ffee55")
    coordinator.press("Save")
    assert coordinator.sees("4.5")


def test_an_organizer_is_invited_by_a_link_that_is_passed_on_by_hand(
    coordinator: Person, organizer: Person
) -> None:
    coordinator.visit("/harbor/organize/settings/members")
    coordinator.fill(email="omar@harbor.example", name="Omar Organizer")
    coordinator.page.locator('form:has([name="email"]) select[name="role"]').select_option(label="Organizer")
    coordinator.press("Invite")
    link = coordinator.page.locator('input[value*="/invitation/"]').first.input_value()
    organizer.visit(link)
    organizer.fill(password=PASSWORD)
    organizer.page.locator("main form button").first.click()
    organizer.page.wait_for_load_state("load")
    organizer.visit("/harbor/organize/")
    assert organizer.sees("Today") and organizer.sees("Omar Organizer")
