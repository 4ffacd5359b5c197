"""A group keeps its own listing right; its public name waits for a coordinator; its logo is a picture."""

from __future__ import annotations

import io
import struct
import zlib

import pytest

from crm.audit.models import AuditEntry
from crm.core import jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import StoredFile
from crm.core.pictures import NoPicture, read_picture
from crm.demands.models import Decision
from crm.groups.models import GroupLogo, NameRequest
from crm.groups.operations.logos import check_logo
from crm.organizations.models import Organization
from tests.demands.makers import adopted_demand, endorse
from tests.groups.steps import HOME, mails
from tests.makers import make_organization

LISTING = f"{HOME}listing"
NAMES = "/harbor/organize/sign-ons/names/"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 64, height: int = 48, *more: bytes) -> bytes:
    rows = zlib.compress(b"".join(b"\0" + b"\x40" * width for _row in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), *more, chunk(b"IDAT", rows), chunk(b"IEND", b""))
    )


def jpeg(width: int = 64, height: int = 48) -> bytes:
    def part(marker: int, data: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data

    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    told = part(0xE1, b"Exif\0\0GPS of a home") + part(0xFE, b"a comment")
    head = b"\xff\xd8" + part(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0") + told + part(0xC0, frame)
    return head + part(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\x34\xff\xd9behind the end"


def webp(width: int = 64, height: int = 48) -> bytes:
    def part(kind: bytes, data: bytes) -> bytes:
        return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    bits = (width - 1) | (height - 1) << 14
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"".join(
        (
            part(b"VP8X", b"\x08\0\0\0" + size),
            part(b"VP8L", b"\x2f" + struct.pack("<I", bits) + b"\0"),
            part(b"EXIF", b"GPS of a home"),
        )
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body + b"behind the end"


def upload(browser, content: bytes, status: int = 200, name: str = "logo.png"):
    return browser.submit(LISTING, "logo", status, logo=(io.BytesIO(content), name))


def test_the_listing_changes_at_once(coalition, representative, visitor):
    endorse(representative.contact.organization, adopted_demand())
    page = representative.browser.submit(
        LISTING, "acronym", acronym="DL19", website="dockers.example", place="Pier 4", size="1,300",
        size_public="y", description="We load ships.",
    )  # fmt: skip
    assert "Saved" in page.text
    assert "Pier 4" in visitor.page("/harbor/endorsers").text
    group = db.session.query(Organization).one()
    assert (group.size, group.size_public, group.acronym) == (1300, True, "DL19")
    entry = db.session.query(AuditEntry).filter_by(action="organization.edit").one()
    assert entry.detail == {"contact_id": representative.contact.id} and entry.user_id is None


def test_nothing_else_of_a_listing_can_be_sent(coalition, representative):
    representative.browser.submit(LISTING, "acronym", acronym="X", name="Taken Over", note="x", kind="union")
    group = db.session.query(Organization).one()
    assert group.name == "Dockworkers Local 19" and group.note is None and group.kind != "union"


WRONG = (
    {"website": "javascript:alert(1)"},
    {"size": "many"},
    {"edition": "none"},
)


def test_what_is_wrong_changes_nothing(coalition, representative):
    page = representative.browser.page(LISTING)
    for typed in WRONG:
        status = 409 if "edition" in typed else 422
        shown = representative.browser.submit(page, "acronym", status, acronym="X", **typed)
        assert shown.form("acronym").find(".//input[@name='acronym']").get("value") == "X"
        assert db.session.query(Organization).one().acronym == ""


def test_two_who_edit_at_once_are_told(coalition, representative):
    page = representative.browser.page(LISTING)
    representative.browser.submit(page, "acronym", acronym="FIRST")
    shown = representative.browser.submit(page, "acronym", 409, acronym="SECOND")
    assert "Somebody else changed this listing meanwhile" in shown.text
    representative.browser.submit(shown, "acronym", acronym="SECOND")
    assert db.session.query(Organization).one().acronym == "SECOND"


def test_a_name_waits_for_a_coordinator(coalition, representative, coordinator, visitor):
    endorse(representative.contact.organization, adopted_demand())
    for name in ("Dockers of the Bay", "Dock and Warehouse Workers 19"):
        page = representative.browser.submit(LISTING, "name", name=name)
    assert "Dock and Warehouse Workers 19" in page.text
    assert "Dockworkers Local 19" in visitor.page("/harbor/endorsers").text
    assert [one.decision for one in db.session.query(NameRequest)] == [Decision.REPLACED, Decision.WAITING]
    shown = coordinator.browser.page(NAMES)
    assert "Dockers of the Bay" not in shown.text
    coordinator.browser.submit(shown, "/accept")
    coordinator.browser.submit(shown, "/accept")
    assert "Dock and Warehouse Workers 19" in visitor.page("/harbor/endorsers").text
    assert [mail.recipient for mail in mails()] == ["rosa.lark@groups.example"]
    assert (
        coordinator.browser.page(NAMES).forms() != []
        and "Nothing is waiting" in coordinator.browser.page(NAMES).text
    )


def test_a_name_is_declined_with_the_reason_mailed(coalition, representative, coordinator, organizer):
    representative.browser.submit(LISTING, "name", name="The Only Real Union")
    shown = coordinator.browser.page(NAMES)
    assert coordinator.browser.submit(shown, "/decline", 422, reason="").errors()
    coordinator.browser.submit(shown, "/decline", reason="Too like another.")
    assert "Too like another." in (mails()[-1].body or "")
    assert db.session.query(Organization).one().name == "Dockworkers Local 19"
    late = organizer.browser.page(NAMES)
    assert "Nothing is waiting" in late.text


def test_a_name_that_another_group_has_is_told_to_the_coordinator_alone(
    coalition, representative, coordinator
):
    make_organization("Harbor Tenants Union")
    page = representative.browser.submit(LISTING, "name", name="Harbor Tenants Union")
    assert "A coordinator looks at the new name" in page.text
    assert "1 group asks for another name" in coordinator.browser.page("/harbor/organize/").text
    assert "Called nearly the same: Harbor Tenants Union" in coordinator.browser.page(NAMES).text
    shown = coordinator.browser.submit(NAMES, "/accept")
    assert "is here already" in shown.text
    assert db.session.query(NameRequest).one().decision is Decision.WAITING


@pytest.mark.parametrize("content", [png(), jpeg(), webp()], ids=["png", "jpeg", "webp"])
def test_a_logo_is_shown_and_can_do_nothing(coalition, representative, visitor, content):
    endorse(representative.contact.organization, adopted_demand())
    page = upload(representative.browser, content, name="evil.html")
    (image,) = [one for one in page.tree.iter("img") if "logo" in one.get("class", "")]
    assert (image.get("width"), image.get("height")) == ("64", "48")
    answer = visitor.get(image.get("src"))
    assert answer.status_code == 200 and answer.mimetype == db.session.query(GroupLogo).one().media_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert "immutable" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
    assert image.get("src") in visitor.get("/harbor/endorsers").text


def test_where_a_picture_was_taken_is_not_kept():
    told = chunk(b"tEXt", b"Author\0Rosa"), chunk(b"eXIf", b"GPS of a home")
    for content in (png(64, 48, *told), jpeg(), webp()):
        picture = read_picture(content + b"<script>")
        assert (picture.width, picture.height) == (64, 48)
        for secret in (b"GPS", b"Rosa", b"comment", b"behind", b"<script>"):
            assert secret not in picture.content
        assert read_picture(picture.content).content == picture.content


def test_broken_pictures_are_none():
    for whole in (png(), jpeg(), webp()):
        for end in range(0, len(whole) - 20, 3):
            try:
                read_picture(whole[:end])
            except NoPicture:
                continue
    for content in (b"", b"GIF89a", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"):
        with pytest.raises(NoPicture):
            read_picture(content)


NO_LOGOS = (
    b"<svg><script>alert(1)</script></svg>", b"GIF89a/*<script>" + b"\0" * 100, b"%PDF-1.7\n",
    png(4001, 40), png(20, 20), png().replace(struct.pack(">II", 64, 48), struct.pack(">II", 60_000, 60_000)),
)  # fmt: skip


def test_what_is_no_logo_is_told_beside_the_field(coalition, representative):
    for content in NO_LOGOS:
        assert upload(representative.browser, content, 422).errors()
        assert db.session.query(GroupLogo).count() == 0 and db.session.query(StoredFile).count() == 0


def test_a_picture_of_more_than_a_megabyte_is_no_logo():
    with pytest.raises(Refused, match="1 MB"):
        check_logo(png() + b"\0" * 1_000_000)


def test_a_logo_is_changed_and_removed_with_its_file(coalition, representative, visitor):
    upload(representative.browser, png())
    upload(representative.browser, png())
    first = db.session.query(GroupLogo).one()
    old = f"/harbor/group/logo/{first.organization_id}/{first.digest}"
    upload(representative.browser, jpeg())
    assert visitor.get(old).status_code == 404
    assert db.session.query(StoredFile).filter(StoredFile.expires_at.is_(None)).count() == 1
    representative.browser.submit(LISTING, "logo/remove")
    assert db.session.query(GroupLogo).count() == 0
    assert db.session.query(StoredFile).filter(StoredFile.expires_at.is_(None)).count() == 0
    jobs.run_all()


def test_a_logo_of_another_coalition_is_not_there(coalition, representative, other_coalition, visitor):
    upload(representative.browser, png())
    logo = db.session.query(GroupLogo).one()
    assert visitor.get(f"/prairie/group/logo/{logo.organization_id}/{logo.digest}").status_code == 404
    assert visitor.get(f"/harbor/group/logo/{logo.organization_id}/{'0' * 64}").status_code == 404
