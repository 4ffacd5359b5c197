"""The worker's loop, and whether an installation says that it lives."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from config import ROOT
from crm.core import jobs, serving
from crm.core.db import db
from crm.core.jobs import Job

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
]
CALM = {"cwd": ".", "extra": {}, "port": 1, "ready": lambda: None}


def tell_after(seconds, number=signal.SIGTERM):
    """Send this process a signal in a while."""
    threading.Timer(seconds, lambda: signal.raise_signal(number)).start()


def test_a_worker_does_what_is_asked_and_ends_when_told(app):
    done = []
    jobs.work("test.note")(lambda word: done.append(word))
    jobs.enqueue("test.note", word="once")
    db.session.commit()
    told = threading.Event()
    threading.Timer(1.0, told.set).start()
    serving.work(app, told)
    assert done == ["once"]
    db.session.rollback()
    assert db.session.scalars(select(Job).where(Job.kind == "test.note")).one().done_at is not None


def test_ready_says_what_is_missing(visitor, app):
    answer = visitor.get("/readyz")
    assert (answer.status_code, "no worker lives" in answer.text) == (503, True)
    jobs.beat()
    assert visitor.get("/readyz").status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2), tick=False):
        assert visitor.get("/readyz").status_code == 503


def test_ready_says_that_the_tables_are_missing(visitor, app):
    jobs.Heartbeat.__table__.drop(db.engine)
    try:
        answer = visitor.get("/readyz")
    finally:
        jobs.Heartbeat.__table__.create(db.engine)
    assert (answer.status_code, "database" in answer.text) == (503, True)


def test_the_process_answers_without_asking_the_database(visitor, app):
    assert visitor.get("/healthz").text == "ok\n"


def test_a_long_job_keeps_its_lease_while_its_worker_lives(app):
    leases = []

    def slow():
        jobs.beat()
        db.session.rollback()
        leases.append(db.session.scalars(select(Job.leased_until).where(Job.kind == "test.slow")).one())

    jobs.work("test.slow")(slow)
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False):
        jobs.enqueue("test.slow")
        jobs.run_all()
    assert leases == [start + jobs.LEASE]


class Killed(BaseException):
    """The process ends here: nothing after it runs, as with kill -9."""


def test_what_a_dead_worker_was_doing_is_taken_up_within_a_minute(app):
    tries = []

    def dying():
        tries.append(1)
        if len(tries) == 1:
            raise Killed

    jobs.work("test.dying")(dying)
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False) as clock:
        jobs.enqueue("test.dying")
        with pytest.raises(Killed):
            jobs.run_all()
        db.session.rollback()
        clock.move_to(start + timedelta(seconds=45))
        assert jobs.run_next() is False
        clock.move_to(start + timedelta(seconds=61))
        assert jobs.run_next() is True
    assert len(tries) == 2


def test_a_worker_that_is_told_to_end_holds_its_lease_until_its_job_is_done(app, monkeypatch):
    told, beats, while_ending = threading.Event(), [], []
    monkeypatch.setattr(serving, "BEAT_EVERY", 0.05)
    monkeypatch.setattr(jobs, "beat", lambda: beats.append(1))

    def last():
        told.set()
        before = len(beats)
        time.sleep(0.5)
        while_ending.append(len(beats) - before)

    jobs.work("test.last")(last)
    jobs.enqueue("test.last")
    db.session.commit()
    serving.work(app, told)
    assert while_ending[0] >= 2


def test_a_beat_that_fails_is_not_the_last_one(app, monkeypatch):
    told, beats = threading.Event(), []
    monkeypatch.setattr(serving, "BEAT_EVERY", 0.05)

    def beat():
        beats.append(1)
        if len(beats) == 1:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        told.set()

    monkeypatch.setattr(jobs, "beat", beat)
    threading.Timer(5.0, told.set).start()
    serving.work(app, told)
    assert len(beats) >= 2


def test_a_worker_outlives_a_database_that_is_away(app):
    done, told = [], threading.Event()
    jobs.work("test.note")(lambda word: done.append(word) or told.set())
    jobs.enqueue("test.note", word="late")
    db.session.commit()
    rename = "ALTER TABLE {} RENAME TO {}"
    with db.engine.begin() as connection:
        connection.execute(text(rename.format("job", "job_away")))

    def come_back():
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text(rename.format("job_away", "job")))

    threading.Timer(1.0, come_back).start()
    threading.Timer(10.0, told.set).start()
    serving.work(app, told)
    assert done == ["late"]


def test_a_signal_ends_all_that_was_started(app):
    tell_after(0.5)
    began = time.monotonic()
    assert serving.run_side_by_side({"one": SLEEP, "two": SLEEP}, **CALM) is None
    assert time.monotonic() - began < 5


def test_when_one_ends_by_itself_the_others_are_ended(app):
    ended = serving.run_side_by_side({"one": SLEEP, "two": [sys.executable, "-c", "pass"]}, **CALM)
    assert ended == "two"


def test_what_does_not_listen_is_killed(app, monkeypatch):
    monkeypatch.setattr(serving, "STOP_WITHIN", 0.5)
    tell_after(1.0)
    began = time.monotonic()
    assert serving.run_side_by_side({"one": STUBBORN}, **CALM) is None
    assert time.monotonic() - began < 10


# Holds the lock of a file for as long as it lives.
HOLDS = (
    "import fcntl, sys, time; held = open(sys.argv[1], 'w'); fcntl.flock(held, fcntl.LOCK_EX); "
    "print('held', file=held, flush=True); time.sleep(60)"
)
KEPT = (
    "import sys; from crm.core import serving; "
    "serving.run_side_by_side({'one': [sys.executable, '-c', *sys.argv[1:]]}, "
    "cwd='.', extra={}, port=1, ready=print)"
)


def is_held(path):
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def wait_until(holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_was_started_ends_when_the_one_that_started_it_is_killed(tmp_path):
    lock = tmp_path / "lock"
    keeper = subprocess.Popen([sys.executable, "-c", KEPT, HOLDS, str(lock)], cwd=ROOT)
    wait_until(lambda: lock.exists() and lock.read_text())
    time.sleep(0.5)
    assert is_held(lock)
    keeper.kill()
    keeper.wait()
    wait_until(lambda: not is_held(lock))


def test_what_a_killed_one_leaves_behind_is_ended_with_the_rest(app, tmp_path):
    lock = tmp_path / "lock"
    parent = (
        "import os, subprocess, sys, time; subprocess.Popen([sys.executable, '-c', *sys.argv[1:]])\n"
        "while not os.path.exists(sys.argv[2]): time.sleep(0.05)"
    )
    commands = {"one": [sys.executable, "-c", parent, HOLDS, str(lock)], "two": SLEEP}
    assert serving.run_side_by_side(commands, **CALM) == "one"
    wait_until(lambda: not is_held(lock))
