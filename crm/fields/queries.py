"""Reading a coalition's own fields: their definitions, and what stands in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, Select, String, cast, false, func, select

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.formats import full_date
from crm.core.tenancy import current_coalition_id
from crm.fields.definitions import YES, CustomField, FieldKind, Fields, Subject, compared, read_fields
from crm.fields.models import EventValue, OrganizationValue

# Bounds of numbers and days.
FROM, TO = "from", "to"


def own_fields() -> Fields:
    """Those of the chosen coalition, whose row a page has loaded already. Raises NoCoalition."""
    return read_fields(db.session.get_one(Coalition, current_coalition_id()).settings)


def tell(field: CustomField, value: str) -> str:
    """A value as people read it, in the page's language."""
    if not value:
        return ""
    match field.kind:
        case FieldKind.NUMBER:
            return str(format_decimal(Decimal(value)))
        case FieldKind.DATE:
            return full_date(date.fromisoformat(value))
        case FieldKind.YES_NO:
            return str(_("yes") if value == YES else _("no"))
    return field.plain(value)


def tell_values(subject: Subject, values: Mapping[int, str]) -> list[tuple[str, str]]:
    """(label, what stands there) of the fields in use in which something does, in their order."""
    return [(one.label, tell(one, values[one.id])) for one in own_fields().of(subject) if one.id in values]


def list_values(subject: Subject, record_id: int) -> dict[int, str]:
    """Field id → what stands in it, of a group or an event, of retired fields too."""
    model, owner = _table(subject)
    rows = db.session.execute(select(model.field_id, model.value).where(owner == record_id))
    return {row.field_id: row.value for row in rows}


def list_values_of(
    ids: Sequence[int], subject: Subject = Subject.ORGANIZATION
) -> Mapping[int, dict[int, str]]:
    """Organization, or event → field id → what stands in it, of a few hundred of them."""
    found = defaultdict[int, dict[int, str]](dict)
    model, owner = _table(subject)
    query = select(owner.label("owner"), model.field_id, model.value).where(owner.in_(ids))
    for row in db.session.execute(query):
        found[row.owner][row.field_id] = row.value
    return found


def map_values(field_id: int, ids: Sequence[int]) -> Mapping[int, str]:
    """Organization → what stands in a field, of those of a few hundred in which something does."""
    query = select(OrganizationValue.organization_id, OrganizationValue.value)
    own = OrganizationValue.field_id == field_id, OrganizationValue.organization_id.in_(ids)
    return {row.organization_id: row.value for row in db.session.execute(query.where(*own))}


def values_text(organization_id: Any) -> ScalarSelect[str]:
    """For a statement on organizations: all values of each as one text for `definitions.read_values`."""
    one = cast(OrganizationValue.field_id, String) + ":" + OrganizationValue.value
    query = select(func.aggregate_strings(one, "\n"))
    # The coalition is said, so that its index finds them: the session says it not within an expression.
    here = OrganizationValue.coalition_id == current_coalition_id()
    query = query.where(here, OrganizationValue.organization_id == organization_id)
    return query.correlate_except(OrganizationValue).scalar_subquery()


def ids_where(field: CustomField, value: str, bound: str = "") -> Select[int]:
    """The ids of the groups, or events, in whose field a value stands, or (FROM, TO) none beyond it."""
    model, owner = _table(field.subject)
    query, key = select(owner).where(model.field_id == field.id), compared(field, value)
    if bound:
        return query.where(model.key >= key if bound == FROM else model.key <= key)
    if field.kind is FieldKind.TEXT:
        # Of signs alone nothing is left to look for.
        return query.where(model.key.contains(key, autoescape=True) if key else false())
    return query.where(model.key == key)


def _table(subject: Subject) -> tuple[type[OrganizationValue | EventValue], Any]:
    if subject is Subject.ORGANIZATION:
        return OrganizationValue, OrganizationValue.organization_id
    return EventValue, EventValue.event_id
