"""Where sign-ons hold people."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from crm.core.crypto import new_token, token_hash
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.personal import deleting, holds
from crm.mail.operations import forget_mail
from crm.sign_ons.models import ListedName, SignOn, SignOnAnswer, SignOnState

TAKEN_UP = (SignOnState.ACCEPTED, SignOnState.MERGED)


def _wipe(viewer: Viewer | None, rows: Sequence[SignOn]) -> None:
    """What was taken up stays as the group's, without who sent it; the rest goes."""
    for sign_on in rows:
        forget_mail(f"sign_on:{sign_on.id}")
        if sign_on.state in TAKEN_UP:
            _blank(sign_on)
    gone = [sign_on for sign_on in rows if sign_on.state not in TAKEN_UP]
    answers = delete(SignOnAnswer).where(SignOnAnswer.sign_on_id.in_([one.id for one in gone]))
    db.session.execute(answers)
    deleting(viewer, gone)


def _blank(sign_on: SignOn) -> None:
    sign_on.speaker_name = sign_on.speaker_email = sign_on.speaker_role = ""
    sign_on.speaker_public = False
    sign_on.reason = sign_on.question = None
    # By chance, so that nobody is found by them, and none is another's.
    sign_on.speaker_email_index = token_hash(new_token())
    sign_on.content_index = token_hash(new_token())
    sign_on.sender_index = token_hash(new_token())


holds(
    SignOn,
    _l("sign-ons"),
    indexes=("speaker_email_index",),
    names=("speaker_name", "speaker_email"),
    wipe=_wipe,
)
holds(ListedName, _l("lines of printed lists"))
