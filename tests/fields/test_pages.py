"""Fields of a coalition's own: among the settings, in the listing's form, on its page, in the list."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from sqlalchemy import select

from crm.core import clock
from crm.core.db import db
from crm.events.models import Event
from crm.fields.definitions import FieldKind, Subject
from crm.fields.operations import add_field, put_values
from crm.fields.queries import list_values, own_fields
from crm.organizations.models import Organization
from tests.counting import count_queries
from tests.makers import PROGRAM, make_organization
from tests.pages import defaults

SETTINGS = "/harbor/organize/settings/fields/"
LIST = "/harbor/organize/organizations/"
GROUP = Subject.ORGANIZATION


def define() -> list[int]:
    """One field of each kind, on groups."""
    kinds = {kind: ("Bread", "Soup") if kind is FieldKind.CHOICE else () for kind in FieldKind}
    return [add_field(PROGRAM, GROUP, f"Own {kind}", kind, some, "").id for kind, some in kinds.items()]


def test_coordinators_define_fields(coordinator, organizer):
    page = coordinator.browser.page(SETTINGS)
    form = coordinator.browser.page(page.links()["Add a field"])
    wrong = coordinator.browser.submit(form, "kind", status=422, label="Meal", kind="choice", choices="Bread")
    assert "Give two choices or more" in wrong.text
    wished = {"subject": "event", "kind": "choice", "choices": "Bread\n Soup \n"}
    page = coordinator.browser.submit(wrong, "kind", label="Meal", **wished)
    assert "Added “Meal”." in page.text
    coordinator.browser.submit(form, "kind", label="Seats", kind="number")
    page = coordinator.browser.submit(form, "kind", label="Hall", kind="yes_no")
    page = coordinator.browser.submit(page, "/3/up")
    assert [one.label for one in own_fields().of(GROUP)] == ["Hall", "Seats"]
    edit = coordinator.browser.page(page.links()["Edit Meal"])
    page = coordinator.browser.submit(
        edit, "choice_1", label="Food", choice_1="Rolls", choice_2="", choices="Rice"
    )
    assert "Rolls, Rice" in page.text
    again = coordinator.browser.page(page.links()["Edit Food"])
    assert "it was “Soup”" in again.text
    page = coordinator.browser.submit(page, "/1/retire")
    assert "Put away “Food”." in page.text
    assert "with what stood in it" in coordinator.browser.submit(page, "/1/restore").text
    assert organizer.browser.get(SETTINGS).status_code == 403
    assert coordinator.browser.get(SETTINGS + "99").status_code == 404


def test_a_listing_holds_them_from_its_form_to_the_list(organizer, observer):
    text, number, day, choice, yes_no = define()
    form = organizer.browser.page(LIST + "new")
    typed = {f"field_{text}": "Mary", f"field_{number}": "x", f"field_{day}": "2026-11-28"}
    wrong = organizer.browser.submit(form, "name", status=422, name="Harbor Bakers", **typed)
    assert wrong.errors() == ["Write a number, such as 25 or 2.5."]
    own = {f"field_{number}": "80.5", f"field_{choice}": "2", f"field_{yes_no}": "no"}
    page = organizer.browser.submit(wrong, "name", **own)
    facts = ["".join(one.itertext()) for one in page.tree.find(".//dl[@class='facts']")]
    own_facts = dict(zip(facts[::2], facts[1::2], strict=True))
    assert [own_facts[f"Own {kind}"] for kind in FieldKind] == [
        "Mary",
        "80.5",
        "November 28, 2026",
        "Soup",
        "no",
    ]
    make_organization("Harbor Butchers")
    for query, count in (
        (f"field-{text}=MAR", 1),
        (f"field-{number}-from=80&field-{number}-to=81", 1),
        (f"field-{number}-from=81", 0),
        (f"field-{day}-to=2026-11-28&field-{choice}=2&field-{yes_no}=no", 1),
        (f"field-{day}-to=rubbish", 0),
        ("field-999=x", 0),
    ):
        listed = observer.browser.page(f"{LIST}?{query}")
        assert ("Harbor Bakers" in listed.text) == bool(count), query
        assert "Harbor Butchers" not in listed.text, query
    out = organizer.browser.page(LIST).form("groups.csv")
    answer = organizer.browser.post(out.get("action"), data=defaults(out))
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][8:] == ["Own text", "Own number", "Own date", "Own choice", "Own yes_no"]
    assert rows[1][8:] == ["Mary", "80.5", "2026-11-28", "Soup", "no"]
    assert rows[2][8:] == [""] * 5


def test_two_who_edit_at_once_see_each_others_values(organizer, coordinator):
    text, *_others = define()
    group = make_organization("Harbor Bakers")
    page = organizer.browser.page(f"{LIST}{group.id}/edit")
    coordinator.browser.submit(f"{LIST}{group.id}/edit", "name", **{f"field_{text}": "theirs"})
    both = organizer.browser.submit(page, "name", status=409, **{f"field_{text}": "mine"})
    assert "Own text theirs mine" in " ".join(both.tree.find(".//tbody/tr").itertext())
    organizer.browser.submit(both, "name")
    assert list_values(GROUP, group.id) == {text: "mine"}


def test_lists_cost_the_same_with_three_groups_and_thirty(organizer):
    fields = define()
    url = f"{LIST}?field-{fields[0]}=word"

    def make(count: int, name: str) -> None:
        for number in range(count):
            group = make_organization(f"{name} {number}")
            put_values(GROUP, group.id, {fields[0]: "word", fields[1]: str(number)})

    make(3, "Bakers")
    few = count_queries(lambda: organizer.browser.page(url))
    make(27, "Butchers")
    assert count_queries(lambda: organizer.browser.page(url)) == few
    assert db.session.query(Organization).count() == 30


def test_an_event_holds_them_from_its_editor_to_its_page(organizer, coordinator, observer):
    meal = add_field(PROGRAM, Subject.EVENT, "Meal", FieldKind.CHOICE, ("Bread", "Soup"), "").id
    seats = add_field(PROGRAM, Subject.EVENT, "Seats", FieldKind.NUMBER, (), "").id
    day = clock.now().date() + timedelta(days=30)
    typed = {"title": "Kitchen night", "starts_on": day.isoformat(), "starts_at": "18:00", "ends_at": "20:00"}
    own = {f"field_{meal}": "2", f"field_{seats}": "40"}
    read = organizer.browser.submit("/harbor/organize/events/new", "title", **typed, **own)
    page = organizer.browser.submit(read, "title")
    assert "More about it Meal Soup Seats 40" in page.text.replace("Meal", "Meal ").replace(
        "Seats", " Seats "
    ).replace("  ", " ")
    [event] = db.session.scalars(select(Event))
    here = f"/harbor/organize/events/{event.slug}"
    assert "Soup" in observer.browser.page(here).text
    fitting = (f"{meal}=2", f"{seats}-from=40", "99=x")
    for asked in (*fitting, f"{meal}=1", f"{seats}-to=39", f"{seats}-from=many"):
        listed = observer.browser.page(f"/harbor/organize/events/?field-{asked}").text
        assert ("Kitchen night" in listed) is (asked in fitting), asked
    # Of two who change it at once the second sees both.
    first, second = organizer.browser.page(here + "/edit"), coordinator.browser.page(here + "/edit")
    read = organizer.browser.submit(first, "title", **{f"field_{seats}": "50"})
    organizer.browser.submit(read, "title")
    both = coordinator.browser.submit(second, "title", status=422, **{f"field_{seats}": "60"})
    assert "Somebody else changed" in both.text
    read = coordinator.browser.submit(both, "title")
    coordinator.browser.submit(read, "title")
    assert list_values(Subject.EVENT, event.id) == {meal: "2", seats: "60"}
