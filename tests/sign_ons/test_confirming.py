"""The mailed link: opened by scanners it changes nothing; its button confirms, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from crm.audit.models import AuditEntry
from crm.core import clock, tenancy
from crm.core.db import db
from crm.sign_ons.models import SignOn, SignOnState
from tests.sign_ons.steps import adopt_demands, confirm, count_rows, last_link, mails, newest, send

LATER = timedelta(hours=73)


@pytest.fixture
def link(visitor, coalition):
    adopt_demands()
    send(visitor, coalition)
    return last_link()


def test_the_page_says_what_is_confirmed_and_has_one_button(visitor, coalition, link):
    page = visitor.page(link)
    assert "Dockworkers Local 19" in page.text and "No city help for raids" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Referrer-Policy"] == "same-origin"
    assert [form.get("method") for form in page.forms()] == ["post"]
    outward = [href for href in page.links().values() if href.startswith("http")]
    assert outward == []


READING = (
    "GET",
    "HEAD",
    "OPTIONS",
)


def test_a_scanner_that_opens_the_link_changes_nothing(visitor, coalition, link):
    for method in READING:
        for _time in range(3):
            assert visitor.open(link, method=method).status_code == 200
        assert newest(coalition).state is SignOnState.UNCONFIRMED


def test_the_button_confirms_and_then_it_waits_for_a_coordinator(visitor, coalition, link):
    assert "Confirmed. Thank you!" in confirm(visitor, link).text
    sign_on = newest(coalition)
    assert sign_on.state is SignOnState.WAITING and sign_on.confirmed_at is not None
    assert [one.action for one in db.session.query(AuditEntry)][-2:] == ["sign_on.send", "sign_on.confirm"]


def test_pressed_again_it_is_confirmed_already(visitor, coalition, link):
    page = visitor.page(link)
    confirm(visitor, link)
    confirmed_at = newest(coalition).confirmed_at
    assert "Already confirmed" in visitor.submit(page, "confirm").text
    assert "Already confirmed" in visitor.page(link).text
    assert newest(coalition).confirmed_at == confirmed_at


def test_a_wrong_token_is_a_page_that_is_not_there(visitor, coalition, link):
    for token in ("x", "A" * 43, "é", "x" * 2000):
        assert visitor.get(f"/harbor/sign-on/confirm/{token}").status_code == 404
    page = visitor.page(link)
    page.form("confirm").set("action", "/harbor/sign-on/confirm/" + "A" * 43)
    assert "not one of ours" in visitor.submit(page, "confirm", 404).text


def test_the_link_of_another_coalition_is_not_there(visitor, coalition, other_coalition, link):
    assert visitor.get(link.replace("harbor", "prairie")).status_code == 404
    assert newest(coalition).state is SignOnState.UNCONFIRMED


def test_after_72_hours_the_page_mails_a_new_one(visitor, coalition, link):
    with time_machine.travel(clock.now() + LATER):
        page = visitor.page(link)
        assert "This link is over" in page.text
        after = visitor.submit(page, "new-link")
        assert "newer link was mailed" in after.text
        # Pressed twice, one mail is on its way; the one before it, unsent, is taken back.
        assert "newer link was mailed" in visitor.submit(page, "new-link").text
        assert len(mails()) == 1 and last_link() != link
        assert "Confirmed. Thank you!" in confirm(visitor).text
    assert newest(coalition).state is SignOnState.WAITING


def test_a_link_that_is_over_does_not_confirm(visitor, coalition, link):
    page = visitor.page(link)
    with time_machine.travel(clock.now() + LATER):
        assert "This link is over" in visitor.submit(page, "confirm").text
    assert newest(coalition).state is SignOnState.UNCONFIRMED


def test_the_button_for_a_new_link_needs_one_that_is_over(visitor, coalition, link):
    page = visitor.page(link)
    page.form("confirm").set("action", link + "/new-link")
    visitor.submit(page, "new-link")
    assert last_link() == link


def test_the_former_link_does_not_confirm(visitor, coalition, link):
    page = visitor.page(link)
    with time_machine.travel(clock.now() + LATER):
        visitor.submit(visitor.page(link), "new-link")
        assert "newer link was mailed" in visitor.submit(page, "confirm").text
    assert newest(coalition).state is SignOnState.UNCONFIRMED


def test_the_newest_that_a_speaker_confirms_for_a_group_counts(visitor, coalition, link):
    send(visitor, coalition, size="1300")
    second = last_link()
    confirm(visitor, link)
    confirm(visitor, second)
    with tenancy.in_coalition(coalition.id):
        states = {one.size: one.state for one in db.session.query(SignOn)}
    assert states == {1200: SignOnState.REPLACED, 1300: SignOnState.WAITING}


def test_what_was_sent_before_does_not_come_back_by_its_link(visitor, coalition, link):
    send(visitor, coalition, size="1300")
    confirm(visitor)
    assert "took its place" in visitor.page(link).text
    with tenancy.in_coalition(coalition.id):
        states = {one.size: one.state for one in db.session.query(SignOn)}
    assert states == {1200: SignOnState.REPLACED, 1300: SignOnState.WAITING}


def test_two_groups_of_one_speaker_both_count(visitor, coalition, link):
    confirm(visitor, link)
    send(visitor, coalition, name="Dockworkers Retirees")
    confirm(visitor)
    with tenancy.in_coalition(coalition.id):
        assert [one.state for one in db.session.query(SignOn)] == [SignOnState.WAITING] * 2


def test_the_token_is_kept_as_a_hash_alone(coalition, link):
    token = link.split("?")[0].rpartition("/")[2]
    sign_on = newest(coalition)
    assert token.encode() not in sign_on.token_hash and len(sign_on.token_hash) == 32
    assert count_rows(SignOn) == 1
