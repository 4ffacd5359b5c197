"""Tags: free words, one of each, given and taken."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.core import tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.organizations.models import Organization
from crm.tags.models import OrganizationTag, Tag
from crm.tags.operations import (
    add_tags,
    keep_tags,
    put_tag,
    remove_tag,
    rename_tag,
    restore_tag,
    retire_tag,
)
from crm.tags.queries import find_tag, groups_with, list_all_with_counts, list_tags, list_tags_of, tags_text
from crm.tags.words import MOST, read_tags, split_tags, tag_key
from tests.makers import PROGRAM, make_organization


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("Youth, food bank; YOUTH\n#labor ", ["YOUTH", "food bank", "labor"]),
        (" ,; \n", []),
        ("Café, cafe, Straße, STRASSE", ["cafe", "STRASSE"]),
        ("حي, 街坊", ["حي", "街坊"]),
    ],
)
def test_a_typed_list_is_taken_apart(typed, tags):
    assert split_tags(typed) == tags


def test_case_accents_and_punctuation_make_no_other_tag():
    assert tag_key("  Educación--Pública ") == tag_key("EDUCACION publica") == "educacion publica"
    assert tag_key("!!!") == ""


def test_a_group_gets_tags_and_loses_them(coalition):
    group = make_organization("Harbor Bakers")
    assert [tag.label for tag in add_tags(PROGRAM, group.id, ["Youth", "Food bank"])] == [
        "Youth",
        "Food bank",
    ]
    assert add_tags(PROGRAM, group.id, ["FOOD  bank"]) == []
    assert [tag.label for tag in list_tags_of(group.id)] == ["Food bank", "Youth"]
    [food, youth] = list_tags()
    text = db.session.scalar(select(tags_text(Organization.id)).where(Organization.id == group.id))
    assert read_tags(text) == [(food.id, "Food bank"), (youth.id, "Youth")]
    remove_tag(PROGRAM, group.id, food)
    remove_tag(PROGRAM, group.id, food)
    assert [tag.label for tag in list_tags_of(group.id)] == ["Youth"]


def test_what_is_no_tag_is_refused_and_nothing_is_kept(coalition):
    group = make_organization("Harbor Bakers")
    for label in ("!!!", "x" * 61, "a,b", "123-45-6789"):
        with pytest.raises(Refused) as refused:
            add_tags(PROGRAM, group.id, ["good", label])
        assert refused.value.field == "tags"
    assert list_tags() == []
    with pytest.raises(Refused, match=f"at most {MOST} tags"):
        add_tags(PROGRAM, group.id, [f"tag {n}" for n in range(MOST + 1)])


def test_a_tag_is_renamed_put_away_and_taken_out_with_its_groups(coalition):
    group, other = make_organization("Harbor Bakers"), make_organization("Harbor Butchers")
    [youth, _food] = keep_tags(PROGRAM, ["Youth", "Food"])
    assert put_tag(youth, [group.id, other.id]) == 2
    assert put_tag(youth, [group.id]) == 0
    rename_tag(PROGRAM, youth, "Young people")
    with pytest.raises(Refused, match="There is the tag “Food” already"):
        rename_tag(PROGRAM, youth, "FOOD")
    retire_tag(PROGRAM, youth)
    assert [tag.label for tag in list_tags()] == ["Food"]
    assert list_tags_of(group.id) == []
    assert db.session.scalars(groups_with(youth.id)).all() == []
    assert [(tag.label, count) for tag, count in list_all_with_counts()] == [("Food", 0), ("Young people", 2)]
    restore_tag(PROGRAM, youth)
    assert set(db.session.scalars(groups_with(youth.id))) == {group.id, other.id}
    # Typed again it is the same tag.
    retire_tag(PROGRAM, youth)
    assert keep_tags(PROGRAM, ["young PEOPLE"]) == [youth]
    assert youth.retired_at is None


def test_another_coalitions_tags_are_its_own(coalition, other_coalition):
    [ours] = keep_tags(PROGRAM, ["Youth"])
    with tenancy.in_coalition(other_coalition.id):
        [theirs] = keep_tags(PROGRAM, ["Youth"])
        assert find_tag(ours.id) is None
        assert [tag for tag, _count in list_all_with_counts()] == [theirs]
        db.session.delete(theirs)
        db.session.flush()
    assert db.session.scalars(select(Tag)).all() == [ours]
    assert db.session.scalars(select(OrganizationTag)).all() == []
