"""The pages of imports ask the database as often for many rows as for few."""

from __future__ import annotations

from tests.counting import count_queries
from tests.exchange.sheets import IMPORT, csv_of, put_in, read_in
from tests.people import Person

HEAD = ["Name", "City", "Members"]


def rows(count: int) -> bytes:
    return csv_of(
        [HEAD, *([f"Neighbors of Block {n}", "Butte", "" if n % 2 else "many"] for n in range(count))]
    )


def test_a_preview_of_many_rows_costs_what_one_of_few_does(organizer: Person):
    few, many = (read_in(organizer, "groups.csv", rows(count)) for count in (10, 200))
    counts = [count_queries(lambda page=page: organizer.browser.page(page)) for page in (few, many)]
    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_a_table_of_many_rows_costs_what_one_of_few_does(organizer: Person):
    few = put_in(organizer, "few.csv", rows(10))
    many = put_in(organizer, "many.csv", rows(200))
    urls = [f"{page}/rows/create" for page in (few, many)]
    counts = [count_queries(lambda url=url: organizer.browser.page(url)) for url in urls]
    assert counts[0] == counts[1] <= 6


def test_a_list_of_many_imports_costs_what_one_of_few_does(organizer: Person):
    read_in(organizer, "groups.csv", rows(2))
    few = count_queries(lambda: organizer.browser.page(IMPORT))
    for _number in range(12):
        read_in(organizer, "groups.csv", rows(2))
    assert count_queries(lambda: organizer.browser.page(IMPORT)) == few <= 6
