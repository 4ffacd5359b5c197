"""Chapter 3: demands are adopted, and a group stands behind them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import Person
from tests.browser.site import Site
from tests.browser.story import MINIMUM, TODAY

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [(s, "minimum") for s in MINIMUM]
    + [("Police accountability", "extended"), ("Tenant protections", "extended")],
)
def test_the_coordinator_writes_and_adopts_a_demand(coordinator: Person, sentence: str, kind: str) -> None:
    coordinator.visit("/harbor/organize/demands/new")
    coordinator.choose("kind", kind)
    coordinator.fill(
        sentence_en=sentence, text_en=f"{sentence}: by ordinance.", sentence_es=f"{sentence} (es)"
    )
    coordinator.press("Save the draft")
    coordinator.press("Adopt these words")
    coordinator.press("See what this does")
    coordinator.press("Adopt these words")
    assert coordinator.sees("in force")


def test_a_group_signs_on_and_is_listed_only_once_accepted(public: Person, coordinator: Person) -> None:
    public.visit("/harbor/sign-on")
    public.shot("sign-on")
    public.fill(
        name="Sindicato de Inquilinos", speaker_name="Rosa Lark", speaker_email="rosa@inquilinos.example"
    )
    public.fill(size="120", place="Ballard", decided_on=(TODAY - timedelta(days=3)).isoformat())
    public.select(kind="Community group", decided_how="By a vote of the members")
    public.page.get_by_label("We endorse every minimum demand", exact=False).check(force=True)
    public.page.wait_for_timeout(3500)  # nobody reads the form in less
    public.press("See how it will look")
    assert public.sees("Sindicato de Inquilinos")
    public.shot("sign-on-preview")
    public.page.get_by_role("button", name="Send", exact=True).dblclick()
    # Not wait_for_url: the second press breaks off the way that the first one took.
    expect(public.page).to_have_url(re.compile("/sign-on/sent"), timeout=10_000)
    public.page.wait_for_load_state("load")
    public.look_over()
    coordinator.visit("/harbor/organize/sign-ons/")
    link = coordinator.page.locator('input[value*="/sign-on/"]').first.input_value()
    public.visit(link)
    coordinator.visit("/harbor/organize/sign-ons/")
    assert not coordinator.page.get_by_role("link", name="Decide").count(), "opening the link confirmed it"
    public.press("Yes, confirm")
    public.visit("/harbor/endorsers")
    assert not public.sees("Sindicato de Inquilinos")
    coordinator.visit("/harbor/organize/sign-ons/")
    coordinator.press("Sindicato de Inquilinos")
    coordinator.shot("sign-on-decide")
    coordinator.page.get_by_text("Accept as a new group", exact=True).click()
    coordinator.press("Accept and list")
    public.visit("/harbor/endorsers")
    assert public.sees("Sindicato de Inquilinos") and not public.sees("Rosa Lark")
    public.shot("endorsers")


def test_back_and_reload_lose_nothing_that_a_group_typed(site: Site, browser: Browser) -> None:
    group = Person(browser, site.url, javascript=False)
    group.visit("/harbor/sign-on")
    group.fill(name="Tejedoras", speaker_name="Bo Weaver", speaker_email="bo@waevers.example")
    group.select(kind="Community group", decided_how="By a vote of the members")
    group.page.get_by_label("We endorse every minimum demand", exact=False).check()
    group.page.wait_for_timeout(3500)  # nobody reads the form in less
    group.press("See how it will look")
    assert group.sees("Give the day on which your group decided")
    group.fill(decided_on=(TODAY - timedelta(days=3)).isoformat())
    group.press("See how it will look")
    group.page.go_back()
    assert group.page.input_value('[name="speaker_name"]') == "Bo Weaver"
    group.page.go_forward()
    group.press("Send")
    group.page.reload()
    assert group.sees("We sent a mail to bo@waevers.example")
    group.press("The address is wrong? Correct it")
    group.fill(speaker_email="bo@weavers.example")
    group.press("See how it will look")
    group.press("Send")
    assert group.sees("We sent a mail to bo@weavers.example")
    group.leave()
