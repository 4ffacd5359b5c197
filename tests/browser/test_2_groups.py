"""Chapter 2: the groups come in, are found, and are talked to."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.browser.people import Person
from tests.browser.story import GROUPS, TODAY

pytestmark = pytest.mark.browser


def test_the_coordinator_imports_the_groups_and_again_nothing(coordinator: Person, tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("Organization", "Kind", "Neighborhood"), *GROUPS])
    look_over_an_import(coordinator, path)
    assert coordinator.sees("Import: create 4, change 0")
    coordinator.shot("import-preview")
    coordinator.press("Import: create 4, change 0")
    coordinator.page.get_by_role("heading", name="Imported").wait_for(timeout=30_000)
    coordinator.look_over()
    coordinator.shot("import-result")
    look_over_an_import(coordinator, path)
    assert coordinator.sees("Import: create 0, change 0")
    coordinator.visit("/harbor/organize/organizations/")
    assert all(coordinator.sees(name) for name, _kind, _place in GROUPS)


def look_over_an_import(person: Person, path: Path) -> None:
    """Upload a file, take the columns as they were guessed, and wait for the preview."""
    person.visit("/harbor/organize/import/")
    person.page.locator('input[name="file"]').set_input_files(path)
    person.press("Upload and check the columns")
    person.shot("import-columns")
    person.press("Read the rows")
    person.page.get_by_role("heading", name="Look it over").wait_for(timeout=30_000)
    person.look_over()


def test_a_group_is_found_by_a_misspelt_fragment(organizer: Person) -> None:
    organizer.visit("/harbor/organize/organizations/")
    organizer.shot("directory")
    organizer.page.keyboard.press("/")
    organizer.page.keyboard.type("longshor worker")
    organizer.page.keyboard.press("Enter")
    organizer.page.wait_for_url("**/search**")
    organizer.look_over()
    organizer.press("Longshore Workers Local 19")
    assert organizer.sees("Longshore Workers Local 19")
    organizer.shot("organization")


def test_a_touch_is_logged_and_comes_back_as_a_follow_up(organizer: Person) -> None:
    organizer.visit("/harbor/organize/organizations/")
    organizer.press("Longshore Workers Local 19")
    organizer.choose("outcome", "call_back")
    organizer.fill(note="Ask for the secretary", due_on=TODAY.isoformat())
    organizer.press("Log it")
    assert organizer.sees("Undo") and organizer.sees("In conversation")
    organizer.visit("/harbor/organize/")
    assert organizer.sees("Call back")
    organizer.shot("today")
