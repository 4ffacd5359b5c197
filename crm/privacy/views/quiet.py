"""The people about whom is asked whether they are kept."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.organizations.models import Contact
from crm.privacy.operations.quiet import ANSWER_WITHIN, keep, let_go
from crm.privacy.queries import find_contact, page_of_quiet

bp = Blueprint("quiet", __name__, url_prefix="/<coalition>/organize/outreach/quiet")


@bp.route("")
@allowed(Permission.CONTACT_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    page = page_of_quiet(after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "privacy/quiet.html", people=page.items, pages=link_pages(page, ""), answer_within=ANSWER_WITHIN
    )


@bp.route("/<int:contact_id>/keep", methods=["POST"])
@allowed(Permission.CONTACT_EDIT)
def keep_one(coalition: Coalition, contact_id: int) -> ResponseReturnValue:
    keep(viewer(), _asked_about(contact_id))
    db.session.commit()
    flash(_("Kept. Nobody asks again until they are quiet for as long once more."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/<int:contact_id>/wipe", methods=["POST"])
@allowed(Permission.CONTACT_EDIT)
def wipe_one(coalition: Coalition, contact_id: int) -> ResponseReturnValue:
    let_go(viewer(), _asked_about(contact_id))
    db.session.commit()
    flash(_("Wiped: name, address, number and note are gone."), "success")
    return redirect(url_for(".index"), 303)


def _asked_about(contact_id: int) -> Contact:
    return find_contact(contact_id) or abort(404)
