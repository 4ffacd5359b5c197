"""What the public sees of the demands and of who stands behind them."""

from __future__ import annotations

import gzip

import pytest

from crm.demands.models import DemandKind, StandState
from crm.demands.operations import Words, adopt_version, create_demand
from crm.demands.rendering import render_markdown
from tests.counting import count_queries
from tests.demands.makers import (
    PROGRAM,
    adopt_new_words,
    adopted_demand,
    draft_demand,
    endorse,
    endorse_all,
)
from tests.makers import make_contact, make_organization, make_organizations

S = StandState
WALL = "/harbor/endorsers"
# A page is under 60 KB with its stylesheet; this much is left for the page itself.
LIGHT = 21_000


@pytest.fixture
def homes(coalition):
    return adopted_demand("Homes for all.", es="Vivienda para todos.")


def test_demands_are_posters_in_their_order_and_drafts_are_not_shown(visitor, homes):
    adopted_demand("Schools for all.", DemandKind.EXTENDED)
    draft_demand("A secret draft.")
    text = visitor.page("/harbor/demands/").text
    assert text.index("Homes for all.") < text.index("Schools for all.")
    assert "secret" not in text
    assert visitor.get("/harbor/demands/a-secret-draft").status_code == 404


def test_a_coalition_without_demands_says_so(visitor, coalition):
    assert "has not adopted a demand yet" in visitor.page("/harbor/demands/").text
    assert "No group is listed yet" in visitor.page(WALL).text


def test_a_translation_shows_the_words_that_bind_beside_it(visitor, homes):
    page = visitor.page("/harbor/demands/homes-for-all?lang=es")
    assert "Vivienda para todos." in page.text
    quote = next(page.tree.iter("q"))
    assert (quote.text, quote.get("lang")) == ("Homes for all.", "en")
    assert next(page.tree.iter("h1")).get("lang") == "es"


def test_in_the_language_that_binds_it_says_so(visitor, homes):
    assert "These are the words that bind" in visitor.page("/harbor/demands/homes-for-all").text


def test_what_it_means_is_shown_and_nothing_dangerous_in_it(visitor, coalition):
    text = (
        "Not **one** eviction.\n\n- <script>alert(1)</script>\n- [here](javascript:alert(1)) ![x](http://a/b)"
    )
    demand = create_demand(
        PROGRAM, kind=DemandKind.MINIMUM, binding_language="en", wordings={"en": Words("Homes.", text)}
    )
    adopt_version(PROGRAM, demand.versions[0])
    page = visitor.page("/harbor/demands/homes")
    assert "one" in [strong.text for strong in page.tree.iter("strong")]
    assert not list(page.tree.iter("script")) and not list(page.tree.iter("img"))
    assert "javascript:" not in [a.get("href", "")[:11] for a in page.tree.iter("a")]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\n\nb", "<p>a</p>\n<p>b</p>\n"),
        ("[a](https://x.example)", '<p><a href="https://x.example" rel="nofollow noopener">a</a></p>\n'),
        ("# a", "<p># a</p>\n"),
        ("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    ],
)
def test_markdown_is_a_short_list(typed, shown):
    assert str(render_markdown(typed)) == shown


def test_each_group_stands_under_the_words_that_it_endorsed(visitor, homes):
    endorse(make_organization("Old Union"), homes)
    adopt_new_words(homes, "Homes for everybody.")
    endorse(make_organization("New Union"), homes)
    text = visitor.page("/harbor/demands/homes-for-all").text
    order = ["Homes for everybody.", "New Union", "Version 1, adopted on", "Homes for all.", "Old Union"]
    places = [
        text.index(part, text.index("Who stands behind these words") if part == "New Union" else 0)
        for part in order
    ]
    assert places == sorted(places)
    assert "1 group endorsed version 1, and has not accepted the words in force" in text


def test_a_reservation_is_told_and_its_words_are_not(visitor, homes):
    endorse(make_organization(), homes, state=S.RESERVATION, reservation="Not in the harbor.")
    text = visitor.page("/harbor/demands/homes-for-all").text
    assert "with a reservation" in text
    assert "harbor." not in text


def test_the_wall_shows_name_and_place_and_nothing_of_people(visitor, homes):
    union = make_organization(
        kind="union",
        place="Sodo",
        website="https://local117.example",
        size=1200,
        note="Ask Rosa",
        size_public=False,
    )
    make_contact(union, "Rosa Lark", email="rosa@local117.example", phone="+1 206 555 0100")
    endorse(union, homes, speaker="Rosa Lark")
    for url in (WALL, f"{WALL}?kind=union", f"{WALL}?demand=homes-for-all", "/harbor/demands/homes-for-all"):
        html = visitor.get(url).text
        assert "Teamsters Local 117" in html and "Sodo" in html
        assert not [word for word in ("Rosa", "rosa@", "555", "1,200", "1200") if word in html]


