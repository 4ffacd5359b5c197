"""Recording on a group's behalf and deciding on it, as it is used."""

from __future__ import annotations

import pytest

from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.demands.models import StandState
from crm.demands.operations import record_stand
from crm.demands.queries import (
    count_public_endorsers,
    count_waiting_records,
    list_stands,
    list_waiting_records,
)
from crm.organizations.models import Organization
from tests.counting import count_queries
from tests.demands.makers import adopt_new_words, adopted_demand, endorse, in_force, stand
from tests.makers import make_organization, make_organizations, told_of

STANDS = "/harbor/organize/endorsements/"
WAITING = f"{STANDS}waiting"
S = StandState


@pytest.fixture
def homes(coalition):
    return adopted_demand("Homes for all.")


@pytest.fixture
def union(coalition):
    return make_organization()


def recorded(organizer, union, demand, state=S.ENDORSED, **more):
    entry = record_stand(organizer.viewer, union, in_force(demand), stand(state, **more))
    db.session.commit()
    return entry


def form_for(union, demand=""):
    return f"{STANDS}record?organization={union.id}&demand={demand}"


def test_from_the_paper_to_the_public_list(organizer, coordinator, visitor, union, homes):
    browser = organizer.browser
    page = browser.page("/harbor/organize/demands/homes-for-all")
    asked = page.links()["Record what a group said"]
    page = browser.page(f"{asked}&q=teamster")
    link = next(url for text, url in page.links().items() if text.startswith("Teamsters Local 117"))
    page = browser.submit(
        link, "versions", state="endorsed", source="signed_paper", speaker="Rosa Lark", decided_how="board"
    )
    assert "It waits until a coordinator accepts it." in page.text
    assert "Teamsters" not in visitor.page("/harbor/endorsers").text
    entry = list_waiting_records()[0]
    page = coordinator.browser.page(WAITING)
    assert "Rosa Lark" in page.text
    page = coordinator.browser.page(f"{STANDS}decide?record={entry.id}&decision=accept")
    assert "This lists 1 answer in public, under exactly these words:" in page.text
    assert count_public_endorsers() == 0, "looking accepts nothing"
    page = coordinator.browser.submit(page, "decision")
    assert "Accepted 1 record." in page.text
    shown = visitor.page("/harbor/endorsers")
    assert "Teamsters Local 117" in shown.text
    assert "Rosa" not in shown.text


def test_one_paper_answers_several_demands_at_once(organizer, union, homes):
    other = adopted_demand("Schools for all.")
    versions = [str(in_force(demand).id) for demand in (homes, other)]
    organizer.browser.submit(
        form_for(union), "versions", versions=versions, state="endorsed", source="minutes"
    )
    assert [said.waiting is not None for said in list_stands(union.id)] == [True, True]


def test_last_years_paper_is_recorded_under_last_years_words(organizer, union, homes):
    first = in_force(homes)
    adopt_new_words(homes, "Homes for everybody.")
    page = organizer.browser.page(form_for(union))
    assert "Former words, version 1: Homes for all." in page.text
    organizer.browser.submit(
        page, "versions", versions=str(first.id), state="endorsed", source="signed_paper"
    )
    assert list_waiting_records()[0].version_id == first.id


def test_two_versions_of_one_demand_are_not_answered_at_once(organizer, union, homes):
    second = adopt_new_words(homes, "Homes for everybody.")
    both = [str(homes.versions[0].id), str(second.id)]
    page = organizer.browser.submit(
        form_for(union), "versions", status=422, versions=both, state="endorsed", source="call"
    )
    assert page.errors() == ["Choose one version of each demand."]


WRONG = (
    ({"state": "before_board"}, "Give the day on which their board decides."),
    ({"state": "before_board", "board_on": "12/3"}, "Write the day as year-month-day"),
    ({"state": "before_board", "board_on": "9999-12-31"}, "check the year"),
    ({"state": "reservation"}, "Write what the group reserves."),
    ({"state": "withdrawn"}, "does not endorse this demand"),
    ({"state": None}, "Choose what the group says."),
    ({"state": "endorsed", "source": None}, "Choose how we know."),
    ({"state": "endorsed", "source": "import"}, "Choose one of those offered here."),
    ({"state": "endorsed", "versions": "7777"}, "Choose only from those offered here."),
    ({"state": "endorsed", "versions": "x"}, "Choose only from those offered here."),
    ({"state": "endorsed", "versions": None}, "Choose the words"),
    ({"state": "endorsed", "speaker": "Rosa\x00"}, "can't be shown"),
)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(organizer, union, homes):
    form = organizer.browser.page(form_for(union, "homes-for-all"))
    for typed, error in WRONG:
        values = {"source": "call", "speaker": "Rosa Lark", **typed}
        page = organizer.browser.submit(form, "versions", status=422, **values)
        assert any(error in shown for shown in page.errors()), (error, page.errors())
        if values["speaker"] == "Rosa Lark":
            speaker = next(e for e in page.tree.iter("input") if e.get("name") == "speaker")
            assert speaker.get("value") == "Rosa Lark"
    assert count_waiting_records() == 0


