"""Which groups may be one: found with their reasons, told apart for good; never a local and its union."""

from __future__ import annotations

from crm.core import jobs
from crm.core.db import db
from crm.duplicates.jobs import look, look_nightly
from crm.duplicates.models import PairState
from crm.duplicates.operations import ask_again, say_not_same
from crm.duplicates.queries.pairs import count_pairs, list_pairs
from crm.duplicates.scoring import Listed, compare, find_likely
from tests.makers import make_contact, make_organization


def likeness(one: dict[str, object], other: dict[str, object]):
    return compare(Listed(1, **one), Listed(2, **other))  # type: ignore[arg-type]


def test_what_may_be_one_and_why():
    site, mine = {"website": "https://www.mlk-labor.example/join"}, {"mails": frozenset({b"1"})}
    seattle, tukwila = {"city": "Seattle"}, {"city": "Tukwila"}
    for name, other_name, both, reasons in (
        ("St. Mary’s Parish", "Saint Marys Parish", {}, {"same_name"}),
        ("Harbor Tenants Union", "Harbour Tenants Union", seattle, {"same_name", "city"}),
        ("Teamsters Local 117", "Teamsters L.U. 0117", tukwila, {"same_name", "number"}),
        ("MLK Labor", "MLK County Labor Council", site, {"website"}),
        ("Riverside Mutual Aid", "Riverside Aid", mine, {"mail"}),
        ("4-H Council – Blue Creek Riders", "4-H Council Inc – Blue Creek Rider", seattle, {"city"}),
    ):
        one, other = {"name": name, **both}, {"name": other_name, **both}
        found = likeness(one, other)
        assert found is not None, (one, other)
        assert reasons <= set(found.reasons) and 70 <= found.score <= 100


def test_what_is_two():
    shared = {"website": "https://seiu.example", "mails": frozenset({b"1"}), "city": "Renton"}
    for one, other in (
        ("Service Employees International Union", "Service Employees International Union Local 925"),
        ("SEIU Local 6", "SEIU Local 925"),
        ("United Food and Commercial Workers", "UFCW Local 3000"),
        ("North Harbor Neighbors", "South Harbor Neighbors"),
        ("First Baptist Church", "Temple Beth Am"),
        ("Fallon County 4-H Council", "Fallon County 4-H Council – Kids and Horses"),
        ("County 4-H Council – Teen Leaders", "County 4-H Council – Leaders Council"),
    ):
        assert likeness({"name": one, **shared}, {"name": other, **shared}) is None, (one, other)
    assert (
        likeness({"name": "Grace Church", "city": "Kent"}, {"name": "Grace Church", "city": "Auburn"}) is None
    )
    parent = Listed(1, "Sunrise Movement"), Listed(2, "Sunrise Movement", parent_id=1)
    assert compare(*parent) is None
    assert find_likely(parent, 10) == []


def test_pairs_are_found_by_the_worker_and_told_apart_for_good(organizer):
    one = make_organization("Harbor Tenants Union", city="Seattle")
    other = make_organization("Harbour Tenants Union", city="Seattle")
    third = make_organization("Tenants’ Union of the Harbor", city="Seattle")
    for group in (one, third):
        make_contact(group, "Rosa Lark", phone="(206) 555-0101")
    make_organization("Harbor Tenants Union Local 5", city="Seattle", parent_id=one.id)
    db.session.commit()
    look_nightly()
    jobs.run_all()
    found = {(pair.first_id, pair.second_id): pair for pair in list_pairs(PairState.OPEN).items}
    assert set(found) >= {(one.id, other.id), (one.id, third.id)}
    assert "phone" in found[one.id, third.id].reasons
    number = count_pairs(PairState.OPEN)
    say_not_same(organizer.viewer, other.id, one.id)
    db.session.commit()
    look()
    assert count_pairs(PairState.OPEN) == number - 1 and count_pairs(PairState.NOT_SAME) == 1
    ask_again(organizer.viewer, list_pairs(PairState.NOT_SAME).items[0])
    third.name = "Bakers of Ballard"
    db.session.commit()
    look()
    left = {(pair.first_id, pair.second_id) for pair in list_pairs(PairState.OPEN).items}
    assert (one.id, other.id) in left and (one.id, third.id) not in left
