"""Sealing the audit: each entry gets a link in its coalition's chain, each link's hash covers the one before.

Sealed apart from the acts, so that these wait for nobody: an entry that is committed late is a later link.
The hashes are made under a key that comes from FIELD_KEYS: whoever can write the database and lacks the key
can't make a chain that holds.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from crm.audit.models import AuditEntry, AuditLink
from crm.core.crypto import keys
from crm.core.db import BATCH, db
from crm.core.transactions import own_write, reading

# What the first link of a chain follows.
BEGINNING = bytes(32)
# Any number of our own: the advisory lock of who seals.
ONE_AT_A_TIME = 7_203_114_455_202
# An entry is rarely committed after so many later ones; the nightly look finds that one too.
LATELY = 5_000


def digest_of(entry: AuditEntry) -> bytes:
    """The keyed digest of all that an entry says. 32 bytes.

    Keyed, for an entry says so little that it could be guessed from a plain one after it is gone.
    """
    said = [
        entry.id,
        entry.coalition_id,
        _instant(entry.at),
        entry.user_id,
        entry.action,
        entry.record,
        entry.record_id,
        entry.fields,
        entry.detail,
    ]
    return hmac.digest(_key(), json.dumps(said, sort_keys=True).encode(), "sha256")


def hash_of(before: bytes, link: AuditLink) -> bytes:
    """What the hash of a link must be, given the one before it. 32 bytes."""
    said = json.dumps([link.coalition_id, link.position, link.entry_id, _instant(link.at)])
    return hmac.digest(_key(), before + link.digest + said.encode(), "sha256")


def seal(after: int = 0) -> int:
    """Give every entry that has none its link, a few hundred in a transaction; how many. Commits.

    Only the entries after a number, where one is given: to look at all takes longer each year.
    """
    total = 0
    while _is_any_loose(after) and (count := _seal_some(after)):
        total += count
    return total


def unsealed(after: int = 0) -> Select[AuditEntry]:
    """The entries without a link, oldest first."""
    has_link = select(AuditLink.id).where(AuditLink.entry_id == AuditEntry.id).exists()
    return select(AuditEntry).where(~has_link, AuditEntry.id > after).order_by(AuditEntry.id)


def seal_lately() -> int:
    """Seal what was done since the last entry that was sealed, or shortly before; how many entries."""
    with reading():
        last = db.session.scalar(select(func.max(AuditLink.entry_id))) or 0
    return seal(max(0, last - LATELY))


def _is_any_loose(after: int) -> bool:
    # Looking under the write lock each minute would hold up everybody.
    with reading():
        return db.session.scalar(unsealed(after).with_only_columns(AuditEntry.id).limit(1)) is not None


def _seal_some(after: int) -> int:
    with own_write() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
        entries = session.scalars(unsealed(after).limit(BATCH)).all()
        heads = _heads(session, {entry.coalition_id for entry in entries})
        for entry in entries:
            link = _next_link(entry, *heads[entry.coalition_id])
            heads[entry.coalition_id] = (link.position, link.hash)
            session.add(link)
    return len(entries)


def _heads(session: Session, chains: Iterable[int | None]) -> dict[int | None, tuple[int, bytes]]:
    """The last position and hash of each chain."""
    found: dict[int | None, tuple[int, bytes]] = {}
    for chain in chains:
        query = select(AuditLink.position, AuditLink.hash).where(
            AuditLink.coalition_id.is_not_distinct_from(chain)
        )
        last = session.execute(query.order_by(AuditLink.position.desc()).limit(1)).one_or_none()
        found[chain] = (last[0], bytes(last[1])) if last else (0, BEGINNING)
    return found


def _next_link(entry: AuditEntry, position: int, before: bytes) -> AuditLink:
    link = AuditLink(
        coalition_id=entry.coalition_id,
        position=position + 1,
        entry_id=entry.id,
        at=entry.at,
        digest=digest_of(entry),
    )
    link.hash = hash_of(before, link)
    return link


def _key() -> bytes:
    return keys().index("", "audit.chain")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