def test_several_records_are_accepted_at_once_and_the_one_that_can_not_be_is_named(
    organizer, coordinator, union, homes
):
    others = [make_organization(f"Group {number}") for number in (1, 2)]
    entries = [recorded(organizer, one, homes) for one in (union, *others)]
    second = adopt_new_words(homes, "Homes for everybody.")
    endorse(union, homes)
    assert list_stands(union.id)[0].endorsement.version_id == second.id
    db.session.commit()
    query = "&".join(f"record={entry.id}" for entry in entries)
    page = coordinator.browser.submit(f"{STANDS}decide?{query}", "decision")
    assert "Accepted 2 records." in page.text
    assert "Teamsters Local 117: This is an answer to version 1" in page.text
    assert count_waiting_records() == 1


def test_declined_records_say_why_on_the_groups_timeline(organizer, coordinator, union, homes):
    entry = recorded(organizer, union, homes)
    page = coordinator.browser.page(f"{STANDS}decide?record={entry.id}&decision=decline")
    coordinator.browser.submit(page, "decision", reason="The paper is of another local.")
    page = organizer.browser.page(f"/harbor/organize/organizations/{union.id}")
    assert "Recorded, not accepted. The paper is of another local." in page.text


def test_what_somebody_else_decided_meanwhile_is_said(organizer, coordinator, union, homes):
    entry = recorded(organizer, union, homes)
    first = coordinator.browser.page(f"{STANDS}decide?record={entry.id}&decision=accept")
    other = coordinator.browser.page(f"{STANDS}decide?record={entry.id}&decision=decline")
    coordinator.browser.submit(first, "decision")
    assert "in the meantime" in coordinator.browser.submit(other, "decision").text
    assert count_public_endorsers() == 1
    assert "decided on these already" in coordinator.browser.page(f"{STANDS}decide?record={entry.id}").text


def test_records_that_are_not_there_are_not_decided_on(coordinator, homes):
    for query in ("", "?record=x", "?record=0", "?record=99999999999999999999", "?record=7"):
        response = coordinator.browser.get(f"{STANDS}decide{query}", follow_redirects=True)
        assert response.status_code == 200 and "Choose the records first." in response.text, query


def test_an_observer_reads_and_neither_records_nor_decides_nor_sees_who_spoke(
    organizer, observer, union, homes
):
    entry = recorded(organizer, union, homes, speaker="Rosa Lark")
    page = observer.browser.page(WAITING)
    assert "Teamsters" in page.text
    assert "Rosa" not in page.text
    assert observer.browser.get(form_for(union)).status_code == 403
    assert observer.browser.get(f"{STANDS}decide?record={entry.id}").status_code == 403
    assert organizer.browser.get(f"{STANDS}decide?record={entry.id}").status_code == 403
    assert "Accept the chosen ones" not in organizer.browser.page(WAITING).text


def test_another_coalitions_people_reach_nothing_of_it(organizer, outsider, union, homes):
    entry = recorded(organizer, union, homes)
    for path in ("", "waiting", "record", f"decide?record={entry.id}"):
        assert outsider.browser.get(STANDS + path).status_code == 404
    own = "/prairie/organize/endorsements/"
    assert outsider.browser.get(f"{own}record?organization={union.id}").status_code == 404
    assert "Choose the records first" in outsider.browser.page(f"{own}decide?record={entry.id}").text
    assert "Teamsters" not in outsider.browser.page(f"{own}waiting").text


def test_a_groups_timeline_tells_its_stands_to_those_who_may_know(organizer, observer, union, homes):
    endorse(union, homes)
    recorded(organizer, union, homes, S.WITHDRAWN)
    for who in (organizer, observer):
        text = who.browser.page(f"/harbor/organize/organizations/{union.id}").text
        assert "Endorsed: Homes for all." in text
        assert "Withdrawn: Homes for all." in text and "waits to be accepted" in text
    assert told_of(ANONYMOUS, union) == []


def test_the_lists_cost_the_same_with_2_and_12_rows(organizer, coordinator, homes):
    def fill(ids):
        for one in ids:
            group = db.session.get_one(Organization, one)
            endorse(group, homes)
            recorded(organizer, group, homes, S.WITHDRAWN)

    pages = (STANDS, "/harbor/organize/demands/", "/harbor/organize/demands/homes-for-all")
    fill(make_organizations(2, "Few %03d"))
    few = [count_queries(lambda url=url: coordinator.browser.get(url)) for url in pages]
    fill(make_organizations(10, "Many %03d"))
    many = [count_queries(lambda url=url: coordinator.browser.get(url)) for url in pages]
    assert few == many
    assert max(many) <= 16
