"""Signing in and out, with mail address and password."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from crm.accounts.models import UserSession
from crm.accounts.operations import find_membership, join
from crm.core import tenancy
from crm.core.db import db
from crm.core.permissions import Role
from tests.people import PASSWORD


def count_sessions() -> int:
    return db.session.scalar(select(func.count()).select_from(UserSession)) or 0


@pytest.fixture
def limits(app):
    """Throttling as in the open."""
    app.config["LIMITS"] = True
    yield
    app.config["LIMITS"] = False


def test_the_right_password_opens_the_coalition(visitor, organizer):
    page = visitor.submit("/login", "password", email="OMAR.Ganizer@people.example", password=PASSWORD)
    assert page.response.status_code == 200
    assert page.url != "/login"
    assert "Omar Ganizer" in visitor.page("/account/").response.text


def test_the_cookie_is_new_with_each_sign_in_and_the_former_session_ends(visitor, organizer):
    sign_in_page = visitor.page("/login")
    secrets = set()
    for _time in range(2):
        visitor.submit(sign_in_page, "password", email=organizer.user.email, password=PASSWORD)
        with visitor.session_transaction() as cookie:
            secrets.add(cookie["_user_id"])
    assert len(secrets) == 2
    assert count_sessions() == 2  # the fixture's browser and this one


@pytest.mark.parametrize(
    "email", ["omar.ganizer@people.example", "nobody@people.example", "no address at all"]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(visitor, organizer, email):
    page = visitor.submit("/login", "password", 422, email=email, password="wrong wrong wrong")
    assert "The address or the password is not right." in page.errors()[0]
    assert page.form("password").find(".//input[@name='email']").get("value") == email


def test_a_name_with_a_nul_is_refused_beside_the_field(visitor, organizer):
    page = visitor.submit("/login", "password", 422, email="a\x00b", password=PASSWORD)
    assert page.errors()


def test_signing_out_ends_the_session_on_the_server(organizer):
    secret_before = count_sessions()
    page = organizer.browser.submit("/account/", "/logout")
    assert "You are signed out." in page.text
    assert count_sessions() == secret_before - 1
    assert organizer.browser.get("/account/").status_code == 302


def test_signing_out_by_a_link_is_not_possible(organizer):
    before = count_sessions()
    assert organizer.browser.get("/logout", follow_redirects=True).status_code in {404, 405}
    assert count_sessions() == before


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/account/password", "/account/password"),
        ("https://elsewhere.example/", None),
        ("//elsewhere.example/", None),
        ("/\\elsewhere.example", None),
        ("javascript:alert(1)", None),
    ],
)
def test_after_signing_in_one_goes_on_within_muster_only(visitor, organizer, target, expected):
    page = visitor.page("/login", query_string={"next": target})
    form = {"csrf_token": "", "email": organizer.user.email, "password": PASSWORD, "next": target}
    form["csrf_token"] = page.form("password").find(".//input[@name='csrf_token']").get("value")
    response = visitor.post("/login", data=form)
    assert response.status_code == 303
    assert "elsewhere" not in response.location
    assert "javascript" not in response.location
    if expected:
        assert response.location == expected


def test_who_asks_for_a_page_first_is_brought_back_to_it(visitor, organizer):
    page = visitor.page("/account/password")
    assert page.url == "/login"
    page = visitor.submit(page, "password", email=organizer.user.email, password=PASSWORD)
    assert page.url == "/account/password"


def test_two_tabs_with_the_sign_in_page_both_work(visitor, organizer):
    first, second = visitor.page("/login"), visitor.page("/login")
    visitor.submit(first, "password", email=organizer.user.email, password=PASSWORD)
    visitor.submit(second, "password", email=organizer.user.email, password=PASSWORD)
    assert count_sessions() == 2  # the browser of the fixture, and this one


TODAY, OTHER_TODAY = "/harbor/organize/", "/prairie/organize/"


@pytest.fixture
def of_two(organizer, other_coalition):
    """Somebody who belongs to a second coalition, in a role that the test gives: of_two(Role.OBSERVER)."""

    def also(role):
        with tenancy.in_coalition(other_coalition.id):
            join(organizer.user, role)
        return organizer

    return also


def sign_in(browser, person):
    return browser.submit("/login", "password", email=person.user.email, password=PASSWORD)


@pytest.mark.parametrize(
    ("role", "start"),
    [(Role.OBSERVER, TODAY), (Role.ORGANIZER, OTHER_TODAY), (Role.COORDINATOR, OTHER_TODAY)],
)
def test_someone_of_two_coalitions_begins_where_they_may_do_most_else_in_the_newer(
    visitor, of_two, role, start
):
    page = sign_in(visitor, of_two(role))
    assert page.url == start
    assert {"Harbor City Coalition", "Prairie Coalition"} <= set(page.links())


def test_who_signs_in_again_is_back_in_the_coalition_that_they_used_last(visitor, of_two):
    person = of_two(Role.OBSERVER)
    assert sign_in(visitor, person).url == TODAY
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        visitor.page(visitor.page(TODAY).links()["Prairie Coalition"])
        visitor.page("/harbor/")
        visitor.submit("/account/", "/logout")
        assert sign_in(visitor, person).url == OTHER_TODAY
        assert visitor.page("/login").url == OTHER_TODAY


def test_who_belongs_to_no_coalition_any_more_gets_their_account(visitor, organizer):
    db.session.delete(find_membership(organizer.user.id))
    assert sign_in(visitor, organizer).url == "/account/"


def test_guessing_makes_one_wait_longer_and_longer_and_a_right_password_still_opens(
    visitor, organizer, limits
):
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        waits = []
        while len(waits) < 5:
            response = visitor.post("/login", data=_guess(visitor, organizer.user.email))
            if response.status_code == 429:
                waits.append(int(response.headers["Retry-After"]))
                clock.shift(waits[-1])
        assert waits == [1, 2, 4, 8, 16]
        page = visitor.submit("/login", "password", email=organizer.user.email, password=PASSWORD)
        assert page.url != "/login"


def test_a_shared_device_forgets_who_signed_in(visitor, organizer):
    visitor.submit("/login", "password", email=organizer.user.email, password=PASSWORD)
    visitor.submit("/account/", "/logout")
    with visitor.session_transaction() as cookie:
        assert not {"known", "_user_id"} & set(cookie)


def test_the_owner_of_a_known_browser_gets_in_while_strangers_guess(app, visitor, organizer, limits):
    owner = app.test_client()
    owner.submit("/login", "password", email=organizer.user.email, password=PASSWORD, own_device="y")
    owner.submit("/account/", "/logout")
    for _time in range(12):
        visitor.post("/login", data=_guess(visitor, organizer.user.email))
    assert visitor.post("/login", data=_guess(visitor, organizer.user.email)).status_code == 429
    page = owner.submit("/login", "password", email=organizer.user.email, password=PASSWORD)
    assert page.url != "/login"


def test_an_unknown_address_is_throttled_as_a_known_one(visitor, organizer, limits):
    statuses = [
        visitor.post("/login", data=_guess(visitor, "nobody@people.example")).status_code for _ in range(10)
    ]
    assert statuses[:8] == [422] * 8
    assert 429 in statuses[8:]


def _guess(browser, email):
    page = browser.page("/login")
    token = page.form("password").find(".//input[@name='csrf_token']").get("value")
    return {"csrf_token": token, "email": email, "password": "wrong wrong wrong"}
