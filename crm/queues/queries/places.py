"""Where each group of a queue is: one definition, for handing out, for counting and for the lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, or_
from sqlalchemy.orm import aliased

from crm.core.db import UTCDateTime
from crm.demands.models import NEVER_SAID, UNDECIDED, Endorsement, OrganizationStanding, Standing
from crm.organizations.models import Contact, Organization, OrganizationKind
from crm.outreach.models import Interaction, Outcome
from crm.queues.models import COOLING_CHOICES, CallQueue, EntryState, QueueEntry

Columns = TypeVarTuple("Columns")


class Place(StrEnum):
    """Each group of a queue is in exactly one of these places."""

    READY = auto()
    NO_NUMBER = auto()
    HELD = auto()
    LATER = auto()
    COOLING = auto()
    ANSWERED = auto()
    NO_CALLS = auto()
    SKIPPED = auto()
    DONE = auto()


# What is handed out, in this order.
HANDED_OUT = (Place.READY, Place.NO_NUMBER)


def place_of(now: datetime) -> ColumnElement[str]:
    """The place of an entry, for a statement that joins QueueEntry, CallQueue and Organization."""
    return case(
        (QueueEntry.state == EntryState.DONE, Place.DONE),
        (QueueEntry.state == EntryState.SKIPPED, Place.SKIPPED),
        (or_(QueueEntry.held_until > now, held_elsewhere(now)), Place.HELD),
        (or_(Organization.no_calls_at.is_not(None), Organization.archived_at.is_not(None)), Place.NO_CALLS),
        (_answered(), Place.ANSWERED),
        (QueueEntry.not_before > now, Place.LATER),
        (and_(QueueEntry.promised.is_(False), _cooling(now)), Place.COOLING),
        (~has_number(now), Place.NO_NUMBER),
        else_=Place.READY,
    )


def held_elsewhere(now: datetime) -> ColumnElement[bool]:
    """Whether somebody calls the same group from another queue."""
    other = aliased(QueueEntry)
    return exists().where(
        other.coalition_id == QueueEntry.coalition_id,
        other.organization_id == QueueEntry.organization_id,
        other.id != QueueEntry.id,
        other.state == EntryState.WAITING,
        other.held_until > now,
    )


def may_be_called(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a contact can be called: a number that is right, and still of the group."""
    today = now.astimezone(UTC).date()
    return (
        Contact.removed_at.is_(None),
        Contact.phone_index.is_not(None),
        Contact.no_calls_at.is_(None),
        Contact.wrong_number_at.is_(None),
        or_(Contact.until_on.is_(None), Contact.until_on >= today),
    )


def has_number(now: datetime) -> ColumnElement[bool]:
    """Whether anybody of the group can be called."""
    return exists().where(Contact.organization_id == Organization.id, *may_be_called(now))


def lacks_member() -> ColumnElement[bool]:
    """Whether no group of its kind in its place is a member: what the coalition lacks."""
    other, standing = aliased(Organization), aliased(OrganizationStanding)
    member = exists().where(
        other.coalition_id == Organization.coalition_id,
        other.place_key == Organization.place_key,
        other.kind == Organization.kind,
        other.archived_at.is_(None),
        standing.coalition_id == other.coalition_id,
        standing.organization_id == other.id,
        standing.standing == Standing.MEMBER,
    )
    return and_(Organization.place_key != "", Organization.kind != OrganizationKind.OTHER, ~member)


def _answered() -> ColumnElement[bool]:
    """Whether the group has said yes, no or neither to what the queue asks."""
    return exists().where(
        Endorsement.coalition_id == QueueEntry.coalition_id,
        Endorsement.organization_id == QueueEntry.organization_id,
        Endorsement.demand_id == CallQueue.demand_id,
        Endorsement.state.not_in(UNDECIDED | NEVER_SAID),
    )


def _cooling(now: datetime) -> ColumnElement[bool]:
    """Whether somebody was in touch too lately; who had a wrong number was not."""
    since = {days: literal(now - timedelta(days=days), UTCDateTime) for days in COOLING_CHOICES}
    lately = case(since, value=CallQueue.cooling_days, else_=literal(now, UTCDateTime))
    return exists().where(
        Interaction.coalition_id == QueueEntry.coalition_id,
        Interaction.organization_id == QueueEntry.organization_id,
        Interaction.outcome != Outcome.WRONG_NUMBER,
        Interaction.at > lately,
    )


def with_group(query: Select[*Columns]) -> Select[*Columns]:
    """A statement on entries, joined to what `place_of` reads."""
    return query.join(CallQueue, CallQueue.id == QueueEntry.queue_id).join(
        Organization, Organization.id == QueueEntry.organization_id
    )
