"""Where offers to host hold people."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from crm.core.permissions import Viewer
from crm.core.personal import blanking, deleting, holds
from crm.hosting.models import MeetingOffer, OfferState

_OF_THE_HOST = ("host_name", "host_email", "host_phone", "place_name", "address", "reason")
_blank = blanking(**dict.fromkeys(_OF_THE_HOST))


def _wipe(viewer: Viewer | None, rows: Sequence[MeetingOffer]) -> None:
    """An offer that was taken up stays, without who made it; others go."""
    _blank(viewer, [offer for offer in rows if offer.state is OfferState.ACCEPTED])
    deleting(viewer, [offer for offer in rows if offer.state is not OfferState.ACCEPTED])


holds(
    MeetingOffer,
    _l("offers to host a meeting"),
    names=("host_name", "host_email", "host_phone"),
    wipe=_wipe,
)
