"""Listing a group, changing it, putting it away."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.coalitions.models import Coalition
from crm.core import tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.organizations.models import Organization, OrganizationKind
from crm.organizations.operations import (
    ChangedMeanwhile,
    SameOrganization,
    archive,
    create_organization,
    edit_organization,
    restore,
)
from crm.organizations.queries import search_organizations
from tests.makers import make_organization

pytestmark = pytest.mark.usefixtures("coalition")


def feed_version() -> int:
    return db.session.scalars(select(Coalition.feed_version).where(Coalition.slug == "harbor")).one()


def names_found(organizer, question: str) -> list[str]:
    return [found.name for found in search_organizations(organizer.viewer, question)]


def test_a_group_is_listed_with_what_it_is_sorted_and_found_by(organizer):
    made = create_organization(
        organizer.viewer,
        {"name": "The Ágora Collective", "kind": OrganizationKind.BUSINESS, "city": "Missoula"},
    )
    assert made.sort_name == "agora collective"
    assert made.place_key == "missoula"
    assert names_found(organizer, "agora") == ["The Ágora Collective"]


def test_the_same_group_is_not_listed_twice(organizer):
    first = make_organization("Int'l Brotherhood of Electrical Workers, L.U. 0046", city="Seattle")
    with pytest.raises(SameOrganization) as refused:
        create_organization(
            organizer.viewer,
            {"name": "International Brotherhood of Electrical Workers Local 46", "city": "SEATTLE"},
        )
    assert refused.value.organization is first
    assert refused.value.field == "name"


def test_another_local_of_the_same_union_is_another_group(organizer):
    make_organization("Teamsters Local 117")
    assert make_organization("Teamsters Local 174").id


def test_an_edit_says_what_changed_and_is_audited_by_field_names_alone(organizer):
    group = make_organization("Harbor Tenants Union")
    changed = edit_organization(
        organizer.viewer, group, {"name": "Harbor Tenants", "size": 40, "note": "met at the hall"}, 1
    )
    assert changed == ["name", "note", "size"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "organization.edit")).one()
    assert entry.fields == ["name", "note", "size"]
    assert "hall" not in str(entry.detail)
    assert names_found(organizer, "tenants") == ["Harbor Tenants"]


def test_saving_without_a_change_changes_nothing(organizer):
    group = make_organization("Harbor Tenants Union")
    assert edit_organization(organizer.viewer, group, {"name": "Harbor Tenants Union"}, 1) == []
    assert group.edition == 1


def test_the_second_of_two_editors_is_told(organizer):
    group = make_organization("Harbor Tenants Union")
    edit_organization(organizer.viewer, group, {"size": 40}, 1)
    with pytest.raises(ChangedMeanwhile):
        edit_organization(organizer.viewer, group, {"size": 50}, 1)
    assert group.size == 40


def test_a_touch_logged_meanwhile_disturbs_no_editor(organizer):
    group = make_organization("Harbor Tenants Union")
    group.last_touch_at = group.created_at
    db.session.flush()
    assert edit_organization(organizer.viewer, group, {"size": 40}, 1) == ["size"]


def test_feeds_are_renewed_when_what_the_public_sees_changes_and_only_then(organizer):
    group = make_organization("Harbor Tenants Union")
    before = feed_version()
    edit_organization(organizer.viewer, group, {"note": "met at the hall"}, 1)
    assert feed_version() == before
    edit_organization(organizer.viewer, group, {"name": "Harbor Tenants"}, 2)
    assert feed_version() > before


def test_a_group_is_not_under_itself_nor_under_its_own_affiliate(organizer):
    national = make_organization("National Tenants")
    state = make_organization("State Tenants", parent_id=national.id)
    local = make_organization("Local Tenants", parent_id=state.id)
    for below in (national, local):
        with pytest.raises(Refused) as refused:
            edit_organization(organizer.viewer, national, {"parent_id": below.id}, 1)
        assert refused.value.field == "parent_id"


def test_a_parent_or_an_assignee_of_another_coalition_is_not_taken(organizer, outsider, other_coalition):
    with tenancy.in_coalition(other_coalition.id):
        theirs = make_organization("Prairie Farmers")
    for field, value in (("parent_id", theirs.id), ("assignee_id", outsider.user.id)):
        with pytest.raises(Refused) as refused:
            create_organization(organizer.viewer, {"name": "Harbor Farmers", field: value})
        assert refused.value.field == field


def test_what_looks_like_an_identity_number_is_kept_only_when_it_is_meant(organizer):
    values = {"name": "Harbor Tenants", "note": "their permit is 123-45-6789"}
    with pytest.raises(Refused) as refused:
        create_organization(organizer.viewer, values)
    assert refused.value.field == "note"
    assert create_organization(organizer.viewer, {**values, "identity_number_meant": True}).note


def test_an_archived_group_is_found_no_more_until_it_is_restored(organizer):
    group = make_organization("Harbor Tenants Union")
    archive(organizer.viewer, group)
    assert names_found(organizer, "tenants") == []
    with pytest.raises(SameOrganization, match="archived"):
        create_organization(organizer.viewer, {"name": "Harbor Tenants Union"})
    edit_organization(organizer.viewer, group, {"acronym": "HTU"}, group.edition)
    assert names_found(organizer, "htu") == []
    restore(organizer.viewer, group)
    assert names_found(organizer, "htu") == ["Harbor Tenants Union"]


def test_each_coalition_finds_its_own_groups_alone(organizer, outsider, other_coalition):
    make_organization("Harbor Tenants Union")
    with tenancy.in_coalition(other_coalition.id):
        make_organization("Prairie Tenants Union")
        assert names_found(outsider, "tenants") == ["Prairie Tenants Union"]
    assert names_found(organizer, "tenants") == ["Harbor Tenants Union"]
    assert db.session.scalars(select(Organization.name)).all() == ["Harbor Tenants Union"]
