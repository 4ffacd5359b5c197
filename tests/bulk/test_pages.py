"""Changing many groups from the list: choose, see, do, undo."""

from __future__ import annotations

from sqlalchemy import select

from crm.bulk.models import BulkEdit
from crm.core import clock
from crm.core.db import db
from crm.fields.definitions import FieldKind, Subject
from crm.fields.operations import add_field, put_values
from crm.fields.queries import list_values
from crm.organizations.models import Organization, OrganizationKind
from crm.tags.models import Tag
from crm.tags.operations import add_tags
from tests.counting import count_queries
from tests.makers import PROGRAM, make_organization, make_organizations
from tests.pages import defaults

LIST = "/harbor/organize/organizations/"
HERE = LIST + "edit-many/"
PAST = HERE + "past"


def kinds() -> list[str]:
    return list(db.session.scalars(select(Organization.kind).order_by(Organization.id)))


def test_from_the_list_to_what_it_does_and_back(organizer):
    make_organizations(3, kind=OrganizationKind.UNION)
    make_organization("Harbor Bakers")
    page = organizer.browser.page(HERE + "?which=all&kind=union")
    assert "3 groups are chosen" in page.text
    wished = {"set_kind": "business", "add_tags": "Youth, food", "set_stage": "active", "empty_place": "y"}
    foretold = organizer.browser.submit(page, "set_kind", see="1", **wished)
    for words in (
        "Kind Business 3 Union: 3",
        "Tag “Youth” with it 3 without it: 3",
        "Place none 0",
        "Active 3",
    ):
        assert words in foretold.text, words
    # Whoever looks changes nothing.
    assert db.session.scalars(select(Tag)).all() == []
    doing = defaults(foretold.form("form_key"))
    done = organizer.browser.submit(foretold, "form_key")
    assert "Changed 3 groups." in done.text
    assert kinds() == ["business"] * 3 + ["other"]
    assert "kind=union" in done.response.request.full_path
    # Pressed again, though nothing matches any more, it is the same.
    organizer.browser.post(HERE, data=doing)
    assert len(db.session.scalars(select(BulkEdit)).all()) == 1
    organizer.browser.submit(done, "/undo")
    assert kinds() == ["union"] * 3 + ["other"]


def test_what_was_changed_in_one_go_is_found_again_and_taken_back(organizer, coordinator, observer):
    make_organizations(3, kind=OrganizationKind.UNION)
    assert "Nothing was changed in one go yet" in organizer.browser.page(PAST).text
    for wished in ({"set_kind": "business", "add_tags": "Youth"}, {"set_sector": "Food"}):
        page = organizer.browser.page(HERE + "?which=all")
        organizer.browser.submit(
            organizer.browser.submit(page, "set_kind", see="1", **wished), "form_key", which="all"
        )
    assert observer.browser.get(PAST).status_code == 403
    page = coordinator.browser.page(coordinator.browser.page(LIST).links()["Changed in one go"])
    assert "Sector: Food" in page.text and "Kind: Business (3)" in page.text
    assert "Tag “Youth”: with it (3)" in page.text and page.text.count("Omar Ganizer") == 2
    first = min(edit.id for edit in db.session.scalars(select(BulkEdit)))
    back = coordinator.browser.submit(page, f"/{first}/undo")
    assert kinds() == ["union"] * 3 and "Taken back" in back.text and "Undo …" in back.text
    assert {one.sector for one in db.session.scalars(select(Organization))} == {"Food"}
    counted = count_queries(lambda: coordinator.browser.page(PAST))
    for number in range(12):
        db.session.add(BulkEdit(changes=[{"part": f"tag-{number}", "to": "1", "before": {"": [1]}}], count=1,
                                by_id=None, at=clock.now()))  # fmt: skip
    db.session.commit()
    assert count_queries(lambda: coordinator.browser.page(PAST)) == counted


def test_ticked_groups_tags_in_the_list_and_what_is_refused(organizer):
    bakers, butchers = make_organization("Harbor Bakers"), make_organization("Harbor Butchers")
    [food] = add_tags(PROGRAM, bakers.id, ["<b>Food"])
    page = organizer.browser.page(LIST)
    assert "Harbor Bakers<b>Food" in page.text
    assert "Harbor Bakers" in organizer.browser.page(f"{LIST}?tag={food.id}").text
    assert "Harbor Butchers" not in organizer.browser.page(f"{LIST}?tag={food.id}").text
    address = f"{HERE}?which=ticked&id={bakers.id}&id={butchers.id}"
    page = organizer.browser.page(address)
    same = organizer.browser.submit(page, "set_kind", see="1", remove_tag=str(food.id), archive="y")
    assert "Tag “<b>Food” without it 1 with it: 1 1" in same.text
    assert "Choose what to change." in organizer.browser.submit(page, "set_kind", see="1", status=422).text
    for wrong, told in (
        ({"add_tags": "!!!, x"}, "A tag is a word"),
        ({"set_kind": "x"}, "Choose one of those"),
        ({"set_sector": "food", "empty_sector": "y"}, "not both"),
    ):
        refused = organizer.browser.submit(page, "set_kind", see="1", status=422, **wrong)
        assert any(told in error for error in refused.errors()), told
    nothing = organizer.browser.submit(page, "set_kind", see="1", set_kind="other")
    assert "Nothing would change" in nothing.text
    assert "No group is chosen" in organizer.browser.page(HERE).text


def test_own_fields_are_set_and_emptied(organizer):
    seats = add_field(PROGRAM, Subject.ORGANIZATION, "Seats", FieldKind.NUMBER, (), "")
    food = add_field(PROGRAM, Subject.ORGANIZATION, "Food", FieldKind.CHOICE, ("Bread", "Soup"), "")
    bakers, butchers = make_organization("Harbor Bakers").id, make_organization("Harbor Butchers").id
    put_values(Subject.ORGANIZATION, bakers, {seats.id: "80"})
    page = organizer.browser.page(HERE + "?which=all")
    wrong = organizer.browser.submit(page, "set_kind", see="1", status=422, field_1="many")
    assert "Write a number" in wrong.text
    foretold = organizer.browser.submit(page, "set_kind", see="1", empty_field_1="y", field_2="2")
    assert "Seats none 1 80: 1 1" in foretold.text
    done = organizer.browser.submit(foretold, "form_key")
    assert [list_values(Subject.ORGANIZATION, one) for one in (bakers, butchers)] == [{food.id: "2"}] * 2
    organizer.browser.submit(done, "/undo")
    assert list_values(Subject.ORGANIZATION, bakers) == {seats.id: "80"}
    assert list_values(Subject.ORGANIZATION, butchers) == {}


def test_observers_change_nothing_and_strangers_know_of_nothing(observer, outsider, organizer):
    assert observer.browser.get(HERE).status_code == 403
    assert outsider.browser.get(HERE).status_code == 404
    assert "Change …" not in observer.browser.page(LIST).text
    organizer.browser.page(HERE + "99/undo", status=405)
