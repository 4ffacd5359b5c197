"""A group's listing, its logo, and who speaks for it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock, cookies
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, representative
from crm.core.web import allowed
from crm.groups.forms import InviteForm, ListingForm, LogoForm, NameForm, PressForm
from crm.groups.operations.listing import ask_for_name, edit_own_listing
from crm.groups.operations.logos import LARGEST, check_logo, keep_picture, remove_logo, set_logo
from crm.groups.operations.people import invite, remove_speaker
from crm.groups.queries import find_logo, find_waiting_name
from crm.groups.views.blueprint import bp, language, own_group
from crm.organizations.models import Contact, Organization
from crm.organizations.queries import find_contact
from crm.representatives.queries import list_invited, list_representatives


@bp.route("/listing", methods=["GET", "POST"])
@allowed(Permission.GROUP)
def listing(coalition: Coalition) -> ResponseReturnValue:
    """What the public reads of the group; changed at once, but for its name."""
    group = own_group()
    form = ListingForm(obj=group)
    if not form.validate_on_submit():
        return _listing(group, 422 if request.method == "POST" else 200, listing=form)
    try:
        edit_own_listing(representative(), group, form.values, int(form.edition.data))
    except (Refused, ValueError) as refused:
        db.session.rollback()
        return _refused_listing(form, refused)
    db.session.commit()
    flash(_("Saved. It stands so in public from now on."), "success")
    return redirect(url_for(".listing"), 303)


@bp.route("/listing/name", methods=["POST"])
@allowed(Permission.GROUP)
def rename(coalition: Coalition) -> ResponseReturnValue:
    """Ask for another public name."""
    group, form = own_group(), NameForm()
    if not form.validate_on_submit():
        return _listing(group, 422, name=form)
    asked = ask_for_name(representative(), group, form.name.data, language())
    db.session.commit()
    flash(
        _("A coordinator looks at the new name. You are told by mail.")
        if asked
        else _("That is the name of your group in public."),
        "success",
    )
    return redirect(url_for(".listing") + "#public-name", 303)


@bp.route("/listing/logo", methods=["POST"])
@allowed(Permission.GROUP)
def logo(coalition: Coalition) -> ResponseReturnValue:
    """Show a picture as the group's logo."""
    form = LogoForm()
    if not form.validate_on_submit():
        return _listing(own_group(), 422, logo=form)
    try:
        with form.logo.data.stream as stream:
            picture = check_logo(stream.read(LARGEST + 1))
    except Refused as refused:
        form.refuse("logo", refused.message)
        return _listing(own_group(), 422, logo=form)
    set_logo(representative(), representative().organization_id or 0, picture, keep_picture(picture))
    db.session.commit()
    flash(_("Your logo is shown from now on."), "success")
    return redirect(url_for(".listing") + "#picture", 303)


@bp.route("/listing/logo/remove", methods=["POST"])
@allowed(Permission.GROUP)
def no_logo(coalition: Coalition) -> ResponseReturnValue:
    """Show no logo any more."""
    remove_logo(representative(), own_group().id)
    db.session.commit()
    flash(_("Your logo is gone."), "success")
    return redirect(url_for(".listing") + "#picture", 303)


@bp.route("/people", methods=["GET", "POST"])
@allowed(Permission.GROUP)
def people(coalition: Coalition) -> ResponseReturnValue:
    """Who speaks for the group; invite somebody else."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _people(form, 422 if request.method == "POST" else 200)
    try:
        invite(representative(), coalition, own_group(), form.name.data, form.email.data, language())
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused.field or "email", refused.message)
        return _people(form, 422)
    db.session.commit()
    flash(_("An invitation is on its way to %(name)s.", name=form.name.data), "success")
    return redirect(url_for(".people"), 303)


@bp.route("/people/<int:contact_id>/remove", methods=["POST"])
@allowed(Permission.GROUP)
def remove(coalition: Coalition, contact_id: int) -> ResponseReturnValue:
    """Somebody of the group does not speak for it any more; perhaps who presses the button."""
    contact = _one_of_us(contact_id) or abort(404)
    try:
        remove_speaker(representative(), coalition, contact)
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
        return redirect(url_for(".people"), 303)
    db.session.commit()
    flash(_("They do not speak for your group any more."), "success")
    if contact_id == representative().contact_id:
        cookies.end_group()
    return redirect(url_for(".people"), 303)


def _one_of_us(contact_id: int) -> Contact | None:
    """Who speaks for the group or is invited to; others of its people it does not see here."""
    group = own_group()
    contact = find_contact(group.id, contact_id)
    seen = {one.id for one in (*list_representatives(group.id), *list_invited(group.id, clock.now()))}
    return contact if contact is not None and contact.id in seen else None


def _people(form: InviteForm, status: int = 200) -> ResponseReturnValue:
    group = own_group()
    return render_template(
        "groups/people.html",
        group=group,
        me=representative(),
        people=list_representatives(group.id),
        invited=list_invited(group.id, clock.now()),
        form=form,
    ), status


def _refused_listing(form: ListingForm, refused: Refused | ValueError) -> ResponseReturnValue:
    group = own_group()
    if isinstance(refused, Refused) and refused.field:
        form.refuse(refused.field, refused.message)
        return _listing(group, 422, listing=form)
    form.edition.data = str(group.edition)
    text = _("Somebody else changed this listing meanwhile. Look it over and save once more.")
    form.form_errors = [text]
    return _listing(group, 409, listing=form)


def _listing(
    group: Organization,
    status: int,
    *,
    listing: ListingForm | None = None,
    name: NameForm | None = None,
    logo: LogoForm | None = None,
) -> ResponseReturnValue:
    waiting = find_waiting_name(group.id)
    return render_template(
        "groups/listing.html",
        group=group,
        listing=listing or ListingForm(formdata=None, obj=group),
        name_form=name or NameForm(formdata=None, name=waiting.name if waiting else group.name),
        logo_form=logo or LogoForm(formdata=None),
        waiting_name=waiting,
        logo=find_logo(group.id),
        form=PressForm(formdata=None),
    ), status
