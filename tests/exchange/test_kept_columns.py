"""Columns that are read as the last time, and exports of other programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from crm.core.db import db
from crm.exchange.lists.guessing import fingerprint
from crm.exchange.lists.presets import find_preset
from crm.exchange.models import Import, ListKind, SavedMapping
from crm.organizations.models import Contact
from tests.exchange.sheets import IMPORT, csv_of, put_in, upload
from tests.makers import make_organization
from tests.pages import defaults
from tests.people import Person

SHEET = [["Who", "Where from", "Number"], ["Rosa Lark", "Dockers Local 4", "206-555-0101"]]
LAYOUTS = "import_layouts"
# Fictional exports with the columns by which their programs are known, and the person in each.
EXPORTS = {
    "Action Network": (
        ["uuid", "first_name", "last_name", "email", "Phone Number", "can2_user_tags", "can2_sms_status"],
        ["7f", "Rosa", "Lark", "rosa@d4.example", "2065550101", "dock", "subscribed"],
    ),
    "NationBuilder": (
        ["nationbuilder_id", "first_name", "last_name", "email", "mobile_number", "gender"],
        ["'12", "Rosa", "Lark", "'rosa@d4.example", "'206 555 0101", "F"],
    ),
    "EveryAction": (
        ["Source ID", "First Name", "Last Name", "Employer Name", "Activist Code", "Email Address", "Phone"],
        ["1", "Rosa", "Lark", "Dockers Local 4", "Leader", "rosa@d4.example", "2065550101"],
    ),
    "Google Contacts": (
        ["Name", "Given Name", "Birthday", "E-mail 1 - Value", "Phone 1 - Value", "Organization 1 - Name"],
        ["Rosa Lark", "Rosa", "1990-01-01", "rosa@d4.example ::: r@x.example", "206-555-0101",
         "Dockers Local 4"],
    ),
    "CiviCRM": (
        ["First Name", "Last Name", "Birth Date", "Email", "Signature Text", "IM", "Phone", "Team"],
        ["Rosa", "Lark", "1990-01-01", "rosa@d4.example", "", "", "206-555-0101", "Dockers Local 4"],
    ),
}  # fmt: skip


def test_columns_that_are_kept_are_read_so_the_next_time_and_can_be_forgotten(organizer: Person):
    make_organization("Dockers Local 4")
    columns = upload(organizer.browser, "a.csv", csv_of(SHEET))
    fields = ["name", "group", "phone"]
    again = organizer.browser.submit(columns, "header_line", about="contacts")
    organizer.browser.submit(again, "field", field=fields, kept_as="Dock list", days="day")
    kept = db.session.scalars(select(SavedMapping)).one()
    assert (kept.name, kept.about, kept.day_first) == ("Dock list", ListKind.CONTACTS, True)
    turned = [[row[2], row[0], row[1]] for row in SHEET]
    page = upload(organizer.browser, "b.csv", csv_of(turned))
    assert "as you kept them under “Dock list”" in page.text
    assert defaults(page.form("header_line"))["kept"] == [str(kept.id)]
    anew = organizer.browser.submit(page, "header_line", kept="")
    assert "as you kept them" not in anew.text
    assert defaults(anew.form("header_line"))["kept"] == [""]
    other = organizer.browser.submit(page, "header_line", about="events")
    assert "as you kept them" not in other.text
    page = organizer.browser.submit(anew, "header_line", kept=str(kept.id))
    last = db.session.scalars(select(Import).order_by(Import.id.desc())).first()
    assert last is not None and last.day_first
    assert last.mapping == dict(zip(SHEET[0], fields, strict=True))
    organizer.browser.submit(
        page, "field", field=["phone", "name", "group"], kept_as="Dock list", days="month"
    )
    db.session.rollback()
    assert [one.day_first for one in db.session.scalars(select(SavedMapping))] == [False]
    other = upload(organizer.browser, "c.csv", csv_of([["Who", "Cell"], ["Rosa Lark", "206-555-0101"]]))
    chosen = organizer.browser.submit(other, "header_line", kept=str(kept.id))
    assert "People who act for groups" in chosen.text and "as you kept them" in chosen.text
    index, forget = organizer.browser.page(IMPORT), f"/columns/{kept.id}/forget"
    for _time in range(2):
        organizer.browser.submit(index, forget)
    assert db.session.scalars(select(SavedMapping)).all() == []
    assert "as you kept" not in upload(organizer.browser, "d.csv", csv_of(SHEET)).text
    assert fingerprint(["Full name", "E-Mail"]) == fingerprint(["e_mail", "FULL NAME"])


@pytest.mark.parametrize("program", EXPORTS)
def test_an_export_of_another_program_is_recognised_and_what_nobody_needs_left_out(
    organizer: Person, program: str
):
    make_organization("Dockers Local 4")
    preset = find_preset(EXPORTS[program][0])
    assert preset is not None and preset.name == program
    put_in(organizer, "export.csv", csv_of(EXPORTS[program]), into_name="Dockers Local 4")
    person = db.session.scalars(select(Contact)).one()
    assert (person.name, person.email, person.phone) == ("Rosa Lark", "rosa@d4.example", "+12065550101")
    task = db.session.scalars(select(Import)).one()
    assert not {"gender", "Birthday", "Birth Date", "Activist Code"} & task.mapping.keys()


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("action_network_people_report.csv", "Action Network"),
        ("nationbuilder_people_export.csv", "NationBuilder"),
        ("everyaction_bulk_upload.txt", "EveryAction"),
        ("google_contacts_legacy.csv", "Google Contacts"),
        ("civicrm_contact_import_with_related.csv", "CiviCRM"),
    ],
)
def test_the_programs_real_columns_are_recognised(real_data: Path, name: str, program: str):
    head = (real_data / LAYOUTS / name).read_text(encoding="utf-8").splitlines()[0]
    columns = head.split("\t" if name.endswith(".txt") else ",")
    preset = find_preset(columns)
    assert preset is not None and preset.name == program
