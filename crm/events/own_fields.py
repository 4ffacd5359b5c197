"""The coalition's own fields of an event: in its editor, and shown on its pages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy import ColumnElement, false

from crm.audit.operations import record
from crm.core.forms import Form, clean
from crm.core.permissions import Permission, Viewer
from crm.events.models import Event
from crm.fields.definitions import CustomField, Subject
from crm.fields.inputs import filled, typed_values
from crm.fields.operations import copy_values, put_values
from crm.fields.queries import list_values, own_fields, tell_values
from crm.organizations.queries.narrowing import Control
from crm.organizations.queries.own_fields import find_asked, list_own_controls


def event_fields() -> tuple[CustomField, ...]:
    """Those of events, in their order."""
    return tuple(own_fields().of(Subject.EVENT))


def own_filters(asked: Mapping[str, str]) -> list[tuple[Control, str]]:
    """The fields of the filter bar of events, each with what an address asks for."""
    return [(one, clean(asked.get(one.name))) for one in list_own_controls(Subject.EVENT)]


def narrowed(filters: Sequence[tuple[Control, str]]) -> list[ColumnElement[bool]]:
    """The conditions on events that are asked for by such fields."""
    asked = [find_asked(Subject.EVENT, one.name, value) for one, value in filters if value]
    return [false() if ids is None else Event.id.in_(ids) for ids in asked]


def typed_own(event: Event) -> dict[str, Any]:
    """The inputs of the editor as an event fills them."""
    fields = event_fields()
    return filled(fields, list_values(Subject.EVENT, event.id)) if fields else {}


def seen_of(event: Event) -> str:
    """What an editor that was opened now has seen: of two who change an event at once the second is told."""
    own = repr(sorted(typed_own(event).items()))
    return f"{event.sequence}.{hashlib.sha256(own.encode()).hexdigest()[:16]}"


def keep_own(viewer: Viewer, event: Event, form: Form) -> None:
    """Let stand in an event's fields what was typed into its editor. Raises Refused."""
    changed = put_values(Subject.EVENT, event.id, typed_values(form))
    if changed:
        record(viewer, "event.edit", event, fields=[f"field_{one}" for one in changed])


def show_own(viewer: Viewer, event_id: int, _on_date: date | None) -> Markup:
    """For organizers and observers: what stands in them."""
    if not event_fields() or not viewer.can(Permission.EVENT_VIEW):
        return Markup()
    told = tell_values(Subject.EVENT, list_values(Subject.EVENT, event_id))
    if not told:
        return Markup()
    return Markup(render_template("events/_own_fields.html", told=told))  # noqa: S704 - a template of ours


def go_along(earlier_id: int, later_id: int, _on_date: date) -> None:
    """What stands in the fields of a series stands in those of the event as which it goes on."""
    copy_values(earlier_id, later_id)
