"""Asking chosen groups: what it does is said first, and done once."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from crm.asks.models import Ask, AskKind
from crm.asks.operations import ask_groups
from crm.core import jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.jobs import Job
from crm.demands.models import Endorsement, EndorsementChange, Source, StandState
from crm.demands.operations import retire_demand
from crm.mail.models import OutgoingMail
from crm.outreach.models import FollowUp
from tests.asks.makers import ask_of, change_words, on_day, speaker_of, stand_of_group
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, endorse, in_force
from tests.makers import make_organization, make_organizations

ASK = "/harbor/organize/demands/ask/groups"


def url(demand, *groups, kind="endorse"):
    return f"{ASK}?{urlencode([('demand', demand.slug), ('kind', kind), *(('id', g.id) for g in groups)])}"


@pytest.fixture
def riders(coalition):
    made = make_organization("Riders Union")
    speaker_of(made, "Sol Vega")
    return made


def test_the_impact_is_said_and_then_it_is_done(coordinator, demand, group, rosa, riders):
    silent, against = make_organization("Quiet Quilters"), make_organization("Against All")
    endorse(against, demand, state=StandState.DECLINED)
    speaker_of(against, "No Way")
    db.session.commit()
    page = coordinator.browser.page(url(demand, group, riders, silent, against))
    for shown in (
        "2 groups are asked by mail",
        "1 group has nobody to write to",
        "Against All said no before",
        "Endorses it already (1)",
    ):
        assert shown in page.text
    assert db.session.scalar(select(func.count()).select_from(Ask)) == 0
    done = coordinator.browser.submit(page, "form_key")
    assert "2 groups are asked until December 21, 2026. 2 were left out." in done.text
    assert stand_of_group(riders, demand).state is StandState.ASKED
    assert stand_of_group(against, demand).state is StandState.DECLINED
    assert stand_of_group(group, demand).state is StandState.ENDORSED
    assert ask_of(silent) is None
    jobs.run_all()
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 2


def test_who_cannot_be_written_to_is_called_if_that_is_ticked(coordinator, demand):
    silent = make_organization("Quiet Quilters")
    db.session.commit()
    page = coordinator.browser.submit(url(demand, silent), "form_key", by_phone="y")
    assert "1 group is asked until" in page.text
    jobs.run_all()
    (call,) = db.session.scalars(select(FollowUp)).all()
    assert call.organization_id == silent.id
    assert call.title == (
        "Ask them by phone about “No city help for raids and deportations.”: "
        "nobody of the group can be written to"
    )


def test_of_a_long_sentence_the_call_names_the_beginning(coalition, demand):
    endorse(make_organization("Quiet Quilters"), demand)
    change_words(coalition, demand, sentence=f"{'Homes ' * 30}now.")
    db.session.commit()
    jobs.run_all()
    (call,) = db.session.scalars(select(FollowUp)).all()
    named = call.title.split("“")[1].split("”")[0]
    assert named == f"{'Homes ' * 13}H…"


def test_where_phone_alone_reaches_anybody_it_has_to_be_ticked(coordinator, demand, group):
    silent = make_organization("Quiet Quilters")
    db.session.commit()
    page = coordinator.browser.submit(url(demand, silent, group), "form_key", status=422)
    assert "Tick this, or nobody is asked." in page.text
    box = next(e for e in page.tree.iter("input") if e.get("name") == "by_phone")
    assert box.get("aria-invalid") == "true"
    assert ask_of(silent) is None
    assert "1 group is asked until" in coordinator.browser.submit(page, "form_key", by_phone="y").text


def test_where_nobody_was_asked_the_page_says_how_groups_are(coordinator, demand):
    db.session.commit()
    page = coordinator.browser.page(f"/harbor/organize/demands/{demand.slug}/asked")
    assert "or when a coordinator ticks them in “Who says what”" in page.text


def test_a_group_asked_so_shows_in_the_matrix_and_in_its_history(coordinator, demand, riders):
    db.session.commit()
    coordinator.browser.submit(url(demand, riders), "form_key")
    assert "Asked" in coordinator.browser.page("/harbor/organize/endorsements/?state=asked").text
    (line,) = db.session.scalars(select(EndorsementChange)).all()
    assert (line.state, line.source, line.user_id) == (
        StandState.ASKED,
        Source.ASKED,
        coordinator.viewer.user_id,
    )


def test_the_same_press_again_is_answered_as_the_first(coordinator, demand, riders):
    db.session.commit()
    page = coordinator.browser.page(url(demand, riders))
    for _press in range(2):
        assert "1 group is asked until" in coordinator.browser.submit(page, "form_key").text
    assert db.session.scalar(select(func.count()).select_from(Ask)) == 1
    assert db.session.scalar(select(func.count()).select_from(Job).where(Job.kind == "asks.mail")) == 1


def test_a_press_that_comes_again_after_the_answer_asks_nobody_anew(coalition, demand, riders):
    with on_day(0) as today:

        def press():
            return ask_groups(
                PROGRAM, in_force(demand), [riders.id], AskKind.ENDORSE, today + timedelta(9), form_key="key"
            )  # fmt: skip

        assert press() == 1
        endorse(riders, demand, state=StandState.DECLINED)
        assert press() == 0
    assert db.session.scalar(select(func.count()).select_from(Ask)) == 1


def test_to_confirm_is_for_what_came_on_behalf(coordinator, coalition, demand, group, rosa, riders):
    itself, nothing = make_organization("Said It"), make_organization("Said Nothing")
    endorse(itself, demand, source=Source.GROUP)
    endorse(riders, demand)
    change_words(coalition, demand)
    endorse(group, demand)
    endorse(itself, demand, source=Source.GROUP)
    db.session.commit()
    page = coordinator.browser.page(url(demand, group, itself, nothing, riders, kind="confirm"))
    for shown in (
        "1 group is asked by mail",
        "Said so itself: nothing is left to confirm (1)",
        "Nothing is recorded that it could confirm (1)",
        "Has an open question about it (1)",
    ):
        assert shown in page.text
    coordinator.browser.submit(page, "form_key")
    assert ask_of(group).kind is AskKind.CONFIRM
    assert stand_of_group(group, demand).state is StandState.ENDORSED


def test_a_day_that_is_over_is_told_beside_the_field(coordinator, demand, riders):
    db.session.commit()
    for day, told in (
        ("2020-01-01", "still to come"),
        ("2031-01-01", "Choose a day until"),
        ("", "Choose a day."),
    ):
        page = coordinator.browser.submit(url(demand, riders), "form_key", status=422, until=day)
        assert told in page.text
    assert db.session.scalar(select(func.count()).select_from(Ask)) == 0


def test_nobody_ticked_and_addresses_that_make_no_sense(coordinator, demand, group):
    db.session.commit()
    assert "No group is ticked" in coordinator.browser.page(url(demand)).text
    assert "Nobody: see below why." in coordinator.browser.page(url(demand, group)).text
    for wrong in (
        "demand=none&kind=endorse",
        f"demand={demand.slug}&kind=substance",
        f"demand={demand.slug}",
    ):
        assert coordinator.browser.get(f"{ASK}?{wrong}&id=1").status_code == 404
    odd = f"{url(demand)}&id=²&id=-1&id=99999999999999999999&id=x"
    assert "No group is ticked" in coordinator.browser.page(odd).text
    many = "&".join(f"id={number}" for number in range(1, 502))
    assert coordinator.browser.get(f"{url(demand)}&{many}").status_code == 400


def test_a_retired_demand_asks_nothing(coordinator, demand, riders):
    version = in_force(demand)
    retire_demand(PROGRAM, demand)
    db.session.commit()
    assert coordinator.browser.get(url(demand, riders)).status_code == 404
    with on_day(0) as today, pytest.raises(Refused):
        ask_groups(PROGRAM, version, [riders.id], AskKind.ENDORSE, today + timedelta(days=9))


def test_coordinators_alone_ask_from_the_matrix_and_the_cell(coordinator, organizer, demand, group, riders):
    db.session.commit()
    cell = f"/harbor/organize/endorsements/{riders.id}/{demand.slug}"
    assert "Ask the ticked groups" in coordinator.browser.page("/harbor/organize/endorsements/").text
    assert "Ask them to endorse" in coordinator.browser.page(cell).text
    confirm = f"/harbor/organize/endorsements/{group.id}/{demand.slug}"
    assert "Ask them to confirm" in coordinator.browser.page(confirm).text
    assert "Ask them to endorse" not in organizer.browser.page(cell).text
    assert organizer.browser.get(url(demand, riders)).status_code == 403


def test_many_are_asked_in_as_many_statements_as_few(coordinator, demand):
    counts = []
    for number in (2, 200):
        ids = make_organizations(number, f"Of {number}: %03d")
        db.session.commit()
        with on_day(0) as today:
            counts.append(
                count_queries(
                    lambda ids=ids, today=today: ask_groups(
                        coordinator.viewer, in_force(demand), ids, AskKind.ENDORSE, today + timedelta(days=30)
                    )
                )
            )
    assert counts[0] == counts[1]
    assert db.session.scalar(select(func.count()).select_from(Endorsement)) == 202
