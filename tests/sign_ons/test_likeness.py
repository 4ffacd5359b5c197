"""Which group a sign-on may come from: seen by name, number, website, place."""

from __future__ import annotations

import csv
import re

import pytest

from crm.core.permissions import Role, Viewer
from crm.organizations.models import Organization
from crm.organizations.operations import insert_organizations
from crm.sign_ons.likeness import WORTH_A_LOOK, compare, list_likely, website_host
from crm.sign_ons.models import SignOn

ORGANIZER = Viewer(1, "Olga", Role.ORGANIZER, 1)


def likeness(
    sent: str, there: str, *, website="", known_website="", place="", acronym="", city="", state=""
) -> float:
    group = Organization(
        name=there, website=known_website, acronym=acronym, city=city, place="", local_number="", state=state
    )
    return compare(SignOn(name=sent, website=website, place=place), group).score


@pytest.mark.parametrize(
    ("sent", "there"),
    [
        ("Teamsters Local 117", "TEAMSTERS LOCAL UNION NO. 117"),
        ("Local 6 of the Hotel Workers", "Hotel Workers Local 6"),
        ("Teamsters Local 6", "International Brotherhood of Teamsters, Local 6"),
        ("(The) Latino Network", "The Latino Network"),
        ("St. Marks Church", "Saint Mark's Church"),
        ("Unión de Vecinos", "Union de Vecinos, Inc."),
        ("Harbor Tenants Unoin", "Harbor Tenants Union"),
        ("HTA", "Harbor Tenants Association"),
        ("Harbor Tenants Association (HTA)", "HTA"),
        ("SEIU-32BJ", "Service Employees International Union Local 32BJ"),
        ("Weavers Union, Harbor Federation of Guilds", "Weavers Union"),
        ("Weavers Union affiliated with the Harbor Guilds", "Weavers Union"),
        ("NJ Harbor Pilots", "New Jersey Harbor Pilots"),
    ],
)
def test_the_same_group_in_other_words_is_worth_a_look(sent, there):
    assert likeness(sent, there) >= WORTH_A_LOOK


@pytest.mark.parametrize(
    ("sent", "there"),
    [
        ("Teamsters Local 117", "Teamsters Local 174"),
        ("First Baptist Church", "Second Baptist Church"),
        ("Neighbors for Peace", "Veterans for Justice"),
        ("Community Council", "Community Church"),
        ("Teamsters", "Teamsters Local 117"),
        ("Teamsters Local 117", "Teamsters Local 117 Retirees' Chapter"),
        ("Harbor Immigrant Rights Taskforce", "Hirt Living"),
        ("Carpenters Local 6", "Teamsters Local 6"),
        ("Harbor Metal Trades Council", "Metal Trades Council"),
        ("Neighbors United (Oregon)", "Neighbors United (Nevada)"),
        ("Weavers of the North", "Weavers of the South"),
    ],
)
def test_another_group_is_not(sent, there):
    assert likeness(sent, there) < WORTH_A_LOOK


def test_a_website_tells_but_one_that_many_share_does_not():
    mine = "https://www.weavers.example/join"
    assert likeness("Weavers Circle", "Circle of those who weave", website=mine, known_website=mine) > 40
    page = "https://www.facebook.com/weavers"
    with_page = likeness("Weavers", "Knitters", website=page, known_website=page)
    assert with_page == likeness("Weavers", "Knitters")


def test_an_acronym_stands_for_its_name():
    assert likeness("hcta", "Harbor City Tenants Association", acronym="HCTA") >= WORTH_A_LOOK


def test_the_place_helps():
    apart = likeness("Ward Three Neighbors", "Ward 3 Neighborhood Group", place="Harbor City")
    together = likeness(
        "Ward Three Neighbors", "Ward 3 Neighborhood Group", place="Harbor City, WA", city="harbor city"
    )
    assert together > apart


def test_the_same_name_in_another_state_is_not_shown_and_one_in_its_own_town_is():
    assert likeness("Teamsters Local 2", "Teamsters Local 2", place="Butte, MT", state="NJ") < WORTH_A_LOOK
    assert likeness("Teamsters Local 2", "Teamsters Local 2", place="Butte, MT", state="Montana") == 85.0
    in_kent = likeness("Kent Weavers Guild", "Weavers Guild", city="Kent")
    assert in_kent > likeness("Kent Weavers Guild", "Weavers Guild", city="Harbor City")


@pytest.mark.parametrize("website", ["", "https://[", "not one", "mailto:x"])
def test_what_is_no_website_tells_nothing(website):
    assert website_host(website) == ""


def test_the_teamsters_of_one_list_are_found_in_the_other(coalition, real_data):
    """The same locals, spelt differently by the union's website and in its filings."""
    with (real_data / "unions_teamsters_locals_olms.csv").open(encoding="utf-8") as file:
        filings = list(csv.DictReader(file))
    with (real_data / "unions_teamsters_locals_website.csv").open(encoding="utf-8") as file:
        website = list(csv.DictReader(file))
    insert_organizations(
        [
            {
                "name": f"{row['union_name']} {row['desig_name']} {row['local_number']}".strip(),
                "city": row["city"],
                "state": row["state"],
                "local_number": row["local_number"],
                "external_id": row["f_num"],
                "source": "olms",
            }
            for row in filings
        ]
    )
    numbers = {row["local_number"] for row in filings}
    both = [row for row in website if row["local_number"] in numbers][:60]
    sent = [
        SignOn(id=n, name=f"Teamsters Local {row['local_number']}", website="", place=row["city"],
               speaker_email_index=b"")
        for n, row in enumerate(both, 1)
    ]  # fmt: skip
    found = list_likely(ORGANIZER, sent)
    right = 0
    for one in sent:
        number = re.search(r"\d+", one.name)[0]
        likely = found[one.id]
        right += any(like.organization.local_number == number for like in likely[:3])
    assert right >= 0.9 * len(sent)
