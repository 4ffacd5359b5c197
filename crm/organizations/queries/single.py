"""One organization and who belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload, with_expression

from crm.accounts.models import User
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.core.tenancy import current_coalition_id
from crm.core.together import Question
from crm.fields.queries import values_text
from crm.organizations.models import Assignment, Contact, Organization
from crm.tags.queries import tags_text

# Of so many coalitions a statement that names its coalition is kept.
COALITIONS = 64


def find_organization(organization_id: int) -> Organization | None:
    """An organization of the chosen coalition, archived ones too."""
    return db.session.scalars(select(Organization).where(Organization.id == organization_id)).one_or_none()


def load_organization(organization_id: int) -> Organization | None:
    """The same with its parent, its assignee, tags and own fields, in one statement."""
    query = _whole(current_coalition_id())
    return db.session.scalars(query, {"organization_id": organization_id}).one_or_none()


@lru_cache(maxsize=COALITIONS)
def _whole(_coalition_id: int) -> Select[Organization]:
    """Written out once for each coalition: it took as long as asking it."""
    parent = joinedload(Organization.parent).load_only(Organization.name, Organization.archived_at)
    tags = with_expression(Organization.tag_text, tags_text(Organization.id))
    values = with_expression(Organization.value_text, values_text(Organization.id))
    query = select(Organization).where(Organization.id == bindparam("organization_id"))
    # Of who looks after it, the name: an address would be decrypted for nothing.
    assignee = joinedload(Organization.assignee).load_only(User.name)
    return query.options(parent, assignee, tags, values)


# Asked by every call: written out once.
_PEOPLE = (
    select(Contact)
    .where(Contact.organization_id == bindparam("organization_id"), Contact.removed_at.is_(None))
    .order_by(Contact.is_primary.desc(), Contact.id)
)


def list_contacts(viewer: Viewer, organization_id: int) -> Sequence[Contact]:
    """The people of an organization, whom to call first on top. Nobody for who may not know of them."""
    if not viewer.can(Permission.CONTACT_VIEW):
        return []
    return db.session.scalars(_PEOPLE, {"organization_id": organization_id}).all()


# As much of a person as the page of a group shows.
_SHOWN = (
    "id", "name", "role", "email", "phone", "note", "is_primary", "until_on", "speaks_since", "no_calls_at",
    "wrong_number_at",
)  # fmt: skip


def ask_for_people(organization_id: Any) -> Question:
    """The question for the people of an organization."""
    query = select(*(getattr(Contact, name) for name in _SHOWN))
    return query.where(Contact.organization_id == organization_id, Contact.removed_at.is_(None))


def find_contact(organization_id: int, contact_id: int, *, removed_too: bool = False) -> Contact | None:
    """A contact of this organization; None for another's and, unless asked for, for one that was removed."""
    query = select(Contact).where(Contact.id == contact_id, Contact.organization_id == organization_id)
    if not removed_too:
        query = query.where(Contact.removed_at.is_(None))
    return db.session.scalars(query).one_or_none()


def ask_for_affiliates(organization_id: Any, limit: int) -> Question:
    """The question for the groups directly under an organization, by name, at most `limit`."""
    query = select(*(getattr(Organization, name) for name in ("id", "name", "stage", "size", "sort_name")))
    query = query.where(Organization.parent_id == organization_id, Organization.archived_at.is_(None))
    # An order that no index has: SQLite would read all groups by name to find these few.
    return query.order_by(func.coalesce(Organization.sort_name, ""), Organization.id).limit(limit)


def is_within(organization: Organization, whole_id: int) -> bool:
    """Whether an organization is the given one, or somewhere under it."""
    above = (
        select(Organization.id, Organization.parent_id)
        .where(Organization.id == organization.id)
        .cte("above", recursive=True)
    )
    # UNION, not UNION ALL: it ends even where rows that came from elsewhere go round in a circle.
    above = above.union(
        select(Organization.id, Organization.parent_id).join(above, Organization.id == above.c.parent_id)
    )
    return db.session.scalar(select(above.c.id).where(above.c.id == whole_id)) is not None


def find_assignment(assignment_id: int) -> Assignment | None:
    """What was given to whom in one go, for undoing it."""
    return db.session.scalars(select(Assignment).where(Assignment.id == assignment_id)).one_or_none()
