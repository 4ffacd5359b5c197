"""The coordinators' pages of newer words and of what is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.asks.jobs import do_day
from crm.asks.models import AskKind, AskState
from crm.asks.operations import answer_object, ask_groups
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.permissions import Role
from crm.demands.models import Change, Demand, EditorialProposal
from crm.demands.operations import Words, edit_draft
from crm.mail.models import OutgoingMail
from crm.representatives.operations import start_session
from tests.asks.makers import (
    ZONE,
    ask_of,
    change_words,
    on_day,
    speaker_of,
    speaking,
    stand_of_group,
    write_draft,
)
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, adopted_demand, draft_demand, endorse, in_force
from tests.makers import make_organization

# What a screen reader says of it.
CHANGED = "No city help for removed: raids and deportations added: any raid or deportation."
DEMANDS = "/harbor/organize/demands/"


@pytest.fixture
def page_url(demand: Demand) -> str:
    return f"{DEMANDS}{demand.slug}"


def test_a_change_of_substance_is_looked_over_before_it_holds(coordinator, demand, group, rosa, page_url):
    write_draft(demand)
    db.session.commit()
    browser = coordinator.browser
    page = browser.page(f"{page_url}/adopt")
    assert CHANGED in page.text
    page = browser.submit(page, "edition", status=422)
    assert "Say whether the meaning changes." in page.text
    page = browser.submit(page, "edition", change="substance", reason="It was unclear.")
    for shown in ("1 group is asked to reconfirm", "Dockworkers 12", "1 group would no longer be a member"):
        assert shown in page.text
    assert stand_of_group(group, demand).reconfirm_by is None
    page = browser.submit(page, "step")
    assert "Version 2 is in force and public." in page.text
    assert "No answer yet" in page.text
    assert ask_of(group).state is AskState.OPEN
    assert in_force(demand).reason == "It was unclear."


def test_each_group_is_named_once_with_all_that_happens_to_it(coordinator, demand, group, page_url):
    for other in (riders := make_organization("Riders"), make_organization("Tenants")):
        endorse(other, demand)
    speaker_of(riders)
    write_draft(demand)
    db.session.commit()
    page = coordinator.browser.submit(f"{page_url}/adopt", "edition", change="substance", reason="New.")
    assert [page.text.count(name) for name in ("Dockworkers 12", "Riders", "Tenants")] == [1, 1, 1]
    assert "Dockworkers 12 by phone" in page.text
    assert "2 groups have nobody to write to (by phone)." in page.text
    assert "3 groups would no longer be members" in page.text and "keep their standing" not in page.text


def test_words_in_another_language_that_stay_behind_are_told(coordinator, coalition):
    coalition.languages = ["en", "es"]
    demand = adopted_demand("Homes for all.", es="Casas para todas.")
    draft = write_draft(demand, "Homes for everybody.")
    db.session.commit()
    url, told = f"{DEMANDS}{demand.slug}/adopt", "The words in Spanish are as before"
    assert told in coordinator.browser.page(url).text
    words = {"en": Words("Homes for everybody."), "es": Words("Casas para todo el mundo.")}
    edit_draft(PROGRAM, draft, binding_language="en", wordings=words, edition=draft.edition)
    db.session.commit()
    assert told not in coordinator.browser.page(url).text


def test_another_coordinator_agrees_on_the_page(coordinator, person_in, coalition, demand, group, page_url):
    second = person_in(coalition, Role.COORDINATOR, "Second One")
    write_draft(demand)
    db.session.commit()
    with on_day(0) as today:
        day = (today + timedelta(days=40)).isoformat()
    page = coordinator.browser.submit(
        f"{page_url}/adopt", "edition", change="editorial", reason="A comma.", answers_by=day
    )
    assert "Propose an editorial change" in page.text
    assert "It is in force once another coordinator agrees." in coordinator.browser.submit(page, "step").text
    assert "You proposed this" in coordinator.browser.page(f"{page_url}/adopt").text
    other_terms = coordinator.browser.submit(f"{page_url}/adopt", "edition", change="substance")
    page = second.browser.page(f"{page_url}/adopt")
    assert "Cora Dinator holds this to be an editorial change." in page.text
    # What was proposed is in the form, and holds: without a day of one's own too.
    page = second.browser.submit(page, "edition", answers_by="", reason="Another reason.")
    assert "Last day: December 31, 2026." in page.text and "“A comma.”" in page.text
    assert "Version 2 is in force" in second.browser.submit(page, "step").text
    version = in_force(demand)
    told = (version.change, str(version.answers_by), version.reason)
    assert told == (Change.EDITORIAL, day, "A comma.")
    too_late = coordinator.browser.submit(other_terms, "step").text
    assert "words before you. Their terms hold, not yours: Editorial change, last day December 31" in too_late


def test_a_proposal_is_taken_back_on_the_page(coordinator, person_in, coalition, demand, page_url):
    person_in(coalition, Role.COORDINATOR, "Second One")
    write_draft(demand)
    db.session.commit()
    browser = coordinator.browser
    page = browser.submit(f"{page_url}/adopt", "edition", change="editorial")
    browser.submit(page, "step")
    browser.submit(f"{page_url}/adopt", "/take-back")
    assert db.session.scalars(select(EditorialProposal)).all() == []


def test_a_coordinator_alone_gives_a_reason_on_the_page(coordinator, demand, group, page_url):
    write_draft(demand)
    db.session.commit()
    page = coordinator.browser.submit(f"{page_url}/adopt", "edition", status=422, change="editorial")
    assert "you decide this alone" in page.text
    page = coordinator.browser.submit(page, "edition", reason="A comma.")
    assert "Version 2 is in force" in coordinator.browser.submit(page, "step").text


def test_a_day_that_cannot_be_is_told_beside_the_field_before_its_effect(
    coordinator, demand, group, page_url
):
    write_draft(demand)
    db.session.commit()
    with on_day(0) as today:
        days = {-1: "or a later day", 2: "or a later day", 400: "check the year"}
        wrong = {(today + timedelta(days=count)).isoformat(): told for count, told in days.items()}
    for day, told in wrong.items():
        page = coordinator.browser.submit(
            f"{page_url}/adopt", "edition", status=422, change="editorial", reason="A comma.", answers_by=day
        )
        assert told in page.text and "What this does" not in page.text
        field = next(e for e in page.tree.iter("input") if e.get("name") == "answers_by")
        assert field.get("value") == day


def test_the_day_is_looked_at_again_when_the_words_are_adopted(coordinator, demand, group, page_url):
    write_draft(demand)
    db.session.commit()
    page = coordinator.browser.submit(f"{page_url}/adopt", "edition", change="substance")
    page = coordinator.browser.submit(page, "step", status=422, answers_by="2026-11-21")
    assert "or a later day" in page.text and in_force(demand).number == 1


def test_a_past_day_from_which_first_words_count_is_refused_before_its_effect(coordinator, demand, group):
    new = draft_demand("Homes.")
    db.session.commit()
    url = f"{DEMANDS}{new.slug}/adopt"
    page = coordinator.browser.submit(url, "edition", status=422, counts_from="2026-11-20")
    assert "or a later day" in page.text


def test_a_new_minimum_demand_counts_in_thirty_days_where_there_are_members(coordinator, demand, group):
    new = draft_demand("Homes.")
    db.session.commit()
    page = coordinator.browser.submit(f"{DEMANDS}{new.slug}/adopt", "edition")
    assert "1 group would no longer be a member from" in page.text
    coordinator.browser.submit(page, "step")
    db.session.expire_all()
    assert new.counts_from == clock.now().astimezone(ZONE).date() + timedelta(days=30)


def test_the_page_of_who_is_asked(coordinator, coalition, demand, group, rosa, page_url):
    silent = make_organization("Quiet Quilters")
    endorse(silent, demand)
    change_words(coalition, demand, Change.EDITORIAL, viewer=coordinator.viewer)
    answer_object(speaking(rosa), ask_of(group), "It is another meaning.")
    db.session.commit()
    page = coordinator.browser.page(f"{page_url}/asked")
    for shown in ("Quiet Quilters", "ask by phone", "Objected", "It is another meaning.", "silence counts"):
        assert shown in page.text
    with on_day(0) as today:
        later = (today + timedelta(days=90)).isoformat()
    page = coordinator.browser.submit(page, "until", until=later)
    assert "1 group has more time." in page.text
    assert ask_of(silent).closes_on.isoformat() == later
    page = coordinator.browser.submit(page, "objectors-until", **{"objectors-until": later})
    assert "1 group is asked to reconfirm." in page.text
    assert stand_of_group(group, demand).reconfirm_by.isoformat() == later
    only = coordinator.browser.page(f"{page_url}/asked?state=objected")
    assert "Quiet Quilters" not in only.text


def test_a_reminder_is_sent_now_and_once_a_day(coordinator, coalition, demand, group, rosa, page_url):
    change_words(coalition, demand)
    jobs.run_all()
    for _press in range(2):
        page = coordinator.browser.submit(f"{page_url}/asked", "/remind")
        assert "reminded in a moment" in page.text
        jobs.run_all()
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 2


def test_a_day_that_is_over_is_refused(coordinator, coalition, demand, group, page_url):
    change_words(coalition, demand)
    db.session.commit()
    page = coordinator.browser.submit(f"{page_url}/asked", "until", status=422, until="2020-01-01")
    assert "still to come" in page.text


def test_who_may_do_what(organizer, observer, outsider, visitor, coalition, demand, group, page_url):
    change_words(coalition, demand)
    db.session.commit()
    assert "Give more time" not in organizer.browser.page(f"{page_url}/asked").text
    assert observer.browser.get(f"{page_url}/asked").status_code == 200
    assert outsider.browser.get(f"{page_url}/asked").status_code == 404
    assert visitor.get(f"{page_url}/asked").status_code == 302
    for act in ("extend", "remind", "objectors"):
        assert organizer.browser.post(f"{page_url}/asked/{act}").status_code in {400, 403}


def test_the_page_asks_the_database_as_often_for_many_groups_as_for_few(coordinator, coalition):
    counts = []
    for number in (3, 45):
        demand = adopted_demand(f"For {number}.")
        for one in range(number):
            endorse(make_organization(f"Group {one} of {number}"), demand)
        change_words(coalition, demand)
        url = f"{DEMANDS}{demand.slug}/asked"
        coordinator.browser.page(url)
        counts.append(count_queries(lambda url=url: coordinator.browser.page(url)))
    assert counts[0] == counts[1]


def test_the_difference_is_shown_to_organizers_and_to_everybody(organizer, visitor, coalition, demand, group):
    change_words(coalition, demand)
    write_draft(demand, "A third wording.")
    db.session.commit()
    page = organizer.browser.page(f"{DEMANDS}{demand.slug}/difference?from=1&to=draft")
    assert "added: A third wording" in page.text
    public = visitor.page(f"/harbor/demands/{demand.slug}/difference?from=1&to=2")
    assert "removed: raids and deportations" in " ".join(public.text.split())
    assert "It was unclear." in public.text
    assert visitor.get(f"/harbor/demands/{demand.slug}/difference?from=1&to=draft").status_code == 404
    assert visitor.get(f"/harbor/demands/{demand.slug}/difference?from=1&to=9").status_code == 404


def test_a_demand_with_one_version_has_no_difference(visitor, organizer, demand):
    db.session.commit()
    assert visitor.get(f"/harbor/demands/{demand.slug}/difference").status_code == 404
    assert organizer.browser.get(f"{DEMANDS}{demand.slug}/difference").status_code == 404


def test_where_silence_counts_and_what_was_asked_the_pages_say(
    organizer, visitor, coalition, demand, group, rosa, page_url
):
    change_words(coalition, demand, Change.EDITORIAL, viewer=organizer.viewer)
    db.session.commit()
    for day in (0, 8, 15):
        with on_day(day):
            do_day()
    public = visitor.page(f"/harbor/demands/{demand.slug}").text
    assert "carried over after an editorial change, no objection by December 5, 2026" in public
    assert "1 demand carried over, no objection" in visitor.page("/harbor/endorsers").text
    assert "1 demand carried over, no objection" in visitor.page(f"/harbor/endorsers?kind={group.kind}").text
    listed = visitor.page(f"/harbor/endorsers?demand={demand.slug}").text
    assert "(version 2: carried over, no objection)" in listed
    matrix = organizer.browser.page("/harbor/organize/endorsements/").text
    assert "Endorsed, carried over, no objection" in matrix
    assert "carried over, no objection" in organizer.browser.page(page_url).text
    page = organizer.browser.page(f"/harbor/organize/organizations/{group.id}").text
    for told in (
        "carried over, no objection",
        "Told of an editorial change: No city help for any raid or deportation.",
        "Version 2, until December 5, 2026. Carried over: no objection, December 6, 2026.",
        "Reminded: No city help for any raid or deportation. Sun, Nov 29",
    ):
        assert told in page
    assert "carried over, no objection" in visitor.come_in(start_session(rosa)).page("/harbor/group/").text


def test_an_objection_and_a_question_by_hand_stand_on_the_timeline(organizer, coalition, demand, group, rosa):
    change_words(coalition, demand, Change.EDITORIAL)
    answer_object(speaking(rosa), ask_of(group), "It is weaker.")
    other = adopted_demand("Buses run.")
    with on_day(0) as today:
        last = today + timedelta(days=9)
        ask_groups(organizer.viewer, in_force(other), [group.id], AskKind.ENDORSE, last)
    db.session.commit()
    page = organizer.browser.page(f"/harbor/organize/organizations/{group.id}").text
    assert "Objected: No city help" in page and "It is weaker." in page
    # Once, though its stand is "asked" as well.
    assert page.count("Asked to endorse: Buses run.") == 1 and "Asked: Buses run." not in page
    assert "Version 1, until November 30, 2026." in page
