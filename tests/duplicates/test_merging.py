"""Two listings of one group become one, by rule, and are parted again to the last row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import Decision, Endorsement, Source, StandRecord, StandState
from crm.demands.operations import Stand, record_stand
from crm.demands.queries import count_public_endorsers
from crm.demonstrations.models import Commitment, CommitmentKind, CoSponsorship, CoSponsorState
from crm.duplicates.models import Merge
from crm.duplicates.operations import Chosen, merge, undo_merge
from crm.duplicates.operations.merging import forget_details
from crm.duplicates.queries.plans import list_both_said, plan_merge
from crm.duplicates.references import RULES, list_references
from crm.duplicates.words import RULE_TEXTS, TABLES
from crm.events.models import EventAccess
from crm.organizations.models import How, Organization, OrganizationKind, Stage
from crm.organizations.operations import create_organization, edit_organization, restore
from crm.organizations.queries import find_by_identity, map_external_ids, map_identities, search_organizations
from crm.organizations.queries.endings import find_ending
from crm.outreach.models import Channel, FollowUp, Interaction, Outcome
from crm.outreach.operations import NextStep, Touch, log_touch
from tests.demands.makers import adopted_demand, endorse, in_force
from tests.demonstrations.conftest import friday, saturdays, schedule  # noqa: F401
from tests.makers import PROGRAM, make_contact, make_organization

# What a merge and its undoing leave behind by design.
PASSING = {"edition", "updated_at", "changed_at"}


def chosen(kept: Organization, merged: Organization, **fields: str) -> Chosen:
    return Chosen(fields, kept.edition, merged.edition)


@pytest.fixture
def hall(coalition):
    return make_organization("Harbor Tenants Hall", city="Seattle", website="https://hall.example")


@pytest.fixture
def hal(coalition, hall):
    """The same, listed once more, with other words."""
    return make_organization(
        "Harbour Tenants’ Hall", city="Seattle", size=40, note="Ask for Lu.", stage=Stage.ACTIVE,
        source="sheet", external_id="h7", kind=OrganizationKind.COMMUNITY_GROUP,
    )  # fmt: skip


def everything() -> dict[str, list[dict[str, object]]]:
    """All rows that refer to groups, and the groups, as they are told apart."""
    tables = {one.table.name: one.table for one in list_references()} | {
        "organization": Organization.__table__
    }
    db.session.flush()
    return {
        name: [
            {key: value for key, value in row.items() if key not in PASSING}
            for row in db.session.execute(select(table).order_by(table.c.id)).mappings()
        ]
        for name, table in tables.items()
    }


def test_all_that_refers_to_a_group_has_a_name_and_its_rule_is_told():
    tables = {one.table.name for one in list_references()}
    assert tables - TABLES.keys() == set()
    told_beside = {"endorsement"}
    assert RULES.keys() - RULE_TEXTS.keys() - told_beside == set()
    once = {one.table.name for one in list_references() if list(one.uniques)}
    assert once - RULE_TEXTS.keys() - told_beside == set()


def test_two_become_one_by_rule_and_part_to_the_last_row(organizer, coordinator, hall, hal, saturdays):  # noqa: F811
    viewer = organizer.viewer
    words, other = in_force(adopted_demand()), in_force(adopted_demand("Housing for all"))
    endorse(hall, words.demand)
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        endorse(hal, words.demand)
        endorse(hall, other.demand)
    for group, days in ((hall, 2), (hal, 1)):
        with clock.standing_at(clock.now() - timedelta(days=days)):
            record_stand(viewer, group, other, Stand(StandState.DECLINED, Source.LETTER))
    theirs = make_contact(hal, "Lu Osei", email="lu@hall.example", is_primary=True)
    make_contact(hall, "Ann Bee", is_primary=True)
    touch = Touch(Channel.CALL, Outcome.REACHED, clock.now(), contact_id=theirs.id, note="Yes")
    log_touch(viewer, hal, touch, next_step=NextStep("Send it", date(2026, 12, 4), viewer.user_id))
    part = make_organization("Hall Youth", parent_id=hal.id)
    now = clock.now()
    for group, state in ((hall, CoSponsorState.ASKED), (hal, CoSponsorState.ACCEPTED)):
        db.session.add(
            CoSponsorship(organization_id=group.id, event_id=saturdays.id, state=state, asked_at=now)
        )
        db.session.add(EventAccess(event_id=saturdays.id, organization_id=group.id))
        db.session.add(
            Commitment(
                organization_id=group.id,
                event_id=saturdays.id,
                kind=CommitmentKind.TURNOUT,
                amount=group.id,
                promised_at=now + timedelta(minutes=hall.id - group.id),
            )
        )
        db.session.flush()
    db.session.commit()
    before = everything()
    plan = plan_merge(hall, hal)
    assert plan.counts["contact"] == plan.counts["interaction"] == plan.counts["organization"] == 1
    assert {one.reference.table.name: one.merged_wins for one in plan.conflicts} == {
        "endorsement": True, "stand_record": True, "co_sponsorship": True, "event_access": False,
        "commitment": False,
    }  # fmt: skip
    assert [one.merged_counts for one in list_both_said(hall, hal, "en")] == [True]

    done = merge(viewer, hall.id, hal.id, chosen(hall, hal, name="merged"))
    db.session.commit()
    db.session.expire_all()

    assert (hall.name, hall.size, hall.note, hall.stage) == (
        "Harbour Tenants’ Hall",
        40,
        "Ask for Lu.",
        Stage.ACTIVE,
    )
    assert hall.website == "https://hall.example" and hall.kind is OrganizationKind.COMMUNITY_GROUP
    assert hal.archived_at is not None and find_ending(hal.id).how is How.MERGED
    assert theirs.organization_id == part.parent_id == hall.id and not theirs.is_primary
    for model in (Interaction, FollowUp):
        assert set(db.session.scalars(select(model.organization_id))) == {hall.id}
    lives = db.session.scalars(select(Endorsement).where(Endorsement.organization_id == hall.id)).all()
    assert len(lives) == 2 and count_public_endorsers() == 1
    waiting = select(StandRecord.organization_id).where(StandRecord.decision == Decision.WAITING)
    assert db.session.scalars(waiting).all() == [hall.id]
    co = {one.organization_id: one.state for one in db.session.scalars(select(CoSponsorship))}
    assert co == {hall.id: CoSponsorState.ACCEPTED, hal.id: CoSponsorState.TURNED_DOWN}
    promised = select(Commitment.amount).where(Commitment.cancelled_at.is_(None))
    assert db.session.scalars(promised).all() == [hall.id]
    # Lists that bring it under its former names mean the one that stayed.
    assert map_external_ids("sheet", ["h7"]) == {"h7": hall.id}
    assert set(map_identities([find_ending(hal.id).identity_key]).values()) == {hall.id}
    assert [one.id for one in search_organizations(viewer, "tenants hall")] == [hall.id]

    # What comes later stays with the one that was kept.
    log_touch(viewer, hall, Touch(Channel.TEXT, Outcome.NO_ANSWER, clock.now()))
    later = db.session.scalars(select(Interaction).order_by(Interaction.id.desc())).first()
    assert undo_merge(coordinator.viewer, done)
    assert not undo_merge(coordinator.viewer, done)
    assert later.organization_id == hall.id
    db.session.delete(later)
    hall.last_touch_at = None
    db.session.commit()
    assert everything() == before
    assert find_by_identity(hal.identity_key) is hal
    assert done.fields is None and done.undone_by_id == coordinator.user.id
    acts = set(db.session.scalars(select(AuditEntry.action)))
    assert {"organization.merge", "organization.part", "organization.end", "organization.restore"} <= acts


def test_who_comes_second_and_chains_of_merges(organizer, coordinator, hall, hal):
    viewer = organizer.viewer
    seen = chosen(hall, hal)
    contact = make_contact(hal, "Lu Osei")
    first = merge(viewer, hall.id, hal.id, seen)
    assert merge(coordinator.viewer, hall.id, hal.id, seen) is first
    for args in ((hal.id, hall.id), (hall.id, hall.id)):
        with pytest.raises(Refused):
            merge(coordinator.viewer, *args, seen)
    with pytest.raises(Refused, match="merged into another"):
        restore(viewer, hal)
    top = make_organization("Tenants of the Bay")
    seen = chosen(top, hall)
    hall.edition += 1
    db.session.flush()
    with pytest.raises(Refused, match="meanwhile"):
        merge(viewer, top.id, hall.id, seen)
    second = merge(viewer, top.id, hall.id, chosen(top, hall))
    # Both lead to the last, and are parted in the other order.
    assert find_ending(hal.id).successor_id == find_ending(hall.id).successor_id == top.id
    assert contact.organization_id == top.id
    with pytest.raises(Refused, match="Undo that one first"):
        undo_merge(viewer, first)
    assert undo_merge(viewer, second) and contact.organization_id == hall.id
    assert undo_merge(viewer, first) and contact.organization_id == hal.id


def test_what_can_not_be_merged_or_parted(organizer, hall, hal):
    viewer = organizer.viewer
    local = make_organization("Harbor Tenants Hall Local 3", parent_id=hall.id)
    for pair in ((hall, local), (local, hall)):
        with pytest.raises(Refused, match="part of the other"):
            merge(viewer, pair[0].id, pair[1].id, chosen(*pair))
    done = merge(viewer, hall.id, hal.id, chosen(hall, hal))
    with pytest.raises(Refused, match="here already"):
        create_organization(PROGRAM, {"name": "Harbour Tenants’ Hall", "city": "Seattle"})
    edit_organization(viewer, hall, {"size": 55}, hall.edition)
    with clock.standing_at(clock.now() + timedelta(days=31)), pytest.raises(Refused, match="30 days"):
        undo_merge(viewer, done)
    assert undo_merge(viewer, done) and hall.size == 55 and hall.note is None
    again = merge(viewer, hall.id, hal.id, chosen(hall, hal))
    forget_details(clock.now() + timedelta(days=1))
    db.session.expire_all()
    with pytest.raises(Refused, match="30 days"):
        undo_merge(viewer, again)
    assert len(db.session.scalars(select(Merge)).all()) == 2
