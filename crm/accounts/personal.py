"""Where accounts hold people."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, select

from crm.accounts.models import CodeApp, Invitation, Passkey, PasswordReset, RecoveryCode, User, UserSession
from crm.coalitions.models import Membership
from crm.core.crypto import new_token, token_hash
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.personal import deleting, holds, leaves_out
from crm.core.tenancy import across_coalitions


def _belongs_nowhere() -> ColumnElement[bool]:
    """Who is in a coalition goes there first, under People."""
    with across_coalitions():
        members = db.session.scalars(select(Membership.user_id).distinct()).all()
    return User.id.not_in(members)


def _close(_viewer: Viewer | None, rows: Sequence[User]) -> None:
    """The number stays, for the audit; nobody signs in with it any more."""
    for user in rows:
        for model in (UserSession, Passkey, CodeApp, RecoveryCode, PasswordReset):
            db.session.execute(delete(model).where(model.user_id == user.id))
        user.email = user.name = ""
        user.email_index = token_hash(new_token())
        user.password_hash = None


holds(
    User,
    _l("accounts of former members"),
    indexes=("email_index",),
    names=("name",),
    wipe=_close,
    scope=_belongs_nowhere,
)
holds(Invitation, _l("invitations"), indexes=("email_index",), names=("name",), wipe=deleting)
for _own in (UserSession, Passkey, CodeApp):
    leaves_out(_own, _l("what members call their own devices: they end with the account"))
