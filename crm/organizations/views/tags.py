"""The tags of a group: given and taken off."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.organizations.forms import TagsForm
from crm.organizations.models import Organization
from crm.organizations.views.blueprint import bp, organization_or_404
from crm.tags.operations import add_tags, remove_tag
from crm.tags.queries import find_tag, list_tags, list_tags_of
from crm.tags.words import split_tags


@bp.route("/<int:organization_id>/tags", methods=["GET", "POST"])
@allowed(Permission.ORGANIZATION_EDIT)
def tags(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    organization = organization_or_404(organization_id)
    form = TagsForm()
    if form.validate_on_submit() and _added(form, organization):
        return redirect(url_for("organizations.tags", organization_id=organization.id))
    own = list_tags_of(organization.id)
    page = render_template(
        "organizations/tags.html",
        form=form,
        organization=organization,
        own=own,
        others=[tag for tag in list_tags() if tag not in own],
    )
    return page, 422 if form.errors else 200


@bp.route("/<int:organization_id>/tags/<int:tag_id>/remove", methods=["POST"])
@allowed(Permission.ORGANIZATION_EDIT)
def untag(coalition: Coalition, organization_id: int, tag_id: int) -> ResponseReturnValue:
    organization = organization_or_404(organization_id)
    tag = find_tag(tag_id) or abort(404)
    remove_tag(viewer(), organization.id, tag)
    db.session.commit()
    here = url_for("organizations.tags", organization_id=organization.id)
    flash_undo(_("Took off “%(label)s”.", label=tag.label), here, add_tags=tag.label)
    return redirect(here)


def _added(form: TagsForm, organization: Organization) -> bool:
    try:
        new = add_tags(viewer(), organization.id, split_tags(form.add_tags.data))
    except Refused as refused:
        form.refuse("add_tags", refused.message)
        return False
    db.session.commit()
    flash(_("Saved.") if new else _("Nothing was different, so nothing was changed."), "success")
    return True
