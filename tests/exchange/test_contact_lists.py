"""Lists of people: whose groups they are of, who is known already, what is refused; and back."""

from __future__ import annotations

from sqlalchemy import select

from crm.core import clock, jobs
from crm.core.db import db
from crm.core.permissions import Role
from crm.exchange.models import Existing, Import, ImportRow, ListKind, RowOutcome
from crm.organizations.models import Contact, Organization
from crm.organizations.queries import search_contacts
from crm.outreach.models import Channel, Outcome
from crm.outreach.operations import Touch, log_touch
from tests.counting import count_queries
from tests.exchange.sheets import IMPORT, csv_of, put_in, read_in, read_rows, take_back, upload
from tests.makers import make_contact, make_organization
from tests.people import Person

HEAD = ["First Name", "Last Name", "Organization", "City", "Title", "Email", "Phone", "Do not call", "Notes"]
PEOPLE = [
    HEAD,
    ["Rosa", "Lark", "Dockers Local 4", "", "President", "rosa@d4.example", "206-555-0101", "", "mornings"],
    ["Sam", "Pine", "dockers local #4", "", "", "office@d4.example; sam@d4.example", "", "yes", ""],
    ["Ana", "Ruiz", "St Marks Parish", "", "Deacon", "ana@parish.example", "555", "", ""],
    ["Lee", "Moss", "Nobody Knows Us", "", "", "lee@x.example", "", "", ""],
    ["Kim", "Fern", "Tenants Union", "", "", "kim@x.example", "", "", ""],
    ["Jo", "Reed", "", "", "", "jo@x.example", "", "", ""],
    ["", "", "Dockers Local 4", "", "", "", "", "", "123-45-6789"],
    ["rosa", "LARK", "Dockers Local 4", "", "", "", "", "", ""],
    ["Mo", "Ash", "Dockers Local 4", "", "", "mo@d4.example", "", "", "123-45-6789"],
]


def known() -> Contact:
    """Two groups of one name, one that is in the directory, and who is known there."""
    make_organization("Dockers Local 4", city="Tacoma", website="https://d4.example")
    parish = make_organization("St. Mark's Parish")
    for city in ("Butte", "Tacoma"):
        make_organization("Tenants Union", city=city)
    return make_contact(parish, "Ana Ruiz", email="ANA@parish.example", phone="206-555-0177")


def people(name: str) -> list[Contact]:
    db.session.rollback()
    query = select(Contact).join(Organization, Organization.id == Contact.organization_id)
    return list(db.session.scalars(query.where(Organization.name == name).order_by(Contact.id)))


def counts() -> dict[str, int]:
    last = db.session.scalars(select(Import).order_by(Import.id.desc())).first()
    assert last is not None
    return {name: last.counts.get(name, 0) for name in ("create", "change", "unchanged", "repeat", "refuse")}


def test_people_come_to_their_groups_once_and_the_rest_is_told_row_by_row(
    organizer: Person, coordinator: Person, coalition, person_in
):
    known()
    result = put_in(organizer, "people.csv", csv_of(PEOPLE))
    assert counts() == {"create": 3, "change": 1, "unchanged": 0, "repeat": 1, "refuse": 4}
    rosa, sam, mo = people("Dockers Local 4")
    assert (rosa.name, rosa.role, rosa.phone) == ("Rosa Lark", "President", "+12065550101")
    assert (rosa.is_primary, sam.is_primary, sam.no_calls_at is not None) == (True, False, True)
    assert (sam.email, sam.note, mo.note) == ("office@d4.example", "sam@d4.example", None)
    [ana] = people("St. Mark's Parish")
    assert (ana.role, ana.phone, ana.email) == ("Deacon", "+12065550177", "ANA@parish.example")
    found = search_contacts(organizer.viewer, "lark")
    assert [contact.name for contact, _group in found] == ["Rosa Lark"]
    page = organizer.browser.page(result).text
    for told in (
        "There is no group called “Nobody Knows Us” here.",
        "More than one group is called “Tenants Union”.",
        "The row names no group.",
        "The row names nobody",
        "The same person as in line 2.",
        "This looks like a person's identity number",
        "“555” is not a telephone number",
    ):
        assert told in page, told
    csv = organizer.browser.get(result + "/problems.csv").text
    assert "Lee,Moss,Nobody Knows Us" in csv and "Rosa,Lark" not in csv
    assert "Mo,Ash,Dockers Local 4" in csv and "123-45-6789" not in csv
    # What people told whoever made the list is that person's and the coordinators' to see.
    for person, status in ((person_in(coalition, Role.ORGANIZER, "Oz Other"), 403), (coordinator, 200)):
        assert person.browser.get(result + "/problems.csv").status_code == status
    put_in(organizer, "people.csv", csv_of(PEOPLE))
    assert counts() == {"create": 0, "change": 0, "unchanged": 4, "repeat": 1, "refuse": 4}
    assert len(people("Dockers Local 4")) == 3


