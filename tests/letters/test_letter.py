"""The sign-on letter: every name, and none under words that it did not accept."""

from __future__ import annotations

import re
from datetime import date

import pytest

from crm.core.db import db
from crm.demands.models import DemandKind, Source, StandState
from crm.demands.operations import Words, adopt_version, create_demand, edit_draft, write_version
from crm.letters.printing import letter_of
from crm.letters.queries import read_letter
from crm.letters.words import note_of
from crm.organizations.models import Organization
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, adopted_demand, endorse, endorse_all
from tests.makers import make_organization, make_organizations
from tests.pages import text_of

LETTER = "/harbor/letter"
HOSTILE = '#panic("x") *bold* $x$ \\#eval("1") @ref <b>& "quoted" ]) //'


def sections(page):
    """Heading → the names below it."""
    found, here = {}, ""
    for element in page.tree.iter():
        if element.tag == "h2":
            here = text_of(element)
        if element.tag == "ul" and element.get("class") == "letter-names":
            found.setdefault(here, []).extend(text_of(item) for item in element.iter("li"))
    return found


def pages_in(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def notes():
    letter = read_letter("en")
    return {
        one.name: note_of(one, letter.demands)
        for kind in (*letter.whole, *letter.part)
        for one in kind.signers
    }


def test_a_group_stands_below_exactly_what_it_accepted(visitor, demands):
    homes, schools = demands
    for name, said in {
        "All": (homes, schools),
        "Homes Only": (homes,),
        "Schools Only": (schools,),
    }.items():
        for demand in said:
            endorse(make_organization(name) if demand is said[0] else _named(name), demand)
    endorse(_named("Old Union"), schools)
    shown = sections(visitor.page(LETTER))
    assert shown == {
        "They endorse every one of these demands, in these words": ["All"],
        "They endorse some of the demands, or earlier words of them": [
            "Homes Only demand 1",
            "Old Union demand 2; demand 1 in the words of version 1",
            "Schools Only demand 2",
        ],
    }
    assert "Demand 1, version 1 Homes for all." in visitor.page(LETTER).text


def test_the_earlier_words_are_told_whole_where_what_they_mean_alone_changed(visitor, coalition):
    first = {"en": Words("Homes for all.", "Rent is **frozen**.")}
    demand = create_demand(PROGRAM, kind=DemandKind.MINIMUM, binding_language="en", wordings=first)
    adopt_version(PROGRAM, demand.versions[0])
    endorse(make_organization("Old Union"), demand)
    draft = write_version(PROGRAM, demand)
    second = {"en": Words("Homes for all.", "Rent is capped.")}
    edit_draft(PROGRAM, draft, binding_language="en", wordings=second, edition=draft.edition)
    adopt_version(PROGRAM, draft)
    text = visitor.page(LETTER).text
    assert "Rent is capped." in text and "Demand 1, version 1 Homes for all. Rent is frozen." in text
    assert pages_in(visitor.get(f"{LETTER}.pdf").data) == 1
    (former,) = letter_of(coalition, read_letter("en"), date(2026, 11, 21), "a4")["former"]
    assert [run["text"] for block in former["blocks"] for run in block["runs"]] == ["Rent is ", "frozen", "."]


def _named(name):
    return db.session.query(Organization).filter_by(name=name).one()


def test_a_reservation_and_silence_are_said_and_their_words_are_not(visitor, demands):
    homes, schools = demands
    union = make_organization("Careful Union")
    endorse(union, homes, state=StandState.RESERVATION, reservation="Not the part about rent.")
    endorse(union, schools, source=Source.SILENCE)
    assert notes()["Careful Union"] == (
        "demand 1 with a reservation; demand 2 carried over after an editorial change"
    )
    assert "rent" not in visitor.page(LETTER).text


def test_who_is_not_public_or_did_not_endorse_is_not_on_it(visitor, demands):
    homes, _schools = demands
    endorse(make_organization("Hidden"), homes, public=False)
    endorse(make_organization("Against"), homes, state=StandState.DECLINED)
    archived = make_organization("Gone")
    endorse(archived, homes)
    archived.archived_at = archived.created_at
    text = visitor.page(LETTER).text
    assert "Old Union" in text
    assert not [name for name in ("Hidden", "Against", "Gone") if name in text]


def test_people_are_counted_once_for_a_union_and_its_locals(visitor, demands):
    homes, _schools = demands
    parent = make_organization("Parent", size=100, size_public=True)
    endorse(parent, homes)
    endorse(make_organization("Child", size=40, size_public=True, parent_id=parent.id), homes)
    assert "3 groups · 100 people · 1 group gave no number" in visitor.page(LETTER).text


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_pdf_is_whole_tagged_and_on_the_paper_asked_for(visitor, demands, paper):
    answer = visitor.get(f"{LETTER}.pdf?paper={paper}")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert pages_in(answer.data) == 1
    assert b"/StructTreeRoot" in answer.data
    assert b"pdfuaid:part" in answer.data
    width = {"a4": b"595.", "letter": b"612"}[paper]
    assert re.search(rb"/MediaBox\s*\[0 0 " + re.escape(width), answer.data)
    again = visitor.get(f"{LETTER}.pdf?paper={paper}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_paper_that_there_is_not_is_not_found(visitor, demands):
    assert visitor.get(f"{LETTER}.pdf?paper=a3").status_code == 404
    assert visitor.get(f"{LETTER}.pdf").status_code == 200


def test_names_that_look_like_markup_are_names(visitor, demands):
    homes, schools = demands
    plain = make_organization("Plain Name")
    endorse(plain, homes)
    endorse(plain, schools)
    before = visitor.get(f"{LETTER}.pdf").data
    plain.name = HOSTILE
    db.session.commit()
    answer = visitor.get(f"{LETTER}.pdf")
    assert answer.status_code == 200
    assert pages_in(answer.data) == pages_in(before) == 1
    assert HOSTILE in visitor.page(LETTER).text


def test_a_script_that_no_font_has_does_not_keep_the_letter_from_being_made(visitor, demands, caplog):
    endorse(make_organization("工会 東京 🙂"), demands[1])
    answer = visitor.get(f"{LETTER}.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in answer.data


def test_it_is_in_the_readers_language(visitor, demands):
    page = visitor.page(f"{LETTER}?lang=es")
    assert page.tree.get("lang") == "es"
    assert "Nuestras demandas" in page.text
    assert b"/Lang(es)" in visitor.get(f"{LETTER}.pdf?lang=es").data


def test_an_empty_coalition_has_a_letter_that_says_so(visitor, coalition):
    assert "The coalition has not adopted its demands yet." in visitor.page(LETTER).text
    assert visitor.get(f"{LETTER}.pdf").data.startswith(b"%PDF-")


def test_another_coalitions_groups_are_not_on_it(visitor, other_coalition, demands):
    assert "Old Union" not in visitor.page("/prairie/letter").text


def test_the_letter_costs_the_same_with_10_and_60_groups(visitor, coalition):
    demand = adopted_demand("Schools for all.")
    endorse_all(make_organizations(10, "Few %03d"), demand)
    few = count_queries(lambda: visitor.page(LETTER))
    endorse_all(make_organizations(50, "Many %03d"), demand)
    assert count_queries(lambda: visitor.page(LETTER)) == few <= 10


def test_120_groups_fill_two_pages_or_three_in_two_columns(visitor, coalition):
    demand = adopted_demand("Schools for all.")
    endorse_all(make_organizations(120, "Teamsters Local Union No. %03d of the Harbor"), demand)
    answer = visitor.get(f"{LETTER}.pdf")
    assert 2 <= pages_in(answer.data) <= 3
