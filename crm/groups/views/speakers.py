"""Who speaks for a group, as coordinators see to it: somebody left, somebody new comes."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.groups.forms import InviteForm, PressForm
from crm.groups.operations.people import invite, remove_speaker
from crm.organizations.models import Organization
from crm.organizations.queries import find_contact, find_organization
from crm.representatives.queries import list_invited, list_representatives

bp = Blueprint("speakers", __name__, url_prefix="/<coalition>/organize/organizations")


@bp.route("/<int:organization_id>/speakers", methods=["GET", "POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def index(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    """Who speaks for a group; invite somebody."""
    group = _group(organization_id)
    form = InviteForm()
    if not form.validate_on_submit():
        return _page(group, form, 422 if request.method == "POST" else 200)
    try:
        language = coalition.default_language
        invite(viewer(), coalition, group, form.name.data, form.email.data, language)
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused.field or "email", refused.message)
        return _page(_group(organization_id), form, 422)
    db.session.commit()
    flash(_("An invitation is on its way to %(name)s.", name=form.name.data), "success")
    return redirect(url_for(".index", organization_id=organization_id), 303)


@bp.route("/<int:organization_id>/speakers/<int:contact_id>/remove", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def remove(coalition: Coalition, organization_id: int, contact_id: int) -> ResponseReturnValue:
    """Somebody does not speak for the group any more; their address is told."""
    group = _group(organization_id)
    contact = find_contact(group.id, contact_id) or abort(404)
    remove_speaker(viewer(), coalition, contact)
    db.session.commit()
    flash(_("They do not speak for the group any more, and are told by mail."), "success")
    return redirect(url_for(".index", organization_id=organization_id), 303)


def _group(organization_id: int) -> Organization:
    return find_organization(organization_id) or abort(404)


def _page(group: Organization, form: InviteForm, status: int) -> ResponseReturnValue:
    return render_template(
        "groups/speakers.html",
        group=group,
        people=list_representatives(group.id),
        invited=list_invited(group.id, clock.now()),
        invite_form=form,
        form=PressForm(formdata=None),
    ), status
