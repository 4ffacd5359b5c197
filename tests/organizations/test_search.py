"""A real name is found by a fragment, a beginning, a misspelling, an acronym, a number or a town."""

from __future__ import annotations

import csv
import random

import pytest

from crm.core import tenancy
from crm.core.permissions import Permission, Viewer
from crm.organizations.names import fold, trigrams
from crm.organizations.operations import delete_organizations, insert_organizations, update_organizations
from crm.organizations.queries import search_organizations, search_organizations_each
from tests.counting import count_queries
from tests.makers import make_contact, make_organization

GROUPS = (
    {"name": "Teamsters Local 6", "city": "Butte"},
    {"name": "Teamsters Local 60", "city": "Laramie"},
    {"name": "First United Methodist Church", "city": "Helena"},
    {"name": "University of Montana", "city": "Missoula"},
    {"name": "International Brotherhood of Electrical Workers", "local_number": "0044"},
    {"name": "Iglesia San José Obrero", "acronym": "ISJO"},
    {"name": "جمعية الحي", "city": "Seattle"},
    {"name": "St. Mary's Parish"},
)


@pytest.fixture
def found(coalition, organizer):
    """found(question) → the names that are found, best first."""
    insert_organizations(GROUPS)
    return lambda question: [group.name for group in search_organizations(organizer.viewer, question)]


FOUND = (
    ("teamst", "Teamsters Local 6"),
    ("Teamsers", "Teamsters Local 6"),
    ("teamsters local 60", "Teamsters Local 60"),
    ("local 6", "Teamsters Local 6"),
    ("#6", "Teamsters Local 6"),
    ("Metodist", "First United Methodist Church"),
    ("ethodis", "First United Methodist Church"),
    ("Universty of Montana", "University of Montana"),
    ("univ of montana", "University of Montana"),
    ("missoula", "University of Montana"),
    ("ibew", "International Brotherhood of Electrical Workers"),
    ("Int'l Bhd. of Electrical Workers, L.U. 44", "International Brotherhood of Electrical Workers"),
    ("jose obrero", "Iglesia San José Obrero"),
    ("JOSÉ", "Iglesia San José Obrero"),
    ("isjo", "Iglesia San José Obrero"),
    ("obrreo", "Iglesia San José Obrero"),
    ("الحي", "جمعية الحي"),
    ("saint marys", "St. Mary's Parish"),
    ("teamsters union in butte", "Teamsters Local 6"),
)


def test_a_group_is_found_by(found):
    for question, first in FOUND:
        assert found(question)[:1] == [first], question


def test_local_6_is_not_local_60(found):
    assert found("teamsters local 6") == ["Teamsters Local 6"]


UNANSWERED = (
    "",
    "   ",
    "xyzzyq",
    "_",
    "…",
    '"',
    "' OR 1 --",
    "a" * 5000,
    "* NOT (",
    "🙂",
)


def test_a_question_without_an_answer_finds_nothing_and_breaks_nothing(found):
    for question in UNANSWERED:
        assert found(question) == [], question


def test_what_is_changed_or_deleted_in_bulk_is_found_as_it_is_now(organizer, coalition):
    first, second = insert_organizations([{"name": "Harbor Bakers"}, {"name": "Harbor Butchers"}])
    update_organizations([{"id": first, "name": "Canal Bakers"}])
    delete_organizations([second])
    assert [g.name for g in search_organizations(organizer.viewer, "harbor")] == []
    assert [g.name for g in search_organizations(organizer.viewer, "canal")] == ["Canal Bakers"]


def test_strangers_find_nothing(coalition):
    make_organization("Harbor Bakers")
    assert search_organizations(Viewer(coalition_id=coalition.id), "harbor") == []


