"""A chapter by itself: ten thousand real groups, and two organizers who call through twenty of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from config import ROOT
from tests.browser.people import Person
from tests.browser.real_groups import PEOPLE
from tests.browser.site import Site
from tests.browser.story import PASSWORD

pytestmark = pytest.mark.browser

FILES = [
    ROOT.parent / "shared" / "data" / f"organizations_{name}_irs_bmf.csv" for name in ("mt", "wa_spokane")
]
WORK = "/county/organize"
TOWN = "Black Eagle"


@pytest.fixture(scope="module")
def filled(site: Site) -> None:
    if not all(file.is_file() for file in FILES):
        pytest.skip("the real data does not lie beside this checkout")
    command = [sys.executable, "-m", "tests.browser.real_groups", "county", PASSWORD, *map(str, FILES)]
    subprocess.run(command, cwd=ROOT, env=site.environment, check=True, timeout=300)


@pytest.fixture(scope="module")
def mara(site: Site, browser: Browser, filled: None) -> Iterator[Person]:
    yield from sign_in(browser, site.url, PEOPLE[0][0])


@pytest.fixture(scope="module")
def otto(site: Site, browser: Browser, filled: None) -> Iterator[Person]:
    yield from sign_in(browser, site.url, PEOPLE[1][0])


def sign_in(browser: Browser, url: str, email: str) -> Iterator[Person]:
    person = Person(browser, url)
    person.page.goto("/login")
    person.fill(email=email, password=PASSWORD)
    person.press("Sign in")
    yield person
    person.leave()


def names_in_the_list(person: Person) -> list[str]:
    return person.page.locator("tbody th[scope=row] a").all_inner_texts()


def test_the_list_is_narrowed_and_a_group_found_by_a_misspelt_name(mara: Person) -> None:
    mara.visit(f"{WORK}/organizations/")
    assert mara.sees("1,000+") and len(names_in_the_list(mara)) == 50
    mara.shot("ten-thousand-groups")
    mara.fill(place=TOWN)
    mara.page.locator('input[name="place"]').press("Enter")
    mara.page.wait_for_url("**place=Black**")
    assert len(names_in_the_list(mara)) == 20
    mara.page.keyboard.press("/")
    mara.page.keyboard.type("polson foursqare church")
    mara.page.keyboard.press("Enter")
    mara.page.wait_for_url("**/search**")
    assert mara.page.get_by_role("link", name="Polson Foursquare Church").count() == 2


def test_a_group_goes_a_stage_further_on_the_board(mara: Person) -> None:
    # Not looked over: to axe a card that is half scrolled out of its column is too small to be touched.
    mara.page.goto(f"{WORK}/outreach/board")
    first = mara.page.locator(".card").first
    name = first.locator(".card-name").inner_text()
    first.locator(".card-move").last.click()
    further = mara.page.locator('[data-stage="contacted"] .card-name', has_text=name)
    # The card hangs there at once; that it is saved is said beside.
    mara.page.get_by_text(f"{name}: the stage moved from “To contact” to “Contacted”.").wait_for()
    mara.shot("board-of-ten-thousand")
    mara.page.reload()
    assert further.count() == 1
    # And further by keyboard, and back by the mouse.
    further.focus()
    mara.page.keyboard.press("Shift+ArrowRight")
    furthest = mara.page.locator('[data-stage="in_conversation"] .card:not([aria-busy])', has_text=name)
    furthest.wait_for()
    furthest.drag_to(mara.page.locator('[data-stage="contacted"] h2'))
    mara.page.get_by_text(f"{name}: the stage moved from “In conversation” to “Contacted”.").wait_for()
    assert further.count() == 1


def test_two_listings_of_one_group_are_merged(mara: Person) -> None:
    mara.page.goto(f"{WORK}/search/?q=polson+foursquare+church")
    links = mara.page.get_by_role("link", name="Polson Foursquare Church").all()
    kept, merged = ((link.get_attribute("href") or "").rpartition("/")[2] for link in links)
    mara.visit(f"{WORK}/duplicates/{kept}/{merged}")
    mara.press("Merge the two")
    mara.page.goto(f"{WORK}/search/?q=polson+foursquare+church")
    assert mara.page.get_by_role("link", name="Polson Foursquare Church").count() == 1


def test_two_organizers_in_two_browsers_call_through_one_queue(mara: Person, otto: Person) -> None:
    mara.visit(f"{WORK}/organizations/?place={TOWN}")
    groups = names_in_the_list(mara)
    mara.choose("which", "all")
    mara.press("Make a call queue of these")
    mara.fill(name="All of Black Eagle")
    mara.press("Make the queue")
    queue = mara.page.url
    called = []
    for person in (mara, otto):
        person.visit(queue)
        person.press("Call")
    for _turn in range(10):
        called += [*call(mara), *call(otto)]
    assert sorted(called) == sorted(groups)
    otto.visit(queue)
    assert otto.sees("20 of 20 groups dealt with")


def call(person: Person) -> list[str]:
    """Say what came of the group at hand and take the next; which it was, if there was one."""
    if not person.page.locator('input[name="outcome"]').count():
        return []
    name = person.page.locator("h1").inner_text()
    person.choose("outcome", "reached")
    person.page.get_by_role("button", name="Log it, next group").click()
    person.page.wait_for_load_state("load")
    return [name]
