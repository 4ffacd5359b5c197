"""Mail me changes."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from crm.core.forms import Form, Mail, Text, options
from crm.core.tickets import new_ticket, read_ticket
from crm.events.models import EventKind
from crm.events.words import KIND_NAMES
from crm.sign_ons.fields import stays_empty


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Any number of boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SubscribeForm(Form):
    """Where to write, and about what."""

    ticket = HiddenField()
    email = Mail(
        _l("Mail address"),
        [DataRequired(_l("Give the mail address to which we write."))],
        description=_l("Used for this alone. Each mail has a link that ends them and deletes it."),
    )
    kinds = Ticks(_l("Only these kinds"), description=_l("None ticked: all of them."))
    areas = Ticks(_l("Only these neighborhoods"), description=_l("None ticked: all of them."))
    subject = Text(_l("Leave this field empty"), [stays_empty])

    def offer(self, kinds: Sequence[EventKind], areas: Sequence[str]) -> None:
        """What there is to choose from."""
        self.kinds.choices = options({kind: KIND_NAMES[kind] for kind in kinds})
        self.areas.choices = [(area, area) for area in areas]

    def renew(self) -> None:
        """Give the form a ticket where it has none of ours."""
        if read_ticket(self.ticket.data or "") is None:
            self.ticket.data = new_ticket()
