"""What outreach adds to a group's timeline."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from crm.core.contributions import TimelineEntry
from crm.core.permissions import Permission, Viewer
from crm.organizations.queries.stages import own_stages
from crm.organizations.stages import Stages
from crm.outreach.models import CHANNEL_ICONS, CHANNEL_NAMES, OUTCOME_NAMES, Interaction, StageChange
from crm.outreach.queries import list_stage_moves_of, list_touches_of


def list_entries(viewer: Viewer, organization_id: int, most: int) -> Sequence[TimelineEntry]:
    """The newest touches with a group and moves of its stage by hand, newest first.

    Whom touches were with is told to those who may know of contacts.
    """
    if not viewer.can(Permission.OUTREACH_VIEW):
        return []
    with_contacts = viewer.can(Permission.CONTACT_VIEW)
    touches = list_touches_of(organization_id, most, with_contacts=with_contacts)
    entries = [_of_touch(viewer, touch, with_contacts) for touch in touches]
    stages = own_stages()
    entries += [_of_move(move, stages) for move in list_stage_moves_of(organization_id, most)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:most]


def _of_touch(viewer: Viewer, touch: Interaction, with_contacts: bool) -> TimelineEntry:
    may_change = touch.may_be_changed_by(viewer)
    return TimelineEntry(
        at=touch.at,
        icon=CHANNEL_ICONS[touch.channel],
        title=title_of(touch, with_contact=with_contacts),
        text=touch.note or "",
        who=touch.user.name if touch.user else "",
        url=url_for("outreach.edit", interaction_id=touch.id) if may_change else None,
    )


def _of_move(move: StageChange, stages: Stages) -> TimelineEntry:
    return TimelineEntry(
        at=move.at,
        icon="outreach",
        title=_("Stage: %(stage)s", stage=stages.name(move.after)),
        text=_("Before: %(stage)s", stage=stages.name(move.before)),
        who=move.user.name if move.user else "",
    )


def title_of(touch: Interaction, *, with_contact: bool = False) -> str:
    """What a touch was, in a few words: "Call with Ana Ruiz: Left message"."""
    words = {"channel": CHANNEL_NAMES[touch.channel], "outcome": OUTCOME_NAMES[touch.outcome]}
    if with_contact and touch.contact is not None and touch.contact.name:
        return str(_("%(channel)s with %(contact)s: %(outcome)s", contact=touch.contact.name, **words))
    return str(_("%(channel)s: %(outcome)s", **words))
