"""Passkeys, apps for codes and recovery codes: setting up, signing in, once more before a deed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import func, select

from crm.access import requirement
from crm.accounts.models import CodeApp, HalfSignIn, Passkey, PasskeyChallenge, RecoveryCode, User
from crm.accounts.operations import join
from crm.accounts.operations.codes import keep_app, new_recovery_codes, use_app_code, use_recovery_code
from crm.accounts.operations.factors import ask_for_factor, note_factors
from crm.accounts.operations.passkeys import Purpose, ask_to_show, check_passkey, relying_party
from crm.audit.models import AuditEntry
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Role
from crm.mail.models import OutgoingMail
from tests.access.authenticator import PRESENT, Device
from tests.pages import text_of
from tests.people import PASSWORD

HERE = "/account/second-step/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def deeds() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def token_of(page) -> str:
    return page.tree.find(".//input[@name='csrf_token']").get("value")


def ask(browser, page, path: str, status: int = 200, **typed):
    """What static/js/passkeys.js asks the server for, with the fields of the form."""
    answer = browser.post(path, data={"csrf_token": token_of(page), **typed})
    assert answer.status_code == status, answer.text
    return answer.json


def give_app(user: User) -> list[str]:
    """An app of SECRET, set up a while ago, and its recovery codes."""
    keep_app(user, SECRET, pyotp.TOTP(SECRET).now())
    app = db.session.scalars(select(CodeApp)).one()
    app.used_counter -= 10
    note_factors(user)
    codes = new_recovery_codes(user)
    db.session.commit()
    return codes


def with_passkey(browser, device: Device, label: str = "phone"):
    page = browser.page(HERE)
    options = ask(browser, page, "/account/passkeys/make", present=PASSWORD)
    return browser.submit(page, "label", label=label, credential=device.make(options))


def begin(visitor, user: User, **typed):
    """The page that follows the right password."""
    page = visitor.submit("/login", "password", email=user.email, password=PASSWORD, **typed)
    assert page.url == "/login/second"
    return page


def test_a_passkey_is_made_shown_at_the_door_and_removed(organizer, visitor):
    device = Device()
    page = with_passkey(organizer.browser, device)
    codes = [text_of(code) for code in page.tree.iter("code")]
    assert len(codes) == len(set(codes)) == 10
    assert organizer.user.factor_since
    page = organizer.browser.page(HERE)
    assert "phone" in page.text and codes[0] not in page.text
    # At the door: nobody types anything.
    page = visitor.page("/login")
    shown = device.show(ask(visitor, page, "/login/passkey"))
    assert "Omar Ganizer" in visitor.submit(page, "password", credential=shown).response.text
    assert visitor.get("/account/").status_code == 200
    visitor.submit("/account/", "logout")
    # What was signed once opens nothing again.
    refused = visitor.submit("/login", "password", 422, credential=shown)
    assert "could not be read" in refused.text
    # After the password it is asked for as well, and a code of the first paper does too.
    page = begin(visitor, organizer.user)
    shown = device.show(ask(visitor, page, "/login/second/passkey"))
    visitor.submit(page, "code", code="", credential=shown)
    assert visitor.get("/account/").status_code == 200
    # Renamed; removed after the password once more.
    browser = organizer.browser
    key = db.session.scalars(select(Passkey)).one()
    assert "ring" in browser.submit(HERE, f"passkeys/{key.id}/name", label="ring").text
    page = browser.submit(HERE, f"passkeys/{key.id}/remove")
    assert "ring" in page.text
    assert browser.submit(page, "present", 422, present="not it at all").errors()
    browser.submit(page, "present", present=PASSWORD)
    assert (count(Passkey), count(RecoveryCode), organizer.user.factor_since) == (0, 0, None)
    assert deeds() == ["factor.add", "factor.remove"]
    told = list(db.session.scalars(select(OutgoingMail.recipient)))
    assert told == [organizer.user.email] * 2


def test_what_another_site_device_or_purpose_signed_is_refused(organizer, observer, coalition):
    browser, page = organizer.browser, organizer.browser.page(HERE)
    assert ask(browser, page, "/account/passkeys/make", 422, present="wrong")["error"]
    for device in (Device(origin="http://localhost.example"), Device(flags=PRESENT)):
        options = ask(browser, page, "/account/passkeys/make", present=PASSWORD)
        assert browser.submit(page, "label", 422, label="x", credential=device.make(options)).errors()
    assert browser.submit(page, "label", 422, label="x", credential="{}").errors()
    assert count(Passkey) == 0
    device = Device()
    with_passkey(browser, device)

    def shown(purpose, user_id=None, by=device):
        return by.show(json.loads(ask_to_show(purpose, user_id)))

    for answer in (
        shown(Purpose.SECOND, organizer.user.id),
        shown(Purpose.ENTER, by=Device()),
        '{"rawId": 7, "response": []}',
        "[" * 9000,
        "nothing",
    ):
        with pytest.raises(Refused):
            check_passkey(answer, Purpose.ENTER)
    with pytest.raises(Refused):  # a passkey of somebody else
        check_passkey(shown(Purpose.AGAIN, observer.user.id), Purpose.AGAIN, observer.user.id)
    late = shown(Purpose.ENTER)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6), tick=False), pytest.raises(Refused):
        check_passkey(late, Purpose.ENTER)
    counted = shown(Purpose.ENTER)
    assert check_passkey(shown(Purpose.ENTER), Purpose.ENTER).user_id == organizer.user.id
    with pytest.raises(Refused):  # a copy of the device, which counts from where it was copied
        check_passkey(counted, Purpose.ENTER)


def test_an_app_is_set_up_and_its_codes_hold_once(organizer, visitor):
    browser = organizer.browser
    page = browser.page(f"{HERE}app")
    secret = text_of(next(page.tree.iter("code"))).replace(" ", "")
    image = next(page.tree.iter("img")).get("src", "")
    assert image.startswith("data:image/svg+xml")
    wrong = browser.submit(page, "sealed", 422, code="000 000", present=PASSWORD)
    assert wrong.errors() and count(CodeApp) == 0
    assert text_of(next(wrong.tree.iter("code"))).replace(" ", "") == secret
    assert browser.submit(page, "sealed", 422, code=pyotp.TOTP(secret).now(), present="wrong").errors()
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):
        code = pyotp.TOTP(secret).now()
        page = browser.submit(page, "sealed", code=code, present=PASSWORD)
        assert len(list(page.tree.iter("code"))) == 10
        page = begin(visitor, organizer.user)
        assert visitor.get("/account/").status_code == 302, "half is not in"
        assert visitor.submit(page, "code", 422, code=code).errors(), "used to set it up"
    with time_machine.travel(now + timedelta(seconds=30), tick=False):
        code = pyotp.TOTP(secret).now()
        visitor.submit(page, "code", code=f"{code[:3]} {code[3:]}")
        assert visitor.get("/account/").status_code == 200
        assert not use_app_code(organizer.user.id, code)
        # One code, one deed: the same is refused before the next.
    with time_machine.travel(now + timedelta(seconds=60), tick=False):
        page = browser.submit(HERE, "app/remove")
        browser.submit(page, "present", present=pyotp.TOTP(secret).now())
    assert (count(CodeApp), organizer.user.factor_since, count(HalfSignIn)) == (0, None, 0)


def test_a_recovery_code_opens_once_and_its_owner_hears_of_it(organizer, visitor):
    codes = give_app(organizer.user)
    page = begin(visitor, organizer.user, own_device="y")
    assert visitor.submit(page, "code", 422, code="aaaa-bbbb-cccc").errors()
    visitor.submit(page, "code", code=codes[3].upper().replace("-", " "))
    assert visitor.get("/account/").status_code == 200
    assert not use_recovery_code(organizer.user.id, codes[3])
    assert deeds() == ["factor.recovered"]
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert "Codes left: 9" in mail.body
    # New ones end the former ones.
    page = visitor.submit(HERE, "second-step/codes")
    page = visitor.submit(page, "present", present=PASSWORD)
    assert text_of(next(page.tree.iter("code"))) not in codes
    assert not use_recovery_code(organizer.user.id, codes[0])
    # A half that waits too long is none.
    visitor.submit("/account/", "logout")
    page = begin(visitor, organizer.user)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert visitor.submit(page, "code", code=codes[0]).url == "/login"


def test_guessing_codes_comes_ever_slower(app, organizer, visitor):
    give_app(organizer.user)
    page = begin(visitor, organizer.user)
    app.config["LIMITS"] = True
    try:
        for _try in range(5):
            visitor.submit(page, "code", 422, code="000000")
        visitor.submit(page, "code", 429, code="000000")
    finally:
        app.config["LIMITS"] = False


def test_a_coordinator_is_asked_then_held_and_never_locked_out(coordinator, organizer, coalition):
    user, today = coordinator.user, "/harbor/organize/"
    assert "left to set that up" not in coordinator.browser.page(today).text
    ask_for_factor(user)
    ask_for_factor(organizer.user)
    assert "7 days left to set that up" in coordinator.browser.page(today).text
    assert "left to set that up" not in organizer.browser.page(today).text
    coalition.factor_days, began = 0, user.factor_asked_at
    page = coordinator.browser.page(today)
    assert page.url == HERE and "As a coordinator you need one" in page.text
    assert coordinator.browser.page("/harbor/").url == "/harbor/"
    assert organizer.browser.page(today).url == today
    ask_for_factor(user)
    assert user.factor_asked_at == began, "to sign in again gains no day"
    with_passkey(coordinator.browser, Device())
    assert coordinator.browser.page(today).url == today
    # The last one can't be taken away, in place of it another can.
    key = db.session.scalars(select(Passkey)).one()
    page = coordinator.browser.submit(HERE, f"passkeys/{key.id}/remove")
    assert "Set up another first" in coordinator.browser.submit(page, "present", present=PASSWORD).text
    give_app(user)
    coordinator.browser.submit(page, "present", present=PASSWORD)
    assert (count(Passkey), count(CodeApp)) == (0, 1)
    assert requirement.is_needed(user) and requirement.due_at(organizer.user, coalition)
    demo = Coalition(is_demo=True, factor_days=7)
    assert not requirement.is_needed(organizer.user) and requirement.due_at(organizer.user, demo) is None


def test_who_becomes_a_coordinator_has_the_whole_time(coordinator, organizer, coalition):
    organizer.user.factor_asked_at = clock.now() - timedelta(days=400)
    join(organizer.user, Role.COORDINATOR)
    assert organizer.browser.page("/harbor/organize/").url == "/harbor/organize/"


def test_where_the_site_has_no_name_there_are_no_passkeys(app, organizer):
    held = app.config["BASE_URL"]
    try:
        for address, host in {
            "http://127.0.0.1:8000": None,
            "https://[::1]": None,
            "http://muster.example": None,
            "https://muster.example:8443": "muster.example",
        }.items():
            app.config["BASE_URL"] = address
            assert relying_party() == host
        app.config["BASE_URL"] = "http://127.0.0.1:8000"
        assert "Here, use an app" in organizer.browser.page(HERE).text
        assert "passkeys.js" not in organizer.browser.get("/account/").text
    finally:
        app.config["BASE_URL"] = held
    assert count(PasskeyChallenge) == 0
