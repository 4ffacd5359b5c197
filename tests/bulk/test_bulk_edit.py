"""Many groups changed in one go: foretold, done, taken back as a whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.bulk.models import BulkEdit
from crm.bulk.operations import edit_many, undo_bulk_edit, want
from crm.bulk.parts import ARCHIVE_PART, KIND_PART, PLACE_PART, SECTOR_PART, STAGE_PART, field_part, tag_part
from crm.bulk.queries import MOST_TOLD, Change, Wanted, foresee
from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.fields.definitions import FieldKind, Subject
from crm.fields.operations import add_field, retire_field
from crm.fields.queries import map_values
from crm.organizations.models import How, Organization, OrganizationKind, Stage
from crm.organizations.operations import archive, end_organization
from crm.organizations.queries import search_organizations
from crm.outreach.models import StageChange
from crm.outreach.operations import move_stage
from crm.tags.operations import keep_tags, put_tag
from crm.tags.queries import list_tagged
from crm.tags.words import MOST
from tests.makers import make_organization, make_organizations


def reread(organization: Organization) -> Organization:
    db.session.flush()
    db.session.refresh(organization)
    return organization


@pytest.fixture
def bakers(organizer) -> Organization:
    return make_organization("Harbor Bakers", kind=OrganizationKind.BUSINESS, sector="food", place="Ballard")


@pytest.fixture
def teamsters(organizer) -> Organization:
    union = make_organization("Teamsters Local 6", kind=OrganizationKind.UNION, stage=Stage.ACTIVE)
    union.stage_since = clock.now() - timedelta(days=9)
    return union


def test_what_changes_is_foretold_from_what_to_what(bakers, teamsters, organizer):
    ids = [bakers.id, teamsters.id, *make_organizations(3, sector="food")]
    kind, sector = foresee([Change(KIND_PART, "union"), Change(SECTOR_PART, "")], ids)
    assert (kind.label, kind.to, kind.same, kind.count) == ("Kind", "Union", 1, 4)
    assert list(kind.former) == [("Other", 3), ("Business", 1)]
    assert (sector.to, list(sector.former), sector.same) == ("none", [("food", 4)], 1)
    assert reread(bakers).kind is OrganizationKind.BUSINESS


def test_more_former_values_than_are_told_are_counted_together(organizer):
    ids = [make_organization(f"Group {n}", sector=f"sector {n}").id for n in range(MOST_TOLD + 3)]
    [effect] = foresee([Change(SECTOR_PART, "food")], ids)
    assert len(effect.former) == MOST_TOLD
    assert (effect.others, effect.other_values, effect.count) == (3, 3, MOST_TOLD + 3)


def test_no_group_gets_more_tags_than_one_can_have(bakers, teamsters, organizer):
    for tag in keep_tags(organizer.viewer, [f"Tag {number}" for number in range(MOST)]):
        put_tag(tag, [bakers.id])
    [more] = keep_tags(organizer.viewer, ["One more"])
    with pytest.raises(Refused, match="at most 30 tags") as refused:
        edit_many(organizer.viewer, [teamsters.id, bakers.id], [Change(tag_part(more), "1")])
    assert refused.value.field == "add_tags"


def test_what_is_put_away_meanwhile_is_taken_back_too(bakers, coordinator):
    seats = add_field(coordinator.viewer, Subject.ORGANIZATION, "Seats", FieldKind.NUMBER, (), "")
    edit = edit_many(coordinator.viewer, [bakers.id], [Change(field_part(seats), "77")])
    retire_field(coordinator.viewer, seats.id, retired=True)
    undo_bulk_edit(coordinator.viewer, edit)
    assert not map_values(seats.id, [bakers.id])


def test_all_is_set_at_once_and_taken_back_as_a_whole(bakers, teamsters, organizer):
    viewer, ids = organizer.viewer, [bakers.id, teamsters.id]
    [youth] = keep_tags(viewer, ["Youth"])
    put_tag(youth, [teamsters.id])
    since, editions = teamsters.stage_since, (bakers.edition, teamsters.edition)
    changes = [
        Change(KIND_PART, "union"),
        Change(SECTOR_PART, "transport"),
        Change(PLACE_PART, "Capitol Hill"),
        Change(STAGE_PART, "active"),
        Change(tag_part(youth), "1"),
    ]
    edit = edit_many(viewer, ids, changes)
    assert edit.count == 2
    assert (reread(bakers).kind, bakers.sector, bakers.stage) == ("union", "transport", Stage.ACTIVE)
    assert (bakers.place, bakers.place_key) == ("Capitol Hill", "capitol hill")
    assert len(search_organizations(viewer, "capitol hill")) == 2
    assert list_tagged(youth.id, ids) == set(ids)
    # Whoever has one of them open in a form is told.
    assert bakers.edition > editions[0] and reread(teamsters).edition > editions[1]
    [move] = db.session.scalars(select(StageChange))
    assert (move.organization_id, move.before, move.after) == (bakers.id, Stage.TO_CONTACT, Stage.ACTIVE)

    undo_bulk_edit(viewer, edit)
    undo_bulk_edit(viewer, edit)
    assert (reread(bakers).kind, bakers.sector, bakers.stage) == ("business", "food", Stage.TO_CONTACT)
    assert (bakers.place, bakers.place_key) == ("Ballard", "ballard")
    assert list_tagged(youth.id, ids) == {teamsters.id}
    assert (reread(teamsters).stage, teamsters.stage_since, teamsters.sector) == (Stage.ACTIVE, since, "")
    assert reread(move).undone_at is not None
    acts = db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("organization.bulk%"))).all()
    assert [act.action for act in acts] == ["organization.bulk_edit", "organization.bulk_edit.undo"]
    assert acts[0].detail["organizations"] == 2


def test_undoing_leaves_what_was_changed_since(bakers, teamsters, organizer):
    viewer, ids = organizer.viewer, [bakers.id, teamsters.id]
    bakers.stage = Stage.CONTACTED
    edit = edit_many(viewer, ids, [Change(SECTOR_PART, "transport"), Change(STAGE_PART, "dormant")])
    reread(bakers).sector = "housing"
    move_stage(viewer, teamsters, Stage.IN_CONVERSATION)
    move_stage(viewer, teamsters, Stage.DORMANT)
    undo_bulk_edit(viewer, edit)
    assert (reread(bakers).sector, bakers.stage) == ("housing", Stage.CONTACTED)
    assert (reread(teamsters).sector, teamsters.stage) == ("", Stage.DORMANT)


def test_archived_in_one_go_and_taken_out_again_but_for_who_ended_since(bakers, teamsters, organizer):
    gone = make_organization("Gone Group")
    archive(organizer.viewer, gone)
    ids = [bakers.id, teamsters.id, gone.id]
    [effect] = foresee([Change(ARCHIVE_PART, "1")], ids)
    assert (effect.count, effect.same) == (2, 1)
    edit = edit_many(organizer.viewer, ids, [Change(ARCHIVE_PART, "1")])
    assert search_organizations(organizer.viewer, "harbor bakers") == []
    end_organization(organizer.viewer, reread(teamsters), How.DISSOLVED)
    undo_bulk_edit(organizer.viewer, edit)
    assert [one.name for one in search_organizations(organizer.viewer, "harbor bakers")] == ["Harbor Bakers"]
    assert (reread(bakers).archived_at, reread(gone).archived_at is None) == (None, False)
    assert reread(teamsters).archived_at is not None


def test_too_many_nothing_and_others_groups_are_refused(bakers, organizer, other_coalition, monkeypatch):
    with tenancy.in_coalition(other_coalition.id):
        theirs = make_organization("Prairie Bakers")
    edit = edit_many(organizer.viewer, [theirs.id, bakers.id, bakers.id], [Change(SECTOR_PART, "bread")])
    assert edit.changes[0]["before"] == {"food": [bakers.id]}
    with tenancy.across_coalitions():
        assert reread(theirs).sector == ""
    with pytest.raises(Refused, match="Choose what to change"):
        want(Wanted([], None, {}))
    with pytest.raises(Refused, match="No group is chosen"):
        edit_many(organizer.viewer, [], [Change(KIND_PART, "union")])
    monkeypatch.setattr("crm.bulk.operations.MOST_GROUPS", 1)
    with pytest.raises(Refused, match="1 groups at most"):
        edit_many(organizer.viewer, [1, 2], [Change(KIND_PART, "union")])
    assert db.session.scalars(select(BulkEdit)).all() == [edit]
