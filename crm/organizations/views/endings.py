"""A group dissolved, or goes on as another: archived with the reason."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.organizations.forms import EndingForm
from crm.organizations.models import How, Organization
from crm.organizations.operations import end_organization
from crm.organizations.queries import find_organization
from crm.organizations.queries.endings import find_ending
from crm.organizations.views.blueprint import bp, organization_or_404
from crm.organizations.views.parents import choose_parent, offer_parents


@bp.route("/<int:organization_id>/end", methods=["GET", "POST"])
@allowed(Permission.DIRECTORY_EDIT)
def end(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    organization = organization_or_404(organization_id)
    form = EndingForm(obj=find_ending(organization.id))
    offer_parents(form, organization)
    if form.validate_on_submit() and choose_parent(form, organization) and _ended(form, organization):
        return redirect(url_for("organization_page.show", organization_id=organization.id))
    page = render_template("organizations/end.html", form=form, organization=organization)
    return page, 422 if form.errors else 200


def _ended(form: EndingForm, organization: Organization) -> bool:
    how = form.how.data
    successor = find_organization(form.parent_id.data) if form.parent_id.data else None
    try:
        end_organization(
            viewer(),
            organization,
            how,
            successor=successor if how is How.SUCCEEDED else None,
            ended_on=form.ended_on.data,
        )
    except Refused as refused:
        db.session.rollback()
        form.refuse(
            "parent_name" if refused.field == "successor" else refused.field or "how", refused.message
        )
        return False
    db.session.commit()
    undo = url_for("organizations.take_out", organization_id=organization.id)
    flash_undo(_("Archived “%(name)s”.", name=organization.name), undo)
    return True
