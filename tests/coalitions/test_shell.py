"""What stands around every page."""

from __future__ import annotations

import pytest

from crm.accounts.operations import join
from crm.core import tenancy
from crm.core.permissions import Role

SETTINGS = "/harbor/organize/settings/"


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/harbor/nothing/at/all", "/%00/", "/" + "x" * 300 + "/", "/harbor/events/%00"]
)
def test_what_is_not_there_has_a_page_that_says_so(visitor, coalition, path):
    page = visitor.page(path, 404)
    assert "There is no such page" in page.text
    assert page.response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_page_asked_for_in_another_way_says_which_ways_there_are(visitor, coalition):
    answer = visitor.delete("/login")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_form_without_its_token_is_refused_with_a_page(visitor, coalition):
    answer = visitor.post("/login", data={"email": "a@people.example", "password": "x"})
    assert answer.status_code == 400
    assert "open for too long" in answer.text


def test_a_form_that_is_too_large_is_refused(visitor, coalition):
    assert visitor.post("/login", data={"email": "x" * (2 * 1024 * 1024)}).status_code == 413


def test_somebody_of_two_coalitions_switches(coordinator, other_coalition):
    with tenancy.in_coalition(other_coalition.id):
        join(coordinator.user, Role.OBSERVER)
    links = coordinator.browser.page(SETTINGS).links()
    assert links["Prairie Coalition"].startswith("/prairie/")
    assert links["Harbor City Coalition"].startswith("/harbor/")


def test_somebody_of_one_coalition_sees_no_switcher(coordinator, other_coalition):
    assert "Prairie Coalition" not in coordinator.browser.page(SETTINGS).text


def test_coordinators_are_told_that_mail_is_not_set_up_and_organizers_are_not(coordinator, organizer):
    assert "Mail is not set up" in coordinator.browser.page(SETTINGS).text
    assert "Mail is not set up" not in organizer.browser.page("/harbor/organize/", 200).text


def test_the_page_speaks_the_language_that_is_asked_for(visitor, coalition):
    page = visitor.page("/login?lang=es")
    assert page.tree.get("lang") == "es"
    assert "Iniciar sesión" in page.text


def test_no_cookie_is_set_before_a_form_is_opened(visitor, coalition):
    for path in ("/", "/harbor/", "/nowhere/"):
        assert "Set-Cookie" not in visitor.get(path).headers
