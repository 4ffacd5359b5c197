"""A coordinator asks a speaker back: the sign-on goes to them again, to be corrected and confirmed."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.sign_ons.mails import mail_question
from crm.sign_ons.models import LINK_HOLDS, SignOn, SignOnState
from crm.sign_ons.operations.decisions import AlreadyDecided


def ask_back(viewer: Viewer, coalition: Coalition, sign_on_id: int, question: str) -> SignOn:
    """Mail the speaker a question, with a link to correct the form or to confirm it as it is.

    Until then it does not wait for a coordinator any more. The same question of a press that arrives again
    is asked once. Raises AlreadyDecided, or Refused (field `question`).
    """
    held = select(SignOn).where(SignOn.id == sign_on_id).with_for_update(of=SignOn)
    sign_on = db.session.scalars(held.execution_options(populate_existing=True)).one()
    if sign_on.state is SignOnState.UNCONFIRMED and sign_on.question == question:
        return sign_on
    if sign_on.state is SignOnState.UNCONFIRMED:
        raise Refused(_("This sign-on is not confirmed yet."))
    if sign_on.state is not SignOnState.WAITING:
        raise AlreadyDecided(sign_on)
    if not question:
        raise Refused(_("Write the question."), "question")
    now, token = clock.now(), new_token()
    # Its like from another tab, which nobody confirmed: of two of one content one waits for its speaker.
    like = (SignOn.content_index == sign_on.content_index) & (SignOn.state == SignOnState.UNCONFIRMED)
    db.session.execute(update(SignOn).where(like).values(state=SignOnState.REPLACED, decided_at=now))
    sign_on.state, sign_on.asked_at, sign_on.question = SignOnState.UNCONFIRMED, now, question
    sign_on.former_token_hash, sign_on.token_hash = sign_on.token_hash, token_hash(token)
    sign_on.linked_at, sign_on.expires_at = now, now + LINK_HOLDS
    db.session.flush()
    record(viewer, "sign_on.ask", sign_on)
    mail_question(coalition, sign_on, token)
    return sign_on
