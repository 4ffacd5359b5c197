"""Coming in by a mailed link, and leaving. Opening a link changes nothing; its button does."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock, cookies
from crm.core.db import db
from crm.core.errors import error_page
from crm.core.forms import normal_mail
from crm.core.limits import network, over_limit
from crm.core.permissions import Permission
from crm.core.tickets import is_unhurried, new_ticket, read_ticket
from crm.core.transactions import set_reading
from crm.core.web import allowed
from crm.groups.forms import EnterForm, PressForm
from crm.groups.operations.entering import ask_for_another, ask_for_links, come_in
from crm.groups.operations.people import accept_invitation
from crm.groups.views.blueprint import bp, language
from crm.organizations.queries import mail_index
from crm.representatives.models import GroupLink, Purpose
from crm.representatives.operations import end_session, start_session
from crm.representatives.queries import find_link

HOUR = timedelta(hours=1)
# A meeting hall asks from one network; a mailbox belongs to few groups.
MOST_OF_A_NETWORK = 60
MOST_TO_AN_ADDRESS = 6


@bp.route("/enter", methods=["GET", "POST"])
@allowed(Permission.PUBLIC)
def enter(coalition: Coalition) -> ResponseReturnValue:
    """Give an address; the answer is the same whether it speaks for a group or not."""
    form = EnterForm()
    if not form.validate_on_submit():
        return _enter(form, 422 if request.method == "POST" else 200)
    if not is_unhurried(form.ticket.data or ""):
        return _enter(form, 422, hurried=True)
    if _asks_too_often(form.email.data):
        return error_page(429)
    ask_for_links(form.email.data, language())
    db.session.commit()
    return redirect(url_for(".sent"), 303)


@bp.route("/enter/sent")
@allowed(Permission.PUBLIC)
def sent(coalition: Coalition) -> ResponseReturnValue:
    """A mail is on its way, if there is anything to mail."""
    return render_template("groups/sent.html")


@bp.route("/link/<token>", methods=["GET"])
@allowed(Permission.PUBLIC)
def link(coalition: Coalition, token: str) -> ResponseReturnValue:
    """One button; of which group it is, the page does not tell."""
    found = find_link(token, Purpose.SIGN_IN)
    return _link_page("link", token, found) if found else unknown()


@bp.route("/link/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def use(coalition: Coalition, token: str) -> ResponseReturnValue:
    """The button: once."""
    found = find_link(token, Purpose.SIGN_IN)
    if found is None:
        return unknown()
    secret = come_in(found, cookies.group_secret())
    db.session.commit()
    if secret is None:
        set_reading(True)
        return _link_page("link", token, found)
    cookies.begin_group(secret)
    return redirect(url_for(".index"), 303)


@bp.route("/link/<token>/new", methods=["POST"])
@allowed(Permission.PUBLIC)
def new_link(coalition: Coalition, token: str) -> ResponseReturnValue:
    """A link that is over is followed by a new one, to the address that it was mailed to."""
    if over_limit("group.link", network(), most=MOST_OF_A_NETWORK, within=HOUR):
        return error_page(429)
    found = find_link(token, Purpose.SIGN_IN)
    if found is None:
        return unknown()
    if not _is_open(found):
        ask_for_another(found, language())
        db.session.commit()
    return redirect(url_for(".sent"), 303)


@bp.route("/invitation/<token>", methods=["GET"])
@allowed(Permission.PUBLIC)
def invitation(coalition: Coalition, token: str) -> ResponseReturnValue:
    """One button, by which who was invited speaks for the group."""
    found = find_link(token, Purpose.INVITATION)
    return _link_page("invitation", token, found) if found else unknown()


@bp.route("/invitation/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def accept(coalition: Coalition, token: str) -> ResponseReturnValue:
    """The button: once. It opens the group's page as well."""
    found = find_link(token, Purpose.INVITATION)
    if found is None:
        return unknown()
    if not accept_invitation(coalition, found):
        db.session.rollback()
        set_reading(True)
        return _link_page("invitation", token, found)
    secret = start_session(found.contact)
    db.session.commit()
    cookies.begin_group(secret)
    flash(_("Thank you. You may speak for your group from now on."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/leave", methods=["POST"])
@allowed(Permission.GROUP)
def leave(coalition: Coalition) -> ResponseReturnValue:
    """Out, on this browser."""
    if secret := cookies.group_secret():
        end_session(secret)
        db.session.commit()
    cookies.end_group()
    flash(_("You have left your group's page."), "success")
    return redirect(url_for(".enter"), 303)


def _enter(form: EnterForm, status: int = 200, *, hurried: bool = False) -> ResponseReturnValue:
    if read_ticket(form.ticket.data or "") is None:
        form.ticket.data = new_ticket()
    return render_template("groups/enter.html", form=form, hurried=hurried), status


def _asks_too_often(address: str) -> bool:
    """Count one asking, known address or not; whether it is one too many for it or for the network."""
    by_network = over_limit("group.enter", network(), most=MOST_OF_A_NETWORK, within=HOUR)
    mailbox = mail_index(normal_mail(address)).hex()
    return over_limit("group.address", mailbox, most=MOST_TO_AN_ADDRESS, within=HOUR) or by_network


def _is_open(found: GroupLink) -> bool:
    return found.used_at is None and found.expires_at > clock.now()


def _link_page(kind: str, token: str, found: GroupLink) -> str:
    form = PressForm(formdata=None)
    return render_template(f"groups/{kind}.html", open=_is_open(found), link=found, token=token, form=form)


def unknown() -> ResponseReturnValue:
    """The page for a token that opens nothing."""
    return error_page(
        404,
        _("This link is not one of ours, or what it was for is gone. If you have a newer mail, use that."),
    )
