"""How a member likes the list of groups: its columns chosen, and views of it kept under a name."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.queries import list_members
from crm.coalitions.models import Coalition
from crm.core.crypto import new_token
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.organizations.forms import NewViewForm, ViewForm
from crm.organizations.models import SavedView
from crm.organizations.operations.saved_views import change_view, delete_view, keep_view, may_share
from crm.organizations.queries.saved_views import find_saved_view, list_saved_views, may_change
from crm.organizations.views.blueprint import bp
from crm.organizations.views.columns import MOST, in_order, list_columns, write_columns
from crm.organizations.views.shown import Shown, read_query


@bp.route("/columns")
@allowed(Permission.ORGANIZATION_VIEW)
def choose_columns(coalition: Coalition) -> ResponseReturnValue:
    """A box for each; and from the ticked ones to the address of the list that shows these."""
    shown = Shown.asked(request.args)
    if "chosen" not in request.args:
        return render_template("organizations/columns.html", shown=shown, columns=list_columns())
    ticked = write_columns(in_order(request.args.getlist("column")[:MOST]))
    return redirect(url_for("organizations.index", **{**shown.parameters, "columns": ticked or None}))


@bp.route("/views")
@allowed(Permission.ORGANIZATION_VIEW)
def saved_views(coalition: Coalition) -> ResponseReturnValue:
    names = {user.id: user.name for user, _membership in list_members()}
    views = [
        (view, read_query(view.query).parameters, may_change(viewer(), view))
        for view in list_saved_views(viewer())
    ]
    return render_template("organizations/views.html", views=views, names=names)


@bp.route("/views/save", methods=["GET", "POST"])
@allowed(Permission.VIEW_KEEP)
def save_view(coalition: Coalition) -> ResponseReturnValue:
    """Keep the list as the address shows it."""
    shown, form = Shown.asked(request.args), NewViewForm()
    if not shown.parameters:
        flash(_("Narrow, sort or arrange the list first: then there is a view to save."), "error")
        return redirect(url_for("organizations.index"))
    if form.validate_on_submit():
        try:
            made = make_once(SavedView, key_of(form), lambda: _kept(form, shown))
            flash(_("Saved “%(name)s”. It stands above the list.", name=made.name), "success")
            return redirect(url_for("organizations.index", **shown.parameters), 303)
        except Refused as refused:
            form.refuse("name", refused.message)
    page = render_template("organizations/view.html", form=form, shown=shown, shares=may_share(viewer()))
    return page, 422 if form.errors else 200


@bp.route("/views/<int:view_id>", methods=["GET", "POST"])
@allowed(Permission.VIEW_KEEP)
def edit_view(coalition: Coalition, view_id: int) -> ResponseReturnValue:
    view = _view_or_404(view_id)
    form = ViewForm(obj=view)
    if form.validate_on_submit():
        try:
            change_view(viewer(), view, form.name.data, shared=form.shared.data)
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("organizations.saved_views"), 303)
        except Refused as refused:
            form.refuse("name", refused.message)
    shown, shares = read_query(view.query), may_share(viewer())
    page = render_template("organizations/view.html", form=form, view=view, shown=shown, shares=shares)
    return page, 422 if form.errors else 200


@bp.route("/views/<int:view_id>/delete", methods=["POST"])
@allowed(Permission.VIEW_KEEP)
def remove_view(coalition: Coalition, view_id: int) -> ResponseReturnValue:
    view = _view_or_404(view_id)
    again = url_for("organizations.save_view", **read_query(view.query).parameters)
    typed = {"name": view.name, "form_key": new_token(), **({"shared": "y"} if view.shared else {})}
    delete_view(viewer(), view)
    db.session.commit()
    flash_undo(_("Deleted the view “%(name)s”.", name=typed["name"]), again, **typed)
    return redirect(url_for("organizations.saved_views"), 303)


def _kept(form: NewViewForm, shown: Shown) -> SavedView:
    return keep_view(viewer(), form.name.data, shown.query, shared=form.shared.data)


def _view_or_404(view_id: int) -> SavedView:
    """One that the viewer may change. All others are as unknown as one that never was."""
    return find_saved_view(viewer(), view_id) or abort(404)
