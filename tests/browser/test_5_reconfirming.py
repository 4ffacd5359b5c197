"""Chapter 5: the words of a demand change in substance, and a group reconfirms on its own page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.outbox import links_to, wait_for_link
from tests.browser.people import Person
from tests.browser.site import Site
from tests.browser.story import MINIMUM, TODAY

pytestmark = pytest.mark.browser
SLUG = "no-city-help-for-raids-and-deportations"
NEW = "No city or county help for raids, deportations and detention"
MAIL = "rosa@inquilinos.example"
GROUP = "Sindicato de Inquilinos"
SILENT = "has not accepted the words in force"


def test_the_coordinator_adopts_words_of_another_meaning(coordinator: Person, public: Person) -> None:
    coordinator.visit(f"/harbor/organize/demands/{SLUG}")
    coordinator.press("Write a new version")
    coordinator.fill(sentence_en=NEW, text_en=f"{NEW}: by ordinance.")
    coordinator.press("Save the draft")
    coordinator.press("Adopt these words")
    coordinator.choose("change", "substance")
    coordinator.fill(reason="The county runs the jail.")
    coordinator.press("See what this does")
    assert coordinator.sees(GROUP) and coordinator.sees("asked to reconfirm")
    coordinator.shot("adopt-substance")
    coordinator.press("Adopt these words")
    public.visit(f"/harbor/demands/{SLUG}")
    assert public.sees(NEW) and public.sees(SILENT), "it stands under the old words, never under the new"


def test_the_group_reconfirms_on_its_own_page(site: Site, public: Person) -> None:
    question = wait_for_link(site, MAIL, "/group/ask/")
    for _time in range(2):
        public.visit(question)
    assert public.sees("The words changed") and public.sees(MINIMUM[0]) and public.sees(NEW)
    public.shot("ask")
    public.press("Mail me a link to our page")
    door = wait_for_link(site, MAIL, "/group/link/")
    public.visit(door)
    assert not public.sees(GROUP), "the link tells nothing before its button is pressed"
    public.press("Open it")
    assert public.sees(GROUP) and public.sees("To be reconfirmed")
    public.shot("group")
    public.page.get_by_role("link", name="See what changed and answer").first.click()
    public.look_over()
    assert public.sees("What changed")
    public.shot("group-demand")
    public.choose("reply", "endorse")
    public.select(decided_how="By a vote of the members")
    public.fill(decided_on=(TODAY - timedelta(days=1)).isoformat())
    public.press("Send this answer")
    assert public.sees("This is what your group says from now on.")
    assert not public.sees("See what changed and answer"), "the history alone tells that it was asked"
    public.visit(question)
    assert public.sees("Answered. Thank you!")
    public.shot("ask-answered")
    public.visit(f"/harbor/demands/{SLUG}")
    assert public.sees(GROUP) and not public.sees(SILENT)


def test_the_group_keeps_its_listing_and_leaves(site: Site, public: Person) -> None:
    public.visit("/harbor/group/")
    assert public.sees("Mail me a link"), "without a session there is the door alone"
    known = links_to(site, MAIL)
    public.fill(email=MAIL)
    public.page.wait_for_timeout(2500)  # nobody reads the form in less
    public.press("Mail me a link")
    public.visit(wait_for_link(site, MAIL, "/group/link/", known))
    public.shot("group-link")
    public.press("Open it")
    public.press("Correct the listing")
    public.fill(website="inquilinos.example", acronym="SdI")
    public.shot("group-listing")
    public.press("Save")
    assert public.sees("It stands so in public from now on.")
    public.visit("/harbor/group/people")
    public.shot("group-people")
    public.visit("/harbor/group/")
    public.press("Leave this page")
    public.visit("/harbor/group/")
    assert public.sees("Mail me a link") and not public.sees(GROUP)
