"""Which column is which field."""

import pytest

from crm.exchange.columns import check_mapping, external_source, guess_mapping
from crm.exchange.fields import FIELD_LABELS, Field, demand_field, demand_number, is_field

DEMANDS = [
    (1, "No city help for raids and deportations"),
    (2, "No part in registries"),
    (3, "A safe city for everyone under threat"),
]


def guess(columns, *rows, demands=DEMANDS):
    return guess_mapping(columns.split("|"), [row.split("|") for row in rows], demands)


def test_an_organizers_sheet_in_english():
    assert guess(
        "Org|Type|Size|POC|Who's on it|Status|Last contacted|Notes|Demand 1|D2|Safe city for everyone",
        "Tinsmiths Local 6|union|~1,200|Jo|Al|active|11/3|x|yes|no|asked",
    ) == {
        "Org": "name", "Type": "kind", "Size": "people", "POC": "contact", "Who's on it": "assignee",
        "Status": "stage", "Last contacted": "last_touch", "Notes": "note", "Demand 1": "demand:1",
        "D2": "demand:2", "Safe city for everyone": "demand:3",
    }  # fmt: skip


def test_an_organizers_sheet_in_spanish():
    assert guess(
        "Organización|Tipo|Miembros|Ciudad|Contacto|Responsable|Estado|Último contacto|Notas|Exigencia 1",
        "Sindicato del Faro|sindicato|300|Elm|Jo|Al|contactado|3 nov|x|sí",
    ) == {
        "Organización": "name", "Tipo": "kind", "Miembros": "people", "Ciudad": "city", "Contacto": "contact",
        "Responsable": "assignee", "Estado": "stage", "Último contacto": "last_touch", "Notas": "note",
        "Exigencia 1": "demand:1",
    }  # fmt: skip


def test_estado_is_a_state_where_states_stand_in_it():
    assert guess("Nombre|Estado", "Club Farol|WA")["Estado"] == "state"


def test_group_is_a_name_in_words_and_an_exemption_in_figures():
    assert guess("Group|City", "Lamp League|Elm")["Group"] == "name"
    assert guess("NAME|GROUP|ORGANIZATION", "LAMP LEAGUE|0188|5") == {"NAME": "name", "GROUP": "group_number"}


def test_codes_are_neither_stages_nor_kinds():
    assert guess("NAME|STATUS|TYPE|SECTOR", "ELM COLLEGE|A|1|4") == {"NAME": "name"}


def test_under_a_band_the_last_part_counts():
    assert guess(
        "Group|Contact / Name|Contact / Phone|Demands / 1|Demands / 3",
        "Lamp League|Jo|206-555-0143|yes|board on 12/3",
    ) == {
        "Group": "name", "Contact / Name": "contact", "Contact / Phone": "contact_phone",
        "Demands / 1": "demand:1", "Demands / 3": "demand:3",
    }  # fmt: skip


def test_a_number_names_a_demand_where_stands_stand_beneath():
    assert guess("Group|3. Safety|4. Other", "Lamp League|yes|no") == {
        "Group": "name",
        "3. Safety": "demand:3",
    }


def test_a_column_of_other_words_is_no_demand():
    assert "Demand 1" not in guess("Group|Demand 1", "Lamp League|a long story", "Kites|another one")


def test_notes_may_be_many_and_names_only_one():
    mapping = guess("Name|Group|Notes|Comments", "Lamp League|Kites|a|b")
    assert mapping == {"Name": "name", "Notes": "note", "Comments": "note"}


def test_a_source_without_ids_means_nothing():
    assert guess("source|name", "list|Lamp League") == {"name": "name"}
    assert guess("source|id|name", "list|7|Lamp League")["source"] == "source"


def test_the_union_of_an_employer_is_a_note():
    assert guess(
        "employer_name|union_name|affiliation", "Lamp Works LLC|Tinsmiths Local 6|FLW"
    ) == {"employer_name": "name", "union_name": "note", "affiliation": "note"}  # fmt: skip


def test_a_lone_column_of_texts_is_the_name():
    assert guess("Column A", "Lamp League") == {"Column A": "name"}


def test_a_header_with_a_word_of_names_in_it():
    assert guess("order|organization_as_printed", "1|Lamp League") == {"organization_as_printed": "name"}


def test_nothing_is_guessed_from_nothing():
    assert guess_mapping([]) == {}
    assert guess("Zork|Blarg", "a|b") == {}


def test_id_columns_tell_their_list():
    assert [external_source(c) for c in ("EIN", "IPEDSID", "f_num", "id")] == ["ein", "ipeds", "olms", None]


def test_fields():
    assert set(FIELD_LABELS) == set(Field)
    assert demand_number(demand_field(12)) == 12
    assert demand_number("name") is None
    assert is_field("demand:3")
    assert not is_field("demand:0")
    assert not is_field("colour")


@pytest.mark.parametrize(
    ("mapping", "codes"),
    [
        ({"Org": "name", "A": "note", "B": "note"}, []),
        ({"Org": "name", "Zork": "note"}, ["map_column"]),
        ({"Org": "name", "A": "colour"}, ["map_field"]),
        ({"Org": "name", "A": "demand:9"}, ["map_demand"]),
        ({"Org": "name", "A": "city", "B": "city"}, ["map_twice"]),
        ({"A": "city"}, ["map_no_name"]),
    ],
)
def test_a_mapping_by_hand_is_checked(mapping, codes):
    problems = check_mapping(["Org", "A", "B"], mapping, [1, 2, 3])
    assert [problem.code for problem in problems] == codes
    assert all(problem.message for problem in problems)
