"""A full disk, a lock that is held, a mail server away, a clock that jumps, a migration broken off: what was
not saved is told, nothing is lost, and all goes on by itself.
"""

from __future__ import annotations

import fcntl
import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask_migrate import upgrade
from sqlalchemy.exc import SQLAlchemyError

from bench.servers import free_port
from crm.coalitions.models import Coalition
from crm.core import condition, jobs, serving, transactions
from crm.core.db import db
from crm.mail.operations import owe_mail
from tests.mail.smtp import post_office
from tests.operating.drill import new_sqlite
from tests.pages import ON_POSTGRESQL

SETTINGS = "/harbor/organize/settings/"
on_sqlite = pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL's disk and locks are its own")


class Killed(BaseException):
    """The process ends here: nothing after it runs, as with kill -9."""


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process grows: SQLite finds out when it commits, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # What earlier tests left of the log would be room to write.
    db.session.commit()
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as connection:
        busy, *_frames = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not busy
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def somebody_writes() -> Iterator[None]:
    """The lock of those who write is held, and nobody waits long for it."""
    token = transactions._patience.set(0.2)
    with Path(f"{db.engine.url.database}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    transactions._patience.reset(token)


@on_sqlite
@pytest.mark.parametrize("trouble", [full_disk, somebody_writes])
def test_what_was_not_saved_is_told_and_can_be_sent_again(trouble, coordinator, coalition):
    page = coordinator.browser.page(SETTINGS)
    with trouble():
        told = coordinator.browser.submit(page, "name", status=503, name="Harbor & Bay")
        assert "Not saved" in told.text
        assert coordinator.browser.get("/harbor/").status_code == 200
    assert db.session.get_one(Coalition, coalition.id).name == "Harbor City Coalition"
    coordinator.browser.submit(told, "name")
    assert db.session.get_one(Coalition, coalition.id, populate_existing=True).name == "Harbor & Bay"


@on_sqlite
def test_what_is_refused_at_the_door_waits_for_nobody_who_writes(visitor, coalition):
    """Forms without their token, addresses of no coalition: thousands of them keep no writer waiting."""
    with somebody_writes():
        assert visitor.post("/harbor/sign-on", data={"step": "send"}).status_code == 400
        assert visitor.post("/nowhere/sign-on", data={"step": "send"}).status_code == 404


@on_sqlite
def test_a_worker_outlives_a_full_disk(app):
    told, done = threading.Event(), []
    jobs.work("test.note")(lambda word: done.append(word) or told.set())
    jobs.enqueue("test.note", word="late")
    db.session.commit()
    db.session.remove()
    full = full_disk()
    full.__enter__()
    threading.Timer(0.8, lambda: full.__exit__(None, None, None)).start()
    threading.Timer(20.0, told.set).start()
    serving.work(app, told)
    assert done == ["late"]


def test_a_job_whose_end_the_database_missed_is_not_held_for_ever(app):
    rename = "ALTER TABLE {} RENAME TO {}"

    def loses_the_database():
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(sa.text(rename.format("job", "job_away")))
        raise ZeroDivisionError

    jobs.work("test.loses")(loses_the_database)
    jobs.enqueue("test.loses")
    db.session.commit()
    with pytest.raises(SQLAlchemyError):
        jobs.run_next()
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(sa.text(rename.format("job_away", "job")))
    assert jobs._doing == set()


def test_a_period_that_another_worker_asked_for_just_now_is_no_gap(app):
    jobs.enqueue_once("test.nightly", "20000")
    assert not jobs._has_stood_still("test.nightly", 20_000)
    assert not jobs._has_stood_still("test.nightly", 20_000 + jobs.LONGEST_GAP)
    assert jobs._has_stood_still("test.nightly", 20_001 + jobs.LONGEST_GAP)


def test_after_a_clock_that_was_ahead_nothing_waits_for_its_time(app):
    tries = []

    def dying():
        tries.append(1)
        if len(tries) == 1:
            raise Killed

    jobs.work("test.dying")(dying)
    now = datetime.now(UTC)
    with time_machine.travel(now + timedelta(days=1), tick=False):
        for _job in range(2):
            jobs.enqueue("test.dying")
        db.session.commit()
        jobs.beat()
        with pytest.raises(Killed):
            jobs.run_all()
        db.session.rollback()
    with time_machine.travel(now, tick=False):
        assert not serving.is_worker_alive()
        db.session.rollback()
        jobs.beat()
        assert serving.is_worker_alive()
        assert jobs.run_all() == 2
    assert len(tries) == 3


def test_a_mail_server_away_for_an_hour_costs_time_and_no_mail(app, coalition):
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{free_port()}"
    mail = owe_mail("ana@people.example", "access/password", link="https://muster.example/x")
    db.session.commit()
    now = datetime.now(UTC)
    with post_office() as post:
        for minute in range(0, 90, 5):
            if minute >= 60:
                app.config["MAIL_URL"] = post.url
            with time_machine.travel(now + timedelta(minutes=minute), tick=False):
                jobs.enqueue_once("mail.sweep", f"test {minute}")
                jobs.run_all()
    app.config["MAIL_URL"] = None
    assert [str(letter.message["Message-ID"]) for letter in post.letters] == [mail.message_id]


@on_sqlite
def test_a_migration_that_was_broken_off_leaves_nothing_and_is_run_again(app, tmp_path, monkeypatch):
    def dies(_connection):
        raise Killed

    with new_sqlite(app, tmp_path):
        with monkeypatch.context() as killing:
            killing.setattr("crm.core.upkeep.learn_spread", dies)
            with pytest.raises(Killed):
                upgrade()
        assert sa.inspect(db.engine).get_table_names() == []
        upgrade()
        assert condition.is_up_to_date()
        db.session.rollback()
