"""Flyers are public and tell no more than the page; run sheets are the organizers', and phones are noted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.events.models import EventKind, Visibility
from crm.events.operations import Change, Plan, cancel_date, change_date, schedule_event
from crm.events.queries import find_date, series_of
from crm.events.recurrence import Frequency, Rule, Weekday
from crm.events.sentence import say_series
from crm.handouts.flyer import direction_of, flyer_of, shortened
from crm.handouts.run_sheet import read_run, run_sheet_of
from crm.handouts.views import told_exceptions
from crm.roles.models import RoleKind
from crm.roles.operations import RoleNeed, Taker, add_role, take_role
from tests.makers import make_contact, make_organization


@pytest.fixture
def saturday() -> date:
    today = clock.now().date()
    return today + timedelta(days=(5 - today.weekday()) % 7 + 7)


@pytest.fixture
def march(coalition, organizer, saturday):
    plan = Plan(
        kind=EventKind.DEMONSTRATION,
        title="March on the Harbor #1 *bold*",
        starts_local=datetime.combine(saturday, datetime.min.time()).replace(hour=12),
        duration=timedelta(hours=2),
        visibility=Visibility.PUBLIC,
        rule=Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY})),
        place_name="City Hall, south steps",
        address="1 Harbor Way",
        area="Downtown",
    )
    event = schedule_event(organizer.viewer, coalition, plan)
    db.session.commit()
    return event


def test_a_flyer_on_each_paper_in_each_language_for_everybody(march, visitor, saturday):
    page = visitor.page(f"/harbor/events/{march.slug}/{saturday}")
    links = [url for url in page.links().values() if "flyer.pdf" in url]
    assert len(links) == 8
    for url in (links[0], links[-1]):
        answer = visitor.get(url)
        assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")
    assert visitor.get(f"/harbor/events/{march.slug}/flyer.pdf").status_code == 200
    assert visitor.get(f"/harbor/events/{march.slug}/flyer.pdf?paper=a3").status_code == 404
    assert visitor.get(f"/harbor/events/{march.slug}/flyer.pdf?up=9").status_code == 404


def test_an_area_event_has_no_address_on_its_flyer_and_a_closed_one_has_no_flyer(
    march, coalition, organizer, visitor, saturday
):
    march.visibility = Visibility.AREA
    db.session.commit()
    one = find_date(march, ANONYMOUS, saturday)
    data = flyer_of(coalition, march, one, "", paper="letter", up=1, language="en")
    assert data["place"] == "Downtown" and "Harbor Way" not in str(data)
    assert data["day"][0] == "Saturday" and data["url"].endswith(f"/{saturday}?lang=en")
    march.visibility = Visibility.GROUPS
    db.session.commit()
    assert visitor.get(f"/harbor/events/{march.slug}/{saturday}/flyer.pdf").status_code == 404
    assert organizer.browser.get(f"/harbor/events/{march.slug}/{saturday}/flyer.pdf").status_code == 404


def test_where_an_area_series_is_held_elsewhere_is_told_nowhere(
    march, organizer, visitor, saturday, monkeypatch
):
    moved = saturday + timedelta(days=7)
    start = datetime.combine(moved, datetime.min.time()).replace(hour=13)
    change_date(organizer.viewer, march, moved, Change(start, place_name="Rosa's kitchen"))
    march.visibility = Visibility.AREA
    db.session.commit()
    assert "kitchen" not in say_series(series_of(march), told_exceptions(march))
    assert "kitchen" not in visitor.page(f"/harbor/events/{march.slug}").text


def test_a_cancelled_date_has_no_flyer(march, organizer, visitor, saturday):
    cancel_date(organizer.viewer, march, saturday, "Rain")
    db.session.commit()
    address = f"/harbor/events/{march.slug}/{saturday}"
    assert visitor.get(f"{address}/flyer.pdf").status_code == 404
    assert "Print a flyer" not in visitor.page(address).text


def test_a_title_runs_as_its_first_letter_does():
    assert [direction_of(one) for one in ("2026 رسم Banner", "(חינם)", "Banner رسم", "2026", "")] == [
        "rtl", "rtl", "ltr", "ltr", "ltr",
    ]  # fmt: skip


def test_long_texts_are_shortened_at_a_word():
    assert shortened("one two three", 9) == "one two …"
    assert shortened("short", 9) == "short"


def test_the_run_sheet_names_roles_and_who_takes_them(march, coalition, organizer, observer, saturday):
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.MARSHALS, 6, note="At the fountain"))
    group = make_organization("Dockworkers Local 19")
    make_contact(group, "Rosa Lark", phone="+1 206 555 0100")
    take_role(organizer.viewer, role, saturday, Taker(group), 4)
    take_role(organizer.viewer, role, saturday, Taker(name="Ben Tern"))
    db.session.commit()
    address = f"/harbor/organize/events/{march.slug}/{saturday}/run-sheet.pdf"
    plain = organizer.browser.get(address)
    assert plain.data.startswith(b"%PDF") and "no-store" in plain.headers["Cache-Control"]
    assert observer.browser.get(address).status_code == 403
    one = find_date(march, organizer.viewer, saturday)
    data = run_sheet_of(coalition, read_run(organizer.viewer, march, one), "a4")
    assert data["roles"][0]["who"] == ["Dockworkers Local 19 × 4", "Ben Tern"]
    assert data["roles"][0]["filled"] == "5 of 6" and "555" not in str(data)


def test_phone_numbers_only_where_ticked_and_that_is_noted(march, coalition, organizer, saturday):
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.MARSHALS, 6))
    group = make_organization("Dockworkers Local 19")
    make_contact(group, "Rosa Lark", phone="+1 206 555 0100")
    take_role(organizer.viewer, role, saturday, Taker(group), 4)
    one = find_date(march, organizer.viewer, saturday)
    data = run_sheet_of(coalition, read_run(organizer.viewer, march, one, phones=True), "a4")
    assert "Rosa Lark" in data["roles"][0]["who"][0] and "0100" in data["roles"][0]["who"][0]
    db.session.rollback()
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.MARSHALS, 6))
    make_contact(group := make_organization("Loud Folk"), "Ben Tern", phone="+1 206 555 0101")
    take_role(organizer.viewer, role, saturday, Taker(group), 4)
    page = organizer.browser.page(f"/harbor/organize/events/{march.slug}/{saturday}/")
    address = f"/harbor/organize/events/{march.slug}/{saturday}/run-sheet.pdf"
    token = page.form("phones").findall(".//input[@name='csrf_token']")[0].get("value")
    revealed = db.select(AuditEntry).where(AuditEntry.action == "contact.reveal")
    organizer.browser.post(address, data={"csrf_token": token})
    assert db.session.scalars(revealed).all() == []
    answer = organizer.browser.post(address, data={"csrf_token": token, "phones": "yes"})
    assert answer.data.startswith(b"%PDF")
    assert len(db.session.scalars(revealed).all()) == 1
