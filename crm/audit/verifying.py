"""Walking the audit's chains: whether every entry still says what it said when it was sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select

from crm.audit.chain import BEGINNING, digest_of, hash_of, seal, unsealed
from crm.audit.models import AuditEntry, AuditLink
from crm.audit.retention import oldest_kept
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.transactions import reading

# The worker seals each minute.
SEALED_WITHIN = timedelta(minutes=10)
AT_ONCE = 1000
# How many links of each chain a quick look takes in, from its end.
QUICK = 500


@dataclass
class Chain:
    """What a walk found: of a coalition's chain, or of the installation's (None)."""

    coalition_id: int | None
    links: int = 0
    last_hash: bytes = BEGINNING
    faults: list[str] = field(default_factory=list)


@dataclass
class Finding:
    """What verifying found."""

    chains: list[Chain]
    late: int = 0

    @property
    def holds(self) -> bool:
        return not self.late and not any(chain.faults for chain in self.chains)


def verify(*, quick: bool = False) -> Finding:
    """Walk every chain; quick: its last links alone. What is not sealed yet is sealed first. Commits."""
    late = count_late()
    if not quick:
        seal()
    with reading():
        chains = [_walk(chain, quick) for chain in list_chains()]
    return Finding(chains, late)


def list_chains() -> Sequence[int | None]:
    """The coalitions that have a chain; None: the installation."""
    query = select(AuditLink.coalition_id).distinct().order_by(AuditLink.coalition_id)
    return db.session.scalars(query).all()


def count_late() -> int:
    """How many entries should have been sealed and were not: no worker ran, or they were put in by hand."""
    with reading():
        # The demo tells of weeks that never were.
        told = select(Coalition.id).where(Coalition.is_demo)
        ours = or_(AuditEntry.coalition_id.is_(None), AuditEntry.coalition_id.not_in(told))
        loose = unsealed().where(AuditEntry.at < clock.now() - SEALED_WITHIN, ours).order_by(None)
        return db.session.scalar(select(func.count()).select_from(loose.subquery())) or 0


def is_in_a_chain(head: bytes) -> bool:
    """Whether some link has this hash: one noted earlier is gone where a chain was cut or made anew."""
    return db.session.scalar(select(AuditLink.id).where(AuditLink.hash == head).limit(1)) is not None


def _walk(coalition_id: int | None, quick: bool) -> Chain:
    chain = Chain(coalition_id)
    before: AuditLink | None = None
    for link, entry in _links(coalition_id, quick):
        chain.links = link.position
        # A quick look takes the first link that it meets as given.
        if before is not None or not quick or link.position == 1:
            chain.faults += _faults_of_link(before, link)
        chain.faults += _faults_of_entry(link, entry)
        before = link
        chain.last_hash = bytes(link.hash)
    return chain


def _links(coalition_id: int | None, quick: bool) -> Iterator[Any]:
    own = AuditLink.coalition_id.is_not_distinct_from(coalition_id)
    last = db.session.scalar(select(func.max(AuditLink.position)).where(own)) or 0
    # No link stands at 0 or before, so one that does is met as well.
    position = last - QUICK if quick else -(2**31)
    query = (
        select(AuditLink, AuditEntry).outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id).where(own)
    )
    while True:
        some = db.session.execute(
            query.where(AuditLink.position > position).order_by(AuditLink.position).limit(AT_ONCE)
        ).all()
        yield from some
        if len(some) < AT_ONCE:
            return
        position = some[-1][0].position
        db.session.expunge_all()


def _faults_of_link(before: AuditLink | None, link: AuditLink) -> Iterator[str]:
    expected = (before.position if before else 0) + 1
    if link.position > expected:
        one = link.position == expected + 1
        yield f"link {expected} is missing" if one else f"links {expected} to {link.position - 1} are missing"
    elif bytes(link.hash) != hash_of(bytes(before.hash) if before else BEGINNING, link):
        yield f"link {link.position} does not follow from the one before: one of them was changed or moved"


def _faults_of_entry(link: AuditLink, entry: AuditEntry | None) -> Iterator[str]:
    if entry is None:
        if link.at >= oldest_kept():
            yield f"entry {link.entry_id} of {link.at:%Y-%m-%d %H:%M} UTC is missing"
    elif bytes(link.digest) != digest_of(entry):
        yield f"entry {entry.id} was changed"
