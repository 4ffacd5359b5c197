"""How far outreach is: moved by touches, by hand, and back."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.organizations.models import Organization, Stage
from crm.organizations.queries.stages import own_stages
from crm.organizations.stage_codes import meaning_of
from crm.outreach.models import STAGE_REACHED, Interaction, StageChange, rank_of


def move_stage(viewer: Viewer, organization: Organization, stage: str) -> StageChange | None:
    """Set the stage by hand, backwards too, to one of the coalition's that is not retired.

    None when it is there already. Raises Refused (field `stage`), and for a group that is archived.
    """
    lock(organization)
    if organization.archived_at is not None:
        raise Refused(
            _("“%(group)s” is archived: nothing is moved until it is restored.", group=organization.name)
        )
    if organization.stage == stage:
        return None
    step = own_stages().find(stage)
    if step is None or step.retired:
        raise Refused(_("No group is moved to this stage any more. Choose another."), "stage")
    return _move(viewer, organization, stage, None)


def reach_stage(viewer: Viewer, organization: Organization, meaning: Stage) -> StageChange | None:
    """Move a group to one of the five stages. None when it is at one that means the same."""
    lock(organization)
    if meaning_of(organization.stage) is meaning:
        return None
    return _move(viewer, organization, meaning, None)


def undo_stage_change(viewer: Viewer, change: StageChange) -> None:
    """Put the stage back; once, however often it is asked. Raises Refused when it moved on since."""
    organization = change.organization
    lock(organization)
    if change.undone_at is not None:
        return
    if not take_back(organization, change):
        raise Refused(_("The stage has moved since then, so it stays as it is."))
    record(viewer, "stage.undo", change)


def advance(viewer: Viewer, organization: Organization, interaction: Interaction) -> StageChange | None:
    """Move the stage to where a touch's outcome takes it; None when it is there or further.

    Never backwards: a message left at a group that is in conversation leaves it there.
    """
    after = STAGE_REACHED.get(interaction.outcome)
    if after is None or rank_of(after) <= rank_of(organization.stage):
        return None
    return _move(viewer, organization, after, interaction)


def take_back(organization: Organization, change: StageChange) -> bool:
    """Undo a move if it is the last that holds; whether it was."""
    later = select(StageChange.id).where(
        StageChange.organization_id == organization.id,
        StageChange.id > change.id,
        StageChange.undone_at.is_(None),
    )
    moved_on = organization.stage != change.after or db.session.scalar(later.limit(1)) is not None
    if change.undone_at is not None or moved_on:
        return False
    change.undone_at = clock.now()
    organization.stage, organization.stage_since = change.before, change.before_since
    return True


def lock(organization: Organization) -> None:
    """Take turns: of two touches of one group at once the second sees what the first made of it."""
    db.session.refresh(organization, with_for_update={"of": Organization})


def _move(
    viewer: Viewer, organization: Organization, stage: str, interaction: Interaction | None
) -> StageChange:
    now = clock.now()
    change = StageChange(
        organization_id=organization.id,
        interaction_id=interaction.id if interaction else None,
        before=organization.stage,
        before_since=organization.stage_since,
        after=stage,
        at=now,
        user_id=viewer.user_id,
    )
    db.session.add(change)
    organization.stage, organization.stage_since = stage, now
    record(viewer, "stage.move", change)
    return change
