"""Today: what is mine to do, what waits, what is new, what is next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from crm.coalitions.models import Membership
from crm.core import clock, tenancy
from crm.core.db import db
from crm.demands.models import DecidedHow, StandingChange, StandState
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import Event, EventKind, Visibility
from crm.organizations.models import OrganizationKind
from crm.outreach.models import FollowUp, Outcome
from crm.outreach.operations import add_follow_up
from crm.sign_ons.models import SignOn, SignOnState
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_organization
from tests.outreach.conftest import NOW, at, noon, touch

TODAY = "/harbor/organize/"
__all__ = ["at", "noon"]
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def group(coalition):
    made = make_organization("Dockworkers Local 12")
    db.session.commit()
    return made


def add(person, title, due_on, group=None):
    task = add_follow_up(
        person.viewer,
        title=title,
        due_on=due_on,
        owner_id=person.user.id,
        organization_id=group.id if group else None,
    )
    db.session.commit()
    return task


def make_sign_on(name: str, number: int = 0, state: SignOnState = SignOnState.WAITING) -> SignOn:
    key = f"{name}-{number}".ljust(32, "x")
    sign_on = SignOn(
        form_key=key,
        content_index=key.encode()[:32],
        sender_index=key.encode()[:32],
        name=name,
        kind=OrganizationKind.UNION,
        speaker_name="Ana",
        speaker_email="ana@union.example",
        speaker_email_index=key.encode()[:32],
        decided_how=DecidedHow.BOARD,
        language="en",
        state=state,
        token_hash=key.encode()[:32],
        linked_at=NOW,
        expires_at=NOW + timedelta(days=3),
        created_at=NOW,
        confirmed_at=NOW - timedelta(hours=1),
    )
    db.session.add(sign_on)
    db.session.commit()
    return sign_on


def make_event(
    title: str, starts: datetime, kind: EventKind = EventKind.DEMONSTRATION, **values: object
) -> Event:
    event = Event(
        slug=title.lower().replace(" ", "-"),
        kind=kind,
        visibility=Visibility.PUBLIC,
        title=title,
        starts_local=starts,
        duration_minutes=120,
        timezone="America/Los_Angeles",
        first_on=starts.date(),
        last_on=starts.date(),
        uid=title,
        published_at=NOW,
        created_at=NOW,
        changed_at=NOW,
        **values,
    )
    db.session.add(event)
    db.session.commit()
    return event


def test_the_first_day_says_what_to_do_first(coordinator, observer):
    page = coordinator.browser.page(TODAY)
    for step in ("Bring in your groups", "Write your demands", "Say when everybody meets"):
        assert step in page.text
    assert "First things first" not in observer.browser.page(TODAY).text


def test_a_first_step_that_is_taken_is_not_asked_for_again(coordinator, group):
    adopted_demand()
    make_event("March", datetime(2026, 12, 5, 12))
    assert "First things first" not in coordinator.browser.page(TODAY).text


def test_my_follow_ups_stand_by_when_they_are_due(organizer, coordinator, group):
    add(organizer, "Call back", date(2026, 11, 20), group)
    add(organizer, "Book the hall", date(2026, 11, 25))
    add(organizer, "Bring leaflets", date(2026, 12, 1))
    add(organizer, "Much later", date(2026, 12, 2))
    add(coordinator, "Somebody else's", date(2026, 11, 25))
    text = organizer.browser.page(TODAY).text
    places = [
        text.index(part)
        for part in ("Overdue", "Call back", "Today Book the hall", "This week", "Bring leaflets")
    ]
    assert places == sorted(places)
    assert "5 days late" in text
    assert "Much later" not in text
    assert "Somebody else's" not in text


def test_each_is_dealt_with_where_it_stands(organizer, group):
    task = add(organizer, "Call back", date(2026, 11, 25), group)
    page = organizer.browser.submit(TODAY, f"{task.id}/done")
    assert page.url == TODAY
    page = organizer.browser.submit(page, "reopen")
    assert page.url == TODAY
    page = organizer.browser.submit(page, "snooze", until="tomorrow")
    assert page.url == TODAY
    db.session.refresh(task)
    assert task.due_on == date(2026, 11, 26)


def test_logging_the_call_takes_it_off_and_comes_back_here(organizer, group):
    add(organizer, "Call back", date(2026, 11, 25), group)
    page = organizer.browser.page(TODAY)
    page = organizer.browser.submit(
        page.links()["Log a touch Dockworkers Local 12"], "outcome", outcome="reached"
    )
    assert page.url == TODAY
    assert "Logged for Dockworkers Local 12" in page.text
    assert db.session.query(FollowUp).one().done_at is not None


def test_the_day_turns_where_the_coalition_is(organizer, group, at):
    add(organizer, "Call back", date(2026, 11, 25), group)
    at(datetime(2026, 11, 26, 7, 59, tzinfo=UTC))
    organizer.browser.sign_in(organizer.user)
    assert "late" not in organizer.browser.page(TODAY).text
    at(datetime(2026, 11, 26, 8, 0, tzinfo=UTC))
    assert "1 day late" in organizer.browser.page(TODAY).text


def test_sign_ons_wait_for_a_decision_and_observers_are_not_told(coordinator, organizer, observer, coalition):
    waiting = make_sign_on("Teachers Local 3")
    make_sign_on("Not confirmed", 1, SignOnState.UNCONFIRMED)
    page = coordinator.browser.page(TODAY)
    assert page.links()["Decide: Teachers Local 3"].endswith(f"/sign-ons/{waiting.id}")
    assert "Not confirmed" not in page.text
    assert "Look: Teachers Local 3" in organizer.browser.page(TODAY).links()
    assert "Teachers" not in observer.browser.page(TODAY).text


def test_what_others_did_since_i_was_last_here(organizer, coordinator, group, at, noon):
    organizer.browser.page(TODAY)
    at(noon + timedelta(hours=1))
    touch(coordinator, group, Outcome.MEETING_SET)
    touch(organizer, group, Outcome.NO_ANSWER)
    endorse(group, adopted_demand("One."))
    endorse(group, adopted_demand("Two."))
    db.session.commit()
    at(noon + timedelta(hours=2))
    for _look in range(2):
        text = organizer.browser.page(TODAY).text
        assert "Dockworkers Local 12: Meeting set" in text
        assert "Cora Dinator" in text
        assert "No answer" not in text
        assert "Dockworkers Local 12 endorsed 2 demands" in text
    at(noon + timedelta(hours=3))
    assert "Nothing new from the others." in organizer.browser.page(TODAY).text


def test_a_touch_told_days_late_is_news_all_the_same(organizer, coordinator, group, at, noon):
    organizer.browser.page(TODAY)
    at(noon + timedelta(hours=1))
    touch(coordinator, group, Outcome.REACHED, at=noon - timedelta(days=2))
    at(noon + timedelta(hours=2))
    assert "Dockworkers Local 12: Reached" in organizer.browser.page(TODAY).text


def test_looking_is_noted_once_a_minute(organizer, at, noon):
    def seen():
        db.session.expire_all()
        return db.session.query(Membership).filter_by(user_id=organizer.user.id).one().seen_at

    organizer.browser.page(TODAY)
    assert seen() == noon
    at(noon + timedelta(seconds=50))
    organizer.browser.page(TODAY)
    assert seen() == noon
    at(noon + timedelta(seconds=70))
    organizer.browser.page(TODAY)
    assert seen() == noon + timedelta(seconds=70)


def test_the_next_three_dates_say_what_they_lack(organizer, observer, group):
    march = make_event("March", datetime(2026, 11, 28, 12), place_name="City Hall")
    make_event("Draft hearing", datetime(2026, 11, 30, 18), EventKind.HEARING)
    db.session.query(Event).filter_by(title="Draft hearing").update({"published_at": None})
    make_event("Picket", datetime(2026, 12, 1, 12), place_name="Pier 3")
    make_event("Fourth", datetime(2026, 12, 2, 12))
    make_event("Cancelled", datetime(2026, 11, 27, 12), cancelled_at=NOW)
    for state, name in (
        (CoSponsorState.ACCEPTED, group),
        (CoSponsorState.ASKED, make_organization("Tenants")),
    ):
        db.session.add(CoSponsorship(organization_id=name.id, event_id=march.id, state=state, asked_at=NOW))
    db.session.commit()
    text = organizer.browser.page(TODAY).text
    shown = text[text.index("Next dates") :]
    assert (
        "March Sat, Nov 28, 12:00 PM · City Hall 1 co-sponsor 1 asked has not answered Draft"
        in shown.replace("\u202f", " ")
    )
    assert "not published no place yet Picket" in shown
    assert "Pier 3 no co-sponsor yet" in shown
    assert "Fourth" not in shown
    assert "Cancelled" not in shown
    assert "Draft hearing" not in observer.browser.page(TODAY).text


def test_growth_counts_from_monday_and_a_group_once(organizer, group, at, noon):
    one, two = adopted_demand("One."), adopted_demand("Two.")
    at(datetime(2026, 11, 22, 12, tzinfo=UTC))
    early = make_organization("Early birds")
    endorse(early, one)
    at(noon)
    endorse(early, two)
    endorse(group, one)
    endorse(group, two)
    db.session.commit()
    text = organizer.browser.page(TODAY).text
    assert "This week: 1 group endorsed for the first time, 3 endorsements in all." in text


def test_nothing_of_another_coalition_is_told(organizer, outsider, other_coalition):
    with tenancy.in_coalition(other_coalition.id):
        theirs = make_organization("Prairie Growers")
        touch(outsider, theirs, Outcome.REACHED)
        add(outsider, "Prairie task", clock.now().date(), theirs)
        make_sign_on("Prairie Union")
        make_event("Prairie March", datetime(2026, 11, 28, 12))
        endorse(theirs, adopted_demand("Prairie."))
        db.session.commit()
    page = organizer.browser.page(TODAY)
    assert "Prairie" not in page.text
    assert "This week" not in page.text
    assert "Say when everybody meets" in page.text
    assert outsider.browser.get(TODAY).status_code == 404


def test_it_tells_who_became_a_member_and_who_is_one_no_longer(organizer, coalition):
    first, second = adopted_demand("First."), adopted_demand("Second.")
    bakers, chapel = make_organization("Bakers"), make_organization("Chapel")
    endorse(chapel, first)
    db.session.execute(update(StandingChange).values(at=clock.now() - timedelta(days=30)))
    for group, demand in ((bakers, first), (bakers, second), (chapel, second)):
        endorse(group, demand)
    page = organizer.browser.page(TODAY)
    assert "2 groups are now members" in page.text
    assert page.links()["2 groups are now members"].endswith("/endorsements/?standing=member")
    endorse(chapel, second, state=StandState.WITHDRAWN)
    page = organizer.browser.page(TODAY)
    assert page.links()["Chapel is no longer a member"].endswith(f"/organizations/{chapel.id}")
    assert "Bakers is no longer" not in page.text


def test_it_asks_the_database_at_most_eight_times_however_much_there_is(coordinator, organizer, coalition):
    def fill(count: int, start: int) -> None:
        demand = adopted_demand(f"Demand {start}.")
        for number in range(start, start + count):
            group = make_organization(f"Group {number}")
            touch(organizer, group, Outcome.REACHED)
            endorse(group, demand)
            add(coordinator, f"Task {number}", date(2026, 11, 26), group)
            make_sign_on(f"Sign-on {number}", number)
        make_event(f"March {start}", datetime(2026, 11, 28, 12))

    fill(10, 0)
    coordinator.browser.page(TODAY)
    few = count_queries(lambda: coordinator.browser.page(TODAY))
    fill(25, 100)
    assert count_queries(lambda: coordinator.browser.page(TODAY)) == few <= 8
