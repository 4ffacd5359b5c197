"""Work that is done after the answer: rows of the same transaction as the fact that causes them.

A job may run twice (a worker died in it) and must do its effect once. `flask worker` claims jobs one
at a time under a lease; a failed one is tried again, later each time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import JSON, Executable, String, UniqueConstraint, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock, tenancy
from crm.core.db import Model, UTCDateTime, db
from crm.core.transactions import own_write, reading

# Four beats of a worker (`serving.BEAT_EVERY`): it holds what it is doing for as long as it lives, and what a
# dead one was doing is free within a minute.
LEASE = timedelta(seconds=60)
ATTEMPTS = 8
# Periods after which a job that deletes for good is passed over once: the installation was off for long, or
# its clock has jumped.
LONGEST_GAP = 30
log = logging.getLogger("muster.jobs")
Work = Callable[..., None]
_work: dict[str, Work] = {}
_periodic: dict[str, timedelta] = {}
_careful: set[str] = set()
# What this process is doing right now, by the job's id.
_doing: set[int] = set()


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


class Heartbeat(Model):
    """When a worker last showed that it lives; one row."""

    __tablename__ = "heartbeat"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


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


def enqueue_unless_waiting(kind: str, *, coalition_id: int) -> None:
    """Ask for a job without a payload, unless one was asked for that has not begun yet."""
    waiting = select(Job.id).where(Job.kind == kind, Job.coalition_id == coalition_id)
    if db.session.scalar(waiting.where(Job.done_at.is_(None), Job.attempts == 0).limit(1)) is None:
        enqueue(kind, coalition_id=coalition_id)


def enqueue_once(kind: str, period: str, *, coalition_id: int | None = None, **payload: Any) -> None:
    """Ask for a job of a period ("2026-11-21", or a record's number): one for each, whoever asks for it."""
    asked = {"kind": kind, "period": period, "coalition_id": coalition_id, "payload": payload}
    query = _asking_once(db.session.get_bind().dialect.name)
    db.session.execute(query, {**asked, "attempts": 0, "run_at": clock.now()})


@cache
def _asking_once(dialect: str) -> Executable:
    """Written out once: it is asked with each mail."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(Model.metadata.tables[Job.__tablename__]).on_conflict_do_nothing()


def is_known(kind: str, period: str) -> bool:
    """Whether the job of a period was asked for."""
    return db.session.scalar(select(Job.id).where(Job.kind == kind, Job.period == period)) is not None


def is_spent(kind: str, period: str) -> bool:
    """Whether the job of a period was done, or tried so often that it is not tried again."""
    query = select(Job.id).where(Job.kind == kind, Job.period == period)
    return db.session.scalar(query.where(or_(Job.done_at.is_not(None), Job.attempts >= ATTEMPTS))) is not None


def ask_again(kind: str, period: str) -> None:
    """Have the job of a period done again, as if for the first time."""
    query = update(Job).where(Job.kind == kind, Job.period == period)
    db.session.execute(query.values(done_at=None, attempts=0, run_at=clock.now(), leased_until=None))


def every(kind: str, period: timedelta, *, careful: bool = False) -> Callable[[Work], Work]:
    """Register a job that `flask worker` asks for once in each period (counted from 1970).

    A careful one is passed over once where it was last asked for more than LONGEST_GAP periods ago.
    """

    def register(function: Work) -> Work:
        _periodic[kind] = period
        if careful:
            _careful.add(kind)
        return work(kind)(function)

    return register


def enqueue_periodic() -> None:
    """Ask for the periodic jobs of the present periods that nobody has asked for yet. Commits."""
    now = clock.now()
    periods = {
        kind: str(int(now.timestamp() // period.total_seconds())) for kind, period in _periodic.items()
    }
    with reading():
        query = select(Job.kind, Job.period).where(Job.kind.in_(periods), Job.period.in_(periods.values()))
        known = {(kind, period) for kind, period in db.session.execute(query)}
    missing = [pair for pair in periods.items() if pair not in known]
    for kind, period in missing:
        over = kind in _careful and _has_stood_still(kind, int(period))
        enqueue_once(kind, period)
        if over:
            log.warning("%s is passed over once: the server was off for long, or its clock jumped", kind)
            this = update(Job).where(Job.kind == kind, Job.period == period)
            db.session.execute(this.values(done_at=now))
    if missing:
        db.session.commit()


def _has_stood_still(kind: str, period: int) -> bool:
    """Whether the job was asked for once, and not lately. Done ones are known until the next cleanup.

    Another worker may have asked for this very period meanwhile: that one has judged it.
    """
    known = db.session.scalars(select(Job.period).where(Job.kind == kind, Job.period.is_not(None))).all()
    return bool(known) and not any(0 <= period - int(one) <= LONGEST_GAP for one in known if one)


def run_next() -> bool:
    """Claim and do one job that is due, in a context and a session of its own. False: nothing is due."""
    with current_app.app_context():
        job = _claim(clock.now())
        if job is not None:
            _do(job)
    return job is not None


def run_all() -> int:
    """Commit what was asked for, then do all that is due; how many jobs that were."""
    db.session.commit()
    count = 0
    while run_next():
        count += 1
    db.session.expire_all()
    return count


def beat() -> None:
    """Show that this worker lives, and hold the lease of what it is doing, however long that takes."""
    now = clock.now()
    with own_write() as session:
        row = session.get(Heartbeat, 1) or Heartbeat(id=1, at=now)
        if row.at > now + LEASE:
            # The clock went back. What was due before is due, though its time comes once more.
            due = update(Job).where(Job.done_at.is_(None), Job.run_at > now, Job.run_at <= row.at)
            session.execute(due.values(run_at=now))
        row.at = now
        session.add(row)
        session.execute(update(Job).where(Job.id.in_(list(_doing))).values(leased_until=now + LEASE))


def last_beat() -> datetime | None:
    """When a worker last showed that it lives."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.id == 1))


def list_stuck(before: datetime) -> dict[str, int]:
    """Kind of job → how many were given up, or wait since before an instant."""
    given_up = Job.attempts >= ATTEMPTS
    waits = and_(Job.run_at < before, or_(Job.leased_until.is_(None), Job.leased_until < before))
    query = select(Job.kind, func.count()).where(Job.done_at.is_(None), or_(given_up, waits))
    return dict(db.session.execute(query.group_by(Job.kind)).all())


def _do(job: Job) -> None:
    # Known apart from the row: that is read again after a rollback, and the database may be away by then.
    job_id, kind = job.id, job.kind
    _doing.add(job_id)
    token = tenancy.enter(tenancy.ALL if job.coalition_id is None else job.coalition_id)
    try:
        _work[kind](**job.payload)
        _close(job_id, None)
    except Exception as error:
        log.exception("job %s of kind %s failed", job_id, kind)
        db.session.rollback()
        _close(job_id, error)
    finally:
        _doing.discard(job_id)
        tenancy.leave(token)


def _claim(now: datetime) -> Job | None:
    # A lease that ends later than any that is given now is of a clock that went back since.
    free = or_(Job.leased_until.is_(None), Job.leased_until < now, Job.leased_until > now + 2 * LEASE)
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


def forget_done(before: datetime) -> None:
    """Delete jobs that were done before an instant."""
    db.session.execute(delete(Job).where(Job.done_at < before))
