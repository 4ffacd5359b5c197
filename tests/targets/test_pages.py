"""Targets: a name, a kind and a place, added, changed, put away and brought back."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.core.errors import Refused
from crm.targets.models import Target, TargetKind
from crm.targets.operations import add_target, edit_target
from tests.counting import count_queries
from tests.policies.makers import PROGRAM, make_target

TARGETS = "/harbor/organize/targets/"


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Target)) or 0


def test_a_target_is_added_changed_archived_and_brought_back(organizer, coalition):
    browser = organizer.browser
    assert "No target yet" in browser.page(TARGETS).text
    page = browser.submit(f"{TARGETS}new", "name", name="City of Harbor", kind="city", place="Harbor")
    assert "City of Harbor" in page.text
    page = browser.page(page.links()["Edit: City of Harbor"])
    page = browser.submit(page, "name", name="Harbor Schools", kind="school_district")
    assert "Harbor Schools School district Harbor" in page.text
    page = browser.submit(page, "/archive")
    assert "is archived" in page.text and "Harbor Schools School district" not in page.text
    assert "Harbor Schools" in browser.page(f"{TARGETS}?archived=1").text
    page = browser.submit(page, "/restore")
    assert "Harbor Schools School district Harbor" in page.text
    acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("target.%")))
    assert sorted(acts) == ["target.add", "target.archive", "target.edit", "target.restore"]


def test_it_is_reached_from_the_demands(observer, coalition):
    page = observer.browser.page("/harbor/organize/demands/")
    assert page.links()["Targets"] == "/harbor/organize/targets/"


def test_a_double_press_adds_one(organizer, coalition):
    page = organizer.browser.page(f"{TARGETS}new")
    for _press in range(2):
        answer = organizer.browser.submit(page, "name", name="City of Harbor")
        assert "“City of Harbor” is a target now." in answer.text
    assert count() == 1


def test_the_same_one_again_is_a_clear_error(organizer, coalition):
    target = make_target("City of Harbor", place="Harbor")
    page = organizer.browser.submit(
        f"{TARGETS}new", "name", status=422, name="city of harbor", kind="city", place="HARBOR"
    )
    assert page.errors() == ["“City of Harbor” is here already, of this kind and place."]
    organizer.browser.submit(TARGETS, f"/{target.id}/archive")
    page = organizer.browser.submit(
        f"{TARGETS}new", "name", status=422, name="City of Harbor", kind="city", place="Harbor"
    )
    assert "archived: bring it back" in page.errors()[0]
    assert count() == 1
    organizer.browser.submit(f"{TARGETS}new", "name", name="City of Harbor", kind="county", place="Harbor")
    assert count() == 2


def test_changing_one_into_another_is_refused_and_nothing_changes(organizer, coalition):
    make_target("City of Harbor")
    other = make_target("Harbor County")
    page = organizer.browser.submit(
        f"{TARGETS}{other.id}/edit", "name", status=422, name="City of Harbor", kind="city", place=""
    )
    assert page.errors()
    assert db.session.get_one(Target, other.id).name == "Harbor County"
    saved = organizer.browser.submit(f"{TARGETS}{other.id}/edit", "name", place="Harbor")
    assert "Saved." in saved.text


def test_two_who_add_the_same_at_once_are_told_by_the_database(coalition, monkeypatch):
    make_target("City of Harbor")
    monkeypatch.setattr("crm.targets.operations.find_same_target", lambda *_given: None)
    with pytest.raises(Refused, match="here already"):
        add_target(PROGRAM, name="City of Harbor", kind=TargetKind.CITY)
    db.session.rollback()


def test_saving_what_stands_notes_nothing(coalition):
    target = make_target("City of Harbor")
    edit_target(PROGRAM, target, name="City of Harbor", kind=TargetKind.CITY, place="")
    edits = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "target.edit")
    assert db.session.scalar(edits) == 0


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": "x" * 201}, {"kind": "planet"}, {"place": "a\nb"}])
def test_what_cannot_be_is_told_beside_its_field(organizer, coalition, typed):
    page = organizer.browser.submit(
        f"{TARGETS}new", "name", status=422, **{"name": "City", "kind": "city", **typed}
    )
    assert len(page.errors()) == 1
    assert count() == 0


def test_an_observer_reads_and_another_coalition_sees_nothing(observer, outsider, coalition, other_coalition):
    target = make_target("City of Harbor")
    page = observer.browser.page(TARGETS)
    assert "City of Harbor" in page.text and "Add a target" not in page.text
    for path in ("new", f"{target.id}/edit"):
        assert observer.browser.get(TARGETS + path).status_code == 403
    assert outsider.browser.get(TARGETS).status_code == 404
    assert "City of Harbor" not in outsider.browser.page("/prairie/organize/targets/").text
    assert outsider.browser.get(f"/prairie/organize/targets/{target.id}/edit").status_code == 404


def test_a_long_list_has_pages_and_asks_as_often(organizer, coalition):
    for number in range(10):
        make_target(f"Town {number:03}")
    few = count_queries(lambda: organizer.browser.get(TARGETS))
    for number in range(10, 120):
        make_target(f"Town {number:03}")
    assert count_queries(lambda: organizer.browser.get(TARGETS)) == few
    page = organizer.browser.page(TARGETS)
    assert "Town 049" in page.text and "Town 050" not in page.text
    assert "Town 050" in organizer.browser.page(page.links()["Next"]).text
