"""The forms of an import: the file, its columns, how it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from crm.core.forms import Form, FormKey, Text, options
from crm.core.permissions import Permission, viewer
from crm.demands.queries import DemandInForce
from crm.events.models import EventKind
from crm.events.words import KIND_NAMES as EVENT_KIND_NAMES
from crm.exchange.fields import FIELD_LABELS, Field, demand_field, own_field
from crm.exchange.lists.events import EVENT_KIND, PUBLISHED
from crm.exchange.lists.guessing import VOCABULARIES
from crm.exchange.lists.interactions import OUTCOME
from crm.exchange.models import LIST_NAMES, Existing, ListKind, SavedMapping
from crm.exchange.operations import Choices
from crm.exchange.operations.mappings import LONGEST_NAME
from crm.exchange.own import fields_of
from crm.exchange.plan import LONGEST_SOURCE
from crm.fields.queries import own_fields
from crm.organizations.models import KIND_NAMES, OrganizationKind
from crm.outreach.models import OUTCOME_NAMES, Outcome

# The fields as the mapping page groups them.
_GROUPS: tuple[tuple[Any, tuple[Field, ...]], ...] = (
    (
        _l("The group"),
        (
            Field.NAME, Field.KIND, Field.PEOPLE, Field.WEBSITE, Field.DESCRIPTION, Field.SECTOR,
            Field.ACRONYM, Field.LOCAL_NUMBER, Field.UNIT, Field.PARENT,
        ),
    ),
    (
        _l("Where it is"),
        (
            Field.CITY, Field.STATE, Field.PLACE, Field.ADDRESS, Field.POSTAL_CODE, Field.LATITUDE,
            Field.LONGITUDE,
        ),
    ),
    (
        _l("Its people"),
        (Field.CONTACT, Field.CONTACT_ROLE, Field.CONTACT_EMAIL, Field.CONTACT_PHONE),
    ),
    (
        _l("Outreach"),
        (Field.STAGE, Field.ASSIGNEE, Field.LAST_TOUCH, Field.NOTE, Field.TAGS),
    ),
    (
        _l("Other lists"),
        (
            Field.EXTERNAL_ID, Field.SOURCE, Field.PARENT_ID, Field.GROUP_NUMBER, Field.IRS_SUBSECTION,
            Field.IRS_FOUNDATION, Field.NTEE,
        ),
    ),
)  # fmt: skip
LEAVE_OUT = ""
EXISTING_NAMES = {
    Existing.UPDATE: _l("Take over what the file says; an empty cell changes nothing"),
    Existing.FILL: _l("Only fill in what is empty"),
}
# What is asked beside the columns, of some kinds of lists alone.
ASKED_OF = {
    ListKind.ORGANIZATIONS: frozenset({"default_kind", "existing"}),
    ListKind.CONTACTS: frozenset({"existing", "into_name"}),
    ListKind.INTERACTIONS: frozenset({"into_name", "outcome"}),
    ListKind.EVENTS: frozenset({"existing", "event_kind", "published"}),
}
ASKED = frozenset[str]().union(*ASKED_OF.values())
DAY_NAMES = {"month": _l("Month first (11/3 is November 3)"), "day": _l("Day first (3/11 is November 3)")}


# What a list is of, where nobody says: its columns tell.
BY_COLUMNS = ""


class UploadForm(Form):
    form_key = FormKey()
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file first."))],
        description=_l("CSV, Excel (XLSX) or OpenDocument (ODS), up to 50 MB."),
    )
    about = SelectField(_l("What the list is of"))
    timeslots = FileField(
        _l("The dates of the events, where another file holds them"),
        description=_l("Mobilize's timeslots. The dates of an event become its dates here."),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.about.choices = [
            SelectChoice(BY_COLUMNS, _l("Found out from its columns")),
            *options(LIST_NAMES),
        ]


class ReadingForm(Form):
    about = SelectField(_l("What the list is of"), choices=options(LIST_NAMES))
    kept = SelectField(
        _l("Columns as kept under"),
        description=_l("Where one is chosen, it says what the list is of as well."),
    )
    sheet = SelectField(_l("Sheet"))
    header_line = IntegerField(
        _l("Line with the names of the columns"),
        [Optional(), NumberRange(0, 10_000)],
        description=_l("0: there is none, and the first line is a group. Left empty, it is found by itself."),
    )

    def __init__(self, sheets: Sequence[str], kept: Sequence[SavedMapping], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        names = [SelectChoice(str(one.id), f"{one.name} · {LIST_NAMES[one.about]}") for one in kept]
        self.kept.choices = [SelectChoice("", _l("None: guessed anew")), *names]
        if not kept:
            del self.kept
        self.sheet.choices = list(sheets)
        if not sheets:
            del self.sheet


class ColumnsForm(Form):
    """How the columns are read. The columns' own fields stand in the table: `read_mapping`."""

    default_kind = SelectField(_l("Kind of group"), description=_l("Where the row itself does not say."))
    source = Text(
        _l("The list that the ids are of"),
        longest=LONGEST_SOURCE,
        description=_l(
            "The same list again finds its groups by their ids, whatever they are called by then."
        ),
    )
    days = RadioField(_l("Days are written"), choices=options(DAY_NAMES), default="month")
    existing = RadioField(
        _l("What is here already"), choices=options(EXISTING_NAMES), default=Existing.UPDATE.value
    )
    into_name = Text(
        _l("The group of rows that name none"),
        longest=300,
        description=_l("Its name, as it is listed here. Left empty, such rows are refused."),
    )

    outcome = SelectField(
        _l("What came of it"),
        choices=options(OUTCOME_NAMES),
        default=Outcome.REACHED.value,
        description=_l("Of touches whose row does not say."),
    )

    event_kind = SelectField(
        _l("Kind of event"),
        choices=options(EVENT_KIND_NAMES),
        default=EventKind.OTHER.value,
        description=_l("Of events whose row does not say. All of them come in as drafts."),
    )
    published = BooleanField(
        _l("Change published events, too"),
        description=_l("Who comes is told of it, as always. Otherwise such rows are refused."),
    )
    kept_as = Text(
        _l("Keep these columns under a name"),
        longest=LONGEST_NAME,
        description=_l("A list with the same columns is then read like this by itself."),
    )

    def __init__(self, about: ListKind, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # What many people are told of at once is a coordinator's.
        asked = ASKED_OF[about] - (set() if viewer().can(Permission.EVENT_WIDEN) else {"published"})
        for name in ASKED - asked:
            del self[name]
        if "default_kind" not in self:
            return
        guess = SelectChoice("", _l("Whatever the name says, else Other"))
        self.default_kind.choices = [guess, *options(KIND_NAMES)]

    def choices(self, mapping: Mapping[str, str]) -> Choices:
        """What was chosen, for the operation."""
        said = self.data
        kind = said.get("default_kind")
        return Choices(
            mapping,
            said["source"],
            OrganizationKind(kind) if kind else None,
            said["days"] == "day",
            Existing(said.get("existing") or Existing.UPDATE),
            {name: said[name] for name in (OUTCOME, EVENT_KIND, PUBLISHED) if said.get(name)},
            said.get("into_name") or "",
        )


def field_choices(
    about: ListKind, demands: Sequence[DemandInForce]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(field, its name)]) of all that a column of such a list can be."""
    if about is not ListKind.ORGANIZATIONS:
        words = VOCABULARIES[about]
        titles = [
            (str(title), [(name, str(words.labels[name])) for name in names]) for title, names in words.titles
        ]
        return [*titles, *_own_choices(about)]
    groups = [
        (str(title), [(name.value, str(FIELD_LABELS[name])) for name in fields]) for title, fields in _GROUPS
    ]
    said = [(demand_field(demand.place), f"{demand.place}. {demand.sentence}") for demand in demands]
    demanded = [(str(_l("What it said to a demand")), said)] if said else []
    return [*groups, *demanded, *_own_choices(about)]


def _own_choices(about: ListKind) -> list[tuple[str, list[tuple[str, str]]]]:
    own = [(own_field(one.id), one.label) for one in fields_of(about, own_fields())]
    return [(str(_l("Fields of your own")), own)] if own else []


def read_mapping(columns: Sequence[str]) -> dict[str, str]:
    """Column → field, as the table of the mapping page sent it; one field for each column, in their order."""
    sent = request.form.getlist("field")
    return {column: name[:40] for column, name in zip(columns, sent, strict=False) if name}
