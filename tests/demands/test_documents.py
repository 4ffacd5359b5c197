"""The documents of stands: kept by what they hold, shown to those who may see stands, as a download only."""

from __future__ import annotations

import io
import struct

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from crm.core import jobs
from crm.core.db import db
from crm.core.files import StoredFile
from crm.demands.models import EndorsementChange, Evidence, StandState
from crm.demands.operations import decide_records
from crm.demands.queries import list_stands, list_waiting_records
from tests.demands.makers import adopted_demand, in_force
from tests.makers import make_organization
from tests.pages import Page, defaults

STANDS = "/harbor/organize/endorsements/"
# Each is a page of HTML as well, for whoever takes it for one; the PNG says that it has 3.6 billion pixels.
PAGE = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n" + PAGE + bytes(range(256)) * 1200
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + struct.pack(">II", 60_000, 60_000) + PAGE
JPEG = b"\xff\xd8\xff\xe0" + PAGE


@pytest.fixture
def homes(coalition):
    return adopted_demand("Homes for all.")


@pytest.fixture
def union(coalition):
    return make_organization()


def record(organizer, union, demands, document, name="Minutes of June.pdf", status=200, **typed):
    """Fill in the form and send it, encoded in memory: the test client would leave a large file open."""
    versions = [str(in_force(demand).id) for demand in demands]
    url = f"{STANDS}record?organization={union.id}"
    form = organizer.browser.page(url).form("versions")
    values = {**defaults(form), "versions": versions, "state": "endorsed", "source": "minutes", **typed}
    sent = {field: value for field, value in values.items() if value is not None}
    boundary, body = encode_multipart({**sent, "document": FileStorage(io.BytesIO(document), name)})
    kind = f"multipart/form-data; boundary={boundary}"
    answer = organizer.browser.post(url, data=body, content_type=kind, follow_redirects=True)
    assert answer.status_code == status
    return Page(answer, url)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def link_on(browser, url=f"{STANDS}waiting"):
    return browser.page(url).links()["Document"]


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (PDF, "application/pdf", "Minutes of June.pdf"),
        (PNG, "image/png", "Minutes of June.png"),
        (JPEG, "image/jpeg", "Minutes of June.jpg"),
    ],
)
def test_a_document_comes_back_as_a_download_and_never_as_a_page(
    organizer, observer, union, homes, content, media_type, name
):
    record(organizer, union, [homes], content, name="C:\\papers\\Minutes of June.html")
    for who in (organizer, observer):
        answer = who.browser.get(link_on(who.browser))
        assert answer.data == content
        assert answer.mimetype == media_type
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert name in answer.headers["Content-Disposition"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_else_gets_it(organizer, outsider, visitor, union, homes):
    record(organizer, union, [homes], PDF)
    url = link_on(organizer.browser)
    assert visitor.get(url).status_code == 302
    assert outsider.browser.get(url).status_code == 404
    assert outsider.browser.get(url.replace("/harbor/", "/prairie/")).status_code == 404
    assert organizer.browser.get(f"{STANDS}documents/999").status_code == 404


NO_DOCUMENTS = (
    (PAGE + b"%PDF-1.7", "This file is none of them."),
    (b"GIF89a/*" + PAGE, "This file is none of them."),
    (b"<svg><script>alert(1)</script></svg>", "This file is none of them."),
    (b"", "This file is none of them."),
    (b"%PDF-" + bytes(5 * 1024 * 1024), "This file is larger than 5 MB."),
)


def test_what_is_no_document_is_refused_by_its_content(organizer, union, homes):
    for content, error in NO_DOCUMENTS:
        page = record(organizer, union, [homes], content, name="minutes.pdf", status=422, speaker="Rosa Lark")
        assert any(error in shown for shown in page.errors())
        assert 'value="Rosa Lark"' in page.response.text
        assert list_waiting_records() == []
        assert count(StoredFile) == 0


def test_a_body_far_too_large_is_not_read(organizer, union, homes):
    record(organizer, union, [homes], bytes(21 * 1024 * 1024), status=413)
    assert count(StoredFile) == 0


ELSEWHERE_WRONG = (
    {"board_on": "2026-12-01"},
    {"source": None},
)


def test_whoever_has_to_put_something_else_right_is_told_to_choose_the_file_again(organizer, union, homes):
    for typed in ELSEWHERE_WRONG:
        page = record(organizer, union, [homes], PDF, status=422, speaker="Rosa Lark", **typed)
        assert any("Choose the file again" in shown for shown in page.errors())
        assert 'value="Rosa Lark"' in page.response.text
        assert count(StoredFile) == 0


def test_one_paper_proves_the_answers_to_several_demands_and_stays_with_what_was_made_of_them(
    organizer, coordinator, union, homes
):
    schools = adopted_demand("Schools for all.")
    record(organizer, union, [homes, schools], PDF)
    assert count(StoredFile) == 1
    decide_records(coordinator.viewer, list_waiting_records(), accept=True)
    db.session.commit()
    changes = db.session.scalars(select(EndorsementChange)).all()
    proofs = db.session.scalars(select(Evidence)).all()
    assert sorted(one.change_id for one in proofs) == sorted(one.id for one in changes)
    page = f"/harbor/organize/organizations/{union.id}"
    assert organizer.browser.get(link_on(organizer.browser, page)).data == PDF


def test_a_document_is_kept_for_good_once_it_belongs_to_a_record(organizer, union, homes):
    record(organizer, union, [homes], PDF)
    file = db.session.scalars(select(StoredFile)).one()
    assert (file.kind, file.expires_at) == ("evidence", None)
    jobs.run_all()
    assert organizer.browser.get(link_on(organizer.browser)).data == PDF


def test_the_same_record_sent_again_keeps_one_document(organizer, union, homes):
    record(organizer, union, [homes], PDF)
    record(organizer, union, [homes], JPEG)
    assert (count(StoredFile), count(Evidence)) == (1, 1)
    assert organizer.browser.get(link_on(organizer.browser)).data == JPEG


NO_TERMS = (
    ({"until": "2020-01-01"}, "This day has passed"),
    ({"until": "9999-12-31"}, "check the year"),
    ({"until": "next year"}, "Write the day as year-month-day"),
    ({"until": "2030-01-01", "state": "declined"}, "Only an endorsement is given for a term."),
)


def test_a_term_that_can_not_be_is_told_beside_its_field(organizer, union, homes):
    for typed, error in NO_TERMS:
        page = record(organizer, union, [homes], PDF, status=422, **typed)
        assert any(error in shown for shown in page.errors()), page.errors()


def test_an_endorsement_for_a_term_keeps_its_last_day(organizer, coordinator, union, homes):
    record(organizer, union, [homes], PDF, until="2030-01-31")
    assert "until January 31, 2030" in organizer.browser.page(f"{STANDS}waiting").text
    decide_records(coordinator.viewer, list_waiting_records(), accept=True)
    stand = list_stands(union.id)[0]
    assert stand.state is StandState.ENDORSED
    assert stand.endorsement.until.isoformat() == "2030-01-31"
