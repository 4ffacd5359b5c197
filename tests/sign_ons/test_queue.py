"""The queue: who sees what of it, what stands beside each sign-on, links that can be copied."""

from __future__ import annotations

import pytest

from crm.audit.models import AuditEntry
from crm.core.clock import now
from crm.core.db import db
from crm.sign_ons.models import SignOn, SignOnState
from crm.sign_ons.operations import accept_as_new
from crm.sign_ons.queries import count_new_since, count_waiting, list_waiting
from tests.counting import count_queries
from tests.makers import make_contact, make_organization
from tests.pages import text_of
from tests.sign_ons.steps import (
    GROUP,
    QUEUE,
    adopt_demands,
    confirm,
    last_link,
    mails,
    newest,
    send,
    waiting,
)


@pytest.fixture
def demands(coalition):
    return adopt_demands()


def test_an_empty_queue_says_what_to_do(coalition, coordinator):
    assert "Nothing is waiting" in coordinator.browser.page(QUEUE).text


def test_what_is_confirmed_waits_and_what_is_not_is_listed_apart(visitor, coalition, coordinator, demands):
    waiting(visitor, coalition)
    send(visitor, coalition, name="Weavers Circle", speaker_email="w@weavers.example")
    page = coordinator.browser.page(QUEUE)
    before, _, after = page.text.partition("Not confirmed yet")
    assert GROUP in before and "endorses 2 demands" in before and "1 sign-on is waiting" in before
    assert "Weavers Circle" in after and "Weavers Circle" not in before


def test_organizers_look_and_coordinators_decide(visitor, coalition, organizer, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    show = f"{QUEUE}{sign_on.id}"
    seen = organizer.browser.page(show)
    assert GROUP in seen.text
    assert not [form for form in seen.forms() if "accept" in form.get("action", "")]
    assert coordinator.browser.page(show).form("accept") is not None
    for act in ("accept", "merge", "decline", "resend"):
        token = {"csrf_token": seen.form("speaker").find("input").get("value")}
        assert organizer.browser.post(f"{show}/{act}", data=token).status_code == 403
    assert newest(coalition).state is SignOnState.WAITING


def test_an_observer_may_not_and_a_stranger_does_not_know_of_it(
    visitor, coalition, observer, outsider, demands
):
    sign_on = waiting(visitor, coalition)
    for path in (QUEUE, f"{QUEUE}{sign_on.id}"):
        assert observer.browser.get(path).status_code == 403
        assert outsider.browser.get(path).status_code == 404
        assert visitor.get(path).status_code == 302
    # In the stranger's own coalition this number is nobody's.
    assert outsider.browser.get(f"/prairie/organize/sign-ons/{sign_on.id}").status_code == 404


def test_numbers_that_are_none_are_not_there(coalition, coordinator):
    for number in ("0", "999", "99999999999999999999"):
        assert coordinator.browser.get(QUEUE + number).status_code == 404


def test_the_speakers_address_is_masked_until_somebody_asks_and_that_is_noted(
    visitor, coalition, organizer, demands
):
    sign_on = waiting(visitor, coalition)
    page = organizer.browser.page(f"{QUEUE}{sign_on.id}")
    assert "ana@dockers19.example" not in page.response.text and "a•••@dockers19.example" in page.text
    assert "ana@dockers19.example" in organizer.browser.submit(page, "speaker").text
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert (entry.action, entry.record_id, entry.user_id) == ("sign_on.reveal", sign_on.id, organizer.user.id)


def test_likely_groups_stand_beside_it(visitor, coalition, coordinator, demands):
    make_organization("International Brotherhood of Dockworkers, Local 19")
    make_organization("Dockworkers Local 91")
    make_organization("Sailors of the Bay", website="https://www.dockers19.example/about")
    known = make_organization("Ruiz Family Bakery")
    make_contact(known, "Ana", email="Ana@Dockers19.example")
    sign_on = waiting(visitor, coalition)
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}")
    assert "Brotherhood of Dockworkers, Local 19" in page.text and "same number of the local" in page.text
    assert "Sailors of the Bay" in page.text and "Same website" in page.text
    assert "Ruiz Family Bakery" in page.text and "The speaker is one of its people" in page.text
    assert "Local 91" not in page.text
    assert "Brotherhood of Dockworkers, Local 19" in coordinator.browser.page(QUEUE).text


