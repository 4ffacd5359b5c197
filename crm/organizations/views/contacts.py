"""The people of a group: added, changed, removed, and their address and number shown on asking."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.organizations.forms import ContactForm, NewContactForm
from crm.organizations.models import Contact, Organization
from crm.organizations.operations import (
    add_contact,
    edit_contact,
    remove_contact,
    reveal_contact,
    set_no_calls,
)
from crm.organizations.phones import readable_phone
from crm.organizations.queries import find_contact
from crm.organizations.views.blueprint import bp, organization_or_404


@bp.route("/<int:organization_id>/contacts/new", methods=["GET", "POST"])
@allowed(Permission.CONTACT_EDIT)
def new_contact(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    organization = organization_or_404(organization_id)
    form = NewContactForm()
    if form.validate_on_submit():
        try:
            make_once(Contact, key_of(form), lambda: add_contact(viewer(), organization, form.values))
            return _done(organization, _("Added the contact."))
        except Refused as refused:
            form.refuse(refused.field or "name", refused.message)
    page = render_template("organizations/contact.html", form=form, organization=organization, contact=None)
    return page, 422 if form.errors else 200


@bp.route("/<int:organization_id>/contacts/<int:contact_id>/open", methods=["POST"])
@allowed(Permission.CONTACT_EDIT)
def open_contact(coalition: Coalition, organization_id: int, contact_id: int) -> ResponseReturnValue:
    """The form with what is kept: opening it shows the address and the number, so it is a POST and noted."""
    organization, contact = _contact_or_404(organization_id, contact_id)
    form = ContactForm(formdata=None, obj=contact)
    form.phone.data = readable_phone(contact.phone) if contact.phone else ""
    reveal_contact(viewer(), contact)
    page = render_template(
        "organizations/contact.html", form=form, organization=organization, contact=contact
    )
    db.session.commit()
    return page


@bp.route("/<int:organization_id>/contacts/<int:contact_id>", methods=["POST"])
@allowed(Permission.CONTACT_EDIT)
def change_contact(coalition: Coalition, organization_id: int, contact_id: int) -> ResponseReturnValue:
    organization, contact = _contact_or_404(organization_id, contact_id)
    form = ContactForm()
    if form.validate():
        try:
            edit_contact(viewer(), contact, form.values)
            return _done(organization, _("Saved the contact."))
        except Refused as refused:
            form.refuse(refused.field or "name", refused.message)
    page = render_template(
        "organizations/contact.html", form=form, organization=organization, contact=contact
    )
    return page, 422


@bp.route("/<int:organization_id>/contacts/<int:contact_id>/remove", methods=["POST"])
@allowed(Permission.CONTACT_EDIT)
def drop_contact(coalition: Coalition, organization_id: int, contact_id: int) -> ResponseReturnValue:
    organization, contact = _contact_or_404(organization_id, contact_id, removed_too=True)
    remove_contact(viewer(), contact)
    return _done(organization, _("Removed the contact: what was kept about them is gone."))


@bp.route("/<int:organization_id>/contacts/<int:contact_id>/calls", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def call_contact(coalition: Coalition, organization_id: int, contact_id: int) -> ResponseReturnValue:
    """They ask not to be called, or may be called again."""
    organization, contact = _contact_or_404(organization_id, contact_id)
    set_no_calls(viewer(), contact, no_calls=request.form.get("no_calls") == "1")
    return _done(organization, _("Noted."))


@bp.route("/<int:organization_id>/calls", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def call_group(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    """The group asks not to be called, or may be called again."""
    organization = organization_or_404(organization_id)
    set_no_calls(viewer(), organization, no_calls=request.form.get("no_calls") == "1")
    return _done(organization, _("Noted."))


def _contact_or_404(
    organization_id: int, contact_id: int, *, removed_too: bool = False
) -> tuple[Organization, Contact]:
    organization = organization_or_404(organization_id)
    contact = find_contact(organization.id, contact_id, removed_too=removed_too)
    if contact is None:
        abort(404)
    return organization, contact


def _done(organization: Organization, text: str) -> ResponseReturnValue:
    db.session.commit()
    flash(text, "success")
    return redirect(url_for("organization_page.show", organization_id=organization.id) + "#people")
