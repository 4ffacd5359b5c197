"""Taking turns: of two people who act on the same row at once, the second sees what the first did."""

from __future__ import annotations

from sqlalchemy import select

from crm.core.db import db
from crm.demands.models import Demand, DemandVersion, StandRecord


def wait_for(row: Demand | DemandVersion | StandRecord) -> None:
    """Lock a row until the end of the transaction and read it afresh.

    Not `refresh`: that repeats the outer joins with which the row was read, and PostgreSQL locks no such row.
    """
    db.session.flush()
    kind = type(row)
    locked = select(kind).where(kind.id == row.id).with_for_update()
    db.session.scalars(locked.execution_options(populate_existing=True)).one()


def hold_demands() -> None:
    """Change what the gate counts, and nobody's stand meanwhile: waits for stands that are being written.

    The first lock of a transaction that adopts, retires or restores a demand or changes the rules.
    """
    _lock_demands(read=False)


def keep_demands() -> None:
    """Write a stand, beside others who do: what the gate counts stays as it is until the end.

    The first lock of a transaction that writes a stand.
    """
    _lock_demands(read=True)


def _lock_demands(*, read: bool) -> None:
    """On SQLite nobody else writes from a transaction's beginning on (core/transactions): nothing to lock."""
    db.session.flush()
    if db.session.get_bind().dialect.name != "sqlite":
        db.session.execute(select(Demand.id).order_by(Demand.id).with_for_update(read=read))
