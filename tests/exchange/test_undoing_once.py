"""Undoing an import: once, by those who may, gone on with after a death."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import jobs
from crm.core.db import db
from crm.exchange import undoing
from crm.exchange.models import Import, ImportRow, ImportState
from crm.organizations.models import Organization
from tests.counting import count_queries
from tests.exchange.sheets import csv_of, put_in
from tests.exchange.test_undoing import NEW, count
from tests.exchange.test_worker import BATCH, MANY, ROWS, Killed, die
from tests.people import Person


def test_pressed_twice_it_is_undone_once_and_noted_once(organizer: Person):
    result = put_in(organizer, "groups.csv", csv_of(NEW))
    asked = organizer.browser.page(result + "/undo")
    for _time in range(2):
        organizer.browser.submit(asked, "/undo")
    jobs.run_all()
    organizer.browser.submit(asked, "/undo")
    jobs.run_all()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("import.undo%"))).all()
    assert [entry.user_id for entry in entries] == [organizer.user.id]
    assert db.session.scalars(select(Import.state)).one() is ImportState.UNDONE
    # Nothing is left to undo: the page leads back.
    assert organizer.browser.page(asked.url).url == result


def test_a_worker_that_dies_goes_on_undoing_where_it_was(organizer: Person, monkeypatch: pytest.MonkeyPatch):
    result = put_in(organizer, "many.csv", csv_of(MANY))
    assert count(Organization) == ROWS
    genuine, calls = undoing.remove_made, []

    def dying(*args, **kwargs):
        done = genuine(*args, **kwargs)
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return done

    monkeypatch.setattr(undoing, "remove_made", dying)
    monkeypatch.setattr(undoing, "BATCH", BATCH)
    asked = organizer.browser.page(result + "/undo")
    waiting = organizer.browser.submit(asked, "/undo")
    die()
    assert count(Organization) == ROWS - BATCH
    shown = organizer.browser.page(waiting.url).text
    assert "Undoing the import" in shown and "100 of 260 rows" in shown
    jobs.run_all()
    task = db.session.scalars(select(Import)).one()
    assert (count(Organization), task.counts["undo"]["removed"]) == (0, ROWS)
    undoing.undo(task.id)
    assert count(ImportRow) == ROWS and task.state is ImportState.UNDONE


def test_what_undoing_will_do_is_said_in_as_many_queries_for_many_groups(organizer: Person):
    counts = []
    for rows in (10, 200):
        name = [["Name", "City"], *([f"Block {rows} {number}", "Butte"] for number in range(rows))]
        result = put_in(organizer, f"{rows}.csv", csv_of(name))
        url = result + "/undo"
        counts.append(count_queries(lambda url=url: organizer.browser.page(url)))
    assert counts[0] == counts[1]


def test_who_may_not_import_does_not_undo(organizer: Person, observer: Person, outsider: Person):
    result = put_in(organizer, "groups.csv", csv_of(NEW))
    for page in ("/undo", "/staying"):
        observer.browser.page(result + page, status=403)
        outsider.browser.page(result + page, status=404)


def test_an_import_that_was_not_applied_or_is_forgotten_is_not_undone(organizer: Person):
    result = put_in(organizer, "groups.csv", csv_of(NEW))
    asked = organizer.browser.page(result + "/undo")
    task = db.session.scalars(select(Import)).one()
    task.file_id = None
    db.session.commit()
    refused = organizer.browser.submit(asked, "/undo")
    assert "This import cannot be undone" in refused.text
    assert "Undo this import" not in refused.links()
    assert count(Organization) == 3
