"""What undoing an import of people, touches or events would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from crm.core.db import db
from crm.events.models import Event
from crm.exchange.models import Import, ImportRow, ListKind, RowOutcome
from crm.exchange.queries.worked_on import (
    Impact,
    edited_contacts,
    edited_events,
    edited_touches,
    find_impact,
    list_referring,
)
from crm.organizations.models import Contact
from crm.outreach.models import Interaction
from crm.partners.operations.events import PARTS

Condition = ColumnElement[bool]


def find_any_impact(task: Import) -> Impact:
    """What undoing an import will do, as things stand now; what stays of a list by its rows' ids."""
    if task.about is ListKind.ORGANIZATIONS:
        return find_impact(task)
    here, kept, reason = _STAYING[task.about](task)
    made = ImportRow.import_id == task.id, ImportRow.outcome == RowOutcome.CREATE
    changed = ImportRow.import_id == task.id, ImportRow.outcome == RowOutcome.CHANGE
    staying = db.session.scalars(select(ImportRow.id).where(*made, here, kept).order_by(ImportRow.id)).all()
    return Impact(
        removed=(db.session.scalar(select(func.count(ImportRow.id)).where(*made, here)) or 0) - len(staying),
        set_back=db.session.scalar(select(func.count(ImportRow.id)).where(*changed)) or 0,
        edited=0,
        touches=0,
        stands=0,
        staying={row_id: {reason} for row_id in staying},
    )


def _people(task: Import) -> tuple[Condition, Condition, str]:
    """Whether the person that a row made is still here; whether they stay; why."""
    named: list[Any] = [ImportRow.contact_id.in_(edited_contacts(task))]
    for table, attribute in list_referring("contact"):
        if table != "contact_word":
            named.append(ImportRow.contact_id.in_(select(attribute).where(attribute.is_not(None))))
    here = ImportRow.contact_id.in_(select(Contact.id).where(Contact.removed_at.is_(None)))
    return here, or_(*named), "person"


def _touches(task: Import) -> tuple[Condition, Condition, str]:
    """The same of touches."""
    named: list[Any] = [ImportRow.record_id.in_(edited_touches(task))]
    for _table, attribute in list_referring("interaction"):
        named.append(ImportRow.record_id.in_(select(attribute).where(attribute.is_not(None))))
    here = ImportRow.record_id.in_(select(Interaction.id).where(Interaction.import_id == task.id))
    return here, or_(*named), "touched"


def _events(task: Import) -> tuple[Condition, Condition, str]:
    """The same of events."""
    named: list[Any] = [ImportRow.record_id.in_(edited_events(task))]
    for table, attribute in list_referring("event"):
        if table not in PARTS:
            named.append(ImportRow.record_id.in_(select(attribute).where(attribute.is_not(None))))
    return ImportRow.record_id.in_(select(Event.id)), or_(*named), "event"


_STAYING: Mapping[ListKind, Callable[[Import], tuple[Condition, Condition, str]]] = {
    ListKind.CONTACTS: _people,
    ListKind.INTERACTIONS: _touches,
    ListKind.EVENTS: _events,
}
