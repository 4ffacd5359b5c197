"""Printed lists: pasted, looked over, checked; what the letter says becomes stands, once."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest
from sqlalchemy import func, select

from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.demands.models import Decision, Endorsement, EndorsementChange, Source, StandRecord, StandState
from crm.organizations.models import Organization, OrganizationKind
from crm.sign_ons.models import ListedName, NameState, PastedList
from crm.sign_ons.operations.lists import Letter, keep_list
from crm.sign_ons.printed_names import read_names
from tests.counting import count_queries
from tests.demands.makers import adopt_new_words, endorse
from tests.makers import make_organization, make_organizations
from tests.sign_ons.steps import QUEUE, adopt_demands, count_rows, in_days, today

PASTE = f"{QUEUE}paste"
NAMES = (
    "1. Weavers Circle (Oregon)\n2. Teamsters Local 117, Ana Ruiz, President\n3. Weavers Circle (Oregon)\n"
)


@pytest.fixture
def demands(coalition):
    return adopt_demands()


def typed(demands, **more):
    version = [one.versions[0].id for one in demands[:2]]
    told = {"title": "Letter to the council", "letter_on": "2026-03-01", "origin": "The Harbor Times"}
    return {**told, "versions": version, "names": NAMES, **more}


def look(who, demands, status=200, **more):
    return who.browser.submit(PASTE, "letter_on", status, step="look", **typed(demands, **more))


def kept_list(who, demands, **more):
    """The same, without the pages."""
    told = typed(demands, **more)
    letter = Letter(told["title"], date.fromisoformat(told["letter_on"]), told["origin"])
    kept = keep_list(who.viewer, letter, [one.versions[0] for one in demands[:2]], read_names(told["names"]))
    db.session.commit()
    return kept


def names_of(kept):
    db.session.expire_all()
    return db.session.scalars(select(ListedName).filter_by(list_id=kept.id).order_by(ListedName.line)).all()


def decide(who, kept, name, act, status=200, **more):
    page = who.browser.get(f"{QUEUE}lists/{kept.id}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    url = f"{QUEUE}lists/{kept.id}/names/{name.id}"
    answer = who.browser.post(url, data={"csrf_token": token, "act": act, **more}, follow_redirects=True)
    assert answer.status_code == status
    return answer.text


def several(who, kept, act, ids, status=200):
    page = who.browser.page(f"{QUEUE}lists/{kept.id}")
    asked = who.browser.submit(page, "several", act=act, chosen=ids)
    return asked, lambda: who.browser.submit(asked, "/several", status, step="do")


def test_names_are_looked_over_and_nothing_is_kept_before(organizer, demands):
    make_organization("Teamsters Local Union No. 117", city="Tukwila")
    page = look(organizer, demands)
    assert "2 groups, as their names are understood" in page.text
    assert "Weavers Circle Oregon" in page.text and "stands there twice" in page.text
    assert (
        "Teamsters Local Union No. 117, Tukwila (85 of 100: same name, same number of the local)" in page.text
    )
    assert "1 of them may be a group" in page.text
    assert count_rows(PastedList) == 0
    again = organizer.browser.submit(page, "names", step="correct")
    assert again.form("letter_on") is not None and "Letter to the council" in again.response.text


def test_kept_they_wait_to_be_checked_and_are_not_public(organizer, visitor, demands):
    preview = look(organizer, demands)
    page = organizer.browser.submit(preview, "names", step="keep")
    # Pressed twice, it is kept once.
    assert organizer.browser.submit(preview, "names", step="keep").url == page.url
    assert count_rows(PastedList) == 1 and count_rows(ListedName) == 2
    kept = db.session.scalars(select(PastedList)).one()
    assert "Letter to the council" in page.text and "The Harbor Times" in page.text
    assert [(one.name, one.place, one.state, one.kind) for one in names_of(kept)] == [
        ("Weavers Circle", "Oregon", NameState.TO_CHECK, OrganizationKind.OTHER),
        ("Teamsters Local 117", "", NameState.TO_CHECK, OrganizationKind.UNION),
    ]
    assert count_rows(Organization) == 0 and "Weavers" not in visitor.page("/harbor/endorsers").text
    assert "Letter to the council" in organizer.browser.page(f"{QUEUE}lists").text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "pasted_list.add")).one()
    assert entry.detail == {"names": 2}


def test_what_is_wrong_is_told_beside_the_field_and_the_names_stay(organizer, demands):
    for more, messages in (
        (
            {"title": " ", "letter_on": "1.3.26", "versions": []},
            {"Say which letter it is.", "Give a day, as in 2026-12-31.",
             "Choose the words that stood in the letter."},
        ),
        ({"letter_on": "1026-03-01"}, {"check the year"}),
        ({"versions": ["x"]}, set()),
        ({"names": "12.\n*\n"}, {"There is no name in this."}),
        ({"names": ""}, {"Paste the names of the groups."}),
    ):  # fmt: skip
        page = look(organizer, demands, 422, **more)
        assert count_rows(PastedList) == 0
        for message in messages:
            assert any(message in text for text in page.errors()), message
        if "names" not in more:
            assert "Weavers Circle" in page.response.get_data(as_text=True)


def test_a_letter_of_tomorrow_and_two_versions_of_one_demand_are_refused(organizer, coalition, demands):
    assert "still to come" in look(organizer, demands, 422, letter_on=in_days(coalition, 2)).errors()[0]
    new = adopt_new_words(demands[0], "No city help for any raid.")
    db.session.commit()
    both = [demands[0].versions[0].id, new.id]
    assert "one version of each demand" in look(organizer, demands, 422, versions=both).errors()[0]


def test_too_many_names_are_refused(organizer, demands):
    page = look(organizer, demands, 422, names="\n".join(f"Neighbors of Block {n}" for n in range(1, 502)))
    assert "at most 500 names" in page.errors()[0] and count_rows(PastedList) == 0


def test_a_name_becomes_a_new_group_that_stands_behind_the_letters_words(coordinator, visitor, demands):
    kept = kept_list(coordinator, demands)
    said = decide(coordinator, kept, names_of(kept)[0], "new")
    assert "“Weavers Circle”: A new group." in said
    group = db.session.scalars(select(Organization)).one()
    assert (group.name, group.place) == ("Weavers Circle", "Oregon")
    stands = list(db.session.scalars(select(Endorsement)))
    told = {(one.state, one.source, str(one.decided_on), one.speaker) for one in stands}
    assert told == {(StandState.ENDORSED, Source.LETTER, "2026-03-01", None)} and len(stands) == 2
    records = list(db.session.scalars(select(StandRecord)))
    assert [one.decision for one in records] == [Decision.ACCEPTED] * 2
    assert "Weavers Circle" in visitor.page("/harbor/endorsers").text


def test_accepted_twice_it_is_accepted_once(coordinator, demands):
    kept = kept_list(coordinator, demands)
    name = names_of(kept)[0]
    for _press in range(2):
        decide(coordinator, kept, name, "new")
    assert count_rows(Organization) == 1 and count_rows(EndorsementChange) == 2
    entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "listed_name.new")
    assert db.session.scalar(entries) == 1


def test_of_two_coordinators_the_second_is_told(coordinator, coalition, person_in, demands):
    kept = kept_list(coordinator, demands)
    other = person_in(coalition, coordinator.viewer.role, "Carl Ordinator")
    name = names_of(kept)[0]
    decide(coordinator, kept, name, "dropped")
    assert "Cora Dinator decided on “Weavers Circle” before you" in decide(other, kept, name, "new", 409)
    assert count_rows(Organization) == 0 and names_of(kept)[0].state is NameState.DROPPED


def test_a_name_is_a_group_that_is_here(coordinator, demands):
    group = make_organization("Teamsters Local Union No. 117")
    kept = kept_list(coordinator, demands)
    assert "It is “Teamsters Local Union No. 117”" in coordinator.browser.page(f"{QUEUE}lists/{kept.id}").text
    decide(coordinator, kept, names_of(kept)[1], "joined", organization_id=group.id)
    assert names_of(kept)[1].organization_id == group.id and count_rows(Organization) == 1
    assert count_rows(Endorsement) == 2
    page = coordinator.browser.page(f"{QUEUE}lists/{kept.id}?checked=y")
    assert "A group that was here" in page.text and "Cora Dinator" in page.text


def test_a_group_that_is_none_changes_nothing(coordinator, demands):
    kept = kept_list(coordinator, demands)
    for chosen in ("", "0", "999", "99999999999999999999", "x"):
        decide(coordinator, kept, names_of(kept)[1], "joined", 422, organization_id=chosen)
        assert names_of(kept)[1].state is NameState.TO_CHECK, chosen


def test_a_new_group_with_a_name_that_is_taken_is_refused(coordinator, demands):
    make_organization("Weavers Circle", place="Oregon")
    kept = kept_list(coordinator, demands)
    assert "is here already" in decide(coordinator, kept, names_of(kept)[0], "new", 422)
    assert names_of(kept)[0].state is NameState.TO_CHECK


def test_what_a_group_says_itself_by_now_stays(coordinator, demands):
    group = make_organization("Teamsters Local 117")
    endorse(group, demands[0], speaker="Ana Ruiz")
    endorse(group, demands[1])
    endorse(group, demands[1], state=StandState.WITHDRAWN)
    kept = kept_list(coordinator, demands)
    told = decide(coordinator, kept, names_of(kept)[1], "joined", organization_id=group.id)
    assert "has since said that it does not endorse this" in told
    live = {one.demand_id: one for one in db.session.scalars(select(Endorsement))}
    assert (live[demands[0].id].speaker, live[demands[0].id].source) == ("Ana Ruiz", Source.SIGNED_PAPER)
    assert live[demands[1].id].state is StandState.WITHDRAWN


def test_several_new_groups_at_once_leave_out_what_looks_like_one_that_is_here(coordinator, demands):
    make_organization("Teamsters Local Union No. 117")
    kept = kept_list(coordinator, demands)
    asked, do = several(coordinator, kept, "new", [one.id for one in names_of(kept)])
    assert "This makes 1 new group and lists them under 2 endorsements." in asked.text
    assert "1 looks like a group that you have: decide on that one by itself." in asked.text
    assert count_rows(Organization) == 1
    assert "1 name is checked." in do().text
    assert [one.state for one in names_of(kept)] == [NameState.NEW, NameState.TO_CHECK]


def test_several_are_joined_where_the_group_is_beyond_doubt(coordinator, demands):
    group = make_organization("Teamsters Local Union No. 117")
    kept = kept_list(coordinator, demands)
    asked, do = several(coordinator, kept, "joined", [one.id for one in names_of(kept)])
    assert "This lists 1 group that is here" in asked.text and "not like one group beyond doubt" in asked.text
    do()
    assert [one.organization_id for one in names_of(kept)] == [None, group.id]


def test_several_are_dropped_and_again_changes_nothing(coordinator, demands):
    kept = kept_list(coordinator, demands)
    asked, do = several(coordinator, kept, "dropped", [one.id for one in names_of(kept)])
    assert "This drops 2 names." in asked.text
    do()
    assert "0 names are checked." in do().text
    assert {one.state for one in names_of(kept)} == {NameState.DROPPED} and count_rows(Organization) == 0


def test_none_chosen_is_told(coordinator, demands):
    kept = kept_list(coordinator, demands)
    page = coordinator.browser.page(f"{QUEUE}lists/{kept.id}")
    assert "Choose names" in coordinator.browser.submit(page, "several", 422, act="new", chosen=[]).text


def test_organizers_paste_and_coordinators_decide(organizer, observer, outsider, visitor, demands):
    kept = kept_list(organizer, demands)
    shown = organizer.browser.page(f"{QUEUE}lists/{kept.id}")
    assert [form for form in shown.forms() if "names/" in form.get("action", "")] == []
    inputs = organizer.browser.page(PASTE).form("letter_on").iter("input")
    token = {one.get("name"): one.get("value") for one in inputs if one.get("name") == "csrf_token"}
    for path in (f"names/{names_of(kept)[0].id}", "several"):
        assert organizer.browser.post(f"{QUEUE}lists/{kept.id}/{path}", data=token).status_code == 403
    for path in (PASTE, f"{QUEUE}lists", f"{QUEUE}lists/{kept.id}"):
        assert observer.browser.get(path).status_code == 403
        assert visitor.get(path).status_code == 302
    assert outsider.browser.get(f"/prairie/organize/sign-ons/lists/{kept.id}").status_code == 404
    for number in ("0", "999", "99999999999999999999"):
        assert organizer.browser.get(f"{QUEUE}lists/{number}").status_code == 404


def test_without_demands_there_is_nothing_to_stand_behind(organizer, coalition):
    assert "No demand is adopted yet" in organizer.browser.page(PASTE).text
    assert "No list was pasted yet" in organizer.browser.page(f"{QUEUE}lists").text


def test_pages_ask_the_database_as_often_for_many_names(coordinator, demands):
    make_organizations(30)
    few = kept_list(coordinator, demands, names="Neighbors of Block 001")
    rows = "\n".join(f"Neighbors of Block {n:03d}" for n in range(1, 31))
    many = kept_list(coordinator, demands, names=rows)
    for kept in (few, many):
        coordinator.browser.get(f"{QUEUE}lists/{kept.id}")
    one = count_queries(lambda: coordinator.browser.get(f"{QUEUE}lists/{few.id}"))
    assert count_queries(lambda: coordinator.browser.get(f"{QUEUE}lists/{many.id}")) == one
    lists = count_queries(lambda: coordinator.browser.get(f"{QUEUE}lists"))
    kept_list(coordinator, demands, title="Another")
    assert count_queries(lambda: coordinator.browser.get(f"{QUEUE}lists")) == lists


def test_the_endorsers_of_two_real_letters_are_understood(organizer, demands, real_data):
    """Pasted as they are printed; states in brackets become places, acronyms stay with the name."""
    for file, count, places in (
        ("endorsers_stop_raids_moratorium_2007.csv", 72, 21),
        ("endorsers_wa_i976_2019.csv", 29, 0),
    ):
        with (real_data / file).open(encoding="utf-8") as rows:
            printed = [row["organization_as_printed"] for row in csv.DictReader(rows)]
        kept = kept_list(organizer, demands, title=file, names="\n".join(printed))
        found = names_of(kept)
        assert len(found) == count
        assert len([one for one in found if one.place]) == places
        assert not [one for one in found if one.name.endswith((",", "(")) or one.name.startswith("(")]


def test_today_is_a_good_day(organizer, coalition, demands):
    assert "Look the names over" in look(organizer, demands, letter_on=today(coalition)).text
