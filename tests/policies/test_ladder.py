"""The ladder: a win offers the next demand; coordinators open it, or leave it alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations import ask_groups
from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import StandState
from crm.demands.operations import discard_draft, retire_demand
from crm.demands.queries import list_demands_in_force
from crm.organizations.operations import archive
from crm.policies.models import PolicyStatus, Rung
from crm.policies.operations import ask_endorsers, remove_step, restore_step, set_rung, settle, take_up
from crm.policies.queries import find_rung, list_offers, list_possible_firsts
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, draft_demand, endorse, in_force
from tests.makers import make_organization
from tests.policies.makers import PROGRAM, make_target, take_step

P = PolicyStatus
DEMANDS = "/harbor/organize/demands/"
TODAY = "/harbor/organize/"


@pytest.fixture
def homes(coalition):
    return adopted_demand("Homes.")


@pytest.fixture
def rent(coalition):
    return draft_demand("Rent.")


@pytest.fixture
def city(coalition):
    return make_target("City of Harbor")


def win(coalition, demand, city, status=P.PASSED):
    return take_step(coalition, demand, city, status)


def offered() -> list[str]:
    return [offer.demand.slug for offer in list_offers()]


def test_from_the_win_to_the_groups_that_are_asked(coordinator, coalition, homes, rent, city):
    group, other = make_organization("Dockworkers Local 19"), make_organization("Weavers Circle")
    endorse(group, homes)
    endorse(other, homes, state=StandState.RESERVATION, reservation="With care.")
    browser = coordinator.browser
    page = browser.page(f"{DEMANDS}rent")
    page = browser.page(page.links()["Let it open when another is won"])
    page = browser.submit(page, "after_id", after_id=str(homes.id))
    assert "Opens when this is won: Homes." in page.text
    assert "When this is won, it opens: Rent." in browser.page(f"{DEMANDS}homes").text
    assert "A win opens the next" not in browser.page(TODAY).text
    page = browser.submit(
        f"{DEMANDS}homes/steps/new", "what", what="passed", happened_on="2026-03-02",
        instrument="ordinance", binding="yes",
    )  # fmt: skip
    offer = "“Homes.” was won from City of Harbor. Open the next: adopt “Rent.” and ask the 2 groups"
    today = browser.page(TODAY)
    assert offer in today.text and offer in page.text
    page = browser.submit(browser.page(today.links()["Read it and adopt it"]), "edition")
    page = browser.submit(page, "step")
    assert "“Rent.” is in force. Ask the 2 groups" in page.text
    assert [one.sentence for one in list_demands_in_force()] == ["Homes.", "Rent."]
    today = browser.page(TODAY)
    assert "“Rent.” is in force. Ask the 2 groups that endorse the first" in today.text
    assert "get the question by mail" in today.text
    for press in ("2 groups are asked.", "Everybody is asked already."):
        assert press in browser.submit(today, "ladder/ask").text
    asks = db.session.scalars(select(Ask)).all()
    assert {ask.organization_id for ask in asks} == {group.id, other.id} and len(asks) == 2
    assert {(ask.kind, ask.state, ask.demand_id) for ask in asks} == {
        (AskKind.ENDORSE, AskState.OPEN, rent.id)
    }
    assert {ask.closes_on for ask in asks} == {clock.today(coalition.zone) + timedelta(days=30)}
    assert "A win opens the next" not in browser.page(TODAY).text
    acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("ladder.%")))
    assert sorted(acts) == ["ladder.ask", "ladder.set"]


def test_one_that_is_adopted_already_only_asks(coalition, homes, city):
    rent = adopted_demand("Rent.")
    endorse(make_organization(), homes)
    set_rung(PROGRAM, rent, homes)
    win(coalition, homes, city, P.ENFORCED)
    (offer,) = list_offers()
    assert (offer.in_force, offer.groups, offer.targets) == (True, 1, ["City of Harbor"])
    assert ask_endorsers(PROGRAM, coalition, find_rung(rent.id)) == 1


def test_who_has_said_something_is_not_asked_again(coalition, homes, city):
    rent = adopted_demand("Rent.")
    for state in StandState.ENDORSED, StandState.DECLINED, StandState.WITHDRAWN, StandState.BEFORE_BOARD:
        group = make_organization(f"Group {state.value}")
        endorse(group, homes)
        endorse(group, rent, state=state)
    asked, archived = make_organization("Asked"), make_organization("Archived")
    told, silent = make_organization("Told"), make_organization("Silent")
    for group in (asked, archived, told, silent):
        endorse(group, homes)
    endorse(told, rent, state=StandState.ASKED)
    endorse(make_organization("Against"), homes, state=StandState.DECLINED)
    ask_groups(PROGRAM, in_force(rent), [asked.id], AskKind.ENDORSE, date(2031, 1, 1))
    archive(PROGRAM, archived)
    set_rung(PROGRAM, rent, homes)
    win(coalition, homes, city)
    (offer,) = list_offers()
    assert offer.groups == 2
    assert ask_endorsers(PROGRAM, coalition, offer.rung) == 2
    groups = set(db.session.scalars(select(Ask.organization_id).where(Ask.state == AskState.OPEN)))
    assert groups == {asked.id, told.id, silent.id}


@pytest.mark.parametrize("status", [P.PROPOSED, P.INTRODUCED, P.IN_COMMITTEE, P.REJECTED, P.ROLLED_BACK])
def test_nothing_else_than_a_win_offers_it(coalition, homes, rent, city, status):
    set_rung(PROGRAM, rent, homes)
    win(coalition, homes, city, status)
    assert offered() == []


def test_a_slip_takes_the_offer_back_and_so_does_a_roll_back(coalition, homes, rent, city):
    set_rung(PROGRAM, rent, homes)
    step = win(coalition, homes, city)
    assert offered() == ["rent"]
    remove_step(PROGRAM, step)
    assert offered() == []
    restore_step(PROGRAM, step)
    assert offered() == ["rent"]
    take_step(coalition, homes, city, P.ROLLED_BACK, date(2026, 4, 2))
    assert offered() == []
    win(coalition, homes, make_target("Harbor County"))
    assert offered() == ["rent"], "another one has granted it"


def test_what_was_won_before_the_rung_was_set_is_offered_at_once(coalition, homes, rent, city):
    win(coalition, homes, city)
    set_rung(PROGRAM, rent, homes)
    assert offered() == ["rent"]
    set_rung(PROGRAM, rent, None)
    assert offered() == [] and find_rung(rent.id) is None


def test_not_now_and_taken_up_again(coordinator, coalition, homes, rent, city):
    set_rung(PROGRAM, rent, homes)
    win(coalition, homes, city)
    page = coordinator.browser.submit(f"{DEMANDS}rent", "not-now")
    assert "Left alone." in page.text and "this was settled on" in page.text
    assert "A win opens the next" not in coordinator.browser.page(TODAY).text
    win(coalition, homes, make_target("Harbor County"))
    assert offered() == [], "settled stays settled"
    page = coordinator.browser.submit(f"{DEMANDS}rent", "take-up")
    assert "Read it and adopt it" in page.links()
    assert offered() == ["rent"]


def test_the_second_press_of_not_now_notes_nothing(coalition, homes, rent, city):
    set_rung(PROGRAM, rent, homes)
    win(coalition, homes, city)
    rung = find_rung(rent.id)
    for _press in range(2):
        settle(PROGRAM, rung)
    for _press in range(2):
        take_up(PROGRAM, rung)
    acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("ladder.%")))
    assert sorted(acts) == ["ladder.set", "ladder.settle", "ladder.take_up"]


def test_nobody_is_asked_while_it_is_a_draft_or_not_offered(coalition, homes, rent, city):
    endorse(make_organization(), homes)
    set_rung(PROGRAM, rent, homes)
    with pytest.raises(Refused, match="not offered"):
        ask_endorsers(PROGRAM, coalition, find_rung(rent.id))
    win(coalition, homes, city)
    with pytest.raises(Refused, match="Adopt its words first"):
        ask_endorsers(PROGRAM, coalition, find_rung(rent.id))
    assert db.session.scalars(select(Ask)).all() == []


def test_there_are_no_circles(coordinator, coalition, homes, rent):
    work = draft_demand("Work.")
    set_rung(PROGRAM, rent, homes)
    set_rung(PROGRAM, work, rent)
    assert [one.slug for one in list_possible_firsts(homes)] == []
    for demand, after in ((homes, work), (homes, rent), (rent, rent), (rent, work)):
        with pytest.raises(Refused, match="neither would ever open"):
            set_rung(PROGRAM, demand, after)
    page = coordinator.browser.submit(f"{DEMANDS}homes/ladder", "after_id", status=422, after_id=str(work.id))
    assert page.errors() == ["Choose one of those offered here."]
    assert find_rung(homes.id) is None


def test_a_circle_that_arose_meanwhile_is_told_beside_the_field(coordinator, coalition, homes, rent):
    page = coordinator.browser.page(f"{DEMANDS}homes/ladder")
    first = list_possible_firsts(homes)
    assert [one.slug for one in first] == ["rent"]
    set_rung(PROGRAM, rent, homes)
    page = coordinator.browser.submit(page, "after_id", status=422, after_id=str(rent.id))
    assert page.errors() and find_rung(homes.id) is None


def test_saving_the_same_again_keeps_what_was_settled(coordinator, coalition, homes, rent, city):
    set_rung(PROGRAM, rent, homes)
    win(coalition, homes, city)
    settle(PROGRAM, find_rung(rent.id))
    coordinator.browser.submit(f"{DEMANDS}rent/ladder", "after_id", after_id=str(homes.id))
    assert find_rung(rent.id).settled_at is not None
    page = coordinator.browser.submit(f"{DEMANDS}rent/ladder", "after_id", after_id="0")
    assert "Opens when" not in page.text and find_rung(rent.id) is None


def test_retired_demands_are_neither_offered_nor_to_choose(coalition, homes, rent, city):
    other = adopted_demand("Work.")
    set_rung(PROGRAM, other, homes)
    win(coalition, homes, city)
    assert offered() == ["work"]
    retire_demand(PROGRAM, other)
    assert offered() == []
    assert [one.slug for one in list_possible_firsts(rent)] == ["homes"]


def test_a_draft_that_is_thrown_away_takes_its_rung_with_it(coalition, homes, rent):
    set_rung(PROGRAM, rent, homes)
    db.session.commit()
    discard_draft(PROGRAM, rent.versions[0])
    db.session.commit()
    assert db.session.scalars(select(Rung)).all() == []


def test_organizers_and_observers_see_it_and_do_nothing(organizer, observer, coalition, homes, rent, city):
    set_rung(PROGRAM, rent, homes)
    win(coalition, homes, city)
    for who in (organizer, observer):
        page = who.browser.page(f"{DEMANDS}rent")
        assert "Opens when this is won: Homes." in page.text and "Not now" not in page.text
        assert "A win opens the next" not in who.browser.page(TODAY).text
        assert who.browser.get(f"{DEMANDS}rent/ladder").status_code == 403
        assert who.browser.post(f"{DEMANDS}rent/ladder/ask").status_code in {400, 403}
    assert find_rung(rent.id).settled_at is None


def test_another_coalition_knows_nothing_of_it(outsider, coalition, other_coalition, homes, rent, city):
    set_rung(PROGRAM, rent, homes)
    win(coalition, homes, city)
    assert "Homes." not in outsider.browser.page("/prairie/organize/").text
    assert outsider.browser.get("/prairie/organize/demands/rent/ladder").status_code == 404
    assert outsider.browser.get(f"{DEMANDS}rent/ladder").status_code == 404


def test_today_asks_as_often_for_many_offers(coordinator, coalition, homes, rent, city):
    endorse(make_organization(), homes)
    set_rung(PROGRAM, rent, homes)
    win(coalition, homes, city)
    coordinator.browser.get(TODAY)
    few = count_queries(lambda: coordinator.browser.get(TODAY))
    for number in range(12):
        set_rung(PROGRAM, draft_demand(f"Demand {number}."), homes)
    assert len(offered()) == 13
    assert count_queries(lambda: coordinator.browser.get(TODAY)) == few
    assert few <= 3 + 8
