"""Files that cannot be read: a clear sentence beside the field, and nothing is changed."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import func, select

from crm.core import files, jobs
from crm.core.db import db
from crm.exchange.models import Import, ImportRow
from crm.exchange.views import uploads
from crm.organizations.models import Organization
from tests.exchange.sheets import IMPORT, csv_of, send_file, upload
from tests.people import Person


def zip_bomb() -> bytes:
    """A workbook of a megabyte that unpacks to 300 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 300_000_000)
    return file.getvalue()


BROKEN = {
    "empty": ("a.csv", b"", "There is nothing in this file."),
    "a header alone": ("a.csv", b"Name,City\n", "There is a header, but no row beneath it."),
    "no header": (
        "a.csv",
        b"Carpenters 30,Seattle\nDockers,Tacoma\nParish,Butte\n",
        "No line with column names was found",
    ),
    "an open quote": (
        "a.csv",
        b'Name,City\nA,"B\n' + b"C,D\n" * 50,
        "A quotation mark that opens in the row at line 2 never closes",
    ),
    "2 MB in a cell": (
        "a.csv",
        b"Name,Note\nA," + b"x" * 2_000_000 + b"\n",
        "is longer than 32768 characters",
    ),
    "another encoding": (
        "a.csv",
        "Name,City\nПрофсоюз,Дом\n".encode("koi8-r"),
        "letters in this file cannot be read",
    ),
    "NUL": ("a.csv", b"Name,City\nA\0B,C\n", "This is not a text file"),
    "no workbook": ("a.xlsx", b"Name,City\nA,B\n", "This file is called .xlsx but is no Excel workbook"),
    "a damaged workbook": ("a.xlsx", b"PK\x03\x04" + b"rubbish" * 100, "This Excel workbook is damaged"),
    "an old workbook": (
        "a.xls",
        b"\xd0\xcf\x11\xe0" + b"\0" * 600,
        "This is an old (.xls) or a locked Excel file",
    ),
    "a picture": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "This is not a table"),
}


def nothing_is_left() -> bool:
    tables = (Import, ImportRow, Organization, files.StoredFile, files.StoredChunk)
    return all(not db.session.scalar(select(func.count()).select_from(table)) for table in tables)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_told_beside_the_field(organizer: Person, fault: str):
    name, content, message = BROKEN[fault]
    page = upload(organizer.browser, name, content, status=422)
    assert [error for error in page.errors() if message in error], page.errors()
    assert nothing_is_left()


def test_a_workbook_that_unpacks_without_end_is_refused(organizer: Person):
    page = upload(organizer.browser, "bomb.xlsx", zip_bomb(), status=422)
    assert "unpacks to more than can be read" in page.text or "damaged" in page.text
    assert nothing_is_left()


def test_no_file_at_all(organizer: Person):
    page = organizer.browser.submit(IMPORT, "file", status=422)
    assert page.errors() == ["Error Choose a file first."] or "Choose a file first." in page.text
    assert nothing_is_left()


def test_a_fault_far_down_in_a_large_file_is_told_by_the_worker(
    organizer: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 100)
    rows = [["Name", "City"], *([f"Group {number}", "Butte"] for number in range(1200))]
    columns = upload(organizer.browser, "large.csv", csv_of(rows) + b'\r\n"Open,x')
    failed = organizer.browser.submit(columns, "field")
    jobs.run_all()
    failed = organizer.browser.page(failed.url)
    assert "A quotation mark that opens in the row at line 1202 never closes" in failed.text
    assert not db.session.scalar(select(func.count()).select_from(ImportRow))
    assert not db.session.scalar(select(func.count()).select_from(Organization))
    assert "Back to the columns" in failed.links()


def test_other_forms_take_no_large_bodies(organizer: Person, visitor):
    large = b"x" * 2_000_000
    assert send_file(organizer.browser, IMPORT + "1/apply", "a.csv", large).status_code == 413
    assert send_file(visitor, IMPORT, "a.csv", large).status_code == 413
