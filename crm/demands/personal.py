"""Where stands hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import blanking, holds
from crm.demands.models import Endorsement, EndorsementChange, StandRecord

holds(
    Endorsement,
    _l("who spoke for a group"),
    names=("speaker",),
    wipe=blanking(speaker=None, speaker_public=False),
)
holds(
    EndorsementChange,
    _l("who spoke for a group, in the history"),
    contact="contact_id",
    names=("speaker",),
    wipe=blanking(speaker=None),
)
holds(StandRecord, _l("who spoke, in records"), names=("speaker",), wipe=blanking(speaker=None))
