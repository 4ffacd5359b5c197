"""Small functions that make rows for everyone's tests, by the same operations as the pages do.

They work in the chosen coalition (the fixture `coalition` chooses it) and leave the commit to the test's
browser, or to the test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.audit.operations import record
from crm.core import clock, search
from crm.core.contributions import TimelineEntry
from crm.core.permissions import Viewer
from crm.home.organization_queries import show_around
from crm.organizations.derived import derived, document
from crm.organizations.models import Contact, Organization
from crm.organizations.operations import add_contact, insert_organizations
from crm.organizations.operations.listing import FIELDS
from tests.rows import lay_down

PROGRAM = Viewer(name="the tests")


def make_organization(name: str = "Teamsters Local 117", **values: Any) -> Organization:
    """A listed organization; any column may be given (kind=…, size=…, stage=…, parent_id=…).

    What create_organization makes, without its checks (tests/site/test_ground.py holds it to that).
    """
    now = clock.now()
    listing = {**FIELDS, "name": name, **values}
    row = {"stage_since": now, "created_at": now, "updated_at": now, **listing, **derived(listing)}
    organization = lay_down(Organization, **row)
    search.put([document(organization.id, listing)])
    record(PROGRAM, "organization.create", organization)
    return organization


def make_organizations(count: int, name: str = "Neighbors of Block %03d", **values: Any) -> list[int]:
    """Many at once, named by number; their ids."""
    return insert_organizations([{"name": name % number, **values} for number in range(1, count + 1)])


def told_of(viewer: Viewer, organization: Organization, most: int = 20) -> Sequence[TimelineEntry]:
    """What all features tell a viewer of a group, the newest first."""
    return show_around(viewer, organization.id, most).entries


def make_contact(organization: Organization, name: str = "Rosa Lark", **values: Any) -> Contact:
    """A person who acts for an organization (role=…, email=…, phone=…)."""
    return add_contact(PROGRAM, organization, {"name": name, **values})
