"""Chapter 10: signing in by a passkey, on a device of Chromium's own making, and by the code of an app."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Browser

from tests.browser.people import Person
from tests.browser.site import Site
from tests.browser.story import PASSWORD

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_and_opens_the_door(site: Site, browser: Browser) -> None:
    site.run(
        "user", "create", "dora@harbor.example", "--name", "Dora", "--role", "coordinator",
        "--coalition", "harbor", "--password-stdin", typed=PASSWORD,
    )  # fmt: skip
    dora = Person(browser, site.url)
    session = dora.context.new_cdp_session(dora.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    dora.visit("/login")
    dora.fill(email="dora@harbor.example", password=PASSWORD)
    dora.press("Sign in")
    assert dora.sees("7 days left to set that up")
    dora.press("Set it up")
    dora.shot("factors")
    dora.fill(label="laptop", present="not the password")
    dora.page.get_by_role("button", name="Add a passkey").click()
    dora.page.get_by_text("This is not your password.").wait_for()
    dora.fill(present=PASSWORD)
    ask_device(dora, "Add a passkey", "Your recovery codes")
    dora.shot("recovery-codes")
    dora.press("I have them, go on")
    assert dora.sees("Today") and not dora.sees("left to set that up")
    sign_out(dora)
    ask_device(dora, "Sign in with a passkey", "Today")
    # Before a deed, the passkey does in place of the password.
    dora.visit("/account/second-step/")
    dora.press("Make new ones")
    dora.shot("once-more")
    ask_device(dora, "Use a passkey instead", "Your recovery codes")
    # And an app beside it, for a device without one.
    dora.visit("/account/second-step/app")
    dora.shot("code-app")
    secret = dora.page.locator("code.secret").inner_text().replace(" ", "")
    dora.fill(code=pyotp.TOTP(secret).now(), present=PASSWORD)
    dora.press("Keep this app")
    assert dora.sees("The app is set up")
    dora.shot("factors-all")
    sign_out(dora)
    dora.fill(email="dora@harbor.example", password=PASSWORD)
    dora.press("Sign in")
    dora.shot("second-step")
    ask_device(dora, "Use your passkey", "Today")
    dora.leave()


def ask_device(person: Person, name: str, heading: str) -> None:
    """Press what asks the device for a passkey; the page follows when that has answered."""
    person.page.get_by_role("button", name=name).click()
    person.page.get_by_role("heading", name=heading, exact=True, level=1).wait_for()
    person.look_over()


def sign_out(person: Person) -> None:
    person.visit("/account/")
    person.press("Sign out")
