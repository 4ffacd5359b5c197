"""Filters by the coalition's own fields: those of the directory, and of other lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, false

from crm.core.permissions import Viewer
from crm.fields.definitions import NO, YES, CustomField, FieldKind, Subject, read_typed
from crm.fields.queries import FROM, TO, ids_where, own_fields
from crm.organizations.models import Organization
from crm.organizations.queries.narrowing import Control, DirectoryFilter, Found

PREFIX = "field-"


def find_asked(subject: Subject, name: str, value: str) -> Select[int] | None:
    """The ids of the groups, or events, that a filter asks for; None where it can ask for none."""
    number, _dash, bound = name.removeprefix(PREFIX).partition("-")
    field = own_fields().find(int(number), subject) if number.isdecimal() else None
    if field is None or bound not in ("", FROM, TO):
        return None
    try:
        return ids_where(field, read_typed(field, value), bound)
    except ValueError:
        return None


def list_own_controls(subject: Subject) -> list[Control]:
    """The fields of the filter bar of a list of groups, or of events."""
    return [control for field in own_fields().of(subject) for control in _controls_of(field)]


def _condition(viewer: Viewer, name: str, value: str) -> ColumnElement[bool]:
    asked = find_asked(Subject.ORGANIZATION, name, value)
    return false() if asked is None else Organization.id.in_(asked)


def _controls(viewer: Viewer, found: Found) -> Sequence[Control]:
    return list_own_controls(Subject.ORGANIZATION)


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
