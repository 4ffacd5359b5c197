"""Files that people give (uploads, evidence): kept in the database, in pieces that are encrypted one by one.

    file = store(stream, kind="import", name="groups.csv", owner_id=7, expires_at=…)
    with open_file(file.id) as stream: …

A file is never whole in memory. Its pieces are written in short transactions of their own, so that a large
one holds nobody up; one that was broken off expires like any other.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import BinaryIO

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock, jobs
from crm.core.crypto import Encrypted, Sealed, keys
from crm.core.db import Model, UTCDateTime, db
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.core.transactions import own_write

CHUNK = 256 * 1024  # bytes, before encryption
_CHUNKS_AT_ONCE = 8


class StoredFile(Tenant, Model):
    """A file of a coalition; its contents are its chunks."""

    __tablename__ = "stored_file"
    __table_args__ = tenant_table()

    # What it is for: "import", …
    kind: Mapped[str] = mapped_column(String(32))
    # As its owner called it.
    name: Mapped[str] = mapped_column(Encrypted)
    # Bytes, once it is all there.
    size: Mapped[int] = mapped_column(default=0)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # NULL: kept as long as what it belongs to.
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)


class StoredChunk(Tenant, Model):
    """A piece of a file: CHUNK bytes of it (the last one fewer), encrypted."""

    __tablename__ = "stored_chunk"
    __table_args__ = tenant_table(
        owned("file_id", "stored_file", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "file_id", "number"),
    )

    file_id: Mapped[int]
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(Sealed)


def store(
    stream: BinaryIO, *, kind: str, name: str, owner_id: int | None, expires_at: datetime | None
) -> StoredFile:
    """Keep what a stream holds, from where it stands. Commits by itself; no transaction may be open."""
    now = clock.now()
    file = StoredFile(kind=kind, name=name, owner_id=owner_id, created_at=now, expires_at=expires_at)
    with own_write() as session:
        session.add(file)
    size = 0
    for number, chunk in enumerate(_batches(stream)):
        size += sum(map(len, chunk))
        sealed = [keys().fernet.encrypt(piece) for piece in chunk]
        with own_write() as session:
            first = number * _CHUNKS_AT_ONCE
            session.add_all(
                StoredChunk(file_id=file.id, number=first + place, content=content)
                for place, content in enumerate(sealed)
            )
    with own_write() as session:
        session.execute(update(StoredFile).where(StoredFile.id == file.id).values(size=size))
    file.size = size
    return file


def _batches(stream: BinaryIO) -> Iterator[list[bytes]]:
    while pieces := [piece for _ in range(_CHUNKS_AT_ONCE) if (piece := stream.read(CHUNK))]:
        yield pieces


def open_file(file_id: int) -> BinaryIO | None:
    """A stored file of the chosen coalition to read and to seek in; None where it is gone.

    Its pieces are asked for as they are read, so read where a query may be sent.
    """
    size = db.session.scalar(select(StoredFile.size).where(StoredFile.id == file_id))
    return None if size is None else io.BufferedReader(_StoredStream(file_id, size), CHUNK)


def remove_file(file_id: int) -> None:
    """Delete a file of the chosen coalition with all its pieces."""
    db.session.execute(delete(StoredChunk).where(StoredChunk.file_id == file_id))
    db.session.execute(delete(StoredFile).where(StoredFile.id == file_id))


@jobs.every("files.forget", timedelta(days=1))
def forget_expired() -> None:
    """Delete the files whose time is over, one in a transaction."""
    expired = select(StoredFile.id).where(StoredFile.expires_at < clock.now())
    ids = list(db.session.scalars(expired))
    db.session.rollback()
    for file_id in ids:
        remove_file(file_id)
        db.session.commit()


class _StoredStream(io.RawIOBase):
    """The bytes of a stored file; the pieces read last are kept."""

    def __init__(self, file_id: int, size: int) -> None:
        self._file_id, self._size, self._at = file_id, size, 0
        self._chunk = lru_cache(maxsize=4)(self._load)

    def _load(self, number: int) -> bytes:
        query = select(StoredChunk.content).where(
            StoredChunk.file_id == self._file_id, StoredChunk.number == number
        )
        return keys().fernet.decrypt(bytes(db.session.scalars(query).one()))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, CHUNK)
        piece = self._chunk(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
