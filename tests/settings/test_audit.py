"""The audit, as a coordinator reads it."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from crm.accounts.lifetimes import READING
from crm.audit.models import AuditEntry
from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Role
from crm.mail.models import OutgoingMail
from crm.settings.deeds import DEEDS
from tests.counting import count_queries
from tests.pages import defaults
from tests.people import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
AUDIT = "/harbor/organize/settings/audit"


@pytest.fixture
def coordinator(coordinator):
    """Who has opened the audit."""
    coordinator.browser.opened("audit")
    return coordinator


def rows(page):
    return [row for body in page.tree.iter("tbody") for row in body.iter("tr")]


def test_it_is_for_coordinators(coordinator, organizer, observer, outsider):
    assert coordinator.browser.get(AUDIT).status_code == 200
    for person, status in ((organizer, 403), (observer, 403), (outsider, 404)):
        assert person.browser.get(AUDIT).status_code == status


def test_it_asks_for_the_password_once_more_is_noted_and_the_others_are_told_once_a_day(
    coalition, person_in, visitor
):
    first, second = (person_in(coalition, Role.COORDINATOR, name) for name in ("First Lead", "Second Lead"))
    record(first.viewer, "settings.move", coalition)
    asked = first.browser.page(f"{AUDIT}?action=settings.move")
    assert not rows(asked)
    assert first.browser.post(f"{AUDIT}/audit.csv", data=defaults(asked.form("present"))).status_code == 303
    assert not rows(first.browser.submit(asked, "present", 422, present="not the password"))
    assert len(rows(first.browser.submit(asked, "present", present=PASSWORD))) == 1
    assert "opened the audit" in "".join(rows(first.browser.page(AUDIT))[0].itertext())
    with time_machine.travel(clock.now() + READING + timedelta(seconds=1), tick=False):
        again = first.browser.page(AUDIT)
        assert not rows(again)
        first.browser.submit(again, "present", present=PASSWORD)
    assert [mail.recipient for mail in db.session.scalars(sa.select(OutgoingMail))] == [second.user.email]
    # What is remembered is of that session alone.
    copied = {name: value for name, value in first.browser._held().items() if name.startswith("open-")}
    assert not rows(visitor.sign_in(first.user)._remember(**copied).page(AUDIT))


def test_empty_it_says_so(coordinator):
    assert "Nothing was done yet." in coordinator.browser.page(AUDIT).text


def test_it_says_who_did_what_newest_first_and_never_what_another_coalition_did(
    coordinator, outsider, coalition, other_coalition
):
    record(coordinator.viewer, "settings.edit", coalition, fields=["name", "contact_email"])
    record(None, "sign_on.send", coalition)
    record(outsider.viewer, "settings.move", other_coalition)
    page = coordinator.browser.page(AUDIT)
    first, second = rows(page)
    assert "Nobody signed in" in "".join(first.itertext())
    assert "Cora Dinator" in "".join(second.itertext())
    assert "contact email, name" in "".join(second.itertext())
    assert "another address" not in page.text


def test_pages_go_to_the_end_and_back_and_the_filter_stays(coordinator, coalition):
    for number in range(130):
        record(coordinator.viewer, "settings.edit" if number % 2 else "settings.move", coalition)
    page = coordinator.browser.page(AUDIT)
    seen = []
    while True:
        seen.append(len(rows(page)))
        following = page.links().get("Next")
        if not following:
            break
        page = coordinator.browser.page(following)
    assert seen == [50, 50, 30]
    assert len(rows(coordinator.browser.page(page.links()["Previous"]))) == 50
    filtered = coordinator.browser.page(AUDIT, query_string={"action": "settings.edit"})
    assert "action=settings.edit" in filtered.links()["Next"]
    assert len(rows(coordinator.browser.page(filtered.links()["Next"]))) == 15


def test_it_is_narrowed_by_who_when_and_record_and_to_who_saw_contacts_and_taken_as_csv(
    coordinator, organizer, coalition
):
    record(coordinator.viewer, "settings.edit", coalition, fields=["name"])
    record(organizer.viewer, "contact.reveal", coalition)
    record(organizer.viewer, "export.take", coalition)
    record(None, "sign_on.send", coalition)
    db.session.execute(
        sa.insert(AuditEntry).values(
            {"coalition_id": coalition.id, "at": clock.now() - timedelta(days=40), "action": "stage.move"}
            | {"record": "organization", "record_id": 77, "fields": [], "detail": {}}
        )
    )
    today = clock.today(coalition.zone)
    for query, number in (
        ({"who": organizer.user.id}, 2),
        ({"who": 0}, 2),
        ({"from": today.isoformat()}, 4),
        ({"until": (today - timedelta(days=39)).isoformat()}, 1),
        ({"number": 77}, 1),
        ({"contacts": 1}, 2),
        ({"from": "0001-01-01", "until": "9999-12-31", "who": "x", "number": "-1"}, 5),
    ):
        assert len(rows(coordinator.browser.page(AUDIT, query_string=query))) == number, query
    page = coordinator.browser.page(f"{AUDIT}?contacts=1")
    text = coordinator.browser.submit(page, "audit.csv").response.text
    assert text.count("\n") == 3
    assert "Omar Ganizer" in text
    noted = sa.select(sa.func.count()).where(AuditEntry.action == "audit.csv")
    assert db.session.scalar(noted) == 1


@pytest.mark.parametrize(
    "query", ["action=nothing", "after=nonsense", "before=%00", "after=WzFd&before=WzFd"]
)
def test_a_mistyped_address_shows_the_first_page(coordinator, coalition, query):
    record(coordinator.viewer, "settings.edit", coalition)
    assert coordinator.browser.get(f"{AUDIT}?{query}").status_code == 200


def test_the_database_is_asked_as_often_for_ten_entries_as_for_fifty(coordinator, coalition):
    for _number in range(10):
        record(coordinator.viewer, "settings.edit", coalition)
    few = count_queries(lambda: coordinator.browser.page(AUDIT))
    for _number in range(50):
        record(coordinator.viewer, "settings.edit", coalition)
    assert count_queries(lambda: coordinator.browser.page(AUDIT)) == few


def test_nobody_changes_or_deletes_an_entry(coordinator, coalition):
    record(coordinator.viewer, "settings.edit", coalition)
    db.session.commit()
    for statement in (sa.delete(AuditEntry), sa.update(AuditEntry).values(action="nothing")):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            db.session.execute(statement)
        db.session.rollback()


def test_every_action_has_words():
    written = {
        call.args[1].value
        for path in (ROOT / "crm").rglob("*.py")
        if "record(" in (code := path.read_text(encoding="utf-8"))
        for call in ast.walk(ast.parse(code))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "record"
        and len(call.args) > 1
        and isinstance(call.args[1], ast.Constant)
    }
    assert len(written) > 20
    assert written - set(DEEDS) == set(), "say these in crm/settings/deeds.py"
