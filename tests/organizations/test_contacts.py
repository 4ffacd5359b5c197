"""The people of a group: little is kept, masked until asked for, noted who asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.mail.models import OutgoingMail
from crm.organizations.models import Contact
from crm.organizations.operations import add_contact, remove_contact, reveal_contact
from crm.organizations.operations.contacts import MANY_REVEALS
from crm.organizations.phones import normal_phone, readable_phone
from tests.makers import make_contact, make_organization

HERE = "/harbor/organize/organizations"


def contact() -> Contact:
    return db.session.scalars(select(Contact)).one()


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def bakers(coalition):
    return make_organization("Harbor Bakers")


def test_a_contact_is_added_with_the_number_in_one_form(organizer, bakers):
    page = organizer.browser.submit(
        f"{HERE}/{bakers.id}/contacts/new",
        "is_primary",
        name="Rosa Lark",
        role="delegate",
        phone="(206) 555-0123 x 7",
        email="Rosa@Bakers.example",
    )
    assert "Rosa Lark" in page.text
    assert contact().phone == "+12065550123;ext=7"
    assert contact().email == "Rosa@bakers.example"


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("206.555.0123", "+12065550123", "(206) 555-0123"),
        ("+52 55 1234 5678", "+525512345678", "+52 55 1234 5678"),
        ("1-800-555-0199 ext 12", "+18005550199;ext=12", "(800) 555-0199 ext. 12"),
    ],
)
def test_a_number_is_read_back_as_people_write_it(typed, kept, shown):
    assert normal_phone(typed) == kept
    assert readable_phone(kept) == shown


WRONG = (
    ("phone", "call the office"),
    ("phone", "12"),
    ("email", "rosa at bakers"),
    ("name", ""),
    ("until_on", "2020-01-01"),
    ("note", "her number is 123-45-6789"),
    ("note", "a\x00b"),
    ("name", "x" * 121),
)


def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_lost(organizer, bakers):
    form = organizer.browser.page(f"{HERE}/{bakers.id}/contacts/new")
    for field, typed in WRONG:
        values = {"name": "Rosa Lark", "since_on": "2026-01-01", "note": "met at the hall", field: typed}
        page = organizer.browser.submit(form, "is_primary", status=422, **values)
        assert len(page.errors()) == 1, (field, typed)
        assert db.session.scalars(select(Contact)).all() == []
        if field != "note":
            assert page.form("is_primary").find(".//textarea[@name='note']").text.strip() == "met at the hall"


def test_what_looks_like_an_identity_number_is_kept_when_it_is_said_to_be_none(organizer, bakers):
    url = f"{HERE}/{bakers.id}/contacts/new"
    assert organizer.browser.page(url).tree.find(".//input[@name='identity_number_meant']") is None
    page = organizer.browser.submit(url, "is_primary", status=422, name="Rosa", note="permit 123-45-6789")
    organizer.browser.submit(page, "is_primary", identity_number_meant="y")
    assert contact().note == "permit 123-45-6789"


def test_beside_the_box_stands_what_not_to_write(organizer, bakers):
    assert "Never immigration status" in organizer.browser.page(f"{HERE}/{bakers.id}/contacts/new").text


def test_address_and_number_are_masked_until_asked_for_and_the_asking_is_noted(organizer, bakers):
    make_contact(bakers, phone="206 555 0123", email="rosa@bakers.example", note="calls back at noon")
    page = organizer.browser.page(f"{HERE}/{bakers.id}")
    assert "Rosa Lark" in page.text
    for hidden in ("555-0123", "2065550123", "rosa@bakers.example", "noon"):
        assert hidden not in page.response.text
    assert "contact.reveal" not in acts()
    shown = organizer.browser.submit(page, "/reveal")
    assert shown.links()["(206) 555-0123"] == "tel:+12065550123"
    assert shown.links()["rosa@bakers.example"] == "mailto:rosa@bakers.example"
    assert "calls back at noon" in shown.text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.reveal")).one()
    assert (entry.user_id, entry.record_id) == (organizer.user.id, contact().id)


def test_looking_cannot_be_done_by_a_link(organizer, bakers):
    person = make_contact(bakers, phone="206 555 0123")
    for what in ("reveal", "open"):
        assert organizer.browser.get(f"{HERE}/{bakers.id}/contacts/{person.id}/{what}").status_code == 405


def test_opening_the_form_is_noted_as_looking(organizer, bakers):
    make_contact(bakers, phone="206 555 0123", role="delegate")
    form = organizer.browser.submit(f"{HERE}/{bakers.id}", "/open")
    assert acts().count("contact.reveal") == 1
    organizer.browser.submit(form, "is_primary", role="president")
    assert contact().role == "president"
    assert contact().phone == "+12065550123"


def test_a_wrong_edit_keeps_what_was_typed_and_changes_nothing(organizer, bakers):
    make_contact(bakers, phone="206 555 0123")
    form = organizer.browser.submit(f"{HERE}/{bakers.id}", "/open")
    page = organizer.browser.submit(form, "is_primary", status=422, phone="none", role="president")
    assert page.form("is_primary").find(".//input[@name='role']").get("value") == "president"
    assert contact().role == ""


def test_one_person_is_called_first(organizer, bakers):
    first = make_contact(bakers, "Rosa Lark", is_primary=True)
    second = make_contact(bakers, "Ana Ruiz", is_primary=True)
    db.session.expire_all()
    assert (first.is_primary, second.is_primary) == (False, True)


def test_removing_wipes_the_person_at_once_and_keeps_the_row(organizer, bakers):
    make_contact(bakers, phone="206 555 0123", email="rosa@bakers.example", note="noon")
    form = organizer.browser.submit(f"{HERE}/{bakers.id}", "/open")
    page = organizer.browser.submit(form, "/remove")
    assert "Rosa Lark" not in page.text
    gone = contact()
    assert (gone.name, gone.email, gone.phone, gone.note) == ("", None, None, None)
    assert gone.email_index is gone.phone_index is None
    assert "Removed the contact" in organizer.browser.submit(form, "/remove").text


def test_the_database_never_sees_them_in_the_clear(bakers):
    make_contact(bakers, "Rosa Lark", phone="206 555 0123", email="rosa@bakers.example", note="noon")
    raw = str(db.session.connection().exec_driver_sql("SELECT * FROM contact").all())
    for part in ("Rosa", "5550123", "bakers.example", "noon"):
        assert part not in raw


def test_observers_see_no_contacts(observer, bakers):
    person = make_contact(bakers, phone="206 555 0123")
    page = observer.browser.page(f"{HERE}/{bakers.id}")
    assert "Rosa" not in page.text
    assert "0123" not in page.response.text
    assert observer.browser.get(f"{HERE}/{bakers.id}/contacts/new").status_code == 403
    for what in ("reveal", "open", "remove"):
        url = f"{HERE}/{bakers.id}/contacts/{person.id}/{what}"
        token = page.tree.find(".//input[@name='csrf_token']").get("value")
        assert observer.browser.post(url, data={"csrf_token": token}).status_code == 403
    assert contact().name == "Rosa Lark"


def test_a_contact_is_reached_through_its_own_group_and_coalition_alone(
    organizer, bakers, other_coalition, outsider
):
    other = make_organization("Harbor Butchers")
    person = make_contact(bakers, phone="206 555 0123")
    with tenancy.in_coalition(other_coalition.id):
        theirs = make_organization("Prairie Bakers")
        their_person = make_contact(theirs, "Pia Prairie", phone="206 555 0199").id
        theirs = theirs.id
    page = organizer.browser.page(f"{HERE}/{bakers.id}")
    data = {"csrf_token": page.tree.find(".//input[@name='csrf_token']").get("value")}
    for group, who in ((other.id, person.id), (bakers.id, their_person), (theirs, their_person)):
        for what in ("reveal", "open", "remove"):
            answer = organizer.browser.post(f"{HERE}/{group}/contacts/{who}/{what}", data=data)
            assert answer.status_code == 404
    assert outsider.browser.get(f"{HERE}/{bakers.id}").status_code == 404


def test_coordinators_are_told_once_when_many_contacts_are_looked_at(organizer, coordinator, bakers):
    person = make_contact(bakers)
    for _ in range(MANY_REVEALS):
        reveal_contact(organizer.viewer, person)
    assert db.session.scalars(select(OutgoingMail)).all() == []
    for _ in range(3):
        reveal_contact(organizer.viewer, person)
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert mail.recipient == coordinator.user.email
    assert "Omar Ganizer" in mail.body
    assert "Rosa" not in mail.subject + mail.body


def test_a_contact_needs_a_name_or_a_role(organizer, bakers):
    with pytest.raises(Refused) as refused:
        add_contact(organizer.viewer, bakers, {"phone": "206 555 0123"})
    assert refused.value.field == "name"
    assert add_contact(organizer.viewer, bakers, {"role": "office", "phone": "206 555 0123"}).id


def test_removing_twice_is_removing_once(organizer, bakers):
    person = make_contact(bakers)
    remove_contact(organizer.viewer, person)
    remove_contact(organizer.viewer, person)
    db.session.flush()
    assert acts().count("contact.remove") == 1
