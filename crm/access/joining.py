"""Who belongs to a coalition, and in which role."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from crm.access.forms import ROLE_NAMES
from crm.access.lifetimes import INVITATION
from crm.accounts.models import Invitation, User
from crm.accounts.operations import close_sessions, find_membership, give_role, join
from crm.accounts.queries import (
    find_open_invitation,
    find_user,
    list_coordinators,
    list_open_invitations,
    mail_index,
)
from crm.audit.operations import record
from crm.coalitions.models import Coalition, Membership
from crm.core import clock
from crm.core.crypto import new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Role, Viewer
from crm.core.web import absolute_url
from crm.mail.operations import forget_mail, owe_mail, tell_coordinators


def invite(viewer: Viewer, coalition: Coalition, email: str, name: str, role: Role) -> Invitation:
    """Ask a person to join. The same again is answered as the first time. Raises Refused (field `email`)."""
    user = find_user(email)
    if user and find_membership(user.id):
        raise Refused(_("This person is in the coalition already."), "email")
    waiting = find_open_invitation(email)
    if waiting and waiting.expires_at > clock.now():
        return _same(waiting, role)
    if waiting:
        withdraw(viewer, waiting)
    try:
        with db.session.begin_nested():
            invitation = _new_invitation(viewer, email, name, role)
    except IntegrityError:
        # The same form, sent twice at once: the other one came first.
        return _same(find_open_invitation(email), role)
    record(viewer, "member.invite", invitation, role=role.value)
    _mail(viewer, coalition, invitation)
    if role is Role.COORDINATOR:
        # Not about the invitation: taken back, it was sent all the same.
        about_it, names = f"coordinator:{invitation.id}", {"actor": viewer.name, "person": invitation.name}
        tell_coordinators("access/coordinator_invited", but=(viewer.user_id,), about=about_it, **names)
    return invitation


def resend(viewer: Viewer, coalition: Coalition, invitation: Invitation) -> None:
    """Mail an invitation again, with a new link; the former one ends."""
    _check_open(invitation)
    _mail(viewer, coalition, invitation)
    record(viewer, "member.invite_again", invitation)


def withdraw(viewer: Viewer, invitation: Invitation) -> None:
    """Take an invitation back: its link ends. Twice is once. Raises Refused when it was accepted."""
    if invitation.withdrawn_at:
        return
    _check_open(invitation)
    invitation.withdrawn_at = clock.now()
    forget_mail(about(invitation))
    record(viewer, "member.withdraw", invitation)
    db.session.flush()


def accept(invitation: Invitation, user: User) -> None:
    """Join by an invitation, once, in its coalition's scope. Raises Refused when it does not hold."""
    _check_open(invitation)
    if invitation.expires_at <= clock.now():
        raise Refused(_("This invitation has expired. Ask a coordinator for a new one."))
    if find_membership(user.id) is None:
        join(user, invitation.role)
    invitation.accepted_at = clock.now()
    forget_mail(about(invitation))
    record(Viewer(user.id), "member.join", invitation, role=invitation.role.value)


def change_role(viewer: Viewer, coalition: Coalition, member: Membership, role: Role) -> None:
    """Give a member another role; they and the other coordinators are told. Raises Refused (field `role`)."""
    _check_coordinator_for(viewer, member)
    if member.role is role:
        return
    former = member.role
    give_role(db.session.get_one(User, member.user_id), member, role)
    record(viewer, "member.role", member, fields=["role"], former=former.value, role=role.value)
    _tell_coordinators(viewer, "access/role_changed", member)
    _tell_member(viewer, coalition, member)


def remove_member(viewer: Viewer, member: Membership) -> None:
    """End a membership: its person is signed out everywhere, invitations that they sent are taken back.

    Raises Refused (field `role`).
    """
    _check_coordinator_for(viewer, member)
    user = db.session.get_one(User, member.user_id)
    for invitation in list_open_invitations():
        if invitation.invited_by_id == user.id:
            withdraw(viewer, invitation)
    close_sessions(user)
    record(viewer, "member.remove", member, person=user.id)
    _tell_coordinators(viewer, "access/member_removed", member)
    db.session.delete(member)


def about(invitation: Invitation) -> str:
    """How the outbox names an invitation."""
    return f"invitation:{invitation.id}"


def _same(waiting: Invitation | None, role: Role) -> Invitation:
    if waiting is None or waiting.role is not role:
        raise Refused(
            _("This person is invited already, in another role. Withdraw that invitation first."), "email"
        )
    return waiting


def _check_open(invitation: Invitation) -> None:
    if invitation.accepted_at:
        raise Refused(_("This invitation was accepted already."))
    if invitation.withdrawn_at:
        raise Refused(_("This invitation was taken back. Ask a coordinator for a new one."))


def _check_coordinator_for(viewer: Viewer, member: Membership) -> None:
    """Two coordinators who remove each other at once must not leave the coalition without any."""
    coordinators = {membership.user_id for _user, membership in list_coordinators(lock=True)}
    if member.user_id == viewer.user_id:
        raise Refused(_("Nobody changes their own role. Ask another coordinator."), "role")
    if viewer.user_id not in coordinators:
        raise Refused(_("You are not a coordinator any more. Nothing was changed."), "role")


def _new_invitation(viewer: Viewer, email: str, name: str, role: Role) -> Invitation:
    now = clock.now()
    invitation = Invitation(
        email=email,
        email_index=mail_index(email),
        name=name,
        role=role,
        token_hash=token_hash(new_token()),
        invited_by_id=viewer.user_id,
        created_at=now,
        expires_at=now + INVITATION,
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation


def _mail(viewer: Viewer, coalition: Coalition, invitation: Invitation) -> None:
    """A new link, mailed; a mail with the former one that still waits is taken back."""
    token = new_token()
    invitation.token_hash = token_hash(token)
    invitation.expires_at = clock.now() + INVITATION
    forget_mail(about(invitation))
    owe_mail(
        invitation.email,
        "access/invitation",
        coalition_id=coalition.id,
        about=about(invitation),
        link=absolute_url("invitations.show", token=token, lang=None),
        language=coalition.default_language,
        inviter=viewer.name,
        coalition=coalition,
        name=invitation.name,
        days=INVITATION.days,
    )


def _tell_member(viewer: Viewer, coalition: Coalition, member: Membership) -> None:
    """Who has another role now hears by mail which, and who gave it."""
    person = db.session.get_one(User, member.user_id)
    owe_mail(
        person.email,
        "access/own_role_changed",
        coalition_id=coalition.id,
        about=f"membership:{member.id}",
        language=person.language or coalition.default_language,
        actor=viewer.name,
        limited=member.role is Role.LIMITED,
        role=ROLE_NAMES[member.role],
        coalition=coalition,
    )


def _tell_coordinators(viewer: Viewer, template: str, member: Membership) -> None:
    """Every other coordinator hears by mail who did what to whom."""
    person = db.session.get_one(User, member.user_id)
    but = (viewer.user_id, person.id)
    tell_coordinators(
        template, but=but, about=f"membership:{member.id}", actor=viewer.name, person=person.name
    )
