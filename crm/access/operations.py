"""New passwords, and the links to them."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from crm.access.lifetimes import PASSWORD_LINK
from crm.accounts.models import PasswordReset, User
from crm.accounts.operations import set_password
from crm.accounts.operations.factors import drop_factors
from crm.audit.operations import record
from crm.coalitions.models import Membership
from crm.coalitions.queries import list_coalitions_of
from crm.core import clock, jobs, tenancy
from crm.core.crypto import new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.core.web import absolute_url
from crm.mail.operations import owe_mail, tell_coordinators


def order_password_link(user: User | None) -> None:
    """Have a link mailed by the worker. For nobody the same is written, so that it takes the same time."""
    jobs.enqueue("access.password_link", user_id=user.id if user else 0)


def make_password_link(user: User, *, drops_factors: bool = False) -> str:
    """A link to a new password, for 30 minutes and once; one that also takes lost passkeys and apps away."""
    token = new_token()
    expires_at = clock.now() + PASSWORD_LINK
    row = PasswordReset(user_id=user.id, token_hash=token_hash(token), expires_at=expires_at)
    row.drops_factors = drops_factors
    db.session.add(row)
    return absolute_url("passwords.reset", token=token)


def send_recovery(viewer: Viewer, member: Membership) -> None:
    """Mail a member who lost their passkey or app a link that takes these away, with a new password.

    It goes to their own mailbox alone, and the other coordinators hear of it. Raises Refused.
    """
    user = db.session.get_one(User, member.user_id)
    if user.id == viewer.user_id:
        raise Refused(_("For yourself, use a recovery code; or ask another coordinator."))
    if not current_app.config["MAIL_URL"]:
        raise Refused(
            _("Mail is not set up here. Whoever runs this server makes the link: flask user recover.")
        )
    owe_mail(
        user.email,
        "access/recovery",
        about=f"password:{user.id}",
        link=make_password_link(user, drops_factors=True),
        language=user.language or "en",
    )
    record(viewer, "factor.link", member)
    tell_coordinators_of(user, "access/recovery_sent", but=viewer)


@jobs.work("access.password_link")
def mail_password_link(user_id: int) -> None:
    """Mail the link; nothing for an address that is not known."""
    user = db.session.get(User, user_id)
    if user is not None:
        link = make_password_link(user)
        owe_mail(
            user.email,
            "access/password",
            about=f"password:{user.id}",
            link=link,
            language=user.language or "en",
        )


def reset_password(reset: PasswordReset | None, password_hash: str) -> None:
    """Use a link up: the new password ends every session. Raises Refused when it is used or expired."""
    if reset is None:
        raise Refused(_("This link does not hold any more. Ask for a new one."), "password")
    reset.used_at = clock.now()
    set_password(reset.user, password_hash)
    record(Viewer(reset.user_id), "password.reset", reset.user)
    _tell(reset.user)
    if reset.drops_factors:
        drop_factors(reset.user)
        record(Viewer(reset.user_id), "factor.drop", reset.user)
        tell_coordinators_of(reset.user, "access/factors_dropped")


def change_password(viewer: Viewer, password_hash: str, *, but: str) -> int:
    """The viewer's new password; ends their sessions but that of the secret. How many were ended."""
    user = db.session.get_one(User, viewer.user_id)
    ended = set_password(user, password_hash, but=but)
    record(viewer, "password.change", user)
    _tell(user)
    return ended


def names_of(user: User) -> list[str]:
    """What a person's password may not consist of: their own names and those of their coalitions."""
    with tenancy.across_coalitions():
        coalitions = list_coalitions_of(user.id)
    return [user.email, user.name, *(name for one in coalitions for name in (one.name, one.slug))]


def tell_coordinators_of(user: User, template: str, but: Viewer | None = None) -> None:
    """The other coordinators of every coalition of a person hear by mail what was done to their account."""
    with tenancy.across_coalitions():
        coalitions = list_coalitions_of(user.id)
    for coalition in coalitions:
        with tenancy.in_coalition(coalition.id):
            tell_coordinators(
                template,
                but=(user.id, but.user_id if but else None),
                about=f"password:{user.id}",
                person=user.name,
                actor=but.name if but else None,
            )


def _tell(user: User) -> None:
    """Whoever changed it, its owner hears of it."""
    owe_mail(
        user.email, "access/password_changed", about=f"password:{user.id}", language=user.language or "en"
    )
