"""New passwords: by a mailed link, and knowing the present one."""

from __future__ import annotations

from datetime import timedelta

import pyotp
from sqlalchemy import select

from crm.accounts.models import PasswordReset, UserSession
from crm.accounts.operations.codes import keep_app
from crm.accounts.operations.factors import note_factors
from crm.accounts.passwords import is_right
from crm.core import clock, jobs
from crm.core.db import db
from crm.mail.models import OutgoingMail
from tests.people import PASSWORD

NEW = "a quite different four words"


def links():
    mails = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    return [mail.link.removeprefix("http://localhost") for mail in mails if mail.link]


def ask(visitor, email):
    page = visitor.submit("/password/forgot", "email", email=email)
    jobs.run_all()
    return page


def test_a_known_and_an_unknown_address_get_the_same_answer(visitor, organizer):
    known, unknown = ask(visitor, organizer.user.email), ask(visitor, "nobody@people.example")
    assert known.text.replace(organizer.user.email, "") == unknown.text.replace("nobody@people.example", "")
    assert len(links()) == 1


def test_what_is_no_address_is_refused_and_kept(visitor):
    page = visitor.submit("/password/forgot", "email", 422, email="no address")
    assert page.errors()
    assert page.form("email").find(".//input[@name='email']").get("value") == "no address"


def test_opening_the_link_uses_nothing_up_and_the_button_sets_the_password(visitor, organizer):
    ask(visitor, organizer.user.email)
    for _time in range(3):
        page = visitor.page(links()[0])
    visitor.submit(page, "password", password=NEW)
    db.session.refresh(organizer.user)
    assert is_right(organizer.user.password_hash, NEW)
    assert organizer.browser.get("/account/").status_code == 302  # every session has ended
    assert visitor.submit("/login", "password", email=organizer.user.email, password=NEW).url != "/login"


def test_a_new_password_passes_no_second_step_by(visitor, organizer):
    secret = pyotp.random_base32()
    keep_app(organizer.user, secret, pyotp.TOTP(secret).now())
    note_factors(organizer.user)
    ask(visitor, organizer.user.email)
    visitor.submit(visitor.page(links()[0]), "password", password=NEW)
    assert visitor.get("/account/").status_code == 302
    asked = visitor.submit("/login", "password", email=organizer.user.email, password=NEW)
    assert asked.url == "/login/second" and visitor.get("/account/").status_code == 302


def test_the_link_holds_once_and_a_second_press_changes_nothing(visitor, organizer):
    ask(visitor, organizer.user.email)
    page = visitor.page(links()[0])
    visitor.submit(page, "password", password=NEW)
    answer = visitor.submit(page, "password", 410, password="yet another long password")
    assert "Mail me a new one" in answer.text
    db.session.refresh(organizer.user)
    assert is_right(organizer.user.password_hash, NEW)


def test_after_half_an_hour_the_link_offers_a_new_one(visitor, organizer):
    ask(visitor, organizer.user.email)
    db.session.scalars(select(PasswordReset)).one().expires_at = clock.now() - timedelta(seconds=1)
    page = visitor.page(links()[0], 410)
    assert "/password/forgot" in page.links().values()


def test_a_wrong_token_says_the_same_as_an_expired_one(visitor, coordinator):
    assert "does not hold any more" in visitor.page("/password/never-was-one", 410).text


def test_only_so_many_mails_go_to_one_address(app, visitor, organizer):
    app.config["LIMITS"] = True
    try:
        texts = {ask(visitor, organizer.user.email).text for _time in range(7)}
    finally:
        app.config["LIMITS"] = False
    assert len(texts) == 1
    assert len(links()) == 5


def test_changing_ones_password_ends_the_other_devices_and_mails_its_owner(app, organizer):
    elsewhere = app.test_client().sign_in(organizer.user)
    page = organizer.browser.submit("/account/password", "present", present=PASSWORD, password=NEW)
    assert "Other devices signed out: 1." in page.text
    assert elsewhere.get("/account/").status_code == 302
    assert len(db.session.scalars(select(UserSession)).all()) == 1
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.recipient, mail.link) == (organizer.user.email, None)


def test_without_the_present_password_nothing_changes(organizer):
    page = organizer.browser.submit(
        "/account/password", "present", 422, present="not it at all", password=NEW
    )
    assert "not your present password" in page.errors()[0]
    db.session.refresh(organizer.user)
    assert is_right(organizer.user.password_hash, PASSWORD)
