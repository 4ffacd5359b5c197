"""People are found by what is known of them whole: a part of their name, an address, a number as it rings."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from crm.core import clock, jobs, tenancy
from crm.core.db import db
from crm.home.search_queries import find_everything
from crm.organizations.jobs import keep_words_nightly
from crm.organizations.models import Contact, ContactWord
from crm.organizations.operations import (
    archive,
    contact_columns,
    delete_organizations,
    edit_contact,
    remove_contact,
)
from crm.organizations.queries import search_contacts
from tests.counting import count_queries
from tests.makers import make_contact, make_organization
from tests.pages import defaults

PAGE = "/harbor/organize/search/?q="


@pytest.fixture
def people(coalition, organizer):
    """people(question) → the names that are found, in their order; some people of two groups are there."""
    bakers, cooks = make_organization("Harbor Bakers"), make_organization("Canal Cooks")
    make_contact(bakers, "Rosa María Núñez-Lark", phone="(206) 555-0123", email="Rosa@bakers.example")
    make_contact(cooks, "Ana O’Brien", phone="+52 55 1234 5678")
    make_contact(cooks, "Rosa Quick")
    make_contact(cooks, "", role="steward")
    return lambda question, **more: [
        one.name for one, _group in search_contacts(organizer.viewer, question, **more)
    ]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("rosa", ["Rosa María Núñez-Lark", "Rosa Quick"]),
        ("NUNEZ rosa", ["Rosa María Núñez-Lark"]),
        ("nuñez lark, rosa m.", ["Rosa María Núñez-Lark"]),
        ("obrien", ["Ana O’Brien"]),
        ("O'Brien", ["Ana O’Brien"]),
        # Never by a fragment, a beginning or a misspelling.
        ("ros", []),
        ("nune", []),
        ("rosas", []),
        ("bakers.example", []),
        ("555-0123", []),
        # A number in any notation.
        ("2065550123", ["Rosa María Núñez-Lark"]),
        ("+1 206.555.0123", ["Rosa María Núñez-Lark"]),
        ("tel:+1-206-555-0123", ["Rosa María Núñez-Lark"]),
        ("1 (206) 555 0123 ext. 4", ["Rosa María Núñez-Lark"]),
        ("0052 55 1234 5678", ["Ana O’Brien"]),
        ("011 52 55 1234 5678", ["Ana O’Brien"]),
        ("٢٠٦٥٥٥٠١٢٣", ["Rosa María Núñez-Lark"]),
        ("Rosa Lark <ROSA@Bakers.example>", ["Rosa María Núñez-Lark"]),
        ("", []),
        ("…", []),
        ("a b c", []),
        ("one two three four five six seven", []),
    ],
)
def test_somebody_is_found_by(people, question, names):
    assert people(question) == names


def test_a_first_name_with_the_name_of_the_group_finds_whom_it_may_mean(people, organizer, coalition):
    found = find_everything(organizer.viewer, "rosa canal cooks", clock.now(), "en")
    assert [group.name for group in found.groups] == ["Canal Cooks"]
    assert [person.name for person, _group in found.people] == ["Rosa Quick"]


def people_ids(somebody, question) -> list[int]:
    return [one.id for one, _group in search_contacts(somebody.viewer, question)]


def test_who_is_renamed_removed_or_of_an_archived_group_is_found_no_more(people, organizer):
    rosa, quick = (row[0] for row in search_contacts(organizer.viewer, "rosa"))
    edit_contact(organizer.viewer, quick, {"name": "Rose Quick"})
    assert people("rosa") == ["Rosa María Núñez-Lark"]
    assert people("rose quick") == ["Rose Quick"]
    remove_contact(organizer.viewer, rosa)
    assert people("rosa") == people("lark") == people("2065550123") == []
    archive(organizer.viewer, quick.organization)
    assert people("quick") == []
    fresh = make_organization("Dockers")
    make_contact(fresh, "Ivo Dock")
    db.session.flush()
    words = db.session.scalar(select(func.count()).select_from(ContactWord))
    delete_organizations([fresh.id])
    assert db.session.scalar(select(func.count()).select_from(ContactWord)) == words - 2


def test_names_of_before_are_made_findable_by_the_worker_once(people, organizer, coalition):
    group = make_organization("Dockers")
    rows = [
        {"coalition_id": coalition.id, "organization_id": group.id, "created_at": clock.now()}
        | contact_columns({"name": f"Ivo Dock{number}"})
        for number in range(3)
    ]
    db.session.execute(insert(Contact), rows)
    assert people("ivo") == []
    jobs.enqueue("contacts.words")
    jobs.run_all()
    assert people("ivo dock1") == ["Ivo Dock1"]
    kept = db.session.scalar(select(func.count()).select_from(ContactWord))
    keep_words_nightly()
    assert db.session.scalar(select(func.count()).select_from(ContactWord)) == kept


def test_people_are_found_by_who_may_know_of_them_and_in_their_own_coalition(
    people, observer, organizer, outsider, other_coalition
):
    assert search_contacts(observer.viewer, "rosa") == []
    assert "Núñez" not in observer.browser.page(f"{PAGE}rosa").text
    with tenancy.in_coalition(other_coalition.id):
        make_contact(make_organization("Prairie Bakers"), "Rosa Prairie", phone="2065550123")
        assert [one.name for one, _group in search_contacts(outsider.viewer, "rosa")] == ["Rosa Prairie"]
    assert "Rosa Prairie" not in people("rosa") + people("2065550123")


def test_a_number_that_rings_says_who_it_is_and_is_logged_with_them(people, organizer):
    page = organizer.browser.page(f"{PAGE}206-555-0123")
    assert "Rosa María Núñez-Lark" in page.text and "(206)" not in page.text
    log = organizer.browser.page(page.links()["Log a touch"])
    log_form = defaults(log.form("contact_id"))
    assert log_form["contact_id"] == [str(people_ids(organizer, "lark")[0])]
    # They rang, which the touch says unless it is changed.
    assert log_form["channel"] == ["called_us"]
    mistyped = organizer.browser.page(page.links()["Log a touch"].replace("how=called_us", "how=x"))
    assert defaults(mistyped.form("contact_id"))["channel"] == ["call"]
    by_name = organizer.browser.page(organizer.browser.page(f"{PAGE}lark").links()["Log a touch"])
    assert defaults(by_name.form("contact_id"))["channel"] == ["call"]
    assert "Nobody here has the number" in organizer.browser.page(f"{PAGE}206-555-0199").text


def test_many_with_a_name_cost_as_many_statements_as_few(people, organizer, coalition):
    def ask():
        return find_everything(organizer.viewer, "rosa nobody", clock.now(), "en")

    few = count_queries(ask)
    group = make_organization("Rosa Nobody League")
    for number in range(30):
        make_contact(group, f"Rosa Number{number}")
    assert len(ask().people) == 20
    assert count_queries(ask) <= 4 and few <= 4
