"""Likely groups on pairs of real names, labelled by hand: how many are found, missed and wrongly paired.

The figures stand in docs/using/sign-ons.md; what is held here are floors somewhat below them.
"""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from crm.core.permissions import Role, Viewer
from crm.organizations.names import identity_key
from crm.organizations.operations import insert_organizations
from crm.organizations.queries import search_likely_each
from crm.sign_ons.likeness import MOST_COMPARED, WORTH_A_LOOK, compare
from tests.sign_ons.labelled import labelled_pairs

ORGANIZER = Viewer(1, "Olga", Role.ORGANIZER, 1)


@pytest.fixture
def pairs(real_data):
    return list(labelled_pairs(real_data))


def test_enough_are_labelled_of_both_sorts(pairs):
    labels = Counter(pair.is_same for pair in pairs)
    assert labels[True] >= 60 and labels[False] >= 60


def test_most_pairs_are_told_right(pairs):
    looked_at = [(pair, compare(pair.sent, pair.there).score >= WORTH_A_LOOK) for pair in pairs]
    found = sum(shown for pair, shown in looked_at if pair.is_same)
    wrong = sum(shown for pair, shown in looked_at if not pair.is_same)
    same = sum(pair.is_same for pair in pairs)
    assert found >= 0.94 * same
    assert wrong <= 0.06 * (len(pairs) - same)


def test_the_search_brings_the_true_group_among_the_candidates(coalition, pairs, real_data):
    """Among a few thousand other groups of a directory."""
    true = [pair for pair in pairs if pair.is_same]
    fill_directory(real_data, {pair.there.name for pair in true})
    found = search_likely_each(ORGANIZER, [pair.sent.name for pair in true], MOST_COMPARED)
    missed = [
        pair.sent.name
        for pair, each in zip(true, found, strict=True)
        if pair.kind != "website alone"
        and identity_key(pair.there.name) not in {identity_key(one.name) for one in each}
    ]
    assert len(missed) <= 0.1 * len(true), missed


def fill_directory(real_data, names):
    with (real_data / "organizations_wa_spokane_irs_bmf.csv").open(encoding="utf-8") as file:
        others = [row["name"] for row in csv.DictReader(file)][:2500]
    rows = {identity_key(name): {"name": name} for name in [*others, *sorted(names)]}
    insert_organizations(list(rows.values()))
