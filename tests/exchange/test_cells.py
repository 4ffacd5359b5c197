"""Cells: every one gives a value, nothing, or an error that says what to write instead."""

import datetime
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.demands.models import StandState
from crm.exchange.cells import (
    People,
    parse_latitude,
    parse_list,
    parse_longitude,
    parse_name,
    parse_people,
    parse_stage,
    parse_text,
    parse_website,
)
from crm.exchange.contact_cells import parse_contact, split_name
from crm.exchange.dates import parse_date
from crm.exchange.kinds import kind_from_name, parse_kind
from crm.exchange.problems import TEXTS, CellError
from crm.exchange.stands import Stand, parse_stand
from crm.organizations.models import Stage
from tests.any_text import CHARACTERS

TODAY = datetime.date(2026, 11, 21)
NOVEMBER_3 = datetime.date(2026, 11, 3)
DECEMBER_3 = datetime.date(2026, 12, 3)


def code(value):
    assert isinstance(value, CellError), value
    assert value.message
    return value.code


class TestDates:
    @pytest.mark.parametrize(
        "cell",
        [
            "2026-11-03", "2026-11-03 09:30", "11/3/26", "11/3/2026", "11-3-26", "11/3", "3 Nov", "Nov 3rd",
            "Nov. 3, 2026", "3-Nov-26", "November 3rd", "3rd of November", "Tue 11/3", "Tues., Nov. 3",
            "46329",
            "3.11.2026", "3 de noviembre de 2026", "martes 3 de nov", "20261103",
        ],
    )  # fmt: skip
    def test_styles(self, cell):
        assert parse_date(cell, TODAY) == NOVEMBER_3

    def test_day_and_month_in_the_order_of_the_place(self):
        assert parse_date("3/11/26", TODAY, day_first=True) == NOVEMBER_3
        assert parse_date("3/11/26", TODAY) == datetime.date(2026, 3, 11)

    def test_the_only_possible_order_is_taken(self):
        assert parse_date("13/2/26", TODAY) == datetime.date(2026, 2, 13)
        assert parse_date("2/13/26", TODAY, day_first=True) == datetime.date(2026, 2, 13)

    def test_a_day_without_a_year_lies_where_it_is_looked_for(self):
        assert parse_date("12/3", TODAY) == datetime.date(2025, 12, 3)
        assert parse_date("12/3", TODAY, way="future") == DECEMBER_3
        assert parse_date("12/3", TODAY, way="nearest") == DECEMBER_3
        assert parse_date("11/21", TODAY) == parse_date("11/21", TODAY, way="future") == TODAY

    def test_a_leap_day_without_a_year(self):
        assert parse_date("29 Feb", TODAY) == datetime.date(2024, 2, 29)
        assert parse_date("Feb 29", TODAY, way="future") == datetime.date(2028, 2, 29)

    def test_words(self):
        assert parse_date("yesterday", TODAY) == parse_date("ayer", TODAY) == datetime.date(2026, 11, 20)
        assert parse_date("never", TODAY) is parse_date("", TODAY) is parse_date("N/A", TODAY) is None

    @pytest.mark.parametrize(
        ("cell", "why"),
        [
            ("last week", "date"), ("Nov 2026", "date"), ("11/3, 11/10", "date"), ("2/30/26",
            "date_impossible"),
            ("99/99", "date_impossible"), ("Nov 31", "date_impossible"), ("1/1/1800", "date_far"),
        ],
    )  # fmt: skip
    def test_what_is_no_day(self, cell, why):
        assert code(parse_date(cell, TODAY)) == why


