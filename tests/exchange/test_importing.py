"""An organizer brings in a list: the upload, the columns, the preview, the result."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from crm.audit.models import AuditEntry
from crm.core import jobs, tenancy
from crm.core.db import db
from crm.demands.models import Decision, StandRecord, StandState
from crm.exchange.models import Import, ImportRow, ImportState
from crm.organizations.models import Contact, Organization, OrganizationKind, Stage
from crm.outreach.models import Interaction
from tests.demands.makers import adopted_demand
from tests.exchange.sheets import (
    IMPORT,
    MESSY,
    bring_in,
    csv_of,
    put_in,
    read_in,
    read_rows,
    upload,
    xlsx_of,
)
from tests.makers import make_contact, make_organization
from tests.people import Person

GROUPS = [
    ["Name", "City", "State", "Members", "Parent organization"],
    ["Harbor Labor Council", "Seattle", "WA", "", ""],
    ["Carpenters Local 30", "Seattle", "WA", "1,200", "Harbor Labor Council"],
    ["Dockers Local 4", "Tacoma", "WA", "~300", "Nobody Knows Council"],
]


def group(name: str) -> Organization:
    return db.session.scalars(select(Organization).where(Organization.name == name)).one()


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_list_is_looked_over_and_then_brought_in(organizer: Person):
    preview = read_rows(organizer.browser, "groups.csv", csv_of(GROUPS))
    assert "3 to create" in preview.text.replace("to create 3", "3 to create")
    assert "There is no group called “Nobody Knows Council”" in preview.text
    assert count(Organization) == 0
    waiting = organizer.browser.submit(preview, "/apply")
    assert "Importing" in waiting.text
    jobs.run_all()
    result = organizer.browser.page(waiting.url)
    assert "Imported" in result.text
    carpenters = group("Carpenters Local 30")
    assert (carpenters.size, carpenters.city, carpenters.parent_id) == (
        1200,
        "Seattle",
        group("Harbor Labor Council").id,
    )
    assert group("Dockers Local 4").parent_id is None


def test_the_same_list_again_creates_and_changes_nothing(organizer: Person):
    put_in(organizer, "groups.csv", csv_of(GROUPS))
    edition = group("Carpenters Local 30").edition
    again = organizer.browser.page(put_in(organizer, "groups.csv", csv_of(GROUPS)))
    assert count(Organization) == 3
    assert group("Carpenters Local 30").edition == edition
    assert db.session.scalars(select(Import.counts).order_by(Import.id.desc())).first()["unchanged"] == 3
    assert "Imported" in again.text


def test_what_a_row_changes_is_shown_field_by_field_and_an_empty_cell_wipes_nothing(organizer: Person):
    make_organization(
        "Carpenters Local 30", city="Seattle", state="WA", size=900, website="https://c30.example"
    )
    rows = [
        ["Name", "City", "State", "Members", "Website"],
        ["CARPENTERS LOCAL #30", "Seattle", "WA", "950", ""],
    ]
    preview = organizer.browser.page(read_in(organizer, "groups.csv", csv_of(rows)))
    assert "People represented: 900 → 950" in preview.text
    organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    carpenters = group("Carpenters Local 30")
    assert (carpenters.size, carpenters.website) == (950, "https://c30.example")


def test_only_what_is_empty_is_filled_where_that_was_chosen(organizer: Person):
    make_organization("Carpenters Local 30", city="Seattle", state="WA", size=900)
    rows = [
        ["Name", "City", "State", "Members", "Sector"],
        ["Carpenters Local 30", "Seattle", "WA", "950", "Trades"],
    ]
    bring_in(organizer.browser, "groups.csv", csv_of(rows), existing="fill")
    carpenters = group("Carpenters Local 30")
    assert (carpenters.size, carpenters.sector) == (900, "Trades")


def test_an_id_of_the_list_finds_its_group_under_another_name(organizer: Person):
    head = ["EIN", "Name", "City", "State"]
    put_in(organizer, "a.csv", csv_of([head, ["123", "Old Name", "Butte", "MT"]]))
    put_in(organizer, "b.csv", csv_of([head, ["123", "New Name", "Butte", "MT"]]))
    assert count(Organization) == 1
    assert (group("New Name").source, group("New Name").external_id) == ("ein", "123")


def test_two_ids_of_one_list_are_two_groups_though_they_are_called_the_same(organizer: Person):
    rows = [
        ["EIN", "Name", "City", "State"],
        ["1", "VFW Auxiliary", "Butte", "MT"],
        ["2", "VFW Auxiliary", "Butte", "MT"],
    ]
    for _time in range(2):
        put_in(organizer, "irs.csv", csv_of(rows))
        assert count(Organization) == 2


def test_the_same_website_suggests_and_decides_nothing(organizer: Person):
    make_organization("Tenants United", website="https://www.tenants.example/")
    rows = [["Name", "Website"], ["Renters Together", "tenants.example"]]
    preview = organizer.browser.page(read_in(organizer, "groups.csv", csv_of(rows)))
    assert "Has the same website as Tenants United" in preview.text
    organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    assert count(Organization) == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_organizers_own_sheet_comes_in_whole(
    november: None, organizer: Person, coordinator: Person, kind: str
):
    for number in (1, 2, 3):
        adopted_demand(f"Demand number {number}")
    content = csv_of(MESSY) if kind == "csv" else xlsx_of(MESSY, "A1:J1", "H2:J2")
    preview = read_rows(organizer.browser, f"outreach.{kind}", content)
    for told in (
        "“x” could mean yes or no",
        "“someday” is not a date",
        "“endorsed” says what the group answered",
        "“Nobody Here” is the name of nobody in this coalition",
        "The same group as in line 6",
        "The row names no group.",
        "Skipped: a line of totals.",
    ):
        assert told in preview.text, told
    organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    assert count(Organization) == 4
    local, parish = group("Local 6"), group("St. Mark's Parish")
    assert "Maria 206-555-0143" in (local.note or "") and "strike fund" in (local.note or "")
    assert (local.kind, local.stage, local.assignee_id) == (
        OrganizationKind.UNION,
        Stage.IN_CONVERSATION,
        organizer.user.id,
    )
    assert local.last_touch_at and local.last_touch_at.date().isoformat() == "2026-11-03"
    contact = db.session.scalars(select(Contact).where(Contact.organization_id == parish.id)).one()
    assert (contact.name, contact.email, contact.phone) == ("Ana Ruiz", "ana@parish.example", "+12065550199")
    assert "Nobody Here" in (parish.note or "")
    assert "Joe or Sam 206-555-0111" in (group("Harbor Tenants Union").note or "")


def test_what_a_sheet_says_of_demands_waits_for_a_coordinator(
    november: None, organizer: Person, coordinator: Person
):
    for number in (1, 2, 3):
        adopted_demand(f"Demand number {number}")
    for _time in range(2):
        result = put_in(organizer, "outreach.csv", csv_of(MESSY))
        stands = db.session.scalars(select(StandRecord)).all()
        assert len(stands) == 5
    assert all(stand.decision is Decision.WAITING for stand in stands)
    board = next(stand for stand in stands if stand.state is StandState.BEFORE_BOARD)
    assert board.board_on and board.board_on.isoformat() == "2026-12-03"
    reserved = next(stand for stand in stands if stand.state is StandState.RESERVATION)
    assert "about the wording" in reserved.reservation
    assert count(Interaction) == 3
    assert count(Contact) == 1
    assert "Created" not in organizer.browser.page(result).text


def test_people_who_are_known_are_not_added_twice(organizer: Person):
    made = make_organization("Parish", city="Seattle", state="WA")
    make_contact(made, "Ana Ruiz", email="ana@parish.example")
    rows = [["Name", "City", "State", "Contact"], ["Parish", "Seattle", "WA", "Ana Ruiz, 206-555-0199"]]
    put_in(organizer, "groups.csv", csv_of(rows))
    contact = db.session.scalars(select(Contact)).one()
    assert (contact.email, contact.phone) == ("ana@parish.example", "+12065550199")


def test_a_stage_that_outreach_has_reached_is_not_set_back_by_a_sheet(organizer: Person):
    make_organization("Parish", stage=Stage.ACTIVE)
    put_in(organizer, "groups.csv", csv_of([["Name", "Stage"], ["Parish", "contacted"]]))
    assert group("Parish").stage is Stage.ACTIVE


def test_pressing_import_twice_imports_once(organizer: Person):
    preview = organizer.browser.page(read_in(organizer, "groups.csv", csv_of(GROUPS)))
    organizer.browser.submit(preview, "/apply")
    organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    assert count(Organization) == 3
    applied = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "import.apply")
    assert db.session.scalar(applied) == 1


def test_sending_the_upload_twice_begins_one_import(organizer: Person):
    page = organizer.browser.page(IMPORT)
    for _time in range(2):
        organizer.browser.submit(page, "file", file=(io.BytesIO(csv_of(GROUPS)), "groups.csv"))
    assert count(Import) == 1


def test_the_columns_can_be_put_right_and_read_again(organizer: Person):
    preview = organizer.browser.page(read_in(organizer, "groups.csv", csv_of(GROUPS)))
    columns = organizer.browser.page(preview.links()["Back to the columns"])
    waiting = organizer.browser.submit(columns, "field", field=["name", "", "", "people", ""])
    jobs.run_all()
    organizer.browser.submit(waiting.url, "/apply")
    jobs.run_all()
    assert (group("Dockers Local 4").city, group("Dockers Local 4").size) == ("", 300)
    assert count(ImportRow) == 3


def test_a_mapping_without_a_name_is_refused_and_kept(organizer: Person):
    columns = upload(organizer.browser, "groups.csv", csv_of(GROUPS))
    refused = organizer.browser.submit(columns, "field", status=422, field=["", "city", "", "people", ""])
    assert "No column is mapped to the name" in refused.text
    chosen = [
        option.get("value") for option in refused.tree.iter("option") if option.get("selected") is not None
    ]
    assert chosen[:5].count("city") == 1 and "people" in chosen and "name" not in chosen


def test_another_sheet_and_another_header_can_be_chosen(organizer: Person):
    columns = upload(organizer.browser, "groups.xlsx", xlsx_of(GROUPS))
    other = organizer.browser.submit(columns, "header_line", header_line="2")
    assert "Harbor Labor Council" in other.text and "Carpenters Local 30" in other.text
    refused = organizer.browser.submit(columns, "header_line", status=422, header_line="99")
    assert "The file has no line 99" in refused.text


def test_a_file_can_be_thrown_away_and_leaves_nothing(organizer: Person):
    preview = organizer.browser.page(read_in(organizer, "groups.csv", csv_of(GROUPS)))
    gone = organizer.browser.submit(preview, "/discard")
    assert "nothing of this file was imported" in gone.text
    assert (count(Import), count(ImportRow), count(Organization)) == (0, 0, 0)


def test_rows_to_put_right_come_as_they_stand_in_the_file_without_formulas(organizer: Person):
    rows = [
        ["Name", "Members", "Note"],
        ["=cmd()", "1", "=HYPERLINK()"],
        ["Fine", "many", "+1"],
        ["Good", "3", ""],
    ]
    result = organizer.browser.page(put_in(organizer, "groups.csv", csv_of(rows)))
    answer = organizer.browser.get(result.links()["Rows to put right (CSV)"])
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    assert text.splitlines()[0] == "Line,Reason,Name,Members,Note"
    assert "3,Members: “many” is not a number of people.,Fine,many,'+1" in text
    assert "Good" not in text


def test_strangers_and_observers_do_not_import(organizer: Person, observer: Person, outsider: Person):
    preview = organizer.browser.page(read_in(organizer, "groups.csv", csv_of(GROUPS)))
    for url in (IMPORT, preview.url, preview.url + "/columns", preview.url + "/rows/create"):
        observer.browser.page(url, status=403)
        outsider.browser.page(url, status=404)
    for person, status in ((observer, 403), (outsider, 404)):
        page = person.browser.page("/account/")
        token = page.form("csrf_token").find(".//input[@name='csrf_token']")
        for button in ("apply", "discard", "resume"):
            data = {"csrf_token": token.get("value")}
            assert person.browser.post(f"{preview.url}/{button}", data=data).status_code == status


def test_an_import_of_one_coalition_is_unknown_in_another(organizer: Person, outsider: Person):
    preview = organizer.browser.page(read_in(organizer, "groups.csv", csv_of(GROUPS)))
    other = preview.url.replace("harbor", "prairie")
    outsider.browser.page(other, status=404)
    with tenancy.across_coalitions():
        assert db.session.scalars(select(Import.state)).one() is ImportState.STAGED
