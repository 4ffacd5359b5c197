"""Who is limited to assigned groups is asked about these alone, whatever asks.

That no page and no file of the workbench tells of another group is walked in tests/demo/test_limited.py.
"""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased, joinedload

from crm.audit.models import AuditEntry
from crm.coalitions.models import Membership
from crm.core import limiting
from crm.core.db import Base, db
from crm.core.errors import Refused
from crm.core.permissions import Role
from crm.core.tenancy import Tenant
from crm.mail.models import OutgoingMail
from crm.mornings.models import MorningMail
from crm.mornings.queries import read_mornings
from crm.organizations.models import Contact, Organization
from crm.organizations.operations import assign
from crm.organizations.queries import is_within, search_organizations
from crm.outreach.models import FollowUp
from crm.outreach.operations import add_follow_up, edit_follow_up
from crm.outreach.operations.handing import hand_over
from crm.queues.models import QueueEntry
from tests.calendars.private import FULL, make, text
from tests.makers import make_contact, make_organization, make_organizations
from tests.people import PASSWORD

GROUPS = "/harbor/organize/organizations/"
OUTREACH = "/harbor/organize/outreach/"
MEMBERS = "/harbor/organize/settings/members"
DAY = date(2026, 11, 25)
# They name a group and are not the group's: `limiting.all_seen`.
NOBODYS = {"event"}


@pytest.fixture
def limited(coalition, person_in):
    return person_in(coalition, Role.LIMITED, "Lena Mited")


@pytest.fixture
def union():
    """The council above them both, and nobody's."""
    return make_organization("Harbor Labor Council")


@pytest.fixture
def mine(limited, union):
    group = make_organization("Dockers Local 4", assignee_id=limited.user.id, parent_id=union.id)
    make_contact(group, "Rosa Lark", phone="206-555-0101")
    return group


@pytest.fixture
def theirs(coordinator, union):
    group = make_organization("Dockers Local 5", assignee_id=coordinator.user.id, parent_id=union.id)
    make_contact(group, "Rosa Bell", phone="206-555-0102")
    return group


def test_each_table_that_belongs_to_a_group_is_held_to_it():
    """Read from the keys of the tables: one that names a group, and one whose rows each belong to such."""
    rules = limiting.rules()
    free = [m.local_table for m in Base.registry.mappers if issubclass(m.class_, Tenant)]
    for table in (one for one in free if one.name not in rules):
        for key in table.foreign_key_constraints:
            above = key.referred_table.name
            assert above != limiting.GROUPS, f"{table.name} names a group"
            may_be_empty = any(one.nullable for one in key.columns)
            assert may_be_empty or above not in rules.keys() - NOBODYS, f"{table.name} is of {above}"
    assert {name for name, rule in rules.items() if rule is limiting.all_seen} == NOBODYS


def test_every_kind_of_statement_is_asked_about_own_groups_alone(limited, mine, theirs, union):
    db.session.commit()
    other, parent = aliased(Organization), aliased(Organization)
    with limiting.limited(limited.user.id):
        assert db.session.scalars(select(Organization.name)).all() == [mine.name]
        assert db.session.scalars(select(other.name)).all() == [mine.name]
        some = select(Contact.id).limit(9).subquery()
        assert db.session.scalar(select(func.count()).select_from(some)) == 1
        above = select(Organization.name, parent.name).outerjoin(parent, Organization.parent_id == parent.id)
        assert db.session.execute(above).all() == [(mine.name, None)]
        assert not is_within(mine, union.id), "by a recursive question"
        found = [group.name for group in search_organizations(limited.viewer, "dockers local")]
        assert found == [mine.name]
        db.session.expunge_all()
        assert db.session.get(Organization, theirs.id) is None
        query = select(Organization).options(joinedload(Organization.parent))
        assert [group.parent for group in db.session.scalars(query)] == [None]
        db.session.execute(update(Organization).values(sector="docks"))
    assert sorted(db.session.scalars(select(Organization.sector))) == ["", "", "docks"]
    with limiting.limited(theirs.assignee_id):
        assert db.session.scalars(select(Organization.name)).all() == [theirs.name], "kept for nobody else"


def test_search_finds_own_groups_behind_many_others(limited):
    make_organizations(230, "Weavers Circle %03d")
    own = make_organization("Weavers Circle of the harbor", assignee_id=limited.user.id)
    with limiting.limited(limited.user.id):
        assert [one.name for one in search_organizations(limited.viewer, "weavers circle")] == [own.name]


def test_a_listing_is_changed_without_what_tells_which_group_it_is(limited, mine, theirs, union):
    page = limited.browser.page(f"{GROUPS}{mine.id}/edit")
    shown = {element.get("name") for element in page.form("sector").iter()}
    assert not {"name", "city", "state", "local_number", "parent_name", "assignee_id"} & shown
    assert union.name not in page.text
    limited.browser.submit(page, "sector", sector="shipping", name=theirs.name, parent_id="", city="Harbor")
    db.session.refresh(mine)
    assert (mine.sector, mine.name, mine.parent_id) == ("shipping", "Dockers Local 4", union.id)
    assert mine.assignee_id == limited.user.id


