"""What targets did with a demand: entered, in its order, taken back, shown to organizers and to everybody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.operations import retire_demand
from crm.policies.models import Instrument, PolicyStatus, PolicyStep
from crm.policies.operations import NewStep, enter_step
from crm.policies.queries import list_reached, list_won
from crm.targets.operations import archive_target
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, draft_demand
from tests.policies.makers import DAY, PROGRAM, make_target, take_step
from tests.sign_ons.steps import mails

P = PolicyStatus
PAGE = "/harbor/organize/demands/homes"
PUBLIC = "/harbor/demands/homes"
ENTER = f"{PAGE}/steps/new"


@pytest.fixture
def homes(coalition):
    return adopted_demand("Homes.")


@pytest.fixture
def city(coalition):
    return make_target("City of Harbor")


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(PolicyStep)) or 0


def text_after(text: str, heading: str) -> str:
    return text[text.index(heading) :]


@pytest.mark.parametrize(
    ("status", "typed", "shown"),
    [
        (P.PROPOSED, {}, "Proposed"),
        (P.INTRODUCED, {"title": "Council Bill 119"}, "Introduced"),
        (P.IN_COMMITTEE, {}, "In committee"),
        (P.PASSED, {"instrument": "ordinance", "binding": "yes", "title": "Ordinance 126"}, "Passed"),
        (P.PASSED, {"instrument": "pledge", "binding": "no"}, "Passed"),
        (P.REJECTED, {}, "Rejected"),
        (P.ENFORCED, {}, "Enforced"),
        (P.ROLLED_BACK, {}, "Rolled back"),
    ],
)
def test_each_status_is_entered_and_public(organizer, visitor, homes, city, status, typed, shown):
    link = "https://harbor.example/records/1"
    values = {"what": status.value, "happened_on": "2026-03-02", "link": link, **typed}
    page = organizer.browser.submit(ENTER, "what", target_id=str(city.id), **values)
    assert "Entered." in page.text
    organizers = text_after(page.text, "With whom we have got how far")
    public = visitor.page(PUBLIC)
    for text in (organizers, text_after(public.text, "Where it stands")):
        assert "City of Harbor" in text and shown in text and "March 2, 2026" in text
        assert typed.get("title", "") in text
        if "binding" in typed:
            assert ("binding" if typed["binding"] == "yes" else "not binding") in text
    sources = [a for a in public.tree.iter("a") if a.get("href") == link]
    assert [a.get("rel") for a in sources] == ["nofollow noopener noreferrer"]


def test_where_it_stands_goes_by_day_then_by_entry(coalition, homes, city):
    take_step(coalition, homes, city, P.IN_COMMITTEE, date(2026, 5, 4))
    take_step(coalition, homes, city, P.INTRODUCED, date(2026, 3, 2))
    (reached,) = list_reached(homes.id)
    assert reached.now.status is P.IN_COMMITTEE
    take_step(coalition, homes, city, P.PASSED, date(2026, 5, 4))
    (reached,) = list_reached(homes.id)
    assert [step.status for step in reached.steps] == [P.PASSED, P.IN_COMMITTEE, P.INTRODUCED]


def test_what_is_enforced_keeps_what_was_passed_and_what_is_rolled_back_does_not(coalition, homes, city):
    take_step(
        coalition, homes, city, P.PASSED, date(2026, 5, 4), instrument=Instrument.RESOLUTION, binding=False
    )
    take_step(coalition, homes, city, P.ENFORCED, date(2026, 6, 1))
    (reached,) = list_reached(homes.id)
    assert (reached.instrument, reached.binding) == (Instrument.RESOLUTION, False)
    assert list_won([homes.id]) == {homes.id: ["City of Harbor"]}
    take_step(coalition, homes, city, P.ROLLED_BACK, date(2026, 7, 1))
    (reached,) = list_reached(homes.id)
    assert (reached.instrument, reached.binding) == (None, None)
    assert list_won([homes.id]) == {}


def test_the_history_stands_below_in_public(coalition, visitor, homes, city):
    take_step(coalition, homes, city, P.INTRODUCED, date(2026, 1, 5), title="Bill 7")
    take_step(coalition, homes, city, P.REJECTED, date(2026, 2, 5))
    page = visitor.page(PUBLIC)
    assert "Rejected since February 5, 2026" in page.text
    details = next(page.tree.iter("details"))
    assert "January 5, 2026: Introduced · Bill 7" in " ".join("".join(details.itertext()).split())


def test_a_slip_is_taken_back_once_and_brought_back(organizer, visitor, coalition, homes, city):
    take_step(coalition, homes, city, P.INTRODUCED, date(2026, 1, 5))
    take_step(coalition, homes, city, P.ENFORCED, date(2026, 2, 5))
    page = organizer.browser.page(PAGE)
    for _press in range(2):
        answer = organizer.browser.submit(page, "/remove")
        assert "“Enforced” with City of Harbor is taken back." in answer.text
    public = visitor.page(PUBLIC).text
    assert "Introduced since" in public and "Enforced" not in public
    assert count() == 2, "kept, and shown no more"
    for _press in range(2):
        assert "counts again" in organizer.browser.submit(answer, "/restore").text
    assert "Enforced since" in visitor.page(PUBLIC).text


def test_a_double_press_enters_one_step(organizer, homes, city):
    page = organizer.browser.page(ENTER)
    for _press in range(2):
        answer = organizer.browser.submit(page, "what", what="proposed", happened_on="2026-03-02")
        assert "Entered." in answer.text
    assert count() == 1


WRONG = (
    ({"what": None}, "Choose one."),
    ({"happened_on": ""}, "Give the day."),
    ({"happened_on": "1026-03-02"}, "Check the year."),
    ({"happened_on": "2999-01-01"}, "yet to come"),
    ({"what": "passed", "binding": "yes"}, "Say what was passed."),
    ({"what": "passed", "instrument": "ordinance"}, "Say whether it binds."),
    ({"instrument": "ordinance"}, "Only what passed has one"),
    ({"binding": "no"}, "Only what passed can bind"),
    ({"link": "javascript:alert(1)"}, "Check this address"),
    ({"link": "ftp://harbor.example/x"}, "Check this address"),
    ({"link": "https://me:secret@harbor.example/"}, "Leave out what stands before"),
    ({"target_id": "999"}, "Choose one of those offered here."),
    ({"title": "x" * 201}, "too long"),
)


def test_what_cannot_be_is_told_beside_its_field(organizer, homes, city):
    form = organizer.browser.page(ENTER)
    for typed, message in WRONG:
        values = {"what": "proposed", "happened_on": "2026-03-02", "title": "Bill 7", **typed}
        page = organizer.browser.submit(form, "what", status=422, **{"target_id": str(city.id), **values})
        assert message in " ".join(page.errors()), message
        assert count() == 0
        if "title" not in typed:
            kept = next(e for e in page.tree.iter("input") if e.get("name") == "title")
            assert kept.get("value") == "Bill 7"


def test_the_day_is_the_coalitions(coalition, homes, city):
    today = clock.today(coalition.zone)
    take_step(coalition, homes, city, P.PROPOSED, today)
    with pytest.raises(Refused, match="yet to come"):
        take_step(coalition, homes, city, P.INTRODUCED, today + timedelta(days=1))


def test_drafts_retired_demands_and_archived_targets_come_to_no_step(coalition, homes, city):
    with pytest.raises(Refused, match="in force"):
        take_step(coalition, draft_demand("Schools."), city, P.PROPOSED)
    retire_demand(PROGRAM, homes)
    with pytest.raises(Refused, match="in force"):
        take_step(coalition, homes, city, P.PROPOSED)
    archive_target(PROGRAM, city)
    with pytest.raises(Refused, match="archived"):
        enter_step(PROGRAM, coalition, adopted_demand("Work."), city, NewStep(P.PROPOSED, DAY))


def test_an_archived_target_keeps_its_history_in_public(coalition, visitor, organizer, homes, city):
    take_step(coalition, homes, city, P.PROPOSED)
    archive_target(PROGRAM, city)
    assert "Proposed since" in visitor.page(PUBLIC).text
    page = organizer.browser.page(ENTER)
    assert "No target yet" in page.text


def test_a_demand_without_steps_shows_nothing_in_public(visitor, homes, city):
    assert "Where it stands" not in visitor.page(PUBLIC).text


def test_an_observer_reads_and_another_coalition_sees_nothing(
    observer, outsider, coalition, other_coalition, homes, city
):
    step = take_step(coalition, homes, city, P.PROPOSED)
    page = observer.browser.page(PAGE)
    assert (
        "Proposed" in page.text and "Enter a step" not in page.text and "Take the step back" not in page.text
    )
    assert observer.browser.get(ENTER).status_code == 403
    assert outsider.browser.get(ENTER).status_code == 404
    assert outsider.browser.get("/prairie/organize/demands/homes/steps/new").status_code == 404
    answer = outsider.browser.post(f"/prairie/organize/demands/homes/steps/{step.id}/remove")
    assert answer.status_code in {400, 404}
    assert list_reached(homes.id)


def test_pages_ask_as_often_for_many_targets(organizer, visitor, coalition, homes):
    take_step(coalition, homes, make_target("Town 0"), P.PROPOSED)
    few = [count_queries(lambda: organizer.browser.get(PAGE)), count_queries(lambda: visitor.get(PUBLIC))]
    for number in range(1, 20):
        target = make_target(f"Town {number}")
        take_step(coalition, homes, target, P.PROPOSED)
        take_step(coalition, homes, target, P.REJECTED)
    many = [count_queries(lambda: organizer.browser.get(PAGE)), count_queries(lambda: visitor.get(PUBLIC))]
    assert many == few


def test_nobody_is_written_to_because_of_a_step(coalition, homes, city):
    before = len(mails())
    take_step(coalition, homes, city, P.PASSED)
    assert len(mails()) == before
