"""The worker's part: asking for calendars, and reading what came. No transaction is open meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.files import open_file
from crm.core.permissions import Viewer
from crm.core.retention import Rule, count_due, register
from crm.core.tenancy import current_coalition_id
from crm.core.transactions import reading
from crm.partners.ics_reader.found import Reading
from crm.partners.models import CalendarFile, FileState, PartnerCalendar
from crm.partners.operations import KEPT_AFTER_REMOVAL, forget_calendar, keep_failure, keep_visit
from crm.partners.operations.files import (
    KEPT,
    apply_some,
    find_locked,
    finish_applying,
    forget_file,
    keep_contents,
    undo_file,
)
from crm.partners.process import Days, NotRead, read_calendar, visit_calendar
from crm.partners.queries import find_partner_calendar, list_due
from crm.partners.queries.files import contents_of, find_file

# Entries that become events in one transaction.
BATCH = 25
# (done, of all), after each batch.
Progress = Callable[[int, int], None]


def _silent(_done: int, _of: int) -> None:
    """Nobody watches."""


@jobs.every("partners.ask", timedelta(minutes=10))
def ask_for_those_due() -> None:
    """Have each calendar that is due asked for, once for each time that it is."""
    with reading():
        due = [(one.id, one.coalition_id, int(one.next_at.timestamp())) for one in list_due(clock.now())]
    for calendar_id, coalition_id, turn in due:
        jobs.enqueue_once(
            "partners.fetch", f"{calendar_id}-{turn}", coalition_id=coalition_id, calendar_id=calendar_id
        )
    db.session.commit()


@jobs.work("partners.fetch")
def fetch(calendar_id: int) -> None:
    """Ask for one calendar and keep what it says, or why it could not be had."""
    with reading():
        calendar = find_partner_calendar(calendar_id)
        coalition = db.session.get_one(Coalition, current_coalition_id())
        if calendar is None or calendar.removed_at or calendar.paused_at:
            return
        days = Days(clock.today(coalition.zone), coalition.zone)
        # On another day other dates of the same file are wanted, and the file itself is not kept.
        same_day = calendar.read_on == days.today
        known = (calendar.etag, calendar.last_modified, calendar.digest) if same_day else ()
        address = calendar.address
    try:
        visit = visit_calendar(address, days, *known)
    except NotRead as error:
        if kept := _find_for_writing(calendar_id):
            keep_failure(kept, error.failure)
        db.session.commit()
        return
    if kept := _find_for_writing(calendar_id):
        keep_visit(kept, visit, days)
    db.session.commit()


def _find_for_writing(calendar_id: int) -> PartnerCalendar | None:
    """The calendar as it is now, held until the commit."""
    query = select(PartnerCalendar).where(PartnerCalendar.id == calendar_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def forget_removed(now: datetime, kept: timedelta = KEPT_AFTER_REMOVAL) -> None:
    """Delete the calendars that were removed so long ago, one in a transaction."""
    with reading():
        old = select(PartnerCalendar.id).where(PartnerCalendar.removed_at < now - kept)
        found = db.session.scalars(old).all()
    for calendar_id in found:
        if calendar := _find_for_writing(calendar_id):
            forget_calendar(calendar)
        db.session.commit()


@jobs.work("partners.file")
def work_on_file(file_id: int) -> None:
    """Do what a calendar file waits for; nothing where it waits for a person, or is gone."""
    with reading():
        task = find_file(file_id)
        state = task.state if task else None
    if state is FileState.READING:
        read_file(file_id)
    elif state is FileState.APPLYING:
        apply_file(file_id)
    elif state is FileState.UNDOING and (kept := find_locked(file_id)):
        undo_file(Viewer(kept.owner_id, "", None, kept.coalition_id), kept)
        db.session.commit()


def read_file(file_id: int) -> None:
    """Read a stored calendar file and keep what it would become."""
    with reading():
        task = find_file(file_id)
        stream = open_file(task.file_id) if task and task.file_id else None
        content = stream.read() if stream else b""
        coalition = db.session.get_one(Coalition, current_coalition_id())
        days = Days(clock.today(coalition.zone), coalition.zone)
    try:
        keep_read(file_id, read_calendar(content, days))
    except NotRead as error:
        if kept := find_locked(file_id):
            kept.state, kept.failure = FileState.FAILED, error.failure.value
        db.session.commit()


def keep_read(file_id: int, found: Reading) -> None:
    """Keep what was read in a file. Commits."""
    if kept := find_locked(file_id):
        keep_contents(kept, found, db.session.get_one(Coalition, kept.coalition_id))
    db.session.commit()


def apply_file(file_id: int, progress: Progress = _silent) -> None:
    """Let the entries of a file become events, a few in a transaction. Broken off, it goes on from there."""
    with reading():
        task = find_file(file_id)
        candidates = contents_of(task).candidates if task else []
    while kept := find_locked(file_id):
        through = kept.done_count
        if kept.state is not FileState.APPLYING:
            db.session.rollback()
            return
        viewer = Viewer(kept.owner_id, "", None, kept.coalition_id)
        if through >= len(candidates):
            finish_applying(viewer, kept)
            db.session.commit()
            return
        coalition = db.session.get_one(Coalition, kept.coalition_id)
        apply_some(viewer, kept, coalition, candidates[through : through + BATCH])
        db.session.commit()
        progress(min(through + BATCH, len(candidates)), len(candidates))


def _old_files(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return CalendarFile.created_at < before, CalendarFile.contents.is_not(None)


def forget_files(now: datetime, kept: timedelta = KEPT) -> None:
    """Wipe what was read in files so long ago, one in a transaction."""
    with reading():
        found = db.session.scalars(select(CalendarFile.id).where(*_old_files(now - kept))).all()
    for file_id in found:
        if task := find_locked(file_id):
            forget_file(task)
        db.session.commit()


register(
    Rule(
        "removed_calendars",
        _l("Calendars of partners that were removed"),
        _l("After their removal, which can be undone until then. They go with all that was read in them."),
        days=KEPT_AFTER_REMOVAL.days,
        least=KEPT_AFTER_REMOVAL.days,
        most=KEPT_AFTER_REMOVAL.days,
        due=lambda now, kept: count_due(PartnerCalendar.removed_at, PartnerCalendar.removed_at < now - kept),
        forget=forget_removed,
    )
)
register(
    Rule(
        "calendar_files",
        _l("Calendar files that were uploaded"),
        _l("After the upload. The file goes; the events that were made of it stay."),
        days=KEPT.days,
        least=1,
        most=90,
        due=lambda now, kept: count_due(CalendarFile.created_at, *_old_files(now - kept)),
        forget=forget_files,
    )
)
