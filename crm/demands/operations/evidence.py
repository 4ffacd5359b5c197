"""The documents of stands: kept as they were given, known by what they hold, not by their names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import select

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import StoredFile, remove_file, store
from crm.core.permissions import Viewer
from crm.demands.models import Endorsement, EndorsementChange, Evidence, StandRecord

LARGEST = 5 * 1024 * 1024  # bytes
LONGEST_NAME = 120
# A file that was stored and belongs to no record, as of a press that broke off, goes by itself.
UNUSED = timedelta(days=1)
# How a file of each kind begins (ISO 32000-2, 7.5.2; ISO/IEC 15948, 5.2; ITU-T T.81, B.1.1.3).
BEGINNINGS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
)


def kind_of_document(beginning: bytes) -> tuple[str, str] | None:
    """(media type, ending) of a document by its first bytes; None for what is none of the kinds kept."""
    found = (kind for kind in BEGINNINGS if beginning.startswith(kind[0]))
    return next(((media_type, ending) for _start, media_type, ending in found), None)


def check_document(stream: BinaryIO) -> None:
    """Whether a file can be kept. Raises Refused (field `document`)."""
    size = stream.seek(0, 2)
    stream.seek(0)
    beginning = stream.read(16)
    stream.seek(0)
    if size > LARGEST:
        raise Refused(_("This file is larger than 5 MB. Scan it in gray, at 150 dots an inch."), "document")
    if kind_of_document(beginning) is None:
        raise Refused(_("Choose a PDF, or a picture in PNG or JPEG. This file is none of them."), "document")


def keep_document(viewer: Viewer, stream: BinaryIO, name: str) -> StoredFile:
    """Store a document that `attach_document` is about to take. Commits by itself; none may be open before.

    Raises Refused (field `document`).
    """
    check_document(stream)
    shown = "".join(char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable())
    return store(
        stream,
        kind="evidence",
        name=shown[-LONGEST_NAME:],
        owner_id=viewer.user_id,
        expires_at=clock.now() + UNUSED,
    )


def attach_document(entries: Iterable[StandRecord], file: StoredFile) -> None:
    """Let a stored document prove these records, for as long as they are kept, in place of an earlier one."""
    db.session.flush()
    # A document that waits to be taken would go by itself.
    db.session.get_one(StoredFile, file.id).expires_at = None
    for entry in entries:
        proof = find_proof(entry.id)
        if proof is None:
            db.session.add(
                Evidence(organization_id=entry.organization_id, record_id=entry.id, file_id=file.id)
            )
            continue
        former, proof.file_id = proof.file_id, file.id
        db.session.flush()
        if db.session.scalar(select(Evidence.id).where(Evidence.file_id == former).limit(1)) is None:
            remove_file(former)


def prove_change(entry: StandRecord, live: Endorsement) -> None:
    """Let a record's document prove the change that was made of it, if it changed anything."""
    proof = find_proof(entry.id)
    if proof is None:
        return
    db.session.flush()
    changes = select(EndorsementChange).where(
        EndorsementChange.organization_id == live.organization_id,
        EndorsementChange.demand_id == live.demand_id,
    )
    newest = db.session.scalars(changes.order_by(EndorsementChange.id.desc()).limit(1)).one_or_none()
    if newest is not None and newest.state is entry.state:
        proof.change_id = newest.id


def find_proof(record_id: int) -> Evidence | None:
    """The document of a record."""
    return db.session.scalars(select(Evidence).where(Evidence.record_id == record_id)).one_or_none()
