"""Writing the audit, in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import insert

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.db import Model, db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id


def record(
    viewer: Viewer | None,
    action: str,
    subject: Model | None = None,
    *,
    fields: Iterable[str] = (),
    coalition_id: int | None = None,
    **detail: int | str | bool | None,
) -> None:
    """Note an act. `action` is "organization.edit"-like; `detail` holds ids and codes, nothing personal.

    The coalition is the subject's own, the given one, or none (an act on the installation).
    """
    if viewer and viewer.contact_id:
        # A group's representative has no account.
        detail["contact_id"] = viewer.contact_id
    db.session.flush()
    db.session.add(
        AuditEntry(
            coalition_id=coalition_id or _coalition_of(subject),
            at=clock.now().replace(second=0, microsecond=0),
            user_id=viewer.user_id if viewer else None,
            action=action,
            record=subject.__tablename__ if subject is not None else "",
            record_id=getattr(subject, "id", None),
            fields=sorted(fields),
            detail=detail,
        )
    )


def record_each(
    viewer: Viewer | None,
    action: str,
    table: str,
    details: Mapping[int, Mapping[str, int | str | bool | None]],
) -> None:
    """Note the same act on many records of a table of the chosen coalition: id → detail. One statement."""
    common = {
        "coalition_id": current_coalition_id(),
        "at": clock.now().replace(second=0, microsecond=0),
        "user_id": viewer.user_id if viewer else None,
        "action": action,
        "record": table,
        "fields": [],
    }
    by = {"contact_id": viewer.contact_id} if viewer and viewer.contact_id else {}
    rows = [{**common, "record_id": number, "detail": {**detail, **by}} for number, detail in details.items()]
    if rows:
        db.session.execute(insert(AuditEntry), rows)


def _coalition_of(subject: Model | None) -> int | None:
    if subject is None:
        return None
    if subject.__tablename__ == "coalition":
        return int(subject.id)  # type: ignore[attr-defined]
    return getattr(subject, "coalition_id", None)
