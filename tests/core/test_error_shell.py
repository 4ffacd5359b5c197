"""What goes wrong among the organizers' pages is told there; who does not belong sees none of their rail."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from crm.core.db import db
from tests.people import PASSWORD

MISSING = "/harbor/organize/organizations/4711"
RAIL = "Outreach"


def test_a_member_is_told_on_the_workbench_with_a_way_to_today(organizer, coalition):
    page = organizer.browser.page(MISSING, status=404)
    assert "There is no such page" in page.text
    assert RAIL in page.links()
    assert page.links()["To Today"] == "/harbor/organize/"


def test_what_is_not_theirs_to_do_is_told_there_too(observer, coalition):
    page = observer.browser.page("/harbor/organize/organizations/new", status=403)
    assert "That is not yours to do" in page.text and page.links()["To Today"] == "/harbor/organize/"


def test_what_is_too_large_is_told_there_too(app, organizer, coalition):
    answer = organizer.browser.post("/harbor/organize/demands/new", data={"sentence_en": "x" * 2_000_000})
    assert answer.status_code == 413 and RAIL in answer.text and "To Today" in answer.text


@pytest.mark.parametrize("address", [MISSING, "/harbor/organize/organizations/new"])
def test_a_stranger_sees_none_of_the_rail(outsider, coalition, address):
    page = outsider.browser.page(address, status=404)
    assert RAIL not in page.links() and "To Today" not in page.text


def test_on_public_pages_it_stays_as_it_is(organizer, visitor, coalition):
    for browser in (organizer.browser, visitor):
        page = browser.page("/harbor/demands/nothing", status=404)
        assert RAIL not in page.links() and "To the start page" in page.text


def test_what_was_typed_can_be_sent_again_when_the_database_comes_back(
    coordinator, coalition, monkeypatch, caplog
):
    def full(*_given, **_values):
        raise OperationalError("UPDATE", {}, Exception("database or disk is full"))

    with monkeypatch.context() as away:
        away.setattr("crm.settings.views.change_settings", full)
        away.setattr("crm.lockdown.views.lock_down", full)
        page = coordinator.browser.submit(
            "/harbor/organize/settings/", "name", status=503, name="Harbor & <b>"
        )
        asked = coordinator.browser.submit("/harbor/organize/settings/lockdown", "start")
        locked = coordinator.browser.submit(asked, "present", status=503, present=PASSWORD)
    assert "Not saved" in page.text and page.response.headers["Retry-After"] == "10"
    # A page holds no password.
    assert locked.forms() == [] and PASSWORD not in locked.response.text
    coordinator.browser.submit(page, "name")
    db.session.refresh(coalition)
    assert coalition.name == "Harbor & <b>"


def test_what_nobody_expected_is_told_with_the_database_away(app, visitor, coalition, monkeypatch):
    """A rollback has all rows read again, and the page around the number names the coalition."""

    def break_down(*_given, **_values):
        db.session.rollback()
        away.setattr(db.session, "execute", full)
        away.setattr(db.engine, "raw_connection", full)
        raise RuntimeError

    def full(*_given, **_values):
        raise OperationalError("SELECT", {}, Exception("the server is gone"))

    with monkeypatch.context() as away:
        away.setattr("crm.sign_ons.views.public.list_demands_in_force", break_down)
        page = visitor.page("/harbor/sign-on", status=500)
    assert "Something broke on our side" in page.text
