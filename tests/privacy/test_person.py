"""Everything about one person: found by what is known of them, told to them, erased, and erased again."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.audit.models import AuditEntry
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import new_token
from crm.core.db import db
from crm.core.tenancy import in_coalition
from crm.demands.models import Endorsement, EndorsementChange
from crm.mail.models import OutgoingMail
from crm.notices.models import ChangeSubscription
from crm.organizations.models import Contact, ContactWord, Organization
from crm.organizations.queries import mail_index
from crm.outreach.models import Interaction
from crm.privacy.matching import STRUCK, Marks, find_spans, is_named, strike, text_marks
from crm.privacy.models import Erasure
from crm.privacy.operations.erasing import list_lines, replay_erasures
from crm.privacy.operations.finding import Wanted, find_all, marks_for
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_contact, make_organization
from tests.people import PASSWORD, Person
from tests.rows import lay_down

PAGE = "/harbor/organize/settings/person"
MAIL, PHONE, NAME = "rosa@lark.example", "+12065550123", "Rosa Peña Lark"


def tables(wanted: Wanted) -> dict[str, tuple[int, int]]:
    found = find_all(marks_for(wanted))
    return {one.holding.model.__tablename__: (len(one.own), len(one.named)) for one in found}


def left() -> list[str]:
    names = sa.select(Contact.name).where(Contact.removed_at.is_(None)).order_by(Contact.id)
    return list(db.session.scalars(names))


@pytest.fixture
def rosa(coalition: Coalition, coordinator: Person) -> Contact:
    """Somebody who is kept in many places; and a namesake's sister, who is not her."""
    group, other = make_organization("Dockers Local 4"), make_organization("Bakers Local 9")
    group.note = f"Ask rosa pena LARK, not her sister; {PHONE[2:5]}-555-0123 in the evening."
    contact = make_contact(group, NAME, email=MAIL, phone=PHONE, note="early")
    make_contact(other, "R. Lark", email=MAIL.upper())
    make_contact(other, "Ana Peña Lark", email="ana@lark.example", phone="+12065550199")
    endorse(group, adopted_demand())
    for model in (Endorsement, EndorsementChange):
        db.session.execute(sa.update(model).values(speaker=NAME))
    now = clock.now()
    common = {"organization_id": group.id, "user_id": coordinator.user.id, "at": now}
    lay_down(Interaction, **common, channel="call", outcome="reached", note=f"{NAME} calls back on Monday.")
    keys = {name: new_token().encode()[:32] for name in ("confirm_hash", "leave_hash")}
    lay_down(
        ChangeSubscription, email=MAIL, email_index=mail_index(MAIL), language="en", salt=new_token(),
        created_at=now, expires_at=now, confirmed_at=now, **keys,
    )  # fmt: skip
    mail = OutgoingMail(coalition_id=coalition.id, message_id="<1@x>", recipient=MAIL, created_at=now)
    db.session.add(mail)
    db.session.commit()
    return contact


def test_a_person_is_told_everything_and_erased_everywhere_but_nobody_else(
    app: Flask, coalition: Coalition, other_coalition: Coalition, coordinator: Person, organizer: Person,
    rosa: Contact, person_in,
):  # fmt: skip
    rosa_id = rosa.id
    lead = coordinator.browser
    assert organizer.browser.get(PAGE).status_code == 403
    with in_coalition(other_coalition.id):
        make_contact(make_organization("Dockers of the Bay"), NAME, email=MAIL)
    db.session.commit()
    for typed, said in (
        ({}, "Give a mail address"),
        ({"name": "Rosa"}, "whole name"),
        ({"phone": "12"}, "number"),
    ):
        assert any(said in error for error in lead.submit(PAGE, "mail", 422, **typed).errors())
    assert "Nothing is kept" in lead.submit(PAGE, "mail", mail="nobody@lark.example").text

    found = lead.submit(PAGE, "mail", mail=" Rosa@Lark.example", phone="(206) 555-0123", name=NAME)
    assert "R. Lark" in found.text and "Ana" not in found.text
    # Their own, and named in passing.
    whole = Wanted(MAIL, PHONE, NAME)
    assert tables(whole) == {
        "contact": (2, 0), "endorsement": (1, 0), "endorsement_change": (1, 0), "organization": (0, 1),
        "interaction": (0, 1), "change_subscription": (1, 0), "outgoing_mail": (1, 0),
    }  # fmt: skip
    assert tables(Wanted(mail=MAIL)).keys() == {"contact", "change_subscription", "outgoing_mail"}
    db.session.rollback()
    asked = lead.submit(found, "person/file")
    answer = lead.submit(asked, "present", present=PASSWORD).response
    with ZipFile(io.BytesIO(answer.data)) as packed:
        told = json.loads(packed.read("person.json"))
        text = packed.read("person.txt").decode()
    assert {part["table"] for part in told["kept"]} == tables(whole).keys()
    assert "calls back on Monday" in text and "Ana" not in text and PHONE in text

    asked = lead.submit(found, "person/erase")
    assert "This is not your password" in lead.submit(asked, "present", 422, present="wrong " + PASSWORD).text
    assert tables(whole)
    db.session.rollback()
    lines_before = list(list_lines())
    receipt = lead.submit(asked, "present", present=PASSWORD)
    assert "People who act for groups" in receipt.text and "Rosa" not in receipt.text
    again = lead.submit(asked, "present", present=PASSWORD)
    assert again.url == receipt.url
    assert tables(whole) == {}
    assert db.session.get_one(Contact, rosa_id, populate_existing=True).name == ""
    group = db.session.scalars(sa.select(Organization).where(Organization.name == "Dockers Local 4")).one()
    db.session.refresh(group)
    assert group.note == f"Ask {STRUCK}, not her sister; {STRUCK} in the evening."
    assert db.session.scalar(sa.select(Interaction.note)) == f"{STRUCK} calls back on Monday."
    words = sa.select(ContactWord.id).where(ContactWord.contact_id == rosa_id)
    assert db.session.scalars(words).all() == []
    assert left() == ["Ana Peña Lark"]
    deeds = [one.action for one in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))]
    assert deeds[-1] == "person.erase" and "person.tell" in deeds
    # What stands in the receipt and in the list tells of nobody.
    lines = list(list_lines())
    assert (lines_before, len(lines)) == ([], 1)
    assert not any(part in lines[0] for part in ("rosa", "Rosa", PHONE[2:], "lark"))
    with in_coalition(other_coalition.id):
        assert tables(Wanted(mail=MAIL)) == {"contact": (1, 0)}


