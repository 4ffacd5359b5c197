"""Files for the tests of imports: an organizers' own sheet, and ways to send a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from crm.core import clock, jobs
from crm.core.db import db
from crm.core.files import store
from crm.core.transactions import reading
from crm.exchange.jobs import apply, stage
from crm.exchange.models import Existing
from crm.exchange.operations import (
    KEPT,
    Choices,
    begin_import,
    look_into,
    order_applying,
    order_staging,
    order_undoing,
)
from crm.exchange.queries import lock_import
from crm.organizations.models import OrganizationKind
from tests.pages import Page, Visitor, defaults
from tests.people import Person

IMPORT = "/harbor/organize/import/"
# Two header rows, a title, a blank line, dates in four styles, a local with a first name and a number in one
# cell, a repeat, a total, and what cannot be read.
MESSY: list[list[Any]] = [
    ["Outreach list – fall"],
    ["Group", "Kind", "Primary contact", "Who's on it", "Status", "Last contact", "Notes", "Demands"],
    ["", "", "", "", "", "", "", "1", "2", "3"],
    ["Local 6 - Maria 206-555-0143", "union", "", "Omar", "talking", "11/3/26", "strike fund", "yes", "no"],
    [],
    [
        "St. Mark's Parish", "church", "Ana Ruiz, ana@parish.example, (206) 555-0199", "Nobody Here",
        "active", "2026-10-30", "", "board on 12/3", "asked", "x",
    ],
    [
        "Harbor Tenants Union", "community", "Joe or Sam 206-555-0111", "", "endorsed", "Nov 5th", "",
        "yes, with reservations about the wording", "", "not asked",
    ],
    ["St Marks Parish", "church", "", "", "", "3 noviembre", "again", "yes"],
    ["Students for Peace", "student group", "", "", "", "someday"],
    ["", "union", "Lost Person"],
    ["Total: 5", "", "", "", "", "", "", "3", "1"],
]  # fmt: skip
WIDTH = 10
MESSY = [[*row, *[""] * (WIDTH - len(row))] for row in MESSY]


def csv_of(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as a CSV file."""
    lines = (",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows)
    return "\r\n".join(lines).encode()


def xlsx_of(rows: Sequence[Sequence[Any]], *merged: str) -> bytes:
    """Rows as a workbook, behind a sheet that is empty; `merged` are ranges such as "H2:J2"."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Groups")
    for row in rows:
        sheet.append([cell or None for cell in row])
    for cells in merged:
        sheet.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(browser: Visitor, name: str, content: bytes, status: int = 200) -> Page:
    """Send a file; the page of its columns."""
    form = browser.page(IMPORT).form("file")
    response = send_file(browser, IMPORT, name, content, **defaults(form))
    assert response.status_code == status, response.status
    return Page(response, response.request.path)


def send_file(browser: Visitor, url: str, name: str, content: bytes, **values: Any) -> TestResponse:
    """A form with a file, written in memory: the test client would leave a large one open on disk."""
    file = FileStorage(io.BytesIO(content), name, "file")
    boundary, body = encode_multipart({**values, "file": file})
    content_type = f"multipart/form-data; boundary={boundary}"
    return browser.post(url, data=body, content_type=content_type, follow_redirects=True)


def read_rows(browser: Visitor, name: str, content: bytes, **choices: Any) -> Page:
    """Send a file, take its columns as guessed (or as `choices` say) and have it read: the preview."""
    columns = upload(browser, name, content)
    waiting = browser.submit(columns, "field", **choices)
    jobs.run_all()
    return browser.page(waiting.url)


def bring_in(browser: Visitor, name: str, content: bytes, **choices: Any) -> Page:
    """The whole way of a file into the directory; the page of its result."""
    preview = read_rows(browser, name, content, **choices)
    waiting = browser.submit(preview, "/apply")
    jobs.run_all()
    return browser.page(waiting.url)


def read_in(
    person: Person, name: str, content: bytes, existing: Existing = Existing.UPDATE, **choices: Any
) -> str:
    """A file is read as it is guessed to be meant, by the operations alone; the address of its preview."""
    db.session.commit()
    stream = io.BytesIO(content)
    with reading():
        contents = look_into(stream, name)
    stream.seek(0)
    file = store(
        stream, kind="import", name=name, owner_id=person.viewer.user_id, expires_at=clock.now() + KEPT
    )
    task = begin_import(person.viewer, file, contents)
    kind = OrganizationKind(contents["kind"]) if contents["kind"] else None
    chosen = {"source": contents["source"], **choices}
    order_staging(
        task, Choices(contents["mapping"], default_kind=kind, existing=existing, **chosen), by_worker=False
    )
    db.session.commit()
    stage(task.id)
    return f"{IMPORT}{task.id}"


def take_back(person: Person, address: str) -> None:
    """Undo an import, by the operations alone."""
    number = int(address.removeprefix(IMPORT))
    order_undoing(person.viewer, lock_import(number))
    db.session.commit()
    jobs.run_all()


def put_in(
    person: Person, name: str, content: bytes, existing: Existing = Existing.UPDATE, **choices: Any
) -> str:
    """The whole way of a file into the directory by the operations alone; the address of its result."""
    address = read_in(person, name, content, existing, **choices)
    number = int(address.removeprefix(IMPORT))
    order_applying(lock_import(number), by_worker=False)
    db.session.commit()
    apply(number)
    return address
