"""Logging a touch: one form, one submit, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.audit.models import AuditEntry
from crm.core import tenancy
from crm.core.db import db
from crm.organizations.models import Contact, Organization, Stage
from crm.outreach.models import Channel, FollowUp, Interaction, Outcome, StageChange
from tests.outreach.conftest import make_group, stage_of, touch
from tests.pages import defaults

pytestmark = pytest.mark.usefixtures("noon")


def log_url(group: Organization) -> str:
    return f"/harbor/organize/organizations/{group.id}/log"


def test_one_tap_and_submit_is_enough(organizer, group, contact, noon):
    organizer.browser.submit(log_url(group), "outcome", outcome="reached")
    logged = db.session.query(Interaction).one()
    assert (logged.channel, logged.outcome) == (Channel.CALL, Outcome.REACHED)
    assert (logged.contact_id, logged.user_id, logged.at) == (contact.id, organizer.user.id, noon)
    db.session.refresh(group)
    assert group.last_touch_at == noon


def test_the_outcomes_are_said_as_organizers_say_them_and_what_not_to_write(organizer, group):
    text = organizer.browser.page(log_url(group)).text
    assert "immigration status" in text
    for outcome in ("Reached", "Left message", "No answer", "Wrong number", "Asked to call back",
                    "Meeting set", "Wants to ask their board", "Said yes", "Said no"):  # fmt: skip
        assert outcome in text


def test_the_form_stands_on_the_groups_own_page(organizer, group, contact):
    page = organizer.browser.submit(
        f"/harbor/organize/organizations/{group.id}", "outcome", outcome="left_message"
    )
    assert page.url == f"/harbor/organize/organizations/{group.id}"
    assert "Call with Ana Ruiz: Left message" in page.text


def test_the_move_of_the_stage_is_told_and_can_be_undone(organizer, group):
    page = organizer.browser.submit(log_url(group), "outcome", outcome="reached")
    assert "moved from “To contact” to “In conversation”" in page.text
    page = organizer.browser.submit(page, "stage-changes")
    assert "The stage is “To contact” again" in page.text
    assert stage_of(group) is Stage.TO_CONTACT
    assert db.session.query(Interaction).count() == 1


def test_undoing_the_stage_after_somebody_moved_it_on_says_so(organizer, coordinator, group):
    page = organizer.browser.submit(log_url(group), "outcome", outcome="left_message")
    touch(coordinator, group, Outcome.REACHED)
    page = organizer.browser.submit(page, "stage-changes")
    assert "moved since" in page.text
    assert stage_of(group) is Stage.IN_CONVERSATION


def test_a_touch_just_logged_can_be_taken_back_whole(organizer, group):
    page = organizer.browser.submit(
        log_url(group), "outcome", outcome="call_back", due_on="2026-11-27", note="rings at six"
    )
    page = organizer.browser.submit(page, "/delete")
    assert "Taken back" in page.text
    assert stage_of(group) is Stage.TO_CONTACT
    assert group.last_touch_at is None
    assert db.session.query(Interaction).count() == db.session.query(FollowUp).count() == 0


def test_sent_twice_it_is_logged_once_and_answered_the_same(organizer, group):
    page = organizer.browser.page(log_url(group))
    sent = {**defaults(page.form("outcome")), "outcome": "left_message", "due_on": "2026-11-27"}
    answers = [organizer.browser.post(log_url(group), data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert "2 Undo" not in organizer.browser.page(answers[0].location).text
    for table in (Interaction, FollowUp, StageChange):
        assert db.session.query(table).count() == 1


def test_a_used_form_does_not_log_for_another_group(organizer, group):
    other = make_group("Harbor Tenants")
    page = organizer.browser.page(log_url(group))
    sent = {**defaults(page.form("outcome")), "outcome": "reached"}
    organizer.browser.post(log_url(group), data=sent)
    answer = organizer.browser.post(log_url(other), data=sent)
    assert answer.status_code == 422
    assert "was used already" in answer.text
    assert db.session.query(Interaction).count() == 1


def test_a_promise_needs_its_day_and_what_was_typed_stays(organizer, group):
    form = organizer.browser.page(log_url(group))
    for outcome in ("call_back", "asks_board"):
        page = organizer.browser.submit(form, "outcome", 422, outcome=outcome, note="after the strike vote")
        assert page.errors() == ["Choose the day on which you get back to them."], outcome
    assert "after the strike vote" in page.text
    assert db.session.query(Interaction).count() == 0
    organizer.browser.submit(page, "outcome", due_on="2026-12-03")
    step = db.session.query(FollowUp).one()
    assert (step.due_on, step.owner_id, step.organization_id) == (
        date(2026, 12, 3),
        organizer.user.id,
        group.id,
    )


def test_the_next_step_says_what_and_who(organizer, coordinator, group):
    organizer.browser.submit(
        log_url(group),
        "outcome",
        outcome="meeting_set",
        due_on="2026-12-01",
        title="Bring the leaflets",
        owner_id=str(coordinator.user.id),
    )
    step = db.session.query(FollowUp).one()
    assert (step.title, step.owner_id) == ("Bring the leaflets", coordinator.user.id)


WRONG = (
    ({"outcome": None}, "Choose what came of it."),
    ({"outcome": "converted"}, "Choose one of those offered here."),
    ({"channel": "pigeon"}, "Choose one of those offered here."),
    ({"on": "2026-11-26"}, "still to come"),
    ({"on": "1950-01-01"}, "check the year"),
    ({"on": "last Tuesday"}, "year-month-day"),
    ({"due_on": "2026-11-24"}, "This day is past"),
    ({"due_on": "2062-11-28"}, "check the year"),
    ({"title": "Bring leaflets"}, "Choose the day for"),
    ({"contact_id": "999999999999999999999"}, "Choose one of those offered here."),
    ({"owner_id": "x"}, "Choose one of those offered here."),
    ({"note": "x" * 4001}, "4000"),
    ({"note": "a\x00b"}, "can't be shown"),
)


def test_what_cannot_be_right_is_said_beside_its_field(organizer, group):
    form = organizer.browser.page(log_url(group))
    for typed, error in WRONG:
        page = organizer.browser.submit(form, "outcome", 422, **{"outcome": "reached", **typed})
        assert any(error in told for told in page.errors()), (error, page.errors())
    assert db.session.query(Interaction).count() == 0


def test_logged_late_it_counts_on_its_own_day_and_never_sets_the_last_touch_back(organizer, group, noon):
    organizer.browser.submit(log_url(group), "outcome", outcome="reached")
    organizer.browser.submit(log_url(group), "outcome", outcome="left_message", on="2026-11-24")
    late = db.session.query(Interaction).order_by(Interaction.at).first()
    assert late.at.isoformat() == "2026-11-24T20:00:00+00:00"
    db.session.refresh(group)
    assert group.last_touch_at == noon


def test_today_is_today_where_the_coalition_is(organizer, group, at, noon):
    """Half past eleven at night in Los Angeles is tomorrow in UTC, and still today for the organizer."""
    late = noon.replace(hour=7, minute=30) + timedelta(days=1)
    at(late)
    organizer.browser.sign_in(organizer.user)
    organizer.browser.submit(log_url(group), "outcome", outcome="reached", due_on="2026-11-25")
    assert db.session.query(Interaction).one().at == late
    page = organizer.browser.submit(log_url(group), "outcome", 422, outcome="reached", on="2026-11-26")
    assert page.errors()


def test_a_touch_that_deals_with_a_follow_up_takes_it_off_the_list(organizer, group):
    step = FollowUp(
        organization_id=group.id, owner_id=organizer.user.id, title="Call back", due_on=date(2026, 11, 25),
        created_at=group.created_at,
    )  # fmt: skip
    db.session.add(step)
    db.session.commit()
    page = organizer.browser.submit(
        f"{log_url(group)}?follow_up={step.id}&next=/harbor/organize/outreach/", "outcome", outcome="reached"
    )
    assert page.url == "/harbor/organize/outreach/"
    db.session.refresh(step)
    assert step.done_at is not None
    organizer.browser.submit(page, "/delete")
    db.session.refresh(step)
    assert step.done_at is None


def test_another_sites_address_is_not_gone_to(organizer, group):
    page = organizer.browser.submit(
        f"{log_url(group)}?next=https://evil.example/", "outcome", outcome="reached"
    )
    assert page.url == f"/harbor/organize/organizations/{group.id}"


def test_its_author_and_a_coordinator_put_a_touch_right_nobody_else(
    organizer, coordinator, person_in, coalition, group
):
    logged = touch(organizer, group, note="old").interaction
    url = f"/harbor/organize/outreach/touches/{logged.id}"
    organizer.browser.submit(url, "outcome", outcome="reached", note="new")
    db.session.refresh(logged)
    assert (logged.outcome, logged.note) == (Outcome.REACHED, "new")
    coordinator.browser.submit(url, "outcome", note="newer")
    fields = [
        e.fields
        for e in db.session.query(AuditEntry).filter_by(action="interaction.edit").order_by(AuditEntry.id)
    ]
    assert fields == [["note", "outcome"], ["note"]]
    other = person_in(coalition, organizer.viewer.role, "Oda Other")
    assert other.browser.get(url).status_code == 403
    assert post_as(other, group, f"touches/{logged.id}/delete") == 403


def test_an_observer_reads_touches_and_logs_none(observer, organizer, group, contact):
    touch(organizer, group, Outcome.REACHED, note="they can bring sound")
    page = observer.browser.page(f"/harbor/organize/organizations/{group.id}")
    assert "Call: Reached" in page.text
    assert "they can bring sound" in page.text
    assert "Ana Ruiz" not in page.text
    assert observer.browser.get(log_url(group)).status_code == 403


def test_another_coalitions_group_and_touches_are_not_there(
    organizer, coordinator, outsider, other_coalition, group
):
    with tenancy.in_coalition(other_coalition.id):
        theirs = make_group("Prairie Growers")
        person = Contact(organization_id=theirs.id, name="Pat", created_at=theirs.created_at)
        db.session.add(person)
        logged = touch(outsider, theirs, Outcome.REACHED)
        # Read here: on PostgreSQL their rows are hidden from elsewhere.
        touch_id, change_id, person_id = logged.interaction.id, logged.moved.id, person.id
        their_form = log_url(theirs)
    assert organizer.browser.get(their_form).status_code == 404
    assert coordinator.browser.get(f"/harbor/organize/outreach/touches/{touch_id}").status_code == 404
    assert outsider.browser.get(log_url(group)).status_code == 404
    organizer.browser.submit(log_url(group), "outcome", 422, outcome="reached", contact_id=str(person_id))
    for path in (f"stage-changes/{change_id}/undo", f"touches/{touch_id}/delete"):
        assert post_as(coordinator, group, path) == 404
    with tenancy.in_coalition(other_coalition.id):
        assert stage_of(theirs) is Stage.IN_CONVERSATION


def post_as(person, group, path: str) -> int:
    form = person.browser.page(log_url(group)).form("outcome")
    data = {"csrf_token": defaults(form)["csrf_token"]}
    return person.browser.post(f"/harbor/organize/outreach/{path}", data=data).status_code


def test_the_stage_is_set_by_hand(organizer, group):
    page = organizer.browser.page(f"/harbor/organize/organizations/{group.id}")
    form = page.form("stage")
    done = organizer.browser.submit(page, "stage", stage="dormant")
    assert "moved from “To contact” to “Dormant”" in done.text
    assert stage_of(group) is Stage.DORMANT
    data, url = defaults(form), form.get("action")
    assert organizer.browser.post(url, data={**data, "stage": "won"}).status_code == 422
    assert stage_of(group) is Stage.DORMANT
