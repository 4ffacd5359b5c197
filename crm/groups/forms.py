"""What a group's representative fills in, and what a coordinator decides with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from crm.core.errors import Refused
from crm.core.forms import Form, LongText, Mail, Text, Website, options
from crm.demands.models import DECIDED_HOW_NAMES, DecidedHow
from crm.demonstrations.fields import BringsForm
from crm.groups.operations.stands import Reply, Said
from crm.organizations.operations import LARGEST
from crm.roles.models import MOST_NEEDED
from crm.sign_ons.fields import Day, People, holds_a_word, stays_empty

REPLY_NAMES = {
    Reply.ENDORSE: _l("We endorse these words"),
    Reply.RESERVATION: _l("We endorse them, with a reservation"),
    Reply.BOARD: _l("It goes before our board first"),
    Reply.DECLINE: _l("We do not endorse them"),
}
# As said to newer words by who endorses older ones.
RECONFIRM = _l("We reconfirm: we endorse the new words")


class PressForm(Form):
    """A button alone."""


class EnterForm(Form):
    """The address to which a link is mailed."""

    ticket = HiddenField()
    email = Mail(
        _l("Mail address"),
        [DataRequired(_l("Give the mail address with which you speak for your group."))],
    )
    subject = Text(_l("Leave this field empty"), [stays_empty])


class AnswerForm(Form):
    """What the group says to a demand, and how it decided."""

    # The version whose words the form shows.
    version = HiddenField()
    reply = RadioField(_l("What does your group say?"), [InputRequired(_l("Choose one."))], coerce=Reply)
    reservation = LongText(
        _l("What does it reserve?"),
        longest=1000,
        description=_l("For the coalition's organizers; it is not shown in public."),
    )
    board_on = Day(_l("Our board meets on"), [Optional()])
    decided_how = SelectField(
        _l("How did your group decide?"),
        [Optional()],
        choices=[SelectChoice("", _l("Choose")), *options(DECIDED_HOW_NAMES)],
    )
    decided_on = Day(_l("On which day did it decide?"), [Optional()])
    speaker = Text(_l("Who spoke for it"), longest=200)
    speaker_public = BooleanField(_l("Show this name in public, beside the group's"))
    until = Day(
        _l("Until when"),
        [Optional()],
        description=_l("Only if your group endorses for a term. We write to you before it ends."),
    )
    listed = BooleanField(_l("Show our group in public behind this demand"), default=True)

    def offer(self, replies: Sequence[Reply], *, reconfirms: bool) -> None:
        """Offer these replies; `reconfirms`: the group endorses older words."""
        names = {**REPLY_NAMES, Reply.ENDORSE: RECONFIRM} if reconfirms else REPLY_NAMES
        self.reply.choices = [SelectChoice(reply.value, names[reply]) for reply in replies]

    def said(self) -> Said:
        """What was filled in."""
        how = self.decided_how.data
        return Said(
            reply=self.reply.data,
            reservation=self.reservation.data,
            board_on=self.board_on.data,
            decided_how=DecidedHow(how) if how else None,
            decided_on=self.decided_on.data,
            speaker=self.speaker.data,
            speaker_public=self.speaker_public.data,
            listed=self.listed.data,
            until=self.until.data,
        )


class AskForm(Form):
    """What the buttons under a question take along."""

    reservation = LongText(_l("What does your group reserve?"), longest=1000)
    objection = LongText(_l("What is not right for your group?"), longest=1000)
    reason = LongText(_l("Why not? Only if you want to say it."), longest=1000)
    board_on = Day(_l("Our board meets on"), [Optional()])

    def board_day(self) -> date:
        """The day of the board. Raises Refused (field `board_on`) without one."""
        day: date | None = self.board_on.data
        if day is None:
            raise Refused(_("Give the day on which your board meets."), "board_on")
        return day


class ListingForm(Form):
    """What a group changes of its listing at once."""

    edition = HiddenField()
    acronym = Text(_l("Known for short as"), longest=60)
    website = Website(_l("Website"))
    place = Text(
        _l("Place"), description=_l("The city, neighborhood, campus or workplace where you are."), longest=120
    )
    size = People(
        _l("People represented"),
        [Optional(), NumberRange(1, LARGEST, _l("Give a whole number, as in 1200."))],
        description=_l("Members, students, congregants: those for whom your group speaks."),
    )
    size_public = BooleanField(_l("Show our number of people in public"))
    description = LongText(
        _l("In your own words"),
        longest=2000,
        description=_l("Who you are, in a few sentences. It is public."),
    )


class NameForm(Form):
    """Another public name."""

    name = Text(
        _l("Name of your group in public"),
        [DataRequired(_l("Give the name of your group.")), holds_a_word],
        longest=300,
        description=_l("A coordinator looks at it before it changes. You are told by mail."),
    )


class AskToCoSponsorForm(BringsForm):
    """For all of a demonstration or for one date, and what the group brings."""

    on_date = SelectField(_l("For"), validators=[Optional()])


class LogoForm(Form):
    """A picture."""

    logo = FileField(
        _l("Picture"),
        [FileRequired(_l("Choose a picture."))],
        description=_l("PNG, JPEG or WebP, at most 1 MB. Where it was taken is not kept."),
    )


class InviteForm(Form):
    """Somebody else who may speak for the group."""

    name = Text(_l("Name"), [DataRequired(_l("Give their name."))], longest=120)
    email = Mail(
        _l("Mail address"),
        [DataRequired(_l("Give their mail address."))],
        description=_l("They get a link and confirm by its button. Until then nothing changes."),
    )


class DeclineNameForm(Form):
    """Why a name stays as it is."""

    reason = LongText(
        _l("Reason"),
        [DataRequired(_l("Write the reason: it is mailed to who asked."))],
        longest=1000,
        description=_l("It is mailed to who asked."),
    )


class TakeForm(Form):
    """A group takes a role for so many of its people."""

    count = IntegerField(
        _l("How many of you"),
        [InputRequired(_l("Write how many people come.")), NumberRange(1, MOST_NEEDED)],
        default=1,
    )
