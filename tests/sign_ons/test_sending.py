"""Sent is sent once: pressed twice, in two tabs, after the back button; nobody learns what is known here."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from crm.core import clock, tenancy
from crm.core.db import db
from crm.mail.models import MailState
from crm.organizations.models import Organization
from crm.sign_ons.models import SignOn, SignOnAnswer, SignOnState
from tests.demands.makers import adopt_new_words
from tests.makers import make_contact, make_organization
from tests.pages import defaults
from tests.sign_ons.steps import (
    FORM,
    adopt_demands,
    confirm,
    count_rows,
    fill_in,
    in_days,
    last_link,
    mails,
    newest,
    press,
    send,
    typed,
)


@pytest.fixture(autouse=True)
def _by_day():
    """Noon in Los Angeles: the same form minutes later holds the same days."""
    with time_machine.travel(datetime(2026, 11, 21, 20, tzinfo=UTC)):
        yield


@pytest.fixture
def demands(coalition):
    return adopt_demands()


def test_sent_it_waits_for_its_confirmation_and_its_speaker_is_mailed(visitor, coalition, demands):
    page = send(visitor, coalition)
    assert "We sent a mail to ana@dockers19.example" in page.text
    sign_on = newest(coalition)
    assert (sign_on.state, sign_on.size, sign_on.website) == (
        SignOnState.UNCONFIRMED,
        1200,
        "https://dockers19.example",
    )
    assert (sign_on.speaker_name, sign_on.speaker_public, sign_on.language) == ("Ana Ruiz", False, "en")
    assert [mail.recipient for mail in mails()] == ["ana@dockers19.example"]
    assert sign_on.name in mails()[0].body and last_link() in mails()[0].body


def test_the_answers_are_of_the_versions_that_were_shown(visitor, coalition, demands):
    new = adopt_new_words(demands[1], "A safe city for all.")
    board = {f"reply_{demands[2].id}": "board", f"board_on_{demands[2].id}": in_days(coalition, 9)}
    send(visitor, coalition, **board)
    said = {one.demand_id: (one.version_id, one.state.value) for one in newest(coalition).answers}
    assert said == {
        demands[0].id: (demands[0].versions[0].id, "endorsed"),
        demands[1].id: (new.id, "endorsed"),
        demands[2].id: (demands[2].versions[0].id, "before_board"),
    }


def test_nothing_that_was_sent_becomes_public_or_a_group_by_itself(visitor, coalition, demands):
    send(visitor, coalition)
    assert count_rows(Organization) == 0


def test_pressed_twice_it_is_one(visitor, coalition, demands):
    preview = fill_in(visitor, coalition)
    first, second = press(visitor, preview, "send"), press(visitor, preview, "send")
    assert first.text == second.text
    assert (count_rows(SignOn), len(mails())) == (1, 1)


def test_after_the_back_button_it_is_one(visitor, coalition, demands):
    preview = fill_in(visitor, coalition)
    press(visitor, preview, "send")
    again = visitor.submit(press(visitor, preview, "correct"), "speaker_email", step="preview")
    press(visitor, again, "send")
    assert (count_rows(SignOn), len(mails())) == (1, 1)


def test_filled_in_twice_in_two_tabs_it_is_one(visitor, coalition, demands):
    tabs = [fill_in(visitor, coalition) for _tab in range(2)]
    for tab in tabs:
        press(visitor, tab, "send")
    assert (count_rows(SignOn), len(mails())) == (1, 1)


def test_sent_from_two_tabs_at_once_it_is_one(app, visitor, coalition, demands):
    previews = [fill_in(visitor, coalition) for _tab in range(2)]
    forms = [{**defaults(page.form("csrf_token")), "step": "send"} for page in previews]
    cookies = {cookie.key: cookie.value for cookie in visitor._cookies.values()}
    answers = []

    def send_one(data):
        browser = app.test_client()
        for key, value in cookies.items():
            browser.set_cookie(key, value)
        answers.append(super(type(browser), browser).open(FORM, method="POST", data=data).status_code)

    db.session.commit()
    tabs = [threading.Thread(target=send_one, args=(form,)) for form in forms]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert answers == [303, 303]
    assert (count_rows(SignOn), len(mails())) == (1, 1)


def test_corrected_and_sent_again_it_takes_the_place_of_the_first(visitor, coalition, demands):
    preview = fill_in(visitor, coalition, speaker_email="ana@dokcers.example")
    press(visitor, preview, "send")
    wrong = last_link()
    back = press(visitor, preview, "correct")
    right = visitor.submit(back, "speaker_email", step="preview", speaker_email="ana@dockers19.example")
    press(visitor, right, "send")
    assert count_rows(SignOn) == 1 and newest(coalition).speaker_email == "ana@dockers19.example"
    assert count_rows(SignOnAnswer) == 2
    assert [mail.recipient for mail in mails()] == ["ana@dockers19.example"]
    assert "newer link was mailed" in visitor.page(wrong).text


def test_corrected_after_it_was_confirmed_it_is_a_sign_on_of_its_own(visitor, coalition, demands):
    preview = fill_in(visitor, coalition)
    press(visitor, preview, "send")
    confirm(visitor)
    back = press(visitor, preview, "correct")
    press(visitor, visitor.submit(back, "speaker_email", step="preview", size="1300"), "send")
    assert (count_rows(SignOn), len(mails())) == (2, 1)
    confirm(visitor)
    with tenancy.in_coalition(coalition.id):
        states = {one.size: one.state for one in db.session.query(SignOn)}
    assert states == {1200: SignOnState.REPLACED, 1300: SignOnState.WAITING}


def test_sent_again_later_a_new_link_is_mailed(visitor, coalition, demands):
    send(visitor, coalition)
    first = last_link()
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        send(visitor, coalition)
    assert count_rows(SignOn) == 1 and last_link() != first


def test_sent_again_after_it_was_confirmed_its_speaker_is_told_so(visitor, coalition, demands):
    send(visitor, coalition)
    confirm(visitor)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        page = send(visitor, coalition)
    assert "We sent a mail to ana@dockers19.example" in page.text
    assert count_rows(SignOn) == 1
    assert "confirmed already" in mails()[-1].body and mails()[-1].link is None


def test_the_answer_is_the_same_whatever_is_known(visitor, coalition, demands):
    """A group and an address that are in the books, privately, and ones that are not."""
    known = make_organization("Dockworkers Local 19")
    make_contact(known, "Ana Ruiz", email="ana@dockers19.example")
    pages = [
        send(visitor, coalition, speaker_email=address, name=name)
        for name, address in (
            ("Dockworkers Local 19", "ana@dockers19.example"),
            ("Weavers Local 20", "bob@weavers.example"),
        )
    ]
    told = [page.text.replace("bob@weavers.example", "ana@dockers19.example") for page in pages]
    assert told[0] == told[1]
    assert [mail.state for mail in mails()] == [MailState.WAITING] * 2
    assert mails()[0].subject == mails()[1].subject


def test_it_is_sent_in_the_language_of_the_form(visitor, coalition, demands):
    page = visitor.page(FORM + "?lang=es")
    preview = visitor.submit(page, "speaker_email", **typed(coalition, step="preview"))
    visitor.submit(preview, "csrf_token", step="send")
    assert newest(coalition).language == "es"
    assert "Confirme" in mails()[0].subject and "lang=es" in last_link()
    assert visitor.page(last_link()).tree.get("lang") == "es"


def test_another_coalitions_demands_are_not_on_the_form(visitor, coalition, other_coalition, demands):
    assert "has not adopted its demands yet" in visitor.page("/prairie/sign-on").text


def test_the_same_form_in_two_coalitions_is_two_sign_ons(visitor, coalition, other_coalition, demands):
    with tenancy.in_coalition(other_coalition.id):
        adopt_demands()
    send(visitor, coalition)
    sent = newest(coalition)
    preview = visitor.submit("/prairie/sign-on", "speaker_email", **typed(other_coalition, step="preview"))
    press(visitor, preview, "send")
    theirs = newest(other_coalition)
    assert theirs.id != sent.id and theirs.coalition_id == other_coalition.id
