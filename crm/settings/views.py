"""The settings of a coalition."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.settings.forms import SettingsForm, SlugForm, fingerprint
from crm.settings.operations import change_settings, move_coalition

bp = Blueprint("coalition_settings", __name__, url_prefix="/<coalition>/organize/settings")


@bp.route("/", methods=["GET", "POST"])
@allowed(Permission.SETTINGS_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    form = SettingsForm(coalition)
    if not form.validate_on_submit():
        return _page(coalition, form, 422 if form.is_submitted() else 200)
    if form.seen.data != fingerprint(coalition):
        return _changed_meanwhile(coalition, form)
    try:
        changed = change_settings(viewer(), coalition, form.settings)
    except Refused as error:
        form.refuse(error.field or "name", error.message)
        return _page(coalition, form, 422)
    db.session.commit()
    flash(_("Saved. It shows everywhere from now on.") if changed else _("Nothing was different."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/address", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def move(coalition: Coalition) -> ResponseReturnValue:
    form = SlugForm()
    if not form.validate():
        return _page(coalition, SettingsForm(coalition, formdata=None), 422, form)
    try:
        move_coalition(viewer(), coalition, form.slug.data)
    except Refused as error:
        form.refuse("slug", error.message)
        return _page(coalition, SettingsForm(coalition, formdata=None), 422, form)
    db.session.commit()
    flash(_("The coalition has a new address. The former one leads here."), "success")
    return redirect(url_for(".index", coalition=coalition.slug), 303)


def _page(
    coalition: Coalition,
    form: SettingsForm,
    status: int = 200,
    slug_form: SlugForm | None = None,
    **more: object,
) -> ResponseReturnValue:
    slug_form = slug_form or SlugForm(formdata=None, slug=coalition.slug)
    return render_template("settings/index.html", form=form, slug_form=slug_form, **more), status


def _changed_meanwhile(coalition: Coalition, form: SettingsForm) -> ResponseReturnValue:
    """Show what stands now beside what was typed; sent again, the typed wins."""
    typed = form.settings
    theirs = [
        (form[name].label.text, _readable(getattr(coalition, name)))
        for name in typed
        if typed[name] != getattr(coalition, name)
    ]
    form.seen.data = fingerprint(coalition)
    return _page(coalition, form, 409, theirs=theirs)


def _readable(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
