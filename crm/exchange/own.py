"""The coalition's own fields in a list of groups or events: their columns, what cells say and change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from crm.core.notes import holds_identity_number
from crm.exchange.cells import is_missing, parse_text
from crm.exchange.dates import parse_date
from crm.exchange.fields import own_field, plain_header
from crm.exchange.models import ListKind
from crm.exchange.plan import Plan
from crm.exchange.problems import CellError, shortened
from crm.fields.definitions import LONGEST_TEXT, CustomField, FieldKind, Fields, Subject, read_typed
from crm.organizations.names import fold

# What the coalition's own fields in a list are of.
SUBJECTS: Mapping[ListKind, Subject] = {
    ListKind.ORGANIZATIONS: Subject.ORGANIZATION,
    ListKind.EVENTS: Subject.EVENT,
}


def fields_of(about: ListKind, fields: Fields) -> list[CustomField]:
    """The fields of the coalition's own that a column of such a list can be."""
    return fields.of(SUBJECTS[about]) if about in SUBJECTS else []


def guess_own(columns: Sequence[str], mapping: dict[str, str], own: Sequence[CustomField]) -> None:
    """Add to a mapping the columns that are called as a field of the coalition's own."""
    called = {plain_header(one.label): own_field(one.id) for one in own}
    for name in columns:
        field = called.pop(plain_header(name), None)
        if field and name not in mapping:
            mapping[name] = field


def parse_own(field: CustomField, plan: Plan) -> Callable[[str], str | CellError | None]:
    """How a cell of a field is read: the value as it is kept, None for none."""

    def parse(cell: str) -> str | CellError | None:
        text = parse_text(cell, LONGEST_TEXT)
        if isinstance(text, CellError):
            return text
        if not text or is_missing(text):
            return None
        if holds_identity_number(text):
            return CellError("identity_number")
        if field.kind is FieldKind.DATE:
            day = parse_date(text, plan.today, plan.day_first)
            return day.isoformat() if isinstance(day, date) else day
        try:
            return read_typed(field, text)
        except ValueError:
            return CellError("own_value", {"text": shortened(text), "field": field.label})

    return parse


def compare_own(said: Mapping[str, str], there: Mapping[int, str], *, fill_only: bool) -> dict[int, str]:
    """Field id → the value that a row puts; nothing where it says what is there already."""
    new = {int(field_id): value for field_id, value in said.items()}
    return {
        field_id: value
        for field_id, value in new.items()
        if fold(there.get(field_id, "")) != fold(value) and not (fill_only and there.get(field_id))
    }


def kept_own(changed: Mapping[int, str], there: Mapping[int, str]) -> dict[str, list[Any]]:
    """(before, after) of the fields that a row changes, for undoing it."""
    return {str(field_id): [there.get(field_id, ""), value] for field_id, value in changed.items()}


def back_own(kept: Mapping[str, Sequence[str]], present: Mapping[int, str]) -> tuple[dict[int, str], bool]:
    """What to set back, and whether something stays because somebody has changed it since."""
    pairs = {int(field_id): (before, after) for field_id, (before, after) in kept.items()}
    back = {one: before for one, (before, after) in pairs.items() if present.get(one, "") == after}
    return back, len(back) < len(pairs)
