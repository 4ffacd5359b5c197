"""The list of groups listed twice, the comparison, the merge and its undoing, as an organizer does it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from crm.core import clock, jobs, tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.duplicates.models import LikelyPair, Merge
from crm.duplicates.operations import Chosen, merge
from crm.organizations.models import How, Organization
from crm.organizations.queries.endings import find_ending
from tests.counting import count_queries
from tests.makers import make_contact, make_organization, make_organizations

HERE = "/harbor/organize/duplicates/"


def group_page(group: Organization) -> str:
    return f"/harbor/organize/organizations/{group.id}"


def test_from_the_list_to_one_group_and_back(organizer, observer, outsider):
    browser = organizer.browser
    kept = make_organization("Harbor Tenants Union", city="Seattle", note="Ask for Ann.")
    other = make_organization("Harbour Tenants Union", city="Seattle", size=40, note="Ask for Lu.")
    make_contact(other, "Lu Osei")
    db.session.commit()
    assert "seems to be listed twice" in browser.page(HERE).text
    browser.submit(HERE, "/look")
    jobs.run_all()
    page = browser.page(HERE).text
    assert "Harbour Tenants Union" in page and "same city" in page
    compare = f"{HERE}{kept.id}/{other.id}"
    assert f'href="{compare}"' in browser.get(HERE).text
    page = browser.page(compare).text
    assert "people who act for it" in page and "Both, one below the other" in page
    for stranger, status in ((observer, 403), (outsider, 404)):
        assert stranger.browser.get(compare).status_code == status
    # Whoever was slower is told, and nothing is changed.
    assert "Look at both again" in browser.submit(compare, "kept_edition", 409, kept_edition="0").text
    page = browser.submit(compare, "kept_edition", name="merged", note="both").text
    assert (
        "Harbour Tenants Union" in page
        and "Ask for Ann." in page
        and "Ask for Lu." in page
        and "parted" in page
    )
    assert browser.get(group_page(other)).location.endswith(group_page(kept))
    assert browser.get(compare).status_code == 200 and "merged into" in browser.page(compare).text
    browser.submit(HERE, "/undo")
    db.session.expire_all()
    assert (kept.name, other.archived_at) == ("Harbor Tenants Union", None)
    browser.submit(compare, "/apart/")
    jobs.run_all()
    assert "seems to be listed twice" in browser.page(HERE).text
    browser.submit(HERE + "?show=apart", "/again")
    assert "Harbour Tenants Union" in browser.page(HERE).text
    assert "Harbour Tenants Union" in browser.page(f"{HERE}with/{kept.id}").text
    assert browser.get(f"{HERE}{kept.id}/{kept.id}").status_code == 404


def test_a_group_that_is_no_more(organizer):
    browser = organizer.browser
    old, new = make_organization("Cannery Workers"), make_organization("Food and Cannery Workers")
    db.session.commit()
    address = group_page(old) + "/end"
    browser.submit(address, "how", 422, how="succeeded")
    browser.submit(address, "how", 422)
    browser.submit(address, "how", how="succeeded", parent_name=new.name, ended_on="2026-01-31")
    db.session.expire_all()
    ending = find_ending(old.id)
    assert (ending.how, ending.successor_id, str(ending.ended_on)) == (How.SUCCEEDED, new.id, "2026-01-31")
    assert "Goes on as another group" in browser.page(group_page(old)).text
    assert "Cannery Workers" in browser.page(group_page(new)).text
    browser.submit(group_page(old), "/restore")
    db.session.expire_all()
    assert old.archived_at is None and find_ending(old.id) is None
    browser.submit(address, "how", how="dissolved")
    db.session.expire_all()
    assert "Dissolved" in browser.page(group_page(old)).text


def test_the_list_asks_the_database_as_often_for_30_pairs_as_for_3(organizer):
    ids = make_organizations(60)
    now = clock.now()

    def add(number: int) -> None:
        for place in range(number):
            first, second = ids.pop(), ids.pop()
            pair = {"first_id": min(first, second), "second_id": max(first, second)}
            db.session.add(LikelyPair(**pair, score=90 - place, reasons=["same_name"], found_at=now))
        db.session.commit()

    add(3)
    few = count_queries(lambda: organizer.browser.page(HERE))
    add(27)
    assert count_queries(lambda: organizer.browser.page(HERE)) == few <= 12


def test_two_people_merge_at_once(app, coalition, organizer, coordinator):
    one, other = make_organization("Harbor Tenants Union"), make_organization("Harbour Tenants Union")
    make_contact(other, "Lu Osei")
    db.session.commit()
    ways = [(organizer.viewer, one.id, other.id), (coordinator.viewer, other.id, one.id)] * 2
    barrier = Barrier(len(ways))
    db.session.remove()

    def press(way) -> str:
        viewer, kept_id, merged_id = way
        with app.app_context(), tenancy.in_coalition(coalition.id):
            barrier.wait()
            try:
                done = merge(viewer, kept_id, merged_id, Chosen({}, 1, 1))
                db.session.commit()
                return str(done.id)
            except Refused:
                db.session.rollback()
                return "refused"

    with ThreadPoolExecutor(len(ways)) as pool:
        said = list(pool.map(press, ways))
    done = db.session.scalars(select(Merge)).one()
    assert sorted(said) == sorted([str(done.id)] * 2 + ["refused"] * 2)