class TestPeople:
    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ("1200", 1200), ("1,200", 1200), ("1.200", 1200), ("1 200", 1200), ("1200.0", 1200), ("1.2k",
            1200),
            ("1,2K", 1200), ("2 mil", 2000), ("350 members", 350), ("350 miembros", 350),
        ],
    )  # fmt: skip
    def test_numbers(self, cell, number):
        assert parse_people(cell) == People(number)

    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ("~1,200", 1200), ("about 40", 40), ("50+", 50), ("over 500", 500), ("300-400", 300), ("1-2k",
            1000),
            ("1,200 – 1,400", 1200), ("300 to 400 people", 300), ("unos 30", 30), ("800-1k", 800),
        ],
    )  # fmt: skip
    def test_rough_ones_give_the_lower_end(self, cell, number):
        assert parse_people(cell) == People(number, about=True)

    def test_none(self):
        assert [parse_people(cell) for cell in ("", "0", "-999", "N/A", "unknown")] == [None] * 5

    @pytest.mark.parametrize("cell", ["twelve", "12.5", "1,23", "99999999999", "a few", "12 and 14", "-5"])
    def test_what_is_no_number(self, cell):
        assert code(parse_people(cell)) == "people"

    def test_an_upper_bound_says_no_number(self):
        assert code(parse_people("under 50")) == "people_at_most"


class TestStands:
    @pytest.mark.parametrize(
        ("cell", "stand"),
        [
            ("yes", Stand(StandState.ENDORSED)),
            ("Sí", Stand(StandState.ENDORSED)),
            ("YES!!", Stand(StandState.ENDORSED)),
            ("✓", Stand(StandState.ENDORSED)),
            ("TRUE", Stand(StandState.ENDORSED)),
            ("firmado", Stand(StandState.ENDORSED)),
            ("yes 11/3", Stand(StandState.ENDORSED, NOVEMBER_3)),
            ("no", Stand(StandState.DECLINED)),
            ("not interested", Stand(StandState.DECLINED)),
            ("asked", Stand(StandState.ASKED)),
            ("asked 11/3", Stand(StandState.ASKED, NOVEMBER_3)),
            ("no response", Stand(StandState.ASKED)),
            ("sin respuesta", Stand(StandState.ASKED)),
            ("board on 12/3", Stand(StandState.BEFORE_BOARD, DECEMBER_3)),
            ("before their board Dec 3", Stand(StandState.BEFORE_BOARD, DECEMBER_3)),
            ("Board meets 2026-12-03", Stand(StandState.BEFORE_BOARD, DECEMBER_3)),
            ("junta el 3 de diciembre", Stand(StandState.BEFORE_BOARD, DECEMBER_3)),
            ("board", Stand(StandState.BEFORE_BOARD)),
            ("yes (board 12/3)", Stand(StandState.BEFORE_BOARD, DECEMBER_3, "yes (board 12/3)")),
            ("w/ reservation", Stand(StandState.RESERVATION)),
            ("con reservas", Stand(StandState.RESERVATION)),
            ("yes, but not 2", Stand(StandState.RESERVATION, None, "yes, but not 2")),
            ("no, board voted against", Stand(StandState.DECLINED, None, "no, board voted against")),
        ],
    )
    def test_words(self, cell, stand):
        assert parse_stand(cell, TODAY) == stand

    def test_a_yes_that_its_board_gave_is_a_yes(self):
        stand = parse_stand("yes - board voted 11/3", TODAY)
        assert (stand.answer, stand.on) == (StandState.ENDORSED, NOVEMBER_3)

    def test_day_first(self):
        assert parse_stand("board 3/12", TODAY, day_first=True).on == DECEMBER_3

    @pytest.mark.parametrize("cell", ["", " ", "N/A", "?", "not asked", "FALSE", "0", "-"])
    def test_not_asked(self, cell):
        assert parse_stand(cell, TODAY) is None

    @pytest.mark.parametrize("cell", ["x", "X", "*"])
    def test_a_mark_that_may_mean_either_is_no_yes(self, cell):
        assert code(parse_stand(cell, TODAY)) == "stand_mark"

    def test_other_words(self):
        assert code(parse_stand("purple", TODAY)) == "stand"
        assert code(parse_stand("yesterday", TODAY)) == "stand"


