"""A column of tags: read, foreseen, given, and taken off again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import Refused
from crm.exchange.models import Import
from crm.exchange.operations import order_applying
from crm.organizations.models import Organization
from crm.tags.models import Tag
from crm.tags.operations import add_tags
from crm.tags.queries import list_tags_of
from tests.exchange.sheets import IMPORT, csv_of, put_in, read_in, take_back
from tests.makers import PROGRAM, make_organization
from tests.people import Person

ROWS = [
    ["Name", "City", "Tag(s)", "Activist codes"],
    ["Harbor Bakers", "Seattle", "Youth, food-bank; YOUTH", "#Kickoff"],
    ["Harbor Brewers", "Seattle", "youth", "123-45-6789"],
    ["Harbor Butchers", "Seattle", "N/A", "a tag that goes on and on, " + "long " * 30],
]


def tags(name: str) -> list[str]:
    group = db.session.scalar(select(Organization.id).where(Organization.name == name))
    return [tag.label for tag in list_tags_of(group or 0)]


def test_tags_come_in_with_a_list_and_go_with_it(organizer: Person):
    bakers = make_organization("Harbor Bakers", city="Seattle")
    add_tags(PROGRAM, bakers.id, ["Food bank", "Union made"])
    preview = read_in(organizer, "groups.csv", csv_of(ROWS))
    text = organizer.browser.page(preview).text
    assert "3 new tags:" in text and "Tags: YOUTH, Kickoff" in text and "tags: youth" in text
    assert "“123-45-6789” can't be a tag" in text and "60 characters at most" in text
    assert tags("Harbor Bakers") == ["Food bank", "Union made"]
    result = put_in(organizer, "groups.csv", csv_of(ROWS))
    assert tags("Harbor Bakers") == ["Food bank", "Kickoff", "Union made", "YOUTH"]
    assert tags("Harbor Brewers") == ["YOUTH"]
    assert tags("Harbor Butchers") == ["a tag that goes on and on"]
    # The same list again changes nothing, and taking that back takes nothing off.
    take_back(organizer, put_in(organizer, "again.csv", csv_of(ROWS)))
    assert tags("Harbor Brewers") == ["YOUTH"]
    # What somebody tagged since stays, with the tag that another group has by now.
    butchers = db.session.scalars(select(Organization).where(Organization.name == "Harbor Butchers")).one()
    add_tags(PROGRAM, butchers.id, ["Kickoff"])
    db.session.commit()
    take_back(organizer, result)
    left = db.session.scalars(select(Organization.name).order_by(Organization.name)).all()
    assert left == ["Harbor Bakers", "Harbor Butchers"]
    assert tags("Harbor Bakers") == ["Food bank", "Union made"]
    known = set(db.session.scalars(select(Tag.label)))
    assert known == {"Food bank", "Union made", "Kickoff", "a tag that goes on and on"}


def test_a_column_that_is_none_of_tags_makes_no_flood_of_them(organizer: Person):
    rows = [["Name", "Tags"], *([f"Group {number}", f"sentence {number}"] for number in range(301))]
    address = read_in(organizer, "groups.csv", csv_of(rows))
    with pytest.raises(Refused, match="more than 300 new tags"):
        order_applying(db.session.get_one(Import, int(address.removeprefix(IMPORT))))
