"""`flask import calendar`: a calendar file, or one at an address, into a coalition, without the browser."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click
from tqdm import tqdm

from crm.coalitions.models import Coalition
from crm.coalitions.queries import find_coalition
from crm.core import clock, tenancy
from crm.core.console import in_one_line
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.core.transactions import reading
from crm.events.models import EventKind
from crm.partners.ics_reader.found import Reading
from crm.partners.jobs import apply_file, keep_read
from crm.partners.models import CalendarFile
from crm.partners.operations.calendars import normal_address
from crm.partners.operations.files import LARGEST, begin_file, discard_file, find_locked, order_applying
from crm.partners.process import Days, NotRead, read_calendar, visit_calendar
from crm.partners.queries.files import Outcome, contents_of, find_file, map_imported, outcome_of
from crm.partners.words import say_failure, say_reason


@click.command("calendar")
@click.argument("source", metavar="FILE|URL")
@click.option("--coalition", "slug", required=True, help="The coalition's slug.")
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in EventKind]),
    default=str(EventKind.NEIGHBORHOOD),
    show_default=True,
    help="Of all that is made.",
)
@click.option("--publish", is_flag=True, help="Published at once; otherwise drafts.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
@in_one_line
def calendar(source: str, slug: str, kind: str, publish: bool, dry_run: bool) -> None:
    """Make events of a calendar file's entries. Again, it creates nothing twice.

    \b
    flask import calendar meetings.ics --coalition seattle --dry-run
    flask import calendar https://example.org/events.ics --coalition seattle --publish
    """
    with reading():
        coalition = find_coalition(slug)
    if coalition is None:
        raise Refused(f"There is no coalition {slug!r}.")
    with tenancy.in_coalition(coalition.id):
        try:
            found = _read(source, coalition)
        except NotRead as error:
            raise Refused(say_failure(error.failure)) from None
        _bring_in(source, found, coalition, EventKind(kind), publish=publish, dry_run=dry_run)


def _read(source: str, coalition: Coalition) -> Reading:
    days = Days(clock.today(coalition.zone), coalition.zone)
    if "://" in source:
        visit = visit_calendar(normal_address(source), days)
        assert visit.reading is not None  # noqa: S101 - nothing was known of it before
        return visit.reading
    path = Path(source)
    if path.stat().st_size > LARGEST:
        raise Refused("The file is larger than 2 MB.")
    return read_calendar(path.read_bytes(), days)


def _bring_in(
    source: str, found: Reading, coalition: Coalition, kind: EventKind, *, publish: bool, dry_run: bool
) -> None:
    viewer = Viewer(name="the operator", coalition_id=coalition.id)
    task_id = begin_file(viewer, source.rpartition("/")[2][-200:], None).id
    db.session.commit()
    keep_read(task_id, found)
    if dry_run:
        _report(_task(task_id), dry_run=True)
        discard_file(viewer, _locked(task_id))
        db.session.commit()
        return
    order_applying(_locked(task_id), kind, publish=publish, by_worker=False)
    db.session.commit()
    with tqdm(desc="Importing", unit=" entries", disable=not sys.stderr.isatty(), file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        apply_file(task_id, progress)
    _report(_task(task_id), dry_run=False)


def _report(task: CalendarFile, *, dry_run: bool) -> None:
    """The counts on standard output, what was passed over on standard error."""
    contents = contents_of(task)
    counts: dict[str, int] = task.counts
    if dry_run:
        known = map_imported([one.uid for one in contents.candidates])
        counts = Counter(outcome_of(one, known.get(one.uid)).value for one in contents.candidates)
    told = ", ".join(f"{counts.get(outcome, 0)} {word}" for outcome, word in _WORDS.items())
    told += f", {len(contents.skipped)} passed over"
    click.echo(f"{'Would be: ' if dry_run else ''}{told}.")
    for title, when, word, detail in contents.skipped:
        click.echo(f"{title or 'without a title'} ({when}): {say_reason(word, detail)}", err=True)


_WORDS = {
    Outcome.CREATE: "created",
    Outcome.CHANGE: "changed",
    Outcome.UNCHANGED: "unchanged",
    Outcome.KEPT: "kept as changed here",
}


def _task(task_id: int) -> CalendarFile:
    task = find_file(task_id)
    assert task is not None  # noqa: S101 - made by this command
    return task


def _locked(task_id: int) -> CalendarFile:
    task = find_locked(task_id)
    assert task is not None  # noqa: S101 - made by this command
    return task