class TestWebsites:
    @pytest.mark.parametrize(
        ("cell", "address"),
        [
            ("https://lamp.example/a", "https://lamp.example/a"), ("www.lamp.example",
            "https://www.lamp.example"),
            ("lamp.example:8080/x", "https://lamp.example:8080/x"), ("NOT AVAILABLE", None),
            ("HTTP://lamp.example", "HTTP://lamp.example"),
        ],
    )  # fmt: skip
    def test_addresses(self, cell, address):
        assert parse_website(cell) == address

    @pytest.mark.parametrize(
        "cell", ["javascript:alert(1)", "data:text/html,x", "ftp://lamp.example", "mailto:a@b.example"]
    )
    def test_other_schemes(self, cell):
        assert code(parse_website(cell)) == "website_scheme"

    @pytest.mark.parametrize("cell", ["lamp", "http://[::1", "http://a b.example"])
    def test_what_is_no_address(self, cell):
        assert code(parse_website(cell)) == "website"

    @pytest.mark.parametrize(
        "cell", ["jo@lamp.example", "http://u:p@lamp.example", "https://@lamp.example", "//u@lamp.example/x"]
    )
    def test_a_name_or_a_password_is_refused_and_never_repeated(self, cell):
        error = parse_website(cell)
        assert code(error) == "website_userinfo" and not error.values

    def test_an_at_sign_in_a_path_is_no_name(self):
        assert parse_website("https://lamp.example/@us") == "https://lamp.example/@us"


class TestTexts:
    def test_one_line_without_private_characters(self):
        assert parse_text(" Truste\ue721es\n of  Elm ") == "Trustees of Elm"

    def test_accents_in_one_form(self):
        assert parse_text("Unio\u0301n") == "Unión"

    @pytest.mark.parametrize("cell", ["a\u202eb", "a\x07b", "a\x9fb"])
    def test_characters_that_cannot_be_shown(self, cell):
        assert code(parse_text(cell)) == "control"

    def test_too_long(self):
        assert code(parse_text("x" * 201)) == "too_long"

    def test_the_mark_for_excel_goes(self):
        assert (parse_text("'=x"), parse_text("'Round the Block")) == ("=x", "'Round the Block")

    def test_a_name_has_letters(self):
        assert code(parse_name("12-34")) == "no_letters"
        assert parse_name("N/A") is None

    def test_lists(self):
        assert parse_list("Food; Tenants, renters; Food") == ("Food", "Tenants, renters")
        assert parse_list("a,b") == ("a", "b")
        assert parse_list("") == ()

    def test_coordinates(self):
        assert (parse_latitude("47.6"), parse_longitude("-122,3")) == (47.6, -122.3)
        assert parse_latitude("-999") is parse_longitude("") is None
        assert code(parse_latitude("91")) == "latitude"
        assert code(parse_longitude("east")) == "longitude"


class TestStages:
    def test_words(self):
        assert parse_stage("Reached out") == Stage.CONTACTED
        assert parse_stage("En conversación") == Stage.IN_CONVERSATION
        assert parse_stage("") is None

    def test_an_answer_is_no_stage(self):
        assert code(parse_stage("Endorsed")) == code(parse_stage("signed on")) == "stage_is_stand"
        assert code(parse_stage("purple")) == "stage"


PARSERS = [
    parse_text, parse_name, parse_list, parse_people, parse_website, parse_latitude, parse_longitude,
    parse_stage, parse_kind, parse_contact, split_name, kind_from_name,
    lambda cell: parse_date(cell, TODAY), lambda cell: parse_stand(cell, TODAY),
]  # fmt: skip


@given(
    st.one_of(
        st.text(CHARACTERS, max_size=40),
        st.text(alphabet="0123456789/-.,~k+ ()", max_size=20),
        st.text(alphabet="yesnoboard 12/3Nov,:htp.@", max_size=24),
    )
)
def test_no_cell_crashes_anything(cell):
    for parse in PARSERS:
        value = parse(cell)
        if isinstance(value, CellError):
            assert value.message


@pytest.mark.parametrize(
    "cell",
    [
        " " * 32_000 + "x",
        "1," * 16_000,
        "@." * 16_000,
        "yes " * 8_000,
        "9" * 32_000,
        "a\n" * 16_000,
        "-" * 32_000,
    ],
)
def test_a_long_cell_takes_no_time(cell):
    start = time.process_time()
    for parse in PARSERS:
        parse(cell)
    assert time.process_time() - start < 10  # seconds; a pattern that dwells takes minutes


def test_every_text_can_be_filled():
    for text in TEXTS.values():
        assert "%(" not in str(text) or str(text) % dict.fromkeys(
            ("line", "text", "limit", "number", "columns", "name", "new", "first", "field"), "x"
        )
