"""Names: compared, numbered, told apart, written. All groups are made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.organizations.display import display_name, full_name
from crm.organizations.names import (
    SIMILAR,
    bare_number,
    group_number,
    identity_key,
    list_similar,
    local_number,
    normalise,
    similarity,
    trigrams,
)
from tests.any_text import CHARACTERS


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "Harbor Pilots Union",
            "HARBOR PILOTS UNION",
            "The Harbor Pilots Union, Inc.",
            "Harbor Pilots Union-N/A",
        ),
        ("Unión de Faroleros", "UNIóN DE FAROLEROS", "Union de Faroleros "),
        ("Bakers & Millers", "Bakers and Millers", "Bakers + Millers"),
        ("St. Brigid's Parish", "Saint Brigids Parish"),
        (
            "Int'l B'hood of Lamp Lighters",
            "International Brotherhood of Lamp Lighters",
            "Intl. Bhd. of Lamp Lighters",
        ),
        ("Ferry Wkrs Assn", "Ferry Workers Association", "Ferry Workers Ass'n"),
        ("F.L.W. Local 6", "FLW Loc. 0006", "FLW #6", "FLW L.U. 6", "FLW Local Union No. 6", "FLW LU No 06"),
        ("Tinsmiths Local 1-L", "Tinsmiths, Local 1L"),
        ("Lamp Corp", "Lamp Corporation"),
        ("Truste\ue721es of Elm", "Trustees of Elm"),
        ("KiteFliers Local N/A", "KiteFliers"),
        ("1st Lantern Church", "First Lantern Church"),
    ],
)
def test_spellings_of_one_name_are_the_same(spellings):
    assert len({normalise(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tinsmiths Local 6", "Tinsmiths Local 7"),
        ("Tinsmiths Local 6", "Tinsmiths Local 60"),
        ("Tinsmiths Local 6", "Tinsmiths Lodge 6"),
        ("Tinsmiths Local 6", "Tinsmiths"),
        ("North Harbor Tenants", "South Harbor Tenants"),
    ],
)
def test_different_groups_are_never_the_same_nor_similar_enough(one, other):
    assert identity_key(one) != identity_key(other)
    assert similarity(one, other) < SIMILAR


def test_a_street_at_the_end_is_not_a_saint():
    assert normalise("Friends of Elm St.") == "friends of elm street"
    assert normalise("St. Elmo Friends") == "saint elmo friends"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Local 6", "6"),
        ("Loc. 0006", "6"),
        ("#6", "6"),
        ("L.U. 6", "6"),
        ("Tinsmiths Union No. 7N", "7n"),
        ("Tinsmiths Local 32BJ", "32bj"),
        ("Tinsmiths Local Lodge 1490", "1490"),
        ("L2795MT Kalama Schools", "2795mt"),
        ("Tinsmiths", None),
        ("Local 000", None),
        ("Lantern Post 12", None),
        ("Neighbors of the Local 6th Street", None),
        ("4-H Club", None),
        ("Route 66 Riders", None),
    ],
)
def test_the_number_of_a_local_is_found(name, number):
    assert local_number(name) == number


def test_numbers_of_posts_and_lodges_are_not_a_locals():
    assert group_number("Lantern Post #0012") == "12"
    assert group_number("Tinsmiths Branch 88") == "88"
    assert group_number("Tinsmiths Local 88") is None


def test_a_number_column_without_a_number_is_empty():
    assert [bare_number(text) for text in ("0000", "", "0188", " 32BJ", "#6")] == ["", "", "188", "32bj", "6"]


class TestIdentity:
    def test_city_and_state_in_any_spelling(self):
        keys = {
            identity_key("The Lamp League", "New York ", "NY"),
            identity_key("LAMP LEAGUE", "NEW YORK CITY", "New York"),
            identity_key("Lamp League, Inc.", "nyc", "N.Y."),
        }
        assert keys == {"lamp league|new york|ny|"}

    def test_another_city_is_another_group(self):
        assert identity_key("Lamp League", "Elmville", "WA") != identity_key("Lamp League", "Oakville", "WA")

    def test_the_number_may_stand_in_the_name_or_in_a_column(self):
        assert (
            identity_key("Tinsmiths LU No 2", "Elmville", "MT")
            == identity_key("TINSMITHS", "Elmville", "MT", number="0002")
            == "tinsmiths|elmville|mt|2"
        )

    def test_a_name_that_is_only_a_number(self):
        assert identity_key("Local 6") == "local|||6"

    @settings(max_examples=30)
    @given(*(st.text(CHARACTERS, max_size=size) for size in (60, 20, 8)))
    def test_it_has_four_parts_whatever_is_in_the_cells(self, name, city, number):
        assert identity_key(name, city, "", number).count("|") == 3

    @given(st.text(alphabet="Aáé &.,'-ñ#6 LocalINTLÑ", max_size=40))
    def test_a_normalised_name_stays_as_it_is(self, name):
        once = normalise(name)
        assert once == once.casefold()
        assert "  " not in once


class TestSimilarity:
    def test_a_misspelling_is_similar(self):
        assert similarity("Harbour Tenents Union", "Harbor Tenants Union") >= SIMILAR

    def test_word_order_does_not_matter(self):
        assert similarity("Tenants Union, Harbor", "Harbor Tenants Union") >= SIMILAR

    def test_the_most_similar_come_first(self):
        names = ["Harbor Tenant Union", "Kite Fliers", "Harbor Tenants Union", "Harbor Tenants Union Local 7"]
        found = [name for name, _ in list_similar("Harbor Tenants' Union", names)]
        assert found == ["Harbor Tenants Union", "Harbor Tenant Union"]


class TestTrigrams:
    def test_a_fragment_shares_them_with_its_name(self):
        assert set(trigrams("arol")) - {"_ar", "ol_"} <= set(trigrams("Unión de Faroleros"))

    def test_accents_and_case_do_not_matter(self):
        assert trigrams("UNIóN") == trigrams("union") == ("_un", "uni", "nio", "ion", "on_")

    def test_a_single_figure_is_a_token(self):
        assert trigrams("Local 6")[-1] == "_6_"

    def test_nothing_gives_nothing(self):
        assert trigrams(" – ") == ()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("HARBOR TENANTS OF THE WEST", "Harbor Tenants of the West"),
        ("IBEW LOCAL 46", "IBEW Local 46"),
        ("SEIU HEALTH, AFL-CIO", "SEIU Health, AFL-CIO"),
        ("UFCW FRIENDS", "UFCW Friends"),
        ("KNIGHTS OF ST. ELMO III", "Knights of St. Elmo III"),
        ("UNIóN INSULAR DE FAROLEROS", "Unión Insular de Faroleros"),
        ("O'MALLEY WOMEN'S CLUB", "O'Malley Women's Club"),
        ("MCDUFF KITE CLUB", "McDuff Kite Club"),
        ("LANTERN EDUCATION AND RIGHTS TEAM (LERT)", "Lantern Education and Rights Team (LERT)"),
        ("TINSMITHS (H.E.A.R.T.) LOCAL 32BJ", "Tinsmiths (H.E.A.R.T.) Local 32BJ"),
        ("SMART LOCAL 9", "SMART Local 9"),
        ("SMART START KIDS", "Smart Start Kids"),
        ("GRUPO Y GENTE", "Grupo y Gente"),
        ("4-H CLUB OF ELM CITY MT", "4-H Club of Elm City MT"),
        ("1ST LANTERN CHURCH", "1st Lantern Church"),
        ("Tinsmiths of eBay ", "Tinsmiths of eBay"),
        ("SAG", "SAG"),
        ("Kite Fliers Local N/A", "Kite Fliers"),
        ("CRONA-", "CRONA"),
    ],
)
def test_capitals_become_a_title_and_acronyms_stay(typed, shown):
    assert display_name(typed) == shown


def test_a_name_is_put_together_from_its_columns():
    assert full_name("TINSMITHS", local="0002") == "Tinsmiths Local 2"
    assert full_name("Tinsmiths LU No 2", local="2") == "Tinsmiths LU No 2"
    assert full_name("LANTERN LEAGUE", unit="34 ELM LODGE", group="0188") == "Lantern League – 34 Elm Lodge"


def test_a_unit_outside_of_a_group_exemption_is_left_out_for_it_may_be_a_person():
    assert full_name("LANTERN LEAGUE", unit="C-O JO DOE", group="0188") == "Lantern League"
    assert full_name("LANTERN LEAGUE", unit="DOE JO", group="0000") == "Lantern League"


def test_a_unit_that_the_name_has_already_is_not_said_twice():
    assert full_name("ELM LODGE OF LANTERNS", unit="ELM LODGE", group="0188") == "Elm Lodge of Lanterns"
