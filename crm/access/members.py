"""The people of a coalition: who they are, in which role, and who is invited."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.access import joining
from crm.access.forms import ROLE_NAMES, InviteForm, RoleForm
from crm.access.operations import send_recovery
from crm.accounts.models import Invitation, User
from crm.accounts.queries import list_members, list_open_invitations
from crm.accounts.reentry import ReentryForm, ask_again
from crm.coalitions.models import Coalition, Membership
from crm.core import clock, contributions
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, Role, viewer
from crm.core.web import allowed, flash_link
from crm.mail.queries import waiting_links

bp = Blueprint("members", __name__, url_prefix="/<coalition>/organize/settings/members")


@bp.route("", methods=["GET", "POST"])
@allowed(Permission.MEMBER_INVITE)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Who belongs here, who is invited, and the form to invite."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _page(coalition, form)
    if form.role.data is Role.COORDINATOR and not (again := ReentryForm()).is_right():
        return _ask_to_invite(again, form)
    email, name, role_asked = form.email.data, form.name.data, Role(form.role.data)
    try:
        invitation = joining.invite(viewer(), coalition, email, name, role_asked)
    except Refused as error:
        form.refuse(error.field or "email", error.message)
        return _page(coalition, form)
    db.session.commit()
    return _done(_("%(name)s is invited.", name=invitation.name))


@bp.route("/<int:member_id>/role", methods=["POST"])
@allowed(Permission.MEMBER_INVITE)
def role(coalition: Coalition, member_id: int) -> ResponseReturnValue:
    """Another role for a member, after the password once more."""
    form, again = RoleForm(), ReentryForm()
    if not form.validate():
        abort(422)
    if not again.is_right():
        return _ask_for_role(again, _get(Membership, member_id), form.role.data)
    try:
        joining.change_role(viewer(), coalition, _get(Membership, member_id), Role(form.role.data))
    except Refused as error:
        return _refused(error)
    db.session.commit()
    return _done(_("The role is changed. It holds from the next page that they open."))


@bp.route("/<int:member_id>/remove", methods=["POST"])
@allowed(Permission.MEMBER_INVITE)
def remove(coalition: Coalition, member_id: int) -> ResponseReturnValue:
    """After the password once more; removed twice is removed."""
    again = ReentryForm()
    if not again.is_right():
        return _ask_to_remove(again, db.session.get(Membership, member_id))
    member = db.session.get(Membership, member_id)
    try:
        if member is not None:
            joining.remove_member(viewer(), member)
    except Refused as error:
        return _refused(error)
    db.session.commit()
    flash_link(
        _("Removed and signed out. What they entered stays; what they had to do is to be handed over."),
        url_for("follow_ups.loads"),
        _("Who does what"),
    )
    return redirect(url_for(".index"), 303)


@bp.route("/<int:member_id>/recover", methods=["POST"])
@allowed(Permission.MEMBER_INVITE)
def recover(coalition: Coalition, member_id: int) -> ResponseReturnValue:
    """A link for a member who lost their passkey or app, after the password once more."""
    again = ReentryForm()
    if not again.is_right():
        return _ask_to_recover(again, _get(Membership, member_id))
    try:
        send_recovery(viewer(), _get(Membership, member_id))
    except Refused as error:
        return _refused(error)
    db.session.commit()
    return _done(_("The link is on its way to their mailbox. It holds for 30 minutes."))


@bp.route("/invitations/<int:invitation_id>/resend", methods=["POST"])
@allowed(Permission.MEMBER_INVITE)
def resend(coalition: Coalition, invitation_id: int) -> ResponseReturnValue:
    """A new link for an invitation that waits."""
    try:
        joining.resend(viewer(), coalition, _get(Invitation, invitation_id))
    except Refused as error:
        return _refused(error)
    db.session.commit()
    return _done(_("There is a new link; the former one has ended."))


@bp.route("/invitations/<int:invitation_id>/withdraw", methods=["POST"])
@allowed(Permission.MEMBER_INVITE)
def withdraw(coalition: Coalition, invitation_id: int) -> ResponseReturnValue:
    """Taken back twice is taken back."""
    try:
        joining.withdraw(viewer(), _get(Invitation, invitation_id))
    except Refused as error:
        return _refused(error)
    db.session.commit()
    return _done(_("The invitation is taken back; its link has ended."))


def _get(model: type[Membership] | type[Invitation], row_id: int) -> Any:
    return db.session.get(model, row_id) or abort(404)


def _name_of(member: Membership) -> str:
    return db.session.get_one(User, member.user_id).name


def _ask_to_invite(again: ReentryForm, form: InviteForm) -> ResponseReturnValue:
    impact = _(
        "%(email)s will decide with you on everything here: sign-ons, demands, settings, who belongs to the "
        "coalition. The other coordinators get a mail.",
        email=form.email.data,
    )
    values = {"email": form.email.data, "name": form.name.data, "role": form.role.data.value}
    title, button = _("Invite a coordinator"), _("Invite")
    return ask_again(again, title, impact, button, url_for(".index"), **values)


def _ask_for_role(again: ReentryForm, member: Membership, role: Role) -> ResponseReturnValue:
    title = _("%(name)s becomes: %(role)s", name=_name_of(member), role=ROLE_NAMES[role])
    impact = [_("It holds from the next page that they open. They and the other coordinators get a mail.")]
    if role is Role.LIMITED:
        impact = [*_limits(member.user_id), *impact]
    return ask_again(again, title, impact, _("Change"), url_for(".index"), role=role.value)


def _limits(user_id: int) -> list[str]:
    """What being limited to assigned groups means for somebody, before it is so."""
    of_features = [told for part in contributions.limit_impact for told in part(user_id)]
    return [
        _(
            "They will see the groups alone that are assigned to them: in lists, search, queues, "
            "endorsements, reports and counts there are no others. Who assigns them a group shows them all "
            "of it."
        ),
        *of_features,
        _("They plan no events, import no lists and see no sign-ons any more."),
    ]


def _ask_to_remove(again: ReentryForm, member: Membership | None) -> ResponseReturnValue:
    if member is None:
        return _done(_("That person does not belong to the coalition any more."))
    name = _name_of(member)
    impact = _(
        "%(name)s is signed out everywhere at once and can open nothing of this coalition any more. "
        "Invitations that they sent and nobody has accepted are taken back. What they entered stays, and the "
        "other coordinators get a mail.",
        name=name,
    )
    title = _("Remove %(name)s", name=name)
    return ask_again(again, title, impact, title, url_for(".index"))


def _ask_to_recover(again: ReentryForm, member: Membership) -> ResponseReturnValue:
    title = _("%(name)s lost their device", name=_name_of(member))
    impact = _(
        "Make sure that it is them who asks: call them. They get a mail with a link by which they choose a "
        "new password, and their passkeys and codes are taken away. The other coordinators get a mail too."
    )
    return ask_again(again, title, impact, _("Mail them the link"), url_for(".index"))


def _done(text: str) -> ResponseReturnValue:
    flash(text, "success")
    return redirect(url_for(".index"), 303)


def _refused(error: Refused) -> ResponseReturnValue:
    """A button has no field to stand beside: the reason is told on top, and nothing was changed."""
    db.session.rollback()
    flash(str(error.message), "error")
    return redirect(url_for(".index"), 303)


def _page(coalition: Coalition, form: InviteForm) -> ResponseReturnValue:
    invitations = list_open_invitations()
    page = render_template(
        "access/members.html",
        form=form,
        members=list_members(),
        invitations=invitations,
        links=waiting_links(coalition.id, map(joining.about, invitations)),
        mail_is_set_up=bool(current_app.config["MAIL_URL"]),
        about=joining.about,
        roles=ROLE_NAMES,
        now=clock.now(),
    )
    return page, 422 if form.is_submitted() else 200
