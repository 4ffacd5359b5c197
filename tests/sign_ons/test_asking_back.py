"""A coordinator asks a speaker back; the form is corrected by the link, and confirmed again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.sign_ons.models import SignOn, SignOnAnswer, SignOnState
from tests.sign_ons.steps import (
    GROUP,
    QUEUE,
    adopt_demands,
    confirm,
    count_rows,
    in_days,
    last_link,
    mails,
    newest,
    press,
    waiting,
)


@pytest.fixture
def demands(coalition):
    return adopt_demands()


@pytest.fixture
def asked(visitor, coalition, coordinator, demands):
    coalition.contact_email = "hello@harbor.example"
    sign_on = waiting(visitor, coalition)
    told = coordinator.browser.submit(f"{QUEUE}{sign_on.id}", "question", question="Which local\nis it?")
    assert "Your question is on its way" in told.text
    return sign_on


def test_the_speaker_gets_the_question_and_it_waits_for_them(asked, coalition, coordinator):
    mail = mails()[-1]
    assert mail.subject == "A question about your group's sign-on" and "Which local\nis it?" in mail.body
    assert "hello@harbor.example" in mail.body and GROUP in mail.body
    assert newest(coalition).state is SignOnState.UNCONFIRMED
    page = coordinator.browser.page(QUEUE).text
    assert "asked back on" in page and "Nothing is waiting" in page
    assert "Which local" in coordinator.browser.page(f"{QUEUE}{asked.id}").text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_on.ask")).one()
    assert "local" not in str((entry.detail, entry.fields)) and entry.user_id == coordinator.user.id


def test_the_form_is_corrected_by_the_link_and_takes_the_place_of_what_was_sent(
    asked, visitor, coalition, coordinator
):
    page = visitor.page(last_link())
    assert "Which local is it?" in page.text
    form = visitor.submit(page, "/sign-on/correct/")
    typed = {e.get("name"): e.get("value") for e in form.form("speaker_email").iter("input")}
    assert typed["name"] == GROUP and typed["speaker_email"] == "ana@dockers19.example"
    preview = visitor.submit(
        form, "speaker_email", step="preview", name="Dockworkers Local 19 of Harbor City"
    )
    press(visitor, preview, "send")
    assert count_rows(SignOn) == 1 and newest(coalition).state is SignOnState.UNCONFIRMED
    confirm(visitor)
    found = newest(coalition)
    assert (found.id, found.name) == (asked.id, "Dockworkers Local 19 of Harbor City")
    assert found.state is SignOnState.WAITING and count_rows(SignOnAnswer) == 2
    assert "asked back, answered" in coordinator.browser.page(QUEUE).text


def test_it_can_be_confirmed_as_it_is(asked, visitor, coalition):
    assert "Confirmed. Thank you!" in confirm(visitor).text
    assert newest(coalition).state is SignOnState.WAITING


def test_a_board_day_travels_into_the_form(visitor, coalition, coordinator, demands):
    board = {f"reply_{demands[2].id}": "board", f"board_on_{demands[2].id}": in_days(coalition, 9)}
    sign_on = waiting(visitor, coalition, **board)
    coordinator.browser.submit(f"{QUEUE}{sign_on.id}", "question", question="Sure?")
    form = visitor.submit(visitor.page(last_link()), "/sign-on/correct/")
    assert in_days(coalition, 9) in form.response.get_data(as_text=True)


def test_asked_twice_in_one_press_it_is_asked_once(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    page, before = coordinator.browser.page(f"{QUEUE}{sign_on.id}"), len(mails())
    for _press in range(2):
        assert "on its way" in coordinator.browser.submit(page, "question", question="Sure?").text
    assert len(mails()) == before + 1


def test_an_empty_question_and_one_of_what_is_decided_are_refused(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}")
    assert "Write the question." in coordinator.browser.submit(page, "question", question=" ").text
    coordinator.browser.submit(page, "decline", reason="Spam.")
    told = coordinator.browser.submit(page, "question", question="Sure?").text
    assert "decided on this sign-on before you" in told
    assert newest(coalition).state is SignOnState.DECLINED


def test_the_link_before_the_question_holds_no_more(asked, visitor, coalition, coordinator):
    mailed = [mail.link for mail in mails() if mail.link]
    assert len(mailed) == 1  # that of the first is taken back, it was used
    coordinator.browser.submit(QUEUE, "resend")
    token = mailed[0].rpartition("/")[2].partition("?")[0]
    page = visitor.page(f"/harbor/sign-on/confirm/{token}")
    assert "newer link was mailed" in page.text and "Correct the form" not in page.text


def test_organizers_do_not_ask(asked, organizer, visitor, coalition, demands):
    page = organizer.browser.page(f"{QUEUE}{asked.id}")
    assert [form for form in page.forms() if form.get("action", "").endswith("/ask")] == []
