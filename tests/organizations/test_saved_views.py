"""The list as a member likes it: columns chosen, views of it kept, shared, changed and deleted."""

from __future__ import annotations

import csv
import io

from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.core.permissions import Role
from crm.fields.definitions import FieldKind, Subject
from crm.fields.operations import add_field, put_values
from crm.organizations.models import OrganizationKind, SavedView
from crm.organizations.operations.saved_views import MOST
from tests.makers import PROGRAM, make_organization
from tests.organizations.test_directory import HERE, names
from tests.pages import Page, defaults, text_of

VIEWS = HERE + "views"
UNIONS = "?kind=union&sort=-size&columns=sector.size"


def heads(page: Page) -> list[str]:
    return [text_of(head) for head in page.tree.findall(".//thead/tr/th")]


def above(page: Page) -> list[str]:
    """The views that stand above the list."""
    return [text_of(link) for link in page.tree.findall(".//nav[@class='views']/a")]


def current(page: Page) -> list[str]:
    return [text_of(link) for link in page.tree.findall(".//nav[@class='views']/a[@aria-current]")]


def save(browser, query: str, name: str, **typed) -> Page:
    return browser.submit(f"{VIEWS}/save{query}", "form_key", name=name, **typed)


def test_columns_are_chosen_and_the_csv_has_exactly_these(organizer):
    seats = add_field(PROGRAM, Subject.ORGANIZATION, "Seats", FieldKind.NUMBER, (), "")
    bakers = make_organization("Harbor Bakers", sector="food", website="https://bakers.example")
    make_organization("Quiet Neighbors")
    put_values(Subject.ORGANIZATION, bakers.id, {seats.id: "1200"})
    page = organizer.browser.page(HERE + "?sort=-name")
    chosen = ["sector", "website", f"field-{seats.id}", "nonsense", "field-99999999"]
    page = organizer.browser.submit(page.links()["Columns"], "chosen", column=chosen)
    assert heads(page) == ["Choose", "Name", "Sector", "Website", "Seats"]
    assert names(page) == ["Quiet Neighbors", "Harbor Bakers"]
    row = page.tree.findall(".//tbody/tr")[1]
    assert [text_of(cell) for cell in row.findall("td")] == ["", "food", "bakers.example", "1,200"]
    form = page.form("groups.csv")
    taken = organizer.browser.post(form.get("action"), data=defaults(form))
    lines = list(csv.reader(io.StringIO(taken.text.lstrip("\ufeff"))))
    assert lines[0] == ["Name", "Sector", "Website", "Tags", "Seats"]
    assert lines[2] == ["Harbor Bakers", "food", "https://bakers.example", "", "1200"]
    # None at all: the name alone; and back to the usual ones, in the order that was chosen.
    page = organizer.browser.submit(page.links()["Columns"], "chosen", column=None)
    assert heads(page) == ["Choose", "Name"]
    page = organizer.browser.page(organizer.browser.page(page.links()["Columns"]).links()["The usual ones"])
    assert heads(page)[2:] == ["Kind", "Stage", "Place", "People", "Looked after by", "Last touch"]
    assert names(page) == ["Quiet Neighbors", "Harbor Bakers"]


def test_a_view_is_kept_opened_renamed_and_deleted_with_a_way_back(organizer):
    make_organization("Teamsters Local 6", kind=OrganizationKind.UNION, sector="transport", size=9)
    make_organization("Quiet Neighbors")
    page = organizer.browser.page(HERE + UNIONS)
    page = organizer.browser.submit(page.links()["Save this view"], "form_key", name="Big unions")
    assert current(page) == ["Big unions"]
    assert "Save this view" not in page.links()
    page = organizer.browser.page(organizer.browser.page(HERE).links()["Big unions"])
    assert (names(page), heads(page)[2:]) == (["Teamsters Local 6"], ["Sector", "People"])
    # The same address in another order of its parts is the same view.
    assert current(organizer.browser.page(HERE + "?sort=-size&columns=size.sector&kind=union")) == [
        "Big unions"
    ]
    page = save(organizer.browser, "?kind=union", "Big unions", status=422)
    assert page.errors() == ["A view of this name is kept already. Choose another name."]
    assert organizer.browser.submit(page, "form_key", status=422, name=" ").errors() == ["Give it a name."]
    page = organizer.browser.page(VIEWS)
    page = organizer.browser.submit(page.links()["Change Big unions"], "name", name="Unions by size")
    assert page.links()["Unions by size"].endswith("columns=sector.size")
    page = organizer.browser.submit(page, "/delete")
    assert "No saved view yet" in page.text
    page = organizer.browser.submit(page, "/views/save")
    assert current(page) == ["Unions by size"]


def test_who_sees_a_view_and_who_changes_it(organizer, coordinator, observer, outsider, person_in, coalition):
    make_organization("Harbor Bakers", kind=OrganizationKind.UNION)
    limited = person_in(coalition, Role.LIMITED, "Lina Mited")
    save(organizer.browser, "?kind=union", "Ours", shared="y")
    save(organizer.browser, "?kind=other", "Mine")
    assert above(organizer.browser.page(HERE))[3:] == ["Mine", "Ours"]
    assert above(observer.browser.page(HERE))[2:] == ["Ours"]
    assert above(limited.browser.page(HERE + "?kind=union")) == ["My groups"]
    # What somebody limited keeps is theirs alone, whatever they send.
    save(limited.browser, "?kind=union", "Theirs", shared="y")
    theirs = db.session.scalars(select(SavedView).where(SavedView.name == "Theirs")).one()
    assert not theirs.shared
    ours, mine = db.session.scalars(
        select(SavedView).where(SavedView.name != "Theirs").order_by(SavedView.id)
    )
    for browser, view, status in (
        (coordinator.browser, ours, 200), (coordinator.browser, mine, 404), (observer.browser, ours, 403),
        (limited.browser, ours, 404), (outsider.browser, ours, 404),
    ):  # fmt: skip
        assert browser.get(f"{VIEWS}/{view.id}").status_code == status
    assert observer.browser.get(f"{VIEWS}/save?kind=union").status_code == 403
    assert "Change Ours" not in observer.browser.page(VIEWS).links()
    coordinator.browser.submit(f"{VIEWS}/{ours.id}", "name", shared=None)
    assert above(observer.browser.page(HERE))[2:] == []
    deeds = db.session.scalars(select(AuditEntry.action).where(AuditEntry.record == "saved_view"))
    assert sorted(deeds) == ["view.share", "view.unshare"]


def test_pressed_twice_is_kept_once_and_there_is_an_end(organizer):
    make_organization("Harbor Bakers")
    page = organizer.browser.page(f"{VIEWS}/save?kind=union")
    typed = {**defaults(page.form("form_key")), "name": "Ours"}
    for _press in range(2):
        assert organizer.browser.post(f"{VIEWS}/save?kind=union", data=typed).status_code == 303
    assert db.session.scalars(select(SavedView.name)).all() == ["Ours"]
    for number in range(1, MOST):
        row = {"user_id": organizer.user.id, "query": "kind=union", "shared": False}
        one = db.session.scalars(select(SavedView)).first()
        db.session.add(SavedView(**row, name=f"View {number}", created_at=one.created_at))
    assert "You keep 30 views already." in save(organizer.browser, "?kind=other", "More", status=422).text
    assert "there is a view to save" in organizer.browser.page(f"{VIEWS}/save").text
