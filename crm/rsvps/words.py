"""What people said, as lists name it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.rsvps.models import RsvpState

STATE_NAMES = {
    RsvpState.COMING: _l("Comes"),
    RsvpState.WAITING: _l("Waits for a place"),
    RsvpState.CANCELLED: _l("Does not come"),
}
