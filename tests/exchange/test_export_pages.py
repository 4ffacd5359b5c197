"""Asking for everything as one file on a page: the worker makes it, its asker downloads it within a day."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.audit.models import AuditEntry
from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.files import StoredChunk, StoredFile
from crm.core.permissions import Role
from crm.exchange.models import Export, ExportState
from crm.mail.models import OutgoingMail
from tests.counting import count_queries
from tests.makers import make_organization
from tests.pages import defaults
from tests.people import PASSWORD, Person

HERE = "/harbor/organize/export/"


@pytest.fixture
def second(coalition: Coalition, person_in: Callable[..., Person]) -> Person:
    """Another coordinator."""
    return person_in(coalition, Role.COORDINATOR, "Una Other")


def the_export() -> Export:
    db.session.rollback()
    return db.session.scalars(select(Export).execution_options(populate_existing=True)).one()


def test_a_coordinator_has_everything_made_and_downloads_it_with_the_password(
    coordinator: Person, second: Person, organizer: Person, app: Flask
):
    make_organization("=Lobster Pickers")
    db.session.commit()
    assert organizer.browser.get(HERE).status_code == 403
    assert HERE not in organizer.browser.page("/harbor/organize/import/").links().values()
    page = coordinator.browser.page("/harbor/organize/import/")
    page = coordinator.browser.page(page.links()["Export everything"])
    wrong = coordinator.browser.submit(page, "present", status=422, present="not my password")
    assert wrong.errors() == ["This is not your password."]
    assert db.session.scalar(select(func.count()).select_from(Export)) == 0
    making = coordinator.browser.submit(page, "present", present=PASSWORD)
    # The same press once more makes no second one.
    coordinator.browser.submit(page, "present", present=PASSWORD)
    assert "Writing the file" in making.text
    task = the_export()
    here = f"{HERE}{task.id}"
    jobs.run_all()
    ready = coordinator.browser.page(here)
    assert "The file is ready" in ready.text
    assert second.browser.get(here).status_code == 404
    assert second.browser.page(HERE).text.count("Cora Dinator")
    # Kept encrypted; told to the others; noted.
    assert not any(b"PK" in chunk[:4] for chunk in db.session.scalars(select(StoredChunk.content)))
    [mail] = db.session.scalars(select(OutgoingMail))
    assert mail.recipient == second.user.email
    assert "Cora Dinator asked for everything" in str(mail.body)
    coordinator.browser.submit(ready, "present", status=422, present="not my password")
    sent = {**defaults(ready.form("present")), "present": PASSWORD}
    answer = coordinator.browser.post(f"{here}/file", data=sent)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert f"harbor-{task.created_at:%Y}" in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert "=Lobster Pickers" in archive.read("data/organization.jsonl").decode()
    acts = list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("export.%"))))
    assert acts == ["export.make", "export.take"]
    app.config["FIXED_CLOCK"] = (clock.now() + timedelta(hours=25)).isoformat()
    try:
        jobs.enqueue("exchange.forget_exports")
        jobs.run_all()
    finally:
        app.config["FIXED_CLOCK"] = None
    assert the_export().state is ExportState.GONE
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert "The file is gone" in coordinator.browser.page(here).text


def test_who_is_no_coordinator_any_more_gets_no_file(coordinator: Person, organizer: Person, app: Flask):
    task = Export(owner_id=organizer.user.id, created_at=clock.now(), moved_at=clock.now())
    db.session.add(task)
    db.session.flush()
    jobs.enqueue("exchange.export", coalition_id=organizer.viewer.coalition_id, export_id=task.id)
    jobs.run_all()
    assert (the_export().state, the_export().file_id) == (ExportState.GONE, None)


def test_the_list_asks_as_often_with_three_as_with_thirty(coordinator: Person):
    def add(count: int) -> int:
        db.session.add_all(
            Export(owner_id=coordinator.user.id, created_at=clock.now(), moved_at=clock.now())
            for _number in range(count)
        )
        db.session.commit()
        return count_queries(lambda: coordinator.browser.page(HERE))

    assert add(3) == add(27)
