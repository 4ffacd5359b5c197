"""Groups given to somebody: said before in numbers, one's own and nobody's at one click, taken back."""

from __future__ import annotations

from sqlalchemy import select

from crm.core import tenancy
from crm.core.db import db
from crm.organizations.models import Organization, OrganizationKind
from tests.makers import make_organization, make_organizations
from tests.organizations.test_directory import HERE, names
from tests.pages import defaults, text_of


def assignees() -> dict[str, int | None]:
    rows = db.session.execute(select(Organization.name, Organization.assignee_id))
    return {row.name: row.assignee_id for row in rows}


def test_ticked_groups_are_given_after_saying_how_many_and_taken_back(organizer, coordinator):
    first, second = make_organization("Harbor Bakers"), make_organization("Harbor Butchers")
    make_organization("Quiet Neighbors")
    second.assignee_id = organizer.user.id
    confirm = organizer.browser.submit(
        HERE, "which", id=[str(first.id), str(second.id)], assignee_id=str(coordinator.user.id)
    )
    assert "This gives 2 groups to Cora Dinator. 1 has nobody now." in confirm.text
    assert "1 is with Omar Ganizer now." in confirm.text
    assert assignees()["Harbor Bakers"] is None
    done = organizer.browser.submit(confirm, "assignee_id")
    assert "Gave 2 groups to Cora Dinator." in done.text
    assert assignees() == {
        "Harbor Bakers": coordinator.user.id,
        "Harbor Butchers": coordinator.user.id,
        "Quiet Neighbors": None,
    }
    organizer.browser.submit(done, "/undo")
    assert assignees() == {
        "Harbor Bakers": None,
        "Harbor Butchers": organizer.user.id,
        "Quiet Neighbors": None,
    }


def test_all_that_match_are_given_with_those_on_other_pages(organizer):
    make_organizations(70, kind=OrganizationKind.UNION)
    make_organization("Harbor Bakers")
    confirm = organizer.browser.submit(HERE + "?kind=union", "which", which="all")
    assert "This gives 70 groups to Omar Ganizer" in confirm.text
    done = organizer.browser.submit(confirm, "assignee_id")
    assert "Gave 70 groups" in done.text
    assert "kind=union" in done.response.request.full_path
    assert list(assignees().values()).count(organizer.user.id) == 70


def test_one_click_shows_ones_own_groups_and_those_of_nobody_with_their_number(organizer, observer):
    make_organizations(3)
    make_organization("Harbor Bakers", assignee_id=organizer.user.id)
    page = organizer.browser.page(HERE)
    current = page.tree.findall(".//nav[@class='views']/a[@aria-current]")
    assert [text_of(link) for link in current] == ["All groups"]
    assert names(organizer.browser.page(page.links()["My groups 1"])) == ["Harbor Bakers"]
    page = organizer.browser.page(page.links()["Nobody looks after 3"])
    assert len(names(page)) == 3
    # Given to whose they are already, nothing would change.
    confirm = organizer.browser.submit(HERE + "?assignee=me", "which", which="all")
    assert "Nothing would change hands. 1 stays as it is." in confirm.text
    assert not any(link.startswith("My groups") for link in observer.browser.page(HERE).links())


def test_nothing_ticked_gives_nothing(organizer):
    make_organization("Harbor Bakers")
    page = organizer.browser.submit(HERE, "which")
    assert "No group is chosen" in page.text


def test_undoing_leaves_what_went_on_to_somebody_else(organizer, coordinator):
    bakers, butchers = make_organization("Harbor Bakers"), make_organization("Harbor Butchers")
    confirm = organizer.browser.submit(HERE, "which", which="all", assignee_id=str(organizer.user.id))
    done = organizer.browser.submit(confirm, "assignee_id")
    db.session.get_one(Organization, bakers.id).assignee_id = coordinator.user.id
    organizer.browser.submit(done, "/undo")
    assert assignees() == {bakers.name: coordinator.user.id, butchers.name: None}


def test_groups_go_to_nobody_of_another_coalition_and_none_of_theirs_are_taken(
    organizer, outsider, other_coalition
):
    make_organization("Harbor Bakers")
    with tenancy.in_coalition(other_coalition.id):
        theirs = make_organization("Prairie Bakers").id
    page = organizer.browser.submit(HERE, "which", which="all")
    refused = organizer.browser.submit(page, "assignee_id", status=422, assignee_id=str(outsider.user.id))
    assert assignees() == {"Harbor Bakers": None}
    assert "Choose one of those offered here." in refused.text
    assert "No group is chosen" in organizer.browser.submit(HERE, "which", id=str(theirs)).text
    form = page.form("assignee_id")
    sent = {**defaults(form), "which": "ticked", "id": str(theirs)}
    assert "Gave" not in organizer.browser.post(form.get("action"), data=sent, follow_redirects=True).text
    with tenancy.across_coalitions():
        assert db.session.get_one(Organization, theirs).assignee_id is None


def test_observers_give_nothing(observer):
    make_organization("Harbor Bakers")
    assert "Give groups to somebody" not in observer.browser.page(HERE).text
    assert observer.browser.get(HERE + "assign").status_code == 403
