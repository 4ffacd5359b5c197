"""A group that is no more on its own: archived with the reason, and taken up again."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _

from crm.audit import operations as audit
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.organizations.models import Ending, How, Organization
from crm.organizations.operations.listing import SameOrganization, archive, restore
from crm.organizations.queries import find_by_identity
from crm.organizations.queries.endings import find_ending


def end_organization(
    viewer: Viewer,
    organization: Organization,
    how: How,
    *,
    successor: Organization | None = None,
    ended_on: date | None = None,
) -> Ending:
    """Archive a group as dissolved, or as going on as another; its history is kept, and leads there.

    Said again, it takes the place of what was said before. Raises Refused (field `successor` or `ended_on`).
    """
    _check(organization, how, successor, ended_on)
    ending = find_ending(organization.id)
    if ending is not None and ending.how is How.MERGED:
        raise Refused(_("This group was merged into another. Undo that first."))
    if ending is None:
        ending = Ending(organization_id=organization.id)
        db.session.add(ending)
    ending.how, ending.ended_on = how, ended_on
    ending.successor_id = successor.id if successor else None
    ending.by_id, ending.at = viewer.user_id, clock.now()
    archive(viewer, organization)
    if how is How.MERGED:
        # Lists go on bringing it under this identity: they mean the other now, which may take it over.
        ending.identity_key = organization.identity_key
        organization.identity_key = f"merged {organization.id}|{organization.identity_key}"[:500]
    db.session.flush()
    audit.record(viewer, "organization.end", organization, how=how.value)
    return ending


def reopen_organization(viewer: Viewer, organization: Organization) -> None:
    """Take up again a group that was merged, as it was. Raises SameOrganization: it was listed anew since."""
    ending = find_ending(organization.id)
    if ending is None or ending.how is not How.MERGED:
        return
    key = ending.identity_key or organization.identity_key
    db.session.delete(ending)
    db.session.flush()
    same = find_by_identity(key)
    if same is not None and same is not organization:
        raise SameOrganization(same)
    organization.identity_key = key
    restore(viewer, organization)


def _check(
    organization: Organization, how: How, successor: Organization | None, ended_on: date | None
) -> None:
    if how is How.SUCCEEDED and successor is None:
        raise Refused(_("Choose the group that goes on."), "successor")
    if successor is not None and (successor.id == organization.id or successor.archived_at is not None):
        raise Refused(_("Choose another group, one that is not archived."), "successor")
    if ended_on is not None and ended_on > clock.now().date() + timedelta(days=1):
        raise Refused(_("This day is still to come."), "ended_on")
