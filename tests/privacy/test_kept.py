"""What is past its days goes at night, and coordinators see what will."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from crm.audit.models import AuditEntry
from crm.coalitions.models import Coalition
from crm.core import clock, jobs, retention
from crm.core.crypto import new_token
from crm.core.db import db
from crm.core.tenancy import across_coalitions, in_coalition
from crm.mail.models import OutgoingMail
from crm.mail.operations import owe_mail
from crm.notices.models import ChangeSubscription
from tests.people import Person

PAGE = "/harbor/organize/settings/kept"


def asked(coalition: Coalition, days_ago: int) -> None:
    with in_coalition(coalition.id):
        at = clock.now() - timedelta(days=days_ago)
        keys = {name: new_token().encode()[:32] for name in ("email_index", "confirm_hash", "leave_hash")}
        made = {"created_at": at, "expires_at": at + timedelta(days=3), "salt": new_token()[:64]}
        db.session.add(ChangeSubscription(email="ana@mail.example", language="en", **keys, **made))
        owe_mail("ana@mail.example", "mail/many_failed", coalition_id=coalition.id).created_at = at


def kept() -> tuple[int, int]:
    with across_coalitions():
        db.session.expire_all()
        counts = [
            db.session.scalar(select(func.count()).select_from(m)) for m in (ChangeSubscription, OutgoingMail)
        ]
        return counts[0] or 0, counts[1] or 0


def tonight(days: int = 0) -> None:
    with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
        jobs.enqueue_periodic()
        jobs.run_all()


@pytest.fixture
def _plain_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.mail.operations.render_template", lambda *_names, **_values: "Word\nText")


@pytest.mark.usefixtures("_plain_mail")
def test_a_coalition_chooses_its_days_and_sees_what_goes_before_it_does(
    coalition: Coalition, other_coalition: Coalition, coordinator: Person, organizer: Person
):
    for one in (coalition, other_coalition):
        asked(one, 12)
    db.session.commit()
    assert organizer.browser.get(PAGE).status_code == 403
    page = coordinator.browser.page(PAGE)
    rows = {row: retention.rules[row] for row in ("mail", "subscriptions")}
    assert all(str(rule.label) in page.text for rule in rows.values())
    assert "Choose 7 to 90 days." in coordinator.browser.submit(page, "mail", 422, mail="3").text
    # What would go is shown; nothing is saved by looking.
    with in_coalition(coalition.id):
        before = {kind: rule.due(clock.now(), timedelta(days=10)) for kind, rule in retention.rules.items()}
    assert before["mail"] == retention.Due(1, (clock.now() - timedelta(days=12)).date())
    looked = coordinator.browser.submit(page, "mail", mail="10", look="1")
    assert "Not saved" in looked.text
    assert retention.days_of(rows["mail"], db.session.get_one(Coalition, coalition.id).settings) == 30
    coordinator.browser.submit(page, "mail", mail="10")
    assert kept() == (2, 2)
    tonight()
    # Of the other coalition the mail is kept for longer; what nobody confirmed goes everywhere.
    assert kept() == (0, 1)
    tonight()
    assert kept() == (0, 1)
    tonight(days=20)
    assert kept() == (0, 0)
    changed = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "retention.days")).one()
    assert changed.fields == ["mail"]


@pytest.mark.usefixtures("_plain_mail")
def test_where_one_rule_fails_the_others_are_run_and_it_is_tried_again(
    coalition: Coalition, monkeypatch: pytest.MonkeyPatch
):
    asked(coalition, 40)
    db.session.commit()

    def fails(*_args: object) -> None:
        raise ZeroDivisionError

    first = next(iter(retention.rules))
    broken = retention.Rule(**{**vars(retention.rules[first]), "forget": fails})
    monkeypatch.setitem(retention.rules, first, broken)
    tonight()
    assert kept() == (0, 0)
    job = db.session.scalars(select(jobs.Job).where(jobs.Job.kind == "retention")).one()
    assert (job.done_at, job.error) == (None, "NotAllForgotten")


def test_a_kind_has_one_rule_and_days_that_make_no_sense_are_the_default():
    rule = retention.rules["mail"]
    with pytest.raises(ValueError, match="has a rule already"):
        retention.register(rule)
    for settings in (
        {},
        {"retention": {"mail": 3}},
        {"retention": {"mail": "10"}},
        {"retention": {"mail": 500}},
    ):
        assert retention.days_of(rule, settings) == 30
    assert retention.days_of(rule, {"retention": {"mail": 9}}) == 9
