"""Programs, floods and the curious, without a puzzle and without losing what a person typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from itsdangerous import TimestampSigner

from crm.core import clock
from crm.core.db import db
from crm.core.limits import LimitCount
from crm.sign_ons import guard
from crm.sign_ons.models import SignOn
from tests.pages import defaults
from tests.sign_ons.steps import (
    FORM,
    GROUP,
    adopt_demands,
    confirm,
    count_rows,
    fill_in,
    last_link,
    mails,
    press,
    send,
    typed,
)


@pytest.fixture
def limits(app, monkeypatch):
    """Throttling as in production."""
    monkeypatch.setitem(app.config, "LIMITS", True)


@pytest.fixture
def demands(coalition):
    return adopt_demands()


@pytest.fixture
def ready(visitor, coalition, demands, limits):
    """A preview of somebody who took the time to read."""
    page = visitor.page(FORM)
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        yield visitor.submit(page, "speaker_email", **typed(coalition, step="preview"))


def older_ticket():
    """The ticket of another form, opened a while ago."""
    with time_machine.travel(clock.now() - timedelta(minutes=3)):
        return guard.new_ticket()


def values_of(page):
    return defaults(page.form("speaker_email"))


def test_a_field_that_people_do_not_see_catches_who_fills_in_everything(visitor, coalition, demands):
    trap = next(e for e in visitor.page(FORM).tree.iter("div") if e.get("class") == "visually-hidden")
    page = fill_in(visitor, coalition, 422, subject="cheap pills")
    assert any("Leave this field empty" in text for text in page.errors())
    assert values_of(page)["name"] == [GROUP]
    assert next(trap.iter("label")).get("for") == "subject"  # whoever hears the page is told what it is
    assert trap.get("hidden") is None


def test_too_quick_is_asked_to_press_again_and_nothing_is_lost(visitor, coalition, demands, limits):
    now = clock.now()
    with time_machine.travel(now, tick=False):
        page = fill_in(visitor, coalition, 422)
    assert "That was very quick" in page.text and values_of(page)["name"] == [GROUP]
    with time_machine.travel(now + timedelta(seconds=5), tick=False):
        assert "Step 2 of 2" in visitor.submit(page, "speaker_email", step="preview").text


NOT_OURS = (
    "",
    "x",
    "forged.aaaa.bbbb",
)


def test_a_ticket_that_is_not_ours_is_replaced(visitor, coalition, demands):
    for ticket in NOT_OURS:
        page = fill_in(visitor, coalition, 422, ticket=ticket)
        assert "press the button once more" in page.text
        assert "Step 2 of 2" in visitor.submit(page, "speaker_email", step="preview").text


def test_a_ticket_of_another_form_of_ours_is_not_taken(app, visitor, coalition, demands):
    other = TimestampSigner(app.secret_key, salt="something else").sign("x" * 43).decode()
    fill_in(visitor, coalition, 422, ticket=other)


def test_a_form_that_was_open_for_weeks_goes_on_with_one_more_press(ready, visitor):
    with time_machine.travel(clock.now() + timedelta(days=30)):
        page = press(visitor, ready, "send", 422)
        assert "press the button once more" in page.text and values_of(page)["name"] == [GROUP]


def test_who_takes_the_time_is_let_through(ready, visitor, coalition):
    assert "We sent a mail" in press(visitor, ready, "send").text


def test_one_network_is_slowed_down_and_keeps_what_it_typed(ready, visitor, coalition, monkeypatch):
    monkeypatch.setattr(guard, "MOST_OF_A_NETWORK", 1)
    press(visitor, ready, "send")
    slowed = press(visitor, ready, "send", 429, name="Weavers Circle", ticket=older_ticket())
    assert slowed.response.headers["Retry-After"] == "900"
    assert "All that you typed is still here" in slowed.text and "Weavers Circle" in slowed.text
    assert count_rows(SignOn) == 1
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        press(visitor, slowed, "send")
    assert count_rows(SignOn) == 2


def test_a_stranger_can_not_fill_a_mailbox(ready, visitor, coalition, monkeypatch):
    monkeypatch.setattr(guard, "MOST_TO_AN_ADDRESS", 2)
    for name in ("One Circle", "Two Circles"):
        press(visitor, ready, "send", name=name, ticket=older_ticket())
    press(visitor, ready, "send", 429, name="Three Circles", ticket=older_ticket())
    more = {"speaker_email": "somebody@else.example", "ticket": older_ticket()}
    press(visitor, ready, "send", name="Four Circles", **more)
    assert [mail.recipient for mail in mails()] == ["ana@dockers19.example"] * 2 + ["somebody@else.example"]


def test_asking_for_new_links_is_slowed_down(ready, visitor, coalition, monkeypatch):
    press(visitor, ready, "send")
    monkeypatch.setattr(guard, "MOST_OF_A_NETWORK", 0)
    with time_machine.travel(clock.now() + timedelta(hours=80)):
        visitor.submit(last_link(), "new-link", 429)


def test_counters_hold_no_address(ready, visitor, coalition):
    press(visitor, ready, "send")
    rows = list(db.session.query(LimitCount))
    assert rows and all(b"dockers" not in row.hash and b"127.0" not in row.hash for row in rows)


def test_a_form_without_its_token_is_refused(visitor, coalition, demands):
    response = visitor.post(FORM, data=typed(coalition, step="send"))
    assert response.status_code == 400 and count_rows(SignOn) == 0


def test_looking_sets_no_row_and_confirming_no_cookie_of_a_person(visitor, coalition, demands):
    send(visitor, coalition)
    confirm(visitor)
    with visitor.session_transaction() as cookie:
        assert "ana@" not in str({k: v for k, v in cookie.items() if k != "csrf_token"})