def test_rows_without_a_group_go_to_the_one_that_is_chosen_and_places_tell_groups_apart(organizer: Person):
    known()
    rows = [
        ["First name", "Last name", "Group", "Group city", "EIN", "Organization website", "Mail"],
        ["Jo", "Reed", "", "", "", "", "jo@x.example"],
        ["Kim", "Fern", "Tenants Union", "Butte", "", "", "kim@x.example"],
        ["Pat", "Oak", "Dockers Local 4", "Butte", "", "", "pat@x.example"],
        ["Di", "Elm", "", "", "", "www.d4.example", "di@x.example"],
        ["Al", "Bay", "", "", "77", "", "al@x.example"],
    ]
    parish = db.session.scalars(select(Organization).where(Organization.name == "St. Mark's Parish")).one()
    parish.source, parish.external_id = "ein", "77"
    put_in(organizer, "people.csv", csv_of(rows), into_name="st marks parish")
    assert counts() == {"create": 4, "change": 0, "unchanged": 0, "repeat": 0, "refuse": 1}
    assert [one.name for one in people("St. Mark's Parish")] == ["Ana Ruiz", "Jo Reed", "Al Bay"]
    assert [one.name for one in people("Dockers Local 4")] == ["Di Elm"]
    [kim] = people("Tenants Union")
    assert db.session.get_one(Organization, kim.organization_id).city == "Butte"


def test_who_is_known_is_changed_field_by_field_and_an_office_address_makes_nobody_one(organizer: Person):
    ana = known()
    head = ["Full name", "Organization", "Role", "E-mail", "Phone", "Since"]
    rows = [
        head,
        ["Ana M. Ruiz", "St. Mark's Parish", "Deacon", "ana@parish.example", "206-555-0199", "2025-01-31"],
        ["Bo Stone", "St. Mark's Parish", "", "ana@parish.example", "", ""],
    ]
    preview = organizer.browser.page(read_in(organizer, "people.csv", csv_of(rows)))
    assert "Phone: ••• → +12065550199" in preview.text and "0177" not in preview.text
    assert "+12065550177" not in preview.text
    result = put_in(organizer, "people.csv", csv_of(rows))
    changed, other = people("St. Mark's Parish")
    assert (changed.name, changed.phone, changed.since_on) == ("Ana M. Ruiz", "+12065550199", clock_day())
    assert (other.name, other.is_primary, changed.is_primary) == ("Bo Stone", False, False)
    filled = [head, ["Ana M. Ruiz", "St. Mark's Parish", "Treasurer", "", "206-555-0111", ""]]
    put_in(organizer, "fill.csv", csv_of(filled), Existing.FILL)
    assert people("St. Mark's Parish")[0].phone == "+12065550199"
    take_back(organizer, result)
    [back] = people("St. Mark's Parish")
    assert (back.id, back.name, back.role, back.phone) == (ana.id, "Ana Ruiz", "", "+12065550177")
    assert (back.email, back.since_on) == ("ANA@parish.example", None)


def clock_day() -> object:
    return clock.now().date().replace(year=2025, month=1, day=31)


def test_people_whom_nothing_names_go_when_the_import_is_undone(organizer: Person):
    known()
    rows = [HEAD, *(row for row in PEOPLE[1:3])]
    result = put_in(organizer, "people.csv", csv_of(rows))
    rosa, _sam = people("Dockers Local 4")
    group = db.session.get_one(Organization, rosa.organization_id)
    log_touch(organizer.viewer, group, Touch(Channel.CALL, Outcome.REACHED, clock.now(), rosa.id))
    db.session.commit()
    asked = organizer.browser.page(result + "/undo")
    assert "Undo: remove 1, set back 0" in asked.text and "or something names them" in asked.text
    take_back(organizer, result)
    assert [one.name for one in people("Dockers Local 4")] == ["Rosa Lark"]
    undone = organizer.browser.page(result).text
    assert "Rosa Lark" in undone and "Sam Pine" not in undone
    put_in(organizer, "people.csv", csv_of(rows))
    assert counts()["create"] == 1


def test_what_a_list_is_of_is_found_out_and_can_be_said(organizer: Person):
    known()
    columns = upload(organizer.browser, "people.csv", csv_of(PEOPLE[:3]))
    assert "People who act for groups" in columns.text and "Asks not to be called" in columns.text
    waiting = organizer.browser.submit(columns, "field", status=422, into_name="Nowhere Group")
    assert "There is no group called “Nowhere Group”" in waiting.text
    waiting = organizer.browser.submit(columns, "field", into_name="Dockers Local 4")
    jobs.run_all()
    assert "2 to create" in organizer.browser.page(waiting.url).text.replace("to create 2", "2 to create")
    again = organizer.browser.submit(columns, "header_line", about="organizations")
    assert "Kind of group" in again.text
    rows = [["Person", "Org", "Cell"], ["Rosa Lark", "Dockers Local 4", "206-555-0101"]]
    preview = read_rows(organizer.browser, "crew.csv", csv_of(rows), about="contacts")
    assert "Rosa Lark" in preview.text or "Dockers Local 4" in preview.text


def test_pages_of_many_people_cost_what_those_of_few_do(organizer: Person):
    known()
    spent = []
    for count in (3, 30):
        rows = [
            ["Full name", "Group", "Mail"],
            *([f"P{n} Elm", "Dockers Local 4", f"p{n}@x.example"] for n in range(count)),
        ]
        page = read_in(organizer, "people.csv", csv_of(rows))
        spent.append(count_queries(lambda page=page: organizer.browser.page(page)))
    assert spent[0] == spent[1] <= 8
    assert db.session.scalars(select(Import.about).distinct()).all() == [ListKind.CONTACTS]
    assert db.session.scalars(select(ImportRow.outcome).distinct()).all() == [RowOutcome.CREATE]
    assert organizer.browser.page(IMPORT).text.count("People who act for groups") >= 2
