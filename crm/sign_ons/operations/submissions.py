"""A group sends its sign-on, and confirms it by the link that is mailed to its speaker."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from functools import cache, cached_property
from importlib import import_module
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Executable, bindparam, delete, insert, select

from crm.audit.operations import record, record_each
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import blind_index, new_token, token_hash
from crm.core.db import Model, db
from crm.core.errors import Refused
from crm.core.forms import normal_mail
from crm.core.permissions import Viewer
from crm.demands.models import DecidedHow, StandState
from crm.mail.operations import forget_mail
from crm.organizations.models import OrganizationKind
from crm.organizations.names import normalise
from crm.organizations.queries import mail_index
from crm.sign_ons.mails import mail_already_confirmed, mail_link, owe_link, write_link
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

    @cached_property
    def content_index(self) -> bytes:
        """A keyed hash of all of it: equal for the same form filled in twice. 32 bytes."""
        return blind_index(json.dumps(asdict(self), default=str, sort_keys=True), "sign_on.content")

    @property
    def sender_index(self) -> bytes:
        """A keyed hash of who speaks for which group. 32 bytes."""
        return blind_index(f"{normal_mail(self.speaker_email)}\x00{normalise(self.name)}", "sign_on.sender")


_TYPED = [field.name for field in fields(Submission) if field.name != "answers"]
_OPEN = (SignOnState.WAITING, SignOnState.UNCONFIRMED)
_OF_FORM = select(SignOn).where(SignOn.form_key == bindparam("form_key")).with_for_update()
_SAME = (
    select(SignOn)
    .where(SignOn.content_index == bindparam("content"), SignOn.state.in_(_OPEN))
    .order_by(SignOn.id.desc())
    .limit(1)
    .with_for_update()
)


def send_sign_on(coalition: Coalition, form_key: str, sent: Submission) -> int | None:
    """Keep a sign-on that waits for its confirmation, and owe its speaker the link; once for a form.

    The same form again, or its like from another tab, is answered as the first was: without a second row,
    and without a second mail within MAIL_AGAIN_AFTER. A form that was corrected and sent again takes the
    place of what it sent before, as long as that is not confirmed. The id of the sign-on that it is now.
    """
    token = new_token()
    # Written before anything is read: nobody waits in line for that.
    link = write_link(coalition, sent, token)
    before, same = _of_form(form_key), _same(sent)
    if before is not None and before.content_index == sent.content_index:
        same = before
    if same is not None:
        _mail_again(coalition, same)
        return same.id
    if before is not None and before.state is SignOnState.UNCONFIRMED:
        _fill(before, sent)
        _link(coalition, before)
        return before.id
    sign_on_id = _keep(new_token() if before else form_key, sent, token)
    if sign_on_id is None:
        # It is mailed by that one.
        like = _same(sent)
        return like.id if like else None
    record_each(None, "sign_on.send", SignOn.__tablename__, {sign_on_id: {}})
    owe_link(link, sign_on_id)
    return sign_on_id


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


def _of_form(form_key: str) -> SignOn | None:
    """What was sent by this very form before."""
    return db.session.scalars(_OF_FORM, {"form_key": form_key}).one_or_none()


def _same(sent: Submission) -> SignOn | None:
    """What was sent with the very same content, and was not decided on yet."""
    return db.session.scalars(_SAME, {"content": sent.content_index}).one_or_none()


def _keep(form_key: str, sent: Submission, token: str) -> int | None:
    """The id of a new row with its answers; None where another one was sent meanwhile that is the same."""
    now = clock.now()
    row = {**_columns(sent), "form_key": form_key, "token_hash": token_hash(token)}
    at = {"created_at": now, "linked_at": now, "expires_at": now + LINK_HOLDS}
    query = _keeping(db.session.get_bind().dialect.name)
    sign_on_id: int | None = db.session.scalar(query, {**row, **at})
    if sign_on_id is not None and sent.answers:
        answers = [{"sign_on_id": sign_on_id, **vars(answer)} for answer in sent.answers]
        db.session.execute(insert(SignOnAnswer), answers)
    return sign_on_id


@cache
def _keeping(dialect: str) -> Executable:
    """Past the ORM, and written out once: whoever waits in line waits for this."""
    table = Model.metadata.tables[SignOn.__tablename__]
    insert_of = import_module(f"sqlalchemy.dialects.{dialect}").insert
    query: Executable = insert_of(table).on_conflict_do_nothing().returning(table.c.id)
    return query


def _columns(sent: Submission) -> dict[str, Any]:
    """What stands in the row of what was sent."""
    return {
        **{name: getattr(sent, name) for name in _TYPED},
        "content_index": sent.content_index,
        "sender_index": sent.sender_index,
        "speaker_email_index": mail_index(sent.speaker_email),
    }


def _fill(sign_on: SignOn, sent: Submission) -> None:
    """Put what was sent into the row; its link holds no more."""
    for name, value in _columns(sent).items():
        setattr(sign_on, name, value)
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