def test_another_groups_number_in_a_form_does_nothing(limited, mine, theirs, coordinator):
    browser = limited.browser
    step = add_follow_up(
        coordinator.viewer, title="Ring", due_on=DAY, owner_id=coordinator.user.id, organization_id=theirs.id
    )
    db.session.commit()
    assert browser.get(f"{OUTREACH}follow-ups/new?organization={theirs.id}").status_code == 404
    assert browser.get(f"/harbor/organize/endorsements/record?organization={theirs.id}").status_code == 404
    person = db.session.scalars(select(Contact.id).where(Contact.organization_id == theirs.id)).one()
    browser.submit(f"{GROUPS}{mine.id}", "outcome", 422, outcome="talked", contact_id=str(person))
    page = browser.page(f"{OUTREACH}queues/new?which=ticked&id={mine.id}&id={theirs.id}")
    browser.submit(page, "script", name="Both")
    assert db.session.scalars(select(QueueEntry.organization_id)).all() == [mine.id]
    given = f"{OUTREACH}follow-ups/hand-over?id={step.id}&to_id={limited.user.id}"
    assert "Nothing of this would change hands" in browser.page(given).text
    work = f"{OUTREACH}follow-ups/hand-over?whose={coordinator.user.id}&to_id={limited.user.id}&groups=y"
    assert "Nothing of this would change hands" in browser.page(work).text
    with pytest.raises(Refused, match="Who sees all groups"):
        hand_over(limited.viewer, coordinator.user.id, [], [mine.id])


def test_what_is_given_to_them_is_about_groups_that_they_see(limited, mine, theirs, coordinator):
    them, values = limited.user.id, {"title": "Ring", "due_on": DAY}
    with pytest.raises(Refused, match="Give them the group first"):
        add_follow_up(coordinator.viewer, **values, owner_id=them, organization_id=theirs.id)
    own = {"owner_id": coordinator.user.id, "organization_id": theirs.id}
    step = add_follow_up(coordinator.viewer, **values, **own)
    db.session.commit()
    with pytest.raises(Refused, match="Give them the group first"):
        edit_follow_up(coordinator.viewer, step, **values, owner_id=them)
    with pytest.raises(Refused, match="Give them the group first"):
        hand_over(coordinator.viewer, them, [step.id])
    db.session.rollback()
    about = {"owner_id": them, "organization_id": theirs.id, "origin": "board:1"}
    assert add_follow_up(coordinator.viewer, **values, **about).owner_id is None, "made by the program"


def test_what_is_assigned_is_seen_at_once_and_what_is_not_goes(limited, mine, theirs, coordinator, visitor):
    """On pages, in the calendar that their phone fetches, and in the morning's mail."""
    for group in (mine, theirs):
        step = FollowUp(
            organization_id=group.id, title=f"Ring {group.name}", due_on=DAY, owner_id=limited.user.id
        )
        step.created_at = group.created_at
        db.session.add(step)
    db.session.commit()
    feed, wish = make(limited.browser, **FULL), MorningMail(user_id=limited.user.id, since=mine.created_at)

    def told() -> tuple[list[bool], ...]:
        pages = [limited.browser.get(f"{GROUPS}{one.id}").status_code == 200 for one in (mine, theirs)]
        calendar, mail = text(visitor, feed), read_mornings([wish], DAY)[limited.user.id].tasks
        return (
            pages,
            [one.name in calendar for one in (mine, theirs)],
            [f"Ring {one.name}" in [task.title for task in mail] for one in (mine, theirs)],
        )

    assert told() == ([True, False],) * 3
    assign(coordinator.viewer, [theirs.id], limited.user.id)
    assign(coordinator.viewer, [mine.id], coordinator.user.id)
    db.session.commit()
    assert told() == ([False, True],) * 3


def test_a_coordinator_limits_an_organizer_who_is_told(organizer, coordinator, coalition):
    make_organization("Ash Tenants", assignee_id=organizer.user.id)
    make_organization("Cedar Choir")
    other = make_organization("Birch Bakers", assignee_id=coordinator.user.id)
    step = {"owner_id": organizer.user.id, "organization_id": other.id}
    add_follow_up(coordinator.viewer, title="Ring", due_on=DAY, **step)
    member = db.session.scalars(select(Membership).where(Membership.user_id == organizer.user.id)).one()
    assert "Birch Bakers" in organizer.browser.page(GROUPS).text
    page = coordinator.browser.submit(coordinator.browser.page(MEMBERS), f"{member.id}/role", role="limited")
    assert "3 groups are listed; of these they would see the 1 assigned to them." in page.text
    assert "1 open follow-up of theirs is about another group" in page.text
    coordinator.browser.submit(page, "present", present=PASSWORD)
    assert [mail.recipient for mail in db.session.scalars(select(OutgoingMail))] == [organizer.user.email]
    body = db.session.scalars(select(OutgoingMail.body)).one()
    assert "You are there now: Organizer of assigned groups." in body
    assert "member.role" in db.session.scalars(select(AuditEntry.action)).all()
    shown = organizer.browser.page(GROUPS).text
    assert "Ash Tenants" in shown and "Birch Bakers" not in shown
    assert organizer.browser.get("/harbor/organize/import/").status_code == 403
    assert organizer.browser.get("/harbor/organize/sign-ons/").status_code == 403
