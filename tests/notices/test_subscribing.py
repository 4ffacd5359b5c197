"""Mail me changes: asked for, confirmed from the mailbox, ended at one press."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from crm.core import clock
from crm.core.db import db
from crm.events.models import Visibility
from crm.mail.models import OutgoingMail
from crm.mail.operations import owe_mail
from crm.mail.server import compose
from crm.notices.models import ChangeSubscription
from crm.notices.operations.subscribing import forget_unconfirmed
from crm.notices.queries import leave_token
from tests.notices.steps import newest_subscription, subscribed
from tests.rsvps.conftest import schedule

FORM = "/harbor/calendar/changes"


def links() -> list[str]:
    mails = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [re.sub(r"^https?://[^/]+", "", mail.link or "") for mail in mails]


def count() -> int:
    return len(db.session.scalars(select(ChangeSubscription)).all())


def test_it_counts_once_it_is_confirmed_by_a_button(coalition, organizer, visitor):
    schedule(coalition, organizer.viewer, "Old Mill meeting")
    schedule(coalition, organizer.viewer, "Hidden", visibility=Visibility.GROUPS, area="Secret Bay")
    page = visitor.page(FORM)
    assert "Old Mill" in page.text and "Secret Bay" not in page.text
    typed = {"email": "Ana@mail.example", "kinds": ["campus", "hearing"], "areas": "Old Mill"}
    sent = visitor.submit(page, "areas", **typed)
    visitor.submit(page, "areas", **typed)
    assert "Look into your mail" in sent.text and len(links()) == 1
    opened = visitor.page(links()[0])
    assert newest_subscription().confirmed_at is None
    assert "Confirmed" in visitor.submit(opened, "/confirm").text
    one = newest_subscription()
    assert (one.kinds, one.areas, one.language) == (["campus", "hearing"], ["Old Mill"], "en")
    assert one.confirmed_at is not None
    assert "Confirmed" in visitor.submit(opened, "/confirm").text
    # Asked for anew it is replaced, and the answer is the same.
    again = visitor.submit(FORM, "areas", email="ana@mail.example")
    assert again.text == sent.text and count() == 2
    visitor.submit(links()[-1], "/confirm")
    assert count() == 1 and newest_subscription().kinds == []


def test_a_link_holds_for_three_days(coalition, visitor):
    visitor.submit(FORM, "kinds", email="ana@mail.example")
    opened = visitor.page(links()[0])
    with time_machine.travel(clock.now() + timedelta(hours=73), tick=False):
        assert "This link is over" in visitor.submit(opened, "/confirm").text
        forget_unconfirmed(clock.now())
    assert count() == 0
    assert "This link is over" in visitor.submit(opened, "/confirm").text


def test_one_press_ends_it_from_the_page_or_from_a_mail_program(coalition, visitor, app):
    first, second = (subscribed(coalition, f"{name}@mail.example") for name in ("ana", "ben"))
    page = visitor.page(f"/harbor/calendar/changes/leave/{leave_token(first)}")
    assert count() == 2
    assert "No more mail" in visitor.submit(page, "/leave").text and count() == 1
    address = f"/harbor/calendar/changes/leave/{leave_token(second)}"
    answer = app.test_client().post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and count() == 0
    assert visitor.submit(page, "/leave").text == visitor.submit(address, "/leave").text


def test_the_link_that_confirms_does_not_end_it(coalition, visitor):
    visitor.submit(FORM, "kinds", email="ana@mail.example")
    token = links()[0].rpartition("/")[2]
    visitor.submit(f"/harbor/calendar/changes/leave/{token}", "/leave")
    assert count() == 1


def test_the_mail_says_how_it_is_ended_in_its_head(coalition):
    mail = owe_mail(
        "ana@mail.example",
        "notices/next",
        coalition_id=coalition.id,
        link="http://localhost/x",
        unsubscribe="http://localhost/leave",
        coalition=coalition,
        one=None,
    )
    message = compose(mail, "muster@localhost")
    assert message["List-Unsubscribe"] == "<http://localhost/leave>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "http://localhost/leave" in message.get_content()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": ""}, "Give the mail address"),
        ({"email": "nobody"}, "Check this address"),
        ({"kinds": "party"}, "those offered here"),
        ({"subject": "buy"}, "Leave this field empty"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(coalition, visitor, typed, said):
    page = visitor.submit(FORM, "kinds", 422, **{"email": "ana@mail.example", **typed})
    assert any(said in error for error in page.errors()), page.errors()
    assert count() == 0