def test_a_question_costs_the_same_with_ten_groups_and_hundreds(organizer, coalition):
    url = "/harbor/organize/search/?q=blok"
    insert_organizations([{"name": f"Block {number} Neighbors"} for number in range(10)])
    few = count_queries(lambda: organizer.browser.page(url))
    insert_organizations([{"name": f"Block {number} Neighbors"} for number in range(10, 300)])
    many = count_queries(lambda: organizer.browser.page(url))
    assert many <= few
    # Beside the frame (coalition, session, switcher): what is spelt so, what nearly, these, the people.
    assert few - 3 <= 4


def test_the_page_finds_people_by_their_whole_address_or_number_for_organizers_alone(organizer, observer):
    group = make_organization("Harbor Bakers")
    make_contact(group, "Rosa Lark", phone="(206) 555-0123", email="Rosa@bakers.example")
    for question in ("rosa@BAKERS.example", "206-555-0123"):
        assert "Rosa Lark" in organizer.browser.page(f"/harbor/organize/search/?q={question}").text
        page = observer.browser.page(f"/harbor/organize/search/?q={question}")
        assert "Rosa Lark" not in page.text
        assert "Harbor Bakers" not in page.text


def test_the_page_says_when_nothing_is_found_and_offers_to_add_it(organizer, observer, coalition):
    page = organizer.browser.page("/harbor/organize/search/?q=Harbor+<b>Bakers")
    assert "Nothing found for “Harbor <b>Bakers”" in page.text
    form = organizer.browser.page(page.links()["Add this group"])
    assert form.form("local_number").find(".//input[@name='name']").get("value") == "Harbor <b>Bakers"
    assert not observer.viewer.can(Permission.ORGANIZATION_EDIT)
    assert "Add this group" not in observer.browser.page("/harbor/organize/search/?q=bakers").links()


def test_another_coalitions_groups_are_not_found(organizer, outsider, other_coalition):
    with tenancy.in_coalition(other_coalition.id):
        make_organization("Prairie Bakers")
    assert "Prairie" not in organizer.browser.page("/harbor/organize/search/?q=bakers").text
    outsider.browser.page("/harbor/organize/search/?q=bakers", status=404)


def test_names_of_real_groups_are_found_though_one_letter_is_wrong(real_data, organizer, coalition):
    with (real_data / "organizations_king_county_wa.csv").open(encoding="utf-8") as file:
        names = sorted({row["name"] for row in csv.DictReader(file)})
    for start in range(0, len(names), 500):
        unique = {fold(name): name for name in names[start : start + 500]}
        insert_organizations([{"name": name, "city": str(start)} for name in unique.values()])
    chance = random.Random(7)
    asked = [name for name in chance.sample(names, 120) if any(len(w) > 4 for w in name.split())]
    there = [
        name in [g.name for g in search_organizations(organizer.viewer, _misspell(name, chance))][:5]
        for name in asked
    ]
    assert sum(there) / len(there) > 0.93


def _misspell(name: str, chance: random.Random) -> str:
    words = name.split()
    place = chance.choice([number for number, word in enumerate(words) if len(word) > 4])
    cut = chance.randrange(1, len(words[place]) - 1)
    words[place] = words[place][:cut] + words[place][cut + 1 :]
    return " ".join(words)


def test_the_index_and_the_questions_cut_words_alike():
    assert trigrams("local 6") == ("_lo", "loc", "oca", "cal", "al_", "_6_")


def test_many_questions_are_answered_as_one_by_one_and_in_two_statements_and_one(organizer, coalition):
    insert_organizations(GROUPS)
    questions = ["teamst", "Teamsers", "jose obrero", "", "xyzzyq", "univ of montana", "Metodist", "الحي"]
    each = search_organizations_each(organizer.viewer, questions, 25)
    assert each == [search_organizations(organizer.viewer, one, 25) for one in questions]
    assert [bool(found) for found in each] == [one not in ("", "xyzzyq") for one in questions]
    asked = count_queries(lambda: search_organizations_each(organizer.viewer, questions * 4, 25))
    assert (
        asked == count_queries(lambda: search_organizations_each(organizer.viewer, questions[1:2], 25)) == 3
    )
