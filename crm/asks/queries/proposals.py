"""Reading who holds a draft to be an editorial change."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.accounts.queries import list_coordinators
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import DemandVersion, EditorialProposal


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
