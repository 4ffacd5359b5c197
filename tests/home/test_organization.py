"""The organization page: what all features know of one group, for whom it is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crm.core import clock, tenancy
from crm.core.db import db
from crm.demonstrations.models import CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship, ask_to_co_sponsor
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.home.organization_queries import show_around
from crm.outreach.models import Channel, Outcome
from crm.outreach.operations import Touch, log_touch
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, endorse
from tests.home.rich import make_rich
from tests.makers import make_contact, make_organization, make_organizations
from tests.pages import Page, text_of

HERE = "/harbor/organize/organizations"


@pytest.fixture
def bakers(coalition):
    return make_organization("Harbor Bakers")


def touch(organizer, group, note: str, days_ago: int = 0) -> None:
    at = clock.now() - timedelta(days=days_ago)
    log_touch(organizer.viewer, group, Touch(Channel.CALL, Outcome.REACHED, at, note=note))


def history(page: Page) -> list[str]:
    section = page.tree.find(".//section[@id='history']")
    assert section is not None
    return [text_of(item) for item in section.iter("li")]


def test_the_page_shows_what_the_group_is_and_whose(organizer, bakers, coordinator):
    bakers.assignee_id = coordinator.user.id
    bakers.size = 1200
    page = organizer.browser.page(f"{HERE}/{bakers.id}")
    for shown in ("Harbor Bakers", "1,200", "not public", "Cora Dinator", "To contact"):
        assert shown in page.text


def test_the_history_is_merged_newest_first_and_shows_more_on_asking(organizer, bakers):
    for number in range(25):
        touch(organizer, bakers, f"call {number:02d}", days_ago=number)
    page = organizer.browser.page(f"{HERE}/{bakers.id}")
    assert len(history(page)) == 20
    assert "call 00" in history(page)[0]
    more = organizer.browser.page(page.links()["Show more"].partition("#")[0])
    assert len(history(more)) == 25
    assert "Show more" not in more.links()


def test_a_touch_is_logged_from_the_page(organizer, bakers):
    page = organizer.browser.submit(f"{HERE}/{bakers.id}", "outcome", outcome="left_message", note="try noon")
    assert "try noon" in history(page)[0]


def test_what_is_written_is_shown_as_text(organizer, bakers):
    touch(organizer, bakers, "<script>alert(1)</script>")
    bakers.name = "<img src=x onerror=alert(1)>"
    bakers.note = "{{ 7 * 7 }}"
    make_contact(bakers, "<b>Rosa</b>")
    page = organizer.browser.page(f"{HERE}/{bakers.id}")
    for shown in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "<b>Rosa</b>"):
        assert shown in page.text
    assert page.tree.find(".//main//img") is None
    assert page.tree.find(".//main//script") is None


def test_parent_and_affiliates_link_to_each_other(organizer):
    union = make_organization("Bakers International")
    local = make_organization("Harbor Bakers", parent_id=union.id)
    gone = make_organization("Old Bakers", parent_id=union.id, archived_at=clock.now())
    up = organizer.browser.page(f"{HERE}/{local.id}").links()["Bakers International"]
    assert up.endswith(f"/{union.id}")
    links = organizer.browser.page(up).links()
    assert links["Harbor Bakers"].endswith(f"/{local.id}")
    assert gone.name not in links


def test_stands_and_standing_are_shown_beside_the_stage(organizer, bakers):
    first = adopted_demand("No city help for raids")
    adopted_demand("No part in registries")
    endorse(bakers, first)
    page = organizer.browser.page(f"{HERE}/{bakers.id}")
    for shown in ("1. No city help for raids", "Endorsed", "2. No part in registries", "not asked", "Ally"):
        assert shown in page.text
    assert "stands behind 1 demand now" in page.text


def test_demonstrations_are_shown_to_those_who_may_know_of_them(organizer, observer, bakers, coalition):
    for title, visibility in (("March on the Harbor", Visibility.PUBLIC), ("Walkout", Visibility.CLOSED)):
        plan = Plan(
            kind=EventKind.DEMONSTRATION,
            title=title,
            starts_local=datetime(2027, 1, 16, 12),
            duration=timedelta(hours=2),
            visibility=visibility,
        )
        event = schedule_event(organizer.viewer, coalition, plan)
        event.published_at = clock.now()
        asked = ask_to_co_sponsor(organizer.viewer, event, bakers)
        answer_co_sponsorship(organizer.viewer, asked, CoSponsorState.ACCEPTED)
    page = observer.browser.page(f"{HERE}/{bakers.id}")
    assert "March on the Harbor" in page.text
    assert "Walkout" not in page.text


# What `make_rich` says of a group.
TOLD = (
    *("Demand one", "Other one", "March one", "Former one", "Local one", "task one", "Stage: Active"),
    *("Endorsed: Demand one", "Recorded, not accepted. reason one", "Objected: Other one", "objection one"),
    *("Reminded: Other one", "Asked to endorse: Other one", "Co-sponsors: March one", "note one"),
    *(
        "Promised: truck one (2)",
        "Delivered: truck one of truck one (2)",
        "3 people came.",
        "Signed on by the public form",
    ),
)


def test_all_features_tell_of_a_group_in_few_statements(organizer, observer, coalition, bakers):
    url = f"{HERE}/{bakers.id}"
    make_contact(bakers)
    touch(organizer, bakers, "first")
    make_rich(organizer.user, organizer.viewer, coalition, bakers, "one")
    page = organizer.browser.page(url)
    assert [told for told in TOLD if told not in page.text] == []
    seen = observer.browser.page(url).text
    assert "Signed on by the public form" not in seen and "Endorsed: Demand one" in seen
    few = count_queries(lambda: organizer.browser.page(url))
    for name in ("two", "three"):
        make_rich(organizer.user, organizer.viewer, coalition, bakers, name)
    make_organizations(48, name="Block %03d of many", parent_id=bakers.id)
    for number in range(25):
        touch(organizer, bakers, f"call {number}")
    make_contact(bakers, "Ana Ruiz")
    db.session.commit()
    assert count_queries(lambda: organizer.browser.page(url)) == few
    # Beside the frame (coalition, session, switcher): the group, its people, and all that is around it.
    assert few - 3 <= 5


def test_another_coalition_tells_nothing_of_a_group(organizer, coalition, other_coalition, bakers):
    make_rich(organizer.user, organizer.viewer, coalition, bakers, "one")
    with tenancy.in_coalition(other_coalition.id):
        around = show_around(organizer.viewer, bakers.id, 20)
    assert not any((around.entries, around.tasks, around.said, around.affiliates, around.succeeded))
    assert not around.co_sponsored
    token = tenancy.enter(None)
    with pytest.raises(tenancy.NoCoalition):
        show_around(organizer.viewer, bakers.id, 20)
    tenancy.leave(token)


def test_a_very_large_question_for_history_is_bounded(organizer, bakers):
    for entries in ("-5", "99999999999", "many"):
        organizer.browser.page(f"{HERE}/{bakers.id}?entries={entries}")
