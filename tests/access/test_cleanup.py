"""What is past use is deleted each night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine
from sqlalchemy import func, select

from crm.access import joining
from crm.access.operations import make_password_link
from crm.accounts.models import Invitation, PasswordReset, UserSession
from crm.core import jobs, limits
from crm.core.db import db
from crm.core.jobs import Job
from crm.core.limits import LimitCount
from crm.core.permissions import Role
from crm.mail.models import OutgoingMail


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_each_night_once_whoever_asks(app):
    for _worker in range(3):
        jobs.enqueue_periodic()
    kinds = [job.kind for job in db.session.scalars(select(Job))]
    assert kinds.count("cleanup") == 1


def test_asking_for_the_same_period_in_one_transaction_is_one_job(app):
    for _time in range(2):
        jobs.enqueue_once("cleanup", "a period")
    db.session.commit()
    assert count(Job) == 1


def test_what_is_over_goes_and_what_holds_stays(app, coordinator, organizer, coalition):
    app.config["LIMITS"] = True
    limits.over_limit("form", "somebody", most=1, within=timedelta(hours=1))
    app.config["LIMITS"] = False
    joining.invite(coordinator.viewer, coalition, "late@people.example", "Late", Role.OBSERVER)
    make_password_link(organizer.user)
    db.session.commit()
    jobs.enqueue_periodic()
    jobs.run_all()
    assert (count(UserSession), count(LimitCount), count(Invitation), count(PasswordReset)) == (2, 1, 1, 1)
    for day, left in ((40, 1), (41, 0)):
        # A clock that jumped, or a server that was off: what goes for good waits for the second night.
        with time_machine.travel(datetime.now(UTC) + timedelta(days=day), tick=False):
            jobs.enqueue_periodic()
            jobs.run_all()
        assert count(Invitation) == left
    assert count(UserSession) == count(LimitCount) == count(PasswordReset) == 0
    assert count(OutgoingMail) == 0
    assert db.session.scalar(select(func.min(Job.done_at))) > datetime.now(UTC) + timedelta(days=39)
