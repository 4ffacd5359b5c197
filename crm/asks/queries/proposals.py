"""Reading who holds a draft to be an editorial change."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.accounts.queries import list_coordinators
from crm.coalitions.models import Membership
from crm.core.db import db
from crm.core.permissions import Role, Viewer
from crm.demands.models import DemandVersion, EditorialProposal, VersionState


def find_proposal(draft: DemandVersion) -> EditorialProposal | None:
    """The proposal that holds for a draft as it stands.

    None where its words were edited since, or where who proposed it is no coordinator any more.
    """
    query = select(EditorialProposal).where(
        EditorialProposal.version_id == draft.id, EditorialProposal.edition == draft.edition
    )
    proposal = db.session.scalars(query.options(joinedload(EditorialProposal.proposed_by))).one_or_none()
    if proposal is None:
        return None
    coordinators = {user.id for user, _member in list_coordinators()}
    return proposal if proposal.proposed_by_id in coordinators else None


def other_coordinators(viewer: Viewer, *, lock: bool = False) -> Sequence[User]:
    """The coordinators of the chosen coalition besides the one who looks."""
    return [user for user, _member in list_coordinators(lock=lock) if user.id != viewer.user_id]


def open_proposals(viewer: Viewer) -> list[ColumnElement[bool]]:
    """What holds of proposals by another coordinator than the viewer that are still as they were made."""
    as_proposed = exists().where(
        DemandVersion.id == EditorialProposal.version_id,
        DemandVersion.state == VersionState.DRAFT,
        DemandVersion.edition == EditorialProposal.edition,
    )
    by_coordinator = exists().where(
        Membership.coalition_id == EditorialProposal.coalition_id,
        Membership.user_id == EditorialProposal.proposed_by_id,
        Membership.role == Role.COORDINATOR,
    )
    return [EditorialProposal.proposed_by_id != viewer.user_id, as_proposed, by_coordinator]
