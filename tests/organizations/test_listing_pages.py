"""The forms of a listing: add, edit, two people at once, archive and restore."""

from __future__ import annotations

from sqlalchemy import select

from crm.core import tenancy
from crm.core.db import db
from crm.organizations.models import Organization, OrganizationKind
from crm.organizations.operations import edit_organization
from tests.makers import make_organization

HERE = "/harbor/organize/organizations"
NEW = f"{HERE}/new"


def named(name: str) -> Organization:
    return db.session.scalars(select(Organization).where(Organization.name == name)).one()


def value(page, field: str) -> str:
    return page.form("local_number").find(f".//*[@name='{field}']").get("value", "")


def test_a_group_is_added_with_all_its_fields(organizer, coordinator):
    page = organizer.browser.submit(
        NEW, "local_number", name="Harbor Bakers", acronym="HB", kind="union", local_number="12", size="400",
        size_public="y", sector="food", place="Ballard", address="1 Main St", city="Seattle", state="WA",
        postal_code="98107", website="bakers.example", description="We bake.", note="met at the hall",
        assignee_id=str(coordinator.user.id),
    )  # fmt: skip
    for shown in (
        "Added “Harbor Bakers”",
        "Union · Ballard",
        "400",
        "bakers.example",
        "met at the hall",
        "Cora",
    ):
        assert shown in page.text
    made = named("Harbor Bakers")
    assert (made.size, made.size_public, made.website) == (400, True, "https://bakers.example")


WRONG = (
    ("name", ""),
    ("name", "x"),
    ("name", "x" * 301),
    ("name", "two\u202elines"),
    ("size", "-1"),
    ("size", "many"),
    ("size", "99999999999999999999"),
    ("website", "javascript:alert(1)"),
    ("website", "https://ana:secret@dockers.example"),
    ("kind", "nonsense"),
    ("assignee_id", "99999999999999999999"),
    ("assignee_id", "4711"),
    ("parent_id", "99999999999999999999"),
    ("parent_id", "4711"),
    ("parent_name", "Nobody Knows This"),
    ("note", "123-45-6789"),
    ("city", "a\x00b"),
)


def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(organizer):
    form = organizer.browser.page(NEW)
    for field, typed in WRONG:
        values = {"name": "Harbor Bakers", "sector": "food", field: typed}
        page = organizer.browser.submit(form, "local_number", status=422, **values)
        assert value(page, "sector") == "food", (field, typed)
        assert "There is 1 thing to put right" in page.text, (field, typed)
    assert db.session.scalars(select(Organization)).all() == []


def test_a_group_that_is_here_already_is_linked_and_not_added(organizer):
    first = make_organization("Harbor Bakers Local 12", city="Seattle")
    page = organizer.browser.submit(
        NEW, "local_number", status=422, name="HARBOR BAKERS LOC. 012", city="seattle", another_group="y"
    )
    assert page.links()["Open “Harbor Bakers Local 12”"].endswith(f"/organizations/{first.id}")


def test_groups_of_nearly_the_same_name_are_shown_first(organizer):
    first = make_organization("Harbor Bakers Association", city="Tacoma")
    page = organizer.browser.submit(NEW, "local_number", status=422, name="Harbor Baker Association")
    assert page.links()["Harbor Bakers Association"].endswith(f"/organizations/{first.id}")
    organizer.browser.submit(page, "local_number", another_group="y")
    assert named("Harbor Baker Association").id != first.id


def test_a_parent_is_typed_and_taken_when_one_group_has_that_name(organizer):
    union = make_organization("Bakers International")
    page = organizer.browser.submit(
        NEW, "local_number", name="Harbor Bakers", parent_name="BAKERS international"
    )
    assert page.links()["Bakers International"].endswith(f"/organizations/{union.id}")
    assert named("Harbor Bakers").parent_id == union.id


def test_a_parent_is_chosen_among_what_is_found_and_taken_off_again(organizer):
    make_organization("Bakers International")
    state = make_organization("Bakers State Council")
    page = organizer.browser.submit(
        NEW, "local_number", status=422, name="Harbor Bakers", parent_name="bakrs"
    )
    assert "Bakers International" in page.text
    organizer.browser.submit(page, "local_number", parent_id=str(state.id))
    made = named("Harbor Bakers")
    assert made.parent_id == state.id
    organizer.browser.submit(f"{HERE}/{made.id}/edit", "local_number", parent_id="")
    assert named("Harbor Bakers").parent_id is None


