"""The addresses in a list's head and foot keep its filters."""

import pytest
from flask import Flask

from crm.core.listings import Listing, address_with, link_pages
from crm.core.paging import Page

KEYS = ("name", "people")


@pytest.fixture
def asked():
    """Asks for an address, and stays in that request until the test ends."""
    contexts = []

    def ask(address):
        context = Flask("listing").test_request_context(address)
        context.push()
        contexts.append(context)

    yield ask
    for context in reversed(contexts):
        context.pop()


def test_changing_one_part_keeps_the_others(asked):
    asked("/groups?kind=union&kind=student&q=a+%26+b&page=2")
    assert address_with(page=None) == "/groups?kind=union&kind=student&q=a+%26+b"
    assert address_with(q="c") == "/groups?kind=union&kind=student&page=2&q=c"


def test_an_address_without_a_query_stays_bare(asked):
    asked("/groups?q=a")
    assert address_with(q=None) == "/groups"


@pytest.mark.parametrize(
    ("address", "listing"),
    [
        ("/", Listing("name")),
        ("/?sort=people", Listing("people")),
        ("/?sort=-people", Listing("people", descending=True)),
        ("/?sort=password", Listing("name")),
        ("/?sort=--people", Listing("name")),
    ],
)
def test_only_what_may_be_sorted_by_is_heard(asked, address, listing):
    asked(address)
    assert Listing.asked(KEYS) == listing


def test_a_column_sorts_up_then_down_and_starts_at_the_first_page(asked):
    asked("/groups?kind=union&after=xyz")
    listing = Listing("name")
    assert listing.sort_url("people") == "/groups?kind=union&sort=people"
    assert listing.sort_url("name") == "/groups?kind=union&sort=-name"
    assert Listing("name", descending=True).sort_url("name") == "/groups?kind=union&sort=name"


def test_the_neighbours_of_a_page(asked):
    asked("/groups?kind=union&after=b")
    middle = link_pages(Page(items=[], before="a", after="c"), "201 to 400")
    assert middle.previous_url == "/groups?kind=union&before=a"
    assert middle.next_url == "/groups?kind=union&after=c"
    only = link_pages(Page(items=[], before=None, after=None), "12 groups")
    assert (only.previous_url, only.next_url, only.count_label) == (None, None, "12 groups")
