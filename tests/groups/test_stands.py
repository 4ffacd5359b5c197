"""A group says on its own page what it endorses, in which words, and how it decided."""

from __future__ import annotations

import pytest

from crm.asks.models import Ask, AskKind, AskState
from crm.core import clock
from crm.core.db import db
from crm.demands.models import (
    DemandKind,
    Endorsement,
    EndorsementChange,
    Source,
    StandState,
)
from crm.outreach.models import FollowUp
from tests.counting import count_queries
from tests.demands.makers import adopt_new_words, adopted_demand, endorse, in_force
from tests.groups.steps import HOME, answered, today
from tests.makers import make_organization

OLD, NEW = "No city help for raids.", "No city help for raids and deportations."


@pytest.fixture
def demand(coalition):
    made = adopted_demand(OLD)
    db.session.commit()
    return made


def page_of(demand) -> str:
    return f"{HOME}demands/{demand.slug}"


def live(demand) -> Endorsement:
    return db.session.query(Endorsement).filter_by(demand_id=demand.id).one()


def test_a_group_endorses_and_tells_how_it_decided(coalition, representative, demand, visitor):
    page = representative.browser.submit(
        page_of(demand), "reply", **answered(coalition, until=today(coalition, 300), speaker_public="y")
    )
    assert page.url == HOME and "Endorsed" in page.text and "By its board" in page.text
    stand = live(demand)
    assert (stand.state, stand.source, stand.version_id) == (
        StandState.ENDORSED, Source.GROUP, in_force(demand).id,
    )  # fmt: skip
    assert stand.speaker == "Rosa Lark" and stand.speaker_public and stand.public
    change = db.session.query(EndorsementChange).one()
    assert change.contact_id == representative.contact.id and change.user_id is None
    assert "Dockworkers Local 19" in visitor.page("/harbor/endorsers").text


def test_the_same_answer_sent_twice_is_one(coalition, representative, demand):
    page = representative.browser.page(page_of(demand))
    for _time in range(2):
        representative.browser.submit(page, "reply", **answered(coalition))
    assert db.session.query(EndorsementChange).count() == 1


def test_not_listed_means_not_listed(coalition, representative, demand, visitor):
    representative.browser.submit(page_of(demand), "reply", **answered(coalition, listed=None))
    assert live(demand).public is False
    assert "Dockworkers" not in visitor.page("/harbor/endorsers").text
    assert "not shown in public" in representative.browser.page(HOME).text


WRONG = (
    ("reply", {"reply": None}),
    ("decided_how", {"decided_how": ""}),
    ("decided_on", {"decided_on": ""}),
    ("decided_on", {"decided_on": "3026-01-01"}),
    ("decided_on", {"decided_on": "soon"}),
    ("decided_on", {"decided_on": "0026-01-01"}),
    ("until", {"until": "2020-01-01"}),
    ("until", {"until": "9999-12-31"}),
    ("reservation", {"reply": "reservation"}),
    ("board_on", {"reply": "board"}),
    ("board_on", {"reply": "board", "board_on": "2020-01-01"}),
)


def test_what_is_wrong_is_told_beside_the_field_and_nothing_changes(coalition, representative, demand):
    form = representative.browser.page(page_of(demand))
    for field, typed in WRONG:
        sent = answered(coalition, **{"speaker": "Somebody Else", **typed})
        page = representative.browser.submit(form, "decided_how", 422, **sent)
        assert page.errors(), (field, typed)
        assert page.form("decided_how").find(".//input[@name='speaker']").get("value") == "Somebody Else"
    assert db.session.query(Endorsement).count() == 0


def test_a_reservation_is_kept_for_the_organizers(coalition, representative, demand, visitor):
    said = answered(coalition, reply="reservation", reservation="Only if the city pays.")
    page = representative.browser.submit(page_of(demand), "reply", **said)
    assert "Only if the city pays." in page.text
    assert "Only if" not in visitor.page(f"/harbor/demands/{demand.slug}").text


def test_its_board_decides_first(coalition, representative, demand):
    board = {"reply": "board", "board_on": today(coalition, 20)}
    page = representative.browser.submit(page_of(demand), "reply", **board)
    assert "Before their board" in page.text
    assert live(demand).state is StandState.BEFORE_BOARD
    assert db.session.query(FollowUp).count() == 1


