"""Everything about one person: found, told to them, erased."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.queries import find_user
from crm.accounts.reentry import ReentryForm, ask_again
from crm.coalitions.models import Coalition
from crm.core.crypto import seal, unseal
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.privacy.forms import PersonForm
from crm.privacy.matching import Marks
from crm.privacy.models import Erasure
from crm.privacy.operations.erasing import erase
from crm.privacy.operations.finding import Wanted, contacts_of, find_all, marks_for
from crm.privacy.operations.telling import tell_all
from crm.privacy.queries import find_contact, label_of, list_receipts

bp = Blueprint("person", __name__, url_prefix="/<coalition>/organize/settings/person")
HOLDS = timedelta(minutes=30)
PURPOSE = "privacy.person"


@bp.route("")
@allowed(Permission.ERASE)
def index(coalition: Coalition) -> ResponseReturnValue:
    return _index(PersonForm(contact=request.args.get("contact", ""), formdata=None))


@bp.route("", methods=["POST"])
@allowed(Permission.ERASE)
def look(coalition: Coalition) -> ResponseReturnValue:
    """What is kept about whoever was asked for. Nothing is written."""
    form = PersonForm()
    if not form.validate_on_submit():
        return _index(form), 422
    wanted = _wanted(form)
    try:
        marks = marks_for(wanted)
    except Refused as error:
        form.refuse(error.field or "mail", error.message)
        return _index(form), 422
    return render_template(
        "privacy/found.html",
        found=find_all(marks),
        people=contacts_of(marks),
        account=find_user(wanted.mail) if wanted.mail else None,
        who=_sealed(marks),
    )


@bp.route("/erase", methods=["POST"])
@allowed(Permission.ERASE)
def wipe(coalition: Coalition) -> ResponseReturnValue:
    form = ReentryForm()
    right = form.is_right()
    marks = _unsealed()
    if marks is None:
        return _too_late()
    if not right:
        return _ask(form, _("Erase this person"), _erased(), _("Erase everything about them"))
    key = hashlib.sha256(form.form_key.data.encode()).hexdigest()
    try:
        receipt = make_once(Erasure, key, lambda: erase(viewer(), marks))
    except Refused as error:
        flash(str(error.message), "error")
        return redirect(url_for(".index"), 303)
    return redirect(url_for(".receipt", erasure_id=receipt.id), 303)


@bp.route("/file", methods=["POST"])
@allowed(Permission.ERASE)
def tell(coalition: Coalition) -> ResponseReturnValue:
    form = ReentryForm()
    right = form.is_right()
    marks = _unsealed()
    if marks is None:
        return _too_late()
    if not right:
        return _ask(form, _("The file for this person"), _told(), _("Download"))
    packed = tell_all(viewer(), coalition, marks)
    db.session.commit()
    response = Response(packed, mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="person.zip"'
    return response


@bp.route("/receipts/<int:erasure_id>")
@allowed(Permission.ERASE)
def receipt(coalition: Coalition, erasure_id: int) -> ResponseReturnValue:
    done = db.session.get(Erasure, erasure_id) or abort(404)
    lines = [(label_of(table), *numbers) for table, numbers in done.counts.items()]
    return render_template("privacy/receipt.html", done=done, lines=lines)


def _index(form: PersonForm) -> str:
    picked = find_contact(form.contact_id)
    return render_template("privacy/person.html", form=form, picked=picked, receipts=list_receipts())


def _wanted(form: PersonForm) -> Wanted:
    picked = find_contact(form.contact_id)
    if picked is None:
        return Wanted(form.mail.data, form.phone.data, form.name.data)
    return Wanted(
        (form.by_mail.data and picked.email) or "",
        (form.by_phone.data and picked.phone) or "",
        (form.by_name.data and picked.name) or "",
        picked.id,
    )


def _sealed(marks: Marks) -> str:
    """Whom it is about, as hashes, on the way from page to page."""
    hashes = sorted(one.hex() for one in marks.hashes)
    return seal(json.dumps([hashes, sorted(marks.sizes)]), PURPOSE)


def _unsealed() -> Marks | None:
    opened = unseal(request.form.get("who", ""), PURPOSE, HOLDS)
    if opened is None:
        return None
    hashes, sizes = json.loads(opened)
    return Marks(frozenset(map(bytes.fromhex, hashes)), frozenset(sizes))


def _too_late() -> ResponseReturnValue:
    flash(_("That was too long ago. Look for the person again."), "error")
    return redirect(url_for(".index"), 303)


def _ask(form: ReentryForm, title: str, impact: str, button: str) -> ResponseReturnValue:
    return ask_again(form, title, impact, button, url_for(".index"), who=request.form["who"])


def _erased() -> str:
    text: str = _(
        "What is theirs goes at once and for good, they are struck out of notes and other texts, and exports "
        "that lie here go. The other coordinators get a mail. You get a receipt without their name."
    )
    return text


def _told() -> str:
    text: str = _(
        "It holds all that was found, in the clear, for this person alone. Make sure that it is them who "
        "asks. The audit keeps that you took it."
    )
    return text
