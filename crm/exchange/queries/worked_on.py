"""Which groups that an import made somebody has worked on since: these stay when it is undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.audit.models import AuditEntry
from crm.core.db import Model, db
from crm.core.tenancy import current_coalition_id
from crm.demands.models import Decision, StandRecord
from crm.exchange.models import Import, ImportRow, RowOutcome
from crm.organizations.models import Contact, Organization
from crm.outreach.models import Interaction
from crm.tags.models import OrganizationTag

# The words of `undo.REASONS` for what may refer to a group; "other" for all else.
_REASONS = {
    "interaction": "touch",
    "stage_change": "touch",
    "follow_up": "touch",
    "stand_record": "stand",
    "endorsement": "stand",
    "endorsement_change": "stand",
    "sign_on": "stand",
    "organization": "affiliate",
    "organization_tag": "edit",
}
_CONTACT_ACTS = ("contact.add", "contact.edit", "contact.remove")
BATCH = 500
Ids = Sequence[int] | Select[Any]


@dataclass(frozen=True)
class Impact:
    """What undoing an import will do; `staying`: the groups that it made and that stay, with the reasons."""

    removed: int
    set_back: int
    # Of those set back the ones that somebody has edited since.
    edited: int
    touches: int
    stands: int
    staying: Mapping[int, set[str]]


def find_impact(task: Import) -> Impact:
    """What undoing an import will do, as things stand now, in a constant number of queries."""
    staying = find_staying(task)
    made = select(func.count()).where(Organization.id.in_(list_made_by(task)))
    changed = ImportRow.import_id == task.id, ImportRow.outcome == RowOutcome.CHANGE
    edited = select(func.count(ImportRow.id)).join(Organization, Organization.id == ImportRow.organization_id)
    waits = StandRecord.import_id == task.id, StandRecord.decision == Decision.WAITING
    return Impact(
        removed=_count(made) - len(staying),
        set_back=_count(select(func.count(ImportRow.id)).where(*changed)),
        edited=_count(edited.where(*changed, Organization.edition != ImportRow.edition)),
        touches=_count(
            select(func.count(Interaction.id)).where(Interaction.import_id == task.id, untouched())
        ),
        stands=_count(select(func.count(StandRecord.id)).where(*waits)),
        staying=staying,
    )


def _count(query: Select[Any]) -> int:
    return db.session.scalar(query) or 0


def find_worked_on(task: Import, ids: Ids) -> dict[int, set[str]]:
    """Of groups that an import made, those that have been worked on since, with the reasons."""
    found: dict[int, set[str]] = defaultdict(set)
    for reason, query in _queries(task, ids):
        for group_id in db.session.scalars(query.distinct()):
            found[group_id].add(reason)
    return found


def list_made_by(task: Import) -> Select[Any]:
    """The groups that an import made, as a query for their ids."""
    made = ImportRow.import_id == task.id, ImportRow.outcome == RowOutcome.CREATE
    return select(ImportRow.organization_id).where(*made, ImportRow.organization_id.is_not(None))


def find_staying(task: Import) -> dict[int, set[str]]:
    """Of all groups that an import made, those that will stay: worked on, or above one that stays."""
    staying = find_worked_on(task, list_made_by(task))
    made_here = Organization.import_id == task.id
    outside = select(Organization.parent_id).where(
        Organization.parent_id.in_(list_made_by(task)), Organization.import_id.is_distinct_from(task.id)
    )
    # Affiliates that the import made go with it, unless they stay themselves.
    for group_id in [group_id for group_id, reasons in staying.items() if reasons == {"affiliate"}]:
        del staying[group_id]
    above = {group_id for group_id in db.session.scalars(outside.distinct()) if group_id is not None}
    next_up = list(staying.keys() | above)
    while True:
        for group_id in above:
            staying.setdefault(group_id, set()).add("affiliate")
        above = set()
        for start in range(0, len(next_up), BATCH):
            parents = select(Organization.parent_id).where(
                Organization.id.in_(next_up[start : start + BATCH])
            )
            made = select(Organization.id).where(Organization.id.in_(parents), made_here)
            above |= set(db.session.scalars(made))
        next_up = list(above - staying.keys())
        if not next_up:
            return staying


def edited_contacts(task: Import) -> Select[Any]:
    """The ids of the people whom somebody has typed something about since an import began."""
    since = task.created_at.replace(second=0, microsecond=0)
    return select(AuditEntry.record_id).where(
        AuditEntry.coalition_id == current_coalition_id(),
        AuditEntry.at >= since,
        AuditEntry.record == "contact",
        AuditEntry.action.in_(_CONTACT_ACTS),
    )


def find_kept_contacts(task: Import, ids: Sequence[int]) -> set[int]:
    """Of these people, those whom somebody has typed something about since, or whom something names."""
    kept = set(db.session.scalars(edited_contacts(task).where(AuditEntry.record_id.in_(ids))))
    for table, attribute in list_referring("contact"):
        # The words of a name go with the person.
        if table != "contact_word":
            kept |= set(db.session.scalars(select(attribute).where(attribute.in_(ids)).distinct()))
    return {contact_id for contact_id in kept if contact_id is not None}


def find_kept_touches(task: Import, ids: Sequence[int]) -> set[int]:
    """Of these touches, those that somebody has put right since, or that something refers to."""
    kept = set(db.session.scalars(edited_touches(task).where(AuditEntry.record_id.in_(ids))))
    for _table, attribute in list_referring("interaction"):
        kept |= set(db.session.scalars(select(attribute).where(attribute.in_(ids)).distinct()))
    return {touch_id for touch_id in kept if touch_id is not None}


def edited_touches(task: Import) -> Select[Any]:
    """The ids of the touches that somebody has put right since an import began."""
    return select(AuditEntry.record_id).where(
        AuditEntry.coalition_id == current_coalition_id(),
        AuditEntry.at >= task.created_at.replace(second=0, microsecond=0),
        AuditEntry.record == "interaction",
        AuditEntry.action == "interaction.edit",
    )


def find_kept_events(task: Import, ids: Sequence[int]) -> set[int]:
    """Of these events, those that somebody has changed or published since an import made them."""
    return set(db.session.scalars(edited_events(task).where(AuditEntry.record_id.in_(ids))))


def edited_events(task: Import) -> Select[Any]:
    """The ids of the events that somebody has worked on since an import began."""
    return select(AuditEntry.record_id).where(
        AuditEntry.coalition_id == current_coalition_id(),
        AuditEntry.at >= task.created_at.replace(second=0, microsecond=0),
        AuditEntry.record == "event",
        # Making one says so, and names its maker where it is closed.
        AuditEntry.action.not_in(("event.schedule", "event.name")),
    )


def list_referring(table: str) -> Iterator[tuple[str, InstrumentedAttribute[Any]]]:
    """(table, attribute) of all that refers to the records of a table, whichever feature it belongs to."""
    for mapper in Model.registry.mappers:
        for constraint in getattr(mapper.local_table, "foreign_key_constraints", ()):
            columns = [column for column in constraint.columns if column.name != "coalition_id"]
            if constraint.referred_table.name == table and len(columns) == 1:
                name = mapper.get_property_by_column(columns[0]).key
                yield constraint.table.name, getattr(mapper.class_, name)


def _queries(task: Import, ids: Ids) -> Iterator[tuple[str, Select[Any]]]:
    of_row = ImportRow.organization_id, ImportRow.import_id == task.id, ImportRow.outcome == RowOutcome.CREATE
    edited = select(Organization.id).join(ImportRow, of_row[0] == Organization.id).where(*of_row[1:])
    yield "edit", edited.where(Organization.id.in_(ids), Organization.edition != ImportRow.edition)
    people = select(Contact.organization_id).where(Contact.organization_id.in_(ids))
    yield "contact", people.where(Contact.id.in_(edited_contacts(task)))
    own = people.join(ImportRow, of_row[0] == Contact.organization_id).where(*of_row[1:])
    yield "contact", own.where(Contact.id != func.coalesce(ImportRow.contact_id, 0))
    for table, attribute in list_referring("organization"):
        # That two groups look alike is nobody's work: the pair goes with the group. Whoever fills in one of
        # the coalition's own fields raises the group's edition.
        if table not in ("contact", "likely_pair", "organization_value"):
            query = select(attribute).where(attribute.in_(ids))
            yield _REASONS.get(table, "other"), query.where(*_not_by_import(task, table))


def _not_by_import(task: Import, table: str) -> tuple[Any, ...]:
    """What the import itself wrote, and nobody has touched, is no reason to stay."""
    if table == "interaction":
        return (or_(Interaction.import_id.is_distinct_from(task.id), ~untouched()),)
    if table == "organization_tag":
        return (OrganizationTag.import_id.is_distinct_from(task.id),)
    if table == "stand_record":
        waits = StandRecord.decision == Decision.WAITING
        return (or_(StandRecord.import_id.is_distinct_from(task.id), ~waits),)
    return ()


def untouched() -> Any:
    """A touch as an import writes it, without anybody's word."""
    return Interaction.note.is_(None) & Interaction.contact_id.is_(None)
