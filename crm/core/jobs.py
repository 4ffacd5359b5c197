"""Work that is done after the answer: rows of the same transaction as the fact that causes them.

A job may run twice (a worker died in it) and must do its effect once. `flask worker` claims jobs one
at a time under a lease; a failed one is tried again, later each time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock, tenancy
from crm.core.db import Model, UTCDateTime, db
from crm.core.transactions import reading

LEASE = timedelta(minutes=10)
ATTEMPTS = 8
log = logging.getLogger("muster.jobs")
Work = Callable[..., None]
_work: dict[str, Work] = {}


class Job(Model):
    """Something to do, for one coalition or for the installation."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    coalition_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # A periodic job's period ("2026-11-21"): one row for each, whoever asks for it.
    period: Mapped[str | None] = mapped_column(String(40))
    run_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(200))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)


def work(kind: str) -> Callable[[Work], Work]:
    """Register the function that does a kind of job. It gets the payload as arguments and may commit."""

    def register(function: Work) -> Work:
        _work[kind] = function
        return function

    return register


def enqueue(
    kind: str, *, coalition_id: int | None = None, run_at: datetime | None = None, **payload: Any
) -> None:
    """Ask for a job in the present transaction. The payload is JSON and holds ids, no personal data."""
    db.session.add(Job(kind=kind, coalition_id=coalition_id, payload=payload, run_at=run_at or clock.now()))


def run_next() -> bool:
    """Claim and do one job that is due. False: nothing is due."""
    job = _claim(clock.now())
    if job is None:
        return False
    scope = tenancy.ALL if job.coalition_id is None else job.coalition_id
    token = tenancy.enter(scope)
    try:
        _work[job.kind](**job.payload)
        _close(job.id, None)
    except Exception as error:
        log.exception("job %s of kind %s failed", job.id, job.kind)
        db.session.rollback()
        _close(job.id, error)
    finally:
        tenancy.leave(token)
        db.session.remove()
    return True


def run_all() -> int:
    """Do all that is due; how many jobs that were."""
    count = 0
    while run_next():
        count += 1
    return count


def _claim(now: datetime) -> Job | None:
    free = or_(Job.leased_until.is_(None), Job.leased_until < now)
    due = (
        select(Job)
        .where(Job.done_at.is_(None), Job.run_at <= now, free, Job.attempts < ATTEMPTS)
        .order_by(Job.run_at, Job.id)
        .limit(1)
    )
    # Looking under the write lock again and again would hold up everybody: look first, then claim.
    with reading():
        if db.session.scalar(due.with_only_columns(Job.id)) is None:
            return None
    job = db.session.scalars(due.with_for_update(skip_locked=True)).one_or_none()
    if job is None:
        db.session.rollback()
        return None
    job.leased_until = now + LEASE
    job.attempts += 1
    db.session.commit()
    return job


def _close(job_id: int, error: Exception | None) -> None:
    job = db.session.get_one(Job, job_id, populate_existing=True)
    now = clock.now()
    job.leased_until = None
    if error is None:
        job.done_at, job.error = now, None
    else:
        # The kind of error alone: its text may hold what a person typed.
        job.error = type(error).__name__
        job.run_at = now + timedelta(seconds=30) * 2**job.attempts
    db.session.commit()
