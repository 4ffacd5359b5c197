"""The paper for a board, and the mails around its day."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.core.db import db
from crm.demands.models import DemandKind, StandState
from crm.demands.operations import retire_demand
from crm.letters.operations import remind_boards
from crm.letters.packet import packet_of
from crm.letters.views import packet as packet_views
from crm.mail.models import OutgoingMail
from crm.organizations.models import Organization
from crm.representatives.operations import let_speak
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, adopted_demand, draft_demand, endorse
from tests.makers import make_contact, make_organization, make_organizations

PACKET = "/harbor/sign-on/packet.pdf"
TODAY = date(2026, 11, 21)


def pages_in(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_is_a_page_or_two_on_the_paper_asked_for(visitor, demands, paper, language):
    answer = visitor.get(f"{PACKET}?paper={paper}&lang={language}")
    assert answer.data.startswith(b"%PDF-")
    assert pages_in(answer.data) in (1, 2)
    assert b"pdfuaid:part" in answer.data
    assert f"/Lang({language})".encode() in answer.data


def test_it_holds_the_adopted_words_of_the_demands_asked_for(visitor, demands, app, coalition, monkeypatch):
    draft_demand("Not decided yet.")
    retired = adopted_demand("Retired.", DemandKind.EXTENDED)
    retire_demand(PROGRAM, retired)
    shown = []

    def looked_at(*arguments):
        data = packet_of(*arguments)
        shown.append(([one["sentence"] for one in data["demands"]], data["url"]))
        return data

    monkeypatch.setattr(packet_views, "packet_of", looked_at)
    for query in ("", "?demand=schools-for-all", "?demand=schools-for-all&demand=homes-for-all&answer=group"):
        assert visitor.get(PACKET + query).status_code == 200
    both = ["Homes for everybody.", "Schools for all."]
    assert shown == [
        (both, "http://localhost/harbor/sign-on"),
        (["Schools for all."], "http://localhost/harbor/sign-on"),
        (both, "http://localhost/harbor/group/enter"),
    ]


@pytest.mark.parametrize("query", ["?demand=nothing", "?paper=a3", "?answer=elsewhere", "?demand=retired"])
def test_what_there_is_not_is_not_found(visitor, demands, query):
    assert visitor.get(PACKET + query).status_code == 404


def test_without_demands_there_is_none(visitor, coalition):
    assert visitor.get(PACKET).status_code == 404


def test_the_pages_where_a_board_comes_in_lead_to_it(visitor, organizer, demands):
    union = make_organization("New Union")
    db.session.commit()
    assert PACKET in " ".join(visitor.page("/harbor/sign-on").links().values())
    organize = "/harbor/organize/endorsements/"
    for page in (f"{organize}record?organization={union.id}", f"{organize}{union.id}/schools-for-all"):
        assert PACKET in " ".join(organizer.browser.page(page).links().values()), page


@pytest.fixture
def union(demands):
    """Before its board on 28 November with both demands; Rosa speaks for it."""
    group = make_organization("New Union")
    for demand in demands:
        endorse(group, demand, state=StandState.BEFORE_BOARD, board_on=date(2026, 11, 28))
    _speaker(group, "rosa@new.example.org")
    return group


def _speaker(group, address):
    contact = make_contact(group, "Rosa Lark", email=address)
    let_speak(PROGRAM, contact)


def mails_of(coalition, day):
    """What is mailed on a day, whose work is done twice."""
    before = set(db.session.scalars(select(OutgoingMail.id)))
    for _time in range(2):
        remind_boards(coalition, day)
        db.session.commit()
    written = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    return [mail for mail in written if mail.id not in before]


def test_a_group_is_reminded_once_before_its_board_and_once_after(coalition, union):
    told = {
        (TODAY + timedelta(days=n)).day: [m.subject for m in mails_of(coalition, TODAY + timedelta(days=n))]
        for n in range(12)
        if (TODAY + timedelta(days=n)).month == 11
    }
    assert {day: subjects for day, subjects in told.items() if subjects} == {
        26: ["Your board meets soon"],
        29: ["How did your board decide?"],
    }


def test_the_mail_names_the_demands_and_leads_to_the_paper(coalition, union, visitor):
    (mail,) = mails_of(coalition, date(2026, 11, 26))
    assert "Homes for everybody." in mail.body
    assert "Schools for all." in mail.body
    assert "November 28, 2026" in mail.body
    paper = re.search(r"http://localhost(/\S+packet\.pdf\S*)", mail.body)
    assert visitor.get(paper[1]).status_code == 200
    assert mail.link == "http://localhost/harbor/group/enter"


def test_who_has_answered_meanwhile_is_not_asked(coalition, union, demands):
    for demand in demands:
        endorse(union, demand)
    assert mails_of(coalition, date(2026, 11, 29)) == []


def test_a_day_on_which_the_server_was_off_is_made_up_for(coalition, union):
    assert len(mails_of(coalition, date(2026, 11, 27))) == 1
    assert len(mails_of(coalition, date(2026, 12, 1))) == 1


def test_reminding_costs_the_same_for_few_groups_and_for_many(coalition, demands):
    def fill(ids):
        for one in ids:
            group = db.session.get_one(Organization, one)
            endorse(group, demands[1], state=StandState.BEFORE_BOARD, board_on=date(2026, 11, 23))
        db.session.commit()

    fill(make_organizations(2, "Few %03d"))
    few = count_queries(lambda: remind_boards(coalition, TODAY))
    fill(make_organizations(30, "Many %03d"))
    db.session.expire_all()
    assert count_queries(lambda: remind_boards(coalition, TODAY)) <= few + 1
