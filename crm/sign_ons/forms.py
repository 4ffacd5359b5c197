"""The public form, made for the demands that are in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from crm.core.forms import Form, Mail, Text, Website, options
from crm.demands.models import DECIDED_HOW_NAMES, DecidedHow, DemandKind, StandState
from crm.demands.operations import EARLIEST
from crm.demands.queries import DemandInForce
from crm.organizations.models import KIND_NAMES, OrganizationKind
from crm.sign_ons.fields import Day, People, holds_a_word, stays_empty
from crm.sign_ons.guard import new_ticket, read_ticket
from crm.sign_ons.models import LARGEST
from crm.sign_ons.operations import Answer, Submission

# No board is asked for longer ahead than this.
LONGEST_AHEAD = timedelta(days=731)


class Reply(StrEnum):
    """What a group can say to a demand on the form."""

    NOW = auto()
    BOARD = auto()
    NOT_NOW = auto()


REPLY_NAMES = {
    Reply.NOW: _l("We endorse it now"),
    Reply.BOARD: _l("It goes before our board"),
    Reply.NOT_NOW: _l("Not now"),
}


@dataclass(frozen=True)
class Question:
    """A demand on the form, with its fields."""

    demand: DemandInForce
    reply: RadioField
    board_on: Day
    version: HiddenField


class SignOnForm(Form):
    """A group signs on. `for_demands` makes the form with the demands' own fields."""

    demands: Sequence[DemandInForce] = ()
    # All that was sent, for fields that the form does not have any more, too.
    typed: Mapping[str, str] = MappingProxyType({})

    ticket = HiddenField()
    name = Text(
        _l("Name of your group"),
        [DataRequired(_l("Give the name of your group.")), holds_a_word],
        longest=300,
    )
    kind = SelectField(
        _l("Kind of group"),
        [InputRequired(_l("Choose the kind that fits best."))],
        choices=[SelectChoice("", _l("Choose")), *options(KIND_NAMES)],
        validate_choice=False,
    )
    place = Text(
        _l("Place"), description=_l("The city, neighborhood, campus or workplace where you are."), longest=120
    )
    size = People(
        _l("People represented"),
        [Optional(), NumberRange(1, LARGEST, _l("Give a whole number, as in 1200."))],
        description=_l("Members, students, congregants: those for whom your group speaks."),
    )
    size_public = BooleanField(_l("Show our number of people in public"))
    website = Website(_l("Website"))
    subject = Text(_l("Leave this field empty"), [stays_empty])
    speaker_name = Text(
        _l("Name"), [DataRequired(_l("Give the name of who speaks for your group."))], longest=200
    )
    speaker_role = Text(_l("Role in the group"), description=_l("President, delegate, pastor …"), longest=120)
    speaker_email = Mail(
        _l("Mail address"),
        [DataRequired(_l("Give the mail address to which we send the link to confirm."))],
        description=_l(
            "Never shown in public. We send a link there; your sign-on counts once it is confirmed."
        ),
    )
    speaker_public = BooleanField(_l("Show the speaker's name in public"))
    decided_how = SelectField(
        _l("How does your group decide on this?"),
        [InputRequired(_l("Choose how your group decides."))],
        choices=[SelectChoice("", _l("Choose")), *options(DECIDED_HOW_NAMES)],
        validate_choice=False,
    )
    decided_on = Day(
        _l("On which day did it decide?"),
        [Optional()],
        description=_l("Leave it open if all that you answer goes before your board."),
    )
    all_minimum = BooleanField(
        _l("We endorse every minimum demand, in the words below"),
        description=_l(
            "Counts for each of them that you leave open. You see the outcome before anything is sent."
        ),
    )

    def validate_kind(self, field: Field) -> None:
        if field.data not in list(OrganizationKind):
            raise ValidationError(_("Choose the kind that fits best."))

    def validate_decided_how(self, field: Field) -> None:
        if field.data not in list(DecidedHow):
            raise ValidationError(_("Choose how your group decides."))

    @property
    def questions(self) -> list[Question]:
        """The demands with their fields, in the coalition's order."""
        return [
            Question(
                d,
                self[f"reply_{d.demand_id}"],
                self[f"board_on_{d.demand_id}"],
                self[f"version_{d.demand_id}"],
            )
            for d in self.demands
        ]

    def reply_to(self, question: Question) -> Reply:
        """What the group says to a demand; what it leaves open is a "not now"."""
        if question.reply.data in list(Reply):
            return Reply(question.reply.data)
        covered = self.all_minimum.data and question.demand.kind is DemandKind.MINIMUM
        return Reply.NOW if covered else Reply.NOT_NOW

    def renew(self) -> None:
        """Give the form a ticket where it has none of ours."""
        if read_ticket(self.ticket.data or "") is None:
            self.ticket.data = new_ticket()

    def check(self, today: date) -> bool:
        """Validate the whole form; `today` is the day in the coalition's zone."""
        good = bool(self.validate())
        return all([self._check_days(today), self._check_replies(today), good])

    def _check_days(self, today: date) -> bool:
        if self.decided_on.errors:
            return False
        endorses = any(self.reply_to(one) is Reply.NOW for one in self.questions)
        if self.decided_on.data and self.decided_on.data > today:
            self.refuse("decided_on", _("This day is still to come."))
        elif self.decided_on.data and self.decided_on.data < EARLIEST:
            self.refuse("decided_on", _("Check the year."))
        elif endorses and not self.decided_on.data:
            self.refuse("decided_on", _("Give the day on which your group decided to endorse."))
        return not self.decided_on.errors

    def _check_replies(self, today: date) -> bool:
        replies = [self.reply_to(one) for one in self.questions]
        if self.questions and all(reply is Reply.NOT_NOW for reply in replies):
            self.refuse(
                self.questions[0].reply.name,
                _("Choose at least one demand that you endorse now, or that goes before your board."),
            )
        for question, reply in zip(self.questions, replies, strict=True):
            if reply is Reply.BOARD and not question.board_on.errors:
                self._check_board(question, today)
        return not any(one.reply.errors or one.board_on.errors for one in self.questions)

    def _check_board(self, question: Question, today: date) -> None:
        day = question.board_on.data
        if day is None:
            self.refuse(question.board_on.name, _("Give the day on which your board meets."))
        elif day < today:
            self.refuse(
                question.board_on.name, _("This day is over. Give the day on which your board meets.")
            )
        elif day > today + LONGEST_AHEAD:
            self.refuse(question.board_on.name, _("This day is too far ahead."))

    def take_up_changed_words(self) -> list[DemandInForce]:
        """The demands whose words are not those that the form showed; their replies are asked for again."""
        changed = [one for one in self.questions if one.version.data != str(one.demand.version_id)]
        if not changed:
            return []
        for question in self.questions:
            reply = self.reply_to(question)
            question.reply.data = None if question in changed or reply is Reply.NOT_NOW else reply.value
            question.version.data = str(question.demand.version_id)
        # Of words that it has not shown yet the form endorses none.
        self.all_minimum.data = False
        return [question.demand for question in changed]

    def has_demands_that_are_gone(self) -> bool:
        """Whether the form was opened when more demands were in force than now."""
        shown = {name for name in self.typed if re.fullmatch(r"version_\d+", name)}
        return not shown <= {one.version.name for one in self.questions}

    def submission(self, language: str) -> Submission:
        """What is sent, once the form is checked."""
        told = ("name", "place", "website", "size", "size_public", "speaker_name", "speaker_role")
        return Submission(
            **{name: self[name].data for name in told},
            kind=OrganizationKind(self.kind.data),
            speaker_public=self.speaker_public.data,
            speaker_email=self.speaker_email.data,
            decided_how=DecidedHow(self.decided_how.data),
            decided_on=self.decided_on.data,
            language=language,
            answers=tuple(self.answers()),
        )

    def answers(self) -> Iterator[Answer]:
        """What is said to each demand that is not left for another time."""
        for question in self.questions:
            reply = self.reply_to(question)
            demand_id, version_id = question.demand.demand_id, question.demand.version_id
            if reply is Reply.NOW:
                yield Answer(demand_id, version_id, StandState.ENDORSED)
            elif reply is Reply.BOARD:
                yield Answer(demand_id, version_id, StandState.BEFORE_BOARD, question.board_on.data)

    def carried(self) -> list[tuple[str, str]]:
        """All that was typed, as hidden fields take it to the next step: kept in the form, nowhere else."""
        kept = []
        for field in self:
            if field.name == "csrf_token" or field.data in (None, "", False):
                continue
            kept.append((field.name, _as_typed(field)))
        return kept


