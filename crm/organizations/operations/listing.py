"""One organization's listing: made, edited, put away and taken out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from crm.accounts.operations import find_membership
from crm.audit import operations as audit
from crm.coalitions.operations import touch_feeds
from crm.core import clock, search
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.notes import refuse_identity_number
from crm.core.permissions import Viewer
from crm.organizations.derived import KIND, derived
from crm.organizations.models import How, Organization, OrganizationKind
from crm.organizations.operations.bulk import IDENTIFYING, index_organizations
from crm.organizations.queries import find_by_identity, find_organization, is_within
from crm.organizations.queries.endings import find_ending

# What a listing holds, with what it is when left out.
FIELDS: dict[str, Any] = {
    "name": "",
    "acronym": "",
    "kind": OrganizationKind.OTHER,
    "local_number": "",
    "size": None,
    "size_public": False,
    "parent_id": None,
    "sector": "",
    "place": "",
    "address": "",
    "city": "",
    "state": "",
    "postal_code": "",
    "website": "",
    "description": "",
    "note": None,
    "assignee_id": None,
}
# What the public pages and the feeds show of it.
PUBLIC = frozenset(
    {"name", "acronym", "kind", "size", "size_public", "place", "city", "website", "description"}
)
# What search and identity are made of.
NAMING = frozenset({"name", "acronym", "local_number", "place", "city", "state"})
LARGEST = 50_000_000


class SameOrganization(Refused):
    """There is this organization already: `organization` is it."""

    def __init__(self, organization: Organization) -> None:
        if organization.archived_at:
            message = _("“%(name)s” is here already, archived. Restore it instead.", name=organization.name)
        else:
            message = _("“%(name)s” is here already, with the same place and number.", name=organization.name)
        super().__init__(message, "name")
        self.organization = organization


class ChangedMeanwhile(Refused):
    """Somebody else saved this listing since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this group while you were editing it."))


def create_organization(viewer: Viewer | None, values: Mapping[str, Any]) -> Organization:
    """List an organization of the chosen coalition. `values` holds any of FIELDS.

    Raises SameOrganization when its identity is taken, Refused with the field that is wrong.
    """
    full = {**FIELDS, **{name: value for name, value in values.items() if name in FIELDS}}
    full["note"] = full["note"] or None
    _check(full, None, identity_number_meant=bool(values.get("identity_number_meant")))
    now = clock.now()
    organization = Organization(**full, **derived(full), stage_since=now, created_at=now, updated_at=now)
    _flush(organization)
    index_organizations([organization.id])
    audit.record(viewer, "organization.create", organization)
    return organization


def edit_organization(
    viewer: Viewer | None, organization: Organization, values: Mapping[str, Any], edition: int
) -> list[str]:
    """Change a listing; the names of the fields that changed. What is not in `values` stays.

    `edition` is the one that the editor saw. Raises ChangedMeanwhile, SameOrganization, or Refused with the
    field that is wrong; nothing is changed then.
    """
    if organization.edition != edition:
        raise ChangedMeanwhile
    given = {name: value for name, value in values.items() if name in FIELDS}
    if "note" in given:
        given["note"] = given["note"] or None
    full = {**{name: getattr(organization, name) for name in FIELDS}, **given}
    changed = sorted(name for name in given if given[name] != getattr(organization, name))
    if not changed:
        return []
    _check(full, organization, identity_number_meant=bool(values.get("identity_number_meant")))
    for name in changed:
        setattr(organization, name, full[name])
    _derive(organization, full, changed)
    organization.edition, organization.updated_at = edition + 1, clock.now()
    _flush(organization)
    if NAMING & set(changed) and organization.archived_at is None:
        index_organizations([organization.id])
    if PUBLIC & set(changed):
        touch_feeds()
    audit.record(viewer, "organization.edit", organization, fields=changed)
    return changed


def archive(viewer: Viewer | None, organization: Organization) -> None:
    """Put a group away: out of lists, search and public pages; nothing of it is lost. Once is enough."""
    if organization.archived_at is not None:
        return
    organization.archived_at = clock.now()
    organization.edition += 1
    db.session.flush()
    search.remove(KIND, [organization.id])
    touch_feeds()
    audit.record(viewer, "organization.archive", organization)


def restore(viewer: Viewer | None, organization: Organization) -> None:
    """Take an archived group out again, as it was; also one that had ended.

    Raises Refused for one that was merged into another: that is undone where the two are parted.
    """
    if organization.archived_at is None:
        return
    ending = find_ending(organization.id)
    if ending is not None and ending.how is How.MERGED:
        raise Refused(_("This group was merged into another. Undo that first."))
    if ending is not None:
        db.session.delete(ending)
    organization.archived_at = None
    organization.edition += 1
    db.session.flush()
    index_organizations([organization.id])
    touch_feeds()
    audit.record(viewer, "organization.restore", organization)


def _check(full: Mapping[str, Any], own: Organization | None, *, identity_number_meant: bool) -> None:
    """Raises what is wrong with a listing before anything of it is written."""
    if not 2 <= len(full["name"]) <= 300:
        raise Refused(_("Give the group's name, 2 to 300 characters."), "name")
    if full["size"] is not None and not 0 <= full["size"] <= LARGEST:
        raise Refused(_("Give a whole number of people, or leave it out."), "size")
    refuse_identity_number(full["note"], "note", meant=identity_number_meant)
    refuse_identity_number(full["description"], "description", meant=identity_number_meant)
    if full["parent_id"] is not None and (own is None or full["parent_id"] != own.parent_id):
        _check_parent(full["parent_id"], own)
    if full["assignee_id"] is not None and find_membership(full["assignee_id"]) is None:
        raise Refused(_("Choose somebody of this coalition."), "assignee_id")
    if own is not None and all(full[name] == getattr(own, name) for name in IDENTIFYING):
        return
    same = find_by_identity(derived(full)["identity_key"])
    if same is not None and same is not own:
        raise SameOrganization(same)


def _derive(organization: Organization, full: Mapping[str, Any], changed: Sequence[str]) -> None:
    """Work out again what follows from the listing; the identity only where something of it changed."""
    for name, value in derived(full).items():
        if name != "identity_key" or IDENTIFYING & set(changed):
            setattr(organization, name, value)


def _check_parent(parent_id: int, own: Organization | None) -> None:
    parent = find_organization(parent_id)
    if parent is None:
        raise Refused(_("Choose a group of this coalition."), "parent_id")
    if own is not None and is_within(parent, own.id):
        raise Refused(
            _("“%(name)s” is this group or one of its own affiliates.", name=parent.name), "parent_id"
        )


def _flush(organization: Organization) -> None:
    """Write it now. What another writer did in the same moment is told as if it had been seen before."""
    key = organization.identity_key
    try:
        with db.session.begin_nested():
            # Added only now: what is pending before is written outside of the savepoint.
            db.session.add(organization)
            db.session.flush()
    except StaleDataError:
        raise ChangedMeanwhile from None
    except IntegrityError:
        # Rolling back to before it was written lets go of a new one by itself.
        if organization in db.session:
            db.session.expunge(organization)
        same = find_by_identity(key)
        if same is None:
            raise
        raise SameOrganization(same) from None
