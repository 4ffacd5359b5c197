"""Reading the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from crm.audit.models import AuditEntry
from crm.audit.verifying import verify
from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id


@dataclass(frozen=True)
class Asked:
    """Which entries are wanted; what is None or empty narrows nothing."""

    actions: Collection[str] = ()
    # 0: whoever was not signed in.
    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    record_id: int | None = None


def page_of_entries(
    coalition_id: int,
    asked: Asked,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Page[Any]:
    """Entries of a coalition, newest first."""
    query = select(AuditEntry).where(AuditEntry.coalition_id == coalition_id, *_narrowed(asked))
    return keyset_page(query, [Key(AuditEntry.id, descending=True)], after=after, before=before, limit=limit)


def _narrowed(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.actions:
        yield AuditEntry.action.in_(asked.actions)
    if asked.user_id is not None:
        yield AuditEntry.user_id == asked.user_id if asked.user_id else AuditEntry.user_id.is_(None)
    if asked.since:
        yield AuditEntry.at >= asked.since
    if asked.until:
        yield AuditEntry.at < asked.until
    if asked.record_id is not None:
        yield AuditEntry.record_id == asked.record_id


def list_actions(coalition_id: int) -> Sequence[str]:
    """Every action that the coalition's audit holds."""
    query = select(AuditEntry.action).where(AuditEntry.coalition_id == coalition_id).distinct()
    return db.session.scalars(query.order_by(AuditEntry.action)).all()


def list_doers(coalition_id: int) -> Sequence[int]:
    """The accounts that did something that the coalition's audit holds."""
    own = select(AuditEntry.user_id).where(AuditEntry.coalition_id == coalition_id)
    return db.session.scalars(own.where(AuditEntry.user_id.is_not(None)).distinct()).all()  # type: ignore[return-value]


def last_act(action: str) -> datetime | None:
    """When something was last done to the installation itself."""
    query = select(func.max(AuditEntry.at)).where(
        AuditEntry.coalition_id.is_(None), AuditEntry.action == action
    )
    return db.session.scalar(query)


def newest_act() -> datetime | None:
    """When the last entry says it was made."""
    return db.session.scalar(select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1))


def find_faults_lately() -> list[str]:
    """What is wrong with the ends of the audit's chains, by a quick look that seals nothing."""
    finding = verify(quick=True)
    late = [f"{finding.late} entries were not sealed in time"] if finding.late else []
    return late + [fault for chain in finding.chains for fault in chain.faults]


def count_acts(viewer: Viewer, action: str, since: datetime) -> int:
    """How often somebody did something in the chosen coalition since an instant."""
    query = select(func.count()).where(
        AuditEntry.coalition_id == current_coalition_id(),
        AuditEntry.user_id == viewer.user_id,
        AuditEntry.action == action,
        AuditEntry.at >= since,
    )
    return db.session.scalar(query) or 0


def was_done(action: str, record_id: int) -> bool:
    """Whether this was done, by anybody, to a record of the chosen coalition that may be gone since."""
    query = select(AuditEntry.id).where(
        AuditEntry.coalition_id == current_coalition_id(),
        AuditEntry.action == action,
        AuditEntry.record_id == record_id,
    )
    return db.session.scalar(query.limit(1)) is not None
