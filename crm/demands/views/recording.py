"""Recording on a group's behalf what it said, with the document that proves it."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from flask import abort, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import SelectChoice

from crm.coalitions.models import Coalition
from crm.core.cookies import COOKIE_KEY
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import StoredFile, open_file, remove_file
from crm.core.permissions import Permission, viewer
from crm.core.transactions import reading
from crm.core.web import allowed
from crm.demands import operations
from crm.demands.forms import RecordForm
from crm.demands.models import DemandVersion, VersionState
from crm.demands.queries import find_evidence, list_adopted_versions, list_demands, list_stands, words_of
from crm.demands.views.stands import bp as bp
from crm.demands.views.stands import number_in_address
from crm.organizations.models import Organization
from crm.organizations.queries import find_organization, search_organizations

FOUND = 20
# Bytes of a body. More than a document may have: one that is a little too large is told beside its field, and
# what was typed stays.
LARGEST_BODY = 4 * operations.LARGEST


@bp.url_value_preprocessor
def _allow_a_document(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The one page of stands that takes a file: from who has signed in; before anything reads the form."""
    if endpoint == "endorsements.record" and COOKIE_KEY in session:
        request.max_content_length = LARGEST_BODY


@bp.route("/record", methods=["GET", "POST"])
@allowed(Permission.ENDORSEMENT_RECORD)
def record(coalition: Coalition) -> ResponseReturnValue:
    """Record what a group said; first choose the group."""
    organization = _organization()
    if organization is None:
        q = "".join(char for char in request.args.get("q", "").strip()[:200] if char.isprintable())
        found = search_organizations(viewer(), q, FOUND) if q else []
        return render_template("demands/choose_group.html", q=q, found=found)
    form = _record_form(organization)
    if form.validate_on_submit() and _record_with_document(form, organization):
        flash(_("Recorded. It waits until a coordinator accepts it."), "success")
        return redirect(url_for("endorsements.record", demand=request.args.get("demand")))
    _say_to_choose_again(form)
    page = render_template(
        "demands/record.html",
        form=form,
        organization=organization,
        said=list_stands(organization.id, str(get_locale())),
    )
    return page, 422 if form.errors else 200


@bp.route("/documents/<int:evidence_id>")
@allowed(Permission.ENDORSEMENT_VIEW)
def document(coalition: Coalition, evidence_id: int) -> ResponseReturnValue:
    """The document of a stand: a download, never a page of ours."""
    proof = find_evidence(evidence_id) or abort(404)
    file = db.session.get_one(StoredFile, proof.file_id)
    stream = open_file(file.id) or abort(404)
    content = stream.read()
    media_type, ending = operations.kind_of_document(content[:16]) or abort(404)
    name = f"{PurePath(file.name).stem or 'document'}.{ending}"
    response = send_file(
        io.BytesIO(content),
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        etag=False,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


def _organization() -> Organization | None:
    asked = number_in_address("organization")
    return None if asked is None else find_organization(asked) or abort(404)


def _say_to_choose_again(form: RecordForm) -> None:
    """A browser sends no file twice by itself: whoever sent one is told, where something else failed."""
    if form.errors and form.document.data is not None and not form.document.errors:
        form.refuse("document", _("Choose the file again: it was not kept, as the form has to be put right."))


def _record_form(organization: Organization) -> RecordForm:
    """The words that can be answered: those in force first, then what they were before."""
    demands = [demand for demand in list_demands() if demand.retired_at is None]
    versions = [version for demand in demands for version in demand.versions if version.number]
    versions.sort(key=lambda version: version.state is not VersionState.ADOPTED)
    asked = request.args.get("demand")
    form = RecordForm(
        organization=str(organization.id),
        versions=[v.id for v in versions if v.demand.slug == asked and v.state is VersionState.ADOPTED],
    )
    form.versions.choices = [SelectChoice(version.id, _label(version)) for version in versions]
    return form


def _label(version: DemandVersion) -> str:
    sentence = words_of(version, str(get_locale())).sentence
    if version.state is VersionState.ADOPTED:
        return sentence
    former = _("Former words, version %(number)s: %(sentence)s", number=version.number, sentence=sentence)
    return str(former)


def _record_with_document(form: RecordForm, organization: Organization) -> bool:
    """Keep the document, if there is one, and record what it proves; what is wrong is told by its field."""
    upload: FileStorage | None = form.document.data
    if upload is None:
        return _record_all(form, organization, None)
    try:
        with reading():
            operations.check_document(cast("BinaryIO", upload.stream))
    except Refused as refusal:
        form.refuse("document", refusal.message)
        return False
    file = operations.keep_document(viewer(), cast("BinaryIO", upload.stream), upload.filename or "")
    if _record_all(form, organization, file):
        return True
    remove_file(file.id)
    db.session.commit()
    return False


def _record_all(form: RecordForm, organization: Organization, file: StoredFile | None) -> bool:
    """Record the stand on each of the chosen versions, or none; the refusal beside its field."""
    versions = list_adopted_versions(form.versions.data)
    if len({version.demand_id for version in versions}) < len(versions):
        form.refuse("versions", _("Choose one version of each demand."))
        return False
    try:
        stand = form.stand()
        entries = [operations.record_stand(viewer(), organization, version, stand) for version in versions]
        if file is not None:
            operations.attach_document(entries, file)
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal.field or "versions", refusal.message)
        return False
    db.session.commit()
    return True
