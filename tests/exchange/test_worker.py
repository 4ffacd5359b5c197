"""The worker's part: in batches, broken off and gone on with, run twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from crm.audit.models import AuditEntry
from crm.core import clock, files, jobs
from crm.core.db import db
from crm.exchange import jobs as work
from crm.exchange.models import Import, ImportRow, ImportState
from crm.exchange.operations.staging import ROWS as TABLE
from crm.exchange.operations.staging import find_rows
from crm.organizations.models import Organization
from tests.exchange.sheets import csv_of, put_in, read_in, upload
from tests.pages import ON_POSTGRESQL
from tests.people import Person

ROWS, BATCH = 260, 100
MANY = [
    ["Name", "City", "Members"],
    *([f"Neighbors of Block {n}", "Butte", str(n + 1)] for n in range(ROWS)),
]


class Killed(BaseException):
    """The process ends here: nothing after it runs, as with kill -9."""


@pytest.fixture
def second_batch_kills(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The worker dies in the middle of its second batch, before that is committed."""
    monkeypatch.setattr(work, "BATCH", BATCH)
    for name in ("stage_batch", "apply_batch"):
        genuine, calls = getattr(work, name), []

        def dying(*args, genuine=genuine, calls=calls, **kwargs):
            done = genuine(*args, **kwargs)
            calls.append(1)
            if len(calls) == 2:
                raise Killed
            return done

        monkeypatch.setattr(work, name, dying)
    yield


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def the_import() -> Import:
    db.session.rollback()
    return db.session.scalars(select(Import).execution_options(populate_existing=True)).one()


def die() -> None:
    with pytest.raises(Killed):
        jobs.run_all()
    db.session.rollback()
    # Nobody holds the lease any more once it is over.
    db.session.execute(jobs.Job.__table__.update().values(leased_until=None))
    db.session.commit()


def test_a_worker_that_dies_goes_on_where_it_was(organizer: Person, second_batch_kills: None):
    columns = upload(organizer.browser, "many.csv", csv_of(MANY))
    page = organizer.browser.submit(columns, "field")
    die()
    task = the_import()
    assert (task.state, task.done_count, task.row_count) == (ImportState.STAGING, BATCH, ROWS)
    assert "100 of 260 rows" in organizer.browser.page(page.url).text
    jobs.run_all()
    assert the_import().counts["create"] == count(ImportRow) == ROWS
    organizer.browser.submit(page.url, "/apply")
    die()
    assert (the_import().state, count(Organization)) == (ImportState.APPLYING, BATCH)
    jobs.run_all()
    assert (the_import().state, count(Organization)) == (ImportState.APPLIED, ROWS)
    applied = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "import.apply")
    assert db.session.scalar(applied) == 1


@pytest.mark.skipif(ON_POSTGRESQL, reason="what SQLite believes of many values")
@pytest.mark.parametrize("name", ["identity", "external", "name"])
def test_earlier_rows_are_found_without_reading_all_of_them(coalition, name: str):
    """With the coalition's own index SQLite took the square of the rows for an import."""
    plans: list[str] = []

    def explain(_connection, cursor, statement, values, *_more):
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        plans.extend(row[3] for row in cursor.fetchall())

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        find_rows(1, TABLE.c[name], {str(number) for number in range(500)})
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    assert any(f"ix_import_row_{name} (import_id=? AND {name}=?)" in plan for plan in plans), plans


def test_work_that_was_never_begun_can_be_asked_for_again(organizer: Person):
    waiting = organizer.browser.submit(read_in(organizer, "many.csv", csv_of(MANY[:5])), "/apply")
    db.session.execute(jobs.Job.__table__.delete())
    task = the_import()
    task.moved_at = clock.now() - timedelta(minutes=5)
    db.session.commit()
    stalled = organizer.browser.page(waiting.url)
    assert "Nothing has moved for some minutes" in stalled.text
    organizer.browser.submit(stalled, "/resume")
    jobs.run_all()
    assert count(Organization) == 4


def test_a_job_that_runs_twice_works_once(organizer: Person):
    put_in(organizer, "many.csv", csv_of(MANY[:5]))
    task = the_import()
    work.work_on(task.id)
    work.apply(task.id)
    work.stage(task.id)
    assert count(Organization) == 4
    assert the_import().state is ImportState.APPLIED


def test_somebody_makes_the_group_between_the_preview_and_the_import(organizer: Person):
    preview = read_in(organizer, "groups.csv", csv_of(MANY[:3]))
    put_in(organizer, "other.csv", csv_of([["Name", "City"], ["Neighbors of Block 0", "Butte"]]))
    organizer.browser.submit(preview, "/apply")
    jobs.run_all()
    assert count(Organization) == 2
    outcomes = [task.counts for task in db.session.scalars(select(Import).order_by(Import.id))]
    assert (outcomes[0]["create"], outcomes[0]["change"]) == (1, 1)


def test_files_are_kept_encrypted_in_pieces_and_forgotten(organizer: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "CHUNK", 1000)
    content = csv_of(MANY[:200])
    upload(organizer.browser, "many.csv", content)
    chunks = db.session.scalars(select(files.StoredChunk).order_by(files.StoredChunk.number)).all()
    assert len(chunks) == len(content) // 1000 + 1
    assert b"Neighbors" not in b"".join(chunk.content for chunk in chunks)
    file = db.session.scalars(select(files.StoredFile)).one()
    file_id = file.id
    stream = files.open_file(file_id)
    assert stream is not None and stream.read() == content
    assert stream.seek(995) and stream.read(10) == content[995:1005]
    file.expires_at = clock.now()
    db.session.commit()
    files.forget_expired()
    assert count(files.StoredChunk) == count(files.StoredFile) == 0
    assert files.open_file(file_id) is None


def test_after_a_month_the_counts_of_an_import_are_left_and_nothing_else(organizer: Person):
    result = put_in(organizer, "many.csv", csv_of([*MANY[:5], ["", "Butte", "3"]]))
    read_in(organizer, "never.csv", csv_of(MANY[:3]))
    work.forget_old(clock.now())
    assert count(Import) == 2
    for task in db.session.scalars(select(Import)):
        task.created_at = clock.now() - timedelta(days=31)
    db.session.commit()
    work.forget_old(clock.now())
    assert (count(Import), count(ImportRow), count(files.StoredChunk), count(Organization)) == (1, 0, 0, 4)
    page = organizer.browser.page(result)
    assert "4 created" in page.text.replace("created 4", "4 created")
    assert organizer.browser.get(page.links()["Rows to put right (CSV)"]).status_code == 200
