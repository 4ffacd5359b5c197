"""Calendar files: chosen, looked over, brought in as events of the coalition's own, undone."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.cookies import COOKIE_KEY
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import store
from crm.core.listings import link_pages
from crm.core.once import find_made, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.events.models import EventKind
from crm.events.recurrence import from_rrule
from crm.events.sentence import say_series
from crm.events.series import DateStatus, Series, SeriesException
from crm.partners.forms import ApplyForm, UploadForm
from crm.partners.models import CalendarFile, FileState
from crm.partners.operations.files import (
    KEPT,
    LARGEST,
    begin_file,
    discard_file,
    order_applying,
    order_undoing,
)
from crm.partners.planning import Candidate, Note
from crm.partners.queries.files import (
    Outcome,
    contents_of,
    find_file,
    map_imported,
    outcome_of,
    page_of_files,
)
from crm.partners.words import (
    NOTE_TEXTS,
    OUTCOME_NAMES,
    STATE_MARKS,
    STATE_NAMES,
    say_failure,
    say_reason,
    say_when,
)

bp = Blueprint("calendar_files", __name__, url_prefix="/<coalition>/organize/import/calendar")
WORKING = frozenset({FileState.READING, FileState.APPLYING, FileState.UNDOING})
SHOWN = 300


@dataclass(frozen=True)
class Row:
    """An entry as the preview tells it."""

    title: str
    when: str
    place: str
    outcome: Outcome
    notes: list[str]


@bp.url_value_preprocessor
def _allow_a_large_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The page that takes a file: from who has signed in; before anything reads the form."""
    if endpoint == "calendar_files.index" and COOKIE_KEY in session:
        request.max_content_length = LARGEST + 64 * 1024


@bp.context_processor
def words() -> dict[str, object]:
    """What templates say of a file."""
    return {
        "state_names": STATE_NAMES,
        "state_marks": STATE_MARKS,
        "outcome_names": OUTCOME_NAMES,
        "say_failure": say_failure,
        "say_reason": say_reason,
        "say_when": say_when,
    }


@bp.route("/", methods=["GET", "POST"])
@allowed(Permission.IMPORT)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Choosing a file, and those so far."""
    form = UploadForm()
    if form.validate_on_submit():
        made = _take(form)
        if made is not None:
            return redirect(url_for("calendar_files.show", file_id=made.id))
    page = page_of_files(request.args.get("after"), request.args.get("before"))
    label = ngettext("%(num)s file", "%(num)s files", len(page.items))
    told = render_template("partners/files.html", form=form, files=page.items, pages=link_pages(page, label))
    return told, 422 if form.errors else 200


def _take(form: UploadForm) -> CalendarFile | None:
    """Keep the file and have it read; what is wrong with it is told beside the field."""
    upload: FileStorage = form.file.data
    stream = cast("BinaryIO", upload.stream)
    size = stream.seek(0, 2)
    stream.seek(0)
    # Of the form that was opened and of the file: another file is another press.
    key = hashlib.sha256(form.form_key.data.encode() + stream.read(LARGEST + 1)).hexdigest()
    stream.seek(0)
    if before := find_made(CalendarFile, key):
        return before
    if not 0 < size <= LARGEST:
        form.refuse("file", _("Choose a calendar file of up to 2 MB."))
        return None
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2][-200:]
    db.session.rollback()
    until = clock.now() + KEPT
    kept = store(stream, kind="calendar", name=name, owner_id=viewer().user_id, expires_at=until)
    return make_once(CalendarFile, key, lambda: begin_file(viewer(), name, kept.id))


@bp.route("/<int:file_id>")
@allowed(Permission.IMPORT)
def show(coalition: Coalition, file_id: int) -> ResponseReturnValue:
    """A file: what it will do, or what it did."""
    return _page(coalition, wanted(file_id), ApplyForm())


@bp.post("/<int:file_id>/apply")
@allowed(Permission.IMPORT)
def apply(coalition: Coalition, file_id: int) -> ResponseReturnValue:
    task, form = wanted(file_id), ApplyForm()
    if not form.validate_on_submit():
        return _page(coalition, task, form), 422
    try:
        order_applying(task, EventKind(form.kind.data), publish=form.publish.data == "publish")
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal.message), "error")
    return redirect(url_for("calendar_files.show", file_id=file_id))


@bp.post("/<int:file_id>/undo")
@allowed(Permission.IMPORT)
def undo(coalition: Coalition, file_id: int) -> ResponseReturnValue:
    try:
        order_undoing(wanted(file_id))
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal.message), "error")
    return redirect(url_for("calendar_files.show", file_id=file_id))


@bp.post("/<int:file_id>/discard")
@allowed(Permission.IMPORT)
def discard(coalition: Coalition, file_id: int) -> ResponseReturnValue:
    try:
        discard_file(viewer(), wanted(file_id))
        db.session.commit()
        flash(_("Thrown away: nothing of this file was brought in."), "success")
        return redirect(url_for("calendar_files.index"))
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal.message), "error")
        return redirect(url_for("calendar_files.show", file_id=file_id))


def wanted(file_id: int) -> CalendarFile:
    """A file of this coalition; else 404."""
    return find_file(file_id) or abort(404)


def _page(coalition: Coalition, task: CalendarFile, form: ApplyForm) -> str:
    contents = contents_of(task)
    known = map_imported([one.uid for one in contents.candidates]) if task.state is FileState.READ else {}
    outcomes = [outcome_of(one, known.get(one.uid)) for one in contents.candidates]
    listed = list(zip(contents.candidates, outcomes, strict=True)) if task.state is FileState.READ else []
    return render_template(
        "partners/file.html",
        task=task,
        form=form,
        working=task.state in WORKING,
        total=len(contents.candidates),
        rows=[_row(coalition, one, outcome) for one, outcome in listed[:SHOWN]],
        counts=Counter(outcomes),
        skipped=contents.skipped[:SHOWN],
        outcomes=Outcome,
    )


def _row(coalition: Coalition, one: Candidate, outcome: Outcome) -> Row:
    return Row(
        title=one.title,
        when=_when(coalition, one),
        place=one.place or one.online_url,
        outcome=outcome,
        notes=[str(NOTE_TEXTS[Note(note)]) for note in one.notes],
    )


def _when(coalition: Coalition, one: Candidate) -> str:
    """When it would be, in a sentence."""
    starts = datetime.fromisoformat(one.starts_local)
    rule = from_rrule(one.rule, coalition.zone) if one.rule else None
    series = Series("", starts, timedelta(minutes=one.minutes), coalition.timezone, rule)
    exceptions = [SeriesException(date.fromisoformat(day), DateStatus.SKIPPED) for day in one.skipped]
    for day in map(date.fromisoformat, one.picked):
        exceptions.append(
            SeriesException(day, starts_local=datetime.combine(day, starts.time()), uid="picked")
        )
    return say_series(series, exceptions, since=clock.today(coalition.zone))
