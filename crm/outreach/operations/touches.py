"""Logging touches, and putting them right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.organizations.models import Organization
from crm.organizations.queries import find_contact
from crm.outreach.models import NEEDS_NEXT_STEP, Channel, FollowUp, Interaction, Outcome, StageChange
from crm.outreach.operations.follow_ups import add_follow_up, finish_follow_up
from crm.outreach.operations.stages import advance, lock, take_back


@dataclass(frozen=True)
class Touch:
    """What is told of a touch; `at` is aware and not in the future."""

    channel: Channel
    outcome: Outcome
    at: datetime
    contact_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class NextStep:
    """What is to be done after a touch, by whom, on which day."""

    title: str
    due_on: date
    owner_id: int | None


@dataclass(frozen=True)
class Logged:
    """What logging a touch made: the touch, the move of the stage and the next step, where there is one."""

    interaction: Interaction
    moved: StageChange | None
    follow_up: FollowUp | None


def log_touch(
    viewer: Viewer,
    organization: Organization,
    touch: Touch,
    *,
    form_key: str | None = None,
    next_step: NextStep | None = None,
    deals_with: FollowUp | None = None,
) -> Logged:
    """Log a touch, move the stage where the outcome implies it, note the next step, close what it deals with.

    A form key that was used already gives what it made the first time. Raises Refused (field `contact_id`,
    `on`, `due_on`, `owner_id` or `form_key`); nothing is changed then.
    """
    lock(organization)
    if form_key and (first := _logged_before(viewer, organization, form_key)):
        return first
    _check_touch(organization, touch, next_step)
    interaction = _interaction(viewer, organization, touch, form_key)
    db.session.add(interaction)
    record(viewer, "interaction.log", interaction)
    follow_up = _add_next_step(viewer, interaction, next_step) if next_step else None
    if organization.last_touch_at is None or organization.last_touch_at < touch.at:
        organization.last_touch_at = touch.at
    if deals_with is not None:
        finish_follow_up(viewer, deals_with)
    return Logged(interaction, advance(viewer, organization, interaction), follow_up)


def _interaction(
    viewer: Viewer, organization: Organization, touch: Touch, form_key: str | None
) -> Interaction:
    return Interaction(
        organization_id=organization.id,
        contact_id=touch.contact_id,
        user_id=viewer.user_id,
        channel=touch.channel,
        outcome=touch.outcome,
        at=touch.at,
        note=touch.note or None,
        form_key=form_key,
    )


def edit_interaction(viewer: Viewer, interaction: Interaction, *, outcome: Outcome, note: str) -> None:
    """Put a touch right. An outcome that implies a later stage moves the group there. Raises Refused."""
    _check_may_change(viewer, interaction)
    changed = [
        name
        for name, value in (("outcome", outcome), ("note", note or None))
        if getattr(interaction, name) != value
    ]
    if not changed:
        return
    lock(interaction.organization)
    interaction.outcome, interaction.note = outcome, note or None
    record(viewer, "interaction.edit", interaction, fields=changed)
    if "outcome" in changed:
        advance(viewer, interaction.organization, interaction)


def delete_interaction(viewer: Viewer, interaction: Interaction) -> None:
    """Take a touch back, with its open next step, and the stage's move where nothing moved since.

    Raises Refused.
    """
    _check_may_change(viewer, interaction)
    organization = interaction.organization
    lock(organization)
    for change in db.session.scalars(
        select(StageChange)
        .where(StageChange.interaction_id == interaction.id)
        .order_by(StageChange.id.desc())
    ):
        take_back(organization, change)
        change.interaction_id = None
    for follow_up in db.session.scalars(select(FollowUp).where(FollowUp.interaction_id == interaction.id)):
        follow_up.interaction_id = None
        if follow_up.done_at is None:
            db.session.delete(follow_up)
    record(viewer, "interaction.delete", interaction)
    db.session.delete(interaction)
    db.session.flush()
    if organization.last_touch_at == interaction.at:
        last = select(func.max(Interaction.at)).where(Interaction.organization_id == organization.id)
        organization.last_touch_at = db.session.scalar(last)


def _check_may_change(viewer: Viewer, interaction: Interaction) -> None:
    if not interaction.may_be_changed_by(viewer):
        raise Refused(_("Only the person who logged this, or a coordinator, can change it."))


def _logged_before(viewer: Viewer, organization: Organization, form_key: str) -> Logged | None:
    first = db.session.scalars(select(Interaction).where(Interaction.form_key == form_key)).one_or_none()
    if first is None:
        return None
    if first.organization_id != organization.id or first.user_id != viewer.user_id:
        raise Refused(_("This form was used already. Load the page again."), "form_key")
    moved = select(StageChange).where(StageChange.interaction_id == first.id, StageChange.undone_at.is_(None))
    step = select(FollowUp).where(FollowUp.interaction_id == first.id)
    return Logged(first, db.session.scalars(moved).first(), db.session.scalars(step).first())


def _check_touch(organization: Organization, touch: Touch, next_step: NextStep | None) -> None:
    if touch.at > clock.now():
        raise Refused(_("This day is still to come."), "on")
    if touch.outcome in NEEDS_NEXT_STEP and next_step is None:
        raise Refused(_("Choose the day on which you get back to them."), "due_on")
    if touch.contact_id is not None and find_contact(organization.id, touch.contact_id) is None:
        raise Refused(_("Choose one of this group's people."), "contact_id")


def _add_next_step(viewer: Viewer, interaction: Interaction, step: NextStep) -> FollowUp:
    return add_follow_up(
        viewer,
        title=step.title,
        due_on=step.due_on,
        owner_id=step.owner_id,
        organization_id=interaction.organization_id,
        interaction_id=interaction.id,
    )
