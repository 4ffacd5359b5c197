"""Groups are invited in bulk, by mail or by phone; they answer by their link, or ask for it themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm.core import jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.demonstrations.amounts import Promise
from crm.demonstrations.jobs import do_day
from crm.demonstrations.models import Commitment, CommitmentKind, CoSponsorship, CoSponsorState
from crm.demonstrations.operations import (
    Invitation,
    answer_co_sponsorship,
    decide_request,
    invite_groups,
    promise,
    request_to_co_sponsor,
)
from crm.demonstrations.queries import list_public_co_sponsors, sum_promised_turnout
from crm.events.models import Visibility
from crm.events.operations import split_series
from crm.mail.models import OutgoingMail
from crm.outreach.models import FollowUp
from crm.representatives.operations import start_session
from tests.counting import count_queries
from tests.demonstrations.conftest import SATURDAY, typed_plan
from tests.groups.steps import links_in
from tests.makers import make_organization

NEXT = date(2026, 11, 28)
BY = date(2026, 12, 4)


def pages_of(event) -> str:
    return f"/harbor/organize/events/{event.slug}/co-sponsors/"


def mails() -> list[OutgoingMail]:
    jobs.run_all()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def rows() -> list[CoSponsorship]:
    query = select(CoSponsorship).order_by(CoSponsorship.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def test_a_filter_says_whom_it_asks_and_then_asks_them_by_mail_and_by_phone(
    saturdays, organizer, representative
):
    make_organization("Harbor Tenants Union", place="Harbor")
    make_organization("Uptown Choir", place="Uptown")
    db.session.commit()
    page = organizer.browser.page(f"{pages_of(saturdays)}invite?place=harbor")
    assert "This asks 2 groups. 1 of them has no address" in page.text
    form = page.form("until")
    ids = [e.get("value") for e in form.iter("input") if e.get("name") == "id"]
    page = organizer.browser.submit(page, "until", id=ids, until=str(BY))
    assert "2 groups are asked until December 4, 2026." in page.text
    (mail,) = mails()
    assert "co-sponsor “March on the Harbor”" in mail.body and "March" not in mail.subject
    jobs.run_all()
    (task,) = db.session.scalars(select(FollowUp)).all()
    assert task.title.startswith("Ask them by phone to co-sponsor “March on the Harbor”")
    page = organizer.browser.page(f"{pages_of(saturdays)}invite?place=harbor")
    assert "Was asked and has time to answer (2)" in page.text and "Nobody is left to ask" in page.text


def test_a_mailed_link_accepts_once_with_what_the_group_brings(saturdays, organizer, representative, visitor):
    group = representative.contact.organization
    invite_groups(organizer.viewer, Invitation(saturdays, NEXT, NEXT), [group.id])
    link = links_in(mails()[0])[0]
    page = visitor.page(link)
    assert "March on the Harbor" in page.text and "Dockworkers Local 19" in page.text
    assert rows()[0].state is CoSponsorState.ASKED
    page = visitor.submit(page, "turnout", 422, answer="accept", turnout="-3", money="5")
    assert page.errors() and rows()[0].state is CoSponsorState.ASKED
    brings = {"turnout": "40", "marshals": "6", "money": "250.50", "sound": True, "other": "Water"}
    page = visitor.submit(page, "turnout", answer="accept", **brings)
    assert "Your group stands behind it. Thank you!" in page.text
    for said in ("40 people", "6 marshals", "$250.50", "1 sound system", "Water"):
        assert said in page.text
    (one,) = rows()
    assert one.state is CoSponsorState.ACCEPTED and one.contact_id == representative.contact.id
    assert visitor.post(link, data={"answer": "accept", "other": "Water"}).status_code in (400, 409)
    assert db.session.scalar(select(func.count()).select_from(Commitment)) == 5
    assert [one.name for one in list_public_co_sponsors(saturdays.id, NEXT)] == ["Dockworkers Local 19"]
    page = organizer.browser.page(f"{pages_of(saturdays)}ledger?date={NEXT}")
    assert "40 people" in page.text and "$250.50" in page.text


def test_declined_and_asked_again_it_is_the_same_row_and_reminders_stop_with_an_answer(
    saturdays, organizer, representative, friday
):
    group = representative.contact.organization
    asked = Invitation(saturdays, None, BY)
    assert invite_groups(organizer.viewer, asked, [group.id], form_key="a" * 20) == 1
    db.session.commit()
    assert invite_groups(organizer.viewer, asked, [group.id], form_key="a" * 20) == 0
    assert len(mails()) == 1
    do_day()
    assert len(mails()) == 1
    friday.shift(timedelta(days=6))
    do_day()
    sent = mails()
    assert len(sent) == 2 and "A reminder" in sent[1].subject
    answer_co_sponsorship(representative.viewer, rows()[0], CoSponsorState.DECLINED)
    db.session.commit()
    friday.shift(timedelta(days=5))
    do_day()
    assert len(mails()) == 2
    assert (
        invite_groups(organizer.viewer, Invitation(saturdays, None, BY + timedelta(days=9)), [group.id]) == 1
    )
    db.session.commit()
    (one,) = rows()
    assert one.state is CoSponsorState.ASKED and len(mails()) == 3


@pytest.mark.parametrize(
    ("visibility", "on_date", "by", "field"),
    [
        (Visibility.CLOSED, None, BY, "on_date"),
        (Visibility.PUBLIC, date(2026, 11, 29), BY, "on_date"),
        (Visibility.PUBLIC, NEXT, BY, "until"),
        (Visibility.PUBLIC, None, date(2026, 11, 27), "until"),
    ],
)
def test_who_could_not_open_it_or_has_no_time_is_not_invited(
    schedule, organizer, representative, visibility, on_date, by, field
):
    event = schedule(visibility=visibility)
    with pytest.raises(Refused) as refused:
        invite_groups(
            organizer.viewer, Invitation(event, on_date, by), [representative.contact.organization_id]
        )
    assert refused.value.field == field


def test_nobody_ticked_is_told_at_the_groups(saturdays, organizer, representative):
    address = f"/harbor/organize/events/{saturdays.slug}/co-sponsors/invite"
    page = organizer.browser.page(address)
    assert page.response.text.count('name="id"') == 1
    page = organizer.browser.submit(page, "until", 422, id=[])
    assert page.errors() == ["Tick the groups to ask."] and rows() == []


def test_a_group_that_was_not_asked_waits_for_an_organizer_who_is_told_and_tells_it(
    saturdays, organizer, representative, visitor
):
    public = visitor.page(f"/harbor/events/{saturdays.slug}/{NEXT}")
    address = public.links()["Say so for your group"]
    assert "/harbor/group/enter" in visitor.get(address).headers["Location"]
    page = representative.browser.page(address)
    assert "An organizer looks at it first" in page.text
    page = representative.browser.submit(page, "turnout", on_date=str(NEXT), turnout="15")
    assert "The organizers look at it and tell you by mail." in page.text
    assert "Your group has asked." in representative.browser.page(address).text
    (one,) = rows()
    assert one.state is CoSponsorState.REQUESTED and list_public_co_sponsors(saturdays.id, NEXT) == []
    (task,) = db.session.scalars(select(FollowUp)).all()
    assert task.title == "Asks to co-sponsor “March on the Harbor”: accept or not"
    page = organizer.browser.submit(pages_of(saturdays), f"{one.id}/decide", answer="accept")
    assert "co-sponsors, and is listed in public" in page.text
    assert [one.name for one in list_public_co_sponsors(saturdays.id, NEXT)] == ["Dockworkers Local 19"]
    assert "from now on it is named as a co-sponsor" in mails()[-1].body
    edition = rows()[0].edition
    with pytest.raises(Refused):
        decide_request(organizer.viewer, rows()[0], False, edition=edition)


def test_who_was_not_taken_up_does_not_ask_again_and_again(saturdays, organizer, representative):
    group = representative.contact.organization
    one = request_to_co_sponsor(representative.viewer, saturdays, group)
    promise(representative.viewer, saturdays, group, None, Promise(CommitmentKind.TURNOUT, 30))
    decide_request(organizer.viewer, one, False)
    db.session.commit()
    assert sum_promised_turnout(saturdays.id, [NEXT]) == {NEXT: 0}
    assert "did not take it up" in mails()[0].body
    with pytest.raises(Refused):
        request_to_co_sponsor(representative.viewer, saturdays, group)


def test_the_group_promises_changes_and_says_what_came_on_its_own_page(
    saturdays, organizer, representative, friday
):
    group = representative.contact.organization
    invite_groups(organizer.viewer, Invitation(saturdays, NEXT, NEXT), [group.id])
    db.session.commit()
    browser = representative.browser
    page = browser.submit("/harbor/group/", "/co-sponsorships/", answer="accept")
    page = browser.page(page.links()["Say what it brings: March on the Harbor"])
    page = browser.submit(page, "amount", 422, kind="turnout", amount="2.5")
    page = browser.submit(page, "amount", kind="turnout", amount="20")
    assert "20 people" in page.text
    page = browser.page(page.links()["Change: 20 people"])
    made = db.session.scalars(select(Commitment)).one()
    page = browser.submit(page, "amount", amount="25")
    assert "25 people" in page.text
    friday.shift(timedelta(days=1))
    browser.come_in(start_session(representative.contact))
    db.session.commit()
    page = browser.page("/harbor/group/")
    page = browser.page(page.links()["Say what came: 25 people"])
    page = browser.submit(page, "delivered", delivered="31")
    assert "31 people" in page.text and "counted by the group itself" in page.text
    db.session.refresh(made)
    assert (made.delivered, made.counted_contact_id) == (31, representative.contact.id)
    organizer.browser.sign_in(organizer.user)
    page = organizer.browser.page(f"/harbor/organize/organizations/{group.id}")
    assert (
        "Delivered: 31 people of 25 people" in page.text and "Co-sponsors: March on the Harbor" in page.text
    )


def test_the_season_is_summed_up_by_group_on_a_page_and_in_a_file(saturdays, organizer, observer, friday):
    for name in ("=Harbor Tenants Union", "Uptown Choir"):
        promise(organizer.viewer, saturdays, make_organization(name), NEXT,
                Promise(CommitmentKind.MONEY, 12_345))  # fmt: skip
    db.session.commit()
    page = observer.browser.page("/harbor/organize/events/ledger")
    assert "$123.45" in page.text and "$246.90" in page.text
    assert "ledger.csv" not in page.response.text
    file = organizer.browser.submit("/harbor/organize/events/ledger", "ledger.csv").response.text
    assert "'=Harbor Tenants Union,Money,USD,123.45,0.00,0.00" in file
    page = organizer.browser.page("/harbor/organize/events/ledger?from=2027-01-01&until=0001-01-01")
    assert "Nothing was promised in these days" in page.text


def test_two_organizers_at_once_see_each_other(saturdays, organizer, coordinator, friday):
    group = make_organization("Harbor Tenants Union")
    made = promise(organizer.viewer, saturdays, group, NEXT, Promise(CommitmentKind.FLYERS, 500))
    db.session.commit()
    name, address = f"delivered-{made.id}-", f"{pages_of(saturdays)}ledger?date={NEXT}"
    first, second = organizer.browser.page(address), coordinator.browser.page(address)
    organizer.browser.submit(first, name, **{name: "480"})
    page = coordinator.browser.submit(second, name, 409, **{name: "500"})
    assert "Somebody else counted this meanwhile" in page.text and "It says now: 480." in page.text
    page = coordinator.browser.submit(page, name, 422, **{name: "many"})
    coordinator.browser.submit(page, name, **{name: "500"})
    db.session.refresh(made)
    assert made.delivered == 500


def test_who_may_see_and_who_may_act(saturdays, organizer, observer, outsider, visitor, representative_of):
    group, other = make_organization("Harbor Tenants Union"), make_organization("Uptown Choir")
    made = promise(organizer.viewer, saturdays, group, NEXT, Promise(CommitmentKind.FLYERS, 500))
    db.session.commit()
    page = pages_of(saturdays)
    for path in ("", "ledger"):
        assert observer.browser.get(page + path).status_code == 200
    for path in ("invite", f"promise?group={group.id}", f"promises/{made.id}"):
        assert observer.browser.get(page + path).status_code == 403
        assert outsider.browser.get(page + path).status_code == 404
    stranger = representative_of(other)
    assert stranger.browser.get(f"/harbor/group/promises/{made.id}").status_code == 404
    assert stranger.browser.get(f"/harbor/group/promises/{made.id}/delivered").status_code == 404
    assert visitor.get("/harbor/group/co-sponsor/nonsense").status_code == 404


def test_a_series_that_goes_on_as_another_takes_its_co_sponsors_along(saturdays, schedule, organizer):
    group = make_organization("Harbor Tenants Union")
    decide_request(organizer.viewer, request_to_co_sponsor(organizer.viewer, saturdays, group), True)
    promise(organizer.viewer, saturdays, group, None, Promise(CommitmentKind.TURNOUT, 30))
    from_on = NEXT + timedelta(days=14)
    plan = replace(typed_plan(), starts_local=datetime.combine(from_on, SATURDAY.time()))
    later = split_series(organizer.viewer, saturdays, from_on, plan)
    db.session.commit()
    assert [one.name for one in list_public_co_sponsors(later.id)] == ["Harbor Tenants Union"]
    day = later.first_on
    assert sum_promised_turnout(later.id, [day]) == {day: 30}


def test_the_pages_ask_as_often_for_many_groups_as_for_few(saturdays, organizer):
    def fill(numbers) -> None:
        for number in numbers:
            group = make_organization(f"Group {number}")
            one = request_to_co_sponsor(organizer.viewer, saturdays, group)
            decide_request(organizer.viewer, one, True)
            promise(organizer.viewer, saturdays, group, None, Promise(CommitmentKind.TURNOUT, 5))
        make_organization(f"Nobody asked {numbers[0]}")
        db.session.commit()

    def ask_all() -> list[int]:
        page = pages_of(saturdays)
        addresses = (page, f"{page}invite", f"{page}ledger?date={NEXT}", "/harbor/organize/events/ledger")
        return [count_queries(lambda a=address: organizer.browser.get(a)) for address in addresses]

    fill(range(3))
    ask_all()
    few = ask_all()
    fill(range(3, 20))
    assert ask_all() == few and max(few) <= 14
