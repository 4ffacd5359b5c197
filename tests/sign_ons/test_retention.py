"""What nobody confirmed, and what was declined, is gone after 30 days, its mail with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from crm.core import clock, jobs, retention, tenancy
from crm.core.db import db
from crm.mail.models import OutgoingMail
from crm.sign_ons.models import SignOn, SignOnAnswer, SignOnState
from crm.sign_ons.operations import forget_old
from tests.sign_ons.steps import adopt_demands, count_rows, last_link, newest, send, waiting

DAYS = timedelta(days=1)


@pytest.fixture
def demands(coalition):
    return adopt_demands()


def run_the_job():
    jobs.enqueue("retention")
    db.session.commit()
    assert jobs.run_all() == 1


def test_what_was_never_confirmed_is_gone_30_days_after_its_last_link(visitor, coalition, demands):
    send(visitor, coalition)
    with time_machine.travel(clock.now() + 20 * DAYS):
        visitor.submit(last_link(), "new-link")
    with time_machine.travel(clock.now() + 45 * DAYS):
        run_the_job()
        assert count_rows(SignOn) == 1
    with time_machine.travel(clock.now() + 51 * DAYS):
        run_the_job()
    with tenancy.across_coalitions():
        assert [count_rows(table) for table in (SignOn, SignOnAnswer, OutgoingMail)] == [0, 0, 0]


@pytest.mark.parametrize("state", [SignOnState.DECLINED, SignOnState.REPLACED])
def test_what_was_declined_or_replaced_is_gone_after_30_days(visitor, coalition, demands, state):
    sign_on = waiting(visitor, coalition)
    sign_on.state, sign_on.decided_at = state, clock.now()
    db.session.commit()
    due = retention.rules["sign_ons"].due
    assert due(clock.now() + 29 * DAYS, 30 * DAYS).count == 0
    assert due(clock.now() + 30 * DAYS, 30 * DAYS).count == 1
    with time_machine.travel(clock.now() + 31 * DAYS):
        run_the_job()
    assert newest_or_none() is None


@pytest.mark.parametrize("state", [SignOnState.WAITING, SignOnState.ACCEPTED, SignOnState.MERGED])
def test_what_waits_and_what_was_accepted_stays(visitor, coalition, demands, state):
    sign_on = waiting(visitor, coalition)
    sign_on.state, sign_on.decided_at = state, clock.now()
    db.session.commit()
    with time_machine.travel(clock.now() + 400 * DAYS):
        run_the_job()
    assert newest(coalition).state is state


def test_in_one_coalition_the_others_rows_stay(visitor, coalition, other_coalition, demands):
    send(visitor, coalition)
    with tenancy.in_coalition(other_coalition.id):
        assert forget_old(clock.now() + 60 * DAYS) == 0
    assert forget_old(clock.now() + 60 * DAYS) == 1


def newest_or_none():
    return db.session.query(SignOn).one_or_none()