def test_a_published_number_is_counted_and_the_missing_ones_are_told(visitor, homes):
    endorse(make_organization("Local A", kind="union", size=1200, size_public=True), homes)
    endorse(make_organization("Local B", kind="union"), homes)
    assert "1,200 people · 1 group gave no number" in visitor.page(WALL).text


def test_kinds_are_counted_the_largest_first(visitor, homes):
    for name, kind in (("Local A", "union"), ("First Church", "congregation"), ("Local C", "union")):
        endorse(make_organization(name, kind=kind), homes)
    heads = ["".join(h3.itertext()) for h3 in visitor.page(WALL).tree.iter("h3")]
    assert heads == ["2 unions", "1 congregation"]


def test_a_group_is_found_by_a_part_of_its_name_and_what_is_not_there_breaks_nothing(visitor, homes):
    endorse(make_organization(), homes)
    endorse(make_organization("Harbor Tenants"), homes)
    page = visitor.page(WALL)
    for q in ("teamster", "TEAMSTERS", "local 117", "  Local   117 "):
        text = visitor.submit(page, "q", q=q).text
        assert "Teamsters Local 117" in text and "Harbor Tenants" not in text, q
    for q in ("nobody", "%", "_", "' OR 1=1 --", "x\x00y", "x" * 5000):
        response = visitor.get(WALL, query_string={"q": q})
        assert response.status_code == 200, q
        assert "Teamsters" not in response.text, q


def test_a_mistyped_address_breaks_nothing(visitor, homes):
    for query in ("kind=nonsense", "after=rubbish", "before=%00", "kind=union&after=W10", "demand=nonsense",
                  "lang=xx"):  # fmt: skip
        assert visitor.get(f"{WALL}?{query}").status_code in (200, 404), query


def test_pages_are_kept_by_browsers_and_asked_about_each_time(visitor, homes):
    for url in ("/harbor/demands/", "/harbor/demands/homes-for-all", WALL):
        first = visitor.get(url)
        assert first.headers["Cache-Control"] == "public, no-cache"
        assert {"Accept-Language", "Cookie"} <= set(first.vary)
        again = visitor.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_what_is_withdrawn_is_gone_on_the_next_look(visitor, homes):
    union = make_organization()
    endorse(union, homes)
    first = visitor.get(WALL)
    endorse(union, homes, state=S.WITHDRAWN)
    again = visitor.get(WALL, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200 and "Teamsters" not in again.text


def test_what_an_organizer_sees_is_kept_by_nobody(organizer, homes):
    assert organizer.browser.get(WALL).headers["Cache-Control"] == "no-store"


def test_another_coalition_shows_its_own(visitor, homes, other_coalition):
    endorse(make_organization(), homes)
    assert "Teamsters" not in visitor.page("/prairie/endorsers").text
    assert visitor.get("/prairie/demands/homes-for-all").status_code == 404


def weight(response):
    assert "<script" not in response.text
    return len(response.data)


def test_the_wall_is_light_and_asks_as_often_for_many_as_for_few(visitor, homes):
    endorse(make_organization("The First"), homes)
    urls = (WALL, f"{WALL}?kind=union", "/harbor/demands/homes-for-all", f"{WALL}?demand=homes-for-all")
    for number, name in ((0, ""), (3, "Alliance %03d"), (147, "Alliance for Neighborhood Justice %03d")):
        endorse_all(make_organizations(number, f"Community {name}", website="https://an.example"), homes)
        assert max(weight(visitor.get(url)) for url in urls) < LIGHT
        assert [count_queries(lambda url=url: visitor.get(url)) for url in urls] == [5, 4, 6, 6]


def test_pages_of_a_kind_hold_every_group_once(visitor, homes):
    endorse_all(make_organizations(330, "Block %03d", kind="community_group"), homes)
    page = visitor.page(WALL)
    assert "330 community groups" in page.text
    page = visitor.page(page.links()["All 330 community groups"])
    seen = []
    while True:
        seen += [
            "".join(li.itertext()).strip()
            for ul in page.tree.iter("ul")
            if ul.get("class") == "wall-names"
            for li in ul
        ]
        following = page.links().get("Next")
        if not following:
            break
        page = visitor.page(following)
    assert seen == [f"Block {number:03}" for number in range(1, 331)]
    assert len(gzip.compress(visitor.get(WALL).data)) < 15_000
