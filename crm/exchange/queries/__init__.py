"""Reading imports and their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.exchange.models import Import, ImportRow, RowOutcome

# What the preview and the result count on: the rows that reach the directory.
REACHING = (RowOutcome.CREATE, RowOutcome.CHANGE, RowOutcome.UNCHANGED)


def find_import(import_id: int) -> Import | None:
    """An import of the chosen coalition."""
    return db.session.scalars(select(Import).where(Import.id == import_id)).one_or_none()


def lock_import(import_id: int) -> Import:
    """The import as it stands now, for the one who goes on with it; others wait."""
    query = select(Import).where(Import.id == import_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def find_by_form_key(form_key: str) -> Import | None:
    """The import that an upload began before (`operations.key_of_upload`)."""
    return db.session.scalars(select(Import).where(Import.form_key == form_key)).one_or_none()


def page_of_imports(*, after: str | None = None, before: str | None = None) -> Page[Import]:
    """Twenty imports, the newest first, with who started them."""
    query = select(Import).options(joinedload(Import.owner))
    keys = (Key(Import.created_at, descending=True), Key(Import.id, descending=True))
    return keyset_page(query, keys, after=after, before=before, limit=20)


def page_of_staying(
    import_id: int, *, after: str | None = None, before: str | None = None, limit: int = 50
) -> Page[ImportRow]:
    """Rows of which something stayed when their import was undone."""
    query = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.undone != "")
    return keyset_page(query, (Key(ImportRow.id),), after=after, before=before, limit=limit)


def page_of_rows(
    import_id: int,
    outcome: RowOutcome | None,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Page[ImportRow]:
    """Rows of one outcome, or (None) those of which something is to be told; in the file's order."""
    query = select(ImportRow).where(ImportRow.import_id == import_id)
    if outcome is None:
        query = query.where(ImportRow.has_problems, ImportRow.outcome.in_(REACHING))
    else:
        query = query.where(ImportRow.outcome == outcome)
    return keyset_page(query, (Key(ImportRow.id),), after=after, before=before, limit=limit)


def list_rows_after(import_id: int, row_id: int, limit: int, *conditions: Any) -> Sequence[ImportRow]:
    """The rows of an import after one of them that meet the conditions, in their order."""
    query = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.id > row_id, *conditions)
    return db.session.scalars(query.order_by(ImportRow.id).limit(limit)).all()


def count_outcomes(import_id: int) -> dict[str, int]:
    """How many rows have each outcome; those without any are left out."""
    query = select(ImportRow.outcome, func.count()).where(ImportRow.import_id == import_id)
    return {outcome.value: count for outcome, count in db.session.execute(query.group_by(ImportRow.outcome))}


def count_told(import_id: int) -> int:
    """Rows that reach the directory though a cell of theirs could not be read."""
    query = select(func.count()).where(ImportRow.import_id == import_id, ImportRow.has_problems)
    return db.session.scalar(query.where(ImportRow.outcome.in_(REACHING))) or 0


def list_rows_to_undo(
    import_id: int, limit: int, *, made: bool, below: int | None = None
) -> Sequence[ImportRow]:
    """Rows that are not undone yet, the last first: those that made a group, or those about one there was."""
    outcome = ImportRow.outcome == RowOutcome.CREATE
    query = select(ImportRow).where(
        ImportRow.import_id == import_id,
        ImportRow.undone.is_(None),
        ImportRow.outcome.in_(REACHING),
        outcome if made else ~outcome,
    )
    if below is not None:
        query = query.where(ImportRow.id < below)
    return db.session.scalars(query.order_by(ImportRow.id.desc()).limit(limit)).all()


def count_undone(import_id: int) -> dict[str, int]:
    """What came of undoing: groups `removed`, `set_back` and `staying` (as a whole or in part)."""
    query = select(ImportRow.outcome, ImportRow.undone, func.count()).where(
        ImportRow.import_id == import_id, ImportRow.undone.is_not(None)
    )
    counts = {"removed": 0, "set_back": 0, "staying": 0}
    for outcome, reasons, count in db.session.execute(query.group_by(ImportRow.outcome, ImportRow.undone)):
        name = {RowOutcome.CREATE: "removed", RowOutcome.CHANGE: "set_back"}.get(outcome)
        name = "staying" if reasons else name
        if name:
            counts[name] += count
    return counts
