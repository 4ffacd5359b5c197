"""Coming in by a mailed link: the same answer for everybody, once, for a while, ended when it should."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import time_machine

from crm.audit.models import AuditEntry
from crm.core import clock, jobs, tenancy
from crm.core.db import db
from crm.core.jobs import Job
from crm.core.limits import LimitCount
from crm.groups.views import entering
from crm.organizations.operations import archive
from crm.representatives.models import GroupLink, GroupSession
from crm.representatives.operations import let_speak, stop_speaking
from tests.counting import count_queries
from tests.groups.steps import ENTER, HOME, last_link, links_in, mails
from tests.makers import PROGRAM, make_contact, make_organization

MAIL = "rosa.lark@groups.example"


def ask(visitor, address=MAIL, **more):
    return visitor.submit(ENTER, "email", email=address, **more)


@pytest.fixture
def link(visitor, representative):
    ask(visitor)
    return last_link()


def test_without_a_session_every_page_leads_to_the_door(visitor, coalition):
    assert visitor.page(HOME).url == ENTER
    assert visitor.get("/harbor/group/people").headers["Location"].endswith(ENTER)


def test_a_known_and_an_unknown_address_get_the_same_answer(visitor, representative):
    known, unknown = ask(visitor), ask(visitor, "nobody@elsewhere.example")
    assert known.text == unknown.text and known.url == unknown.url
    assert [row.payload["contact_ids"] for row in db.session.query(Job)] == [[representative.contact.id], []]
    assert mails() == [], "the mail is written by the worker, so that answering takes the same time"
    last_link()
    assert [mail.recipient for mail in mails()] == [MAIL]


def test_the_mail_holds_a_link_for_each_group_that_the_address_speaks_for(visitor, representative):
    second = make_contact(make_organization("A Second Local"), "Rosa Lark", email=MAIL)
    let_speak(PROGRAM, second)
    ask(visitor, MAIL.upper())
    last_link()
    (mail,) = mails()
    assert len(links_in(mail)) == 2 and "A Second Local" in mail.body and "Dockworkers" in mail.body
    assert "Dockworkers" not in mail.subject


def test_opening_the_link_tells_nothing_and_changes_nothing(visitor, representative, link):
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        answer = visitor.open(link, method=method)
        assert answer.status_code == 200
        assert "Dockworkers" not in answer.text and "Rosa" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
    assert db.session.query(GroupLink).one().used_at is None
    assert db.session.query(GroupSession).count() == 1, "the one of the fixture"


def test_the_button_opens_the_page_once(app, visitor, representative, link):
    page = visitor.submit(link, "csrf_token")
    assert page.url == HOME and "Dockworkers Local 19" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    other = app.test_client()
    again = other.submit(link, "csrf_token")
    assert again.url.endswith("/enter/sent"), "used: its page has one button, which mails a new one"
    assert other.page(HOME).url == ENTER
    assert [entry.action for entry in db.session.query(AuditEntry)].count("representative.enter") == 1


def test_pressed_twice_at_once_one_comes_in(app, visitor, representative, link):
    first, second = visitor.page(link), app.test_client()
    late = second.page(link)
    visitor.submit(first, "csrf_token")
    assert "This link is over" in second.submit(late, "csrf_token").text


def test_after_half_an_hour_the_page_mails_a_new_one(visitor, representative, link):
    with time_machine.travel(clock.now() + timedelta(minutes=30)):
        page = visitor.page(link)
        assert "This link is over" in page.text
        visitor.submit(page, "csrf_token")
        fresh = last_link()
        assert fresh != link
        assert visitor.submit(fresh, "csrf_token").url == HOME


def test_tokens_that_are_none_of_ours_are_not_there(visitor, representative, other_coalition, link):
    for token in ("x", "A" * 43, "é", "x" * 2000):
        assert visitor.get(f"/harbor/group/link/{token}").status_code == 404
    token = link.rpartition("/")[2]
    assert visitor.get(f"/prairie/group/link/{token}").status_code == 404
    assert visitor.get(f"/harbor/group/ask/{token}").status_code == 404
    assert visitor.get(f"/harbor/group/invitation/{token}").status_code == 404


def test_a_session_ends_after_twelve_hours_by_leaving_and_by_removal(visitor, representative, link):
    visitor.submit(link, "csrf_token")
    with time_machine.travel(clock.now() + timedelta(hours=12)):
        assert visitor.page(HOME).url == ENTER
    assert visitor.page(HOME).url == HOME
    visitor.submit(HOME, "leave")
    assert visitor.page(HOME).url == ENTER
    assert db.session.query(GroupSession).count() == 1, "the one of the fixture"
    assert representative.browser.page(HOME).url == HOME
    stop_speaking(PROGRAM, representative.contact)
    assert representative.browser.page(HOME).url == ENTER


def test_who_stopped_speaking_gets_no_mail_that_was_ordered_before(visitor, representative):
    ask(visitor)
    stop_speaking(PROGRAM, representative.contact)
    db.session.commit()
    jobs.run_all()
    assert mails() == []


def test_an_archived_group_has_no_page(visitor, representative):
    archive(PROGRAM, representative.contact.organization)
    assert representative.browser.page(HOME).url == ENTER


def test_a_session_is_of_one_coalition_and_beside_who_is_signed_in(
    representative, coordinator, other_coalition
):
    browser = representative.browser
    assert browser.get("/prairie/group/").headers["Location"].endswith("/prairie/group/enter")
    assert browser.get("/harbor/organize/").headers["Location"].startswith("/login")
    browser.sign_in(coordinator.user)
    assert browser.page(HOME).url == HOME
    assert browser.get("/harbor/organize/").status_code == 200


def test_the_trap_and_a_hurry_are_told(app, visitor, representative):
    page = visitor.submit(ENTER, "email", 422, email=MAIL, subject="buy")
    assert page.errors()
    app.config["LIMITS"] = True
    try:
        hurried = visitor.submit(ENTER, "email", 422, email=MAIL)
        assert "very quick" in hurried.text and hurried.form("email") is not None
    finally:
        app.config["LIMITS"] = False
    assert db.session.query(Job).count() == 0


@pytest.mark.parametrize("limit", ["MOST_OF_A_NETWORK", "MOST_TO_AN_ADDRESS"])
def test_too_much_is_stopped_without_keeping_addresses(app, visitor, representative, monkeypatch, limit):
    monkeypatch.setattr(entering, limit, 1)
    monkeypatch.setattr(entering, "is_unhurried", lambda _ticket: True)
    app.config["LIMITS"] = True
    try:
        for address in (MAIL, "nobody@elsewhere.example"):
            db.session.query(LimitCount).delete()
            ask(visitor, address)
            ask_again = visitor.submit(ENTER, "email", 429, email=address)
            assert "Too" in ask_again.text or ask_again.response.status_code == 429
    finally:
        app.config["LIMITS"] = False


def test_a_wrong_address_is_told_beside_the_field(visitor, coalition):
    page = visitor.submit(ENTER, "email", 422, email="rosa at groups")
    assert (
        page.errors() and page.form("email").find(".//input[@name='email']").get("value") == "rosa at groups"
    )


def test_tokens_reach_no_log(app, visitor, representative, link, caplog):
    caplog.set_level(logging.DEBUG)
    token = link.rpartition("/")[2]
    visitor.submit(link, "csrf_token")
    visitor.get(link + "/nothing")
    assert token not in caplog.text


def test_no_other_page_asks_who_represents_a_group(representative, coalition):
    """The loader looks on the group's own addresses alone."""
    plain = representative.browser.application.test_client()
    with_session = count_queries(lambda: representative.browser.get("/harbor/demands/"))
    assert with_session == count_queries(lambda: plain.get("/harbor/demands/"))
    with tenancy.in_coalition(coalition.id):
        assert db.session.query(GroupSession).count() == 1