def test_another_group_is_found_by_name_without_javascript(visitor, coalition, coordinator, demands):
    other = make_organization("Union of Harbor Hands")
    sign_on = waiting(visitor, coalition)
    page = coordinator.browser.submit(f"{QUEUE}{sign_on.id}", "called", called="harbor hand")
    links = [a.get("href") for a in page.tree.iter("a") if f"with={other.id}" in a.get("href", "")]
    assert links and "Is it “Union of Harbor Hands”?" in coordinator.browser.page(links[0].split("#")[0]).text
    assert "Nothing is called" in coordinator.browser.page(f"{QUEUE}{sign_on.id}?called=zzzzqqqq").text


def test_a_group_that_is_none_is_compared_with_nothing(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    for chosen in ("0", "-4", "999", "99999999999999999999", "x"):
        response = coordinator.browser.get(f"{QUEUE}{sign_on.id}?with={chosen}")
        assert response.status_code == 200 and "Is it “" not in response.text, chosen


def test_where_mail_is_not_set_up_coordinators_copy_the_link(
    visitor, coalition, coordinator, organizer, demands
):
    send(visitor, coalition)
    link = mails()[0].link
    values = [e.get("value") for e in coordinator.browser.page(QUEUE).tree.iter("input")]
    assert link in values
    assert link not in organizer.browser.page(QUEUE).response.text
    confirm(visitor, last_link())
    assert link not in coordinator.browser.page(QUEUE).response.text


def test_a_coordinator_has_the_link_mailed_again(visitor, coalition, coordinator, demands):
    send(visitor, coalition)
    first = last_link()
    coordinator.browser.submit(QUEUE, "resend")
    assert last_link() != first
    assert "newer link was mailed" in visitor.page(first).text
    assert "Confirmed. Thank you!" in confirm(visitor).text


def test_a_link_is_not_mailed_again_once_it_is_confirmed(visitor, coalition, coordinator, demands):
    send(visitor, coalition)
    queue = coordinator.browser.page(QUEUE)
    confirm(visitor)
    assert "confirmed already" in coordinator.browser.submit(queue, "resend").text


def test_a_page_of_the_queue_asks_the_database_as_often_for_60_as_for_1(
    visitor, coalition, coordinator, demands
):
    first = waiting(visitor, coalition)
    copies = [c.key for c in SignOn.__table__.columns if c.key not in {"id", "coalition_id"}]

    def more(count):
        for number in range(count):
            values = {key: getattr(first, key) for key in copies}
            row = f"{count}-{number}"
            values |= {"form_key": row, "name": f"Group {row}", "former_token_hash": None, "website": ""}
            for key in ("token_hash", "sender_index", "content_index"):
                values[key] = row.encode().ljust(32, b"-")
            db.session.add(SignOn(**values))
        db.session.commit()

    one = count_queries(lambda: coordinator.browser.get(QUEUE))
    more(59)
    assert count_queries(lambda: coordinator.browser.get(QUEUE)) == one
    page = coordinator.browser.page(QUEUE)
    assert "60 sign-ons are waiting" in page.text
    shown = [a for a in page.links() if a.startswith("Group ")]
    second = coordinator.browser.page(page.links()["Next"]).links()
    assert shown and not set(shown) & set(second)


def test_today_learns_what_waits_and_what_is_new(visitor, coalition, demands):
    start = now()
    assert (count_waiting(), count_new_since(start), list(list_waiting(5))) == (0, 0, [])
    sign_on = waiting(visitor, coalition)
    assert (count_waiting(), count_new_since(start)) == (1, 1)
    assert [one.id for one in list_waiting(5)] == [sign_on.id]
    assert count_new_since(now()) == 0


def test_the_groups_timeline_tells_of_the_sign_on(visitor, coalition, coordinator, observer, demands):
    sign_on = waiting(visitor, coalition)
    group = accept_as_new(coordinator.viewer, coalition, sign_on.id).organization
    db.session.commit()
    page = f"/harbor/organize/organizations/{group.id}"
    told = coordinator.browser.page(page).tree.findall(".//section[@id='history']//li")
    [entry] = [text_of(one) for one in told if "Signed on by the public form" in text_of(one)]
    assert "No city help" in entry and "Cora Dinator" in entry
    assert "Signed on by the public form" not in observer.browser.page(page).text
