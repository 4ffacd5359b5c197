"""What a caller sees: the group that they hold, whom to ask for, and why this group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.organizations.models import Contact, Organization, OrganizationKind
from crm.outreach.models import Interaction
from crm.queues.models import CallQueue, EntryState, QueueEntry
from crm.queues.queries.places import lacks_member, may_be_called


class Why(StrEnum):
    """What puts a group before others, the strongest first."""

    PROMISED = auto()
    ONLY = auto()
    LACKING = auto()
    NEVER_TOUCHED = auto()
    LONGEST_UNTOUCHED = auto()


@dataclass(frozen=True)
class Reason:
    """Why this group is next: with its kind and place where they are what the coalition lacks."""

    why: Why
    kind: OrganizationKind
    place: str
    since: datetime | None


def find_held(viewer: Viewer, queue_id: int, now: datetime) -> QueueEntry | None:
    """The group of a queue that this caller holds, with all that their page shows of it."""
    query = _entries().where(
        QueueEntry.queue_id == queue_id,
        QueueEntry.state == EntryState.WAITING,
        QueueEntry.held_by_id == viewer.user_id,
        QueueEntry.held_until > now,
    )
    return db.session.scalars(query.order_by(QueueEntry.held_until.desc()).limit(1)).first()


def find_entry(entry_id: int) -> QueueEntry | None:
    """A group of a queue of the chosen coalition."""
    return db.session.scalars(_entries().where(QueueEntry.id == entry_id)).one_or_none()


def find_next_contact(organization_id: int, now: datetime) -> Contact | None:
    """Whom of a group to call: of those who can be called, who was tried least recently."""
    tried = (
        select(func.max(Interaction.at))
        .where(Interaction.organization_id == organization_id, Interaction.contact_id == Contact.id)
        .scalar_subquery()
    )
    query = select(Contact).where(Contact.organization_id == organization_id, *may_be_called(now))
    order = (tried.asc().nulls_first(), Contact.is_primary.desc(), Contact.id)
    return db.session.scalars(query.order_by(*order).limit(1)).first()


def find_reason(entry: QueueEntry) -> Reason:
    """Why this group is called before others."""
    group = entry.organization
    other = aliased(Organization)
    alike = exists().where(
        other.coalition_id == Organization.coalition_id,
        other.place_key == Organization.place_key,
        other.kind == Organization.kind,
        other.id != Organization.id,
        other.archived_at.is_(None),
    )
    query = select(lacks_member(), alike).where(Organization.id == group.id)
    lacking, has_alike = db.session.execute(query).one()
    if entry.promised:
        why = Why.PROMISED
    elif lacking:
        why = Why.LACKING if has_alike else Why.ONLY
    else:
        why = Why.LONGEST_UNTOUCHED if group.last_touch_at else Why.NEVER_TOUCHED
    return Reason(why, group.kind, group.place or group.city, group.last_touch_at)


def _entries() -> Select[QueueEntry]:
    whole = joinedload(QueueEntry.queue).joinedload(CallQueue.demand)
    group = joinedload(QueueEntry.organization).joinedload(Organization.assignee)
    return select(QueueEntry).options(whole, group, joinedload(QueueEntry.contact))