def _as_typed(field: Field) -> str:
    if isinstance(field, BooleanField):
        return "y"
    if isinstance(field, Day):
        return str(field.data.isoformat())
    return str(field.data)


@lru_cache(maxsize=64)
def _form_asking(asked: tuple[tuple[int, str], ...]) -> type[SignOnForm]:
    """The form with fields for these demands: (id, sentence). To make it takes as long as to check it."""
    fields: dict[str, Any] = {}
    for demand_id, sentence in asked:
        fields[f"reply_{demand_id}"] = RadioField(sentence, [Optional()], choices=options(REPLY_NAMES))
        fields[f"board_on_{demand_id}"] = Day(_l("Our board meets on"), [Optional()])
        fields[f"version_{demand_id}"] = HiddenField()
    return type("SignOnFormOfToday", (SignOnForm,), fields)


def for_demands(demands: Sequence[DemandInForce], typed: MultiDict[str, str] | None = None) -> SignOnForm:
    """The form for the demands in force; with what was typed, or (None) a fresh one."""
    form = _form_asking(tuple((demand.demand_id, demand.sentence) for demand in demands))(typed)
    form.demands = demands
    form.typed = typed.to_dict() if typed is not None else {}
    if typed is None:
        form.ticket.data = new_ticket()
        for question in form.questions:
            question.version.data = str(question.demand.version_id)
    return form
