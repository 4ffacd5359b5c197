"""What is typed about demands and stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from crm.core.forms import Day, Form, FormKey, LongText, Text, options
from crm.core.languages import name_here
from crm.demands.models import (
    DECIDED_HOW_NAMES,
    DEMAND_KIND_NAMES,
    ON_BEHALF_SOURCES,
    SOURCE_NAMES,
    STAND_NAMES,
    DecidedHow,
    DemandKind,
    DemandVersion,
    Source,
    StandState,
)
from crm.demands.operations import Stand, Words

SENTENCE = 300
TEXT = 8000
# In the order in which an organizer thinks of them.
RECORDED = (
    StandState.ENDORSED,
    StandState.RESERVATION,
    StandState.BEFORE_BOARD,
    StandState.DECLINED,
    StandState.ASKED,
    StandState.WITHDRAWN,
)


class DemandForm(Form):
    """A demand's words in each language. Made by `demand_form`, which adds a sentence and a text for each."""

    kind = RadioField(
        _l("Kind"),
        choices=options(DEMAND_KIND_NAMES),
        default=DemandKind.MINIMUM.value,
        description=_l("A minimum demand is not negotiable: a member of the coalition endorses all of them."),
    )
    binding_language = RadioField(
        _l("Language that binds"),
        description=_l("The one in which the coalition decides. The others are translations."),
    )
    edition = IntegerField(widget=HiddenInput(), default=1)
    languages: tuple[str, ...] = ()

    def wordings(self) -> Mapping[str, Words]:
        """What was typed, by language; an empty sentence stands for none."""
        return {
            code: Words(self[f"sentence_{code}"].data, self[f"text_{code}"].data) for code in self.languages
        }

    def put(self, version: DemandVersion) -> None:
        """Fill in a version's words."""
        for wording in version.wordings:
            self[f"sentence_{wording.language}"].data = wording.sentence
            self[f"text_{wording.language}"].data = wording.text


class NewDemandForm(DemandForm):
    """The first words of a demand."""

    form_key = FormKey()


def demand_form(
    languages: Sequence[str], *, with_kind: bool, base: type[DemandForm] = DemandForm, **values: Any
) -> DemandForm:
    """A form for the words in these languages, the first of which binds unless another is chosen."""
    fields: dict[str, Any] = {"languages": tuple(languages)}
    for code in languages:
        name = name_here(code)
        fields[f"sentence_{code}"] = Text(
            _l("One sentence, in %(language)s", language=name), longest=SENTENCE
        )
        fields[f"text_{code}"] = LongText(_l("What it means, in %(language)s", language=name), longest=TEXT)
    form: DemandForm = type("WordsForm", (base,), fields)(**values)
    form.binding_language.choices = options({code: name_here(code) for code in languages})
    if form.binding_language.data is None:
        form.binding_language.data = languages[0]
    if len(languages) == 1:
        del form.binding_language
    if not with_kind:
        del form.kind
    binding = languages[0] if len(languages) == 1 else form.binding_language.data
    if binding in languages:
        form[f"sentence_{binding}"].flags.required = True
    return form


class RecordForm(Form):
    """A stand that a group gave on paper, in minutes, in a meeting or on the phone."""

    organization = HiddenField()
    versions = SelectMultipleField(
        _l("The words it answers"),
        [InputRequired(_l("Choose the words that the group was shown."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Exactly those that stood on the paper, or were read out."),
    )
    state = RadioField(
        _l("What the group says"),
        [InputRequired(_l("Choose what the group says."))],
        choices=options({state: STAND_NAMES[state] for state in RECORDED}),
    )
    board_on = Day(_l("Day of their board"), [Optional()], description=_l("Only for “before their board”."))
    reservation = LongText(
        _l("What it reserves"),
        longest=1000,
        description=_l("Only for a reservation. The public sees that there is one, never these words."),
    )
    source = RadioField(
        _l("How we know"),
        [InputRequired(_l("Choose how we know."))],
        choices=options({source: SOURCE_NAMES[source] for source in ON_BEHALF_SOURCES}),
    )
    decided_on = Day(_l("Day on which it decided"), [Optional()])
    decided_how = RadioField(
        _l("How the group decided"),
        choices=options({"": _l("Not known"), **DECIDED_HOW_NAMES}),
        default="",
    )
    until = Day(
        _l("Until when, if for a term"),
        [Optional()],
        description=_l("The last day of the endorsement. Leave it empty when it has no end."),
    )
    document = FileField(
        _l("The document"),
        description=_l("PDF, PNG or JPEG, up to 5 MB. Kept encrypted; organizers alone can download it."),
    )
    speaker = Text(
        _l("Who spoke for it"),
        longest=200,
        description=_l("Name and office, no more. Kept encrypted, never public."),
    )
    public = BooleanField(
        _l("May be listed in public"),
        default=True,
        description=_l("With its name, kind, place and website, under the words that it endorses."),
    )

    def stand(self) -> Stand:
        """What was typed, as a stand."""
        return Stand(
            state=StandState(self.state.data),
            source=Source(self.source.data),
            decided_how=DecidedHow(self.decided_how.data) if self.decided_how.data else None,
            decided_on=self.decided_on.data,
            board_on=self.board_on.data,
            speaker=self.speaker.data or None,
            reservation=self.reservation.data,
            public=self.public.data,
            until=self.until.data,
        )


class DecideForm(Form):
    """Accepts or declines the records that were shown."""

    reason = Text(
        _l("Why"), longest=500, description=_l("For the one who entered it. Organizers alone see it.")
    )
