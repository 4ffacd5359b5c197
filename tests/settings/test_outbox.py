"""The demo's mail, read on this machine by the demo's coordinator, and by nobody else."""

from __future__ import annotations

import pytest

from crm.coalitions.operations import create_coalition
from crm.core.db import db
from crm.core.permissions import Role
from crm.mail.operations import owe_mail


@pytest.fixture
def demo(app):
    made = create_coalition(slug="demo", name="Demo Coalition", timezone="UTC", demo=True)
    db.session.commit()
    app.config["DEMO"] = True
    yield made
    app.config["DEMO"] = False


@pytest.fixture
def reader(demo, person_in):
    return person_in(demo, Role.COORDINATOR, "Demo Coordinator")


def test_its_coordinator_reads_it(reader, demo, coalition):
    for number, about, home in (
        ("one", "sign_on:1", demo.id),
        ("two", f"password:{reader.user.id}", None),
        ("three", "sign_on:2", coalition.id),
        ("four", "password:999", None),
    ):
        owe_mail(
            f"{number}@people.example", "access/password", coalition_id=home, about=about, link=f"/x/{number}"
        )
    page = reader.browser.page("/outbox")
    assert "one@people.example" in page.text
    assert "two@people.example" in page.text
    assert "three@people.example" not in page.text
    assert "four@people.example" not in page.text
    assert "/x/one" in page.links().values()
    assert "Demo: no mail" not in page.text


def test_nobody_else_knows_of_it(reader, demo, person_in, coordinator, visitor):
    organizer = person_in(demo, Role.ORGANIZER, "Demo Organizer")
    assert coordinator.browser.get("/outbox").status_code == 404
    assert organizer.browser.get("/outbox").status_code == 404
    assert visitor.get("/outbox").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "192.0.2.7"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
    ],
)
def test_it_is_read_on_this_machine_alone(reader, elsewhere):
    assert reader.browser.get("/outbox", **elsewhere).status_code == 404
    assert reader.browser.get("/outbox").status_code == 200


def test_without_demo_mode_there_is_none(app, reader):
    app.config["DEMO"] = False
    assert reader.browser.get("/outbox").status_code == 404


def test_in_the_demo_coordinators_are_led_to_it(reader):
    page = reader.browser.page("/demo/organize/settings/")
    assert page.links()["Read its mail"] == "/outbox"
