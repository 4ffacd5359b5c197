"""Where RSVPs hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import blanking, holds
from crm.rsvps.models import Rsvp
from crm.rsvps.operations.retention import WIPED

holds(
    Rsvp,
    _l("words that they come to a date"),
    indexes=("email_index",),
    names=("name", "email"),
    wipe=blanking(**WIPED, wants_next=False),
)
