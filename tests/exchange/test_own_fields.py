"""A column of a list that is a field of the coalition's own: guessed, read, compared, put, taken back."""

from __future__ import annotations

from sqlalchemy import select

from crm.core import jobs
from crm.core.db import db
from crm.fields.definitions import FieldKind, Subject
from crm.fields.operations import add_field, put_values, retire_field
from crm.fields.queries import list_values
from crm.organizations.models import Organization
from tests.exchange.sheets import csv_of, put_in, read_rows
from tests.makers import PROGRAM, make_organization

GROUP = Subject.ORGANIZATION
ROWS = [
    ["Name", "City", "Seats", "Member since", "Meal", "Hall", "Motto"],
    ["Harbor Bakers", "Seattle", "1,200", "3 Nov 2025", "soup", "No", "Bread for all"],
    ["Harbor Butchers", "Seattle", "many", "", "Cake", "perhaps", "123-45-6789"],
    ["Harbor Brewers", "Seattle", "7", "", "", "", ""],
]


def values(name: str) -> dict[int, str]:
    group = db.session.scalar(select(Organization.id).where(Organization.name == name))
    return list_values(GROUP, group or 0)


def test_own_fields_come_in_with_a_list_and_go_with_it(organizer):
    kinds = {"Seats": FieldKind.NUMBER, "Member since": FieldKind.DATE, "Hall": FieldKind.YES_NO}
    seats, since, hall = (add_field(PROGRAM, GROUP, *one, (), "").id for one in kinds.items())
    meal = add_field(PROGRAM, GROUP, "Meal", FieldKind.CHOICE, ("Bread", "Soup"), "").id
    motto = add_field(PROGRAM, GROUP, "Motto", FieldKind.TEXT, (), "").id
    brewers = make_organization("Harbor Brewers", city="Seattle")
    put_values(GROUP, brewers.id, {seats: "5", motto: "Hops"})
    preview = read_rows(organizer.browser, "groups.csv", csv_of(ROWS))
    assert "“many” can't stand in “Seats”." in preview.text
    assert "“Cake” can't stand in “Meal”." in preview.text
    assert "Seats: 5 → 7" in preview.text, preview.text
    done = organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    bakers = {seats: "1200", since: "2025-11-03", meal: "2", hall: "no", motto: "Bread for all"}
    assert (values("Harbor Bakers"), values("Harbor Butchers")) == (bakers, {})
    assert values("Harbor Brewers") == {seats: "7", motto: "Hops"}
    # The same list again changes nothing.
    put_in(organizer, "groups.csv", csv_of(ROWS))
    assert values("Harbor Brewers") == {seats: "7", motto: "Hops"}
    # Taken back, all is as it was, in a field that was put away meanwhile too; the groups that it made are
    # gone with what stood in their fields.
    result = organizer.browser.page(done.url)
    undo = organizer.browser.page(next(url for url in result.links().values() if url.endswith("/undo")))
    retire_field(PROGRAM, seats, retired=True)
    organizer.browser.submit(undo, "/undo")
    jobs.run_all()
    assert [one.name for one in db.session.scalars(select(Organization))] == ["Harbor Brewers"]
    assert values("Harbor Brewers") == {seats: "5", motto: "Hops"}
