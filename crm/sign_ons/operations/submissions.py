"""A group sends its sign-on, and confirms it by the link that is mailed to its speaker."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import blind_index, new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import normal_mail
from crm.core.permissions import Viewer
from crm.demands.models import DecidedHow, StandState
from crm.mail.operations import forget_mail
from crm.organizations.models import OrganizationKind
from crm.organizations.names import normalise
from crm.organizations.queries import mail_index
from crm.sign_ons.mails import mail_already_confirmed, mail_link
from crm.sign_ons.models import LINK_HOLDS, MAIL_AGAIN_AFTER, SignOn, SignOnAnswer, SignOnState
from crm.sign_ons.queries import find_by_token


@dataclass(frozen=True)
class Answer:
    """What a group says to one demand, in the words of a version that it was shown."""

    demand_id: int
    version_id: int
    state: StandState
    # There if and only if the state is BEFORE_BOARD.
    board_on: date | None = None


@dataclass(frozen=True)
class Submission:
    """A sign-on as it was checked by its form."""

    name: str
    kind: OrganizationKind
    place: str
    website: str
    size: int | None
    size_public: bool
    speaker_name: str
    speaker_role: str
    speaker_public: bool
    speaker_email: str
    decided_how: DecidedHow
    decided_on: date | None
    language: str
    answers: tuple[Answer, ...]

    @property
    def content_index(self) -> bytes:
        """A keyed hash of all of it: equal for the same form filled in twice. 32 bytes."""
        return blind_index(json.dumps(asdict(self), default=str, sort_keys=True), "sign_on.content")

    @property
    def sender_index(self) -> bytes:
        """A keyed hash of who speaks for which group. 32 bytes."""
        return blind_index(f"{normal_mail(self.speaker_email)}\x00{normalise(self.name)}", "sign_on.sender")


def send_sign_on(coalition: Coalition, form_key: str, sent: Submission) -> int | None:
    """Keep a sign-on that waits for its confirmation, and owe its speaker the link; once for a form.

    The same form again, or its like from another tab, is answered as the first was: without a second row,
    and without a second mail within MAIL_AGAIN_AFTER. A form that was corrected and sent again takes the
    place of what it sent before, as long as that is not confirmed. The id of the sign-on that it is now.
    """
    before = db.session.scalars(
        select(SignOn).where(SignOn.form_key == form_key).with_for_update()
    ).one_or_none()
    if before is not None and before.content_index != sent.content_index:
        if before.state is SignOnState.UNCONFIRMED and not _is_known(sent):
            _fill(before, sent)
            _link(coalition, before)
            return before.id
        before, form_key = None, new_token()
    if before is None:
        before = _same(sent)
    if before is not None:
        _mail_again(coalition, before)
        return before.id
    try:
        with db.session.begin_nested():
            sign_on = _new(form_key, sent)
    except IntegrityError:
        # It is mailed by that one.
        like = _same(sent)
        return like.id if like else None
    _link(coalition, sign_on)
    return sign_on.id


def mail_again(coalition: Coalition, sign_on_id: int) -> None:
    """Who sent a sign-on asks for its mail once more; MAIL_AGAIN_AFTER the last one it is owed again."""
    query = select(SignOn).where(SignOn.id == sign_on_id).with_for_update()
    if sign_on := db.session.scalars(query).one_or_none():
        _mail_again(coalition, sign_on)


def confirm_sign_on(token: str) -> bool:
    """The speaker confirms by the mailed link; from now on it waits for a coordinator.

    What the same speaker sent for the same group before is replaced. False, and nothing changes, where it is
    confirmed already and where the link does not hold any more or never did.
    """
    found = find_by_token(token)
    if found is None:
        return False
    same = select(SignOn).where(SignOn.sender_index == found.sender_index).order_by(SignOn.id)
    rows = db.session.scalars(same.with_for_update().execution_options(populate_existing=True)).all()
    now = clock.now()
    holds = found.token_hash == token_hash(token) and now < found.expires_at
    if found.state is not SignOnState.UNCONFIRMED or not holds:
        return False
    for row in rows:
        older = row.state is SignOnState.UNCONFIRMED and row.id < found.id
        if older or row.state is SignOnState.WAITING:
            row.state, row.decided_at = SignOnState.REPLACED, now
            forget_mail(f"sign_on:{row.id}")
    forget_mail(f"sign_on:{found.id}")
    db.session.flush()
    found.state, found.confirmed_at = SignOnState.WAITING, now
    record(None, "sign_on.confirm", found)
    return True


def renew_link(coalition: Coalition, token: str) -> SignOn | None:
    """Owe the speaker a new link for one that is over; asked twice, one is sent. None: there is none such."""
    sign_on = find_by_token(token, lock=True)
    if sign_on is not None and sign_on.state is SignOnState.UNCONFIRMED and clock.now() >= sign_on.expires_at:
        _link(coalition, sign_on)
    return sign_on


def resend_link(viewer: Viewer, coalition: Coalition, sign_on: SignOn) -> None:
    """A coordinator has the link mailed once more. Raises Refused where nothing waits for it."""
    lock = select(SignOn).where(SignOn.id == sign_on.id).with_for_update(of=SignOn)
    db.session.scalars(lock.execution_options(populate_existing=True)).one()
    if sign_on.state is not SignOnState.UNCONFIRMED:
        raise Refused(_("This sign-on is confirmed already, so no link is needed."))
    record(viewer, "sign_on.resend", sign_on)
    _link(coalition, sign_on)


def _is_known(sent: Submission) -> bool:
    return _same(sent) is not None


def _same(sent: Submission) -> SignOn | None:
    """What was sent with the very same content, and was not decided on yet."""
    open_states = (SignOnState.WAITING, SignOnState.UNCONFIRMED)
    query = select(SignOn).where(SignOn.content_index == sent.content_index, SignOn.state.in_(open_states))
    return db.session.scalars(query.order_by(SignOn.id.desc()).limit(1).with_for_update()).one_or_none()


def _new(form_key: str, sent: Submission) -> SignOn:
    now = clock.now()
    unused = token_hash(new_token())
    sign_on = SignOn(form_key=form_key, created_at=now, linked_at=now, expires_at=now, token_hash=unused)
    db.session.add(sign_on)
    _fill(sign_on, sent)
    record(None, "sign_on.send", sign_on)
    return sign_on


def _fill(sign_on: SignOn, sent: Submission) -> None:
    """Put what was sent into the row; its link, if it had one, holds no more."""
    for name in (field.name for field in fields(Submission) if field.name != "answers"):
        setattr(sign_on, name, getattr(sent, name))
    sign_on.content_index, sign_on.sender_index = sent.content_index, sent.sender_index
    sign_on.speaker_email_index = mail_index(sent.speaker_email)
    db.session.flush()
    db.session.execute(delete(SignOnAnswer).where(SignOnAnswer.sign_on_id == sign_on.id))
    db.session.add_all(SignOnAnswer(sign_on_id=sign_on.id, **vars(answer)) for answer in sent.answers)
    db.session.flush()


def _mail_again(coalition: Coalition, sign_on: SignOn) -> None:
    """What the page says was mailed is mailed, unless that was only just done."""
    now = clock.now()
    if now - sign_on.linked_at < MAIL_AGAIN_AFTER:
        return
    if sign_on.state is SignOnState.UNCONFIRMED:
        _link(coalition, sign_on)
    elif sign_on.state is SignOnState.WAITING:
        sign_on.linked_at = now
        mail_already_confirmed(coalition, sign_on)


def _link(coalition: Coalition, sign_on: SignOn) -> None:
    """A new link in place of the one before, on its way to the speaker."""
    now: datetime = clock.now()
    token = new_token()
    sign_on.former_token_hash, sign_on.token_hash = sign_on.token_hash, token_hash(token)
    sign_on.linked_at, sign_on.expires_at = now, now + LINK_HOLDS
    db.session.flush()
    mail_link(coalition, sign_on, token)
