"""What outreach adds to a group's timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from crm.accounts.models import User
from crm.core.contributions import MOST, OF_GROUP, Questions, TimelineEntry, TimelinePart
from crm.core.languages import spoken
from crm.core.permissions import Permission, Viewer
from crm.core.together import Question
from crm.organizations.models import Contact
from crm.organizations.queries.stages import own_stages
from crm.organizations.stages import Stages
from crm.outreach.models import (
    CHANNEL_ICONS,
    CHANNEL_NAMES,
    OUTCOME_NAMES,
    Channel,
    Interaction,
    Outcome,
    StageChange,
    may_change_touch_of,
)


def _questions(viewer: Viewer) -> Questions:
    """The newest touches with a group, and moves of its stage that no touch made."""
    if not viewer.can(Permission.OUTREACH_VIEW):
        return {}
    return {"touches": _touches(), "moves": _moves()}


def _touches() -> Question:
    touch = Interaction
    columns = (touch.id, touch.at, touch.channel, touch.outcome, touch.note, touch.user_id)
    query = (
        select(*columns, User.name.label("who"), Contact.name.label("contact"))
        .outerjoin(User, User.id == touch.user_id)
        .outerjoin(Contact, Contact.id == touch.contact_id)
        .where(touch.organization_id == OF_GROUP)
    )
    return query.order_by(touch.at.desc(), touch.id.desc()).limit(MOST)


def _moves() -> Question:
    move = StageChange
    query = (
        select(move.id, move.at, move.before, move.after, User.name.label("who"))
        .outerjoin(User, User.id == move.user_id)
        .where(move.organization_id == OF_GROUP, move.interaction_id.is_(None), move.undone_at.is_(None))
    )
    return query.order_by(move.at.desc(), move.id.desc()).limit(MOST)


def _tell(viewer: Viewer, found: Mapping[str, Sequence[Any]]) -> list[TimelineEntry]:
    """Whom touches were with is told to those who may know of contacts."""
    stages = own_stages()
    entries = [_of_touch(viewer, touch) for touch in found["touches"]]
    return entries + [_of_move(move, stages) for move in found["moves"]]


def _of_touch(viewer: Viewer, touch: Any) -> TimelineEntry:
    contact = touch.contact if viewer.can(Permission.CONTACT_VIEW) else None
    may_change = may_change_touch_of(viewer, touch.user_id)
    return TimelineEntry(
        at=touch.at,
        icon=CHANNEL_ICONS[touch.channel],
        title=_words(touch.channel, touch.outcome, contact),
        text=touch.note or "",
        who=touch.who or "",
        url=url_for("outreach.edit", interaction_id=touch.id) if may_change else None,
    )


def _of_move(move: Any, stages: Stages) -> TimelineEntry:
    return TimelineEntry(
        at=move.at,
        icon="outreach",
        title=_("Stage: %(stage)s", stage=stages.name(move.after)),
        text=_("Before: %(stage)s", stage=stages.name(move.before)),
        who=move.who or "",
    )


def title_of(touch: Interaction, *, with_contact: bool = False) -> str:
    """What a touch was, in a few words: "Call with Ana Ruiz: Left message"."""
    contact = touch.contact.name if with_contact and touch.contact is not None else None
    return _words(touch.channel, touch.outcome, contact)


def _words(channel: Channel, outcome: Outcome, contact: str | None) -> str:
    if not contact:
        return _words_alone(channel, outcome, str(spoken()))
    words = {"channel": CHANNEL_NAMES[channel], "outcome": OUTCOME_NAMES[outcome]}
    return str(_("%(channel)s with %(contact)s: %(outcome)s", contact=contact, **words))


@lru_cache(maxsize=256)
def _words_alone(channel: Channel, outcome: Outcome, _language: str) -> str:
    """The few that most touches are told by, made once for a language."""
    return str(_("%(channel)s: %(outcome)s", channel=CHANNEL_NAMES[channel], outcome=OUTCOME_NAMES[outcome]))


TIMELINE = TimelinePart(_questions, _tell)
