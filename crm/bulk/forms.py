"""What organizers choose to change of many groups at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from crm.bulk.queries import Wanted
from crm.core.forms import Form, FormKey, Text
from crm.fields.definitions import CustomField
from crm.fields.inputs import PREFIX, inputs_of, typed_values, with_inputs
from crm.organizations.models import KIND_NAMES
from crm.tags.models import Tag
from crm.tags.words import split_tags

LONGEST_LIST = 600
EMPTY = "empty_field_"


def bulk_form(fields: tuple[CustomField, ...]) -> type[BulkForm]:
    """The form with the coalition's own fields."""
    boxes = {f"{EMPTY}{one.id}": BooleanField(_l("Empty “%(field)s”", field=one.label)) for one in fields}
    return type("BulkForm", (with_inputs(BulkForm, fields),), boxes)


class BulkForm(Form):
    """Each part that is set, and what to; what is left out stays as it is."""

    form_key = FormKey()
    add_tags = Text(_l("Add tags"), longest=LONGEST_LIST, description=_l("Apart by commas."))
    remove_tag = SelectField(_l("Take off the tag"), default="")
    set_kind = SelectField(_l("Kind"), default="")
    set_stage = SelectField(_l("Stage"), default="")
    set_sector = Text(_l("Sector"), longest=120)
    empty_sector = BooleanField(_l("Empty the sector"))
    set_place = Text(_l("Neighborhood or town"), longest=120)
    empty_place = BooleanField(_l("Empty the neighborhood or town"))
    archive = BooleanField(_l("Archive the groups"))

    def __init__(
        self, formdata: Any, *, tags: Sequence[Tag], stages: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(formdata, **kwargs)
        stays = [("", _("Leave as it is"))]
        for own in inputs_of(self):
            if isinstance(own, SelectField):
                own.choices = [*stays, *own.choices[1:]]
        self.remove_tag.choices = [("", _("None")), *((str(tag.id), tag.label) for tag in tags)]
        self.set_kind.choices = [*stays, *((kind.value, name) for kind, name in KIND_NAMES.items())]
        self.set_stage.choices = [*stays, *((str(code), name) for code, name in stages)]

    @property
    def wanted(self) -> Wanted:
        """What is to be changed."""
        parts = {"kind": self.set_kind.data, "stage": self.set_stage.data}
        kept = {name: value for name, value in parts.items() if value}
        for name, typed, emptied in (
            ("sector", self.set_sector.data, self.empty_sector.data),
            ("place", self.set_place.data, self.empty_place.data),
        ):
            if typed or emptied:
                kept[name] = typed or ""
        if self.archive.data:
            kept["archived"] = "1"
        kept |= dict(self._own_parts())
        off = int(self.remove_tag.data) if self.remove_tag.data else None
        return Wanted(split_tags(self.add_tags.data or ""), off, kept)

    def _own_parts(self) -> Iterator[tuple[str, str]]:
        for field_id, value in typed_values(self).items():
            emptied = self[f"{EMPTY}{field_id}"].data
            if value or emptied:
                yield f"field-{field_id}", value

    def validate(self, extra_validators: Any = None) -> bool:
        good: bool = super().validate(extra_validators)
        pairs = [(self.set_sector, self.empty_sector), (self.set_place, self.empty_place), *self.own]
        for typed in (typed for typed, box in pairs if typed.data and box.data):
            self.refuse(typed.name, _("Write something, or empty it: not both."))
            good = False
        return good

    @property
    def own(self) -> list[tuple[Any, Any]]:
        """The inputs of the coalition's own fields, each with the box that empties it."""
        pairs = ((one, self[one.name.replace(PREFIX, EMPTY)]) for one in inputs_of(self))
        return list(pairs)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was chosen, for the hidden fields of the form that does it."""
        own = [field for field in self if field.name not in ("form_key", "csrf_token") and field.data]
        return [(field.name, "y" if field.data is True else str(field.data)) for field in own]
