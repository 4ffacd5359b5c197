"""What coordinators type about newer words and about questions to groups."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from crm.core.forms import Day, Form, FormKey, LongText, options
from crm.demands.models import CHANGE_NAMES, Change
from crm.demands.operations import Terms


class FirstWordsForm(Form):
    """On what terms a demand's first words are adopted."""

    edition = IntegerField(_l("Edition"), [InputRequired()], widget=HiddenInput())
    counts_from = Day(
        _l("Counts from"),
        [Optional()],
        description=_l(
            "Until that day nobody loses membership over it: members stand as “member, asked”. "
            "Empty: it counts at once."
        ),
    )

    def terms(self) -> Terms:
        """What was typed."""
        return Terms(counts_from=self.counts_from.data if "counts_from" in self else None)


class NewerWordsForm(Form):
    """On what terms newer words are adopted."""

    edition = IntegerField(_l("Edition"), [InputRequired()], widget=HiddenInput())
    change = RadioField(
        _l("What the new words change"),
        [InputRequired(_l("Say whether the meaning changes."))],
        choices=options(CHANGE_NAMES),
    )
    answers_by = Day(
        _l("Last day for answers"),
        [Optional()],
        description=_l("To object to an editorial change, to reconfirm after one of substance."),
    )
    reason = LongText(
        _l("What changed, and why"),
        longest=1000,
        description=_l("Groups and the public read it beside the difference."),
    )

    def terms(self) -> Terms:
        """What was typed."""
        return Terms(Change(self.change.data), self.reason.data, self.answers_by.data)


class UntilForm(Form):
    """A later day."""

    until = Day(_l("New last day"), [InputRequired(_l("Choose a day."))])

    def day(self) -> date:
        """The day, of a form that is in order."""
        assert isinstance(self.until.data, date)  # noqa: S101 - it is required
        return self.until.data


class AskGroupsForm(UntilForm):
    """Until when chosen groups have time, and what becomes of those that nobody can write to."""

    until = Day(
        _l("Last day for answers"),
        [InputRequired(_l("Choose a day."))],
        description=_l("Reminders go out before it by your rules. Silence means nothing."),
    )
    by_phone = BooleanField(_l("Ask by phone where nobody can be written to"))
    form_key = FormKey()


def explain(change: Change) -> str:
    """What a kind of change does to groups, in a sentence."""
    return str(_EXPLAINED[change])


_EXPLAINED = {
    Change.EDITORIAL: _l(
        "The meaning stays. Groups are shown the difference and may object; whoever does not is carried over "
        "after the last day."
    ),
    Change.SUBSTANCE: _l(
        "The meaning changes. Groups are asked to reconfirm; until they answer they stay under the old "
        "words, and without an answer their endorsement lapses after the last day."
    ),
}
