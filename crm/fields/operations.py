"""A coalition's own fields defined and changed; what stands in them of groups and of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.coalitions.operations import hold_coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.notes import holds_identity_number
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.fields.definitions import (
    KEY,
    LONGEST_LABEL,
    CustomField,
    FieldChoice,
    FieldKind,
    Fields,
    Subject,
    compared,
    read_fields,
)
from crm.fields.models import EventValue, OrganizationValue
from crm.fields.queries import list_values, own_fields
from crm.tags.words import tag_key

# Of one subject: more no form can hold.
MOST_FIELDS = 20
MOST_CHOICES = 40


def add_field(
    viewer: Viewer, subject: Subject, label: str, kind: FieldKind, choices: Sequence[str], form_key: str
) -> CustomField:
    """Add a field, behind the others. A press that comes again adds none.

    Raises Refused (field `label` or `choices`).
    """
    coalition, fields = _hold()
    if form_key and (made := next((one for one in fields.all if one.form_key == form_key), None)):
        return made
    if len(fields.of(subject)) >= MOST_FIELDS:
        raise Refused(_("%(number)s fields are enough: put one away first.", number=MOST_FIELDS), "label")
    named = _choices(kind, (), {}, choices)
    number = 1 + max((one.id for one in fields.all), default=0)
    field = CustomField(number, subject, label, kind, named, form_key=form_key)
    _check_label(fields, field)
    _keep(viewer, "field.add", coalition, [*fields.all, field], field)
    return field


def edit_field(
    viewer: Viewer, field_id: int, label: str, renamed: Mapping[int, str], more: Sequence[str] = ()
) -> None:
    """Rename a field and its choices, add some; one without a name is put away. Raises Refused."""
    coalition, fields = _hold()
    field = _find(fields, field_id)
    new = replace(field, label=label, choices=_choices(field.kind, field.choices, renamed, more))
    _check_label(fields, new)
    if new != field:
        _keep(viewer, "field.edit", coalition, _with(fields, new), new)


def move_field(viewer: Viewer, field_id: int, *, up: bool) -> None:
    """Change places with the neighbor of the same subject."""
    coalition, fields = _hold()
    field = _find(fields, field_id)
    own = fields.of(field.subject)
    place = own.index(field) + (-1 if up else 1) if field in own else -1
    if not 0 <= place < len(own):
        return
    other = own[place]
    turned = {field.id: other, other.id: field}
    _keep(viewer, "field.move", coalition, [turned.get(one.id, one) for one in fields.all], field)


def retire_field(viewer: Viewer, field_id: int, *, retired: bool) -> CustomField:
    """Put a field away, or take it out again; what stands in it is kept. Raises Refused."""
    coalition, fields = _hold()
    field = _find(fields, field_id)
    if field.retired != retired:
        new = replace(field, retired=retired)
        if not retired:
            _check_label(fields, new)
        act = "field.retire" if retired else "field.restore"
        _keep(viewer, act, coalition, _with(fields, new), new)
    return field


def put_values(subject: Subject, record_id: int, values: Mapping[int, str]) -> list[int]:
    """Let values stand in the fields of a group or an event; the ids of the fields that changed.

    Fields that are not given stay. Raises Refused (field `field_ID`).
    """
    before, fields = list_values(subject, record_id), own_fields()
    known = {one.id: one for one in fields.of(subject)}
    changed = [one for one, value in values.items() if one in known and before.get(one, "") != value]
    for one in changed:
        _check_value(known[one], values[one])
        _put(subject, known[one], [record_id], values[one])
    return changed


def put_value(field: CustomField, ids: Sequence[int], value: str) -> None:
    """Let a value stand in a field of some hundred organizations; "" empties it. Raises Refused."""
    _check_value(field, value)
    _put(Subject.ORGANIZATION, field, ids, value)


def put_many(values: Mapping[int, Mapping[int, str]]) -> None:
    """Let values (field id → value, "" for none) stand in the fields of some hundred organizations."""
    # Also those that were put away: what stood in them is set back.
    known = {one.id: one for one in own_fields().all if one.subject is Subject.ORGANIZATION}
    model = OrganizationValue
    by_field: dict[int, dict[int, str]] = defaultdict(dict)
    for organization_id, own in values.items():
        for field_id, value in own.items():
            by_field[field_id][organization_id] = value
    for field_id, of_groups in by_field.items():
        there = delete(model).where(model.field_id == field_id, model.organization_id.in_(of_groups))
        db.session.execute(there.execution_options(synchronize_session=False))
        common = {"coalition_id": current_coalition_id(), "field_id": field_id}
        rows = [
            {**common, "organization_id": one, "value": value, "key": compared(known[field_id], value)}
            for one, value in of_groups.items()
            if value and field_id in known
        ]
        if rows:
            db.session.execute(insert(model), rows)


def copy_values(event_id: int, other_id: int) -> None:
    """Let another event have what stands in the fields of one, where a series is split."""
    rows = db.session.scalars(select(EventValue).where(EventValue.event_id == event_id)).all()
    db.session.add_all(
        EventValue(event_id=other_id, field_id=one.field_id, value=one.value, key=one.key) for one in rows
    )


def _put(subject: Subject, field: CustomField, ids: Sequence[int], value: str) -> None:
    model = OrganizationValue if subject is Subject.ORGANIZATION else EventValue
    owner = f"{subject.value}_id"
    there = delete(model).where(model.field_id == field.id, getattr(model, owner).in_(ids))
    db.session.execute(there.execution_options(synchronize_session=False))
    if value:
        row = {"coalition_id": current_coalition_id(), "field_id": field.id, "value": value}
        row["key"] = compared(field, value)
        db.session.execute(insert(model), [{**row, owner: one} for one in ids])


def _check_value(field: CustomField, value: str) -> None:
    if field.kind is FieldKind.TEXT and holds_identity_number(value):
        raise Refused(_("This looks like a person's identity number. Take it out."), f"field_{field.id}")


def _hold() -> tuple[Coalition, Fields]:
    """The chosen coalition, held until the end, and its fields as they stand now."""
    coalition = hold_coalition()
    return coalition, read_fields(coalition.settings)


def _find(fields: Fields, field_id: int) -> CustomField:
    found = next((one for one in fields.all if one.id == field_id), None)
    if found is None:
        raise Refused(_("There is no such field."))
    return found


def _with(fields: Fields, field: CustomField) -> list[CustomField]:
    return [field if one.id == field.id else one for one in fields.all]


def _check_label(fields: Fields, field: CustomField) -> None:
    if not tag_key(field.label) or len(field.label) > LONGEST_LABEL:
        raise Refused(_("Give it a name, %(number)s characters at most.", number=LONGEST_LABEL), "label")
    others = [one for one in fields.of(field.subject) if one.id != field.id]
    if tag_key(field.label) in {tag_key(one.label) for one in others}:
        raise Refused(_("There is a field of this name already."), "label")


def _choices(
    kind: FieldKind, former: Iterable[FieldChoice], renamed: Mapping[int, str], more: Sequence[str]
) -> tuple[FieldChoice, ...]:
    """The choices after a change. Raises Refused (field `choices`)."""
    kept = [
        replace(one, label=renamed.get(one.id) or one.label, retired=not renamed.get(one.id))
        for one in former
    ]
    last = max((one.id for one in kept), default=0)
    kept += [FieldChoice(last + number, label) for number, label in enumerate(more, 1)]
    names = [tag_key(one.label) for one in kept if not one.retired]
    if kind is not FieldKind.CHOICE:
        return ()
    if (
        not 1 < len(names) <= MOST_CHOICES
        or "" in names
        or any(len(one.label) > LONGEST_LABEL for one in kept)
    ):
        raise Refused(
            _("Give two choices or more, %(most)s at most, one on a line.", most=MOST_CHOICES), "choices"
        )
    if len(set(names)) < len(names):
        raise Refused(_("Two choices are called the same."), "choices")
    return tuple(kept)


def _keep(
    viewer: Viewer, act: str, coalition: Coalition, fields: Iterable[CustomField], field: CustomField
) -> None:
    coalition.settings = {**coalition.settings, KEY: [one.kept() for one in fields]}
    record(viewer, act, coalition, field_id=field.id)
