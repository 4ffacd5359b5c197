"""One's own account and its devices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from crm.accounts.models import UserSession
from crm.accounts.operations import open_session
from crm.core.db import db
from tests.people import PASSWORD


def sessions_of(person):
    query = select(UserSession).where(UserSession.user_id == person.user.id).order_by(UserSession.id)
    return db.session.scalars(query).all()


def test_it_asks_to_sign_in_first(visitor, app):
    assert visitor.get("/account/").location.startswith("/login")


def test_name_and_language_are_ones_own(organizer):
    page = organizer.browser.submit("/account/", "language", name="Omar G.", language="es")
    assert page.tree.get("lang") == "es"
    assert "Omar G." in page.response.text
    page = organizer.browser.submit("/account/", "language", name="Omar G.", language="")
    assert page.tree.get("lang") == "en"


@pytest.mark.parametrize("typed", [{"name": ""}, {"language": "xx"}, {"name": "x" * 101}])
def test_what_makes_no_sense_is_refused_beside_its_field(organizer, typed):
    page = organizer.browser.submit("/account/", "language", 422, **typed)
    assert page.errors()


def test_a_device_is_signed_out_from_another(app, organizer):
    elsewhere = app.test_client().sign_in(organizer.user)
    here, there = (session.id for session in sessions_of(organizer))
    page = organizer.browser.page("/account/")
    assert "This device" in page.text
    for _press in range(2):
        organizer.browser.submit(page, f"devices/{there}/end")
    assert elsewhere.get("/account/").status_code == 302
    assert organizer.browser.get("/account/").status_code == 200
    assert [session.id for session in sessions_of(organizer)] == [here]


def test_all_other_devices_are_signed_out_at_once(app, organizer):
    others = [app.test_client().sign_in(organizer.user) for _number in range(3)]
    page = organizer.browser.submit("/account/", "end-others")
    assert "3 other devices are signed out." in page.text
    assert [other.get("/account/").status_code for other in others] == [302] * 3
    assert organizer.browser.get("/account/").status_code == 200


def test_a_device_bears_the_name_that_its_owner_gives_it(organizer):
    (own,) = sessions_of(organizer)
    page = organizer.browser.submit("/account/", f"devices/{own.id}/name", label="Laptop at the hall")
    assert "Laptop at the hall (this one)" in page.text
    page = organizer.browser.submit(page, f"devices/{own.id}/name", label="x" * 61)
    assert "up to 60 characters" in page.text and "Laptop at the hall" in page.text
    assert "This device" in organizer.browser.submit(page, f"devices/{own.id}/name", label="").text


def test_a_device_of_ones_own_keeps_its_name_when_one_signs_in_again(visitor, organizer, observer):
    def sign_in(person, **own):
        visitor.submit("/login", "password", email=person.user.email, password=PASSWORD, **own)
        return sessions_of(person)[-1]

    first = sign_in(organizer, own_device="y")
    visitor.submit("/account/", f"devices/{first.id}/name", label="Laptop at the hall")
    visitor.submit("/account/", "/logout")
    assert sign_in(organizer, own_device="y").label == "Laptop at the hall"
    visitor.submit("/account/", "/logout")
    assert sign_in(observer, own_device="y").label is None, "of another account"
    visitor.submit("/account/", "/logout")
    assert sign_in(organizer).label is None


def test_nobody_ends_or_names_the_session_of_somebody_else(organizer, observer):
    (foreign,) = sessions_of(observer)
    page = organizer.browser.page("/account/")
    token = page.form("language").find(".//input[@name='csrf_token']").get("value")
    organizer.browser.post(f"/account/devices/{foreign.id}/end", data={"csrf_token": token})
    organizer.browser.post(f"/account/devices/{foreign.id}/name", data={"csrf_token": token, "label": "x"})
    assert sessions_of(observer)[0].label is None
    assert observer.browser.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("own_device", "pause", "lives"),
    [
        (False, timedelta(minutes=29), True),
        (False, timedelta(minutes=31), False),
        (True, timedelta(hours=11), True),
        (True, timedelta(hours=13), False),
    ],
)
def test_a_session_ends_when_it_is_not_used(app, organizer, own_device, pause, lives):
    browser = app.test_client()
    secret = open_session(organizer.user, own_device=own_device)
    db.session.commit()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = secret
    with time_machine.travel(datetime.now(UTC) + pause, tick=False):
        assert (browser.get("/account/").status_code == 200) is lives


def test_used_all_day_it_ends_after_twelve_hours(app, organizer):
    start = sessions_of(organizer)[0].created_at
    answers = []
    for minutes in range(0, 13 * 60, 20):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            answers.append(organizer.browser.get("/account/").status_code)
    assert answers == [200] * 36 + [200] + [302] * 2


def test_a_server_whose_clock_is_behind_takes_the_cookie_of_one_that_is_ahead(organizer):
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=90), tick=False):
        assert organizer.browser.get("/account/").status_code == 200


def test_posting_after_a_pause_writes_the_last_use_and_the_post(organizer):
    page = organizer.browser.page("/account/")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5), tick=False):
        page = organizer.browser.submit(page, "language", name="Later")
    assert "Saved." in page.text
    assert sessions_of(organizer)[0].seen_at > datetime.now(UTC) + timedelta(minutes=4)