def test_after_a_restore_the_erased_are_erased_again_by_the_list_alone(
    app: Flask, coalition: Coalition, coordinator: Person, rosa: Contact
):
    marks = marks_for(Wanted(contact_id=rosa.id, name=NAME))
    hashes, nobody = sorted(one.hex() for one in marks.hashes), Marks(frozenset(), frozenset())
    line = json.dumps(
        {
            "coalition": coalition.id,
            "at": clock.now().isoformat(),
            "marks": hashes,
            "sizes": [3],
            "counts": {},
        }
    )
    assert find_all(nobody) == []
    db.session.rollback()
    run = app.test_cli_runner()
    told = run.invoke(args=["erasures", "replay", "-"], input=f"{line}\n\n")
    assert (told.exit_code, told.output) == (0, "Rows that were wiped again: 5\n")
    db.session.expire_all()
    # By the contact and the name: who has the same address under another name was not asked for.
    assert tables(Wanted(mail=MAIL, name=NAME)).keys() == {"contact", "change_subscription", "outgoing_mail"}
    assert left() == ["R. Lark", "Ana Peña Lark"]
    assert (replay_erasures([line]), db.session.scalar(sa.select(sa.func.count()).select_from(Erasure))) == (
        0,
        1,
    )
    db.session.commit()
    assert run.invoke(args=["erasures", "list"]).output.count("\n") == 1
    broken = run.invoke(args=["erasures", "replay", "-"], input="{}\n")
    assert (broken.exit_code, "no list that" in broken.output) == (1, True)


def test_texts_are_read_as_people_write(app: Flask):
    marks = text_marks(MAIL, PHONE, NAME)
    for text in (
        "Rosa Pena-Lark",
        "ROSA PEÑA\nLARK",
        "(206) 555-0123",
        "+1 206.555.0123 ext 7",
        "<rosa@lark.example>",
    ):
        assert find_spans(text, marks), text
    for text in ("Rosa Lark", "Ana Peña Lark", "206 555 0124", "trosa@lark.example", "Prosa Peña Lark", ""):
        assert not find_spans(text, marks), text
    assert is_named(" Rosa Peña Lark. ", marks) and not is_named("Rosa Peña Lark and Ana", marks)
    kept = json.dumps({"name": NAME, "of": ["x", f"call {NAME}", 7, None]})
    assert json.loads(strike(kept, marks)) == {"name": STRUCK, "of": ["x", f"call {STRUCK}", 7, None]}
    assert strike("[not JSON] Rosa Peña Lark", marks) == f"[not JSON] {STRUCK}"


def test_of_two_of_one_name_one_is_chosen_and_the_other_stays(coalition: Coalition, coordinator: Person):
    group = make_organization("Harbor Bakers")
    first, second = (make_contact(group, NAME, email=f"rosa{number}@lark.example") for number in (1, 2))
    found = coordinator.browser.submit(PAGE, "name", name=NAME)
    forms = [form for form in found.forms() if form.find(".//input[@name='contact']") is not None]
    chosen = {form.find(".//input[@name='contact']").get("value") for form in forms}
    assert chosen == {str(first.id), str(second.id)}
    of_one = coordinator.browser.submit(found, "contact", contact=str(second.id))
    assert "Only this one" not in of_one.text
    asked = coordinator.browser.submit(of_one, "person/erase")
    coordinator.browser.submit(asked, "present", present=PASSWORD)
    db.session.expire_all()
    assert (first.name, second.name, second.email) == (NAME, "", None)
