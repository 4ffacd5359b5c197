"""Undoing an import: what it made goes, what it changed is set back, what somebody worked on stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from crm.core import clock, jobs, search
from crm.core.db import db
from crm.demands.models import StandRecord
from crm.demands.operations import accept_record
from crm.exchange.operations import order_undoing
from crm.exchange.queries import lock_import
from crm.organizations.models import Contact, Organization, OrganizationKind, Stage
from crm.organizations.operations import add_contact, archive, edit_contact, edit_organization
from crm.outreach.models import Channel, FollowUp, Interaction, Outcome
from crm.outreach.operations import Touch, log_touch
from tests.demands.makers import adopted_demand
from tests.exchange.sheets import MESSY, bring_in, csv_of, put_in
from tests.makers import make_contact, make_organization
from tests.pages import Page
from tests.people import Person

HEAD = ["Name", "City", "Members", "Parent organization", "Contact", "Kind"]
NEW = [
    HEAD,
    ["Harbor Council", "Butte", "", "", "", ""],
    ["Carpenters Local 30", "Butte", "100", "Harbor Council", "Ana Ruiz, ana@parish.example", ""],
    ["Dockers Local 4", "Butte", "", "Carpenters Local 30", "", ""],
]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def group(name: str) -> Organization:
    db.session.rollback()
    return db.session.scalars(select(Organization).where(Organization.name == name)).one()


def names() -> set[str]:
    return set(db.session.scalars(select(Organization.name)))


def take_back(organizer: Person, address: str) -> Page:
    """Undo an import; its page."""
    order_undoing(organizer.viewer, lock_import(int(address.rpartition("/")[2])))
    db.session.commit()
    jobs.run_all()
    return organizer.browser.page(address)


def test_groups_that_nobody_touched_go_with_their_people_and_their_parents(organizer: Person):
    result = bring_in(organizer.browser, "groups.csv", csv_of(NEW))
    asked = organizer.browser.page(result.links()["Undo this import"])
    assert "new groups to remove 3" in asked.text or "3 new groups to remove" in asked.text
    organizer.browser.submit(asked, "/undo")
    jobs.run_all()
    undone = organizer.browser.page(result.url)
    assert (count(Organization), count(Contact)) == (0, 0)
    assert "Undone" in undone.text and "Undo this import" not in undone.links()
    assert search.find("organization", ["carpenters"]) == []
    again = put_in(organizer, "groups.csv", csv_of(NEW))
    assert count(Organization) == 3 and "Imported" in organizer.browser.page(again).text


def by_touch(organizer: Person) -> None:
    made = group("Carpenters Local 30")
    log_touch(organizer.viewer, made, Touch(Channel.CALL, Outcome.REACHED, clock.now()))


def by_edit(organizer: Person) -> None:
    made = group("Carpenters Local 30")
    edit_organization(organizer.viewer, made, {"size": 120}, made.edition)


def by_contact(organizer: Person) -> None:
    add_contact(organizer.viewer, group("Carpenters Local 30"), {"name": "Jo Doe"})


def by_editing_a_contact(organizer: Person) -> None:
    contact = group("Carpenters Local 30").contacts[0]
    edit_contact(organizer.viewer, contact, {"role": "president"})


def by_archiving(organizer: Person) -> None:
    archive(organizer.viewer, group("Carpenters Local 30"))


def by_affiliate(organizer: Person) -> None:
    make_organization("Shop Stewards of Local 30", parent_id=group("Carpenters Local 30").id)


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (by_touch, "Somebody has been in touch with it since"),
        (by_edit, "Its listing has been changed since."),
        (by_contact, "Its people have been changed since."),
        (by_editing_a_contact, "Its people have been changed since."),
        (by_archiving, "Its listing has been changed since."),
        (by_affiliate, "A group that stays is under it."),
    ],
)
def test_a_group_that_somebody_worked_on_stays_with_what_it_is_under(
    organizer: Person, work: Callable[[Person], None], reason: str
):
    result = put_in(organizer, "groups.csv", csv_of(NEW))
    work(organizer)
    db.session.commit()
    asked = organizer.browser.page(result + "/undo")
    assert reason in asked.text and "Undo: remove 1, set back 0" in asked.text
    undone = take_back(organizer, result)
    assert names() - {"Shop Stewards of Local 30"} == {"Harbor Council", "Carpenters Local 30"}
    assert group("Carpenters Local 30").parent_id == group("Harbor Council").id
    assert reason in undone.text and "Dockers" not in undone.text
    listed = organizer.browser.page(undone.url + "/staying")
    assert "Harbor Council" in listed.text and "A group that stays is under it." in listed.text


def test_what_was_changed_is_set_back_column_by_column(organizer: Person):
    council = make_organization("Old Council", city="Butte")
    made = make_organization(
        "Parish", city="Butte", size=10, parent_id=council.id, website="https://p.example"
    )
    contact = make_contact(made, "Ana Ruiz", email="ana@parish.example")
    db.session.commit()
    before = {name: getattr(made, name) for name in list(Organization.__table__.columns.keys())}
    rows = [
        [*HEAD, "Phone", "Stage", "Last touch", "Note", "EIN", "Website"],
        ["Parish", "Butte", "900", "New Council", "Ana Ruiz", "congregation", "206-555-0199", "active",
         "2026-10-30", "a long note", "77", "q.example"],
        ["New Council", "Butte"],
    ]  # fmt: skip
    result = put_in(organizer, "groups.csv", csv_of([[*row, *[""] * (12 - len(row))] for row in rows]))
    changed = group("Parish")
    assert (changed.size, changed.stage, changed.kind) == (900, Stage.ACTIVE, OrganizationKind.CONGREGATION)
    assert (changed.external_id, changed.parent.name, changed.note) == ("77", "New Council", "a long note")
    assert db.session.get_one(Contact, contact.id).phone == "+12065550199"
    assert count(Interaction) == 1
    take_back(organizer, result)
    after = group("Parish")
    moved = {"edition", "updated_at"}
    assert {name: getattr(after, name) for name in before.keys() - moved} == {
        name: value for name, value in before.items() if name not in moved
    }
    kept = db.session.get_one(Contact, contact.id)
    assert (kept.email, kept.phone, kept.phone_index) == ("ana@parish.example", None, None)
    assert (count(Interaction), count(Organization)) == (0, 2)


def test_a_name_that_an_id_brought_is_set_back_with_its_identity(organizer: Person):
    head = ["EIN", "Name", "City", "State"]
    put_in(organizer, "a.csv", csv_of([head, ["123", "Old Name", "Butte", "MT"]]))
    key = group("Old Name").identity_key
    result = put_in(organizer, "b.csv", csv_of([head, ["123", "New Name", "Butte", "MT"]]))
    assert group("New Name").identity_key != key
    take_back(organizer, result)
    assert group("Old Name").identity_key == key
    assert [hit.record_id for hit in search.find("organization", ["old name"])] == [group("Old Name").id]


def test_a_name_that_another_group_has_taken_meanwhile_stays_and_is_told(organizer: Person):
    head = ["EIN", "Name", "City", "State"]
    put_in(organizer, "a.csv", csv_of([head, ["123", "Old Name", "Butte", "MT"]]))
    other = make_organization("Fine", city="Butte", state="MT", size=1)
    db.session.commit()
    rows = [[*head, "Members"], ["123", "New Name", "Butte", "MT", ""], ["", "Fine", "Butte", "MT", "5"]]
    result = put_in(organizer, "b.csv", csv_of(rows))
    make_organization("Old Name", city="Butte", state="MT")
    db.session.commit()
    undone = take_back(organizer, result)
    assert "What it was called or stood under before is another's now" in undone.text
    assert names() == {"New Name", "Old Name", "Fine"}
    assert db.session.get_one(Organization, other.id, populate_existing=True).size == 1


def test_what_somebody_typed_since_stays_and_the_rest_is_set_back(organizer: Person):
    make_organization("Parish", city="Butte", size=10, sector="Old")
    db.session.commit()
    rows = [["Name", "City", "Members", "Sector"], ["Parish", "Butte", "900", "New"]]
    result = put_in(organizer, "groups.csv", csv_of(rows))
    made = group("Parish")
    edit_organization(organizer.viewer, made, {"size": 950}, made.edition)
    db.session.commit()
    asked = organizer.browser.page(result + "/undo")
    assert "1 of the changed groups has been edited since" in asked.text
    undone = take_back(organizer, result)
    assert (group("Parish").size, group("Parish").sector) == (950, "Old")
    assert "Its listing has been changed since." in undone.text


def test_waiting_answers_are_withdrawn_and_accepted_ones_stay(
    november: None, organizer: Person, coordinator: Person
):
    for number in (1, 2, 3):
        adopted_demand(f"Demand number {number}")
    make_organization("Harbor Tenants Union")
    db.session.commit()
    result = put_in(organizer, "outreach.csv", csv_of(MESSY))
    tenants = group("Harbor Tenants Union").id
    local = group("Local 6").id
    accepted = db.session.scalars(select(StandRecord).where(StandRecord.organization_id == local)).first()
    accept_record(coordinator.viewer, accepted)
    db.session.commit()
    asked = organizer.browser.page(result + "/undo")
    assert "4 answers to demands that wait for a coordinator are withdrawn." in asked.text
    undone = take_back(organizer, result)
    assert names() == {"Harbor Tenants Union", "Local 6"}
    left = db.session.execute(select(StandRecord.organization_id, StandRecord.decision)).all()
    assert {group_id for group_id, _decision in left} == {local} and tenants not in dict(left)
    assert "A coordinator has decided on what it says to a demand" in undone.text


def test_a_touch_that_became_a_task_stays(november: None, organizer: Person):
    made = make_organization("Parish", city="Butte")
    db.session.commit()
    rows = [["Name", "City", "Last touch"], ["Parish", "Butte", "2026-10-30"]]
    result = put_in(organizer, "groups.csv", csv_of(rows))
    touch = db.session.scalars(select(Interaction)).one()
    today = touch.at.date()
    db.session.add(
        FollowUp(
            organization_id=made.id, interaction_id=touch.id, title="Call", due_on=today, created_at=touch.at
        )
    )
    db.session.commit()
    undone = take_back(organizer, result)
    assert count(Interaction) == 1
    assert "has a task about it" in undone.text
