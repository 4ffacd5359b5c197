"""Bringing a calendar file in as events of the coalition's own, and undoing it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import remove_file
from crm.core.permissions import Viewer
from crm.events.models import EventKind
from crm.events.recurrence import RecurrenceError
from crm.partners.ics_reader.found import Reading
from crm.partners.models import CalendarFile, FileState, ImportedEvent
from crm.partners.operations.events import take_back, write_new, write_over
from crm.partners.planning import Candidate, NoEvent, candidate_from, plan_entry
from crm.partners.queries.files import (
    Contents,
    Outcome,
    last_change,
    list_imported_by,
    map_imported,
    outcome_of,
)

LARGEST = 2 * 1024 * 1024
# Titles and texts may name people: what was read is kept as long as it takes to look things over.
KEPT = timedelta(days=30)
UNDOABLE = frozenset({FileState.APPLIED})


def begin_file(viewer: Viewer, name: str, file_id: int | None) -> CalendarFile:
    """Take a calendar file in; the worker reads a stored one."""
    task = CalendarFile(file_id=file_id, name=name, owner_id=viewer.user_id, created_at=clock.now())
    db.session.add(task)
    db.session.flush()
    record(viewer, "calendar_file.upload", task)
    if file_id is not None:
        _order(task)
    return task


def _order(task: CalendarFile) -> None:
    jobs.enqueue("partners.file", coalition_id=task.coalition_id, file_id=task.id)


def keep_contents(task: CalendarFile, reading: Reading, coalition: Coalition) -> None:
    """Keep what a file would become, and what of it would not."""
    contents = Contents(skipped=[[s.title, s.when, s.reason.value, s.detail] for s in reading.skips])
    now = clock.now()
    for entry in reading.entries:
        try:
            contents.candidates.append(plan_entry(entry, coalition.zone, now))
        except NoEvent as error:
            when = f"{entry.first_local:%Y-%m-%d}"
            contents.skipped.append([entry.title, when, error.reason.value, ""])
    task.contents, task.state = contents.as_json(), FileState.READ
    task.counts = {"outside": reading.outside, "skipped": len(contents.skipped)}


def order_applying(task: CalendarFile, kind: EventKind, *, publish: bool, by_worker: bool = True) -> None:
    """Have what was read become events of a kind. Raises Refused where that is not to be done now."""
    if task.state is not FileState.READ:
        raise Refused(_("This file is not waiting to be brought in."))
    task.kind, task.publish, task.state, task.done_count = kind, publish, FileState.APPLYING, 0
    if by_worker:
        _order(task)


def order_undoing(task: CalendarFile) -> None:
    """Have what a file did undone. Raises Refused where it did nothing."""
    if task.state not in UNDOABLE:
        raise Refused(_("There is nothing to undo."))
    task.state = FileState.UNDOING
    _order(task)


def discard_file(viewer: Viewer, task: CalendarFile) -> None:
    """Throw away a file that became nothing."""
    if task.state not in (FileState.READ, FileState.FAILED):
        raise Refused(_("What was brought in can be undone, not thrown away."))
    if task.file_id is not None:
        remove_file(task.file_id)
    record(viewer, "calendar_file.discard", task)
    db.session.delete(task)


def apply_some(
    viewer: Viewer, task: CalendarFile, coalition: Coalition, candidates: Sequence[Candidate]
) -> None:
    """Let some entries become events, or change what they became before. Done twice, it is done once."""
    known = map_imported([one.uid for one in candidates])
    counts = Counter({name: number for name, number in task.counts.items() if isinstance(number, int)})
    for candidate in candidates:
        before = known.get(candidate.uid)
        outcome = outcome_of(candidate, before)
        try:
            with db.session.begin_nested():
                _write(
                    viewer, task, coalition, candidate, before if outcome is Outcome.CHANGE else None, outcome
                )
        except (Refused, RecurrenceError):
            # The editor takes none of it: an event that somebody makes by hand, then.
            counts["refused"] += 1
            continue
        counts[outcome.value] += 1
    task.counts = dict(counts)
    task.done_count += len(candidates)


def _write(
    viewer: Viewer,
    task: CalendarFile,
    coalition: Coalition,
    candidate: Candidate,
    before: ImportedEvent | None,
    outcome: Outcome,
) -> None:
    if outcome is Outcome.CREATE:
        write_new(viewer, task, coalition, candidate)
    elif before is not None:
        write_over(viewer, before, candidate)
        before.plan_before, before.file_before_id = before.plan, before.file_id
        before.plan, before.file_id = json.dumps(candidate.as_json()), task.id
        before.changed_at = last_change(before.event)


def finish_applying(viewer: Viewer, task: CalendarFile) -> None:
    """Note that all of a file is in."""
    task.state, task.applied_at = FileState.APPLIED, clock.now()
    record(viewer, "calendar_file.apply", task)


def undo_file(viewer: Viewer, task: CalendarFile) -> None:
    """Remove or cancel what a file made and set back what it changed; what was worked on since stays."""
    counts: Counter[str] = Counter()
    for one in list_imported_by(task.id):
        touched = last_change(one.event) != one.changed_at
        if touched:
            counts["stays"] += 1
        elif one.plan_before is not None:
            write_over(viewer, one, candidate_from(json.loads(one.plan_before)))
            one.plan, one.file_id = one.plan_before, one.file_before_id or one.file_id
            one.plan_before, one.changed_at = None, last_change(one.event)
            counts["set_back"] += 1
        else:
            counts[take_back(viewer, one).value] += 1
    task.counts = {**task.counts, **counts}
    task.state, task.undone_at = FileState.UNDONE, clock.now()
    record(viewer, "calendar_file.undo", task)


def forget_file(task: CalendarFile) -> None:
    """Wipe what was read in an old file."""
    if task.file_id is not None:
        remove_file(task.file_id)
    task.file_id, task.contents = None, None


def find_locked(file_id: int) -> CalendarFile | None:
    """A file as it is now, held until the commit."""
    query = select(CalendarFile).where(CalendarFile.id == file_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
