"""The upload: sent again, with another file, too large; and what is odd in the cells."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from crm.core import files, jobs
from crm.core.db import db
from crm.exchange.contact_cells import parse_contact, split_name
from crm.exchange.models import Import
from crm.exchange.operations import uploads as upload_operations
from crm.exchange.views import blueprint
from crm.exchange.views import uploads as views
from crm.organizations.models import Contact, Organization
from tests.exchange.sheets import IMPORT, csv_of, put_in, read_in, send_file
from tests.pages import defaults
from tests.people import Person

ONE = csv_of([["Name", "City"], ["Carpenters Local 30", "Butte"]])
OTHER = csv_of([["Name", "City"], ["Dockers Local 4", "Tacoma"]])
MIXED = "Local 6 – Maria 206-555-0101"


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_form_with_the_same_file_is_the_same_import(organizer: Person):
    page = organizer.browser.page(IMPORT)
    shown = [
        organizer.browser.submit(page, "file", file=(io.BytesIO(ONE), name)).url
        for name in ("one.csv", "one.csv", "renamed.csv")
    ]
    assert len(set(shown)) == count(Import) == count(files.StoredFile) == 1


def test_the_same_form_with_another_file_shows_that_other_file(organizer: Person):
    page = organizer.browser.page(IMPORT)
    organizer.browser.submit(page, "file", file=(io.BytesIO(ONE), "list.csv"))
    second = organizer.browser.submit(page, "file", file=(io.BytesIO(OTHER), "list.csv"))
    assert "Dockers Local 4" in second.text and "Carpenters" not in second.text
    assert count(Import) == 2


def test_a_press_that_arrives_twice_at_once_keeps_one_file(
    organizer: Person, monkeypatch: pytest.MonkeyPatch
):
    page = organizer.browser.page(IMPORT)
    first = organizer.browser.submit(page, "file", file=(io.BytesIO(ONE), "list.csv"))
    genuine, asked = views.find_by_form_key, []

    def not_yet(key: str) -> Import | None:
        asked.append(key)
        return None if len(asked) == 1 else genuine(key)

    monkeypatch.setattr(views, "find_by_form_key", not_yet)
    second = organizer.browser.submit(page, "file", file=(io.BytesIO(ONE), "list.csv"))
    assert (second.url, count(Import), count(files.StoredFile)) == (first.url, 1, 1)


@pytest.fixture
def one_megabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of up to 1 MB are taken, so that a test need not send fifty."""
    for module in (upload_operations, blueprint, views):
        monkeypatch.setattr(module, "LARGEST", 1024 * 1024, raising=False)


def test_a_file_that_is_too_large_is_told_beside_the_field(organizer: Person, one_megabyte: None):
    values = defaults(organizer.browser.page(IMPORT).form("file"))
    answer = send_file(organizer.browser, IMPORT, "large.csv", ONE + b"x" * 2_500_000, **values)
    assert answer.status_code == 413
    told = "This file is 3 MB; up to 1 MB can be imported. Split it or save it as CSV."
    assert told in answer.text and 'type="file"' in answer.text
    assert count(Import) == count(files.StoredFile) == 0


def test_who_may_not_import_learns_nothing_of_the_page_by_a_large_file(
    observer: Person, outsider: Person, one_megabyte: None
):
    for person in (observer, outsider):
        answer = send_file(person.browser, IMPORT, "large.csv", b"x" * 2_500_000)
        assert answer.status_code == 413
        assert 'type="file"' not in answer.text and "Import" not in answer.text


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (MIXED, "Local 6"),
        ("Local 6 Maria 206-555-0101", "Local 6"),
        ("Maria, Local 6, 206.555.0101", "Local 6"),
        ("Teamsters Local 6 - Maria (cell) (206) 555-0101", "Teamsters Local 6"),
        ("Local 6 Maria y Juan 206-555-0101", "Local 6"),
        # A number that nobody can have is still a number.
        ("Local 6 - Maria 123-456-7890", "Local 6"),
        # What is no person stays in the name.
        ("Local 6 Carpenters Union 206-555-0101", "Local 6 Carpenters Union"),
    ],
)
def test_a_local_is_told_from_the_person_in_its_cell(cell: str, name: str):
    assert split_name(cell) == (name, cell)
    assert parse_contact(cell) is not None and parse_contact(cell).name == ""


def test_a_name_with_a_person_in_its_cell_is_named_and_the_rest_kept_whole(organizer: Person):
    rows = [["Name", "Contact", "Phone"], [MIXED, "Ana Ruiz, ana@parish.example", ""]]
    preview = organizer.browser.page(read_in(organizer, "groups.csv", csv_of(rows)))
    assert "Name: More than a name stands here: the group is called “Local 6”" in preview.text
    organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    group = db.session.scalars(select(Organization)).one()
    assert (group.name, group.note) == ("Local 6", MIXED)
    contact = db.session.scalars(select(Contact)).one()
    assert (contact.name, contact.email, contact.phone) == ("Ana Ruiz", "ana@parish.example", None)


def test_a_contact_cell_that_mixes_a_local_and_a_person_is_a_note_and_names_a_nameless_row(organizer: Person):
    rows = [["Name", "Contact"], ["Tinsmiths", MIXED], ["", MIXED.replace("6", "7")], ["", "Maria Gomez"]]
    preview = organizer.browser.page(read_in(organizer, "groups.csv", csv_of(rows)))
    told = organizer.browser.page(preview.url + "/rows/told").text
    assert told.count("This is not plainly one person: all of it was put into the note.") == 2
    assert "this cell names “Local 7”" in told
    organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    notes = {group.name: group.note for group in db.session.scalars(select(Organization))}
    assert notes == {"Tinsmiths": f"Contact: {MIXED}", "Local 7": f"Contact: {MIXED.replace('6', '7')}"}
    assert count(Contact) == 0


def test_the_note_is_not_in_the_database_in_the_clear(organizer: Person):
    put_in(organizer, "groups.csv", csv_of([["Name", "City"], [MIXED, "Butte"]]))
    for table, column in (("organization", "note"), ("import_row", "said")):
        stored = db.session.connection().exec_driver_sql(f"SELECT {column} FROM {table}").scalar_one()
        assert stored and b"Maria" not in bytes(stored) and b"555" not in bytes(stored)


def test_a_name_like_a_formula_is_told_kept_as_text_and_guarded_when_it_goes_out(organizer: Person):
    names = ["=Sum of us", "+Plus Ultra", "-Dash", "@tenants", "Plain = Name"]
    preview = organizer.browser.page(
        read_in(organizer, "groups.csv", csv_of([["Name"], *([name] for name in names)]))
    )
    told = organizer.browser.page(preview.url + "/rows/told").text
    assert told.count("looks like a formula; it is imported as text") == 4
    organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    assert set(db.session.scalars(select(Organization.name))) == set(names)
    form = organizer.browser.page("/harbor/organize/organizations/").form("groups.csv")
    listed = organizer.browser.post(form.get("action"), data=defaults(form)).text
    for name in names[:4]:
        assert f"'{name}" in listed and f"\n{name}" not in listed
