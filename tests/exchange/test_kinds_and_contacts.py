"""What kind of group a row is about, and whom one talks to there."""

import pytest

from crm.exchange.contact_cells import parse_contact, split_name
from crm.exchange.kinds import kind_from_irs, kind_from_name, parse_kind
from crm.exchange.problems import CellError
from crm.organizations.models import OrganizationKind


class TestKinds:
    @pytest.mark.parametrize(
        ("cell", "kind"),
        [
            ("Union", "union"), ("unions", "union"), ("SINDICATO", "union"), ("Labor", "union"),
            ("Faith-Based Organization", "congregation"), ("Iglesia", "congregation"), ("student",
            "student_group"),
            ("Community-Based Organization", "community_group"), ("comunitaria", "community_group"),
            ("Professional", "professional_group"), ("Negocio", "business"), ("School District", "other"),
            ("union/labor", "union"),
        ],
    )  # fmt: skip
    def test_words(self, cell, kind):
        assert parse_kind(cell) == OrganizationKind(kind)

    def test_an_unknown_word(self):
        assert parse_kind("Zork") == CellError("kind", {"text": "Zork"})

    def test_codes_of_the_irs(self):
        assert kind_from_irs("05") == kind_from_irs("5") == OrganizationKind.UNION
        assert kind_from_irs("03", "10") == OrganizationKind.CONGREGATION
        assert kind_from_irs("06") == OrganizationKind.PROFESSIONAL_GROUP
        assert kind_from_irs("04") == OrganizationKind.COMMUNITY_GROUP
        assert kind_from_irs("03", "15", "B83") == OrganizationKind.STUDENT_GROUP
        assert kind_from_irs("03", "15", "X20") == OrganizationKind.CONGREGATION
        assert kind_from_irs("03", "15", "N61") is kind_from_irs("") is None

    def test_names_that_say_it_and_names_that_do_not(self):
        assert kind_from_name("Tinsmiths Local 6") == OrganizationKind.UNION
        assert kind_from_name("Iglesia del Faro") == OrganizationKind.CONGREGATION
        assert kind_from_name("Elm Tenants") == OrganizationKind.COMMUNITY_GROUP
        assert kind_from_name("Elm Lutheran Hospital") is kind_from_name("Elm Community College") is None
        assert kind_from_name("Kite Fliers") is None


class TestContacts:
    def test_a_name_with_a_number_and_an_address(self):
        contact = parse_contact("Jo Doe, (206) 555-0143, jo@lamp.example")
        assert contact == ("Jo Doe", ("jo@lamp.example",), ("+12065550143",), "")

    def test_a_first_name_alone(self):
        assert parse_contact("Jo").name == "Jo"

    @pytest.mark.parametrize(
        "cell",
        [
            "Local 6, Jo, 206-555-0143", "L. 32 Jo 555-0143", "Jo & Al", "Jo Doe / Al Roe",
            "ask for Jo at the desk",
            "206-555-0143", "Pastor Jo", "Jo (treasurer) 206-555-0143",
        ],
    )  # fmt: skip
    def test_anything_else_goes_to_a_note_whole(self, cell):
        contact = parse_contact(cell)
        assert (contact.name, contact.note) == ("", cell)

    def test_nobody(self):
        assert parse_contact("N/A") is None

    def test_a_person_in_the_cell_of_the_name_goes_to_the_note(self):
        cell = "Local 6 - Jo 206-555-0143"
        assert split_name(cell) == ("Local 6", cell)
        assert split_name("Elm Tenants (Jo, 555-0143)").name == "Elm Tenants"
        assert split_name("Elm Tenants - West") == ("Elm Tenants - West", "")
