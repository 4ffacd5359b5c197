"""One question by its mailed link: opened it changes nothing, its buttons answer once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations.days import last_moment
from crm.core import clock
from crm.core.db import db
from crm.core.formats import full_date
from crm.demands.models import Endorsement, EndorsementChange, StandState
from crm.demands.operations import retire_demand
from crm.representatives.models import Purpose
from crm.representatives.operations import make_link, stop_speaking
from tests.demands.makers import PROGRAM, adopt_new_words, adopted_demand, endorse, in_force
from tests.groups.steps import HOME, last_link, mails, today

OLD, NEW = "No city help for raids.", "No city help for raids and deportations."


@pytest.fixture
def asked(coalition, representative):
    """Make a question: asked(kind) → (address of its page, question)."""

    def make(kind: AskKind):
        group, demand = representative.contact.organization, adopted_demand(OLD)
        old = new = in_force(demand)
        if kind is not AskKind.ENDORSE:
            endorse(group, demand)
        if kind in (AskKind.EDITORIAL, AskKind.SUBSTANCE):
            new = adopt_new_words(demand, NEW)
        day = clock.today(coalition.zone) + timedelta(days=14)
        ask = Ask(
            organization_id=group.id, demand_id=demand.id, version_id=new.id, kind=kind, asked_at=clock.now(),
            from_version_id=None if kind is AskKind.ENDORSE else old.id, closes_on=day,
        )  # fmt: skip
        db.session.add(ask)
        db.session.flush()
        if kind is AskKind.SUBSTANCE:
            live().reconfirm_by = day
        about = f"ask:{ask.id}"
        token = make_link(representative.contact, Purpose.ASK, about=about, expires_at=last_moment(day))
        db.session.commit()
        return f"{HOME}ask/{token}", ask

    return make


def live() -> Endorsement:
    return db.session.query(Endorsement).one()


def press(browser, url: str, answer: str, status: int = 200, **typed: str):
    page = browser.page(url)
    form = next(
        one for one in page.forms()
        if any(e.get("name") == "answer" and e.get("value") == answer for e in one.iter("input"))
    )  # fmt: skip
    for other in page.forms():
        if other is not form:
            other.attrib["action"] = ""
            other.clear()
    return browser.submit(page, "answer", status, **typed)


@pytest.mark.parametrize("kind", list(AskKind))
def test_opening_it_shows_the_question_and_changes_nothing(asked, visitor, kind):
    url, ask = asked(kind)
    changes = db.session.query(EndorsementChange).count()
    for method in ("GET", "HEAD", "OPTIONS"):
        assert visitor.open(url, method=method).status_code == 200
    page = visitor.page(url)
    assert "No city help for raids" in page.text and "Dockworkers Local 19" in page.text
    if ask.from_version_id != ask.version_id and ask.from_version_id:
        assert "deportations" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    db.session.refresh(ask)
    assert ask.state is AskState.OPEN and db.session.query(EndorsementChange).count() == changes


@pytest.mark.parametrize(
    ("kind", "answer", "typed", "state", "stand"),
    [
        (AskKind.EDITORIAL, "endorse", {}, AskState.ANSWERED, StandState.ENDORSED),
        (AskKind.EDITORIAL, "object", {"objection": "Not the same."}, AskState.OBJECTED, StandState.ENDORSED),
        (AskKind.EDITORIAL, "withdraw", {}, AskState.ANSWERED, StandState.WITHDRAWN),
        (AskKind.SUBSTANCE, "endorse", {}, AskState.ANSWERED, StandState.ENDORSED),
        (AskKind.SUBSTANCE, "reservation", {"reservation": "If."}, AskState.ANSWERED, StandState.RESERVATION),
        (AskKind.SUBSTANCE, "withdraw", {}, AskState.ANSWERED, StandState.WITHDRAWN),
        (AskKind.ENDORSE, "endorse", {}, AskState.ANSWERED, StandState.ENDORSED),
        (AskKind.ENDORSE, "decline", {"reason": ""}, AskState.ANSWERED, StandState.DECLINED),
        (AskKind.CONFIRM, "endorse", {}, AskState.ANSWERED, StandState.ENDORSED),
        (AskKind.CONFIRM, "not_right", {"objection": "Never voted."}, AskState.OBJECTED, StandState.ENDORSED),
    ],
)  # fmt: skip
def test_each_button_answers_and_shows_what_stands_now(asked, visitor, kind, answer, typed, state, stand):
    url, ask = asked(kind)
    page = press(visitor, url, answer, **typed)
    assert page.url == url and "Answered. Thank you!" in page.text
    db.session.refresh(ask)
    assert ask.state is state and live().state is stand
    if answer in ("endorse", "reservation"):
        assert live().version_id == ask.version_id
        assert live().speaker == ("Rosa Lark" if kind is not AskKind.CONFIRM else None)
    assert "Answered. Thank you!" in visitor.page(url).text


def test_a_second_press_is_answered_as_the_first_and_another_answer_is_told(asked, visitor):
    url, _ask = asked(AskKind.SUBSTANCE)
    token = {
        "csrf_token": visitor.page(url).form("csrf_token").find(".//input[@name='csrf_token']").get("value")
    }
    for _time in range(2):
        assert visitor.post(url, data={"answer": "endorse", **token}).status_code == 303
    answer = visitor.post(url, data={"answer": "withdraw", **token})
    assert answer.status_code == 409 and "has answered already" in answer.text
    assert live().state is StandState.ENDORSED


def test_its_board_decides_first(coalition, asked, visitor, representative):
    url, ask = asked(AskKind.SUBSTANCE)
    shown = press(visitor, url, "board", board_on=today(coalition, 20))
    assert "You said that your board decides on" in shown.text
    db.session.refresh(ask)
    assert ask.state is AskState.OPEN and ask.closes_on.isoformat() == today(coalition, 27)
    day = full_date(date.fromisoformat(today(coalition, 20)))
    assert f"the board meets on {day}" in representative.browser.page(HOME).text


@pytest.mark.parametrize(
    ("kind", "answer", "typed"),
    [
        (AskKind.SUBSTANCE, "reservation", {"reservation": " "}),
        (AskKind.SUBSTANCE, "board", {"board_on": ""}),
        (AskKind.SUBSTANCE, "board", {"board_on": "2020-01-01"}),
        (AskKind.EDITORIAL, "object", {"objection": ""}),
    ],
)
def test_what_is_wrong_is_told_beside_the_field(asked, visitor, kind, answer, typed):
    url, ask = asked(kind)
    assert press(visitor, url, answer, 422, **typed).errors()
    db.session.refresh(ask)
    assert ask.state is AskState.OPEN


def test_afterwards_a_link_to_the_page_is_mailed(asked, visitor):
    url, _ask = asked(AskKind.SUBSTANCE)
    press(visitor, url, "endorse")
    visitor.submit(url, "/link")
    assert visitor.submit(last_link(), "csrf_token").url == HOME
    assert [mail.recipient for mail in mails()] == ["rosa.lark@groups.example"]


def test_a_link_that_is_over_answers_nothing_but_mails_the_way_in(asked, visitor):
    url, ask = asked(AskKind.SUBSTANCE)
    with time_machine.travel(clock.now() + timedelta(days=16)):
        over = visitor.page(url)
        assert "This link is over" in over.text
        token = over.form("csrf_token").find(".//input[@name='csrf_token']").get("value")
        assert visitor.post(url, data={"answer": "endorse", "csrf_token": token}).status_code == 422
        visitor.submit(over, "/link")
        assert last_link().startswith(f"{HOME}link/")
    db.session.refresh(ask)
    assert ask.state is AskState.OPEN


def test_it_is_of_its_group_its_purpose_and_its_coalition(asked, visitor, representative, other_coalition):
    url, _ask = asked(AskKind.SUBSTANCE)
    assert visitor.get(url.replace("harbor", "prairie")).status_code == 404
    assert visitor.get(url.replace("/ask/", "/link/")).status_code == 404
    for about in ("ask:999", "ask:x", "", "ask:²"):
        until = clock.now() + timedelta(days=1)
        token = make_link(representative.contact, Purpose.ASK, about=about, expires_at=until)
        assert visitor.get(f"{HOME}ask/{token}").status_code == 404
    stop_speaking(representative.viewer, representative.contact)
    assert visitor.get(url).status_code == 404


@pytest.mark.parametrize(
    ("answer", "typed", "comes_to"),
    [("endorse", {}, AskState.ANSWERED), ("object", {"objection": "Not the same."}, AskState.OBJECTED)],
)
def test_who_lost_the_mail_answers_an_editorial_change_on_the_groups_page(
    asked, representative, answer, typed, comes_to
):
    _url, ask = asked(AskKind.EDITORIAL)
    url = f"{HOME}demands/{ask.demand.slug}"
    assert press(representative.browser, url, answer, **typed).url == HOME
    db.session.expire_all()
    assert ask.state is comes_to
    stands_under = ask.version_id if answer == "endorse" else ask.from_version_id
    assert live().version_id == stands_under
    for address in (HOME, url):
        page = representative.browser.page(address).text
        assert ("Your group objected to the new words on" in page) is (answer == "object")


@pytest.mark.parametrize("kind", [AskKind.SUBSTANCE, AskKind.ENDORSE])
def test_what_the_coalition_took_back_is_not_asked_any_more(asked, visitor, kind):
    url, ask = asked(kind)
    page = visitor.page(url)
    retire_demand(PROGRAM, ask.demand)
    db.session.commit()
    assert "The coalition does not ask this any more" in visitor.page(url).text
    assert 'name="answer"' not in visitor.page(url).response.text
    told = visitor.submit(page, "answer", 422, answer="endorse")
    assert "The coalition does not ask this any more" in told.text
    db.session.expire_all()
    assert ask.state is AskState.OPEN


def test_an_objection_on_the_groups_page_says_what_is_not_right(asked, representative):
    _url, ask = asked(AskKind.EDITORIAL)
    url = f"{HOME}demands/{ask.demand.slug}"
    page = press(representative.browser, url, "object", 422, objection="")
    assert "Write what is not right for your group." in page.text
    long = "Our members read it otherwise. " * 40
    page = press(representative.browser, url, "object", 422, objection=long)
    assert "too long" in page.text and long.strip() in page.text
    db.session.expire_all()
    assert ask.state is AskState.OPEN
