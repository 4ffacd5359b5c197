"""Lists on other sites: what they show, and that nothing more comes with them."""

from __future__ import annotations

import pytest

from crm.core.db import db
from crm.demands.models import StandState
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, endorse, endorse_all
from tests.makers import make_contact, make_organization, make_organizations

LIST, COUNTER, JSON = "/harbor/embed/endorsers", "/harbor/embed/counter", "/harbor/endorsers.json"


@pytest.fixture
def union(demands):
    group = make_organization(
        "Dock Union", size=1200, size_public=True, website="https://dock.example.org", place="Pier 5"
    )
    make_contact(group, "Rosa Lark", email="rosa@dock.example.org")
    endorse(group, demands[0])
    endorse(group, demands[1], state=StandState.RESERVATION, reservation="Not the rent.", speaker="Rosa Lark")
    db.session.commit()
    return group


@pytest.mark.parametrize("path", [LIST, COUNTER])
def test_any_site_may_frame_it_and_nothing_runs_or_is_kept_in_it(visitor, union, path):
    answer = visitor.get(path)
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert visitor.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/harbor/", "/harbor/letter", "/harbor/sign-on", "/harbor/endorsers"])
def test_no_other_page_may_be_framed(visitor, union, path):
    assert "frame-ancestors 'none'" in visitor.get(path).headers["Content-Security-Policy"]


def test_the_list_names_each_group_with_what_it_accepted(visitor, union):
    text = visitor.page(LIST).text
    assert "2 groups · 1,200 people · 1 group gave no number" in text
    assert "Dock Union Pier 5 demand 2 with a reservation" in text
    assert "Old Union demand 1 in the words of version 1" in text
    assert visitor.page(LIST).links()["Dock Union"] == "https://dock.example.org"


def test_it_is_narrowed_to_a_demand_and_told_in_a_language_and_mode(visitor, union):
    page = visitor.page(f"{LIST}?demand=schools-for-all&lang=es&theme=dark")
    assert "Old Union" not in page.text
    assert "Dock Union" in page.text
    assert (page.tree.get("lang"), page.tree.get("class")) == ("es", "dark")
    assert visitor.page(f"{LIST}?theme=purple").tree.get("class") is None
    assert visitor.get(f"{LIST}?demand=nothing").status_code == 404


def test_the_counter_says_how_many(visitor, union):
    assert "2 groups, 1,200 people" in visitor.page(COUNTER).text


def test_the_json_holds_what_is_public_and_no_more(visitor, union, demands):
    hidden = make_organization("Hidden Union")
    endorse(hidden, demands[1], public=False)
    answer = visitor.get(JSON)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert visitor.get(JSON, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    told = answer.json
    assert (told["groups"], told["listed"], told["people"], told["groups_without_number"]) == (2, 2, 1200, 1)
    dock, old = told["endorsers"]
    assert dock == {
        "name": "Dock Union",
        "kind": dock["kind"],
        "place": "Pier 5",
        "website": "https://dock.example.org",
        "demands": [
            _said("homes-for-all", 2, in_force=True),
            _said("schools-for-all", 1, in_force=True, reserved=True),
        ],
    }
    assert old["demands"] == [_said("homes-for-all", 1, in_force=False)]
    assert not [word for word in ("Rosa", "rosa@", "rent", "Hidden") if word in answer.text]


def _said(demand, version, *, in_force, reserved=False):
    return {
        "demand": demand,
        "version": version,
        "in_force": in_force,
        "with_reservation": reserved,
        "carried_over": False,
    }


def test_a_name_of_markup_is_a_name(visitor, union):
    union.name = '<script>alert("x")</script>'
    union.website = ""
    db.session.commit()
    assert '<script>alert("x")</script>' in visitor.page(LIST).text
    assert "<script>" not in visitor.get(LIST).text


def test_who_withdraws_is_gone_from_all_of_them_at_once(visitor, union, demands):
    for demand in demands:
        endorse(union, demand, state=StandState.WITHDRAWN)
    db.session.commit()
    for path in (LIST, JSON, "/harbor/letter"):
        assert "Dock Union" not in visitor.get(path).text


def test_they_cost_the_same_with_10_and_60_groups(visitor, coalition):
    demand = adopted_demand("Schools for all.")
    endorse_all(make_organizations(10, "Few %03d"), demand)
    few = [count_queries(lambda path=path: visitor.get(path)) for path in (LIST, COUNTER, JSON)]
    endorse_all(make_organizations(50, "Many %03d"), demand)
    many = [count_queries(lambda path=path: visitor.get(path)) for path in (LIST, COUNTER, JSON)]
    assert few == many
    assert max(many) <= 8


def test_organizers_copy_the_line_that_puts_it_on_their_site(organizer, observer, union):
    page = organizer.browser.page("/harbor/organize/demands/")
    page = observer.browser.page(page.links()["Show who stands behind you"])
    lines = [one.get("value") for one in page.tree.iter("input") if "<iframe" in (one.get("value") or "")]
    assert len(lines) == 4
    assert 'src="http://localhost/harbor/embed/endorsers?lang=en"' in lines[0]
