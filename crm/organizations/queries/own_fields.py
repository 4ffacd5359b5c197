"""The directory's filters by the coalition's own fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, false

from crm.core.permissions import Viewer
from crm.fields.definitions import NO, YES, CustomField, FieldKind, Subject, read_typed
from crm.fields.queries import FROM, TO, groups_where, own_fields
from crm.organizations.models import Organization
from crm.organizations.queries.narrowing import Control, DirectoryFilter, Found

PREFIX = "field-"


def _condition(viewer: Viewer, name: str, value: str) -> ColumnElement[bool]:
    number, _dash, bound = name.removeprefix(PREFIX).partition("-")
    field = own_fields().find(int(number), Subject.ORGANIZATION)
    if field is None or bound not in ("", FROM, TO):
        return false()
    try:
        return Organization.id.in_(groups_where(field, read_typed(field, value), bound))
    except ValueError:
        return false()


def _controls(viewer: Viewer, found: Found) -> Sequence[Control]:
    fields = own_fields().of(Subject.ORGANIZATION)
    return [control for field in fields for control in _controls_of(field)]


def _controls_of(field: CustomField) -> Iterator[Control]:
    name, label = f"{PREFIX}{field.id}", field.label
    match field.kind:
        case FieldKind.NUMBER | FieldKind.DATE:
            typed = "number" if field.kind is FieldKind.NUMBER else "date"
            yield Control(f"{name}-{FROM}", _("%(field)s, from", field=label), None, typed)
            yield Control(f"{name}-{TO}", _("%(field)s, to", field=label), None, typed)
        case FieldKind.CHOICE:
            yield Control(name, label, [(str(one.id), one.label) for one in field.open_choices])
        case FieldKind.YES_NO:
            yield Control(name, label, [(YES, str(_("yes"))), (NO, str(_("no")))])
        case FieldKind.TEXT:
            yield Control(name, label)


OWN_FIELDS = DirectoryFilter(PREFIX, str, _condition, _controls, place=80)
