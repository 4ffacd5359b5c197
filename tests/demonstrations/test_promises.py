"""What groups promise, what comes of it, and what is to be done about it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.core.db import db
from crm.core.errors import Refused
from crm.demonstrations.amounts import Promise, currency_of, say_amount, to_minor
from crm.demonstrations.jobs import do_day
from crm.demonstrations.models import Commitment, CommitmentKind, CoSponsorState
from crm.demonstrations.operations import (
    Count,
    Overtaken,
    answer_co_sponsorship,
    ask_to_co_sponsor,
    cancel_promise,
    change_promise,
    count_delivered,
    promise,
    reopen_co_sponsorship,
)
from crm.demonstrations.queries import list_ledger, list_promised_turnout, sum_promised_turnout
from crm.demonstrations.queries.ledger import Period, sum_totals, total_by_group
from crm.events.operations import cancel_date
from crm.mail.models import OutgoingMail
from crm.outreach.models import FollowUp
from tests.makers import make_organization

NEXT = date(2026, 11, 28)
LATER = NEXT + timedelta(days=7)
PEOPLE, MONEY, FLYERS = CommitmentKind.TURNOUT, CommitmentKind.MONEY, CommitmentKind.FLYERS
WEEKS = Period(NEXT, NEXT + timedelta(days=13))


@pytest.fixture
def tenants(coalition):
    return make_organization("Harbor Tenants Union")


def tasks() -> list[str]:
    query = select(FollowUp).where(FollowUp.done_at.is_(None))
    return sorted(task.title for task in db.session.scalars(query))


def test_what_is_promised_for_a_series_holds_on_each_date_unless_a_date_has_its_own(
    saturdays, organizer, tenants
):
    weekly = promise(organizer.viewer, saturdays, tenants, None, Promise(PEOPLE, 30))
    promise(organizer.viewer, saturdays, tenants, LATER, Promise(PEOPLE, 50))
    db.session.commit()
    assert [(one.name, one.amount, one.by_series) for one in list_promised_turnout(saturdays.id, NEXT)] == [
        ("Harbor Tenants Union", 30, True)
    ]
    assert sum_promised_turnout(saturdays.id, [NEXT, LATER]) == {NEXT: 30, LATER: 50}
    lines = list_ledger(organizer.viewer, WEEKS, event_id=saturdays.id)
    assert [(line.on_date, line.made.amount, line.by_series) for line in lines] == [
        (NEXT, 30, True),
        (LATER, 50, False),
    ]
    cancel_date(organizer.viewer, saturdays, NEXT, "Storm")
    change_promise(organizer.viewer, weekly, Promise(PEOPLE, 40))
    db.session.commit()
    lines = list_ledger(organizer.viewer, WEEKS, event_id=saturdays.id)
    assert [line.on_date for line in lines] == [LATER]


def test_promised_again_is_changed_and_something_else_is_a_promise_of_its_own(saturdays, organizer, tenants):
    for amount in (20, 25):
        promise(organizer.viewer, saturdays, tenants, NEXT, Promise(PEOPLE, amount))
    for what in ("Water", "A truck"):
        promise(organizer.viewer, saturdays, tenants, NEXT, Promise(CommitmentKind.OTHER, what=what))
    db.session.commit()
    rows = db.session.scalars(select(Commitment).order_by(Commitment.id)).all()
    assert [say_amount(one.kind, one.amount, what=one.what) for one in rows] == [
        "25 people",
        "Water",
        "A truck",
    ]
    db.session.add(
        Commitment(
            organization_id=tenants.id,
            event_id=saturdays.id,
            on_date=NEXT,
            kind=PEOPLE,
            amount=1,
            promised_at=rows[0].promised_at,
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize(
    ("wanted", "on_date", "field"),
    [
        (Promise(CommitmentKind.OTHER), NEXT, "what"),
        (Promise(PEOPLE, 0), NEXT, "amount"),
        (Promise(MONEY, 50_000), None, "due_on"),
        (Promise(FLYERS, 500, due_on=LATER), NEXT, "due_on"),
        (Promise(PEOPLE, 5), date(2026, 11, 29), "on_date"),
    ],
)
def test_what_cannot_be_promised_says_why(saturdays, organizer, tenants, wanted, on_date, field):
    with pytest.raises(Refused) as refused:
        promise(organizer.viewer, saturdays, tenants, on_date, wanted)
    assert refused.value.field == field


def test_a_group_changes_its_promise_until_it_is_due_and_two_at_once_see_each_other(
    saturdays, organizer, representative, friday
):
    group = representative.contact.organization
    made = promise(representative.viewer, saturdays, group, NEXT, Promise(PEOPLE, 30))
    db.session.commit()
    seen = made.edition
    change_promise(representative.viewer, made, Promise(PEOPLE, 35), edition=seen)
    with pytest.raises(Overtaken):
        change_promise(organizer.viewer, made, Promise(PEOPLE, 20), edition=seen)
    friday.shift(timedelta(days=2))
    with pytest.raises(Refused):
        change_promise(representative.viewer, made, Promise(PEOPLE, 10))
    with pytest.raises(Refused):
        cancel_promise(representative.viewer, made)
    assert made.amount == 35


def test_who_takes_its_name_back_takes_its_promises_back_and_an_undo_brings_both(
    saturdays, organizer, tenants
):
    one = ask_to_co_sponsor(organizer.viewer, saturdays, tenants)
    answer_co_sponsorship(organizer.viewer, one, CoSponsorState.ACCEPTED)
    promise(organizer.viewer, saturdays, tenants, None, Promise(PEOPLE, 30))
    answer_co_sponsorship(organizer.viewer, one, CoSponsorState.WITHDRAWN)
    db.session.commit()
    assert sum_promised_turnout(saturdays.id, [NEXT]) == {NEXT: 0}
    reopen_co_sponsorship(organizer.viewer, one)
    db.session.commit()
    assert sum_promised_turnout(saturdays.id, [NEXT]) == {NEXT: 30}


def test_a_date_of_a_series_is_counted_by_itself_and_an_organizer_counts_over_the_group(
    saturdays, organizer, representative, friday
):
    group = representative.contact.organization
    made = promise(representative.viewer, saturdays, group, None, Promise(PEOPLE, 30))
    db.session.commit()
    with pytest.raises(Refused, match="on the day"):
        count_delivered(representative.viewer, Count(made, NEXT, 30))
    friday.shift(timedelta(days=2))
    own = count_delivered(representative.viewer, Count(made, NEXT, 33))
    db.session.commit()
    assert (own.on_date, own.delivered, own.counted_contact_id) == (NEXT, 33, representative.contact.id)
    assert made.delivered is None
    with pytest.raises(Overtaken):
        count_delivered(organizer.viewer, Count(made, NEXT, 25))
    count_delivered(organizer.viewer, Count(own, NEXT, 25, own.edition))
    assert (own.delivered, own.counted_by_id, own.counted_contact_id) == (25, organizer.user.id, None)
    with pytest.raises(Refused, match="An organizer has counted"):
        count_delivered(representative.viewer, Count(own, NEXT, 40))
    db.session.commit()
    lines = list_ledger(organizer.viewer, WEEKS)
    assert [(line.on_date, line.delivered) for line in lines] == [(NEXT, 25), (LATER, None)]
    (row,) = total_by_group(lines, NEXT + timedelta(days=1))
    total = sum_totals([row])[PEOPLE, None]
    assert (total.promised, total.counted, total.delivered, total.overdue) == (60, 30, 25, 0)


def test_what_is_due_soon_or_overdue_becomes_a_task_and_a_mail_once_and_is_done_by_counting(
    saturdays, organizer, representative, tenants, friday
):
    group = representative.contact.organization
    promise(representative.viewer, saturdays, group, NEXT, Promise(PEOPLE, 30))
    promise(organizer.viewer, saturdays, tenants, None, Promise(PEOPLE, 12))
    promise(organizer.viewer, saturdays, tenants, None, Promise(MONEY, 50_000, due_on=NEXT))
    db.session.commit()
    for _twice in range(2):
        do_day()
    assert tasks() == ["Ask whether it comes off: $500.00", "Ask whether it comes off: 30 people"]
    mails = db.session.scalars(select(OutgoingMail)).all()
    assert len(mails) == 1 and "30 people" in mails[0].body and "March" not in mails[0].subject
    friday.shift(timedelta(days=2))
    for _twice in range(2):
        do_day()
    assert "Count what groups brought: March on the Harbor, Sat, Nov 28" in tasks()
    assert "It was due: $500.00" in tasks()
    page = f"/harbor/organize/events/{saturdays.slug}/co-sponsors/ledger?date={NEXT}"
    made = {one.organization_id: one for one in db.session.scalars(select(Commitment))
            if one.kind is PEOPLE}  # fmt: skip
    weekly, own = made[tenants.id], made[group.id]
    money = db.session.scalars(select(Commitment).where(Commitment.kind == MONEY)).one()
    counts = {f"delivered-{weekly.id}-{NEXT}": "10", f"delivered-{own.id}-": "28"}
    organizer.browser.sign_in(organizer.user)
    organizer.browser.submit(page, f"delivered-{own.id}-", **counts)
    assert tasks() == ["Ask whether it comes off: $500.00", "It was due: $500.00"]
    assert money.delivered is None
    cancel_promise(organizer.viewer, money)
    assert tasks() == []


def test_money_is_kept_in_the_smallest_coin_of_the_coalitions_country():
    assert currency_of("America/Los_Angeles", NEXT) == "USD" and currency_of("America/Lima", NEXT) == "PEN"
    assert currency_of("Etc/UTC", NEXT) == "USD"
    assert to_minor(Decimal("12.5"), "USD") == 1250 and to_minor(Decimal("12"), "JPY") == 12
    with pytest.raises(ValueError):
        to_minor(Decimal("12.5"), "JPY")