def test_withdrawing_says_its_impact_first_and_acts_at_once(coalition, representative, demand, visitor):
    endorse(representative.contact.organization, demand)
    page = representative.browser.page(page_of(demand))
    assert "Your name leaves the public page at once" in page.text
    assert representative.browser.get(page_of(demand) + "/withdraw").status_code == 405
    for _time in range(2):
        representative.browser.submit(page, "withdraw")
    assert live(demand).state is StandState.WITHDRAWN and live(demand).source is Source.GROUP
    assert db.session.query(EndorsementChange).count() == 2
    assert "Dockworkers" not in visitor.page("/harbor/endorsers").text


def test_it_is_shown_the_words_of_that_day_beside_those_in_force(coalition, representative, demand):
    endorse(representative.contact.organization, demand)
    adopt_new_words(demand, NEW)
    for url in (HOME, page_of(demand)):
        text = representative.browser.page(url).text
        assert "No city help for raids" in text and "deportations" in text
    representative.browser.submit(page_of(demand), "reply", **answered(coalition))
    assert live(demand).version_id == in_force(demand).id


def test_words_that_change_while_they_are_read_are_read_again(coalition, representative, demand):
    page = representative.browser.page(page_of(demand))
    adopt_new_words(demand, NEW)
    shown = representative.browser.submit(page, "reply", 422, **answered(coalition))
    assert "The words changed while you were reading them" in shown.text
    assert db.session.query(Endorsement).count() == 0
    representative.browser.submit(shown, "reply", **answered(coalition))
    assert live(demand).version_id == in_force(demand).id


@pytest.mark.parametrize(("reply", "state"), [("endorse", "answered"), ("board", "open")])
def test_an_open_question_is_answered_with_it(coalition, representative, demand, reply, state):
    group = representative.contact.organization
    endorse(group, demand)
    old = in_force(demand)
    new = adopt_new_words(demand, NEW)
    stand = live(demand)
    stand.reconfirm_by = clock.today(coalition.zone)
    ask = Ask(
        organization_id=group.id, demand_id=demand.id, version_id=new.id, from_version_id=old.id,
        kind=AskKind.SUBSTANCE, asked_at=clock.now(), closes_on=clock.today(coalition.zone),
    )  # fmt: skip
    db.session.add(ask)
    page = representative.browser.page(HOME)
    assert "You are asked about 1 demand" in page.text and "To be reconfirmed" in page.text
    said = answered(coalition, reply=reply, board_on=today(coalition, 9) if reply == "board" else "")
    representative.browser.submit(page_of(demand), "reply", **said)
    db.session.refresh(ask)
    assert ask.state is AskState(state)
    if reply == "board":
        assert ask.board_on is not None and live(demand).version_id == old.id
    else:
        assert live(demand).reconfirm_by is None and live(demand).version_id == new.id


def test_a_group_sees_nothing_of_another(coalition, representative, representative_of, demand):
    endorse(
        representative.contact.organization, demand, reservation="Ours alone", state=StandState.RESERVATION
    )
    other = representative_of(make_organization("Harbor Tenants Union"), "Lee Park")
    for url in (HOME, page_of(demand), f"{HOME}people", f"{HOME}listing"):
        text = other.browser.page(url).text
        assert "Dockworkers" not in text and "Ours alone" not in text and "Rosa" not in text


def test_what_is_no_demand_in_force_is_not_there(coalition, representative, other_coalition):
    assert representative.browser.get(f"{HOME}demands/nothing").status_code == 404
    assert representative.browser.get(f"{HOME}demands/%00").status_code == 404


def test_the_page_asks_as_often_for_five_demands_as_for_one(coalition, representative):
    group = representative.contact.organization

    def make(count):
        for number in range(count):
            made = adopted_demand(f"Demand {number} of {count}.", DemandKind.EXTENDED)
            endorse(group, made)
            adopt_new_words(made, f"Demand {number} of {count}, anew.")
        db.session.commit()

    make(1)
    few = count_queries(lambda: representative.browser.get(HOME))
    make(4)
    assert count_queries(lambda: representative.browser.get(HOME)) == few
