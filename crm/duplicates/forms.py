"""What somebody chooses of two listings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from crm.core.formats import number
from crm.core.forms import Form, options
from crm.duplicates.fields import BOTH, FIELDS, JOINED, KEPT, MERGED, best, differing
from crm.duplicates.operations import Chosen
from crm.organizations.models import KIND_NAMES, Organization

LABELS: dict[str, LazyString] = {
    "name": _l("Name"),
    "acronym": _l("For short"),
    "kind": _l("Kind"),
    "local_number": _l("Number of the local, post or chapter"),
    "size": _l("People represented"),
    "parent_id": _l("Part of"),
    "sector": _l("Sector"),
    "place": _l("Neighborhood or town"),
    "address": _l("Address"),
    "city": _l("City"),
    "state": _l("State"),
    "postal_code": _l("Postal code"),
    "website": _l("Website"),
    "description": _l("In its own words"),
    "note": _l("Note for organizers"),
    "assignee_id": _l("Who looks after it"),
}


class MergeForm(Form):
    """Field by field what the listing that stays shall say; the fields that differ alone."""

    kept_edition = HiddenField()
    merged_edition = HiddenField()

    @property
    def fields(self) -> list[Any]:
        """The choices, in the order of a listing."""
        return [self[name] for name in FIELDS if name in self]

    @property
    def chosen(self) -> Chosen:
        """What was chosen, and of which editions."""
        editions = [field.data or "" for field in (self.kept_edition, self.merged_edition)]
        first, second = (int(one) if one.isdecimal() else 0 for one in editions)
        people = frozenset(int(one) for one in request.form.getlist("person") if one.isdecimal())
        return Chosen({one.name: one.data for one in self.fields}, first, second, people)


def merge_form(kept: Organization, merged: Organization) -> MergeForm:
    """The form for these two."""
    names = differing(kept, merged)
    fields: Mapping[str, Any] = {
        name: RadioField(
            LABELS[name],
            choices=options(dict(_choices(name, kept, merged))),
            default=best(name, kept, merged),
        )
        for name in names
    }
    form: MergeForm = type("MergeOfTwo", (MergeForm,), dict(fields))(
        kept_edition=str(kept.edition), merged_edition=str(merged.edition)
    )
    return form


def _choices(name: str, kept: Organization, merged: Organization) -> list[tuple[str, str]]:
    choices = [(KEPT, _text(name, kept)), (MERGED, _text(name, merged))]
    if name in JOINED and getattr(kept, name) and getattr(merged, name):
        choices.append((BOTH, _("Both, one below the other")))
    return choices


def _text(name: str, organization: Organization) -> str:
    value = getattr(organization, name)
    if name == "kind":
        return str(KIND_NAMES[organization.kind])
    if name == "parent_id":
        value = organization.parent.name if organization.parent else ""
    elif name == "assignee_id":
        value = organization.assignee.name if organization.assignee else ""
    elif name == "size" and value is not None:
        value = number(value)
    return str(value) if value not in (None, "") else _("Nothing")
