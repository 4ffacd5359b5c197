"""Chapter 9: a group is invited to co-sponsor, accepts with what it brings, delivers; the ledger shows it."""

from __future__ import annotations

import re

import pytest

from tests.browser.outbox import links_to, wait_for_link
from tests.browser.people import Person
from tests.browser.site import Site
from tests.browser.story import SATURDAY

pytestmark = pytest.mark.browser
HERE = "/harbor/organize/events/march-for-a-safe-city/co-sponsors"
MAIL = "rosa@inquilinos.example"
GROUP = "Sindicato de Inquilinos"


def test_the_organizer_invites_groups_and_sees_first_whom(organizer: Person) -> None:
    organizer.visit(f"{HERE}/")
    organizer.press("Invite groups")
    organizer.visit(f"{HERE}/invite?on_date={SATURDAY}")
    assert organizer.sees("This asks") and organizer.sees(GROUP)
    organizer.shot("co-sponsors-invite")
    organizer.press("Invite them")
    assert organizer.sees("asked until") and organizer.sees(GROUP)
    organizer.visit(f"/harbor/organize/events/march-for-a-safe-city/{SATURDAY}/")
    organizer.press("Add the usual ones")
    assert organizer.sees("0 of 6")


def test_the_group_accepts_by_its_link_and_says_what_it_brings(site: Site, public: Person) -> None:
    question = wait_for_link(site, MAIL, "/group/co-sponsor/")
    for _time in range(2):
        public.visit(question)
    assert public.sees("Will your group co-sponsor this?") and public.sees("March for a safe city")
    public.fill(turnout="40")
    public.shot("co-sponsor-asked")
    public.press("We co-sponsor it")
    assert public.sees("Your group stands behind it. Thank you!") and public.sees("40 people")
    public.visit(f"/harbor/events/march-for-a-safe-city/{SATURDAY}")
    assert public.sees(GROUP) and public.sees("Your group can co-sponsor this")


def test_the_group_promises_more_on_its_page_and_delivers_it(site: Site, public: Person) -> None:
    known = links_to(site, MAIL)
    public.visit(wait_for_link(site, MAIL, "/group/co-sponsor/"))
    public.press("Mail me a link to our page")
    public.visit(wait_for_link(site, MAIL, "/group/link/", known))
    public.press("Open it")
    public.page.get_by_role("link", name="Say what it brings").first.click()
    public.look_over()
    public.select(kind="Flyers")
    public.fill(amount="500")
    public.shot("group-promise")
    public.press("Save")
    assert public.sees("500 flyers") and public.sees("40 people")
    public.page.get_by_role("link", name=re.compile("Say what came.*500 flyers")).click()
    public.look_over()
    public.fill(delivered="480")
    public.press("Save")
    public.unfold("What is over")
    assert public.sees("480 flyers, counted by the group itself")
    public.shot("group-co-sponsorships")
    public.visit(f"/harbor/group/roles/march-for-a-safe-city/{SATURDAY}")
    marshals = public.page.locator("li[id]", has_text="Marshals")
    marshals.get_by_role("spinbutton").fill("2")
    public.press("We take it: Marshals", within=marshals)
    assert public.sees("Your group does it: 2 people") and public.sees("4 people are missing")
    public.shot("group-roles")


def test_the_organizer_finds_it_in_the_ledger_and_counts_over_it(organizer: Person) -> None:
    organizer.visit(f"{HERE}/ledger?date={SATURDAY}")
    assert organizer.sees("40 people") and organizer.sees("500 flyers") and organizer.sees("the group itself")
    organizer.page.get_by_label("500 flyers").fill("450")
    organizer.shot("co-sponsors-ledger")
    organizer.press("Save the counts")
    assert organizer.sees("Counted.") and organizer.sees("450 flyers came of 500 flyers counted")
    organizer.visit("/harbor/organize/events/ledger?until=" + SATURDAY.isoformat())
    assert organizer.sees(GROUP) and organizer.sees("450 of 500")
    organizer.shot("co-sponsors-season")
