"""Small functions that make rows for everyone's tests, by the same operations as the pages do.

They work in the chosen coalition (the fixture `coalition` chooses it) and leave the commit to the test's
browser, or to the test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.core.contributions import TimelineEntry
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.home.organization_queries import show_around
from crm.organizations.models import Contact, Organization
from crm.organizations.operations import add_contact, create_organization, insert_organizations
from crm.organizations.operations.listing import FIELDS

PROGRAM = Viewer(name="the tests")


def make_organization(name: str = "Teamsters Local 117", **values: Any) -> Organization:
    """A listed organization; any column may be given (kind=…, size=…, stage=…, parent_id=…)."""
    organization = create_organization(PROGRAM, {"name": name, **values})
    for column, value in values.items():
        if column not in FIELDS:
            setattr(organization, column, value)
    db.session.flush()
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
