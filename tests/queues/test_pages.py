"""From the directory to the last group of a queue, in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.core.db import db
from crm.organizations.models import OrganizationKind
from crm.outreach.models import Interaction, Outcome
from crm.queues.models import CallQueue, QueueEntry
from crm.queues.operations import add_matching, hand_over
from tests.counting import count_queries
from tests.demands.makers import adopted_demand
from tests.makers import make_organizations
from tests.pages import defaults
from tests.queues.conftest import NOW, called, make_callable, make_queue, next_for

QUEUES = "/harbor/organize/outreach/queues/"
pytestmark = pytest.mark.usefixtures("at")


def test_a_queue_is_made_of_a_filtered_list_and_called_through(organizer, coordinator, coalition):
    demand = adopted_demand()
    pilots = make_callable("Harbor Pilots", people=2, kind=OrganizationKind.UNION, place="Ballard")
    make_callable("Chapel", kind=OrganizationKind.CONGREGATION)
    db.session.commit()
    browser, new = organizer.browser, "/harbor/organize/outreach/queues/new?which=all&kind="
    none = browser.page(f"{new}business")
    assert "No group matches" in none.text and not none.tree.findall(".//textarea")
    unasked = browser.page(f"{new}union&unasked={demand.id}").form("/new")
    assert defaults(unasked)["demand_id"] == [str(demand.id)]
    form = browser.page(f"{new}union")
    assert "Of 1 group" in form.text
    refused = browser.submit(form, "/new", status=422, name=" ", script="Kept as it was.")
    assert "Give the queue a name." in refused.text and "Kept as it was." in refused.text
    page = browser.submit(refused, "/new", name="Unions", script="Ask for an answer.")
    call = browser.submit(page, "/next")
    assert "Harbor Pilots" in call.text and "The only union in Ballard" in call.text
    assert call.links()["(406) 555-0100"].startswith("tel:+1406")
    assert "Ask for an answer." in call.text
    kept = browser.submit(call, "/call", status=422, outcome="call_back", note="They were in a meeting.")
    assert "Choose the day and the hour" in kept.text and "They were in a meeting." in kept.text
    wrong = browser.submit(call, "/call", outcome="wrong_number", then="next")
    assert "(406) 555-0101" in wrong.text and "Now try the next" in wrong.text
    later = browser.submit(
        wrong, "/call", outcome="call_back", due_on="2026-11-26", back_at="15:30", for_next="Ask for Ana.",
        flagged="y", then="next",
    )  # fmt: skip
    assert "3:30" in later.text and "right now" in later.text
    assert db.session.query(Interaction).count() == 2 and pilots.last_touch_at == NOW
    progress = coordinator.browser.page(f"{QUEUES}1?show=flagged")
    assert "Ask for Ana." in progress.text
    seen = coordinator.browser.submit(progress, "/seen")
    assert "is seen to" in seen.text
    back = coordinator.browser.submit(seen, "/put-back")
    assert "waits to be called again" in back.text
    undone = browser.submit(later, "/undo/")
    assert "Taken back" in undone.text and db.session.query(Interaction).count() == 1


def test_who_may_see_and_run_a_queue(observer, organizer, coordinator, outsider, coalition):
    make_callable("Harbor Pilots")
    queue = make_queue(coordinator)
    entry = next_for(organizer, queue)
    called(organizer, entry, Outcome.REACHED, for_next="Rosa is kind.")
    page = observer.browser.page(f"{QUEUES}{queue.id}")
    assert "Harbor Pilots" in page.text and "Rosa is kind." not in page.text
    for path, status in ((f"{queue.id}/call", 403), (f"{queue.id}/edit", 403)):
        assert observer.browser.get(QUEUES + path).status_code == status
    assert outsider.browser.get(f"{QUEUES}{queue.id}").status_code == 404
    assert "Close this queue" not in organizer.browser.page(f"{QUEUES}{queue.id}").text
    closed = coordinator.browser.submit(f"{QUEUES}{queue.id}", "/close")
    assert "nothing of it is handed out" in closed.text
    assert "closed" in organizer.browser.page(f"{QUEUES}{queue.id}/call").text


def test_a_batch_goes_to_a_caller_alone_and_comes_back_when_they_leave(organizer, coordinator):
    for number in range(3):
        make_callable(f"Local {number}")
    queue = make_queue(coordinator)
    assert hand_over(coordinator.viewer, queue, None, organizer.user.id, 2) == 2
    db.session.commit()
    held = next_for(coordinator, queue)
    assert held.caller_id is None
    own = next_for(organizer, queue)
    assert own.caller_id == organizer.user.id
    called(coordinator, held, Outcome.REACHED)
    assert next_for(coordinator, queue) is None
    page = coordinator.browser.page(f"{QUEUES}{queue.id}")
    moved = coordinator.browser.submit(page, "/hand-over", from_id=organizer.user.id, to_id="", most=50)
    assert "Handed over 2 groups." in moved.text
    assert next_for(coordinator, queue) is not None
    refused = coordinator.browser.submit(moved, "/hand-over", status=422, from_id="", to_id="", most=0)
    assert "1 or more" in refused.text


def test_what_matches_by_now_is_added_once(organizer, coordinator):
    make_callable("Harbor Pilots")
    queue = make_queue(organizer)
    make_callable("Harbor Weavers")
    assert [add_matching(organizer.viewer, queue) for _press in range(2)] == [1, 0]
    assert db.session.query(QueueEntry).count() == 2


def test_the_lists_ask_the_database_as_often_with_3_rows_as_with_30(organizer, coordinator):
    def fill(count: int, name: str) -> None:
        make_organizations(count, name)
        for number in range(count):
            make_queue(coordinator, name=f"{name % number}")
        for number, entry in enumerate(db.session.query(QueueEntry)):
            entry.held_by_id, entry.held_until = organizer.user.id, NOW + timedelta(minutes=number % 2)
        db.session.commit()

    def measure() -> list[int]:
        last = max(queue.id for queue in db.session.query(CallQueue))
        return [
            count_queries(lambda url=url: organizer.browser.page(url)) for url in (QUEUES, f"{QUEUES}{last}")
        ]

    fill(3, "Few %03d")
    few = measure()
    fill(30, "Many %03d")
    assert measure() == few
