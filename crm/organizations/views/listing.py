"""Making, changing, archiving and restoring one group's listing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import clean
from crm.core.once import find_made, key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.fields.definitions import Subject
from crm.fields.inputs import filled, typed_values, with_inputs
from crm.fields.operations import put_values
from crm.fields.queries import list_values, tell
from crm.organizations.forms import NewOrganizationForm, OrganizationForm, leave_settled
from crm.organizations.models import KIND_NAMES, Organization
from crm.organizations.names import list_similar
from crm.organizations.operations import (
    ChangedMeanwhile,
    SameOrganization,
    archive,
    create_organization,
    edit_organization,
    put_own_fields,
    restore,
)
from crm.organizations.queries import find_organization, search_organizations
from crm.organizations.views.blueprint import (
    bp,
    listed_fields,
    member_choices,
    organization_or_404,
)
from crm.organizations.views.parents import choose_parent, offer_parents

# What two people may have typed differently, in the order of the form.
COMPARED = (
    "name acronym kind local_number size size_public parent_id sector place address city state postal_code "
    "website description note assignee_id"
).split()
Both = Sequence[tuple[str, str, str]]


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.DIRECTORY_EDIT)
def create(coalition: Coalition) -> ResponseReturnValue:
    named = clean(request.args.get("name"))
    form = with_inputs(NewOrganizationForm, listed_fields())(members=member_choices(), name=named)
    offer_parents(form, None)
    similar: Sequence[Organization] = []
    if form.validate_on_submit() and choose_parent(form, None):
        made = find_made(Organization, key_of(form))
        similar = [] if made or form.another_group.data else _similar(form)
        if not similar and (made := made or _created(form)):
            flash(_("Added “%(name)s”.", name=made.name), "success")
            return redirect(page_url(made))
    page = render_template("organizations/create.html", form=form, similar=similar)
    return page, 422 if form.is_submitted() else 200


@bp.route("/<int:organization_id>/edit", methods=["GET", "POST"])
@allowed(Permission.ORGANIZATION_EDIT)
def edit(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    organization = organization_or_404(organization_id)
    form = _form_of(organization)
    both: Both | None = None
    if form.validate_on_submit() and choose_parent(form, organization):
        try:
            if _saved(form, organization):
                return redirect(page_url(organization))
        except ChangedMeanwhile:
            db.session.rollback()
            organization = organization_or_404(organization_id)
            both = _both_versions(form, organization)
    page = render_template("organizations/edit.html", form=form, organization=organization, both=both)
    return page, 409 if both is not None else 422 if form.errors else 200


@bp.route("/<int:organization_id>/archive", methods=["POST"])
@allowed(Permission.DIRECTORY_EDIT)
def put_away(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    organization = organization_or_404(organization_id)
    archive(viewer(), organization)
    db.session.commit()
    undo = url_for("organizations.take_out", organization_id=organization.id)
    flash_undo(_("Archived “%(name)s”.", name=organization.name), undo)
    return redirect(url_for("organizations.index"))


@bp.route("/<int:organization_id>/restore", methods=["POST"])
@allowed(Permission.DIRECTORY_EDIT)
def take_out(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    organization = organization_or_404(organization_id)
    try:
        restore(viewer(), organization)
    except Refused as refused:
        flash(str(refused.message), "error")
        return redirect(page_url(organization))
    db.session.commit()
    flash(_("Restored “%(name)s”.", name=organization.name), "success")
    return redirect(page_url(organization))


def _form_of(organization: Organization) -> OrganizationForm:
    fields = listed_fields()
    filled_in = filled(fields, list_values(Subject.ORGANIZATION, organization.id) if fields else {})
    asked = with_inputs(OrganizationForm, fields)
    form: OrganizationForm = asked(obj=organization, members=member_choices(), **filled_in)
    if viewer().is_limited:
        leave_settled(form)
    offer_parents(form, organization)
    return form


def _created(form: NewOrganizationForm) -> Organization | None:
    try:
        return make_once(Organization, key_of(form), lambda: _listed(form))
    except Refused as refused:
        _put_beside(form, refused)
        return None


def _listed(form: NewOrganizationForm) -> Organization:
    organization = create_organization(viewer(), form.values)
    put_values(Subject.ORGANIZATION, organization.id, typed_values(form))
    return organization


def _saved(form: OrganizationForm, organization: Organization) -> bool:
    edition = form.edition.data or ""
    try:
        seen = int(edition) if edition.isdecimal() else 0
        changed = edit_organization(viewer(), organization, form.values, seen)
        changed += put_own_fields(viewer(), organization, typed_values(form))
    except ChangedMeanwhile:
        raise
    except Refused as refused:
        _put_beside(form, refused)
        return False
    db.session.commit()
    flash(_("Saved.") if changed else _("Nothing was different, so nothing was changed."), "success")
    return True


def _put_beside(form: OrganizationForm, refused: Refused) -> None:
    if isinstance(refused, SameOrganization):
        form.same = refused.organization
    form.refuse(refused.field or "name", refused.message)


def _similar(form: OrganizationForm) -> Sequence[Organization]:
    """Groups whose names are so like the typed one that they may be the same."""
    typed = form.name.data
    found = {group.name: group for group in search_organizations(viewer(), typed, 40)}
    return [found[name] for name, _score in list_similar(typed, found)]


def _both_versions(form: OrganizationForm, organization: Organization) -> Both:
    """(field, as it is now, as typed) of what differs; the form goes on from the present edition."""
    form.edition.data = organization.edition
    differing = [
        name
        for name in COMPARED
        if name in form and (form[name].data or None) != (getattr(organization, name) or None)
    ]
    listing = [
        (
            str(form[name].label.text),
            _as_text(form, name, getattr(organization, name)),
            _as_text(form, name, form[name].data),
        )
        for name in differing
    ]
    return [*listing, *_both_values(form, organization)]


def _both_values(form: OrganizationForm, organization: Organization) -> Both:
    """The same of the coalition's own fields."""
    theirs, mine = list_values(Subject.ORGANIZATION, organization.id), typed_values(form)
    return [
        (one.label, tell(one, theirs.get(one.id, "")), tell(one, mine[one.id]))
        for one in listed_fields()
        if mine.get(one.id, "") != theirs.get(one.id, "")
    ]


def _as_text(form: OrganizationForm, name: str, value: Any) -> str:
    if name == "parent_id":
        parent = find_organization(value) if value else None
        return parent.name if parent else ""
    if name == "assignee_id":
        return str(dict(form.assignee_id.choices).get(value or "", ""))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(KIND_NAMES.get(value, value)) if value is not None else ""


def page_url(organization: Organization) -> str:
    """The organization's page."""
    return str(url_for("organization_page.show", organization_id=organization.id))