def test_saving_the_form_as_it_opened_changes_nothing(organizer):
    union = make_organization("Bakers International")
    group = make_organization(
        "Harbor Bakers",
        kind=OrganizationKind.UNION,
        parent_id=union.id,
        size=3,
        assignee_id=organizer.user.id,
    )
    page = organizer.browser.submit(f"{HERE}/{group.id}/edit", "local_number")
    assert "nothing was changed" in page.text
    assert named("Harbor Bakers").edition == 1


def test_two_people_at_once_see_both_versions_and_nothing_is_lost(organizer, coordinator):
    group = make_organization("Harbor Bakers", sector="food")
    opened = organizer.browser.page(f"{HERE}/{group.id}/edit")
    coordinator.browser.submit(f"{HERE}/{group.id}/edit", "local_number", sector="bread", size="40")
    page = organizer.browser.submit(opened, "local_number", status=409, sector="pastry")
    rows = [[cell.text for cell in row] for row in page.tree.findall(".//tbody/tr")]
    assert rows == [["People represented", "40", "nothing"], ["Sector", "bread", "pastry"]]
    assert named("Harbor Bakers").sector == "bread"
    organizer.browser.submit(page, "local_number", size="40")
    saved = named("Harbor Bakers")
    assert (saved.sector, saved.size) == ("pastry", 40)


def test_two_people_who_typed_the_same_are_told_so(organizer, coordinator):
    group = make_organization("Harbor Bakers")
    opened = organizer.browser.page(f"{HERE}/{group.id}/edit")
    coordinator.browser.submit(f"{HERE}/{group.id}/edit", "local_number", sector="bread")
    page = organizer.browser.submit(opened, "local_number", status=409, sector="bread")
    assert "They typed the same as you" in page.text


def test_an_archived_group_is_put_away_with_an_undo(organizer):
    group = make_organization("Harbor Bakers")
    page = organizer.browser.submit(f"{HERE}/{group.id}", "/archive")
    assert "Archived “Harbor Bakers”" in page.text
    assert named("Harbor Bakers").archived_at
    assert "Harbor Bakers" in organizer.browser.page(f"{HERE}/?archived=1").text
    assert "Archived" in organizer.browser.page(f"{HERE}/{group.id}").text
    organizer.browser.submit(page, "/restore")
    assert named("Harbor Bakers").archived_at is None


def test_observers_change_nothing(observer):
    group = make_organization("Harbor Bakers", note="met at the hall")
    page = observer.browser.page(f"{HERE}/{group.id}")
    for hidden in ("Edit", "Archive", "Log a touch", "met at the hall"):
        assert hidden not in page.text
    assert observer.browser.get(NEW).status_code == 403
    assert observer.browser.get(f"{HERE}/{group.id}/edit").status_code == 403
    token = page.tree.find(".//input[@name='csrf_token']").get("value")
    for what in ("archive", "restore"):
        url = f"{HERE}/{group.id}/{what}"
        assert observer.browser.post(url, data={"csrf_token": token}).status_code == 403


def test_another_coalitions_group_is_as_unknown_as_one_that_never_was(organizer, other_coalition):
    with tenancy.in_coalition(other_coalition.id):
        theirs = make_organization("Prairie Bakers").id
    token = organizer.browser.page(NEW).tree.find(".//input[@name='csrf_token']").get("value")
    for row_id in (theirs, 4711, 2**31, 10**30):
        for path in ("", "/edit", "/contacts/new"):
            assert organizer.browser.get(f"{HERE}/{row_id}{path}").status_code == 404
        for path in ("/edit", "/archive", "/restore"):
            answer = organizer.browser.post(f"{HERE}/{row_id}{path}", data={"csrf_token": token})
            assert answer.status_code == 404
    refused = organizer.browser.submit(
        NEW, "local_number", status=422, name="Harbor Bakers", parent_id=str(theirs)
    )
    assert "Prairie" not in refused.text
    refused = organizer.browser.submit(
        NEW, "local_number", status=422, name="Harbor", parent_name="Prairie Bakers"
    )
    assert refused.text.count("Prairie Bakers") == 0


def test_an_edit_in_the_same_moment_is_told_as_one_before(organizer, coordinator):
    group = make_organization("Harbor Bakers")
    opened = organizer.browser.page(f"{HERE}/{group.id}/edit")
    edit_organization(coordinator.viewer, named("Harbor Bakers"), {"name": "Canal Bakers"}, 1)
    page = organizer.browser.submit(opened, "local_number", status=409)
    assert "Canal Bakers" in page.text
